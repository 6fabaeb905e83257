/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes: how they start, and the ways in which they end.
 */
#include "tools/sim/checker.h"
#include "tools/sim/services.h"
#include "tools/sim/snapshots.h"
#include "tools/sim/world.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* A crashed process comes back after so long, in microseconds; half of them
 * soon. */
#define DOWN_MIN_US 10000u
#define DOWN_SOON_US 300000u
#define DOWN_MAX_US 5000000u
/* One that could not open its chain tries again after. */
#define RETRY_US 500000u

void
sim_process_init(SimWorld *world, SimNode *node, guint side)
{
	bsn_chain *chain = &node->processes[side];

	chain->world = world;
	chain->node = node;
	chain->side = side;
	g_snprintf(chain->name, sizeof(chain->name), "%s%s", node->name,
		   side > 0 ? "'" : "");
	chain->store = sim_store_new();
	chain->timers = g_array_new(FALSE, FALSE, sizeof(SimTimer));
	chain->waiting = g_ptr_array_new();
}

gboolean
sim_process_is_up(const bsn_chain *chain)
{
	return chain->state == SIM_OPEN;
}

/* Whatever was going to happen to this life does not any more. */
static void
end_life(bsn_chain *chain)
{
	chain->state = SIM_CLOSED;
	chain->ledger = NULL;
	chain->epoch++;
	chain->fuse = 0;
	chain->scans = 0;
	chain->synced_us = 0;
	g_array_set_size(chain->timers, 0);
	sim_net_changed(chain->node);
}

static void
come_back(bsn_chain *chain)
{
	SimRandom *fault = &chain->world->fault;
	guint64 most;

	if (chain->world->options->scripted)
		return;
	most = sim_random_below(fault, 2) == 0 ? DOWN_SOON_US : DOWN_MAX_US;
	sim_process_boot_later(chain,
			       sim_random_range(fault, DOWN_MIN_US, most));
}

static void
bury(bsn_chain *chain)
{
	SimRandom *disk = &chain->world->disk;
	gboolean all_lost = sim_random_below(disk, 2) == 0;
	guint kept = all_lost ? 0
			      : (guint)sim_random_range(disk, 0, chain->alive);

	sim_replies_lose(chain);
	if (chain->ledger != NULL)
		chain->world->engine->chain->close(chain->ledger);
	sim_trace(chain->world->trace, chain->name,
		  "crash  %u of %u unsynced batches are on disk", kept,
		  chain->alive);
	sim_store_crash(chain->store, kept);
	end_life(chain);
	come_back(chain);
}

void
sim_process_after(bsn_chain *chain)
{
	if (chain->state == SIM_DEAD)
		bury(chain);
	else
		sim_checker_after(chain);
}

void
sim_process_crash(bsn_chain *chain)
{
	if (chain->state != SIM_OPEN)
		return;
	chain->alive = sim_store_pending(chain->store);
	chain->state = SIM_DEAD;
	bury(chain);
}

void
sim_process_kill(bsn_chain *chain)
{
	if (chain->state != SIM_OPEN)
		return;
	chain->alive = 0;
	chain->state = SIM_DEAD;
	bury(chain);
}

void
sim_process_stop(bsn_chain *chain)
{
	if (chain->state != SIM_OPEN)
		return;
	sim_trace(chain->world->trace, chain->name, "stop");
	chain->state = SIM_CLOSING;
	chain->world->engine->chain->close(chain->ledger);
	if (chain->state == SIM_CLOSING && chain->waiting->len > 0 &&
	    chain->node->honest)
		sim_violate(chain->world,
			    "the ABI's rules: %s closed its chain with %u "
			    "requests unanswered",
			    chain->name, chain->waiting->len);
	chain->ledger = NULL;
	if (chain->state == SIM_DEAD) {
		bury(chain);
		return;
	}
	sim_replies_lose(chain);
	sim_store_crash(chain->store, sim_store_pending(chain->store));
	end_life(chain);
	come_back(chain);
}

void
sim_process_boot_later(bsn_chain *chain, guint64 delay_us)
{
	const SimEvent event = { .kind = SIM_EVENT_BOOT,
				 .to = chain,
				 .epoch = chain->epoch,
				 .at_us = chain->world->now_us + delay_us };

	sim_queue_push(chain->world->queue, &event);
}

/* What a disk that is full or fails reads may cause is no violation. Who
 * scripted the world looks for himself. */
static void
not_opened(bsn_chain *chain, int32_t status, const bsn_err *err)
{
	gboolean excused = chain->doubtful || status == BSN_FULL ||
			   status == BSN_BUSY || !chain->node->honest ||
			   chain->world->options->scripted;

	sim_trace(chain->world->trace, chain->name, "opens  not: %d %s",
		  status, err->reason);
	if (!excused)
		sim_violate(chain->world,
			    "durability: %s cannot open its chain again: %s",
			    chain->name, err->reason);
	sim_store_crash(chain->store, sim_store_pending(chain->store));
	end_life(chain);
	if (!chain->world->options->scripted)
		sim_process_boot_later(chain, RETRY_US);
}

void
sim_process_boot(bsn_chain *chain)
{
	SimWorld *world = chain->world;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (chain->state != SIM_CLOSED)
		return;
	chain->epoch++;
	chain->state = SIM_OPENING;
	chain->doubtful = FALSE;
	chain->announced = 0;
	chain->reachable = 0;
	chain->members = world->n_nodes < 64
				 ? (G_GUINT64_CONSTANT(1) << world->n_nodes) - 1
				 : G_MAXUINT64;
	chain->random = sim_random(world->seed, chain->name, chain->epoch);
	status = world->engine->chain->open(
		chain, bsn_slice_of(world->genesis->data, world->genesis->len),
		&chain->ledger, &err);
	if (status != BSN_OK)
		chain->ledger = NULL;
	chain->opened = status;
	g_strlcpy(chain->refusal, err.reason, sizeof(chain->refusal));
	if (chain->state == SIM_DEAD) {
		bury(chain);
	} else if (status != BSN_OK) {
		not_opened(chain, status, &err);
	} else {
		chain->state = SIM_OPEN;
		sim_net_changed(chain->node);
		sim_checker_booted(chain);
		sim_snapshots_booted(chain);
	}
}

void
sim_process_clear(bsn_chain *chain)
{
	if (chain->store == NULL)
		return;
	chain->state = chain->state == SIM_OPEN ? SIM_DEAD : chain->state;
	sim_replies_lose(chain);
	if (chain->ledger != NULL)
		chain->world->engine->chain->close(chain->ledger);
	sim_store_free(chain->store);
	g_array_unref(chain->timers);
	g_ptr_array_unref(chain->waiting);
}
