/* SPDX-License-Identifier: Apache-2.0
 *
 * function.multi-chain-*: what one app chain does no other one notices.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/pair.h"

/* Chains of which one works. */
#define CHAINS 50u
/* Transactions that wait at once. */
#define WAITING 8u
/* Transactions of the history that is made twice. */
#define HISTORY 6u

/* ---- whatever it counts -------------------------------------------------- */

/* What "right" answers while it is asked everything at four moments, and what
 * "left" does in between, when there is one. */
static GPtrArray *
answers_beside(Run *run, gboolean beside)
{
	Bed *left = beside ? pair_chain(run, "left") : NULL;
	Bed *right = pair_chain(run, "right");
	GPtrArray *answers;

	pair_deploy(right);
	if (beside)
		pair_deploy(left);
	pair_ask_everything(right);
	for (guint i = 0; beside && i < 5; i++)
		pair_tell(left);
	pair_ask_everything(right);
	for (guint i = 0; beside && i < WAITING; i++)
		bed_submit_async(left, 0,
				 bed_build_invoke(left, 0, 0, SIM_FN_PUT,
						  "waits", "here")
					 .bytes);
	pair_ask_everything(right);
	if (beside)
		bed_kill(left, 0);
	pair_ask_everything(right);
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

	bed_free(pair_chain(run, "first"));
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
	Bed *alone = pair_chain(run, "left");
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
	BedDone done;

	bed_install(bed, 0, 0, 1);
	done = bed_submit(bed, 0, deployment);
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
	Bed *right = pair_chain(run, "right");
	Bed *left = pair_chain(run, "left");

	pair_deploy(right);
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
	Bed *left = pair_chain(run, "left");
	Bed *right = pair_chain(run, "right");

	pair_deploy(left);
	pair_deploy(right);
	bed_put(right, "before", "closing");
	bed_free(left);
	run_note(run, "left is closed");
	bed_put(right, "after", "closing");
	bed_must_have(right, 0, "before", "closing");
	left = pair_chain(run, "left");
	pair_deploy(left);
	bed_must_have(left, 0, "before", "");
	bed_put(left, "place", "left again");
	bed_must_have(right, 0, "place", "");
}

static void
works_among_many(Run *run)
{
	Bed *idle[CHAINS];
	guint64 txs[CHAINS]; /* of a genesis */
	History alone = { .n = 0 }, among = { .n = 0 };
	g_autoptr(GBytes) deployment = live_alone(run, &alone);
	Bed *left;

	for (guint i = 0; i < CHAINS; i++) {
		g_autofree char *name = g_strdup_printf("idle-%u", i);
		const BedSpec spec = { .chain = name, .quiet = TRUE };

		idle[i] = bed_new(run, &spec);
		txs[i] = bed_ledger(idle[i], 0)->ledger.txs;
	}
	run_note(run, "%u other chains are open", CHAINS);
	left = pair_chain(run, "left");
	live_again(left, deployment, &among, &alone);
	must_be_alike(run, &alone, &among, "among many");
	for (guint i = 0; i < CHAINS; i++) {
		const bsn_reply *ledger = bed_ledger(idle[i], 0);

		EXPECT(run,
		       ledger->ledger.height == 0 &&
			       ledger->ledger.txs == txs[i],
		       "a chain that does nothing must stay at its beginning, "
		       "with %" G_GUINT64_FORMAT " transactions; chain %u of "
		       "%u is at block %" G_GUINT64_FORMAT
		       " with %" G_GUINT64_FORMAT,
		       txs[i], i, CHAINS, (guint64)ledger->ledger.height,
		       (guint64)ledger->ledger.txs);
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
	CHECK("inferred", answers_as_alone,
	      "A chain answers the same whether another one works, waits, "
	      "crashes or does not exist."),
	CHECK("alone", lives_alone,
	      "A chain has the same blocks beside another one as alone."),
	CHECK("close", closes_alone,
	      "Closing one chain, and opening it anew, leaves others alone."),
	CHECK("many", works_among_many,
	      "A chain works among many that do nothing, and they stay as "
	      "they are."),
};
CHECK_GROUP(checks_alone, list);
