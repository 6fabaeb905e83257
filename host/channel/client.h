/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/client.h: one client of a channel's port, from its handshake to
 * its end. Main loop only.
 *
 * One that sends faster than its engine works, or reads slower than it asks, is
 * not read from; one that reads slower than its engine pushes is dropped.
 */
#ifndef HOST_CHANNEL_CLIENT_H
#define HOST_CHANNEL_CLIENT_H

#include <event2/bufferevent.h>
#include <glib.h>
#include <openssl/ssl.h>

#include "host/chain/chain.h"

typedef struct ChannelClient ChannelClient;

/* What it asks of the port that it came to. */
typedef struct {
	/* The handshake is done: the chain to speak to, or NULL with a reason
	 * for the log. */
	Chain *(*admit)(gpointer owner, const char **reason);
	/* It was not let in, and why. */
	void (*refused)(gpointer owner, const char *peer, const char *reason);
	/* So many bytes came or went. */
	void (*moved)(gpointer owner, gsize received, gsize sent);
	/* It is gone; the link is free. */
	void (*gone)(gpointer owner, GList *link);
	guint handshake_timeout_s, idle_timeout_s;
} ChannelPort;

/* Takes the bufferevent, which shakes hands over `ssl`. `peer` is its address.
 * The port outlives it. */
ChannelClient *channel_client_new(struct bufferevent *bev, SSL *ssl,
				  const char *peer, const ChannelPort *port,
				  gpointer owner);
/* Its place in a queue of the owner's. */
GList *channel_client_link(ChannelClient *client);
/* Ends it at once. */
void channel_client_drop(ChannelClient *client);
/* Ends who is silent or takes nothing; `now` is monotonic, in us. */
void channel_client_tick(ChannelClient *client, gint64 now);

#endif
