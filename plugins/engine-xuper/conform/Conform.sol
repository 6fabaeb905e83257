// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What a conformance run asks of a contract, for chains of the XuperChain engine:
// an upgrade keeps the storage.
abstract contract Conform {
    mapping(string => string) private values;

    event Said(string text);

    function version() external pure virtual returns (uint256);

    function put(string calldata key, string calldata value) public {
        values[key] = value;
    }

    function get(string calldata key) external view returns (string memory) {
        return values[key];
    }

    function say(string calldata text) external {
        emit Said(text);
    }

    /// Nothing is left of what it puts and says.
    function fail(string calldata key, string calldata reason) external {
        put(key, reason);
        emit Said(reason);
        revert(reason);
    }

    function loop() external pure {
        while (true) {}
    }

    /// The steps from n to 1.
    function collatz(uint256 n) external pure returns (uint256 steps) {
        for (; n != 1; steps++)
            n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    }
}

contract Conform1 is Conform {
    function version() external pure override returns (uint256) {
        return 1;
    }
}

contract Conform2 is Conform {
    function version() external pure override returns (uint256) {
        return 2;
    }
}
