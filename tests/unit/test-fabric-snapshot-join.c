/* SPDX-License-Identifier: Apache-2.0
 *
 * A node begins with a snapshot, whatever others tell it and whenever it is
 * killed.
 */
#include <string.h>

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-snapshots.h"

#define ALL 0xfu
#define OTHERS 0x3u
#define NEW 2u

/* Nodes 0 and 1 have so many blocks, and a snapshot after the last one. */
static Snap *
snap_with(gboolean sm, guint blocks)
{
	Snap *snap = snap_new(sm);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	snap_blocks(snap, OTHERS, blocks);
	first = snap_take(snap, 0, 0);
	second = snap_take(snap, 1, 0);
	g_assert_nonnull(first);
	g_assert_cmpstr(first, ==, second);
	return snap;
}

static ChannelSnapshots *
of(Snap *snap, guint node)
{
	return snap->nodes[node].channel.snapshots;
}

static void
join(Snap *snap, guint node)
{
	bsn_err err = BSN_ERR_INIT;

	if (join_begin(of(snap, node), bsn_slice_of(NULL, 0), &err) != BSN_OK)
		g_error("%s", err.reason);
}

static const ChannelLedger *
ledger_of(Snap *snap, guint node)
{
	return snap->nodes[node].ledger->ledger;
}

static gboolean
has_joined(Snap *snap, guint node)
{
	return of(snap, node)->join == NULL &&
	       ledger_of(snap, node)->first != 0;
}

static void
assert_alike(Snap *snap, guint a, guint b)
{
	g_autofree char *left = snap_dump(snap, a);
	g_autofree char *right = snap_dump(snap, b);

	g_assert_true(strcmp(left, right) == 0);
}

static void
assert_joined(Snap *snap, guint node)
{
	if (!has_joined(snap, node))
		g_error("node %u has not joined: %s\n%s", node,
			snap_problem(snap, node), snap->log->str);
	assert_alike(snap, 0, node);
}

static void
test_joins(gconstpointer sm)
{
	g_autoptr(Snap) snap = snap_with(GPOINTER_TO_INT(sm), 120);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	g_autofree char *hash = NULL;
	g_autofree char *own = NULL;
	TxPlace place;

	join(snap, NEW);
	g_assert_cmpint(channel_snapshots_ready(&snap->nodes[NEW].channel,
						&err),
			==, BSN_UNAVAILABLE);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
	g_assert_cmpuint(channel_first_block(&snap->nodes[NEW].channel), ==,
			 121);
	/* What is not here is said to be elsewhere. */
	g_assert_cmpint(ledger_block(ledger_of(snap, NEW), 50, bytes, &err), ==,
			BSN_NOT_FOUND);
	g_assert_cmpstr(err.reason, ==,
			"block 50 is not here: this node began with a "
			"snapshot, and its first block is 121");
	g_assert_cmpint(ledger_block(ledger_of(snap, NEW), 0, bytes, NULL), ==,
			BSN_OK);
	/* An id of before is known, and its envelope is not. */
	g_assert_cmpint(ledger_tx(ledger_of(snap, NEW),
				  TEXT(fabric_last_tx_id()), &place, NULL),
			==, BSN_OK);
	g_assert_cmpint(
		ledger_envelope(ledger_of(snap, NEW), &place, bytes, &err), ==,
		BSN_NOT_FOUND);
	/* It goes on as the others do, and has the snapshot for others. */
	snap_blocks(snap, OTHERS | 1u << NEW, 5);
	assert_alike(snap, 0, NEW);
	hash = snap_hash(snap, 0, 120);
	own = snap_hash(snap, NEW, 120);
	g_assert_cmpstr(own, ==, hash);
}

/* Who began with a snapshot makes later ones like everybody else, and gives them
 * to the next one alone. */
static void
test_joins_from_who_joined(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 60);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	join(snap, NEW);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
	snap_blocks(snap, OTHERS | 1u << NEW, 40);
	first = snap_take(snap, 0, 0);
	second = snap_take(snap, NEW, 0);
	g_assert_cmpstr(first, ==, second);
	for (guint i = 0; i < 2; i++)
		snap->nodes[i].peer.reachable = FALSE;
	g_assert_cmpint(join_begin(of(snap, 3),
				   bsn_slice_of(kept_find(of(snap, NEW), 100)
							->hash,
						HASH_LEN),
				   NULL),
			==, BSN_OK);
	snap_run(snap, 20000);
	assert_joined(snap, 3);
	snap_blocks(snap, ALL, 5);
	assert_alike(snap, 0, 3);
}

typedef struct {
	bsn_scan_sink sink;
	guint n;
} Count;

static int32_t
count_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	++((Count *)sink)->n;
	return BSN_OK;
}

static guint
count_trails(Snap *snap, guint node)
{
	const LedgerStore *store = &ledger_of(snap, node)->state.store;
	const StoreKey from = store_key_trail(0);
	const StoreKey to = store_key_trail(G_MAXUINT64);
	Count count = { { count_entry }, 0 };

	g_assert_cmpint(store->table->scan(store->chain, store_key_slice(&from),
					   store_key_slice(&to), 0, &count.sink,
					   NULL),
			==, BSN_OK);
	return count.n;
}

/* One that has blocks of its own takes over a later state, without what is
 * known of those blocks alone. */
static void
test_joins_from_behind(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	snap_blocks(snap, ALL, 30);
	snap_blocks(snap, OTHERS, 90);
	first = snap_take(snap, 0, 0);
	second = snap_take(snap, 1, 0);
	g_assert_cmpuint(count_trails(snap, NEW), ==, 30);
	join(snap, NEW);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
	g_assert_cmpuint(count_trails(snap, NEW), ==, 0);
	g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 121);
}

static void
test_too_few(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *hash = NULL;
	g_autofree char *second = NULL;

	snap_blocks(snap, OTHERS, 60);
	hash = snap_take(snap, 0, 0);
	join(snap, NEW);
	snap_run(snap, 10000);
	g_assert_nonnull(strstr(snap_problem(snap, NEW), "too few"));
	g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 1);
	second = snap_take(snap, 1, 0);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
}

/* The administrator's word is enough, and nothing else is believed then. */
static void
test_given_hash(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *hash = NULL;
	guint8 bytes[HASH_LEN];

	snap_blocks(snap, OTHERS, 60);
	hash = snap_take(snap, 0, 0);
	memset(bytes, 7, sizeof(bytes));
	g_assert_cmpint(join_begin(of(snap, NEW),
				   bsn_slice_of(bytes, HASH_LEN), NULL),
			==, BSN_OK);
	snap_run(snap, 10000);
	g_assert_nonnull(strstr(snap_problem(snap, NEW), "with that hash"));
	g_assert_cmpint(join_cancel(of(snap, NEW), NULL), ==, BSN_OK);
	memcpy(bytes, kept_find(of(snap, 0), 60)->hash, HASH_LEN);
	g_assert_cmpint(join_begin(of(snap, NEW),
				   bsn_slice_of(bytes, HASH_LEN), NULL),
			==, BSN_OK);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
}

/* ---- lies ---------------------------------------------------------------- */

static guint lied_about; /* SNAPSHOT_ASK_* */
static guint lies;

static void
lie(Snap *snap, guint from, guint what, GByteArray *answer, int32_t *status)
{
	if (from != 0 || what != lied_about || answer->len == 0)
		return;
	answer->data[answer->len / 2] ^= 1;
	lies++;
}

/* Whatever node 0 spoils, node 1 gives. */
static void
test_lies(void)
{
	for (lied_about = SNAPSHOT_ASK_MANIFEST;
	     lied_about <= SNAPSHOT_ASK_PART; lied_about++) {
		g_autoptr(Snap) snap = snap_with(FALSE, 400);

		lies = 0;
		snap->spoil = lie;
		join(snap, NEW);
		snap_run(snap, 100000);
		assert_joined(snap, NEW);
		g_assert_cmpuint(lies, >, 0);
		g_assert_nonnull(
			strstr(snap->log->str, "n0 is not asked any more"));
	}
}

/* A word that does not hold is none. */
static void
test_forged_word(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 10);
	Kept *kept = kept_find(of(snap, 1), 10);

	g_assert_true(kept_vouch(of(snap, 1), kept));
	kept->signature[kept->signature_len - 1] ^= 1;
	join(snap, NEW);
	snap_run(snap, 10000);
	g_assert_nonnull(strstr(snap_problem(snap, NEW), "too few"));
}

/* Node 0 says everything twice: it is one. */
static void
test_one_is_one(void)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	g_autofree char *first = NULL;
	g_autofree char *third = NULL;

	snap_blocks(snap, OTHERS | 8u, 10);
	first = snap_take(snap, 0, 0);
	/* Node 3 shows node 0's word as its own. */
	third = snap_take(snap, 3, 0);
	g_assert_true(kept_vouch(of(snap, 0), kept_find(of(snap, 0), 10)));
	snap->nodes[3].channel.identity =
		g_bytes_ref(snap->nodes[0].channel.identity);
	memcpy(kept_find(of(snap, 3), 10)->signature,
	       kept_find(of(snap, 0), 10)->signature, SIGNATURE_MAX);
	kept_find(of(snap, 3), 10)->signature_len =
		kept_find(of(snap, 0), 10)->signature_len;
	kept_find(of(snap, 3), 10)->identity =
		g_bytes_ref(snap->nodes[0].channel.identity);
	join(snap, NEW);
	snap_run(snap, 10000);
	g_assert_nonnull(strstr(snap_problem(snap, NEW), "too few"));
}

/* ---- kills --------------------------------------------------------------- */

/* After a kill the node either has what it had or goes on; `kept` of its last
 * commits are on disk. */
static gboolean
kill_at(guint at, guint kept)
{
	g_autoptr(Snap) snap = snap_new(FALSE);
	SnapNode *node = &snap->nodes[NEW];
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	gboolean killed;

	snap_blocks(snap, ALL, 20);
	snap_blocks(snap, OTHERS, 200);
	first = snap_take(snap, 0, 0);
	second = snap_take(snap, 1, 0);
	node->commits = 0;
	node->dies_at = at;
	join(snap, NEW);
	if (!node->dead)
		snap_run(snap, 20000);
	killed = node->dead;
	node->dies_at = 0;
	if (killed) {
		fake_chain_make_durable(
			node->ledger->chain,
			MAX(fake_chain_pending_batches(node->ledger->chain),
			    kept) - kept);
		snap_kill(snap, NEW);
	}
	if (of(snap, NEW)->join == NULL && !has_joined(snap, NEW)) {
		/* What it was begun with was lost. */
		g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 21);
		join(snap, NEW);
	}
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
	return killed;
}

static void
test_killed(void)
{
	for (guint kept = 0; kept < 2; kept++) {
		guint at = 1;

		while (kill_at(at, kept))
			at++;
		/* Record, parts, clearing, installing, the end. */
		g_assert_cmpuint(at, >, 10);
	}
}

/* ---- what was there before ----------------------------------------------- */

static void
put_raw(Snap *snap, StoreKey key, bsn_slice value)
{
	fake_chain_make_durable(snap->nodes[NEW].ledger->chain, G_MAXUINT);
	fake_chain_put(snap->nodes[NEW].ledger->chain, store_key_slice(&key),
		       value);
}

/* Parts of one after the same block, which was deleted, are still going. */
static void
test_after_a_deleted_one(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 120);
	const guint64 block = 120;

	for (guint i = 0; i < 1500; i++) {
		put_raw(snap, snapshot_key_part(KEY_PART, block, i),
			TEXT("old"));
		put_raw(snap, snapshot_key_part(KEY_PART_MARK, block, i),
			TEXT("old"));
	}
	put_raw(snap, snapshot_key_block(KEY_DELETED, block),
		bsn_slice_of(NULL, 0));
	snap_reopen(snap, NEW);
	g_assert_true(kept_is_going(of(snap, NEW), block));
	join(snap, NEW);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
}

/* Marks of parts of another one were left behind, and it is killed while it
 * fetches. */
static void
test_after_a_forgotten_one(void)
{
	static const guint8 hash[HASH_LEN];
	g_autoptr(Snap) snap = snap_with(FALSE, 400);
	SnapNode *node = &snap->nodes[NEW];
	g_autoptr(GByteArray) mark = g_byte_array_new();

	g_byte_array_append(mark, hash, HASH_LEN);
	wire_put(mark, 3, 4);
	wire_put(mark, 1, 4);
	put_raw(snap, snapshot_key_part(KEY_PART, 400, 1), TEXT("old"));
	put_raw(snap, snapshot_key_part(KEY_PART_MARK, 400, 1),
		buffer_slice(mark));
	/* The record, and the first part. */
	node->commits = 0;
	node->dies_at = 2;
	join(snap, NEW);
	snap_run(snap, 20000);
	g_assert_true(node->dead);
	node->dies_at = 0;
	fake_chain_make_durable(node->ledger->chain, G_MAXUINT);
	snap_kill(snap, NEW);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
}

/* It has some parts of one that is deleted everywhere, since there is a later
 * one. */
static void
test_a_later_one(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 400);
	SnapNode *node = &snap->nodes[NEW];

	node->commits = 0;
	node->dies_at = 2;
	join(snap, NEW);
	snap_run(snap, 20000);
	g_assert_true(node->dead);
	node->dies_at = 0;
	fake_chain_make_durable(node->ledger->chain, G_MAXUINT);
	snap_blocks(snap, OTHERS, 10);
	for (guint i = 0; i < 2; i++) {
		g_autofree char *hash = snap_take(snap, i, 0);

		g_assert_nonnull(hash);
		g_assert_cmpint(request_cancel(of(snap, i), 400, NULL), ==,
				BSN_OK);
	}
	snap_kill(snap, NEW);
	g_assert_cmpuint(of(snap, NEW)->join->phase, ==, JOIN_FETCHING);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
	g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 411);
}

/* ---- what was put in ----------------------------------------------------- */

/* The disk fails when all is there: this node goes on trying. */
static void
test_cannot_open(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 60);

	snap->nodes[NEW].unreadable = 3;
	join(snap, NEW);
	snap_run(snap, 500);
	g_assert_nonnull(strstr(snap->log->str, "cannot be opened"));
	snap_run(snap, 20000);
	g_assert_cmpuint(snap->nodes[NEW].unreadable, ==, 0);
	assert_joined(snap, NEW);
}

/* Something is in the state that the snapshot has not: it begins with block 0,
 * as a node that was never here. */
static void
test_wrong_state(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 60);
	static const char key[] = "sbasic\0\0zzz";
	SnapNode *node = &snap->nodes[NEW];

	join(snap, NEW);
	for (guint i = 0; i < 10000 && of(snap, NEW)->join != NULL &&
			  of(snap, NEW)->join->phase != JOIN_INSTALLING;
	     i++)
		snap_run(snap, 1);
	g_assert_nonnull(of(snap, NEW)->join);
	fake_chain_make_durable(node->ledger->chain, G_MAXUINT);
	fake_chain_put(node->ledger->chain,
		       bsn_slice_of(key, sizeof(key) - 1),
		       TEXT("0123456789012345678901234"));
	snap_run(snap, 20000);
	g_assert_null(of(snap, NEW)->join);
	g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 1);
	g_assert_cmpuint(ledger_of(snap, NEW)->first, ==, 0);
	g_assert_nonnull(strstr(snap->log->str, "is not the snapshot's"));
	join(snap, NEW);
	snap_run(snap, 20000);
	assert_joined(snap, NEW);
}

static void
test_refused(void)
{
	g_autoptr(Snap) snap = snap_with(FALSE, 5);
	bsn_err err = BSN_ERR_INIT;

	join(snap, NEW);
	g_assert_cmpint(join_begin(of(snap, NEW), bsn_slice_of(NULL, 0), &err),
			==, BSN_CONFLICT);
	g_assert_cmpint(join_cancel(of(snap, NEW), NULL), ==, BSN_OK);
	g_assert_cmpint(join_cancel(of(snap, NEW), &err), ==, BSN_NOT_FOUND);
	g_assert_cmpuint(ledger_of(snap, NEW)->head.height, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/snapshot/join/has-the-same-state",
			     GINT_TO_POINTER(FALSE), test_joins);
	g_test_add_data_func("/fabric/snapshot/join/has-it-with-sm",
			     GINT_TO_POINTER(TRUE), test_joins);
	g_test_add_func("/fabric/snapshot/join/from-who-has-joined",
			test_joins_from_who_joined);
	g_test_add_func("/fabric/snapshot/join/takes-over-from-behind",
			test_joins_from_behind);
	g_test_add_func("/fabric/snapshot/join/waits-for-enough-words",
			test_too_few);
	g_test_add_func("/fabric/snapshot/join/believes-the-hash-it-is-given",
			test_given_hash);
	g_test_add_func("/fabric/snapshot/join/asks-others-after-a-lie",
			test_lies);
	g_test_add_func("/fabric/snapshot/join/a-forged-word-is-none",
			test_forged_word);
	g_test_add_func("/fabric/snapshot/join/who-says-it-twice-is-one",
			test_one_is_one);
	g_test_add_func("/fabric/snapshot/join/is-killed-at-any-commit",
			test_killed);
	g_test_add_func("/fabric/snapshot/join/waits-for-deleted-parts-to-go",
			test_after_a_deleted_one);
	g_test_add_func("/fabric/snapshot/join/knows-another-one's-parts",
			test_after_a_forgotten_one);
	g_test_add_func("/fabric/snapshot/join/takes-a-later-one-instead",
			test_a_later_one);
	g_test_add_func("/fabric/snapshot/join/goes-on-when-it-can-be-opened",
			test_cannot_open);
	g_test_add_func("/fabric/snapshot/join/a-wrong-state-is-not-kept",
			test_wrong_state);
	g_test_add_func("/fabric/snapshot/join/refuses-with-a-reason",
			test_refused);
	return g_test_run();
}
