/* SPDX-License-Identifier: Apache-2.0
 *
 * Who offers which snapshot.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/msp/msp.h"
#include "plugins/engine-fabric/policy/signature.h"
#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/kit/sink.h"

/* A question that is open. */
typedef struct {
	Join *join;
	JoinPeer *peer;
	guint32 part;
	guint64 id;
	JoinAnswerFn answered;
} JoinAsk;

/* ---- peers --------------------------------------------------------------- */

static void
offer_free(gpointer data)
{
	JoinOffer *offer = data;

	g_clear_pointer(&offer->voucher.identity, g_bytes_unref);
	g_clear_pointer(&offer->voucher.signature, g_bytes_unref);
	g_free(offer);
}

void
join_peer_free(gpointer data)
{
	JoinPeer *peer = data;

	g_ptr_array_unref(peer->offers);
	g_bytes_unref(peer->key);
	g_free(peer);
}

static JoinPeer *
peer_of(Join *join, GBytes *key)
{
	JoinPeer *peer;

	for (guint i = 0; i < join->peers->len; i++) {
		peer = join->peers->pdata[i];
		if (g_bytes_equal(peer->key, key))
			return peer;
	}
	peer = g_new0(JoinPeer, 1);
	peer->key = g_bytes_ref(key);
	peer->offers = g_ptr_array_new_with_free_func(offer_free);
	g_ptr_array_add(join->peers, peer);
	return peer;
}

void
peer_has_lied(Join *join, JoinPeer *peer, const char *problem)
{
	g_autofree char *key = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256,
							    peer->key);
	Channel *channel = join->snapshots->channel;
	const NetPeer *open =
		net_peer_find(channel, bytes_slice(peer->key));
	g_autofree char *name = open != NULL ? net_peer_name(channel, open)
					     : g_strndup(key, 8);

	peer->left_until_ms = join_now(join) + LIAR_MS;
	join_complain(join, "%s is not asked any more for a while: %s", name,
		      problem);
}

/* ---- asking -------------------------------------------------------------- */

static void
ask_answered(gpointer owner, int32_t status, bsn_slice answer,
	     const bsn_err *err)
{
	JoinAsk ask = *(JoinAsk *)owner;

	ask.peer->open--;
	if (status == BSN_TIMEOUT || status == BSN_UNAVAILABLE ||
	    status == BSN_NOT_FOUND)
		ask.peer->left_until_ms = join_now(ask.join) + REST_MS;
	g_ptr_array_remove_fast(ask.join->asks, owner);
	ask.answered(ask.join, ask.peer, ask.part, status, answer, err);
}

gboolean
join_ask(Join *join, JoinPeer *peer, guint what, guint32 part,
	 JoinAnswerFn answered)
{
	Channel *channel = join->snapshots->channel;
	NetPeer *open = net_peer_find(channel, bytes_slice(peer->key));
	g_autoptr(GByteArray) question = g_byte_array_new();
	JoinAsk *ask = g_new0(JoinAsk, 1);

	*ask = (JoinAsk){ join, peer, part, 0, answered };
	question_put(question, what, 0,
		     what == SNAPSHOT_ASK_OFFERS
			     ? bsn_slice_of(NULL, 0)
			     : bsn_slice_of(join->hash, HASH_LEN),
		     part);
	if (open != NULL)
		ask->id = net_ask(channel, open, NET_ASK_SNAPSHOT,
				  buffer_slice(question), ASK_MS, ask_answered,
				  ask);
	if (ask->id == 0) {
		g_free(ask);
		peer->left_until_ms = join_now(join) + REST_MS;
		return FALSE;
	}
	g_ptr_array_add(join->asks, ask);
	peer->open++;
	return TRUE;
}

void
asks_cancel(Join *join)
{
	for (guint i = 0; i < join->asks->len; i++) {
		JoinAsk *ask = join->asks->pdata[i];

		net_ask_cancel(join->snapshots->channel, ask->id);
		ask->peer->open--;
	}
	g_ptr_array_set_size(join->asks, 0);
	join->asking = 0;
}

/* ---- what they offer ----------------------------------------------------- */

static const char *
check_offer(const Bsn__Snapshot__Offer *offer)
{
	if (offer->hash.len != HASH_LEN || offer->block == 0)
		return "it offers a snapshot without a hash or a block";
	if (offer->identity.len > MSP_IDENTITY_MAX ||
	    offer->signature.len > SIGNATURE_MAX)
		return "its word for a snapshot is too long";
	return NULL;
}

static JoinOffer *
offer_new(const Bsn__Snapshot__Offer *message)
{
	JoinOffer *offer = g_new0(JoinOffer, 1);

	offer->block = message->block;
	memcpy(offer->hash, message->hash.data, HASH_LEN);
	if (message->identity.len == 0 || message->signature.len == 0)
		return offer;
	offer->voucher.identity =
		g_bytes_new(message->identity.data, message->identity.len);
	offer->voucher.signature =
		g_bytes_new(message->signature.data, message->signature.len);
	return offer;
}

static const char *
read_offers(JoinPeer *peer, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Snapshot__Offers *offers =
		message_unpack(&arena, &bsn__snapshot__offers__descriptor,
			       bytes, NULL, NULL);

	if (offers == NULL || offers->n_offers > OFFERS_MAX)
		return "it does not say what it has, or says too much";
	for (gsize i = 0; i < offers->n_offers; i++) {
		const char *problem = check_offer(offers->offers[i]);

		if (problem != NULL)
			return problem;
		g_ptr_array_add(peer->offers, offer_new(offers->offers[i]));
	}
	return NULL;
}

static void
offers_answered(Join *join, JoinPeer *peer, guint32 part, int32_t status,
		bsn_slice answer, const bsn_err *err)
{
	const char *problem;

	join->asking--;
	if (status == BSN_OK) {
		g_ptr_array_set_size(peer->offers, 0);
		problem = read_offers(peer, answer);
		if (problem != NULL) {
			g_ptr_array_set_size(peer->offers, 0);
			peer_has_lied(join, peer, problem);
		}
	}
	if (join->asking == 0)
		snapshots_wake(join->snapshots, 0);
}

void
offers_ask(Join *join)
{
	Channel *channel = join->snapshots->channel;
	const guint64 now = join_now(join);
	NetPeer *open;

	if (join->asking > 0 || now < join->look_at_ms)
		return;
	join->look_at_ms = now + LOOK_MS;
	for (guint i = 0; (open = net_peer_at(channel, i)) != NULL; i++) {
		JoinPeer *peer;

		if (!open->reachable)
			continue;
		peer = peer_of(join, open->key);
		if (now >= peer->left_until_ms &&
		    join_ask(join, peer, SNAPSHOT_ASK_OFFERS, 0,
			     offers_answered))
			join->asking++;
	}
}
