/* SPDX-License-Identifier: Apache-2.0
 *
 * What the gateway does with clients that send too much, too slowly, too many
 * at once, or leave.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "host/net/tls.h"
#include "tests/unit/gateway_fixture.h"

#define GET_HEALTH "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

static Fixture fixture;

static void
assert_serves(void)
{
	g_autoptr(Answer) answer =
		ask_as(&fixture, NULL, "GET", "/healthz", NULL);

	g_assert_cmpint(answer->http, ==, 200);
}

/* Asks until so many transactions are held by the engine. */
static void
await_held(gint64 wanted)
{
	gint64 held = -1;

	while (held != wanted) {
		g_autoptr(Answer) status = ask_as(&fixture, "auditor", "GET",
						  "/v1/chains/c1/status", NULL);

		held = number_member(status, "pending_txs");
	}
}

/* Sends `text` on a new connection and returns all that comes until the server
 * closes it. */
static char *
exchange_of(const char *who, const char *text)
{
	Raw *raw = raw_open(&fixture, who, NULL);
	char *all;

	raw_send(raw, text);
	all = raw_read_all(raw);
	raw_close(raw);
	return all;
}

static void
assert_begins(const char *text, const char *with)
{
	if (!g_str_has_prefix(text, with))
		g_error("\"%s\" does not begin with \"%s\"", text, with);
}

/* ---- too much ---- */

static void
test_header_too_large(void)
{
	g_autofree char *filler = g_strnfill(5000, 'x');
	g_autofree char *text = g_strdup_printf(
		"GET /healthz HTTP/1.1\r\nA: %s\r\n\r\n", filler);
	g_autofree char *all = exchange_of(NULL, text);

	assert_begins(all, "HTTP/1.1 431 Request Header Fields Too Large\r\n");
	g_assert_nonnull(strstr(all, "\"the header is over 4096 bytes\""));
	assert_serves();
}

static void
test_body_too_large(void)
{
	g_autofree char *filler = g_strnfill(200000, 'x');
	Raw *raw = raw_open(&fixture, NULL, NULL);
	g_autofree char *all = NULL;

	raw_send(raw, "POST /v1/chains HTTP/1.1\r\n"
		      "Content-Length: 200000\r\n\r\n");
	raw_try_send(raw, filler, strlen(filler));
	all = raw_read_all(raw);
	assert_begins(all, "HTTP/1.1 413 Content Too Large\r\n");
	g_assert_nonnull(strstr(all, "\"the body is over 8192 bytes\""));
	raw_close(raw);
	assert_serves();
}

static void
test_body_largest(void)
{
	g_autofree char *spaces = g_strnfill(8192 - 2, ' ');
	g_autofree char *body = g_strconcat("{", spaces, "}", NULL);
	g_autoptr(Answer) answer =
		ask_as(&fixture, "admin", "POST", "/v1/chains", body);

	assert_error(answer, 400, "bad-request", "name: it is missing");
}

static void
test_body_just_over(void)
{
	g_autofree char *spaces = g_strnfill(8192 - 1, ' ');
	g_autofree char *body = g_strconcat("{", spaces, "}", NULL);
	g_autoptr(Answer) answer =
		ask_as(&fixture, "admin", "POST", "/v1/chains", body);

	assert_error(answer, 413, "too-large", "the body is over 8192 bytes");
}

static void
test_chunked(void)
{
	g_autofree char *all = exchange_of(
		"client", "POST /v1/chains/c1/txs HTTP/1.1\r\n"
			  "Transfer-Encoding: chunked\r\n"
			  "Connection: close\r\n\r\n"
			  "8\r\n{\"tx\":\"0\r\n5\r\nx61\"}\r\n0\r\n\r\n");

	assert_begins(all, "HTTP/1.1 200 OK\r\n");
}

static void
test_endless_chunks(void)
{
	static const char chunk[] = "100\r\n";
	g_autofree char *filler = g_strnfill(256, 'x');
	g_autoptr(GString) chunks = g_string_new(NULL);
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autofree char *all = NULL;

	for (guint i = 0; i < 100; i++)
		g_string_append_printf(chunks, "%s%s\r\n", chunk, filler);
	raw_send(raw, "POST /v1/chains/c1/txs HTTP/1.1\r\n"
		      "Transfer-Encoding: chunked\r\n\r\n");
	raw_try_send(raw, chunks->str, chunks->len);
	all = raw_read_all(raw);
	assert_begins(all, "HTTP/1.1 413 ");
	raw_close(raw);
	assert_serves();
}

static void
test_expect(void)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autofree char *go_on = NULL;
	g_autofree char *all = NULL;

	raw_send(raw, "POST /v1/chains/c1/txs HTTP/1.1\r\n"
		      "Expect: 100-continue\r\nContent-Length: 13\r\n"
		      "Connection: close\r\n\r\n");
	go_on = raw_read_until(raw, "HTTP/1.1 100 Continue\r\n\r\n");
	raw_send(raw, "{\"tx\":\"0x61\"}");
	all = raw_read_all(raw);
	assert_begins(all, "HTTP/1.1 200 OK\r\n");
	raw_close(raw);
}

/* ---- lengths that hide something ---- */

static void
test_two_lengths(void)
{
	static const char *const heads[] = {
		"POST /v1/chains HTTP/1.1\r\nContent-Length: 2\r\n"
		"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"POST /v1/chains HTTP/1.1\r\nContent-Length: 2\r\n"
		"Content-Length: 3\r\n\r\n{}",
		"GET /healthz HTTP/1.1\r\nContent-Length: 33\r\n\r\n"
		"DELETE /v1/chains/c1 HTTP/1.1\r\n\r\n",
		"POST /v1/chains HTTP/1.1\r\nTransfer-Encoding: gzip\r\n"
		"\r\n{}",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		g_autofree char *all = exchange_of("admin", heads[i]);

		/* One answer, and then the end of the connection. */
		assert_begins(all, "HTTP/1.1 400 Bad Request\r\n");
		g_assert_null(strstr(all + 1, "HTTP/1.1"));
	}
	assert_serves();
}

static void
test_not_http(void)
{
	static const char *const texts[] = {
		"hello\r\n\r\n",
		"GET / HTTP/9.9\r\n\r\n",
		"GET /healthz HTTP/1.1\r\nno colon\r\n\r\n",
		"\r\n\r\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *all = exchange_of(NULL, texts[i]);

		assert_begins(all, "HTTP/1.1 400 Bad Request\r\n");
	}
	assert_serves();
}

static void
test_strange_method(void)
{
	g_autofree char *all = exchange_of(
		NULL, "BREW /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");

	assert_begins(all, "HTTP/1.1 405 Method Not Allowed\r\n"
			   "Allow: GET, HEAD, OPTIONS\r\n");
}

static void
test_pipelined(void)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autofree char *first = NULL;
	g_autoptr(Answer) freed = NULL;

	raw_send(raw, GET_HEALTH GET_HEALTH
		 "GET /v1/chains/c1/ledger HTTP/1.1\r\n\r\n"
		 "POST /v1/chains/c1/txs HTTP/1.1\r\nContent-Length: 13\r\n"
		 "\r\n{\"tx\":\"0x68\"}" GET_HEALTH);
	first = raw_read_until(raw, "\"invalid_txs\"");
	await_held(1);
	freed = submit_tx(&fixture, "c", "");
	g_assert_cmpint(freed->http, ==, 200);
	g_free(raw_read_until(raw, "{\"alive\":true}"));
	raw_close(raw);
	assert_serves();
}

/* ---- too slow ---- */

static void
impatient(Config *config)
{
	config->gateway_request_timeout_s = 1;
	config->gateway_idle_timeout_s = 1;
}

/* Neither a word nor half a handshake keeps a connection. */
static void
test_slow_handshake(void)
{
	static const char hello[] = "\x16\x03\x01\x01\x00";
	int silent = tcp_connect(&fixture);
	int halting = tcp_connect(&fixture);
	char byte;

	g_assert_cmpint(send(halting, hello, 5, 0), ==, 5);
	g_assert_cmpint(recv(silent, &byte, 1, 0), <=, 0);
	g_assert_cmpint(recv(halting, &byte, 1, 0), <=, 0);
	close(silent);
	close(halting);
	assert_serves();
}

static void
test_slow_head(void)
{
	g_autofree char *all = exchange_of(NULL, "GET /healthz HT");

	assert_begins(all, "HTTP/1.1 408 Request Timeout\r\n");
}

static void
test_slow_body(void)
{
	g_autofree char *all = exchange_of(
		NULL, "POST /v1/chains HTTP/1.1\r\nContent-Length: 9\r\n\r\n{");

	assert_begins(all, "HTTP/1.1 408 Request Timeout\r\n");
}

static void
test_idle(void)
{
	g_autofree char *all = exchange_of(NULL, GET_HEALTH);

	assert_begins(all, "HTTP/1.1 200 OK\r\n");
}

static void
test_waiting_is_not_idle(void)
{
	g_autoptr(Answer) answer =
		submit_tx(&fixture, "h1", "?timeout_ms=3000");

	g_assert_cmpint(answer->http, ==, 202);
}

/* ---- too many ---- */

#define CROWD 200

static gpointer
wait_in_crowd(gpointer unused)
{
	return submit_tx(&fixture, "h-crowd", "?timeout_ms=100000");
}

/* All of them wait at once; then one transaction frees them. */
static void
test_crowd(void)
{
	GThread *threads[CROWD];
	g_autoptr(Answer) freed = NULL;

	for (guint i = 0; i < CROWD; i++)
		threads[i] = g_thread_new("crowd", wait_in_crowd, NULL);
	await_held(CROWD);
	freed = submit_tx(&fixture, "c", "");
	g_assert_cmpint(freed->http, ==, 200);
	for (guint i = 0; i < CROWD; i++) {
		g_autoptr(Answer) answer = g_thread_join(threads[i]);

		g_assert_cmpint(answer->http, ==, 200);
	}
}

static void
two_at_most(Config *config)
{
	config->gateway_connections_max = 2;
}

static gpointer
ask_third(gpointer unused)
{
	return ask_as(&fixture, NULL, "GET", "/healthz", NULL);
}

static void
test_full(void)
{
	Raw *one = raw_open(&fixture, "auditor", NULL);
	Raw *two = raw_open(&fixture, NULL, NULL);
	GThread *third = g_thread_new("third", ask_third, NULL);
	g_autofree char *status = NULL;
	g_autoptr(Answer) answer = NULL;

	raw_send(one, "GET /v1/status HTTP/1.1\r\n\r\n");
	status = raw_read_until(one, "\"event_streams\"");
	g_assert_nonnull(strstr(status, "\"connections\":2"));
	raw_close(two);
	answer = g_thread_join(third);
	g_assert_cmpint(answer->http, ==, 200);
	raw_close(one);
}

/* ---- leaving ---- */

static void
test_leaves_while_waiting(void)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	g_autoptr(Answer) freed = NULL;
	gint64 connections = 2;

	raw_send(raw, "POST /v1/chains/c1/txs HTTP/1.1\r\n"
		      "Content-Length: 13\r\n\r\n{\"tx\":\"0x68\"}");
	await_held(1);
	raw_close(raw);
	while (connections > 1) {
		g_autoptr(Answer) status =
			ask_as(&fixture, "auditor", "GET", "/v1/status", NULL);

		connections = number_member(status, "connections");
	}
	freed = submit_tx(&fixture, "c", "");
	g_assert_cmpint(freed->http, ==, 200);
	assert_serves();
}

static void
test_leaves_in_handshake(void)
{
	Raw *raw = raw_open(&fixture, NULL, NULL);

	raw_send(raw, "POST /v1/chains HTTP/1.1\r\nContent-Length: 9\r\n");
	raw_close(raw);
	assert_serves();
}

/* ---- TLS ---- */

static void
test_resumption(void)
{
	Raw *raw = raw_open(&fixture, "client", NULL);
	SSL_SESSION *session;
	g_autofree char *me = NULL;

	g_assert_cmpint(SSL_version(raw->ssl), ==, TLS1_3_VERSION);
	raw_send(raw, GET_HEALTH);
	g_free(raw_read_until(raw, "{\"alive\":true}"));
	session = SSL_get1_session(raw->ssl);
	raw_close(raw);
	raw = raw_open(&fixture, NULL, session);
	g_assert_true(SSL_session_reused(raw->ssl));
	raw_send(raw, "GET /v1/ids/me HTTP/1.1\r\n\r\n");
	me = raw_read_until(raw, "\"by\"");
	g_assert_nonnull(strstr(me, "\"name\":\"client\""));
	raw_close(raw);
	SSL_SESSION_free(session);
}

static void
note_event(struct bufferevent *bev, short what, void *seen)
{
	*(short *)seen = what;
}

static void
test_never_in_clear(void)
{
	struct event_base *base = event_base_new();
	SSL *ssl = NULL;
	struct bufferevent *bev = tls_bufferevent_new(base, NULL, &ssl);
	short seen = 0;

	g_assert_null(ssl);
	bufferevent_setcb(bev, NULL, NULL, note_event, &seen);
	event_base_loop(base, EVLOOP_NONBLOCK);
	g_assert_true(seen & BEV_EVENT_ERROR);
	bufferevent_free(bev);
	event_base_loop(base, EVLOOP_NONBLOCK);
	event_base_free(base);
}

/* ---- the end ---- */

static gpointer
wait_for_commit(gpointer unused)
{
	return submit_tx(&fixture, "h-last", "?timeout_ms=1000");
}

static void
test_stop_answers(void)
{
	GThread *thread = g_thread_new("wait", wait_for_commit, NULL);
	Raw *idle = raw_open(&fixture, NULL, NULL);
	g_autofree char *all = NULL;
	g_autoptr(Answer) answer = NULL;

	await_held(1);
	fixture_begin_stop(&fixture);
	all = raw_read_all(idle);
	g_assert_cmpstr(all, ==, "");
	answer = g_thread_join(thread);
	g_assert_cmpint(answer->http, ==, 202);
	raw_close(idle);
}

static gpointer
wait_longer_than_a_stop(gpointer unused)
{
	return submit_tx(&fixture, "h-never", "?timeout_ms=60000");
}

static void
test_stop_answers_for_the_chain(void)
{
	GThread *thread =
		g_thread_new("wait", wait_longer_than_a_stop, NULL);
	g_autoptr(Answer) answer = NULL;

	await_held(1);
	fixture_begin_stop(&fixture);
	answer = g_thread_join(thread);
	g_assert_cmpint(answer->http, ==, 503);
}

/* ---- running them ---- */

typedef struct {
	const char *name;
	void (*adjust)(Config *);
	void (*test)(void);
} Case;

static void
run(gconstpointer data)
{
	const Case *c = data;

	fixture_start(&fixture, c->adjust);
	c->test();
	fixture_stop(&fixture);
}

int
main(int argc, char **argv)
{
	static const Case cases[] = {
		{ "/much/header", NULL, test_header_too_large },
		{ "/much/body", NULL, test_body_too_large },
		{ "/much/the-largest-body-is-taken", NULL, test_body_largest },
		{ "/much/a-byte-more-is-not", NULL, test_body_just_over },
		{ "/much/chunks-are-taken", NULL, test_chunked },
		{ "/much/endless-chunks-are-not", NULL, test_endless_chunks },
		{ "/much/expect-continue", NULL, test_expect },
		{ "/hidden/two-lengths-end-the-connection", NULL,
		  test_two_lengths },
		{ "/hidden/what-is-not-http-does-no-harm", NULL,
		  test_not_http },
		{ "/hidden/a-strange-method-is-405", NULL,
		  test_strange_method },
		{ "/hidden/pipelined-requests-wait-their-turn", NULL,
		  test_pipelined },
		{ "/slow/handshake", impatient, test_slow_handshake },
		{ "/slow/head", impatient, test_slow_head },
		{ "/slow/body", impatient, test_slow_body },
		{ "/slow/idle-is-closed", impatient, test_idle },
		{ "/slow/waiting-is-not-idle", impatient,
		  test_waiting_is_not_idle },
		{ "/many/two-hundred-wait-at-once", NULL, test_crowd },
		{ "/many/over-the-limit-waits-to-be-accepted", two_at_most,
		  test_full },
		{ "/leaving/while-waiting", NULL, test_leaves_while_waiting },
		{ "/leaving/in-the-middle-of-a-request", NULL,
		  test_leaves_in_handshake },
		{ "/tls/sessions-resume-with-their-certificate", NULL,
		  test_resumption },
		{ "/stop/answers-what-was-accepted", NULL, test_stop_answers },
		{ "/stop/answers-for-a-chain-that-does-not", NULL,
		  test_stop_answers_for_the_chain },
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add_data_func(cases[i].name, &cases[i], run);
	g_test_add_func("/tls/never-in-clear", test_never_in_clear);
	return g_test_run();
}
