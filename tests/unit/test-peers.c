/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole hosts that speak to each other on 127.0.0.1.
 */
#include <string.h>

#include "tests/unit/peer-pair.h"

/* ---- ordinary life ---- */

static void
test_exchange(void)
{
	Pair pair;

	pair_start(&pair, NULL);
	pair_assert_exchange(&pair, "c1");
	g_assert_cmpint(host_broadcast(pair.a, "c1", "all"), ==, BSN_OK);
	host_expect(pair.b, "c1", "p256: all");
	host_expect_nothing(pair.a, "c1");
	pair_stop(&pair);
}

static void
test_sizes(void)
{
	Pair pair;
	g_autofree char *text = g_strnfill(BSN_NET_MESSAGE_MAX, 'x');
	g_autoptr(GBytes) largest = g_bytes_new(text, BSN_NET_MESSAGE_MAX);
	g_autofree char *more = g_strnfill(BSN_NET_MESSAGE_MAX + 1, 'x');
	g_autofree char *heard = NULL;

	pair_start(&pair, NULL);
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, ""), ==, BSN_OK);
	host_expect(pair.b, "c1", "p256: ");
	g_assert_cmpint(host_send_bytes(pair.a, "c1", pair.b, largest), ==,
			BSN_OK);
	heard = host_hear(pair.b, "c1");
	g_assert_true(g_str_has_prefix(heard, "p256: xxx"));
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, more), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(host_broadcast(pair.a, "c1", more), ==, BSN_TOO_LARGE);
	pair_stop(&pair);
}

static void
test_order(void)
{
	Pair pair;

	pair_start(&pair, NULL);
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		g_assert_cmpint(host_send(pair.a, "c1", pair.b, text), ==,
				BSN_OK);
	}
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *text = g_strdup_printf("p256: %u", i);

		host_expect(pair.b, "c1", text);
	}
	pair_stop(&pair);
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
		host_send_at_last(hosts[0], hosts[i], "one");
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
		pair_await(&pair, "c1");
		AWAIT_INSIDE(pair.a, inside,
			     inside.hosts == 1 && inside.links == 1);
		AWAIT_INSIDE(pair.b, inside,
			     inside.hosts == 1 && inside.links == 1);
		host_send_at_last(pair.a, pair.b, "x");
		host_await(pair.b, "c1", "p256: x");
		pair_stop(&pair);
		peer_forget_heard();
	}
}

static void
test_many_chains(void)
{
	Pair pair;

	pair_start(&pair, NULL);
	for (guint i = 2; i < 10; i++) {
		g_autofree char *chain = g_strdup_printf("c%u", i);

		pair_share(&pair, chain);
		pair_await(&pair, chain);
		pair_assert_exchange(&pair, chain);
	}
	AWAIT_INSIDE(pair.a, inside, inside.links == 1);
	pair_stop(&pair);
}

/* ---- members ---- */

static void
test_removed(void)
{
	Pair pair;
	Host *alone[] = { NULL, NULL };
	Host *both[] = { NULL, NULL, NULL };

	pair_start(&pair, NULL);
	alone[0] = both[0] = pair.a;
	both[1] = pair.b;
	host_set_members(pair.a, "c1", alone, 0);
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "x"), ==,
			BSN_NOT_FOUND);
	host_expect(pair.b, "c1", "p256 is gone");
	g_assert_cmpint(host_send(pair.b, "c1", pair.a, "x"), ==,
			BSN_UNAVAILABLE);
	host_set_members(pair.a, "c1", both, 0);
	pair_await(&pair, "c1");
	pair_assert_exchange(&pair, "c1");
	pair_stop(&pair);
}

static void
test_closed_chain(void)
{
	Pair pair;
	Host *both[] = { NULL, NULL, NULL };

	pair_start(&pair, NULL);
	both[0] = pair.a;
	both[1] = pair.b;
	host_close_chain(pair.b, "c1");
	host_expect(pair.a, "c1", "p256-b is gone");
	host_open_chain(pair.b, "c1");
	host_set_members(pair.b, "c1", both, 0);
	pair_await(&pair, "c1");
	pair_assert_exchange(&pair, "c1");
	pair_stop(&pair);
}

static void
test_misuse(void)
{
	Pair pair;
	Host *twice[] = { NULL, NULL, NULL };

	pair_start(&pair, NULL);
	twice[0] = twice[1] = pair.a;
	g_assert_cmpint(host_set_members(pair.a, "c1", twice, 0), ==,
			BSN_E_INVALID);
	g_assert_cmpint(host_send(pair.a, "c1", pair.a, "me"), ==,
			BSN_UNAVAILABLE);
	pair_assert_exchange(&pair, "c1");
	pair_stop(&pair);
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
	pair_share(&pair, "c2");
	pair_await(&pair, "c2");
	host_expect_nothing(pair.a, "c1");
	host_expect_nothing(pair.b, "c1");
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "x"), ==,
			BSN_UNAVAILABLE);
	pair_stop(&pair);
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

	pair_start(&pair, NULL);
	pair_share(&pair, "c2");
	pair_await(&pair, "c2");
	host_stall(pair.b, "c1");
	send_until_gone(&pair, bytes);
	host_expect(pair.a, "c1", "p256-b is gone");
	for (guint i = 0; i < 20; i++)
		pair_assert_exchange(&pair, "c2");
	host_let_go(pair.b, "c1");
	host_expect(pair.a, "c1", "p256-b is reachable");
	g_assert_cmpint(host_send(pair.a, "c1", pair.b, "at last"), ==,
			BSN_OK);
	host_await(pair.b, "c1", "p256: at last");
	AWAIT_INSIDE(pair.a, inside, inside.counters.overflowed > 0);
	AWAIT_INSIDE(pair.a, inside, inside.counters.lost == 0);
	pair_stop(&pair);
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

	pair_start(&pair, disconnect_slow);
	host_stall(pair.b, "c1");
	send_until_gone(&pair, bytes);
	host_expect(pair.a, "c1", "p256-b is gone");
	AWAIT_INSIDE(pair.a, inside, inside.counters.lost > 0);
	host_let_go(pair.b, "c1");
	host_await(pair.a, "c1", "p256-b is reachable");
	pair_stop(&pair);
}

/* Much more than any queue or credit, while it is taken. */
static void
test_stream(void)
{
	g_autofree char *text = g_strnfill(1 << 20, 'x');
	g_autoptr(GBytes) bytes = g_bytes_new(text, 1 << 20);
	Pair pair;

	pair_start(&pair, NULL);
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
	pair_stop(&pair);
}

static const PeerTest tests[] = {
	{ "messages-go-both-ways", test_exchange, NULL },
	{ "messages-of-all-sizes", test_sizes, NULL },
	{ "messages-keep-their-order", test_order, NULL },
	{ "three-hosts-with-unlike-keys", test_three, NULL },
	{ "both-may-dial-at-once", test_both_dial, NULL },
	{ "many-chains-share-a-connection", test_many_chains, NULL },
	{ "who-is-removed-hears-no-more", test_removed, NULL },
	{ "a-chain-closes-and-opens-again", test_closed_chain, NULL },
	{ "an-engine-may-be-wrong", test_misuse, NULL },
	{ "who-is-no-member-is-refused", test_no_member, NULL },
	{ "a-slow-chain-loses-alone", test_overflow, NULL },
	{ "a-slow-host-may-be-disconnected", test_disconnect, NULL },
	{ "a-stream-goes-through", test_stream, NULL },
};

int
main(int argc, char **argv)
{
	return peer_tests_main(argc, argv, "/peers", tests,
			       G_N_ELEMENTS(tests), NULL);
}
