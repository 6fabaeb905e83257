/* SPDX-License-Identifier: Apache-2.0 */
#include "peer/chaincode.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/kit/json.h"

/* Arguments that are shown. */
#define ARGS_MAX 256u

static const char *
type_name(int32_t type)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&common__header_type__descriptor, type);

	return value != NULL ? value->name : "unknown";
}

static void
set_channel_header(json_t *json, const Common__ChannelHeader *header)
{
	const Google__Protobuf__Timestamp *time = header->timestamp;

	json_object_set_new(json, "type", json_string(type_name(header->type)));
	json_object_set_new(json, "tx_id",
			    text_json(bsn_slice_str(header->tx_id)));
	json_object_set_new(json, "channel",
			    text_json(bsn_slice_str(header->channel_id)));
	if (time != NULL)
		json_object_set_new(json, "timestamp",
				    json_pack("{s:I, s:i}", "seconds",
					      (json_int_t)time->seconds,
					      "nanos", (int)time->nanos));
}

/* ---- what was called ---- */

static void
set_input(json_t *json, const Protos__ChaincodeInput *input)
{
	json_t *args = json_array();

	if (input->n_args > 0)
		set_bytes(json, "function", message_slice(input->args[0]));
	for (gsize i = 1; i < MIN(input->n_args, ARGS_MAX); i++)
		append_bytes(args, "arg", message_slice(input->args[i]));
	json_object_set_new(json, "args", args);
	if (input->n_args > ARGS_MAX)
		json_object_set_new(json, "args_count",
				    integer_json(input->n_args - 1));
	if (input->is_init)
		json_object_set_new(json, "init", json_true());
}

static void
set_proposal(json_t *json, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChaincodeProposalPayload *payload = message_unpack(
		&arena, &protos__chaincode_proposal_payload__descriptor, bytes,
		NULL, NULL);
	const Protos__ChaincodeInvocationSpec *invocation =
		payload != NULL
			? message_unpack(
				  &arena,
				  &protos__chaincode_invocation_spec__descriptor,
				  message_slice(payload->input), NULL, NULL)
			: NULL;

	if (invocation != NULL && invocation->chaincode_spec != NULL &&
	    invocation->chaincode_spec->input != NULL)
		set_input(json, invocation->chaincode_spec->input);
}

/* ---- what came of it ---- */

static void
set_endorsers(json_t *json, Identities *identities, const Transaction *tx)
{
	json_t *list = json_array();

	for (guint i = 0; i < tx->n_endorsements; i++)
		json_array_append_new(
			list,
			identity_json(
				identities,
				message_slice(tx->endorsements[i]->endorser)));
	json_object_set_new(json, "endorsers", list);
}

static void
set_action(json_t *json, const Transaction *tx)
{
	const Protos__ChaincodeAction *action = tx->action;
	json_t *response;

	if (action->chaincode_id != NULL) {
		json_object_set_new(
			json, "chaincode",
			text_json(bsn_slice_str(action->chaincode_id->name)));
		json_object_set_new(json, "version",
				    text_json(bsn_slice_str(
					    action->chaincode_id->version)));
	}
	if (action->response == NULL)
		return;
	response = json_pack("{s:i}", "status", (int)action->response->status);
	json_object_set_new(
		response, "message",
		text_json(bsn_slice_str(action->response->message)));
	set_bytes(response, "payload",
		  message_slice(action->response->payload));
	json_object_set_new(json, "response", response);
}

static void
set_event(json_t *json, const Protos__ChaincodeEvent *event)
{
	json_t *object = json_object();

	json_object_set_new(object, "name",
			    text_json(bsn_slice_str(event->event_name)));
	set_bytes(object, "data", message_slice(event->payload));
	json_object_set_new(json, "event", object);
}

json_t *
envelope_json(Identities *identities, const Transaction *tx,
	      TxValidationCode code)
{
	json_t *json = json_object();

	json_object_set_new(json, "code",
			    json_string(transaction_code_name(code)));
	if (tx->channel != NULL)
		set_channel_header(json, tx->channel);
	if (tx->signature != NULL)
		json_object_set_new(
			json, "creator",
			identity_json(identities,
				      message_slice(tx->signature->creator)));
	if (tx->channel != NULL && tx->payload != NULL &&
	    tx->channel->type != COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		set_config(json, identities, tx);
	if (tx->action != NULL)
		set_action(json, tx);
	if (tx->action_payload != NULL) {
		set_proposal(
			json,
			message_slice(tx->action_payload
					      ->chaincode_proposal_payload));
		set_endorsers(json, identities, tx);
	}
	if (tx->event != NULL)
		set_event(json, tx->event);
	if (tx->namespaces != NULL)
		json_object_set_new(json, "results", results_json(tx));
	return json;
}
