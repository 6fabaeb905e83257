/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/fisco.h: what the methods of FISCO BCOS 2.x's own
 * JSON-RPC share: the group in front of the parameters, numbers in any of the
 * forms that its clients use, blocks, transactions and receipts in its words.
 *
 * Source: FISCO BCOS 2.x documentation, "JSON-RPC API".
 *
 * All functions: [strand]. Results are new references.
 */
#ifndef FISCO_RPC_FISCO_H
#define FISCO_RPC_FISCO_H

#include "plugins/engine-fisco/rpc/methods.h"
#include "plugins/engine-fisco/stored.h"

/* Its error codes. */
#define FISCO_RPC_GROUP (-40001)
#define FISCO_RPC_BLOCK_HASH (-40003)
#define FISCO_RPC_BLOCK_NUMBER (-40004)
#define FISCO_RPC_TX_INDEX (-40005)
#define FISCO_RPC_CALL_FROM (-40006)
#define FISCO_RPC_NO_VIEW (-40007)
#define FISCO_RPC_SYSTEM_CONFIG (-40008)

/* Checks the number of parameters, the group's own included, and that the
 * group (a number, or its decimal text) is this chain's. */
gboolean fisco_params(RpcCall *call, guint min, guint max);
/* A number: a JSON integer, "0x1f" or "31". Codes: RPC_INVALID_PARAMS. */
gboolean fisco_number(RpcCall *call, guint index, const char *what,
		      guint64 *out);

/* A durable block by its number or its hash, for stored_clear.
 *
 * Errors: FISCO_RPC_BLOCK_NUMBER, FISCO_RPC_BLOCK_HASH. */
gboolean fisco_block_at(RpcCall *call, guint index, StoredBlock *block);
gboolean fisco_block_of(RpcCall *call, guint index, StoredBlock *block);
/* Where a transaction is, in a durable block: BSN_NOT_FOUND without an error
 * of the call when there is none. */
int32_t fisco_place(RpcCall *call, guint index, guint8 *hash, TxPlace *place);
/* That the block's header has its transaction or receipt `index`: the steps
 * from there to the root (fisco-proof.c). NULL after an error. */
json_t *fisco_tx_proof(RpcCall *call, const StoredBlock *block, guint64 index);
json_t *fisco_receipt_proof(RpcCall *call, const StoredBlock *block,
			    guint64 index);
/* Goes to a transaction of a block; NULL, and no error, when there is none.
 * tx_unref it. */
Tx *fisco_tx_at(const Ledger *ledger, const StoredBlock *block, guint64 index,
		BlockCursor *cursor);

/* Without "0x", as FISCO writes node ids. */
json_t *fisco_node_id(bsn_slice public_key);
json_t *fisco_header_json(const StoredBlock *block);
/* `block` is NULL for one that waits. */
json_t *fisco_tx_json(const Tx *tx, const StoredBlock *block, guint64 index);
json_t *fisco_receipt_json(const Tx *tx, const StoredBlock *block,
			   const BlockCursor *cursor);

#endif
