/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/pbft-byzantine.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"

/* By node; tests run one network at a time. */
static ByzantineKind kinds[NET_NODES_MAX];

static void
replace(GBytes **bytes, const Message *message)
{
	GByteArray *twisted = g_byte_array_new();

	message_put(message, twisted);
	g_bytes_unref(*bytes);
	*bytes = g_byte_array_free_to_bytes(twisted);
}

static void
sign(PbftNet *net, const Node *node, Message *message)
{
	const Statement statement = {
		.kind = message->kind == MESSAGE_PROPOSAL ? STATEMENT_PREPARE
							  : message->kind,
		.height = message->height,
		.view = message->view,
		.digest = message->digest,
		.locked_view = message->locked_view,
	};

	net_sign(net, node->index, &statement, &message->signature);
}

static gboolean
is_vote(const Message *message)
{
	return message->kind == MESSAGE_PREPARE ||
	       message->kind == MESSAGE_COMMIT;
}

static gint
coin(PbftNet *net, gint sides)
{
	return g_rand_int_range(net->rand, 0, sides);
}

/* The other proposal to half of the nodes, or to all; a vote goes for whatever
 * its receiver may have been given. */
static void
equivocate(PbftNet *net, Node *from, GBytes **bytes, Message *message)
{
	g_autoptr(GBytes) other = NULL;
	bsn_id parent = engine_head(from);
	GBytes *known;

	if (message->height != from->blocks->len + 1 || from->known->len == 0)
		return;
	known = from->known->pdata[from->known->len - 1];
	if (message->kind == MESSAGE_PROPOSAL)
		other = engine_alternative(message->body);
	else if (is_vote(message))
		other = engine_alternative(bytes_slice(known));
	else
		return;
	message->digest = engine_digest(&parent, bytes_slice(other));
	if (message->kind == MESSAGE_PROPOSAL)
		message->body = bytes_slice(other);
	sign(net, from, message);
	replace(bytes, message);
}

static void
invent_lock(PbftNet *net, const Node *from, Message *message,
	    GByteArray *scratch)
{
	g_autofree Certificate *certificate = g_new0(Certificate, 1);

	certificate->kind = STATEMENT_PREPARE;
	certificate->chain_id = net_chain_id;
	certificate->view = message->view - 1;
	certificate->n = net->n - 1;
	for (guint i = 0; i < certificate->n; i++) {
		certificate->list[i].signer = i;
		certificate->list[i].signature.len = 32;
	}
	certificate_put(certificate, scratch);
	message->digest = bsn_id_of("anything", 8);
	message->locked_view = message->view - 1;
	message->certificate = buffer_slice(scratch);
	sign(net, from, message);
}

static void
twist_view_change(PbftNet *net, const Node *from, ByzantineKind kind,
		  GBytes **bytes, Message *message)
{
	g_autoptr(GByteArray) scratch = g_byte_array_new();

	if (kind == BYZANTINE_FORGET_LOCK) {
		message->digest.len = 0;
		message->locked_view = 0;
		message->certificate = bsn_slice_of(NULL, 0);
		sign(net, from, message);
	} else {
		invent_lock(net, from, message, scratch);
	}
	replace(bytes, message);
}

static void
make_stale(PbftNet *net, const Node *from, GBytes **bytes, Message *message)
{
	if (!is_vote(message) && message->kind != MESSAGE_VIEW_CHANGE)
		return;
	if (coin(net, 3) == 0)
		message->view = (guint64)coin(net, 12) + 1;
	if (message->kind == MESSAGE_VIEW_CHANGE) {
		message->digest.len = 0;
		message->locked_view = 0;
		message->certificate = bsn_slice_of(NULL, 0);
	}
	sign(net, from, message);
	replace(bytes, message);
}

static void
lie(PbftNet *net, GBytes **bytes, Message *message)
{
	static const guint8 rubbish[] = "rubbish";

	if (message->kind == MESSAGE_STATUS && coin(net, 2) == 0)
		message->height += (guint64)coin(net, 1000);
	else if (message->kind == MESSAGE_BODY)
		message->body = bsn_slice_of(rubbish, sizeof(rubbish));
	else if (message->kind == MESSAGE_DECIDED)
		message->digest.bytes[0] ^= 1;
	else if (is_vote(message) && coin(net, 4) == 0)
		*message = (Message){ .kind = MESSAGE_DECIDED,
				      .height = message->height,
				      .digest = message->digest,
				      .certificate = bsn_slice_of(
					      rubbish, sizeof(rubbish)) };
	replace(bytes, message);
}

void
byzantine_filter(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	g_autoptr(GBytes) original = g_bytes_ref(*bytes);
	const ByzantineKind kind = kinds[from->index];
	Message message;

	if (!from->byzantine)
		return;
	g_assert_true(message_read(bytes_slice(original), &message));
	if (kind == BYZANTINE_SILENT)
		g_clear_pointer(bytes, g_bytes_unref);
	else if (kind == BYZANTINE_EQUIVOCATE && to->index % 2 == 1)
		equivocate(net, from, bytes, &message);
	else if (kind == BYZANTINE_USURP && message.view > 0)
		equivocate(net, from, bytes, &message);
	else if (kind == BYZANTINE_CORRUPT && message.signature.len > 0) {
		message.signature.bytes[coin(net, 32)] ^= 0x10;
		replace(bytes, &message);
	} else if (kind == BYZANTINE_STALE)
		make_stale(net, from, bytes, &message);
	else if (kind == BYZANTINE_LIE)
		lie(net, bytes, &message);
	else if (message.kind == MESSAGE_VIEW_CHANGE &&
		 (kind == BYZANTINE_FORGET_LOCK ||
		  kind == BYZANTINE_INVENT_LOCK))
		twist_view_change(net, from, kind, bytes, &message);
}

void
byzantine_set(PbftNet *net, guint node, ByzantineKind kind)
{
	net->nodes[node]->byzantine = TRUE;
	kinds[node] = kind;
	net->filter = byzantine_filter;
}

void
byzantine_choose(PbftNet *net, guint count)
{
	guint first = (guint)coin(net, (gint)net->n);

	for (guint i = 0; i < count; i++)
		byzantine_set(net, (first + i) % net->n,
			      (ByzantineKind)coin(net, BYZANTINE_KINDS));
}
