/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the snapshots that are offered, and whose word is enough. A hash that
 * the administrator has given is believed; else peers must have signed for it
 * that fulfil the policy by the config which this node has, and by the
 * snapshot's own (fetch.c). A forged one has any config that its makers like: so
 * it is the organisations of the node's own config that are trusted, which for a
 * new node are those of the first block.
 */
#include <string.h>

#include "plugins/engine-fabric/policy/signature.h"
#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/kit/sink.h"

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
is_offered(const Join *join, const guint8 hash[HASH_LEN])
{
	for (guint i = 0; i < join->peers->len; i++)
		if (offer_of(join->peers->pdata[i], hash) != NULL)
			return TRUE;
	return FALSE;
}

gboolean
offers_have_another(const Join *join)
{
	g_autoptr(GPtrArray) list = NULL;

	/* Who does not answer now may have it still. */
	if (join->asking > 0 || is_offered(join, join->hash))
		return FALSE;
	list = candidates(join);
	for (guint i = 0; i < list->len; i++) {
		const JoinOffer *offer = list->pdata[i];

		if (is_enough(join, offer))
			return TRUE;
	}
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
