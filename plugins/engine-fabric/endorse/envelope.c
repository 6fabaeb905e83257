/* SPDX-License-Identifier: Apache-2.0
 *
 * From endorsements to the transaction that is ordered.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

static bsn_slice
make_action_payload(Arena *arena, const Proposal *proposal,
		    const GPtrArray *answers)
{
	Protos__Endorsement endorsements[TRANSACTION_ENDORSEMENTS_MAX];
	Protos__Endorsement *list[TRANSACTION_ENDORSEMENTS_MAX];
	Protos__ChaincodeEndorsedAction endorsed =
		PROTOS__CHAINCODE_ENDORSED_ACTION__INIT;
	Protos__ChaincodeActionPayload payload =
		PROTOS__CHAINCODE_ACTION_PAYLOAD__INIT;
	const guint n = MIN(answers->len, TRANSACTION_ENDORSEMENTS_MAX);

	for (guint i = 0; i < n; i++) {
		const Answer *answer = answers->pdata[i];

		protos__endorsement__init(&endorsements[i]);
		endorsements[i].endorser = message_bytes(answer->endorser);
		endorsements[i].signature = message_bytes(answer->signature);
		list[i] = &endorsements[i];
	}
	endorsed.proposal_response_payload =
		message_bytes(((const Answer *)answers->pdata[0])->payload);
	endorsed.n_endorsements = n;
	endorsed.endorsements = list;
	payload.chaincode_proposal_payload = message_bytes(proposal->stripped);
	payload.action = &endorsed;
	return message_put(arena, &payload);
}

bsn_slice
envelope_payload(Arena *arena, const Proposal *proposal,
		 const GPtrArray *answers)
{
	Protos__TransactionAction action = PROTOS__TRANSACTION_ACTION__INIT;
	Protos__TransactionAction *actions[] = { &action };
	Protos__Transaction transaction = PROTOS__TRANSACTION__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;

	action.header = proposal->header->signature_header;
	action.payload =
		message_bytes(make_action_payload(arena, proposal, answers));
	transaction.n_actions = 1;
	transaction.actions = actions;
	payload.header = (Common__Header *)proposal->header;
	payload.data = message_bytes(message_put(arena, &transaction));
	return message_put(arena, &payload);
}

void
envelope_ask(Channel *channel, bsn_slice payload, const char *tx_id,
	     bsn_reply *reply)
{
	g_autoptr(GByteArray) state =
		g_byte_array_sized_new((guint)payload.len + 1);
	const guint8 kind = ENDORSE_STATE_PAYLOAD;
	bsn_signable signable = {
		.size = sizeof(signable),
		.round = 2,
		.convention = channel->suite.convention,
		.algorithm = channel->suite.algorithm,
		.message = payload,
	};

	g_byte_array_append(state, &kind, 1);
	g_byte_array_append(state, payload.data, (guint)payload.len);
	signable.state = buffer_slice(state);
	signable.tx_id = signed_id_bytes(tx_id);
	services.reply->signable(reply, &signable);
}

/* ---- the last round ---- */

/* The state comes from outside: what cannot become a transaction here is
 * refused now. All else is judged where transactions come in. */
static int32_t
check_transaction(Channel *channel, const Transaction *tx, bsn_err *err)
{
	if (strcmp(tx->channel->channel_id, channel->id) != 0 ||
	    tx->channel->type != COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"state: it is of no transaction of this "
				"channel");
	return BSN_OK;
}

static int32_t
check_signature(Channel *channel, const Transaction *tx, bsn_slice payload,
		bsn_slice der, bsn_err *err)
{
	g_autoptr(MspIdentity) who = NULL;
	SuiteItem item = { NULL, payload, der };
	int32_t status = msp_manager_identify(
		channel->config->msps, message_slice(tx->signature->creator),
		&who, err);

	if (status == BSN_OK)
		status = creator_check_expiry(channel, who, err);
	if (status != BSN_OK)
		return status;
	item.public_key = who->public_key;
	seen_verify(channel, &item, 1, &status);
	return status == BSN_OK ? status
				: bsn_fail(err, status,
					   "the signature is not that of the "
					   "transaction's creator, of %s",
					   who->msp->id);
}

int32_t
envelope_finish(Channel *channel, bsn_slice payload, bsn_slice signature,
		bsn_reply *reply, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	guint8 der[SIGNATURE_MAX];
	const gsize len =
		suite_finish_signature(&channel->suite, signature.data, der);
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	bsn_signable done = { .size = sizeof(done), .round = 3 };
	Transaction tx;
	int32_t status;

	envelope.payload = message_bytes(payload);
	envelope.signature = (ProtobufCBinaryData){ len, der };
	done.tx = message_put(&arena, &envelope);
	if (transaction_open_whole(&channel->suite, &arena, done.tx, &tx) !=
	    PROTOS__TX_VALIDATION_CODE__VALID)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"state: it is not what the round before gave");
	status = check_transaction(channel, &tx, err);
	if (status == BSN_OK)
		status = check_signature(channel, &tx, payload,
					 bsn_slice_of(der, len), err);
	if (status != BSN_OK)
		return status;
	done.tx_id = signed_id_bytes(tx.channel->tx_id);
	services.reply->signable(reply, &done);
	return BSN_OK;
}
