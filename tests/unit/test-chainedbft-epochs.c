/* SPDX-License-Identifier: Apache-2.0
 *
 * Members that change while the chain goes on: each height has one set that
 * certifies it (chained-net.h checks every certificate against that set).
 */
#include "plugins/consensus-chainedbft/chainedbft.h"
#include "tests/unit/chained-net.h"

#define CONFIG "{\"timeout_ms\":400,\"timeout_max_ms\":3000}"
#define LONG 120000u

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

static Net *
new_net(guint n, guint members, guint64 seed)
{
	return net_new(&chainedbft_consensus, n, members, seed, CONFIG);
}

static void
submit(Net *net, guint from, guint to)
{
	for (guint tx = from; tx <= to; tx++)
		net_submit(net, tx);
}

static gint64
epoch_of(Node *node)
{
	return net_status(node, "epoch_height");
}

/* The numbers of members above `members` tell changes to the same set apart:
 * each is another transaction. */
static guint32
change_to(guint members, guint number)
{
	return NET_MEMBERS_BIT | number << 16 | members;
}

static void
check_members(const Net *net, guint members)
{
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			g_assert_cmpuint(net->nodes[i]->root->members, ==,
					 members);
}

static void
test_one_joins(void)
{
	g_autoptr(Net) net = new_net(5, 0xf, 1);

	submit(net, 1, 5);
	net_submit(net, change_to(0x1f, 0));
	submit(net, 6, 10);
	g_assert_true(net_run_dry(net, LONG));
	check_members(net, 0x1f);
	for (guint i = 0; i < 5; i++) {
		g_assert_cmpint(epoch_of(net->nodes[i]), >, 0);
		g_assert_cmpint(net_status(net->nodes[i], "members"), ==, 5);
	}
	submit(net, 11, 20);
	g_assert_true(net_run_dry(net, LONG));
}

/* No node of the old set is in the new one: those learn of it from their
 * engines alone. */
static void
test_disjoint(void)
{
	for (guint seed = 0; seed < 10; seed++) {
		g_autoptr(Net) net = new_net(8, 0x0f, seed);

		net->drop = seed * 20;
		submit(net, 1, 5);
		net_submit(net, change_to(0xf0, 0));
		submit(net, 6, 30);
		g_assert_true(net_run_dry(net, LONG));
		check_members(net, 0xf0);
		net_submit(net, change_to(0x0f, 1));
		submit(net, 31, 60);
		g_assert_true(net_run_dry(net, LONG));
		check_members(net, 0x0f);
	}
}

/* What ends an epoch is final though nobody else waits for anything. */
static void
test_idle_change(void)
{
	g_autoptr(Net) net = new_net(6, 0x0f, 3);
	guint64 messages;

	net_submit(net, change_to(0x3c, 0));
	g_assert_true(net_run_dry(net, 2000));
	net_run(net, 2000);
	messages = net->messages;
	net_run(net, LONG);
	g_assert_cmpuint(net->messages, ==, messages);
	check_members(net, 0x3c);
}

/* Two changes that wait together are two epochs, or one: never a set that
 * certifies what it was not named for. */
static void
test_many_changes(void)
{
	static const guint sets[] = { 0x0f, 0xf0, 0x3c, 0xff, 0x81, 0x7e };

	for (guint seed = 0; seed < 20; seed++) {
		g_autoptr(Net) net = new_net(8, 0x0f, seed);

		for (guint i = 0; i < 30; i++) {
			net_submit(net, i + 1);
			if (i % 3 == 0)
				net_submit(net, change_to(sets[i / 3 % 6],
							  i));
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       300));
		}
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* Nodes that are stopped, or cut off, around a change. */
static void
test_faults_at_changes(void)
{
	for (guint seed = 0; seed < 40; seed++) {
		g_autoptr(Net) net = new_net(8, 0x0f, seed);
		guint members = 0x0f;

		net->drop = seed % 3 * 50;
		for (guint i = 0; i < 12; i++) {
			Node *node = net->nodes[g_rand_int_range(net->rand, 0,
								 8)];

			members = (members << 1 | members >> 7) & 0xff;
			submit(net, 3 * i + 1, 3 * i + 3);
			net_submit(net, change_to(members, i));
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       150));
			if (i % 2 == 0)
				net_crash(node);
			else
				net_isolate(node, TRUE);
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       600));
			if (i % 2 == 0)
				net_start(node);
			else
				net_isolate(node, FALSE);
		}
		net_heal(net);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* All stop around a change. */
static void
test_all_restart(void)
{
	for (guint ms = 1; ms < 150; ms++) {
		g_autoptr(Net) net = new_net(6, 0x0f, ms);

		submit(net, 1, 3);
		net_submit(net, change_to(0x3c, 0));
		net_run(net, ms);
		for (guint i = 0; i < 6; i++)
			net_crash(net->nodes[i]);
		for (guint i = 0; i < 6; i++)
			net_start(net->nodes[i]);
		net_run(net, 100);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
		check_members(net, 0x3c);
	}
}

/* A node that was away for several epochs and comes back as a member. */
static void
test_long_away(void)
{
	g_autoptr(Net) net = new_net(5, 0x1f, 4);

	net_isolate(net->nodes[4], TRUE);
	for (guint i = 0; i < 6; i++) {
		submit(net, i * 3 + 1, i * 3 + 3);
		net_submit(net, change_to(i % 2 == 0 ? 0x0f : 0x1f, i));
		net_run(net, 5000);
	}
	net_heal(net);
	net_crash(net->nodes[0]);
	net_run(net, 5000);
	submit(net, 100, 110);
	net_resubmit(net);
	g_assert_true(net_run_dry(net, LONG));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chainedbft/epochs/one-joins", test_one_joins);
	g_test_add_func("/chainedbft/epochs/disjoint-sets", test_disjoint);
	g_test_add_func("/chainedbft/epochs/a-change-alone-becomes-final",
			test_idle_change);
	g_test_add_func("/chainedbft/epochs/one-after-the-other",
			test_many_changes);
	g_test_add_func("/chainedbft/epochs/with-faults",
			test_faults_at_changes);
	g_test_add_func("/chainedbft/epochs/all-restart", test_all_restart);
	g_test_add_func("/chainedbft/epochs/a-member-that-was-long-away",
			test_long_away);
	return g_test_run();
}
