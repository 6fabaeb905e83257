/* SPDX-License-Identifier: Apache-2.0
 *
 * tx.*: a transaction that is given again takes effect once, whatever became of
 * it the first time.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

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
	if (first.bytes == NULL) {
		run_note(run, "it was refused before there was anything to "
			      "submit");
		return;
	}
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

/* Of those that are said to be committed all are the same one. */
static void
judge(Bed *bed, const bsn_submission *items)
{
	Run *run = bed_run_of(bed);
	const bsn_tx_result *first = NULL;

	for (guint i = 0; i < TIMES; i++) {
		const bsn_reply *reply = items[i].reply;
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

/* In one batch, then one by one: before any of them is in a block. */
static void
give_all(Bed *bed, GBytes *bytes, bsn_submission *items)
{
	bsn_err err = BSN_ERR_INIT;
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	int32_t status;

	for (guint i = 0; i < TIMES; i++)
		items[i] = (bsn_submission){ .size = sizeof(*items),
					     .tx = bsn_slice_of(data, len) };
	status = bed_submit_batch(bed, 0, items, TIMES, &err);
	EXPECT(bed_run_of(bed), status == BSN_OK,
	       "a batch with a transaction %u times must be taken, and each "
	       "answered by itself; it is %s: %s",
	       TIMES, bed_status_name(status), err.reason);
	for (guint i = 0; i < TIMES; i++)
		bed_submit_async(bed, 0, bytes);
}

static void
takes_one_that_waits(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	GBytes *bytes =
		bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "once", "1").bytes;
	bsn_submission items[TIMES];
	guint64 txs = effective_txs(bed);

	give_all(bed, bytes, items);
	bed_wait_batch(bed, items, TIMES);
	bed_pass(bed, BED_PATIENCE_MS);
	judge(bed, items);
	EXPECT(run, effective_txs(bed) == txs + 1,
	       "a transaction that is given %u times must count once; the "
	       "ledger counts %" G_GUINT64_FORMAT " more",
	       2 * TIMES, effective_txs(bed) - txs);
	bed_must_have(bed, 0, "once", "1");
	for (guint i = 0; i < TIMES; i++)
		sim_reply_free(items[i].reply);
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
