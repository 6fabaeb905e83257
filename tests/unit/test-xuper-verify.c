/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper: what is refused of tokens, signatures and form, with its code, in
 * the pool and in a block that carries it.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-bed.h"

#define ALICE 1u
#define BOB 2u
#define CAROL 3u

/* From Alice's genesis output: all of it back to her. */
static void
begin(Making *making, XuperBed *bed)
{
	making_begin(making, bed, &bed->people[ALICE]);
	making_input(making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(making, bed->people[ALICE].address, BED_QUOTA);
}

static void
refused(XuperBed *bed, Making *making, gint code)
{
	g_autoptr(Tx) tx = making_end(making);

	xuper_bed_refused(bed, tx, code);
	making_clear(making);
}

/* ---- what is right ---- */

static void
test_transfers(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) tx = xuper_bed_pay(bed, ALICE, bed->people[BOB].address,
					 7);
	Layer *layer;

	g_assert_cmpint(xuper_bed_submit(bed, tx, NULL), ==, XUPER_OK);
	layer = xuper_bed_advance(bed)->layer;
	g_assert_cmpuint(xuper_bed_balance(layer, bed->people[BOB].address), ==,
			 BED_QUOTA + 7);
	g_assert_cmpuint(xuper_bed_balance(layer, bed->people[ALICE].address),
			 ==, BED_QUOTA - 7);
	xuper_bed_refused(bed, tx, XUPER_DUPLICATE);
}

/* ---- outputs ---- */

static void
test_double_spend(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE,
					    bed->people[BOB].address, 1);
	g_autoptr(Tx) second = xuper_bed_pay(bed, ALICE,
					     bed->people[CAROL].address, 1);
	Tx *const both[] = { first, second };
	g_autoptr(Block) block =
		xuper_bed_block(bed, ledger_head(bed->ledger), both, 2);
	bsn_err err = BSN_ERR_INIT;

	/* Both in one block, one that waits, and one that is in a block. */
	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), block,
					&err),
			==, XUPER_DOUBLE_SPEND);
	g_assert_cmpint(xuper_bed_submit(bed, first, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, second, &err), ==,
			XUPER_DOUBLE_SPEND);
	xuper_bed_advance(bed);
	xuper_bed_refused(bed, second, XUPER_DOUBLE_SPEND);
	/* The same when the block is final, and read from the store. */
	g_assert_cmpint(ledger_finalize(bed->ledger, ledger_head(bed->ledger),
					TEXT(""), 0, NULL, NULL, NULL),
			==, BSN_OK);
	fake_host_settle();
	xuper_bed_refused(bed, second, XUPER_DOUBLE_SPEND);
}

static void
test_one_output_twice(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Making making;

	begin(&making, bed);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(&making, bed->people[ALICE].address, BED_QUOTA);
	refused(bed, &making, XUPER_DOUBLE_SPEND);
}

static void
test_frozen(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	const char *alice = bed->people[ALICE].address;
	g_autoptr(Tx) freezing = NULL;
	g_autoptr(Tx) thawed = NULL;
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, alice, BED_QUOTA);
	making_output(&making, alice, 5)->frozen_height = 3;
	making_output(&making, alice, BED_QUOTA - 5)->frozen_height = -1;
	freezing = making_end(&making);
	making_clear(&making);
	g_assert_cmpint(xuper_bed_submit(bed, freezing, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);

	for (guint height = 2; height <= 3; height++) {
		g_autoptr(Block) block = NULL;

		making_begin(&making, bed, &bed->people[ALICE]);
		making_input(&making, freezing->id, 0, alice, 5)->frozen_height =
			3;
		making_output(&making, alice, 5);
		refused(bed, &making, XUPER_UTXO_FROZEN);
		block = xuper_bed_block(bed, ledger_head(bed->ledger), NULL, 0);
		xuper_bed_prefer(bed, xuper_bed_admit(bed,
						      ledger_head(bed->ledger),
						      block));
	}
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, freezing->id, 1, alice, BED_QUOTA - 5)
		->frozen_height = -1;
	making_output(&making, alice, BED_QUOTA - 5);
	refused(bed, &making, XUPER_UTXO_FROZEN);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, freezing->id, 0, alice, 5)->frozen_height = 3;
	making_output(&making, alice, 5);
	thawed = making_end(&making);
	making_clear(&making);
	g_assert_cmpint(xuper_bed_submit(bed, thawed, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);
}

static void
test_foreign(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Making making;

	/* Whose it is is said, and they have not signed. */
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(&making, bed->people[BOB].address, BED_QUOTA);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
	/* Somebody else is said to have it. */
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, bed->genesis, ALICE, bed->people[BOB].address,
		     BED_QUOTA);
	making_output(&making, bed->people[BOB].address, BED_QUOTA);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
	/* A contract is said to have it. */
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, bed->genesis, ALICE, "$acl", BED_QUOTA);
	making_output(&making, bed->people[BOB].address, BED_QUOTA);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
}

static void
test_fees_are_nobodys(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) fee = xuper_bed_pay(bed, ALICE, OWNER_FEE, 9);
	Making making;

	g_assert_cmpint(xuper_bed_submit(bed, fee, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);
	making_begin(&making, bed, &bed->people[BOB]);
	making_input(&making, fee->id, 0, OWNER_FEE, 9);
	making_output(&making, bed->people[BOB].address, 9);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
}

static void
test_unknown_outputs(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	guint8 nowhere[HASH_LEN] = { 1 };
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, 77, bed->people[ALICE].address, 1);
	making_output(&making, bed->people[ALICE].address, 1);
	refused(bed, &making, XUPER_UTXO_UNKNOWN);
	/* Of a transaction that is not there, beside one that is. */
	begin(&making, bed);
	making_input(&making, nowhere, 0, bed->people[ALICE].address, 1);
	making_output(&making, bed->people[ALICE].address, 1);
	refused(bed, &making, XUPER_UTXO_UNKNOWN);
}

static void
test_amounts(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	const char *alice = bed->people[ALICE].address;
	guint8 most[AMOUNT_LEN];
	Making making;

	/* More comes out than went in, and less. */
	begin(&making, bed);
	making_output(&making, alice, 1);
	refused(bed, &making, XUPER_NOT_BALANCED);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, alice, BED_QUOTA);
	making_output(&making, alice, BED_QUOTA - 1);
	refused(bed, &making, XUPER_NOT_BALANCED);
	/* Inflated on both sides. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, alice, BED_QUOTA + 1);
	making_output(&making, alice, BED_QUOTA + 1);
	refused(bed, &making, XUPER_UTXO_AMOUNT);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, alice, BED_QUOTA)
		->frozen_height = 1;
	making_output(&making, alice, BED_QUOTA);
	refused(bed, &making, XUPER_UTXO_AMOUNT);
	/* A sum that goes round 2^256 to what it should be. */
	memset(most, 0xff, sizeof(most));
	begin(&making, bed);
	making_output(&making, alice, 1)->amount =
		(ProtobufCBinaryData){ sizeof(most), most };
	making_output(&making, alice, 1);
	refused(bed, &making, XUPER_NOT_BALANCED);
	/* Of nothing. */
	begin(&making, bed);
	making_output(&making, alice, 0);
	refused(bed, &making, XUPER_FORMAT);
}

/* ---- signatures ---- */

static void
test_signatures(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Making making;

	begin(&making, bed);
	making.unsigned_ = TRUE;
	refused(bed, &making, XUPER_SIGNER);
	/* With another one's key. */
	begin(&making, bed);
	making.initiator = &bed->people[BOB];
	refused(bed, &making, XUPER_SIGNATURE);
	/* Who is named has not signed, or another one has. */
	begin(&making, bed);
	making_auth(&making, bed->people[BOB].address, NULL);
	refused(bed, &making, XUPER_SIGNER);
	begin(&making, bed);
	making_auth(&making, bed->people[BOB].address, &bed->people[CAROL]);
	refused(bed, &making, XUPER_SIGNATURE);
	/* Nobody begins it. */
	begin(&making, bed);
	making.msg.initiator = (char *)"";
	refused(bed, &making, XUPER_SIGNER);
}

/* A signature of other content: of the first transaction on the second. */
static void
test_moved_signature(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) first = xuper_bed_pay(bed, ALICE,
					    bed->people[BOB].address, 1);
	g_autoptr(Tx) second = xuper_bed_pay(bed, ALICE,
					     bed->people[BOB].address, 2);
	Xldgpb__Transaction msg = *second->msg;
	g_autoptr(Tx) mixed = NULL;

	msg.initiator_signs = first->msg->initiator_signs;
	mixed = tx_make(&bed->suite, &msg);
	xuper_bed_refused(bed, mixed, XUPER_SIGNATURE);
}

/* Outputs of two, who both sign. */
static void
test_two_owners(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) tx = NULL;
	Making making;

	begin(&making, bed);
	making_input(&making, bed->genesis, BOB, bed->people[BOB].address,
		     BED_QUOTA);
	making_output(&making, bed->people[CAROL].address, BED_QUOTA);
	refused(bed, &making, XUPER_UTXO_FOREIGN);
	begin(&making, bed);
	making_input(&making, bed->genesis, BOB, bed->people[BOB].address,
		     BED_QUOTA);
	making_output(&making, bed->people[CAROL].address, BED_QUOTA);
	making_auth(&making, bed->people[BOB].address, &bed->people[BOB]);
	tx = making_end(&making);
	making_clear(&making);
	g_assert_cmpint(xuper_bed_submit(bed, tx, NULL), ==, XUPER_OK);
	xuper_bed_advance(bed);
}

/* ---- form ---- */

static void
test_what_only_the_chain_makes(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making_output(&making, bed->people[ALICE].address, 1);
	making.msg.coinbase = TRUE;
	refused(bed, &making, XUPER_COINBASE);
	begin(&making, bed);
	making.msg.autogen = TRUE;
	refused(bed, &making, XUPER_AUTOGEN);
}

static void
test_form(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	Xldgpb__XuperSignature together = XLDGPB__XUPER_SIGNATURE__INIT;
	Xldgpb__HDInfo hd = XLDGPB__HDINFO__INIT;
	Making making;

	begin(&making, bed);
	together.signature = (ProtobufCBinaryData){ 1, (guint8 *)"s" };
	making.msg.xuper_sign = &together;
	refused(bed, &making, XUPER_FORMAT);
	begin(&making, bed);
	hd.hd_public_key = (ProtobufCBinaryData){ 1, (guint8 *)"k" };
	making.msg.hd_info = &hd;
	refused(bed, &making, XUPER_FORMAT);
	begin(&making, bed);
	making.msg.timestamp = -1;
	refused(bed, &making, XUPER_FORMAT);
	/* To nobody; frozen before the beginning. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(&making, "nobody at all", BED_QUOTA);
	refused(bed, &making, XUPER_FORMAT);
	begin(&making, bed);
	((Xldgpb__TxOutput *)making.outputs->pdata[0])->frozen_height = -2;
	refused(bed, &making, XUPER_FORMAT);
	/* A reference that is no txid. */
	begin(&making, bed);
	((Xldgpb__TxInput *)making.inputs->pdata[0])->ref_txid.len = 31;
	refused(bed, &making, XUPER_FORMAT);
	/* One signs twice; a path without an end. */
	begin(&making, bed);
	making_auth(&making, bed->people[BOB].address, &bed->people[BOB]);
	making_auth(&making, bed->people[BOB].address, &bed->people[BOB]);
	refused(bed, &making, XUPER_FORMAT);
	begin(&making, bed);
	making_auth(&making, "XC1111111111111111@one/", &bed->people[BOB]);
	refused(bed, &making, XUPER_FORMAT);
	begin(&making, bed);
	making_auth(&making, "no account/x", &bed->people[BOB]);
	refused(bed, &making, XUPER_FORMAT);
}

static void
test_time(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	const LedgerNode *head = ledger_head(bed->ledger);
	const guint64 block = head->block->time_ms + 1000;
	Making making;

	begin(&making, bed);
	making.msg.timestamp = (gint64)(block + 60001) * 1000000;
	refused(bed, &making, XUPER_TIME);
	begin(&making, bed);
	making.msg.timestamp = (gint64)(FAKE_START_MS + 60000) * 1000000;
	{
		g_autoptr(Tx) tx = making_end(&making);

		making_clear(&making);
		g_assert_cmpint(xuper_bed_submit(bed, tx, NULL), ==, XUPER_OK);
		xuper_bed_advance(bed);
	}
}

/* ---- chains ---- */

static void
test_another_chain(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(XuperBed) other = xuper_bed_beside(bed, "two");
	g_autoptr(Tx) transfer = xuper_bed_pay(other, ALICE,
					       other->people[BOB].address, 1);
	g_autoptr(Tx) bound = NULL;
	Making making;

	/* What is right there is refused here. */
	g_assert_cmpint(xuper_bed_submit(other, transfer, NULL), ==, XUPER_OK);
	transfer->judged_free(transfer->judged);
	transfer->judged = NULL;
	xuper_bed_refused(bed, transfer, XUPER_OTHER_CHAIN);
	/* It spends nothing and has read that chain's name. */
	making_begin(&making, other, &other->people[ALICE]);
	making_read(&making, ledger_head(other->ledger)->layer, BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	bound = making_end(&making);
	making_clear(&making);
	g_assert_cmpint(xuper_bed_submit(other, bound, NULL), ==, XUPER_OK);
	bound->judged_free(bound->judged);
	bound->judged = NULL;
	xuper_bed_refused(bed, bound, XUPER_OTHER_CHAIN);
	/* It has read that, and spends what is here. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(&making, bed->people[ALICE].address, BED_QUOTA);
	making_read(&making, ledger_head(other->ledger)->layer, BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	refused(bed, &making, XUPER_OTHER_CHAIN);
	/* It names nothing at all. */
	making_begin(&making, bed, &bed->people[ALICE]);
	refused(bed, &making, XUPER_OTHER_CHAIN);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_read(&making, ledger_head(bed->ledger)->layer, "b", "none");
	refused(bed, &making, XUPER_OTHER_CHAIN);
	/* Accounts are of their chain. */
	begin(&making, bed);
	making_auth(&making, "XC1111111111111111@two/a", &bed->people[BOB]);
	refused(bed, &making, XUPER_OTHER_CHAIN);
	begin(&making, bed);
	making.msg.initiator = (char *)"XC1111111111111111@two";
	refused(bed, &making, XUPER_OTHER_CHAIN);
	making_begin(&making, bed, &bed->people[ALICE]);
	making_input(&making, bed->genesis, ALICE, bed->people[ALICE].address,
		     BED_QUOTA);
	making_output(&making, "XC1111111111111111@two", BED_QUOTA);
	refused(bed, &making, XUPER_OTHER_CHAIN);
}

/* What only describes is of its chain, and there once. */
static void
test_evidence(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autoptr(Tx) tx = NULL;
	g_autoptr(Block) block = NULL;
	bsn_err err = BSN_ERR_INIT;
	Tx *twice[2];
	Making making;

	making_begin(&making, bed, &bed->people[ALICE]);
	making.msg.desc = (ProtobufCBinaryData){ 5, (guint8 *)"proof" };
	making_read(&making, ledger_head(bed->ledger)->layer, BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	tx = making_end(&making);
	making_clear(&making);
	twice[0] = twice[1] = tx;
	block = xuper_bed_block(bed, ledger_head(bed->ledger), twice, 2);
	g_assert_cmpint(xuper_bed_judge(bed, ledger_head(bed->ledger), block,
					&err),
			==, XUPER_DUPLICATE);
	g_assert_cmpint(xuper_bed_submit(bed, tx, NULL), ==, XUPER_OK);
	g_assert_cmpint(xuper_bed_submit(bed, tx, &err), ==, XUPER_DUPLICATE);
	xuper_bed_advance(bed);
	xuper_bed_refused(bed, tx, XUPER_DUPLICATE);
}

/* ---- codes ---- */

static void
test_codes(void)
{
	static const gint codes[] = {
#define X(name, number, status, text) number,
		XUPER_CODES(X)
#undef X
	};

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_assert_cmpint(code_status(codes[i]), >=, BSN_OK);
		g_assert_true((code_status(codes[i]) == BSN_OK) ==
			      (codes[i] == XUPER_OK));
		g_assert_cmpstr(code_text(codes[i]), !=, "");
		for (guint at = 0; at < i; at++)
			g_assert_cmpint(codes[at], !=, codes[i]);
	}
	g_assert_cmpint(code_status(BSN_E_IO), ==, BSN_E_IO);
	g_assert_cmpint(code_status(9999), ==, BSN_E_INTERNAL);
}

#define ADD(name, test)                                                        \
	g_test_add_data_func("/xuper/verify/" name "/p256", FALSE_POINTER,     \
			     test);                                            \
	g_test_add_data_func("/xuper/verify/" name "/sm2", TRUE_POINTER, test)
#define FALSE_POINTER GINT_TO_POINTER(FALSE)
#define TRUE_POINTER GINT_TO_POINTER(TRUE)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("transfers-move-tokens", test_transfers);
	ADD("a-double-spend-is-refused", test_double_spend);
	ADD("one-output-twice-is-a-double-spend", test_one_output_twice);
	ADD("frozen-outputs-stay", test_frozen);
	ADD("foreign-outputs-are-refused", test_foreign);
	ADD("fees-are-nobodys", test_fees_are_nobodys);
	ADD("unknown-outputs-are-refused", test_unknown_outputs);
	ADD("value-is-conserved", test_amounts);
	ADD("who-must-sign-has-signed", test_signatures);
	ADD("a-signature-is-of-its-transaction", test_moved_signature);
	ADD("each-owner-signs", test_two_owners);
	ADD("only-the-chain-makes-some", test_what_only_the_chain_makes);
	ADD("form-is-kept", test_form);
	ADD("time-is-not-ahead", test_time);
	ADD("other-chains-are-refused", test_another_chain);
	ADD("evidence-is-there-once", test_evidence);
	g_test_add_func("/xuper/verify/each-code-has-status-and-text",
			test_codes);
	return g_test_run();
}
