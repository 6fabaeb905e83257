/* SPDX-License-Identifier: Apache-2.0
 *
 * Rounds after the first, and endorsing for other nodes.
 */
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/wire.h"

/* ---- rounds ---- */

/* Reads what make_state of request.c has written, or anything else. */
static GPtrArray *
read_organisations(Wire *wire)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
	const bsn_slice count = wire_bytes(wire, 1);
	const guint n = count.len == 1 ? count.data[0] : 0;

	for (guint i = 0; i < n && !wire->bad; i++) {
		const bsn_slice len = wire_bytes(wire, 1);
		const bsn_slice id =
			wire_bytes(wire, len.len == 1 ? len.data[0] : 0);
		char *text = id.len > 0 ? g_strndup((const char *)id.data,
						    (gsize)id.len)
					: g_strdup("");

		g_ptr_array_add(list, text);
		wire->bad |= !msp_id_is_valid(text);
	}
	return n > 0 && !wire->bad ? g_steal_pointer(&list) : NULL;
}

/* Who waits by a reply. */
typedef struct {
	Channel *channel;
	bsn_reply *reply;
} Asking;

static void
gathered(gpointer owner, const GatherOutcome *outcome)
{
	Asking *asking = owner;

	if (outcome->status == BSN_OK)
		envelope_ask(asking->channel, outcome->payload, outcome->tx_id,
			     asking->reply);
	else
		services.reply->fail(asking->reply, outcome->status,
				     outcome->err);
	g_free(asking);
}

static int32_t
gather_for_reply(Channel *channel, bsn_slice signed_proposal,
		 GPtrArray *organisations, bsn_reply *reply, bsn_err *err)
{
	Asking *asking = g_new0(Asking, 1);
	Gathering *gathering;
	int32_t status;

	asking->channel = channel;
	asking->reply = reply;
	status = gather_begin(channel, signed_proposal, organisations,
			      gathered, asking, &gathering, err);
	if (status != BSN_OK)
		g_free(asking);
	return status;
}

static int32_t
sign_proposal(Channel *channel, bsn_slice state, bsn_slice signature,
	      bsn_reply *reply, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	guint8 der[SIGNATURE_MAX];
	const gsize len =
		suite_finish_signature(&channel->suite, signature.data, der);
	Wire wire = wire_of(state);
	g_autoptr(GPtrArray) organisations = read_organisations(&wire);

	if (wire.bad || wire.rest.len > ENDORSE_PROPOSAL_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"state: it is not what the round before gave");
	return gather_for_reply(
		channel,
		request_signed(&arena, wire.rest, bsn_slice_of(der, len)),
		g_steal_pointer(&organisations), reply, err);
}

int32_t
endorse_sign_round(Channel *channel, bsn_slice state, bsn_slice signature,
		   bsn_reply *reply, bsn_err *err)
{
	const guint8 kind = state.len > 0 ? state.data[0] : 0;
	const bsn_slice rest =
		kind != 0 ? bsn_slice_of(state.data + 1, state.len - 1) : state;

	if (kind == MEMBERS_STATE)
		return members_sign_round(channel, state, signature, reply,
					  err);
	if (kind != ENDORSE_STATE_PROPOSAL && kind != ENDORSE_STATE_PAYLOAD)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"state: it is not what the round before gave");
	if (signature.len != SIGNATURE_RAW_LEN)
		return bsn_fail(err, BSN_BAD_SIGNATURE,
				"signature: it must be r and s, %u bytes, by "
				"%s",
				SIGNATURE_RAW_LEN, channel->suite.algorithm);
	return kind == ENDORSE_STATE_PROPOSAL
		       ? sign_proposal(channel, rest, signature, reply, err)
		       : envelope_finish(channel, rest, signature, reply, err);
}

/* ---- for other nodes ---- */

/* One that another node has asked. */
typedef struct {
	Channel *channel;
	NetQuestion *question;
	Endorser *endorser;
	GList link;
} Asked;

static void
answer(Asked *asked, int32_t status, bsn_slice response, const bsn_err *err)
{
	Channel *channel = asked->channel;
	NetQuestion *question = asked->question;

	g_queue_unlink(&channel->endorsing->questions, &asked->link);
	g_free(asked);
	net_answer(channel, question, status, response, err);
}

static void
endorsed(gpointer owner, int32_t status, bsn_slice response, const bsn_err *err)
{
	answer(owner, status, response, err);
}

void
endorse_asked(Channel *channel, NetQuestion *question,
	      bsn_slice signed_proposal)
{
	Asked *asked = g_new0(Asked, 1);
	Endorser *endorser;

	members_follow_certificate(channel);
	asked->channel = channel;
	asked->question = question;
	asked->link.data = asked;
	g_queue_push_tail_link(&channel->endorsing->questions, &asked->link);
	endorser = endorser_begin(channel, signed_proposal, endorsed, asked);
	if (endorser != NULL) /* else it is answered and gone */
		asked->endorser = endorser;
}

/* ---- the channel ---- */

void
endorse_open(Channel *channel)
{
	channel->endorsing = g_new0(Endorsing, 1);
	channel->endorsing->creators = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
		(GDestroyNotify)g_bytes_unref);
}

void
endorse_close(Channel *channel)
{
	Endorsing *endorsing = channel->endorsing;
	bsn_err err = BSN_ERR_INIT;
	Asked *asked;

	if (endorsing == NULL)
		return;
	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the chain is closing");
	gather_close(channel);
	call_close(channel);
	evaluate_close(channel);
	while ((asked = g_queue_peek_head(&endorsing->questions)) != NULL) {
		endorser_cancel(asked->endorser);
		answer(asked, BSN_UNAVAILABLE, bsn_slice_of(NULL, 0), &err);
	}
	g_hash_table_unref(endorsing->creators);
	g_free(endorsing);
	channel->endorsing = NULL;
}
