/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/state.h: the world state as the store has it
 * now: one entry, or the next ones of a range.
 */
#ifndef FABRIC_LEDGER_STATE_H
#define FABRIC_LEDGER_STATE_H

#include "plugins/engine-fabric/ledger/item.h"
#include "plugins/engine-fabric/ledger/store.h"
#include "plugins/engine-fabric/suite.h"

typedef struct StateIndexes StateIndexes;

typedef struct {
	Suite suite;
	LedgerStore store;
	StateIndexes *indexes; /* NULL: nobody keeps any */
	/* What the store has is of no block (origin.h): nothing is read. */
	gboolean hidden;
} State;

/* Who finds entries by what is in them. The caller embeds it. */
struct StateIndexes {
	/* Puts into a batch what it changes for whoever replaces entries of the
	 * state, which is still as before.
	 *
	 * In:      updates: a tree of items.
	 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. [strand] */
	int32_t (*change)(StateIndexes *indexes, const State *state,
			  GTree *updates, LedgerBatch *batch, bsn_err *err);
};
/* The same, also when there are none. [strand] */
int32_t state_indexes_change(const State *state, GTree *updates,
			     LedgerBatch *batch, bsn_err *err);

/* Out: item: a reference, or NULL when there is none.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t state_get(const State *state, bsn_slice key, StateItem **item,
		  bsn_err *err);
/* The same for the version alone. [any] */
int32_t state_get_version(const State *state, bsn_slice key, gboolean *exists,
			  Version *version, bsn_err *err);

/* Puts an entry, or deletes one that does not exist. [any] */
void state_put(LedgerBatch *batch, const Suite *suite, const StateItem *item);

/* Entries of one page: as many as a chaincode is answered at once. */
#define STATE_PAGE_ITEMS 100u
/* Bytes of one page, beyond which it has one entry. */
#define STATE_PAGE_BYTES (1u << 20)

/* The first entries k with from <= k < to, in order.
 *
 * Returns: BSN_OK.
 * Out:     items: StateItem references; more: whether there may be others.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t state_page(const State *state, bsn_slice from, bsn_slice to,
		   GPtrArray *items, gboolean *more, bsn_err *err);
/* For such pages. [any] */
GPtrArray *state_items_new(void);

#endif
