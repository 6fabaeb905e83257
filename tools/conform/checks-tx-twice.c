/* SPDX-License-Identifier: Apache-2.0
 *
 * tx.*: a transaction that is given again takes effect once, whatever became of
 * it the first time.
 */
#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* How often it is given, in a batch and one by one. */
#define TIMES 3u

/* Transactions in blocks that took effect. Chains on which a block may hold one
 * again, marked invalid, count that one among both. */
static guint64
effective_txs(Bed *bed)
{
	const bsn_ledger_info *info = &bed_ledger(bed, 0)->ledger;

	return info->txs - info->invalid_txs;
}

/* ---- that is in a block -------------------------------------------------- */

static gboolean
is_the_first(const BedDone *again, const BedDone *first)
{
	return again->status == BSN_OK && again->stage == BSN_TX_COMMITTED &&
	       again->block == first->block && again->index == first->index;
}

static void
takes_once(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone first = bed_put(bed, "once", "1");
	guint64 txs;

	bed_put(bed, "once", "2");
	txs = effective_txs(bed);
	for (guint i = 0; i < TIMES; i++) {
		BedDone again = bed_submit(bed, 0, first.bytes);

		run_note(run, "the same transaction again -> %s: %s",
			 bed_status_name(again.status),
			 again.reason != NULL ? again.reason : "");
		EXPECT(run,
		       again.status > BSN_OK || is_the_first(&again, &first),
		       "a transaction that is in a block must be refused when "
		       "it comes again; it is %s",
		       bed_status_name(again.status));
		EXPECT(run, effective_txs(bed) == txs,
		       "a transaction that comes again must not be counted "
		       "again");
		bed_must_have(bed, 0, "once", "2");
		bed_restart(bed, 0);
	}
}

/* ---- that had no effect -------------------------------------------------- */

/* It stays without, and is found as what it was. */
static void
fails_once(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone first = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "once", "refused");
	guint64 txs = effective_txs(bed);

	bed_must_refuse(bed, &first, "a transaction that its contract refuses");
	if (first.bytes == NULL)
		run_not_claimed(run, "what a contract refuses is not built");
	for (guint i = 0; i < TIMES; i++) {
		BedDone again = bed_submit(bed, 0, first.bytes);

		bed_must_refuse(bed, &again,
				"a transaction without effect, given again,");
		EXPECT(run, effective_txs(bed) == txs,
		       "a transaction without effect must have none when it "
		       "is given again; one more is counted");
		bed_must_have(bed, 0, "once", "");
		bed_restart(bed, 0);
	}
}

/* ---- that waits ---------------------------------------------------------- */

typedef struct {
	bsn_submission items[TIMES];
	guint n;
	int32_t status;
	bsn_err err;
} Batch;

static void
submit_batch(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	Batch *batch = data;

	batch->status = engine->tx->submit(ledger, batch->items, batch->n,
					   &batch->err);
	for (guint i = 0; i < batch->n; i++)
		sim_reply_asked(batch->items[i].reply, batch->status);
}

static gboolean
is_answered(gpointer data)
{
	const Batch *batch = data;

	for (guint i = 0; i < batch->n; i++)
		if (batch->items[i].reply->status == SIM_PENDING)
			return FALSE;
	return TRUE;
}

/* Of those that are said to be committed all are the same one. */
static void
judge(Bed *bed, const Batch *batch)
{
	Run *run = bed_run_of(bed);
	const bsn_tx_result *first = NULL;

	for (guint i = 0; i < batch->n; i++) {
		const bsn_reply *reply = batch->items[i].reply;
		const bsn_tx_result *tx = &reply->tx;

		run_note(run, "number %u -> %s: %s", i,
			 bed_status_name(reply->status), reply->err.reason);
		if (reply->status != BSN_OK || tx->stage != BSN_TX_COMMITTED)
			continue;
		EXPECT(run,
		       first == NULL || (tx->block == first->block &&
					 tx->index == first->index),
		       "a transaction that is given again while it waits must "
		       "be committed once; it is in block %" G_GUINT64_FORMAT
		       " at %" G_GUINT64_FORMAT " and in block "
		       "%" G_GUINT64_FORMAT " at %" G_GUINT64_FORMAT,
		       (guint64)first->block, (guint64)first->index,
		       (guint64)tx->block, (guint64)tx->index);
		first = tx;
	}
	EXPECT(run, first != NULL,
	       "a transaction that is given several times must be committed; "
	       "none of them is");
}

/* Some in one batch, then one by one: before any of them is in a block. */
static void
give_all(Bed *bed, GBytes *bytes, Batch *batch)
{
	bsn_chain *chain = bed_chain(bed, 0);
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	for (guint i = 0; i < batch->n; i++)
		batch->items[i] = (bsn_submission){
			sizeof(*batch->items), 0, bsn_slice_of(data, len),
			sim_reply_new(chain, SIM_ANSWER_TX_STAGES)
		};
	bed_tell(bed, 0, submit_batch, batch);
	EXPECT(bed_run_of(bed), batch->status == BSN_OK,
	       "a batch with a transaction %u times must be taken, and each "
	       "answered by itself; it is %s: %s",
	       batch->n, bed_status_name(batch->status), batch->err.reason);
	for (guint i = 0; i < TIMES; i++)
		bed_submit_async(bed, 0, bytes);
}

static void
takes_one_that_waits(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	GBytes *bytes =
		bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "once", "1").bytes;
	Batch batch = { .n = TIMES, .err = { .size = sizeof(bsn_err) } };
	guint64 txs = effective_txs(bed);

	give_all(bed, bytes, &batch);
	EXPECT(run, bed_until(bed, is_answered, &batch),
	       "each of %u in a batch must be answered", batch.n);
	bed_pass(bed, BED_PATIENCE_MS);
	judge(bed, &batch);
	EXPECT(run, effective_txs(bed) == txs + 1,
	       "a transaction that is given %u times must count once; the "
	       "ledger counts %" G_GUINT64_FORMAT " more",
	       2 * TIMES, effective_txs(bed) - txs);
	bed_must_have(bed, 0, "once", "1");
	for (guint i = 0; i < batch.n; i++)
		sim_reply_free(batch.items[i].reply);
}

#define CHECK(id, function, sentence)                                          \
	{ "tx." id, sentence, "tx.submit-sync", "engine.h: bsn_tx_ops.submit", \
	  LEVEL_TABLE2, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("replay", takes_once,
	      "A transaction that is in a block is not taken again, also "
	      "after a restart."),
	CHECK("replay-failed", fails_once,
	      "A transaction without effect has none when it is given again."),
	CHECK("replay-waiting", takes_one_that_waits,
	      "A transaction that is given several times before it is in a "
	      "block, in one batch or one by one, takes effect once."),
};
CHECK_GROUP(checks_tx_twice, list);
