/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/batch.h: a set of changes to the store, and the memory
 * that its keys and short values are in. All functions: [strand].
 */
#ifndef FISCO_BATCH_H
#define FISCO_BATCH_H

#include <bsn/host.h>
#include <glib.h>

typedef struct {
	GArray *writes;      /* bsn_write */
	GStringChunk *memory;
} Batch;

void batch_init(Batch *batch, guint writes);
void batch_clear(Batch *batch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* Both are copied. */
void batch_put_short(Batch *batch, bsn_slice key, bsn_slice value);
/* The key is copied; the value is borrowed until the batch is committed. */
void batch_put(Batch *batch, bsn_slice key, bsn_slice value);
/* The key is copied. */
void batch_delete_short(Batch *batch, bsn_slice key);
/* Both are borrowed. */
void batch_put_borrowed(Batch *batch, bsn_slice key, bsn_slice value);
void batch_delete_borrowed(Batch *batch, bsn_slice key);

/* As bsn_store.commit. */
int32_t batch_commit(const Batch *batch, bsn_chain *chain, guint64 cookie,
		     bsn_err *err);

#endif
