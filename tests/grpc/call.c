/* SPDX-License-Identifier: Apache-2.0
 *
 * call PORT SCENARIO [CA]: calls the service of methods.h at 127.0.0.1 and
 * checks what comes; ends with 0 when all is as it should be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/x509_vfy.h>

#include "grpc/event/transport.h"
#include "tests/grpc/methods.h"

typedef struct {
	GrpcCall *call;
	guint messages;
	gsize bytes;
	GBytes *last;
	guint left; /* to be sent, of a stream */
	gboolean reads, held, closed;
	GrpcStatus status;
	char *message, *details;
	char *header, *trailer; /* x-text */
	GBytes *binary;		/* x-raw-bin of the trailers */
} Asked;

static struct event_base *base;
static GrpcConnection *connection;
static guint open_calls;

/* ---- what calls hear ---- */

static char *
metadata_text(const GrpcMetadata *metadata, const char *name)
{
	const GrpcField *field = grpc_metadata_find(metadata, name);

	return field != NULL ? g_strdup((const char *)field->value) : NULL;
}

static void
on_headers(GrpcCall *call, const GrpcMetadata *metadata, gpointer user)
{
	((Asked *)user)->header = metadata_text(metadata, "x-text");
}

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	Asked *asked = user;

	asked->messages++;
	asked->bytes += g_bytes_get_size(message);
	g_clear_pointer(&asked->last, g_bytes_unref);
	asked->last = g_bytes_ref(message);
	if (asked->reads)
		grpc_call_read(call);
}

static void
send_more(GrpcCall *call, Asked *asked)
{
	static const guint8 data[10000];
	g_autoptr(GBytes) message = g_bytes_new_static(data, sizeof(data));
	GrpcSent sent = GRPC_SENT;

	while (asked->left > 0 &&
	       (sent = grpc_call_send(call, message)) == GRPC_SENT)
		asked->left--;
	asked->held = sent == GRPC_SEND_FULL;
	if (asked->left == 0)
		grpc_call_half_close(call);
}

static void
on_writable(GrpcCall *call, gpointer user)
{
	send_more(call, user);
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	Asked *asked = user;
	gsize len = 0;
	const GrpcField *binary =
		grpc_metadata_find(result->trailers, "x-raw-bin");

	asked->closed = TRUE;
	asked->call = NULL;
	asked->status = result->status;
	asked->message = g_strdup(result->message);
	asked->trailer = metadata_text(result->trailers, "x-text");
	if (binary != NULL)
		asked->binary = g_bytes_new(binary->value, binary->len);
	if (result->details != NULL) {
		const char *data = g_bytes_get_data(result->details, &len);

		asked->details = g_strndup(data, len);
	}
	open_calls--;
}

static const GrpcCallEvents events = { on_headers, on_message, NULL,
				       on_writable, on_closed };

static void
clear(Asked *asked)
{
	g_clear_pointer(&asked->last, g_bytes_unref);
	g_clear_pointer(&asked->binary, g_bytes_unref);
	g_free(asked->message);
	g_free(asked->details);
	g_free(asked->header);
	g_free(asked->trailer);
	*asked = (Asked){ .reads = TRUE };
}

static void
start(Asked *asked, const GrpcMethod *method, const GrpcMetadata *metadata,
      gint64 timeout)
{
	GError *error = NULL;

	asked->reads = TRUE;
	asked->call =
		grpc_client_call(connection, method, metadata, timeout, &events,
				 asked, grpc_transport_now(), &error);
	g_assert_no_error(error);
	open_calls++;
}

static void
send_text(Asked *asked, const char *text)
{
	g_autoptr(GBytes) message = g_bytes_new(text, strlen(text));

	g_assert_cmpint(grpc_call_send(asked->call, message), ==, GRPC_SENT);
}

static void
assert_is(GBytes *bytes, const void *data, gsize len)
{
	g_autoptr(GBytes) expected = g_bytes_new(data, len);

	g_assert_nonnull(bytes);
	g_assert_true(g_bytes_equal(bytes, expected));
}

static void
wait_all(void)
{
	while (open_calls > 0)
		event_base_loop(base, EVLOOP_ONCE);
}

/* ---- scenarios ---- */

static void
echo(gsize len)
{
	g_autofree guint8 *data = g_malloc(MAX(len, 1));
	g_autoptr(GBytes) message = NULL;
	Asked asked = { 0 };

	for (gsize i = 0; i < len; i++)
		data[i] = (guint8)(i * 7 + (i >> 8));
	message = g_bytes_new(data, len);
	start(&asked, &method_unary, NULL, 0);
	grpc_call_send(asked.call, message);
	while (!asked.closed)
		event_base_loop(base, EVLOOP_ONCE);
	g_assert_cmpint(asked.status, ==, GRPC_OK);
	g_assert_true(g_bytes_equal(message, asked.last));
	clear(&asked);
}

static void
unary(void)
{
	echo(0);
	echo(1);
	echo(100000);
}

static void
big(void)
{
	echo(8u << 20);
}

static void
metadata(void)
{
	g_autoptr(GrpcMetadata) sent = grpc_metadata_new();
	guint8 raw[256];
	Asked asked = { 0 };

	for (guint i = 0; i < sizeof(raw); i++)
		raw[i] = (guint8)i;
	g_assert_true(grpc_metadata_add(sent, "x-text", "a b", -1, NULL));
	g_assert_true(
		grpc_metadata_add(sent, "x-raw-bin", raw, sizeof(raw), NULL));
	start(&asked, &method_unary, sent, 0);
	send_text(&asked, "m");
	wait_all();
	g_assert_cmpstr(asked.header, ==, "a b");
	g_assert_cmpstr(asked.trailer, ==, "a b");
	assert_is(asked.binary, raw, sizeof(raw));
	clear(&asked);
}

static void
streams(void)
{
	Asked count = { 0 }, sum = { 0 }, chat = { 0 };

	start(&count, &method_count, NULL, 0);
	send_text(&count, "1000 2000");
	start(&sum, &method_sum, NULL, 0);
	sum.left = 1000;
	send_more(sum.call, &sum);
	g_assert_true(sum.held);
	start(&chat, &method_chat, NULL, 0);
	chat.left = 1000;
	send_more(chat.call, &chat);
	wait_all();
	g_assert_cmpint(count.status, ==, GRPC_OK);
	g_assert_cmpuint(count.messages, ==, 1000);
	g_assert_cmpuint(count.bytes, ==, 2000000);
	g_assert_cmpint(sum.status, ==, GRPC_OK);
	assert_is(sum.last, "1000 10000000", 13);
	g_assert_cmpint(chat.status, ==, GRPC_OK);
	g_assert_cmpuint(chat.messages, ==, 1000);
	g_assert_cmpuint(chat.bytes, ==, 10000000);
	clear(&count);
	clear(&sum);
	clear(&chat);
}

static void
many(void)
{
	g_autofree Asked *asked = g_new0(Asked, 1000);

	for (guint i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		start(&asked[i], &method_unary, NULL, 0);
		send_text(&asked[i], text);
	}
	wait_all();
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		g_assert_cmpint(asked[i].status, ==, GRPC_OK);
		assert_is(asked[i].last, text, strlen(text));
		clear(&asked[i]);
	}
}

static void
failing(void)
{
	static const GrpcMethod none = { SERVICE "None", FALSE, FALSE };
	Asked asked = { 0 };

	for (guint code = 1; code <= GRPC_STATUS_MAX; code++) {
		g_autofree char *text =
			g_strdup_printf("%u 50 %% of 你好 🎉", code);

		start(&asked, &method_fail, NULL, 0);
		send_text(&asked, text);
		wait_all();
		g_assert_cmpint(asked.status, ==, code);
		g_assert_cmpstr(asked.message, ==, "50 % of 你好 🎉");
		g_assert_cmpstr(asked.details, ==, "details of 50 % of 你好 🎉");
		clear(&asked);
	}
	start(&asked, &none, NULL, 0);
	send_text(&asked, "x");
	wait_all();
	g_assert_cmpint(asked.status, ==, GRPC_UNIMPLEMENTED);
	clear(&asked);
}

static void
deadline(void)
{
	Asked asked = { 0 };

	start(&asked, &method_hang, NULL, 50000);
	send_text(&asked, "x");
	wait_all();
	g_assert_cmpint(asked.status, ==, GRPC_DEADLINE_EXCEEDED);
	clear(&asked);
	echo(10);
}

/* It is under way at the other side when it is cancelled. */
static void
cancel(void)
{
	Asked asked = { 0 };

	start(&asked, &method_chat, NULL, 0);
	send_text(&asked, "x");
	while (asked.messages == 0)
		event_base_loop(base, EVLOOP_ONCE);
	grpc_call_cancel(asked.call);
	wait_all();
	g_assert_cmpint(asked.status, ==, GRPC_CANCELLED);
	clear(&asked);
	echo(10);
}

static void
stall(void)
{
	Asked asked = { 0 };
	guint before;

	start(&asked, &method_stall, NULL, 0);
	asked.left = 10000;
	send_more(asked.call, &asked);
	do {
		before = asked.left;
		echo(10);
	} while (asked.left < before);
	/* 100 MB were to be sent; what windows and queues hold went. */
	g_assert_cmpuint(asked.left, >, 5000);
	g_assert_true(asked.held);
	grpc_call_cancel(asked.call);
	wait_all();
	clear(&asked);
}

/* One after the other, then 100 at once; for people to look at. */
static void
bench(void)
{
	guint n = 20000;
	gint64 began = grpc_transport_now();
	g_autofree Asked *asked = g_new0(Asked, 100);

	for (guint i = 0; i < n; i++)
		echo(100);
	printf("%.0f calls/s one by one\n",
	       1e6 * n / (double)(grpc_transport_now() - began));
	began = grpc_transport_now();
	for (guint i = 0; i < n; i += 100) {
		for (guint j = 0; j < 100; j++) {
			start(&asked[j], &method_unary, NULL, 0);
			send_text(&asked[j], "0123456789");
		}
		wait_all();
		for (guint j = 0; j < 100; j++)
			clear(&asked[j]);
	}
	printf("%.0f calls/s, 100 at once\n",
	       1e6 * n / (double)(grpc_transport_now() - began));
}

static const struct {
	const char *name;
	void (*run)(void);
} scenarios[] = {
	{ "unary", unary },	  { "big", big },
	{ "metadata", metadata }, { "streams", streams },
	{ "many", many },	  { "fail", failing },
	{ "deadline", deadline }, { "cancel", cancel },
	{ "stall", stall },	  { "bench", bench },
};

/* ---- the connection ---- */

static void
on_ended(GrpcTransport *transport, const char *reason, gpointer user)
{
	if (reason != NULL) {
		fprintf(stderr, "the connection ended: %s\n", reason);
		exit(1);
	}
	event_base_loopbreak(base);
}

static struct bufferevent *
new_bufferevent(const char *ca)
{
	SSL_CTX *context;
	SSL *ssl;

	if (ca == NULL)
		return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	context = SSL_CTX_new(TLS_client_method());
	g_assert_cmpint(SSL_CTX_load_verify_file(context, ca), ==, 1);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	grpc_tls_ask(context);
	ssl = SSL_new(context);
	SSL_CTX_free(context);
	SSL_set1_host(ssl, "localhost");
	return bufferevent_openssl_socket_new(base, -1, ssl,
					      BUFFEREVENT_SSL_CONNECTING,
					      BEV_OPT_CLOSE_ON_FREE);
}

static GrpcTransport *
connect_to(guint port, const char *ca)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((guint16)port) };
	struct bufferevent *bufferevent = new_bufferevent(ca);
	GrpcLimits limits = grpc_limits_default;

	limits.streams_max = 2000;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bufferevent_socket_connect(bufferevent, (struct sockaddr *)&address,
				   sizeof(address));
	connection = grpc_client_new(&limits, ca != NULL ? "https" : "http",
				     "localhost", grpc_transport_now());
	return grpc_transport_new(bufferevent, connection, on_ended, NULL);
}

int
main(int argc, char **argv)
{
	GrpcTransport *transport;
	guint done = 0;

	if (argc < 3)
		return 2;
	base = event_base_new();
	transport = connect_to((guint)atoi(argv[1]), argc > 3 ? argv[3] : NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++) {
		if (strcmp(scenarios[i].name, argv[2]) != 0)
			continue;
		scenarios[i].run();
		done++;
	}
	grpc_connection_shutdown(connection, grpc_transport_now());
	event_base_dispatch(base);
	grpc_transport_free(transport);
	event_base_free(base);
	return done == 1 ? 0 : 2;
}
