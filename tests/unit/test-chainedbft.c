/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes that agree by chained HotStuff: what they do when all is well, and when
 * messages, nodes and disks fail. What must always hold is checked by the
 * network (chained-net.h).
 */
#include "plugins/consensus-chainedbft/chainedbft.h"
#include "tests/unit/chained-net.h"

#define CONFIG "{\"timeout_ms\":400,\"timeout_max_ms\":3000}"
#define LONG 120000u

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

/* ---- all is well ------------------------------------------------------- */

static void
test_fast(void)
{
	g_autoptr(Net) net = new_net(4, 1);
	guint64 messages;

	net_submit(net, 1);
	/* Two hops and two disk writes for each of three blocks. */
	g_assert_true(net_run_dry(net, 3 * 2 * 20));
	net_run(net, 100);
	messages = net->messages;
	net_run(net, LONG);
	g_assert_cmpuint(net->messages, ==, messages);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(net->nodes[i]->root->height, ==, 1);
}

static void
test_alone(void)
{
	g_autoptr(Net) net = new_net(1, 1);

	submit(net, 1, 100);
	g_assert_true(net_run_dry(net, 10000));
}

static void
test_sizes(void)
{
	for (guint n = 2; n <= 10; n++) {
		g_autoptr(Net) net = new_net(n, n);

		submit(net, 1, 50);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* What comes later goes into blocks upon those that nobody waited for. */
static void
test_idle_between(void)
{
	g_autoptr(Net) net = new_net(4, 2);

	for (guint tx = 1; tx <= 20; tx++) {
		net_submit(net, tx);
		g_assert_true(net_run_dry(net, 200));
		net_run(net, 10000);
	}
}

/* ---- something fails --------------------------------------------------- */

static void
test_dead_member(void)
{
	for (guint dead = 0; dead < 4; dead++) {
		g_autoptr(Net) net = new_net(4, dead);

		net_crash(net->nodes[dead]);
		submit(net, 1, 60);
		g_assert_true(net_run_dry(net, LONG));
		net_start(net->nodes[dead]);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

static void
test_dead_third(void)
{
	for (guint seed = 0; seed < 10; seed++) {
		g_autoptr(Net) net = new_net(10, seed);

		for (guint i = 0; i < 3; i++)
			net_crash(net->nodes[(seed + 3 * i) % 10]);
		submit(net, 1, 30);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* Without a quorum nothing is final; with one again all is. */
static void
test_no_quorum(void)
{
	g_autoptr(Net) net = new_net(4, 5);

	submit(net, 1, 5);
	g_assert_true(net_run_dry(net, LONG));
	net_isolate(net->nodes[0], TRUE);
	net_isolate(net->nodes[1], TRUE);
	submit(net, 6, 10);
	g_assert_false(net_run_dry(net, 20000));
	net_heal(net);
	g_assert_true(net_run_dry(net, LONG));
}

static void
test_lost_messages(void)
{
	for (guint seed = 0; seed < 30; seed++) {
		g_autoptr(Net) net = new_net(4 + seed % 4, seed);

		net->drop = 20 + seed * 10;
		net->syncs = seed % 2 == 0;
		submit(net, 1, 20);
		net_run(net, 10000);
		submit(net, 21, 30);
		net_run(net, 5000);
		net_heal(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* Of one kind nothing arrives for a while. */
static void
test_lost_kind(void)
{
	for (guint kind = MESSAGE_PROPOSAL; kind <= MESSAGE_ASK; kind++) {
		g_autoptr(Net) net = new_net(4, kind);

		net->syncs = FALSE;
		net->drop_kind[kind] = 1000;
		submit(net, 1, 10);
		net_run(net, 10000);
		net_heal(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

static void
test_partition(void)
{
	for (guint seed = 0; seed < 20; seed++) {
		g_autoptr(Net) net = new_net(7, seed);

		for (guint round = 0; round < 4; round++) {
			for (guint i = 0; i < 7; i++)
				for (guint j = 0; j < 7; j++)
					net->cut[i][j] = g_rand_int_range(
						net->rand, 0, 3) == 0;
			submit(net, 1 + round * 5, 5 + round * 5);
			net_run(net, 3000);
			net_heal(net);
			net_run(net, 500);
		}
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* ---- crashes ----------------------------------------------------------- */

static void
crash_some(Net *net, guint max)
{
	for (guint i = 0; i < max; i++)
		net_crash(net->nodes[g_rand_int_range(net->rand, 0,
						      (gint32)net->n)]);
}

static void
start_all(Net *net)
{
	for (guint i = 0; i < net->n; i++)
		if (!net->nodes[i]->up)
			net_start(net->nodes[i]);
}

/* At any moment, with some of what is being written lost; the network fails the
 * test when anybody says two things. */
static void
test_crashes(void)
{
	for (guint seed = 0; seed < 60; seed++) {
		g_autoptr(Net) net = new_net(4 + seed % 3, seed);

		net->drop = seed % 3 * 30;
		net->store_refuses = seed % 4 * 50;
		for (guint round = 1; round <= 8; round++) {
			submit(net, 5 * round, 5 * round + 4);
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       200));
			crash_some(net, 1 + seed % net->n);
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       1000));
			start_all(net);
		}
		net_heal(net);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* All stop at one moment and nobody submits again: what is in a block on enough
 * disks becomes final by itself. */
static void
test_all_restart(void)
{
	guint went_on = 0;

	for (guint ms = 1; ms < 80; ms++) {
		g_autoptr(Net) net = new_net(4, ms);
		guint loaded = 0;

		net_submit(net, 1);
		net_run(net, ms);
		crash_some(net, 100);
		for (guint i = 0; i < 4; i++)
			net_crash(net->nodes[i]);
		start_all(net);
		for (guint i = 0; i < 4; i++)
			loaded += net->nodes[i]->order->len > 1 ? 1 : 0;
		if (loaded < 4 || net->nodes[0]->root->height > 0)
			continue;
		went_on++;
		net_run(net, 20000);
		for (guint i = 0; i < 4; i++)
			g_assert_cmpuint(net->nodes[i]->root->height, >, 0);
	}
	g_assert_cmpuint(went_on, >, 10);
}

static void
test_busy_engine(void)
{
	g_autoptr(Net) net = new_net(4, 8);

	submit(net, 1, 5);
	for (guint i = 0; i < 4; i++)
		net->nodes[i]->busy_engine = TRUE;
	net_run(net, 3000);
	for (guint i = 0; i < 4; i++) {
		net->nodes[i]->busy_engine = FALSE;
		chainedbft_consensus.pending(net->nodes[i]->agreement);
	}
	g_assert_true(net_run_dry(net, LONG));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chainedbft/final-after-three-blocks-and-then-silent",
			test_fast);
	g_test_add_func("/chainedbft/one-member-agrees-with-itself", test_alone);
	g_test_add_func("/chainedbft/any-number-of-members", test_sizes);
	g_test_add_func("/chainedbft/idle-and-awake-again", test_idle_between);
	g_test_add_func("/chainedbft/goes-on-with-one-of-four-dead",
			test_dead_member);
	g_test_add_func("/chainedbft/goes-on-with-three-of-ten-dead",
			test_dead_third);
	g_test_add_func("/chainedbft/waits-without-a-quorum", test_no_quorum);
	g_test_add_func("/chainedbft/survives-lost-messages",
			test_lost_messages);
	g_test_add_func("/chainedbft/survives-the-loss-of-one-kind",
			test_lost_kind);
	g_test_add_func("/chainedbft/survives-partitions", test_partition);
	g_test_add_func("/chainedbft/survives-crashes-at-any-moment",
			test_crashes);
	g_test_add_func("/chainedbft/all-restart-and-go-on-by-themselves",
			test_all_restart);
	g_test_add_func("/chainedbft/a-busy-engine-is-asked-again",
			test_busy_engine);
	return g_test_run();
}
