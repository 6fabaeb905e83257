/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/ledger/record.h: what the ledger has in the store, as keys
 * and values, and batches of it.
 */
#ifndef XUPER_LEDGER_RECORD_H
#define XUPER_LEDGER_RECORD_H

#include "plugins/engine-xuper/ledger/ledger.h"
#include "plugins/kit/codec/arena.h"

/* Rises with every incompatible change of what the store has. */
#define LEDGER_FORMAT 1u

typedef struct {
	guint8 bytes[1 + 8 + HASH_LEN];
	guint len;
} RecordKey;

static inline bsn_slice
record_slice(const RecordKey *key)
{
	return (bsn_slice){ key->bytes, key->len };
}

/* The kind alone; and a height; and an id; and an id alone. */
RecordKey record_key(char kind);
RecordKey record_key_at(char kind, guint64 height);
RecordKey record_key_block(char kind, guint64 height,
			   const guint8 id[HASH_LEN]);
RecordKey record_key_id(char kind, const guint8 id[HASH_LEN]);
/* The height in a key that has one; the id behind it. FALSE: it has not. */
gboolean record_key_read(bsn_slice key, guint64 *height, guint8 id[HASH_LEN]);

/* 'h'. Errors: BSN_E_CORRUPT, BSN_E_VERSION. */
void record_put_head(GByteArray *out, const LedgerTotals *totals);
int32_t record_read_head(bsn_slice bytes, LedgerTotals *totals, bsn_err *err);
/* 'i'. */
void record_put_height(GByteArray *out, guint64 height);
int32_t record_read_height(bsn_slice bytes, guint64 *height, bsn_err *err);
/* 't'; note lies in `bytes`. */
void record_put_place(GByteArray *out, guint64 height, guint32 index,
		      GBytes *note);
int32_t record_read_place(bsn_slice bytes, LedgerPlace *place, bsn_slice *note,
			  bsn_err *err);
/* 'n': notes of n transactions, some of which may be NULL; notes is an array
 * that the caller frees with record_notes_free. */
void record_put_notes(GByteArray *out, GBytes *const *notes, guint n);
int32_t record_read_notes(bsn_slice bytes, guint n, GBytes ***notes,
			  bsn_err *err);
void record_notes_free(GBytes **notes, guint n); /* NULL is fine */

/* ---- batches ---- */

typedef struct {
	GArray *writes; /* bsn_write */
	Arena keys;
} Batch;

void batch_init(Batch *batch);
void batch_clear(Batch *batch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)
/* The key is copied, the value borrowed until the batch is committed. */
void batch_put(Batch *batch, RecordKey key, bsn_slice value);
void batch_delete(Batch *batch, RecordKey key);
/* As bsn_store.commit. [strand] */
int32_t batch_commit(const Batch *batch, bsn_chain *chain, guint64 cookie,
		     bsn_err *err);

#endif
