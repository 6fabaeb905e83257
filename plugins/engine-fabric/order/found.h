/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/found.h: the ledger of a chain that is opened.
 */
#ifndef FABRIC_ORDER_FOUND_H
#define FABRIC_ORDER_FOUND_H

#include "plugins/engine-fabric/engine.h"

/* Opens the ledger, begins it with block 0 when the store is empty, and reads
 * the newest config: sets the channel's id, genesis, suite, ledger and config,
 * also some of them after an error.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST: the genesis is none, or not the one that the store
 *          was begun with; BSN_E_CORRUPT, BSN_E_VERSION, those of
 *          bsn_store.commit. [strand] */
int32_t found_ledger(Channel *channel, bsn_slice genesis, bsn_err *err);

#endif
