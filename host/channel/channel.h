/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/channel.h: ports on which app chains speak their framework's own
 * protocol, so that its existing SDKs connect as to a node of it. One port is
 * one chain's. Main loop only. The process ignores SIGPIPE.
 */
#ifndef HOST_CHANNEL_CHANNEL_H
#define HOST_CHANNEL_CHANNEL_H

#include <glib.h>

#include "host/chain/chain.h"
#include "host/config/config.h"
#include "host/loop.h"
#include "host/ops/metrics.h"

typedef struct ChannelServer ChannelServer;

/* Listens where [channel] listen says; on nothing when that is empty. */
ChannelServer *channel_server_new(Loop *loop, const Config *config,
				  ChainTable *chains, GError **error);
/* Accepts nobody else. Clients leave when their chains close. */
void channel_server_stop(ChannelServer *server);
/* After the chains have closed and before their workers end, outside the
 * running loop, which must run once more. channel_server_free(NULL) does
 * nothing. */
void channel_server_free(ChannelServer *server);

/* A MetricsProvider; its owner is the server. */
void channel_server_measure(MetricsWriter *w, void *server);

/* The port of an item of [channel] listen, from 0. */
guint16 channel_server_port(const ChannelServer *server, guint index);

#endif
