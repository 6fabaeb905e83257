/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/transaction.h"

#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/codec/scan.h"
#include "plugins/engine-fabric/signed.h"

#define CODE(name) PROTOS__TX_VALIDATION_CODE__##name

const char *
transaction_code_name(TxValidationCode code)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&protos__tx_validation_code__descriptor, (int)code);

	return value != NULL ? value->name : "INVALID_OTHER_REASON";
}

static void *
unpack(Arena *arena, const ProtobufCMessageDescriptor *type, bsn_slice bytes)
{
	return message_unpack(arena, type, bytes, NULL, NULL);
}

/* ---- headers ---- */

static gboolean
is_known_type(int32_t type)
{
	return type == COMMON__HEADER_TYPE__ENDORSER_TRANSACTION ||
	       type == COMMON__HEADER_TYPE__CONFIG_UPDATE ||
	       type == COMMON__HEADER_TYPE__CONFIG;
}

static const Common__SignatureHeader *
open_signature_header(Arena *arena, bsn_slice bytes)
{
	const Common__SignatureHeader *header =
		unpack(arena, &common__signature_header__descriptor, bytes);

	return header != NULL && header->nonce.len > 0 &&
			       header->creator.len > 0
		       ? header
		       : NULL;
}

TxValidationCode
transaction_open(Arena *arena, bsn_slice envelope, Transaction *tx)
{
	const Common__Header *header;

	memset(tx, 0, sizeof(*tx));
	tx->envelope = unpack(arena, &common__envelope__descriptor, envelope);
	if (tx->envelope == NULL)
		return CODE(INVALID_OTHER_REASON);
	tx->payload = unpack(arena, &common__payload__descriptor,
			     message_slice(tx->envelope->payload));
	if (tx->payload == NULL)
		return CODE(BAD_PAYLOAD);
	header = tx->payload->header;
	if (header == NULL)
		return CODE(BAD_COMMON_HEADER);
	tx->channel = unpack(arena, &common__channel_header__descriptor,
			     message_slice(header->channel_header));
	tx->signature = open_signature_header(
		arena, message_slice(header->signature_header));
	if (tx->channel == NULL || tx->signature == NULL ||
	    !is_known_type(tx->channel->type) || tx->channel->epoch != 0)
		return CODE(BAD_COMMON_HEADER);
	return CODE(VALID);
}

/* ---- what was endorsed ---- */

static gboolean
has_right_id(const Suite *suite, const Transaction *tx)
{
	char id[TX_ID_SIZE];

	return signed_tx_id(suite, message_slice(tx->signature->nonce),
			    message_slice(tx->signature->creator),
			    id) == BSN_OK &&
	       strcmp(id, tx->channel->tx_id) == 0;
}

/* Whether the response is one to this proposal: of the channel header, the
 * action's signature header and the proposal as the transaction has it. */
static gboolean
answers_proposal(const Suite *suite, const Transaction *tx,
		 const Protos__TransactionAction *action,
		 const Protos__ProposalResponsePayload *response)
{
	Common__Header header = COMMON__HEADER__INIT;
	guint8 hash[HASH_LEN];

	header.channel_header = tx->payload->header->channel_header;
	header.signature_header = action->header;
	return signed_proposal_hash(
		       suite, &header,
		       message_slice(
			       tx->action_payload->chaincode_proposal_payload),
		       hash) == BSN_OK &&
	       bsn_slice_equal(message_slice(response->proposal_hash),
			       bsn_slice_of(hash, sizeof(hash)));
}

static gboolean
open_action(const Suite *suite, Arena *arena,
	    const Protos__TransactionAction *action, Transaction *tx)
{
	const Protos__ProposalResponsePayload *response;
	const Protos__ChaincodeEndorsedAction *endorsed;
	const Common__SignatureHeader *proposer =
		open_signature_header(arena, message_slice(action->header));

	/* The same who sends the transaction. */
	if (proposer == NULL ||
	    !bsn_slice_equal(message_slice(proposer->creator),
			     message_slice(tx->signature->creator)))
		return FALSE;
	tx->action_payload =
		unpack(arena, &protos__chaincode_action_payload__descriptor,
		       message_slice(action->payload));
	if (tx->action_payload == NULL || tx->action_payload->action == NULL)
		return FALSE;
	endorsed = tx->action_payload->action;
	if (endorsed->n_endorsements > TRANSACTION_ENDORSEMENTS_MAX)
		return FALSE;
	tx->response_payload =
		message_slice(endorsed->proposal_response_payload);
	tx->endorsements =
		(const Protos__Endorsement *const *)endorsed->endorsements;
	tx->n_endorsements = (guint)endorsed->n_endorsements;
	response = unpack(arena, &protos__proposal_response_payload__descriptor,
			  tx->response_payload);
	if (response == NULL || !answers_proposal(suite, tx, action, response))
		return FALSE;
	tx->extension = message_slice(response->extension);
	return TRUE;
}

TxValidationCode
transaction_open_action(const Suite *suite, Arena *arena, Transaction *tx)
{
	const Protos__Transaction *message;

	if (tx->channel->type != COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		return CODE(UNSUPPORTED_TX_PAYLOAD);
	if (!has_right_id(suite, tx))
		return CODE(BAD_PROPOSAL_TXID);
	message = unpack(arena, &protos__transaction__descriptor,
			 message_slice(tx->payload->data));
	if (message == NULL || message->n_actions != 1 ||
	    !open_action(suite, arena, message->actions[0], tx))
		return CODE(INVALID_ENDORSER_TRANSACTION);
	return CODE(VALID);
}

/* ---- what it read and writes ---- */

static gboolean
is_text(ProtobufCBinaryData key)
{
	return scan_text(message_slice(key));
}

/* Keys are strings to Fabric. */
static gboolean
has_text_keys(const Kvrwset__KVRWSet *set)
{
	gboolean text = TRUE;

	for (gsize i = 0; i < set->n_reads; i++)
		text &= is_text(set->reads[i]->key);
	for (gsize i = 0; i < set->n_range_queries_info; i++)
		text &= is_text(set->range_queries_info[i]->start_key) &&
			is_text(set->range_queries_info[i]->end_key);
	for (gsize i = 0; i < set->n_writes; i++)
		text &= is_text(set->writes[i]->key);
	for (gsize i = 0; i < set->n_metadata_writes; i++)
		text &= is_text(set->metadata_writes[i]->key);
	return text;
}

static gboolean
open_collection(Arena *arena,
		const Rwset__CollectionHashedReadWriteSet *message,
		TransactionNamespace *namespace)
{
	TransactionCollection *collection =
		&namespace->collections[namespace->n_collections++];

	collection->name = message->collection_name;
	collection->private_hash = message_slice(message->pvt_rwset_hash);
	collection->set = unpack(arena, &kvrwset__hashed_rwset__descriptor,
				 message_slice(message->hashed_rwset));
	if (collection->set == NULL)
		return FALSE;
	namespace->writes |= collection->set->n_hashed_writes > 0 ||
			     collection->set->n_metadata_writes > 0;
	return TRUE;
}

static gboolean
open_namespace(Arena *arena, const Rwset__NsReadWriteSet *message,
	       TransactionNamespace *namespace)
{
	const gsize n = message->n_collection_hashed_rwset;

	namespace->name = message->namespace_;
	namespace->set = unpack(arena, &kvrwset__kvrwset__descriptor,
				message_slice(message->rwset));
	if (namespace->set == NULL || !has_text_keys(namespace->set) ||
	    n > TRANSACTION_COLLECTIONS_MAX)
		return FALSE;
	namespace->writes = namespace->set->n_writes > 0 ||
			    namespace->set->n_metadata_writes > 0;
	namespace->collections =
		arena_room(arena, n * sizeof(*namespace->collections));
	for (gsize i = 0; i < n; i++)
		if (!open_collection(arena, message->collection_hashed_rwset[i],
				     namespace))
			return FALSE;
	return TRUE;
}

gboolean
transaction_open_sets(Arena *arena, bsn_slice results, Transaction *tx)
{
	const Rwset__TxReadWriteSet *message = unpack(
		arena, &rwset__tx_read_write_set__descriptor, results);

	if (message == NULL || message->n_ns_rwset > TRANSACTION_NAMESPACES_MAX)
		return FALSE;
	tx->namespaces = arena_room(arena, message->n_ns_rwset *
						   sizeof(*tx->namespaces));
	for (gsize i = 0; i < message->n_ns_rwset; i++)
		if (!open_namespace(arena, message->ns_rwset[i],
				    &tx->namespaces[tx->n_namespaces++]))
			return FALSE;
	return TRUE;
}

static gboolean
has_namespace_twice(const Transaction *tx)
{
	for (guint i = 0; i < tx->n_namespaces; i++)
		for (guint j = 0; j < i; j++)
			if (strcmp(tx->namespaces[i].name,
				   tx->namespaces[j].name) == 0)
				return TRUE;
	return FALSE;
}

static TxValidationCode
check_chaincode(const Transaction *tx,
		const Protos__ChaincodeHeaderExtension *extension)
{
	const Protos__ChaincodeID *called = extension->chaincode_id;
	const Protos__ChaincodeID *answered = tx->action->chaincode_id;

	if (called == NULL || answered == NULL)
		return CODE(INVALID_OTHER_REASON);
	if (called->name[0] == '\0' ||
	    strcmp(called->name, answered->name) != 0 ||
	    answered->version[0] == '\0')
		return CODE(INVALID_CHAINCODE);
	return CODE(VALID);
}

static TxValidationCode
open_event(Arena *arena, Transaction *tx)
{
	if (tx->action->events.len == 0)
		return CODE(VALID);
	tx->event = unpack(arena, &protos__chaincode_event__descriptor,
			   message_slice(tx->action->events));
	if (tx->event == NULL || strcmp(tx->event->chaincode_id,
					tx->action->chaincode_id->name) != 0)
		return CODE(INVALID_OTHER_REASON);
	return CODE(VALID);
}

TxValidationCode
transaction_open_results(Arena *arena, Transaction *tx)
{
	const Protos__ChaincodeHeaderExtension *extension =
		unpack(arena, &protos__chaincode_header_extension__descriptor,
		       message_slice(tx->channel->extension));
	TxValidationCode code;

	if (extension == NULL)
		return CODE(BAD_HEADER_EXTENSION);
	tx->action = unpack(arena, &protos__chaincode_action__descriptor,
			    tx->extension);
	if (tx->action == NULL)
		return CODE(BAD_RESPONSE_PAYLOAD);
	if (!transaction_open_sets(arena, message_slice(tx->action->results),
				   tx))
		return CODE(BAD_RWSET);
	code = check_chaincode(tx, extension);
	if (code == CODE(VALID))
		code = open_event(arena, tx);
	if (code == CODE(VALID) && has_namespace_twice(tx))
		code = CODE(ILLEGAL_WRITESET);
	return code;
}

TxValidationCode
transaction_open_whole(const Suite *suite, Arena *arena, bsn_slice envelope,
		       Transaction *tx)
{
	TxValidationCode code = transaction_open(arena, envelope, tx);

	if (code == CODE(VALID))
		code = transaction_open_action(suite, arena, tx);
	return code == CODE(VALID) ? transaction_open_results(arena, tx) : code;
}
