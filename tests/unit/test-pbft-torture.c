/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pbft under seeded faults: messages are lost, doubled and reordered,
 * links are cut one way or both, nodes crash and come back without what was not
 * on disk, stores refuse, and up to f nodes lie. What must never happen is
 * checked by the network (pbft-net.h); here, that all goes on once faults stop.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/pbft-byzantine.h"
#include "tests/unit/pbft-net.h"

#define ROUNDS 40u
#define ROUND_MS 250u
/* Ample, in virtual time: timeouts have doubled a few times. */
#define LIVENESS_MS 400000u

static const char config[] = "{\"view_timeout_ms\": 300,"
			     "\"view_timeout_max_ms\": 5000,"
			     "\"suspect_timeout_ms\": 30, \"resend_ms\": 100}";

static gboolean
chance(PbftNet *net, guint percent)
{
	return (guint)g_rand_int_range(net->rand, 0, 100) < percent;
}

static guint
any(PbftNet *net)
{
	return (guint)g_rand_int_range(net->rand, 0, (gint32)net->n);
}

static void
do_harm(PbftNet *net)
{
	guint a = any(net), b = any(net);

	if (chance(net, 15))
		net_crash(net->nodes[a]);
	for (guint i = chance(net, 4) ? 0 : net->n; i < net->n; i++)
		net_crash(net->nodes[i]);
	for (guint i = 0; i < net->n; i++)
		if (!net->nodes[i]->up && chance(net, 50))
			net_start(net->nodes[i]);
	if (chance(net, 20) && a != b)
		net->cut[a][b] = TRUE;
	if (chance(net, 8))
		net_isolate(net->nodes[b], TRUE);
	if (chance(net, 30))
		net_heal(net);
}

static guint
up_to(PbftNet *net, gint max)
{
	return (guint)g_rand_int_range(net->rand, 0, max) + 1;
}

/* Some seeds lose nearly all of one kind of message, so that nodes come to know
 * different things; some have disks slower than the network. */
static void
choose_harm(PbftNet *net)
{
	net->drop = up_to(net, chance(net, 30) ? 400 : 100);
	net->duplicate = up_to(net, 100);
	net->delay_max = up_to(net, 60);
	net->disk_max = up_to(net, chance(net, 30) ? 150 : 15);
	net->store_refuses = chance(net, 20) ? 100 : 0;
	if (chance(net, 60))
		net->drop_kind[chance(net, 70) ? MESSAGE_COMMIT
					       : up_to(net, 7)] =
			up_to(net, 800);
}

/* Nodes know the members of the first height from the beginning. */
static void
rotate(PbftNet *net)
{
	for (guint i = 0; i < net->n; i++)
		net_crash(net->nodes[i]);
	net->rotates = TRUE;
	for (guint i = 0; i < net->n; i++)
		net_start(net->nodes[i]);
}

static void
stop_harm(PbftNet *net)
{
	net->drop = net->duplicate = net->store_refuses = 0;
	memset(net->drop_kind, 0, sizeof(net->drop_kind));
	net->delay_max = 5;
	net->disk_max = 10;
	net_heal(net);
	for (guint i = 0; i < net->n; i++)
		if (!net->nodes[i]->up)
			net_start(net->nodes[i]);
	net_resubmit(net);
}

static void
say_nodes(PbftNet *net)
{
	for (guint i = 0; i < net->n; i++) {
		Node *node = net->nodes[i];

		g_test_message("node %u%s: %u blocks, %u durable, %u waiting, "
			       "decided %u, view %u%s%s",
			       i, node->byzantine ? ", Byzantine" : "",
			       node->blocks->len, node->durable_blocks,
			       g_hash_table_size(node->pool),
			       (guint)net_status(node, "decided"),
			       (guint)net_status(node, "view"),
			       net_status(node, "changing_view") ? ", changing"
								 : "",
			       net_status(node, "votes") ? ", votes" : "");
	}
}

static void
say_run(PbftNet *net)
{
	guint views = 0, behind = 0;

	for (guint i = 0; i < net->n; i++)
		behind += net->nodes[i]->behind_calls;
	for (guint i = 0; i < net->chosen->len; i++) {
		const NetBlock *block = NULL;
		g_autofree Certificate *certificate = g_new(Certificate, 1);

		for (guint j = 0; j < net->n && block == NULL; j++)
			if (net->nodes[j]->blocks->len > i)
				block = net->nodes[j]->blocks->pdata[i];
		g_assert_true(certificate_read(bytes_slice(block->certificate),
					       certificate));
		views += certificate->view > 0;
	}
	g_test_message("%u heights, %u of them in a later view, %u times "
		       "behind, %u messages",
		       net->chosen->len, views, behind, (guint)net->messages);
}

/* Where members change, engines follow each other by themselves, too: a node
 * that comes or goes is not heard by those that have got further or less far.
 */
static void
follow(PbftNet *net)
{
	for (guint i = 0; net->rotates && i < net->n; i++) {
		guint from = any(net);

		if (net->nodes[i]->up && from != i && chance(net, 20))
			engine_sync(net->nodes[i], net->nodes[from]);
	}
}

static gboolean
goes_on(PbftNet *net)
{
	for (guint i = 0; i < LIVENESS_MS / 1000; i++) {
		follow(net);
		if (net_run_dry(net, 1000))
			return TRUE;
	}
	return FALSE;
}

static void
torture(guint64 seed, gboolean with_byzantine, gboolean rotates)
{
	static const guint sizes[] = { 4, 4, 5, 7 };
	guint n = sizes[seed / 2 % G_N_ELEMENTS(sizes)];
	PbftNet *net = net_new(n, seed, config);
	guint f = (n - (rotates ? 2 : 1)) / 3;
	guint64 healed;
	guint tx = 0;

	g_test_message("seed %u: %u nodes", (guint)seed, n);
	choose_harm(net);
	if (rotates)
		rotate(net);
	if (with_byzantine)
		byzantine_choose(net, f);
	for (guint i = 0; i < ROUNDS; i++) {
		if (chance(net, 60))
			net_submit(net, ++tx);
		if (chance(net, 30))
			net_submit_to(net->nodes[any(net)], ++tx);
		do_harm(net);
		follow(net);
		net_run(net, ROUND_MS);
	}
	stop_harm(net);
	healed = net->now;
	if (!goes_on(net)) {
		say_nodes(net);
		g_error("seed %u: faults have stopped and nothing goes on",
			(guint)seed);
	}
	g_test_message("all is decided %u ms after the last fault",
		       (guint)(net->now - healed));
	net_submit(net, ++tx);
	g_assert_true(goes_on(net));
	say_run(net);
	net_free(net);
}

/* BSN_PBFT_SEEDS: "100" or "17-17" in place of the number built in. */
static void
seeds(gboolean with_byzantine, gboolean rotates, guint64 count)
{
	const char *given = g_getenv("BSN_PBFT_SEEDS");
	guint64 first = 1;
	char *end;

	if (given != NULL) {
		count = g_ascii_strtoull(given, &end, 10);
		if (*end == '-') {
			first = count;
			count = g_ascii_strtoull(end + 1, NULL, 10);
		}
	}
	for (guint64 seed = first; seed <= count; seed++)
		torture(seed, with_byzantine, rotates);
}

static void
test_crashes(void)
{
	seeds(FALSE, FALSE, 100);
}

static void
test_byzantine(void)
{
	seeds(TRUE, FALSE, 200);
}

static void
test_changing_members(void)
{
	seeds(TRUE, TRUE, 100);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pbft/torture/crashes-and-partitions", test_crashes);
	g_test_add_func("/pbft/torture/with-byzantine-nodes", test_byzantine);
	g_test_add_func("/pbft/torture/with-changing-members",
			test_changing_members);
	return g_test_run();
}
