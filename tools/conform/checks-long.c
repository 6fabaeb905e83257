/* SPDX-License-Identifier: Apache-2.0
 *
 * block.long, event.long: a chain that is longer than a byte counts, and than
 * one answer covers.
 */
#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* Transactions that emit an event, one a block at most. */
#define EMITS 300u

typedef struct {
	Bed *bed;
	BedDone dones[EMITS];
	guint64 height;
} Long;

static void
grow(Run *run, Long *chain)
{
	const BedSpec quiet = { .quiet = TRUE };

	chain->bed = bed_with_contract(run, &quiet);
	for (guint i = 0; i < EMITS; i++) {
		g_autofree char *text = g_strdup_printf("word %u", i);

		chain->dones[i] = bed_invoke(chain->bed, 0, 0, SIM_FN_EMIT,
					     "key", text);
		bed_must_commit(chain->bed, &chain->dones[i],
				"a transaction that emits an event");
	}
	chain->height = bed_ledger(chain->bed, 0)->ledger.height;
	run_note(run, "%u transactions, each with an event: "
		      "%" G_GUINT64_FORMAT " blocks",
		 EMITS, chain->height);
}

/* ---- blocks -------------------------------------------------------------- */

static const char *
way_name(guint32 by)
{
	static const char *const names[] = { "being the latest", "its number",
					     "its hash", "its transaction" };

	return names[by];
}

static const bsn_block_info *
find(Bed *bed, guint32 by, guint64 number, bsn_slice id)
{
	const bsn_block_query query = { sizeof(query), by, number, id, 0 };
	const bsn_reply *reply = bed_block_query(bed, 0, &query);

	EXPECT(bed_run_of(bed),
	       reply->status == BSN_OK && reply->block.number == number,
	       "block %" G_GUINT64_FORMAT " must be found by %s; %s", number,
	       way_name(by),
	       reply->status == BSN_OK ? "another one is"
				       : reply->err.reason);
	return &reply->block;
}

static void
must_be_whole(Long *chain)
{
	const bsn_slice none = { NULL, 0 };
	Bed *bed = chain->bed;
	const bsn_block_info *before =
		find(bed, BSN_BLOCK_BY_NUMBER, 0, none);

	for (guint64 n = 1; n <= chain->height; n++) {
		const bsn_block_info *block =
			find(bed, BSN_BLOCK_BY_NUMBER, n, none);

		EXPECT(bed_run_of(bed),
		       bsn_slice_equal(bsn_id_slice(&block->previous_hash),
				       bsn_id_slice(&before->hash)),
		       "block %" G_GUINT64_FORMAT " must name the hash of the "
		       "block before it; it does not",
		       n);
		find(bed, BSN_BLOCK_BY_HASH, n, bsn_id_slice(&block->hash));
		before = block;
	}
	find(bed, BSN_BLOCK_LATEST, chain->height, none);
	for (guint i = 0; i < EMITS; i++)
		find(bed, BSN_BLOCK_BY_TX, chain->dones[i].block,
		     bsn_id_slice(&chain->dones[i].id));
}

static void
has_all_blocks(Run *run)
{
	Long chain;

	grow(run, &chain);
	must_be_whole(&chain);
	bed_restart(chain.bed, 0);
	must_be_whole(&chain);
	run_note(run, "each is found by number, hash and transaction, before "
		      "and after a restart");
}

/* ---- events -------------------------------------------------------------- */

typedef struct {
	guint64 block; /* of the last event of a block */
	guint emits;   /* events of contracts so far */
} Seen;

static void
see(Long *chain, Seen *seen, const bsn_event *event)
{
	Run *run = bed_run_of(chain->bed);

	if (event->kind == BSN_EVENT_BLOCK) {
		EXPECT(run, event->block == seen->block + 1,
		       "after the event of block %" G_GUINT64_FORMAT
		       " that of the next one must come; it is of block "
		       "%" G_GUINT64_FORMAT,
		       seen->block, (guint64)event->block);
		seen->block++;
		return;
	}
	EXPECT(run,
	       seen->emits < EMITS && event->block == seen->block &&
		       bsn_slice_equal(
			       bsn_id_slice(&event->tx_id),
			       bsn_id_slice(&chain->dones[seen->emits].id)),
	       "events of contracts must come in the order of their "
	       "transactions, behind their block's; number %u, in block "
	       "%" G_GUINT64_FORMAT ", does not",
	       seen->emits, (guint64)event->block);
	seen->emits++;
}

/* All of them, however many answers that takes. */
static void
must_have_all_events(Long *chain)
{
	Run *run = bed_run_of(chain->bed);
	Seen seen = { 0, 0 };
	guint answers = 0;

	for (guint64 from = 1; from <= chain->height; answers++) {
		const bsn_reply *reply =
			bed_events(chain->bed, 0, from, chain->height);

		EXPECT(run,
		       reply->status == BSN_OK && reply->events_next > from,
		       "a replay from block %" G_GUINT64_FORMAT
		       " must give one block at least; %s",
		       from, reply->err.reason);
		for (guint i = 0; i < reply->events->len; i++)
			see(chain, &seen,
			    &g_array_index(reply->events, bsn_event, i));
		EXPECT(run, seen.block + 1 == reply->events_next,
		       "a replay that says that block %" G_GUINT64_FORMAT
		       " is next must have given all before it; the last one "
		       "it gave is %" G_GUINT64_FORMAT,
		       (guint64)reply->events_next, seen.block);
		from = reply->events_next;
	}
	run_note(run, "%u events of contracts in %u answers", seen.emits,
		 answers);
	EXPECT(run, seen.emits == EMITS,
	       "%u events of contracts must be given; %u are", EMITS,
	       seen.emits);
}

static void
has_all_events(Run *run)
{
	Long chain;

	grow(run, &chain);
	must_have_all_events(&chain);
	bed_restart(chain.bed, 0);
	must_have_all_events(&chain);
}

#define CHECK(id, row, member, function, sentence)                             \
	{ id,		sentence, row, "engine.h: " member,                    \
	  LEVEL_TABLE2, 1,	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("block.long", "block.info", "bsn_block_ops.get", has_all_blocks,
	      "Each of hundreds of blocks is found by number, hash and "
	      "transaction, also after a restart."),
	CHECK("event.long", "event.block", "bsn_event_ops.replay",
	      has_all_events,
	      "The events of hundreds of blocks are given once and in order, "
	      "however many answers that takes."),
};
CHECK_GROUP(checks_long, list);
