/* SPDX-License-Identifier: Apache-2.0
 *
 * One in the middle between two hosts: who passes on what they say, and who
 * only listens.
 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/net/listen.h"
#include "tests/unit/peer-pair.h"
#include "tests/unit/peer-raw.h"

static Pair pair;

typedef struct {
	int listener;
	guint16 to;
	GByteArray *seen; /* both directions */
	gboolean inside_tls;
	const PeerTls *tls;
} Middle;

static void
pass(RawPeer *from, RawPeer *to)
{
	guint8 bytes[16384];
	const int n = SSL_read(from->ssl, bytes, sizeof(bytes));

	if (n > 0)
		raw_write(to, bytes, (gsize)n);
}

/* Speaks TLS with each, and passes on what they say inside. */
static void
relay_tls(const Middle *middle, int fd)
{
	RawPeer *client = raw_accept(fd, middle->tls);
	RawPeer *server =
		raw_connect_as(middle->to, TLS1_3_VERSION, TRUE);

	g_assert_nonnull(server);
	pass(client, server); /* HELLO */
	pass(server, client);
	pass(client, server); /* PROOF, which does not hold there */
	pass(server, client); /* ERROR */
	raw_close(client);
	raw_close(server);
}

static gboolean
copy(const Middle *middle, int from, int to)
{
	guint8 bytes[16384];
	const ssize_t n = recv(from, bytes, sizeof(bytes), 0);

	if (n <= 0)
		return FALSE;
	g_byte_array_append(middle->seen, bytes, (guint)n);
	return send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Passes on what they say on the wire, and keeps it. */
static void
relay_tcp(const Middle *middle, int fd)
{
	const int other = raw_tcp(middle->to, NULL);
	struct pollfd both[2] = { { fd, POLLIN, 0 }, { other, POLLIN, 0 } };
	gboolean open = TRUE;

	while (open && poll(both, 2, DEADLINE_S * 1000) > 0) {
		if (both[0].revents != 0)
			open = copy(middle, fd, other);
		if (open && both[1].revents != 0)
			open = copy(middle, other, fd);
	}
	close(fd);
	close(other);
}

static gpointer
run_middle(gpointer data)
{
	Middle *middle = data;
	struct pollfd ready = { middle->listener, POLLIN, 0 };
	int fd;

	g_assert_cmpint(poll(&ready, 1, DEADLINE_S * 1000), ==, 1);
	fd = accept(middle->listener, NULL, NULL);
	g_assert_cmpint(fd, >=, 0);
	if (middle->inside_tls)
		relay_tls(middle, fd);
	else
		relay_tcp(middle, fd);
	return NULL;
}

static void
middle_open(Middle *middle)
{
	memset(middle, 0, sizeof(*middle));
	middle->listener = listen_open("test", "127.0.0.1:0", NULL);
	middle->to = pair.b->port;
	middle->seen = g_byte_array_new();
	pair.b->port = listen_port(middle->listener);
}

static void
middle_close(Middle *middle)
{
	pair.b->port = middle->to;
	close(middle->listener);
	g_byte_array_unref(middle->seen);
}

static void
test_man_in_the_middle(void)
{
	g_autoptr(GError) error = NULL;
	PeerTls *tls = peer_tls_new(&error);
	GThread *thread;
	Middle middle;

	middle_open(&middle);
	middle.inside_tls = TRUE;
	middle.tls = tls;
	thread = g_thread_new("middle", run_middle, &middle);
	pair_share(&pair, "c1"); /* `a` believes that `b` is where the middle is */
	g_thread_join(thread);
	AWAIT_INSIDE(pair.b, inside, inside.counters.refused == 1);
	AWAIT_INSIDE(pair.b, inside, inside.counters.known == 0);
	host_expect_nothing(pair.a, "c1");
	host_expect_nothing(pair.b, "c1");
	middle_close(&middle);
	peer_tls_free(tls);
}

static gboolean
has_seen(const Middle *middle, const char *text)
{
	const gsize len = strlen(text);

	for (gsize i = 0; i + len <= middle->seen->len; i++)
		if (memcmp(middle->seen->data + i, text, len) == 0)
			return TRUE;
	return FALSE;
}

static void
test_no_plaintext(void)
{
	static const char marker[] = "a marker that nobody else may read";
	GThread *thread;
	Middle middle;

	middle_open(&middle);
	thread = g_thread_new("middle", run_middle, &middle);
	pair_share(&pair, "c1");
	host_expect(pair.b, "c1", "p256 is reachable");
	host_expect(pair.a, "c1", "p256-b is reachable");
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, marker), ==, BSN_OK);
	host_expect(pair.b, "c1", "p256: a marker that nobody else may read");
	host_close_chain(pair.a, "c1");
	host_expect(pair.b, "c1", "p256 is gone");
	host_stop(pair.a);
	pair.a = NULL;
	g_thread_join(thread);
	g_assert_cmpuint(middle.seen->len, >, sizeof(marker));
	g_assert_false(has_seen(&middle, marker));
	/* Not even who they are. */
	g_assert_false(has_seen(&middle, "Acme"));
	middle_close(&middle);
}

static const PeerTest tests[] = {
	{ "a-man-in-the-middle-fails", test_man_in_the_middle, NULL },
	{ "the-wire-shows-nothing", test_no_plaintext, NULL },
};

static void
run(const PeerTest *test)
{
	pair.a = host_start("p256", 0, NULL);
	pair.b = host_start("p256-b", 0, NULL);
	test->run();
	if (pair.a != NULL)
		host_stop(pair.a);
	host_stop(pair.b);
}

int
main(int argc, char **argv)
{
	return peer_tests_main(argc, argv, "/peers/middle", tests,
			       G_N_ELEMENTS(tests), run);
}
