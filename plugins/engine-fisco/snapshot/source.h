/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/source.h: the next few entries of a range of
 * the store, of which the world state after a checkpoint is put together. All
 * functions: [strand]. Errors: as bsn_store.scan; BSN_E_CORRUPT.
 */
#ifndef FISCO_SNAPSHOT_SOURCE_H
#define FISCO_SNAPSHOT_SOURCE_H

#include "plugins/engine-fisco/snapshot/entries.h"
#include "plugins/engine-fisco/snapshot/undo.h"

typedef struct {
	bsn_slice from;
	gboolean passed; /* `from` itself is left out */
	bsn_slice to;    /* empty: the end */
} SourceRange;

typedef struct {
	Entries entries;
	guint next;     /* the first that was not passed */
	gboolean ended; /* there are no more in the range */
} Source;

/* Each reads from the beginning of the range, at most WALK_STEP entries. */
int32_t source_nonces(const Ledger *ledger, guint64 checkpoint,
		      const SourceRange *range, Source *source);
int32_t source_state(const Ledger *ledger, const SourceRange *range,
		     Source *source);
/* Keys are the state's, values those before the epoch. */
int32_t source_undo(const Ledger *ledger, guint64 epoch,
		    const SourceRange *range, Source *source);
/* A zeroed one is fine. */
void source_clear(Source *source);

gboolean source_is_empty(const Source *source);
/* Borrowed; it is not empty. */
Entry source_first(const Source *source);
/* Passes the first one if it has this key. */
void source_pass(Source *source, bsn_slice key);

#endif
