/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/overlay.h: the world state as one block sees it: the
 * store, and on top of it what the block changed. Keys are the store's own,
 * first byte included.
 *
 * A trial is an overlay on top of another one, for a transaction that is run
 * before its turn: it remembers what it read there, so that it can be told
 * later whether that still holds. Trials of one overlay may be worked on by
 * several threads at once, each trial by one, while the overlay itself does not
 * change.
 *
 * All functions: [strand], or [any] for trials.
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
/* The same for whoever uses of the `len` bytes from `at` on nothing but whether
 * all of them are 0, len <= BSN_STATE_PEEK_MAX; as bsn_state.peek. */
int32_t overlay_peek(Overlay *overlay, bsn_slice key, guint64 at, guint64 len,
		     bsn_slice *value);
/* Adds to a number that a peek left alone, as bsn_state.add. A trial that did
 * no more to it still holds when others have added to it, too. */
int32_t overlay_add(Overlay *overlay, bsn_slice key, guint64 at,
		    bsn_slice amount);
void overlay_put(Overlay *overlay, bsn_slice key, bsn_slice value);
void overlay_delete(Overlay *overlay, bsn_slice key);

/* Walks the keys k with from <= k < to in order, changes included; an empty
 * `to` means the end. The sink must not change the overlay.
 *
 * Returns: BSN_OK, or what the sink returned. Errors: as bsn_store.scan. */
int32_t overlay_scan(Overlay *overlay, bsn_slice from, bsn_slice to,
		     bsn_scan_sink *sink);
bsn_chain *overlay_chain(const Overlay *overlay);

/* A point to come back to. */
guint overlay_mark(const Overlay *overlay);
/* Undoes every change since then. */
void overlay_rollback(Overlay *overlay, guint mark);
/* Forgets how to undo; marks are void. */
void overlay_forget_marks(Overlay *overlay);

/* ---- trials ------------------------------------------------------------ */

/* Says which run the changes from now on belong to; each run has a number of
 * its own, above 0 and rising. */
void overlay_begin_run(Overlay *overlay, guint64 run);

/* A trial on top of `below`, which is borrowed. overlay_free it. */
Overlay *overlay_trial(const Overlay *below);

/* Puts a trial's changes into another trial below it, as those of trial number
 * `index`. */
void overlay_fold(Overlay *into, const Overlay *trial, guint index);

/* Whether all that a trial read, and could remember, is still so in `overlay`,
 * at the bottom of it, but for numbers that it only adds to. `runs` has for each trial number the run by which its changes were taken, 0
 * when they were not. */
gboolean overlay_holds(const Overlay *overlay, const Overlay *trial,
		       const guint64 *runs);
/* Takes the changes of a trial that holds, which is empty then. They cannot be
 * undone. */
void overlay_take(Overlay *overlay, Overlay *trial);
/* Whether a trial changed a key that does not begin so. */
gboolean overlay_touches_other(const Overlay *trial, bsn_slice prefix);

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
