/* SPDX-License-Identifier: Apache-2.0
 *
 * Catching up: when, and from whom. Blocks are bound to each other by
 * previous_hash and certified each, so that they are taken one after the other
 * as they come (blocks.c). A node that is stopped goes on at its head.
 */
#include "plugins/engine-fabric/net/private.h"

/* A member that is one block behind waits so long for its consensus, which in
 * the middle of each block has it a moment later than others. */
#define PATIENCE_MS 1000u

static void
slot_free(gpointer data)
{
	SyncSlot *slot = data;

	g_clear_pointer(&slot->block, g_bytes_unref);
	g_clear_pointer(&slot->certificate, g_bytes_unref);
	g_free(slot);
}

void
sync_init(Sync *sync)
{
	sync->slots = g_ptr_array_new_with_free_func(slot_free);
}

void
sync_clear(Sync *sync)
{
	g_clear_pointer(&sync->slots, g_ptr_array_unref);
}

/* ---- slots --------------------------------------------------------------- */

SyncSlot *
slot_find(const Sync *sync, guint64 number)
{
	if (number < sync->first || number - sync->first >= sync->slots->len)
		return NULL;
	return sync->slots->pdata[number - sync->first];
}

void
slot_empty(Sync *sync, SyncSlot *slot)
{
	if (slot->block != NULL)
		sync->bytes -= g_bytes_get_size(slot->block) +
			       g_bytes_get_size(slot->certificate);
	g_clear_pointer(&slot->block, g_bytes_unref);
	g_clear_pointer(&slot->certificate, g_bytes_unref);
	slot->giver = NULL;
}

/* Of blocks below `height`: the next one has that number. */
void
slots_drop(Sync *sync, guint64 height)
{
	const guint64 passed = height > sync->first ? height - sync->first : 0;
	const guint n = (guint)MIN(passed, sync->slots->len);

	for (guint i = 0; i < n; i++)
		slot_empty(sync, sync->slots->pdata[i]);
	if (n > 0)
		g_ptr_array_remove_range(sync->slots, 0, n);
	sync->first = height;
}

void
sync_let_go(Channel *channel, const Peer *peer, gboolean lied)
{
	Sync *sync = &channel->net->sync;

	((Peer *)peer)->asked_count = 0;
	for (guint i = 0; i < sync->slots->len; i++) {
		SyncSlot *slot = sync->slots->pdata[i];

		if (slot->asked == peer)
			slot->asked = NULL;
		if (lied && slot->giver == peer)
			slot_empty(sync, slot);
	}
}

/* ---- peers --------------------------------------------------------------- */

guint64
sync_target(const Channel *channel)
{
	guint64 target = 0;
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (peer->open.reachable && peer->last == 0)
			target = MAX(target, peer->has);
	return target;
}

static void
expire(Channel *channel)
{
	const guint64 now = services_mono_ms(channel->chain);
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++) {
		if (peer->asked_count == 0 || peer->deadline_ms > now)
			continue;
		channel->net->dropped.timeouts++;
		peer_rests(channel, peer);
		services_log(channel->chain, BSN_LOG_INFO,
			     "net: %s has not given block %" G_GUINT64_FORMAT
			     " in time",
			     peer->name, peer->asked_first);
	}
}

/* ---- time ---------------------------------------------------------------- */

static guint64
earlier(guint64 at, guint64 other, guint64 now)
{
	return other > now ? MIN(at, other) : at;
}

/* When something changes without a message. */
static void
arm(Channel *channel)
{
	const Sync *sync = &channel->net->sync;
	const guint64 now = services_mono_ms(channel->chain);
	guint64 at = earlier(G_MAXUINT64, sync->pause_until_ms, now);
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++) {
		if (peer->asked_count != 0)
			at = earlier(at, peer->deadline_ms, now);
		else if (peer->open.reachable &&
			 peer->has > channel->ledger->head.height)
			at = earlier(at, peer->rest_until_ms, now);
	}
	if (sync->again)
		net_wake_at(channel, now);
	else if (at != G_MAXUINT64)
		net_wake_at(channel, at);
}

/* ---- beginning and end --------------------------------------------------- */

static void
start(Channel *channel)
{
	Sync *sync = &channel->net->sync;

	if (sync->active || channel->beginning)
		return;
	sync->active = TRUE;
	sync->waiting = FALSE;
	sync->first = channel->ledger->head.height;
	sync->start_height = channel->ledger->head.height;
	sync->start_ms = services_mono_ms(channel->chain);
	services_log(channel->chain, BSN_LOG_DEBUG,
		     "net: %" G_GUINT64_FORMAT " blocks are here, "
		     "%" G_GUINT64_FORMAT " at others",
		     sync->start_height, sync_target(channel));
}

static void
finish(Channel *channel)
{
	Sync *sync = &channel->net->sync;
	const guint64 height = channel->ledger->head.height;
	const guint64 got = height - sync->start_height;
	Peer *peer;

	sync->active = FALSE;
	slots_drop(sync, sync->first + sync->slots->len);
	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		peer->asked_count = 0;
	if (got > 1)
		services_log(channel->chain, BSN_LOG_INFO,
			     "net: caught up at %" G_GUINT64_FORMAT " blocks, "
			     "%" G_GUINT64_FORMAT " of them in "
			     "%" G_GUINT64_FORMAT " ms",
			     height, got,
			     services_mono_ms(channel->chain) - sync->start_ms);
}

void
sync_run(Channel *channel)
{
	Sync *sync = &channel->net->sync;

	if (!sync->active || sync->running || channel->beginning)
		return;
	sync->running = TRUE;
	sync->again = FALSE;
	expire(channel);
	blocks_take(channel);
	blocks_ask(channel);
	sync->running = FALSE;
	if (sync_target(channel) <= channel->ledger->head.height)
		finish(channel);
	else
		arm(channel);
}

/* ---- being behind -------------------------------------------------------- */

static void
wait_for_consensus(Channel *channel)
{
	Sync *sync = &channel->net->sync;

	if (sync->waiting)
		return;
	sync->waiting = TRUE;
	sync->waiting_height = channel->ledger->head.height;
	sync->waiting_until_ms = services_mono_ms(channel->chain) + PATIENCE_MS;
	net_wake_at(channel, sync->waiting_until_ms);
}

void
sync_consider(Channel *channel)
{
	const guint64 height = channel->ledger->head.height;
	const guint64 target = sync_target(channel);

	if (target <= height)
		return;
	if (target == height + 1 && net_takes_part(channel) &&
	    !channel->net->sync.active) {
		wait_for_consensus(channel);
		return;
	}
	start(channel);
	sync_run(channel);
}

/* May be called from inside consensus: the rest follows by the timer. */
void
net_behind(Channel *channel, guint64 height, bsn_slice from)
{
	Peer *peer;

	if (channel->net == NULL || height > G_MAXINT64 ||
	    height < channel->ledger->head.height)
		return;
	peer = peer_find(channel, from);
	if (peer != NULL && peer->last == 0)
		peer->has = MAX(peer->has, height + 1);
	start(channel);
	net_wake_at(channel, services_mono_ms(channel->chain));
}

static void
patience_ended(Channel *channel)
{
	Sync *sync = &channel->net->sync;

	sync->waiting = FALSE;
	if (sync_target(channel) <= channel->ledger->head.height)
		return;
	if (channel->ledger->head.height != sync->waiting_height)
		sync_consider(channel);
	else
		start(channel);
}

void
sync_timer(Channel *channel)
{
	const Sync *sync = &channel->net->sync;

	if (sync->waiting && !sync->active) {
		if (services_mono_ms(channel->chain) >= sync->waiting_until_ms)
			patience_ended(channel);
		else
			net_wake_at(channel, sync->waiting_until_ms);
	}
	sync_run(channel);
}

void
sync_head_moved(Channel *channel)
{
	Sync *sync = &channel->net->sync;

	if (sync->active)
		slots_drop(sync, channel->ledger->head.height);
}
