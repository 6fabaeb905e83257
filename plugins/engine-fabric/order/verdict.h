/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/verdict.h: the signatures of a block. [strand]
 */
#ifndef FABRIC_ORDER_VERDICT_H
#define FABRIC_ORDER_VERDICT_H

#include "plugins/engine-fabric/ledger/incoming.h"
#include "plugins/engine-fabric/order/private.h"

/* Verifies each distinct signature of a block that was not verified on this node
 * before.
 *
 * Returns: as channel_ledger_append takes them, one for each of
 *          block->signatures; for g_free. */
int32_t *verdicts_of(Channel *channel, const IncomingBlock *block);

#endif
