/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/entries.h: entries of the store in one piece of
 * memory, in the order in which they were added. All functions: [any].
 */
#ifndef FISCO_SNAPSHOT_ENTRIES_H
#define FISCO_SNAPSHOT_ENTRIES_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/kit/slices.h"

typedef struct {
	GArray *places;
	GByteArray *memory;
} Entries;

/* Borrowed until entries are added. */
typedef struct {
	bsn_slice key;
	bsn_slice value;
	gboolean there; /* FALSE: there is no such entry */
} Entry;

void entries_init(Entries *entries);
/* A zeroed one is fine. */
void entries_clear(Entries *entries);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entries, entries_clear)

void entries_add(Entries *entries, bsn_slice key, bsn_slice value,
		 gboolean there);
void entries_empty(Entries *entries);
guint entries_n(const Entries *entries);
Entry entries_at(const Entries *entries, guint index);

#endif
