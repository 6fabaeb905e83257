/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/exchange.h"

#include <stdarg.h>
#include <string.h>

#include <bsn/helpers/error.h>
#include <event2/bufferevent.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

#include "host/access/audit.h"
#include "host/gateway/error.h"
#include "host/gateway/json.h"
#include "host/ops/log.h"
#include "host/status.h"

/* An engine answers local requests in milliseconds; a bridge to a remote chain
 * may take longer. Nobody waits forever. */
#define ANSWER_TIMEOUT_S 60

static void gone(gpointer user);

Exchange *
exchange_new(Gateway *gateway, struct evhttp_request *request)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(request);
	Exchange *exchange = g_new0(Exchange, 1);
	char *address;
	ev_uint16_t port;

	exchange->refs = 1;
	exchange->gateway = gateway;
	exchange->link.data = exchange;
	exchange->request = request;
	exchange->connection = connection_of(request);
	exchange->method = evhttp_request_get_command(request);
	exchange->uri = g_strdup(evhttp_request_get_uri(request));
	evhttp_connection_get_peer(evhttp_request_get_connection(request),
				   &address, &port);
	exchange->peer = g_strdup(address);
	exchange->body_len = evbuffer_get_length(input);
	exchange->body = evbuffer_pullup(input, -1);
	exchange->began = g_get_monotonic_time();
	exchange->deadline =
		exchange->began + ANSWER_TIMEOUT_S * G_USEC_PER_SEC;
	g_queue_push_tail_link(&gateway->held, &exchange->link);
	connection_hold(exchange->connection, request, exchange, gone);
	return exchange;
}

Exchange *
exchange_ref(Exchange *exchange)
{
	exchange->refs++;
	return exchange;
}

void
exchange_unref(Exchange *exchange)
{
	if (--exchange->refs > 0)
		return;
	target_clear(&exchange->target);
	caller_unref(exchange->caller);
	g_free(exchange->uri);
	g_free(exchange->peer);
	g_free(exchange->subject);
	g_free(exchange);
}

gboolean
exchange_waits(const Exchange *exchange)
{
	return exchange->request != NULL;
}

/* ---- the end of it ---- */

void
exchange_audit(const Exchange *exchange, int http, const char *result)
{
	AuditRecord record = {
		.caller = exchange->caller,
		.peer = exchange->peer,
		.method = method_name(exchange->method),
		.target = exchange->uri,
		.chain = route_arg(exchange->route, &exchange->target, "c"),
		.subject = exchange->subject,
		.http = http,
		.result = result,
	};

	audit_write(&record);
}

/* Counts and audits; http 0: the caller left first. */
static void
account(Exchange *exchange, int http, const char *result)
{
	gint64 took = g_get_monotonic_time() - exchange->began;
	const Route *route = exchange->route;
	guint number = route != NULL ? (guint)(route - routes) : route_count;

	traffic_count(&exchange->gateway->traffic[number], http,
		      (double)took / G_USEC_PER_SEC);
	if (exchange->audited)
		exchange_audit(exchange, http, result);
}

/* The connection has no more to do with this exchange. */
static void
part(Exchange *exchange)
{
	exchange->request = NULL;
	exchange->connection = NULL;
	exchange->body = NULL;
	exchange->body_len = 0;
	g_queue_unlink(&exchange->gateway->held, &exchange->link);
	if (exchange->left != NULL)
		exchange->left(exchange->left_arg);
	exchange_unref(exchange);
}

/* The caller left before the answer was complete. */
static void
gone(gpointer user)
{
	Exchange *exchange = user;
	struct evhttp_request *request = exchange->request;
	gboolean streams = exchange->gone != NULL;

	/* evhttp frees the request with its connection, unless it found the
	 * peer gone by itself: then it has let go of it. */
	if (evhttp_request_get_connection(request) == NULL)
		evhttp_request_free(request);
	exchange_ref(exchange);
	part(exchange);
	if (streams)
		exchange->gone(exchange->gone_arg);
	else
		account(exchange, 0, "left");
	exchange_unref(exchange);
}

/* evhttp has sent the whole answer. */
static void
sent(struct evhttp_request *request, void *arg)
{
	connection_next(arg);
}

/* ---- asking ---- */

const char *
exchange_arg(const Exchange *exchange, const char *name)
{
	return route_arg(exchange->route, &exchange->target, name);
}

const char *
exchange_param(const Exchange *exchange, const char *name)
{
	return target_param(&exchange->target, name);
}

const char *
exchange_header(const Exchange *exchange, const char *name)
{
	return evhttp_find_header(
		evhttp_request_get_input_headers(exchange->request), name);
}

gboolean
exchange_number(Exchange *exchange, const char *name, guint64 absent,
		guint64 min, guint64 max, guint64 *out)
{
	const char *text = exchange_param(exchange, name);

	*out = absent;
	if (text == NULL ||
	    g_ascii_string_to_unsigned(text, 10, min, max, out, NULL))
		return TRUE;
	exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
		       "%s=%.40s is not a whole number from %" G_GUINT64_FORMAT
		       " to %" G_GUINT64_FORMAT,
		       name, text, min, max);
	return FALSE;
}

Chain *
exchange_chain(Exchange *exchange)
{
	const char *name = exchange_arg(exchange, "c");
	Chain *chain = chain_table_find(exchange->gateway->deps.chains, name);

	if (chain == NULL)
		exchange_failf(exchange, BSN_NOT_FOUND,
			       "GET /v1/chains lists those that there are.",
			       "there is no chain \"%.63s\"", name);
	return chain;
}

/* ---- answering ---- */

void
exchange_add_header(Exchange *exchange, const char *name, const char *value)
{
	if (exchange->request != NULL)
		evhttp_add_header(
			evhttp_request_get_output_headers(exchange->request),
			name, value);
}

static void
add_headers(Exchange *exchange, int http, gsize length)
{
	char text[32];

	g_snprintf(text, sizeof(text), "%" G_GSIZE_FORMAT, length);
	if (http != 204) {
		exchange_add_header(exchange, "Content-Type",
				    "application/json");
		exchange_add_header(exchange, "Content-Length", text);
	}
	exchange_add_header(exchange, "Cache-Control", "no-store");
	if (http == 401)
		exchange_add_header(exchange, "WWW-Authenticate",
				    "BSN-Signature");
	if (http == 429 || http == 503)
		exchange_add_header(exchange, "Retry-After", "1");
	if (exchange->close_after || server_stopping(exchange->gateway->server))
		exchange_add_header(exchange, "Connection", "close");
}

static void
free_text(const void *data, size_t len, void *text)
{
	g_free(text);
}

static const char *
phrase_of(int http)
{
	static const struct {
		int http;
		const char *phrase;
	} phrases[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 422, "Unprocessable Content" },
		{ 423, "Locked" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
		{ 507, "Insufficient Storage" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
		if (phrases[i].http == http)
			return phrases[i].phrase;
	return "Answer";
}

static void
send_answer(Exchange *exchange, int http, char *text, gsize len)
{
	struct evhttp_request *request = exchange->request;
	Connection *connection = exchange->connection;
	struct evbuffer *buffer = evbuffer_new();

	/* evhttp would send a body to HEAD, too. */
	if (text == NULL || exchange->method == EVHTTP_REQ_HEAD)
		g_free(text);
	else
		evbuffer_add_reference(buffer, text, len, free_text, text);
	add_headers(exchange, http, len);
	connection_sending(connection);
	evhttp_request_set_on_complete_cb(request, sent, connection);
	part(exchange);
	evhttp_send_reply(request, http, phrase_of(http), buffer);
	evbuffer_free(buffer);
}

static void
answer(Exchange *exchange, int http, const char *result, json_t *body)
{
	g_autoptr(json_t) owned = body;
	char *text = NULL;
	gsize len = 0;

	if (!exchange_waits(exchange))
		return;
	account(exchange, http, result);
	if (owned != NULL)
		text = json_write(owned, &len);
	send_answer(exchange, http, text, len);
}

void
exchange_end_as(Exchange *exchange, int http, int32_t status, GString *text)
{
	gsize len = text != NULL ? text->len : 0;
	char *owned = text != NULL ? g_string_free(text, FALSE) : NULL;

	if (!exchange_waits(exchange)) {
		g_free(owned);
		return;
	}
	account(exchange, http, status_name(status));
	send_answer(exchange, http, owned, len);
}

/* The framework's own words for what went wrong are not ours to read: in the
 * audit it was answered with that HTTP status. */
void
exchange_answer_as(Exchange *exchange, int http, GString *text)
{
	exchange_end_as(exchange, http, BSN_OK, text);
}

void
exchange_answer_text(Exchange *exchange, GString *text)
{
	exchange_answer_as(exchange, text != NULL ? 200 : 204, text);
}

void
exchange_answer(Exchange *exchange, int http, json_t *body)
{
	answer(exchange, http, status_name(BSN_OK), body);
}

void
exchange_fail_as(Exchange *exchange, int http, int32_t status, json_t *body)
{
	answer(exchange, http, status_name(status), body);
}

void
exchange_fail(Exchange *exchange, int32_t status, const bsn_err *err,
	      const char *remedy)
{
	if (status < 0)
		log_warning("gateway", NULL, "%s %s failed: %s: %s",
			    method_name(exchange->method), exchange->uri,
			    status_name(status),
			    err != NULL ? err->reason : "");
	exchange_fail_as(exchange, status_http(status), status,
			 error_body(status, err, remedy));
}

void
exchange_failf(Exchange *exchange, int32_t status, const char *remedy,
	       const char *format, ...)
{
	bsn_err err = BSN_ERR_INIT;
	va_list args;

	va_start(args, format);
	g_vsnprintf(err.reason, sizeof(err.reason), format, args);
	va_end(args);
	exchange_fail(exchange, status, &err, remedy);
}

/* ---- an answer without end ---- */

void
exchange_stream(Exchange *exchange, const char *content_type,
		void (*reader_gone)(gpointer), gpointer arg)
{
	exchange->gone = reader_gone;
	exchange->gone_arg = arg;
	exchange->deadline = 0;
	account(exchange, 200, status_name(BSN_OK));
	exchange_add_header(exchange, "Content-Type", content_type);
	exchange_add_header(exchange, "Cache-Control", "no-store");
	connection_streaming(exchange->connection);
	evhttp_request_set_on_complete_cb(exchange->request, sent,
					  exchange->connection);
	evhttp_send_reply_start(exchange->request, 200, phrase_of(200));
}

/* The output has run empty. */
static void
drained(struct evhttp_connection *evcon, void *arg)
{
	Exchange *exchange = arg;

	exchange->sending = FALSE;
	exchange->all_sent(exchange->all_sent_arg);
}

void
exchange_stream_send(Exchange *exchange, struct evbuffer *piece,
		     void (*all_sent)(gpointer), gpointer arg)
{
	exchange->sending = TRUE;
	exchange->all_sent = all_sent;
	exchange->all_sent_arg = arg;
	connection_gather(exchange->connection);
	evhttp_send_reply_chunk_with_cb(exchange->request, piece, drained,
					exchange);
}

static void
end_stream(gpointer arg)
{
	Exchange *exchange = arg;
	struct evhttp_request *request = exchange->request;

	connection_sending(exchange->connection);
	part(exchange);
	evhttp_send_reply_end(request);
}

static void
nobody_is_told(gpointer arg)
{
	(void)arg;
}

/* evhttp would take the news that the last piece was taken, which may be on
 * its way, for news of the end: the end is given to it afterwards. */
void
exchange_stream_end(Exchange *exchange)
{
	if (!exchange->sending) {
		end_stream(exchange);
		return;
	}
	connection_ending(exchange->connection);
	exchange->gone = nobody_is_told;
	exchange->all_sent = end_stream;
	exchange->all_sent_arg = exchange;
}

void
exchange_stream_drop(Exchange *exchange)
{
	connection_abort(exchange->connection);
}

Connection *
exchange_upgrade(Exchange *exchange, const char *head,
		 void (*readable)(gpointer), void (*written)(gpointer),
		 void (*taker_gone)(gpointer), gpointer arg)
{
	Connection *connection = exchange->connection;

	exchange->gone = taker_gone;
	exchange->gone_arg = arg;
	exchange->deadline = 0;
	account(exchange, 101, status_name(BSN_OK));
	connection_take(connection, readable, written, arg);
	evbuffer_add(bufferevent_get_output(connection->bev), head,
		     strlen(head));
	return connection;
}

void
exchange_refuse_method(Exchange *exchange, const char *allow)
{
	bsn_err err = BSN_ERR_INIT;

	exchange_add_header(exchange, "Allow", allow);
	if (exchange->method == EVHTTP_REQ_OPTIONS) {
		exchange_answer(exchange, 204, NULL);
		return;
	}
	bsn_fail(&err, BSN_BAD_REQUEST,
		 "the request's method is none of this resource");
	exchange_fail_as(exchange, 405, BSN_BAD_REQUEST,
			 error_body(BSN_BAD_REQUEST, &err,
				    "Use one of the methods in the header "
				    "Allow."));
}
