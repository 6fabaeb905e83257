/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/overlay.h: the world state as one block sees it: the
 * store, and on top of it what the block changed. Keys are the store's own,
 * first byte included.
 *
 * A trial is an overlay on top of another one, for transactions that are run
 * before their turn: it remembers at which turn it first used and changed what,
 * so that trials of one overlay can be compared afterwards. Several threads may
 * work on them at once, each trial by one, while what is below does not change.
 *
 * All functions: [strand], or [any] for trials.
 */
#ifndef FISCO_OVERLAY_H
#define FISCO_OVERLAY_H

#include <bsn/host.h>
#include <glib.h>

typedef struct Overlay Overlay;

/* The store has no rows (rows.h) unless overlay_set_rows says so; of a chain's
 * own: ledger_state. */
Overlay *overlay_new(bsn_chain *chain);
void overlay_set_rows(Overlay *overlay);
gboolean overlay_has_rows(const Overlay *overlay);
/* Puts the changes of a block that is not in the store between the store and
 * an overlay; NULL: they are in the store now. `below` is borrowed and does not
 * change. */
void overlay_build_on(Overlay *overlay, const Overlay *below);
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

/* A copy of bytes that is as old as the overlay, whoever has taken it in; of
 * none, too. */
guint8 *overlay_copy(Overlay *overlay, bsn_slice bytes);

/* A point to come back to. */
guint overlay_mark(const Overlay *overlay);
/* Undoes every change since then. */
void overlay_rollback(Overlay *overlay, guint mark);
/* Forgets how to undo; marks are void. */
void overlay_forget_marks(Overlay *overlay);

/* ---- trials ------------------------------------------------------------ */

/* No turn; turns are numbers from 0 on. */
#define TRIAL_NEVER G_MAXUINT
/* Trials of one overlay that may be put together. */
#define TRIALS_MAX 16u

/* A trial on top of `below`, which is borrowed. overlay_free it. */
Overlay *overlay_trial(const Overlay *below);
/* What is done from now on belongs to a turn, after those before. */
void trial_begin_turn(Overlay *trial, guint turn);
/* Whether it was asked for more than it can remember; clears that. */
gboolean trial_forgot(Overlay *trial);

/* Where two trials of one overlay stand in each other's way. */
typedef struct {
	guint before; /* all turns before it have nothing to do with another
		       * trial's; TRIAL_NEVER: nor have any */
	guint other;  /* the turn, of the other trial, that `before` met */
} TrialClash;

/* Compares two trials, of which `clash` keeps the first. */
void trial_compare(const Overlay *a, const Overlay *b, TrialClash *clash);

/* Takes the changes of a trial into the overlay below it. Of several trials
 * each is taken, after it was rolled back so that nothing of it is of the turn
 * `before` of any clash, or after. Its changes cannot be undone. */
void trial_take(Overlay *overlay, Overlay *trial);

/* One changed key: its value, or that it was deleted. */
typedef struct {
	bsn_slice key;
	bsn_slice value;
	gboolean deleted;
} OverlayChange;

/* All changes by ascending key, borrowed until the overlay changes; free with
 * g_array_unref. */
GArray *overlay_changes(const Overlay *overlay);
/* That of a key among such changes, or NULL. */
const OverlayChange *overlay_change_of(const GArray *changes, bsn_slice key);
/* Appends n of them as an RLP list of [key, value] and, deleted, [key]. */
void overlay_put_changes(const OverlayChange *changes, guint n,
			 GByteArray *out);

#endif
