// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What a simulation has nodes do: deposits of evidence, accounts whose sum is
// known, and a list to which everybody appends.
contract Bank {
    mapping(string => string) private evidence;
    mapping(string => uint256) private balances;
    uint256 public total;
    string[] private entries;

    event Deposited(string key, string digest);

    function deposit(string calldata key, string calldata digest) external {
        evidence[key] = digest;
        emit Deposited(key, digest);
    }

    function proof(string calldata key) external view returns (string memory) {
        return evidence[key];
    }

    function open(string calldata user, uint256 amount) external {
        balances[user] += amount;
        total += amount;
    }

    function transfer(
        string calldata from, string calldata to, uint256 amount
    ) external {
        require(balances[from] >= amount, "not enough");
        balances[from] -= amount;
        balances[to] += amount;
    }

    function append(string calldata entry) external {
        entries.push(entry);
    }

    function length() external view returns (uint256) {
        return entries.length;
    }
}
