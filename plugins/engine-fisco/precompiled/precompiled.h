/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/precompiled.h: the contracts that the
 * engine implements, as one execution calls them.
 *
 * One thread at a time; executions share nothing but what their Overlay has.
 */
#ifndef FISCO_PRECOMPILED_H
#define FISCO_PRECOMPILED_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/objects.h"

/* Of one execution: zeroed but for the first three. */
typedef struct {
	Ledger *ledger;
	Overlay *state;
	guint64 block; /* that is being made */
	Objects objects;
	char *reason; /* of the last call that failed */
} Precompiled;

void precompiled_clear(Precompiled *precompiled);

/* Whether there is such a contract at an address (20 bytes).
 *
 * Returns: BSN_OK or BSN_NOT_FOUND. Errors: as overlay_get. */
int32_t precompiled_exists(const Precompiled *precompiled,
			   const guint8 *address);

/* Runs a call; as bsn_state.builtin. A call that is wrong in itself, of an
 * unknown function, say, ends with BSN_REVERTED and Error(string). */
int32_t precompiled_run(Precompiled *precompiled, const bsn_call *call,
			bsn_sink *output, bsn_outcome *outcome);

/* As bsn_state.mark and revert. */
guint64 precompiled_mark(const Precompiled *precompiled);
void precompiled_revert(Precompiled *precompiled, guint64 mark);

#endif
