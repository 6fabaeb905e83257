/* SPDX-License-Identifier: Apache-2.0
 *
 * The network between the nodes. It is harsher than bsn.net/1 of a real host,
 * which keeps the order of a pair while it is connected.
 */
#include "tools/sim/world.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/sim/secrets.h"
#include "tools/sim/services.h"

/* Bytes of one message. */
#define MESSAGE_MAX (64u << 20)
/* A message takes so long, in microseconds. */
#define TRIP_MIN_US 100u
#define TRIP_MAX_US 3000u
#define DELAYED_MAX_US 3000000u
/* A broken connection is noticed after so long. */
#define NOTICE_MIN_US 1000u
#define NOTICE_MAX_US 400000u
/* Of a million messages. */
#define DELAY_PPM 20000u
#define DUPLICATE_PPM 20000u
#define REORDER_PPM 100000u

SimLink *
sim_net_link(const SimWorld *world, guint from, guint to)
{
	return &world->links[from * world->n_nodes + to];
}

SimNode *
sim_node_of(const SimWorld *world, bsn_slice public_key)
{
	for (guint i = 0; i < world->n_nodes; i++) {
		const SimKey *key = &world->nodes[i].key;

		if (public_key.len == key->public_key_len &&
		    memcmp(public_key.data, key->public_key,
			   key->public_key_len) == 0)
			return &world->nodes[i];
	}
	return NULL;
}

static guint64
bit(guint node)
{
	return G_GUINT64_CONSTANT(1) << node;
}

static gboolean
happens(SimWorld *world, guint64 fault, guint64 per_million)
{
	return !world->healed && (world->faults & fault) != 0 &&
	       sim_random_chance(&world->net, per_million);
}

static gboolean
is_cut(const SimWorld *world, guint from, guint to)
{
	return sim_net_link(world, from, to)->cut_until_us > world->now_us;
}

gboolean
sim_net_reaches(const SimWorld *world, guint from, guint to)
{
	const SimNode *node = &world->nodes[to];

	return !is_cut(world, from, to) && !is_cut(world, to, from) &&
	       (sim_process_is_up(&node->processes[0]) ||
		sim_process_is_up(&node->processes[1]));
}

/* ---- on the way ---------------------------------------------------------- */

static guint64
arrival(SimWorld *world, SimLink *link)
{
	guint64 at = world->now_us +
		     sim_random_range(&world->net, TRIP_MIN_US, TRIP_MAX_US);

	if (happens(world, SIM_DELAY, DELAY_PPM))
		at += sim_random_below(&world->net, DELAYED_MAX_US);
	if (happens(world, SIM_REORDER, REORDER_PPM))
		return at;
	return link->last_us = MAX(at, link->last_us + 1);
}

static void
post_to(bsn_chain *from, bsn_chain *to, GBytes *message)
{
	SimWorld *world = from->world;
	SimEvent event = {
		.kind = SIM_EVENT_MESSAGE,
		.to = to,
		.epoch = to->epoch,
		.from = from->node->index,
		.number = ++world->messages,
		.at_us = arrival(world, sim_net_link(world, from->node->index,
						     to->node->index)),
		.bytes = g_bytes_ref(message),
	};

	sim_queue_push(world->queue, &event);
	if (!happens(world, SIM_DUPLICATE, DUPLICATE_PPM))
		return;
	event.at_us += sim_random_range(&world->net, 1, DELAYED_MAX_US);
	event.bytes = g_bytes_ref(message);
	sim_queue_push(world->queue, &event);
}

/* The two processes of a Byzantine node hear different halves of the nodes,
 * and more or less of the other half. */
static gboolean
hears(SimWorld *world, const bsn_chain *to, guint from)
{
	return sim_process_is_up(to) &&
	       (!sim_process_is_up(&to->node->processes[1]) ||
		from % SIM_SIDES == to->side ||
		sim_random_chance(&world->lie, to->node->cross_ppm));
}

void
sim_net_post(bsn_chain *from, guint to, GBytes *message)
{
	SimWorld *world = from->world;
	SimNode *node = &world->nodes[to];

	if (is_cut(world, from->node->index, to) ||
	    happens(world, SIM_DROP, world->drop_ppm)) {
		sim_trace(world->trace, from->name, "lost   -> %s", node->name);
		return;
	}
	for (guint side = 0; side < node->sides; side++)
		if (hears(world, &node->processes[side], from->node->index))
			post_to(from, &node->processes[side], message);
}

void
sim_net_deliver(SimWorld *world, SimEvent *event)
{
	bsn_chain *to = event->to;
	const SimNode *from = &world->nodes[event->from];
	gsize len;
	const void *data = g_bytes_get_data(event->bytes, &len);

	if ((to->members & bit(event->from)) == 0)
		return;
	if (is_cut(world, event->from, to->node->index)) {
		sim_trace(world->trace, to->name,
			  "lost   <- %s message %" G_GUINT64_FORMAT,
			  from->name, event->number);
		return;
	}
	sim_trace(world->trace, to->name,
		  "recv   <- %s message %" G_GUINT64_FORMAT
		  ", %" G_GSIZE_FORMAT " bytes #%08x",
		  from->name, event->number, len,
		  (guint32)sim_fnv(SIM_FNV_START, data, len));
	if (!BSN_HAS(world->engine->chain, message))
		return;
	world->engine->chain->message(to->ledger,
				      bsn_slice_of(from->key.public_key,
						   from->key.public_key_len),
				      bsn_slice_of(data, len));
	sim_process_after(to);
}

/* ---- the service --------------------------------------------------------- */

static void
send_one(bsn_chain *chain, guint to, bsn_slice message)
{
	g_autoptr(GBytes) bytes = NULL;

	if (!chain->node->honest) {
		sim_byzantine_send(chain, to, message);
		return;
	}
	sim_secrets_sent(chain, to, message);
	bytes = g_bytes_new(message.data, message.len);
	sim_net_post(chain, to, bytes);
}

static int32_t
net_send(bsn_chain *chain, bsn_slice public_key, bsn_slice message)
{
	const SimNode *node = sim_node_of(chain->world, public_key);

	if (message.len > MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (node == NULL || node == chain->node ||
	    (chain->members & bit(node->index)) == 0)
		return BSN_NOT_FOUND;
	if (!sim_effect(chain, "bsn_net.send", TRUE))
		return BSN_OK;
	if ((chain->reachable & bit(node->index)) == 0)
		return BSN_UNAVAILABLE;
	send_one(chain, node->index, message);
	return BSN_OK;
}

/* It may die between any two of the nodes that it tells. */
static int32_t
net_broadcast(bsn_chain *chain, bsn_slice message)
{
	guint64 to = chain->members & chain->reachable &
		     ~bit(chain->node->index);

	if (message.len > MESSAGE_MAX)
		return BSN_TOO_LARGE;
	for (guint i = 0; i < chain->world->n_nodes; i++)
		if ((to & bit(i)) != 0 &&
		    sim_effect(chain, "bsn_net.broadcast", FALSE))
			send_one(chain, i, message);
	return BSN_OK;
}

static int32_t
net_set_members(bsn_chain *chain, const bsn_member *members, uint64_t n)
{
	guint64 known = 0;

	for (uint64_t i = 0; i < n; i++) {
		const bsn_member *member =
			(const void *)((const char *)members +
				       i * members->size);
		const SimNode *node =
			sim_node_of(chain->world, member->public_key);

		if (node != NULL)
			known |= bit(node->index);
	}
	if (sim_effect(chain, "bsn_net.set_members", FALSE))
		chain->members = known | bit(chain->node->index);
	return BSN_OK;
}

const bsn_net sim_net_table = { .size = sizeof(bsn_net),
				.send = net_send,
				.broadcast = net_broadcast,
				.set_members = net_set_members };

/* ---- who is there -------------------------------------------------------- */

void
sim_net_notice(bsn_chain *chain, guint about)
{
	SimWorld *world = chain->world;
	const SimKey *key = &world->nodes[about].key;
	gboolean is = sim_net_reaches(world, chain->node->index, about);
	gboolean was = (chain->reachable & bit(about)) != 0;

	if (!sim_process_is_up(chain) || is == was ||
	    (chain->members & bit(about)) == 0)
		return;
	chain->reachable ^= bit(about);
	sim_trace(world->trace, chain->name, "peer   %s is %s",
		  world->nodes[about].name, is ? "reachable" : "gone");
	if (!BSN_HAS(world->engine->chain, peer))
		return;
	world->engine->chain->peer(chain->ledger,
				   bsn_slice_of(key->public_key,
						key->public_key_len),
				   is ? 1 : 0);
	sim_process_after(chain);
}

/* Both ends of a connection look again at a time, or soon after. */
static void
look_again(SimWorld *world, guint a, guint b, guint64 at_us)
{
	for (guint side = 0; side < world->nodes[a].sides; side++) {
		bsn_chain *chain = &world->nodes[a].processes[side];
		const SimEvent event = {
			.kind = SIM_EVENT_PEER,
			.to = chain,
			.epoch = chain->epoch,
			.from = b,
			.at_us = at_us + sim_random_range(&world->net,
							  NOTICE_MIN_US,
							  NOTICE_MAX_US),
		};

		sim_queue_push(world->queue, &event);
	}
}

void
sim_net_changed(SimNode *node)
{
	SimWorld *world = node->processes[0].world;

	for (guint i = 0; i < world->n_nodes; i++) {
		if (i == node->index)
			continue;
		look_again(world, i, node->index, world->now_us);
		look_again(world, node->index, i, world->now_us);
	}
}

void
sim_net_cut(SimWorld *world, guint from, guint to, guint64 for_us)
{
	guint64 until = world->now_us + for_us;

	sim_net_link(world, from, to)->cut_until_us = until;
	look_again(world, from, to, world->now_us);
	look_again(world, to, from, world->now_us);
	if (for_us == 0)
		return;
	look_again(world, from, to, until);
	look_again(world, to, from, until);
}
