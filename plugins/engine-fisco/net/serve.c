/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/serve.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/net/status.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/section.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* What is served in pieces is a body, not a part of a snapshot. */
#define SERVED_BODY G_MAXUINT64
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

	if (net->served_body != NULL && net->served == number &&
	    net->served_part == SERVED_BODY) {
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
keep_served(FiscoNet *net, guint64 number, guint64 part, GByteArray *body)
{
	g_clear_pointer(&net->served_body, g_byte_array_unref);
	net->served = number;
	net->served_part = part;
	net->served_body = g_byte_array_ref(body);
}

/* Appends what there is of a body from `offset` on and fits. */
static void
add_piece(FiscoNet *net, guint64 number, guint64 part, guint64 offset,
	  GByteArray *body, GByteArray *items)
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
		keep_served(net, number, part, body);
	else if (net->served == number && net->served_part == part)
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
			add_piece(ledger->net, number, SERVED_BODY, offset,
				  body, items);
	}
	*cost += items->len;
	return status;
}

/* ---- snapshots ----------------------------------------------------------- */

/* A part whole: the manifest, or a section made from the store. */
static int32_t
make_part(Ledger *ledger, guint64 checkpoint, guint64 part, GByteArray *out)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Manifest) manifest = { .sections = NULL };
	int32_t status = snapshot_manifest(ledger, checkpoint, bytes);

	if (status != BSN_OK)
		return status;
	if (part == 0) {
		g_byte_array_append(out, bytes->data, bytes->len);
		return BSN_OK;
	}
	if (!manifest_read(buffer_slice(bytes), &manifest))
		return BSN_E_CORRUPT;
	if (part > manifest_n(&manifest))
		return BSN_NOT_FOUND;
	return section_put(ledger, &manifest, (guint)part - 1, out);
}

static int32_t
add_part(Ledger *ledger, const NetQuestion *question, GByteArray *items,
	 gint64 *cost)
{
	FiscoNet *net = ledger->net;
	g_autoptr(GByteArray) part = NULL;
	int32_t status = BSN_OK;

	if (net->served_body != NULL && net->served == question->first &&
	    net->served_part == question->count) {
		part = g_byte_array_ref(net->served_body);
	} else {
		part = g_byte_array_new();
		status = make_part(ledger, question->first, question->count,
				   part);
		*cost += part->len;
	}
	if (status == BSN_OK)
		add_piece(net, question->first, question->count,
			  question->offset, part, items);
	*cost += items->len;
	return status;
}

/* ---- answering ----------------------------------------------------------- */

static int32_t
add_items(Ledger *ledger, const NetQuestion *question, GByteArray *items,
	  gint64 *cost)
{
	if (question->kind == NET_GET_HEADERS)
		return add_headers(ledger, question, items, cost);
	if (question->kind == NET_GET_SNAPSHOT)
		return add_part(ledger, question, items, cost);
	return add_bodies(ledger, question, items, cost);
}

static guint8
answer_to(guint8 kind)
{
	return kind == NET_GET_HEADERS	  ? NET_HEADERS
	       : kind == NET_GET_SNAPSHOT ? NET_SNAPSHOT
					  : NET_BODIES;
}

/* What cannot be read now is not answered: an empty answer says that it is not
 * there. A peer that asks for old blocks may not know yet that they are not. */
static void
answer(Ledger *ledger, NetPeer *peer, const NetQuestion *question)
{
	g_autoptr(GByteArray) items = g_byte_array_new();
	NetMessage message = { .kind = answer_to(question->kind),
			       .height = question->first,
			       .offset = question->offset };
	gint64 cost = QUESTION_BYTES;
	int32_t status = add_items(ledger, question, items, &cost);

	peer->credit -= cost;
	if (status != BSN_OK && status != BSN_NOT_FOUND && items->len == 0)
		return;
	if (question->kind == NET_GET_SNAPSHOT)
		message.count = question->count;
	if (question->first < ledger->earliest && items->len == 0)
		status_tell(ledger, peer);
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
