/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/gas.h: the prices and limits of the machine (Yellow
 * Paper, appendix G, and the EIPs named). Static prices of opcodes stand in
 * opcodes.h, prices that forks changed in rules.h.
 */
#ifndef PLUGINS_RUNTIME_EVM_GAS_H
#define PLUGINS_RUNTIME_EVM_GAS_H

#include <stdint.h>

/* Of a transaction (EIP-2028, EIP-2930, EIP-3860). */
#define GAS_TX 21000
#define GAS_TX_CREATE 32000
#define GAS_TX_ZERO_BYTE 4
#define GAS_TX_BYTE 16
#define GAS_TX_ADDRESS 2400
#define GAS_TX_SLOT 1900

#define GAS_WORD 3         /* memory, copies */
#define GAS_MEMORY_QUAD 512
#define GAS_HASH_WORD 6
#define GAS_INITCODE_WORD 2 /* EIP-3860 */
#define GAS_LOG_BYTE 8
#define GAS_EXP_BYTE 50
#define GAS_CODE_BYTE 200

/* EIP-2929; what comes on top of the warm price, which is static. */
#define GAS_COLD_ACCOUNT_MORE 2500
#define GAS_COLD_ACCOUNT 2600 /* SELFDESTRUCT */
#define GAS_COLD_SLOAD 2100
#define GAS_COLD_SLOAD_MORE 2000

/* EIP-2200. */
#define GAS_SSTORE_SENTRY 2300
#define GAS_SSTORE_SET 20000

#define GAS_CALL_VALUE 9000
#define GAS_CALL_STIPEND 2300
#define GAS_NEW_ACCOUNT 25000

#define EVM_STACK_MAX 1024
#define EVM_DEPTH_MAX 1024          /* the outermost frame has depth 0 */
#define EVM_CODE_MAX 24576          /* EIP-170 */
#define EVM_INITCODE_MAX 49152      /* EIP-3860, from Shanghai */
#define EVM_BLOCK_HASHES 256

/* Memory of all frames of one execution. Gas bounds it far below for budgets
 * that blocks have; this bounds it for any budget, and on every node alike:
 * an expansion beyond it runs out of gas. */
#define EVM_MEMORY_MAX (UINT64_C(256) << 20)

/* Changes that one execution can take back, its logs, and their bytes: 100 to
 * 500 million gas' worth. Beyond it runs out of gas, for the same reason. */
#define EVM_CHANGES_MAX (1u << 21)
#define EVM_LOGS_MAX (1u << 18)
#define EVM_LOG_BYTES_MAX (UINT64_C(64) << 20)

/* Words that hold `bytes`. */
static inline uint64_t
gas_words(uint64_t bytes)
{
	return bytes / 32 + (bytes % 32 != 0);
}

#endif
