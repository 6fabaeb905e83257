/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/closed.h: keeps contracts from calling those that are
 * frozen or uninstalled.
 *
 * What is known of the world state is kept until closed_clear: as long as no
 * contract is closed, asking costs one comparison. All functions: [strand].
 */
#ifndef FISCO_CLOSED_H
#define FISCO_CLOSED_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/contracts.h"

/* All zeros at first. */
typedef struct {
	gboolean known; /* whether `count` is */
	guint64 count;  /* of closed contracts */
	GTree *asked;   /* of those that were asked for; NULL at first */
	char reason[96]; /* of the last refusal */
} Closed;

/* Forgets what it knows: after a contract's state changed. */
void closed_clear(Closed *closed);

/* Refuses a call of a closed contract as if that contract had reverted with
 * Error(string): no gas is used, and its caller may go on.
 *
 * Returns: BSN_OK: refused; BSN_NOT_OFFERED: the contract takes calls.
 * In:      address, 20 bytes.
 * Out:     output, outcome: as bsn_state.builtin.
 * Errors:  below 0: the state could not be read. */
int32_t closed_refuse(Closed *closed, Overlay *state, const guint8 *address,
		      bsn_sink *output, bsn_outcome *outcome);
/* Refuses a call in the same way, since its signer may not make it.
 *
 * Returns: BSN_OK. */
int32_t closed_deny(Closed *closed, Overlay *state, const guint8 *address,
		    bsn_sink *output, bsn_outcome *outcome);

#endif
