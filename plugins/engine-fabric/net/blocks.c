/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks from others: from several peers at once, a run of blocks from each.
 * Those that have come wait for the ones before them. The certificate of each
 * is verified when the block before it is there, since that one may have
 * changed who certifies. What it says is the protocol's: of pbft, that enough
 * members have agreed; of raft, that a leader of the chain made it, and whoever
 * hands it out is trusted to have it decided, since its nodes may stop and do
 * not lie. A protocol that certifies nothing leaves blocks to those that agree:
 * they are taken from members that take part in consensus, and from nobody
 * else.
 */
#include "plugins/engine-fabric/net/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

/* Blocks on their way, and bytes of those that have come, from which on only
 * the next one is asked for. */
#define WINDOW_BLOCKS 256u
#define WINDOW_BYTES (32u << 20)
/* Blocks and bytes of them that are taken in one go, so that the strand is free
 * for others in between. */
#define GO_BLOCKS 8u
#define GO_BYTES (2u << 20)
/* Blocks that wait for the disk: they are in memory as well. */
#define UNDURABLE_MAX 64u
/* Ms for an answer; twice as long after each that did not come in time, for one
 * of sixteen MiB may be under way. */
#define ANSWER_MS 4000u
#define ANSWER_DOUBLINGS_MAX 3u
/* Ms until a block that the store refused is tried again, and one that this
 * node cannot take. */
#define REFUSED_MS 200u
#define FAILED_MS 10000u

/* ---- asking -------------------------------------------------------------- */

static gboolean
may_ask(const Channel *channel, const Peer *peer)
{
	return peer->open.reachable && peer->last == 0 &&
	       peer->asked_count == 0 &&
	       peer->rest_until_ms <= services_mono_ms(channel->chain) &&
	       (BSN_HAS(channel->consensus, verify) ||
		peer->role == BSN_ROLE_CONSENSUS);
}

static gboolean
is_wanted(const Sync *sync, guint64 number)
{
	const SyncSlot *slot = slot_find(sync, number);

	return slot == NULL || (slot->block == NULL && slot->asked == NULL);
}

/* Marks a run of blocks that the peer has and nobody was asked for. */
static void
choose(Sync *sync, Peer *peer)
{
	const guint64 window = sync->bytes < WINDOW_BYTES ? WINDOW_BLOCKS : 1;
	const guint64 end = MIN(peer->has, sync->first + window);
	guint64 number = sync->first;

	while (number < end && !is_wanted(sync, number))
		number++;
	if (number < peer->first)
		return;
	peer->asked_first = number;
	for (; number < end && peer->asked_count < NET_BLOCKS_MAX &&
	       is_wanted(sync, number);
	     number++) {
		while (sync->slots->len <= number - sync->first)
			g_ptr_array_add(sync->slots, g_new0(SyncSlot, 1));
		slot_find(sync, number)->asked = peer;
		peer->asked_count++;
	}
}

static void
ask(Channel *channel, Peer *peer)
{
	const guint doublings = MIN(peer->timeouts, ANSWER_DOUBLINGS_MAX);
	Bsn__Net__GetBlocks get = BSN__NET__GET_BLOCKS__INIT;

	choose(&channel->net->sync, peer);
	if (peer->asked_count == 0)
		return;
	get.first = peer->asked_first;
	get.count = (guint32)peer->asked_count;
	peer->deadline_ms = services_mono_ms(channel->chain) +
			    ((guint64)ANSWER_MS << doublings);
	if (!net_send_message(channel, peer, NET_GET_BLOCKS, &get))
		peer_rests(channel, peer);
}

void
blocks_ask(Channel *channel)
{
	Sync *sync = &channel->net->sync;
	const guint n = channel->net->peers->len;
	const guint turn = sync->turn;

	for (guint i = 0; i < n; i++) {
		Peer *peer = peer_at(channel, (turn + i) % n);

		if (!may_ask(channel, peer))
			continue;
		ask(channel, peer);
		if (peer->asked_count > 0)
			sync->turn = (turn + i + 1) % n;
	}
}

/* ---- receiving ----------------------------------------------------------- */

static void
fill(Sync *sync, SyncSlot *slot, Peer *giver,
     const Bsn__Net__CertifiedBlock *block)
{
	slot->giver = giver;
	slot->block = g_bytes_new(block->block.data, block->block.len);
	slot->certificate =
		g_bytes_new(block->certificate.data, block->certificate.len);
	sync->bytes += block->block.len + block->certificate.len;
}

/* A lie, unless only consensus said that it is there: it may not be on its disk
 * yet. */
static void
has_not(Channel *channel, Peer *peer, guint64 number)
{
	if (number >= peer->open.height)
		peer_rests(channel, peer);
	else
		peer_lied(channel, peer, number,
			  "it has not got block %" G_GUINT64_FORMAT
			  ", which it said it has",
			  number);
}

void
blocks_received(Channel *channel, Peer *peer, const Bsn__Net__Blocks *blocks)
{
	Sync *sync = &channel->net->sync;
	const guint64 count = peer->asked_count;

	if (count == 0 || blocks->first != peer->asked_first) {
		channel->net->dropped.unasked++;
		return;
	}
	sync_let_go(channel, peer, FALSE);
	if (blocks->n_blocks == 0)
		has_not(channel, peer, blocks->first);
	else if (blocks->n_blocks > count)
		peer_lied(channel, peer, channel->ledger->head.height,
			  "it sent more blocks than it was asked for");
	else
		peer_was_useful(peer);
	for (gsize i = 0; blocks->n_blocks <= count && i < blocks->n_blocks;
	     i++) {
		SyncSlot *slot = slot_find(sync, blocks->first + i);

		if (slot != NULL && slot->block == NULL)
			fill(sync, slot, peer, blocks->blocks[i]);
	}
	sync_run(channel);
}

/* ---- judging ------------------------------------------------------------- */

/* What is wrong with its form; NULL: nothing. */
static const char *
malformed(const Common__Block *block, guint64 number, bsn_slice previous)
{
	if (block == NULL)
		return "it is no block";
	if (block->header == NULL || block->data == NULL)
		return "it has no header or no data";
	if (block->metadata != NULL || block->base.n_unknown_fields > 0 ||
	    block->header->base.n_unknown_fields > 0 ||
	    block->data->base.n_unknown_fields > 0)
		return "it has more than header and data";
	if (block->header->number != number)
		return "it has another number";
	if (!bsn_slice_equal(message_slice(block->header->previous_hash),
			     previous))
		return "it follows another block";
	return NULL;
}

static int32_t
verify(const Channel *channel, const Common__BlockHeader *header,
       bsn_slice certificate, bsn_err *err)
{
	const GArray *members = channel->members.list;
	guint8 hash[HASH_LEN];
	int32_t status = block_header_hash(&channel->suite, header, hash);

	if (status != BSN_OK || !BSN_HAS(channel->consensus, verify))
		return status;
	return channel->consensus->verify(
		(const bsn_member *)(void *)members->data, members->len,
		header->number, bsn_slice_of(hash, HASH_LEN), certificate, err);
}

static gboolean
is_whole(const Channel *channel, const Common__Block *block)
{
	guint8 hash[HASH_LEN];

	return block_data_hash(&channel->suite, block->data, hash) == BSN_OK &&
	       bsn_slice_equal(message_slice(block->header->data_hash),
			       bsn_slice_of(hash, HASH_LEN));
}

/* ---- taking -------------------------------------------------------------- */

static void
pause_for(Channel *channel, guint64 ms)
{
	channel->net->sync.pause_until_ms =
		services_mono_ms(channel->chain) + ms;
}

static void
put_off(Channel *channel, guint64 number, const char *reason)
{
	services_log(channel->chain, BSN_LOG_WARNING,
		     "net: block %" G_GUINT64_FORMAT " cannot be taken now: %s",
		     number, reason);
	pause_for(channel, REFUSED_MS);
}

/* What was certified and is whole was agreed on: then this node is wrong. */
static void
blame(Channel *channel, Peer *giver, const Common__Block *block,
      const bsn_err *err)
{
	const guint64 number = block->header->number;

	if (!is_whole(channel, block) || !BSN_HAS(channel->consensus, verify)) {
		peer_lied(channel, giver, channel->ledger->head.height,
			  "its block %" G_GUINT64_FORMAT ": %s", number,
			  err->reason);
		return;
	}
	services_log(channel->chain, BSN_LOG_ERROR,
		     "block %" G_GUINT64_FORMAT
		     " was agreed on and cannot be taken here: %s",
		     number, err->reason);
	pause_for(channel, FAILED_MS);
}

/* Takes the next block; FALSE when it is not to go on. The slot may go while it
 * is taken. */
static gboolean
take(Channel *channel, const SyncSlot *slot)
{
	const guint64 number = channel->ledger->head.height;
	g_autoptr(GBytes) bytes = g_bytes_ref(slot->block);
	g_autoptr(GBytes) certificate = g_bytes_ref(slot->certificate);
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	const Common__Block *block =
		message_unpack(&arena, &common__block__descriptor,
			       bytes_slice(bytes), NULL, NULL);
	Peer *giver = slot->giver;
	const char *problem = malformed(
		block, number, ledger_head_hash(&channel->ledger->head));
	int32_t status;

	if (problem != NULL) {
		peer_lied(channel, giver, number,
			  "its block %" G_GUINT64_FORMAT ": %s", number,
			  problem);
		return FALSE;
	}
	status = verify(channel, block->header, bytes_slice(certificate), &err);
	if (status > 0) {
		peer_lied(channel, giver, number,
			  "the certificate of its block %" G_GUINT64_FORMAT
			  ": %s",
			  number, err.reason);
		return FALSE;
	}
	if (status == BSN_OK)
		status = order_take(channel, number, bytes_slice(bytes),
				    bytes_slice(certificate), &err);
	if (status == BSN_OK)
		return TRUE;
	if (status < 0 || status == BSN_BUSY || status == BSN_FULL)
		put_off(channel, number, err.reason);
	else
		blame(channel, giver, block, &err);
	return FALSE;
}

static const SyncSlot *
next_slot(const Channel *channel)
{
	const Sync *sync = &channel->net->sync;
	const SyncSlot *slot = slot_find(sync, channel->ledger->head.height);

	return slot != NULL && slot->block != NULL &&
			       services_mono_ms(channel->chain) >=
				       sync->pause_until_ms &&
			       channel->ledger->waiting.length < UNDURABLE_MAX
		       ? slot
		       : NULL;
}

void
blocks_take(Channel *channel)
{
	Sync *sync = &channel->net->sync;
	const SyncSlot *slot;
	guint64 bytes = 0;

	for (guint i = 0; i < GO_BLOCKS && bytes < GO_BYTES; i++) {
		slot = next_slot(channel);
		if (slot == NULL)
			return;
		bytes += g_bytes_get_size(slot->block);
		if (!take(channel, slot))
			return;
		slots_drop(sync, channel->ledger->head.height);
	}
	sync->again = next_slot(channel) != NULL;
}
