/* SPDX-License-Identifier: Apache-2.0
 *
 * The gRPC service of the gateway tests' engine, and of the plugin engine-echo
 * (tests/grpc). A first message is the chain's
 * name, a blank, and words:
 *   /bsn.test.Echo/Unary  "name": the client's name and organisation; "time": the
 *                     timeout in ms; "hang": nothing, ever; "stand": nothing
 *                     else goes on there until gateway_grpc_stands is 0; "deny":
 *                     refused by
 *                     `opened`; "twice": two answers; "none": OK without one;
 *                     "fail CODE TEXT": a status with details; "big": an answer
 *                     of as many bytes as the number after it says; others come
 *                     back as they came
 *   /bsn.test.Echo/Count  "N SIZE": N messages of SIZE bytes
 *   /bsn.test.Echo/Chat   all messages come back, one after the other
 *   /bsn.test.Echo/Sum    how many messages and bytes came
 */
#include <stdlib.h>
#include <string.h>

#include <bsn/ext/grpc.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tests/unit/gateway_engine.h"

const bsn_host *gateway_grpc_host;
gint gateway_grpc_open;
gint gateway_grpc_closed;
gint gateway_grpc_busy;
gint gateway_grpc_stands;

typedef struct {
	bsn_grpc_call *call;
	const bsn_grpc_method *method;
	guint64 left, size; /* of Count */
	guint64 messages, bytes;
	GBytes *waits; /* of Chat: there was no room for it */
} Echo;

static const bsn_slice nothing = { NULL, 0 };

static const bsn_grpc *
host(void)
{
	return bsn_host_grpc(gateway_grpc_host);
}

static const bsn_grpc_method unary = { sizeof(unary), 0, "/bsn.test.Echo/Unary" };
static const bsn_grpc_method count = { sizeof(count), BSN_GRPC_SERVER_STREAMS,
				       "/bsn.test.Echo/Count" };
static const bsn_grpc_method chat = {
	sizeof(chat), BSN_GRPC_CLIENT_STREAMS | BSN_GRPC_SERVER_STREAMS,
	"/bsn.test.Echo/Chat"
};
static const bsn_grpc_method sum = { sizeof(sum), BSN_GRPC_CLIENT_STREAMS,
				     "/bsn.test.Echo/Sum" };
static const bsn_grpc_method *const methods[] = { &unary, &count, &chat, &sum,
						  NULL };

static int32_t
route(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
      bsn_err *err)
{
	const guint8 *blank =
		message.len > 0 ? memchr(message.data, ' ', message.len) : NULL;

	if (blank == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "no blank in it");
	return chain->write(chain, message.data,
			    (guint64)(blank - message.data));
}

static void
answer(Echo *echo, const char *text)
{
	g_assert_cmpint(host()->send(echo->call, bsn_slice_str(text)), ==,
			BSN_OK);
	host()->finish(echo->call, 0, nothing, nothing);
}

/* ---- Unary ---- */

static void
fail(Echo *echo, const char *words)
{
	char *text;
	guint32 code = (guint32)strtoul(words, &text, 10);
	g_autofree char *details = g_strconcat("details of", text, NULL);

	host()->finish(echo->call, code, bsn_slice_str(text + 1),
		       bsn_slice_str(details));
	g_assert_cmpint(host()->send(echo->call, nothing), ==,
			BSN_UNAVAILABLE);
}

static void
answer_big(Echo *echo, const char *words)
{
	const gsize size = strtoul(words, NULL, 10);
	g_autofree char *text = g_strnfill(size, 'b');

	if (size > BSN_GRPC_MESSAGE_MAX) {
		g_assert_cmpint(host()->send(echo->call, bsn_slice_str(text)),
				==, BSN_TOO_LARGE);
		text[10] = '\0';
	}
	answer(echo, text);
}

static int32_t
begin_unary(Echo *echo, const bsn_grpc_request *request, const char *words,
	    bsn_err *err)
{
	const bsn_client *client = request->client;
	g_autofree char *text = NULL;

	if (strcmp(words, "deny") == 0)
		return bsn_fail(err, BSN_DENIED, "it is denied");
	if (strcmp(words, "hang") == 0)
		return BSN_OK;
	while (strcmp(words, "stand") == 0 &&
	       g_atomic_int_get(&gateway_grpc_stands) != 0)
		g_usleep(1000);
	if (strcmp(words, "none") == 0) {
		host()->finish(echo->call, 0, nothing, nothing);
	} else if (strcmp(words, "twice") == 0) {
		g_assert_cmpint(host()->send(echo->call, bsn_slice_str("one")),
				==, BSN_OK);
		g_assert_cmpint(host()->send(echo->call, bsn_slice_str("two")),
				==, BSN_UNAVAILABLE);
		host()->finish(echo->call, 0, nothing, nothing);
	} else if (strcmp(words, "name") == 0) {
		g_assert_cmpuint(client->certificate.len, >, 0);
		g_assert_cmpuint(client->public_key.len, ==, 64);
		text = g_strdup_printf("%.*s of %.*s", (int)client->name.len,
				       client->name.data,
				       (int)client->organisation.len,
				       client->organisation.data);
		answer(echo, text);
	} else if (strcmp(words, "time") == 0) {
		text = g_strdup_printf("%" G_GUINT64_FORMAT,
				       request->timeout_ms);
		answer(echo, text);
	} else if (g_str_has_prefix(words, "fail ")) {
		fail(echo, words + 5);
	} else if (g_str_has_prefix(words, "big ")) {
		answer_big(echo, words + 4);
	} else {
		answer(echo, words);
	}
	return BSN_OK;
}

/* ---- streams ---- */

static gboolean
sent(Echo *echo, bsn_slice message)
{
	int32_t status = host()->send(echo->call, message);

	if (status == BSN_BUSY)
		g_atomic_int_inc(&gateway_grpc_busy);
	return status == BSN_OK;
}

static void
go_on_counting(Echo *echo)
{
	g_autofree char *text = g_strnfill(echo->size, 'c');

	while (echo->left > 0 && sent(echo, bsn_slice_of(text, echo->size)))
		echo->left--;
	if (echo->left == 0)
		host()->finish(echo->call, 0, nothing, nothing);
}

static void
message(bsn_ledger *ledger, void *own, bsn_slice given)
{
	Echo *echo = own;

	echo->messages++;
	echo->bytes += given.len;
	if (echo->method == &chat && !sent(echo, given))
		echo->waits = g_bytes_new(given.data, given.len);
	if (echo->waits == NULL)
		host()->read(echo->call);
}

static void
writable(bsn_ledger *ledger, void *own)
{
	Echo *echo = own;
	GBytes *waits = g_steal_pointer(&echo->waits);
	gsize len;

	if (echo->method == &count)
		go_on_counting(echo);
	if (waits == NULL)
		return;
	if (!sent(echo, bsn_slice_of(g_bytes_get_data(waits, &len),
				     g_bytes_get_size(waits)))) {
		echo->waits = waits;
		return;
	}
	g_bytes_unref(waits);
	host()->read(echo->call);
}

static void
ended(bsn_ledger *ledger, void *own)
{
	Echo *echo = own;
	g_autofree char *text =
		g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
				echo->messages, echo->bytes);

	if (echo->method == &sum)
		answer(echo, text);
	else
		host()->finish(echo->call, 0, nothing, nothing);
}

/* ---- all ---- */

static int32_t
begin(Echo *echo, const bsn_grpc_request *request, bsn_err *err)
{
	g_autofree char *text = g_strndup((const char *)request->message.data,
					  request->message.len);
	const char *words = strchr(text, ' ') + 1;
	char *size;

	if (echo->method == &unary)
		return begin_unary(echo, request, words, err);
	if (echo->method != &count) {
		message(NULL, echo, request->message);
		return BSN_OK;
	}
	echo->left = strtoul(words, &size, 10);
	echo->size = strtoul(size, NULL, 10);
	go_on_counting(echo);
	return BSN_OK;
}

static int32_t
opened(bsn_ledger *ledger, bsn_grpc_call *call, const bsn_grpc_request *request,
       void **own, bsn_err *err)
{
	Echo *echo = g_new0(Echo, 1);
	int32_t status;

	echo->call = call;
	echo->method = request->method;
	status = begin(echo, request, err);
	if (status != BSN_OK) {
		g_free(echo);
		return status;
	}
	*own = echo;
	g_atomic_int_inc(&gateway_grpc_open);
	return BSN_OK;
}

static void
closed(bsn_ledger *ledger, void *own)
{
	Echo *echo = own;

	g_assert_nonnull(ledger);
	g_assert_cmpint(host()->send(echo->call, nothing), ==,
			BSN_UNAVAILABLE);
	g_clear_pointer(&echo->waits, g_bytes_unref);
	g_free(echo);
	g_atomic_int_add(&gateway_grpc_open, -1);
	g_atomic_int_inc(&gateway_grpc_closed);
}

static const bsn_engine_grpc table = {
	.size = sizeof(table),
	.methods = methods,
	.route = route,
	.opened = opened,
	.message = message,
	.ended = ended,
	.writable = writable,
	.closed = closed,
};

const void *
gateway_grpc_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_GRPC_ID) == 0 ? &table : NULL;
}
