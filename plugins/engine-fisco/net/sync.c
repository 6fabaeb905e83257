/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/sync.h"

#include "plugins/engine-fisco/net/join.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* A member that is one block behind waits so long for its consensus, which in
 * the middle of each block has it a moment later than others. */
#define PATIENCE_MS 1000u

static Sync *
sync_of(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (net->sync == NULL) {
		net->sync = g_new0(Sync, 1);
		window_init(&net->sync->window);
	}
	return net->sync;
}

void
sync_free(Sync *sync)
{
	if (sync == NULL)
		return;
	window_clear(&sync->window);
	join_free(sync->join);
	g_free(sync);
}

/* ---- peers --------------------------------------------------------------- */

guint64
sync_target(const Ledger *ledger)
{
	guint64 target = 0;
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->reachable)
			target = MAX(target, peer->height);
	return target;
}

NetPeer *
sync_pick(Ledger *ledger, guint64 number)
{
	const guint64 now = services_mono_ms(ledger->chain);
	const guint n = ledger->net->peers->len;
	Sync *sync = ledger->net->sync;

	for (guint i = 0; i < n; i++) {
		NetPeer *peer = net_peer_at(ledger, (sync->turn + i) % n);

		if (!net_peer_is_free(peer, number, now))
			continue;
		sync->turn = (sync->turn + i + 1) % n;
		return peer;
	}
	return NULL;
}

void
sync_let_go(Ledger *ledger, const NetPeer *peer, gboolean lied)
{
	Sync *sync = ledger->net->sync;

	if (sync == NULL)
		return;
	window_unask(&sync->window, peer);
	join_let_go(sync->join, peer);
	if (lied)
		window_forget_giver(&sync->window, peer);
}

static void
expire(Ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->asked.kind != 0 && peer->deadline_ms <= now)
			net_peer_timed_out(ledger, peer);
}

/* ---- time ---------------------------------------------------------------- */

static void
wake_in(Ledger *ledger, guint64 ms)
{
	(void)services.timer->set(ledger->chain, TIMER_SYNC, ms);
}

static guint64
earlier(guint64 at, guint64 other, guint64 now)
{
	return other > now ? MIN(at, other) : at;
}

/* When something changes without a message. */
static void
arm(Ledger *ledger)
{
	const Sync *sync = ledger->net->sync;
	const guint64 now = services_mono_ms(ledger->chain);
	guint64 at = earlier(G_MAXUINT64, sync->pause_until_ms, now);
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++) {
		if (peer->asked.kind != 0)
			at = earlier(at, peer->deadline_ms, now);
		else if (peer->reachable && peer->height > ledger->head.number)
			at = earlier(at, peer->rest_until_ms, now);
	}
	if (sync->again)
		wake_in(ledger, 0);
	else if (at != G_MAXUINT64)
		wake_in(ledger, at - now);
}

/* ---- beginning and end --------------------------------------------------- */

static void
start(Ledger *ledger)
{
	Sync *sync = sync_of(ledger);

	if (sync->active)
		return;
	sync->active = TRUE;
	sync->waiting = FALSE;
	sync->start_height = ledger->head.number;
	sync->start_ms = services_mono_ms(ledger->chain);
	services_log(ledger->chain, BSN_LOG_DEBUG,
		     "blocks: at %" G_GUINT64_FORMAT ", others have "
		     "%" G_GUINT64_FORMAT,
		     ledger->head.number, sync_target(ledger));
}

static gboolean
is_done(const Ledger *ledger)
{
	return window_first(&ledger->net->sync->window) == NULL &&
	       ledger->net->sync->join == NULL &&
	       sync_target(ledger) <= ledger->head.number;
}

static void
finish(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;
	const guint64 got = ledger->head.number - sync->start_height;

	sync->active = FALSE;
	sync->hold = FALSE;
	if (got > 1)
		services_log(ledger->chain, BSN_LOG_INFO,
			     "blocks: caught up at %" G_GUINT64_FORMAT
			     ", %" G_GUINT64_FORMAT " blocks in "
			     "%" G_GUINT64_FORMAT " ms",
			     ledger->head.number, got,
			     services_mono_ms(ledger->chain) - sync->start_ms);
}

void
sync_run(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;

	if (sync == NULL || !sync->active || sync->running)
		return;
	sync->running = TRUE;
	sync->again = FALSE;
	expire(ledger);
	if (!join_run(ledger)) {
		sync_apply(ledger);
		headers_ask(ledger);
		bodies_ask(ledger);
	}
	sync->running = FALSE;
	if (is_done(ledger))
		finish(ledger);
	else
		arm(ledger);
}

/* ---- being behind -------------------------------------------------------- */

static gboolean
takes_part(const Ledger *ledger)
{
	return ledger->members.own_role == BSN_ROLE_CONSENSUS;
}

static void
wait_for_consensus(Ledger *ledger)
{
	Sync *sync = sync_of(ledger);

	if (sync->waiting)
		return;
	sync->waiting = TRUE;
	sync->waiting_height = ledger->head.number;
	wake_in(ledger, PATIENCE_MS);
}

void
sync_consider(Ledger *ledger)
{
	const guint64 target = sync_target(ledger);

	if (target <= ledger->head.number)
		return;
	if (target == ledger->head.number + 1 && takes_part(ledger) &&
	    !sync_of(ledger)->active) {
		wait_for_consensus(ledger);
		return;
	}
	start(ledger);
	sync_run(ledger);
}

void
sync_behind(Ledger *ledger, NetPeer *peer, guint64 height)
{
	if (height <= ledger->head.number)
		return;
	peer->height = MAX(peer->height, height);
	start(ledger);
	wake_in(ledger, 0);
}

static void
patience_ended(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;

	sync->waiting = FALSE;
	if (sync_target(ledger) <= ledger->head.number)
		return;
	if (ledger->head.number != sync->waiting_height)
		sync_consider(ledger);
	else
		start(ledger);
}

void
sync_timer(Ledger *ledger)
{
	const Sync *sync = ledger->net->sync;

	if (sync == NULL)
		return;
	if (sync->waiting && !sync->active)
		patience_ended(ledger);
	sync_run(ledger);
}

void
sync_head_moved(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;

	if (sync != NULL)
		window_drop(&sync->window, ledger->head.number);
}

void
sync_forget(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;
	NetPeer *peer;

	if (sync == NULL)
		return;
	window_empty(&sync->window);
	join_let_go(sync->join, NULL);
	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		peer->asked.kind = 0;
}
