/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/logs.h: logs looked up in durable blocks. All
 * functions: [strand].
 */
#ifndef FISCO_RPC_LOGS_H
#define FISCO_RPC_LOGS_H

#include "plugins/engine-fisco/rpc/criteria.h"

/* Blocks that one search goes through: each costs a look at its header. */
#define LOGS_BLOCKS_MAX 50000u
/* Logs that one answer has. */
#define LOGS_MAX 10000u

/* The logs of blocks from..to that fit, as an array; NULL after rpc_fail. */
json_t *logs_search(RpcCall *call, const LogCriteria *criteria, guint64 from,
		    guint64 to);

/* Appends those of one block.
 *
 * Returns: BSN_OK. Errors: as indexed_block. */
int32_t logs_of_block(Ledger *ledger, const LogCriteria *criteria,
		      guint64 number, json_t *array, bsn_err *err);

/* Reads fromBlock and toBlock, or blockHash, of a filter; blocks to come are
 * cut off. FALSE after rpc_fail; from is over to when there are none. */
gboolean logs_range(RpcCall *call, const json_t *object, guint64 *from,
		    guint64 *to);

#endif
