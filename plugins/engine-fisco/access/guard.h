/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/access/guard.h: may an account call a contract? What
 * was read of the lists is kept until guard_clear: as long as no contract's
 * calls are restricted, asking costs one comparison.
 *
 * It is always the account that signed the transaction that is asked about,
 * however many contracts stand between, as in FISCO BCOS 2.x.
 *
 * All functions: [strand].
 */
#ifndef FISCO_ACCESS_GUARD_H
#define FISCO_ACCESS_GUARD_H

#include "plugins/engine-fisco/access/lists.h"

/* All zeros at first. */
typedef struct {
	gboolean known; /* whether `call_lists` is */
	guint64 call_lists;
	GTree *lists; /* those that were asked for; NULL at first */
} Guard;

/* Forgets what it knows: after a list changed. */
void guard_clear(Guard *guard);

/* Whether an account may call a contract with this input. Of a function's list
 * and the contract's, the function's decides alone when there is one.
 *
 * Returns: BSN_OK. Errors: as bsn_store.get. */
int32_t guard_allows_call(Guard *guard, Overlay *state,
			  const guint8 *contract, bsn_slice input,
			  const guint8 *origin, gboolean *allowed);

#endif
