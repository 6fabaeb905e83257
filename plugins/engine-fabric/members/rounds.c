/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/members/rounds.h"

#include <string.h>

#include "peer/chaincode.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/apply.h"
#include "plugins/engine-fabric/members/payload.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define ROUND_UPDATE '1'
#define ROUND_PAYLOAD '2'
/* A proposal's state (endorse/): this, how many organisations are asked for by
 * name, and the proposal. */
#define PROPOSAL_STATE 'E'

/* ---- answers ---- */

static void
ask(const Channel *channel, guint32 round, bsn_slice message,
    const GByteArray *state, const char *tx_id, bsn_reply *reply)
{
	const bsn_signable signable = {
		.size = sizeof(signable),
		.round = round,
		.convention = channel->suite.convention,
		.algorithm = channel->suite.algorithm,
		.message = message,
		.state = buffer_slice(state),
		.tx_id = signed_id_bytes(tx_id),
	};

	services.reply->signable(reply, &signable);
}

static GByteArray *
state_new(char round)
{
	GByteArray *state = g_byte_array_new();

	wire_put(state, MEMBERS_STATE, 1);
	wire_put(state, (guint8)round, 1);
	return state;
}

void
rounds_first(Channel *channel, Arena *arena, bsn_slice signature_header,
	     bsn_slice update, bsn_reply *reply)
{
	g_autoptr(GByteArray) state = state_new(ROUND_UPDATE);

	wire_put(state, signature_header.len, 4);
	wire_put_bytes(state, signature_header);
	wire_put_bytes(state, update);
	ask(channel, 1, signed_config(arena, signature_header, update), state,
	    "", reply);
}

/* ---- a signature ---- */

typedef struct {
	Channel *channel;
	Arena arena;
	bsn_slice signature; /* raw, as it came */
	bsn_slice header;    /* SignatureHeader */
	bsn_slice creator;
	guint8 der[SIGNATURE_MAX];
	gsize der_len;
	MspIdentity *who;
	bsn_reply *reply;
	bsn_err *err;
} Round;

static void
round_clear(Round *round)
{
	arena_clear(&round->arena);
	msp_identity_unref(round->who);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Round, round_clear)

/* The state comes from outside: the header's creator is who must have signed.
 */
static int32_t
check_signature(Round *round, bsn_slice message)
{
	const Suite *suite = &round->channel->suite;
	int32_t status = BSN_OK;
	const Common__SignatureHeader *header = message_unpack(
		&round->arena, &common__signature_header__descriptor,
		round->header, &status, round->err);
	SuiteItem item;

	if (header == NULL)
		return status;
	round->creator = message_slice(header->creator);
	status = msp_manager_identify(round->channel->config->msps,
				      round->creator, &round->who, round->err);
	if (status != BSN_OK)
		return status;
	if (round->signature.len != SIGNATURE_RAW_LEN)
		return bsn_fail(round->err, BSN_BAD_SIGNATURE,
				"a signature has %u bytes", SIGNATURE_RAW_LEN);
	round->der_len = suite_finish_signature(suite, round->signature.data,
						round->der);
	item = (SuiteItem){ round->who->public_key, message,
			    bsn_slice_of(round->der, round->der_len) };
	suite_verify(suite, &item, 1, &status);
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(round->err, status,
				  "the signature is not that of the "
				  "certificate's key over the last message");
}

/* ---- round 1: the update ---- */

static Common__ConfigSignature *
own_signature(Round *round)
{
	Common__ConfigSignature *signature =
		arena_room(&round->arena, sizeof(*signature));

	common__config_signature__init(signature);
	signature->signature_header = message_bytes(round->header);
	signature->signature =
		(ProtobufCBinaryData){ round->der_len, round->der };
	return signature;
}

/* Votes of others, then this one. */
static bsn_slice
put_update(Round *round, const Votes *votes, bsn_slice update,
	   Common__ConfigSignature *own)
{
	Common__ConfigUpdateEnvelope envelope =
		COMMON__CONFIG_UPDATE_ENVELOPE__INIT;
	g_autofree Common__ConfigSignature **list =
		g_new(Common__ConfigSignature *, votes->list->len + 1);

	envelope.config_update = message_bytes(update);
	envelope.signatures = list;
	for (guint i = 0; i < votes->list->len &&
			  envelope.n_signatures < UPDATE_SIGNATURES_MAX - 1;
	     i++) {
		const Vote *vote = &g_array_index(votes->list, Vote, i);

		if (bsn_slice_equal(vote->update, update) &&
		    memcmp(vote->who->id, round->who->id, HASH_LEN) != 0)
			list[envelope.n_signatures++] =
				(Common__ConfigSignature *)vote->signature;
	}
	list[envelope.n_signatures++] = own;
	return message_put(&round->arena, &envelope);
}

/* Enough have signed. */
static int32_t
ask_payload(Round *round, bsn_slice update_envelope)
{
	PayloadParts parts = { .type = COMMON__HEADER_TYPE__CONFIG_UPDATE,
			       .data = update_envelope };
	g_autoptr(GByteArray) state = state_new(ROUND_PAYLOAD);
	bsn_slice payload = { NULL, 0 };
	char id[TX_ID_SIZE];
	int32_t status =
		config_signer(round->channel, &round->arena, round->creator,
				&parts.signature_header);

	if (status == BSN_OK)
		status = config_payload(round->channel, &round->arena, &parts,
					  &payload, id);
	if (status != BSN_OK)
		return bsn_fail(round->err, status,
				"the transaction cannot be made");
	wire_put_bytes(state, payload);
	ask(round->channel, 2, payload, state, id, round->reply);
	return BSN_OK;
}

static bsn_slice
vote_payload(Arena *arena, bsn_slice update, bsn_slice signature)
{
	char name[] = VOTES_NAME;
	ProtobufCBinaryData args[] = { message_bytes(bsn_slice_str("Vote")),
				       message_bytes(update),
				       message_bytes(signature) };
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	Protos__ChaincodeInvocationSpec invocation =
		PROTOS__CHAINCODE_INVOCATION_SPEC__INIT;
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;

	id.name = name;
	input.n_args = G_N_ELEMENTS(args);
	input.args = args;
	spec.chaincode_id = &id;
	spec.input = &input;
	invocation.chaincode_spec = &spec;
	payload.input = message_bytes(message_put(arena, &invocation));
	return message_put(arena, &payload);
}

static bsn_slice
vote_extension(Arena *arena)
{
	char name[] = VOTES_NAME;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeHeaderExtension extension =
		PROTOS__CHAINCODE_HEADER_EXTENSION__INIT;

	id.name = name;
	extension.chaincode_id = &id;
	return message_put(arena, &extension);
}

/* Others have to sign: the vote goes to the ledger. */
static int32_t
ask_vote(Round *round, bsn_slice update, const Common__ConfigSignature *own)
{
	PayloadParts parts = {
		.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION,
		.extension = vote_extension(&round->arena),
	};
	g_autoptr(GByteArray) state = g_byte_array_new();
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;
	Common__Header header;
	char id[TX_ID_SIZE];
	bsn_slice bytes;
	int32_t status =
		config_signer(round->channel, &round->arena, round->creator,
				&parts.signature_header);

	if (status == BSN_OK)
		status = config_header(round->channel, &round->arena, &parts,
					 &header, id);
	if (status != BSN_OK)
		return bsn_fail(round->err, status,
				"the proposal cannot be made");
	proposal.header = message_bytes(message_put(&round->arena, &header));
	proposal.payload = message_bytes(vote_payload(
		&round->arena, update, message_put(&round->arena, own)));
	bytes = message_put(&round->arena, &proposal);
	wire_put(state, PROPOSAL_STATE, 1);
	wire_put(state, 0, 1); /* organisations that are asked for by name */
	wire_put_bytes(state, bytes);
	ask(round->channel, 2, bytes, state, id, round->reply);
	return BSN_OK;
}

static int32_t
sign_update(Round *round, bsn_slice update)
{
	g_auto(Votes) votes = { .list = NULL };
	g_autoptr(GByteArray) config = g_byte_array_new();
	g_autoptr(GPtrArray) signers = NULL;
	g_autoptr(GArray) needs = g_array_new(FALSE, FALSE, sizeof(UpdateNeed));
	g_auto(Arena) arena = ARENA_INIT;
	Common__ConfigSignature *own = own_signature(round);
	Channel *channel = round->channel;
	bsn_slice envelope;
	int32_t status = update_needs(channel->config, channel->id, update,
				      &arena, needs, round->err);

	if (status == BSN_OK)
		status = votes_load(channel, update, &votes, round->err);
	if (status != BSN_OK)
		return status;
	signers = votes_signers(&votes, update, round->who);
	if (!votes_hold(needs, signers))
		return ask_vote(round, update, own);
	envelope = put_update(round, &votes, update, own);
	status = config_apply(channel, envelope, config, round->err);
	return status == BSN_OK ? ask_payload(round, envelope) : status;
}

static int32_t
round_update(Round *round, Wire *state)
{
	bsn_slice update;
	int32_t status;

	round->header = wire_bytes(state, wire_u32(state));
	update = state->rest;
	if (state->bad || update.len == 0 || update.len > VOTE_UPDATE_MAX)
		return bsn_fail(round->err, BSN_BAD_REQUEST,
				"the state is not one that was given out");
	status = check_signature(
		round, signed_config(&round->arena, round->header, update));
	return status == BSN_OK ? sign_update(round, update) : status;
}

/* ---- round 2: the transaction ---- */

static void
finish(Round *round, bsn_slice payload, const char *tx_id)
{
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	bsn_signable signable = {
		.size = sizeof(signable),
		.round = 2,
		.convention = round->channel->suite.convention,
		.algorithm = round->channel->suite.algorithm,
		.tx_id = signed_id_bytes(tx_id),
	};

	envelope.payload = message_bytes(payload);
	envelope.signature =
		(ProtobufCBinaryData){ round->der_len, round->der };
	signable.tx = message_put(&round->arena, &envelope);
	services.reply->signable(round->reply, &signable);
}

static int32_t
round_payload(Round *round, bsn_slice payload)
{
	int32_t status = BSN_OK;
	const Common__ChannelHeader *channel = NULL;
	const Common__Payload *message =
		message_unpack(&round->arena, &common__payload__descriptor,
			       payload, &status, round->err);

	if (message == NULL)
		return status;
	if (message->header != NULL) {
		round->header =
			message_slice(message->header->signature_header);
		channel = message_unpack(
			&round->arena, &common__channel_header__descriptor,
			message_slice(message->header->channel_header), NULL,
			NULL);
	}
	if (channel == NULL ||
	    channel->type != COMMON__HEADER_TYPE__CONFIG_UPDATE)
		return bsn_fail(round->err, BSN_BAD_REQUEST,
				"the state is not one that was given out");
	status = check_signature(round, payload);
	if (status == BSN_OK)
		finish(round, payload, channel->tx_id);
	return status;
}

int32_t
members_sign_round(Channel *channel, bsn_slice state, bsn_slice signature,
		   bsn_reply *reply, bsn_err *err)
{
	g_auto(Round) round = { .channel = channel,
				.signature = signature,
				.reply = reply,
				.err = err };
	Wire wire = wire_of(state);
	const guint8 kind = wire_u8(&wire);
	const guint8 number = wire_u8(&wire);

	if (kind == MEMBERS_STATE && number == ROUND_UPDATE)
		return round_update(&round, &wire);
	if (kind == MEMBERS_STATE && number == ROUND_PAYLOAD)
		return round_payload(&round, wire.rest);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the state is not one that was given out");
}
