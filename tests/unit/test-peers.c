/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole hosts that speak to each other on 127.0.0.1.
 */
#include <string.h>
#include <unistd.h>

#include "host/net/listen.h"
#include "host/peer/private.h"
#include "tests/unit/peer-fixture.h"

/* ---- two hosts that share a chain ---- */

typedef struct {
	Host *a, *b;
} Pair;

/* Both have the chain, and a knows b's address. */
static void
share(Pair *pair, const char *chain)
{
	Host *const members[] = { pair->a, pair->b, NULL };

	host_make_chain(pair->a, chain);
	host_make_chain(pair->b, chain);
	g_assert_cmpint(host_set_members(pair->b, chain, members, 0), ==,
			BSN_OK);
	g_assert_cmpint(host_set_members(pair->a, chain, members, 2), ==,
			BSN_OK);
}

static void
await_both(Pair *pair, const char *chain)
{
	g_autofree char *a = g_strdup_printf("%s is reachable", pair->a->name);
	g_autofree char *b = g_strdup_printf("%s is reachable", pair->b->name);

	host_await(pair->a, chain, b);
	host_await(pair->b, chain, a);
}

static void
start(Pair *pair, void (*adjust)(Config *))
{
	pair->a = host_start("p256", 0, adjust);
	pair->b = host_start("p256-b", 0, adjust);
	share(pair, "c1");
	await_both(pair, "c1");
}

static void
stop(Pair *pair)
{
	host_stop(pair->a);
	host_stop(pair->b);
}

static void
assert_exchange(Pair *pair, const char *chain)
{
	g_autofree char *to_b = g_strdup_printf("%s: ping", pair->a->name);
	g_autofree char *to_a = g_strdup_printf("%s: pong", pair->b->name);

	g_assert_cmpint(host_send(pair->a, chain, pair->b, "ping"), ==, BSN_OK);
	host_expect(pair->b, chain, to_b);
	g_assert_cmpint(host_send(pair->b, chain, pair->a, "pong"), ==, BSN_OK);
	host_expect(pair->a, chain, to_a);
}

/* ---- looking inside ---- */

typedef struct {
	PeersCounters counters;
	guint hosts, links;
	char *last_error; /* of a dial */
} Inside;

static void
note_dial(void *data, const DialView *view)
{
	Inside *inside = data;

	if (view->last_error[0] == '\0')
		return;
	g_free(inside->last_error);
	inside->last_error = g_strdup(view->last_error);
}

static void
note_peer(void *data, const PeerView *view)
{
}

static void
look_on_loop(Host *host, gpointer data)
{
	static const PeersVisitor visitor = { note_peer, note_dial };
	Inside *inside = data;

	inside->counters = host->peers->counters;
	inside->hosts = g_hash_table_size(host->peers->by_host);
	inside->links = host->peers->links.length;
	peers_visit(host->peers, &visitor, inside);
}

static void
inside_clear(Inside *inside)
{
	g_free(inside->last_error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inside, inside_clear)

static Inside
look(Host *host)
{
	Inside inside = { .last_error = NULL };

	host_on_loop(host, look_on_loop, &inside);
	return inside;
}

/* Looks until it is so. */
#define AWAIT_INSIDE(host, inside, condition)                              \
	for (gint64 end = g_get_monotonic_time() +                         \
			  DEADLINE_S * G_USEC_PER_SEC;                     \
	     ;) {                                                          \
		g_auto(Inside) inside = look(host);                        \
		if (condition)                                             \
			break;                                             \
		g_assert_cmpint(g_get_monotonic_time(), <, end);           \
		g_thread_yield();                                          \
	}

/* ---- ordinary life ---- */

static void
test_exchange(void)
{
	Pair pair;

	start(&pair, NULL);
	assert_exchange(&pair, "c1");
	g_assert_cmpint(host_broadcast(pair.a, "c1", "all"), ==, BSN_OK);
	host_expect(pair.b, "c1", "p256: all");
	host_expect_nothing(pair.a, "c1");
	stop(&pair);
}

static void
test_sizes(void)
{
	Pair pair;
	g_autofree char *text = g_strnfill(BSN_NET_MESSAGE_MAX, 'x');
	g_autoptr(GBytes) largest = g_bytes_new(text, BSN_NET_MESSAGE_MAX);
	g_autofree char *more = g_strnfill(BSN_NET_MESSAGE_MAX + 1, 'x');
	g_autofree char *heard = NULL;

	start(&pair, NULL);
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, ""), ==, BSN_OK);
	host_expect(pair.b, "c1", "p256: ");
	g_assert_cmpint(host_send_bytes(pair.a, "c1", pair.b, largest), ==,
			BSN_OK);
	heard = host_hear(pair.b, "c1");
	g_assert_true(g_str_has_prefix(heard, "p256: xxx"));
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, more), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(host_broadcast(pair.a, "c1", more), ==, BSN_TOO_LARGE);
	stop(&pair);
}

static void
test_order(void)
{
	Pair pair;

	start(&pair, NULL);
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		g_assert_cmpint(host_send(pair.a, "c1", pair.b, text), ==,
				BSN_OK);
	}
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *text = g_strdup_printf("p256: %u", i);

		host_expect(pair.b, "c1", text);
	}
	stop(&pair);
}

/* As soon as the other is reachable; when both have dialled, it may be gone for
 * a moment. */
static void
send_at_last(Host *from, const Host *to, const char *text)
{
	const gint64 end =
		g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;

	while (host_send(from, "c1", to, text) != BSN_OK) {
		g_assert_cmpint(g_get_monotonic_time(), <, end);
		g_thread_yield();
	}
}

static void
test_three(void)
{
	Host *const hosts[] = { host_start("sm2", 0, NULL),
				host_start("p256", 0, NULL),
				host_start("secp256k1", 0, NULL), NULL };

	for (guint i = 0; i < 3; i++) {
		host_make_chain(hosts[i], "c1");
		/* Everybody knows everybody's address. */
		host_set_members(hosts[i], "c1", hosts, 7);
	}
	/* Who dialled at once settles on one connection with each. */
	for (guint i = 0; i < 3; i++)
		AWAIT_INSIDE(hosts[i], inside,
			     inside.hosts == 2 && inside.links == 2);
	for (guint i = 1; i < 3; i++) {
		send_at_last(hosts[0], hosts[i], "one");
		host_await(hosts[i], "c1", "sm2: one");
	}
	g_assert_cmpint(host_broadcast(hosts[0], "c1", "all"), ==, BSN_OK);
	host_expect(hosts[1], "c1", "sm2: all");
	host_expect(hosts[2], "c1", "sm2: all");
	for (guint i = 0; i < 3; i++)
		host_stop(hosts[i]);
}

static void
test_both_dial(void)
{
	for (guint round = 0; round < 5; round++) {
		Pair pair = { host_start("p256", 0, NULL),
			      host_start("p256-b", 0, NULL) };
		Host *const members[] = { pair.a, pair.b, NULL };

		host_make_chain(pair.a, "c1");
		host_make_chain(pair.b, "c1");
		host_set_members(pair.a, "c1", members, 3);
		host_set_members(pair.b, "c1", members, 3);
		await_both(&pair, "c1");
		AWAIT_INSIDE(pair.a, inside,
			     inside.hosts == 1 && inside.links == 1);
		AWAIT_INSIDE(pair.b, inside,
			     inside.hosts == 1 && inside.links == 1);
		send_at_last(pair.a, pair.b, "x");
		host_await(pair.b, "c1", "p256: x");
		stop(&pair);
		peer_forget_heard();
	}
}

static void
test_many_chains(void)
{
	Pair pair;

	start(&pair, NULL);
	for (guint i = 2; i < 10; i++) {
		g_autofree char *chain = g_strdup_printf("c%u", i);

		share(&pair, chain);
		await_both(&pair, chain);
		assert_exchange(&pair, chain);
	}
	AWAIT_INSIDE(pair.a, inside, inside.links == 1);
	stop(&pair);
}

/* ---- members ---- */

static void
test_removed(void)
{
	Pair pair;
	Host *alone[] = { NULL, NULL };
	Host *both[] = { NULL, NULL, NULL };

	start(&pair, NULL);
	alone[0] = both[0] = pair.a;
	both[1] = pair.b;
	host_set_members(pair.a, "c1", alone, 0);
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "x"), ==,
			BSN_NOT_FOUND);
	host_expect(pair.b, "c1", "p256 is gone");
	g_assert_cmpint(host_send(pair.b, "c1", pair.a, "x"), ==,
			BSN_UNAVAILABLE);
	host_set_members(pair.a, "c1", both, 0);
	await_both(&pair, "c1");
	assert_exchange(&pair, "c1");
	stop(&pair);
}

static void
test_closed_chain(void)
{
	Pair pair;
	Host *both[] = { NULL, NULL, NULL };

	start(&pair, NULL);
	both[0] = pair.a;
	both[1] = pair.b;
	host_close_chain(pair.b, "c1");
	host_expect(pair.a, "c1", "p256-b is gone");
	host_open_chain(pair.b, "c1");
	host_set_members(pair.b, "c1", both, 0);
	await_both(&pair, "c1");
	assert_exchange(&pair, "c1");
	stop(&pair);
}

static void
test_misuse(void)
{
	Pair pair;
	Host *twice[] = { NULL, NULL, NULL };

	start(&pair, NULL);
	twice[0] = twice[1] = pair.a;
	g_assert_cmpint(host_set_members(pair.a, "c1", twice, 0), ==,
			BSN_E_INVALID);
	g_assert_cmpint(host_send(pair.a, "c1", pair.a, "me"), ==,
			BSN_UNAVAILABLE);
	assert_exchange(&pair, "c1");
	stop(&pair);
}

/* One that the other does not count among its members. */
static void
test_no_member(void)
{
	Pair pair = { host_start("p256", 0, NULL),
		      host_start("p256-b", 0, NULL) };
	Host *const both[] = { pair.a, pair.b, NULL };
	Host *const alone[] = { pair.b, NULL };

	host_make_chain(pair.a, "c1");
	host_make_chain(pair.b, "c1");
	host_set_members(pair.b, "c1", alone, 0);
	host_set_members(pair.a, "c1", both, 2);
	AWAIT_INSIDE(pair.a, inside, inside.hosts == 1);
	share(&pair, "c2");
	await_both(&pair, "c2");
	host_expect_nothing(pair.a, "c1");
	host_expect_nothing(pair.b, "c1");
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "x"), ==,
			BSN_UNAVAILABLE);
	stop(&pair);
}

/* ---- who is not let in ---- */

static void
trust_all(Config *config)
{
	g_free(config->peers_ca_files[0]);
	config->peers_ca_files[0] = peer_file(peer_files, "ca-every", ".pem");
}

static void
revoke_p256(Config *config)
{
	config->peers_crl_files[0] = peer_file(peer_files, "p256", ".crl");
}

static void
deny_a(Config *config)
{
	config->peers_deny[0] = g_strdup("host p256@Acme");
}

static void
deny_loopback(Config *config)
{
	config->peers_deny[0] = g_strdup("address 127.0.0.0/8");
}

/* `a` dials `b` in vain, and knows why. */
static void
assert_shut_out(const char *a_name, void (*adjust_a)(Config *),
		void (*adjust_b)(Config *), const char *reason)
{
	Pair pair = { host_start(a_name, 0, adjust_a),
		      host_start("p256-b", 0, adjust_b) };

	share(&pair, "c1");
	AWAIT_INSIDE(pair.a, inside, inside.last_error != NULL);
	{
		g_auto(Inside) inside = look(pair.a);

		g_assert_nonnull(strstr(inside.last_error, reason));
		g_assert_cmpuint(inside.hosts, ==, 0);
	}
	host_expect_nothing(pair.a, "c1");
	host_expect_nothing(pair.b, "c1");
	stop(&pair);
}

static void
test_shut_out(void)
{
	assert_shut_out("stranger", trust_all, NULL,
			"the other side refuses this host: the certificate is "
			"issued by no CA that this host trusts");
	assert_shut_out("p256", NULL, revoke_p256, "revoked");
	assert_shut_out("p256", NULL, deny_a, "[peers] allow and deny");
	assert_shut_out("p256", deny_loopback, NULL, "forbid it");
	assert_shut_out("p256", NULL, deny_loopback, "");
}

/* A list that comes while it is connected. */
static void
review_on_loop(Host *host, gpointer data)
{
	host->peers->ticks = 0;
	peers_review(host->peers);
	host->peers->ticks = 0;
	peers_review(host->peers);
}

static void
add_empty_list(Config *config)
{
	config->peers_crl_files[0] = peer_file(peer_files, "late", ".crl");
}

static void
test_revoked_later(void)
{
	g_autofree char *late = peer_file(peer_files, "late", ".crl");
	g_autofree char *first = peer_file(peer_files, "sm2", ".crl");
	g_autofree char *then = peer_file(peer_files, "p256", ".crl");
	g_autofree char *text = NULL;
	g_autofree char *other = NULL;
	Pair pair;

	g_assert_true(g_file_get_contents(first, &text, NULL, NULL));
	g_assert_true(g_file_get_contents(then, &other, NULL, NULL));
	g_assert_true(g_file_set_contents(late, text, -1, NULL));
	start(&pair, add_empty_list);
	host_on_loop(pair.b, review_on_loop, NULL);
	assert_exchange(&pair, "c1");
	g_assert_true(g_file_set_contents(late, other, -1, NULL));
	host_on_loop(pair.b, review_on_loop, NULL);
	host_expect(pair.b, "c1", "p256 is gone");
	AWAIT_INSIDE(pair.a, inside,
		     inside.last_error != NULL &&
			     strstr(inside.last_error, "revoked") != NULL);
	stop(&pair);
}

static void
test_self(void)
{
	Host *host = host_start("p256", 0, NULL);
	Host *other = host_start("p256-b", 0, NULL);
	Host *const members[] = { other, NULL };
	const guint16 port = other->port;

	/* The address of the other's is its own. */
	other->port = host->port;
	host_make_chain(host, "c1");
	host_set_members(host, "c1", members, 1);
	AWAIT_INSIDE(host, inside,
		     inside.counters.accepted > 0 && inside.links == 0);
	other->port = port;
	host_stop(host);
	host_stop(other);
}

/* ---- losing and finding each other ---- */

static void
test_reconnect(void)
{
	Pair pair;
	Host *both[] = { NULL, NULL, NULL };
	guint16 port;

	start(&pair, NULL);
	port = pair.b->port;
	host_stop(pair.b);
	host_expect(pair.a, "c1", "p256-b is gone");
	pair.b = host_start("p256-b", port, NULL);
	both[0] = pair.a;
	both[1] = pair.b;
	host_make_chain(pair.b, "c1");
	host_set_members(pair.b, "c1", both, 0);
	host_await(pair.a, "c1", "p256-b is reachable");
	host_await(pair.b, "c1", "p256 is reachable");
	assert_exchange(&pair, "c1");
	stop(&pair);
}

/* The other side never answers: its connection is there to the end. */
static void
test_stop_while_dialling(void)
{
	Host *host = host_start("p256", 0, NULL);
	Host other = { .name = "p256-b" };
	Host *const members[] = { &other, NULL };
	const int silent = listen_open("test", "127.0.0.1:0", NULL);

	other.port = listen_port(silent);
	host_make_chain(host, "c1");
	host_set_members(host, "c1", members, 1);
	AWAIT_INSIDE(host, inside, inside.links == 1);
	host_stop(host);
	close(silent);
}

/* ---- queues ---- */

static void
send_until_gone(Pair *pair, GBytes *bytes)
{
	int32_t status;

	do {
		status = host_send_bytes(pair->a, "c1", pair->b, bytes);
		g_assert_true(status == BSN_OK || status == BSN_BUSY ||
			      status == BSN_UNAVAILABLE);
	} while (status != BSN_UNAVAILABLE);
}

/* The chain of the one that stands still overflows; the oldest are lost, and
 * its engine is told. Another chain of the same two hosts goes on meanwhile. */
static void
test_overflow(void)
{
	g_autofree char *text = g_strnfill(1 << 20, 'x');
	g_autoptr(GBytes) bytes = g_bytes_new(text, 1 << 20);
	Pair pair;

	start(&pair, NULL);
	share(&pair, "c2");
	await_both(&pair, "c2");
	host_stall(pair.b, "c1");
	send_until_gone(&pair, bytes);
	host_expect(pair.a, "c1", "p256-b is gone");
	for (guint i = 0; i < 20; i++)
		assert_exchange(&pair, "c2");
	host_let_go(pair.b, "c1");
	host_expect(pair.a, "c1", "p256-b is reachable");
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "at last"), ==,
			BSN_OK);
	host_await(pair.b, "c1", "p256: at last");
	AWAIT_INSIDE(pair.a, inside, inside.counters.overflowed > 0);
	AWAIT_INSIDE(pair.a, inside, inside.counters.lost == 0);
	stop(&pair);
}

static void
disconnect_slow(Config *config)
{
	g_free(config->peers_overflow);
	config->peers_overflow = g_strdup("disconnect");
}

static void
test_disconnect(void)
{
	g_autofree char *text = g_strnfill(1 << 20, 'x');
	g_autoptr(GBytes) bytes = g_bytes_new(text, 1 << 20);
	Pair pair;

	start(&pair, disconnect_slow);
	host_stall(pair.b, "c1");
	send_until_gone(&pair, bytes);
	host_expect(pair.a, "c1", "p256-b is gone");
	AWAIT_INSIDE(pair.a, inside, inside.counters.lost > 0);
	host_let_go(pair.b, "c1");
	host_await(pair.a, "c1", "p256-b is reachable");
	stop(&pair);
}

/* Much more than any queue or credit, while it is taken. */
static void
test_stream(void)
{
	g_autofree char *text = g_strnfill(1 << 20, 'x');
	g_autoptr(GBytes) bytes = g_bytes_new(text, 1 << 20);
	Pair pair;

	start(&pair, NULL);
	for (guint i = 0; i < 64; i++) {
		g_autofree char *heard = NULL;

		g_assert_cmpint(host_send_bytes(pair.a, "c1", pair.b, bytes),
				==, BSN_OK);
		if (i < 8)
			continue; /* eight are on their way */
		heard = host_hear(pair.b, "c1");
		g_assert_true(g_str_has_prefix(heard, "p256: xxx"));
	}
	AWAIT_INSIDE(pair.a, inside, inside.counters.overflowed == 0);
	stop(&pair);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "messages-go-both-ways", test_exchange },
	{ "messages-of-all-sizes", test_sizes },
	{ "messages-keep-their-order", test_order },
	{ "three-hosts-with-unlike-keys", test_three },
	{ "both-may-dial-at-once", test_both_dial },
	{ "many-chains-share-a-connection", test_many_chains },
	{ "who-is-removed-hears-no-more", test_removed },
	{ "a-chain-closes-and-opens-again", test_closed_chain },
	{ "an-engine-may-be-wrong", test_misuse },
	{ "who-is-no-member-is-refused", test_no_member },
	{ "who-is-shut-out-is-told-why", test_shut_out },
	{ "a-revocation-ends-a-connection", test_revoked_later },
	{ "a-host-notices-itself", test_self },
	{ "hosts-find-each-other-again", test_reconnect },
	{ "a-host-stops-while-it-dials", test_stop_while_dialling },
	{ "a-slow-chain-loses-alone", test_overflow },
	{ "a-slow-host-may-be-disconnected", test_disconnect },
	{ "a-stream-goes-through", test_stream },
};

/* What is left from one test is not of the next. */
static void
run(gconstpointer data)
{
	void (*const *test)(void) = data;

	(*test)();
	peer_forget_heard();
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	peer_files = peer_files_new();
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *name =
			g_strconcat("/peers/", tests[i].name, NULL);

		g_test_add_data_func(name, &tests[i].run, run);
	}
	status = g_test_run();
	peer_files_free(peer_files);
	return status;
}
