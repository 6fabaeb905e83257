/* SPDX-License-Identifier: Apache-2.0
 *
 * Ports on which a chain speaks its framework's own protocol: who gets in, what
 * comes through, and that nobody hurts another.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/gateway_engine.h"
#include "tests/unit/gateway_fixture.h"

static char *listens[] = { (char *)"c1 127.0.0.1:0",
			   (char *)"none 127.0.0.1:0", NULL };

static Fixture fixture;
static guint16 gateway;

static void
adjust(Config *config)
{
	config->channel_listen = listens;
}

/* ---- clients ---- */

static Raw *
enter(const char *who)
{
	return raw_open(&fixture, who, NULL);
}

static void
assert_echo(Raw *raw, const char *text)
{
	g_autofree char *answer = NULL;

	raw_send(raw, text);
	answer = raw_read_until(raw, text);
	g_assert_cmpstr(answer, ==, text);
}

static void
assert_served(void)
{
	Raw *raw = enter("client");

	assert_echo(raw, "hello");
	raw_close(raw);
}

static void
assert_end(Raw *raw)
{
	g_autofree char *rest = raw_read_all(raw);

	g_assert_cmpstr(rest, ==, "");
	raw_close(raw);
}

/* What the engine counts; it comes when the host has noticed. */
static void
await(gint *count, gint wanted)
{
	gint64 deadline =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (g_atomic_int_get(count) != wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, deadline);
		g_thread_yield();
	}
}

/* Whether a handshake with such a certificate succeeds. */
static gboolean
shakes_hands(const char *who, int version)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	int fd = tcp_connect(&fixture);
	gboolean done;
	SSL *ssl;

	SSL_CTX_set_max_proto_version(context, version);
	SSL_CTX_set_security_level(context, 0);
	if (who != NULL) {
		g_autofree char *certificate = certificate_file(&fixture, who);
		g_autofree char *key = key_file(&fixture, who);

		SSL_CTX_use_certificate_file(context, certificate,
					     SSL_FILETYPE_PEM);
		SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM);
	}
	ssl = SSL_new(context);
	SSL_set_fd(ssl, fd);
	done = SSL_connect(ssl) == 1;
	SSL_free(ssl);
	SSL_CTX_free(context);
	close(fd);
	return done;
}

/* ---- who gets in ---- */

static void
test_echo(void)
{
	Raw *raw = enter("client");
	g_autofree char *name = NULL;

	assert_echo(raw, "hello");
	assert_echo(raw, "again");
	raw_send(raw, "?");
	name = raw_read_until(raw, "client of Acme");
	raw_close(raw);
}

static void
test_secp256k1(void)
{
	Raw *raw = enter("secp256k1");

	assert_echo(raw, "hello");
	g_assert_cmpint(SSL_version(raw->ssl), ==, TLS1_2_VERSION);
	raw_close(raw);
}

static void
test_strangers(void)
{
	Raw *raw = enter("client");

	g_assert_false(shakes_hands(NULL, TLS1_3_VERSION));
	g_assert_false(shakes_hands("stranger", TLS1_3_VERSION));
	g_assert_false(shakes_hands("client", TLS1_1_VERSION));
	g_assert_true(shakes_hands("client", TLS1_3_VERSION));
	assert_echo(raw, "still here");
	raw_close(raw);
}

static void
test_engine_refuses(void)
{
	assert_end(enter("auditor"));
	assert_served();
}

static void
test_no_chain(void)
{
	fixture.port = channel_server_port(fixture.channels, 1);
	assert_end(enter("client"));
	fixture.port = channel_server_port(fixture.channels, 0);
	assert_served();
}

/* The host closes the connection, having said nothing but an alert. */
static void
assert_cut(const char *bytes, gsize len)
{
	int fd = tcp_connect(&fixture);
	char answer[64];
	gsize got = 0;
	ssize_t n;

	g_assert_cmpint(send(fd, bytes, len, MSG_NOSIGNAL), ==, (gint64)len);
	while ((n = recv(fd, answer, sizeof(answer), 0)) > 0)
		got += (gsize)n;
	g_assert_cmpuint(got, <, sizeof(answer));
	close(fd);
}

static void
test_no_tls(void)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	static const char noise[] = "\x00\x00\x00\x2a\x00\x12\xff\xff\x01\x02";

	assert_cut(http, sizeof(http) - 1);
	assert_cut(noise, sizeof(noise) - 1);
	assert_served();
}

/* ---- what comes through ---- */

static void
test_many_bytes(void)
{
	g_autofree char *text = g_strnfill(100000, 'x');
	g_autofree char *back = g_malloc(100000);
	Raw *raw = enter("client");
	gsize got = 0;

	raw_try_send(raw, text, 100000);
	while (got < 100000) {
		int n = SSL_read(raw->ssl, back + got, 100000 - (int)got);

		g_assert_cmpint(n, >, 0);
		got += (gsize)n;
	}
	g_assert_true(memcmp(back, text, got) == 0);
	raw_close(raw);
}

static void
test_last_words(void)
{
	Raw *raw = enter("client");
	g_autofree char *all = NULL;

	raw_send(raw, "bye!lost");
	all = raw_read_all(raw);
	g_assert_cmpstr(all, ==, "bye");
	raw_close(raw);
}

static void
test_slow(void)
{
	Raw *slow = enter("client");
	Raw *other = enter("client");
	g_autofree char *all = NULL;

	raw_send(slow, "#");
	all = raw_read_all(slow);
	raw_close(slow);
	assert_echo(other, "still here");
	raw_close(other);
}

static void
test_left(void)
{
	const gint closed = g_atomic_int_get(&gateway_stream_closed);
	Raw *raw = enter("client");
	struct linger at_once = { 1, 0 };

	assert_echo(raw, "hello");
	setsockopt(raw->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	raw_send(raw, "hello");
	raw_close(raw);
	await(&gateway_stream_closed, closed + 1);
	await(&gateway_stream_open, 0);
}

/* ---- chains that come and go ---- */

static void
change_chain(const char *state)
{
	g_autofree char *body = g_strdup_printf("{\"state\":\"%s\"}", state);
	g_autoptr(Answer) answer = NULL;

	fixture.port = gateway;
	answer = ask_as(&fixture, "admin", "PATCH", "/v1/chains/c1", body);
	fixture.port = channel_server_port(fixture.channels, 0);
	g_assert_cmpint(answer->http, ==, 200);
}

static void
test_chain_closes(void)
{
	Raw *raw = enter("client");

	assert_echo(raw, "hello");
	change_chain("closed");
	assert_end(raw);
	g_assert_cmpint(g_atomic_int_get(&gateway_stream_open), ==, 0);
	assert_end(enter("client"));
	change_chain("open");
	assert_served();
}

static void
test_chain_deleted(void)
{
	Raw *raw = enter("client");
	g_autoptr(Answer) gone = NULL;
	g_autoptr(Answer) made = NULL;

	assert_echo(raw, "hello");
	fixture.port = gateway;
	gone = ask_as(&fixture, "admin", "DELETE", "/v1/chains/c1", NULL);
	g_assert_cmpint(gone->http, ==, 204);
	assert_end(raw);
	made = ask_as(&fixture, "admin", "POST", "/v1/chains",
		      "{\"name\":\"c1\",\"framework\":\"fake\",\"config\":{}}");
	g_assert_cmpint(made->http, ==, 201);
	fixture.port = channel_server_port(fixture.channels, 0);
	assert_served();
}

static void
test_stop(void)
{
	Raw *raw = enter("client");

	assert_echo(raw, "hello");
	fixture_begin_stop(&fixture);
	assert_end(raw);
}

/* ---- time and room ---- */

static void
make_impatient(Config *config)
{
	adjust(config);
	config->channel_handshake_timeout_s = 1;
	config->channel_idle_timeout_s = 1;
	config->channel_connections_max = 2;
}

static void
test_silence(void)
{
	int never;
	Raw *raw;
	char byte;

	never = tcp_connect(&fixture);
	raw = enter("client");
	assert_end(raw);
	g_assert_cmpint(recv(never, &byte, 1, 0), <=, 0);
	close(never);
	assert_served();
}

/* The third waits until one of the others has left. */
static void
test_full(void)
{
	Raw *one, *two;

	one = enter("client");
	two = enter("client");
	assert_served();
	raw_close(one);
	raw_close(two);
}

typedef struct {
	const char *name;
	void (*run)(void);
	void (*adjust)(Config *config);
} Test;

static const Test tests[] = {
	{ "/channel/bytes-come-through-both-ways", test_echo, adjust },
	{ "/channel/a-secp256k1-certificate-is-taken", test_secp256k1, adjust },
	{ "/channel/strangers-stay-out", test_strangers, adjust },
	{ "/channel/an-engine-may-refuse", test_engine_refuses, adjust },
	{ "/channel/a-port-may-wait-for-its-chain", test_no_chain, adjust },
	{ "/channel/what-is-no-tls-is-cut-off", test_no_tls, adjust },
	{ "/channel/many-bytes-keep-their-order", test_many_bytes, adjust },
	{ "/channel/last-words-are-sent", test_last_words, adjust },
	{ "/channel/who-reads-nothing-is-dropped", test_slow, adjust },
	{ "/channel/who-left-is-told-of", test_left, adjust },
	{ "/channel/a-chain-closes-and-opens-again", test_chain_closes,
	  adjust },
	{ "/channel/a-chain-goes-and-another-comes", test_chain_deleted,
	  adjust },
	{ "/channel/a-stop-sends-clients-away", test_stop, adjust },
	{ "/channel/silence-ends-a-connection", test_silence, make_impatient },
	{ "/channel/more-than-may-be-wait", test_full, make_impatient },
};

static void
run(gconstpointer data)
{
	const Test *test = data;

	fixture_start(&fixture, test->adjust);
	gateway = fixture.port;
	fixture.port = channel_server_port(fixture.channels, 0);
	test->run();
	fixture.port = gateway;
	fixture_stop(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_data_func(tests[i].name, &tests[i], run);
	return g_test_run();
}
