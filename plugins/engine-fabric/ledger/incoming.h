/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/incoming.h: a block that was ordered and is not
 * committed yet, read, and the signatures in it, each distinct one once.
 */
#ifndef FABRIC_LEDGER_INCOMING_H
#define FABRIC_LEDGER_INCOMING_H

#include <bsn/host.h>

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/ledger/tx.h"

typedef struct {
	Arena arena;
	Common__Block *message; /* with header, data and metadata */
	BlockTx *txs;
	guint n_txs;
	/* The signatures that matter for what becomes of the transactions:
	 * TxSignature, borrowed from txs; its `index` is the place here. */
	GPtrArray *signatures;
	/* What the store is to have with it, in the same batch: bsn_write,
	 * borrowed; none at first. */
	const bsn_write *beside;
	guint n_beside;
} IncomingBlock;

/* Decodes a block and reads all its transactions.
 *
 * Returns: BSN_OK and a block for incoming_block_free.
 * In:      parallel: on which the transactions are read; NULL: one after the
 *          other. chain: for it.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: it is no block.
 * [strand], or [any] without parallel */
int32_t incoming_block_read(const Suite *suite, bsn_slice channel_id,
			    bsn_slice bytes, const bsn_parallel *parallel,
			    bsn_chain *chain, IncomingBlock **block,
			    bsn_err *err);
/* incoming_block_free(NULL) does nothing. */
void incoming_block_free(IncomingBlock *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IncomingBlock, incoming_block_free)

#endif
