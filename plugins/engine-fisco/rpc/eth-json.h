/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/eth-json.h: blocks, transactions, receipts and logs
 * as Ethereum's clients expect them. Each is a new reference.
 *
 * FISCO's own transactions are shown as type 0 with a nonce and a signature of
 * zero, since clients cannot take a random 256-bit nonce or an SM2 signature.
 * Times are in seconds. Gas has no price: baseFeePerGas and effectiveGasPrice
 * are 0, whatever a transaction bids.
 *
 * All functions: [strand].
 */
#ifndef FISCO_RPC_ETH_JSON_H
#define FISCO_RPC_ETH_JSON_H

#include <jansson.h>

#include "plugins/engine-fisco/rpc/blocks.h"

/* A header: a block without its transactions. */
json_t *eth_header(const Ledger *ledger, const BlockInfo *info,
		   const Header *header);
/* A block, with its transactions whole or by their hashes. */
json_t *eth_block(const Ledger *ledger, const IndexedBlock *block,
		  gboolean whole);
/* The block to come, with what waits for it. */
json_t *eth_pending_block(const Ledger *ledger, gboolean whole);

/* A transaction that waits. */
json_t *eth_waiting_tx(const Tx *tx);
/* One in a block; NULL when it is damaged. */
json_t *eth_tx(const Ledger *ledger, const IndexedBlock *block, guint64 index);
json_t *eth_receipt(const Ledger *ledger, const IndexedBlock *block,
		    guint64 index);

/* One log: where it is, and what it has. */
typedef struct {
	const IndexedBlock *block;
	guint64 tx_index;
	const guint8 *tx_hash;
	guint64 index; /* in the block */
} LogPlace;
json_t *eth_log(const LogPlace *place, const LogView *log);

#endif
