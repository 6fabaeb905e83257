/* SPDX-License-Identifier: Apache-2.0 */
#include "host/channel/client.h"

#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include "host/net/refusal.h"
#include "host/net/tls_client.h"
#include "host/ops/log.h"
#include "host/service/stream.h"

/* Bytes that are read ahead while the engine is at work. */
#define READ_AHEAD_MAX (256u << 10)
/* Bytes that are given to the engine at once. */
#define GIVE_MAX (64u << 10)
/* Bytes that wait for a client, beyond which it is not read from. */
#define OUTPUT_MAX (1u << 20)
/* As much as a TLS record holds. */
#define RECORD_BYTES 16384u
/* One that was told goodbye may still be sending: it is listened to for so
 * long, that it can read the last words. */
#define CLOSING_S 5

typedef enum {
	CLIENT_SHAKING, /* hands: TLS is not up yet */
	CLIENT_ENTERING, /* the engine is asked */
	CLIENT_OPEN,
	CLIENT_CLOSING, /* what waits for it is sent, nothing else */
	CLIENT_CLOSED,  /* all is sent */
} ClientState;

struct ChannelClient {
	GList link;
	const ChannelPort *port;
	gpointer owner;
	struct bufferevent *bev;
	SSL *ssl;
	char *peer;
	ClientState state;
	bsn_session *session; /* NULL before CLIENT_ENTERING */
	gboolean giving;      /* bytes are on their way to the engine */
	gint64 since;	      /* of the state; monotonic, us; likewise: */
	gint64 heard;	      /* when something came */
	gint64 took;	      /* when output last left, or there was none */
};

static void
enter(ChannelClient *client, ClientState state)
{
	client->state = state;
	client->since = g_get_monotonic_time();
}

static struct evbuffer *
input_of(const ChannelClient *client)
{
	return bufferevent_get_input(client->bev);
}

static struct evbuffer *
output_of(const ChannelClient *client)
{
	return bufferevent_get_output(client->bev);
}

/* Output has left, all of which was pushed. */
static void
output_changed(struct evbuffer *output, const struct evbuffer_cb_info *info,
	       void *arg)
{
	ChannelClient *client = arg;

	if (info->n_deleted == 0)
		return;
	client->took = g_get_monotonic_time();
	client->port->moved(client->owner, 0, info->n_deleted);
	session_sent(client->session, info->n_deleted);
}

/* ---- its end ---- */

void
channel_client_drop(ChannelClient *client)
{
	evbuffer_remove_cb(output_of(client), output_changed, client);
	client->port->gone(client->owner, &client->link);
	if (client->session != NULL)
		session_end(client->session);
	bufferevent_free(client->bev);
	g_free(client->peer);
	g_free(client);
}

static void
refuse(ChannelClient *client, const char *reason)
{
	client->port->refused(client->owner, client->peer, reason);
	channel_client_drop(client);
}

/* Nothing else comes, and it learns so. */
static void
say_goodbye(ChannelClient *client)
{
	enter(client, CLIENT_CLOSED);
	SSL_shutdown(client->ssl);
	shutdown(bufferevent_getfd(client->bev), SHUT_WR);
}

static void
close_client(ChannelClient *client)
{
	if (client->state >= CLIENT_CLOSING)
		return;
	enter(client, CLIENT_CLOSING);
	evbuffer_drain(input_of(client),
		       evbuffer_get_length(input_of(client)));
	if (evbuffer_get_length(output_of(client)) == 0)
		say_goodbye(client);
}

/* ---- what the engine pushes ---- */

static void
release(const void *data, size_t len, void *bytes)
{
	g_bytes_unref(bytes);
}

/* Short ones are joined: each piece of an evbuffer becomes a TLS record. */
static void
push(void *owner, GBytes *data)
{
	ChannelClient *client = owner;
	gsize len;
	const void *bytes = g_bytes_get_data(data, &len);

	if (client->state >= CLIENT_CLOSING || len == 0)
		return;
	if (evbuffer_get_length(output_of(client)) == 0)
		client->took = g_get_monotonic_time();
	if (len < RECORD_BYTES)
		evbuffer_add(output_of(client), bytes, len);
	else
		evbuffer_add_reference(output_of(client), bytes, len, release,
				       g_bytes_ref(data));
}

static void
close_session(void *owner, SessionReason reason)
{
	ChannelClient *client = owner;

	switch (reason) {
	case SESSION_ENGINE_CLOSES:
		log_info("channel", chain_name(session_chain(client->session)),
			 "%s is closed by the chain's engine: it sent what "
			 "is no message",
			 client->peer);
		close_client(client);
		break;
	case SESSION_CHAIN_CLOSES:
		close_client(client);
		break;
	case SESSION_SLOW:
		log_warning("channel",
			    chain_name(session_chain(client->session)),
			    "%s is dropped: it reads slower than it is sent "
			    "to",
			    client->peer);
		channel_client_drop(client);
		break;
	}
}

static const SessionKind session_kind = { push, close_session,
					  engine_stream_ended };

/* ---- what the client sends ---- */

static void feed(ChannelClient *client);

static void
taken(void *owner)
{
	ChannelClient *client = owner;

	client->giving = FALSE;
	feed(client);
}

static gboolean
may_feed(const ChannelClient *client)
{
	return client->state == CLIENT_OPEN && !client->giving &&
	       evbuffer_get_length(output_of(client)) < OUTPUT_MAX;
}

/* What is not read stays in the input, whose room is bounded. */
static void
feed(ChannelClient *client)
{
	struct evbuffer *input = input_of(client);
	gsize len = MIN(evbuffer_get_length(input), GIVE_MAX);
	void *data;

	if (len == 0 || !may_feed(client))
		return;
	data = g_malloc(len);
	evbuffer_remove(input, data, len);
	client->giving = TRUE;
	client->port->moved(client->owner, len, 0);
	engine_stream_give(client->session, g_bytes_new_take(data, len),
			   taken);
}

/* ---- in ---- */

static void
opened(void *owner, int32_t status, const bsn_err *err)
{
	ChannelClient *client = owner;

	if (status != BSN_OK) {
		refuse(client, err->reason);
		return;
	}
	if (client->state != CLIENT_ENTERING)
		return;
	enter(client, CLIENT_OPEN);
	client->heard = client->since;
	feed(client);
}

static void
shaken(ChannelClient *client)
{
	const char *reason = NULL;
	Chain *chain = client->port->admit(client->owner, &reason);

	if (chain == NULL) {
		refuse(client, reason);
		return;
	}
	enter(client, CLIENT_ENTERING);
	client->session = session_new(chain, &session_kind, client);
	engine_stream_open(client->session, tls_client_of(client->ssl), opened);
}

/* ---- events ---- */

static void
readable(struct bufferevent *bev, void *arg)
{
	ChannelClient *client = arg;

	client->heard = g_get_monotonic_time();
	if (client->state >= CLIENT_CLOSING)
		evbuffer_drain(input_of(client),
			       evbuffer_get_length(input_of(client)));
	else
		feed(client);
}

static void
drained(struct bufferevent *bev, void *arg)
{
	ChannelClient *client = arg;

	if (client->state == CLIENT_CLOSING)
		say_goodbye(client);
	else
		feed(client);
}

static void
happened(struct bufferevent *bev, short what, void *arg)
{
	ChannelClient *client = arg;

	if (what & BEV_EVENT_CONNECTED)
		shaken(client);
	else if (client->state == CLIENT_SHAKING)
		refuse(client, refusal_reason(
				       client->ssl,
				       bufferevent_get_openssl_error(bev)));
	else
		channel_client_drop(client);
}

ChannelClient *
channel_client_new(struct bufferevent *bev, SSL *ssl, const char *peer,
		   const ChannelPort *port, gpointer owner)
{
	ChannelClient *client = g_new0(ChannelClient, 1);

	client->link.data = client;
	client->port = port;
	client->owner = owner;
	client->bev = bev;
	client->ssl = ssl;
	client->peer = g_strdup(peer);
	enter(client, CLIENT_SHAKING);
	bufferevent_setcb(bev, readable, drained, happened, client);
	bufferevent_setwatermark(bev, EV_READ, 0, READ_AHEAD_MAX);
	evbuffer_add_cb(output_of(client), output_changed, client);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	return client;
}

GList *
channel_client_link(ChannelClient *client)
{
	return &client->link;
}

/* ---- time ---- */

static gboolean
is_over(gint64 then, gint64 now, guint seconds)
{
	return now - then > (gint64)seconds * G_USEC_PER_SEC;
}

static void
tick_open(ChannelClient *client, gint64 now)
{
	const guint idle = client->port->idle_timeout_s;
	const char *what = NULL;

	if (!may_feed(client))
		client->heard = now; /* it is not listened to */
	if (is_over(client->heard, now, idle))
		what = "it is silent";
	else if (evbuffer_get_length(output_of(client)) > 0 &&
		 is_over(MAX(client->took, client->since), now, idle))
		what = "it takes nothing";
	if (what == NULL)
		return;
	log_info("channel", chain_name(session_chain(client->session)),
		 "%s is dropped: %s for %u s", client->peer, what, idle);
	channel_client_drop(client);
}

void
channel_client_tick(ChannelClient *client, gint64 now)
{
	switch (client->state) {
	case CLIENT_SHAKING:
		if (is_over(client->since, now,
			    client->port->handshake_timeout_s))
			refuse(client, "its TLS handshake took too long");
		break;
	case CLIENT_ENTERING:
		break;
	case CLIENT_OPEN:
		tick_open(client, now);
		break;
	case CLIENT_CLOSING:
	case CLIENT_CLOSED:
		if (is_over(client->since, now, CLOSING_S))
			channel_client_drop(client);
		break;
	}
}
