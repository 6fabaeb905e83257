/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/overlay-private.h: the inside of an overlay, for
 * overlay.c and trial.c.
 */
#ifndef FISCO_OVERLAY_PRIVATE_H
#define FISCO_OVERLAY_PRIVATE_H

#include "plugins/engine-fisco/overlay.h"

/* Values read and kept besides the changed ones, so that a block that reads
 * much does not hold it all. */
#define CLEAN_MAX 16384u

/* In Value.run: the rest is the number of a trial of the same group. */
#define RUN_IS_TRIAL (G_GUINT64_CONSTANT(1) << 63)
/* The run added to what others had added since its trial: nobody has seen the
 * sum before. */
#define RUN_IS_SUM (G_GUINT64_CONSTANT(1) << 62)

/* The bytes of a value that a trial leaves alone but for adding to them. */
typedef struct {
	guint at;
	guint len;
	guint64 starts; /* bit i: a number that was added to begins at i */
	guint8 seen[];  /* what was there */
} Sums;

typedef struct {
	guint8 *value; /* NULL: absent, or deleted */
	guint64 len;
	guint64 run;   /* that changed it; 0: as the store has it */
	gboolean changed;
} Value;

typedef struct {
	Value now;
	gboolean seen;    /* of trials only: what is below was read, */
	guint64 seen_run; /* and is of this run; */
	gboolean used;    /* all of it counts, */
	Sums *sums;       /* or, if not, all but these */
	guint key_len;
	guint8 key[];
} Entry;

typedef struct {
	Entry *entry;
	Value before;
} Undo;

struct Overlay {
	bsn_chain *chain;
	const Overlay *below; /* of a trial */
	GHashTable *entries;  /* Entry, a set */
	GArray *undo;         /* Undo */
	GByteArray *read;     /* value read past the entries */
	Entry *probe;         /* to look up with */
	guint clean;
	guint64 run;
	gboolean is_void;
};

/* The entry of a key, or NULL. */
Entry *overlay_find(const Overlay *overlay, bsn_slice key);
/* A further entry, all else 0. */
Entry *overlay_enter(Overlay *overlay, bsn_slice key);
/* A copy of bytes; of none, too, since NULL says that there is no value. */
guint8 *overlay_copy(bsn_slice bytes);
/* The entry of a key that is about to change: it has no value then, and what
 * it had can be undone. */
Entry *overlay_change(Overlay *overlay, bsn_slice key);

/* ---- numbers that are only added to (overlay-sum.c) --------------------- */

/* Whether a trial that saw `entry` may take `there` for it. */
gboolean sums_hold(const Entry *entry, const Entry *there);
/* Whether `there` is not what was seen, but what others have added to it. */
gboolean sums_moved(const Entry *entry, const Entry *there);
/* Adds to `there` what `entry` added. */
void sums_take(const Entry *entry, Entry *there);

#endif
