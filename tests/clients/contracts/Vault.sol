// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";

contract Vault is AccessControl {
    bytes32 public constant KEEPER = keccak256("KEEPER");
    uint256 public constant LIMIT = 100;
    uint256 public held;

    error TooMuch(uint256 given, uint256 limit);
    event Held(address indexed by, uint256 indexed amount, string note);

    constructor() {
        _grantRole(DEFAULT_ADMIN_ROLE, msg.sender);
    }

    function hold(uint256 amount, string calldata note)
        external onlyRole(KEEPER) {
        require(amount != 0, "Vault: nothing to hold");
        if (amount > LIMIT) revert TooMuch(amount, LIMIT);
        held = amount;
        emit Held(msg.sender, amount, note);
    }
}
