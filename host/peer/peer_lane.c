/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain that a known host shares with this one: joined and left, its messages
 * both ways, and the credit for them.
 */
#include <string.h>

#include "host/chain/chain.h"
#include "host/chain/internal.h"
#include "host/peer/private.h"

/* Cost of what one host has given to all chains and they have not taken, beyond
 * which nothing is read from it. */
#define IN_FLIGHT_MAX (64u << 20)
/* What is tolerated to be under way to one chain: twice the credit, since what
 * was sent before a chain left and joined again may still come; and the last
 * message may go beyond. */
#define OUTSTANDING_MAX \
	(2 * LANE_CREDIT + BSN_NET_MESSAGE_MAX + NET_MESSAGE_COST)
/* What of a lane's queue must have gone until its member is reachable again. */
#define RECOVERED(max) ((max) / 2)
#define CHAIN_TEXT 16

static const char *
name_of(const Peer *peer)
{
	return link_host(peer->link)->identity->name;
}

static void
send_control(Peer *peer, FrameType type, const guint8 *chain)
{
	link_send(peer->link, type, chain, NULL);
}

/* ---- JOIN, LEAVE, REFUSE ---- */

static void
update_reachable(PeerLane *lane)
{
	net_tell(lane->member,
		 lane->joined && lane->they_joined && !lane->overflowed);
}

static void
join(PeerLane *lane)
{
	lane->joined = TRUE;
	lane->epoch = ++lane->peer->last_epoch;
	lane->outstanding = lane->to_credit = 0;
	send_control(lane->peer, FRAME_JOIN, lane->chain->net->id);
}

/* What either side has said holds no longer. */
void
peer_unjoin(PeerLane *lane)
{
	lane->joined = lane->they_joined = lane->overflowed = FALSE;
	lane->lane.credit = 0;
	lane_clear(&lane->lane);
	update_reachable(lane);
}

void
peer_meet(Peer *peer, PeerChain *chain, NetMember *member)
{
	PeerLane *lane;

	/* Nobody else may hold the key, and this host be no other member. */
	if (member->self || member->carried != NULL ||
	    !peer_host_may_meet(link_host(peer->link),
				chain_name(chain->net->chain)) ||
	    g_hash_table_contains(peer->lanes, chain->net->id))
		return;
	lane = g_new0(PeerLane, 1);
	lane_init(&lane->lane, &peer->queue);
	lane->peer = peer;
	lane->chain = chain;
	lane->member = net_member_ref(member);
	member->carried = lane;
	g_hash_table_insert(peer->lanes, chain->net->id, lane);
	join(lane);
}

void
peer_lane_free(gpointer data)
{
	PeerLane *lane = data;

	peer_unjoin(lane);
	lane->member->carried = NULL;
	net_member_unref(lane->member);
	g_free(lane);
}

void
peer_part(PeerLane *lane)
{
	Peer *peer = lane->peer;

	send_control(peer, FRAME_LEAVE, lane->chain->net->id);
	g_hash_table_remove(peer->lanes, lane->chain->net->id);
}

static void
refuse(Peer *peer, const guint8 *chain)
{
	static const char sentence[] =
		"no chain of this id is open here with a member whose key has "
		"been proven: the host is no member of it, or it is not open";
	g_autoptr(GByteArray) payload =
		peer_error_write(PEER_NO_MEMBER, sentence);
	g_autoptr(GBytes) bytes = g_bytes_new(payload->data, payload->len);
	char id[CHAIN_TEXT + 1];

	for (guint i = 0; i < CHAIN_TEXT / 2; i++)
		g_snprintf(id + 2 * i, 3, "%02x", chain[i]);
	peers_log(peer->hub, LOG_LEVEL_INFO,
		  "%s (%s) is refused on chain %s: it is no member, or the "
		  "chain is not open here",
		  name_of(peer), link_address(peer->link), id);
	if (link_output(peer->link) < 2 * LINK_OUTPUT_LOW)
		link_send(peer->link, FRAME_REFUSE, chain, bytes);
}

void
peer_take_join(Peer *peer, PeerLane *lane, const guint8 *chain)
{
	if (lane == NULL) {
		refuse(peer, chain);
		return;
	}
	if (lane->they_joined)
		peer_unjoin(lane); /* it begins anew */
	lane->they_joined = TRUE;
	lane->lane.credit = LANE_CREDIT;
	if (!lane->joined)
		join(lane);
	update_reachable(lane);
}

void
peer_take_refuse(Peer *peer, PeerLane *lane, GBytes *payload)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(payload, &len);
	g_autoptr(GError) why = peer_error_read(bytes, len);

	if (lane == NULL)
		return;
	peers_log(peer->hub, LOG_LEVEL_INFO, "%s (%s) refuses chain %s: %s",
		  name_of(peer), link_address(peer->link),
		  chain_name(lane->chain->net->chain), why->message);
	peer_unjoin(lane);
}

/* ---- messages that come ---- */

typedef struct {
	NetDelivery delivery;
	Peer *peer;
	guint8 chain[CHAIN_ID_LEN];
	guint64 epoch;
	gsize cost;
} Delivery;

static void
give_credit(PeerLane *lane, gsize cost)
{
	g_autoptr(GBytes) payload = NULL;
	guint32 credit;

	lane->outstanding -= cost;
	lane->to_credit += cost;
	if (lane->to_credit < LANE_CREDIT / 4)
		return;
	credit = GUINT32_TO_BE((guint32)lane->to_credit);
	lane->to_credit = 0;
	payload = g_bytes_new(&credit, sizeof(credit));
	link_send(lane->peer->link, FRAME_CREDIT, lane->chain->net->id,
		  payload);
}

static void
taken(NetDelivery *delivered)
{
	Delivery *delivery = (Delivery *)delivered;
	Peer *peer = delivery->peer;
	PeerLane *lane = g_hash_table_lookup(peer->lanes, delivery->chain);

	peer->in_flight -= delivery->cost;
	if (lane != NULL && lane->epoch == delivery->epoch)
		give_credit(lane, delivery->cost);
	if (peer->link != NULL && peer->in_flight < IN_FLIGHT_MAX / 2)
		link_resume(peer->link);
	peer_unref(peer);
	g_free(delivery);
}

static void
drop(Peer *peer, gsize cost)
{
	peer->dropped++;
	peer->hub->counters.no_member++;
	(void)peer_charge(peer, (gint64)cost);
}

void
peer_take_message(Peer *peer, PeerLane *lane, GBytes *message)
{
	const gsize cost = net_message_cost(g_bytes_get_size(message));
	Delivery *delivery;

	if (lane == NULL || !lane->joined || !lane->they_joined) {
		g_bytes_unref(message);
		drop(peer, cost);
		return;
	}
	if (lane->outstanding > OUTSTANDING_MAX) {
		g_bytes_unref(message);
		peer_cut_off(
			peer,
			"more was sent to a chain than it gave credit for");
		return;
	}
	delivery = g_new0(Delivery, 1);
	delivery->delivery.taken = taken;
	delivery->peer = peer;
	memcpy(delivery->chain, lane->chain->net->id, CHAIN_ID_LEN);
	delivery->epoch = lane->epoch;
	delivery->cost = cost;
	peer->refs++;
	peer->in_flight += cost;
	lane->outstanding += cost;
	peer->hub->counters.messages_received++;
	if (peer->in_flight > IN_FLIGHT_MAX)
		link_pause(peer->link);
	net_deliver(&delivery->delivery, lane->member, message);
}

/* ---- messages that go ---- */

static void
report_lost(Peer *peer)
{
	GHashTableIter iter;
	gpointer value;

	peer->queue.lost = FALSE;
	g_hash_table_iter_init(&iter, peer->lanes);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		PeerLane *lane = value;

		if (!lane->lane.lost)
			continue;
		lane->lane.lost = FALSE;
		peer->hub->counters.overflowed += lane->lane.dropped;
		lane->lane.dropped = 0;
		if (lane->overflowed)
			continue;
		lane->overflowed = TRUE;
		update_reachable(lane);
		peers_log(
			peer->hub, LOG_LEVEL_WARNING,
			"chain %s has more to say to %s (%s) than that takes: "
			"the oldest messages are dropped",
			chain_name(lane->chain->net->chain), name_of(peer),
			link_address(peer->link));
	}
}

static gboolean
is_to_disconnect(const Peer *peer)
{
	return strcmp(peer->hub->deps.config->peers_overflow, "disconnect") ==
	       0;
}

void
peer_send(PeerLane *lane, GBytes *message)
{
	Peer *peer = lane->peer;

	if (!lane->joined || !lane->they_joined || peer->link == NULL) {
		g_bytes_unref(message);
		return;
	}
	if (is_to_disconnect(peer) &&
	    lane_is_full(&lane->lane, g_bytes_get_size(message))) {
		g_bytes_unref(message);
		peer->hub->counters.overflowed++;
		link_close(peer->link, PEER_SLOW,
			   "the queue of a chain is full: too little is taken");
		return;
	}
	lane_push(&lane->lane, message);
	if (peer->queue.lost)
		report_lost(peer);
	peer_pump(peer);
}

static void
recover(PeerLane *lane)
{
	if (!lane->overflowed ||
	    lane->lane.waiting > RECOVERED(lane->peer->queue.lane_max))
		return;
	lane->overflowed = FALSE;
	update_reachable(lane);
}

void
peer_pump(Peer *peer)
{
	Lane *lane;
	GBytes *message;

	while (link_output(peer->link) < 2 * LINK_OUTPUT_LOW &&
	       (message = lanes_next(&peer->queue, &lane)) != NULL) {
		PeerLane *to = (PeerLane *)lane;

		link_send(peer->link, FRAME_MESSAGE, to->chain->net->id,
			  message);
		g_bytes_unref(message);
		peer->hub->counters.messages_sent++;
		recover(to);
	}
}

void
peer_take_credit(Peer *peer, PeerLane *lane, GBytes *payload)
{
	guint32 credit;

	if (lane == NULL || !lane->they_joined)
		return;
	memcpy(&credit, g_bytes_get_data(payload, NULL), sizeof(credit));
	lane->lane.credit = MIN(lane->lane.credit + GUINT32_FROM_BE(credit),
				(gint64)LANE_CREDIT);
	peer_pump(peer);
}
