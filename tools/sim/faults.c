/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes wrong, and when. Each seed draws the faults that its run has at
 * all, so that some runs have many and some have one alone.
 */
#include "tools/sim/snapshots.h"
#include "tools/sim/workload.h"
#include "tools/sim/world.h"

/* Between two faults, in microseconds. */
#define PAUSE_MIN_US 10000u
#define PAUSE_MAX_US 800000u
/* What passes, passes after so long; who has decided is alone for longer. */
#define ALONE_MIN_US 500000u
#define ALONE_MAX_US 10000000u
#define LASTS_MIN_US 50000u
#define LASTS_MAX_US 5000000u
/* Effects that a process has before it dies at most. */
#define FUSE_MAX 40u
/* Clocks: wrong by so much, drifting by so much, set by so much. */
#define CLOCK_OFF_MS 5000u
#define CLOCK_DRIFT_PPM 300u

static guint64
lasts(SimWorld *world)
{
	return sim_random_range(&world->fault, LASTS_MIN_US, LASTS_MAX_US);
}

static gint64
around_zero(SimWorld *world, guint64 most)
{
	return (gint64)sim_random_below(&world->fault, 2 * most + 1) -
	       (gint64)most;
}

static SimNode *
any_node(SimWorld *world)
{
	return &world->nodes[sim_random_below(&world->fault, world->n_nodes)];
}

static void
next_fault(SimWorld *world)
{
	const SimEvent event = {
		.kind = SIM_EVENT_FAULT,
		.at_us = world->now_us + sim_random_range(&world->fault,
							  PAUSE_MIN_US,
							  PAUSE_MAX_US),
	};

	sim_queue_push(world->queue, &event);
}

static void
set_clocks(SimWorld *world)
{
	for (guint i = 0; i < world->n_nodes; i++) {
		SimNode *node = &world->nodes[i];

		node->wall_off_ms = around_zero(world, CLOCK_OFF_MS);
		node->drift_ppm = around_zero(world, CLOCK_DRIFT_PPM);
	}
}

void
sim_faults_start(SimWorld *world)
{
	static const guint64 drops[] = { 5000, 20000, 80000, 250000 };
	static const guint64 strikes[] = { 0, 20000, 100000, 400000 };
	GString *names = g_string_new(NULL);

	world->drop_ppm = drops[sim_random_below(&world->fault,
						 G_N_ELEMENTS(drops))];
	world->strike_ppm = strikes[sim_random_below(&world->fault,
						     G_N_ELEMENTS(strikes))];
	world->faults = world->options->faults;
	if (world->options->draw_faults)
		world->faults &= sim_random_u64(&world->fault);
	for (guint i = 0; sim_faults[i].name != NULL; i++)
		if ((world->faults & (G_GUINT64_CONSTANT(1) << i)) != 0)
			g_string_append_printf(names, " %s",
					       sim_faults[i].name);
	sim_trace(world->trace, "-", "faults%s", names->len > 0 ? names->str
								: " none");
	g_string_free(names, TRUE);
	if ((world->faults & SIM_CLOCK) != 0)
		set_clocks(world);
	next_fault(world);
	sim_snapshots_start(world);
}

/* ---- one fault ----------------------------------------------------------- */

static void
partition(SimWorld *world)
{
	guint64 half = sim_random_u64(&world->fault);
	guint64 time = lasts(world);

	sim_trace(world->trace, "-",
		  "fault  partition %" G_GINT64_MODIFIER "x for %"
		  G_GUINT64_FORMAT " ms",
		  half & ((G_GUINT64_CONSTANT(2) << (world->n_nodes - 1)) - 1),
		  time / 1000);
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint j = 0; j < world->n_nodes; j++)
			if (((half >> i) & 1) != ((half >> j) & 1))
				sim_net_cut(world, i, j, time);
}

static void
one_way(SimWorld *world)
{
	const SimNode *from = any_node(world);
	const SimNode *to = any_node(world);
	guint64 time = lasts(world);

	if (from == to)
		return;
	sim_trace(world->trace, "-",
		  "fault  %s -> %s is cut for %" G_GUINT64_FORMAT " ms",
		  from->name, to->name, time / 1000);
	sim_net_cut(world, from->index, to->index, time);
}

/* Several nodes at one instant, all of them perhaps. */
static void
power_cut(SimWorld *world)
{
	guint64 struck = sim_random_u64(&world->fault) |
			 sim_random_u64(&world->fault);

	sim_trace(world->trace, "-", "fault  power cut");
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0; side < world->nodes[i].sides; side++)
			if (((struck >> i) & 1) != 0)
				sim_process_crash(
					&world->nodes[i].processes[side]);
}

static void
crash(SimWorld *world, bsn_chain *chain)
{
	guint64 how = sim_random_below(&world->fault, 8);

	if (how == 0)
		power_cut(world);
	else if (how == 1)
		sim_process_crash(chain);
	else if (sim_process_is_up(chain))
		chain->fuse = (guint)sim_random_range(&world->fault, 1,
						      FUSE_MAX);
}

/* As of nodes that share their storage. */
static void
slow_disks(SimWorld *world)
{
	guint64 slow = sim_random_u64(&world->fault) |
		       sim_random_u64(&world->fault);
	guint64 time = lasts(world);

	sim_trace(world->trace, "-",
		  "fault  disks are slow for %" G_GUINT64_FORMAT " ms",
		  time / 1000);
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0; side < world->nodes[i].sides; side++)
			if (((slow >> i) & 1) != 0)
				world->nodes[i].processes[side].slow_until_us =
					world->now_us + time;
}

static void
bad_disk(SimWorld *world, bsn_chain *chain, guint64 fault, const char *how)
{
	guint64 time = lasts(world);
	guint64 until = world->now_us + time;

	sim_trace(world->trace, chain->name,
		  "fault  the disk %s for %" G_GUINT64_FORMAT " ms", how,
		  time / 1000);
	if (fault == SIM_SLOW_DISK)
		chain->slow_until_us = until;
	else if (fault == SIM_FULL_DISK)
		chain->full_until_us = until;
	else
		chain->errors_until_us = until;
}

static void
set_clock(SimWorld *world, SimNode *node)
{
	node->wall_off_ms = around_zero(world, CLOCK_OFF_MS);
	sim_trace(world->trace, node->name,
		  "fault  the clock is set to %+" G_GINT64_FORMAT " ms",
		  node->wall_off_ms);
}

static void
happen(SimWorld *world, guint64 fault)
{
	SimNode *node = any_node(world);
	bsn_chain *chain =
		&node->processes[sim_random_below(&world->fault, node->sides)];

	if (fault == SIM_PARTITION)
		partition(world);
	else if (fault == SIM_ONE_WAY)
		one_way(world);
	else if (fault == SIM_CRASH)
		crash(world, chain);
	else if (fault == SIM_STOP)
		sim_process_stop(chain);
	else if (fault == SIM_SLOW_DISK &&
		 sim_random_below(&world->fault, 2) == 0)
		slow_disks(world);
	else if (fault == SIM_SLOW_DISK)
		bad_disk(world, chain, fault, "is slow");
	else if (fault == SIM_FULL_DISK)
		bad_disk(world, chain, fault, "is full");
	else if (fault == SIM_READ_ERROR)
		bad_disk(world, chain, fault, "fails reads");
	else if (fault == SIM_CLOCK)
		set_clock(world, node);
	/* The others happen to each message; see net.c. */
}

/* Whoever looks after a node restarts it when its disk has failed reads. */
static void
restart_doubtful(SimWorld *world)
{
	for (guint i = 0; i < world->n_nodes; i++) {
		bsn_chain *chain = &world->nodes[i].processes[0];

		if (chain->doubtful && world->now_us >= chain->errors_until_us)
			sim_process_crash(chain);
	}
}

void
sim_faults_decided(bsn_chain *chain)
{
	SimWorld *world = chain->world;
	const SimEvent event = { .kind = SIM_EVENT_FAULT,
				 .at_us = world->now_us,
				 .number = 1 + chain->node->index };

	if (!world->healed &&
	    sim_random_chance(&world->fault, world->strike_ppm))
		sim_queue_push(world->queue, &event);
}

static void
isolate(SimWorld *world, guint node)
{
	guint64 time =
		sim_random_range(&world->fault, ALONE_MIN_US, ALONE_MAX_US);

	sim_trace(world->trace, "-",
		  "fault  n%u has decided and is cut off for %" G_GUINT64_FORMAT
		  " ms",
		  node, time / 1000);
	for (guint i = 0; i < world->n_nodes; i++) {
		if (i == node)
			continue;
		sim_net_cut(world, i, node, time);
		sim_net_cut(world, node, i, time);
	}
}

/* The others lose power. */
static void
strike_others(SimWorld *world, guint node)
{
	sim_trace(world->trace, "-",
		  "fault  n%u has decided and the others lose power", node);
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0;
		     i != node && side < world->nodes[i].sides; side++)
			sim_process_crash(&world->nodes[i].processes[side]);
}

static void
after_decision(SimWorld *world, guint node)
{
	if (world->healed)
		return;
	if ((world->faults & SIM_PARTITION) != 0)
		isolate(world, node);
	if ((world->faults & SIM_CRASH) != 0 &&
	    sim_random_below(&world->fault, 2) == 0)
		strike_others(world, node);
}

void
sim_faults_event(SimWorld *world, guint64 number)
{
	guint first;

	if (number > 0) {
		after_decision(world, (guint)number - 1);
		return;
	}
	first = (guint)sim_random_below(&world->fault, 64);
	next_fault(world);
	for (guint i = 0; i < world->n_nodes; i++)
		if (!world->nodes[i].honest)
			sim_byzantine_turn(world, &world->nodes[i]);
	if (world->healed)
		return;
	restart_doubtful(world);
	for (guint i = 0; i < 64; i++) {
		guint64 fault = G_GUINT64_CONSTANT(1) << ((first + i) % 64);

		if ((world->faults & fault) == 0)
			continue;
		happen(world, fault);
		return;
	}
}

/* ---- the end of it ------------------------------------------------------- */

static void
mend(bsn_chain *chain)
{
	chain->fuse = 0;
	chain->full_until_us = 0;
	chain->slow_until_us = 0;
	chain->errors_until_us = 0;
	if (chain->doubtful)
		sim_process_crash(chain);
	if (chain->side == 0)
		sim_process_boot(chain);
}

/* A protocol that goes by the clock can go on when clocks are right. */
static void
mend_clocks(SimWorld *world)
{
	for (guint i = 0; i < world->n_nodes; i++)
		world->nodes[i].wall_off_ms = world->nodes[i].drift_ppm = 0;
}

void
sim_faults_heal(SimWorld *world)
{
	sim_trace(world->trace, "-", "heal   nothing goes wrong any more");
	world->healed = TRUE;
	if (world->workload->right_clocks)
		mend_clocks(world);
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint side = 0; side < world->nodes[i].sides; side++)
			mend(&world->nodes[i].processes[side]);
	for (guint i = 0; i < world->n_nodes; i++)
		for (guint j = 0; j < world->n_nodes; j++)
			if (i != j)
				sim_net_cut(world, i, j, 0);
}
