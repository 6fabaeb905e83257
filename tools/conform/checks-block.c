/* SPDX-License-Identifier: Apache-2.0
 *
 * block.*: blocks are linked, complete, found by number, hash and transaction,
 * and their hashes stand for what they hold.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/conform/claim.h"

#define PUTS 6u
#define SET_BACK_MS 600000

static Bed *
bed_with_blocks(Run *run, BedDone *dones)
{
	Bed *bed = bed_with_contract(run, NULL);

	for (guint i = 0; i < PUTS; i++) {
		g_autofree char *key = g_strdup_printf("key%u", i);

		dones[i] = bed_put(bed, key, "value");
		bed_pass(bed, 700);
	}
	return bed;
}

static const bsn_block_info *
block_of(Bed *bed, guint64 number, guint64 want)
{
	const bsn_reply *reply = bed_block(bed, 0, number, want);

	EXPECT(bed_run_of(bed), reply->status == BSN_OK,
	       "block %" G_GUINT64_FORMAT " must be there; %s", number,
	       reply->err.reason);
	EXPECT(bed_run_of(bed), reply->block.number == number,
	       "block %" G_GUINT64_FORMAT " was asked for; it is number "
	       "%" G_GUINT64_FORMAT,
	       number, (guint64)reply->block.number);
	return &reply->block;
}

static guint64
height_of(Bed *bed)
{
	return bed_ledger(bed, 0)->ledger.height;
}

/* ---- the chain of blocks ------------------------------------------------- */

static void
is_linked(Run *run)
{
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	const bsn_block_info *before = block_of(bed, 0, 0);
	guint64 height = height_of(bed);

	for (uint32_t i = 0; i < before->previous_hash.len; i++)
		EXPECT(run, before->previous_hash.bytes[i] == 0,
		       "the first block's previous hash must be all zero "
		       "bytes; it is %s",
		       bed_hex(bed, bsn_id_slice(&before->previous_hash)));
	for (guint64 n = 1; n <= height; n++) {
		const bsn_block_info *block = block_of(bed, n, 0);

		EXPECT(run,
		       bsn_slice_equal(bsn_id_slice(&block->previous_hash),
				       bsn_id_slice(&before->hash)),
		       "block %" G_GUINT64_FORMAT
		       " must name the hash of the block before it, %s; it "
		       "names %s",
		       n, bed_hex(bed, bsn_id_slice(&before->hash)),
		       bed_hex(bed, bsn_id_slice(&block->previous_hash)));
		EXPECT(run,
		       !bsn_slice_equal(bsn_id_slice(&block->hash),
					bsn_id_slice(&before->hash)),
		       "two blocks must have two hashes; block "
		       "%" G_GUINT64_FORMAT " has that of the one before",
		       n);
		before = block;
	}
}

/* Somebody sets the clock back. */
static void
set_clock_back(Bed *bed)
{
	bed_world(bed)->nodes[0].wall_off_ms -= SET_BACK_MS;
	run_note(bed_run_of(bed), "the clock is set back by %d s",
		 SET_BACK_MS / 1000);
	bed_put(bed, "after", "that");
	bed_put(bed, "and", "later");
}

static void
is_timed(Run *run)
{
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	guint64 now_ms = SIM_START_MS + bed_world(bed)->now_us / 1000;
	guint64 before = 0, height;

	set_clock_back(bed);
	height = height_of(bed);
	for (guint64 n = 0; n <= height; n++) {
		guint64 time_ms = block_of(bed, n, 0)->time_ms;

		EXPECT(run, time_ms >= before,
		       "blocks' times must not go back; block "
		       "%" G_GUINT64_FORMAT " is %" G_GUINT64_FORMAT
		       " ms before the one before it",
		       n, before - time_ms);
		EXPECT(run, n == 0 || time_ms >= SIM_START_MS - 1000,
		       "a block's time must be in milliseconds since 1970 and "
		       "near the clock's; block %" G_GUINT64_FORMAT
		       " has %" G_GUINT64_FORMAT,
		       n, time_ms);
		EXPECT(run, time_ms <= now_ms + 60000,
		       "a block must not be of the future; block "
		       "%" G_GUINT64_FORMAT " is %" G_GUINT64_FORMAT
		       " ms ahead of the clock",
		       n, time_ms - now_ms);
		before = time_ms;
	}
}

/* ---- what a block says of itself ----------------------------------------- */

static void
is_counted(Run *run)
{
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	guint64 height;

	bed_invoke(bed, 0, 0, SIM_FN_FAIL, "key", "refused");
	height = height_of(bed);
	for (guint64 n = 0; n <= height; n++) {
		const bsn_block_info *block =
			block_of(bed, n, BSN_BLOCK_WITH_TXS |
						 BSN_BLOCK_WITH_RAW);
		const char *raw = bed_detail(bed, block->detail, "/raw");
		guint64 txs = 0;

		for (;; txs++) {
			g_autofree char *at = g_strdup_printf(
				"/txs/%" G_GUINT64_FORMAT, txs);

			if (bed_detail(bed, block->detail, at) == NULL)
				break;
		}
		EXPECT(run, txs == block->txs,
		       "block %" G_GUINT64_FORMAT " says that it has "
		       "%" G_GUINT64_FORMAT " transactions and must show as "
		       "many (detail.txs); it shows %" G_GUINT64_FORMAT,
		       n, (guint64)block->txs, txs);
		EXPECT(run, raw != NULL,
		       "block %" G_GUINT64_FORMAT " must be given as it is "
		       "encoded when that is wanted (detail.raw); it is not",
		       n);
		raw += g_str_has_prefix(raw, "0x") ? 2 : 0;
		EXPECT(run,
		       claim_says(run, "block.info", "/raw", "proof")
			       ? strlen(raw) >= 2 * block->bytes
			       : strlen(raw) == 2 * block->bytes,
		       "block %" G_GUINT64_FORMAT " says that it has "
		       "%" G_GUINT64_FORMAT " bytes; as encoded it has "
		       "%" G_GUINT64_FORMAT,
		       n, (guint64)block->bytes, (guint64)strlen(raw) / 2);
	}
}

static void
must_be_in_its_block(Bed *bed, const BedDone *done)
{
	const bsn_block_query query = {
		.size = sizeof(query),
		.by = BSN_BLOCK_BY_TX,
		.id = bsn_id_slice(&done->id),
	};
	const bsn_reply *found = bed_block_query(bed, 0, &query);
	Run *run = bed_run_of(bed);

	EXPECT(run, found->status == BSN_OK,
	       "the block of a transaction must be found by the transaction's "
	       "id, with effect or without; %s",
	       found->err.reason);
	EXPECT(run, found->block.number == done->block,
	       "it must be block %" G_GUINT64_FORMAT "; it is %" G_GUINT64_FORMAT,
	       done->block, (guint64)found->block.number);
	EXPECT(run, done->index < found->block.txs,
	       "a transaction at %" G_GUINT64_FORMAT
	       " must be inside its block of %" G_GUINT64_FORMAT,
	       done->index, (guint64)found->block.txs);
}

static void
holds_what_was_answered(Run *run)
{
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	BedDone failed = bed_invoke(bed, 0, 0, SIM_FN_FAIL, "key", "refused");

	for (guint i = 0; i < PUTS; i++)
		must_be_in_its_block(bed, &dones[i]);
	if (failed.stage == BSN_TX_INVALID)
		must_be_in_its_block(bed, &failed);
}

/* ---- finding ------------------------------------------------------------- */

static void
must_be_same(Bed *bed, const bsn_reply *found, const bsn_block_info *block,
	     const char *by)
{
	EXPECT(bed_run_of(bed), found->status == BSN_OK,
	       "block %" G_GUINT64_FORMAT " must be found by its %s; %s",
	       (guint64)block->number, by, found->err.reason);
	EXPECT(bed_run_of(bed),
	       found->block.number == block->number &&
		       found->block.bytes == block->bytes &&
		       found->block.txs == block->txs &&
		       found->block.time_ms == block->time_ms &&
		       bsn_slice_equal(bsn_id_slice(&found->block.hash),
				       bsn_id_slice(&block->hash)),
	       "block %" G_GUINT64_FORMAT " must be the same however it is "
	       "found; by its %s it is another",
	       (guint64)block->number, by);
}

static void
must_not_be(Bed *bed, const bsn_block_query *query, const char *what)
{
	const bsn_reply *found = bed_block_query(bed, 0, query);

	EXPECT(bed_run_of(bed), found->status == BSN_NOT_FOUND,
	       "%s must be answered with not-found; it is %s", what,
	       bed_status_name(found->status));
}

static void
is_found(Run *run)
{
	static const guint8 nobody[32] = { 0x17, 0x42 };
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	guint64 height = height_of(bed);
	bsn_block_query query = { .size = sizeof(query) };

	for (guint64 n = 0; n <= height; n++) {
		const bsn_block_info *block = block_of(bed, n, 0);

		query.by = BSN_BLOCK_BY_HASH;
		query.id = bsn_id_slice(&block->hash);
		must_be_same(bed, bed_block_query(bed, 0, &query), block,
			     "hash");
	}
	query.by = BSN_BLOCK_LATEST;
	must_be_same(bed, bed_block_query(bed, 0, &query),
		     block_of(bed, height, 0), "being the latest");
	query.by = BSN_BLOCK_BY_NUMBER;
	query.number = height + 1;
	must_not_be(bed, &query, "a number beyond the latest block's");
	query.number = G_MAXUINT64;
	must_not_be(bed, &query, "the greatest number there is");
	query.id = bsn_slice_of(nobody, sizeof(nobody));
	query.by = BSN_BLOCK_BY_HASH;
	must_not_be(bed, &query, "a hash that no block has");
	query.by = BSN_BLOCK_BY_TX;
	must_not_be(bed, &query, "a transaction that is in no block");
}

static void
lasts(Run *run)
{
	BedDone dones[PUTS];
	Bed *bed = bed_with_blocks(run, dones);
	guint64 height = height_of(bed);
	g_autoptr(GPtrArray) before = g_ptr_array_new();

	for (guint64 n = 0; n <= height; n++)
		g_ptr_array_add(before, (gpointer)block_of(bed, n, 0));
	bed_restart(bed, 0);
	for (guint64 n = 0; n <= height; n++)
		must_be_same(bed, bed_block(bed, 0, n, 0), before->pdata[n],
			     "number, after a restart");
}

/* ---- hashes -------------------------------------------------------------- */

/* The same chain again, from the same genesis, with these transactions: the hash
 * of the block of the last one. */
static bsn_id
hash_with(Run *run, GBytes *deployment, GBytes *put, const char *what)
{
	Bed *bed = bed_new(run, NULL);
	BedDone done = bed_submit(bed, 0, deployment);
	bsn_id hash;

	bed_must_commit(bed, &done, "the same deployment on the same chain");
	done = bed_submit(bed, 0, put);
	bed_must_commit(bed, &done, what);
	hash = block_of(bed, done.block, 0)->hash;
	run_note(run, "the chain with %s: block %s", what,
		 bed_hex(bed, bsn_id_slice(&hash)));
	bed_free(bed);
	return hash;
}

/* Three chains from one genesis; one of them has another transaction. */
static void
hash_covers(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	BedDone deployed = bed_deploy(bed, 0, 0, 1);
	GBytes *a = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "key", "a").bytes;
	GBytes *b = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "key", "b").bytes;
	bsn_id one, again, other;

	bed_must_commit(bed, &deployed, "the deployment of version 1");
	one = hash_with(run, deployed.bytes, a, "put a");
	again = hash_with(run, deployed.bytes, a, "put a");
	other = hash_with(run, deployed.bytes, b, "put b");
	EXPECT(run, bsn_slice_equal(bsn_id_slice(&one), bsn_id_slice(&again)),
	       "the same transactions on the same chain must give the same "
	       "block; the hashes differ");
	EXPECT(run, !bsn_slice_equal(bsn_id_slice(&one), bsn_id_slice(&other)),
	       "a block's hash must stand for its transactions; it is the "
	       "same with another one");
	EXPECT(run, one.len >= 32,
	       "a block's hash must have 32 bytes or more; it has %u",
	       one.len);
}

#define CHECK(id, function, sentence)                                          \
	{ "block." id, sentence, "block.info", "engine.h: bsn_block_ops.get",  \
	  LEVEL_TABLE2, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("linked", is_linked,
	      "Each block names the hash of the one before it; the first, "
	      "zeros."),
	CHECK("time", is_timed,
	      "Blocks' times are milliseconds since 1970 and do not go back, "
	      "not even when the clock does."),
	CHECK("counts", is_counted,
	      "A block's size and count are those of what it holds."),
	CHECK("of-transaction", holds_what_was_answered,
	      "A transaction's block is the one that was answered."),
	CHECK("found", is_found,
	      "A block is the same by number, by hash and as the latest; what "
	      "is not there is not found."),
	CHECK("restart", lasts, "Blocks are the same after a restart."),
	CHECK("hash", hash_covers,
	      "A block's hash stands for its transactions."),
};
CHECK_GROUP(checks_block, list);
