/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/filtered.h"

#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/header.h"

/* What is in a block may be anything: what cannot be decoded is left out. */
static void *
unpack(Arena *arena, const ProtobufCMessageDescriptor *type,
       ProtobufCBinaryData bytes)
{
	return message_unpack(arena, type, message_slice(bytes), NULL, NULL);
}

/* The event of one action; NULL: it has none. */
static const Protos__ChaincodeEvent *
event_of(Arena *arena, const Protos__TransactionAction *action)
{
	const Protos__ChaincodeActionPayload *payload = unpack(
		arena, &protos__chaincode_action_payload__descriptor,
		action->payload);
	const Protos__ProposalResponsePayload *response;
	const Protos__ChaincodeAction *result;

	if (payload == NULL || payload->action == NULL)
		return NULL;
	response = unpack(arena, &protos__proposal_response_payload__descriptor,
			  payload->action->proposal_response_payload);
	if (response == NULL)
		return NULL;
	result = unpack(arena, &protos__chaincode_action__descriptor,
			response->extension);
	return result == NULL ? NULL
			      : unpack(arena,
				       &protos__chaincode_event__descriptor,
				       result->events);
}

static Protos__FilteredChaincodeAction *
filter_action(Arena *arena, const Protos__TransactionAction *action)
{
	const Protos__ChaincodeEvent *event = event_of(arena, action);
	Protos__FilteredChaincodeAction *filtered;
	Protos__ChaincodeEvent *told;

	if (event == NULL || event->chaincode_id[0] == '\0')
		return NULL;
	told = arena_room(arena, sizeof(*told));
	protos__chaincode_event__init(told);
	told->chaincode_id = event->chaincode_id;
	told->tx_id = event->tx_id;
	told->event_name = event->event_name;
	filtered = arena_room(arena, sizeof(*filtered));
	protos__filtered_chaincode_action__init(filtered);
	filtered->chaincode_event = told;
	return filtered;
}

static Protos__FilteredTransactionActions *
filter_actions(Arena *arena, ProtobufCBinaryData data)
{
	const Protos__Transaction *transaction =
		unpack(arena, &protos__transaction__descriptor, data);
	const gsize n = transaction != NULL ? transaction->n_actions : 0;
	Protos__FilteredTransactionActions *filtered =
		arena_room(arena, sizeof(*filtered));

	protos__filtered_transaction_actions__init(filtered);
	filtered->chaincode_actions = arena_room(
		arena, n * sizeof(Protos__FilteredChaincodeAction *));
	for (gsize i = 0; i < n; i++) {
		Protos__FilteredChaincodeAction *action =
			filter_action(arena, transaction->actions[i]);

		if (action != NULL)
			filtered->chaincode_actions
				[filtered->n_chaincode_actions++] = action;
	}
	return filtered;
}

/* NULL: it has no header. */
static Protos__FilteredTransaction *
filter_transaction(Arena *arena, ProtobufCBinaryData bytes, guint8 code)
{
	const Common__Payload *payload;
	const Common__ChannelHeader *header;
	Protos__FilteredTransaction *filtered;

	if (header_of_envelope(arena, message_slice(bytes), &payload, &header,
			       NULL) != BSN_OK ||
	    header == NULL)
		return NULL;
	filtered = arena_room(arena, sizeof(*filtered));
	protos__filtered_transaction__init(filtered);
	filtered->txid = header->tx_id;
	filtered->type = (Common__HeaderType)header->type;
	filtered->tx_validation_code = (Protos__TxValidationCode)code;
	if (header->type != COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		return filtered;
	filtered->data_case =
		PROTOS__FILTERED_TRANSACTION__DATA_TRANSACTION_ACTIONS;
	filtered->transaction_actions = filter_actions(arena, payload->data);
	return filtered;
}

Protos__FilteredBlock *
filtered_block(Arena *arena, const char *channel_id, const Common__Block *block,
	       bsn_slice codes)
{
	const gsize n = block->data != NULL ? block->data->n_data : 0;
	Protos__FilteredBlock *filtered = arena_room(arena, sizeof(*filtered));

	protos__filtered_block__init(filtered);
	filtered->channel_id = (char *)channel_id;
	filtered->number = block->header->number;
	filtered->filtered_transactions =
		arena_room(arena, n * sizeof(Protos__FilteredTransaction *));
	for (gsize i = 0; i < n; i++) {
		Protos__FilteredTransaction *one = filter_transaction(
			arena, block->data->data[i], codes.data[i]);

		if (one != NULL)
			filtered->filtered_transactions
				[filtered->n_filtered_transactions++] = one;
	}
	return filtered;
}
