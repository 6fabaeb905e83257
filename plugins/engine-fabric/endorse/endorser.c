/* SPDX-License-Identifier: Apache-2.0
 *
 * Endorses with this node's identity, as Fabric's endorser does.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/sign.h"
#include "plugins/kit/sink.h"

struct Endorser {
	Channel *channel;
	Arena arena;
	bsn_slice signed_proposal; /* in the arena, as all below */
	Proposal proposal;
	MspIdentity *who;
	RunInput input;
	Trial *trial;
	/* Once it has run, and been endorsed but for the signature. */
	Protos__Response response;
	bsn_slice payload;
	PrivateSpread *spread; /* other members are given private data */
	EndorserDone done;
	gpointer owner;
	gboolean beginning; /* inside endorser_begin */
	gboolean over;
};

/* ---- before anything is simulated ---- */

static int32_t
check_self(const Channel *channel, bsn_err *err)
{
	return channel->self != NULL
		       ? BSN_OK
		       : bsn_fail(err, BSN_UNAVAILABLE,
				  "this node has no certificate of an "
				  "organisation of the channel, and does not "
				  "endorse");
}

int32_t
endorser_check_room(const Channel *channel, bsn_slice signed_proposal,
		    bsn_err *err)
{
	return channel->endorsing->bytes + signed_proposal.len <=
			       ENDORSE_BYTES_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_BUSY,
				  "too many proposals are under way on this "
				  "node: try again");
}

static int32_t
check_creator(Channel *channel, const Proposal *proposal, MspIdentity **who,
	      bsn_err *err)
{
	SuiteItem item = { NULL, proposal->bytes, proposal->signature };
	int32_t verdict;
	int32_t status = msp_manager_identify(
		channel->config->msps,
		message_slice(proposal->creator->creator), who, err);

	if (status != BSN_OK)
		return status;
	status = creator_check_expiry(channel, *who, err);
	if (status != BSN_OK)
		return status;
	item.public_key = (*who)->public_key;
	seen_verify(channel, &item, 1, &verdict);
	if (verdict == BSN_BAD_SIGNATURE)
		return bsn_fail(err, verdict,
				"the proposal's signature is not that of its "
				"creator, of %s",
				(*who)->msp->id);
	return verdict == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, verdict,
				  "the proposal's signature could not be "
				  "verified");
}

/* System chaincodes ask for policies of their own. */
static int32_t
check_access(Channel *channel, const Proposal *proposal, MspIdentity *who,
	     bsn_err *err)
{
	return system_chaincode_exists(proposal->chaincode)
		       ? BSN_OK
		       : access_check(channel, "peer/Propose", who, err);
}

static int32_t
check_new(Channel *channel, const char *tx_id, bsn_err *err)
{
	TxPlace place;
	const int32_t status =
		ledger_tx(channel->ledger, bsn_slice_str(tx_id), &place, err);

	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status != BSN_OK ? status
				: bsn_fail(err, BSN_DUPLICATE,
					   "the transaction %s is in block "
					   "%" G_GUINT64_FORMAT " already",
					   tx_id, place.block);
}

int32_t
endorser_judge(Channel *channel, Arena *arena, bsn_slice signed_proposal,
	       Proposal *proposal, MspIdentity **who, bsn_err *err)
{
	int32_t status = proposal_open(&channel->suite, arena, signed_proposal,
				       proposal, err);

	*who = NULL;
	if (status != BSN_OK)
		return status;
	if (strcmp(proposal->channel->channel_id, channel->id) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChannelHeader.channel_id: the proposal is for "
				"another channel than %s",
				channel->id);
	status = check_creator(channel, proposal, who, err);
	if (status == BSN_OK)
		status = check_new(channel, proposal->channel->tx_id, err);
	if (status == BSN_OK)
		status = check_access(channel, proposal, *who, err);
	if (status != BSN_OK)
		g_clear_pointer(who, msp_identity_unref);
	return status;
}

RunInput
endorser_input(const Proposal *proposal, bsn_slice signed_proposal,
	       MspIdentity *who)
{
	const Google__Protobuf__Timestamp *when = proposal->channel->timestamp;

	return (RunInput){
		.chaincode = proposal->chaincode,
		.input = proposal->input,
		.tx_id = proposal->channel->tx_id,
		.signed_proposal = signed_proposal,
		.creator = message_slice(proposal->creator->creator),
		.timestamp_s = when != NULL ? when->seconds : 0,
		.timestamp_ns = when != NULL ? when->nanos : 0,
		.who = who,
	};
}

/* ---- afterwards ---- */

static void
finish(Endorser *endorser, int32_t status, bsn_slice response,
       const bsn_err *err)
{
	endorser->done(endorser->owner, status, response, err);
	endorser->over = TRUE;
	if (endorser->beginning)
		return;
	endorser_cancel(endorser);
}

/* What Fabric's protoutil.GetBytesProposalResponsePayload gives. */
static bsn_slice
make_payload(Endorser *endorser, const RunOutcome *outcome)
{
	Arena *arena = &endorser->arena;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeAction action = PROTOS__CHAINCODE_ACTION__INIT;
	Protos__ProposalResponsePayload payload =
		PROTOS__PROPOSAL_RESPONSE_PAYLOAD__INIT;

	id.name = (char *)endorser->proposal.chaincode;
	id.version = (char *)outcome->version;
	action.results = message_bytes(outcome->results);
	if (outcome->event != NULL)
		action.events =
			message_bytes(message_put(arena, outcome->event));
	action.response = (Protos__Response *)outcome->response;
	action.chaincode_id = &id;
	payload.proposal_hash =
		(ProtobufCBinaryData){ HASH_LEN, endorser->proposal.hash };
	payload.extension = message_bytes(message_put(arena, &action));
	return message_put(arena, &payload);
}

static int32_t
endorse(Endorser *endorser, bsn_slice payload, Protos__Endorsement *endorsement,
	bsn_err *err)
{
	Channel *channel = endorser->channel;
	guint8 *der = arena_room(&endorser->arena, SIGNATURE_MAX);
	bsn_slice self, message;
	gsize len = 0;
	SuiteItem item;
	/* A config may have been committed meanwhile. */
	int32_t status = check_self(channel, err);

	if (status != BSN_OK)
		return status;
	self = bytes_slice(channel->identity);
	message = signed_endorsement(&endorser->arena, payload, self);
	status = sign_as_node(channel->chain, &channel->suite, message, der,
			      &len, err);
	if (status != BSN_OK)
		return status;
	endorsement->endorser = message_bytes(self);
	endorsement->signature = (ProtobufCBinaryData){ len, der };
	/* Nobody needs to verify what was signed here. */
	item = (SuiteItem){ channel->self->public_key, message,
			    bsn_slice_of(der, len) };
	seen_add(channel, &item);
	return BSN_OK;
}

/* Answers with what the chaincode said, and an endorsement if that is a yes. */
static void
respond(Endorser *endorser)
{
	Protos__Endorsement endorsement = PROTOS__ENDORSEMENT__INIT;
	Protos__ProposalResponse response = PROTOS__PROPOSAL_RESPONSE__INIT;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	response.version = 1;
	response.response = &endorser->response;
	if (endorser->response.status < ENDORSE_REFUSED) {
		response.payload = message_bytes(endorser->payload);
		response.endorsement = &endorsement;
		status = endorse(endorser, endorser->payload, &endorsement,
				 &err);
	}
	if (status == BSN_OK)
		finish(endorser, BSN_OK,
		       message_put(&endorser->arena, &response), NULL);
	else
		finish(endorser, status, bsn_slice_of(NULL, 0), &err);
}

static void
spread(gpointer owner, int32_t status, const bsn_err *err)
{
	Endorser *endorser = owner;

	endorser->spread = NULL;
	if (status == BSN_OK)
		respond(endorser);
	else
		finish(endorser, status, bsn_slice_of(NULL, 0), err);
}

/* The chaincode's own memory is gone when other members have answered. */
static void
keep_response(Endorser *endorser, const Protos__Response *response)
{
	Arena *arena = &endorser->arena;

	endorser->response = *response;
	endorser->response.message = arena_copy(arena, response->message,
						strlen(response->message));
	endorser->response.payload.data = (guint8 *)arena_copy(
		arena, response->payload.data, response->payload.len);
}

static void
ran(gpointer owner, const RunOutcome *outcome)
{
	Endorser *endorser = owner;
	Channel *channel = endorser->channel;
	PrivateSpread *under_way;

	endorser->trial = NULL;
	if (outcome->status != BSN_OK) {
		finish(endorser, outcome->status, bsn_slice_of(NULL, 0),
		       outcome->err);
		return;
	}
	keep_response(endorser, outcome->response);
	if (outcome->response->status >= ENDORSE_REFUSED) {
		respond(endorser);
		return;
	}
	endorser->payload = make_payload(endorser, outcome);
	if (outcome->private_results.len == 0) {
		respond(endorser);
		return;
	}
	/* Whoever is told of the end may free the endorser. */
	under_way = private_spread(channel, endorser->proposal.channel->tx_id,
				   channel->ledger->head.height,
				   outcome->private_results, spread, endorser);
	if (under_way != NULL)
		endorser->spread = under_way;
}

static int32_t
take_proposal(Endorser *endorser, bsn_slice bytes, bsn_err *err)
{
	const int32_t status =
		endorser_check_room(endorser->channel, bytes, err);

	if (status != BSN_OK)
		return status;
	endorser->signed_proposal = bsn_slice_of(
		arena_copy(&endorser->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
	endorser->channel->endorsing->bytes += bytes.len;
	return BSN_OK;
}

static void
begin(Endorser *endorser, bsn_slice signed_proposal)
{
	Channel *channel = endorser->channel;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = check_self(channel, &err);

	if (status == BSN_OK)
		status = take_proposal(endorser, signed_proposal, &err);
	if (status == BSN_OK)
		status = endorser_judge(
			channel, &endorser->arena, endorser->signed_proposal,
			&endorser->proposal, &endorser->who, &err);
	if (status != BSN_OK) {
		finish(endorser, status, bsn_slice_of(NULL, 0), &err);
		return;
	}
	endorser->input = endorser_input(
		&endorser->proposal, endorser->signed_proposal, endorser->who);
	endorser->trial = trial_begin(channel, &endorser->input, ran, endorser);
}

Endorser *
endorser_begin(Channel *channel, bsn_slice signed_proposal, EndorserDone done,
	       gpointer owner)
{
	Endorser *endorser = g_new0(Endorser, 1);

	endorser->channel = channel;
	endorser->done = done;
	endorser->owner = owner;
	endorser->beginning = TRUE;
	begin(endorser, signed_proposal);
	endorser->beginning = FALSE;
	if (!endorser->over)
		return endorser;
	endorser_cancel(endorser);
	return NULL;
}

void
endorser_cancel(Endorser *endorser)
{
	g_clear_pointer(&endorser->trial, trial_cancel);
	g_clear_pointer(&endorser->spread, private_cancel);
	endorser->channel->endorsing->bytes -= endorser->signed_proposal.len;
	msp_identity_unref(endorser->who);
	arena_clear(&endorser->arena);
	g_free(endorser);
}
