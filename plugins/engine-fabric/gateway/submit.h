/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/submit.h: envelopes of clients that do not wait
 * for their blocks, for gateway.Gateway/Submit and AtomicBroadcast/Broadcast.
 * Internal to gateway/. All functions: [strand].
 */
#ifndef FABRIC_GATEWAY_SUBMIT_H
#define FABRIC_GATEWAY_SUBMIT_H

#include "common/common.pb-c.h"
#include "plugins/engine-fabric/engine.h"

/* Takes an Envelope to be ordered. One that is in the ledger already, byte for
 * byte, counts as taken: who sends it again has not heard so.
 *
 * Returns: BSN_OK. Errors: as order_accept. */
int32_t submit_envelope(Channel *channel, bsn_slice envelope, bsn_err *err);
/* What Fabric's orderers answer. [any] */
Common__Status submit_status(int32_t status);

#endif
