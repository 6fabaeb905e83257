/* SPDX-License-Identifier: Apache-2.0
 *
 * Who offers which snapshot, and whose word is enough. A hash that the
 * administrator has given is believed; else peers must have signed for it that
 * fulfil the policy by the config which this node has, and by the snapshot's
 * own (fetch.c): so neither those who have left the channel nor those who have
 * come to it can bring one about alone.
 */
#include <string.h>

#include "plugins/engine-fabric/codec/message.h"
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

/* ---- whom to believe ----------------------------------------------------- */

static const JoinOffer *
offer_of(const JoinPeer *peer, const guint8 hash[HASH_LEN])
{
	for (guint i = 0; i < peer->offers->len; i++) {
		const JoinOffer *offer = peer->offers->pdata[i];

		if (memcmp(offer->hash, hash, HASH_LEN) == 0)
			return offer;
	}
	return NULL;
}

gboolean
offers_has(const Join *join, const JoinPeer *peer, const guint8 hash[HASH_LEN])
{
	return join_now(join) >= peer->left_until_ms &&
	       offer_of(peer, hash) != NULL;
}

GPtrArray *
offers_vouchers(const Join *join, const guint8 hash[HASH_LEN])
{
	GPtrArray *vouchers = g_ptr_array_new();

	for (guint i = 0;
	     i < join->peers->len && vouchers->len < SIGNERS_MAX; i++) {
		const JoinOffer *offer =
			offer_of(join->peers->pdata[i], hash);

		if (offer != NULL && offer->voucher.signature != NULL)
			g_ptr_array_add(vouchers, (gpointer)&offer->voucher);
	}
	return vouchers;
}

static gboolean
is_enough(const Join *join, const JoinOffer *offer)
{
	const Channel *channel = join->snapshots->channel;
	g_autoptr(GPtrArray) vouchers = NULL;

	if (join->wanted != NULL)
		return TRUE;
	vouchers = offers_vouchers(join, offer->hash);
	return vouch_is_enough(channel->config, offer->hash, vouchers,
			       services.clock->wall_ms(channel->chain));
}

static gboolean
is_wanted(const Join *join, const JoinOffer *offer)
{
	const bsn_slice hash = bsn_slice_of(offer->hash, HASH_LEN);
	g_autoptr(GBytes) key = g_bytes_new_static(offer->hash, HASH_LEN);

	return !g_hash_table_contains(join->refused, key) &&
	       (join->wanted == NULL ||
		bsn_slice_equal(bytes_slice(join->wanted), hash));
}

static gboolean
is_candidate(const Join *join, const JoinOffer *offer)
{
	return offer->block >= join->snapshots->channel->ledger->head.height &&
	       is_wanted(join, offer);
}

/* All that is offered, each hash once. */
static GPtrArray *
candidates(const Join *join)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < join->peers->len; i++) {
		const JoinPeer *peer = join->peers->pdata[i];

		for (guint j = 0; j < peer->offers->len; j++)
			if (is_candidate(join, peer->offers->pdata[j]))
				g_ptr_array_add(list, peer->offers->pdata[j]);
	}
	return list;
}

static gint
later_first(gconstpointer a, gconstpointer b)
{
	const JoinOffer *left = *(const JoinOffer *const *)a;
	const JoinOffer *right = *(const JoinOffer *const *)b;
	const gint order = (left->block < right->block) -
			   (left->block > right->block);

	return order != 0 ? order : memcmp(left->hash, right->hash, HASH_LEN);
}

static void
choose(Join *join, const JoinOffer *offer)
{
	memcpy(join->hash, offer->hash, HASH_LEN);
	join->block = offer->block;
	g_clear_pointer(&join->problem, g_free);
}

gboolean
offers_choose(Join *join)
{
	g_autoptr(GPtrArray) list = NULL;
	const JoinOffer *before = NULL;

	if (join->asking > 0)
		return FALSE;
	list = candidates(join);
	g_ptr_array_sort(list, later_first);
	for (guint i = 0; i < list->len; i++) {
		const JoinOffer *offer = list->pdata[i];
		const gboolean same =
			before != NULL &&
			memcmp(before->hash, offer->hash, HASH_LEN) == 0;

		before = offer;
		if (same || !is_enough(join, offer))
			continue;
		choose(join, offer);
		return TRUE;
	}
	join_complain(join, "%s",
		      list->len > 0
			      ? "those who offer one are too few for the "
				"channel's policy " VOUCH_POLICY
		      : join->wanted != NULL
			      ? "nobody who can be reached has the one with "
				"that hash"
			      : "nobody who can be reached has one that is "
				"later than the blocks here");
	return FALSE;
}

static gboolean
is_behind(const Join *join, const JoinOffer *offer)
{
	const guint64 height = join->snapshots->channel->ledger->head.height;

	return offer->block < height && is_wanted(join, offer) &&
	       is_enough(join, offer);
}

gboolean
offers_are_behind(const Join *join)
{
	if (join->asking > 0)
		return FALSE;
	for (guint i = 0; i < join->peers->len; i++) {
		const JoinPeer *peer = join->peers->pdata[i];

		for (guint j = 0; j < peer->offers->len; j++)
			if (is_behind(join, peer->offers->pdata[j]))
				return TRUE;
	}
	return FALSE;
}
