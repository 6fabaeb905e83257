/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/interface.h: the interfaces of the engine's
 * own contracts, as ABI JSON: so that they can be called by the names of their
 * functions, and what they answer is decoded.
 */
#ifndef FISCO_PRECOMPILED_INTERFACE_H
#define FISCO_PRECOMPILED_INTERFACE_H

#include <jansson.h>

#include "plugins/engine-fisco/precompiled/contract.h"

/* What a function gives back, "view string" or "int256": `view` when it
 * changes nothing, then its results. [any] */
const char *precompiled_results(const PrecompiledContract *contract,
				const PrecompiledFunction *function);

/* A new reference to an ABI JSON array. [any] */
json_t *precompiled_abi(const PrecompiledContract *contract);

#endif
