/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/conflict.h: which transactions will probably meet, from
 * what can be told before they are run. A hint: nothing goes wrong when it is
 * not true.
 */
#ifndef FISCO_CONFLICT_H
#define FISCO_CONFLICT_H

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/pace.h"
#include "plugins/engine-fisco/tx.h"

/* So many are looked at before most of them are said to meet. */
#define CONFLICT_LOOK 256u

/* Puts transactions into groups, none of which should meet another one:
 *  - those of one sender whose account they count or pay from;
 *  - who pays and whom it is paid to, if that one sends, too (payers of one
 *    account do not meet: overlay_add);
 *  - calls of a contract with the same conflict keys: its first arguments if
 *    the function was declared so (parallel contracts, 0x1006), else all
 *    arguments that look like addresses, the sender's too if it is one of
 *    them, and what looks like a string and comes first;
 *  - calls of contracts that met before (pace.h).
 *
 * Returns: of how many, from the first on, it is worth while to run the groups
 *          at once; 0: most of the first CONFLICT_LOOK meet.
 * In:      n transactions.
 * Out:     leader: of each of those, the first of its group; n of them.
 * [strand] */
guint conflict_group(Overlay *state, const Pace *pace, Tx *const *txs, guint n,
		     guint *leader);

#endif
