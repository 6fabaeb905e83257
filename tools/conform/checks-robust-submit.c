/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: transactions that were altered, alone and among good ones.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/storm.h"

/* Items of a large batch. */
#define BATCH 1000u
#define NOISE_MAX 300u

static const BedSpec quiet = { .quiet = TRUE };

/* What was altered is not in a block, or as somebody else's. */
static void
judge_altered(Bed *bed, bsn_slice tx, const bsn_reply *reply)
{
	if (reply->status != BSN_OK || storm_recovers(bed))
		return;
	run_note(bed_run_of(bed), "altered: %s", bed_hex(bed, tx));
	run_fail(bed_run_of(bed),
		 "a transaction that was altered must be refused; it is in "
		 "block %" G_GUINT64_FORMAT,
		 (guint64)reply->tx.block);
}

/* Altered ones and, in the middle, a good one, whose reply it returns. */
static bsn_reply *
send_batch(Bed *bed, Storm *storm, GPtrArray *txs)
{
	g_autofree bsn_submission *items = g_new0(bsn_submission, txs->len);
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < txs->len; i++)
		items[i] = (bsn_submission){ .size = sizeof(*items),
					     .tx = storm_slice(txs->pdata[i]) };
	bed_submit_batch(bed, 0, items, txs->len, &err);
	bed_wait_batch(bed, items, txs->len);
	for (guint i = 0; i < txs->len; i++) {
		bsn_reply *reply = items[i].reply;

		storm_answer(storm, reply->status, &reply->err, FALSE);
		if (i == txs->len / 2)
			continue;
		judge_altered(bed, items[i].tx, reply);
		sim_reply_free(reply);
	}
	return items[txs->len / 2].reply;
}

static void
batches(Run *run, Bed *bed, Storm *storm, bsn_slice bait, bsn_slice good,
	guint n)
{
	SimRandom random = run_random(run, "batch");
	g_autoptr(GPtrArray) txs = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	g_autoptr(bsn_reply) reply = NULL;

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(txs, storm_spoil(&random, bait));
	g_byte_array_set_size(txs->pdata[n / 2], 0);
	g_byte_array_append(txs->pdata[n / 2], good.data, (guint)good.len);
	reply = send_batch(bed, storm, txs);
	EXPECT(run,
	       (reply->status == BSN_OK &&
		reply->tx.stage == BSN_TX_COMMITTED) ||
		       (n > 1 && (reply->status == BSN_BUSY ||
				  reply->status == BSN_TOO_LARGE)),
	       "a good transaction among %u bad ones must be committed; %s: %s",
	       n - 1, bed_status_name(reply->status), reply->err.reason);
}

static bsn_slice
put_tx(Bed *bed, const char *value)
{
	BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "k", value);
	gsize len;
	const void *data = g_bytes_get_data(built.bytes, &len);

	return bsn_slice_of(data, len);
}

static void
submit_one(Bed *bed, Storm *storm, bsn_slice tx)
{
	g_autoptr(GBytes) bytes = g_bytes_new(tx.data, tx.len);
	BedDone done = bed_submit(bed, 0, bytes);

	storm_answer(storm, done.reply->status, &done.reply->err, FALSE);
	judge_altered(bed, tx, done.reply);
}

static void
submits_wrong(Run *run, Bed *bed, Storm *storm, bsn_slice good)
{
	SimRandom random = run_random(run, "submit");

	for (guint i = 0; i < run->cases * 20; i++) {
		g_autoptr(GByteArray) a = storm_spoil(&random, good);
		g_autoptr(GByteArray) b = storm_noise(&random, NOISE_MAX);

		submit_one(bed, storm, storm_slice(a));
		submit_one(bed, storm, storm_slice(b));
	}
	for (guint64 len = 0; len < good.len; len++)
		submit_one(bed, storm, bsn_slice_of(good.data, len));
}

static void
submits(Run *run)
{
	Bed *bed = bed_with_contract(run, &quiet);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	Standing before = standing_of(bed, 0);
	bsn_slice bait;
	Storm storm;

	storm_begin(&storm, run, "bsn_tx_ops.submit");
	bait = put_tx(bed, "here");
	submits_wrong(run, bed, &storm, bait);
	if (storm_recovers(bed))
		before = standing_of(bed, 0);
	status = bed_submit_batch(bed, 0, NULL, 0, &err);
	storm_answer(&storm, status, &err, TRUE);
	standing_check(bed, 0, &before);
	batches(run, bed, &storm, bait, put_tx(bed, "alone"), 1);
	batches(run, bed, &storm, bait, put_tx(bed, "among others"),
		BATCH);
	storm_end(&storm);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("robust.submit",
	       "A transaction that was altered is refused, alone and among "
	       "good ones.",
	       "engine.h: bsn_tx_ops.submit", submits),
};
CHECK_GROUP(checks_robust_submit, list);
