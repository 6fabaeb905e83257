/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.*: a chain is opened, closed and opened again, and has members.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"

/* Transactions that wait while a chain is closed. */
#define WAITING 8u
/* Bits of the genesis that are changed, one at a time. */
#define CHANGES 24u

/* ---- opening ------------------------------------------------------------- */

static void
opens_again(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	bsn_id hash;

	for (guint i = 0; i < 5; i++) {
		g_autofree char *value = g_strdup_printf("%u", i);

		bed_put(bed, "life", value);
		hash = bed_ledger(bed, 0)->ledger.block_hash;
		if (i % 2 == 0)
			bed_kill(bed, 0);
		else
			bed_stop(bed, 0);
		bed_boot(bed, 0);
		EXPECT(run,
		       memcmp(&hash, &bed_ledger(bed, 0)->ledger.block_hash,
			      sizeof(hash)) == 0,
		       "a chain that is opened again must go on from its last "
		       "block; it has another one");
		bed_must_have(bed, 0, "life", value);
	}
}

/* Whoever waits is told when the chain is closed. */
static void
answers_at_close(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	bsn_reply *replies[WAITING];
	guint told = 0;

	for (guint i = 0; i < WAITING; i++) {
		BedBuilt built = bed_build_invoke(bed, 0, 0, SIM_FN_PUT,
						  "waits", "here");

		replies[i] = bed_submit_async(bed, 0, built.bytes);
	}
	/* That all are answered before close returns is seen to there. */
	bed_stop(bed, 0);
	for (guint i = 0; i < WAITING; i++) {
		EXPECT(run, !replies[i]->lost,
		       "requests that wait must be answered when the chain is "
		       "closed; number %u is not",
		       i);
		if (replies[i]->status == BSN_UNAVAILABLE)
			told++;
	}
	run_note(run, "%u transactions waited; %u were told that the chain is "
		      "unavailable",
		 WAITING, told);
	bed_boot(bed, 0);
	bed_put(bed, "after", "closing");
}

/* A store goes with one genesis. */
static void
detects_others_genesis(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	GByteArray *genesis = bed_world(bed)->genesis;
	SimRandom random = run_random(run, "genesis");

	bed_put(bed, "kept", "safe");
	for (guint i = 0; i < CHANGES; i++) {
		guint64 bit = sim_random_below(&random,
					       (guint64)genesis->len * 8);
		g_autofree char *message = NULL;
		int32_t status;

		bed_stop(bed, 0);
		genesis->data[bit / 8] ^= (guint8)(1u << bit % 8);
		status = bed_try_boot(bed, 0, &message);
		genesis->data[bit / 8] ^= (guint8)(1u << bit % 8);
		EXPECT(run, status != BSN_OK,
		       "a store must not be opened with a genesis in which "
		       "bit %" G_GUINT64_FORMAT " is another one; it is",
		       bit);
		EXPECT(run, *message != '\0',
		       "why a chain does not open must be said; it is not");
		bed_boot(bed, 0);
	}
	bed_must_have(bed, 0, "kept", "safe");
}

static void
refuses_garbage_genesis(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	GByteArray *genesis = bed_world(bed)->genesis;
	GByteArray *kept = g_byte_array_new();
	static const guint lengths[] = { 0, 1, 7, 64 };

	g_byte_array_append(kept, genesis->data, genesis->len);
	for (guint i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *message = NULL;
		int32_t status;

		bed_stop(bed, 0);
		g_byte_array_set_size(genesis, MIN(lengths[i], kept->len));
		status = bed_try_boot(bed, 0, &message);
		EXPECT(run, status != BSN_OK,
		       "%u bytes of a genesis must not open a chain; they do",
		       genesis->len);
		g_byte_array_set_size(genesis, 0);
		g_byte_array_append(genesis, kept->data, kept->len);
		bed_boot(bed, 0);
	}
	g_byte_array_unref(kept);
	bed_put(bed, "after", "garbage");
}

/* ---- members ------------------------------------------------------------- */

/* Where members have this node, by its key. */
static guint
place_of(Bed *bed, const bsn_reply *reply, const SimNode *node)
{
	const char *key = bed_hex(bed, bsn_slice_of(node->key.public_key,
						    node->key.public_key_len));

	for (guint i = 0;; i++) {
		g_autofree char *at = g_strdup_printf("/%u/public_key", i);
		const char *found = bed_json(bed, reply, at);

		EXPECT(bed_run_of(bed), found != NULL,
		       "members must have node %u of the genesis by its "
		       "public_key in hex; they have not",
		       node->index);
		if (g_str_has_prefix(found, "0x"))
			found += 2;
		if (g_ascii_strcasecmp(found, key) == 0)
			return i;
	}
}

static void
must_be_member(Bed *bed, guint node, guint about)
{
	const SimNode *of = &bed_world(bed)->nodes[about];
	const bsn_reply *reply = bed_members(bed, node);
	const struct {
		const char *name, *want; /* NULL: any text */
		gboolean optional;       /* it may be empty */
	} texts[] = { { "role", "consensus", FALSE },
		      { "algorithm", of->key.algorithm, FALSE },
		      { "name", of->name, TRUE },
		      { "address", NULL, TRUE } };
	guint place = place_of(bed, reply, of);

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *at =
			g_strdup_printf("/%u/%s", place, texts[i].name);
		const char *text = bed_json(bed, reply, at);

		if (texts[i].optional && g_strcmp0(text, "") == 0)
			continue;
		EXPECT(bed_run_of(bed),
		       text != NULL && (texts[i].want == NULL ||
					strcmp(text, texts[i].want) == 0),
		       "members must have node %u with \"%s\": \"%s\"; it is "
		       "\"%s\"",
		       about, texts[i].name,
		       texts[i].want != NULL ? texts[i].want : "...",
		       text != NULL ? text : "");
	}
}

static void
tells_members(Run *run)
{
	const SimWorkload *workload = run_workload(run);
	const gboolean several =
		workload->byzantine != NULL || workload->crash != NULL;
	const BedSpec spec = { .nodes = several ? 4 : 1 };
	Bed *bed = bed_new(run, &spec);
	const bsn_reply *status;

	for (guint node = 0; node < spec.nodes; node++)
		for (guint about = 0; about < spec.nodes; about++)
			must_be_member(bed, node, about);
	status = bed_status(bed, 0);
	EXPECT(run, status->chain_status.members == spec.nodes,
	       "status must count %u members; it counts %" G_GUINT64_FORMAT,
	       spec.nodes, (guint64)status->chain_status.members);
	bed_restart(bed, 0);
	must_be_member(bed, 0, 0);
}

#define CHECK(id, member, function, sentence)                                  \
	{ "chain." id, sentence, "chain.config",                               \
	  "engine.h: bsn_chain_ops." member, LEVEL_TABLE2, 1,                  \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("opens-its-genesis", "open", detects_others_genesis,
	      "A store is not opened with the genesis of another chain."),
	CHECK("opens-no-garbage", "open", refuses_garbage_genesis,
	      "What is no genesis opens no chain."),
	CHECK("restart", "open", opens_again,
	      "A chain goes on from its store, however it ended."),
	CHECK("close-answers", "close", answers_at_close,
	      "Closing a chain answers whoever waits."),
	CHECK("members", "members", tells_members,
	      "Members are told with key, algorithm, role, name and "
	      "address."),
};
CHECK_GROUP(checks_chain, list);
