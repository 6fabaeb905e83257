/* SPDX-License-Identifier: Apache-2.0
 *
 * Catching up with final blocks. They come in runs, from one node after the
 * other; each is judged upon its parent like any block, so that it goes into the
 * tree first, and is final with its certificate, or with that of a later one. A
 * node that is stopped goes on at its root.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Who is some blocks behind waits so long for its protocol to have them, which
 * has each a moment later than others; not when it is further behind. */
#define PATIENCE_MS 200u
#define PATIENCE_BLOCKS 64u
/* Bytes of blocks that wait here, above which none are asked for. */
#define WINDOW_BYTES (32u << 20)

void
sync_item_free(gpointer data)
{
	SyncItem *item = data;

	g_bytes_unref(item->block);
	g_bytes_unref(item->certificate);
	g_free(item);
}

gsize
sync_item_bytes(const SyncItem *item)
{
	return g_bytes_get_size(item->block) +
	       g_bytes_get_size(item->certificate);
}

void
sync_clear(Sync *sync)
{
	g_queue_clear_full(&sync->items, sync_item_free);
	sync->bytes = 0;
}

guint64
sync_root(const bsn_ledger *ledger)
{
	return ledger_root(ledger->ledger)->block->height;
}

void
sync_start_over(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	sync_clear(sync);
	sync->asked = NULL;
	sync->giver = NULL;
	sync->next = sync_root(ledger) + 1;
}

void
sync_let_go(bsn_ledger *ledger, const Peer *peer, gboolean lied)
{
	Sync *sync = &ledger->net->sync;

	if (sync->asked == peer)
		sync->asked = NULL;
	if (sync->giver == peer) {
		sync_start_over(ledger);
		return;
	}
	for (GList *at = sync->items.head; lied && at != NULL; at = at->next)
		if (((SyncItem *)at->data)->giver == peer) {
			sync_start_over(ledger);
			return;
		}
}

guint64
sync_target(const bsn_ledger *ledger)
{
	guint64 target = 0;
	Peer *peer;

	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++)
		if (peer->reachable && !peer->leaving)
			target = MAX(target, peer->height);
	return target;
}

/* ---- asking -------------------------------------------------------------- */

static gboolean
has(const bsn_ledger *ledger, const Peer *peer, guint64 height)
{
	return peer_may_be_asked(ledger, peer) && peer->height >= height;
}

/* What does not fit to a block that nothing proves may be as true as that block:
 * one node gives both, so that the lie is its own. Where it cannot go on, all of
 * that is asked of another. */
static void
follow_giver(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	if (sync->giver == NULL || sync->items.length > 0)
		return;
	if (sync->next <= sync_root(ledger) + 1) {
		sync->giver = NULL;
	} else if (!has(ledger, sync->giver, sync->next)) {
		sync_start_over(ledger);
		sync->rest_until_ms =
			services_mono_ms(ledger->chain) + NET_REST_MS;
	}
}

static Peer *
choose(const bsn_ledger *ledger, guint64 height)
{
	Sync *sync = &ledger->net->sync;
	const guint n = ledger->net->peers->len;

	if (sync->giver != NULL)
		return has(ledger, sync->giver, height) ? sync->giver : NULL;
	for (guint i = 0; i < n; i++) {
		Peer *peer = peer_at(ledger, (sync->turn + i) % n);

		if (has(ledger, peer, height)) {
			sync->turn = (sync->turn + i + 1) % n;
			return peer;
		}
	}
	return NULL;
}

static void
ask(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	Bsn__Nodes__GetFinal get = BSN__NODES__GET_FINAL__INIT;
	guint64 first;
	Peer *peer;

	if (sync->asked != NULL || sync->bytes >= WINDOW_BYTES)
		return;
	follow_giver(ledger);
	if (sync->rest_until_ms > services_mono_ms(ledger->chain))
		return;
	first = sync->next + sync->items.length;
	peer = choose(ledger, first);
	if (peer == NULL)
		return;
	get.first = first;
	get.count = (guint32)MIN(peer->height - first + 1, NET_BLOCKS_MAX);
	sync->asked = peer;
	sync->asked_first = first;
	sync->asked_count = get.count;
	sync->deadline_ms =
		services_mono_ms(ledger->chain) + peer_patience(peer);
	if (!net_send(ledger, peer, NET_GET_FINAL, &get))
		peer_rests(ledger, peer);
}

static void
expire(bsn_ledger *ledger)
{
	const Sync *sync = &ledger->net->sync;

	if (sync->asked == NULL ||
	    sync->deadline_ms > services_mono_ms(ledger->chain))
		return;
	services_log(ledger->chain, BSN_LOG_INFO,
		     "net: %s has not given block %" G_GUINT64_FORMAT
		     " in time",
		     sync->asked->name, sync->asked_first);
	peer_rests(ledger, sync->asked);
}

/* ---- receiving ----------------------------------------------------------- */

static void
keep(Sync *sync, Peer *giver, const Bsn__Nodes__FinalBlock *block)
{
	SyncItem *item = g_new0(SyncItem, 1);

	item->giver = giver;
	item->block = g_bytes_new(block->block.data, block->block.len);
	item->certificate =
		g_bytes_new(block->certificate.data, block->certificate.len);
	sync->bytes += sync_item_bytes(item);
	sync->giver = block->certificate.len == 0 ? giver : NULL;
	g_queue_push_tail(&sync->items, item);
}

void
sync_received(bsn_ledger *ledger, Peer *peer, const Bsn__Nodes__Final *final)
{
	Sync *sync = &ledger->net->sync;

	if (sync->asked != peer || final->first != sync->asked_first) {
		ledger->net->dropped.unasked++;
		return;
	}
	sync->asked = NULL;
	if (final->n_blocks == 0 || final->n_blocks > sync->asked_count) {
		peer_lied(ledger, peer,
			  "it gave %zu blocks of the %u that it was asked for",
			  final->n_blocks, sync->asked_count);
	} else {
		peer->timeouts = 0;
		for (gsize i = 0; i < final->n_blocks; i++)
			keep(sync, peer, final->blocks[i]);
	}
	sync_run(ledger);
}

/* ---- time ---------------------------------------------------------------- */

/* When something is to be done without a message. */
static void
arm(bsn_ledger *ledger)
{
	const Sync *sync = &ledger->net->sync;
	const guint64 now = services_mono_ms(ledger->chain);
	Peer *peer;

	if (sync->items.length > 0)
		net_wake_at(ledger, MAX(sync->pause_until_ms, now));
	if (sync->asked != NULL)
		net_wake_at(ledger, sync->deadline_ms);
	else if (sync->rest_until_ms > now)
		net_wake_at(ledger, sync->rest_until_ms);
	for (guint i = 0; sync->asked == NULL &&
			  (peer = peer_at(ledger, i)) != NULL; i++)
		if (peer->reachable && peer->rest_until_ms > now)
			net_wake_at(ledger, peer->rest_until_ms);
}

static void
start(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	sync->waiting = FALSE;
	if (sync->active)
		return;
	sync->active = TRUE;
	sync_start_over(ledger);
	sync->start_height = sync_root(ledger);
	sync->start_ms = services_mono_ms(ledger->chain);
}

static void
finish(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	const guint64 got = sync_root(ledger) - sync->start_height;

	sync->active = FALSE;
	sync_start_over(ledger);
	if (got > 1)
		services_log(ledger->chain, BSN_LOG_INFO,
			     "net: caught up at block %" G_GUINT64_FORMAT
			     ", %" G_GUINT64_FORMAT
			     " blocks in %" G_GUINT64_FORMAT " ms",
			     sync_root(ledger), got,
			     services_mono_ms(ledger->chain) - sync->start_ms);
}

void
sync_run(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	if (!sync->active || sync->running)
		return;
	sync->running = TRUE;
	expire(ledger);
	sync_take(ledger);
	sync_skip(ledger);
	ask(ledger);
	sync->running = FALSE;
	if (sync_target(ledger) <= sync_root(ledger))
		finish(ledger);
	else
		arm(ledger);
}

/* ---- being behind -------------------------------------------------------- */

static void
wait_for_protocol(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	if (!sync->waiting) {
		sync->waiting = TRUE;
		sync->waiting_height = sync_root(ledger);
		sync->waiting_until_ms =
			services_mono_ms(ledger->chain) + PATIENCE_MS;
	}
	net_wake_at(ledger, sync->waiting_until_ms);
}

void
sync_consider(bsn_ledger *ledger)
{
	const guint64 height = sync_root(ledger);
	const guint64 target = sync_target(ledger);

	if (target <= height)
		return;
	if (!ledger->net->sync.active && target - height <= PATIENCE_BLOCKS) {
		wait_for_protocol(ledger);
		return;
	}
	start(ledger);
	sync_run(ledger);
}

void
sync_timer(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	if (sync->waiting && !sync->active) {
		if (services_mono_ms(ledger->chain) < sync->waiting_until_ms) {
			net_wake_at(ledger, sync->waiting_until_ms);
		} else {
			sync->waiting = FALSE;
			if (sync_root(ledger) != sync->waiting_height)
				sync_consider(ledger);
			else if (sync_target(ledger) > sync_root(ledger))
				start(ledger);
		}
	}
	sync_run(ledger);
}
