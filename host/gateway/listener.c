/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/listener.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/gateway/json.h"
#include "host/gateway/message_ask.h"
#include "host/gateway/message_body.h"
#include "host/gateway/routes.h"
#include "host/service/session.h"

/* As in event streams. */
#define HEARTBEAT_S 15

typedef struct {
	GList link; /* in gateway->listeners; data points here */
	Gateway *gateway;
	Exchange *exchange;
	bsn_session *session;
	gboolean streaming; /* the engine has taken the subscription */
	struct evbuffer *waiting; /* what the reader is yet to be given */
	gsize waiting_len;	  /* pushed bytes of it */
	gboolean sending;	  /* a piece is not taken yet */
	gsize sending_len;
	gint64 since; /* the last piece began; monotonic */
	/* The subscription, for the strand. */
	char **topics, **privates; /* NULL for none */
	Caller *caller;
	GBytes *proven_key; /* or NULL */
} Listener;

/* ---- life ---- */

static void
listener_free(Listener *listener)
{
	g_queue_unlink(&listener->gateway->listeners, &listener->link);
	session_end(listener->session);
	exchange_unref(listener->exchange);
	evbuffer_free(listener->waiting);
	g_strfreev(listener->topics);
	g_strfreev(listener->privates);
	caller_unref(listener->caller);
	if (listener->proven_key != NULL)
		g_bytes_unref(listener->proven_key);
	g_free(listener);
}

/* ---- to the reader ---- */

static void send_waiting(Listener *listener);

static void
taken(gpointer arg)
{
	Listener *listener = arg;

	listener->sending = FALSE;
	session_sent(listener->session, listener->sending_len);
	listener->sending_len = 0;
	send_waiting(listener);
}

static void
send_waiting(Listener *listener)
{
	struct evbuffer *piece;

	if (listener->sending || !listener->streaming ||
	    evbuffer_get_length(listener->waiting) == 0)
		return;
	piece = listener->waiting;
	listener->waiting = evbuffer_new();
	listener->sending = TRUE;
	listener->sending_len = listener->waiting_len;
	listener->waiting_len = 0;
	listener->since = g_get_monotonic_time();
	exchange_stream_send(listener->exchange, piece, taken, listener);
	evbuffer_free(piece);
}

static void
push(void *owner, GBytes *data)
{
	Listener *listener = owner;
	gsize len;
	const void *text = g_bytes_get_data(data, &len);

	evbuffer_add_printf(listener->waiting, "event: message\ndata: ");
	evbuffer_add(listener->waiting, text, len);
	evbuffer_add(listener->waiting, "\n\n", 2);
	listener->waiting_len += len;
	send_waiting(listener);
}

/* Tells why and ends the stream. */
static void
end_with(Listener *listener, const char *reason)
{
	struct evbuffer *piece = listener->waiting;
	g_autoptr(json_t) data = json_object();
	g_autofree char *text = NULL;
	gsize len;

	json_object_set_new(data, "reason", json_text(reason));
	text = json_write(data, &len);
	evbuffer_add_printf(piece, "event: end\ndata: %s\n\n", text);
	exchange_stream_send(listener->exchange, piece, taken, listener);
	exchange_stream_end(listener->exchange);
	listener_free(listener);
}

static void
close_stream(void *owner, SessionReason reason)
{
	Listener *listener = owner;

	/* Before, the refusal of the subscription says it. */
	if (!listener->streaming)
		return;
	switch (reason) {
	case SESSION_ENGINE_CLOSES:
		end_with(listener, "the chain's engine has ended it");
		break;
	case SESSION_CHAIN_CLOSES:
		end_with(listener, "the chain is being closed");
		break;
	case SESSION_SLOW:
		exchange_stream_drop(listener->exchange);
		break;
	}
}

static void
session_ended(const bsn_engine *engine, bsn_ledger *ledger,
	      bsn_session *session)
{
	bsn_engine_messages_of(engine)->closed(ledger, session);
}

static const SessionKind session_kind = { push, close_stream, session_ended };

/* ---- subscribing ---- */

static guint
add_topics(bsn_topic *out, guint n, char **names, gboolean is_private)
{
	for (; names != NULL && *names != NULL; names++)
		out[n++] = (bsn_topic){ .size = sizeof(bsn_topic),
					.is_private = is_private ? 1 : 0,
					.name = bsn_slice_str(*names) };
	return n;
}

static int32_t
ask_subscribe(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	      bsn_err *err)
{
	const Listener *listener = ask_data(reply);
	bsn_topic topics[2 * BSN_MESSAGE_TOPICS_MAX];
	const bsn_client client = message_client(listener->caller);
	bsn_subscription wanted = {
		.size = sizeof(wanted),
		.topics = topics,
		.client = &client,
	};
	guint n = add_topics(topics, 0, listener->topics, FALSE);
	gsize len;

	wanted.topic_count = add_topics(topics, n, listener->privates, TRUE);
	if (listener->proven_key != NULL) {
		wanted.proven_key.data =
			g_bytes_get_data(listener->proven_key, &len);
		wanted.proven_key.len = len;
	}
	if (wanted.topic_count > BSN_MESSAGE_TOPICS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"topics: with the private ones they are more "
				"than %u",
				BSN_MESSAGE_TOPICS_MAX);
	if (!session_show(listener->session))
		return bsn_fail(err, BSN_UNAVAILABLE, "the caller has left");
	return bsn_engine_messages_of(engine)->subscribe(
		ledger, listener->session, &wanted, reply, err);
}

static void
reader_gone(gpointer arg)
{
	listener_free(arg);
}

static void
subscribed(Exchange *exchange, bsn_reply *reply)
{
	Listener *listener = ask_data(reply);

	if (server_stopping(exchange->gateway->server)) {
		exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
			       "the host is stopping");
		return;
	}
	exchange_stream(exchange, "text/event-stream", reader_gone, listener);
	listener->streaming = TRUE;
	evbuffer_prepend(listener->waiting, ": listening\n\n", 13);
	send_waiting(listener);
}

/* The question is over. */
static void
settle(gpointer data)
{
	Listener *listener = data;

	if (!listener->streaming)
		listener_free(listener);
}

static void
start(Exchange *exchange, Chain *chain, char **topics, char **privates,
      GBytes *proven_key)
{
	Listener *listener = g_new0(Listener, 1);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_subscribe,
		.then = subscribed,
		.data = listener,
		.free_data = settle,
	};

	listener->link.data = listener;
	listener->gateway = exchange->gateway;
	listener->exchange = exchange_ref(exchange);
	listener->session = session_new(chain, &session_kind, listener);
	listener->waiting = evbuffer_new();
	listener->since = g_get_monotonic_time();
	listener->topics = topics;
	listener->privates = privates;
	listener->proven_key = proven_key;
	listener->caller = caller_ref(exchange->caller);
	g_queue_push_tail_link(&exchange->gateway->listeners, &listener->link);
	ask_chain(exchange, chain, &question);
}

/* ---- the request ---- */

static gboolean
read_topics(Exchange *exchange, const char *name, char ***out)
{
	const char *list = exchange_param(exchange, name);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	*out = NULL;
	if (list != NULL)
		*out = message_topics(list, name, &status, &err);
	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	return status == BSN_OK;
}

static gboolean
has_room(Exchange *exchange)
{
	const Gateway *gateway = exchange->gateway;
	guint open = gateway->listeners.length;

	if (open < gateway->deps.config->gateway_event_streams_max)
		return TRUE;
	exchange_failf(exchange, BSN_BUSY, NULL,
		       "%u streams of messages are open, as many as may be",
		       open);
	return FALSE;
}

void
messages_listen(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	g_auto(GStrv) topics = NULL;
	g_auto(GStrv) privates = NULL;
	g_autoptr(GBytes) key = NULL;

	if (chain == NULL || !read_topics(exchange, "topics", &topics) ||
	    !read_topics(exchange, "private", &privates) ||
	    !message_proven_key(exchange, chain, &key) || !has_room(exchange))
		return;
	if (topics == NULL && privates == NULL)
		exchange_failf(exchange, BSN_BAD_REQUEST,
			       "Name them: ?topics=a,b or ?private=c.",
			       "there is no topic to listen to");
	else if (exchange->method == EVHTTP_REQ_HEAD)
		exchange_answer(exchange, 200, NULL);
	else
		start(exchange, chain, g_steal_pointer(&topics),
		      g_steal_pointer(&privates), g_steal_pointer(&key));
}

/* ---- time ---- */

static void
tick_one(Listener *listener, gint64 now)
{
	const Config *config = listener->gateway->deps.config;
	gint64 quiet_s = (now - listener->since) / G_USEC_PER_SEC;

	if (!listener->streaming)
		return;
	if (!caller_still_valid(listener->caller, g_get_real_time() / 1000)) {
		end_with(listener, "your access has ended");
	} else if (listener->sending) {
		if (quiet_s >= config->gateway_request_timeout_s)
			exchange_stream_drop(listener->exchange);
	} else if (quiet_s >= HEARTBEAT_S) {
		evbuffer_add(listener->waiting, ":\n\n", 3);
		send_waiting(listener);
	}
}

void
listeners_tick(Gateway *gateway, gint64 now)
{
	GList *link = gateway->listeners.head;

	while (link != NULL) {
		GList *next = link->next;

		tick_one(link->data, now);
		link = next;
	}
}

void
listeners_end_all(Gateway *gateway)
{
	GList *link = gateway->listeners.head;

	while (link != NULL) {
		Listener *listener = link->data;

		link = link->next;
		if (listener->streaming)
			end_with(listener, "the host is stopping");
	}
}
