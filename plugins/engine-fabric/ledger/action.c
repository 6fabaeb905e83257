/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/action.h"

static const void *
unpack(Arena *arena, const ProtobufCMessageDescriptor *type, bsn_slice bytes)
{
	return message_unpack(arena, type, bytes, NULL, NULL);
}

void
envelope_parts(Arena *arena, bsn_slice bytes, EnvelopeParts *parts)
{
	*parts = (EnvelopeParts){
		.envelope =
			unpack(arena, &common__envelope__descriptor, bytes),
	};
	if (parts->envelope == NULL)
		return;
	parts->payload =
		unpack(arena, &common__payload__descriptor,
		       message_slice(parts->envelope->payload));
	if (parts->payload == NULL || parts->payload->header == NULL)
		return;
	parts->channel =
		unpack(arena, &common__channel_header__descriptor,
		       message_slice(parts->payload->header->channel_header));
	parts->signature =
		unpack(arena, &common__signature_header__descriptor,
		       message_slice(parts->payload->header->signature_header));
}

void
action_parts(Arena *arena, bsn_slice data, ActionParts *parts)
{
	const Protos__Transaction *tx =
		unpack(arena, &protos__transaction__descriptor, data);

	*parts = (ActionParts){ NULL };
	if (tx == NULL || tx->n_actions != 1)
		return;
	parts->action = tx->actions[0];
	parts->payload = unpack(arena,
				&protos__chaincode_action_payload__descriptor,
				message_slice(parts->action->payload));
	if (parts->payload == NULL || parts->payload->action == NULL)
		return;
	parts->response = unpack(
		arena, &protos__proposal_response_payload__descriptor,
		message_slice(parts->payload->action
				      ->proposal_response_payload));
	if (parts->response != NULL)
		parts->chaincode = unpack(
			arena, &protos__chaincode_action__descriptor,
			message_slice(parts->response->extension));
}

const Protos__ChaincodeEvent *
action_event(Arena *arena, const ActionParts *parts)
{
	if (parts->chaincode == NULL || parts->chaincode->events.len == 0)
		return NULL;
	return unpack(arena, &protos__chaincode_event__descriptor,
		      message_slice(parts->chaincode->events));
}
