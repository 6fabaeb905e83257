// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/// What the tests of the FISCO engine deploy: evidence.json has its ABI and
/// its bytecode, made with solc 0.8.28, optimizer 200 runs, EVM "london".
contract Evidence {
    error TooShort(uint256 got, uint256 least);

    event Deposited(bytes32 indexed id, address indexed by, string note);

    string public title;
    uint256 public total;
    mapping(bytes32 => string) private notes;

    constructor(string memory title_) {
        require(bytes(title_).length > 0, "the title is empty");
        title = title_;
    }

    function deposit(bytes32 id, string calldata note) external returns (uint256) {
        if (bytes(note).length < 3) revert TooShort(bytes(note).length, 3);
        require(bytes(notes[id]).length == 0, "it is deposited already");
        notes[id] = note;
        total += 1;
        emit Deposited(id, msg.sender, note);
        return total;
    }

    function note(bytes32 id) external view returns (string memory) {
        return notes[id];
    }

    /// Panics when b is 0.
    function divide(uint256 a, uint256 b) external pure returns (uint256) {
        return a / b;
    }

    function spin() external {
        while (true) total += 1;
    }

    /// Emits about n * 1024 bytes of logs.
    function shout(uint256 n) external {
        bytes memory data = new bytes(1024);
        for (uint256 i = 0; i < n; i++) {
            assembly { log0(add(data, 32), 1024) }
        }
    }

    function parent(uint256 number) external view returns (bytes32) {
        return blockhash(number);
    }

    function pair() external view returns (uint256 sum, address who) {
        return (total, msg.sender);
    }

    /// Calls deposit of another contract like this one.
    function forward(Evidence to, bytes32 id, string calldata text) external returns (uint256) {
        return to.deposit(id, text);
    }
}
