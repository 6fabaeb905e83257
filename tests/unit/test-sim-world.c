/* SPDX-License-Identifier: Apache-2.0
 *
 * The simulator as a library: worlds one after the other in one process.
 */
#include <bsn/helpers/bytes.h>

#include "tools/sim/checker.h"
#include "tools/sim/plugins.h"
#include "tools/sim/run.h"
#include "tools/sim/workload.h"
#include "tools/sim/world.h"

#define STEPS 1500u

typedef struct {
	SimOptions options;
	SimWorkload *workload;
	const bsn_engine *engine;
} Setting;

static void
set_up(Setting *setting, gconstpointer none)
{
	g_autofree char *plugins =
		g_test_build_filename(G_TEST_BUILT, "modules", NULL);
	g_autofree char *engine = g_test_build_filename(
		G_TEST_BUILT, "tests/sim/modules/engine-cells.so", NULL);
	g_autofree char *synod = g_test_build_filename(
		G_TEST_BUILT, "tests/sim/modules/consensus-synod.so", NULL);
	g_autofree char *file =
		g_test_build_filename(G_TEST_DIST, "tests/sim/cells.json",
				      NULL);
	g_autofree char *message = NULL;
	char *argv[] = { "bsn-sim", "-e",  engine, "-c",  "synod",
			 "-p",      synod, "-k",   "1500", "-n",
			 "4",       "--plugin-dir", plugins, NULL };

	g_assert_cmpint(sim_options_parse(&setting->options,
					  (int)G_N_ELEMENTS(argv) - 1, argv,
					  &message), ==, SIM_RUN);
	setting->engine = sim_plugins_load(&setting->options, &message);
	if (setting->engine == NULL)
		g_error("%s", message);
	setting->workload = sim_workload_read(file, &message);
	g_assert_nonnull(setting->workload);
}

static void
tear_down(Setting *setting, gconstpointer none)
{
	sim_workload_free(setting->workload);
	sim_options_clear(&setting->options);
}

static SimWorld *
new_world(const Setting *setting, guint64 seed)
{
	char *message = NULL;
	SimWorld *world = sim_world_new(&setting->options, setting->workload,
					setting->engine, seed, &message);

	if (world == NULL)
		g_error("%s", message);
	return world;
}

static guint64
run(const Setting *setting, guint64 seed)
{
	SimWorld *world = new_world(setting, seed);
	guint64 digest;

	if (!sim_world_run(world))
		g_error("%s", world->violation);
	g_assert_cmpuint(world->step, >=, STEPS);
	g_assert_cmpuint(sim_checker_height(world), >, 0);
	digest = sim_trace_digest(world->trace);
	sim_world_free(world);
	return digest;
}

static void
test_worlds_leave_nothing_behind(Setting *setting, gconstpointer none)
{
	guint64 digests[10];

	for (guint64 seed = 0; seed < G_N_ELEMENTS(digests); seed++)
		digests[seed] = run(setting, seed);
	for (guint64 seed = G_N_ELEMENTS(digests); seed-- > 0;)
		g_assert_cmpuint(run(setting, seed), ==, digests[seed]);
}

/* Which signatures there are is the world's choice, whatever was loaded with
 * which; and real ones are alike from the first on, though a library fills its
 * caches. */
static void
test_signatures_take_turns(Setting *setting, gconstpointer none)
{
	guint64 model = run(setting, 3), real;

	setting->options.real_signatures = TRUE;
	real = run(setting, 3);
	g_assert_cmpuint(real, !=, model);
	g_assert_cmpuint(run(setting, 3), ==, real);
	setting->options.real_signatures = FALSE;
	g_assert_cmpuint(run(setting, 3), ==, model);
}

static void
test_byzantine_world_can_be_left(Setting *setting, gconstpointer none)
{
	setting->options.byzantine = 1;
	for (guint64 seed = 0; seed < 20; seed++) {
		SimWorld *world = new_world(setting, seed);

		/* Whether it holds is not the question here. */
		(void)sim_world_run(world);
		sim_world_free(world);
	}
}

/* A world may be left at any step. */
static void
test_world_can_be_left_early(Setting *setting, gconstpointer none)
{
	for (guint64 steps = 0; steps < 400; steps += 23) {
		SimWorld *world = new_world(setting, steps);

		while (world->step < steps && sim_world_step(world))
			;
		sim_world_free(world);
	}
}

/* What the checker says when a node loses what it has told of. */
static void
test_lost_block_is_noticed(Setting *setting, gconstpointer none)
{
	SimWorld *world;
	bsn_chain *chain;

	setting->options.faults = 0;
	setting->options.draw_faults = FALSE;
	world = new_world(setting, 1);
	chain = &world->nodes[1].processes[0];
	while (world->nodes[1].height < 5 && sim_world_step(world))
		;
	g_assert_null(world->violation);
	sim_process_crash(chain);
	sim_store_free(chain->store);
	chain->store = sim_store_new();
	sim_process_boot(chain);
	g_assert_nonnull(world->violation);
	g_assert_true(g_str_has_prefix(world->violation, "durability: "));
	sim_world_free(world);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/sim/world/leaves-nothing-behind-for-the-next", Setting,
		   NULL, set_up, test_worlds_leave_nothing_behind, tear_down);
	g_test_add("/sim/world/real-and-model-signatures-take-turns", Setting,
		   NULL, set_up, test_signatures_take_turns, tear_down);
	g_test_add("/sim/world/with-a-byzantine-node-can-be-left", Setting,
		   NULL, set_up, test_byzantine_world_can_be_left, tear_down);
	g_test_add("/sim/world/can-be-left-at-any-step", Setting, NULL, set_up,
		   test_world_can_be_left_early, tear_down);
	g_test_add("/sim/world/lost-block-is-noticed", Setting, NULL, set_up,
		   test_lost_block_is_noticed, tear_down);
	return g_test_run();
}
