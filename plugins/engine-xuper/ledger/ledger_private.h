/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/ledger/ledger_private.h: what the ledger's sources share.
 */
#ifndef XUPER_LEDGER_LEDGER_PRIVATE_H
#define XUPER_LEDGER_LEDGER_PRIVATE_H

#include "plugins/engine-xuper/ledger/record.h"

struct Ledger {
	bsn_chain *chain;
	const Suite *suite;
	Layer *store; /* the root's state */
	LedgerTotals totals;
	LedgerNode *root, *head;
	GPtrArray *nodes;  /* those below the root, parents first; its own */
	GHashTable *by_id; /* id -> node; the root, too */
};

/* A node: takes the layer and the notes, refers to the block. */
LedgerNode *node_new(LedgerNode *parent, Block *block, Layer *layer,
		     GBytes **notes);
void node_free(LedgerNode *node);
/* Whether a node is the ancestor, or below it. */
gboolean node_is_below(const LedgerNode *node, const LedgerNode *ancestor);
/* A node without parent becomes the root and head. */
void tree_plant(Ledger *ledger, LedgerNode *root);
void tree_attach(Ledger *ledger, LedgerNode *node);

/* Forgets blocks where there are too many for another one below `parent`.
 * Returns: BSN_OK. Errors: BSN_FULL: all are on the way to the head or to it; of
 * the store. */
int32_t room_make(Ledger *ledger, const LedgerNode *parent, bsn_err *err);

/* What a block leaves beside its transactions' effects, in its own layer, where
 * it is found, undone and made final as these are: its height, the places of its
 * transactions, the agreement where it changed.
 * Returns: BSN_OK. Errors: of agreement_read. */
int32_t trace_leave(const Ledger *ledger, Layer *layer, const Block *block,
		    GBytes *const *notes, bsn_err *err);
/* BSN_TREE_LOADED and BSN_TREE_CLOSES of a block whose trace is in its layer.
 * Returns: BSN_OK. Errors: BSN_E_CORRUPT; of the store. */
int32_t trace_flags(const Ledger *ledger, Layer *layer, const Block *block,
		    guint32 *flags, bsn_err *err);
/* The newest agreement of a block of at most that height, and which one's.
 * Returns: BSN_OK, BSN_NOT_FOUND. */
int32_t trace_agreement(Layer *layer, guint64 height, guint64 *of,
			GByteArray *agreement, bsn_err *err);

/* The first entry of a range, in either direction; `value` is replaced.
 * Returns: BSN_OK, BSN_NOT_FOUND. Errors: of the store. */
int32_t first_entry(Layer *layer, RecordKey from, RecordKey to, guint32 flags,
		    GByteArray *key, GByteArray *value, bsn_err *err);

#endif
