/* SPDX-License-Identifier: Apache-2.0
 *
 * function.*: contracts that compute what can be computed, keep their versions,
 * and nodes that speak through the host alone.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/conform/claim.h"
#include "tools/conform/contract-facts.h"
#include "tools/conform/snapshot.h"

/* The largest number whose steps are counted. */
#define NUMBER_MAX 100000u
/* Virtual time for what must not happen. */
#define NOTHING_MS 30000u

/* ---- function.turing-complete -------------------------------------------- */

/* L. Collatz's problem: no bound on the loop is known before it runs. */
static guint64
steps_of(guint64 n)
{
	guint64 steps = 0;

	for (; n != 1; steps++)
		n = n % 2 == 0 ? n / 2 : 3 * n + 1;
	return steps;
}

static void
must_count(Bed *bed, guint64 n)
{
	g_autofree char *want = g_strdup_printf("%" G_GUINT64_FORMAT,
						steps_of(n));
	BedValue value = bed_call(bed, 0, SIM_FN_COLLATZ, "", n);

	EXPECT(bed_run_of(bed), g_strcmp0(value.text, want) == 0,
	       "from %" G_GUINT64_FORMAT " it must be %s Collatz steps to 1; "
	       "the contract says \"%s\"",
	       n, want, value.text != NULL ? value.text : value.reason);
}

static void
computes(Run *run)
{
	static const guint64 known[] = { 1, 2, 3, 27, 97, 871, 6171, 77031 };
	Bed *bed = bed_with_contract(run, NULL);
	SimRandom random = run_random(run, "collatz");
	BedDone done;

	for (guint i = 0; i < G_N_ELEMENTS(known); i++)
		must_count(bed, known[i]);
	for (guint i = 0; i < run->cases / 5; i++)
		must_count(bed, sim_random_range(&random, 1, NUMBER_MAX));
	done = bed_invoke_at(bed, 0, 0, 0, SIM_FN_COLLATZ, "", "", 27);
	bed_must_commit(bed, &done, "a transaction that loops 111 times");
}

/* ---- function.contract-versions ------------------------------------------ */

static void
must_answer(Bed *bed, guint version, guint want)
{
	g_autofree char *number = g_strdup_printf("%u", want);
	BedValue value =
		bed_call_at(bed, 0, 0, version, SIM_FN_VERSION, "", "", 0);

	EXPECT(bed_run_of(bed), g_strcmp0(value.text, number) == 0,
	       "%s must answer \"%s\" for its version; it answers \"%s\"",
	       bed_name(bed, version), number,
	       value.text != NULL ? value.text : value.reason);
}

/* One that is only listed can be called no more, and says so. */
static void
must_have_state(Bed *bed, const Facts *facts, guint version, gboolean newest)
{
	Run *run = bed_run_of(bed);
	const char *state = facts->state != NULL ? facts->state : "";

	if (newest || claim_calls_old(run))
		EXPECT(run, strcmp(state, "active") == 0,
		       "the state of version %u must be \"active\"; it is "
		       "\"%s\"",
		       version, state);
	else
		EXPECT(run, strcmp(state, "uninstalled") == 0,
		       "the state of version %u, which is only listed, must "
		       "be \"uninstalled\"; it is \"%s\"",
		       version, state);
}

/* Those that get lists: oldest first, no number twice. */
static void
must_list_versions(Bed *bed, guint n)
{
	Run *run = bed_run_of(bed);
	const bsn_reply *found = bed_contract(bed, 0, bed_name(bed, 0));
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < n; i++) {
		g_autofree char *at = g_strdup_printf("/versions/%u", i);
		Facts facts = facts_of(bed, found, at);

		EXPECT(run, facts.version != NULL && *facts.version != '\0',
		       "get must answer \"versions\" with %u of them, each "
		       "with its \"version\"; number %u has none",
		       n, i + 1);
		EXPECT(run, g_hash_table_add(seen, (char *)facts.version),
		       "each version must have a number of its own; \"%s\" "
		       "comes twice",
		       facts.version);
		must_have_state(bed, &facts, i + 1, i + 1 == n);
	}
}

static void
must_answer_all(Bed *bed, guint n)
{
	must_answer(bed, 0, n);
	for (guint version = 1;
	     version <= n && claim_calls_old(bed_run_of(bed)); version++)
		must_answer(bed, version, version);
}

static void
keeps_versions(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	guint n = run_workload(run)->contract->versions->len;

	EXPECT(run, n >= 2,
	       "the workload must have two versions of its contract; it has "
	       "%u",
	       n);
	for (guint version = 2; version <= n; version++) {
		BedDone done = bed_deploy(bed, 0, 0, version);

		bed_must_commit(bed, &done, "a further version");
		must_list_versions(bed, version);
		must_answer(bed, 0, version);
	}
	must_answer_all(bed, n);
	bed_restart(bed, 0);
	must_list_versions(bed, n);
	must_answer_all(bed, n);
}

/* ---- function.encrypted-transport ---------------------------------------- */

/* As many as bear one fault; one, where the engine offers no more. */
static Bed *
several(Run *run, guint *n)
{
	const SimWorkload *workload = run_workload(run);
	gboolean named =
		workload->byzantine != NULL || workload->crash != NULL;
	BedSpec spec = { .nodes = 1 };

	EXPECT(run, named || !subject_offers(run->subject, "chain.join"),
	       "the workload must name a protocol for several nodes "
	       "(protocols.crash, protocols.byzantine); it names none");
	if (named)
		spec.nodes = workload->byzantine != NULL ? 4 : 3;
	*n = spec.nodes;
	if (spec.nodes == 1)
		run_note(run, "no node can join: one has nobody to speak to");
	return bed_with_contract(run, &spec);
}

static void
speaks_through_host(Run *run)
{
	const bsn_engine *engine = run_engine(run);
	g_autoptr(Snapshot) before = NULL;
	g_autoptr(Snapshot) after = NULL;
	g_autofree char *difference = NULL;
	const SimWorld *world;
	guint n;
	Bed *bed;

	before = snapshot_take();
	bed = several(run, &n);
	world = bed_world(bed);
	EXPECT(run, n == 1 || BSN_HAS(engine->chain, message),
	       "an engine whose nodes speak must have "
	       "bsn_chain_ops.message; it has not");
	bed_put(bed, "said", "to all");
	EXPECT(run, bed_reach(bed, world->nodes[0].height),
	       "all nodes must come to the same block; they do not");
	for (guint i = 0; i < n; i++)
		bed_must_have(bed, i, "said", "to all");
	run_note(run, "%u node(s), %s messages of bsn.net", n,
		 world->messages > 0 ? "and there were" : "without");
	EXPECT(run, n == 1 || world->messages > 0,
	       "what nodes say to each other must go through bsn.net; nothing "
	       "did");
	after = snapshot_take();
	difference = snapshot_difference(before, after);
	EXPECT(run, difference == NULL,
	       "nodes must have no way of their own to each other; the engine "
	       "leaves behind: %s",
	       difference);
}

/* Who hears nothing through the host hears nothing at all. */
static void
has_no_other_way(Run *run)
{
	guint n;
	Bed *bed = several(run, &n);
	const SimWorld *world = bed_world(bed);
	const SimNode *last = &world->nodes[n - 1];
	guint64 before;

	if (n == 1)
		return;
	EXPECT(run, bed_reach(bed, world->nodes[0].height),
	       "all nodes must come to the same block; they do not");
	bed_cut(bed, n - 1, TRUE);
	bed_pass(bed, 2000);
	before = last->height;
	for (guint i = 0; i < 3; i++)
		bed_put(bed, "while", "it is cut off");
	bed_pass(bed, NOTHING_MS);
	run_note(run, "node %u had block %" G_GUINT64_FORMAT " and has "
		      "%" G_GUINT64_FORMAT "; node 0 has %" G_GUINT64_FORMAT,
		 n - 1, before, last->height, world->nodes[0].height);
	EXPECT(run, last->height == before,
	       "a node that is cut off by the host must get nothing; it got "
	       "blocks");
	bed_cut(bed, n - 1, FALSE);
	EXPECT(run, bed_reach(bed, world->nodes[0].height),
	       "a node that hears the others again must catch up; it does "
	       "not");
	bed_must_have(bed, n - 1, "while", "it is cut off");
}

/* ---- function.access-control --------------------------------------------- */

static void
must_deny(Bed *bed, guint32 kind, const char *what)
{
	for (guint account = 1; account < 3; account++) {
		BedDone done = bed_manage(bed, 0, account, kind, 0);

		bed_must_refuse(bed, &done, what);
	}
}

static void
denies_accounts(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	bed_account(bed, 2);
	must_deny(bed, BSN_TX_FREEZE, "freezing by another account");
	must_deny(bed, BSN_TX_UNINSTALL, "uninstalling by another account");
	done = bed_deploy(bed, 0, 1, 2);
	bed_must_refuse(bed, &done, "an upgrade by another account");
	bed_put(bed, "owner", "may");
	done = bed_invoke(bed, 0, 1, SIM_FN_PUT, "others", "call it");
	bed_must_commit(bed, &done, "a call by another account");
	done = bed_manage(bed, 0, 0, BSN_TX_FREEZE, 0);
	bed_must_commit(bed, &done, "freezing by the owner");
	must_deny(bed, BSN_TX_UNFREEZE, "unfreezing by another account");
	bed_restart(bed, 0);
	must_deny(bed, BSN_TX_UNFREEZE, "unfreezing by another account");
}

#define CHECK(id, row, clause, function, sentence)                             \
	{ "function." id, sentence, "function." row, clause, LEVEL_TABLES, 1,  \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("turing-complete", "turing-complete",
	      "engine.h: bsn_tx_ops.call", computes,
	      "A contract computes with loops whose end nobody knows before."),
	CHECK("contract-versions", "contract-versions",
	      "engine.h: bsn_contract_ops.get", keeps_versions,
	      "All versions of a contract are listed; each answers for "
	      "itself, or is said to be only listed."),
	CHECK("transport-host", "encrypted-transport", "host.h: bsn_net",
	      speaks_through_host,
	      "What nodes say to each other goes through the host, which "
	      "encrypts it; the engine opens no way of its own."),
	CHECK("transport-only", "encrypted-transport", "host.h: bsn_net",
	      has_no_other_way,
	      "A node that the host cuts off hears nothing."),
	CHECK("access-contracts", "access-control",
	      "engine.h: BSN_TX_FREEZE", denies_accounts,
	      "Whoever may not manage a contract is denied, and may call it."),
};
CHECK_GROUP(checks_function, list);
