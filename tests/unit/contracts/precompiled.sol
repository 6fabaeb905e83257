// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/// How contracts speak to the engine's own, by FISCO BCOS 2.x's interfaces:
/// precompiled.json has the ABI and the bytecode of User, made with solc
/// 0.8.28, optimizer 200 runs, EVM "london".
interface SystemConfig {
    function setValueByKey(string calldata key, string calldata value) external returns (int256);
}

interface TableFactory {
    function openTable(string calldata name) external view returns (Table);
    function createTable(string calldata name, string calldata key, string calldata fields)
        external
        returns (int256);
}

interface Table {
    function select(string calldata key, Condition condition) external view returns (Entries);
    function insert(string calldata key, Entry entry) external returns (int256);
    function update(string calldata key, Entry entry, Condition condition)
        external
        returns (int256);
    function remove(string calldata key, Condition condition) external returns (int256);
    function newEntry() external view returns (Entry);
    function newCondition() external view returns (Condition);
}

interface Entry {
    function getInt(string calldata field) external view returns (int256);
    function getUInt(string calldata field) external view returns (uint256);
    function getString(string calldata field) external view returns (string memory);
    function getAddress(string calldata field) external view returns (address);
    function getBytes32(string calldata field) external view returns (bytes32);
    function getBytes64(string calldata field) external view returns (bytes1[64] memory);
    function set(string calldata field, int256 value) external;
    function set(string calldata field, uint256 value) external;
    function set(string calldata field, string calldata value) external;
    function set(string calldata field, address value) external;
}

interface Entries {
    function get(int256 index) external view returns (Entry);
    function size() external view returns (int256);
}

interface Condition {
    function EQ(string calldata field, string calldata value) external;
    function EQ(string calldata field, int256 value) external;
    function NE(string calldata field, string calldata value) external;
    function GT(string calldata field, int256 value) external;
    function LE(string calldata field, int256 value) external;
    function limit(int256 count) external;
    function limit(int256 offset, int256 count) external;
}

interface KVTableFactory {
    function openTable(string calldata name) external view returns (KVTable);
    function createTable(string calldata name, string calldata key, string calldata fields)
        external
        returns (int256);
}

interface KVTable {
    function get(string calldata key) external view returns (bool, Entry);
    function set(string calldata key, Entry entry) external returns (int256);
    function newEntry() external view returns (Entry);
}

interface CRUD {
    function insert(string calldata table, string calldata key, string calldata entry, string calldata)
        external
        returns (int256);
    function update(
        string calldata table,
        string calldata key,
        string calldata entry,
        string calldata condition,
        string calldata
    ) external returns (int256);
    function remove(string calldata table, string calldata key, string calldata condition, string calldata)
        external
        returns (int256);
    function select(string calldata table, string calldata key, string calldata condition, string calldata)
        external
        returns (string memory);
    function desc(string calldata table) external returns (string memory, string memory);
}

interface Consensus {
    function addSealer(string calldata id) external returns (int256);
    function addObserver(string calldata id) external returns (int256);
    function remove(string calldata id) external returns (int256);
}

interface ParallelConfig {
    function registerParallelFunctionInternal(address who, string calldata name, uint256 criticals)
        external
        returns (int256);
    function unregisterParallelFunctionInternal(address who, string calldata name)
        external
        returns (int256);
}

contract User {
    SystemConfig private constant CONFIG = SystemConfig(address(0x1000));
    TableFactory private constant TABLES = TableFactory(address(0x1001));
    KVTableFactory private constant KV_TABLES = KVTableFactory(address(0x1010));
    ParallelConfig private constant PARALLEL = ParallelConfig(address(0x1006));

    CRUD private constant ROWS = CRUD(address(0x1002));
    Consensus private constant NODES = Consensus(address(0x1003));

    Entry public kept;

    // ---- tables

    function create(string calldata name) external returns (int256) {
        return TABLES.createTable(name, "name", "item_id,item_name,owner");
    }

    function insert(string memory table, string memory key, int256 id, string memory item)
        public
        returns (int256)
    {
        Table opened = TABLES.openTable(table);
        Entry entry = opened.newEntry();
        entry.set("item_id", id);
        entry.set("item_name", item);
        entry.set("owner", msg.sender);
        return opened.insert(key, entry);
    }

    function select(string calldata table, string calldata key, int256 above)
        external
        returns (int256[] memory ids, string[] memory items, address owner)
    {
        Table opened = TABLES.openTable(table);
        Condition condition = opened.newCondition();
        condition.GT("item_id", above);
        condition.limit(10);
        Entries entries = opened.select(key, condition);
        uint256 n = uint256(entries.size());
        ids = new int256[](n);
        items = new string[](n);
        for (uint256 i = 0; i < n; i++) {
            Entry entry = entries.get(int256(i));
            ids[i] = entry.getInt("item_id");
            items[i] = entry.getString("item_name");
            owner = entry.getAddress("owner");
        }
    }

    function update(string calldata table, string calldata key, int256 id, string calldata item)
        external
        returns (int256)
    {
        Table opened = TABLES.openTable(table);
        Entry entry = opened.newEntry();
        entry.set("item_name", item);
        Condition condition = opened.newCondition();
        condition.EQ("item_id", id);
        return opened.update(key, entry, condition);
    }

    function remove(string calldata table, string calldata key, string calldata item)
        external
        returns (int256)
    {
        Table opened = TABLES.openTable(table);
        Condition condition = opened.newCondition();
        condition.EQ("item_name", item);
        return opened.remove(key, condition);
    }

    // ---- one value for each key

    function put(string calldata table, string calldata key, uint256 number)
        external
        returns (int256)
    {
        KV_TABLES.createTable(table, "id", "value");
        KVTable opened = KV_TABLES.openTable(table);
        Entry entry = opened.newEntry();
        entry.set("value", number);
        return opened.set(key, entry);
    }

    function value(string calldata table, string calldata key)
        external
        returns (bool found, uint256 got, bytes32 word)
    {
        Entry entry;
        (found, entry) = KV_TABLES.openTable(table).get(key);
        got = entry.getUInt("value");
        word = entry.getBytes32("value");
    }

    // ---- frames that fail

    function insertAndFail(string calldata table, string calldata key) external {
        insert(table, key, 1, "gone");
        revert("after all");
    }

    /// Three rows of which the middle one is taken back.
    function insertAround(string calldata table, string calldata key) external {
        insert(table, key, 1, "before");
        try this.insertAndFail(table, key) {
            revert("it did not fail");
        } catch Error(string memory reason) {
            // No hash: an SM chain has another than the compiler.
            require(bytes(reason).length == 9, reason);
        }
        insert(table, key, 3, "after");
    }

    function insertStatic(string memory table, string memory key) external view {
        (bool done, ) =
            address(this).staticcall(abi.encodeCall(this.insert, (table, key, 1, "static")));
        require(!done, "a static call wrote");
    }

    function insertDelegated() external returns (bool done) {
        (done, ) = address(TABLES).delegatecall(
            abi.encodeCall(TABLES.createTable, ("delegated", "name", "value"))
        );
    }

    /// An entry that was made in a frame that failed is nobody's.
    function entryOfFailedFrame(string calldata table) external returns (bool usable) {
        Table opened = TABLES.openTable(table);
        Entry entry = opened.newEntry();
        entry.set("item_id", int256(1));
        try this.setAndFail(entry) {
            revert("it did not fail");
        } catch {}
        usable = entry.getInt("item_id") == 1;
    }

    function setAndFail(Entry entry) external {
        entry.set("item_id", int256(2));
        revert();
    }

    // ---- between transactions

    function keep(string calldata table) external {
        kept = TABLES.openTable(table).newEntry();
        kept.set("item_id", int256(1));
    }

    function readKept() external view returns (int256) {
        return kept.getInt("item_id");
    }

    // ---- JSON texts

    function crudInsert(string calldata table, string calldata key, string calldata entry)
        external
        returns (int256)
    {
        return ROWS.insert(table, key, entry, "");
    }

    function crudUpdate(
        string calldata table,
        string calldata key,
        string calldata entry,
        string calldata condition
    ) external returns (int256) {
        return ROWS.update(table, key, entry, condition, "");
    }

    function crudRemove(string calldata table, string calldata key, string calldata condition)
        external
        returns (int256)
    {
        return ROWS.remove(table, key, condition, "");
    }

    function crudSelect(string calldata table, string calldata key, string calldata condition)
        external
        returns (string memory)
    {
        return ROWS.select(table, key, condition, "");
    }

    function crudDesc(string calldata table) external returns (string memory, string memory) {
        return ROWS.desc(table);
    }

    // ---- nodes

    function addSealer(string calldata id) external returns (int256) {
        return NODES.addSealer(id);
    }

    function addObserver(string calldata id) external returns (int256) {
        return NODES.addObserver(id);
    }

    function removeNode(string calldata id) external returns (int256) {
        return NODES.remove(id);
    }

    // ---- others

    function configure(string calldata key, string calldata to) external returns (int256) {
        return CONFIG.setValueByKey(key, to);
    }

    function declareParallel(address who, uint256 criticals) external returns (int256) {
        return PARALLEL.registerParallelFunctionInternal(
            who, "transfer(string,string,uint256)", criticals
        );
    }

    function sizeOf(address who) external view returns (uint256) {
        return who.code.length;
    }
}
