/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/intake.h: transactions from outside, decoded and
 * verified on all workers; and the chain's rules of who gets in.
 */
#ifndef FISCO_INTAKE_H
#define FISCO_INTAKE_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* One of a set. */
typedef struct {
	bsn_slice raw;
	bsn_reply *reply; /* of who submitted it; NULL: nobody waits */
	/* Whoever sends it was not told what the chain's policy says of its
	 * code: it is refused for that here, and not in a block. */
	gboolean untold;
	Tx *tx;         /* out; NULL unless status is BSN_OK */
	int32_t status; /* out */
	bsn_err err;    /* out */
} Intake;

/* Decodes each, checks what needs no more than the config (chain, group, size,
 * extraData) and verifies its signature; one that waits in the pool was
 * verified before and is taken from there. [strand] */
void intake_run(Ledger *ledger, Intake *items, guint64 n);
/* Releases the transactions. [strand] */
void intake_clear(Intake *items, guint64 n);

/* Whether a block with number `block` may hold a transaction by its block
 * limit.
 *
 * Returns: BSN_OK. Errors: BSN_EXPIRED. [any] */
int32_t intake_block_limit(const Ledger *ledger, const Tx *tx, guint64 block,
			   bsn_err *err);

/* Whether a block of these limits may hold a transaction by its gas.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. [any] */
int32_t intake_gas(const SysconfigLimits *limits, const Tx *tx, bsn_err *err);

/* Puts a transaction into the pool if it may wait there, by its block limit,
 * its gas, its nonce and the room; `reply` may be NULL.
 *
 * Returns: BSN_OK.
 * In:      state, that of the head; one for all that come together.
 * Errors:  BSN_EXPIRED, BSN_BAD_REQUEST, BSN_FROZEN, BSN_DUPLICATE,
 *          BSN_BUSY; as
 *          sysconfig_limits, ledger_nonces, ethintake_admit. [strand] */
int32_t intake_admit(Ledger *ledger, Overlay *state, Tx *tx, bsn_reply *reply,
		     bsn_err *err);

#endif
