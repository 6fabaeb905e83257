/* SPDX-License-Identifier: Apache-2.0
 *
 * What hosts must bear: strangers, liars, floods. Two
 * decent hosts share a chain meanwhile, and it goes on.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/peer-raw.h"

static Host *a, *b;

static void
share(guint addresses)
{
	Host *const members[] = { a, b, NULL };

	host_make_chain(a, "c1");
	host_make_chain(b, "c1");
	host_set_members(b, "c1", members, 0);
	host_set_members(a, "c1", members, addresses);
}

static void
assert_exchange(void)
{
	g_assert_cmpint(host_send(a, "c1", b, "ping"), ==, BSN_OK);
	host_expect(b, "c1", "p256: ping");
	g_assert_cmpint(host_send(b, "c1", a, "pong"), ==, BSN_OK);
	host_expect(a, "c1", "p256-b: pong");
}

static void
assert_shared(void)
{
	share(2);
	host_expect(a, "c1", "p256-b is reachable");
	host_expect(b, "c1", "p256 is reachable");
	assert_exchange();
}

/* ---- looking inside `b` ---- */

static void
copy_counters(Host *host, gpointer data)
{
	*(PeersCounters *)data = host->peers->counters;
}

static PeersCounters
counters(void)
{
	PeersCounters now;

	host_on_loop(b, copy_counters, &now);
	return now;
}

static void
count_inside(Host *host, gpointer data)
{
	*(guint *)data = gate_inside(host->peers->gate);
}

static guint
inside(void)
{
	guint n;

	host_on_loop(b, count_inside, &n);
	return n;
}

static void
await_inside(guint wanted)
{
	const gint64 end =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (inside() != wanted) {
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_thread_yield();
	}
}

/* ---- strangers ---- */

static void
assert_end(int fd)
{
	char rest[4096];
	ssize_t n;

	do
		n = recv(fd, rest, sizeof(rest), 0);
	while (n > 0);
	/* An end or a reset, not our own deadline. */
	g_assert_false(n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
	close(fd);
}

static void
test_noise(void)
{
	static const char http[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	guint8 noise[4096];

	for (gsize i = 0; i < sizeof(noise); i++)
		noise[i] = (guint8)g_test_rand_int();
	for (guint i = 0; i < 20; i++) {
		int fd = raw_tcp(b->port, NULL);

		send(fd, noise + i, sizeof(noise) - i, MSG_NOSIGNAL);
		assert_end(fd);
		fd = raw_tcp(b->port, NULL);
		send(fd, http, sizeof(http), MSG_NOSIGNAL);
		assert_end(fd);
	}
	await_inside(0);
	assert_shared();
}

static void
test_other_tls(void)
{
	RawPeer *raw;

	g_assert_null(raw_connect_as(b->port, TLS1_2_VERSION, TRUE));
	/* Without the protocol's name TLS comes about, and nothing else. */
	raw = raw_connect_as(b->port, TLS1_3_VERSION, FALSE);
	if (raw != NULL) {
		g_assert_cmpuint(raw_read_error(raw), ==, 0);
		raw_close(raw);
	}
	await_inside(0);
	assert_shared();
}

static void
be_impatient(Config *config)
{
	config->peers_handshake_timeout_s = 1;
}

/* Who says nothing, on any layer, or half of something. */
static void
test_half_open(void)
{
	static const guint8 head[FRAME_HEAD_LEN] = { 0, 0, 0, 200,
						     FRAME_HELLO };
	const int tcp = raw_tcp(b->port, NULL);
	RawPeer *tls = raw_connect(b);
	RawPeer *frame = raw_connect(b);

	raw_write(frame, head, sizeof(head));
	raw_write(frame, "half", 4);
	assert_end(tcp);
	g_assert_cmpuint(raw_read_error(tls), ==, 0);
	g_assert_cmpuint(raw_read_error(frame), ==, 0);
	raw_close(tls);
	raw_close(frame);
	await_inside(0);
	assert_shared();
}

static void
test_oversized(void)
{
	static const guint8 heads[][FRAME_HEAD_LEN] = {
		{ 0xff, 0xff, 0xff, 0xff, FRAME_HELLO },
		{ 0, 0xff, 0, 0, FRAME_MESSAGE },
		{ 0, 0, 0, 0, FRAME_PING },
		{ 0, 0, 0, 3, 99 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
		RawPeer *raw = raw_connect(b);

		raw_write(raw, heads[i], sizeof(heads[i]));
		g_assert_cmpuint(raw_read_error(raw), ==, PEER_MALFORMED);
		raw_close(raw);
	}
	assert_shared();
}

static void
have_little_room(Config *config)
{
	config->peers_handshakes_max = 8;
}

/* One address that holds all it can get leaves the other half to others. */
static void
test_crowd(void)
{
	int fds[200];

	for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
		fds[i] = raw_tcp(b->port, "127.0.0.2");
	await_inside(4);
	assert_shared();
	g_assert_cmpuint(inside(), ==, 4);
	for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
	await_inside(0);
}

/* Many addresses that hold all there is: the oldest of them makes room. */
static void
test_crowds(void)
{
	int fds[64];

	for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
		g_autofree char *from =
			g_strdup_printf("127.0.0.%u", 2 + i % 16);

		fds[i] = raw_tcp(b->port, from);
	}
	await_inside(8);
	assert_shared();
	for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
	await_inside(0);
}

static void
be_slow_to_accept(Config *config)
{
	config->peers_handshakes_per_s = 50;
}

static void
test_attempts(void)
{
	guint ended = 0;

	assert_shared();
	for (guint i = 0; i < 10000; i++) {
		close(raw_tcp(b->port, "127.0.0.2"));
		if (i % 1000 == 0)
			assert_exchange();
		ended++;
	}
	g_assert_cmpuint(ended, ==, 10000);
	assert_exchange();
	await_inside(0);
	g_assert_cmpuint(counters().turned_away, >, 5000);
}

/* ---- known hosts that lie ---- */

static RawPeer *
enter(const char *name)
{
	RawPeer *raw = raw_connect(b);

	raw_shake(raw, name);
	return raw;
}

static void
test_broken_frames(void)
{
	g_autofree guint8 *noise = g_malloc(1 << 20);
	RawPeer *raw = enter("p256-c");

	for (gsize i = 0; i < 1 << 20; i++)
		noise[i] = (guint8)g_test_rand_int();
	raw_write(raw, noise, 1 << 20);
	g_assert_cmpuint(raw_read_error(raw), ==, PEER_MALFORMED);
	raw_close(raw);
	/* Half a frame, and gone. */
	raw = enter("p256-c");
	raw_write(raw, noise, 3);
	raw_close(raw);
	assert_shared();
}

/* Valid-looking frames of one that is no member. */
static void
test_no_member_floods(void)
{
	g_autofree guint8 *payload = g_malloc0(64 << 10);
	guint8 chain[CHAIN_ID_LEN];
	RawPeer *raw;
	guint sent = 0;

	assert_shared();
	raw_chain_id(b, "c1", chain);
	raw = enter("p256-c");
	while (raw_send(raw, FRAME_MESSAGE, chain, payload, 64 << 10))
		if (++sent % 100 == 0)
			assert_exchange();
	g_assert_cmpuint(counters().no_member, >, 100);
	raw_close(raw);
	/* It does not get in again, for a while; others do. */
	raw = enter("p256-c");
	g_assert_cmpuint(raw_read_error(raw), ==, PEER_FLOOD);
	raw_close(raw);
	raw_close(enter("sm2"));
	assert_exchange();
	host_expect_nothing(b, "c1");
}

static void
test_few_are_dropped(void)
{
	guint8 chain[CHAIN_ID_LEN];
	RawPeer *raw;

	assert_shared();
	raw_chain_id(b, "c1", chain);
	raw = enter("p256-c");
	raw_send(raw, FRAME_MESSAGE, chain, "lie", 3);
	raw_send(raw, FRAME_JOIN, chain, NULL, 0);
	raw_send(raw, FRAME_CREDIT, chain, "\xff\xff\xff\xff", 4);
	raw_send(raw, FRAME_LEAVE, chain, NULL, 0);
	raw_send(raw, FRAME_PING, NULL, NULL, 0);
	do
		g_assert_true(raw_next(raw));
	while (raw->parser.type != FRAME_REFUSE);
	do
		g_assert_true(raw_next(raw));
	while (raw->parser.type != FRAME_PONG);
	g_assert_cmpuint(counters().no_member, ==, 1);
	host_expect_nothing(b, "c1");
	raw_close(raw);
	assert_exchange();
}

/* Questions without end, whose answers are not read. */
static void
test_questions(void)
{
	guint8 chain[CHAIN_ID_LEN] = { 1 };
	RawPeer *raw = enter("p256-c");
	guint sent = 0;

	while (raw_send(raw, FRAME_JOIN, chain, NULL, 0) &&
	       raw_send(raw, FRAME_PING, NULL, NULL, 0))
		sent++;
	g_assert_cmpuint(sent, >, 1000);
	raw_close(raw);
	assert_shared();
}

/* ---- keys of members ---- */

static GBytes *
key_frame(RawPeer *raw, const char *name, const guint8 *exporter)
{
	g_autoptr(GError) error = NULL;
	GBytes *payload = peer_key_write(keystore_open(name, NULL, NULL),
					 "ecdsa-p256", raw->side, exporter,
					 &error);

	g_assert_no_error(error);
	return payload;
}

static void
prove_key(RawPeer *raw, const char *name, const guint8 *exporter)
{
	g_autoptr(GBytes) payload = key_frame(raw, name, exporter);
	gsize len;
	const void *bytes = g_bytes_get_data(payload, &len);

	raw_send(raw, FRAME_KEY, NULL, bytes, len);
}

/* A member's proof that was heard in another session. */
static void
test_stolen_key(void)
{
	static const guint8 other[EXPORTER_LEN] = { 1 };
	RawPeer *raw = enter("p256-c");

	prove_key(raw, "p256", other);
	g_assert_cmpuint(raw_read_error(raw), ==, PEER_BAD_PROOF);
	raw_close(raw);
	assert_shared();
}

static void
test_many_keys(void)
{
	RawPeer *raw = enter("p256-c");

	for (guint i = 0; i < 17; i++) {
		g_autofree char *name = g_strdup_printf("key-%u", i);

		prove_key(raw, g_intern_string(name), raw->exporter);
	}
	g_assert_cmpuint(raw_read_error(raw), ==, PEER_MALFORMED);
	raw_close(raw);
	assert_shared();
}

/* A member that sends more than it was given credit for, to a chain that
 * stands still. */
static void
test_member_floods(void)
{
	g_autofree guint8 *payload = g_malloc0(1 << 20);
	guint8 chain[CHAIN_ID_LEN];
	RawPeer *raw;
	guint sent = 0;

	share(0);
	host_stall(b, "c1");
	raw_chain_id(b, "c1", chain);
	raw = enter("p256");
	prove_key(raw, "p256", raw->exporter);
	raw_send(raw, FRAME_JOIN, chain, NULL, 0);
	while (raw_send(raw, FRAME_MESSAGE, chain, payload, 1 << 20))
		sent++;
	/* What its chain may hold of it, what TLS and TCP hold, and no more. */
	g_assert_cmpuint(sent, >, 20);
	g_assert_cmpuint(sent, <, 60);
	raw_close(raw);
	host_let_go(b, "c1");
	host_await(b, "c1", "p256 is gone");
}

/* One that was a member, and does not care that it is none any more. */
static void
test_removed_goes_on(void)
{
	Host *const alone[] = { b, NULL };
	guint8 chain[CHAIN_ID_LEN];
	RawPeer *raw;

	share(0);
	raw_chain_id(b, "c1", chain);
	raw = enter("p256");
	prove_key(raw, "p256", raw->exporter);
	raw_send(raw, FRAME_JOIN, chain, NULL, 0);
	raw_send(raw, FRAME_MESSAGE, chain, "while a member", 14);
	host_await(b, "c1", "p256: while a member");
	g_assert_cmpuint(counters().no_member, ==, 0);
	host_set_members(b, "c1", alone, 0);
	do
		g_assert_true(raw_next(raw));
	while (raw->parser.type != FRAME_LEAVE);
	for (guint i = 0; i < 100; i++)
		raw_send(raw, FRAME_MESSAGE, chain, "and after", 9);
	raw_send(raw, FRAME_JOIN, chain, NULL, 0);
	raw_send(raw, FRAME_MESSAGE, chain, "and after", 9);
	do
		g_assert_true(raw_next(raw));
	while (raw->parser.type != FRAME_REFUSE);
	raw_send(raw, FRAME_PING, NULL, NULL, 0);
	do
		g_assert_true(raw_next(raw));
	while (raw->parser.type != FRAME_PONG);
	g_assert_cmpuint(counters().no_member, ==, 101);
	host_expect_nothing(b, "c1");
	raw_close(raw);
}

static const PeerTest tests[] = {
	{ "noise-is-cut-off", test_noise, NULL },
	{ "only-tls-1.3-of-hosts", test_other_tls, NULL },
	{ "silence-is-cut-off", test_half_open, be_impatient },
	{ "heads-are-judged-before-bodies", test_oversized, NULL },
	{ "one-address-cannot-keep-others-out", test_crowd,
	  have_little_room },
	{ "many-addresses-cannot-either", test_crowds, have_little_room },
	{ "ten-thousand-attempts", test_attempts, be_slow_to_accept },
	{ "broken-frames-end-a-connection", test_broken_frames, NULL },
	{ "a-flood-of-no-member-is-cut-off", test_no_member_floods, NULL },
	{ "frames-of-no-member-are-dropped", test_few_are_dropped, NULL },
	{ "who-is-removed-says-no-more", test_removed_goes_on, NULL },
	{ "questions-without-end", test_questions, NULL },
	{ "a-key-proven-elsewhere-is-none", test_stolen_key, NULL },
	{ "nobody-has-so-many-keys", test_many_keys, NULL },
	{ "a-member-floods-in-vain", test_member_floods, NULL },
};

static void
run(const PeerTest *test)
{
	a = host_start("p256", 0, NULL);
	b = host_start("p256-b", 0, test->adjust);
	test->run();
	host_stop(a);
	host_stop(b);
}

int
main(int argc, char **argv)
{
	return peer_tests_main(argc, argv, "/peers/hostile", tests,
			       G_N_ELEMENTS(tests), run);
}
