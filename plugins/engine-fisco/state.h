/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/state.h: the world state as the contract runtime sees
 * it (bsn_state) while one transaction runs.
 */
#ifndef FISCO_STATE_H
#define FISCO_STATE_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/access/guard.h"
#include "plugins/engine-fisco/closed.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/precompiled.h"
#include "plugins/engine-fisco/receipt.h"

/* How far contracts see back (BLOCKHASH: Yellow Paper, section 9.4.2). */
#define BLOCK_HASHES 256u

/* Digests of earlier blocks, each read at first need. */
typedef struct {
	guint8 *digests; /* by number modulo BLOCK_HASHES; NULL at first */
	gboolean known[BLOCK_HASHES];
} BlockHashes;

void block_hashes_clear(BlockHashes *hashes);

typedef struct {
	bsn_state table;
	Overlay *overlay;
	BlockHashes *hashes;
	Closed *closed;
	Guard *guard; /* NULL: whoever asks may call everything */
	Precompiled precompiled; /* its first three members */
	gboolean by_name; /* the chain's contracts are WebAssembly (wasm.h) */
	bsn_chain *chain;
	const Suite *suite;
	guint64 number; /* of the block that is being made */

	/* Filled in by the run. */
	Receipt *receipt; /* logs, output, gas used, created contract */
	gboolean done;
	int32_t status;   /* how the runtime says that it ended */
	int32_t failed;   /* below 0: what the engine's side failed with */
	char reason[BSN_REASON_MAX];
} StateView;

/* Runs one of the engine's own contracts that a transaction calls by itself, where
 * the runtime would take its input for a call by name; state->done comes as the
 * runtime's would. In: call, as Solidity would call it.
 * Returns: BSN_OK. Errors: below 0. [strand] */
int32_t state_run_own(StateView *view, const bsn_call *call);

/* Completes a view whose first members are set. [strand] */
void state_view_init(StateView *view);
void state_view_clear(StateView *view);

#endif
