/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies, of blocks whose headers are there: from all peers at once, a run of
 * blocks from each.
 */
#include "plugins/engine-fisco/net/sync.h"

#include "plugins/engine-fisco/services.h"

/* Blocks that one peer is asked for at once: few, so that all have a share. */
#define RUN 16u

/* ---- asking -------------------------------------------------------------- */

static gboolean
is_wanted(const SyncBlock *block, const NetPeer *peer)
{
	return !block->whole && block->asked == NULL &&
	       block->number <= peer->height &&
	       block->number >= peer->earliest;
}

/* The first that this peer can give. When there is enough, only the one that
 * comes next is asked for. */
static SyncBlock *
first_wanted(const Window *window, const NetPeer *peer)
{
	const guint n = window->bytes < WINDOW_BYTES
				? window->blocks->len
				: MIN(window->blocks->len, 1);

	for (guint i = 0; i < n; i++)
		if (is_wanted(window->blocks->pdata[i], peer))
			return window->blocks->pdata[i];
	return NULL;
}

/* Pieces of one body come from one peer, so that it is known who lied. */
static guint64
offset_for(Window *window, SyncBlock *block, const NetPeer *peer)
{
	if (block->giver != peer)
		window_forget_body(window, block);
	return block->body->len;
}

static gboolean
ask(Ledger *ledger, NetPeer *peer)
{
	Window *window = &ledger->net->sync->window;
	SyncBlock *first = first_wanted(window, peer);
	NetQuestion question = { .kind = NET_GET_BODIES };
	SyncBlock *block = first;

	if (first == NULL)
		return FALSE;
	question.first = first->number;
	question.offset = offset_for(window, first, peer);
	for (;
	     question.count < RUN && block != NULL && is_wanted(block, peer) &&
	     (block == first || window->bytes < WINDOW_BYTES);
	     block = window_find(window, block->number + 1)) {
		block->asked = peer;
		question.count++;
	}
	return net_peer_ask(ledger, peer, &question);
}

void
bodies_ask(Ledger *ledger)
{
	const guint64 now = services_mono_ms(ledger->chain);
	const SyncBlock *first = window_first(&ledger->net->sync->window);
	NetPeer *peer;

	if (first == NULL)
		return;
	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (net_peer_is_free(peer, first->number, now))
			(void)ask(ledger, peer);
}

/* ---- receiving ----------------------------------------------------------- */

/* Puts a piece where it belongs; NULL, or what is wrong with it. */
static const char *
put_piece(Window *window, SyncBlock *block, NetPeer *peer, guint64 offset,
	  const NetPiece *piece)
{
	if (block->whole || (block->giver != NULL && block->giver != peer))
		return NULL;
	if (offset != block->body->len)
		return NULL;
	if (block->giver != NULL && block->total != piece->total)
		return "has another length now";
	if (offset + piece->bytes.len > piece->total)
		return "is longer than it said";
	block->giver = peer;
	block->total = piece->total;
	window_fill(window, block, piece->bytes);
	return NULL;
}

/* Blocks that came by consensus meanwhile are not in the window any more. */
static void
take(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	Window *window = &ledger->net->sync->window;
	RlpReader reader = rlp_reader(message->items);
	guint64 offset = message->offset;

	for (guint64 i = 0; i < message->n; i++, offset = 0) {
		const NetPiece piece = net_piece_read(&reader);
		SyncBlock *block = window_find(window, message->height + i);
		const char *wrong = block == NULL
					    ? NULL
					    : put_piece(window, block, peer,
							offset, &piece);

		if (wrong == NULL)
			continue;
		net_peer_lied(ledger, peer, ledger->head.number,
			      "its block %" G_GUINT64_FORMAT " %s",
			      message->height + i, wrong);
		return;
	}
	net_peer_was_useful(peer);
}

void
bodies_received(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	const NetQuestion asked = peer->asked;

	if (asked.kind != NET_GET_BODIES || asked.first != message->height ||
	    asked.offset != message->offset) {
		ledger->net->dropped.unasked++;
		return;
	}
	peer->asked.kind = 0;
	sync_let_go(ledger, peer, FALSE);
	if (message->n == 0)
		net_peer_has_not(ledger, peer, message->height);
	else if (message->n > asked.count)
		net_peer_lied(ledger, peer, ledger->head.number,
			      "it sent more bodies than it was asked for");
	else if (ledger->net->sync != NULL)
		take(ledger, peer, message);
	sync_run(ledger);
}
