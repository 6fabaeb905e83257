// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// OpenZeppelin's ERC-20, its supply with the holders that it is made with.
contract Token is ERC20 {
    constructor(address[] memory holders) ERC20("Bench", "BEN") {
        for (uint256 i = 0; i < holders.length; i++) {
            _mint(holders[i], 1e24);
        }
    }
}
