/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's pool: who stands on whom, what blocks do to what waits, and what
 * comes back when they are left.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define ALICE 1u
#define BOB 2u
#define CAROL 3u

static gint
submit(XuperBed *bed, Tx *tx)
{
	bsn_err err = BSN_ERR_INIT;

	return xuper_bed_submit(bed, tx, &err);
}

static Tx *
put(XuperBed *bed, guint by, const char *key, const char *value)
{
	return xuper_bed_call(bed, by, TEST_CONTRACT, "put", "key", key,
			      "value", value, NULL);
}

static Tx *
copy(XuperBed *bed, guint by, const char *from, const char *to)
{
	return xuper_bed_call(bed, by, TEST_CONTRACT, "copy", "from", from,
			      "to", to, NULL);
}

/* A block of these upon the head, by somebody else, which becomes the head. */
static LedgerNode *
follow(XuperBed *bed, LedgerNode *parent, Tx *const *txs, guint n)
{
	g_autoptr(Block) made = xuper_bed_block(bed, parent, txs, n);
	LedgerNode *node = xuper_bed_admit(bed, parent, made);

	xuper_bed_prefer(bed, node);
	return node;
}

static void
assert_gone(XuperBed *bed, const Tx *tx, gint why, gint code)
{
	const BedGone *gone = xuper_bed_gone(bed, tx);

	g_assert_nonnull(gone);
	g_assert_cmpint(gone->why, ==, why);
	g_assert_cmpint(gone->code, ==, code);
	g_assert_null(pool_find(bed->pool, tx->id));
}

/* That the layer is the head's with what waits, as if made anew; and that all of
 * it may be in a block. */
static void
assert_layer(XuperBed *bed)
{
	LedgerNode *head = ledger_head(bed->ledger);
	g_autofree char *is = xuper_bed_digest(pool_layer(bed->pool));
	g_autofree char *wanted = NULL;
	g_autoptr(Layer) layer = layer_over(head->layer);
	PoolWalk walk = pool_walk(bed->pool);
	Drafted drafted;
	g_autoptr(Block) block = xuper_bed_make(bed, head, &drafted);
	guint n = 0;
	Tx *tx;

	while ((tx = pool_walk_next(&walk)) != NULL)
		g_assert_cmpint(effects_apply(layer, tx, NULL), ==, BSN_OK);
	wanted = xuper_bed_digest(layer);
	g_assert_cmpstr(is, ==, wanted);
	for (guint i = 0; block != NULL && i < block->n_txs; i++)
		n += !block->txs[i]->msg->coinbase;
	g_assert_cmpuint(n, ==, pool_count(bed->pool));
	if (block != NULL)
		xuper_bed_drop(block, &drafted);
}

/* ---- standing on each other ---- */

static void
test_chains_wait(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *alice = bed->people[ALICE].address;
	g_autoptr(Tx) last = xuper_bed_pay(bed, ALICE, alice, BED_QUOTA);
	Utxo spent = { .offset = ALICE };
	guint n;

	g_assert_cmpint(submit(bed, last), ==, XUPER_OK);
	for (n = 1; n < 100; n++) {
		g_autoptr(Tx) tx = xuper_bed_pay_from(bed, ALICE, last->id, 0,
						      BED_QUOTA, alice,
						      BED_QUOTA);

		g_assert_cmpint(submit(bed, tx), ==, XUPER_OK);
		tx_unref(last);
		last = g_steal_pointer(&tx);
	}
	memcpy(spent.txid, bed->genesis, HASH_LEN);
	g_assert_true(pool_spends(bed->pool, &spent));
	spent.offset = BOB;
	g_assert_false(pool_spends(bed->pool, &spent));
	g_assert_cmpuint(pool_count(bed->pool), ==, n);
	assert_layer(bed);
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	g_assert_cmpuint(pool_bytes(bed->pool), ==, 0);
	assert_gone(bed, last, POOL_CONFIRMED, XUPER_OK);
	assert_layer(bed);
}

/* What comes before what it stands on is refused for now. */
static void
test_order_of_arrival(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE, bob, 10);
	g_autoptr(Tx) second = xuper_bed_pay_from(bed, BOB, first->id, 0, 10,
						  bob, 10);

	g_assert_cmpint(submit(bed, second), ==, XUPER_OTHER_CHAIN);
	g_assert_cmpint(submit(bed, first), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, second), ==, XUPER_OK);
	assert_layer(bed);
}

static void
test_the_first_one_stays(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) first = put(bed, ALICE, "k", "1");
	g_autoptr(Tx) second = put(bed, BOB, "k", "2");
	g_autoptr(Tx) pays = xuper_bed_pay(bed, ALICE,
					   bed->people[BOB].address, 1);
	g_autoptr(Tx) again = xuper_bed_pay(bed, ALICE,
					    bed->people[BOB].address, 2);

	g_assert_cmpint(submit(bed, first), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, second), ==, XUPER_STALE_READ);
	g_assert_cmpint(submit(bed, pays), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, again), ==, XUPER_DOUBLE_SPEND);
	/* What it spends is there no more, and whose it would be is known. */
	tx_unref(again);
	again = xuper_bed_pay_from(bed, CAROL, pays->id, 0, 1,
				   bed->people[CAROL].address, 1);
	g_assert_cmpint(submit(bed, again), ==, XUPER_UTXO_FOREIGN);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	assert_layer(bed);
}

/* ---- blocks ---- */

/* A part of what waits is in a block; the rest stays, and upon the right state. */
static void
test_part_is_confirmed(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) one = put(bed, ALICE, "k", "1");
	g_autoptr(Tx) two = NULL;
	g_autoptr(Tx) three = NULL;
	g_autoptr(Tx) four = NULL;
	Tx *some[2];

	g_assert_cmpint(submit(bed, one), ==, XUPER_OK);
	two = copy(bed, BOB, "k", "l");
	g_assert_cmpint(submit(bed, two), ==, XUPER_OK);
	three = put(bed, CAROL, "m", "3");
	g_assert_cmpint(submit(bed, three), ==, XUPER_OK);
	four = put(bed, CAROL, "l", "4");
	g_assert_cmpint(submit(bed, four), ==, XUPER_OK);
	some[0] = three;
	some[1] = one;
	follow(bed, ledger_head(bed->ledger), some, 2);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	assert_gone(bed, one, POOL_CONFIRMED, XUPER_OK);
	g_assert_nonnull(pool_find(bed->pool, two->id));
	g_assert_nonnull(pool_find(bed->pool, four->id));
	assert_layer(bed);
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	assert_layer(bed);
}

/* A block spends what somebody here spends, too: that one goes, and all that
 * stands on it, with the reason; who does not, stays. */
static void
test_excluded_with_what_stands_on_it(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) mine = xuper_bed_pay(bed, ALICE, bob, 5);
	g_autoptr(Tx) child = xuper_bed_pay_from(bed, BOB, mine->id, 0, 5, bob,
						 5);
	g_autoptr(Tx) grandchild = xuper_bed_pay_from(bed, BOB, child->id, 0, 5,
						      bob, 5);
	g_autoptr(Tx) other = xuper_bed_pay(bed, CAROL, bob, 5);
	g_autoptr(Tx) theirs = xuper_bed_pay(bed, ALICE, bob, 6);
	Tx *const block[] = { theirs };

	g_assert_cmpint(submit(bed, mine), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, child), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, other), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, grandchild), ==, XUPER_OK);
	follow(bed, ledger_head(bed->ledger), block, 1);
	assert_gone(bed, mine, POOL_REFUSED, XUPER_DOUBLE_SPEND);
	assert_gone(bed, child, POOL_REFUSED, XUPER_DOUBLE_SPEND);
	assert_gone(bed, grandchild, POOL_REFUSED, XUPER_DOUBLE_SPEND);
	g_assert_nonnull(strstr(xuper_bed_gone(bed, grandchild)->reason,
				"stands on"));
	g_assert_nonnull(pool_find(bed->pool, other->id));
	g_assert_cmpuint(pool_count(bed->pool), ==, 1);
	assert_layer(bed);
}

/* One reads, the next one writes it; a block has the writer alone. */
static void
test_reader_before_writer(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) first = put(bed, ALICE, "k", "1");
	g_autoptr(Tx) reader = NULL;
	g_autoptr(Tx) writer = NULL;
	g_autoptr(Tx) upon = NULL;
	Tx *one[1];

	g_assert_cmpint(submit(bed, first), ==, XUPER_OK);
	xuper_bed_advance(bed);
	reader = copy(bed, BOB, "k", "l");
	writer = put(bed, ALICE, "k", "2");
	g_assert_cmpint(submit(bed, reader), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, writer), ==, XUPER_OK);
	upon = copy(bed, CAROL, "l", "m");
	g_assert_cmpint(submit(bed, upon), ==, XUPER_OK);
	assert_layer(bed);
	one[0] = writer;
	follow(bed, ledger_head(bed->ledger), one, 1);
	assert_gone(bed, writer, POOL_CONFIRMED, XUPER_OK);
	assert_gone(bed, reader, POOL_REFUSED, XUPER_STALE_READ);
	assert_gone(bed, upon, POOL_REFUSED, XUPER_STALE_READ);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	assert_layer(bed);
}

/* Writers of one key in a row: a block has the first ones. */
static void
test_versions_in_a_row(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	Tx *row[6];

	for (guint i = 0; i < 6; i++) {
		g_autofree char *value = g_strdup_printf("%u", i);

		row[i] = put(bed, ALICE, "k", value);
		g_assert_cmpint(submit(bed, row[i]), ==, XUPER_OK);
	}
	follow(bed, ledger_head(bed->ledger), row, 4);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	assert_layer(bed);
	follow(bed, ledger_head(bed->ledger), row + 4, 1);
	g_assert_cmpuint(pool_count(bed->pool), ==, 1);
	assert_layer(bed);
	for (guint i = 0; i < 6; i++)
		tx_unref(row[i]);
}

/* ---- blocks that are left ---- */

static void
test_left_blocks_come_back(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"3\"");
	LedgerNode *root = ledger_head(bed->ledger);
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE, bob, 5);
	g_autoptr(Tx) second = xuper_bed_pay_from(bed, BOB, first->id, 0, 5,
						  bob, 5);
	g_autoptr(Tx) third = xuper_bed_pay_from(bed, BOB, second->id, 0, 5,
						 bob, 5);
	g_autoptr(Tx) theirs = xuper_bed_pay(bed, CAROL, bob, 1);
	Tx *const block[] = { theirs };
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	LedgerNode *node, *other;
	guint verified;

	g_assert_cmpint(submit(bed, first), ==, XUPER_OK);
	xuper_bed_advance(bed);
	g_assert_cmpint(submit(bed, second), ==, XUPER_OK);
	node = xuper_bed_advance(bed);
	g_assert_cmpint(submit(bed, third), ==, XUPER_OK);
	before = xuper_bed_digest(pool_layer(bed->pool));
	/* Away: all wait, in their order, and nobody signs again. */
	verified = xuper_bed_verified();
	xuper_bed_prefer(bed, root);
	g_assert_cmpuint(pool_count(bed->pool), ==, 3);
	g_assert_cmpuint(xuper_bed_verified(), ==, verified);
	assert_layer(bed);
	/* To another branch. */
	other = follow(bed, root, block, 1);
	g_assert_cmpuint(pool_count(bed->pool), ==, 3);
	assert_layer(bed);
	/* And back: what was in that branch waits. */
	xuper_bed_prefer(bed, node);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	g_assert_nonnull(pool_find(bed->pool, theirs->id));
	g_assert_nonnull(pool_find(bed->pool, third->id));
	assert_layer(bed);
	xuper_bed_prefer(bed, other);
	xuper_bed_prefer(bed, node);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	after = xuper_bed_digest(node->layer);
	xuper_bed_prefer(bed, other);
	xuper_bed_prefer(bed, node);
	g_free(before);
	before = xuper_bed_digest(node->layer);
	g_assert_cmpstr(before, ==, after);
}

/* An award goes with its block, and so does what it was spent for. */
static void
test_awards_do_not_come_back(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"30\"");
	LedgerNode *root = ledger_head(bed->ledger);
	const char *maker = bed->people[0].address;
	g_autoptr(Tx) spends = NULL;
	g_autoptr(Tx) upon = NULL;
	LedgerNode *node = follow(bed, root, NULL, 0);

	g_assert_cmpuint(node->block->n_txs, ==, 1);
	g_assert_true(node->block->txs[0]->msg->coinbase);
	spends = xuper_bed_pay_from(bed, 0, node->block->txs[0]->id, 0, 30,
				    maker, 30);
	upon = xuper_bed_pay_from(bed, 0, spends->id, 0, 30, maker, 30);
	g_assert_cmpint(submit(bed, spends), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, upon), ==, XUPER_OK);
	xuper_bed_prefer(bed, root);
	assert_gone(bed, spends, POOL_REFUSED, XUPER_OTHER_CHAIN);
	assert_gone(bed, upon, POOL_REFUSED, XUPER_OTHER_CHAIN);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
}

/* ---- ACLs ---- */

#define ACCOUNT "XC1111111111111111@one"

static char *
acl_of(const XuperPerson *person)
{
	return g_strdup_printf("{\"pm\":{\"rule\":1,\"acceptValue\":1},"
			       "\"aksWeight\":{\"%s\":1}}",
			       person->address);
}

/* Who may sign for an account changes in a block: what others have signed for it
 * goes, though nothing that it has read was written. */
static void
test_acls_that_change(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autofree char *bobs = acl_of(&bed->people[BOB]);
	g_autofree char *carols = acl_of(&bed->people[CAROL]);
	g_autofree char *path = g_strconcat(ACCOUNT "/",
					    bed->people[BOB].address, NULL);
	g_autoptr(Tx) made = xuper_bed_call(bed, ALICE, "$acl", "NewAccount",
					    "account_name", "1111111111111111",
					    "acl", bobs, NULL);
	g_autoptr(Tx) given = xuper_bed_pay(bed, ALICE, ACCOUNT, 50);
	g_autoptr(Tx) change = NULL;
	g_autoptr(Tx) spends = NULL;
	g_autoptr(Tx) upon = NULL;
	Tx *one[1];
	Making making;

	g_assert_cmpint(submit(bed, made), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, given), ==, XUPER_OK);
	xuper_bed_advance(bed);
	making_begin(&making, bed, &bed->people[BOB]);
	making_call(&making, "$acl", "SetAccountAcl", "account_name", ACCOUNT,
		    "acl", carols, NULL);
	making_auth(&making, path, &bed->people[BOB]);
	making_execute(&making, pool_layer(bed->pool));
	change = making_end(&making);
	making_clear(&making);
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, given->id, 0, ACCOUNT, 50);
	making_output(&making, bed->people[BOB].address, 50);
	making_auth(&making, path, &bed->people[BOB]);
	spends = making_end(&making);
	making_clear(&making);
	upon = xuper_bed_pay_from(bed, BOB, spends->id, 0, 50,
				  bed->people[BOB].address, 50);
	g_assert_cmpint(submit(bed, spends), ==, XUPER_OK);
	g_assert_cmpint(submit(bed, upon), ==, XUPER_OK);
	one[0] = change;
	follow(bed, ledger_head(bed->ledger), one, 1);
	assert_gone(bed, spends, POOL_REFUSED, XUPER_ACL);
	assert_gone(bed, upon, POOL_REFUSED, XUPER_ACL);
	xuper_bed_refused(bed, spends, XUPER_ACL);
}

/* ---- when the store does not answer ---- */

static void
test_full_pools_refuse(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) tx = xuper_bed_pay(bed, ALICE,
					 bed->people[BOB].address, 1);
	bsn_err err = BSN_ERR_INIT;
	Tx huge = *tx;
	Tx *txs[] = { &huge };
	gint code;

	/* A transaction that says that it is larger than all the room. */
	verify_static(&bed->verifier, &tx, 1, &code, NULL);
	huge.judged = tx->judged;
	huge.bytes.len = POOL_BYTES_MAX + 1;
	pool_add(bed->pool, txs, 1, &code, &err);
	g_assert_cmpint(code, ==, POOL_FULL_CODE);
	g_assert_cmpstr(err.reason, !=, "");
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
}

/* ---- children that come before their parents ---- */

static void
test_early(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE, bob, 5);
	g_autoptr(Tx) second = xuper_bed_pay_from(bed, BOB, first->id, 0, 5,
						  bob, 5);
	g_autoptr(Tx) third = xuper_bed_pay_from(bed, BOB, second->id, 0, 5,
						 bob, 5);
	g_autoptr(Tx) other = xuper_bed_pay(bed, ALICE, bob, 6);
	const gint late = submit(bed, third);

	g_assert_cmpint(late, !=, XUPER_OK);
	pool_early(bed->pool, third, late);
	pool_early(bed->pool, third, late);
	pool_early(bed->pool, second, submit(bed, second));
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	g_assert_cmpint(submit(bed, first), ==, XUPER_OK);
	g_assert_cmpuint(pool_count(bed->pool), ==, 3);
	/* What is wrong stays out. */
	pool_early(bed->pool, other, submit(bed, other));
	g_assert_cmpuint(pool_count(bed->pool), ==, 3);
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
}

/* So many and no more; those that came last. */
static void
test_early_bounds(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) parent = NULL;
	g_auto(Making) making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	for (guint i = 0; i < 300; i++)
		making_output(&making, bob, 1);
	making_output(&making, bob, BED_QUOTA - 300);
	parent = making_end(&making);
	for (gint32 i = 0; i < 300; i++) {
		g_autoptr(Tx) child = xuper_bed_pay_from(bed, BOB, parent->id,
							 i, 1, bob, 1);

		pool_early(bed->pool, child, submit(bed, child));
	}
	g_assert_cmpint(submit(bed, parent), ==, XUPER_OK);
	g_assert_cmpuint(pool_count(bed->pool), ==, 1 + 256);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/pool/chains-of-transactions-wait",
			test_chains_wait);
	g_test_add_func("/xuper/pool/what-it-stands-on-comes-first",
			test_order_of_arrival);
	g_test_add_func("/xuper/pool/of-two-that-meet-the-first-stays",
			test_the_first_one_stays);
	g_test_add_func("/xuper/pool/what-is-not-in-a-block-stays",
			test_part_is_confirmed);
	g_test_add_func("/xuper/pool/what-stands-on-the-excluded-goes-too",
			test_excluded_with_what_stands_on_it);
	g_test_add_func("/xuper/pool/a-reader-goes-when-the-writer-was-first",
			test_reader_before_writer);
	g_test_add_func("/xuper/pool/versions-in-a-row", test_versions_in_a_row);
	g_test_add_func("/xuper/pool/blocks-that-are-left-come-back",
			test_left_blocks_come_back);
	g_test_add_func("/xuper/pool/awards-do-not-come-back",
			test_awards_do_not_come_back);
	g_test_add_func("/xuper/pool/acls-that-change-are-asked-again",
			test_acls_that_change);
	g_test_add_func("/xuper/pool/a-full-pool-refuses",
			test_full_pools_refuse);
	g_test_add_func("/xuper/pool/children-may-come-early", test_early);
	g_test_add_func("/xuper/pool/early-ones-are-few", test_early_bounds);
	return g_test_run();
}
