/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/stored.h: a block read back from the store, with the
 * senders of its transactions. All functions: [strand].
 */
#ifndef FISCO_STORED_H
#define FISCO_STORED_H

#include "plugins/engine-fisco/records.h"

typedef struct {
	GByteArray *bytes;
	GByteArray *senders;
	BlockView view; /* points into `bytes` */
} StoredBlock;

/* Reads a block whole.
 *
 * Returns: BSN_OK and a block for stored_clear, or BSN_NOT_FOUND.
 * Errors:  BSN_E_CORRUPT; as bsn_store.get. */
int32_t stored_load(Ledger *ledger, guint64 number, StoredBlock *block,
		    bsn_err *err);
/* Says of a block up to the durable head that it is not kept here whole.
 * Returns: BSN_NOT_FOUND. */
int32_t stored_not_kept(const Ledger *ledger, guint64 number, bsn_err *err);
/* A zeroed block is fine. */
void stored_clear(StoredBlock *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoredBlock, stored_clear)

/* The transaction at a cursor, with its sender; tx_unref it. NULL when it is
 * damaged. */
Tx *stored_tx(const Ledger *ledger, const StoredBlock *block,
	      const BlockCursor *cursor);

#endif
