/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper: accounts that have tokens and begin transactions, methods that
 * have an ACL: enough weight of those who have signed, or a code of its own.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/buckets.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define ALICE 1u
#define BOB 2u
#define CAROL 3u
#define DAVE 4u

#define ACCOUNT "XC1111111111111111@one"
#define OUTER "XC2222222222222222@one"
#define DIGITS "1111111111111111"
#define OUTER_DIGITS "2222222222222222"

static void
accept(XuperBed *bed, Tx *tx)
{
	bsn_err err = BSN_ERR_INIT;

	if (xuper_bed_submit(bed, tx, &err) != XUPER_OK)
		g_error("refused: %d %s", err.native, err.reason);
	tx_unref(tx);
}

static void
refused(XuperBed *bed, Making *making, gint code)
{
	g_autoptr(Tx) tx = making_end(making);

	xuper_bed_refused(bed, tx, code);
	making_clear(making);
}

/* Accepted by the pool, and in a block by who has not seen it. */
static void
accepted(XuperBed *bed, Making *making)
{
	LedgerNode *head = ledger_head(bed->ledger);
	Tx *tx = making_end(making);
	g_autoptr(Block) block = xuper_bed_block(bed, head, &tx, 1);
	bsn_err err = BSN_ERR_INIT;
	gint code = xuper_bed_judge(bed, head, block, &err);

	making_clear(making);
	if (code != XUPER_OK)
		g_error("refused in a block: %d %s", code, err.reason);
	accept(bed, tx);
	xuper_bed_advance(bed);
}

/* Alice 0.3, Bob 0.3, Carol 0.4, of which 0.6 are needed. */
static char *
shared_acl(const XuperBed *bed)
{
	return g_strdup_printf(
		"{\"pm\":{\"rule\":1,\"acceptValue\":0.6},\"aksWeight\":"
		"{\"%s\":0.3,\"%s\":0.3,\"%s\":0.4}}",
		bed->people[ALICE].address, bed->people[BOB].address,
		bed->people[CAROL].address);
}

static XuperBed *
bed_with_accounts(gboolean gm)
{
	XuperBed *bed = xuper_bed_new(gm, "");
	g_autofree char *shared = shared_acl(bed);
	const char *nested =
		"{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":"
		"{\"" ACCOUNT "\":1}}";

	accept(bed, xuper_bed_call(bed, DAVE, "$acl", "NewAccount",
				   "account_name", DIGITS, "acl", shared,
				   NULL));
	accept(bed, xuper_bed_call(bed, DAVE, "$acl", "NewAccount",
				   "account_name", OUTER_DIGITS, "acl", nested,
				   NULL));
	xuper_bed_advance(bed);
	return bed;
}

static void
auth(Making *making, const char *accounts, guint who)
{
	const XuperPerson *person = &making->bed->people[who];
	g_autofree char *path = g_strconcat(accounts, person->address, NULL);

	making_auth(making, path, person);
}

/* ---- tokens of accounts ---- */

static void
begin_spend(Making *making, XuperBed *bed, guint by, const Tx *given,
	    const char *owner)
{
	making_begin(making, bed, &bed->people[by]);
	making_input(making, given->id, 0, owner, 50);
	making_output(making, bed->people[DAVE].address, 50);
}

static void
test_accounts_spend(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	g_autoptr(Tx) given = xuper_bed_pay(bed, ALICE, ACCOUNT, 50);
	Making making;

	accept(bed, tx_ref(given));
	xuper_bed_advance(bed);
	/* Nobody; one who is not enough; strangers; those who say so without
	 * the account; another one's weight twice. */
	begin_spend(&making, bed, DAVE, given, ACCOUNT);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, ACCOUNT);
	auth(&making, ACCOUNT "/", ALICE);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, ACCOUNT);
	auth(&making, ACCOUNT "/", ALICE);
	auth(&making, ACCOUNT "/", DAVE);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, ACCOUNT);
	auth(&making, ACCOUNT "/", CAROL);
	auth(&making, OUTER "/" ACCOUNT "/", CAROL);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, ACCOUNT);
	auth(&making, ACCOUNT "/", ALICE);
	auth(&making, ACCOUNT "/", BOB);
	accepted(bed, &making);
}

static void
test_accounts_within_accounts(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	g_autoptr(Tx) given = xuper_bed_pay(bed, ALICE, OUTER, 50);
	Making making;

	accept(bed, tx_ref(given));
	xuper_bed_advance(bed);
	begin_spend(&making, bed, DAVE, given, OUTER);
	auth(&making, OUTER "/" ACCOUNT "/", CAROL);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, OUTER);
	auth(&making, ACCOUNT "/", CAROL);
	auth(&making, ACCOUNT "/", ALICE);
	refused(bed, &making, XUPER_ACL);
	begin_spend(&making, bed, DAVE, given, OUTER);
	auth(&making, OUTER "/" ACCOUNT "/", CAROL);
	auth(&making, OUTER "/" ACCOUNT "/", ALICE);
	accepted(bed, &making);
}

static void
test_no_such_account(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	g_autoptr(Tx) given = xuper_bed_pay(bed, ALICE,
					    "XC3333333333333333@one", 50);
	Making making;

	accept(bed, tx_ref(given));
	xuper_bed_advance(bed);
	begin_spend(&making, bed, ALICE, given, "XC3333333333333333@one");
	auth(&making, "XC3333333333333333@one/", BOB);
	refused(bed, &making, XUPER_ACL);
}

/* ---- accounts that begin ---- */

static void
test_accounts_begin(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	Layer *layer;
	Making making;

	for (guint i = 0; i < 3; i++) {
		layer = ledger_head(bed->ledger)->layer;
		making_begin(&making, bed, &bed->people[ALICE]);
		making.msg.initiator = (char *)ACCOUNT;
		making_read(&making, layer, BUCKET_CHAIN, KEY_CHAIN_NAME);
		making.unsigned_ = i == 2;
		if (i > 0)
			auth(&making, ACCOUNT "/", CAROL);
		/* Alice's signature as the initiator's counts for it. */
		if (i == 1)
			accepted(bed, &making);
		else
			refused(bed, &making, XUPER_ACL);
	}
	making_begin(&making, bed, &bed->people[ALICE]);
	making.msg.initiator = (char *)ACCOUNT;
	making.unsigned_ = TRUE;
	making_read(&making, ledger_head(bed->ledger)->layer, BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	auth(&making, ACCOUNT "/", CAROL);
	auth(&making, ACCOUNT "/", BOB);
	accepted(bed, &making);
}

/* One that the transaction makes begins it, by the ACL that it gives it. */
static void
test_account_made_here(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = xuper_bed_new(GPOINTER_TO_INT(gm), "");
	g_autofree char *shared = shared_acl(bed);
	Making making;

	for (guint i = 0; i < 2; i++) {
		making_begin(&making, bed, &bed->people[ALICE]);
		making.msg.initiator = (char *)ACCOUNT;
		making.unsigned_ = TRUE;
		making_call(&making, "$acl", "NewAccount", "account_name",
			    DIGITS, "acl", shared, NULL);
		auth(&making, ACCOUNT "/", CAROL);
		if (i == 1)
			auth(&making, ACCOUNT "/", BOB);
		making_execute(&making, ledger_head(bed->ledger)->layer);
		if (i == 1)
			accepted(bed, &making);
		else
			refused(bed, &making, XUPER_ACL);
	}
	/* Once it is there its own ACL counts, not what is written. */
	making_begin(&making, bed, &bed->people[ALICE]);
	making_call(&making, TEST_CONTRACT, "put", "key", "k", "value", "v",
		    NULL);
	making.msg.initiator = (char *)ACCOUNT;
	making.unsigned_ = TRUE;
	auth(&making, ACCOUNT "/", DAVE);
	making_execute(&making, ledger_head(bed->ledger)->layer);
	making_read(&making, ledger_head(bed->ledger)->layer, BUCKET_ACCOUNT,
		    ACCOUNT);
	making_write(&making, BUCKET_ACCOUNT, ACCOUNT,
		     "{\"pm\":{\"rule\":1,\"acceptValue\":0}}");
	g_ptr_array_insert(making.reads, 1,
			   g_ptr_array_steal_index(making.reads,
						   making.reads->len - 1));
	g_ptr_array_insert(making.writes, 0,
			   g_ptr_array_steal_index(making.writes,
						   making.writes->len - 1));
	refused(bed, &making, XUPER_ACL);
}

/* ---- methods ---- */

static void
test_methods(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	g_autofree char *shared = shared_acl(bed);
	const XVersion version = { .there = TRUE };
	Making making;

	/* As if the account of the contract had set it. */
	{
		g_autoptr(Block) block = xuper_bed_block(
			bed, ledger_head(bed->ledger), NULL, 0);
		LedgerNode *node = xuper_bed_admit(
			bed, ledger_head(bed->ledger), block);

		xmodel_put(node->layer, TEXT(BUCKET_METHOD_ACL),
			   TEXT(TEST_CONTRACT BUCKETS_JOIN "put"), &version,
			   TEXT(shared));
		xuper_bed_prefer(bed, node);
	}
	for (guint i = 0; i < 3; i++) {
		making_begin(&making, bed, &bed->people[ALICE]);
		making_call(&making, TEST_CONTRACT, "put", "key", "k", "value",
			    "v", NULL);
		if (i == 1)
			auth(&making, "", BOB);
		if (i == 2)
			auth(&making, "", DAVE);
		making_execute(&making, ledger_head(bed->ledger)->layer);
		/* The initiator's own weight counts. */
		if (i == 1)
			accepted(bed, &making);
		else
			refused(bed, &making, XUPER_METHOD_ACL);
	}
	/* Others have none. */
	making_begin(&making, bed, &bed->people[DAVE]);
	making_call(&making, TEST_CONTRACT, "copy", "from", "k", "to", "l",
		    NULL);
	making_execute(&making, ledger_head(bed->ledger)->layer);
	accepted(bed, &making);
}

/* What kernel contracts ask of an account counts what has signed. */
static void
test_kernel_asks(gconstpointer gm)
{
	g_autoptr(XuperBed) bed = bed_with_accounts(GPOINTER_TO_INT(gm));
	g_autofree char *shared = shared_acl(bed);
	Making making;

	making_begin(&making, bed, &bed->people[DAVE]);
	making_call(&making, "$acl", "SetAccountAcl", "account_name", ACCOUNT,
		    "acl", shared, NULL);
	making_read(&making, ledger_head(bed->ledger)->layer, BUCKET_CHAIN,
		    KEY_CHAIN_NAME);
	auth(&making, ACCOUNT "/", ALICE);
	refused(bed, &making, XUPER_CONTRACT);
	making_begin(&making, bed, &bed->people[DAVE]);
	making_call(&making, "$acl", "SetAccountAcl", "account_name", ACCOUNT,
		    "acl", shared, NULL);
	auth(&making, ACCOUNT "/", ALICE);
	auth(&making, ACCOUNT "/", BOB);
	making_execute(&making, ledger_head(bed->ledger)->layer);
	accepted(bed, &making);
}

#define ADD(name, test)                                                        \
	g_test_add_data_func("/xuper/permission/" name "/p256",                \
			     GINT_TO_POINTER(FALSE), test);                    \
	g_test_add_data_func("/xuper/permission/" name "/sm2",                 \
			     GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("accounts-spend-by-weight", test_accounts_spend);
	ADD("accounts-within-accounts", test_accounts_within_accounts);
	ADD("nobody-signs-for-no-account", test_no_such_account);
	ADD("accounts-begin-transactions", test_accounts_begin);
	ADD("an-account-made-here-counts", test_account_made_here);
	ADD("methods-ask-for-weight", test_methods);
	ADD("kernel-contracts-ask-who-has-signed", test_kernel_asks);
	return g_test_run();
}
