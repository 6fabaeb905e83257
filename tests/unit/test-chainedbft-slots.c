/* SPDX-License-Identifier: Apache-2.0
 *
 * TDPoS and XPoA: chained HotStuff whose rounds are slots of time.
 */
#include "plugins/consensus-tdpos/tdpos.h"
#include "plugins/consensus-xpoa/xpoa.h"
#include "tests/unit/chained-net.h"

#define TDPOS                                                                  \
	"{\"period\":100,\"block_num\":5,\"proposer_num\":4,"                  \
	"\"alternate_interval\":150,\"term_interval\":300}"
#define XPOA "{\"period\":100,\"block_num\":3}"
#define LONG 120000u

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

static const struct {
	const bsn_consensus *consensus;
	const char *config;
} protocols[] = { { &tdpos_consensus, TDPOS }, { &xpoa_consensus, XPOA } };

static Net *
new_net(guint protocol, guint n, guint64 seed)
{
	return net_new(protocols[protocol].consensus, n, 0xf, seed,
		       protocols[protocol].config);
}

static void
submit(Net *net, guint from, guint to)
{
	for (guint tx = from; tx <= to; tx++)
		net_submit(net, tx);
}

/* Final three slots later, and silent then. */
static void
test_final(void)
{
	for (guint protocol = 0; protocol < 2; protocol++) {
		g_autoptr(Net) net = new_net(protocol, 4, 1);
		guint64 messages;

		submit(net, 1, 5);
		g_assert_true(net_run_dry(net, 5 * 300));
		net_run(net, 5000);
		messages = net->messages;
		net_run(net, LONG);
		g_assert_cmpuint(net->messages, ==, messages);
		submit(net, 6, 10);
		g_assert_true(net_run_dry(net, 5 * 300));
	}
}

/* Blocks are in their producers' slots, and in as many terms as there were. */
static void
test_turns(void)
{
	g_autoptr(Net) net = new_net(0, 4, 2);
	guint64 terms = 0, last = 0;
	guint made[4] = { 0 };

	for (guint tx = 1; tx <= 200; tx++) {
		net_submit(net, tx);
		net_run(net, 100);
	}
	g_assert_true(net_run_dry(net, LONG));
	for (const NetBlock *block = net->nodes[0]->root;
	     block->parent != NULL; block = block->parent) {
		made[block->proposer]++;
		terms += block->seal.term != last ? 1 : 0;
		last = block->seal.term;
		g_assert_cmpuint(block->seal.term, >, 0);
	}
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(made[i], >, 20);
	g_assert_cmpuint(terms, >=, 8);
}

static void
test_dead_producer(void)
{
	for (guint i = 0; i < 8; i++) {
		g_autoptr(Net) net = new_net(i / 4, 4, i);

		net_crash(net->nodes[i % 4]);
		for (guint tx = 1; tx <= 60; tx++) {
			net_submit(net, tx);
			net_run(net, 50);
		}
		g_assert_true(net_run_dry(net, LONG));
		net_start(net->nodes[i % 4]);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* A clock that is off harms its owner alone; a little matters to nobody. */
static void
test_clocks(void)
{
	static const gint64 skews[] = { 40, -40, 90, -90, 5000, -5000 };

	for (guint i = 0; i < 2 * G_N_ELEMENTS(skews); i++) {
		g_autoptr(Net) net = new_net(i % 2, 4, i);

		net->nodes[1]->skew = skews[i / 2];
		for (guint tx = 1; tx <= 60; tx++) {
			net_submit(net, tx);
			net_run(net, 50);
		}
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* Somewhat different clocks everywhere. */
static void
test_all_clocks(void)
{
	for (guint seed = 0; seed < 10; seed++) {
		g_autoptr(Net) net = new_net(seed % 2, 4, seed);

		for (guint i = 0; i < 4; i++)
			net->nodes[i]->skew =
				g_rand_int_range(net->rand, -30, 30);
		submit(net, 1, 50);
		g_assert_true(net_run_dry(net, LONG));
	}
}

/* Each term elects others, so terms hand over from one set to the next. */
static guint
elect(const ChainedNet *net, guint64 term)
{
	return (term % 2 == 0 ? 0x0fu : 0xf0u) | 1u << term % 8;
}

static void
test_elections(void)
{
	for (guint seed = 0; seed < 10; seed++) {
		g_autoptr(Net) net = net_new(&tdpos_consensus, 8, 0x0f, seed,
					     TDPOS);
		GHashTable *sets = g_hash_table_new(NULL, NULL);

		net->elect = elect;
		net->drop = seed * 10;
		for (guint tx = 1; tx <= 200; tx++) {
			net_submit(net, tx);
			net_run(net, 100);
		}
		g_assert_true(net_run_dry(net, LONG));
		for (const NetBlock *block = net->nodes[0]->root;
		     block != NULL; block = block->parent)
			g_hash_table_add(sets,
					 GUINT_TO_POINTER(block->members));
		g_assert_cmpuint(g_hash_table_size(sets), >=, 5);
		g_hash_table_unref(sets);
	}
}

static void
test_faults(void)
{
	for (guint seed = 0; seed < 40; seed++) {
		g_autoptr(Net) net = new_net(seed % 2, 4, seed);

		net->drop = seed % 5 * 40;
		net->store_refuses = seed % 3 * 40;
		net->syncs = seed % 4 < 2;
		for (guint i = 1; i <= 12; i++) {
			Node *node = net->nodes[g_rand_int_range(net->rand, 0,
								 4)];

			submit(net, 3 * i, 3 * i + 2);
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       400));
			net_crash(node);
			net_run(net, (guint64)g_rand_int_range(net->rand, 1,
							       900));
			net_start(node);
		}
		net->syncs = TRUE;
		net_heal(net);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

static void
test_all_restart(void)
{
	for (guint ms = 50; ms < 700; ms += 13) {
		g_autoptr(Net) net = new_net(ms % 2, 4, ms);

		submit(net, 1, 5);
		net_run(net, ms);
		for (guint i = 0; i < 4; i++)
			net_crash(net->nodes[i]);
		for (guint i = 0; i < 4; i++)
			net_start(net->nodes[i]);
		net_run(net, 10);
		net_resubmit(net);
		g_assert_true(net_run_dry(net, LONG));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/slots/final-three-slots-later", test_final);
	g_test_add_func("/slots/turns-and-terms", test_turns);
	g_test_add_func("/slots/goes-on-without-one-of-four",
			test_dead_producer);
	g_test_add_func("/slots/a-clock-that-is-off", test_clocks);
	g_test_add_func("/slots/clocks-that-differ", test_all_clocks);
	g_test_add_func("/slots/elections-each-term", test_elections);
	g_test_add_func("/slots/survives-faults", test_faults);
	g_test_add_func("/slots/all-restart", test_all_restart);
	return g_test_run();
}
