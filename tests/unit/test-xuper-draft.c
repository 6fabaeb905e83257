/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's blocks: how they are made and judged, what the chain itself puts
 * into them, and that a node that breaks blames nobody.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/kit/codec/message.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define ALICE 1u
#define BOB 2u
#define CAROL 3u

/* ---- what the chain does by itself ---- */

static const char *automatic; /* value that each block writes; NULL: nothing */

int32_t __wrap_kernel_begin_block(Sandbox *box, guint64 parent_term,
				  bsn_err *err);

int32_t
__wrap_kernel_begin_block(Sandbox *box, guint64 parent_term, bsn_err *err)
{
	(void)parent_term;
	if (automatic == NULL)
		return BSN_NOT_FOUND;
	g_assert_cmpuint(sandbox_env(box)->height, >, 0);
	return sandbox_put(box, TEXT(TEST_BUCKET), TEXT("auto"),
			   TEXT(automatic), err);
}

/* ---- helpers ---- */

static Block *
sealed(XuperBed *bed, Tx *const *txs, guint n)
{
	LedgerNode *head = ledger_head(bed->ledger);
	const bsn_seal seal = xuper_bed_seal(head);

	return xuper_bed_sealed(bed, head, &seal, txs, n);
}

static void
judged(XuperBed *bed, Tx *const *txs, guint n, gint code)
{
	g_autoptr(Block) block = sealed(bed, txs, n);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), block,
					&err),
			==, code);
	g_assert_true((code == XUPER_OK) == (err.reason[0] == '\0'));
	g_assert_cmpint(err.native, ==, code);
}

/* ---- places ---- */

static void
test_places(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	LedgerNode *root = ledger_head(bed->ledger);
	bsn_seal seal = xuper_bed_seal(root);
	g_autoptr(Block) early = NULL;
	g_autoptr(Block) first = xuper_bed_sealed(bed, root, &seal, NULL, 0);
	g_autoptr(Block) second = NULL;
	LedgerNode *node = xuper_bed_admit(bed, root, first);
	bsn_err err = BSN_ERR_INIT;

	second = xuper_bed_block(bed, node, NULL, 0);
	g_assert_cmpint(xuper_bed_judge(bed, root, second, &err), ==,
			XUPER_BLOCK);
	g_assert_cmpint(xuper_bed_judge(bed, node, first, &err), ==,
			XUPER_BLOCK);
	seal.time_ms = root->block->time_ms - 1;
	early = xuper_bed_sealed(bed, root, &seal, NULL, 0);
	g_assert_cmpint(xuper_bed_judge(bed, root, early, &err), ==,
			XUPER_BLOCK);
}

static void
test_nothing_waits(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"9\"");
	LedgerNode *root = ledger_head(bed->ledger);
	const XuperSigner signer = { &bed->suite, &bed->people[0] };
	const bsn_seal seal = xuper_bed_seal(root);
	bsn_err err = BSN_ERR_INIT;
	Drafted drafted;
	int32_t status;
	g_autoptr(Block) block = NULL;

	g_assert_null(draft_make(&bed->verifier, root, &seal, FALSE,
				 bed->people[0].public_key, xuper_sign,
				 (void *)&signer, NULL, NULL, &drafted, &status,
				 &err));
	g_assert_cmpint(status, ==, BSN_NOT_FOUND);
	block = draft_make(&bed->verifier, root, &seal, TRUE,
			   bed->people[0].public_key, xuper_sign,
			   (void *)&signer, NULL, NULL, &drafted, &status,
			   &err);
	g_assert_cmpuint(block->n_txs, ==, 1);
	xuper_bed_drop(block, &drafted);
	g_assert_cmpint(xuper_bed_judge(bed, root, block, &err), ==, XUPER_OK);
}

/* ---- awards ---- */

static Tx *
award(XuperBed *bed, const char *to, guint64 amount, const char *nonce)
{
	g_auto(Making) making;

	making_begin(&making, bed, &bed->people[0]);
	making.msg.coinbase = TRUE;
	making.msg.initiator = (char *)"";
	making.msg.nonce = (char *)nonce;
	making.msg.timestamp += 1000 * 1000000;
	making.msg.desc = message_bytes(bsn_slice_of(
		ledger_head(bed->ledger)->block->id, HASH_LEN));
	making.unsigned_ = TRUE;
	making_output(&making, to, amount);
	return making_end(&making);
}

static void
test_awards(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"9\"");
	const char *maker = bed->people[0].address;
	g_autoptr(Tx) right = award(bed, maker, 9, "1");
	g_autoptr(Tx) more = award(bed, maker, 10, "1");
	g_autoptr(Tx) other = award(bed, bed->people[BOB].address, 9, "1");
	g_autoptr(Tx) second = award(bed, maker, 9, "2");
	g_autoptr(Tx) pays = xuper_bed_pay(bed, ALICE,
					   bed->people[BOB].address, 1);
	Tx *txs[2];

	judged(bed, (txs[0] = right, txs), 1, XUPER_OK);
	judged(bed, NULL, 0, XUPER_COINBASE);
	judged(bed, (txs[0] = more, txs), 1, XUPER_COINBASE);
	judged(bed, (txs[0] = other, txs), 1, XUPER_COINBASE);
	judged(bed, (txs[0] = pays, txs[1] = right, txs), 2, XUPER_COINBASE);
	judged(bed, (txs[0] = right, txs[1] = second, txs), 2, XUPER_COINBASE);
	judged(bed, (txs[0] = right, txs[1] = pays, txs), 2, XUPER_OK);
}

static void
test_no_awards(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) tx = award(bed, bed->people[0].address, 9, "1");

	judged(bed, &tx, 1, XUPER_COINBASE);
}

/* ---- autogen ---- */

static void
test_autogen(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"9\"");
	LedgerNode *root = ledger_head(bed->ledger);
	g_autoptr(Block) right = NULL;
	g_autoptr(Block) forged = NULL;
	g_autoptr(Tx) reads = NULL;
	Drafted drafted;
	bsn_err err = BSN_ERR_INIT;

	automatic = "1";
	right = xuper_bed_make(bed, root, &drafted);
	g_assert_cmpuint(right->n_txs, ==, 2);
	g_assert_true(right->txs[0]->msg->autogen);
	g_assert_true(right->txs[1]->msg->coinbase);
	xuper_bed_drop(right, &drafted);
	g_assert_cmpint(xuper_bed_judge(bed, root, right, &err), ==, XUPER_OK);
	/* Another node would do something else, or nothing. */
	automatic = "2";
	g_assert_cmpint(xuper_bed_judge(bed, root, right, &err), ==,
			XUPER_AUTOGEN);
	automatic = NULL;
	g_assert_cmpint(xuper_bed_judge(bed, root, right, &err), ==,
			XUPER_COINBASE);
	forged = sealed(bed, right->txs + 1, 1);
	automatic = "1";
	g_assert_cmpint(xuper_bed_judge(bed, root, forged, &err), ==,
			XUPER_AUTOGEN);
	/* What waits may have read what it writes: it goes. */
	automatic = NULL;
	reads = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "put", "key", "auto",
			       "value", "0", NULL);
	g_assert_cmpint(xuper_bed_submit(bed, reads, NULL), ==, XUPER_OK);
	automatic = "3";
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	g_assert_cmpint(xuper_bed_gone(bed, reads)->code, ==,
			XUPER_STALE_READ);
	automatic = NULL;
}

/* Without an award an autogen that nobody expects is one of somebody's. */
static void
test_autogen_uncalled(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Block) block = NULL;
	Drafted drafted;
	bsn_err err = BSN_ERR_INIT;

	automatic = "1";
	block = xuper_bed_make(bed, ledger_head(bed->ledger), &drafted);
	xuper_bed_drop(block, &drafted);
	automatic = NULL;
	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), block,
					&err),
			==, XUPER_AUTOGEN);
}

/* ---- room ---- */

static Tx *
large(XuperBed *bed, guint from, gsize bytes)
{
	g_autofree guint8 *desc = g_malloc0(bytes);
	g_auto(Making) making;

	making_begin(&making, bed, &bed->people[from]);
	making_input(&making, bed->genesis, (gint32)from,
		     bed->people[from].address, BED_QUOTA);
	making_output(&making, bed->people[from].address, BED_QUOTA);
	making.msg.desc = (ProtobufCBinaryData){ bytes, desc };
	return making_end(&making);
}

static void
test_room(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(
		FALSE, ",\"max_block_size\":4500000");
	LedgerNode *root = ledger_head(bed->ledger);
	g_autoptr(Tx) first = large(bed, ALICE, 2200000);
	g_autoptr(Tx) second = large(bed, BOB, 2400000);
	g_autoptr(Tx) third = large(bed, CAROL, 10);
	Tx *const txs[] = { first, second };
	g_autoptr(Block) block = NULL;
	Drafted drafted;

	judged(bed, txs, 2, XUPER_BLOCK);
	g_assert_cmpint(xuper_bed_submit(bed, first, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, second, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, third, NULL), ==, XUPER_OK);
	block = xuper_bed_make(bed, root, &drafted);
	g_assert_cmpuint(block->n_txs, ==, 1);
	g_assert_true(block->txs[0] == first);
	xuper_bed_drop(block, &drafted);
	xuper_bed_advance(bed);
	block_unref(block);
	block = xuper_bed_make(bed, ledger_head(bed->ledger), &drafted);
	g_assert_cmpuint(block->n_txs, ==, 2);
	xuper_bed_drop(block, &drafted);
}

/* ---- another parent than the head ---- */

static void
test_passed_over(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	LedgerNode *root = ledger_head(bed->ledger);
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE, bob, 5);
	g_autoptr(Tx) second = xuper_bed_pay_from(bed, BOB, first->id, 0, 5,
						  bob, 5);
	g_autoptr(Tx) third = xuper_bed_pay_from(bed, BOB, second->id, 0, 5,
						 bob, 5);
	g_autoptr(Tx) other = xuper_bed_pay(bed, CAROL, bob, 5);
	g_autoptr(Block) block = NULL;
	Drafted drafted;

	g_assert_cmpint(xuper_bed_submit(bed, first, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);
	g_assert_cmpint(xuper_bed_submit(bed, second, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, third, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, other, NULL), ==, XUPER_OK);
	block = xuper_bed_make(bed, root, &drafted);
	g_assert_cmpuint(block->n_txs, ==, 1);
	g_assert_true(block->txs[0] == other);
	xuper_bed_drop(block, &drafted);
}

/* ---- a node that breaks ---- */

static const bsn_store *real_store;
static bsn_store failing;
static guint reads_left;

static int32_t
failing_get(bsn_chain *chain, bsn_slice key, bsn_sink *value, bsn_err *err)
{
	if (reads_left == 0)
		return bsn_fail(err, BSN_E_IO, "the disk does not answer");
	reads_left--;
	return real_store->get(chain, key, value, err);
}

static void
fail_after(guint reads)
{
	if (real_store == NULL)
		real_store = services.store;
	failing = *real_store;
	failing.get = failing_get;
	reads_left = reads;
	services.store = &failing;
}

static void
mend_store(void)
{
	services.store = real_store;
}

static void
test_broken_disk(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) pays = xuper_bed_pay(bed, ALICE,
					   bed->people[BOB].address, 1);
	g_autoptr(Tx) puts = xuper_bed_call(bed, BOB, TEST_CONTRACT, "put",
					    "key", "k", "value", "1", NULL);
	g_autoptr(Tx) wrong = xuper_bed_pay(bed, ALICE,
					    bed->people[BOB].address, 2);
	Tx *const good[] = { pays, puts };
	Tx *const bad[] = { pays, wrong };
	g_autoptr(Block) right = sealed(bed, good, 2);
	g_autoptr(Block) refused = sealed(bed, bad, 2);
	LedgerNode *head = ledger_head(bed->ledger);
	gint code = BSN_E_IO;
	guint n;

	/* Each read once does not succeed; nothing else may come of that. */
	for (n = 0; code == BSN_E_IO; n++) {
		fail_after(n);
		code = xuper_bed_judge(bed, head, right, NULL);
	}
	g_assert_cmpint(code, ==, XUPER_OK);
	g_assert_cmpuint(n, >, 5);
	for (code = BSN_E_IO, n = 0; code == BSN_E_IO; n++) {
		fail_after(n);
		code = xuper_bed_judge(bed, head, refused, NULL);
	}
	g_assert_cmpint(code, ==, XUPER_DOUBLE_SPEND);
	for (guint i = 0; i < 2; i++) {
		for (code = BSN_E_IO, n = 0; code == BSN_E_IO; n++) {
			fail_after(n);
			code = xuper_bed_submit(bed, good[i], NULL);
		}
		g_assert_cmpint(code, ==, XUPER_OK);
	}
	mend_store();
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
}

/* A pool whose state cannot be made again keeps what waits, and makes it when it
 * can. */
static void
test_broken_disk_of_pool(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	LedgerNode *root = ledger_head(bed->ledger);
	const char *bob = bed->people[BOB].address;
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE, bob, 1);
	g_autoptr(Tx) second = xuper_bed_pay(bed, BOB, bob, BED_QUOTA);
	g_autoptr(Tx) third = xuper_bed_pay(bed, CAROL, bob, 1);
	bsn_err err = BSN_ERR_INIT;
	g_autofree char *is = NULL;
	g_autofree char *wanted = NULL;

	g_assert_cmpint(xuper_bed_submit(bed, first, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);
	g_assert_cmpint(xuper_bed_submit(bed, second, NULL), ==, XUPER_OK);
	wanted = xuper_bed_digest(pool_layer(bed->pool));
	fail_after(0);
	xuper_bed_prefer(bed, root);
	g_assert_cmpint(xuper_bed_submit(bed, third, &err), ==, BSN_E_IO);
	g_assert_cmpuint(pool_count(bed->pool), ==, 2);
	g_assert_null(xuper_bed_gone(bed, second));
	mend_store();
	g_assert_cmpint(xuper_bed_submit(bed, first, &err), ==,
			XUPER_DUPLICATE);
	is = xuper_bed_digest(pool_layer(bed->pool));
	g_assert_cmpstr(is, ==, wanted);
}

/* ---- many at once ---- */

static void
test_many_at_once(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(GPtrArray) txs = g_ptr_array_new_with_free_func(
		(GDestroyNotify)tx_unref);
	bsn_err errs[100];
	gint codes[100];

	for (guint i = 0; i < 100; i++) {
		g_auto(Making) making;

		making_begin(&making, bed, &bed->people[i % BED_PEOPLE]);
		making_read(&making, ledger_head(bed->ledger)->layer,
			    BUCKET_CHAIN, KEY_CHAIN_NAME);
		if (i % 7 == 3)
			making.initiator = &bed->people[(i + 1) % BED_PEOPLE];
		g_ptr_array_add(txs, making_end(&making));
		errs[i] = (bsn_err)BSN_ERR_INIT;
	}
	fake_host_set_threads(4);
	verify_static(&bed->verifier, (Tx *const *)txs->pdata, 100, codes,
		      errs);
	fake_host_set_threads(0);
	for (guint i = 0; i < 100; i++) {
		g_assert_cmpint(codes[i], ==,
				i % 7 == 3 ? XUPER_SIGNATURE : XUPER_OK);
		g_assert_cmpint(errs[i].native, ==, codes[i]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/draft/a-block-follows-its-parent", test_places);
	g_test_add_func("/xuper/draft/an-award-is-no-reason-for-a-block",
			test_nothing_waits);
	g_test_add_func("/xuper/draft/awards-are-the-chains", test_awards);
	g_test_add_func("/xuper/draft/chains-without-awards", test_no_awards);
	g_test_add_func("/xuper/draft/autogen-is-made-again", test_autogen);
	g_test_add_func("/xuper/draft/autogen-uncalled-is-refused",
			test_autogen_uncalled);
	g_test_add_func("/xuper/draft/a-block-has-so-much-room", test_room);
	g_test_add_func("/xuper/draft/what-does-not-follow-is-passed-over",
			test_passed_over);
	g_test_add_func("/xuper/draft/a-broken-disk-blames-nobody",
			test_broken_disk);
	g_test_add_func("/xuper/draft/a-pool-survives-a-broken-disk",
			test_broken_disk_of_pool);
	g_test_add_func("/xuper/draft/many-at-once", test_many_at_once);
	return g_test_run();
}
