/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/conflict.h: which transactions are known to meet before
 * they are run. A hint: nothing goes wrong when it is not true.
 */
#ifndef FISCO_CONFLICT_H
#define FISCO_CONFLICT_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* Groups of transactions, none of which is known to meet one of another. */
typedef struct {
	guint n;
	guint *first; /* of each group, rising */
	gint *next;   /* by transaction: the next of its group, or -1 */
} ConflictGroups;

/* Puts transactions of one sender together, unless all that they share is that
 * each counts in its nonce; and those whose declared conflict
 * keys are equal (parallel contracts, 0x1006). Free with
 * conflict_groups_clear. [strand] */
void conflict_group(Overlay *state, Tx *const *txs, guint n,
		    ConflictGroups *groups);
void conflict_groups_clear(ConflictGroups *groups);

#endif
