/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is given private data: to each collection's `max_peers` at once, and
 * whoever fails is replaced as long as fewer than `required_peers` have it.
 * Organisations that have none of it come first, then by key, from a place on
 * that the transaction's id tells, so that not always the same peers get
 * everything.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/private/spread.h"
#include "plugins/kit/sink.h"

/* Time for one answer (Fabric's pushAckTimeout), and for finding somebody else.
 */
#define GIVE_MS 3000u
#define REPLACE_MS 9000u

void
spread_push_free(gpointer data)
{
	SpreadPush *push = data;

	net_ask_cancel(push->spread->channel, push->question);
	g_bytes_unref(push->peer);
	g_array_unref(push->parts);
	g_free(push);
}

/* ---- whom to ask ---- */

/* Whether a peer may have a collection now, and was not asked. */
static gboolean
is_candidate(const PrivateSpread *spread, const SpreadPart *part,
	     const NetPeer *peer)
{
	return peer->reachable &&
	       !g_hash_table_contains(part->tried, peer->key) &&
	       privacy_is_member(spread->channel, part->set->namespace,
				 part->set->collection, peer->identity);
}

/* How many of an organisation have it, are asked, or have failed. */
static guint
count_tried(const PrivateSpread *spread, const SpreadPart *part, const char *msp_id)
{
	const MspIdentity *self = spread->channel->self;
	guint n = self != NULL && strcmp(self->msp->id, msp_id) == 0 ? 1 : 0;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL; i++)
		if (peer->identity != NULL &&
		    g_hash_table_contains(part->tried, peer->key) &&
		    strcmp(peer->identity->msp->id, msp_id) == 0)
			n++;
	return n;
}

guint
spread_count_candidates(const PrivateSpread *spread, const SpreadPart *part)
{
	const NetPeer *peer;
	guint n = 0;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL; i++)
		if (is_candidate(spread, part, peer))
			n++;
	return n;
}

/* A number from the id that has nothing to do with others'. */
static guint
place_of(const char *tx_id)
{
	char head[8] = "";

	memcpy(head, tx_id, sizeof(head) - 1);
	return (guint)g_ascii_strtoull(head, NULL, 16);
}

static NetPeer *
choose(const PrivateSpread *spread, const SpreadPart *part)
{
	const guint n = spread_count_candidates(spread, part);
	const guint first = n > 0 ? place_of(spread->tx_id) % n : 0;
	NetPeer *best = NULL;
	guint best_tried = 0;
	guint best_turn = 0;
	guint seen = 0;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(spread->channel, i)) != NULL;
	     i++) {
		guint tried, turn;

		if (!is_candidate(spread, part, peer))
			continue;
		turn = (seen++ + n - first) % n;
		tried = count_tried(spread, part, peer->identity->msp->id);
		if (best != NULL &&
		    (tried > best_tried ||
		     (tried == best_tried && turn > best_turn)))
			continue;
		best = peer;
		best_tried = tried;
		best_turn = turn;
	}
	return best;
}

/* ---- asking ---- */

static SpreadPush *
push_for(PrivateSpread *spread, GPtrArray *pushes, NetPeer *peer)
{
	SpreadPush *push;

	for (guint i = 0; i < pushes->len; i++) {
		push = pushes->pdata[i];
		if (g_bytes_equal(push->peer, peer->key))
			return push;
	}
	push = g_new0(SpreadPush, 1);
	push->spread = spread;
	push->peer = g_bytes_ref(peer->key);
	push->parts = g_array_new(FALSE, FALSE, sizeof(guint));
	g_ptr_array_add(pushes, push);
	return push;
}

/* Whom a collection still has to be given to. */
static guint
count_wanted(const PrivateSpread *spread, const SpreadPart *part)
{
	const guint asked = g_hash_table_size(part->tried);
	const guint most = MAX(part->max, part->required);
	const guint now = part->have + part->pending;
	const gboolean late = services_mono_ms(spread->channel->chain) >=
			      spread->since_ms + REPLACE_MS;

	if (asked == 0)
		return most;
	return now < part->required && !late ? part->required - now : 0;
}

static void
plan(PrivateSpread *spread, guint index, GPtrArray *pushes)
{
	SpreadPart *part = spread_part_at(spread, index);

	for (guint left = count_wanted(spread, part); left > 0; left--) {
		NetPeer *peer = choose(spread, part);

		if (peer == NULL)
			return;
		g_hash_table_add(part->tried, g_bytes_ref(peer->key));
		part->pending++;
		g_array_append_val(push_for(spread, pushes, peer)->parts,
				   index);
	}
}

static void answered(gpointer owner, int32_t status, bsn_slice answer,
		     const bsn_err *err);

static void
put_give(GByteArray *out, const SpreadPush *push)
{
	const PrivateSpread *spread = push->spread;
	g_autoptr(GByteArray) sets = g_byte_array_new();
	g_autofree PrivateSet *list = g_new0(PrivateSet, push->parts->len + 1);
	Bsn__Private__Give give = BSN__PRIVATE__GIVE__INIT;

	for (guint i = 0; i < push->parts->len; i++)
		list[i] = *spread_part_at(spread,
				   g_array_index(push->parts, guint, i))
				   ->set;
	private_sets_put(sets, list, push->parts->len);
	give.tx_id = (char *)spread->tx_id;
	give.height = spread->height;
	give.sets = message_bytes(buffer_slice(sets));
	message_append(out, &give);
}

/* What a peer was asked for is not on its way any more. */
static void
end_push(SpreadPush *push, gboolean taken)
{
	for (guint i = 0; i < push->parts->len; i++) {
		SpreadPart *part = spread_part_at(push->spread,
				     g_array_index(push->parts, guint, i));

		part->pending--;
		if (taken)
			part->have++;
	}
	push->question = 0;
	spread_push_free(push);
}

static void
send_push(SpreadPush *push)
{
	PrivateSpread *spread = push->spread;
	NetPeer *peer =
		net_peer_find(spread->channel, bytes_slice(push->peer));
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	put_give(bytes, push);
	push->question = net_ask(spread->channel, peer, NET_ASK_PRIVATE_GIVE,
				 buffer_slice(bytes), GIVE_MS, answered, push);
	if (push->question != 0)
		g_queue_push_tail(&spread->pushes, push);
	else
		end_push(push, FALSE);
}

/* Asks whoever is to be asked: also in the place of those that cannot be. */
void
spread_ask(PrivateSpread *spread)
{
	for (;;) {
		g_autoptr(GPtrArray) pushes = g_ptr_array_new();

		for (guint i = 0; i < spread->parts->len; i++)
			plan(spread, i, pushes);
		for (guint i = 0; i < pushes->len; i++)
			send_push(pushes->pdata[i]);
		if (pushes->len == 0)
			return;
	}
}

/* ---- answers ---- */

static void
answered(gpointer owner, int32_t status, bsn_slice answer, const bsn_err *err)
{
	SpreadPush *push = owner;
	PrivateSpread *spread = push->spread;

	(void)answer;
	g_queue_remove(&spread->pushes, push);
	if (status != BSN_OK)
		services_log(spread->channel->chain, BSN_LOG_DEBUG,
			     "private: a member does not take the data of %s: "
			     "%s",
			     spread->tx_id,
			     err != NULL ? err->reason : "no answer");
	end_push(push, status == BSN_OK);
	spread_go_on(spread);
}
