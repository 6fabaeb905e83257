/* SPDX-License-Identifier: Apache-2.0
 *
 * What is on disk, as people see it.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/simulator.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, text);
}

static GByteArray *
written(FabricOpen *open, const char *key, const char *value)
{
	g_autoptr(Simulator) simulator = simulator_new(open->channel.ledger);
	GByteArray *results = g_byte_array_new();
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(simulator_get(simulator, bsn_slice_str("basic"),
				      bsn_slice_str(key), &item, NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put(simulator, bsn_slice_str("basic"),
				      bsn_slice_str(key), bsn_slice_str(value),
				      NULL),
			==, BSN_OK);
	simulator_finish(simulator, results);
	return results;
}

/* A transaction of "basic" by Org1MSP's client; its id goes to `id`. */
static GByteArray *
transact(FabricOpen *open, const char *key, const char *value,
	 const char *event, char id[TX_ID_SIZE])
{
	static const char *const args[] = { "Put", "an asset", "\x01", NULL };
	g_autoptr(GByteArray) results = written(open, key, value);
	OpenTx tx = { .creator = open->orgs->clients[0],
		      .chaincode = "basic",
		      .args = args,
		      .event = event,
		      .results = buffer_slice(results),
		      .seconds = 1234 };
	GByteArray *envelope = fabric_open_tx(open, &tx);

	g_strlcpy(id, tx.tx_id, TX_ID_SIZE);
	return envelope;
}

static bsn_reply *
ask_block(FabricOpen *open, guint32 by, guint64 number, bsn_slice id,
	  guint64 want)
{
	bsn_reply *reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_BLOCK);
	const bsn_block_query query = { sizeof(query), by, number, id, want };

	(void)fake_asked(
		reply, query_block(&open->channel, &query, reply, &reply->err));
	return reply;
}

static char *
detail_of(FabricOpen *open, guint64 number)
{
	g_autoptr(bsn_reply) reply =
		ask_block(open, BSN_BLOCK_BY_NUMBER, number,
			  bsn_slice_of(NULL, 0), BSN_BLOCK_WITH_TXS);

	g_assert_cmpint(reply->status, ==, BSN_OK);
	return fake_text(reply->block.detail);
}

/* ---- blocks ---- */

static void
test_block(gconstpointer data)
{
	g_autoptr(FabricOpen) open = fabric_open_new(GPOINTER_TO_INT(data));
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "a value", "Made", id);
	g_autofree char *expected = NULL;
	g_autofree char *detail = NULL;

	g_assert_cmpint(fabric_open_commit(open, buffer_slice(tx)), ==,
			TX_CODE(VALID));
	detail = detail_of(open, 1);
	expected = g_strdup_printf("\"tx_id\":\"%s\"", id);
	assert_has(detail, expected);
	assert_has(detail,
		   "\"code\":\"VALID\",\"type\":\"ENDORSER_TRANSACTION\"");
	assert_has(detail,
		   "\"creator\":{\"msp_id\":\"Org1MSP\",\"subject\":\"");
	assert_has(detail, "CN=client");
	assert_has(detail, "\"chaincode\":\"basic\",\"version\":\"1.0\"");
	assert_has(detail,
		   "\"response\":{\"status\":200,\"message\":\"\",\"payload\":"
		   "\"0x0102\"}");
	assert_has(detail,
		   "\"function\":\"Put\",\"args\":[\"an asset\",\"0x01\"]");
	assert_has(detail, "CN=peer");
	assert_has(detail, "\"event\":{\"name\":\"Made\",\"data\":\"said\"}");
	assert_has(detail,
		   "\"results\":[{\"namespace\":\"basic\",\"reads\":[{\"key\":"
		   "\"k\",\"version\":null}],\"writes\":[{\"key\":\"k\","
		   "\"value\":\"a value\"}]}]");
	assert_has(detail, "\"index\":0");
}

/* Every way to name one, and what a block says of itself. */
static void
test_names(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "v", NULL, id);
	const bsn_slice none = { NULL, 0 };
	bsn_id raw_id;
	g_autoptr(bsn_reply) latest = NULL;
	g_autoptr(bsn_reply) first = NULL;
	g_autoptr(bsn_reply) by_hash = NULL;
	g_autoptr(bsn_reply) by_tx = NULL;
	g_autoptr(bsn_reply) by_text = NULL;
	g_autoptr(bsn_reply) none_there = NULL;

	fabric_open_commit(open, buffer_slice(tx));
	latest = ask_block(open, BSN_BLOCK_LATEST, 0, none, 0);
	first = ask_block(open, BSN_BLOCK_BY_NUMBER, 0, none, 0);
	by_hash = ask_block(open, BSN_BLOCK_BY_HASH, 0,
			    bsn_id_slice(&latest->block.previous_hash), 0);
	raw_id = signed_id_bytes(id);
	g_assert_cmpuint(raw_id.len, ==, HASH_LEN);
	by_tx = ask_block(open, BSN_BLOCK_BY_TX, 0, bsn_id_slice(&raw_id), 0);
	by_text = ask_block(open, BSN_BLOCK_BY_TX, 0, bsn_slice_str(id), 0);
	none_there = ask_block(open, BSN_BLOCK_BY_NUMBER, 2, none, 0);
	g_assert_cmpuint(latest->block.number, ==, 1);
	g_assert_cmpuint(latest->block.txs, ==, 1);
	g_assert_cmpuint(latest->block.time_ms, ==, 1001);
	g_assert_cmpuint(latest->block.state_hash.len, ==, HASH_LEN);
	g_assert_cmpuint(first->block.state_hash.len, ==, 0);
	g_assert_cmpuint(by_hash->block.number, ==, 0);
	g_assert_cmpuint(by_tx->block.number, ==, 1);
	g_assert_cmpuint(by_text->block.number, ==, 1);
	g_assert_cmpint(none_there->status, ==, BSN_NOT_FOUND);
	assert_has(none_there->err.reason, "the latest one is 1");
}

/* What is accepted and not on disk is not told. */
static void
test_durable_only(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "v", NULL, id);
	const bsn_slice envelope = buffer_slice(tx);
	const bsn_slice none = { NULL, 0 };
	g_autoptr(bsn_reply) latest = NULL;
	g_autoptr(bsn_reply) next = NULL;
	g_autoptr(bsn_reply) by_tx = NULL;
	g_autoptr(bsn_reply) get =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_TX);

	fabric_open_append(open, &envelope, 1);
	latest = ask_block(open, BSN_BLOCK_LATEST, 0, none, 0);
	next = ask_block(open, BSN_BLOCK_BY_NUMBER, 1, none, 0);
	by_tx = ask_block(open, BSN_BLOCK_BY_TX, 0, bsn_slice_str(id), 0);
	g_assert_cmpuint(latest->block.number, ==, 0);
	g_assert_cmpint(next->status, ==, BSN_NOT_FOUND);
	g_assert_cmpint(by_tx->status, ==, BSN_NOT_FOUND);
	g_assert_cmpint(
		fake_asked(get, query_tx(&open->channel, bsn_slice_str(id), get,
					 &get->err)),
		==, BSN_OK);
	g_assert_cmpuint(get->tx.stage, ==, BSN_TX_ACCEPTED);
}

/* ---- transactions ---- */

static bsn_reply *
get(FabricOpen *open, bsn_slice id)
{
	bsn_reply *reply = fake_reply_new(open->channel.chain, FAKE_ANSWER_TX);

	(void)fake_asked(reply,
			 query_tx(&open->channel, id, reply, &reply->err));
	return reply;
}

static void
test_tx(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char first[TX_ID_SIZE];
	char second[TX_ID_SIZE];
	g_autoptr(GByteArray) a = transact(open, "k", "v", NULL, first);
	g_autoptr(GByteArray) b = transact(open, "k", "w", NULL, second);
	const bsn_slice both[] = { buffer_slice(a), buffer_slice(b) };
	g_autofree char *waiting = g_strnfill(TX_ID_SIZE - 1, 'f');
	g_autofree char *unknown = g_strnfill(TX_ID_SIZE - 1, '0');
	g_autofree char *detail = NULL;
	g_autoptr(bsn_reply) good = NULL;
	g_autoptr(bsn_reply) bad = NULL;
	g_autoptr(bsn_reply) accepted = get(open, bsn_slice_str(waiting));
	g_autoptr(bsn_reply) missing = get(open, bsn_slice_str(unknown));
	g_autoptr(bsn_reply) short_one = get(open, bsn_slice_str("abc"));

	fabric_open_append(open, both, 2);
	channel_ledger_durable(open->channel.ledger, 2);
	good = get(open, bsn_slice_str(first));
	bad = get(open, bsn_slice_str(second));
	g_assert_cmpuint(good->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpint(good->tx.status, ==, BSN_OK);
	g_assert_cmpuint(good->tx.block, ==, 1);
	g_assert_cmpuint(bad->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(bad->tx.status, ==, BSN_CONFLICT);
	g_assert_cmpint(bad->tx.native, ==, TX_CODE(MVCC_READ_CONFLICT));
	g_assert_cmpuint(bad->tx.index, ==, 1);
	detail = fake_text(bad->tx.detail);
	assert_has(detail, "\"code\":\"MVCC_READ_CONFLICT\"");
	assert_has(detail, "\"reason\":\"MVCC_READ_CONFLICT: a key that it");
	g_assert_cmpuint(accepted->tx.stage, ==, BSN_TX_ACCEPTED);
	g_assert_cmpint(missing->status, ==, BSN_NOT_FOUND);
	g_assert_cmpint(short_one->status, ==, BSN_BAD_REQUEST);
}

/* Junk in a block has its code and what could be opened. */
static void
test_every_type(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	const bsn_slice junk = bsn_slice_str("\xff\xff junk");
	g_autofree char *genesis = detail_of(open, 0);
	g_autofree char *vote = NULL;
	g_autofree char *config = NULL;
	g_autofree char *bad = NULL;

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, args, 1));
	fabric_open_commit(open, junk);
	vote = detail_of(open, 1);
	config = detail_of(open, 2);
	bad = detail_of(open, 3);
	assert_has(genesis, "\"type\":\"CONFIG\"");
	assert_has(genesis, "\"sequence\":0");
	assert_has(vote, "\"chaincode\":\"_config\"");
	assert_has(vote, "\"function\":\"Vote\"");
	assert_has(config, "\"type\":\"CONFIG\"");
	assert_has(config,
		   "\"sequence\":1,\"changes\":[\"/Channel/Orderer/"
		   "ConsensusType\"],\"signers\":[{\"msp_id\":\"Org1MSP\"");
	assert_has(bad, "\"code\":\"INVALID_OTHER_REASON\",\"index\":0");
}

static void
test_bytes(void)
{
	g_autoptr(json_t) object = json_object();
	g_autofree char *long_text = g_strnfill(JSON_BYTES_MAX - 1, 'a');
	g_autofree char *cut =
		g_strconcat(long_text, "\303\244 and more", NULL);
	g_autofree char *text = NULL;

	set_bytes(object, "text", bsn_slice_str("fine \303\244"));
	set_bytes(object, "control", bsn_slice_str("\033[2J"));
	set_bytes(object, "nul", bsn_slice_of("a\0b", 3));
	set_bytes(object, "latin", bsn_slice_str("\344"));
	set_bytes(object, "none", bsn_slice_of(NULL, 0));
	text = json_text(object);
	g_assert_cmpstr(
		text, ==,
		"{\"text\":\"fine \303\244\",\"control\":\"0x1b5b324a\","
		"\"nul\":\"0x610062\",\"latin\":\"0xe4\",\"none\":\"\"}");
	set_bytes(object, "cut", bsn_slice_str(cut));
	g_assert_cmpstr(json_string_value(json_object_get(object, "cut")), ==,
			long_text);
	g_assert_cmpint(
		json_integer_value(json_object_get(object, "cut_bytes")), ==,
		(json_int_t)strlen(cut));
}

/* ---- events ---- */

static void
test_events(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) a = transact(open, "a", "v", "Made", id);
	g_autoptr(GByteArray) b = transact(open, "b", "v", NULL, id);
	g_autoptr(GByteArray) c = transact(open, "c", "v", "Sold", id);
	const bsn_slice all[] = { buffer_slice(a), buffer_slice(b),
				  buffer_slice(c) };
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_EVENTS);
	g_autoptr(bsn_reply) beyond =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_EVENTS);
	g_autofree char *payload = NULL;
	g_autofree char *block = NULL;
	const bsn_event *events;

	fabric_open_append(open, all, 3);
	channel_ledger_durable(open->channel.ledger, 2);
	g_assert_cmpint(fake_asked(reply, query_events(&open->channel, 0, 9,
						       reply, &reply->err)),
			==, BSN_OK);
	g_assert_cmpuint(reply->events_next, ==, 2);
	g_assert_cmpuint(reply->events->len, ==, 4);
	events = (const bsn_event *)(const void *)reply->events->data;
	g_assert_cmpuint(events[1].kind, ==, BSN_EVENT_BLOCK);
	g_assert_cmpuint(events[2].tx_index, ==, 0);
	g_assert_cmpuint(events[3].tx_index, ==, 2);
	g_assert_cmpuint(events[3].index, ==, 1);
	g_assert_true(bsn_slice_equal(events[3].name, bsn_slice_str("Sold")));
	g_assert_true(
		bsn_slice_equal(events[3].contract, bsn_slice_str("basic")));
	payload = fake_text(events[3].payload);
	g_assert_cmpstr(payload, ==, "{\"data\":\"said\"}");
	block = fake_text(events[1].payload);
	assert_has(block, "{\"number\":1,\"hash\":\"0x");
	g_assert_cmpint(fake_asked(beyond, query_events(&open->channel, 5, 9,
							beyond, &beyond->err)),
			==, BSN_OK);
	g_assert_cmpuint(beyond->events_next, ==, 5);
}

/* ---- status, ledger ---- */

static void
test_status(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autoptr(bsn_reply) with =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_STATUS);
	g_autoptr(bsn_reply) without =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_STATUS);
	g_autofree char *detail = NULL;
	g_autofree char *missing = NULL;

	g_assert_cmpint(fake_asked(with, query_status(&open->channel, with,
						      &with->err)),
			==, BSN_OK);
	detail = fake_text(with->chain_status.detail);
	assert_has(detail, "\"consensus\":{\"view\":7,\"name\":\"still\"}");
	assert_has(detail, "\"identity\":{\"msp_id\":\"Org1MSP\",\"subject\":");
	assert_has(detail, "\"roles\":[\"member\",\"peer\"]");
	assert_has(detail, "\"role\":\"consensus\"");
	assert_has(detail, "\"sync\":{\"highest\":9}");
	assert_has(detail, "\"runtimes\":[\"native\"]");
	assert_has(detail, "\"/Channel/Application/Endorsement\"");
	g_assert_cmpuint(with->chain_status.pending_txs, ==, 3);
	g_assert_cmpuint(with->chain_status.members, ==, 1);
	g_assert_cmpuint(with->chain_status.connected, ==, 1);
	open->certificate = NULL;
	members_identify_self(&open->channel);
	g_assert_cmpint(
		fake_asked(without, query_status(&open->channel, without,
						 &without->err)),
		==, BSN_OK);
	missing = fake_text(without->chain_status.detail);
	assert_has(missing, "\"identity\":{\"missing\":\"this host has no");
}

static void
test_ledger(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "v", NULL, id);
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_LEDGER);
	g_autofree char *detail = NULL;

	fabric_open_commit(open, buffer_slice(tx));
	g_assert_cmpint(fake_asked(reply, query_ledger(&open->channel, reply,
						       &reply->err)),
			==, BSN_OK);
	g_assert_cmpuint(reply->ledger.height, ==, 1);
	g_assert_cmpuint(reply->ledger.txs, ==, 2);
	g_assert_cmpuint(reply->ledger.state_hash.len, ==, HASH_LEN);
	g_assert_true(bsn_slice_equal(
		bsn_id_slice(&reply->ledger.state_hash),
		bsn_slice_of(open->channel.ledger->durable.commit_hash,
			     HASH_LEN)));
	detail = fake_text(reply->ledger.detail);
	assert_has(detail, "{\"channel\":\"one\",\"crypto\":\"std\"");
	assert_has(detail, "{\"msp_id\":\"Org2MSP\",\"application\":true");
}

/* ---- proofs ---- */

static GByteArray *
raw_block(FabricOpen *open, guint64 number)
{
	g_autoptr(bsn_reply) reply =
		ask_block(open, BSN_BLOCK_BY_NUMBER, number,
			  bsn_slice_of(NULL, 0), BSN_BLOCK_WITH_RAW);
	g_autoptr(json_t) detail = json_parse_object(
		reply->block.detail, 16 << 20, "detail", NULL, NULL);
	const char *text = json_string_value(json_object_get(detail, "raw"));
	GByteArray *bytes = g_byte_array_new();

	g_assert_true(hex_decode(text, strlen(text), bytes));
	return bytes;
}

static int32_t
prove(const FabricOpen *open, const GByteArray *block,
      const bsn_member *members, guint64 n, char **json, bsn_err *err)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 4096);
	int32_t status = proof_verify(buffer_slice(open->genesis), members, n,
				      buffer_slice(block), &sink.sink, err);

	g_free(*json);
	*json = g_strndup((const char *)out->data, out->len);
	return status;
}

static void
test_proof(gconstpointer data)
{
	g_autoptr(FabricOpen) open = fabric_open_new(GPOINTER_TO_INT(data));
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "v", NULL, id);
	const bsn_member two[2] = {
		{ .size = sizeof(bsn_member), .role = BSN_ROLE_CONSENSUS },
		{ .size = sizeof(bsn_member), .role = BSN_ROLE_OBSERVER },
	};
	g_autoptr(GByteArray) block = NULL;
	g_autoptr(GByteArray) first = raw_block(open, 0);
	g_autofree char *json = NULL;
	bsn_err err = BSN_ERR_INIT;

	fabric_open_commit(open, buffer_slice(tx));
	block = raw_block(open, 1);
	if (prove(open, block, NULL, 0, &json, &err) != BSN_OK)
		g_error("%s", err.reason);
	assert_has(json, "{\"number\":1,\"hash\":\"0x");
	assert_has(json,
		   "\"time_ms\":1234000,\"txs\":1,\"consensus\":\"still\","
		   "\"members\":1,\"quorum\":1}");
	g_assert_cmpint(prove(open, block, two, 2, &json, &err), ==,
			BSN_BAD_SIGNATURE);
	g_assert_cmpint(prove(open, first, NULL, 0, &json, &err), ==,
			BSN_BAD_REQUEST);
	assert_has(err.reason, "the genesis, which nobody certifies");
	g_assert_cmpint(prove(open, tx, NULL, 0, &json, &err), ==,
			BSN_BAD_REQUEST);
}

/* One byte changed anywhere is a proof of nothing, or of the same block. */
static void
test_changed_proofs(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	char id[TX_ID_SIZE];
	g_autoptr(GByteArray) tx = transact(open, "k", "v", NULL, id);
	g_autoptr(GByteArray) block = NULL;
	g_autofree char *json = NULL;
	g_autofree char *changed = NULL;
	guint same = 0;

	fabric_open_commit(open, buffer_slice(tx));
	block = raw_block(open, 1);
	g_assert_cmpint(prove(open, block, NULL, 0, &json, NULL), ==, BSN_OK);
	for (guint i = 0; i < block->len; i += 3) {
		block->data[i] ^= 0x41;
		if (prove(open, block, NULL, 0, &changed, NULL) == BSN_OK) {
			/* In metadata that no certificate is about. */
			g_assert_cmpuint(i, >, tx->len);
			same++;
		}
		block->data[i] ^= 0x41;
	}
	g_assert_cmpuint(same, <, 64);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/query/a-block-can-be-read",
			     GINT_TO_POINTER(FALSE), test_block);
	g_test_add_data_func("/fabric/query/a-block-can-be-read-with-sm2",
			     GINT_TO_POINTER(TRUE), test_block);
	g_test_add_func("/fabric/query/blocks-have-names", test_names);
	g_test_add_func("/fabric/query/only-what-is-durable",
			test_durable_only);
	g_test_add_func("/fabric/query/transactions", test_tx);
	g_test_add_func("/fabric/query/every-type-of-transaction",
			test_every_type);
	g_test_add_func("/fabric/query/bytes-are-text-or-hex", test_bytes);
	g_test_add_func("/fabric/query/events", test_events);
	g_test_add_func("/fabric/query/status", test_status);
	g_test_add_func("/fabric/query/ledger", test_ledger);
	g_test_add_data_func("/fabric/query/a-block-is-proven",
			     GINT_TO_POINTER(FALSE), test_proof);
	g_test_add_data_func("/fabric/query/a-block-is-proven-with-sm2",
			     GINT_TO_POINTER(TRUE), test_proof);
	g_test_add_func("/fabric/query/a-changed-block-proves-nothing",
			test_changed_proofs);
	return g_test_run();
}
