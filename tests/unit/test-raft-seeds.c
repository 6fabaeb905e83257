/* SPDX-License-Identifier: Apache-2.0
 *
 * Raft's core under seeded faults: what it promises is checked after every
 * event (raft-net.h), and once faults stop everybody gets everything.
 *
 *      test-raft-seeds            a few hundred seeds
 *      RAFT_SEED=17 test-raft-seeds    one
 *      RAFT_SEEDS=20000 test-raft-seeds    more
 */
#include <stdlib.h>

#include "tests/unit/raft-net.h"

#define SEEDS 300u
#define STEPS 60u

static guint64
number_from(const char *name, guint64 fallback)
{
	const char *text = g_getenv(name);

	return text != NULL ? g_ascii_strtoull(text, NULL, 10) : fallback;
}

static NetOptions
options_of(guint64 seed)
{
	return (NetOptions){
		.drop = seed % 3 == 0 ? 0 : (guint)(seed % 7) * 30,
		.repeat = seed % 5 == 0 ? 100 : 10,
		.delay = seed % 4 == 0 ? 60 : 15,
		.sync = seed % 6 == 0 ? 300 : 10,
		.pipeline = (guint32)(1 + seed % 4),
		.keep = seed % 2 == 0 ? 1 : 64,
		.expects = seed % 3 != 1,
	};
}

static guint
pick_up(Net *net, guint n)
{
	return (guint)net_random(net, n);
}

static void
crash_or_start(Net *net, guint n)
{
	guint i = pick_up(net, n);

	if (net_node(net, i)->raft != NULL)
		net_crash(net, i);
	else
		net_start(net, i);
}

static void
cut(Net *net, guint n)
{
	guint i = pick_up(net, n);

	switch (net_random(net, 4)) {
	case 0:
		net_isolate(net, i, TRUE);
		break;
	case 1:
		net_link(net, i, pick_up(net, n), FALSE);
		break;
	case 2:
		if (net_leader(net) >= 0)
			net_isolate(net, (guint)net_leader(net), TRUE);
		break;
	case 3:
		net_heal(net);
		break;
	}
}

/* Some notice broken links, some do not. */
static void
notice(Net *net, guint n)
{
	net_notice(net, pick_up(net, n), pick_up(net, n),
		   net_random(net, 2) == 0);
}

static void
disturb(Net *net, guint n)
{
	switch (net_random(net, 9)) {
	case 0:
		crash_or_start(net, n);
		break;
	case 1:
	case 2:
		cut(net, n);
		break;
	case 3:
		notice(net, n);
		break;
	case 4: {
		NetNode *node = net_node(net, pick_up(net, n));

		node->full = !node->full;
		break;
	}
	case 5:
		if (net_leader(net) >= 0)
			net_hand_over(net, (guint)net_leader(net));
		break;
	default:
		for (guint64 k = net_random(net, 6); k > 0; k--)
			net_submit(net);
		break;
	}
}

static void
stop_faults(Net *net, guint n)
{
	net_heal(net);
	net_set_faults(net, 0, 0, 10, 10);
	for (guint i = 0; i < n; i++) {
		net_node(net, i)->full = FALSE;
		if (net_node(net, i)->raft == NULL)
			net_start(net, i);
	}
}

static void
assert_true(Net *net, guint64 seed, gboolean holds, const char *what)
{
	g_autofree char *text = NULL;

	if (holds)
		return;
	text = net_describe(net);
	g_error("seed %" G_GUINT64_FORMAT ": not %s%s", seed, what, text);
}

static void
assert_recovers(Net *net, guint n, guint64 seed)
{
	guint64 before;

	stop_faults(net, n);
	net_submit(net);
	assert_true(net, seed,
		    net_run_until(net, 60 * NET_ELECTION_MS, net_is_settled),
		    "settled");
	assert_true(net, seed,
		    net_run_until(net, 60 * NET_ELECTION_MS, net_is_quiet),
		    "quiet");
	/* Nodes that were removed are heard for a while. */
	net_run(net, 40 * NET_ELECTION_MS);
	before = net_messages(net);
	net_run(net, 1000 * NET_ELECTION_MS);
	assert_true(net, seed, net_messages(net) == before, "idle");
}

static void
run_fixed(guint64 seed)
{
	guint n = seed % 3 == 0 ? 5 : 3;
	Net *net = net_new(seed, n, options_of(seed));

	for (guint k = 0; k < STEPS; k++) {
		disturb(net, n);
		net_run(net, net_random(net, 2 * NET_ELECTION_MS));
	}
	assert_recovers(net, n, seed);
	net_free(net);
}

static void
for_seeds(void (*run)(guint64 seed))
{
	guint64 only = number_from("RAFT_SEED", 0);
	guint64 n = number_from("RAFT_SEEDS", SEEDS);

	if (only != 0) {
		run(only);
		return;
	}
	for (guint64 seed = 1; seed <= n; seed++)
		run(seed);
}

static void
test_faults(void)
{
	for_seeds(run_fixed);
}

/* Adds or removes one node, so that the chain never has fewer than two. */
static guint
change_members(Net *net, guint members)
{
	guint bit = 1u << net_random(net, NET_NODES);
	guint next = members ^ bit;

	if (__builtin_popcount(next) < 2)
		return members;
	net_submit_members(net, next);
	return next;
}

static void
run_changing(guint64 seed)
{
	Net *net = net_new(seed, 3, options_of(seed));
	guint members = 7;

	for (guint i = 3; i < NET_NODES; i++)
		net_start(net, i);
	for (guint k = 0; k < STEPS; k++) {
		if (net_random(net, 5) == 0)
			members = change_members(net, members);
		else
			disturb(net, NET_NODES);
		net_run(net, net_random(net, 2 * NET_ELECTION_MS));
	}
	assert_recovers(net, NET_NODES, seed);
	net_free(net);
}

static void
test_members(void)
{
	for_seeds(run_changing);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/raft/seeds/faults-never-break-a-promise",
			test_faults);
	g_test_add_func("/raft/seeds/nor-do-members-that-come-and-go",
			test_members);
	return g_test_run();
}
