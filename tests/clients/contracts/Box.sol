// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

contract Box is Initializable, UUPSUpgradeable {
    address public owner;
    uint256 public value;

    error NotOwner(address caller);

    constructor() {
        _disableInitializers();
    }

    function initialize(uint256 first) external initializer {
        owner = msg.sender;
        value = first;
    }

    function version() external pure virtual returns (uint256) {
        return 1;
    }

    function _authorizeUpgrade(address) internal view override {
        if (msg.sender != owner) revert NotOwner(msg.sender);
    }
}

contract BoxTwo is Box {
    function version() external pure override returns (uint256) {
        return 2;
    }

    function double() external {
        value *= 2;
    }
}

contract BoxProxy is ERC1967Proxy {
    constructor(address logic, bytes memory data) ERC1967Proxy(logic, data) {}
}
