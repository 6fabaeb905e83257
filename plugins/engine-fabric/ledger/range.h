/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/range.h: walks a range of the world state with
 * some entries replaced: by what a block has changed so far, or by what they
 * were when a simulation began. [strand]
 */
#ifndef FABRIC_LEDGER_RANGE_H
#define FABRIC_LEDGER_RANGE_H

#include "plugins/engine-fabric/ledger/state.h"

typedef struct {
	const State *state;
	GTree *instead;	 /* StateItem by state key; may change on the way */
	GByteArray *at;	 /* what comes next is not below */
	GByteArray *end; /* and below this */
	GPtrArray *page; /* StateItem, from the store */
	guint used;	 /* of them */
	gboolean more;	 /* the store may have others */
} StateRange;

/* From `start` on up to and without `end`, in one collection of a namespace (""
 * for the public state); an empty end is the end of the collection. Fabric's
 * shim makes of an empty start the key U+0001, behind all composite keys; here
 * it is the beginning, as for a peer. */
void state_range_init(StateRange *range, const State *state, GTree *instead,
		      bsn_slice namespace, bsn_slice collection,
		      bsn_slice start, bsn_slice end, gboolean with_end);
void state_range_clear(StateRange *range);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StateRange, state_range_clear)

/* Out: item: a reference to the next one that exists, NULL at the end.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t state_range_next(StateRange *range, StateItem **item, bsn_err *err);

#endif
