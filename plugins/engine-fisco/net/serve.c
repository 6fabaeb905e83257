/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/serve.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"

/* What a question costs beside the bytes that are read for it. */
#define QUESTION_BYTES 4096u
/* Ms between two looks at who waits. */
#define WAIT_MS 20u

/* ---- headers ------------------------------------------------------------- */

static int32_t
add_header(Ledger *ledger, guint64 number, GByteArray *items)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	BlockInfo info;
	int32_t status = info_load(ledger->chain, number, memory, &info);

	if (status == BSN_OK)
		status = certificate_load(ledger->chain, number, certificate);
	if (status == BSN_OK) {
		const NetHeader header = { info.header,
					   buffer_slice(certificate) };

		net_header_put(&header, items);
	}
	return status;
}

static int32_t
add_headers(Ledger *ledger, const NetQuestion *question, GByteArray *items,
	    gint64 *cost)
{
	const guint64 end = MIN(question->first + question->count,
				ledger->durable.number + 1);
	int32_t status = BSN_OK;

	for (guint64 number = question->first;
	     status == BSN_OK && number < end && items->len < NET_BYTES_MAX;
	     number++)
		status = add_header(ledger, number, items);
	*cost += items->len;
	return status;
}

/* ---- bodies -------------------------------------------------------------- */

/* Reads a block's body; one that goes in pieces is read once. */
static int32_t
load_body(Ledger *ledger, guint64 number, GByteArray **body, gint64 *cost)
{
	FiscoNet *net = ledger->net;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BlockView block;
	int32_t status;

	if (net->served_body != NULL && net->served == number) {
		*body = g_byte_array_ref(net->served_body);
		return BSN_OK;
	}
	status = block_load(ledger->chain, number, bytes);
	if (status == BSN_OK)
		status = block_read(&ledger->suite, buffer_slice(bytes), &block,
				    NULL);
	if (status != BSN_OK)
		return status;
	*cost += bytes->len;
	*body = g_byte_array_new();
	g_byte_array_append(*body, block.txs.data, (guint)block.txs.len);
	return BSN_OK;
}

static void
keep_served(FiscoNet *net, guint64 number, GByteArray *body)
{
	g_clear_pointer(&net->served_body, g_byte_array_unref);
	net->served = number;
	net->served_body = g_byte_array_ref(body);
}

/* Appends what there is of a body from `offset` on and fits. */
static void
add_piece(FiscoNet *net, guint64 number, guint64 offset, GByteArray *body,
	  GByteArray *items)
{
	const guint64 room = NET_BYTES_MAX - MIN(items->len, NET_BYTES_MAX);
	const guint64 left = body->len - MIN(offset, body->len);
	const NetPiece piece = {
		.total = body->len,
		.bytes = bsn_slice_of(body->data + offset, MIN(left, room)),
	};

	if (piece.bytes.len == 0)
		return;
	net_piece_put(&piece, items);
	if (piece.bytes.len < left)
		keep_served(net, number, body);
	else if (net->served == number)
		g_clear_pointer(&net->served_body, g_byte_array_unref);
}

static int32_t
add_bodies(Ledger *ledger, const NetQuestion *question, GByteArray *items,
	   gint64 *cost)
{
	const guint64 end = MIN(question->first + question->count,
				ledger->durable.number + 1);
	guint64 offset = question->offset;
	int32_t status = BSN_OK;

	for (guint64 number = question->first;
	     status == BSN_OK && number < end && items->len < NET_BYTES_MAX &&
	     *cost < NET_CREDIT_MAX;
	     number++, offset = 0) {
		g_autoptr(GByteArray) body = NULL;

		status = load_body(ledger, number, &body, cost);
		if (status == BSN_OK)
			add_piece(ledger->net, number, offset, body, items);
	}
	*cost += items->len;
	return status;
}

/* ---- answering ----------------------------------------------------------- */

/* What cannot be read now is not answered: an empty answer would say that it
 * is not there. */
static void
answer(Ledger *ledger, NetPeer *peer, const NetQuestion *question)
{
	const gboolean headers = question->kind == NET_GET_HEADERS;
	g_autoptr(GByteArray) items = g_byte_array_new();
	NetMessage message = { .kind = headers ? NET_HEADERS : NET_BODIES,
			       .height = question->first,
			       .offset = question->offset };
	gint64 cost = QUESTION_BYTES;
	int32_t status = headers ? add_headers(ledger, question, items, &cost)
				 : add_bodies(ledger, question, items, &cost);

	peer->credit -= cost;
	if (status != BSN_OK && items->len == 0)
		return;
	message.items = buffer_slice(items);
	(void)net_send(ledger, peer, &message);
}

static void
refill(Ledger *ledger, NetPeer *peer)
{
	const guint64 now = services_mono_ms(ledger->chain);
	const gint64 passed = (gint64)MIN(now - peer->credit_at_ms,
					  NET_CREDIT_MAX / NET_CREDIT_PER_MS);

	peer->credit =
		MIN(peer->credit + passed * NET_CREDIT_PER_MS, NET_CREDIT_MAX);
	peer->credit_at_ms = now;
}

static void
arm(Ledger *ledger)
{
	FiscoNet *net = ledger->net;

	if (!net->serving)
		net->serving = services.timer->set(ledger->chain, TIMER_SERVE,
						   WAIT_MS) == BSN_OK;
}

static gboolean
serve(Ledger *ledger, NetPeer *peer)
{
	const NetQuestion question = peer->waiting;

	refill(ledger, peer);
	if (peer->credit <= 0)
		return FALSE;
	peer->waiting.kind = 0;
	answer(ledger, peer, &question);
	return TRUE;
}

void
serve_question(Ledger *ledger, NetPeer *peer, const NetMessage *message)
{
	peer->waiting = (NetQuestion){ message->kind, message->height,
				       message->count, message->offset };
	if (!serve(ledger, peer))
		arm(ledger);
}

void
serve_timer(Ledger *ledger)
{
	gboolean waits = FALSE;
	NetPeer *peer;

	ledger->net->serving = FALSE;
	for (guint i = 0; (peer = net_peer_at(ledger, i)) != NULL; i++)
		if (peer->waiting.kind != 0)
			waits |= !serve(ledger, peer);
	if (waits)
		arm(ledger);
}
