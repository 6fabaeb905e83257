/* SPDX-License-Identifier: Apache-2.0
 *
 * The network between the nodes, in the place of net/; some of them lie.
 */
#include "tests/unit/fabric-endorse-net.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

struct NetQuestion {
	guint64 id;
	EndorseNode *node; /* who is asked */
	GBytes *bytes;
	NetAnswerFn answered; /* NULL: endorse_net_ask's */
	gpointer owner;
};

EndorseNode *
node_of_chain(bsn_chain *chain)
{
	for (guint i = 0; i < ENDORSE_NODES; i++)
		if (endorse_net->nodes[i].channel.chain == chain)
			return &endorse_net->nodes[i];
	g_assert_not_reached();
}

EndorseNode *
node_of(const Channel *channel)
{
	return node_of_chain(channel->chain);
}

NetPeer *
net_peer_at(const Channel *channel, guint index)
{
	(void)channel;
	return index + 1 < ENDORSE_NODES ? &endorse_net->nodes[index + 1].peer
					 : NULL;
}

NetPeer *
net_peer_find(const Channel *channel, bsn_slice public_key)
{
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++)
		if (bsn_slice_equal(bytes_slice(peer->key), public_key))
			return peer;
	return NULL;
}

static EndorseNode *
node_of_peer(const NetPeer *peer)
{
	for (guint i = 0; i < ENDORSE_NODES; i++)
		if (&endorse_net->nodes[i].peer == peer)
			return &endorse_net->nodes[i];
	g_assert_not_reached();
}

char *
net_peer_name(const Channel *channel, const NetPeer *peer)
{
	const EndorseNode *node = node_of_peer(peer);

	(void)channel;
	return g_strdup_printf("org%u.node%u", node->org + 1,
			       (guint)(node - endorse_net->nodes));
}

/* ---- questions ---- */

guint64
net_ask(Channel *channel, NetPeer *peer, guint kind, bsn_slice question,
	guint timeout_ms, NetAnswerFn answered, gpointer owner)
{
	EndorseNode *node = node_of_peer(peer);
	NetQuestion *asked;

	g_assert_true(node_of(channel) == &endorse_net->nodes[0]);
	g_assert_cmpuint(kind, ==, NET_ASK_ENDORSE);
	g_assert_cmpuint(timeout_ms, ==, ENDORSE_RUN_MS);
	if (!peer->reachable || node->kind == NODE_FULL)
		return 0;
	asked = g_new0(NetQuestion, 1);
	asked->id = ++endorse_net->asked;
	asked->node = node;
	asked->bytes = g_bytes_new(question.data, question.len);
	asked->answered = answered;
	asked->owner = owner;
	g_queue_push_tail(&endorse_net->questions, asked);
	return asked->id;
}

static void
question_free(NetQuestion *question)
{
	g_bytes_unref(question->bytes);
	g_free(question);
}

void
net_ask_cancel(Channel *channel, guint64 id)
{
	(void)channel;
	for (GList *at = endorse_net->questions.head; at != NULL; at = at->next)
		if (((NetQuestion *)at->data)->id == id) {
			question_free(at->data);
			g_queue_delete_link(&endorse_net->questions, at);
			return;
		}
}

/* ---- lies ---- */

static ProtobufCBinaryData
keep(Arena *arena, GByteArray *bytes)
{
	const ProtobufCBinaryData kept = {
		bytes->len, (guint8 *)arena_copy(arena, bytes->data, bytes->len)
	};

	g_byte_array_unref(bytes);
	return kept;
}

/* Endorses an answer anew as somebody. */
static void
endorse_as(Arena *arena, Protos__ProposalResponse *answer, guint org,
	   const Issued *who)
{
	Protos__Endorsement *endorsement = answer->endorsement;

	endorsement->endorser =
		keep(arena, fabric_serialize(fabric_org_id(org), who));
	endorsement->signature = keep(
		arena,
		fabric_sign(&endorse_net->orgs->suite, who,
			    signed_endorsement(
				    arena, message_slice(answer->payload),
				    message_slice(endorsement->endorser))));
}

static void
change_proposal(Arena *arena, const EndorseNode *node,
		Protos__ProposalResponse *answer)
{
	Protos__ProposalResponsePayload *payload = message_unpack(
		arena, &protos__proposal_response_payload__descriptor,
		message_slice(answer->payload), NULL, NULL);

	payload->proposal_hash.data[0] ^= 1;
	answer->payload = message_bytes(message_put(arena, payload));
	endorse_as(arena, answer, node->org, node->issued);
}

static bsn_slice
lie(Arena *arena, const EndorseNode *node, bsn_slice bytes)
{
	const EndorseNode *other = &endorse_net->nodes[2];
	Protos__ProposalResponse *answer =
		message_unpack(arena, &protos__proposal_response__descriptor,
			       bytes, NULL, NULL);

	g_assert_nonnull(answer);
	if (node->kind == NODE_JUNK)
		return bsn_slice_str("junk");
	if (node->kind == NODE_BAD_SIGNATURE)
		answer->endorsement->signature = keep(
			arena,
			fabric_sign(&endorse_net->orgs->suite, node->issued,
				    bsn_slice_str("something else")));
	else if (node->kind == NODE_OTHER_IDENTITY)
		endorse_as(arena, answer, other->org, other->issued);
	else if (node->kind == NODE_STRANGER)
		endorse_as(arena, answer, node->org, endorse_net->stranger);
	else if (node->kind == NODE_OTHER_PROPOSAL)
		change_proposal(arena, node, answer);
	else
		return bytes;
	return message_put(arena, answer);
}

/* ---- answers ---- */

void
net_answer(Channel *channel, NetQuestion *question, int32_t status,
	   bsn_slice answer, const bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;

	g_assert_true(node_of(channel) == question->node);
	g_assert_true(status == BSN_OK || err->reason[0] != '\0');
	if (question->answered == NULL) {
		endorse_net->answers++;
		endorse_net->last_status = status;
		g_clear_pointer(&endorse_net->last_answer, g_bytes_unref);
		endorse_net->last_answer = g_bytes_new(answer.data, answer.len);
		if (err != NULL)
			endorse_net->last_err = *err;
	} else {
		if (status == BSN_OK)
			answer = lie(&arena, question->node, answer);
		question->answered(question->owner, status, answer, err);
	}
	question_free(question);
}

gboolean
endorse_net_deliver(EndorseNet *net)
{
	for (GList *at = net->questions.head; at != NULL; at = at->next) {
		NetQuestion *question = at->data;

		if (question->node->kind == NODE_SILENT)
			continue;
		g_queue_delete_link(&net->questions, at);
		endorse_asked(&question->node->channel, question,
			      bytes_slice(question->bytes));
		return TRUE;
	}
	return FALSE;
}

void
endorse_net_deliver_all(EndorseNet *net)
{
	while (endorse_net_deliver(net))
		continue;
}

void
endorse_net_time_out(EndorseNet *net)
{
	NetQuestion *question = g_queue_pop_head(&net->questions);
	bsn_err err = BSN_ERR_INIT;

	question->answered(question->owner,
			   bsn_fail(&err, BSN_TIMEOUT, "no answer in time"),
			   bsn_slice_of(NULL, 0), &err);
	question_free(question);
}

char *
endorse_net_asked(const EndorseNet *net)
{
	GString *text = g_string_new(NULL);

	for (GList *at = net->questions.head; at != NULL; at = at->next)
		g_string_append_printf(
			text, "%s%s", text->len > 0 ? " " : "",
			fabric_org_id(((NetQuestion *)at->data)->node->org));
	return g_string_free(text, FALSE);
}

void
endorse_net_ask(EndorseNet *net, bsn_slice signed_proposal)
{
	NetQuestion *question = g_new0(NetQuestion, 1);

	question->node = &net->nodes[0];
	question->bytes =
		g_bytes_new(signed_proposal.data, signed_proposal.len);
	endorse_asked(&net->nodes[0].channel, question, signed_proposal);
}
