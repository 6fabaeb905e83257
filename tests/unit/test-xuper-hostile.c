/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper against those who mean harm: what is signed once happens once and
 * on one chain, and nobody makes all nodes work for long.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/verify/generated.h"
#include "plugins/kit/codec/message.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define ALICE 1u
#define BOB 2u

static Block *
block_of(XuperBed *bed, Tx *one, Tx *other)
{
	Tx *const txs[] = { one, other };

	return xuper_bed_block(bed, ledger_head(bed->ledger), txs,
			       other != NULL ? 2 : 1);
}

static gint
judged(XuperBed *bed, Tx *one, Tx *other)
{
	g_autoptr(Block) block = block_of(bed, one, other);

	return xuper_bed_judge(bed, ledger_head(bed->ledger), block, NULL);
}

/* ---- twice ---- */

/* Two chains of one producer may make a block of one height at one time; who spends
 * an award of the one must not spend that of the other. */
static void
test_awards_are_of_one_chain(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, ",\"award\":\"9\"");
	LedgerNode *root = ledger_head(bed->ledger);
	bsn_seal seal = xuper_bed_seal(root);
	Tx *made[2];

	for (guint i = 0; i < 2; i++) {
		g_autoptr(Block) block = NULL;
		Beginning of = { .verifier = &bed->verifier,
				 .height = 2,
				 .time_ms = seal.time_ms + 10,
				 .proposer_key = bsn_slice_of(
					 bed->people[0].public_key,
					 PUBLIC_KEY_LEN) };
		g_autoptr(Tx) first = NULL;

		of.parent = root;
		of.height = 1;
		of.time_ms = seal.time_ms += i;
		first = generated_coinbase(&of);
		block = xuper_bed_sealed(bed, root, &seal, &first, 1);
		of.parent = xuper_bed_admit(bed, root, block);
		of.height = 2;
		of.time_ms = seal.time_ms + 100 - i;
		made[i] = generated_coinbase(&of);
	}
	g_assert_cmpint(made[0]->msg->timestamp, ==, made[1]->msg->timestamp);
	g_assert_cmpstr(made[0]->msg->nonce, ==, made[1]->msg->nonce);
	g_assert_true(memcmp(made[0]->id, made[1]->id, HASH_LEN) != 0);
	tx_unref(made[0]);
	tx_unref(made[1]);
}

/* The same with its signer's key written otherwise: nobody had to sign again. */
static Tx *
twin_of(XuperBed *bed, const Tx *tx)
{
	Xldgpb__Transaction msg = *tx->msg;
	Xldgpb__SignatureInfo sign = *msg.initiator_signs[0];
	Xldgpb__SignatureInfo *signs[] = { &sign };
	g_autofree char *key = g_strconcat(sign.publickey, " ", NULL);
	Tx *twin;

	sign.publickey = key;
	msg.initiator_signs = signs;
	twin = tx_make(&bed->suite, &msg);
	g_assert_true(memcmp(twin->digest, tx->digest, HASH_LEN) == 0);
	g_assert_true(memcmp(twin->id, tx->id, HASH_LEN) != 0);
	return twin;
}

static void
test_twins_without_effects(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	LedgerNode *root = ledger_head(bed->ledger);
	g_autoptr(Tx) tx = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "burn",
					  "cpu", "1", NULL);
	g_autoptr(Tx) twin = twin_of(bed, tx);
	g_autoptr(Tx) other = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "burn",
					     "cpu", "1", NULL);

	g_assert_cmpint(judged(bed, tx, other), ==, XUPER_OK);
	g_assert_cmpint(judged(bed, tx, twin), ==, XUPER_DUPLICATE);
	g_assert_cmpint(xuper_bed_submit(bed, tx, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, twin, NULL), ==,
			XUPER_DUPLICATE);
	xuper_bed_advance(bed);
	xuper_bed_refused(bed, twin, XUPER_DUPLICATE);
	/* What was not, may be. */
	xuper_bed_prefer(bed, root);
	g_assert_cmpint(judged(bed, twin, NULL), ==, XUPER_OK);
}

/* One that waits goes when the other one is in a block. */
static void
test_twins_in_the_pool(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) tx = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "burn",
					  "cpu", "1", NULL);
	g_autoptr(Tx) twin = twin_of(bed, tx);
	g_autoptr(Block) block = block_of(bed, tx, NULL);

	g_assert_cmpint(xuper_bed_submit(bed, twin, NULL), ==, XUPER_OK);
	xuper_bed_prefer(bed, xuper_bed_admit(bed, ledger_head(bed->ledger),
					      block));
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	g_assert_cmpint(xuper_bed_gone(bed, twin)->code, ==, XUPER_DUPLICATE);
}

/* Of what spends or writes the second one has nothing to spend or read. */
static void
test_twins_with_effects(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	g_autoptr(Tx) pays =
		xuper_bed_pay(bed, ALICE, bed->people[BOB].address, 1);
	g_autoptr(Tx) puts = xuper_bed_call(bed, BOB, TEST_CONTRACT, "put",
					    "key", "k", "value", "1", NULL);
	g_autoptr(Tx) pays_too = twin_of(bed, pays);
	g_autoptr(Tx) puts_too = twin_of(bed, puts);

	g_assert_cmpint(judged(bed, pays, pays_too), ==, XUPER_DOUBLE_SPEND);
	g_assert_cmpint(judged(bed, puts, puts_too), ==, XUPER_STALE_READ);
}

/* ---- too much ---- */

static Tx *
burner(XuperBed *bed, guint from, const char *first, const char *second)
{
	g_auto(Making) making;

	making_begin(&making, bed, &bed->people[from]);
	making_call(&making, TEST_CONTRACT, "burn", "cpu", first, NULL);
	if (second != NULL)
		making_call(&making, TEST_CONTRACT, "burn", "cpu", second,
			    NULL);
	making_read(&making, pool_layer(bed->pool), BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	return making_end(&making);
}

/* However many requests it has. */
static void
test_limits_are_of_all_requests(void)
{
	g_autoptr(XuperBed) bed =
		xuper_bed_new(FALSE, ",\"limits\":{\"cpu\":500}");
	g_autoptr(Tx) enough = burner(bed, ALICE, "250", "250");
	g_autoptr(Tx) more = burner(bed, ALICE, "250", "251");

	g_assert_cmpint(judged(bed, enough, NULL), ==, XUPER_OK);
	xuper_bed_refused(bed, more, XUPER_RESOURCES);
}

/* However many transactions: what is left waits for the next one. */
static void
test_limits_are_of_blocks(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	LedgerNode *root = ledger_head(bed->ledger);
	g_autoptr(Tx) first = burner(bed, ALICE, "200000000", NULL);
	g_autoptr(Tx) second = burner(bed, BOB, "200000000", NULL);
	g_autoptr(Block) block = NULL;
	Drafted drafted;

	g_assert_cmpint(judged(bed, first, NULL), ==, XUPER_OK);
	g_assert_cmpint(judged(bed, first, second), ==, XUPER_BLOCK);
	g_assert_cmpint(xuper_bed_submit(bed, first, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, second, NULL), ==, XUPER_OK);
	block = xuper_bed_make(bed, root, &drafted);
	g_assert_cmpuint(block->n_txs, ==, 1);
	xuper_bed_drop(block, &drafted);
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 1);
	xuper_bed_advance(bed);
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
}

/* Contracts of the chain use no CPU, and look at much: that is bounded, too. */
static void
test_looking_is_bounded(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *const nobody[] = { NULL };
	SandboxEnv env = { .config = bed->config,
			   .suite = &bed->suite,
			   .initiator = "",
			   .auth_require = nobody };
	g_autoptr(Sandbox) people =
		sandbox_new(ledger_head(bed->ledger)->layer, &env);
	g_autoptr(Sandbox) chain = NULL;

	env.height = 1;
	chain = sandbox_new(ledger_head(bed->ledger)->layer, &env);
	for (guint i = 0; i < SANDBOX_WORK_MAX; i++) {
		g_assert_cmpint(sandbox_get(people, TEXT(BUCKET_CHAIN),
					    TEXT(KEY_CHAIN_NAME), NULL, NULL),
				==, BSN_OK);
		g_assert_cmpint(sandbox_get(chain, TEXT(BUCKET_CHAIN),
					    TEXT(KEY_CHAIN_NAME), NULL, NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(sandbox_get(people, TEXT(BUCKET_CHAIN),
				    TEXT(KEY_CHAIN_NAME), NULL, NULL),
			==, BSN_OUT_OF_BUDGET);
	/* What the chain does by itself must go on. */
	g_assert_cmpint(sandbox_get(chain, TEXT(BUCKET_CHAIN),
				    TEXT(KEY_CHAIN_NAME), NULL, NULL),
			==, BSN_OK);
	g_assert_cmpuint(sandbox_cost(chain), ==,
			 G_GUINT64_CONSTANT(1) * SANDBOX_WORK_CPU *
				 (SANDBOX_WORK_MAX + 1));
}

static int32_t
take_all(SandboxScan *scan, bsn_slice key, bsn_slice value)
{
	return BSN_OK;
}

/* A walk puts in order what the transaction wrote, also if it comes past nothing. */
static void
test_empty_walks_are_bounded(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *const nobody[] = { NULL };
	const SandboxEnv env = { .config = bed->config,
				 .suite = &bed->suite,
				 .initiator = "",
				 .auth_require = nobody };
	g_autoptr(Sandbox) box =
		sandbox_new(ledger_head(bed->ledger)->layer, &env);
	SandboxScan scan = { take_all };
	int32_t status = BSN_OK;
	guint walks = 0;

	for (guint i = 0; i < 4000; i++)
		g_assert_cmpint(sandbox_put(box, TEXT("wasm"),
					    bsn_slice_of(&i, sizeof(i)),
					    TEXT("v"), NULL),
				==, BSN_OK);
	for (; status == BSN_OK && walks < 1000; walks++)
		status = sandbox_scan(box, TEXT("other"), TEXT(""), TEXT(""),
				      &scan, NULL);
	g_assert_cmpint(status, ==, BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(walks, >, 100);
}

/* A runtime that has something in its cache does not look for it. */
static void
test_caches_make_no_difference(void)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(FALSE, "");
	const char *const nobody[] = { NULL };
	const SandboxEnv env = { .config = bed->config,
				 .suite = &bed->suite,
				 .initiator = "",
				 .auth_require = nobody };
	g_autoptr(Sandbox) box =
		sandbox_new(ledger_head(bed->ledger)->layer, &env);
	g_autoptr(GByteArray) value = g_byte_array_new();

	for (guint i = 0; i < 2; i++) {
		const guint64 before = sandbox_cost(box);

		g_assert_cmpint(sandbox_look(box, TEXT(BUCKET_CHAIN),
					     TEXT(KEY_CHAIN_NAME), value, NULL),
				==, BSN_OK);
		g_assert_cmpuint(sandbox_cost(box), ==, before);
		g_assert_cmpint(sandbox_get(box, TEXT(BUCKET_CHAIN),
					    TEXT(KEY_CHAIN_NAME), value, NULL),
				==, BSN_OK);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/hostile/awards-are-of-one-chain",
			test_awards_are_of_one_chain);
	g_test_add_func("/xuper/hostile/twins-without-effects",
			test_twins_without_effects);
	g_test_add_func("/xuper/hostile/twins-in-the-pool",
			test_twins_in_the_pool);
	g_test_add_func("/xuper/hostile/twins-with-effects",
			test_twins_with_effects);
	g_test_add_func("/xuper/hostile/limits-are-of-all-requests",
			test_limits_are_of_all_requests);
	g_test_add_func("/xuper/hostile/limits-are-of-blocks",
			test_limits_are_of_blocks);
	g_test_add_func("/xuper/hostile/looking-is-bounded",
			test_looking_is_bounded);
	g_test_add_func("/xuper/hostile/empty-walks-are-bounded",
			test_empty_walks_are_bounded);
	g_test_add_func("/xuper/hostile/caches-make-no-difference",
			test_caches_make_no_difference);
	return g_test_run();
}
