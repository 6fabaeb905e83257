/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/internal.h: the inside of the gateway, for the files of its
 * resources.
 */
#ifndef HOST_GATEWAY_INTERNAL_H
#define HOST_GATEWAY_INTERNAL_H

#include "host/access/challenge.h"
#include "host/access/key_owners.h"
#include "host/access/tokens.h"
#include "host/gateway/gateway.h"
#include "host/gateway/hub.h"
#include "host/gateway/message_rate.h"
#include "host/gateway/server.h"
#include "host/gateway/traffic.h"

struct Gateway {
	GatewayDeps deps;
	Server *server;
	AccessRecords *records;
	Tokens *tokens;	       /* for JSON-RPC */
	KeyOwners *owners;     /* of hosted keys */
	Hubs *hubs;	       /* event streams */
	Strand *keys;	       /* the keystore's work, off the main loop */
	GQueue websockets;     /* Websocket, open */
	GQueue listeners;      /* Listener: streams of messages */
	MessageRates *message_rates;
	guint8 challenge_secret[CHALLENGE_SECRET_LEN];
	GQueue held;	       /* Exchange, being worked on */
	RouteTraffic *traffic; /* of each route, and of none at the end */
	gint64 started_ms;     /* since 1970 */
};

#endif
