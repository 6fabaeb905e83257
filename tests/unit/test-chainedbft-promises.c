/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node has promised binds it after a crash, whatever protocol ran before
 * or has come since, and with whatever the store has refused; and how much of
 * what is not final it keeps. That nobody says what is not on disk, or says two
 * things, is checked by the network (chained-net.h).
 */
#include "plugins/consensus-chainedbft/chainedbft.h"
#include "plugins/consensus-xpoa/xpoa.h"
#include "tests/unit/chained-net.h"

#define CONFIG "{\"timeout_ms\":400,\"timeout_max_ms\":3000}"
#define XPOA "{\"period\":100,\"block_num\":3}"
#define LONG 120000u
#define HOUR 3600000u

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

static Net *
new_net(guint n, guint64 seed)
{
	return net_new(&chainedbft_consensus, n, (1u << n) - 1, seed, CONFIG);
}

static void
submit(Net *net, guint from, guint to)
{
	for (guint tx = from; tx <= to; tx++)
		net_submit(net, tx);
}

/* ---- a crash ----------------------------------------------------------- */

static const char *const promises[] = { "voted_round", "locked_round" };

typedef struct {
	gint64 of[NET_NODES_MAX][G_N_ELEMENTS(promises)];
} Promised;

static Promised
promised(const Net *net)
{
	Promised all;

	for (guint i = 0; i < net->n; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(promises); j++)
			all.of[i][j] = net_status(net->nodes[i], promises[j]);
	return all;
}

static void
restart_all(Net *net)
{
	for (guint i = 0; i < net->n; i++)
		net_crash(net->nodes[i]);
	for (guint i = 0; i < net->n; i++)
		net_start(net->nodes[i]);
}

/* All that was written is on disk. */
static void
check_kept(Net *net)
{
	const Promised before = promised(net);
	Promised after;

	restart_all(net);
	after = promised(net);
	for (guint i = 0; i < net->n; i++)
		for (gsize j = 0; j < G_N_ELEMENTS(promises); j++)
			g_assert_cmpint(after.of[i][j], >=, before.of[i][j]);
	g_assert_cmpint(before.of[0][0], >, 0);
}

static void
test_kept(void)
{
	g_autoptr(Net) net = new_net(4, 1);

	submit(net, 1, 10);
	g_assert_true(net_run_dry(net, LONG));
	net_run(net, 1000);
	g_assert_cmpint(net_status(net->nodes[0], "locked_round"), >, 0);
	check_kept(net);
	submit(net, 11, 20);
	g_assert_true(net_run_dry(net, LONG));
}

/* By a timeout as well as by a vote. */
static void
test_timeouts_kept(void)
{
	g_autoptr(Net) net = new_net(4, 2);

	for (guint i = 0; i < 4; i++)
		net->nodes[i]->busy_engine = TRUE;
	submit(net, 1, 2);
	net_run(net, 5000);
	net->drop = 1000;
	net_run(net, 50);
	check_kept(net);
}

/* ---- another protocol -------------------------------------------------- */

/* Both have a record of the one epoch. */
static void
test_other_protocol(void)
{
	g_autoptr(Net) net = new_net(4, 3);

	net->drop = 1000;
	submit(net, 1, 3);
	net_run(net, 1000);
	net_change(net, &xpoa_consensus, XPOA);
	net->drop = 0;
	g_assert_true(net_run_dry(net, LONG));
	net_run(net, 1000);
	check_kept(net);
	submit(net, 4, 10);
	g_assert_true(net_run_dry(net, LONG));
}

/* Word comes of what the one before has stored. */
static void
test_others_batches(void)
{
	for (guint ms = 1; ms < 40; ms++) {
		g_autoptr(Net) net = new_net(4, ms);

		net->disk_max = 400;
		submit(net, 1, 3);
		net_run(net, ms * 4);
		net_change(net, &xpoa_consensus, XPOA);
		net_resubmit(net);
		net_run(net, 3000);
	}
}

/* ---- a store that refuses ---------------------------------------------- */

/* The block that ended an epoch is not on disk, and a record of the next is. */
static void
test_later_epoch(void)
{
	guint later = 0;

	for (guint ms = 20; ms < 200; ms += 3) {
		g_autoptr(Net) net = new_net(4, ms);
		gint64 voted[4];

		net_submit(net, 1);
		net_submit(net, NET_MEMBERS_BIT | 1u << 16 | 0x7);
		net_run(net, ms);
		submit(net, 2, 6);
		net_run(net, ms);
		for (guint i = 0; i < 4; i++) {
			Node *node = net->nodes[i];

			voted[i] = net_status(node, "epoch_height") > 0
					   ? net_status(node, "voted_round")
					   : 0;
			net_crash_putting_off(node, net->genesis);
		}
		for (guint i = 0; i < 4; i++) {
			net_start(net->nodes[i]);
			g_assert_cmpint(net_status(net->nodes[i],
						   "epoch_height"),
					==, 0);
		}
		net_resubmit(net);
		while (net_status(net->nodes[0], "epoch_height") == 0)
			net_run(net, 1);
		later += voted[0] > 0 ? 1 : 0;
		g_assert_cmpint(net_status(net->nodes[0], "voted_round"), >=,
				voted[0]);
		g_assert_true(net_run_dry(net, LONG));
	}
	g_assert_cmpuint(later, >, 10);
}

static guint said;

static void
count_of_first(ChainedNet *net, Node *from, Node *to, GBytes **bytes)
{
	said += from->index == 0 ? 1 : 0;
}

/* It keeps the last of what it would say, not all. */
static void
test_full_store(void)
{
	g_autoptr(Net) net = new_net(4, 4);

	for (guint i = 1; i < 4; i++)
		net->nodes[i]->busy_engine = TRUE;
	net->nodes[0]->refuses = TRUE;
	submit(net, 1, 5);
	net_run(net, HOUR);
	net->nodes[0]->refuses = FALSE;
	said = 0;
	net->filter = count_of_first;
	net_run(net, 300);
	g_assert_cmpuint(said, >, 0);
	g_assert_cmpuint(said, <, 3 * 30);
	net->filter = NULL;
	for (guint i = 1; i < 4; i++) {
		net->nodes[i]->busy_engine = FALSE;
		net->consensus->pending(net->nodes[i]->agreement);
	}
	g_assert_true(net_run_dry(net, LONG));
}

/* ---- what is not final ------------------------------------------------- */

static void
check_bounded(Net *net, guint max)
{
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			g_assert_cmpuint(net->nodes[i]->order->len, <=, max);
}

/* Half are away, for long: no slot brings a block. */
static void
test_no_quorum(void)
{
	g_autoptr(Net) net =
		net_new(&xpoa_consensus, 4, 0xf, 5, XPOA);

	submit(net, 1, 5);
	g_assert_true(net_run_dry(net, LONG));
	net_crash(net->nodes[1]);
	net_crash(net->nodes[2]);
	submit(net, 6, 10);
	net_run(net, HOUR);
	check_bounded(net, 20);
	net_start(net->nodes[1]);
	net_resubmit(net);
	g_assert_true(net_run_dry(net, LONG));
}

/* A quorum is there, and never three proposers in a row. */
static void
test_no_three(void)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(Net) net = i == 0 ? new_net(3, 6) : new_net(6, 6);

		submit(net, 1, 5);
		g_assert_true(net_run_dry(net, LONG));
		net_crash(net->nodes[2]);
		if (i > 0)
			net_crash(net->nodes[5]);
		submit(net, 6, 10);
		net_run(net, HOUR);
		check_bounded(net, 100);
		net_start(net->nodes[2]);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chainedbft/promises/bind-after-a-crash", test_kept);
	g_test_add_func("/chainedbft/promises/timeouts-bind-too",
			test_timeouts_kept);
	g_test_add_func("/chainedbft/promises/another-protocol-has-its-own",
			test_other_protocol);
	g_test_add_func("/chainedbft/promises/batches-of-another-protocol",
			test_others_batches);
	g_test_add_func("/chainedbft/promises/of-a-later-epoch",
			test_later_epoch);
	g_test_add_func("/chainedbft/promises/a-store-that-takes-nothing",
			test_full_store);
	g_test_add_func("/chainedbft/growth/without-a-quorum", test_no_quorum);
	g_test_add_func("/chainedbft/growth/without-three-in-a-row",
			test_no_three);
	return g_test_run();
}
