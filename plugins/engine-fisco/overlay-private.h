/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/overlay-private.h: the inside of an overlay, for
 * overlay*.c and trial.c.
 *
 * Entries and values live in the overlay's memory, which only grows and is
 * freed as a whole: a block's overlay lives no longer than the block, and what
 * it may put there is bounded by the block's gas.
 */
#ifndef FISCO_OVERLAY_PRIVATE_H
#define FISCO_OVERLAY_PRIVATE_H

#include "plugins/engine-fisco/overlay.h"

/* Values read and kept besides the changed ones, and bytes of them, so that a block
 * that reads much does not hold it all. */
#define CLEAN_MAX 16384u
#define CLEAN_BYTES_MAX (32u << 20)

/* The bytes of a value that a trial leaves alone but for adding to them. */
typedef struct {
	guint at;
	guint len;
	guint8 seen[]; /* what was there */
} Sums;

typedef struct {
	const guint8 *value; /* NULL: absent, or deleted */
	guint64 len;
	gboolean changed;
} Value;

/* In trials, an entry says at which turn it was first used in one of three
 * ways; TRIAL_NEVER: not yet. */
typedef struct {
	Value now;
	gboolean known; /* FALSE: undone; as if it was not here */
	guint touched;  /* read or changed in any way; */
	guint used;     /* more of it counted than what `sums` leaves out; */
	guint changed;  /* written, deleted or added to */
	Sums *sums;     /* of those only peeked at first; else NULL */
	guint hash;
	guint key_len;
	guint8 key[];
} Entry;

typedef struct {
	Entry *entry;
	Value before;
	gboolean known;
} Undo;

typedef struct OverlayMemory OverlayMemory;

struct Overlay {
	bsn_chain *chain;
	const Overlay *below; /* NULL: the store is */
	Entry **slots;        /* a power of two of them */
	guint n_slots, n_entries;
	OverlayMemory *memory;
	GTree *ordered;   /* Entry that has changed, or had, by its key; from the
			   * first scan on */
	GArray *undo;     /* Undo */
	GByteArray *read; /* value read past the entries */
	guint clean;
	guint64 clean_bytes; /* of a trial: those below it included, */
	guint64 below_bytes; /* which were so many */
	guint turn;
	gboolean is_trial;
	gboolean is_void;
	gboolean has_rows; /* in the store */
	gboolean old_rows; /* those that were kept may be out of date */
};

/* ---- table and memory (overlay-table.c) --------------------------------- */

/* A key and its hash, taken once for all overlays that are asked. */
typedef struct {
	bsn_slice key;
	guint hash;
} Probe;

Probe overlay_probe(bsn_slice key);
Probe overlay_probe_of(const Entry *entry);

/* The entry of a key, or NULL. */
Entry *overlay_find(const Overlay *overlay, const Probe *probe);
/* The entry of a key that has none: without a value, at no turn. */
Entry *overlay_enter(Overlay *overlay, const Probe *probe);
/* Takes in an entry whose key has none. */
void overlay_adopt(Overlay *overlay, Entry *entry);
/* Each has the other's entries then. */
void overlay_swap_tables(Overlay *a, Overlay *b);
/* Takes over all memory of another one. */
void overlay_adopt_memory(Overlay *overlay, Overlay *from);

/* Memory that is as old as the overlay, aligned for anything. */
gpointer overlay_memory(Overlay *overlay, gsize len);

/* The same entries in order; made when it is first asked for. */
GTree *overlay_ordered(Overlay *overlay);
/* One more of them; every entry is told that changes for the first time. */
void overlay_order(Overlay *overlay, Entry *entry);

/* The next known entry from *at on, which it moves; NULL at the end. */
Entry *overlay_next(const Overlay *overlay, guint *at);
void overlay_table_clear(Overlay *overlay);

/* ---- changing (overlay.c) ------------------------------------------------ */

/* The entry of a key that is about to change: it has no value then, and what
 * it had can be undone. */
Entry *overlay_change(Overlay *overlay, const Probe *probe);

/* ---- numbers that are only added to (overlay-sum.c) --------------------- */

/* Whether two trials that saw a value may both have added to it: neither would
 * have noticed what the other did. */
gboolean sums_agree(const Entry *a, const Entry *b);
/* Whether `there` is not what was seen, but what others have added to it. */
gboolean sums_moved(const Entry *entry, const Entry *there);
/* Adds to `there`, of `overlay`, what `entry` added. */
void sums_take(Overlay *overlay, const Entry *entry, Entry *there);

#endif
