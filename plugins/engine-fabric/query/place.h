/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/query/place.h: where a transaction stands. Internal to
 * query/.
 */
#ifndef FABRIC_QUERY_PLACE_H
#define FABRIC_QUERY_PLACE_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/engine-fabric/signed.h"

/* The first transaction of an id in a durable block.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND, BSN_E_*. [strand] */
int32_t place_find(const Channel *channel, bsn_slice id, TxPlace *place,
		   bsn_err *err);

#endif
