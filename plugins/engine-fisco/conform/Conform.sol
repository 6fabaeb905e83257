// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What a conformance run asks of a contract, for chains of the FISCO engine.
//
// A version has an address and a storage of its own. What is to outlive it is
// kept in a table of the chain, as FISCO has it: version 2 opens what version 1
// made.

/// FISCO's table contracts, 0x1010.
interface Entry {
    function set(string calldata field, string calldata value) external;
    function getString(string calldata field)
        external view returns (string memory);
}

interface KVTable {
    function get(string calldata key) external view returns (bool, Entry);
    function set(string calldata key, Entry entry) external returns (int256);
    function newEntry() external view returns (Entry);
}

interface KVTableFactory {
    function createTable(
        string calldata name, string calldata key, string calldata fields
    ) external returns (int256);
    function openTable(string calldata name) external view returns (KVTable);
}

abstract contract Conform {
    KVTableFactory private constant TABLES = KVTableFactory(address(0x1010));
    int256 private constant TABLE_EXISTS = -50001;

    event Said(string text);

    constructor() {
        int256 code = TABLES.createTable("conform", "name", "value");

        require(code == 0 || code == TABLE_EXISTS, "no table");
    }

    function version() external pure virtual returns (uint256);

    function put(string calldata key, string calldata value) public {
        KVTable table = TABLES.openTable("conform");
        Entry entry = table.newEntry();

        entry.set("value", value);
        require(table.set(key, entry) == 1, "not put");
    }

    function get(string calldata key) external view returns (string memory) {
        (bool found, Entry entry) = TABLES.openTable("conform").get(key);

        return found ? entry.getString("value") : "";
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
