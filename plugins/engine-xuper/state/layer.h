/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/layer.h: the chain's state as keys and values, in
 * layers: the store, which has what is final; above it one layer for each block
 * that is not, and others for what waits or runs. A layer holds what was written
 * into it and reads through to those below. So a block is undone by leaving its
 * layer, and done again by going back to it.
 *
 * One strand works on a layer; while none of them changes, any thread may read.
 */
#ifndef XUPER_STATE_LAYER_H
#define XUPER_STATE_LAYER_H

#include <bsn/bsn.h>
#include <glib.h>

typedef struct Layer Layer;

/* The store of a chain. [strand] */
Layer *layer_store(bsn_chain *chain);
/* An empty one over `below`, of which it holds a reference. [strand] */
Layer *layer_over(Layer *below);
Layer *layer_ref(Layer *layer);
void layer_unref(Layer *layer); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layer, layer_unref)
/* What was below is now in the store: reads through to `store` instead. */
void layer_settle(Layer *layer, Layer *store);

/* Reads; `value` is replaced, NULL: only whether it is there.
 * Returns: BSN_OK, BSN_NOT_FOUND. Errors: of the store. [any] */
int32_t layer_get(Layer *layer, bsn_slice key, GByteArray *value,
		  bsn_err *err);
/* Not for the store's layer. Keys of at most BSN_STORE_KEY_MAX bytes. */
void layer_put(Layer *layer, bsn_slice key, bsn_slice value);
void layer_delete(Layer *layer, bsn_slice key);
/* Walks from <= k < to through all layers; flags BSN_SCAN_*. Returns as
 * bsn_store.scan. The sink must not change the layers, nor read them: the store
 * is not asked from inside a scan. */
int32_t layer_scan(Layer *layer, bsn_slice from, bsn_slice to, guint32 flags,
		   bsn_scan_sink *sink, bsn_err *err);

/* Points in a layer's own writes, to take back what came later. */
guint64 layer_mark(Layer *layer);
void layer_revert(Layer *layer, guint64 mark);
/* The layer's own writes as changes of the store, keys ascending; the slices are
 * valid while the layer is unchanged. */
void layer_writes(Layer *layer, GArray *writes /* bsn_write */);
gsize layer_bytes(const Layer *layer); /* that its writes take in memory */

#endif
