/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-ledger.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configtx.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"

static char last_tx_id[TX_ID_SIZE];

/* ---- the ledger ---- */

static int32_t
open_ledger(FabricLedger *fixture)
{
	const LedgerStore store = { bsn_host_store(fake_host()),
				    fixture->chain };

	g_assert_cmpint(fake_chain_open(fixture->chain, NULL, TEXT(""), NULL),
			==, BSN_OK);
	return channel_ledger_open(&fixture->suite, &store, TEXT("one"),
				   &fixture->ledger, NULL);
}

FabricLedger *
fabric_ledger_new_of(const Suite *suite, gboolean empty)
{
	FabricLedger *fixture = g_new0(FabricLedger, 1);

	fixture->suite = *suite;
	fixture->chain = fake_chain_new("one");
	fixture->envelopes = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	fixture->asked = g_string_new(NULL);
	g_assert_cmpint(open_ledger(fixture), ==, BSN_OK);
	if (empty)
		return fixture;
	fabric_ledger_add(fixture, fabric_config_tx(fixture, 0, FALSE, TRUE));
	fabric_ledger_commit(fixture);
	return fixture;
}

FabricLedger *
fabric_ledger_new(gboolean sm, gboolean empty)
{
	const Suite suite = fabric_suite(sm);

	return fabric_ledger_new_of(&suite, empty);
}

void
fabric_ledger_free(FabricLedger *fixture)
{
	channel_ledger_free(fixture->ledger);
	fake_chain_close(fixture->chain);
	fake_chain_free(fixture->chain);
	g_ptr_array_unref(fixture->envelopes);
	g_string_free(fixture->asked, TRUE);
	g_free(fixture->codes);
	g_free(fixture);
}

int32_t
fabric_ledger_reopen(FabricLedger *fixture, gboolean crash)
{
	g_clear_pointer(&fixture->ledger, channel_ledger_free);
	if (crash)
		fake_chain_crash(fixture->chain);
	else
		fake_chain_close(fixture->chain);
	return open_ledger(fixture);
}

/* ---- envelopes ---- */

static const char *
text_or(const char *text, const char *fallback)
{
	return text != NULL ? text : fallback;
}

static ProtobufCBinaryData
put(Arena *arena, const void *message)
{
	return message_bytes(message_put(arena, message));
}

static ProtobufCBinaryData
bytes_or(bsn_slice bytes, ProtobufCBinaryData fallback)
{
	return bytes.data != NULL ? message_bytes(bytes) : fallback;
}

static ProtobufCBinaryData
signature_header(Arena *arena, const char *creator, const char *nonce)
{
	Common__SignatureHeader header = COMMON__SIGNATURE_HEADER__INIT;

	header.creator = fabric_text(creator);
	header.nonce = fabric_text(nonce);
	return put(arena, &header);
}

static ProtobufCBinaryData
channel_header(Arena *arena, const LedgerTx *wanted)
{
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeHeaderExtension extension =
		PROTOS__CHAINCODE_HEADER_EXTENSION__INIT;
	Google__Protobuf__Timestamp timestamp =
		GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Common__ChannelHeader header = COMMON__CHANNEL_HEADER__INIT;

	id.name = (char *)text_or(wanted->chaincode, "basic");
	if (!wanted->no_chaincode_called)
		extension.chaincode_id = &id;
	timestamp.seconds = wanted->seconds;
	header.type = wanted->type != 0
			      ? wanted->type
			      : COMMON__HEADER_TYPE__ENDORSER_TRANSACTION;
	header.timestamp = &timestamp;
	header.channel_id = (char *)text_or(wanted->channel, "one");
	header.tx_id = last_tx_id;
	header.epoch = wanted->epoch;
	header.extension = bytes_or(wanted->extension, put(arena, &extension));
	return put(arena, &header);
}

static ProtobufCBinaryData
chaincode_action(Arena *arena, const LedgerTx *wanted)
{
	const char *called = text_or(wanted->chaincode, "basic");
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	Protos__ChaincodeAction action = PROTOS__CHAINCODE_ACTION__INIT;

	id.name = (char *)text_or(wanted->ran, called);
	id.version = (char *)text_or(wanted->version, "1.0");
	if (!wanted->no_chaincode_ran)
		action.chaincode_id = &id;
	event.chaincode_id = (char *)text_or(wanted->event_chaincode, called);
	event.tx_id = last_tx_id;
	event.event_name = (char *)text_or(wanted->event, "");
	event.payload = fabric_text("payload");
	action.results = message_bytes(wanted->results);
	if (wanted->event != NULL)
		action.events = put(arena, &event);
	action.events = bytes_or(wanted->events, action.events);
	return bytes_or(wanted->action, put(arena, &action));
}

static ProtobufCBinaryData
response_payload(Arena *arena, const FabricLedger *fixture,
		 const LedgerTx *wanted, const Common__Header *header,
		 const char *proposal)
{
	Protos__ProposalResponsePayload response =
		PROTOS__PROPOSAL_RESPONSE_PAYLOAD__INIT;
	guint8 hash[HASH_LEN];

	g_assert_cmpint(signed_proposal_hash(&fixture->suite, header,
					     TEXT(proposal), hash),
			==, BSN_OK);
	hash[0] ^= wanted->other_proposal ? 1 : 0;
	response.proposal_hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	response.extension = chaincode_action(arena, wanted);
	return put(arena, &response);
}

static ProtobufCBinaryData
action_payload(Arena *arena, const FabricLedger *fixture,
	       const LedgerTx *wanted, const Common__Header *header)
{
	const char *proposal = "called with these arguments";
	Protos__ChaincodeActionPayload payload =
		PROTOS__CHAINCODE_ACTION_PAYLOAD__INIT;
	Protos__ChaincodeEndorsedAction endorsed =
		PROTOS__CHAINCODE_ENDORSED_ACTION__INIT;
	const guint n = MAX(wanted->endorsements, 1);
	Protos__Endorsement *list = arena_room(arena, n * sizeof(*list));

	endorsed.proposal_response_payload =
		response_payload(arena, fixture, wanted, header, proposal);
	endorsed.n_endorsements = n;
	endorsed.endorsements = arena_room(arena, n * sizeof(void *));
	for (guint i = 0; i < n; i++) {
		protos__endorsement__init(&list[i]);
		list[i].endorser =
			wanted->endorsers != NULL
				? message_bytes(wanted->endorsers[i])
				: fabric_text(
					  text_or(wanted->endorser, "peer"));
		list[i].signature =
			fabric_text(i == 0 ? last_tx_id : last_tx_id + 1);
		endorsed.endorsements[i] = &list[i];
	}
	payload.chaincode_proposal_payload = fabric_text(proposal);
	payload.action = &endorsed;
	return put(arena, &payload);
}

static ProtobufCBinaryData
transaction(Arena *arena, const FabricLedger *fixture, const LedgerTx *wanted,
	    const Common__Header *header, const char *nonce)
{
	Protos__TransactionAction action = PROTOS__TRANSACTION_ACTION__INIT;
	Protos__TransactionAction *actions[] = { &action, &action };
	Protos__Transaction transaction = PROTOS__TRANSACTION__INIT;
	Common__Header proposal = *header;

	action.header = signature_header(
		arena,
		text_or(wanted->proposer, text_or(wanted->creator, "client")),
		nonce);
	proposal.signature_header = action.header;
	action.payload = action_payload(arena, fixture, wanted, &proposal);
	transaction.n_actions = wanted->actions != 0 ? wanted->actions : 1;
	transaction.actions = actions;
	return put(arena, &transaction);
}

static GByteArray *
envelope_of(Arena *arena, const Common__Payload *payload)
{
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;

	envelope.payload = put(arena, payload);
	envelope.signature = fabric_text(last_tx_id);
	return message_pack(&envelope);
}

GByteArray *
fabric_ledger_tx(FabricLedger *fixture, const LedgerTx *wanted)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *drawn = g_strdup_printf("nonce %u", fixture->nonces++);
	const char *nonce = text_or(wanted->nonce, drawn);
	const char *creator = text_or(wanted->creator, "client");
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;

	g_assert_cmpint(signed_tx_id(&fixture->suite, TEXT(nonce),
				     TEXT(creator), last_tx_id),
			==, BSN_OK);
	if (wanted->tx_id != NULL)
		g_strlcpy(last_tx_id, wanted->tx_id, sizeof(last_tx_id));
	header.channel_header = channel_header(&arena, wanted);
	header.signature_header = signature_header(&arena, creator, nonce);
	if (!wanted->no_header)
		payload.header = &header;
	payload.data = transaction(&arena, fixture, wanted, &header, nonce);
	return envelope_of(&arena, &payload);
}

const char *
fabric_last_tx_id(void)
{
	return last_tx_id;
}

GByteArray *
fabric_config_tx(FabricLedger *fixture, guint64 sequence,
		 gboolean signed_by_orderer, gboolean valid)
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__Config config = COMMON__CONFIG__INIT;
	Common__ConfigEnvelope data = COMMON__CONFIG_ENVELOPE__INIT;
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	Common__Payload payload = COMMON__PAYLOAD__INIT;
	char name[] = "one";

	config.sequence = sequence;
	if (valid)
		data.config = &config;
	channel.type = COMMON__HEADER_TYPE__CONFIG;
	channel.channel_id = name;
	header.channel_header = put(&arena, &channel);
	header.signature_header =
		signed_by_orderer ? signature_header(&arena, "orderer", "once")
				  : fabric_text("");
	payload.header = &header;
	payload.data = put(&arena, &data);
	return envelope_of(&arena, &payload);
}

/* ---- blocks ---- */

void
fabric_ledger_add(FabricLedger *fixture, GByteArray *envelope)
{
	g_ptr_array_add(fixture->envelopes, envelope);
}

GByteArray *
fabric_ledger_block(FabricLedger *fixture)
{
	const LedgerHead *head = &fixture->ledger->head;
	const guint n = fixture->envelopes->len;
	g_autofree ProtobufCBinaryData *entries =
		g_new0(ProtobufCBinaryData, n + 1);
	ProtobufCBinaryData signatures = fabric_text("an orderer's");
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];
	GByteArray *bytes;

	for (guint i = 0; i < n; i++)
		entries[i] = message_bytes(
			buffer_slice(fixture->envelopes->pdata[i]));
	data.n_data = n;
	data.data = entries;
	g_assert_cmpint(block_data_hash(&fixture->suite, &data, hash), ==,
			BSN_OK);
	header.number = head->height;
	header.previous_hash = message_bytes(ledger_head_hash(head));
	header.data_hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	metadata.n_metadata = 1;
	metadata.metadata = &signatures;
	block.header = &header;
	block.data = &data;
	block.metadata = &metadata;
	bytes = message_pack(&block);
	g_ptr_array_set_size(fixture->envelopes, 0);
	return bytes;
}

typedef struct {
	TxJudge judge;
	FabricLedger *fixture;
} FixtureJudge;

static TxCode
endorsed(TxJudge *judge, const BlockTx *tx, bsn_slice namespace,
	 const gboolean *valid, int32_t *status)
{
	FabricLedger *fixture = ((FixtureJudge *)judge)->fixture;

	g_string_append_len(fixture->asked, (const char *)namespace.data,
			    (gssize) namespace.len);
	for (guint i = 0; i < tx->opened.n_endorsements; i++)
		g_string_append(fixture->asked, valid[i] ? "+" : "-");
	g_string_append_c(fixture->asked, ';');
	return fixture->not_endorsed != NULL &&
			       bsn_slice_equal(namespace,
					       TEXT(fixture->not_endorsed))
		       ? fixture->not_endorsed_code
		       : TX_CODE(VALID);
}

static TxCode
config(TxJudge *judge, const BlockTx *tx, int32_t *status)
{
	return ((FixtureJudge *)judge)->fixture->config_code;
}

int32_t
fabric_ledger_append(FabricLedger *fixture, bsn_slice bytes, bsn_err *err)
{
	FixtureJudge judge = { { endorsed, config }, fixture };
	g_autoptr(IncomingBlock) block = NULL;
	g_auto(BlockOutcome) outcome = { 0 };
	g_autofree int32_t *verdicts = NULL;
	int32_t status = incoming_block_read(
		&fixture->suite, TEXT("one"), bytes,
		bsn_host_parallel(fake_host()), fixture->chain, &block, err);

	if (status != BSN_OK)
		return status;
	verdicts = g_new0(int32_t, block->signatures->len + 1);
	for (guint i = 0; i < block->signatures->len; i++) {
		const TxSignature *one = block->signatures->pdata[i];

		if (fixture->bad_signature != NULL &&
		    bsn_slice_equal(one->identity,
				    TEXT(fixture->bad_signature)))
			verdicts[i] = BSN_BAD_SIGNATURE;
	}
	g_string_truncate(fixture->asked, 0);
	status = channel_ledger_append(
		fixture->ledger, block, verdicts,
		fixture->judge != NULL ? fixture->judge : &judge.judge,
		fixture->source, 0, &outcome, err);
	if (status == BSN_OK && fixture->committed != NULL)
		fixture->committed(&outcome, fixture->data);
	g_free(fixture->codes);
	fixture->codes = g_steal_pointer(&outcome.codes);
	return status;
}

void
fabric_ledger_commit(FabricLedger *fixture)
{
	g_autoptr(GByteArray) block = fabric_ledger_block(fixture);
	bsn_err err = BSN_ERR_INIT;

	if (fabric_ledger_append(fixture, buffer_slice(block), &err) != BSN_OK)
		g_error("the block is refused: %s", err.reason);
}

TxCode
fabric_ledger_run(FabricLedger *fixture, GByteArray *results)
{
	const LedgerTx tx = { .results = buffer_slice(results) };

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_commit(fixture);
	g_byte_array_unref(results);
	return fixture->codes[0];
}

/* ---- the state ---- */

GByteArray *
fabric_finish(Simulator *simulator)
{
	GByteArray *results = g_byte_array_new();

	simulator_finish(simulator, results);
	simulator_free(simulator);
	return results;
}

void
fabric_ledger_put(FabricLedger *fixture, ...)
{
	Simulator *simulator = simulator_new(fixture->ledger);
	const char *one;
	va_list args;

	va_start(args, fixture);
	while ((one = va_arg(args, const char *)) != NULL) {
		g_auto(GStrv) parts = g_strsplit(one, "=", 2);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(parts[0]), TEXT(parts[1]),
					      NULL),
				==, BSN_OK);
	}
	va_end(args);
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
}

char *
fabric_ledger_state(const FabricLedger *fixture)
{
	g_auto(StateRange) range = { 0 };
	GString *text = g_string_new(NULL);

	state_range_init(&range, &fixture->ledger->state, NULL, TEXT("basic"),
			 TEXT(""), TEXT(""), TEXT(""), FALSE);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice parts[3];

		g_assert_cmpint(state_range_next(&range, &item, NULL), ==,
				BSN_OK);
		if (item == NULL)
			return g_string_free(text, FALSE);
		g_assert_true(state_key_split(item->key, &parts[0], &parts[1],
					      &parts[2]));
		g_string_append_printf(
			text,
			"%s%.*s=%.*s@%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
			text->len > 0 ? " " : "", (int)parts[2].len,
			(const char *)parts[2].data, (int)item->value.len,
			(const char *)item->value.data, item->version.block,
			item->version.tx);
	}
}
