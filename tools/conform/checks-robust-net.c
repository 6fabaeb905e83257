/* SPDX-License-Identifier: Apache-2.0
 *
 * robust.*: what other nodes and strangers hand over may be anything: messages,
 * and blocks that are to be proven.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/conform/block-proof.h"
#include "tools/conform/storm.h"

/* Messages that are kept to be spoilt. */
#define KEPT_MAX 200u
#define NOISE_MAX 300u
#define LARGE (1u << 20)
/* Of a chain that nodes may lie to. */
#define NODES 4u

/* The workload's protocol for nodes that lie, or at least crash. */
static const BedSpec several = { .nodes = NODES, .quiet = TRUE };

static void
needs_several(Run *run)
{
	const SimWorkload *workload = run_workload(run);

	if (workload->byzantine == NULL && workload->crash == NULL)
		run_not_claimed(run, "the workload names no protocol for "
				     "several nodes");
}

/* ---- messages ------------------------------------------------------------ */

/* The engine, with a look at the messages that it gets. */
static struct {
	bsn_engine engine;
	bsn_chain_ops chain;
	const bsn_engine *real;
	GPtrArray *kept; /* GByteArray */
	guint64 came;
} seat;

static void
message_seen(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	/* Those of every time, not only the first. */
	guint64 place = seat.came++ < KEPT_MAX ? seat.kept->len
					       : seat.came % KEPT_MAX;
	GByteArray *copy = g_byte_array_new();

	g_byte_array_append(copy, message.data, (guint)message.len);
	if (place < seat.kept->len) {
		g_byte_array_unref(seat.kept->pdata[place]);
		seat.kept->pdata[place] = copy;
	} else {
		g_ptr_array_add(seat.kept, copy);
	}
	seat.real->chain->message(ledger, from, message);
}

static void
take_seat(Run *run)
{
	seat.real = run_engine(run);
	if (!BSN_HAS(seat.real->chain, message))
		run_not_claimed(run, "its chains take no messages "
				     "(bsn_chain_ops.message)");
	seat.kept = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	seat.engine = *seat.real;
	seat.chain = *seat.real->chain;
	seat.chain.message = message_seen;
	seat.engine.chain = &seat.chain;
	run->engine = &seat.engine;
}

typedef struct {
	bsn_slice from, message;
} Message;

static void
tell_message(const bsn_engine *engine, bsn_ledger *ledger, gpointer data)
{
	const Message *message = data;

	seat.real->chain->message(ledger, message->from, message->message);
}

static GByteArray *
odd_message(SimRandom *random)
{
	const GByteArray *kept;

	if (sim_random_below(random, 200) == 0)
		return storm_noise(random, LARGE);
	if (seat.kept->len == 0 || sim_random_below(random, 4) == 0)
		return storm_noise(random, NOISE_MAX);
	kept = seat.kept->pdata[sim_random_below(random, seat.kept->len)];
	return storm_spoil(random, storm_slice(kept));
}

/* From a member, or from somebody whom nobody knows. */
static void
send_odd(Bed *bed, SimRandom *random)
{
	const SimKey *key = bed_node_key(
		bed, (guint)sim_random_range(random, 1, NODES - 1));
	g_autoptr(GByteArray) stranger = storm_noise(random, 100);
	g_autoptr(GByteArray) bytes = odd_message(random);
	Message message = { storm_slice(stranger), storm_slice(bytes) };

	if (sim_random_below(random, 4) > 0)
		message.from = bsn_slice_of(key->public_key,
					    key->public_key_len);
	bed_tell(bed, 0, tell_message, &message);
}

/* All nodes have the same, and what they had, but for transactions that were
 * altered into somebody else's. */
static void
stands(Bed *bed, const Standing *before)
{
	Standing now = standing_of(bed, 0);

	EXPECT(bed_run_of(bed), bed_reach(bed, now.height),
	       "all nodes must have block %" G_GUINT64_FORMAT
	       " of node 0; some have not",
	       now.height);
	for (guint i = 1; i < NODES; i++) {
		Standing other = standing_of(bed, i);

		EXPECT(bed_run_of(bed),
		       bsn_slice_equal(bsn_id_slice(&now.hash),
				       bsn_id_slice(&other.hash)),
		       "nodes 0 and %u must have the same block %"
		       G_GUINT64_FORMAT "; they have two",
		       i, now.height);
	}
	standing_check(bed, 0, storm_recovers(bed) ? &now : before);
}

/* What was changed on its way is no more than a lie of one member, which a
 * protocol for nodes that lie bears, and no other one need. */
static void
messages(Run *run)
{
	SimRandom random = run_random(run, "messages");
	Standing before;
	Bed *bed;

	needs_several(run);
	take_seat(run);
	bed = bed_with_contract(run, &several);
	for (guint i = 0; i < 5; i++)
		bed_invoke(bed, i % NODES, 0, SIM_FN_PUT, "a", "b");
	bed_pass(bed, 2000);
	before = standing_of(bed, 0);
	for (guint i = 0; i < run->cases * 20; i++) {
		send_odd(bed, &random);
		bed_pass(bed, sim_random_below(&random, 5));
	}
	run_note(run,
		 "%u messages, of %u that nodes have sent, altered, and of "
		 "random bytes",
		 run->cases * 20, seat.kept->len);
	bed_pass(bed, 10000);
	if (run->workload->byzantine != NULL)
		stands(bed, &before);
	bed_free(bed);
}

/* ---- blocks that are to be proven ---------------------------------------- */

/* A proof, what is said of it as it is, and what calls with others do. */
typedef struct {
	Run *run;
	Storm storm;
	Proof proof;
	GByteArray *json;
} Trial;

/* Not for a protocol that certifies nothing. */
static void
proven_as_it_is(Trial *trial)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status =
		proof_ask(trial->run, &trial->proof, trial->json, &err);

	if (status == BSN_NOT_OFFERED)
		run_not_claimed(trial->run, "%s", err.reason);
	EXPECT(trial->run, status == BSN_OK,
	       "a block as it is must be proven; it is not, %s: %s",
	       bed_status_name(status), err.reason);
}

/* TRUE with what is said of it in `json`. */
static gboolean
is_proven(Trial *trial, const Proof *proof, GByteArray *json)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = proof_ask(trial->run, proof, json, &err);

	storm_answer(&trial->storm, status, &err, FALSE);
	return status == BSN_OK;
}

static void
never_proven(Trial *trial, bsn_slice genesis, bsn_slice block, const char *how)
{
	const Proof proof = { .genesis = genesis, .block = block };
	g_autoptr(GByteArray) json = g_byte_array_new();

	EXPECT(trial->run,
	       !is_proven(trial, &proof, json) ||
		       proof_may_stand(trial->run, json, trial->json),
	       "a block must not be proven when %s; it is", how);
}

static void
flip_each(Trial *trial, GByteArray *block)
{
	const bsn_slice genesis = trial->proof.genesis;
	guint step = MAX(block->len / (trial->run->cases * 30), 1);

	for (guint at = 0; at < block->len; at += step) {
		g_autofree char *how = g_strdup_printf(
			"byte %u of %u is altered", at, block->len);

		block->data[at] ^= (guint8)(1u << at % 8);
		never_proven(trial, genesis, storm_slice(block), how);
		block->data[at] ^= (guint8)(1u << at % 8);
	}
	for (guint len = 0; len < block->len; len += step)
		never_proven(trial, genesis, bsn_slice_of(block->data, len),
			     "it is cut off");
}

static void
not_by_one(Trial *trial, const bsn_member *members)
{
	Proof proof = trial->proof;
	g_autoptr(GByteArray) json = g_byte_array_new();

	proof.members = members;
	proof.n = 1;
	EXPECT(trial->run, !is_proven(trial, &proof, json),
	       "a block of four members must not be proven by one of them; it "
	       "is");
}

static void
storm_blocks(Trial *trial, GByteArray *block)
{
	Run *run = trial->run;
	SimRandom random = run_random(run, "verify");
	const bsn_slice genesis = trial->proof.genesis;

	flip_each(trial, block);
	for (guint i = 0; i < run->cases; i++) {
		g_autoptr(GByteArray) a =
			storm_spoil(&random, storm_slice(block));
		g_autoptr(GByteArray) b = storm_noise(&random, NOISE_MAX);

		never_proven(trial, genesis, storm_slice(a), "it is altered");
		never_proven(trial, genesis, storm_slice(b), "it is none");
		never_proven(trial, storm_slice(b), storm_slice(block),
			     "the genesis is none");
	}
	never_proven(trial, bsn_slice_of(NULL, 0), storm_slice(block),
		     "there is no genesis");
}

static void
proofs(Run *run)
{
	g_autoptr(GByteArray) block = NULL;
	g_autoptr(GByteArray) json = g_byte_array_new();
	Trial trial = { .run = run, .json = json };
	BedDone done;
	Bed *bed;

	needs_several(run);
	if (!BSN_HAS(run_engine(run)->block, verify))
		run_not_claimed(run, "it proves no blocks "
				     "(bsn_block_ops.verify)");
	bed = bed_with_contract(run, &several);
	done = bed_invoke(bed, 0, 0, SIM_FN_PUT, "a", "b");
	block = proof_block(bed, done.block);
	trial.proof.genesis = storm_slice(bed_world(bed)->genesis);
	trial.proof.block = storm_slice(block);
	storm_begin(&trial.storm, run, "bsn_block_ops.verify");
	proven_as_it_is(&trial);
	storm_blocks(&trial, block);
	not_by_one(&trial, bed_world(bed)->members);
	storm_end(&trial.storm);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	{ "robust.message",
	  "Messages that were altered, or are from nobody, change nothing.",
	  NULL, "engine.h: bsn_chain_ops.message", LEVEL_TABLE2, 1,
	  BSN_KIND_ENGINE, messages, 0 },
	{ "robust.verify", "A block that was altered is never proven.", NULL,
	  "engine.h: bsn_block_ops.verify", LEVEL_TABLE2, 1, BSN_KIND_ENGINE,
	  proofs, 0 },
};
CHECK_GROUP(checks_robust_net, list);
