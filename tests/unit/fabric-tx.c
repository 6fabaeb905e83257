/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-tx.h"

#include <string.h>

#include "common/common.pb-c.h"
#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "ledger/rwset/rwset.pb-c.h"
#include "peer/chaincode.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/kit/codec/message.h"

static ProtobufCBinaryData
put(FabricTx *tx, void *message)
{
	if (tx->change != NULL)
		tx->change(tx, message);
	return message_bytes(message_put(&tx->arena, message));
}

static ProtobufCBinaryData
keep(FabricTx *tx, GByteArray *bytes)
{
	const ProtobufCBinaryData kept = {
		bytes->len,
		(guint8 *)arena_copy(&tx->arena, bytes->data, bytes->len)
	};

	g_byte_array_unref(bytes);
	return kept;
}

/* One key read and one written in a namespace, and a range that was read. */
static ProtobufCBinaryData
make_results(FabricTx *tx)
{
	Kvrwset__Version version = KVRWSET__VERSION__INIT;
	Kvrwset__KVRead read = KVRWSET__KVREAD__INIT;
	Kvrwset__KVRead *reads[] = { &read };
	Kvrwset__KVWrite write = KVRWSET__KVWRITE__INIT;
	Kvrwset__KVWrite *writes[] = { &write };
	Kvrwset__RangeQueryInfo range = KVRWSET__RANGE_QUERY_INFO__INIT;
	Kvrwset__RangeQueryInfo *ranges[] = { &range };
	Kvrwset__QueryReads raw = KVRWSET__QUERY_READS__INIT;
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	Rwset__NsReadWriteSet ns = RWSET__NS_READ_WRITE_SET__INIT;
	Rwset__NsReadWriteSet *list[] = { &ns };
	Rwset__TxReadWriteSet all = RWSET__TX_READ_WRITE_SET__INIT;
	char name[] = "basic";

	version.block_num = tx->number;
	version.tx_num = 300;
	read.key = fabric_text("asset");
	read.version = &version;
	write.key = fabric_text("asset");
	write.value = fabric_text("a value");
	raw.n_kv_reads = 1;
	raw.kv_reads = reads;
	range.start_key = fabric_text("a");
	range.end_key = fabric_text("z");
	range.itr_exhausted = TRUE;
	range.reads_info_case = KVRWSET__RANGE_QUERY_INFO__READS_INFO_RAW_READS;
	range.raw_reads = &raw;
	set.n_reads = 1;
	set.reads = reads;
	set.n_writes = 1;
	set.writes = writes;
	set.n_range_queries_info = 1;
	set.range_queries_info = ranges;
	ns.namespace_ = name;
	ns.rwset = put(tx, &set);
	all.n_ns_rwset = 1;
	all.ns_rwset = list;
	return put(tx, &all);
}

/* A call of the chaincode with a transient map, which endorsers see. */
static ProtobufCBinaryData
make_proposal_payload(FabricTx *tx)
{
	ProtobufCBinaryData args[] = { fabric_text("Put"),
				       fabric_text("asset") };
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	Protos__ChaincodeInvocationSpec invocation =
		PROTOS__CHAINCODE_INVOCATION_SPEC__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry secret =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__TRANSIENT_MAP_ENTRY__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry *map[] = {
		&secret
	};
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;
	char name[] = "basic";
	char key[] = "secret";

	input.n_args = G_N_ELEMENTS(args);
	input.args = args;
	id.name = name;
	spec.type = PROTOS__CHAINCODE_SPEC__TYPE__NODE;
	spec.chaincode_id = &id;
	spec.input = &input;
	invocation.chaincode_spec = &spec;
	secret.key = key;
	secret.value = fabric_text("nobody's business");
	payload.input = put(tx, &invocation);
	payload.n_transientmap = 1;
	payload.transientmap = map;
	return put(tx, &payload);
}

static ProtobufCBinaryData
make_response(FabricTx *tx)
{
	Protos__Response response = PROTOS__RESPONSE__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeAction action = PROTOS__CHAINCODE_ACTION__INIT;
	Protos__ProposalResponsePayload payload =
		PROTOS__PROPOSAL_RESPONSE_PAYLOAD__INIT;
	char name[] = "basic";
	char version[] = "1.0";

	response.status = 200;
	id.name = name;
	id.version = version;
	action.results = make_results(tx);
	action.response = &response;
	action.chaincode_id = &id;
	payload.proposal_hash =
		(ProtobufCBinaryData){ HASH_LEN, tx->proposal_hash };
	payload.extension = put(tx, &action);
	return put(tx, &payload);
}

static void
endorse(FabricTx *tx, guint org, ProtobufCBinaryData response,
	Protos__Endorsement *endorsement)
{
	const Issued *peer = tx->orgs->peers[org];

	protos__endorsement__init(endorsement);
	endorsement->endorser =
		keep(tx, fabric_serialize(fabric_org_id(org), peer));
	endorsement->signature = keep(
		tx, fabric_sign(&tx->orgs->suite, peer,
				signed_endorsement(
					&tx->arena, message_slice(response),
					message_slice(endorsement->endorser))));
}

/* The chaincode's name, where clients say it. */
static ProtobufCBinaryData
make_extension(FabricTx *tx)
{
	Protos__ChaincodeHeaderExtension extension =
		PROTOS__CHAINCODE_HEADER_EXTENSION__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	char name[] = "basic";

	id.name = name;
	extension.chaincode_id = &id;
	return put(tx, &extension);
}

static void
make_header(FabricTx *tx, Common__Header *header)
{
	Google__Protobuf__Timestamp when = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Common__SignatureHeader signature = COMMON__SIGNATURE_HEADER__INIT;
	g_autofree char *nonce =
		g_strdup_printf("nonce %u of 24 bytes....", tx->number);
	char id[] = "one";

	signature.creator =
		keep(tx, fabric_serialize("Org1MSP", tx->orgs->clients[0]));
	signature.nonce = fabric_text(nonce);
	signed_tx_id(&tx->orgs->suite, message_slice(signature.nonce),
		     message_slice(signature.creator), tx->tx_id);
	when.seconds = 1700000000;
	when.nanos = 5;
	channel.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	channel.channel_id = id;
	channel.tx_id = tx->tx_id;
	channel.timestamp = &when;
	channel.extension = make_extension(tx);
	header->channel_header = put(tx, &channel);
	header->signature_header = put(tx, &signature);
}

static ProtobufCBinaryData
make_transaction(FabricTx *tx, const Common__Header *header)
{
	Protos__Endorsement endorsements[2];
	Protos__Endorsement *list[] = { &endorsements[0], &endorsements[1] };
	Protos__ChaincodeEndorsedAction endorsed =
		PROTOS__CHAINCODE_ENDORSED_ACTION__INIT;
	Protos__ChaincodeActionPayload payload =
		PROTOS__CHAINCODE_ACTION_PAYLOAD__INIT;
	Protos__TransactionAction action = PROTOS__TRANSACTION_ACTION__INIT;
	Protos__TransactionAction *actions[] = { &action };
	Protos__Transaction transaction = PROTOS__TRANSACTION__INIT;
	bsn_slice stripped;
	const bsn_slice whole = message_slice(make_proposal_payload(tx));

	g_assert_cmpint(
		signed_without_transient(&tx->arena, whole, &stripped, NULL),
		==, BSN_OK);
	signed_proposal_hash(&tx->orgs->suite, header, stripped,
			     tx->proposal_hash);
	endorsed.proposal_response_payload = make_response(tx);
	for (guint i = 0; i < G_N_ELEMENTS(endorsements); i++)
		endorse(tx, i, endorsed.proposal_response_payload,
			&endorsements[i]);
	endorsed.n_endorsements = G_N_ELEMENTS(list);
	endorsed.endorsements = list;
	payload.chaincode_proposal_payload = message_bytes(stripped);
	payload.action = &endorsed;
	action.header = header->signature_header;
	action.payload = put(tx, &payload);
	transaction.n_actions = 1;
	transaction.actions = actions;
	return put(tx, &transaction);
}

bsn_slice
fabric_tx_make(FabricTx *tx)
{
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;

	make_header(tx, &header);
	payload.header = &header;
	payload.data = make_transaction(tx, &header);
	envelope.payload = put(tx, &payload);
	envelope.signature =
		keep(tx, fabric_sign(&tx->orgs->suite, tx->orgs->clients[0],
				     message_slice(envelope.payload)));
	return message_slice(put(tx, &envelope));
}

bsn_slice
fabric_tx_propose(FabricTx *tx)
{
	Common__Header header = COMMON__HEADER__INIT;
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;
	Protos__SignedProposal outer = PROTOS__SIGNED_PROPOSAL__INIT;

	make_header(tx, &header);
	proposal.header = put(tx, &header);
	proposal.payload = make_proposal_payload(tx);
	outer.proposal_bytes = put(tx, &proposal);
	outer.signature =
		keep(tx, fabric_sign(&tx->orgs->suite, tx->orgs->clients[0],
				     message_slice(outer.proposal_bytes)));
	return message_slice(put(tx, &outer));
}
