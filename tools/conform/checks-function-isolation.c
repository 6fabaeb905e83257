/* SPDX-License-Identifier: Apache-2.0
 *
 * function.multi-chain-*: app chains of one engine in one process know nothing
 * of each other, though keys, accounts and contracts have the same names.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* Chains of which one works. */
#define CHAINS 50u
/* What only one chain is told. */
#define MARKER "mark4711only0815left"
/* Transactions that wait at once. */
#define WAITING 8u
/* Transactions of the history that is made twice. */
#define HISTORY 6u

static Bed *
chain_named(Run *run, const char *name)
{
	const BedSpec spec = { .chain = name };

	return bed_new(run, &spec);
}

static void
deploy(Bed *bed)
{
	BedDone done = bed_deploy(bed, 0, 0, 1);

	bed_must_commit(bed, &done, "the deployment of version 1");
}

/* ---- what one holds, the other has not ----------------------------------- */

static void
keeps_contracts_apart(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	const bsn_reply *found;
	BedValue value;

	deploy(left);
	found = bed_contract(right, 0, bed_name(right, 0));
	EXPECT(run, found->status == BSN_NOT_FOUND,
	       "a contract of one chain must not be found in another; get "
	       "answers %s",
	       bed_status_name(found->status));
	found = bed_list(right, 0, 0, 100);
	EXPECT(run, bed_json(right, found, "/contracts/0") == NULL,
	       "the list of one chain must not have another one's contracts");
	value = bed_call(right, 0, SIM_FN_VERSION, "", 0);
	bed_must_refuse_call(right, &value,
			     "a call of a contract of another chain");
}

static void
keeps_state_apart(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");

	deploy(left);
	deploy(right);
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
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	bsn_block_query query = { .size = sizeof(query),
				  .by = BSN_BLOCK_BY_TX };
	const bsn_reply *found;
	BedDone done;

	deploy(left);
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
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	const bsn_reply *found;
	bsn_id hash;
	BedDone done;

	deploy(left);
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
	deploy(right);
	must_not_know(right, &hash, "once there are blocks of its own");
}

static void
keeps_events_apart(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	const bsn_reply *events;
	BedDone done;

	deploy(left);
	deploy(right);
	for (guint i = 0; i < 3; i++) {
		done = bed_invoke(left, 0, 0, SIM_FN_EMIT, "", MARKER);
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
	EXPECT(run, bed_mentions(right, MARKER) == NULL,
	       "what another chain emitted must not be among the events of "
	       "this one; it is");
}

/* ---- replay -------------------------------------------------------------- */

static void
refuses_others_transactions(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	guint64 txs;
	BedDone done, again;

	deploy(left);
	deploy(right);
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

/* All that an application, an operator or a neighbour may ask. */
static void
ask_everything(Bed *bed)
{
	guint64 height = bed_ledger(bed, 0)->ledger.height;

	for (guint64 i = 0; i <= height; i++)
		bed_block(bed, 0, i, BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
	bed_events(bed, 0, 0, height);
	bed_members(bed, 0);
	bed_status(bed, 0);
	bed_list(bed, 0, 0, 100);
	bed_contract(bed, 0, bed_name(bed, 0));
	bed_contract(bed, 0, "no such contract");
	bed_call(bed, 0, SIM_FN_GET, "nothing", 0);
	bed_call_named(bed, 0, "no such contract", SIM_FN_GET, "nothing");
	bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", "no");
	bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "x", "no", 0);
}

static void
tell(Bed *bed)
{
	BedDone done;

	bed_put(bed, MARKER, MARKER);
	bed_invoke(bed, 0, 0, SIM_FN_FAIL, "x", MARKER);
	bed_call_at(bed, 0, 0, 0, SIM_FN_FAIL, "x", MARKER, 0);
	if (bed_has(bed, SIM_FN_EMIT)) {
		done = bed_invoke(bed, 0, 0, SIM_FN_EMIT, "", MARKER);
		bed_must_commit(bed, &done, "a transaction with an event");
	}
}

static void
says_nothing_of_others(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");
	const char *where;

	deploy(left);
	deploy(right);
	tell(left);
	EXPECT(run, bed_mentions(left, MARKER) != NULL,
	       "what a chain was told must be found in that chain");
	ask_everything(right);
	bed_restart(right, 0);
	bed_put(right, "goes", "on");
	ask_everything(right);
	where = bed_mentions(right, MARKER);
	EXPECT(run, where == NULL,
	       "what only another chain was told must be nowhere in this one; "
	       "it is in %s",
	       where);
}

/* ---- whatever it counts -------------------------------------------------- */

/* What "right" answers while it is asked everything at four moments, and what
 * "left" does in between, when there is one. */
static GPtrArray *
answers_beside(Run *run, gboolean beside)
{
	Bed *left = beside ? chain_named(run, "left") : NULL;
	Bed *right = chain_named(run, "right");
	GPtrArray *answers;

	deploy(right);
	if (beside)
		deploy(left);
	ask_everything(right);
	for (guint i = 0; beside && i < 5; i++)
		tell(left);
	ask_everything(right);
	for (guint i = 0; beside && i < WAITING; i++)
		bed_submit_async(left, 0,
				 bed_build_invoke(left, 0, 0, SIM_FN_PUT,
						  "waits", "here")
					 .bytes);
	ask_everything(right);
	if (beside)
		bed_kill(left, 0);
	ask_everything(right);
	answers = bed_transcript(right);
	bed_free(right);
	bed_free(left);
	return answers;
}

/* An engine may draw numbers for itself when its first chain is opened, so one
 * has been before. */
static void
answers_as_alone(Run *run)
{
	g_autoptr(GPtrArray) alone = NULL;
	g_autoptr(GPtrArray) beside = NULL;

	bed_free(chain_named(run, "first"));
	alone = answers_beside(run, FALSE);
	run_note(run, "right was asked %u things, alone", alone->len);
	beside = answers_beside(run, TRUE);
	run_note(run, "right was asked %u things, beside left", beside->len);
	EXPECT(run, alone->len == beside->len,
	       "the same must be asked twice; it is %u and %u", alone->len,
	       beside->len);
	for (guint i = 0; i < alone->len; i++)
		EXPECT(run,
		       strcmp(alone->pdata[i], beside->pdata[i]) == 0,
		       "a chain must answer the same whatever another one does; "
		       "alone it says \"%.300s\", beside another one \"%.300s\"",
		       (const char *)alone->pdata[i],
		       (const char *)beside->pdata[i]);
}

/* ---- a life of its own --------------------------------------------------- */

typedef struct {
	GBytes *txs[HISTORY];
	bsn_id hashes[HISTORY + 1]; /* of the block of each, of the last one */
	guint n;
} History;

static bsn_id
hash_of(Bed *bed, guint64 number)
{
	return bed_block(bed, 0, number, 0)->block.hash;
}

/* The transactions are made where the history is made first, since an engine
 * may draw numbers for them. */
static void
live(Bed *bed, History *history)
{
	for (guint i = 0; i < HISTORY; i++) {
		g_autofree char *value = g_strdup_printf("%u", i);
		BedBuilt built;
		BedDone done;

		if (history->txs[i] == NULL) {
			built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "step",
						 value);
			history->txs[i] = g_bytes_ref(built.bytes);
		}
		done = bed_submit(bed, 0, history->txs[i]);
		bed_must_commit(bed, &done, "a transaction of the history");
		history->hashes[i] = hash_of(bed, done.block);
	}
}

/* Alone, in a world of its own. The deployment is made of the same bytes too:
 * that of the first bed is kept. */
static GBytes *
live_alone(Run *run, History *history)
{
	Bed *alone = chain_named(run, "left");
	BedDone done = bed_deploy(alone, 0, 0, 1);
	GBytes *deployment;

	bed_must_commit(alone, &done, "the deployment of version 1");
	deployment = g_bytes_new(g_bytes_get_data(done.bytes, NULL),
				 g_bytes_get_size(done.bytes));
	live(alone, history);
	bed_free(alone);
	return deployment;
}

static void
must_be_alike(Run *run, const History *a, const History *b, const char *what)
{
	for (guint i = 0; i < HISTORY; i++)
		EXPECT(run,
		       memcmp(&a->hashes[i], &b->hashes[i], sizeof(bsn_id)) ==
			       0,
		       "the blocks of a chain must have the same hashes %s as "
		       "alone; block %u has another one",
		       what, i + 2);
}

static void
live_again(Bed *bed, GBytes *deployment, History *again, const History *alone)
{
	BedDone done = bed_submit(bed, 0, deployment);

	bed_must_commit(bed, &done, "the same deployment");
	for (guint i = 0; i < HISTORY; i++)
		again->txs[i] = alone->txs[i];
	live(bed, again);
}

static void
lives_alone(Run *run)
{
	History alone = { .n = 0 }, beside = { .n = 0 };
	g_autoptr(GBytes) deployment = live_alone(run, &alone);
	Bed *right = chain_named(run, "right");
	Bed *left = chain_named(run, "left");

	deploy(right);
	for (guint i = 0; i < 7; i++)
		bed_put(right, "noise", "beside");
	live_again(left, deployment, &beside, &alone);
	must_be_alike(run, &alone, &beside, "beside another one");
	bed_put(right, "noise", "after");
	bed_free(right);
	run_note(run, "right is closed");
	/* Numbers that were drawn when the history was made come again until
	 * then. */
	bed_restart(left, 0);
	bed_put(left, "still", "here");
	bed_restart(left, 0);
	bed_must_have(left, 0, "still", "here");
}

static void
closes_alone(Run *run)
{
	Bed *left = chain_named(run, "left");
	Bed *right = chain_named(run, "right");

	deploy(left);
	deploy(right);
	bed_put(right, "before", "closing");
	bed_free(left);
	run_note(run, "left is closed");
	bed_put(right, "after", "closing");
	bed_must_have(right, 0, "before", "closing");
	left = chain_named(run, "left");
	deploy(left);
	bed_must_have(left, 0, "before", "");
	bed_put(left, "place", "left again");
	bed_must_have(right, 0, "place", "");
}

static void
works_among_many(Run *run)
{
	Bed *idle[CHAINS];
	History alone = { .n = 0 }, among = { .n = 0 };
	g_autoptr(GBytes) deployment = live_alone(run, &alone);
	Bed *left;

	for (guint i = 0; i < CHAINS; i++) {
		g_autofree char *name = g_strdup_printf("idle-%u", i);
		const BedSpec spec = { .chain = name, .quiet = TRUE };

		idle[i] = bed_new(run, &spec);
	}
	run_note(run, "%u other chains are open", CHAINS);
	left = chain_named(run, "left");
	live_again(left, deployment, &among, &alone);
	must_be_alike(run, &alone, &among, "among many");
	for (guint i = 0; i < CHAINS; i++) {
		const bsn_reply *ledger = bed_ledger(idle[i], 0);

		EXPECT(run,
		       ledger->ledger.height == 0 && ledger->ledger.txs == 0,
		       "a chain that does nothing must stay at its beginning; "
		       "chain %u of %u is at block %" G_GUINT64_FORMAT,
		       i, CHAINS, (guint64)ledger->ledger.height);
		bed_free(idle[i]);
	}
	run_note(run, "none of them has moved; all are closed");
	bed_restart(left, 0);
	bed_put(left, "alone", "again");
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
	CHECK("inferred", answers_as_alone,
	      "A chain answers the same whether another one works, waits, "
	      "crashes or does not exist."),
	CHECK("silence", says_nothing_of_others,
	      "No answer, event, error, log or store of one chain speaks of "
	      "another."),
	CHECK("replay", refuses_others_transactions,
	      "A transaction of one chain is refused by another."),
	CHECK("alone", lives_alone,
	      "A chain has the same blocks beside another one as alone."),
	CHECK("close", closes_alone,
	      "Closing one chain, and opening it anew, leaves others alone."),
	CHECK("many", works_among_many,
	      "A chain works among many that do nothing, and they stay as "
	      "they are."),
};
CHECK_GROUP(checks_isolation, list);
