// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

contract Art is ERC721 {
    uint256 private _next = 1;

    constructor() ERC721("Art", "ART") {}

    function mint(address to) external returns (uint256 id) {
        id = _next++;
        _safeMint(to, id);
    }
}
