/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries: a run on this node whose answer is all that comes of it.
 */
#include <string.h>

#include <bsn/helpers/json.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a payload that is parsed. */
#define PARSE_MAX (8u << 20)

typedef struct {
	Channel *channel;
	bsn_reply *reply;
	Arena arena;
	Proposal proposal;
	MspIdentity *who;
	RunInput input;
	Trial *trial;
	gboolean parse;
	gboolean beginning; /* inside endorse_call */
	gboolean over;
	GList link;
} Call;

static void
call_free(Call *call)
{
	g_clear_pointer(&call->trial, trial_cancel);
	msp_identity_unref(call->who);
	arena_clear(&call->arena);
	g_free(call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_free)

/* ---- the answer ---- */

/* Text, or JSON; null for what is none. */
static json_t *
result_of(bsn_slice payload, gboolean parse)
{
	json_t *value = NULL;

	if (!bsn_is_text(payload))
		return json_null();
	if (parse)
		value = json_parse(payload, PARSE_MAX, "the response", NULL,
				   NULL);
	else
		value = json_stringn(
			payload.len > 0 ? (const char *)payload.data : "",
			(gsize)payload.len);
	return value != NULL ? value : json_null();
}

static void
refuse(Call *call, int32_t status, const bsn_err *err)
{
	services.reply->fail(call->reply, status, err);
}

static void
answer(Call *call, const Protos__Response *response)
{
	const bsn_slice payload = message_slice(response->payload);
	const char *message = bsn_is_text(bsn_slice_str(response->message))
				      ? response->message
				      : "";
	g_autofree char *hex = hex_encode(payload);
	g_autoptr(json_t) value = json_pack(
		"{s:o, s:s, s:i, s:s, s:i}", "result",
		result_of(payload, call->parse), "payload", hex, "status",
		response->status, "message", message, "budget_used", 0);
	g_autofree char *text = json_text(value);

	services.reply->value(call->reply, bsn_slice_str(text));
}

static void
ran(gpointer owner, const RunOutcome *outcome)
{
	Call *call = owner;
	const Protos__Response *response = outcome->response;
	bsn_err err = BSN_ERR_INIT;

	call->trial = NULL;
	if (outcome->status != BSN_OK)
		refuse(call, outcome->status, outcome->err);
	else if (response->status >= ENDORSE_REFUSED)
		refuse(call,
		       bsn_fail_native(&err, BSN_REVERTED, response->status,
				       "%s",
				       response->message[0] != '\0'
					       ? response->message
					       : "the chaincode says no, "
						 "without a reason"),
		       &err);
	else
		answer(call, response);
	call->over = TRUE;
	if (call->beginning)
		return;
	g_queue_unlink(&call->channel->endorsing->calls, &call->link);
	call_free(call);
}

/* ---- the question ---- */

/* Names of peers that have what this node has not. */
static char *
who_can(Channel *channel, const char *package_id)
{
	GString *names = g_string_new(NULL);
	NetPeer *peer;

	for (guint i = 0; (peer = net_peer_at(channel, i)) != NULL; i++) {
		g_autofree char *name = NULL;

		if (!peer->reachable || peer->packages == NULL ||
		    !g_hash_table_contains(peer->packages, package_id))
			continue;
		name = net_peer_name(channel, peer);
		g_string_append_printf(names, "%s%s",
				       names->len > 0 ? ", " : "", name);
	}
	return g_string_free(names, FALSE);
}

static int32_t
check_package(Channel *channel, const char *name, bsn_err *err)
{
	g_autoptr(Definition) definition = NULL;
	g_autofree char *others = NULL;
	int32_t status;

	if (system_chaincode_exists(name))
		return BSN_OK;
	status = lifecycle_find(channel, name, &definition, err);
	if (status != BSN_OK)
		return status;
	if (definition->package_id == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node does not run %s: its organisation "
				"has approved no package for it",
				name);
	if (package_exists(channel, definition->package_id))
		return BSN_OK;
	if (channel->net != NULL)
		others = who_can(channel, definition->package_id);
	return bsn_fail(err, BSN_UNAVAILABLE,
			"this node does not have the package %.60s of %s; %s%s",
			definition->package_id, name,
			others != NULL && others[0] != '\0'
				? "ask one that has: "
				: "no node that it reaches has it",
			others != NULL ? others : "");
}

/* Makes a proposal of it, which nobody signs. */
static int32_t
prepare(Call *call, const bsn_tx_request *request, bsn_err *err)
{
	Channel *channel = call->channel;
	g_autoptr(GBytes) creator = NULL;
	g_autoptr(GPtrArray) args =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_auto(RequestOptions) options = { 0 };
	g_autofree char *name = request_chaincode(request->contract, err);
	char tx_id[TX_ID_SIZE];
	ProposalWords words;
	bsn_slice proposal;
	int32_t status;

	if (request->kind != BSN_TX_INVOKE)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"kind: only calls of contracts are answered "
				"here, not requests of kind %u",
				request->kind);
	if (name == NULL)
		return BSN_BAD_REQUEST;
	status = creator_find(channel, request->signer_certificate, &creator,
			      &call->who, err);
	if (status == BSN_OK)
		status = request_read_options(request, TRUE, &options, err);
	if (status == BSN_OK)
		status = request_read_args(request, args, err);
	if (status != BSN_OK)
		return status;
	call->parse = options.parse;
	words = (ProposalWords){ name, args, &options, bytes_slice(creator) };
	status = request_propose(channel, &call->arena, &words, &proposal,
				 tx_id, err);
	if (status != BSN_OK)
		return status;
	proposal =
		request_signed(&call->arena, proposal, bsn_slice_of(NULL, 0));
	status = proposal_open(&channel->suite, &call->arena, proposal,
			       &call->proposal, err);
	call->input = endorser_input(&call->proposal, proposal, call->who);
	call->input.read_only = TRUE;
	return status;
}

static int32_t
check_access(const Call *call, bsn_err *err)
{
	const char *name = call->proposal.chaincode;
	int32_t status = BSN_OK;

	if (!system_chaincode_exists(name))
		status = access_check(call->channel, "peer/Propose", call->who,
				      err);
	return status == BSN_OK ? check_package(call->channel, name, err)
				: status;
}

/* What a change of the config would change. */
static int32_t
preview(Channel *channel, const bsn_tx_request *request, bsn_reply *reply,
	bsn_err *err)
{
	g_autoptr(GBytes) creator = NULL;
	MspIdentity *who = NULL;
	int32_t status = creator_find(channel, request->signer_certificate,
				      &creator, &who, err);

	if (status == BSN_OK)
		status = access_check(channel, "cscc/GetChannelConfig", who,
				      err);
	if (status == BSN_OK)
		status = members_preview(channel, request, who, reply, err);
	msp_identity_unref(who);
	return status;
}

int32_t
endorse_call(Channel *channel, const bsn_tx_request *request, bsn_reply *reply,
	     bsn_err *err)
{
	g_autoptr(Call) call = NULL;
	int32_t status;

	if (request_is_about_members(request))
		return preview(channel, request, reply, err);
	call = g_new0(Call, 1);
	call->channel = channel;
	call->reply = reply;
	call->link.data = call;
	status = prepare(call, request, err);
	if (status == BSN_OK)
		status = check_access(call, err);
	if (status != BSN_OK)
		return status;
	call->beginning = TRUE;
	call->trial = trial_begin(channel, &call->input, ran, call);
	call->beginning = FALSE;
	if (call->over)
		return BSN_OK;
	g_queue_push_tail_link(&channel->endorsing->calls, &call->link);
	call = NULL; /* the queue's, until it is over */
	return BSN_OK;
}

void
call_close(Channel *channel)
{
	GQueue *calls = &channel->endorsing->calls;
	bsn_err err = BSN_ERR_INIT;
	Call *call;

	(void)bsn_fail(&err, BSN_UNAVAILABLE, "the chain is closing");
	while ((call = g_queue_peek_head(calls)) != NULL) {
		g_queue_unlink(calls, &call->link);
		refuse(call, BSN_UNAVAILABLE, &err);
		call_free(call);
	}
}
