/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions of an open channel, and changes of its config, as clients and
 * endorsers make them.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "peer/chaincode.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/proposal.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

static ProtobufCBinaryData
put(Arena *arena, const void *message)
{
	return message_bytes(message_put(arena, message));
}

static ProtobufCBinaryData
keep(Arena *arena, GByteArray *bytes)
{
	const ProtobufCBinaryData kept = {
		bytes->len, (guint8 *)arena_copy(arena, bytes->data, bytes->len)
	};

	g_byte_array_unref(bytes);
	return kept;
}

/* ---- a proposal ---- */

static ProtobufCBinaryData
make_header(FabricOpen *open, Arena *arena, OpenTx *tx)
{
	g_autofree char *nonce = g_strdup_printf("nonce %u", open->nonces++);
	Common__SignatureHeader signature = COMMON__SIGNATURE_HEADER__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeHeaderExtension extension =
		PROTOS__CHAINCODE_HEADER_EXTENSION__INIT;
	Common__Header header = COMMON__HEADER__INIT;

	signature.creator =
		keep(arena, fabric_serialize(fabric_org_id(tx->creator_org),
					     tx->creator));
	signature.nonce = fabric_text(nonce);
	g_assert_cmpint(
		signed_tx_id(&open->orgs->suite, message_slice(signature.nonce),
			     message_slice(signature.creator), tx->tx_id),
		==, BSN_OK);
	id.name = (char *)tx->chaincode;
	extension.chaincode_id = &id;
	time.seconds = tx->seconds;
	channel.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	channel.channel_id = open->channel.id;
	channel.tx_id = tx->tx_id;
	channel.timestamp = &time;
	channel.extension = put(arena, &extension);
	header.channel_header = put(arena, &channel);
	header.signature_header = put(arena, &signature);
	return put(arena, &header);
}

static bsn_slice
make_proposal(FabricOpen *open, Arena *arena, OpenTx *tx)
{
	ProtobufCBinaryData args[8];
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	Protos__ChaincodeInvocationSpec invocation =
		PROTOS__CHAINCODE_INVOCATION_SPEC__INIT;
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;

	while (tx->args != NULL && tx->args[input.n_args] != NULL) {
		args[input.n_args] = fabric_text(tx->args[input.n_args]);
		input.n_args++;
	}
	input.args = args;
	id.name = (char *)tx->chaincode;
	spec.chaincode_id = &id;
	spec.input = &input;
	invocation.chaincode_spec = &spec;
	payload.input = put(arena, &invocation);
	proposal.header = make_header(open, arena, tx);
	proposal.payload = put(arena, &payload);
	return message_put(arena, &proposal);
}

static void
open_proposal(FabricOpen *open, Arena *arena, const OpenTx *tx, bsn_slice bytes,
	      Proposal *proposal)
{
	Protos__SignedProposal message = PROTOS__SIGNED_PROPOSAL__INIT;
	bsn_err err = BSN_ERR_INIT;

	message.proposal_bytes = message_bytes(bytes);
	message.signature = keep(
		arena, fabric_sign(&open->orgs->suite, tx->creator, bytes));
	if (proposal_open(&open->orgs->suite, arena,
			  message_put(arena, &message), proposal,
			  &err) != BSN_OK)
		g_error("%s", err.reason);
}

/* ---- an endorsement ---- */

static ProtobufCBinaryData
make_response(Arena *arena, const OpenTx *tx, const Proposal *proposal)
{
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__Response response = PROTOS__RESPONSE__INIT;
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	Protos__ChaincodeAction action = PROTOS__CHAINCODE_ACTION__INIT;
	Protos__ProposalResponsePayload payload =
		PROTOS__PROPOSAL_RESPONSE_PAYLOAD__INIT;
	char version[] = "1.0";

	id.name = (char *)proposal->chaincode;
	id.version = version;
	response.status = 200;
	response.payload = fabric_text("\x01\x02");
	event.chaincode_id = id.name;
	event.tx_id = proposal->channel->tx_id;
	event.event_name = (char *)tx->event;
	event.payload = fabric_text("said");
	action.chaincode_id = &id;
	action.response = &response;
	action.results = message_bytes(tx->results);
	if (tx->event != NULL)
		action.events = put(arena, &event);
	payload.proposal_hash =
		(ProtobufCBinaryData){ HASH_LEN, (guint8 *)proposal->hash };
	payload.extension = put(arena, &action);
	return put(arena, &payload);
}

static ProtobufCBinaryData
make_action(FabricOpen *open, Arena *arena, const OpenTx *tx,
	    const Proposal *proposal)
{
	const Issued *endorser =
		tx->endorser != NULL ? tx->endorser : open->orgs->peers[0];
	Protos__Endorsement endorsement = PROTOS__ENDORSEMENT__INIT;
	Protos__Endorsement *list[] = { &endorsement };
	Protos__ChaincodeEndorsedAction action =
		PROTOS__CHAINCODE_ENDORSED_ACTION__INIT;
	Protos__ChaincodeActionPayload payload =
		PROTOS__CHAINCODE_ACTION_PAYLOAD__INIT;

	action.proposal_response_payload = make_response(arena, tx, proposal);
	endorsement.endorser =
		keep(arena, fabric_serialize(fabric_org_id(tx->endorser_org),
					     endorser));
	endorsement.signature = keep(
		arena,
		fabric_sign(
			&open->orgs->suite, tx->forged ? tx->creator : endorser,
			signed_endorsement(
				arena,
				message_slice(action.proposal_response_payload),
				message_slice(endorsement.endorser))));
	action.n_endorsements = 1;
	action.endorsements = list;
	payload.chaincode_proposal_payload = message_bytes(proposal->stripped);
	payload.action = &action;
	return put(arena, &payload);
}

static GByteArray *
envelope_of(FabricOpen *open, Arena *arena, const OpenTx *tx,
	    const Proposal *proposal)
{
	Protos__TransactionAction action = PROTOS__TRANSACTION_ACTION__INIT;
	Protos__TransactionAction *actions[] = { &action };
	Protos__Transaction transaction = PROTOS__TRANSACTION__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;

	action.header = proposal->header->signature_header;
	action.payload = make_action(open, arena, tx, proposal);
	transaction.n_actions = 1;
	transaction.actions = actions;
	payload.header = (Common__Header *)proposal->header;
	payload.data = put(arena, &transaction);
	envelope.payload = put(arena, &payload);
	envelope.signature =
		keep(arena, fabric_sign(&open->orgs->suite, tx->creator,
					message_slice(envelope.payload)));
	return message_pack(&envelope);
}

GByteArray *
fabric_open_tx(FabricOpen *open, OpenTx *tx)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice bytes = tx->proposal.len > 0
					? tx->proposal
					: make_proposal(open, &arena, tx);
	Proposal proposal;

	open_proposal(open, &arena, tx, bytes, &proposal);
	return envelope_of(open, &arena, tx, &proposal);
}

/* ---- changes of the config ---- */

char *
fabric_open_member(const FabricOpen *open, guint node, const char *role,
		   const char *more)
{
	g_autofree char *key =
		hex_encode(bsn_slice_of(open->nodes[node], PUBLIC_KEY_LEN));

	return g_strdup_printf("{\"public_key\": \"%s\", \"role\": \"%s\"%s}",
			       key, role, more);
}

static const Issued *
signer_of(const FabricOpen *open, const OpenChange *change)
{
	return change->signer != NULL ? change->signer
				      : open->orgs->admins[change->org];
}

static bsn_reply *
begin(FabricOpen *open, OpenChange *change)
{
	Channel *channel = &open->channel;
	g_autoptr(GByteArray) creator = fabric_serialize(
		fabric_org_id(change->org), signer_of(open, change));
	g_autoptr(MspIdentity) who = NULL;
	bsn_reply *reply = fake_reply_new(channel->chain, FAKE_ANSWER_SIGNABLE);
	const bsn_tx_request request = {
		.size = sizeof(request),
		.kind = change->kind,
		.function = bsn_slice_str("config"),
		.args = bsn_slice_str(change->args),
	};

	g_assert_cmpint(msp_manager_identify(channel->config->msps,
					     buffer_slice(creator), &who, NULL),
			==, BSN_OK);
	(void)fake_asked(reply, members_begin(channel, &request, who,
					      buffer_slice(creator), reply,
					      &reply->err));
	return reply;
}

/* One round on; frees the reply. */
static bsn_reply *
sign_on(FabricOpen *open, const OpenChange *change, bsn_reply *before)
{
	Channel *channel = &open->channel;
	bsn_reply *reply = fake_reply_new(channel->chain, FAKE_ANSWER_SIGNABLE);
	guint8 raw[SIGNATURE_RAW_LEN];

	fabric_open_sign(open, signer_of(open, change),
			 before->signable.message, raw);
	(void)fake_asked(reply,
			 members_sign_round(channel, before->signable.state,
					    bsn_slice_of(raw, sizeof(raw)),
					    reply, &reply->err));
	fake_reply_free(before);
	return reply;
}

static GByteArray *
copy_of(bsn_slice bytes)
{
	GByteArray *copy = g_byte_array_new();

	g_byte_array_append(copy, bytes.data, (guint)bytes.len);
	return copy;
}

void
fabric_open_ask(FabricOpen *open, OpenChange *change)
{
	g_autoptr(bsn_reply) reply = begin(open, change);

	g_clear_pointer(&change->finished, g_byte_array_unref);
	while (reply->status == BSN_OK && reply->signable.tx.len == 0 &&
	       reply->signable.state.data[0] == MEMBERS_STATE)
		reply = sign_on(open, change, g_steal_pointer(&reply));
	change->status = reply->status;
	change->err = reply->err;
	change->tx_id = reply->signable.tx_id;
	if (reply->status != BSN_OK)
		return;
	change->is_vote = reply->signable.tx.len == 0;
	change->finished = copy_of(change->is_vote ? reply->signable.message
						   : reply->signable.tx);
}

void
open_change_clear(OpenChange *change)
{
	g_clear_pointer(&change->finished, g_byte_array_unref);
}

/* As run.c runs a system chaincode. */
static GByteArray *
run_vote(FabricOpen *open, const Proposal *proposal)
{
	Channel *channel = &open->channel;
	g_autoptr(MspIdentity) who = NULL;
	g_autoptr(GByteArray) payload = g_byte_array_new();
	g_autofree char *function =
		g_strndup((const char *)proposal->input->args[0].data,
			  proposal->input->args[0].len);
	g_autoptr(Simulator) simulator = simulator_new(channel->ledger);
	GByteArray *results = g_byte_array_new();
	RunInput input = {
		.chaincode = proposal->chaincode,
		.creator = message_slice(proposal->creator->creator),
	};
	SystemCall call = { channel,
			    &input,
			    simulator,
			    function,
			    proposal->input->args + 1,
			    proposal->input->n_args - 1,
			    payload };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(msp_manager_identify(channel->config->msps,
					     input.creator, &who, NULL),
			==, BSN_OK);
	input.who = who;
	if (config_invoke(&call, &err) != BSN_OK)
		g_error("%s", err.reason);
	simulator_finish(simulator, results);
	return results;
}

static TxCode
carry_out_vote(FabricOpen *open, const OpenChange *change)
{
	g_auto(Arena) arena = ARENA_INIT;
	OpenTx tx = { .creator = signer_of(open, change),
		      .creator_org = change->org,
		      .proposal = buffer_slice(change->finished) };
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) envelope = NULL;
	Proposal proposal;

	open_proposal(open, &arena, &tx, tx.proposal, &proposal);
	results = run_vote(open, &proposal);
	tx.results = buffer_slice(results);
	envelope = fabric_open_tx(open, &tx);
	return fabric_open_commit(open, buffer_slice(envelope));
}

TxCode
fabric_open_carry_out(FabricOpen *open, const OpenChange *change)
{
	g_autoptr(GByteArray) config = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (change->is_vote)
		return carry_out_vote(open, change);
	if (config_from_update(&open->channel, buffer_slice(change->finished),
			       config, &err) != BSN_OK)
		g_error("%s", err.reason);
	return fabric_open_commit(open, buffer_slice(config));
}

gboolean
fabric_open_change(FabricOpen *open, guint32 kind, const char *args, guint org)
{
	g_auto(OpenChange) change = { .kind = kind, .args = args, .org = org };

	fabric_open_ask(open, &change);
	if (change.status != BSN_OK)
		g_error("%s", change.err.reason);
	g_assert_cmpint(fabric_open_carry_out(open, &change), ==,
			TX_CODE(VALID));
	return change.is_vote;
}
