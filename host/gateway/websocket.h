/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/websocket.h: JSON-RPC over WebSocket (RFC 6455) at /rpc/{chain}:
 * text messages both ways, no extensions. Main loop only.
 *
 * A client that reads slower than it asks is not read from; one that reads
 * slower than its engine pushes is closed.
 */
#ifndef HOST_GATEWAY_WEBSOCKET_H
#define HOST_GATEWAY_WEBSOCKET_H

#include "host/gateway/exchange.h"
#include "host/gateway/ws_parser.h"

/* Makes a WebSocket of the exchange, or answers why not. */
void websocket_open(Exchange *exchange);
/* Pings who is silent, drops who is dead, takes nothing, or has no access any
 * more; about once a second. */
void websockets_tick(Gateway *gateway, gint64 now);
/* Closes all: the host stops. */
void websockets_end_all(Gateway *gateway);

#endif
