/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/blocks.h: durable blocks with their transactions
 * found by index. Clients ask for the receipts of one block again and again:
 * those read last are kept. All functions: [strand].
 */
#ifndef FISCO_RPC_BLOCKS_H
#define FISCO_RPC_BLOCKS_H

#include "plugins/engine-fisco/stored.h"

typedef struct {
	bsn_slice raw;       /* as it was sent */
	ReceiptView receipt;
	guint64 gas_so_far;  /* used by the block, this one included */
	guint64 first_log;   /* index of its first log in the block */
} IndexedTx;

typedef struct {
	guint64 number;
	StoredBlock stored;
	GArray *txs; /* IndexedTx */
} IndexedBlock;

/* Finds a block.
 *
 * Returns: BSN_OK and a block, valid until the next call; BSN_NOT_FOUND.
 * Errors:  as stored_load. */
int32_t indexed_block(Ledger *ledger, guint64 number,
		      const IndexedBlock **block, bsn_err *err);
/* Finds a transaction. Out: index, and the block as above. */
int32_t indexed_tx(Ledger *ledger, const guint8 *hash,
		   const IndexedBlock **block, guint64 *index, bsn_err *err);
/* The transaction at an index, with its sender; tx_unref it. NULL when it is
 * damaged. */
Tx *indexed_decode(const Ledger *ledger, const IndexedBlock *block,
		   guint64 index);

/* Lets go of all. */
void indexed_forget(Ledger *ledger);

#endif
