/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/head.h: what the ledger knows of itself as a
 * whole; one record, written with every block.
 */
#ifndef FABRIC_LEDGER_HEAD_H
#define FABRIC_LEDGER_HEAD_H

#include "plugins/engine-fabric/ledger/store.h"
#include "plugins/engine-fabric/suite.h"

/* Rises with every incompatible change of what the store has. 1 had an index of
 * histories (history_index.h) instead of trails, and is read. */
#define LEDGER_FORMAT 2u

typedef struct {
	guint64 height;	     /* blocks */
	guint64 last_config; /* number of the block with the newest valid one */
	guint64 bytes;	     /* of all blocks as encoded */
	guint64 txs;	     /* valid and invalid */
	guint64 invalid_txs;
	guint8 hash[HASH_LEN];	   /* of the last block; zero at height 0 */
	guint8 previous[HASH_LEN]; /* of the one before; zero below height 2 */
	/* The last block's COMMIT_HASH; zero below height 2: the first block
	 * has none. */
	guint8 commit_hash[HASH_LEN];
	/* The first block with a trail (trail.h). */
	guint64 first_trail;
} LedgerHead;

static inline bsn_slice
ledger_head_hash(const LedgerHead *head)
{
	return (bsn_slice){ head->hash, head->height > 0 ? HASH_LEN : 0 };
}

static inline bsn_slice
ledger_head_commit_hash(const LedgerHead *head)
{
	return (bsn_slice){ head->commit_hash,
			    head->height > 1 ? HASH_LEN : 0 };
}

/* Reads it; zeroed when the store is empty.
 *
 * Returns: BSN_OK. Errors: BSN_E_VERSION, BSN_E_CORRUPT, BSN_E_IO. [any] */
int32_t ledger_head_load(const LedgerStore *store, LedgerHead *head,
			 bsn_err *err);
void ledger_head_save(LedgerBatch *batch, const LedgerHead *head);

#endif
