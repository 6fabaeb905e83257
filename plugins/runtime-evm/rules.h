/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/rules.h: what differs between Ethereum's forks. A chain
 * names the one that it runs by; what is not told apart here or by a comparison
 * of forks is the same in all of them.
 */
#ifndef PLUGINS_RUNTIME_EVM_RULES_H
#define PLUGINS_RUNTIME_EVM_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "plugins/runtime-evm/opcodes.h"

/* In order: each has all of the ones before. */
typedef enum {
	FORK_ISTANBUL,
	FORK_BERLIN,   /* EIP-2565, EIP-2929, EIP-2930 */
	FORK_LONDON,   /* EIP-1559, EIP-3198, EIP-3529, EIP-3541 */
	FORK_PARIS,    /* EIP-4399: DIFFICULTY becomes PREVRANDAO */
	FORK_SHANGHAI, /* EIP-3651, EIP-3855, EIP-3860 */
	FORK_CANCUN,   /* EIP-1153, EIP-4844, EIP-5656, EIP-6780, EIP-7516 */
	FORK_COUNT,
} Fork;

/* Prices that forks changed, besides the opcodes' static ones. */
typedef struct {
	uint64_t sstore_same;  /* SSTORE that changes nothing for good */
	uint64_t sstore_reset;
	int64_t clear_refund;  /* for a slot that becomes zero */
	int64_t destruct_refund;
	uint64_t refund_quotient; /* refunds are this part of gas at most */
} Prices;

/* The fork of a name in lower case; NULL names the newest. False: there is no
 * such fork. [any] */
bool fork_of_name(const char *name, Fork *fork);

/* [any] */
const Prices *fork_prices(Fork fork);

/* What a fork knows of an opcode; its name is NULL when that is nothing.
 * [any] */
OpcodeInfo fork_opcode(Fork fork, uint8_t op);

#endif
