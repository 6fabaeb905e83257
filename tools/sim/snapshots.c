/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/snapshots.h"

#include <jansson.h>

#include <bsn/ext/snapshot.h>

#include "tools/sim/checker.h"
#include "tools/sim/workload.h"

/* Between two things that are done, in microseconds. */
#define PAUSE_MIN_US 100000u
#define PAUSE_MAX_US 1000000u
/* One in so many replaces an observer; a new machine has so long. */
#define REPLACED 4u
#define NEW_US 5000000u
/* Snapshots that a node keeps. */
#define KEPT 3u
/* Blocks from now on until one is due, at most. */
#define DUE_MAX 4u

static void
later(SimWorld *world)
{
	const SimEvent event = {
		.kind = SIM_EVENT_SNAPSHOT,
		.at_us = world->now_us + sim_random_range(&world->snapshot,
							  PAUSE_MIN_US,
							  PAUSE_MAX_US),
	};

	sim_queue_push(world->queue, &event);
}

void
sim_snapshots_start(SimWorld *world)
{
	if (!world->workload->snapshots)
		return;
	if (bsn_engine_snapshot_of(world->engine) == NULL)
		sim_give_up(world, "the workload has snapshots, and the engine "
				   "has none");
	else
		later(world);
}

/* A reply that nobody waits for. */
static bsn_reply *
reply_of(bsn_chain *chain)
{
	bsn_reply *reply = sim_reply_new(chain, SIM_ANSWER_VALUE);

	g_ptr_array_add(chain->world->old_replies, reply);
	return reply;
}

/* ---- taking --------------------------------------------------------------- */

/* The height of the oldest, when there are too many; 0: there are not. */
static guint64
find_surplus(const bsn_reply *reply)
{
	json_t *answer;
	const json_t *list;
	guint64 height = 0;

	if (reply->status != BSN_OK)
		return 0;
	answer = json_loadb((const char *)reply->json.data, reply->json.len, 0,
			    NULL);
	list = json_object_get(answer, "snapshots");
	if (json_array_size(list) >= KEPT)
		height = (guint64)json_integer_value(json_object_get(
			json_array_get(list, 0), "height"));
	json_decref(answer);
	return height;
}

static void
make_room(bsn_chain *chain)
{
	const bsn_engine_snapshot *ops =
		bsn_engine_snapshot_of(chain->world->engine);
	bsn_reply *reply = reply_of(chain);
	guint64 height;

	sim_reply_asked(reply, ops->list(chain->ledger, reply, &reply->err));
	height = find_surplus(reply);
	if (height == 0)
		return;
	reply = reply_of(chain);
	sim_reply_asked(reply,
			ops->cancel(chain->ledger, height, reply, &reply->err));
}

/* Of the newest block, or one that is to come. */
static void
take(bsn_chain *chain)
{
	SimWorld *world = chain->world;
	const bsn_engine_snapshot *ops = bsn_engine_snapshot_of(world->engine);
	const guint64 ahead = sim_random_below(&world->snapshot, DUE_MAX);
	const guint64 height = ahead > 0 && !world->healed
				       ? sim_checker_height(world) + ahead
				       : 0;
	bsn_reply *reply = reply_of(chain);

	sim_trace(world->trace, chain->name,
		  "takes  a snapshot of block %" G_GUINT64_FORMAT, height);
	sim_reply_asked(reply, ops->take(chain->ledger, height, 0, reply,
					 &reply->err));
}

/* ---- replacing ------------------------------------------------------------ */

static SimNode *
any_observer(SimWorld *world)
{
	const guint n = world->options->observers;

	return n > 0 ? &world->nodes[world->options->nodes +
				     sim_random_below(&world->snapshot, n)]
		     : NULL;
}

/* What it said before is not to be expected of it. */
static void
replace(SimNode *node)
{
	bsn_chain *chain = &node->processes[0];

	sim_trace(chain->world->trace, node->name, "is a new machine");
	sim_process_crash(chain);
	sim_store_free(chain->store);
	chain->store = sim_store_new();
	node->height = node->answered = 0;
	node->left_out = 0;
	node->replaced_us = chain->world->now_us;
	node->is_new = TRUE;
}

void
sim_snapshots_booted(bsn_chain *chain)
{
	static const bsn_id any;
	const bsn_engine_snapshot *ops =
		bsn_engine_snapshot_of(chain->world->engine);
	bsn_reply *reply;

	if (!chain->node->is_new)
		return;
	reply = reply_of(chain);
	sim_reply_asked(reply, ops->join(chain->ledger, &any, reply,
					 &reply->err));
	sim_trace(chain->world->trace, chain->name, "begins with a snapshot%s%s",
		  reply->status > BSN_OK ? ", not: " : "", reply->err.reason);
	chain->node->is_new = reply->status > BSN_OK;
	sim_process_after(chain);
}

/* Whether it is time for a new machine. */
static gboolean
may_be_replaced(SimNode *node)
{
	SimWorld *world = node->processes[0].world;

	return !world->healed &&
	       world->now_us > node->replaced_us + NEW_US &&
	       sim_process_is_up(&node->processes[0]) &&
	       sim_random_below(&world->snapshot, REPLACED) == 0;
}

static void
boot_new_ones(SimWorld *world)
{
	for (guint i = world->options->nodes; i < world->n_nodes; i++)
		if (sim_process_is_up(&world->nodes[i].processes[0]))
			sim_snapshots_booted(&world->nodes[i].processes[0]);
}

/* ---- events --------------------------------------------------------------- */

/* Whether somebody waits for a snapshot. */
static gboolean
is_wanted(const SimWorld *world)
{
	return !world->healed || !sim_checker_is_level(world);
}

void
sim_snapshots_event(SimWorld *world)
{
	SimNode *observer = any_observer(world);
	bsn_chain *chain = &world->nodes[sim_random_below(&world->snapshot,
							  world->n_nodes)]
				    .processes[0];

	later(world);
	if (!is_wanted(world))
		return;
	boot_new_ones(world);
	if (observer != NULL && may_be_replaced(observer)) {
		replace(observer);
		return;
	}
	if (sim_process_is_up(chain))
		make_room(chain);
	sim_process_after(chain);
	if (sim_process_is_up(chain))
		take(chain);
	sim_process_after(chain);
}
