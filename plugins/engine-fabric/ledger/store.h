/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/store.h: the ledger's way to bsn.store/1: a
 * table and the chain that it is called for. All the ledger reads and writes
 * goes through here.
 */
#ifndef FABRIC_LEDGER_STORE_H
#define FABRIC_LEDGER_STORE_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/kit/codec/arena.h"

typedef struct {
	const bsn_store *table;
	bsn_chain *chain;
} LedgerStore;

/* Appends a value to `out`. Returns as bsn_store.get. [any] */
int32_t ledger_store_get(const LedgerStore *store, bsn_slice key,
			 GByteArray *out, bsn_err *err);
/* Appends `len` bytes of a value from `offset` on, without copying the others.
 *
 * Returns: as bsn_store.get.
 * Errors:  BSN_E_CORRUPT when the value ends before. [any] */
int32_t ledger_store_get_part(const LedgerStore *store, bsn_slice key,
			      guint64 offset, guint64 len, GByteArray *out,
			      bsn_err *err);

/* Changes that are accepted together, and memory for their keys. */
typedef struct {
	GArray *writes; /* bsn_write */
	Arena arena;
} LedgerBatch;

void ledger_batch_init(LedgerBatch *batch);
void ledger_batch_clear(LedgerBatch *batch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LedgerBatch, ledger_batch_clear)

/* The key is copied; the value is borrowed until the batch is committed. */
void ledger_batch_put(LedgerBatch *batch, bsn_slice key, bsn_slice value);
/* Both are copied. */
void ledger_batch_put_copy(LedgerBatch *batch, bsn_slice key, bsn_slice value);
void ledger_batch_delete(LedgerBatch *batch, bsn_slice key);
/* As bsn_store.commit. [strand] */
int32_t ledger_batch_commit(const LedgerBatch *batch, const LedgerStore *store,
			    guint64 cookie, bsn_err *err);

#endif
