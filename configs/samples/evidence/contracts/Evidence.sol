// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.27;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title A register of evidence
/// @notice Whoever holds a document deposits its digest; from then on anybody
/// can show that the document existed at that time and who deposited it. The
/// document itself never enters the chain.
contract Evidence is AccessControl, Pausable {
    /// @notice May deposit.
    bytes32 public constant DEPOSITOR_ROLE = keccak256("DEPOSITOR_ROLE");
    /// @notice May pause and resume the register.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @notice Most entries of one batch: bounds the gas of a transaction.
    uint256 public constant BATCH_MAX = 100;
    /// @notice Most bytes of a uri and of a note.
    uint256 public constant TEXT_MAX = 1024;

    struct Entry {
        address depositor;
        uint64 sequence; // from 1, in order of deposit
        uint64 time; // of the block that holds it
        bool revoked;
        string uri;
        string note;
    }

    /// @notice What this register is for; given once, when it is deployed.
    string public name;

    uint64 private _count;
    mapping(bytes32 digest => Entry) private _entries;

    event Deposited(
        bytes32 indexed digest,
        address indexed depositor,
        uint64 sequence,
        uint256 time
    );
    event Revoked(
        bytes32 indexed digest,
        address indexed depositor,
        string reason
    );

    error EmptyName();
    error EmptyDigest();
    error AlreadyDeposited(bytes32 digest, uint64 sequence);
    error NotDeposited(bytes32 digest);
    error NotTheDepositor(bytes32 digest, address depositor);
    error AlreadyRevoked(bytes32 digest);
    error TextTooLong(uint256 length, uint256 limit);
    error BatchSize(uint256 size, uint256 limit);
    error LengthsDiffer(uint256 digests, uint256 uris, uint256 notes);

    /// @param name_ What the register is for. The deployer gets every role.
    constructor(string memory name_) {
        require(bytes(name_).length != 0, EmptyName());
        _checkText(name_);
        name = name_;
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
        _grantRole(DEPOSITOR_ROLE, msg.sender);
        _grantRole(PAUSER_ROLE, msg.sender);
    }

    /// @notice Deposits one digest.
    /// @return sequence Its position in the register, from 1.
    function deposit(
        bytes32 digest,
        string calldata uri,
        string calldata note
    )
        external
        whenNotPaused
        onlyRole(DEPOSITOR_ROLE)
        returns (uint64 sequence)
    {
        return _deposit(digest, uri, note);
    }

    /// @notice Deposits several, or none of them.
    /// @return first The sequence of the first; the others follow it.
    function depositBatch(
        bytes32[] calldata digests,
        string[] calldata uris,
        string[] calldata notes
    )
        external
        whenNotPaused
        onlyRole(DEPOSITOR_ROLE)
        returns (uint64 first)
    {
        uint256 n = digests.length;
        require(n != 0 && n <= BATCH_MAX, BatchSize(n, BATCH_MAX));
        require(
            uris.length == n && notes.length == n,
            LengthsDiffer(n, uris.length, notes.length)
        );
        first = _count + 1;
        for (uint256 i = 0; i < n; ++i) {
            _deposit(digests[i], uris[i], notes[i]);
        }
    }

    /// @notice Takes a deposit back. It stays readable, marked as revoked.
    function revoke(
        bytes32 digest,
        string calldata reason
    ) external whenNotPaused {
        Entry storage entry = _existing(digest);
        require(
            entry.depositor == msg.sender,
            NotTheDepositor(digest, entry.depositor)
        );
        require(!entry.revoked, AlreadyRevoked(digest));
        _checkText(reason);
        entry.revoked = true;
        emit Revoked(digest, msg.sender, reason);
    }

    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    function unpause() external onlyRole(PAUSER_ROLE) {
        _unpause();
    }

    function get(bytes32 digest) external view returns (Entry memory) {
        return _existing(digest);
    }

    function count() external view returns (uint64) {
        return _count;
    }

    function _deposit(
        bytes32 digest,
        string calldata uri,
        string calldata note
    ) private returns (uint64 sequence) {
        require(digest != bytes32(0), EmptyDigest());
        Entry storage entry = _entries[digest];
        require(
            entry.sequence == 0,
            AlreadyDeposited(digest, entry.sequence)
        );
        _checkText(uri);
        _checkText(note);
        sequence = ++_count;
        entry.depositor = msg.sender;
        entry.sequence = sequence;
        entry.time = uint64(block.timestamp);
        entry.uri = uri;
        entry.note = note;
        emit Deposited(digest, msg.sender, sequence, block.timestamp);
    }

    function _existing(bytes32 digest) private view returns (Entry storage) {
        Entry storage entry = _entries[digest];
        require(entry.sequence != 0, NotDeposited(digest));
        return entry;
    }

    function _checkText(string memory text) private pure {
        uint256 length = bytes(text).length;
        require(length <= TEXT_MAX, TextTooLong(length, TEXT_MAX));
    }
}
