/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC over WebSocket, and what an engine pushes.
 */
#include <string.h>

#include "host/gateway/ws_parser.h"
#include "tests/unit/gateway_engine.h"
#include "tests/unit/gateway_fixture.h"

#define HANDSHAKE                         \
	"GET /rpc/c1 HTTP/1.1\r\n"        \
	"Host: 127.0.0.1\r\n"             \
	"Upgrade: websocket\r\n"          \
	"Connection: keep-alive, Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\n"   \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static Fixture fixture;

/* ---- a client ---- */

static Raw *
handshake(const char *who, const char *more, const char *status)
{
	Raw *raw = raw_open(&fixture, who, NULL);
	g_autofree char *head = g_strconcat(HANDSHAKE, more, "\r\n", NULL);
	g_autofree char *answer = NULL;

	raw_send(raw, head);
	answer = raw_read_until(raw, "\r\n\r\n");
	g_assert_true(g_str_has_prefix(answer, status));
	return raw;
}

static Raw *
ws_open(void)
{
	return handshake("client", "", "HTTP/1.1 101 ");
}

static void
ws_send(Raw *raw, guint first, const char *payload, gsize len)
{
	guint8 head[14];
	guint n = ws_frame_head(0, len, head);
	g_autofree char *frame = g_malloc(len + sizeof(head));

	head[0] = (guint8)first;
	head[1] |= 0x80;
	memset(head + n, 0, 4); /* a mask that changes nothing */
	memcpy(frame, head, n + 4);
	memcpy(frame + n + 4, payload, len);
	g_assert_cmpint(SSL_write(raw->ssl, frame, (int)(n + 4 + len)), ==,
			(int)(n + 4 + len));
}

static void
ws_text(Raw *raw, const char *text)
{
	ws_send(raw, 0x80 | WS_TEXT, text, strlen(text));
}

static void
read_exactly(Raw *raw, void *to, gsize len)
{
	for (gsize at = 0; at < len;) {
		int n = SSL_read(raw->ssl, (char *)to + at, (int)(len - at));

		g_assert_cmpint(n, >, 0);
		at += (gsize)n;
	}
}

/* The next frame: its opcode; its payload, ended by a NUL. */
static guint
ws_read(Raw *raw, char **payload, gsize *len)
{
	guint8 head[10];
	guint extra;

	read_exactly(raw, head, 2);
	g_assert_cmpuint(head[0] & 0xf0, ==, 0x80);
	g_assert_cmpuint(head[1] & 0x80, ==, 0);
	*len = head[1];
	extra = head[1] == 126 ? 2 : head[1] == 127 ? 8 : 0;
	read_exactly(raw, head + 2, extra);
	for (guint i = 0; i < extra; i++)
		*len = (i == 0 ? 0 : *len << 8) + head[2 + i];
	*payload = g_malloc0(*len + 1);
	read_exactly(raw, *payload, *len);
	return head[0] & 0x0f;
}

static void
assert_text(Raw *raw, const char *expected)
{
	g_autofree char *payload = NULL;
	gsize len;

	g_assert_cmpuint(ws_read(raw, &payload, &len), ==, WS_TEXT);
	g_assert_cmpstr(payload, ==, expected);
}

/* Reads to the close frame and the end behind it. */
static void
assert_closed(Raw *raw, guint expected)
{
	g_autofree char *payload = NULL;
	guint opcode;
	gsize len;

	do {
		g_free(payload);
		opcode = ws_read(raw, &payload, &len);
	} while (opcode == WS_TEXT);
	g_assert_cmpuint(opcode, ==, WS_CLOSE);
	if (expected == WS_NO_STATUS)
		g_assert_cmpuint(len, ==, 0);
	else
		g_assert_cmpuint((guint)(guint8)payload[0] << 8 |
					 (guint8)payload[1],
				 ==, expected);
	g_assert_cmpint(SSL_read(raw->ssl, &opcode, 1), <=, 0);
	raw_close(raw);
}

/* ---- handshake ---- */

static void
test_handshake(void)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autofree char *answer = NULL;

	raw_send(raw, HANDSHAKE "\r\n");
	answer = raw_read_until(raw, "\r\n\r\n");
	g_assert_nonnull(strstr(answer, "Upgrade: websocket\r\n"));
	g_assert_nonnull(strstr(answer, "Sec-WebSocket-Accept: "
					"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
	raw_close(raw);
}

static void
test_refused(void)
{
	g_autoptr(Answer) plain =
		ask_as(&fixture, "client", "GET", "/rpc/c1", NULL);

	assert_error(plain, 426, "bad-request", NULL);
	raw_close(handshake(NULL, "", "HTTP/1.1 401 "));
	raw_close(handshake("client", "Origin: https://evil.example\r\n",
			    "HTTP/1.1 403 "));
}

/* ---- requests ---- */

static void
test_requests(void)
{
	Raw *raw = ws_open();

	ws_text(raw, "{\"id\":1,\"method\":\"echo\",\"params\":[1]}");
	assert_text(raw, "{\"id\":1,\"result\":[1]}");
	ws_text(raw, "[{\"id\":1,\"method\":\"met\"},"
		     "{\"id\":2,\"method\":\"met\"}]");
	assert_text(raw, "[{\"id\":1,\"result\":2},{\"id\":2,\"result\":2}]");
	ws_text(raw, "{\"method\":\"echo\"}");
	ws_text(raw, "{");
	assert_text(raw, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{"
			 "\"code\":-32700,\"message\":\"the message is not "
			 "JSON\"}}");
	raw_close(raw);
}

static void
test_pieces(void)
{
	Raw *raw = ws_open();
	g_autofree char *pong = NULL;
	gsize len;

	ws_send(raw, WS_TEXT, "{\"id\":1,", 8);
	ws_send(raw, 0x80 | WS_PING, "hello", 5);
	ws_send(raw, 0x80 | WS_CONTINUATION, "\"method\":\"echo\"}", 16);
	g_assert_cmpuint(ws_read(raw, &pong, &len), ==, WS_PONG);
	g_assert_cmpstr(pong, ==, "hello");
	assert_text(raw, "{\"id\":1,\"result\":null}");
	raw_close(raw);
}

static void
test_big(void)
{
	Raw *raw = ws_open();
	g_autofree char *payload = NULL;
	gsize len;

	ws_text(raw, "{\"id\":1,\"method\":\"big\",\"params\":[3000000]}");
	g_assert_cmpuint(ws_read(raw, &payload, &len), ==, WS_TEXT);
	g_assert_cmpuint(len, ==, 3000000 + strlen("{'id':1,'result':''}"));
	raw_close(raw);
}

/* More than are answered at a time, none of them read before all are sent. */
static void
test_many(void)
{
	Raw *raw = ws_open();

	for (guint i = 0; i < 500; i++)
		ws_text(raw, i % 2 != 0
				     ? "{\"id\":1,\"method\":\"echo\"}"
				     : "7");
	for (guint i = 0; i < 500; i++) {
		g_autofree char *payload = NULL;
		gsize len;

		g_assert_cmpuint(ws_read(raw, &payload, &len), ==, WS_TEXT);
	}
	raw_close(raw);
}

/* ---- its end ---- */

static void
test_close(void)
{
	Raw *normal = ws_open();
	Raw *silent = ws_open();
	Raw *binary = ws_open();
	Raw *large = ws_open();
	g_autofree char *text = g_strnfill(8193, 'x');

	ws_send(normal, 0x80 | WS_CLOSE, "\x03\xe8", 2);
	assert_closed(normal, WS_NORMAL);
	ws_send(silent, 0x80 | WS_CLOSE, "", 0);
	assert_closed(silent, WS_NO_STATUS);
	ws_send(binary, 0x80 | WS_BINARY, "x", 1);
	assert_closed(binary, WS_UNSUPPORTED);
	ws_send(large, 0x80 | WS_TEXT, text, 8193);
	assert_closed(large, WS_TOO_BIG);
}

static void
wait_for_room(void)
{
	gint64 deadline =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
	Raw *raw;
	char answer[13] = "";

	do {
		raw = raw_open(&fixture, "client", NULL);
		raw_send(raw, HANDSHAKE "\r\n");
		read_exactly(raw, answer, 12);
		raw_close(raw);
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
	} while (strcmp(answer, "HTTP/1.1 101") != 0);
}

static void
test_limit(void)
{
	Raw *open[4];

	wait_for_room();
	for (guint i = 0; i < G_N_ELEMENTS(open); i++) {
		open[i] = NULL;
		while (open[i] == NULL) {
			Raw *raw = raw_open(&fixture, "client", NULL);
			char answer[13] = "";

			raw_send(raw, HANDSHAKE "\r\n");
			read_exactly(raw, answer, 12);
			if (strcmp(answer, "HTTP/1.1 101") == 0)
				open[i] = raw;
			else
				raw_close(raw);
		}
	}
	raw_close(handshake("client", "", "HTTP/1.1 429 "));
	for (guint i = 0; i < G_N_ELEMENTS(open); i++)
		raw_close(open[i]);
	wait_for_room();
}

/* ---- what is pushed ---- */

static void
test_push(void)
{
	Raw *raw = ws_open();

	ws_text(raw, "{\"id\":1,\"method\":\"push\",\"params\":[3]}");
	assert_text(raw, "1");
	assert_text(raw, "2");
	assert_text(raw, "3");
	assert_text(raw, "{\"id\":1,\"result\":true}");
	raw_close(raw);
}

static void
test_slow(void)
{
	Raw *raw = ws_open();

	ws_text(raw, "{\"id\":1,\"method\":\"flood\"}");
	assert_closed(raw, WS_POLICY);
}

static void
test_engine_closes(void)
{
	Raw *raw = ws_open();

	ws_text(raw, "{\"id\":1,\"method\":\"end\"}");
	assert_closed(raw, WS_NORMAL);
}

static void
await_closed(gint wanted)
{
	gint64 deadline =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (g_atomic_int_get(&gateway_rpc_closed) != wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
	}
}

static void
test_engine_is_told(void)
{
	gint before;
	Raw *raw;

	wait_for_room();
	raw = ws_open();
	ws_text(raw, "{\"id\":1,\"method\":\"echo\"}");
	assert_text(raw, "{\"id\":1,\"result\":null}");
	before = g_atomic_int_get(&gateway_rpc_closed);
	raw_close(raw);
	await_closed(before + 1);
}

static void
test_chain_closes(void)
{
	Raw *raw = ws_open();
	gint before;

	ws_text(raw, "{\"id\":1,\"method\":\"echo\"}");
	assert_text(raw, "{\"id\":1,\"result\":null}");
	before = g_atomic_int_get(&gateway_rpc_closed);
	answer_free(ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
			   "{\"state\":\"closed\"}"));
	assert_closed(raw, WS_GOING_AWAY);
	await_closed(before + 1);
	answer_free(ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1",
			   "{\"state\":\"open\"}"));
}

static void
test_host_stops(void)
{
	Raw *raw;

	wait_for_room();
	raw = ws_open();
	fixture_begin_stop(&fixture);
	assert_closed(raw, WS_GOING_AWAY);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, NULL);
	g_test_add_func("/websocket/a-handshake-is-answered", test_handshake);
	g_test_add_func("/websocket/who-may-not-is-refused-in-http",
			test_refused);
	g_test_add_func("/websocket/requests-and-batches-are-answered",
			test_requests);
	g_test_add_func("/websocket/fragments-and-pings-mix", test_pieces);
	g_test_add_func("/websocket/an-answer-may-be-large", test_big);
	g_test_add_func("/websocket/who-asks-ahead-is-read-as-it-is-answered",
			test_many);
	g_test_add_func("/websocket/close-is-answered-by-close", test_close);
	g_test_add_func("/websocket/their-number-is-bounded", test_limit);
	g_test_add_func("/websocket/pushes-come-in-order", test_push);
	g_test_add_func("/websocket/a-slow-reader-is-closed", test_slow);
	g_test_add_func("/websocket/an-engine-can-close", test_engine_closes);
	g_test_add_func("/websocket/the-engine-is-told-the-end",
			test_engine_is_told);
	g_test_add_func("/websocket/a-chain-that-closes-says-so",
			test_chain_closes);
	g_test_add_func("/websocket/a-host-that-stops-says-so",
			test_host_stops);
	status = g_test_run();
	fixture_stop(&fixture);
	return status;
}
