/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>

#include "identity/base64.h"
#include "identity/canonical.h"
#include "identity/sign.h"
#include "identity/signed_request.h"
#include "tools/bench/http_read.h"
#include "tools/bench/keys.h"
#include "tools/ctl/error.h"

#define EVENTS_AT_ONCE 256
#define READ_ROOM 65536
#define NONCE_BYTES 16u
/* What goes with the head in one record. */
#define TOGETHER_MAX 12288u
#define CONNECT_TIMEOUT_US (10 * G_TIME_SPAN_SECOND)
/* How often what takes too long is looked for. */
#define SWEEP_US (200 * G_TIME_SPAN_MILLISECOND)
#define TIMER NULL /* as an event's data */

struct WireHost {
	char *name; /* with the port, as "Host" has it */
	struct sockaddr_storage address;
	socklen_t address_len;
	SSL_CTX *ctx;
	char *server;	   /* whom the certificate is for */
	char *certificate; /* base64, of who signs requests; NULL: TLS has told
			    * who asks */
	EVP_PKEY *key;
	Key signer; /* the same */
};

typedef enum {
	CONN_CLOSED,
	CONN_SHAKING, /* or connecting still */
	CONN_OPEN,
} ConnState;

struct Conn {
	Wire *wire;
	WireHost *host;
	WireDone done;
	WirePart part; /* or NULL */
	void *user;

	ConnState state;
	int fd;
	SSL *ssl;
	gboolean wants_write; /* as epoll knows it */
	char *failure;	      /* why it could not be made; or NULL */

	gboolean busy;	    /* a request is under way */
	gint64 deadline_us; /* of the handshake or the request; 0: none */
	GString *head;	    /* and a small body */
	WireRequest request;
	gsize head_sent, body_sent;
	HttpRead answer;
};

struct Wire {
	int epoll, timer;
	gint64 timer_us; /* when it is set to go off */
	gint64 swept_us;
	GPtrArray *conns; /* Conn */
	guint64 sent, received;
	char room[READ_ROOM];
};

/* ---- hosts -------------------------------------------------------------- */

static gboolean
resolve(WireHost *host, const char *name, const char *port, GError **error)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const int why = getaddrinfo(name, port, &hints, &found);

	if (why != 0)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s:%s is no host: %s\nName another with "
				"--node.",
				name, port, gai_strerror(why));
	memcpy(&host->address, found->ai_addr, found->ai_addrlen);
	host->address_len = found->ai_addrlen;
	freeaddrinfo(found);
	return TRUE;
}

/* A key that TLS knows; SM2's signs requests. */
static gboolean
is_for_tls(EVP_PKEY *key)
{
	return g_strcmp0(identity_key_algorithm(key), "ecdsa-p256") == 0;
}

static gboolean
open_tls(WireHost *host, const char *ca_file, X509 *certificate, EVP_PKEY *key,
	 GError **error)
{
	SSL_CTX *ctx = host->ctx = SSL_CTX_new(TLS_client_method());
	gboolean ok;

	if (ctx == NULL)
		return ctl_fail(error, CTL_ERROR_FAILED, "there is no TLS");
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	ok = ca_file != NULL
		     ? SSL_CTX_load_verify_locations(ctx, ca_file, NULL) == 1
		     : SSL_CTX_set_default_verify_paths(ctx) == 1;
	if (!ok)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"%s cannot be read\nIt vouches for the host.",
				ca_file != NULL ? ca_file
						: "the system's list of CAs");
	if (is_for_tls(key))
		return SSL_CTX_use_certificate(ctx, certificate) == 1 &&
				       SSL_CTX_use_PrivateKey(ctx, key) == 1
			       ? TRUE
			       : ctl_fail(error, CTL_ERROR_FAILED,
					  "certificate and key do not belong "
					  "together");
	host->certificate = identity_base64_certificate(certificate, error);
	host->key = key;
	EVP_PKEY_up_ref(key);
	host->signer.scheme = keys_scheme(identity_key_algorithm(key), error);
	return host->certificate != NULL && host->signer.scheme != NULL &&
	       identity_key_raw(key, host->signer.secret,
				host->signer.public_key, error);
}

WireHost *
wire_host_new(const char *url, const char *ca_file, X509 *certificate,
	      EVP_PKEY *key, GError **error)
{
	g_autoptr(WireHost) host = g_new0(WireHost, 1);
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, error);
	g_autofree char *port = NULL;

	if (uri == NULL)
		return NULL;
	if (g_strcmp0(g_uri_get_scheme(uri), "https") != 0) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "%s is no https address\nGateways speak TLS.", url);
		return NULL;
	}
	host->name = g_strdup(strstr(url, "://") + 3);
	host->server = g_strdup(g_uri_get_host(uri));
	port = g_strdup_printf(
		"%d", g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 443);
	if (!resolve(host, host->server, port, error) ||
	    !open_tls(host, ca_file, certificate, key, error))
		return NULL;
	return g_steal_pointer(&host);
}

void
wire_host_free(WireHost *host)
{
	if (host == NULL)
		return;
	SSL_CTX_free(host->ctx);
	EVP_PKEY_free(host->key);
	OPENSSL_cleanse(&host->signer, sizeof(host->signer));
	g_free(host->certificate);
	g_free(host->name);
	g_free(host->server);
	g_free(host);
}

/* ---- connections -------------------------------------------------------- */

static void
watch(Conn *conn, int op, gboolean write)
{
	struct epoll_event event = {
		.events = EPOLLIN | (write ? (guint32)EPOLLOUT : 0u),
		.data.ptr = conn,
	};

	conn->wants_write = write;
	(void)epoll_ctl(conn->wire->epoll, op, conn->fd, &event);
}

static void
want_write(Conn *conn, gboolean write)
{
	if (conn->wants_write != write)
		watch(conn, EPOLL_CTL_MOD, write);
}

static void
hang_up(Conn *conn)
{
	if (conn->state == CONN_CLOSED)
		return;
	SSL_free(conn->ssl);
	close(conn->fd);
	conn->ssl = NULL;
	conn->fd = -1;
	conn->state = CONN_CLOSED;
	conn->deadline_us = 0;
}

static void
end_request(Conn *conn, const WireAnswer *answer)
{
	conn->busy = FALSE;
	conn->deadline_us = 0;
	conn->done(conn, answer, conn->user);
}

/* It came to nothing. */
static void
give_up(Conn *conn, const char *why)
{
	const WireAnswer answer = { .why = why };

	hang_up(conn);
	if (conn->busy)
		end_request(conn, &answer);
}

/* Before a byte of the request is on its way nothing is lost. */
static void
give_up_connecting(Conn *conn, const char *reason)
{
	g_free(conn->failure);
	conn->failure = g_strdup_printf("%s: %s", conn->host->name, reason);
	give_up(conn, "unreachable");
}

/* FALSE and errno. */
static gboolean
open_socket(Conn *conn)
{
	const WireHost *host = conn->host;
	const int on = 1;
	int code;

	conn->fd = socket(host->address.ss_family,
			  SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0)
		return FALSE;
	(void)setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(conn->fd, (const struct sockaddr *)&host->address,
		    host->address_len) == 0 ||
	    errno == EINPROGRESS)
		return TRUE;
	code = errno;
	close(conn->fd);
	errno = code;
	return FALSE;
}

static gboolean
open_ssl(Conn *conn)
{
	const WireHost *host = conn->host;

	conn->ssl = SSL_new(host->ctx);
	if (conn->ssl == NULL || SSL_set_fd(conn->ssl, conn->fd) != 1)
		return FALSE;
	if (g_hostname_is_ip_address(host->server))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(conn->ssl),
						     host->server) == 1;
	return SSL_set1_host(conn->ssl, host->server) == 1 &&
	       SSL_set_tlsext_host_name(conn->ssl, host->server) == 1;
}

void
conn_connect(Conn *conn)
{
	if (conn->state != CONN_CLOSED)
		return;
	g_clear_pointer(&conn->failure, g_free);
	if (!open_socket(conn)) {
		give_up_connecting(conn, g_strerror(errno));
		return;
	}
	conn->state = CONN_SHAKING;
	conn->deadline_us = g_get_monotonic_time() + CONNECT_TIMEOUT_US;
	watch(conn, EPOLL_CTL_ADD, TRUE);
	if (!open_ssl(conn))
		give_up_connecting(conn, "there is no TLS");
}

gboolean
conn_is_connected(const Conn *conn)
{
	return conn->state == CONN_OPEN;
}

gboolean
conn_is_connecting(const Conn *conn)
{
	return conn->state == CONN_SHAKING;
}

const char *
conn_failure(const Conn *conn)
{
	return conn->failure;
}

gboolean
conn_is_streaming(const Conn *conn)
{
	const HttpRead *http = &conn->answer;

	return conn->state == CONN_OPEN && conn->busy && conn->part != NULL &&
	       (http->status == 200 || http->status == 101) &&
	       http->state != HTTP_STATUS && http->state != HTTP_HEADER;
}

/* ---- sending ------------------------------------------------------------ */

/* What SSL_get_error says of a call that did not do all: FALSE: it is over. */
static gboolean
wait_for_peer(Conn *conn, int result)
{
	switch (SSL_get_error(conn->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TRUE;
	case SSL_ERROR_WANT_WRITE:
		want_write(conn, TRUE);
		return TRUE;
	}
	ERR_clear_error();
	return FALSE;
}

/* One after the other; FALSE when the connection is over. */
static gboolean
write_some(Conn *conn, const char *data, gsize len, gsize *sent)
{
	while (*sent < len) {
		size_t n;
		const int result =
			SSL_write_ex(conn->ssl, data + *sent, len - *sent, &n);

		if (result != 1)
			return wait_for_peer(conn, result);
		*sent += n;
		conn->wire->sent += n;
	}
	return TRUE;
}

static void
write_on(Conn *conn)
{
	const WireRequest *request = &conn->request;
	gboolean ok = write_some(conn, conn->head->str, conn->head->len,
				 &conn->head_sent);

	if (ok && conn->head_sent == conn->head->len)
		ok = write_some(conn, request->body, request->len,
				&conn->body_sent);
	if (!ok)
		give_up(conn, "lost");
	else if (conn->head_sent == conn->head->len &&
		 conn->body_sent == request->len)
		want_write(conn, FALSE);
}

/* As identity/signed_request.h makes it, but with what does not change made
 * once, and by the plugin's SM2. */
static gboolean
put_signature(Conn *conn)
{
	const WireRequest *request = &conn->request;
	const WireHost *host = conn->host;
	guint8 signature[BSN_SIGNATURE_MAX];
	guint8 random[NONCE_BYTES];
	char time[24], nonce[2 * NONCE_BYTES + 1];
	const CanonicalRequest canonical = { request->method, request->target,
					     time, nonce };
	g_autofree char *text = NULL;
	g_autofree char *base64 = NULL;

	if (RAND_bytes(random, sizeof(random)) != 1)
		return FALSE;
	for (guint i = 0; i < NONCE_BYTES; i++)
		g_snprintf(nonce + 2 * i, 3, "%02x", random[i]);
	g_snprintf(time, sizeof(time), "%" G_GINT64_FORMAT,
		   g_get_real_time() / 1000);
	text = canonical_string(host->key, &canonical, request->body,
				request->len);
	if (text == NULL || !key_sign(&host->signer, BSN_SIGN_STANDARD,
				      bsn_slice_str(text), signature))
		return FALSE;
	base64 = g_base64_encode(signature, IDENTITY_SIGNATURE_LEN);
	g_string_append_printf(conn->head,
			       SIGNED_REQUEST_CERT_HEADER
			       ": %s\r\n" SIGNED_REQUEST_TIME_HEADER
			       ": %s\r\n" SIGNED_REQUEST_NONCE_HEADER
			       ": %s\r\n" SIGNED_REQUEST_SIGNATURE_HEADER
			       ": %s\r\n",
			       host->certificate, time, nonce, base64);
	return TRUE;
}

/* A small body goes along. */
static gboolean
put_head(Conn *conn)
{
	const WireRequest *request = &conn->request;
	GString *head = conn->head;

	g_string_printf(head, "%s %s HTTP/1.1\r\nHost: %s\r\n", request->method,
			request->target, conn->host->name);
	if (conn->host->certificate != NULL && !put_signature(conn))
		return FALSE;
	if (request->len > 0)
		g_string_append_printf(head,
				       "Content-Type: application/json\r\n"
				       "Content-Length: %" G_GSIZE_FORMAT
				       "\r\n",
				       request->len);
	if (request->headers != NULL)
		g_string_append(head, request->headers);
	g_string_append(head, "\r\n");
	conn->head_sent = conn->body_sent = 0;
	if (request->len <= TOGETHER_MAX) {
		g_string_append_len(head, request->body, (gssize)request->len);
		conn->body_sent = request->len;
	}
	return TRUE;
}

void
conn_send(Conn *conn, const WireRequest *request)
{
	g_return_if_fail(!conn->busy);
	conn->busy = TRUE;
	conn->request = *request;
	http_read_reset(&conn->answer);
	if (!put_head(conn)) {
		give_up(conn, "unsigned");
		return;
	}
	if (conn->state != CONN_OPEN) {
		conn_connect(conn);
		return;
	}
	conn->deadline_us = request->timeout_ms > 0
				    ? g_get_monotonic_time() +
					      (gint64)request->timeout_ms * 1000
				    : 0;
	write_on(conn);
}

void
conn_write(Conn *conn, const guint8 *data, gsize len)
{
	g_return_if_fail(conn_is_streaming(conn));
	g_string_erase(conn->head, 0, (gssize)conn->head_sent);
	conn->head_sent = 0;
	g_string_append_len(conn->head, (const char *)data, (gssize)len);
	write_on(conn);
}

void
conn_stream(Conn *conn, WirePart part)
{
	conn->part = part;
}

/* ---- receiving ---------------------------------------------------------- */

static void
answered(Conn *conn)
{
	HttpRead *http = &conn->answer;
	const WireAnswer answer = {
		.status = http->status,
		.body = (const char *)http->body->data,
		.len = http->body->len,
	};

	if (http->closes)
		hang_up(conn);
	end_request(conn, &answer);
}

/* Gives on what has come of a stream; FALSE: it is over. */
static gboolean
give_part(Conn *conn)
{
	HttpRead *http = &conn->answer;

	if (!conn_is_streaming(conn) || http->body->len == 0)
		return TRUE;
	if (!conn->part(conn, (const char *)http->body->data, http->body->len,
			conn->user)) {
		give_up(conn, "stopped");
		return FALSE;
	}
	g_byte_array_set_size(http->body, 0);
	return TRUE;
}

/* FALSE: nothing more is to be read now. */
static gboolean
take_data(Conn *conn, const char *data, gsize len)
{
	HttpRead *http = &conn->answer;

	conn->wire->received += len;
	if (!conn->busy) {
		hang_up(conn);
		return FALSE;
	}
	(void)http_read_take(http, data, len);
	if (!give_part(conn))
		return FALSE;
	if (http->state == HTTP_DONE) {
		answered(conn);
		return FALSE;
	}
	if (http->state != HTTP_BROKEN)
		return TRUE;
	give_up(conn, "lost");
	return FALSE;
}

static void
peer_left(Conn *conn)
{
	if (conn->busy && http_read_ended(&conn->answer)) {
		conn->answer.closes = TRUE;
		answered(conn);
	} else {
		give_up(conn, "lost");
	}
}

static void
read_on(Conn *conn)
{
	Wire *wire = conn->wire;

	for (;;) {
		size_t n;
		const int result =
			SSL_read_ex(conn->ssl, wire->room, READ_ROOM, &n);

		if (result != 1) {
			if (!wait_for_peer(conn, result))
				peer_left(conn);
			return;
		}
		if (!take_data(conn, wire->room, n) || conn->state != CONN_OPEN)
			return;
	}
}

static int
socket_error(const Conn *conn)
{
	int code = 0;
	socklen_t len = sizeof(code);

	return getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &code, &len) == 0
		       ? code
		       : errno;
}

/* Why a handshake came to nothing. */
static const char *
handshake_failure(const Conn *conn, unsigned long code)
{
	const long verified = SSL_get_verify_result(conn->ssl);
	const char *reason = ERR_reason_error_string(code);

	if (verified != X509_V_OK)
		return X509_verify_cert_error_string(verified);
	return reason != NULL ? reason : "the host hung up";
}

static void
shake(Conn *conn)
{
	const int refused = socket_error(conn);
	unsigned long code;
	int result;

	if (refused != 0) {
		give_up_connecting(conn, g_strerror(refused));
		return;
	}
	result = SSL_connect(conn->ssl);
	if (result != 1) {
		code = ERR_peek_last_error();
		want_write(conn, FALSE);
		if (!wait_for_peer(conn, result))
			give_up_connecting(conn, handshake_failure(conn, code));
		return;
	}
	conn->state = CONN_OPEN;
	conn->deadline_us = 0;
	want_write(conn, FALSE);
	if (!conn->busy)
		return;
	if (conn->request.timeout_ms > 0)
		conn->deadline_us = g_get_monotonic_time() +
				    (gint64)conn->request.timeout_ms * 1000;
	write_on(conn);
}

static void
on_event(Conn *conn, guint32 events)
{
	if (conn->state == CONN_SHAKING) {
		shake(conn);
		return;
	}
	if (conn->state == CONN_OPEN && (events & EPOLLOUT) != 0 && conn->busy)
		write_on(conn);
	if (conn->state == CONN_OPEN &&
	    (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		read_on(conn);
}

/* ---- the wire ----------------------------------------------------------- */

static void
conn_free(gpointer data)
{
	Conn *conn = data;

	hang_up(conn);
	http_read_clear(&conn->answer);
	g_string_free(conn->head, TRUE);
	g_free(conn->failure);
	g_free(conn);
}

Wire *
wire_new(GError **error)
{
	g_autoptr(Wire) wire = g_new0(Wire, 1);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = TIMER };

	wire->conns = g_ptr_array_new_with_free_func(conn_free);
	wire->epoll = epoll_create1(EPOLL_CLOEXEC);
	wire->timer =
		timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (wire->epoll < 0 || wire->timer < 0 ||
	    epoll_ctl(wire->epoll, EPOLL_CTL_ADD, wire->timer, &event) < 0) {
		ctl_fail(error, CTL_ERROR_FAILED, "no connections: %s",
			 g_strerror(errno));
		return NULL;
	}
	return g_steal_pointer(&wire);
}

void
wire_free(Wire *wire)
{
	if (wire == NULL)
		return;
	g_ptr_array_unref(wire->conns);
	if (wire->epoll >= 0)
		close(wire->epoll);
	if (wire->timer >= 0)
		close(wire->timer);
	g_free(wire);
}

Conn *
wire_add(Wire *wire, WireHost *host, WireDone done, void *user)
{
	Conn *conn = g_new0(Conn, 1);

	*conn = (Conn){ .wire = wire,
			.host = host,
			.done = done,
			.user = user,
			.fd = -1,
			.head = g_string_new(NULL) };
	http_read_init(&conn->answer);
	g_ptr_array_add(wire->conns, conn);
	return conn;
}

static void
sweep(Wire *wire, gint64 now)
{
	if (now - wire->swept_us < SWEEP_US)
		return;
	wire->swept_us = now;
	for (guint i = 0; i < wire->conns->len; i++) {
		Conn *conn = wire->conns->pdata[i];

		if (conn->deadline_us == 0 || now < conn->deadline_us)
			continue;
		if (conn->state == CONN_OPEN)
			give_up(conn, "timeout");
		else
			give_up_connecting(conn, "no answer in time");
	}
}

static void
set_timer(Wire *wire, gint64 at_us)
{
	const struct itimerspec when = {
		.it_value = { .tv_sec = at_us / G_USEC_PER_SEC,
			      .tv_nsec = at_us % G_USEC_PER_SEC * 1000 },
	};

	/* One that goes off too early is set again then. */
	if (wire->timer_us != 0 && wire->timer_us <= at_us)
		return;
	wire->timer_us = at_us;
	(void)timerfd_settime(wire->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void
wire_turn(Wire *wire, gint64 until_us)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	gint64 now = g_get_monotonic_time();
	int n;

	if (until_us > now)
		set_timer(wire, MIN(until_us, now + SWEEP_US));
	n = epoll_wait(wire->epoll, events, EVENTS_AT_ONCE,
		       until_us > now ? -1 : 0);
	for (int i = 0; i < n; i++) {
		guint64 rung;

		if (events[i].data.ptr != TIMER)
			on_event(events[i].data.ptr, events[i].events);
		else if (read(wire->timer, &rung, sizeof(rung)) > 0)
			wire->timer_us = 0;
	}
	sweep(wire, g_get_monotonic_time());
}

guint64
wire_sent(const Wire *wire)
{
	return wire->sent;
}

guint64
wire_received(const Wire *wire)
{
	return wire->received;
}
