/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper: contracts are run again: what a transaction says of them is what
 * they do, once for all as long as what they read stays, and is paid for.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define ALICE 1u
#define BOB 2u

static void
refused(XuperBed *bed, Making *making, gint code)
{
	g_autoptr(Tx) tx = making_end(making);

	xuper_bed_refused(bed, tx, code);
	making_clear(making);
}

static void
accept(XuperBed *bed, Tx *tx)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(xuper_bed_submit(bed, tx, &err), ==, XUPER_OK);
	tx_unref(tx);
}

static Xldgpb__TxOutputExt *
write_at(Making *making, guint at)
{
	return making->writes->pdata[at];
}

/* ---- the sets ---- */

static void
test_forged_writes(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Layer *layer = pool_layer(bed->pool);
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_execute(&making, layer);
	write_at(&making, 0)->value = (ProtobufCBinaryData){ 1, (guint8 *)"w" };
	refused(bed, &making, XUPER_RWSET);
	/* One more, and none. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_execute(&making, layer);
	making_read(&making, layer, TEST_BUCKET, "l");
	making_write(&making, TEST_BUCKET, "l", "v");
	refused(bed, &making, XUPER_RWSET);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_execute(&making, layer);
	g_ptr_array_set_size(making.writes, 0);
	refused(bed, &making, XUPER_RWSET);
	/* A read that was not; one that was is left out. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_execute(&making, layer);
	making_read(&making, layer, TEST_BUCKET, "l");
	refused(bed, &making, XUPER_RWSET);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_execute(&making, layer);
	g_ptr_array_remove_index(making.reads, 1);
	refused(bed, &making, XUPER_RWSET);
}

/* A write of an account's ACL with nothing that makes it. */
static void
test_writes_without_contract(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Layer *layer = pool_layer(bed->pool);
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	making_read(&making, layer, "XCAccount", "XC1111111111111111@one");
	making_write(&making, "XCAccount", "XC1111111111111111@one", "{}");
	refused(bed, &making, XUPER_RWSET);
}

static void
test_order_of_the_sets(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Layer *layer = pool_layer(bed->pool);
	gpointer first;
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_read(&making, layer, TEST_BUCKET, "k");
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_FORMAT);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_FORMAT);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making_call(&making, TEST_CONTRACT, "put", "key", "l", "value", "v",
		    NULL);
	making_execute(&making, layer);
	first = g_ptr_array_steal_index(making.writes, 0);
	g_ptr_array_add(making.writes, first);
	refused(bed, &making, XUPER_FORMAT);
}

/* ---- versions ---- */

static void
test_stale_reads(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) first = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "put",
					     "key", "k", "value", "1", NULL);
	g_autoptr(Tx) second = xuper_bed_call(bed, BOB, TEST_CONTRACT, "put",
					      "key", "k", "value", "2", NULL);
	Tx *const both[] = { first, second };
	g_autoptr(Block) block =
		xuper_bed_block(bed, ledger_head(bed->ledger), both, 2);

	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), block,
					NULL),
			==, XUPER_STALE_READ);
	accept(bed, tx_ref(first));
	g_assert_cmpint(xuper_bed_submit(bed, second, NULL), ==,
			XUPER_STALE_READ);
	xuper_bed_advance(bed);
	xuper_bed_refused(bed, second, XUPER_STALE_READ);
}

/* ---- what contracts refuse ---- */

static void
test_contract_refuses(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Layer *layer = pool_layer(bed->pool);
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Tx) tx = NULL;
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "deny", NULL);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	tx = making_end(&making);
	making_clear(&making);
	xuper_bed_refused(bed, tx, XUPER_CONTRACT);
	g_assert_cmpint(xuper_bed_submit(bed, tx, &err), ==, XUPER_CONTRACT);
	g_assert_nonnull(strstr(err.reason, "not today"));
	/* There is no such contract, and no such method. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, "$none", "put", NULL);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_CONTRACT);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "none", NULL);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_CONTRACT);
}

static void
limit(Xldgpb__InvokeRequest *request, Xldgpb__ResourceLimit *limit,
      Xldgpb__ResourceLimit **list, gint64 cpu)
{
	xldgpb__resource_limit__init(limit);
	limit->type = XLDGPB__RESOURCE_TYPE__CPU;
	limit->limit = cpu;
	list[0] = limit;
	request->n_resource_limits = 1;
	request->resource_limits = list;
}

static void
test_limits(gconstpointer gm)
{
	g_autoptr(XuperBed) bed =
		xuper_bed_new(GPOINTER_TO_INT(gm), ",\"limits\":{\"cpu\":500}");
	Layer *layer = pool_layer(bed->pool);
	Xldgpb__ResourceLimit cpu, *list[1];
	g_autoptr(Tx) enough = NULL;
	Making making;

	for (gint64 at = 99; at <= 100; at++) {
		making_begin(&making, bed, &bed->people[ALICE]);
		limit(making_call(&making, TEST_CONTRACT, "burn", "cpu", "100",
				  NULL),
		      &cpu, list, at);
		making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
		if (at == 99)
			refused(bed, &making, XUPER_RESOURCES);
	}
	enough = making_end(&making);
	making_clear(&making);
	accept(bed, tx_ref(enough));
	/* Nobody has more than the chain gives. */
	making_begin(&making, bed, &bed->people[ALICE]);
	limit(making_call(&making, TEST_CONTRACT, "burn", "cpu", "501", NULL),
	      &cpu, list, 10000);
	making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_RESOURCES);
}

static void
test_fees(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(
		GPOINTER_TO_INT(gm),
		",\"nofee\":false,\"gas_price\":{\"cpu_rate\":10}");
	const char *alice = bed->people[ALICE].address;
	Layer *layer = pool_layer(bed->pool);

	for (guint64 fee = 9; fee <= 10; fee++) {
		g_autoptr(Tx) tx = NULL;
		Making making;

		making_begin(&making, bed, &bed->people[ALICE]);
		making_call(&making, TEST_CONTRACT, "burn", "cpu", "95", NULL);
		making_execute(&making, layer);
		making_input(&making, bed->genesis, ALICE, alice, BED_QUOTA);
		making_output(&making, OWNER_FEE, fee);
		making_output(&making, alice, BED_QUOTA - fee);
		tx = making_end(&making);
		making_clear(&making);
		if (fee < 10)
			xuper_bed_refused(bed, tx, XUPER_FEE);
		else
			accept(bed, tx_ref(tx));
	}
	xuper_bed_advance(bed);
	g_assert_cmpuint(xuper_bed_balance(ledger_head(bed->ledger)->layer,
					   OWNER_FEE),
			 ==, 10);
}

/* ---- what contracts have ---- */

static void
begin_claim(Making *making, XuperBed *bed)
{
	making_begin(making, bed, &bed->people[BOB]);
	making_call(making, TEST_CONTRACT, "pay", "to",
		    bed->people[BOB].address, "amount", "30", NULL);
	making_execute(making, pool_layer(bed->pool));
	g_assert_cmpuint(making->inputs->len, ==, 1);
	g_assert_cmpuint(making->outputs->len, ==, 2);
}

static gboolean
spends(const Making *making, const Tx *tx)
{
	const Xldgpb__TxInput *input = making->inputs->pdata[0];

	return memcmp(input->ref_txid.data, tx->id, HASH_LEN) == 0;
}

static void
test_tokens_of_contracts(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	const char *bob = bed->people[BOB].address;
	Xldgpb__TxOutput *output;
	g_autoptr(Tx) one = xuper_bed_pay(bed, 3, TEST_BANK, 50);
	g_autoptr(Tx) two = xuper_bed_pay(bed, ALICE, TEST_BANK, 50);
	const Tx *other;
	Making making;

	accept(bed, tx_ref(one));
	accept(bed, tx_ref(two));
	xuper_bed_advance(bed);
	/* Other amounts than the contract pays. */
	begin_claim(&making, bed);
	output = making.outputs->pdata[0];
	output->amount = (ProtobufCBinaryData){ 1, (guint8 *)"\x1f" };
	output = making.outputs->pdata[1];
	output->amount = (ProtobufCBinaryData){ 1, (guint8 *)"\x13" };
	refused(bed, &making, XUPER_RWSET);
	/* Something of the contract's beside, which it does not spend. */
	begin_claim(&making, bed);
	other = spends(&making, one) ? two : one;
	making_input(&making, other->id, 0, TEST_BANK, 50);
	making_output(&making, bob, 50);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
	/* Without the contract. */
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, other->id, 0, TEST_BANK, 50);
	making_output(&making, bob, 50);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
	/* What it pays, and something of his own. */
	begin_claim(&making, bed);
	making_input(&making, bed->genesis, BOB, bob, BED_QUOTA);
	making_output(&making, bob, BED_QUOTA);
	accept(bed, making_end(&making));
	making_clear(&making);
	xuper_bed_advance(bed);
	g_assert_cmpuint(xuper_bed_balance(ledger_head(bed->ledger)->layer, bob),
			 ==, BED_QUOTA + 30);
}

/* ---- memory ---- */

/* A block of what waits costs neither signatures nor executions. */
static void
test_nothing_twice(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	LedgerNode *head = ledger_head(bed->ledger);
	Drafted drafted;
	g_autoptr(Block) block = NULL;
	guint verified, runs;

	accept(bed, xuper_bed_pay(bed, BOB, bed->people[ALICE].address, 1));
	accept(bed, xuper_bed_call(bed, ALICE, TEST_CONTRACT, "put", "key",
				   "k", "value", "1", NULL));
	accept(bed, xuper_bed_call(bed, ALICE, TEST_CONTRACT, "copy", "from",
				   "k", "to", "l", NULL));
	verified = xuper_bed_verified();
	runs = xuper_contract_runs;
	block = xuper_bed_make(bed, head, &drafted);
	g_assert_cmpuint(block->n_txs, ==, 3);
	xuper_bed_drop(block, &drafted);
	g_assert_cmpint(draft_judge(&bed->verifier, head, block, &drafted,
				    NULL),
			==, XUPER_OK);
	xuper_bed_drop(block, &drafted);
	g_assert_cmpuint(xuper_bed_verified(), ==, verified);
	g_assert_cmpuint(xuper_contract_runs, ==, runs);
	/* Who knows nothing does it all. */
	g_assert_cmpint(xuper_bed_judge(bed, head, block, NULL), ==, XUPER_OK);
	g_assert_cmpuint(xuper_contract_runs, ==, runs + 2);
	g_assert_cmpuint(xuper_bed_verified(), >=, verified + 3);
}

/* Calls of a foreign block are run at once, also those that read what others of
 * the block write; each once, and what is wrong is found all the same. */
static void
test_ahead(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	LedgerNode *head = ledger_head(bed->ledger);
	g_autoptr(GPtrArray) txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)tx_unref);
	g_autoptr(Block) block = NULL;
	g_autoptr(Block) wrong = NULL;
	gpointer first;
	guint runs;

	for (guint i = 0; i < 40; i++) {
		g_autofree char *from = g_strdup_printf("k%u", i / 2);
		g_autofree char *to = g_strdup_printf("k%u", i);
		Tx *tx = i == 0 ? xuper_bed_call(bed, ALICE, TEST_CONTRACT,
						 "put", "key", "k0", "value",
						 "v", NULL)
				: xuper_bed_call(bed, BOB, TEST_CONTRACT,
						 "copy", "from", from, "to",
						 to, NULL);

		accept(bed, tx_ref(tx));
		g_ptr_array_add(txs, tx);
	}
	block = xuper_bed_block(bed, head, (Tx *const *)txs->pdata, txs->len);
	fake_host_set_threads(4);
	runs = xuper_contract_runs;
	g_assert_cmpint(xuper_bed_judge(bed, head, block, NULL), ==, XUPER_OK);
	g_assert_cmpuint(xuper_contract_runs, ==, runs + txs->len);
	/* The first one last: what all others read is not there yet. */
	first = g_ptr_array_steal_index(txs, 0);
	g_ptr_array_add(txs, first);
	wrong = xuper_bed_block(bed, head, (Tx *const *)txs->pdata, txs->len);
	g_assert_cmpint(xuper_bed_judge(bed, head, wrong, NULL), ==,
			XUPER_STALE_READ);
	fake_host_set_threads(0);
}

/* What a scan found is no matter of versions alone. */
static void
test_scans_are_not_remembered(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) put = NULL;
	g_autoptr(Tx) counting = NULL;
	Tx *both[2];
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Block) first = NULL;
	g_autoptr(Block) last = NULL;

	accept(bed, xuper_bed_call(bed, ALICE, TEST_CONTRACT, "put", "key",
				   "a", "value", "1", NULL));
	xuper_bed_advance(bed);
	put = xuper_bed_call(bed, ALICE, TEST_CONTRACT, "put", "key", "b",
			     "value", "1", NULL);
	counting = xuper_bed_call(bed, BOB, TEST_CONTRACT, "count", "to", "n",
				  NULL);
	g_assert_cmpint(xuper_bed_submit(bed, counting, NULL), ==, XUPER_OK);
	/* It may go before a key that it has not seen, and not after. */
	both[0] = counting;
	both[1] = put;
	first = xuper_bed_block(bed, ledger_head(bed->ledger), both, 2);
	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), first,
					NULL),
			==, XUPER_OK);
	both[0] = put;
	both[1] = counting;
	last = xuper_bed_block(bed, ledger_head(bed->ledger), both, 2);
	{
		Drafted drafted;

		g_assert_cmpint(draft_judge(&bed->verifier,
					    ledger_head(bed->ledger), last,
					    &drafted, &err),
				==, XUPER_RWSET);
	}
	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), last,
					NULL),
			==, XUPER_RWSET);
	/* In the pool it goes when such a key comes in a block. */
	{
		Tx *const one[] = { put };
		g_autoptr(Block) block =
			xuper_bed_block(bed, ledger_head(bed->ledger), one, 1);

		xuper_bed_prefer(bed,
				 xuper_bed_admit(bed, ledger_head(bed->ledger),
						 block));
	}
	g_assert_cmpuint(pool_count(bed->pool), ==, 0);
	g_assert_cmpint(xuper_bed_gone(bed, counting)->code, ==, XUPER_RWSET);
}

static void
test_notes(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) tx = xuper_bed_call(bed, ALICE, "$acl", "NewAccount",
					  "account_name", "1111111111111111",
					  "acl",
					  "{\"pm\":{\"rule\":1,"
					  "\"acceptValue\":0}}",
					  NULL);
	g_autoptr(GByteArray) note = g_byte_array_new();
	g_autofree char *text = NULL;
	LedgerPlace place;

	accept(bed, tx_ref(tx));
	xuper_bed_advance(bed);
	g_assert_cmpint(ledger_place(bed->ledger, NULL, tx->id, &place, note,
				     NULL),
			==, BSN_OK);
	text = g_strndup((const char *)note->data, note->len);
	g_assert_true(g_str_has_prefix(text, "{\"gas_used\":0,\"output\":\"0x7b"));
	g_assert_nonnull(strstr(text, "\"language\":\"kernel\""));
}

#define ADD(name, test)                                                        \
	g_test_add_data_func("/xuper/replay/" name "/p256",                    \
			     GINT_TO_POINTER(FALSE), test);                    \
	g_test_add_data_func("/xuper/replay/" name "/sm2",                     \
			     GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("forged-sets-are-refused", test_forged_writes);
	ADD("nobody-writes-without-a-contract", test_writes_without_contract);
	ADD("sets-are-in-order", test_order_of_the_sets);
	ADD("stale-reads-are-refused", test_stale_reads);
	ADD("contracts-may-refuse", test_contract_refuses);
	ADD("limits-hold", test_limits);
	ADD("what-it-costs-is-paid", test_fees);
	ADD("contracts-alone-spend-what-they-have", test_tokens_of_contracts);
	ADD("calls-of-a-block-are-run-at-once", test_ahead);
	ADD("nothing-is-done-twice", test_nothing_twice);
	ADD("scans-are-not-remembered", test_scans_are_not_remembered);
	ADD("notes-say-what-came-of-it", test_notes);
	return g_test_run();
}
