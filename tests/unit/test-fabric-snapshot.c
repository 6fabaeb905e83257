/* SPDX-License-Identifier: Apache-2.0
 *
 * Snapshots of a channel are the same on all nodes, whatever goes on while they
 * are made.
 */
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-snapshots.h"

#define ALL 0xfu

static int32_t
take(Snap *snap, guint node, guint64 block, bsn_err *err)
{
	return request_take(snap->nodes[node].channel.snapshots, &block, err);
}

static gboolean
is_making(Snap *snap, guint node)
{
	const ChannelSnapshots *all = snap->nodes[node].channel.snapshots;

	for (guint i = 0; i < MAKERS_MAX; i++)
		if (all->makers[i] != NULL && !all->makers[i]->cleaning)
			return TRUE;
	return FALSE;
}

/* Makes the snapshot of a node a step at a time, and something between. */
static void
make_with(Snap *snap, guint node, void (*between)(Snap *snap, guint node))
{
	while (is_making(snap, node)) {
		snap_step(snap, node);
		between(snap, node);
	}
	snap_run(snap, 200);
}

static void
block_between(Snap *snap, guint node)
{
	snap_blocks(snap, 1u << node, 1);
}

static void
test_same(gconstpointer sm)
{
	g_autoptr(Snap) snap = snap_new(GPOINTER_TO_INT(sm));
	g_autofree char *at_rest = NULL;
	g_autofree char *busy = NULL;

	snap_blocks(snap, ALL, 300);
	at_rest = snap_take(snap, 0, 0);
	g_assert_nonnull(at_rest);
	g_assert_cmpint(take(snap, 1, 300, NULL), ==, BSN_OK);
	make_with(snap, 1, block_between);
	busy = snap_hash(snap, 1, 300);
	g_assert_cmpstr(busy, ==, at_rest);
	/* There were steps for others to come between. */
	g_assert_cmpuint(snap->nodes[1].ledger->ledger->head.height, >, 302);
}

/* What the step has done is on disk, with a block, or is lost. */
static void
kill_between(Snap *snap, guint node)
{
	static guint turn;

	if (++turn % 3 != 0)
		snap_blocks(snap, 1u << node, 1);
	snap_kill(snap, node);
}

static void
test_killed(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *at_rest = NULL;
	g_autofree char *killed = NULL;

	snap_blocks(snap, ALL, 600);
	at_rest = snap_take(snap, 0, 600);
	g_assert_cmpint(take(snap, 1, 600, NULL), ==, BSN_OK);
	make_with(snap, 1, kill_between);
	killed = snap_hash(snap, 1, 600);
	g_assert_cmpstr(killed, ==, at_rest);
}

/* Two that overlap do not mix. */
static void
test_overlap(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autofree char *first_busy = NULL;
	g_autofree char *second_busy = NULL;

	snap_blocks(snap, ALL, 300);
	g_assert_cmpint(take(snap, 1, 300, NULL), ==, BSN_OK);
	g_assert_cmpint(take(snap, 1, 302, NULL), ==, BSN_OK);
	first = snap_take(snap, 0, 300);
	snap_blocks(snap, ALL, 2);
	second = snap_take(snap, 0, 302);
	make_with(snap, 1, block_between);
	first_busy = snap_hash(snap, 1, 300);
	second_busy = snap_hash(snap, 1, 302);
	g_assert_cmpstr(first_busy, ==, first);
	g_assert_cmpstr(second_busy, ==, second);
	g_assert_cmpstr(first, !=, second);
}

static void
test_private(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	const Suite *suite = &snap->orgs->suite;
	static const char name[] = "basic\0$secret\0colour";
	const bsn_slice value = TEXT("a value of members");
	g_autoptr(StateItem) item = state_item_new(
		bsn_slice_of(name, sizeof(name) - 1), (Version){ 1, 0 },
		bsn_slice_of(NULL, 0), &value);
	const StoreKey key = store_key_state(suite, item->key);
	g_autoptr(GByteArray) entry = g_byte_array_new();
	g_autofree char *with = NULL;
	g_autofree char *without = NULL;

	state_item_put(entry, item);
	fake_chain_put(snap->nodes[0].ledger->chain, store_key_slice(&key),
		       buffer_slice(entry));
	snap_blocks(snap, ALL, 3);
	with = snap_take(snap, 0, 0);
	without = snap_take(snap, 1, 0);
	g_assert_nonnull(with);
	g_assert_cmpstr(with, ==, without);
}

static void
test_due(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_autofree char *other = NULL;

	snap_blocks(snap, ALL, 3);
	g_assert_cmpint(take(snap, 0, 5, NULL), ==, BSN_OK);
	snap_reopen(snap, 0);
	snap_run(snap, 100);
	before = snap_hash(snap, 0, 5);
	g_assert_null(before);
	snap_blocks(snap, ALL, 2);
	other = snap_take(snap, 1, 5);
	snap_blocks(snap, ALL, 2);
	snap_run(snap, 100);
	after = snap_hash(snap, 0, 5);
	g_assert_cmpstr(after, ==, other);
}

static void
test_refused(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(take(snap, 0, 0, &err), ==, BSN_BAD_REQUEST);
	snap_blocks(snap, ALL, 3);
	g_assert_cmpint(take(snap, 0, 2, &err), ==, BSN_EXPIRED);
	g_assert_cmpstr(err.reason, ==,
			"block 2 has gone by; the newest one is 3");
	for (guint i = 0; i < SNAPSHOTS_KEPT_MAX; i++)
		g_assert_cmpint(take(snap, 0, 10 + i, NULL), ==, BSN_OK);
	g_assert_cmpint(take(snap, 0, 10, NULL), ==, BSN_OK);
	g_assert_cmpint(take(snap, 0, 99, &err), ==, BSN_FULL);
	g_assert_cmpint(request_cancel(snap->nodes[0].channel.snapshots, 10,
				       NULL),
			==, BSN_OK);
	g_assert_cmpint(request_cancel(snap->nodes[0].channel.snapshots, 10,
				       &err),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(take(snap, 0, 99, NULL), ==, BSN_OK);
}

/* Nothing is left of it, wherever it stands when it is not wanted any more. */
static void
test_cancelled(void)
{
	for (guint steps = 0; steps < 6; steps++) {
		g_autoptr(Snap) snap = snap_new(FALSE);
		ChannelSnapshots *all = snap->nodes[0].channel.snapshots;
		bsn_chain *chain = snap->nodes[0].ledger->chain;
		guint keys;

		snap_blocks(snap, ALL, 600);
		keys = fake_chain_keys(chain);
		g_assert_cmpint(take(snap, 0, 0, NULL), ==, BSN_OK);
		for (guint i = 0; i < steps; i++)
			snap_step(snap, 0);
		if (steps == 5)
			snap_run(snap, 200);
		g_assert_cmpint(request_cancel(all, 600, NULL), ==, BSN_OK);
		snap_run(snap, 200);
		g_assert_cmpuint(fake_chain_keys(chain), ==, keys);
		g_assert_null(snap->nodes[0].ledger->ledger->snapshots.keeper);
	}
}

static void
test_busy_store(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *other = NULL;
	g_autofree char *hash = NULL;

	snap_blocks(snap, ALL, 300);
	other = snap_take(snap, 1, 0);
	g_assert_cmpint(take(snap, 0, 0, NULL), ==, BSN_OK);
	for (guint i = 0; i < 20; i++) {
		snap->nodes[0].refuses = i % 2 == 0 ? BSN_BUSY : BSN_OK;
		snap_step(snap, 0);
	}
	snap_run(snap, 1000);
	hash = snap_hash(snap, 0, 300);
	g_assert_cmpstr(hash, ==, other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_load("crypto-std.so");
	fake_host_load("crypto-gm.so");
	g_test_add_data_func(
		"/fabric/snapshot/is-the-same-at-rest-and-under-blocks",
		GINT_TO_POINTER(FALSE), test_same);
	g_test_add_data_func("/fabric/snapshot/is-the-same-with-sm",
			     GINT_TO_POINTER(TRUE), test_same);
	g_test_add_func("/fabric/snapshot/goes-on-after-a-kill-at-any-step",
			test_killed);
	g_test_add_func("/fabric/snapshot/two-that-overlap-do-not-mix",
			test_overlap);
	g_test_add_func("/fabric/snapshot/has-no-values-of-collections",
			test_private);
	g_test_add_func("/fabric/snapshot/is-made-when-its-block-comes",
			test_due);
	g_test_add_func("/fabric/snapshot/refuses-with-a-reason", test_refused);
	g_test_add_func("/fabric/snapshot/leaves-nothing-when-it-is-cancelled",
			test_cancelled);
	g_test_add_func("/fabric/snapshot/waits-for-a-busy-store",
			test_busy_store);
	return g_test_run();
}
