/* SPDX-License-Identifier: Apache-2.0
 *
 * host/channel/listener.h: a port that serves one chain. Main loop only.
 */
#ifndef HOST_CHANNEL_LISTENER_H
#define HOST_CHANNEL_LISTENER_H

#include <event2/event.h>
#include <glib.h>
#include <openssl/ssl.h>

#include "host/chain/chain.h"
#include "host/config/config.h"
#include "host/ops/metrics.h"

typedef struct ChannelListener ChannelListener;

/* What it works with; all outlive it. */
typedef struct {
	struct event_base *base;
	const Config *config;
	ChainTable *chains;
	SSL_CTX *tls;
} ListenerDeps;

/* `where` is an item of [channel] listen: "bank 127.0.0.1:20200". */
ChannelListener *channel_listener_new(const ListenerDeps *deps,
				      const char *where, GError **error);
/* Accepts nobody else. */
void channel_listener_stop(ChannelListener *listener);
/* Drops its clients. The loop must run once more afterwards. */
void channel_listener_free(ChannelListener *listener);
/* Once a second; `now` is monotonic, in us. */
void channel_listener_tick(ChannelListener *listener, gint64 now);
void channel_listener_measure(MetricsWriter *w,
			      const ChannelListener *listener);
guint16 channel_listener_port(const ChannelListener *listener);

#endif
