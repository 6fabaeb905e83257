/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's bytes as engine-fabric makes and reads them, for a second opinion
 * (tests/integration/test-fabric-protos.mjs).
 *
 *	fabric-bytes write std|sm DIR   a genesis block, a block of two
 *	                                transactions, and what they hash
 *	fabric-bytes read std|sm DIR    what DIR/theirs.pb, a block, says
 */
#include <openssl/pem.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "common/common.pb-c.h"
#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "ledger/rwset/rwset.pb-c.h"
#include "peer/chaincode.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-channel.h"

typedef struct {
	FabricOrgs *orgs;
	const char *dir;
	Arena arena;
	json_t *report;
} Run;

static char *
in_dir(const Run *run, const char *name)
{
	return g_build_filename(run->dir, name, NULL);
}

static void
save(const Run *run, const char *name, bsn_slice bytes)
{
	g_autofree char *file = in_dir(run, name);

	g_assert_true(g_file_set_contents(file, (const char *)bytes.data,
					  (gssize)bytes.len, NULL));
}

static void
report_hex(json_t *object, const char *name, const void *data, gsize len)
{
	g_autofree char *hex = hex_encode(bsn_slice_of(data, len));

	json_object_set_new(object, name, json_string(hex + 2));
}

static ProtobufCBinaryData
put(Run *run, const void *message)
{
	return message_bytes(message_put(&run->arena, message));
}

static ProtobufCBinaryData
keep(Run *run, GByteArray *bytes)
{
	const ProtobufCBinaryData kept = {
		bytes->len,
		(guint8 *)arena_copy(&run->arena, bytes->data, bytes->len)
	};

	g_byte_array_unref(bytes);
	return kept;
}

/* ---- writing ---- */

/* One key read and one written in a namespace, and a range that was read. */
static ProtobufCBinaryData
make_results(Run *run, guint number)
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

	version.block_num = number;
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
	ns.rwset = put(run, &set);
	all.n_ns_rwset = 1;
	all.ns_rwset = list;
	return put(run, &all);
}

/* A call of the chaincode with a transient map, which endorsers see. */
static ProtobufCBinaryData
make_proposal_payload(Run *run)
{
	ProtobufCBinaryData args[] = { fabric_text("Put"), fabric_text("asset") };
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;
	Protos__ChaincodeInvocationSpec invocation =
		PROTOS__CHAINCODE_INVOCATION_SPEC__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry secret =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__TRANSIENT_MAP_ENTRY__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry *map[] = { &secret };
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
	payload.input = put(run, &invocation);
	payload.n_transientmap = 1;
	payload.transientmap = map;
	return put(run, &payload);
}

static ProtobufCBinaryData
make_response(Run *run, const guint8 *proposal_hash, guint number)
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
	action.results = make_results(run, number);
	action.response = &response;
	action.chaincode_id = &id;
	payload.proposal_hash =
		(ProtobufCBinaryData){ HASH_LEN, (guint8 *)proposal_hash };
	payload.extension = put(run, &action);
	return put(run, &payload);
}

static void
endorse(Run *run, guint org, ProtobufCBinaryData response,
	Protos__Endorsement *endorsement)
{
	const Issued *peer = run->orgs->peers[org];

	protos__endorsement__init(endorsement);
	endorsement->endorser =
		keep(run, fabric_serialize(fabric_org_id(org), peer));
	endorsement->signature = keep(
		run, fabric_sign(&run->orgs->suite, peer,
				 signed_endorsement(
					 &run->arena, message_slice(response),
					 message_slice(endorsement->endorser))));
}

static ProtobufCBinaryData
make_header(Run *run, guint number, Common__Header *header, char *tx_id,
	    ProtobufCBinaryData *signature_header)
{
	Google__Protobuf__Timestamp when = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Common__SignatureHeader signature = COMMON__SIGNATURE_HEADER__INIT;
	g_autofree char *nonce = g_strdup_printf("nonce %u of 24 bytes....", number);
	char id[] = "one";

	signature.creator = keep(
		run, fabric_serialize("Org1MSP", run->orgs->clients[0]));
	signature.nonce = fabric_text(nonce);
	signed_tx_id(&run->orgs->suite, message_slice(signature.nonce),
		     message_slice(signature.creator), tx_id);
	when.seconds = 1700000000;
	when.nanos = 5;
	channel.type = COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	channel.channel_id = id;
	channel.tx_id = tx_id;
	channel.timestamp = &when;
	header->channel_header = put(run, &channel);
	header->signature_header = put(run, &signature);
	*signature_header = header->signature_header;
	return put(run, header);
}

static ProtobufCBinaryData
make_transaction(Run *run, const Common__Header *header,
		 ProtobufCBinaryData signature_header, guint number,
		 json_t *report)
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
	guint8 hash[HASH_LEN];
	const bsn_slice whole = message_slice(make_proposal_payload(run));

	g_assert_cmpint(signed_without_transient(&run->arena, whole, &stripped,
						 NULL),
			==, BSN_OK);
	signed_proposal_hash(&run->orgs->suite, header, stripped, hash);
	report_hex(report, "proposal_hash", hash, sizeof(hash));
	endorsed.proposal_response_payload = make_response(run, hash, number);
	for (guint i = 0; i < G_N_ELEMENTS(endorsements); i++)
		endorse(run, i, endorsed.proposal_response_payload,
			&endorsements[i]);
	endorsed.n_endorsements = G_N_ELEMENTS(list);
	endorsed.endorsements = list;
	payload.chaincode_proposal_payload = message_bytes(stripped);
	payload.action = &endorsed;
	action.header = signature_header;
	action.payload = put(run, &payload);
	transaction.n_actions = 1;
	transaction.actions = actions;
	return put(run, &transaction);
}

static ProtobufCBinaryData
make_envelope(Run *run, guint number, json_t *reports)
{
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	ProtobufCBinaryData signature_header;
	json_t *report = json_object();
	char tx_id[TX_ID_SIZE];

	make_header(run, number, &header, tx_id, &signature_header);
	json_object_set_new(report, "tx_id", json_string(tx_id));
	payload.header = &header;
	payload.data = make_transaction(run, &header, signature_header, number,
					report);
	envelope.payload = put(run, &payload);
	envelope.signature =
		keep(run, fabric_sign(&run->orgs->suite, run->orgs->clients[0],
				      message_slice(envelope.payload)));
	json_array_append_new(reports, report);
	return put(run, &envelope);
}

static void
report_block(Run *run, const char *name, const Common__Block *block)
{
	json_t *report = json_object();
	guint8 hash[HASH_LEN];

	block_header_hash(&run->orgs->suite, block->header, hash);
	report_hex(report, "header_hash", hash, sizeof(hash));
	block_data_hash(&run->orgs->suite, block->data, hash);
	report_hex(report, "data_hash", hash, sizeof(hash));
	json_object_set_new(run->report, name, report);
}

static void
write_block(Run *run)
{
	json_t *reports = json_array();
	ProtobufCBinaryData envelopes[] = { make_envelope(run, 1, reports),
					    make_envelope(run, 2, reports) };
	uint8_t codes[] = { 0, 11 };
	ProtobufCBinaryData entries[BLOCK_METADATA_COUNT] = { { 0, NULL } };
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];

	data.n_data = G_N_ELEMENTS(envelopes);
	data.data = envelopes;
	block_data_hash(&run->orgs->suite, &data, hash);
	/* One that takes nine bytes in DER. */
	header.number = G_GUINT64_CONSTANT(0x8000000000000001);
	header.previous_hash = fabric_text("thirty-two bytes, more or less.");
	header.data_hash = (ProtobufCBinaryData){ sizeof(hash), hash };
	entries[COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER] =
		(ProtobufCBinaryData){ sizeof(codes), codes };
	metadata.n_metadata = BLOCK_METADATA_COUNT;
	metadata.metadata = entries;
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	save(run, "block.pb", message_put(&run->arena, &block));
	report_block(run, "block", &block);
	json_object_set_new(run->report, "transactions", reports);
}

static void
write_genesis(Run *run)
{
	g_autoptr(json_t) founding = fabric_founding(run->orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(run->orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	g_autoptr(GByteArray) block = g_byte_array_new();

	founding_block(&run->orgs->suite, "one", config->message, block);
	save(run, "genesis.pb", buffer_slice(block));
	report_block(run, "genesis",
		     message_unpack(&run->arena, &common__block__descriptor,
				    buffer_slice(block), NULL, NULL));
}

/* What others need to sign as our client, and to know its organisation. */
static void
write_client(Run *run)
{
	g_autofree char *file = in_dir(run, "client.key");
	g_autoptr(GByteArray) msp =
		fabric_msp_simple("Org1MSP", run->orgs->roots[0]);
	BIO *out = BIO_new_file(file, "w");

	g_assert_true(PEM_write_bio_PrivateKey(out, run->orgs->clients[0]->key,
					       NULL, NULL, 0, NULL, NULL));
	BIO_free(out);
	save(run, "client.pem", bsn_slice_str(run->orgs->clients[0]->pem));
	save(run, "msp.pb", buffer_slice(msp));
}

/* ---- reading ---- */

static bsn_slice
load(Run *run, const char *name)
{
	g_autofree char *file = in_dir(run, name);
	g_autofree char *data = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(file, &data, &len, NULL));
	return bsn_slice_of(arena_copy(&run->arena, data, len), len);
}

static void *
need(Run *run, const ProtobufCMessageDescriptor *type, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	void *message = message_unpack(&run->arena, type, bytes, NULL, &err);

	if (message == NULL)
		g_error("%s", err.reason);
	return message;
}

static json_t *
read_envelope(Run *run, MspManager *manager, bsn_slice bytes)
{
	const Common__Envelope *envelope =
		need(run, &common__envelope__descriptor, bytes);
	const Common__Payload *payload =
		need(run, &common__payload__descriptor,
		     message_slice(envelope->payload));
	const Common__ChannelHeader *channel =
		need(run, &common__channel_header__descriptor,
		     message_slice(payload->header->channel_header));
	const Common__SignatureHeader *signature =
		need(run, &common__signature_header__descriptor,
		     message_slice(payload->header->signature_header));
	const SignedData data = { message_slice(signature->creator),
				  message_slice(envelope->payload),
				  message_slice(envelope->signature) };
	g_autoptr(GPtrArray) signers =
		signers_find(manager, &run->orgs->suite, &data, 1);
	const MspIdentity *signer =
		signers->len > 0 ? signers->pdata[0] : NULL;
	char tx_id[TX_ID_SIZE];

	signed_tx_id(&run->orgs->suite, message_slice(signature->nonce),
		     message_slice(signature->creator), tx_id);
	return json_pack("{s:s, s:s, s:s, s:I, s:s*}", "channel",
			 channel->channel_id, "named", channel->tx_id, "tx_id",
			 tx_id, "seconds",
			 (json_int_t)channel->timestamp->seconds, "signer",
			 signer != NULL ? signer->msp->id : NULL);
}

static void
read_block(Run *run)
{
	g_autoptr(MspManager) manager = msp_manager_new(&run->orgs->suite);
	const Common__Block *block = need(run, &common__block__descriptor,
					  load(run, "theirs.pb"));
	json_t *envelopes = json_array();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(msp_manager_add(manager, load(run, "msp.pb"), &err), ==,
			BSN_OK);
	report_block(run, "block", block);
	for (gsize i = 0; i < block->data->n_data; i++)
		json_array_append_new(
			envelopes,
			read_envelope(run, manager,
				      message_slice(block->data->data[i])));
	json_object_set_new(run->report, "envelopes", envelopes);
	json_object_set_new(
		run->report, "check",
		json_integer(block_check(
			&run->orgs->suite, block, block->header->number,
			message_slice(block->header->previous_hash), NULL)));
}

int
main(int argc, char **argv)
{
	Run run = { .report = json_object() };
	g_autofree char *text = NULL;

	if (argc != 4) {
		g_printerr("fabric-bytes write|read std|sm DIR\n");
		return 2;
	}
	g_test_init(&argc, &argv, NULL);
	run.orgs = fabric_orgs_new(strcmp(argv[2], "sm") == 0);
	run.dir = argv[3];
	if (strcmp(argv[1], "write") == 0) {
		write_genesis(&run);
		write_block(&run);
		write_client(&run);
	} else {
		read_block(&run);
	}
	text = json_text(run.report);
	puts(text);
	json_decref(run.report);
	arena_clear(&run.arena);
	fabric_orgs_free(run.orgs);
	return 0;
}
