// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title What bsn-bench's workloads call on chains that run Solidity
/// @notice Functions are named as those of runtime-native's contracts "evidence"
/// and "bank", so that the same words serve all frameworks; and ERC-20's.
contract Bench {
    mapping(string key => string value) private _values;
    mapping(string account => uint256 amount) private _accounts;
    mapping(address owner => uint256 amount) private _balances;
    uint256 private _supply;

    event deposited(string key);
    event Transfer(address indexed from, address indexed to, uint256 value);

    error Missing(string key);
    error TooLittle();

    // ---- values by key ----

    /// @notice Puts a value under a key, and tells everybody.
    function deposit(string calldata key, string calldata value) external {
        _values[key] = value;
        emit deposited(key);
    }

    function put(string calldata key, string calldata value) external {
        _values[key] = value;
    }

    function get(string calldata key) external view returns (string memory) {
        string memory value = _values[key];
        require(bytes(value).length != 0, Missing(key));
        return value;
    }

    // ---- accounts by name ----

    function open(string calldata account, uint256 amount) external {
        _accounts[account] += amount;
    }

    function transfer(
        string calldata from,
        string calldata to,
        uint256 amount
    ) external {
        uint256 has = _accounts[from];
        require(has >= amount, TooLittle());
        _accounts[from] = has - amount;
        _accounts[to] += amount;
    }

    function balance(string calldata account) external view returns (uint256) {
        return _accounts[account];
    }

    // ---- ERC-20, as far as it is measured ----

    function mint(address to, uint256 amount) external {
        _supply += amount;
        _balances[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        uint256 has = _balances[msg.sender];
        require(has >= amount, TooLittle());
        unchecked {
            _balances[msg.sender] = has - amount;
            _balances[to] += amount;
        }
        emit Transfer(msg.sender, to, amount);
        return true;
    }

    function balanceOf(address owner) external view returns (uint256) {
        return _balances[owner];
    }

    function totalSupply() external view returns (uint256) {
        return _supply;
    }
}
