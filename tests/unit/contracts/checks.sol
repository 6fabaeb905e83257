// SPDX-License-Identifier: Apache-2.0
// Each contract is named for the rule of runtime-evm's check that it is about,
// and for whether that finds something: Rule_Bad, Rule_Good. checks.json has
// what solc makes of them; make-checks.mjs makes it again.
pragma solidity ^0.8.0;

contract Selfdestruct_Bad {
    function end(address payable to) external { selfdestruct(to); }
}

contract Selfdestruct_Good {
    bool public ended;

    function end() external { ended = true; }
}

contract OriginAuthorisation_Bad {
    address owner = msg.sender;
    uint256 public value;

    function set(uint256 to) external {
        require(tx.origin == owner, "not the owner");
        value = to;
    }
}

contract OriginAuthorisation_Good {
    address owner = msg.sender;
    uint256 public value;

    function set(uint256 to) external {
        require(msg.sender == owner, "not the owner");
        value = to;
    }
}

contract DelegatecallCallerChosen_Bad {
    uint256 public value;

    function run(address target, bytes calldata data) external {
        (bool ok, ) = target.delegatecall(data);
        require(ok, "failed");
    }
}

contract DelegatecallCallerChosen_Good {
    address owner = msg.sender;
    uint256 public value;

    function run(address target, bytes calldata data) external {
        require(msg.sender == owner, "not the owner");
        (bool ok, ) = target.delegatecall(data);
        require(ok, "failed");
    }
}

contract Delegatecall_Bad {
    address target = msg.sender;

    fallback() external {
        (bool ok, ) = target.delegatecall(msg.data);
        require(ok, "failed");
    }
}

contract Delegatecall_Good {
    fallback() external {
        (bool ok, ) = address(0x1234).delegatecall(msg.data);
        require(ok, "failed");
    }
}

contract UnboundedLoop_Bad {
    uint256[] values;
    uint256 public total;

    function add(uint256 value) external { values.push(value); }

    function sum() external {
        for (uint256 i = 0; i < values.length; i++) total += values[i];
    }
}

contract UnboundedLoop_Good {
    uint256[] values;
    uint256 public total;

    function add(uint256 value) external { values.push(value); }

    function sum() external {
        for (uint256 i = 0; i < 16; i++) total += values[i];
    }
}

contract CallerBoundedLoop_Bad {
    mapping(uint256 => uint256) values;

    function fill(uint256 n) external {
        for (uint256 i = 0; i < n; i++) values[i] = i;
    }
}

contract CallerBoundedLoop_Good {
    mapping(uint256 => uint256) values;

    function fill() external {
        for (uint256 i = 0; i < 9; i++) values[i] = i;
    }
}

contract UncheckedCall_Bad {
    event Done();

    function poke(address t) external {
        t.call("");
        emit Done();
    }
}

contract UncheckedCall_Good {
    event Done();

    function poke(address t) external {
        (bool ok, ) = t.call("");
        require(ok, "failed");
        emit Done();
    }
}

contract CreateCallerChosen_Bad {
    event Made(address at);

    function make(bytes calldata code) external {
        bytes memory copy = code;
        address at;
        assembly { at := create(0, add(copy, 32), mload(copy)) }
        emit Made(at);
    }
}

contract Child {
    uint256 public value = 1;
}

contract CreateCallerChosen_Good {
    event Made(address at);

    function make() external { emit Made(address(new Child())); }
}

contract Callcode_Bad {
    function run(address target) external {
        assembly {
            if iszero(callcode(gas(), target, 0, 0, 0, 0, 0)) { revert(0, 0) }
        }
    }
}

contract Callcode_Good {
    function run(address target) external {
        (bool ok, ) = target.call("");
        require(ok, "failed");
    }
}
