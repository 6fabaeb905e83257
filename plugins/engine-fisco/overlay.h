/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/overlay.h: the world state as one block sees it: the
 * store, and on top of it what the block changed. Keys are the store's own,
 * first byte included. All functions: [strand].
 */
#ifndef FISCO_OVERLAY_H
#define FISCO_OVERLAY_H

#include <bsn/host.h>
#include <glib.h>

typedef struct Overlay Overlay;

Overlay *overlay_new(bsn_chain *chain);
/* overlay_free(NULL) does nothing. */
void overlay_free(Overlay *overlay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Overlay, overlay_free)

/* Reads a value, borrowed until the next call with the same overlay.
 *
 * Returns: BSN_OK or BSN_NOT_FOUND. Errors: as bsn_store.get. */
int32_t overlay_get(Overlay *overlay, bsn_slice key, bsn_slice *value);
void overlay_put(Overlay *overlay, bsn_slice key, bsn_slice value);
void overlay_delete(Overlay *overlay, bsn_slice key);

/* Walks the keys k with from <= k < to in order, changes included; an empty
 * `to` means the end. The sink must not change the overlay.
 *
 * Returns: BSN_OK, or what the sink returned. Errors: as bsn_store.scan. */
int32_t overlay_scan(const Overlay *overlay, bsn_slice from, bsn_slice to,
		     bsn_scan_sink *sink);
bsn_chain *overlay_chain(const Overlay *overlay);

/* A point to come back to. */
guint overlay_mark(const Overlay *overlay);
/* Undoes every change since then. */
void overlay_rollback(Overlay *overlay, guint mark);
/* Forgets how to undo; marks are void. */
void overlay_forget_marks(Overlay *overlay);

/* One changed key: its value, or that it was deleted. */
typedef struct {
	bsn_slice key;
	bsn_slice value;
	gboolean deleted;
} OverlayChange;

/* All changes by ascending key, borrowed until the overlay changes; free with
 * g_array_unref. */
GArray *overlay_changes(const Overlay *overlay);
/* Appends them as an RLP list of [key, value] and, deleted, [key]. */
void overlay_put_changes(const GArray *changes, GByteArray *out);

#endif
