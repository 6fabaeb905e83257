/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of checks is that of Fabric's peer: core/common/validation, then the
 * validator's own and its dispatcher's (core/committer/txvalidator/v20).
 */
#include "plugins/engine-fabric/ledger/tx.h"

#include <string.h>

#include "common/configtx.pb-c.h"
#include "plugins/engine-fabric/signed.h"

static bsn_slice
text_slice(const char *text)
{
	return bsn_slice_of(text, strlen(text));
}

static gboolean
is_complete(const Common__SignatureHeader *header)
{
	return header != NULL && header->nonce.len > 0 &&
	       header->creator.len > 0;
}

/* ---- before the creator's signature ---- */

static gboolean
is_known_type(int32_t type)
{
	return type == COMMON__HEADER_TYPE__ENDORSER_TRANSACTION ||
	       type == COMMON__HEADER_TYPE__CONFIG_UPDATE ||
	       type == COMMON__HEADER_TYPE__CONFIG;
}

static TxCode
check_header(const BlockTx *tx)
{
	const EnvelopeParts *parts = &tx->parts;

	if (tx->envelope.len == 0)
		return TX_CODE(NIL_ENVELOPE);
	if (parts->envelope == NULL)
		return TX_CODE(INVALID_OTHER_REASON);
	if (parts->payload == NULL)
		return TX_CODE(BAD_PAYLOAD);
	if (parts->channel == NULL || !is_known_type(parts->channel->type) ||
	    parts->channel->epoch != 0 || !is_complete(parts->signature))
		return TX_CODE(BAD_COMMON_HEADER);
	return TX_CODE(VALID);
}

/* ---- after it ---- */

static gboolean
is_own_tx_id(const BlockTx *tx, const Suite *suite)
{
	const Common__SignatureHeader *header = tx->parts.signature;
	char id[TX_ID_SIZE];

	return signed_tx_id(suite, message_slice(header->nonce),
			    message_slice(header->creator), id) == BSN_OK &&
	       strcmp(id, tx->parts.channel->tx_id) == 0;
}

/* The proposal that was endorsed has the envelope's channel header, and the
 * signature header that is beside the action. */
static gboolean
is_endorsed_proposal(const BlockTx *tx, const Suite *suite)
{
	const ActionParts *action = &tx->action;
	Common__Header header = COMMON__HEADER__INIT;
	guint8 hash[HASH_LEN];

	header.channel_header = tx->parts.payload->header->channel_header;
	header.signature_header = action->action->header;
	return signed_proposal_hash(suite, &header,
				    message_slice(action->payload
							  ->chaincode_proposal_payload),
				    hash) == BSN_OK &&
	       bsn_slice_equal(message_slice(action->response->proposal_hash),
			       bsn_slice_of(hash, sizeof(hash)));
}

static gboolean
is_endorser_transaction(BlockTx *tx, const Suite *suite)
{
	const ActionParts *action = &tx->action;
	const Common__SignatureHeader *proposal;

	if (action->response == NULL)
		return FALSE;
	proposal = message_unpack(&tx->arena,
				  &common__signature_header__descriptor,
				  message_slice(action->action->header), NULL,
				  NULL);
	return is_complete(proposal) &&
	       bsn_slice_equal(message_slice(proposal->creator),
			       message_slice(tx->parts.signature->creator)) &&
	       is_endorsed_proposal(tx, suite);
}

static gboolean
is_config_transaction(BlockTx *tx)
{
	const Common__ConfigEnvelope *config = message_unpack(
		&tx->arena, &common__config_envelope__descriptor,
		message_slice(tx->parts.payload->data), NULL, NULL);

	return config != NULL && config->config != NULL;
}

static TxCode
check_body(BlockTx *tx, const Suite *suite, bsn_slice channel_id)
{
	const int32_t type = tx->parts.channel->type;

	if (type == COMMON__HEADER_TYPE__ENDORSER_TRANSACTION) {
		if (!is_own_tx_id(tx, suite))
			return TX_CODE(BAD_PROPOSAL_TXID);
		if (!is_endorser_transaction(tx, suite))
			return TX_CODE(INVALID_ENDORSER_TRANSACTION);
	} else if (type == COMMON__HEADER_TYPE__CONFIG) {
		if (!is_config_transaction(tx))
			return TX_CODE(INVALID_CONFIG_TRANSACTION);
	} else {
		return TX_CODE(UNSUPPORTED_TX_PAYLOAD);
	}
	if (!bsn_slice_equal(text_slice(tx->parts.channel->channel_id),
			     channel_id))
		return TX_CODE(TARGET_CHAIN_NOT_FOUND);
	return TX_CODE(VALID);
}

/* ---- what it does ---- */

/* That the header and what was endorsed name the same chaincode. */
static TxCode
check_chaincode(BlockTx *tx, const Protos__ChaincodeID *called)
{
	const Protos__ChaincodeID *ran = tx->action.chaincode->chaincode_id;

	if (called == NULL || ran == NULL)
		return TX_CODE(INVALID_OTHER_REASON);
	if (*called->name == '\0' || strcmp(called->name, ran->name) != 0 ||
	    *ran->version == '\0')
		return TX_CODE(INVALID_CHAINCODE);
	tx->chaincode = text_slice(called->name);
	return TX_CODE(VALID);
}

static TxCode
check_event(BlockTx *tx)
{
	if (tx->action.chaincode->events.len == 0)
		return TX_CODE(VALID);
	tx->event = action_event(&tx->arena, &tx->action);
	if (tx->event == NULL ||
	    !bsn_slice_equal(text_slice(tx->event->chaincode_id),
			     tx->chaincode))
		return TX_CODE(INVALID_OTHER_REASON);
	return TX_CODE(VALID);
}

/* In one more place than Fabric has it: endorsements are counted. */
static gboolean
has_too_many_endorsements(const BlockTx *tx)
{
	return tx->action.payload->action->n_endorsements >
	       TX_ENDORSEMENTS_MAX;
}

static TxCode
check_content(BlockTx *tx, const Suite *suite)
{
	const Protos__ChaincodeHeaderExtension *extension = message_unpack(
		&tx->arena, &protos__chaincode_header_extension__descriptor,
		message_slice(tx->parts.channel->extension), NULL, NULL);
	TxCode code;

	if (extension == NULL)
		return TX_CODE(BAD_HEADER_EXTENSION);
	if (tx->action.chaincode == NULL)
		return TX_CODE(BAD_RESPONSE_PAYLOAD);
	if (!rwset_read(&tx->arena, suite,
			message_slice(tx->action.chaincode->results),
			&tx->rwset))
		return TX_CODE(BAD_RWSET);
	code = check_chaincode(tx, extension->chaincode_id);
	if (code == TX_CODE(VALID))
		code = check_event(tx);
	if (code != TX_CODE(VALID))
		return code;
	if (tx->rwset.same_namespace)
		return TX_CODE(ILLEGAL_WRITESET);
	if (has_too_many_endorsements(tx))
		return TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	return TX_CODE(VALID);
}

/* ---- signatures ---- */

static void
list_endorsements(BlockTx *tx)
{
	const Protos__ChaincodeEndorsedAction *action =
		tx->action.payload->action;
	const bsn_slice response =
		message_slice(action->proposal_response_payload);

	tx->n_endorsements = (guint)action->n_endorsements;
	tx->endorsements = arena_room(
		&tx->arena, tx->n_endorsements * sizeof(tx->endorsements[0]));
	for (guint i = 0; i < tx->n_endorsements; i++) {
		const Protos__Endorsement *one = action->endorsements[i];

		tx->endorsements[i] = (TxSignature){
			.identity = message_slice(one->endorser),
			.message = signed_endorsement(
				&tx->arena, response,
				message_slice(one->endorser)),
			.signature = message_slice(one->signature),
		};
	}
}

/* ---- all of it ---- */

static void
read_endorser_transaction(BlockTx *tx, const Suite *suite)
{
	tx->content = check_content(tx, suite);
	if (tx->content == TX_CODE(VALID))
		list_endorsements(tx);
}

void
block_tx_read(BlockTx *tx, const Suite *suite, bsn_slice channel_id,
	      bsn_slice envelope)
{
	*tx = (BlockTx){ .arena = ARENA_INIT, .envelope = envelope };
	envelope_parts(&tx->arena, envelope, &tx->parts);
	if (tx->parts.channel != NULL) {
		tx->tx_id = text_slice(tx->parts.channel->tx_id);
		tx->is_config = tx->parts.channel->type ==
				COMMON__HEADER_TYPE__CONFIG;
	}
	tx->header = check_header(tx);
	if (tx->header != TX_CODE(VALID))
		return;
	tx->creator = (TxSignature){
		.identity = message_slice(tx->parts.signature->creator),
		.message = message_slice(tx->parts.envelope->payload),
		.signature = message_slice(tx->parts.envelope->signature),
	};
	if (tx->parts.channel->type == COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		action_parts(&tx->arena,
			     message_slice(tx->parts.payload->data),
			     &tx->action);
	tx->body = check_body(tx, suite, channel_id);
	if (tx->body == TX_CODE(VALID) && !tx->is_config)
		read_endorser_transaction(tx, suite);
}

void
block_tx_clear(BlockTx *tx)
{
	arena_clear(&tx->arena);
}
