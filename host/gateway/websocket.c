/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/websocket.h"

#include <string.h>

#include <bsn/ext/jsonrpc.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <event2/bufferevent.h>

#include "host/gateway/error.h"
#include "host/gateway/rpc_call.h"
#include "host/gateway/routes.h"
#include "host/service/session.h"

/* Messages of one client that are being answered; it is not read from beyond. */
#define ANSWERS_MAX 64
/* Bytes that wait for a client, beyond which it is not read from either. */
#define OUTPUT_MAX (1u << 20)

typedef struct {
	guint refs;
	GList link;	      /* in gateway->websockets; data points here */
	Gateway *gateway;
	Exchange *exchange;   /* NULL once it has ended */
	Connection *connection;
	bsn_session *session; /* likewise */
	WsParser parser;
	Chain *chain;
	guint answers;	 /* under way */
	gboolean reading; /* read_more is at work */
	gboolean closing; /* a close frame was sent */
	gboolean pinged;  /* since it was last heard */
	gint64 heard;	 /* monotonic, us; likewise: */
	gint64 took;	 /* when output last left, or there was none */
} Websocket;

static void
websocket_unref(Websocket *ws)
{
	if (--ws->refs > 0)
		return;
	ws_parser_clear(&ws->parser);
	chain_unref(ws->chain);
	g_free(ws);
}

static struct evbuffer *
output_of(const Websocket *ws)
{
	return bufferevent_get_output(ws->connection->bev);
}

/* ---- sending ---- */

static void
send_head(Websocket *ws, WsOpcode opcode, gsize len)
{
	guint8 head[10];

	if (evbuffer_get_length(output_of(ws)) == 0)
		ws->took = g_get_monotonic_time();
	evbuffer_add(output_of(ws), head, ws_frame_head(opcode, len, head));
}

static void
send_control(Websocket *ws, WsOpcode opcode, const void *data, gsize len)
{
	send_head(ws, opcode, len);
	evbuffer_add(output_of(ws), data, len);
}

static void
close_with(Websocket *ws, guint status, const char *reason)
{
	guint8 payload[WS_CONTROL_MAX];
	gsize len = MIN(strlen(reason), sizeof(payload) - 2);

	if (ws->closing)
		return;
	ws->closing = TRUE;
	payload[0] = (guint8)(status >> 8);
	payload[1] = (guint8)status;
	memcpy(payload + 2, reason, len);
	send_control(ws, WS_CLOSE, payload,
		     status == WS_NO_STATUS ? 0 : len + 2);
	connection_finish(ws->connection);
}

/* ---- what the engine pushes ---- */

typedef struct {
	bsn_session *session;
	GBytes *data;
} Pushed;

/* The bytes have left, or the connection is gone. */
static void
pushed_gone(const void *data, size_t len, void *arg)
{
	Pushed *pushed = arg;

	session_sent(pushed->session, len);
	session_unref(pushed->session);
	g_bytes_unref(pushed->data);
	g_free(pushed);
}

static void
push(void *owner, GBytes *data)
{
	Websocket *ws = owner;
	Pushed *pushed;
	gsize len;
	const void *bytes = g_bytes_get_data(data, &len);

	if (ws->closing || len == 0)
		return;
	pushed = g_new(Pushed, 1);
	pushed->session = session_ref(ws->session);
	pushed->data = g_bytes_ref(data);
	send_head(ws, WS_TEXT, len);
	evbuffer_add_reference(output_of(ws), bytes, len, pushed_gone, pushed);
}

static void
close_session(void *owner, SessionReason reason)
{
	switch (reason) {
	case SESSION_ENGINE_CLOSES:
		close_with(owner, WS_NORMAL, "");
		break;
	case SESSION_CHAIN_CLOSES:
		close_with(owner, WS_GOING_AWAY, "the chain is being closed");
		break;
	case SESSION_SLOW:
		close_with(owner, WS_POLICY,
			   "you read slower than you subscribed to");
		break;
	}
}

static void
session_ended(const bsn_engine *engine, bsn_ledger *ledger,
	      bsn_session *session)
{
	bsn_engine_jsonrpc_of(engine)->closed(ledger, session);
}

static const SessionKind session_kind = { push, close_session, session_ended };

/* ---- what the client asks ---- */

static void read_more(gpointer arg);

static void
free_answer(const void *data, size_t len, void *text)
{
	g_free(text);
}

static void
answered(gpointer owner, GString *answer)
{
	Websocket *ws = owner;
	gsize len = answer != NULL ? answer->len : 0;
	char *text = answer != NULL ? g_string_free(answer, FALSE) : NULL;

	ws->answers--;
	if (text != NULL && ws->exchange != NULL && !ws->closing) {
		send_head(ws, WS_TEXT, len);
		evbuffer_add_reference(output_of(ws), text, len, free_answer,
				       text);
	} else {
		g_free(text);
	}
	if (ws->exchange != NULL && ws->answers == ANSWERS_MAX - 1)
		read_more(ws);
	websocket_unref(ws);
}

static void
ask(Websocket *ws)
{
	const Config *config = ws->gateway->deps.config;
	GByteArray *text = ws->parser.message;
	g_autoptr(GBytes) message = g_bytes_new(text->data, text->len);
	RpcCaller caller = {
		.chain = ws->chain,
		.role = ws->exchange->caller->identity->role,
		.batch_max = config->gateway_rpc_batch_max,
		.session = ws->session,
		.done = answered,
		.owner = ws,
	};

	ws_parser_next(&ws->parser);
	ws->refs++;
	ws->answers++;
	if (rpc_call(&caller, message))
		exchange_audit(ws->exchange, 101, "ok");
}

static void
act_on(Websocket *ws, WsEvent event)
{
	switch (event) {
	case WS_MORE:
	case WS_GOT_PONG:
		break;
	case WS_GOT_MESSAGE:
		ask(ws);
		break;
	case WS_GOT_PING:
		send_control(ws, WS_PONG, ws->parser.control,
			     ws->parser.control_len);
		break;
	case WS_GOT_CLOSE:
	case WS_BROKEN:
		close_with(ws, ws->parser.status, "");
		break;
	}
}

static gboolean
may_read(const Websocket *ws)
{
	return !ws->closing && ws->answers < ANSWERS_MAX &&
	       evbuffer_get_length(output_of(ws)) < OUTPUT_MAX;
}

/* What is not read stays in the input, whose room is bounded. */
static void
read_more(gpointer arg)
{
	Websocket *ws = arg;
	struct evbuffer *input = bufferevent_get_input(ws->connection->bev);
	struct evbuffer_iovec part;

	if (ws->reading)
		return;
	ws->reading = TRUE;
	ws->refs++;
	while (may_read(ws) && evbuffer_peek(input, -1, NULL, &part, 1) > 0) {
		WsEvent event;
		gsize taken = ws_parse(&ws->parser, part.iov_base,
				       part.iov_len, &event);

		evbuffer_drain(input, taken);
		act_on(ws, event);
	}
	ws->reading = FALSE;
	websocket_unref(ws);
}

static void
readable(gpointer arg)
{
	Websocket *ws = arg;

	ws->heard = g_get_monotonic_time();
	ws->pinged = FALSE;
	read_more(ws);
}

/* ---- life ---- */

static void
gone(gpointer arg)
{
	Websocket *ws = arg;

	g_queue_unlink(&ws->gateway->websockets, &ws->link);
	session_end(g_steal_pointer(&ws->session));
	exchange_unref(g_steal_pointer(&ws->exchange));
	ws->connection = NULL;
	websocket_unref(ws);
}

/* Output has left. */
static void
output_changed(struct evbuffer *output, const struct evbuffer_cb_info *info,
	       void *arg)
{
	Connection *connection = arg;

	if (info->n_deleted > 0)
		connection->since = g_get_monotonic_time();
}

static gboolean
names(Exchange *exchange, const char *header, const char *word)
{
	const char *value = exchange_header(exchange, header);
	g_auto(GStrv) items = g_strsplit(value != NULL ? value : "", ",", -1);

	for (guint i = 0; items[i] != NULL; i++)
		if (g_ascii_strcasecmp(g_strstrip(items[i]), word) == 0)
			return TRUE;
	return FALSE;
}

/* RFC 6455 sections 4.2.1 and 4.4. The answer to the key, for g_free; NULL: it
 * was refused. */
static char *
judge_handshake(Exchange *exchange)
{
	const char *key = exchange_header(exchange, "Sec-WebSocket-Key");
	bsn_err err = BSN_ERR_INIT;
	char *accept = key != NULL ? ws_accept(key) : NULL;

	if (accept != NULL && names(exchange, "Upgrade", "websocket") &&
	    names(exchange, "Connection", "Upgrade") &&
	    names(exchange, "Sec-WebSocket-Version", "13"))
		return accept;
	g_free(accept);
	exchange_add_header(exchange, "Upgrade", "websocket");
	exchange_add_header(exchange, "Sec-WebSocket-Version", "13");
	bsn_fail(&err, BSN_BAD_REQUEST,
		 "GET is here for a WebSocket of version 13, and this is no "
		 "handshake of one");
	exchange_fail_as(exchange, 426, BSN_BAD_REQUEST,
			 error_body(BSN_BAD_REQUEST, &err,
				    "Open a WebSocket, or use POST."));
	return NULL;
}

static gboolean
has_room(Exchange *exchange)
{
	guint open = exchange->gateway->websockets.length;

	if (open < exchange->gateway->deps.config->gateway_websockets_max)
		return TRUE;
	exchange_failf(exchange, BSN_BUSY, NULL,
		       "%u WebSockets are open, as many as may be", open);
	return FALSE;
}

static void
start(Exchange *exchange, Chain *chain, const char *accept)
{
	g_autofree char *head =
		g_strdup_printf("HTTP/1.1 101 Switching Protocols\r\n"
				"Upgrade: websocket\r\n"
				"Connection: Upgrade\r\n"
				"Sec-WebSocket-Accept: %s\r\n\r\n",
				accept);
	Websocket *ws = g_new0(Websocket, 1);

	ws->refs = 1;
	ws->gateway = exchange->gateway;
	ws->link.data = ws;
	ws->exchange = exchange_ref(exchange);
	ws->chain = chain_ref(chain);
	ws->session = session_new(chain, &session_kind, ws);
	ws->heard = g_get_monotonic_time();
	ws_parser_init(&ws->parser,
		       exchange->gateway->deps.config->gateway_body_max);
	g_queue_push_tail_link(&ws->gateway->websockets, &ws->link);
	ws->connection = exchange_upgrade(exchange, head, readable, read_more,
					  gone, ws);
	evbuffer_add_cb(output_of(ws), output_changed, ws->connection);
	read_more(ws);
}

void
websocket_open(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	g_autofree char *accept = NULL;

	if (chain == NULL || !rpc_may_use(exchange, chain) ||
	    !has_room(exchange))
		return;
	accept = judge_handshake(exchange);
	if (accept != NULL)
		start(exchange, chain, accept);
}

/* ---- time ---- */

/* Seconds since then. */
static gint64
since(gint64 then, gint64 now)
{
	return (now - then) / G_USEC_PER_SEC;
}

static void
tick_one(Websocket *ws, gint64 now)
{
	const Config *config = ws->gateway->deps.config;
	gint64 silent, stuck;

	if (ws->closing)
		return;
	if (!may_read(ws))
		ws->heard = now; /* it is not listened to */
	silent = since(ws->heard, now);
	stuck = since(MAX(ws->took, ws->connection->since), now);
	if (!caller_still_valid(ws->exchange->caller,
				g_get_real_time() / 1000) ||
	    !tokens_hold(ws->gateway->tokens, ws->exchange->caller)) {
		close_with(ws, WS_POLICY, "your access has ended");
		return;
	}
	if (silent > config->gateway_idle_timeout_s ||
	    (evbuffer_get_length(output_of(ws)) > 0 &&
	     stuck > config->gateway_request_timeout_s)) {
		connection_abort(ws->connection);
	} else if (silent > config->gateway_idle_timeout_s / 2 && !ws->pinged) {
		ws->pinged = TRUE;
		send_control(ws, WS_PING, "", 0);
	}
}

void
websockets_tick(Gateway *gateway, gint64 now)
{
	GList *link = gateway->websockets.head;

	while (link != NULL) {
		GList *next = link->next;

		tick_one(link->data, now);
		link = next;
	}
}

void
websockets_end_all(Gateway *gateway)
{
	GList *link = gateway->websockets.head;

	while (link != NULL) {
		GList *next = link->next;

		close_with(link->data, WS_GOING_AWAY, "the host is stopping");
		link = next;
	}
}
