/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/call.h: one call of a contract that the
 * engine implements, as its function sees it.
 *
 * A function reads call->args, works on the world state through the functions
 * below, which charge for it, and puts its results. All that it changed is
 * undone when it does not return BSN_OK, and when a frame around it fails.
 *
 * One thread at a time.
 */
#ifndef FISCO_PRECOMPILED_CALL_H
#define FISCO_PRECOMPILED_CALL_H

#include <bsn/runtime.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/args.h"
#include "plugins/engine-fisco/precompiled/contract.h"
#include "plugins/engine-fisco/precompiled/gas.h"
#include "plugins/engine-fisco/precompiled/objects.h"
#include "plugins/engine-fisco/precompiled/results.h"
#include "plugins/engine-fisco/precompiled/statekey.h"

struct PrecompiledCall {
	Ledger *ledger; /* config, consensus, suite; its head is not this
			 * execution's */
	Overlay *state; /* for functions that charge themselves */
	Objects *objects;
	guint64 block; /* that is being made */
	const guint8 *origin;   /* who signed, 20 bytes */
	const guint8 *caller;   /* account or contract, 20 bytes */
	const guint8 *contract; /* that is called, 20 bytes */
	gboolean read_only;
	bsn_event_sink *events;
	guint64 budget;
	guint64 used; /* of the budget; at most all of it */

	Arg args[ARGS_MAX];
	Results results;
	char *reason; /* of BSN_REVERTED */
};

/* Takes gas. Returns: BSN_OK or BSN_OUT_OF_BUDGET. */
int32_t precompiled_charge(PrecompiledCall *call, guint64 gas);
/* The call itself is wrong: it fails with Error(string).
 * Returns: BSN_REVERTED. */
int32_t precompiled_fail(PrecompiledCall *call, const char *format, ...)
	G_GNUC_PRINTF(2, 3);
/* Puts one int256: a count, or a code below 0. Returns: BSN_OK. */
int32_t precompiled_answer(PrecompiledCall *call, gint64 value);

/* Reads a record, borrowed until the next access to the state.
 * Returns: BSN_OK, BSN_NOT_FOUND; BSN_OUT_OF_BUDGET. */
int32_t precompiled_get(PrecompiledCall *call, const StateKey *key,
			bsn_slice *value);
/* Returns: BSN_OK; BSN_REVERTED in a read-only call; BSN_OUT_OF_BUDGET. */
int32_t precompiled_put(PrecompiledCall *call, const StateKey *key,
			bsn_slice value);
/* As overlay_peek, overlay_add; otherwise as precompiled_get and put. */
int32_t precompiled_peek(PrecompiledCall *call, const StateKey *key,
			 guint64 at, guint64 len, bsn_slice *value);
int32_t precompiled_increase(PrecompiledCall *call, const StateKey *key,
			     guint64 at, bsn_slice amount);
int32_t precompiled_delete(PrecompiledCall *call, const StateKey *key);
/* Emits an event of the called contract: topics, n of them, 32 bytes each.
 * Returns: as precompiled_put. */
int32_t precompiled_emit(PrecompiledCall *call, const bsn_slice *topics,
			 guint n, bsn_slice data);

/* Whether who signed the transaction may write a table: the list of its
 * name in access/lists.h.
 * Returns: BSN_OK. */
int32_t precompiled_allowed(PrecompiledCall *call, const char *table,
			    gboolean *allowed);

/* Makes an object of the execution, and adds to one.
 * Returns: BSN_OK; BSN_REVERTED: there are too many; BSN_OUT_OF_BUDGET. */
int32_t precompiled_make(PrecompiledCall *call,
			 const PrecompiledContract *contract, guint32 *object);
int32_t precompiled_add(PrecompiledCall *call, guint32 object,
			const ObjectItem *item);
/* Puts the address of an object. */
void precompiled_put_object(PrecompiledCall *call, guint32 object);
/* The object whose address is argument i, when it is one of `contract`.
 * Returns: BSN_OK or BSN_REVERTED. */
int32_t precompiled_object_arg(PrecompiledCall *call, guint i,
			       const PrecompiledContract *contract,
			       const Object **object);
/* The object that is called. */
guint32 precompiled_self(const PrecompiledCall *call);

#endif
