/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/rules.h"

#include <string.h>

/* EIP-2200; EIP-2929; EIP-3529. */
static const Prices istanbul = { 800, 5000, 15000, 24000, 2 };
static const Prices berlin = { 100, 2900, 15000, 24000, 2 };
static const Prices london = { 100, 2900, 4800, 0, 5 };

static const struct {
	const char *name;
	const Prices *prices;
} forks[FORK_COUNT] = {
	[FORK_ISTANBUL] = { "istanbul", &istanbul },
	[FORK_BERLIN] = { "berlin", &berlin },
	[FORK_LONDON] = { "london", &london },
	[FORK_PARIS] = { "paris", &london },
	[FORK_SHANGHAI] = { "shanghai", &london },
	[FORK_CANCUN] = { "cancun", &london },
};

bool
fork_of_name(const char *name, Fork *fork)
{
	for (unsigned i = FORK_COUNT; i > 0; i--) {
		if (name != NULL && strcmp(name, forks[i - 1].name) != 0)
			continue;
		*fork = (Fork)(i - 1);
		return true;
	}
	return false;
}

const Prices *
fork_prices(Fork fork)
{
	return forks[fork].prices;
}

/* The first fork that has an opcode. */
static Fork
opcode_since(uint8_t op)
{
	switch (op) {
	case OP_BASEFEE:
		return FORK_LONDON;
	case OP_PUSH0:
		return FORK_SHANGHAI;
	case OP_BLOBHASH:
	case OP_BLOBBASEFEE:
	case OP_TLOAD:
	case OP_TSTORE:
	case OP_MCOPY:
		return FORK_CANCUN;
	default:
		return FORK_ISTANBUL;
	}
}

/* EIP-1884; EIP-150. Without EIP-2929 nothing is cold. */
static uint16_t
gas_before_berlin(uint8_t op, uint16_t gas)
{
	switch (op) {
	case OP_SLOAD:
		return 800;
	case OP_BALANCE:
	case OP_EXTCODESIZE:
	case OP_EXTCODECOPY:
	case OP_EXTCODEHASH:
	case OP_CALL:
	case OP_CALLCODE:
	case OP_DELEGATECALL:
	case OP_STATICCALL:
		return 700;
	default:
		return gas;
	}
}

OpcodeInfo
fork_opcode(Fork fork, uint8_t op)
{
	OpcodeInfo info = opcode_info[op];

	if (fork < opcode_since(op))
		info.name = NULL;
	if (fork < FORK_BERLIN)
		info.gas = gas_before_berlin(op, info.gas);
	return info;
}
