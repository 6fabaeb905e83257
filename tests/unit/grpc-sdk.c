/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/grpc-sdk.h"

#include <string.h>

#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

const GrpcMethod method_unary = { "/bsn.test.Echo/Unary", FALSE, FALSE };
const GrpcMethod method_count = { "/bsn.test.Echo/Count", FALSE, TRUE };
const GrpcMethod method_chat = { "/bsn.test.Echo/Chat", TRUE, TRUE };
const GrpcMethod method_sum = { "/bsn.test.Echo/Sum", TRUE, FALSE };
const GrpcMethod method_unknown = { "/bsn.test.Echo/Unknown", FALSE, FALSE };

/* ---- the connection ---- */

static void
ended(GrpcTransport *transport, const char *reason, gpointer user)
{
	Sdk *sdk = user;

	sdk->reason = g_strdup(reason != NULL ? reason : "");
	sdk->transport = NULL;
	grpc_transport_free(transport);
}

static SSL_CTX *
make_tls(const Fixture *fixture, const char *who)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());

	grpc_tls_ask(tls);
	if (who != NULL) {
		g_autofree char *certificate = certificate_file(fixture, who);
		g_autofree char *key = key_file(fixture, who);

		SSL_CTX_use_certificate_file(tls, certificate,
					     SSL_FILETYPE_PEM);
		SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM);
	}
	return tls;
}

Sdk *
sdk_new(Fixture *fixture, const char *who)
{
	Sdk *sdk = g_new0(Sdk, 1);
	int fd;

	fixture->port = grpc_desk_port(fixture->grpc);
	fd = tcp_connect(fixture);
	evutil_make_socket_nonblocking(fd);
	sdk->base = event_base_new();
	sdk->tls = make_tls(fixture, who);
	sdk->transport = grpc_transport_new(
		bufferevent_openssl_socket_new(
			sdk->base, fd, SSL_new(sdk->tls),
			BUFFEREVENT_SSL_CONNECTING,
			BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS),
		grpc_client_new(NULL, "https", "localhost",
				grpc_transport_now()),
		ended, sdk);
	return sdk;
}

void
sdk_free(Sdk *sdk)
{
	grpc_transport_free(sdk->transport);
	/* What libevent has deferred goes with a turn. */
	event_base_loop(sdk->base, EVLOOP_NONBLOCK);
	event_base_free(sdk->base);
	SSL_CTX_free(sdk->tls);
	g_free(sdk->reason);
	g_free(sdk);
}

/* ---- calls ---- */

static void
on_message(GrpcCall *rpc, GBytes *message, gpointer user)
{
	Asked *asked = user;
	gsize len;
	const char *data = g_bytes_get_data(message, &len);

	asked->messages++;
	asked->bytes += len;
	g_free(asked->last);
	asked->last = len > 0 ? g_strndup(data, len) : g_strdup("");
	if (!asked->slow)
		grpc_call_read(rpc);
}

static void
on_closed(GrpcCall *rpc, const GrpcResult *result, gpointer user)
{
	Asked *asked = user;
	gsize len;

	asked->rpc = NULL;
	asked->status = result->status;
	asked->why = g_strdup(result->message);
	if (result->details != NULL) {
		const char *data = g_bytes_get_data(result->details, &len);

		asked->details = g_strndup(data, len);
	}
}

static const GrpcCallEvents events = {
	.message = on_message,
	.closed = on_closed,
};

gboolean
sdk_send(Asked *asked, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return asked->rpc != NULL &&
	       grpc_call_send(asked->rpc, bytes) == GRPC_SENT;
}

Asked *
sdk_begin(Sdk *sdk, const GrpcMethod *method, const char *first,
	     gint64 timeout, gboolean slow)
{
	Asked *asked = g_new0(Asked, 1);
	g_autoptr(GError) error = NULL;

	asked->slow = slow;
	asked->rpc = grpc_client_call(
		grpc_transport_connection(sdk->transport), method, NULL,
		timeout, &events, asked, grpc_transport_now(), &error);
	g_assert_no_error(error);
	if (first != NULL)
		g_assert_true(sdk_send(asked, first));
	return asked;
}

void
asked_free(Asked *asked)
{
	g_assert_null(asked->rpc);
	g_free(asked->last);
	g_free(asked->why);
	g_free(asked->details);
	g_free(asked);
}

/* ---- waiting ---- */

/* One turn, of a hundredth of a second at most. */
static void
turn(Sdk *sdk)
{
	static const struct timeval most = { 0, 10000 };

	event_base_loopexit(sdk->base, &most);
	event_base_loop(sdk->base, EVLOOP_ONCE);
}

#define AWAIT(sdk, condition)                                      \
	do {                                                          \
		gint64 deadline = g_get_monotonic_time() +            \
				  DEADLINE_S * G_USEC_PER_SEC;        \
                                                                      \
		while (!(condition)) {                                \
			g_assert_cmpint(g_get_monotonic_time(), <,    \
					deadline);                    \
			turn(sdk);                                 \
		}                                                     \
	} while (0)

void
sdk_await_end(Sdk *sdk, Asked *asked)
{
	AWAIT(sdk, asked->rpc == NULL);
}

void
sdk_await_messages(Sdk *sdk, const Asked *asked, guint n)
{
	AWAIT(sdk, asked->messages >= n);
}

void
sdk_await(Sdk *sdk, const gint *count, gint wanted)
{
	AWAIT(sdk, g_atomic_int_get(count) == wanted);
}

void
sdk_await_loss(Sdk *sdk)
{
	AWAIT(sdk, sdk->transport == NULL);
}

static gboolean
is_any_over(Asked *const *asked, guint n)
{
	for (guint i = 0; i < n; i++)
		if (asked[i]->rpc == NULL)
			return TRUE;
	return FALSE;
}

void
sdk_await_any(Sdk *sdk, Asked *const *asked, guint n)
{
	AWAIT(sdk, is_any_over(asked, n));
}

Asked *
sdk_ask(Sdk *sdk, const GrpcMethod *method, const char *first)
{
	Asked *asked = sdk_begin(sdk, method, first, 0, FALSE);

	sdk_await_end(sdk, asked);
	return asked;
}
