/* SPDX-License-Identifier: Apache-2.0
 *
 * function.multi-chain-*: what one app chain holds no other one has, though
 * keys, accounts and contracts have the same names.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/pair.h"

/* ---- what one holds, the other has not ----------------------------------- */

static void
keeps_contracts_apart(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	const bsn_reply *found, *before = bed_list(right, 0, 0, 100);
	BedValue value;

	pair_deploy(left);
	found = bed_contract(right, 0, bed_name(right, 0));
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "a contract of one chain must not be found in another; get "
	       "answers %s",
	       bed_status_name(found->status));
	found = bed_list(right, 0, 0, 100);
	EXPECT(run,
	       g_strcmp0(bed_json(right, found, "/contracts"),
			 bed_json(right, before, "/contracts")) == 0,
	       "the list of one chain must not have another one's contracts");
	value = bed_call(right, 0, SIM_FN_VERSION, "", 0);
	bed_must_refuse_call(right, &value,
			     "a call of a contract of another chain");
}

static void
keeps_state_apart(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");

	pair_deploy(left);
	pair_deploy(right);
	bed_put(left, "place", "left");
	bed_must_have(right, 0, "place", "");
	bed_put(right, "place", "right");
	bed_must_have(left, 0, "place", "left");
	bed_restart(left, 0);
	bed_restart(right, 0);
	bed_must_have(left, 0, "place", "left");
	bed_must_have(right, 0, "place", "right");
}

/* ---- transactions, blocks, events -------------------------------- */

static void
keeps_transactions_apart(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	bsn_block_query query = { .size = sizeof(query),
				  .by = BSN_BLOCK_BY_TX };
	const bsn_reply *found;
	BedDone done;

	pair_deploy(left);
	done = bed_put(left, "only", "left");
	found = bed_tx(right, 0, bsn_id_slice(&done.id));
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "a transaction of another chain must not be found; get answers "
	       "%s",
	       bed_status_name(found->status));
	query.id = bsn_id_slice(&done.id);
	found = bed_block_query(right, 0, &query);
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "a block must not be found by a transaction of another chain; "
	       "get answers %s",
	       bed_status_name(found->status));
}

static void
must_not_know(Bed *bed, const bsn_id *hash, const char *when)
{
	const bsn_block_query query = { .size = sizeof(query),
					.by = BSN_BLOCK_BY_HASH,
					.id = bsn_id_slice(hash) };
	const bsn_reply *found = bed_block_query(bed, 0, &query);

	EXPECT(bed_run_of(bed), found->status == BSN_NOT_FOUND,
	       "a block of another chain must not be found by its hash %s; "
	       "get answers %s",
	       when, bed_status_name(found->status));
}

static void
keeps_blocks_apart(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	const bsn_reply *found;
	bsn_id hash;
	BedDone done;

	pair_deploy(left);
	done = bed_put(left, "only", "left");
	hash = bed_block(left, 0, done.block, 0)->block.hash;
	found = bed_block(right, 0, done.block, 0);
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "block %" G_GUINT64_FORMAT " must not be found in a chain that "
	       "has none yet; get answers %s",
	       done.block, bed_status_name(found->status));
	must_not_know(right, &hash, "while both are open");
	bed_restart(right, 0);
	must_not_know(right, &hash, "after a restart");
	pair_deploy(right);
	must_not_know(right, &hash, "once there are blocks of its own");
}

static void
keeps_events_apart(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	const bsn_reply *events;
	BedDone done;

	pair_deploy(left);
	pair_deploy(right);
	for (guint i = 0; i < 3; i++) {
		done = bed_invoke(left, 0, 0, SIM_FN_EMIT, "", PAIR_MARKER);
		bed_must_commit(left, &done, "a transaction with an event");
	}
	done = bed_put(right, "no", "event");
	events = bed_events(right, 0, 0, done.block + 10);
	for (guint i = 0; i < events->events->len; i++)
		EXPECT(run,
		       g_array_index(events->events, bsn_event, i).block <=
			       done.block,
		       "events of one chain must be of its own blocks; there "
		       "is one of block %" G_GUINT64_FORMAT,
		       (guint64)g_array_index(events->events, bsn_event, i)
			       .block);
	EXPECT(run, bed_mentions(right, PAIR_MARKER) == NULL,
	       "what another chain emitted must not be among the events of "
	       "this one; it is");
}

/* ---- replay -------------------------------------------------------------- */

static void
refuses_others_transactions(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	guint64 txs;
	BedDone done, again;

	pair_deploy(left);
	pair_deploy(right);
	done = bed_put(left, "paid", "once");
	txs = bed_ledger(right, 0)->ledger.txs;
	again = bed_submit(right, 0, done.bytes);
	run_note(run, "the same transaction to \"right\" -> %s: %s",
		 bed_status_name(again.status), again.reason);
	bed_must_refuse(right, &again, "a transaction of another chain");
	EXPECT(run, again.stage == 0,
	       "a transaction of another chain must be refused at the door; it "
	       "got into block %" G_GUINT64_FORMAT,
	       again.block);
	bed_must_have(right, 0, "paid", "");
	EXPECT(run, bed_ledger(right, 0)->ledger.txs == txs,
	       "a transaction of another chain must not be counted; it is");
	again = bed_submit(right, 0,
			   bed_build_invoke(left, 0, 0, SIM_FN_PUT, "paid",
					    "twice")
				   .bytes);
	bed_must_refuse(right, &again, "a transaction for another chain");
	bed_must_have(right, 0, "paid", "");
}

/* ---- whatever it says ---------------------------------------------------- */

static void
says_nothing_of_others(Run *run)
{
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");
	const char *where;

	pair_deploy(left);
	pair_deploy(right);
	pair_tell(left);
	EXPECT(run, bed_mentions(left, PAIR_MARKER) != NULL,
	       "what a chain was told must be found in that chain");
	pair_ask_everything(right);
	bed_restart(right, 0);
	bed_put(right, "goes", "on");
	pair_ask_everything(right);
	where = bed_mentions(right, PAIR_MARKER);
	EXPECT(run, where == NULL,
	       "what only another chain was told must be nowhere in this one; "
	       "it is in %s",
	       where);
}

#define CHECK(id, function, sentence)                                          \
	{ "function.multi-chain-" id, sentence, "function.multi-chain",        \
	  "host.h: bsn_chain", LEVEL_TABLES, 1, BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("contracts", keeps_contracts_apart,
	      "A chain's contracts are its own: no other chain lists, finds or "
	      "calls them."),
	CHECK("state", keeps_state_apart,
	      "What one chain's contracts hold is in no other chain, though "
	      "names and keys are the same."),
	CHECK("txs", keeps_transactions_apart,
	      "Transactions are found in their own chain alone."),
	CHECK("blocks", keeps_blocks_apart,
	      "Blocks are found in their own chain alone."),
	CHECK("events", keeps_events_apart,
	      "Events are those of a chain's own blocks."),
	CHECK("silence", says_nothing_of_others,
	      "No answer, event, error, log or store of one chain speaks of "
	      "another."),
	CHECK("replay", refuses_others_transactions,
	      "A transaction of one chain is refused by another."),
};
CHECK_GROUP(checks_isolation, list);
