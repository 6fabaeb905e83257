/* SPDX-License-Identifier: Apache-2.0
 *
 * Headers with their certificates. A header is believed when it follows the one
 * before it and the members that agree on its height have signed it. Which
 * members those are may change with any block before; so a certificate that
 * does not hold is a lie only for the block that comes next.
 */
#include "plugins/engine-fisco/net/certified.h"
#include "plugins/engine-fisco/net/join.h"
#include "plugins/engine-fisco/net/sync.h"

static guint64
next_number(const Ledger *ledger)
{
	const SyncBlock *last = window_last(&ledger->net->sync->window);

	return (last != NULL ? last->number : ledger->head.number) + 1;
}

/* ---- asking -------------------------------------------------------------- */

gboolean
headers_are_asked(const Ledger *ledger)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->asked.kind == NET_GET_HEADERS)
			return TRUE;
	return FALSE;
}

void
headers_ask(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;
	const guint have = sync->window.blocks->len;
	NetQuestion question = { .kind = NET_GET_HEADERS,
				 .first = next_number(ledger) };
	NetPeer *peer;

	if (have == 0)
		sync->hold = FALSE;
	if (sync->hold || have > WINDOW_BLOCKS / 2 ||
	    headers_are_asked(ledger))
		return;
	question.count = MIN(NET_BLOCKS_MAX, WINDOW_BLOCKS - have);
	do
		peer = sync_pick(ledger, question.first);
	while (peer != NULL && !net_peer_ask(ledger, peer, &question));
}

/* ---- judging ------------------------------------------------------------- */

/* The members of the next block are taken for those of all of them. */
static guint64
read_and_verify(Ledger *ledger, const NetMessage *message,
		Candidate *candidates, guint64 *linked)
{
	const SyncBlock *last = window_last(&ledger->net->sync->window);
	guint n;
	const bsn_member *members = net_members(ledger, &n);

	*linked = certified_read(ledger, message,
				 last != NULL ? last->hash : ledger->head.hash,
				 candidates);
	for (guint64 i = 0; i < *linked; i++) {
		candidates[i].members = members;
		candidates[i].n_members = n;
	}
	return certified_verify(ledger, candidates, *linked);
}

static void
add(Ledger *ledger, NetPeer *peer, const Candidate *candidate)
{
	SyncBlock *block =
		window_add(&ledger->net->sync->window, candidate->header.number,
			   candidate->raw.header, candidate->raw.certificate);

	memcpy(block->hash, candidate->hash, HASH_LEN);
	memcpy(block->txs_root, candidate->header.txs_root, HASH_LEN);
	block->from = peer;
}

/* The rest of what a peer has sent is not believed. */
static void
judge_rest(Ledger *ledger, NetPeer *peer, const Candidate *candidate,
	   guint64 number, gboolean follows)
{
	if (!follows)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its header %" G_GUINT64_FORMAT
			      " does not follow the one before",
			      number);
	else if (number == ledger->head.number + 1)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its block %" G_GUINT64_FORMAT
			      " is not certified: %s",
			      number, candidate->err.reason);
	else
		ledger->net->sync->hold = TRUE;
}

static void
take(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	g_autofree Candidate *candidates = g_new0(Candidate, message->n);
	guint64 linked;
	const guint64 good =
		read_and_verify(ledger, message, candidates, &linked);

	for (guint64 i = 0; i < good; i++)
		add(ledger, peer, &candidates[i]);
	if (good > 0)
		net_peer_was_useful(peer);
	if (good < message->n)
		judge_rest(ledger, peer, &candidates[good],
			   message->height + good, good < linked);
}

void
headers_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	const NetQuestion asked = peer->asked;

	if (asked.kind != NET_GET_HEADERS || asked.first != message->height) {
		ledger->net->dropped.unasked++;
		return;
	}
	peer->asked.kind = 0;
	if (message->n == 0)
		net_peer_has_not(ledger, peer, message->height);
	else if (message->n > asked.count)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "it sent more headers than it was asked for");
	else if (ledger->net->sync == NULL)
		return;
	else if (ledger->net->sync->join != NULL)
		join_headers_received(ledger, peer, message);
	else if (message->height == next_number(ledger))
		take(ledger, peer, message);
	sync_run(ledger);
}
