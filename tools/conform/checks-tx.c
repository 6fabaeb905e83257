/* SPDX-License-Identifier: Apache-2.0
 *
 * tx.*: transactions are built, signed, submitted, waited for and found.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/sim/crypto.h"

/* Transactions of one batch. */
#define BATCH 12u
/* Moments at which a node is killed. */
#define KILLS 12u
/* Bytes of a transaction that are changed, one at a time. */
#define CHANGES 48u

static guint64
txs_of(Bed *bed)
{
	const bsn_reply *reply = bed_ledger(bed, 0);

	return reply->ledger.txs;
}

/* ---- tx.build ------------------------------------------------------------ */

/* A mistake of the caller's: said when it is built, or when it is submitted, and
 * always as a "no" with a reason, never as a failure of the engine. */
static void
must_be_refused(Bed *bed, const char *what, const bsn_tx_request *request)
{
	Run *run = bed_run_of(bed);
	BedDone done = bed_send(bed, 0, bed_account(bed, 0), request);

	run_note(run, "%s -> %s: %s", what, bed_status_name(done.status),
		 done.reason != NULL ? done.reason : "");
	EXPECT(run, done.status != BSN_OK, "%s must be refused; it is not",
	       what);
	EXPECT(run, done.status > BSN_OK,
	       "%s is the caller's mistake and must be answered with a status "
	       "above 0; it is %s",
	       what, bed_status_name(done.status));
}

static void
refuses_mistakes(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	bsn_tx_request request = { .kind = BSN_TX_INVOKE,
				   .contract = bsn_slice_str("no-such-one"),
				   .function = bsn_slice_str("no_such_one"),
				   .args = bsn_slice_str("[]") };

	must_be_refused(bed, "a contract that does not exist", &request);
	request.contract = bsn_slice_str(bed_name(bed, 0));
	must_be_refused(bed, "a function that does not exist", &request);
	request.args = bsn_slice_str("[\"");
	must_be_refused(bed, "arguments that are no JSON", &request);
	request.kind = 4711;
	must_be_refused(bed, "a kind of request that does not exist", &request);
	request.kind = BSN_TX_DEPLOY;
	request.args = bsn_slice_str("[]");
	must_be_refused(bed, "a deployment without code", &request);
	bed_put(bed, "after", "all that");
	bed_must_have(bed, 0, "after", "all that");
}

/* begin keeps nothing: what was begun and left costs nothing and hinders
 * nobody. */
static void
keeps_nothing(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	const bsn_tx_request request = {
		.kind = BSN_TX_UNINSTALL,
		.contract = bsn_slice_str(bed_name(bed, 0)),
	};
	guint64 before = txs_of(bed);

	for (guint i = 0; i < 50; i++)
		bed_build(bed, 0, bed_account(bed, 0), &request);
	run_note(run, "50 transactions were built and never submitted");
	bed_pass(bed, 10000);
	EXPECT(run, txs_of(bed) == before,
	       "what is built and not submitted must have no effect; the "
	       "ledger has other transactions than before");
	bed_put(bed, "still", "there");
}

/* ---- tx.sign ------------------------------------------------------------- */

static void
signs(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedBuilt built = bed_build_act(bed, 0);

	EXPECT(run, built.rounds >= 1,
	       "a transaction must be signed; it was finished without");
	run_note(run, "%u signature(s) with %s, convention %u", built.rounds,
		 built.algorithm, built.convention);
	EXPECT(run, built.id.len > 0,
	       "a finished transaction must have its id; it has none");
	EXPECT(run,
	       strcmp(built.algorithm,
		      bed_account(bed, 0)->algorithm) == 0,
	       "what is signed with must be the scheme of the chain");
}

typedef struct {
	Bed *bed;
	gboolean restarted;
} Elsewhere;

/* Restarts the node between what is to be signed and its signature. */
static guint32
sign_after_a_restart(const SimKey *key, const bsn_signable *what,
		     guint8 *signature, gpointer data)
{
	Elsewhere *elsewhere = data;
	guint32 len = sim_crypto_sign(key, what->convention, what->message,
				      signature);

	if (!elsewhere->restarted)
		bed_restart(elsewhere->bed, 0);
	elsewhere->restarted = TRUE;
	return len;
}

/* begin keeps nothing, so its answer is signed whenever and wherever. */
static void
signs_elsewhere(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	Elsewhere elsewhere = { bed, FALSE };
	BedDone done;

	bed_set_sign(bed, sign_after_a_restart, &elsewhere);
	done = bed_invoke(bed, 0, 0, SIM_FN_PUT, "signed", "later");
	bed_must_commit(bed, &done,
			"a transaction that was begun before a restart and "
			"signed after it");
	EXPECT(run, elsewhere.restarted, "something must be signed");
	bed_must_have(bed, 0, "signed", "later");
}

/* A transaction with one changed byte is no act of its signer: it may be
 * refused, or be somebody else's, who has no rights. */
static void
resists_tampering(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	SimRandom random = run_random(run, "tx.tampered");
	BedBuilt built = bed_build_act(bed, 0);
	gsize len;
	const guint8 *data = g_bytes_get_data(built.bytes, &len);

	bed_put(bed, "open", "yes");
	for (guint i = 0; i < CHANGES; i++) {
		g_autofree guint8 *copy = g_memdup2(data, len);
		gsize at = (gsize)sim_random_below(&random, len);
		g_autoptr(GBytes) changed = NULL;
		BedDone done;

		copy[at] ^= (guint8)(1u << sim_random_below(&random, 8));
		changed = g_bytes_new(copy, len);
		done = bed_submit(bed, 0, changed);
		run_note(run,
			 "byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
			 " changed -> %s",
			 at, len, bed_status_name(done.status));
		EXPECT(run, done.status >= BSN_OK,
		       "it must be answered with a \"no\"; it is %s",
		       bed_status_name(done.status));
	}
	bed_must_have(bed, 0, "open", "yes");
	bed_put(bed, "open", "still");
	bed_must_have(bed, 0, "open", "still");
}

/* ---- tx.submit-sync, tx.submit-async ------------------------------------- */

static void
commits(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_put(bed, "colour", "blue");

	EXPECT(run, done.block > 0,
	       "a committed transaction must be in a block after the first");
	EXPECT(run, done.id.len > 0, "a committed transaction must have an id");
	bed_must_have(bed, 0, "colour", "blue");
	done = bed_put(bed, "colour", "绿 \"green\"\\");
	bed_must_have(bed, 0, "colour", "绿 \"green\"\\");
}

static void
commits_later(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	bsn_reply *replies[BATCH];

	for (guint i = 0; i < BATCH; i++) {
		g_autofree char *key = g_strdup_printf("k%u", i);
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key,
						  key);

		replies[i] = bed_submit_async(bed, 0, built.bytes);
	}
	run_note(run, "%u transactions submitted one after the other, nobody "
		      "waits", BATCH);
	bed_pass(bed, BED_PATIENCE_MS);
	for (guint i = 0; i < BATCH; i++) {
		g_autofree char *key = g_strdup_printf("k%u", i);

		EXPECT(run, replies[i]->status == BSN_OK,
		       "each must come to its end by itself; number %u is %s: "
		       "%s",
		       i,
		       replies[i]->status == SIM_PENDING
			       ? "not answered"
			       : bed_status_name(replies[i]->status),
		       replies[i]->err.reason);
		bed_must_have(bed, 0, key, key);
	}
}

/* ---- durability ---------------------------------------------------------- */

/* The moment it is answered the node dies, and with it all that was not synced:
 * what was answered is there. */
static void
answered_is_durable(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < KILLS; i++) {
		g_autofree char *key = g_strdup_printf("kept%u", i);
		BedDone done = bed_put(bed, key, key);
		const bsn_reply *found;

		bed_kill(bed, 0);
		bed_boot(bed, 0);
		found = bed_tx(bed, 0, bsn_id_slice(&done.id));
		EXPECT(run,
		       found->status == BSN_OK &&
			       found->tx.stage == BSN_TX_COMMITTED &&
			       found->tx.block == done.block &&
			       found->tx.index == done.index,
		       "a transaction answered as committed in block "
		       "%" G_GUINT64_FORMAT " must be there after a crash; %s",
		       done.block,
		       found->status == BSN_OK ? "it is elsewhere"
					       : found->err.reason);
		bed_must_have(bed, 0, key, key);
	}
}

#define CHECK(id, row, member, function, sentence)                             \
	{ "tx." id,     sentence, row,	 "engine.h: bsn_tx_ops." member,       \
	  LEVEL_TABLE2, 1,	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("build-mistakes", "tx.build", "begin", refuses_mistakes,
	      "A request that cannot be right is refused, with a reason and a "
	      "status above 0."),
	CHECK("build-keeps-nothing", "tx.build", "begin", keeps_nothing,
	      "What is begun and never submitted costs nothing."),
	CHECK("sign", "tx.sign", "sign_round", signs,
	      "A transaction is signed, in rounds, with the chain's scheme, "
	      "and has an id."),
	CHECK("sign-elsewhere", "tx.sign", "sign_round", signs_elsewhere,
	      "A transaction that was begun before a restart is signed after "
	      "it."),
	CHECK("tampered", "tx.sign", "submit", resists_tampering,
	      "A transaction in which a byte was changed is no act of its "
	      "signer."),
	CHECK("commit", "tx.submit-sync", "submit", commits,
	      "What is submitted is committed and takes effect."),
	CHECK("durable", "tx.submit-sync", "submit", answered_is_durable,
	      "What was answered as committed is there after a crash at that "
	      "very moment."),
	CHECK("async", "tx.submit-async", "submit", commits_later,
	      "Transactions for which nobody waits come to their end."),
};
CHECK_GROUP(checks_tx, list);
