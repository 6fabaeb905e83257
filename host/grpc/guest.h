/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/guest.h: one client's connection, from its handshake to its end.
 * Main loop only.
 */
#ifndef HOST_GRPC_GUEST_H
#define HOST_GRPC_GUEST_H

#include <event2/bufferevent.h>

#include "host/grpc/call.h"

typedef struct GrpcGuest GrpcGuest;

/* What it asks of the server that it came to. */
typedef struct {
	GrpcCalls *calls;
	GrpcLimits limits;
	guint handshake_timeout_s;
	/* It was let in. */
	void (*accepted)(gpointer owner);
	/* It was not, and why. */
	void (*refused)(gpointer owner, const char *peer, const char *reason);
	/* It is gone; the link is free. */
	void (*gone)(gpointer owner, GList *link);
	gpointer owner;
} GrpcPort;

/* Takes the bufferevent, which shakes hands over `ssl`. `peer` is its address.
 * The port outlives it. */
GrpcGuest *grpc_guest_new(const GrpcPort *port, struct bufferevent *bev,
			       SSL *ssl, const char *peer);
/* Its place in a queue of the owner's. */
GList *grpc_guest_link(GrpcGuest *client);
/* Takes no new calls, and leaves after the last. */
void grpc_guest_leave(GrpcGuest *client);
/* Ends it at once. Not inside an event of a call. */
void grpc_guest_drop(GrpcGuest *client);
/* Ends who takes too long to shake hands; `now` is monotonic, in us. */
void grpc_guest_tick(GrpcGuest *client, gint64 now);

#endif
