/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/connection.h"

#include <string.h>
#include <sys/socket.h>

#include <bsn/helpers/error.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include "host/gateway/error.h"
#include "host/gateway/json.h"

/* Time to take a whole answer; enough for the largest at 1 MB/s. */
#define SENDING_TIMEOUT_S 120
/* A refused peer may still be sending: what it sends is thrown away for so long
 * that it can read why. */
#define REFUSING_TIMEOUT_S 5
/* Bytes of further requests that are read ahead while one is worked on. */
#define READ_AHEAD_MAX 65536

/* ---- states ---- */

static void
enter(Connection *connection, ConnectionState state)
{
	connection->state = state;
	connection->since = g_get_monotonic_time();
}

static void
begin_request(Connection *connection)
{
	enter(connection, CONNECTION_RECEIVING);
	connection->scan = (HeadScan){ 0 };
	connection->received = 0;
	connection->refused_http = 0;
}

/* Counts the last `n` bytes of the input. */
static void
count_received(Connection *connection, struct evbuffer *input, gsize n)
{
	struct evbuffer_ptr at;
	struct evbuffer_iovec parts[8];
	int used;

	connection->received += n;
	if (connection->scan.done ||
	    evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - n,
			     EVBUFFER_PTR_SET) != 0)
		return;
	used = evbuffer_peek(input, (ev_ssize_t)n, &at, parts,
			     G_N_ELEMENTS(parts));
	for (int i = 0; i < MIN(used, (int)G_N_ELEMENTS(parts)); i++)
		head_scan(&connection->scan, parts[i].iov_base,
			  parts[i].iov_len);
}

static int
limit_passed(const Connection *connection)
{
	const ConnectionLimits *limits = connection->limits;

	if (connection->scan.length > limits->header_max)
		return 431;
	if (connection->received - connection->scan.length > limits->body_max &&
	    connection->scan.done)
		return 413;
	return 0;
}

/* Bytes came in, before evhttp sees them. */
static void
received(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	Connection *connection = arg;

	if (info->n_added == 0)
		return;
	if (connection->state == CONNECTION_HANDSHAKE ||
	    connection->state == CONNECTION_IDLE)
		begin_request(connection);
	if (connection->state != CONNECTION_RECEIVING)
		return;
	count_received(connection, input, info->n_added);
	if (connection->refused_http == 0) {
		connection->refused_http = limit_passed(connection);
		if (connection->refused_http != 0)
			event_active(connection->refuse, 0, 0);
	}
}

/* Bytes of an answer that are made one piece: as much as a TLS record holds. */
#define RECORD_BYTES 16384

/* evhttp puts an answer together from pieces, and each piece of an evbuffer
 * becomes a TLS record and a system call of its own. */
static void
join_pieces(struct evbuffer *output, const struct evbuffer_cb_info *info,
	    void *arg)
{
	if (info->n_added > 0 && evbuffer_get_length(output) <= RECORD_BYTES)
		evbuffer_pullup(output, -1);
}

/* ---- refusal: a limit or a deadline, answered in evhttp's place ---- */

static void
throw_away(struct bufferevent *bev, void *arg)
{
	struct evbuffer *input = bufferevent_get_input(bev);

	evbuffer_drain(input, evbuffer_get_length(input));
}

/* All is out: the peer learns that nothing else comes. */
static void
last_written(struct bufferevent *bev, void *arg)
{
	Connection *connection = arg;

	enter(connection, CONNECTION_REFUSING);
	SSL_shutdown(connection->ssl);
	shutdown(bufferevent_getfd(bev), SHUT_WR);
}

static void
taken_event(struct bufferevent *bev, short what, void *arg)
{
	Connection *connection = arg;

	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT))
		evhttp_connection_free(connection->taken);
}

static char *
refusal_text(const Connection *connection, int http)
{
	const ConnectionLimits *limits = connection->limits;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_TOO_LARGE;
	const char *remedy = NULL;
	g_autoptr(json_t) body = NULL;
	gsize len;

	if (http == 431)
		bsn_fail(&err, status, "the header is over %zu bytes",
			 limits->header_max);
	else if (http == 413)
		bsn_fail(&err, status, "the body is over %zu bytes",
			 limits->body_max);
	else {
		status = BSN_TIMEOUT;
		remedy = "Send the request in one go.";
		bsn_fail(&err, status, "the request did not arrive within %u s",
			 limits->request_timeout_s);
	}
	body = error_body(status, &err, remedy);
	return json_write(body, &len);
}

static const char *
phrase_of(int http)
{
	if (http == 413)
		return "Content Too Large";
	return http == 431 ? "Request Header Fields Too Large"
			   : "Request Timeout";
}

/* A bufferevent that was freed lives on until the loop's next turn, without
 * callbacks; taking or giving up a reference then, as most of its functions do,
 * would end it twice. */
static gboolean
is_alive(const Connection *connection)
{
	bufferevent_event_cb event_cb;

	bufferevent_getcb(connection->bev, NULL, NULL, &event_cb, NULL);
	return event_cb != NULL;
}

static void
take_from_evhttp(Connection *connection)
{
	void *evcon;

	bufferevent_getcb(connection->bev, NULL, NULL, NULL, &evcon);
	connection->taken = evcon;
}

/* Takes the bufferevent from evhttp, which is in the middle of reading and has
 * no way to answer in our words, and answers. */
static void
refuse(Connection *connection, int http)
{
	struct bufferevent *bev = connection->bev;
	g_autofree char *body = NULL;

	if (!is_alive(connection))
		return;
	body = refusal_text(connection, http);
	take_from_evhttp(connection);
	enter(connection, CONNECTION_REFUSING);
	throw_away(bev, NULL);
	bufferevent_setcb(bev, throw_away, last_written, taken_event,
			  connection);
	evbuffer_add_printf(bufferevent_get_output(bev),
			    "HTTP/1.1 %d %s\r\n"
			    "Content-Type: application/json\r\n"
			    "Content-Length: %zu\r\n"
			    "Connection: close\r\n\r\n%s",
			    http, phrase_of(http), strlen(body), body);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
}

static void
refuse_now(evutil_socket_t fd, short what, void *arg)
{
	Connection *connection = arg;

	/* When evhttp found the request complete after all, its handler
	 * answers. */
	if (connection->state == CONNECTION_RECEIVING)
		refuse(connection, connection->refused_http);
}

/* ---- life ---- */

static void
ssl_freed(void *parent, void *ptr, CRYPTO_EX_DATA *data, int index, long argl,
	  void *argp)
{
	Connection *connection = ptr;

	if (connection == NULL)
		return;
	connection->closed(connection, connection->owner);
	if (connection->caller != NULL)
		connection->caller_free(connection->caller);
	event_free(connection->refuse);
	g_free(connection);
}

static int
ssl_index(void)
{
	static gsize index_plus_one;

	if (g_once_init_enter(&index_plus_one)) {
		int index =
			SSL_get_ex_new_index(0, NULL, NULL, NULL, ssl_freed);

		g_once_init_leave(&index_plus_one, (gsize)index + 1);
	}
	return (int)index_plus_one - 1;
}

Connection *
connection_new(struct event_base *base, struct bufferevent *bev, SSL *ssl,
	       const ConnectionLimits *limits,
	       void (*closed)(Connection *, gpointer), gpointer owner)
{
	Connection *connection = g_new0(Connection, 1);

	connection->link.data = connection;
	connection->ssl = ssl;
	connection->bev = bev;
	connection->limits = limits;
	connection->closed = closed;
	connection->owner = owner;
	connection->refuse = event_new(base, -1, 0, refuse_now, connection);
	enter(connection, CONNECTION_HANDSHAKE);
	SSL_set_ex_data(ssl, ssl_index(), connection);
	evbuffer_add_cb(bufferevent_get_input(bev), received, connection);
	evbuffer_add_cb(bufferevent_get_output(bev), join_pieces, NULL);
	return connection;
}

Connection *
connection_of(struct evhttp_request *request)
{
	struct evhttp_connection *evcon =
		evhttp_request_get_connection(request);
	struct bufferevent *bev = evhttp_connection_get_bufferevent(evcon);

	return SSL_get_ex_data(bufferevent_openssl_get_ssl(bev), ssl_index());
}

/* evhttp closes the connection, for whatever reason. */
static void
closing(struct evhttp_connection *evcon, void *arg)
{
	Connection *connection = arg;
	gpointer user = connection->user;

	connection->user = NULL;
	if (user != NULL)
		connection->gone(user);
}

void
connection_hold(Connection *connection, struct evhttp_request *request,
		gpointer user, void (*gone)(gpointer))
{
	struct bufferevent *bev = connection->bev;
	bufferevent_data_cb write_cb;
	bufferevent_event_cb event_cb;
	void *arg;

	enter(connection, CONNECTION_HELD);
	connection->user = user;
	connection->gone = gone;
	evhttp_connection_set_closecb(evhttp_request_get_connection(request),
				      closing, connection);
	/* evhttp's read callback ends the process when it is called in the
	 * middle of an answer, as a pipelining client could bring about. It
	 * sets its callbacks anew for the next request. */
	bufferevent_getcb(bev, NULL, &write_cb, &event_cb, &arg);
	bufferevent_setcb(bev, NULL, write_cb, event_cb, arg);
	bufferevent_setwatermark(bev, EV_READ, 0, READ_AHEAD_MAX);
	bufferevent_enable(bev, EV_READ); /* to see the peer leave */
}

void
connection_forget_user(Connection *connection)
{
	connection->user = NULL;
}

void
connection_sending(Connection *connection)
{
	connection->user = NULL;
	enter(connection, CONNECTION_SENDING);
}

void
connection_ending(Connection *connection)
{
	enter(connection, CONNECTION_SENDING);
}

void
connection_streaming(Connection *connection)
{
	enter(connection, CONNECTION_STREAMING);
}

void
connection_gather(Connection *connection)
{
	bufferevent_disable(connection->bev, EV_WRITE);
}

void
connection_next(Connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->bev);
	gsize ahead = evbuffer_get_length(input);

	bufferevent_setwatermark(connection->bev, EV_READ, 0, 0);
	enter(connection, CONNECTION_IDLE);
	if (ahead > 0) {
		begin_request(connection);
		count_received(connection, input, ahead);
	}
}

/* ---- another protocol ---- */

static void
taken_readable(struct bufferevent *bev, void *arg)
{
	Connection *connection = arg;

	connection->readable(connection->taker);
}

static void
taken_drained(struct bufferevent *bev, void *arg)
{
	Connection *connection = arg;

	connection->drained(connection->taker);
}

void
connection_take(Connection *connection, void (*readable)(gpointer),
		void (*drained)(gpointer), gpointer taker)
{
	take_from_evhttp(connection);
	connection->readable = readable;
	connection->drained = drained;
	connection->taker = taker;
	enter(connection, CONNECTION_STREAMING);
	bufferevent_setcb(connection->bev, taken_readable, taken_drained,
			  taken_event, connection);
	bufferevent_enable(connection->bev, EV_READ | EV_WRITE);
}

void
connection_finish(Connection *connection)
{
	struct bufferevent *bev = connection->bev;

	enter(connection, CONNECTION_SENDING);
	throw_away(bev, NULL);
	bufferevent_setcb(bev, throw_away, last_written, taken_event,
			  connection);
}

/* ---- deadlines ---- */

void
connection_abort(Connection *connection)
{
	/* The bufferevent sees the end of its socket and tells whoever owns
	 * it; freeing evhttp's connection from here could pull it from under
	 * evhttp's feet. */
	connection->aborted = TRUE;
	shutdown(SSL_get_fd(connection->ssl), SHUT_RDWR);
}

static guint
seconds_allowed(const Connection *connection)
{
	switch (connection->state) {
	case CONNECTION_IDLE:
		return connection->limits->idle_timeout_s;
	case CONNECTION_HANDSHAKE:
	case CONNECTION_RECEIVING:
		return connection->limits->request_timeout_s;
	case CONNECTION_SENDING:
		return SENDING_TIMEOUT_S;
	case CONNECTION_REFUSING:
		return REFUSING_TIMEOUT_S;
	case CONNECTION_HELD:
	case CONNECTION_STREAMING:
		break;
	}
	return G_MAXUINT;
}

void
connection_check_deadline(Connection *connection, gint64 now)
{
	guint allowed;

	if (connection->state == CONNECTION_HANDSHAKE &&
	    SSL_is_init_finished(connection->ssl))
		enter(connection, CONNECTION_IDLE);
	allowed = seconds_allowed(connection);
	if (allowed == G_MAXUINT ||
	    now - connection->since < (gint64)allowed * G_USEC_PER_SEC)
		return;
	if (connection->state == CONNECTION_RECEIVING)
		refuse(connection, 408);
	else
		connection_abort(connection);
}
