/* SPDX-License-Identifier: Apache-2.0
 *
 * What is missing is asked for. In a pass each peer that can be reached, another
 * one first each time, is asked for all that it may have: members, for blocks
 * that they have. What is got goes from the list, so the next peer is asked for
 * the rest, also for what the one before had wrong. While something stays
 * missing the next pass comes after a pause, ever longer up to a minute.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"

#define ASK_MS 10000u
/* Time for all that one peer is asked before others are: one that gives little at
 * a time does not keep them from it. */
#define PEER_MS 60000u
#define RETRY_FIRST_MS 250u
#define RETRY_MAX_MS 60000u

static void run(Privacy *privacy);

void
reconcile_open(Privacy *privacy)
{
	privacy->reconcile.any = TRUE; /* until a pass says otherwise */
}

/* ---- a pass ---- */

static void
begin_pass(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;
	GPtrArray *peers =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	const NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(privacy->channel, i)) != NULL;
	     i++)
		if (peer->reachable && peer->identity != NULL)
			g_ptr_array_add(peers, g_bytes_ref(peer->key));
	for (guint i = peers->len > 0 ? reconcile->turn++ % peers->len : 0;
	     i > 0; i--)
		g_ptr_array_add(peers, g_ptr_array_steal_index(peers, 0));
	reconcile->peers = peers;
	reconcile->at = 0;
	reconcile->cursor = g_byte_array_new();
	reconcile->since_ms = services_mono_ms(privacy->channel->chain);
	reconcile->kept = 0;
	reconcile->left = G_MAXUINT;
	reconcile->again = FALSE;
	reconcile->due_ms = 0;
}

static void
drop_question(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;

	net_ask_cancel(privacy->channel, reconcile->question);
	reconcile->question = 0;
	g_clear_pointer(&reconcile->asked, g_array_unref);
}

static void
drop_pass(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;

	drop_question(privacy);
	g_clear_pointer(&reconcile->peers, g_ptr_array_unref);
	g_clear_pointer(&reconcile->cursor, g_byte_array_unref);
}

static void
pause_for(Privacy *privacy, guint ms)
{
	Reconcile *reconcile = &privacy->reconcile;

	reconcile->due_ms = services_mono_ms(privacy->channel->chain) + ms;
	privacy_wake_at(privacy, reconcile->due_ms);
}

/* Everybody was asked. With nobody there, peers that come are waited for. */
static void
end_pass(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;
	const gboolean alone = reconcile->peers->len == 0;

	reconcile->any = alone || reconcile->left > 0 || reconcile->again;
	drop_pass(privacy);
	if (!reconcile->any) {
		reconcile->retry_ms = 0;
		return;
	}
	if (alone)
		return;
	reconcile->retry_ms = reconcile->again || reconcile->retry_ms == 0
				      ? RETRY_FIRST_MS
				      : MIN(2 * reconcile->retry_ms,
					    RETRY_MAX_MS);
	pause_for(privacy, reconcile->again ? 0 : reconcile->retry_ms);
}

/* The store cannot be read or written now. */
static void
give_up_pass(Privacy *privacy, const bsn_err *err)
{
	services_log(privacy->channel->chain, BSN_LOG_WARNING,
		     "private: what is missing cannot be asked for now: %s",
		     err->reason);
	drop_pass(privacy);
	pause_for(privacy, RETRY_MAX_MS);
}

/* In: walked: all that is missing was gone through for this one. */
static void
next_peer(Privacy *privacy, gboolean walked)
{
	Reconcile *reconcile = &privacy->reconcile;

	if (walked)
		reconcile->left = reconcile->kept;
	reconcile->at++;
	reconcile->since_ms = services_mono_ms(privacy->channel->chain);
	reconcile->kept = 0;
	g_byte_array_set_size(reconcile->cursor, 0);
}

/* ---- a question ---- */

/* Whether this peer may be asked for one that is missing. */
static gboolean
can_ask(Privacy *privacy, const NetPeer *peer, const Missing *missing)
{
	return peer->height > missing->version.block &&
	       privacy_is_member(privacy->channel, missing->namespace,
				 missing->collection, peer->identity);
}

/* Sorts a page: what is missing no more, or is none of this node's business,
 * goes; what this peer may have is asked. Takes the page's entries. */
static int32_t
sort_page(Privacy *privacy, const NetPeer *peer, GArray *page,
	  LedgerBatch *gone, bsn_err *err)
{
	Channel *channel = privacy->channel;
	Reconcile *reconcile = &privacy->reconcile;

	for (guint i = 0; i < page->len; i++) {
		Missing *one = &g_array_index(page, Missing, i);
		g_autoptr(StateItem) digest = NULL;
		int32_t status = BSN_OK;

		if (privacy_is_member(channel, one->namespace, one->collection,
				      channel->self))
			status = missing_look(channel, one, &digest, err);
		if (status != BSN_OK)
			return status;
		if (digest == NULL) {
			missing_delete(gone, one);
			continue;
		}
		if (!can_ask(privacy, peer, one)) {
			reconcile->kept++;
			continue;
		}
		g_array_append_val(reconcile->asked, *one);
		*one = (Missing){ 0 };
	}
	return BSN_OK;
}

/* One page from the cursor on. */
static int32_t
read_page(Privacy *privacy, const NetPeer *peer, bsn_err *err)
{
	Reconcile *reconcile = &privacy->reconcile;
	g_auto(LedgerBatch) gone = { NULL, ARENA_INIT };
	g_autoptr(GArray) page = missing_list_new();
	int32_t status;

	ledger_batch_init(&gone);
	g_clear_pointer(&reconcile->asked, g_array_unref);
	reconcile->asked = missing_list_new();
	status = missing_page(privacy, reconcile->cursor, PRIVATE_TAKE_MAX,
			      page, &reconcile->ended, err);
	if (status == BSN_OK)
		status = sort_page(privacy, peer, page, &gone, err);
	if (status == BSN_OK && gone.writes->len > 0)
		status = ledger_batch_commit(
			&gone, &privacy->channel->ledger->state.store, 0, err);
	return status;
}

static void answered(gpointer owner, int32_t status, bsn_slice answer,
		     const bsn_err *err);

/* FALSE: the peer cannot be asked. */
static gboolean
send_question(Privacy *privacy, NetPeer *peer)
{
	Reconcile *reconcile = &privacy->reconcile;
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	missing_put_question(bytes, reconcile->asked);
	reconcile->question = net_ask(privacy->channel, peer,
				      NET_ASK_PRIVATE_TAKE,
				      buffer_slice(bytes), ASK_MS, answered,
				      privacy);
	return reconcile->question != 0;
}

/* ---- an answer ---- */

static void
blame(const Privacy *privacy, const char *reason)
{
	const Reconcile *reconcile = &privacy->reconcile;
	const NetPeer *peer = net_peer_find(
		privacy->channel,
		bytes_slice(reconcile->peers->pdata[reconcile->at]));
	g_autofree char *name =
		peer != NULL ? net_peer_name(privacy->channel, peer)
			     : g_strdup("a peer");

	services_log(privacy->channel->chain, BSN_LOG_WARNING,
		     "private: %s: %s", name, reason);
}

static gboolean
is_late(const Privacy *privacy)
{
	return services_mono_ms(privacy->channel->chain) >=
	       privacy->reconcile.since_ms + PEER_MS;
}

/* It may have more, which the next pass asks for at once. */
static void
leave_peer(Privacy *privacy)
{
	privacy->reconcile.again = TRUE;
	next_peer(privacy, FALSE);
}

static void
take_answer(Privacy *privacy, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	gboolean wrong;

	if (reconcile_take(privacy, bytes, &wrong, &err) != BSN_OK) {
		give_up_pass(privacy, &err);
	} else if (wrong) {
		blame(privacy, err.reason);
		next_peer(privacy, FALSE);
	} else if (privacy->reconcile.ended) {
		next_peer(privacy, TRUE);
	} else if (is_late(privacy)) {
		leave_peer(privacy);
	}
}

static void
answered(gpointer owner, int32_t status, bsn_slice answer, const bsn_err *err)
{
	Privacy *privacy = owner;
	Reconcile *reconcile = &privacy->reconcile;

	reconcile->question = 0;
	if (status == BSN_OK) {
		take_answer(privacy, answer);
	} else {
		blame(privacy, err != NULL ? err->reason : "no answer");
		next_peer(privacy, FALSE);
	}
	if (reconcile->peers != NULL)
		run(privacy);
}

/* ---- going on ---- */

/* Whether the pass goes on at once. */
static gboolean
step(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;
	NetPeer *peer = net_peer_find(
		privacy->channel,
		bytes_slice(reconcile->peers->pdata[reconcile->at]));
	bsn_err err = BSN_ERR_INIT;

	if (peer == NULL || !peer->reachable || peer->identity == NULL) {
		next_peer(privacy, FALSE);
		return TRUE;
	}
	if (read_page(privacy, peer, &err) != BSN_OK) {
		give_up_pass(privacy, &err);
		return FALSE;
	}
	if (reconcile->asked->len > 0) {
		if (send_question(privacy, peer))
			return FALSE;
		next_peer(privacy, FALSE);
		return TRUE;
	}
	if (reconcile->ended) {
		next_peer(privacy, TRUE);
		return TRUE;
	}
	/* So that a long list does not keep others waiting. */
	pause_for(privacy, 0);
	return FALSE;
}

static void
run(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;

	if (reconcile->peers == NULL)
		begin_pass(privacy);
	while (reconcile->at < reconcile->peers->len)
		if (!step(privacy))
			return;
	end_pass(privacy);
}

void
reconcile_begin(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;

	reconcile->any = TRUE;
	if (reconcile->peers != NULL)
		reconcile->again = TRUE;
	else if (net_is_syncing(privacy->channel))
		/* What is missing of a block may be written again in the next.
		 */
		pause_for(privacy, RETRY_FIRST_MS);
	else
		run(privacy);
}

void
reconcile_peers(Privacy *privacy)
{
	Reconcile *reconcile = &privacy->reconcile;

	if (!reconcile->any)
		return;
	reconcile->retry_ms = 0;
	reconcile_begin(privacy);
}

void
reconcile_timer(Privacy *privacy, guint64 now_ms)
{
	Reconcile *reconcile = &privacy->reconcile;

	if (reconcile->due_ms == 0 || privacy->channel->closing)
		return;
	if (reconcile->due_ms > now_ms) {
		privacy_wake_at(privacy, reconcile->due_ms);
		return;
	}
	reconcile->due_ms = 0;
	if (reconcile->question == 0)
		run(privacy);
}

void
reconcile_close(Privacy *privacy)
{
	drop_pass(privacy);
}
