/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/contract.h: a contract that the engine
 * implements: an address and its functions. The one list of them is
 * contract.c.
 */
#ifndef FISCO_PRECOMPILED_CONTRACT_H
#define FISCO_PRECOMPILED_CONTRACT_H

#include <glib.h>
#include <stdint.h>

typedef struct PrecompiledCall PrecompiledCall;

/* Runs a function whose arguments are decoded: call.h.
 *
 * Returns: BSN_OK; what precompiled_fail, precompiled_charge and the others of
 *          call.h returned.
 * Errors:  below 0: the state's. */
typedef int32_t (*PrecompiledRun)(PrecompiledCall *call);

typedef struct {
	/* First 4 bytes of the signature's digest: Keccak-256, and SM3. Kept
	 * as numbers so that both are there whichever hashes are loaded. */
	guint32 keccak;
	guint32 sm3;
	/* Types: address, bool, bytes32, int256, uint256, bytes, string, and
	 * arrays of them. */
	const char *signature;
	PrecompiledRun run;
	guint32 gas;
} PrecompiledFunction;

typedef struct {
	const char *name;
	guint32 address; /* as a number; 0 when it has no fixed one */
	const PrecompiledFunction *functions;
	guint n_functions;
} PrecompiledContract;

/* The contract at a fixed address, or NULL. [any] */
const PrecompiledContract *precompiled_contract(guint32 address);
/* Number i of all, those without a fixed address included; NULL after the
 * last. [any] */
const PrecompiledContract *precompiled_contract_at(guint i);

/* By its selector: on a chain with SM3 the SM3 ones come first, and contracts
 * compiled for Keccak-256 find theirs too. NULL when there is none.
 * Out: sm3, which one it was. [any] */
const PrecompiledFunction *
precompiled_function(const PrecompiledContract *contract, const guint8 *selector,
		     gboolean sm, gboolean *sm3);

#endif
