/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/snapshots.h"

#include <string.h>

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

/* All nodes make the same one after the same block. */
static void
compare(bsn_chain *chain, guint64 height, const char *hash)
{
	SimWorld *world = chain->world;
	const char *known = g_hash_table_lookup(world->hashes, &height);

	if (known == NULL)
		g_hash_table_insert(world->hashes,
				    g_memdup2(&height, sizeof(height)),
				    g_strdup(hash));
	else if (strcmp(known, hash) != 0)
		sim_violate(world,
			    "snapshots: the one after block %" G_GUINT64_FORMAT
			    " is %s at %s and was %s elsewhere",
			    height, hash, chain->name, known);
}

/* What a node has, an array for json_decref; NULL: it does not say. */
static json_t *
list_of(bsn_chain *chain)
{
	const bsn_engine_snapshot *ops =
		bsn_engine_snapshot_of(chain->world->engine);
	bsn_reply *reply = reply_of(chain);
	json_t *answer = NULL;
	json_t *list;

	sim_reply_asked(reply, ops->list(chain->ledger, reply, &reply->err));
	if (reply->status == BSN_OK)
		answer = json_loadb((const char *)reply->json.data,
				    reply->json.len, 0, NULL);
	list = json_incref(json_object_get(answer, "snapshots"));
	json_decref(answer);
	return list;
}

static guint64
height_of(const json_t *snapshot)
{
	return (guint64)json_integer_value(
		json_object_get(snapshot, "height"));
}

/* Compares those that are ready; whether there is one of a height. */
static gboolean
look(bsn_chain *chain, const json_t *list, guint64 height)
{
	gboolean found = FALSE;
	json_t *one;
	gsize i;

	json_array_foreach(list, i, one)
	{
		const char *hash =
			json_string_value(json_object_get(one, "hash"));

		if (hash == NULL || !chain->node->honest)
			continue;
		compare(chain, height_of(one), hash);
		found |= height_of(one) == height;
	}
	return found;
}

/* The oldest goes when there are too many, unless it is of a block to keep. */
static void
make_room(bsn_chain *chain, guint64 keep)
{
	const bsn_engine_snapshot *ops =
		bsn_engine_snapshot_of(chain->world->engine);
	json_t *list = list_of(chain);
	const guint64 oldest = height_of(json_array_get(list, 0));
	bsn_reply *reply;

	look(chain, list, 0);
	if (json_array_size(list) >= KEPT && oldest != keep) {
		reply = reply_of(chain);
		sim_reply_asked(reply, ops->cancel(chain->ledger, oldest,
						   reply, &reply->err));
	}
	json_decref(list);
}

static void
take(bsn_chain *chain, guint64 height, guint32 flags)
{
	const bsn_engine_snapshot *ops =
		bsn_engine_snapshot_of(chain->world->engine);
	bsn_reply *reply = reply_of(chain);

	sim_trace(chain->world->trace, chain->name,
		  "takes  a snapshot of block %" G_GUINT64_FORMAT, height);
	sim_reply_asked(reply, ops->take(chain->ledger, height, flags, reply,
					 &reply->err));
}

/* Everywhere: of the newest block, or one that is to come. */
static void
take_some(bsn_chain *chain)
{
	SimWorld *world = chain->world;
	const guint64 ahead = sim_random_below(&world->snapshot, DUE_MAX);
	const guint64 height = ahead > 0 && !world->healed
				       ? sim_checker_height(world) + ahead
				       : 0;

	take(chain, height, 0);
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

/* One that goes on behind a snapshot has had no block to tell of. */
static void
look_after_new_ones(SimWorld *world)
{
	for (guint i = world->options->nodes; i < world->n_nodes; i++) {
		bsn_chain *chain = &world->nodes[i].processes[0];

		if (sim_process_is_up(chain))
			sim_snapshots_booted(chain);
		if (sim_process_is_up(chain) &&
		    chain->node->replaced_us > 0)
			sim_checker_booted(chain);
	}
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
	look_after_new_ones(world);
	if (observer != NULL && may_be_replaced(observer)) {
		replace(observer);
		return;
	}
	if (sim_process_is_up(chain))
		make_room(chain, 0);
	sim_process_after(chain);
	if (sim_process_is_up(chain))
		take_some(chain);
	sim_process_after(chain);
}

/* ---- the end -------------------------------------------------------------- */

static gboolean
has(bsn_chain *chain, guint64 height)
{
	json_t *list = list_of(chain);
	const gboolean found = look(chain, list, height);

	json_decref(list);
	return found;
}

/* Who has none is asked for it, again and again: one of this block may have been
 * deleted a moment ago. */
static gboolean
all_have(SimWorld *world, guint64 height)
{
	gboolean all = TRUE;

	for (guint i = 0; i < world->n_nodes; i++) {
		bsn_chain *chain = &world->nodes[i].processes[0];

		if (!world->nodes[i].honest || has(chain, height))
			continue;
		all = FALSE;
		make_room(chain, height);
		take(chain, height, BSN_SNAPSHOT_HERE_ONLY);
		sim_process_after(chain);
	}
	return all;
}

static void
let_pass(SimWorld *world)
{
	const guint64 until_us = world->now_us + PAUSE_MIN_US;

	while (world->now_us < until_us && sim_world_step(world))
		;
}

void
sim_snapshots_check(SimWorld *world)
{
	const guint64 height = sim_checker_height(world);
	const guint64 deadline_us =
		world->now_us + world->options->settle_ms * 1000;

	if (!world->workload->snapshots)
		return;
	while (!all_have(world, height) && world->violation == NULL &&
	       world->now_us < deadline_us)
		let_pass(world);
	if (!all_have(world, height))
		sim_violate(world,
			    "snapshots: not all have made the one after block "
			    "%" G_GUINT64_FORMAT,
			    height);
}
