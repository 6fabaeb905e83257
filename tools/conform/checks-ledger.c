/* SPDX-License-Identifier: Apache-2.0
 *
 * ledger.*: what a chain says of its ledger agrees with its blocks, and speaks
 * of what is on disk alone.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

#define PUTS 5u
/* Moments of a transaction's way at which a node is killed. */
#define MOMENTS 24u

static const bsn_ledger_info *
info_of(Bed *bed)
{
	const bsn_reply *reply = bed_ledger(bed, 0);

	EXPECT(bed_run_of(bed), reply->status == BSN_OK,
	       "an open chain must say where its ledger stands; %s",
	       reply->err.reason);
	return &reply->ledger;
}

/* Some blocks with transactions of which one failed. */
static Bed *
bed_with_blocks(Run *run, guint *failed)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	for (guint i = 0; i < PUTS; i++)
		bed_put(bed, "key", "value");
	done = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "key", "refused");
	*failed = done.stage == BSN_TX_INVALID ? 1 : 0;
	bed_put(bed, "last", "one");
	return bed;
}

static void
begins_at_zero(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const bsn_ledger_info *info = info_of(bed);

	EXPECT(run, info->invalid_txs == 0,
	       "a new chain must have no invalid transaction; it has "
	       "%" G_GUINT64_FORMAT,
	       (guint64)info->invalid_txs);
	EXPECT(run, info->block_hash.len > 0,
	       "a new chain must have its first block's hash; it has none");
	EXPECT(run, info->bytes > 0,
	       "the first block must have a size; the ledger has 0 bytes");
}

typedef struct {
	guint64 bytes, txs;
	bsn_id last;
} Sum;

static Sum
sum_of_blocks(Bed *bed, guint64 height)
{
	Sum sum = { 0 };

	for (guint64 n = 0; n <= height; n++) {
		const bsn_reply *block = bed_block(bed, 0, n, 0);

		EXPECT(bed_run_of(bed), block->status == BSN_OK,
		       "block %" G_GUINT64_FORMAT " must be there, as the "
		       "height says; %s",
		       n, block->err.reason);
		sum.bytes += block->block.bytes;
		/* Transactions that make the chain what it is are none of its
		 * users'. */
		sum.txs += n > 0 ? block->block.txs : 0;
		sum.last = block->block.hash;
	}
	return sum;
}

static void
agrees_with_blocks(Run *run)
{
	guint failed = 0;
	Bed *bed = bed_with_blocks(run, &failed);
	const bsn_ledger_info *info = info_of(bed);
	guint64 first = bed_block(bed, 0, 0, 0)->block.txs;
	Sum sum = sum_of_blocks(bed, info->height);

	EXPECT(run, info->bytes == sum.bytes,
	       "the ledger's size must be the sum of its blocks', "
	       "%" G_GUINT64_FORMAT " bytes; it is %" G_GUINT64_FORMAT,
	       sum.bytes, (guint64)info->bytes);
	EXPECT(run, info->txs == sum.txs || info->txs == sum.txs + first,
	       "the ledger's count of transactions must be the sum of its "
	       "blocks', %" G_GUINT64_FORMAT "; it is %" G_GUINT64_FORMAT,
	       sum.txs, (guint64)info->txs);
	EXPECT(run, info->invalid_txs == failed,
	       "the ledger must count %u invalid transaction(s); it counts "
	       "%" G_GUINT64_FORMAT,
	       failed, (guint64)info->invalid_txs);
	EXPECT(run,
	       bsn_slice_equal(bsn_id_slice(&info->block_hash),
			       bsn_id_slice(&sum.last)),
	       "the ledger's hash must be that of its latest block; it is "
	       "another");
}

/* The same, number by number. */
static void
must_equal(Run *run, const bsn_ledger_info *before,
	   const bsn_ledger_info *after, const char *when)
{
#define SAME(member)                                                           \
	EXPECT(run, before->member == after->member,                           \
	       "after %s the ledger's " #member " must be %" G_GUINT64_FORMAT  \
	       "; it is %" G_GUINT64_FORMAT,                                   \
	       when, (guint64)before->member, (guint64)after->member)
	SAME(height);
	SAME(bytes);
	SAME(txs);
	SAME(invalid_txs);
#undef SAME
	EXPECT(run,
	       bsn_slice_equal(bsn_id_slice(&before->block_hash),
			       bsn_id_slice(&after->block_hash)) &&
		       bsn_slice_equal(bsn_id_slice(&before->state_hash),
				       bsn_id_slice(&after->state_hash)),
	       "after %s the ledger's hashes must be the same; they are not",
	       when);
}

static void
lasts(Run *run)
{
	guint failed = 0;
	Bed *bed = bed_with_blocks(run, &failed);
	const bsn_ledger_info *before = info_of(bed);

	bed_restart(bed, 0);
	must_equal(run, before, info_of(bed), "a restart");
	bed_pass(bed, 5000);
	bed_kill(bed, 0);
	bed_boot(bed, 0);
	must_equal(run, before, info_of(bed), "a crash");
	bed_put(bed, "one", "more");
	EXPECT(run, info_of(bed)->txs == before->txs + 1,
	       "one more transaction must count as one more; the ledger had "
	       "%" G_GUINT64_FORMAT " and has %" G_GUINT64_FORMAT,
	       (guint64)before->txs, (guint64)info_of(bed)->txs);
}

/* Whatever it says at any moment, a crash at that moment takes nothing of it. */
static void
speaks_of_what_is_durable(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	SimWorld *world = bed_world(bed);

	for (guint moment = 0; moment < MOMENTS; moment++) {
		g_autofree char *key = g_strdup_printf("moment%u", moment);
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, key,
						  "put");
		const bsn_ledger_info *said, *has;

		bed_submit_async(bed, 0, built.bytes);
		for (guint i = 0; i < moment; i++)
			if (!sim_world_step(world))
				break;
		said = info_of(bed);
		bed_kill(bed, 0);
		bed_boot(bed, 0);
		has = info_of(bed);
		EXPECT(run, has->height >= said->height,
		       "the ledger must speak of durable blocks alone; it said "
		       "height %" G_GUINT64_FORMAT
		       " and has, after a crash, %" G_GUINT64_FORMAT,
		       (guint64)said->height, (guint64)has->height);
	}
}

#define CHECK(id, function, sentence)                                          \
	{ "ledger." id, sentence, "ledger.info",                               \
	  "engine.h: bsn_ledger_ops.info", LEVEL_TABLE2, 1, BSN_KIND_ENGINE,   \
	  function, 0 }

static const Check list[] = {
	CHECK("first", begins_at_zero,
	      "A new chain has a first block and nothing else."),
	CHECK("sums", agrees_with_blocks,
	      "Height, size and counts agree with the blocks, one by one."),
	CHECK("restart", lasts,
	      "They are the same after a restart and after a crash."),
	CHECK("durable", speaks_of_what_is_durable,
	      "The ledger speaks of what is on disk, at any moment."),
};
CHECK_GROUP(checks_ledger, list);
