/* SPDX-License-Identifier: Apache-2.0
 *
 * A host that is known: which keys it holds, which chains it shares with this
 * one, and what goes to and fro between them.
 */
#include <string.h>

#include "host/chain/chain.h"
#include "host/chain/internal.h"
#include "host/peer/private.h"

/* Keys that one host may prove. */
#define KEYS_MAX 16u
/* Cost of a frame that is no message, in the budget. */
#define CONTROL_COST 1024
#define KEY_COST (64 << 10)
/* One whole credit may be under way when a member is removed. */
const BudgetRule peer_budget_rule = { 2 * (LANE_CREDIT + BSN_NET_MESSAGE_MAX),
				      1 << 20 };

void
peer_unref(Peer *peer)
{
	if (--peer->refs > 0)
		return;
	g_ptr_array_unref(peer->keys);
	g_ptr_array_unref(peer->proven);
	g_hash_table_unref(peer->lanes);
	g_free(peer);
}

void
peer_cut_off(Peer *peer, const char *why)
{
	peers_ban(peer->hub, link_host(peer->link));
	link_close(peer->link, PEER_FLOOD, why);
}

gboolean
peer_charge(Peer *peer, gint64 cost)
{
	if (budget_take(&peer->budget, peer_budget_rule, cost,
			g_get_monotonic_time()))
		return TRUE;
	peer_cut_off(peer,
		     "more frames came that serve no chain of both hosts than "
		     "is tolerated");
	return FALSE;
}

/* ---- keys ---- */

void
peer_prove(Peer *peer, const char *algorithm)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) payload = NULL;

	for (guint i = 0; i < peer->proven->len; i++)
		if (strcmp(peer->proven->pdata[i], algorithm) == 0)
			return;
	g_ptr_array_add(peer->proven, g_strdup(algorithm));
	payload = peer_key_write(peer->hub->deps.keystore, algorithm,
				 link_side(peer->link),
				 link_exporter(peer->link), &error);
	if (payload == NULL)
		log_error("peer", NULL, "%s", error->message);
	else
		link_send(peer->link, FRAME_KEY, NULL, payload);
}

const PeerKey *
peer_find_key(const Peer *peer, const NetMember *member)
{
	for (guint i = 0; i < peer->keys->len; i++) {
		const PeerKey *key = peer->keys->pdata[i];

		if (key->key != NULL &&
		    g_bytes_equal(key->key, member->public_key) &&
		    strcmp(key->algorithm, member->algorithm) == 0)
			return key;
	}
	return NULL;
}

static void
meet_by_key(Peer *peer, const PeerKey *key)
{
	GHashTableIter iter;
	gpointer value;

	if (key->key == NULL)
		return;
	g_hash_table_iter_init(&iter, peer->hub->chains);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		PeerChain *chain = value;
		NetMember *member =
			g_hash_table_lookup(chain->members, key->key);

		if (member != NULL &&
		    strcmp(member->algorithm, key->algorithm) == 0)
			peer_meet(peer, chain, member);
	}
	dialer_review(peer->hub->dialer);
}

static void
take_key(Peer *peer, GBytes *payload)
{
	const PeerSide side = link_side(peer->link) == PEER_CLIENT
				      ? PEER_SERVER
				      : PEER_CLIENT;
	g_autoptr(GError) error = NULL;
	PeerKey *key;

	if (!peer_charge(peer, KEY_COST))
		return;
	if (peer->keys->len >= KEYS_MAX) {
		link_close(peer->link, PEER_MALFORMED,
			   "more keys were proven than a node can have");
		return;
	}
	key = peer_key_read(payload, side, link_exporter(peer->link), &error);
	if (key == NULL) {
		link_close(peer->link, (PeerError)error->code, error->message);
		return;
	}
	g_ptr_array_add(peer->keys, key);
	meet_by_key(peer, key);
}

/* ---- frames ---- */

void
peer_frame(Peer *peer, FrameType type, const guint8 *chain, GBytes *payload)
{
	PeerLane *lane = g_hash_table_lookup(peer->lanes, chain);

	if (type == FRAME_MESSAGE) {
		peer_take_message(peer, lane, payload);
		return;
	}
	if (peer_charge(peer, CONTROL_COST)) {
		switch (type) {
		case FRAME_KEY:
			take_key(peer, payload);
			break;
		case FRAME_JOIN:
			peer_take_join(peer, lane, chain);
			break;
		case FRAME_LEAVE:
			if (lane != NULL)
				peer_unjoin(lane);
			break;
		case FRAME_REFUSE:
			peer_take_refuse(peer, lane, payload);
			break;
		case FRAME_CREDIT:
			peer_take_credit(peer, lane, payload);
			break;
		case FRAME_HELLO:
		case FRAME_PROOF:
		case FRAME_ERROR:
		case FRAME_PING:
		case FRAME_PONG:
		case FRAME_MESSAGE:
			break; /* the link's own */
		}
	}
	g_bytes_unref(payload);
}

/* ---- its beginning and end ---- */

static void
prove_all(Peer *peer)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, peer->hub->chains);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const PeerChain *chain = value;

		for (char **at = chain->algorithms; *at != NULL; at++)
			peer_prove(peer, *at);
	}
}

Peer *
peer_new(Peers *hub, Link *link)
{
	const gsize queue_max = hub->deps.config->peers_queue_max;
	Peer *peer = g_new0(Peer, 1);

	peer->refs = 1;
	peer->hub = hub;
	peer->link = link;
	peer->keys = g_ptr_array_new_with_free_func(peer_key_free);
	peer->proven = g_ptr_array_new_with_free_func(g_free);
	peer->lanes = g_hash_table_new_full(peers_hash_id, peers_equal_ids,
					    NULL, peer_lane_free);
	/* All chains together have four times what one has. */
	lanes_init(&peer->queue, queue_max, 4 * queue_max);
	budget_init(&peer->budget, peer_budget_rule, g_get_monotonic_time());
	prove_all(peer);
	return peer;
}

void
peer_end(Peer *peer)
{
	g_hash_table_remove_all(peer->lanes);
	peer->link = NULL;
	peer_unref(peer);
}
