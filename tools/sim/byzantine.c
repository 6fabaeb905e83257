/* SPDX-License-Identifier: Apache-2.0
 *
 * Byzantine nodes of engines and protocols that the simulator knows nothing of.
 * What it has is their key, their processes and what they send:
 *
 * - two processes with one key that hear and talk to different halves of the
 *   nodes propose different blocks and vote twice, correctly signed;
 * - one that goes on from an old state of its disk has forgotten its votes;
 * - one whose consensus is told another digest votes for a wrong state;
 * - what it sends can be kept, sent later, to others, or changed.
 */
#include "tools/sim/secrets.h"
#include "tools/sim/tap.h"
#include "tools/sim/world.h"

#include <string.h>

/* Messages that it remembers. */
#define SAID_MAX 256u
/* Of a million: messages changed. */
#define GARBLE_PPM 200000u
#define REPLAYS_MAX 12u

static gboolean
lies(const SimNode *node, guint64 lie)
{
	return (node->lies & lie) != 0;
}

static void
remember(SimWorld *world, SimNode *node, GBytes *message)
{
	guint64 at = node->said->len;

	if (at < SAID_MAX) {
		g_ptr_array_add(node->said, g_bytes_ref(message));
		return;
	}
	at = sim_random_below(&world->lie, SAID_MAX);
	g_bytes_unref(node->said->pdata[at]);
	node->said->pdata[at] = g_bytes_ref(message);
}

/* One byte is another one; of a secret, where there is one. */
static GBytes *
garbled(SimWorld *world, bsn_slice message)
{
	guint8 *bytes = g_memdup2(message.data, message.len);
	const gssize secret = sim_secrets_place(world, message);
	const guint64 at = secret >= 0 ? (guint64)secret
				       : sim_random_below(&world->lie,
							  message.len);

	bytes[at] ^= (guint8)sim_random_range(&world->lie, 1, 255);
	return g_bytes_new_take(bytes, message.len);
}

/* Whom it keeps messages from changes with the turn. */
static gboolean
keeps_from(const bsn_chain *chain, guint to)
{
	const SimNode *node = chain->node;

	if (lies(node, SIM_SILENCE))
		return TRUE;
	if (lies(node, SIM_WITHHOLD) && ((node->lies >> 32 >> to) & 1) != 0)
		return TRUE;
	return sim_process_is_up(&node->processes[1]) &&
	       to % SIM_SIDES != chain->side &&
	       !sim_random_chance(&chain->world->lie, node->cross_ppm);
}

void
sim_byzantine_send(bsn_chain *chain, guint to, bsn_slice message)
{
	SimWorld *world = chain->world;
	g_autoptr(GBytes) bytes = NULL;

	if (lies(chain->node, SIM_GARBLE) && message.len > 0 &&
	    sim_random_chance(&world->lie, GARBLE_PPM))
		bytes = garbled(world, message);
	else
		bytes = g_bytes_new(message.data, message.len);
	remember(world, chain->node, bytes);
	if (!keeps_from(chain, to))
		sim_net_post(chain, to, bytes);
}

/* ---- turns --------------------------------------------------------------- */

static void
replay(SimWorld *world, SimNode *node)
{
	guint64 n = sim_random_range(&world->lie, 1, REPLAYS_MAX);

	for (guint64 i = 0; i < n && node->said->len > 0; i++) {
		guint to = (guint)sim_random_below(&world->lie, world->n_nodes);
		GBytes *old = node->said->pdata[sim_random_below(
			&world->lie, node->said->len)];

		if (to != node->index)
			sim_net_post(&node->processes[0], to, old);
	}
}

static void
roll_back(SimWorld *world, SimNode *node)
{
	bsn_chain *chain = &node->processes[0];

	if (node->old == NULL || sim_random_below(&world->lie, 3) == 0) {
		sim_store_free(node->old);
		node->old = sim_store_copy(chain->store);
		return;
	}
	sim_trace(world->trace, node->name, "lie    rolls its disk back");
	sim_process_crash(chain);
	if (chain->state != SIM_CLOSED)
		return;
	sim_store_free(chain->store);
	chain->store = sim_store_copy(node->old);
	sim_process_boot(chain);
}

/* The second face begins with the first one's disk. */
static void
second_face(SimWorld *world, SimNode *node)
{
	bsn_chain *second = &node->processes[1];

	if (!lies(node, SIM_TWO_FACES)) {
		sim_process_crash(second);
		return;
	}
	if (second->state != SIM_CLOSED)
		return;
	sim_trace(world->trace, node->name, "lie    has two faces");
	sim_store_free(second->store);
	second->store = sim_store_copy(node->processes[0].store);
	sim_process_boot(second);
}

void
sim_byzantine_turn(SimWorld *world, SimNode *node)
{
	static const guint64 crosses[] = { 0, 100000, 500000, 1000000 };
	guint64 drawn = sim_random_u64(&world->lie);

	/* The upper half says whom messages are kept from. */
	node->lies = (node->nature & drawn) |
		     (drawn & ~(guint64)G_MAXUINT32);
	node->cross_ppm = crosses[sim_random_below(&world->lie,
						   G_N_ELEMENTS(crosses))];
	second_face(world, node);
	if (lies(node, SIM_REPLAY))
		replay(world, node);
	if (lies(node, SIM_ROLLBACK))
		roll_back(world, node);
	if (lies(node, SIM_FORGE) && sim_process_is_up(&node->processes[0])) {
		sim_tap_forge(&node->processes[0]);
		sim_process_after(&node->processes[0]);
	}
}
