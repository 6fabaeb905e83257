/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/listener.h: streams of the messages of topics. A listener has a
 * session that the chain's engine pushes messages to, and each becomes a
 * server-sent event. Main loop only.
 */
#ifndef HOST_GATEWAY_LISTENER_H
#define HOST_GATEWAY_LISTENER_H

#include "host/gateway/exchange.h"

/* Heartbeats, stalled readers and those who have no access any more; about once
 * a second. */
void listeners_tick(Gateway *gateway, gint64 now);
/* Ends all: the host stops. */
void listeners_end_all(Gateway *gateway);

#endif
