/* SPDX-License-Identifier: Apache-2.0
 *
 * Catching up with final blocks. They come in runs, from one node after the
 * other; each is judged upon its parent like any block, so that it goes into the
 * tree first, and is final with its certificate, or with that of a later one. A
 * node that is stopped goes on at its root.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Who is some blocks behind waits so long for its protocol to have them, which
 * has each a moment later than others; not when it is further behind. */
#define PATIENCE_MS 200u
#define PATIENCE_BLOCKS 64u
/* Bytes of blocks that wait here, above which none are asked for. */
#define WINDOW_BYTES (32u << 20)
/* Blocks and bytes of them that are taken in one go: the strand is free for
 * others in between. */
#define GO_BLOCKS 8u
#define GO_BYTES (2u << 20)
/* Batches that wait for the disk. */
#define UNDURABLE_MAX 64u
/* Blocks without a certificate, until one must come. */
#define UNPROVEN_MAX 1024u

typedef struct {
	Peer *giver;
	GBytes *block;
	GBytes *certificate;
} SyncItem;

static void
item_free(gpointer data)
{
	SyncItem *item = data;

	g_bytes_unref(item->block);
	g_bytes_unref(item->certificate);
	g_free(item);
}

static gsize
item_bytes(const SyncItem *item)
{
	return g_bytes_get_size(item->block) +
	       g_bytes_get_size(item->certificate);
}

void
sync_clear(Sync *sync)
{
	g_queue_clear_full(&sync->items, item_free);
	sync->bytes = 0;
}

static guint64
root_height(const bsn_ledger *ledger)
{
	return ledger_root(ledger->ledger)->block->height;
}

/* Begins again at the root. */
static void
start_over(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	sync_clear(sync);
	sync->asked = NULL;
	sync->next = root_height(ledger) + 1;
}

void
sync_let_go(bsn_ledger *ledger, const Peer *peer, gboolean lied)
{
	Sync *sync = &ledger->net->sync;

	if (sync->asked == peer)
		sync->asked = NULL;
	for (GList *at = sync->items.head; lied && at != NULL; at = at->next)
		if (((SyncItem *)at->data)->giver == peer) {
			start_over(ledger);
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

static Peer *
choose(const bsn_ledger *ledger, guint64 height)
{
	Sync *sync = &ledger->net->sync;
	const guint n = ledger->net->peers->len;

	for (guint i = 0; i < n; i++) {
		Peer *peer = peer_at(ledger, (sync->turn + i) % n);

		if (peer_may_be_asked(ledger, peer) && peer->height >= height) {
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
	const guint64 first = sync->next + sync->items.length;
	Bsn__Nodes__GetFinal get = BSN__NODES__GET_FINAL__INIT;
	Peer *peer;

	if (sync->asked != NULL || sync->bytes >= WINDOW_BYTES)
		return;
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
	sync->bytes += item_bytes(item);
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

/* ---- taking -------------------------------------------------------------- */

static void
drop_first(Sync *sync)
{
	SyncItem *item = g_queue_pop_head(&sync->items);

	sync->bytes -= item_bytes(item);
	sync->next++;
	item_free(item);
}

/* What the protocol has made final meanwhile is not taken again. */
static void
skip(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	while (sync->items.length > 0 && sync->next <= root_height(ledger))
		drop_first(sync);
	if (sync->next <= root_height(ledger))
		start_over(ledger);
}

static gboolean
is_not_now(int32_t status)
{
	return status < 0 || status == BSN_BUSY || status == BSN_FULL;
}

/* FALSE: nothing is to be taken for now. */
static gboolean
judged(bsn_ledger *ledger, Peer *giver, guint64 height, int32_t status,
       const bsn_err *err)
{
	Sync *sync = &ledger->net->sync;

	if (is_not_now(status)) {
		sync->pause_until_ms =
			services_mono_ms(ledger->chain) + NET_REFUSED_MS;
		services_log(ledger->chain, BSN_LOG_DEBUG,
			     "net: block %" G_GUINT64_FORMAT
			     " cannot be taken now: %s",
			     height, err->reason);
		return FALSE;
	}
	if (status != BSN_OK) {
		peer_lied(ledger, giver, "its block %" G_GUINT64_FORMAT ": %s",
			  height, err->reason);
		start_over(ledger);
		return FALSE;
	}
	return TRUE;
}

static gboolean
take(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	const SyncItem *item = g_queue_peek_head(&sync->items);
	const guint64 height = sync->next;
	g_autoptr(GBytes) block = g_bytes_ref(item->block);
	g_autoptr(GBytes) certificate = g_bytes_ref(item->certificate);
	Peer *giver = item->giver;
	bsn_err err = BSN_ERR_INIT;
	guint64 taken = 0;
	int32_t status = tree_take(ledger, bytes_slice(block),
				   bytes_slice(certificate), &taken, &err);

	if (status == BSN_OK && taken != height)
		status = bsn_fail(&err, BSN_BAD_REQUEST,
				  "it is block %" G_GUINT64_FORMAT, taken);
	if (status == BSN_OK && root_height(ledger) < height &&
	    height - root_height(ledger) > UNPROVEN_MAX)
		status = bsn_fail(&err, BSN_BAD_SIGNATURE,
				  "nothing proves it and %u before it",
				  UNPROVEN_MAX);
	if (!judged(ledger, giver, height, status, &err))
		return FALSE;
	if (sync->next == height && sync->items.length > 0)
		drop_first(sync);
	return TRUE;
}

static gboolean
may_take(const bsn_ledger *ledger)
{
	const Sync *sync = &ledger->net->sync;

	return sync->items.length > 0 &&
	       services_mono_ms(ledger->chain) >= sync->pause_until_ms &&
	       ledger->committed.length < UNDURABLE_MAX;
}

static void
take_some(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	guint64 bytes = 0;

	for (guint i = 0; i < GO_BLOCKS && bytes < GO_BYTES; i++) {
		skip(ledger);
		if (!may_take(ledger))
			return;
		bytes += item_bytes(g_queue_peek_head(&sync->items));
		if (!take(ledger))
			return;
	}
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
	start_over(ledger);
	sync->start_height = root_height(ledger);
	sync->start_ms = services_mono_ms(ledger->chain);
}

static void
finish(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	const guint64 got = root_height(ledger) - sync->start_height;

	sync->active = FALSE;
	start_over(ledger);
	if (got > 1)
		services_log(ledger->chain, BSN_LOG_INFO,
			     "net: caught up at block %" G_GUINT64_FORMAT
			     ", %" G_GUINT64_FORMAT
			     " blocks in %" G_GUINT64_FORMAT " ms",
			     root_height(ledger), got,
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
	take_some(ledger);
	skip(ledger);
	ask(ledger);
	sync->running = FALSE;
	if (sync_target(ledger) <= root_height(ledger))
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
		sync->waiting_height = root_height(ledger);
		sync->waiting_until_ms =
			services_mono_ms(ledger->chain) + PATIENCE_MS;
	}
	net_wake_at(ledger, sync->waiting_until_ms);
}

void
sync_consider(bsn_ledger *ledger)
{
	const guint64 height = root_height(ledger);
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
			if (root_height(ledger) != sync->waiting_height)
				sync_consider(ledger);
			else if (sync_target(ledger) > root_height(ledger))
				start(ledger);
		}
	}
	sync_run(ledger);
}
