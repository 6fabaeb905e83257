/* SPDX-License-Identifier: Apache-2.0
 *
 * sim.*: chains under everything that goes wrong, from seeds: no block is
 * lost or contradicted, and once nothing goes wrong any more all goes on.
 */
#include <string.h>

#include "tools/conform/guard.h"
#include "tools/conform/run.h"
#include "tools/sim/plugins.h"
#include "tools/sim/world.h"

/* Nodes of a chain whose nodes crash, and one more at other times, since half
 * of an even number is no majority; and of one whose nodes lie. */
#define NODES_CRASH 3u
#define NODES_BYZANTINE 4u
#define OBSERVERS 2u

#define SEEDS 30u
#define SEEDS_SOAK 2000u
#define STEPS 2000u
#define STEPS_SOAK 5000u
#define SETTLE_MS 120000u
/* The end of the trace that is shown as evidence. */
#define TRACE_LINES 40u

/* The argument of a check: faults, lies from bit 32 on, and: */
#define WITH_OBSERVERS (G_GUINT64_CONSTANT(1) << 63)
#define OR(symbol, bit, name, about) | symbol
#define ALL_FAULTS (G_GUINT64_CONSTANT(0) SIM_FAULT_MAP(OR))
#define LIES(set) ((guint64)(set) << 32)
#define ALL_LIES LIES(0 SIM_LIE_MAP(OR))

#define FAULTS_OF(argument) ((argument)&0xffffffff)
#define LIES_OF(argument) (((argument) & ~WITH_OBSERVERS) >> 32)

/* Who runs: the engine under judgement, or, for a consensus, one that --with
 * lends it. */
typedef struct {
	const bsn_engine *engine;
	const char *path; /* of the engine's file */
	char *workload_path;
	SimWorkload *workload;
	const bsn_consensus *consensus; /* under judgement; or NULL */
} Sides;

/* ---- who runs ------------------------------------------------------------ */

/* Model signatures, and what is loaded already stays. */
static const bsn_plugin *
load(Run *run, const char *path)
{
	const SimOptions options = { .plugin_dir = run->options->plugin_dir };
	g_autofree char *message = NULL;
	const bsn_plugin *plugin;

	page_at(run->page, "bsn_plugin_open");
	plugin = sim_plugin_load(&options, path, &message);
	page_at(run->page, NULL);
	EXPECT(run, plugin != NULL, "it must load; %s", message);
	return plugin;
}

static const bsn_engine *
lent_engine(Run *run, const char **path)
{
	char **with = run->options->with;

	for (guint i = 0; with != NULL && with[i] != NULL; i++) {
		const bsn_engine *engine =
			bsn_engine_of(load(run, with[i]));

		*path = with[i];
		if (engine != NULL)
			return engine;
	}
	run_fail(run, "a protocol is judged with an engine that uses it; give "
		      "one with --with");
}

static void
find_workload(Run *run, Sides *sides)
{
	g_autofree char *message = NULL;

	sides->workload_path =
		run->subject->workload_path != NULL
			? g_strdup(run->subject->workload_path)
			: sim_workload_beside(sides->path);
	sides->workload = sim_workload_read(sides->workload_path, &message);
	EXPECT(run, sides->workload != NULL,
	       "a workload must say what to ask of the framework "
	       "(docs/vendor-guide.md, \"The workload\"); %s",
	       message);
	run_load_named(run, sides->workload);
}

static Sides
find_sides(Run *run)
{
	const bsn_plugin *plugin = load(run, run->subject->path);
	Sides sides = { .engine = bsn_engine_of(plugin),
			.path = run->subject->path };

	if (sides.engine == NULL) {
		sides.consensus = bsn_consensus_of(plugin);
		sides.engine = lent_engine(run, &sides.path);
	}
	sides.engine = guard_engine(sides.engine, run->page);
	find_workload(run, &sides);
	return sides;
}

/* ---- how they agree ------------------------------------------------------ */

/* Of seven, four are a majority and five outvote two that lie. */
static gboolean
bears_lies(const Sides *sides)
{
	const char *name = sides->consensus->name;

	return g_strcmp0(sides->workload->byzantine, name) == 0 ||
	       (BSN_HAS(sides->consensus, quorum) &&
		sides->consensus->quorum(7) > 4);
}

/* The protocol under judgement, when it is for so many nodes at all. */
static const char *
own_protocol(Run *run, const Sides *sides, guint nodes, gboolean lies)
{
	const bsn_slice empty = { NULL, 0 };
	bsn_err err = { .size = sizeof(err) };

	if (sides->consensus->check_config(empty, nodes, &err) != BSN_OK)
		run_not_claimed(run, "it does not agree among %u: %s", nodes,
				err.reason);
	if (lies && !bears_lies(sides))
		run_not_claimed(run, "it is for nodes that crash, not for "
				     "ones that lie");
	return sides->consensus->name;
}

/* What an engine says of several nodes. */
static gboolean
claims_several(const Run *run)
{
	return subject_offers(run->subject, "function.dynamic-nodes") ||
	       subject_offers(run->subject, "chain.join");
}

/* Who may run a chain; seeds take turns. */
typedef struct {
	struct {
		const char *protocol;
		guint nodes;
	} teams[3];
	guint n;
} Teams;

static void
add_team(Teams *teams, const char *protocol, guint nodes)
{
	if (protocol == NULL)
		return;
	teams->teams[teams->n].protocol = protocol;
	teams->teams[teams->n++].nodes = nodes;
}

static Teams
teams_that_lie(Run *run, const Sides *sides)
{
	const char *protocol =
		sides->consensus != NULL
			? own_protocol(run, sides, NODES_BYZANTINE, TRUE)
			: sides->workload->byzantine;
	Teams teams = { .n = 0 };

	add_team(&teams, protocol, NODES_BYZANTINE);
	return teams;
}

static Teams
teams_that_crash(Run *run, const Sides *sides)
{
	const SimWorkload *workload = sides->workload;
	const char *protocol =
		sides->consensus != NULL
			? own_protocol(run, sides, NODES_CRASH, FALSE)
			: workload->crash;
	Teams teams = { .n = 0 };

	add_team(&teams, protocol, NODES_CRASH);
	add_team(&teams, protocol, NODES_CRASH + 1);
	if (sides->consensus == NULL)
		add_team(&teams, workload->byzantine, NODES_BYZANTINE);
	return teams;
}

/* One node, whose process, disk and clock alone can fail. */
static void
add_alone(Teams *teams, const Sides *sides, guint64 faults)
{
	const guint64 own = SIM_CRASH | SIM_STOP | SIM_SLOW_DISK |
			    SIM_FULL_DISK | SIM_READ_ERROR | SIM_CLOCK;

	if (sides->consensus != NULL || (faults & own) == 0)
		return;
	teams->teams[teams->n].protocol = sides->workload->one;
	teams->teams[teams->n++].nodes = 1;
}

static Teams
find_teams(Run *run, const Sides *sides, gboolean lies)
{
	const SimWorkload *workload = sides->workload;
	Teams teams = lies ? teams_that_lie(run, sides)
			   : teams_that_crash(run, sides);

	if (teams.n == 0 && workload->crash == NULL &&
	    workload->byzantine == NULL && claims_several(run))
		run_fail(run, "the workload must name protocols for several "
			      "nodes (\"protocols\"), since the engine claims "
			      "to have them; it names none");
	if (teams.n == 0 && !lies &&
	    (run->check->argument & WITH_OBSERVERS) == 0)
		add_alone(&teams, sides, FAULTS_OF(run->check->argument));
	if (teams.n == 0)
		run_not_claimed(run, "the workload names no protocol for nodes "
				     "that %s",
				lies ? "lie" : "crash");
	return teams;
}

/* ---- runs ---------------------------------------------------------------- */

static void
note_lines(Run *run, const SimWorld *world)
{
	g_autofree char *tail = sim_trace_tail(world->trace);
	g_auto(GStrv) lines = g_strsplit(tail, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++)
		if (lines[i][0] != '\0')
			run_note(run, "%s", lines[i]);
}

static void G_GNUC_NORETURN
report(Run *run, const SimWorld *world)
{
	g_autofree char *command =
		sim_options_command(world->options, world->seed);

	note_lines(run, world);
	run_note(run, "again: %s", command);
	run_fail(run, "%s (seed %" G_GUINT64_FORMAT ", step %" G_GUINT64_FORMAT
		      ")",
		 world->violation, world->seed, world->step);
}

static void
run_seed(Run *run, const SimOptions *options, const Sides *sides, guint64 seed)
{
	char *message = NULL;
	SimWorld *world = sim_world_new(options, sides->workload,
					sides->engine, seed, &message);

	EXPECT(run, world != NULL,
	       "a chain with the workload's config must be made; %s", message);
	if (!sim_world_run(world))
		report(run, world);
	run_note(run,
		 "%u nodes, %s, seed %" G_GUINT64_FORMAT ": %" G_GUINT64_FORMAT
		 " steps, %" G_GUINT64_FORMAT " messages, trace "
		 "%016" G_GINT64_MODIFIER "x",
		 options->nodes,
		 options->consensus != NULL ? options->consensus
					    : "no protocol",
		 seed, world->step,
		 world->messages, sim_trace_digest(world->trace));
	sim_world_free(world);
}

static void
run_seeds(Run *run, guint64 seeds, guint64 steps)
{
	const guint64 argument = run->check->argument;
	gboolean lies = LIES_OF(argument) != 0;
	char *plugins[] = { run->subject->path, NULL };
	Sides sides = find_sides(run);
	const Teams teams = find_teams(run, &sides, lies);
	SimRandom random = run_random(run, "seeds");
	SimOptions options = {
		.engine = (char *)sides.path,
		.plugins = sides.consensus != NULL ? plugins
						   : run->options->with,
		.plugin_dir = run->options->plugin_dir,
		.workload = sides.workload_path,
		.observers = (argument & WITH_OBSERVERS) != 0 ? OBSERVERS : 0,
		.byzantine = lies ? 1 : 0,
		.steps = steps,
		.settle_ms = SETTLE_MS,
		.faults = FAULTS_OF(argument),
		.lies = LIES_OF(argument),
		.draw_faults = FAULTS_OF(argument) == ALL_FAULTS,
		.draw_lies = LIES(LIES_OF(argument)) == ALL_LIES,
		.lines = TRACE_LINES,
	};

	for (guint64 i = 0; i < seeds; i++) {
		options.consensus = (char *)teams.teams[i % teams.n].protocol;
		options.nodes = teams.teams[i % teams.n].nodes;
		run_seed(run, &options, &sides, sim_random_u64(&random) >> 33);
		run_alive(run);
	}
	sim_workload_free(sides.workload);
	g_free(sides.workload_path);
}

static void
holds(Run *run)
{
	run_seeds(run, run->options->seeds > 0 ? run->options->seeds : SEEDS,
		  STEPS);
}

static void
holds_long(Run *run)
{
	run_seeds(run,
		  run->options->seeds > 0 ? run->options->seeds : SEEDS_SOAK,
		  STEPS_SOAK);
}

/* ---- the list ------------------------------------------------------------ */

#define NET "host.h: bsn_net"
#define STORE "host.h: bsn_store"
#define CLAUSE_SIM_DROP NET
#define CLAUSE_SIM_DELAY NET
#define CLAUSE_SIM_DUPLICATE NET
#define CLAUSE_SIM_REORDER NET
#define CLAUSE_SIM_PARTITION NET
#define CLAUSE_SIM_ONE_WAY NET
#define CLAUSE_SIM_CRASH STORE
#define CLAUSE_SIM_STOP "engine.h: bsn_chain_ops.close"
#define CLAUSE_SIM_SLOW_DISK STORE
#define CLAUSE_SIM_FULL_DISK STORE
#define CLAUSE_SIM_READ_ERROR STORE
#define CLAUSE_SIM_CLOCK "host.h: bsn_clock"
#define DECIDE "consensus.h: bsn_proposer.decide"

#define SIM_CHECK(id, sentence, clause, level, function, argument)             \
	{                                                                      \
		id, sentence, NULL, clause, level, 1,                          \
			BSN_KIND_ENGINE | BSN_KIND_CONSENSUS, function,        \
			argument                                               \
	},
#define FAULT(symbol, bit, name, about)                                        \
	SIM_CHECK("sim." name, "A chain holds when " about ".",                \
		  CLAUSE_##symbol, LEVEL_SIMULATOR, holds, symbol)
#define LIE(symbol, bit, name, about)                                          \
	SIM_CHECK("sim.byzantine-" name,                                       \
		  "A chain of four holds when one of them lies: " about ".",   \
		  DECIDE, LEVEL_SIMULATOR, holds, LIES(symbol))

static const Check list[] = {
	SIM_FAULT_MAP(FAULT)
	SIM_CHECK("sim.all-faults", "A chain holds when all that can goes "
				    "wrong.",
		  DECIDE, LEVEL_SIMULATOR, holds, ALL_FAULTS)
	SIM_CHECK("sim.observers", "Observers follow the chain through all "
				   "that goes wrong.",
		  "host.h: BSN_ROLE_OBSERVER", LEVEL_SIMULATOR, holds,
		  ALL_FAULTS | WITH_OBSERVERS)
	SIM_LIE_MAP(LIE)
	SIM_CHECK("sim.byzantine-all-lies",
		  "A chain of four holds when one of them lies in all ways and "
		  "all that can goes wrong.",
		  DECIDE, LEVEL_SIMULATOR, holds, ALL_FAULTS | ALL_LIES)
	SIM_CHECK("sim.soak-crash", "A chain holds for thousands of seeds when "
				    "all that can goes wrong.",
		  DECIDE, LEVEL_SOAK, holds_long, ALL_FAULTS)
	SIM_CHECK("sim.soak-byzantine",
		  "A chain of four holds for thousands of seeds when one of "
		  "them lies and all that can goes wrong.",
		  DECIDE, LEVEL_SOAK, holds_long, ALL_FAULTS | ALL_LIES)
};
CHECK_GROUP(checks_sim, list);
