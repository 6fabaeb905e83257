/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of the tree that the protocol has heard of and this node has not got,
 * with those on the way to them: asked of the one who has them, then of others.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/kit/codec/message.h"

/* Blocks that are being fetched; what is one more drops the oldest. */
#define FETCHES_MAX 32u
/* Times that one is asked for in vain: the protocol asks again when it still
 * needs it. */
#define TRIES_MAX 4u

typedef struct {
	guint8 id[HASH_LEN];
	guint64 above;	   /* height that is there on the way to it */
	const Peer *asked; /* NULL: nobody is */
	guint64 at_ms;	   /* the deadline; of nobody: when somebody is asked */
	guint tries;
	guint turn;
} Fetch;

void
branch_clear(bsn_ledger *ledger)
{
	g_queue_clear_full(&ledger->net->fetches, g_free);
}

static Fetch *
find(const bsn_ledger *ledger, const guint8 *id)
{
	for (GList *at = ledger->net->fetches.head; at != NULL; at = at->next)
		if (memcmp(((Fetch *)at->data)->id, id, HASH_LEN) == 0)
			return at->data;
	return NULL;
}

static void
drop(bsn_ledger *ledger, Fetch *fetch)
{
	g_queue_remove(&ledger->net->fetches, fetch);
	g_free(fetch);
}

void
branch_let_go(bsn_ledger *ledger, const Peer *peer)
{
	const guint64 now = services_mono_ms(ledger->chain);

	for (GList *at = ledger->net->fetches.head; at != NULL; at = at->next) {
		Fetch *fetch = at->data;

		if (fetch->asked != peer)
			continue;
		fetch->asked = NULL;
		fetch->at_ms = now;
		net_wake_at(ledger, now);
	}
}

/* ---- asking -------------------------------------------------------------- */

/* FALSE: it could not be asked. */
static gboolean
ask(bsn_ledger *ledger, Fetch *fetch, Peer *peer)
{
	Bsn__Nodes__GetBranch get = BSN__NODES__GET_BRANCH__INIT;

	if (peer == NULL || !peer_may_be_asked(ledger, peer))
		return FALSE;
	get.id = message_bytes(bsn_slice_of(fetch->id, HASH_LEN));
	get.above = fetch->above;
	if (!net_send(ledger, peer, NET_GET_BRANCH, &get))
		return FALSE;
	fetch->asked = peer;
	fetch->at_ms = services_mono_ms(ledger->chain) + peer_patience(peer);
	net_wake_at(ledger, fetch->at_ms);
	return TRUE;
}

static void
ask_anybody(bsn_ledger *ledger, Fetch *fetch)
{
	const guint n = ledger->net->peers->len;

	fetch->above = final_root(ledger)->block->height;
	for (guint i = 0; i < n; i++)
		if (ask(ledger, fetch, peer_at(ledger, fetch->turn++ % n)))
			return;
	fetch->at_ms = services_mono_ms(ledger->chain) + NET_REST_MS;
	net_wake_at(ledger, fetch->at_ms);
}

void
net_fetch(bsn_ledger *ledger, const guint8 id[HASH_LEN], bsn_slice from)
{
	Fetch *fetch;

	if (ledger->net == NULL || ledger->net->peers->len == 0 ||
	    find(ledger, id) != NULL || ledger_find(ledger->ledger, id) != NULL)
		return;
	if (ledger->net->fetches.length == FETCHES_MAX)
		g_free(g_queue_pop_head(&ledger->net->fetches));
	fetch = g_new0(Fetch, 1);
	memcpy(fetch->id, id, HASH_LEN);
	fetch->above = final_root(ledger)->block->height;
	g_queue_push_tail(&ledger->net->fetches, fetch);
	if (!ask(ledger, fetch, peer_find(ledger, from)))
		ask_anybody(ledger, fetch);
}

/* Somebody else is asked a little later, unless that was in vain too often. */
static void
try_again(bsn_ledger *ledger, Fetch *fetch)
{
	fetch->asked = NULL;
	if (++fetch->tries >= TRIES_MAX) {
		drop(ledger, fetch);
		return;
	}
	fetch->at_ms = services_mono_ms(ledger->chain) + NET_REST_MS;
	net_wake_at(ledger, fetch->at_ms);
}

/* ---- receiving ----------------------------------------------------------- */

static gboolean
is_lie(int32_t status)
{
	return status > 0 && status != BSN_BUSY && status != BSN_FULL &&
	       status != BSN_NOT_FOUND && status != BSN_EXPIRED;
}

/* Returns the height of the last one that is in the tree now; 0: none is. The
 * protocol may go on with each at once. */
static guint64
admit(bsn_ledger *ledger, Peer *peer, const Bsn__Nodes__Branch *branch)
{
	guint64 above = 0;

	for (gsize i = 0; i < branch->n_blocks; i++) {
		bsn_err err = BSN_ERR_INIT;
		LedgerNode *node;
		bsn_id id;
		const int32_t status =
			tree_admit(ledger, message_slice(branch->blocks[i]),
				   TREE_BY_FETCH, &node, &err);

		if (status == BSN_EXPIRED)
			continue;
		if (is_lie(status))
			peer_lied(ledger, peer,
				  "a block that it was asked for: %s",
				  err.reason);
		if (status != BSN_OK)
			break;
		above = node->block->height;
		id = bsn_id_of(node->block->id, HASH_LEN);
		if (protocol_tree(ledger) != NULL)
			protocol_tree(ledger)->arrived(ledger->protocol, &id);
	}
	return above;
}

void
branch_received(bsn_ledger *ledger, Peer *peer,
		const Bsn__Nodes__Branch *branch)
{
	Fetch *fetch = find(ledger, branch->id.data);
	gboolean comes;
	guint64 above;

	if (fetch == NULL || fetch->asked != peer) {
		ledger->net->dropped.unasked++;
		return;
	}
	peer->timeouts = 0;
	above = admit(ledger, peer, branch);
	/* The protocol may have asked for others meanwhile. */
	fetch = find(ledger, branch->id.data);
	if (fetch == NULL)
		return;
	/* One that gives the same blocks again would be asked for ever. */
	comes = above > fetch->above;
	fetch->above = MAX(fetch->above, above);
	if (ledger_find(ledger->ledger, fetch->id) != NULL)
		drop(ledger, fetch);
	else if (!comes || !ask(ledger, fetch, peer))
		try_again(ledger, fetch);
}

/* ---- time ---------------------------------------------------------------- */

void
branch_timer(bsn_ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	GList *next;

	for (GList *at = ledger->net->fetches.head; at != NULL; at = next) {
		Fetch *fetch = at->data;

		next = at->next;
		if (ledger_find(ledger->ledger, fetch->id) != NULL)
			drop(ledger, fetch);
		else if (fetch->at_ms > now)
			net_wake_at(ledger, fetch->at_ms);
		else if (fetch->asked != NULL)
			try_again(ledger, fetch);
		else
			ask_anybody(ledger, fetch);
	}
}
