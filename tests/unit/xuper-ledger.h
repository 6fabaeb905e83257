/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-ledger.h: a ledger of the fake host's, open.
 */
#ifndef TESTS_UNIT_XUPER_LEDGER_H
#define TESTS_UNIT_XUPER_LEDGER_H

#include "plugins/engine-xuper/ledger/ledger.h"
#include "tests/unit/xuper-made.h"

typedef struct {
	bsn_chain *chain;
	Block *genesis;
	Ledger *ledger;
} Bed;

/* A new chain whose genesis gives `amount` to "alice". */
void bed_init(Bed *bed, guint64 amount);
void bed_clear(Bed *bed);
/* Closes in order and opens again. */
void bed_reopen(Bed *bed);
/* Loses what is not durable, and opens again: what ledger_open answered. */
int32_t bed_crash(Bed *bed, bsn_err *err);

/* The layer of a block whose parent is a node, as verify/ would make it. */
Layer *bed_layer(LedgerNode *parent, const Block *block);
/* Makes and adds a block of n transactions; takes the references to them. */
LedgerNode *bed_grow(Bed *bed, LedgerNode *parent, Tx *const *txs, guint n);
/* An empty one. */
LedgerNode *bed_grow_bare(Bed *bed, LedgerNode *parent);
void bed_prefer(Bed *bed, LedgerNode *node);
/* Prefers and finalizes. */
void bed_finalize(Bed *bed, LedgerNode *node);
/* By its id, which must be there. */
LedgerNode *bed_find(Bed *bed, const Block *block);

#endif
