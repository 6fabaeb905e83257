/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/intrinsic.h: what a transaction costs before its first
 * instruction (Yellow Paper, section 6.2), and its access list.
 */
#ifndef PLUGINS_RUNTIME_EVM_INTRINSIC_H
#define PLUGINS_RUNTIME_EVM_INTRINSIC_H

#include "plugins/runtime-evm/journal.h"

/* The call's access list, empty when the engine knows of none. [any] */
bsn_slice call_access_list(const bsn_call *call);

/* Adds up the intrinsic gas.
 *
 * Returns: BSN_OK.
 * Out:     gas.
 * Errors:  BSN_BAD_REQUEST for an access list that is malformed or that the
 *          fork does not know.
 * [any] */
int32_t intrinsic_gas(const bsn_call *call, Fork fork, uint64_t *gas,
		      bsn_err *err);

/* Marks what the access list names as warm. The list was read before. */
void warm_access_list(Journal *journal, bsn_slice list);

#endif
