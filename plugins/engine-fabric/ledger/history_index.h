/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/history_index.h: what ledgers of format 1 have
 * instead of trails (trail.h): under STORE_HISTORY, each write of a key by
 * itself. Nothing is added to it; blocks of then are found by it.
 */
#ifndef FABRIC_LEDGER_HISTORY_INDEX_H
#define FABRIC_LEDGER_HISTORY_INDEX_H

#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/engine-fabric/ledger/state.h"

/* Where the newest writes of a state key older than `before` are, `max` at
 * most.
 *
 * Returns: BSN_OK.
 * Out:     places: TxPlace, newest first.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t history_index_read(const State *state, bsn_slice key, Version before,
			   guint max, GArray *places, bsn_err *err);

#endif
