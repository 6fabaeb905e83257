/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: each code that a transaction can have, and in which
 * order they are found.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

/* A read-write set of "basic" that writes one key. */
static GByteArray *
write_set(FabricLedger *fixture, const char *namespace, const char *key)
{
	Simulator *simulator = simulator_new(fixture->ledger);

	g_assert_cmpint(simulator_put(simulator, TEXT(namespace), TEXT(key),
				      TEXT("value"), NULL),
			==, BSN_OK);
	return fabric_finish(simulator);
}

static TxCode
run_envelope(FabricLedger *fixture, GByteArray *envelope)
{
	fabric_ledger_add(fixture, envelope);
	fabric_ledger_commit(fixture);
	return fixture->codes[0];
}

static TxCode
run_tx(FabricLedger *fixture, LedgerTx tx)
{
	g_autoptr(GByteArray) results = write_set(fixture, "basic", "key");

	if (tx.results.data == NULL)
		tx.results = buffer_slice(results);
	return run_envelope(fixture, fabric_ledger_tx(fixture, &tx));
}

#define RUN(code, ...)                                                  \
	g_assert_cmpint(run_tx(fixture, (LedgerTx){ __VA_ARGS__ }), ==, \
			TX_CODE(code))

/* Bytes that no message has: a field that is cut off. */
static bsn_slice
rubbish(void)
{
	return bsn_slice_of("\x0a\x7f", 2);
}

static void
test_a_good_one(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *state = NULL;

	RUN(VALID, .endorsements = 2);
	g_assert_cmpstr(fixture->asked->str, ==, "basic++;");
	state = fabric_ledger_state(fixture);
	g_assert_cmpstr(state, ==, "key=value@1:0");
}

static GByteArray *
envelope_with(bsn_slice payload)
{
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;

	envelope.payload = message_bytes(payload);
	envelope.signature = fabric_text("signed");
	return message_pack(&envelope);
}

static GByteArray *
copy_of(bsn_slice bytes)
{
	GByteArray *copy = g_byte_array_new();

	g_byte_array_append(copy, bytes.data, (guint)bytes.len);
	return copy;
}

static void
test_envelopes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	g_assert_cmpint(run_envelope(fixture, g_byte_array_new()), ==,
			TX_CODE(NIL_ENVELOPE));
	g_assert_cmpint(run_envelope(fixture, copy_of(rubbish())), ==,
			TX_CODE(INVALID_OTHER_REASON));
	g_assert_cmpint(run_envelope(fixture, envelope_with(rubbish())), ==,
			TX_CODE(BAD_PAYLOAD));
	g_assert_cmpint(run_envelope(fixture, envelope_with(TEXT(""))), ==,
			TX_CODE(BAD_COMMON_HEADER));
}

static void
test_headers(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	RUN(BAD_COMMON_HEADER, .no_header = TRUE);
	RUN(BAD_COMMON_HEADER,
	    .type = COMMON__HEADER_TYPE__ORDERER_TRANSACTION);
	RUN(BAD_COMMON_HEADER, .type = 77);
	RUN(BAD_COMMON_HEADER, .epoch = 1);
	RUN(BAD_COMMON_HEADER, .nonce = "");
	RUN(BAD_COMMON_HEADER, .creator = "");
	RUN(UNSUPPORTED_TX_PAYLOAD, .type = COMMON__HEADER_TYPE__CONFIG_UPDATE);
	RUN(BAD_PROPOSAL_TXID, .tx_id = "deadbeef");
	RUN(BAD_PROPOSAL_TXID, .tx_id = "");
	RUN(TARGET_CHAIN_NOT_FOUND, .channel = "two");
	RUN(BAD_HEADER_EXTENSION, .extension = rubbish());
}

static void
test_creator_signature(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	fixture->bad_signature = "client";
	RUN(BAD_CREATOR_SIGNATURE, .epoch = 0);
	/* Found after the header, and before the rest. */
	RUN(BAD_CREATOR_SIGNATURE, .tx_id = "deadbeef");
	RUN(BAD_COMMON_HEADER, .epoch = 1);
	g_assert_cmpstr(fixture->asked->str, ==, "");
	RUN(VALID, .creator = "another");
}

static void
test_proposals(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	RUN(INVALID_ENDORSER_TRANSACTION, .actions = 2);
	RUN(INVALID_ENDORSER_TRANSACTION, .other_proposal = TRUE);
	RUN(INVALID_ENDORSER_TRANSACTION, .proposer = "somebody");
	RUN(BAD_RESPONSE_PAYLOAD, .action = rubbish());
	RUN(BAD_RWSET, .results = rubbish());
}

static void
test_chaincodes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	RUN(INVALID_OTHER_REASON, .no_chaincode_called = TRUE);
	RUN(INVALID_OTHER_REASON, .no_chaincode_ran = TRUE);
	RUN(INVALID_CHAINCODE, .chaincode = "", .ran = "");
	RUN(INVALID_CHAINCODE, .ran = "other");
	RUN(INVALID_CHAINCODE, .version = "");
	RUN(INVALID_OTHER_REASON, .events = rubbish());
	RUN(INVALID_OTHER_REASON, .event = "sold", .event_chaincode = "other");
	RUN(VALID, .event = "sold");
}

static void
test_endorsement(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	fixture->bad_signature = "peer";
	RUN(VALID, .endorsements = 2);
	g_assert_cmpstr(fixture->asked->str, ==, "basic--;");
	fixture->not_endorsed = "basic";
	fixture->not_endorsed_code = TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	RUN(ENDORSEMENT_POLICY_FAILURE, .epoch = 0);
	fixture->not_endorsed_code = TX_CODE(EXPIRED_CHAINCODE);
	RUN(EXPIRED_CHAINCODE, .epoch = 0);
	RUN(INVALID_ENDORSER_TRANSACTION,
	    .endorsements = TRANSACTION_ENDORSEMENTS_MAX + 1);
}

/* Each namespace that is written in is asked for, the called one always. */
static void
test_each_namespace_is_judged(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	Simulator *simulator = simulator_new(fixture->ledger);
	g_autoptr(StateItem) item = NULL;
	g_autoptr(GByteArray) results = NULL;

	g_assert_cmpint(simulator_put(simulator, TEXT("second"), TEXT("a"),
				      TEXT("1"), NULL),
			==, BSN_OK);
	g_assert_cmpint(
		simulator_get(simulator, TEXT("read"), TEXT("a"), &item, NULL),
		==, BSN_OK);
	results = fabric_finish(simulator);
	RUN(VALID, .results = buffer_slice(results));
	g_assert_cmpstr(fixture->asked->str, ==, "basic+;second+;");
	fixture->not_endorsed = "second";
	fixture->not_endorsed_code = TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	RUN(ENDORSEMENT_POLICY_FAILURE, .results = buffer_slice(results));
}

/* ---- read-write sets ---- */

/* A set of one namespace, twice if asked, with the writes of `set`. */
static GByteArray *
raw_set(Kvrwset__KVRWSet *set, gboolean twice)
{
	g_autoptr(GByteArray) inner = message_pack(set);
	Rwset__NsReadWriteSet ns = RWSET__NS_READ_WRITE_SET__INIT;
	Rwset__NsReadWriteSet *list[] = { &ns, &ns };
	Rwset__TxReadWriteSet all = RWSET__TX_READ_WRITE_SET__INIT;
	char name[] = "basic";

	ns.namespace_ = name;
	ns.rwset = message_bytes(buffer_slice(inner));
	all.n_ns_rwset = twice ? 2 : 1;
	all.ns_rwset = list;
	return message_pack(&all);
}

static void
test_write_sets(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	Kvrwset__KVWrite write = KVRWSET__KVWRITE__INIT;
	Kvrwset__KVWrite *writes[] = { &write, &write };
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	g_autoptr(GByteArray) twice = NULL;
	g_autoptr(GByteArray) same_key = NULL;
	g_autoptr(GByteArray) no_name = NULL;
	g_autoptr(GByteArray) no_text = NULL;

	write.key = fabric_text("a");
	write.value = fabric_text("1");
	set.n_writes = 1;
	set.writes = writes;
	twice = raw_set(&set, TRUE);
	RUN(ILLEGAL_WRITESET, .results = buffer_slice(twice));
	set.n_writes = 2;
	same_key = raw_set(&set, FALSE);
	RUN(INVALID_WRITESET, .results = buffer_slice(same_key));
	set.n_writes = 1;
	write.key = fabric_text("");
	no_name = raw_set(&set, FALSE);
	RUN(INVALID_WRITESET, .results = buffer_slice(no_name));
	write.key = fabric_text("a\xff");
	no_text = raw_set(&set, FALSE);
	RUN(BAD_RWSET, .results = buffer_slice(no_text));
}

/* As for Fabric: an empty value cannot be told from none. */
static void
test_no_value_deletes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	Kvrwset__KVWrite write = KVRWSET__KVWRITE__INIT;
	Kvrwset__KVWrite *writes[] = { &write };
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	g_autofree char *state = NULL;

	fabric_ledger_put(fixture, "a=1", "b=1", NULL);
	write.key = fabric_text("a");
	set.n_writes = 1;
	set.writes = writes;
	g_assert_cmpint(fabric_ledger_run(fixture, raw_set(&set, FALSE)), ==,
			TX_CODE(VALID));
	state = fabric_ledger_state(fixture);
	g_assert_cmpstr(state, ==, "b=1@1:0");
}

/* A namespace of half a MiB in front of each of many small writes. */
static void
test_a_set_cannot_grow_without_bound(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *name = g_strnfill(512 * 1024, 'n');
	g_autofree Kvrwset__KVWrite *list = g_new(Kvrwset__KVWrite, 4096);
	g_autofree Kvrwset__KVWrite **writes = g_new(Kvrwset__KVWrite *, 4096);
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	Rwset__NsReadWriteSet ns = RWSET__NS_READ_WRITE_SET__INIT;
	Rwset__NsReadWriteSet *namespaces[] = { &ns };
	Rwset__TxReadWriteSet all = RWSET__TX_READ_WRITE_SET__INIT;
	g_autoptr(GByteArray) inner = NULL;
	g_autoptr(GByteArray) results = NULL;

	for (guint i = 0; i < 4096; i++) {
		kvrwset__kvwrite__init(&list[i]);
		writes[i] = &list[i];
	}
	set.n_writes = 4096;
	set.writes = writes;
	inner = message_pack(&set);
	ns.namespace_ = name;
	ns.rwset = message_bytes(buffer_slice(inner));
	all.n_ns_rwset = 1;
	all.ns_rwset = namespaces;
	results = message_pack(&all);
	RUN(BAD_RWSET, .results = buffer_slice(results));
}

/* ---- ids ---- */

static void
test_an_id_is_used_once(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerTx tx = { .nonce = "once" };
	g_autofree char *id = NULL;
	TxPlace place;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(fixture->codes[0], ==, TX_CODE(VALID));
	g_assert_cmpint(fixture->codes[1], ==, TX_CODE(DUPLICATE_TXID));
	RUN(DUPLICATE_TXID, .nonce = "once");
	g_assert_cmpint(ledger_tx(fixture->ledger, TEXT(fabric_last_tx_id()),
				  &place, NULL),
			==, BSN_OK);
	g_assert_cmpuint(place.block, ==, 1);
	g_assert_cmpuint(place.tx, ==, 0);
	/* Before what it does is looked at. */
	RUN(DUPLICATE_TXID, .nonce = "once", .extension = rubbish());
	/* After it is known that the id is its own. */
	id = g_strdup(fabric_last_tx_id());
	RUN(BAD_PROPOSAL_TXID, .tx_id = id);
}

/* An invalid one does not take the id from a valid one behind it in its block;
 * in the ledger it has it. */
static void
test_an_invalid_one_keeps_its_id(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerTx bad = { .nonce = "once", .actions = 2 };
	const LedgerTx good = { .nonce = "once" };
	TxPlace place;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &bad));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &good));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(fixture->codes[0], ==,
			TX_CODE(INVALID_ENDORSER_TRANSACTION));
	g_assert_cmpint(fixture->codes[1], ==, TX_CODE(VALID));
	g_assert_cmpint(ledger_tx(fixture->ledger, TEXT(fabric_last_tx_id()),
				  &place, NULL),
			==, BSN_OK);
	g_assert_cmpuint(place.tx, ==, 0);
	g_assert_cmpint(place.code, ==, TX_CODE(INVALID_ENDORSER_TRANSACTION));
	RUN(DUPLICATE_TXID, .nonce = "once");
}

/* ---- configs ---- */

static void
test_configs(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	g_assert_cmpint(run_envelope(fixture,
				     fabric_config_tx(fixture, 1, TRUE, FALSE)),
			==, TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpint(run_envelope(fixture,
				     fabric_config_tx(fixture, 1, FALSE, TRUE)),
			==, TX_CODE(BAD_COMMON_HEADER));
	fixture->config_code = TX_CODE(INVALID_CONFIG_TRANSACTION);
	g_assert_cmpint(
		run_envelope(fixture, fabric_config_tx(fixture, 1, TRUE, TRUE)),
		==, TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpuint(fixture->ledger->head.last_config, ==, 0);
	fixture->config_code = TX_CODE(VALID);
	g_assert_cmpint(
		run_envelope(fixture, fabric_config_tx(fixture, 1, TRUE, TRUE)),
		==, TX_CODE(VALID));
	g_assert_cmpuint(fixture->ledger->head.last_config, ==, 4);
}

/* ---- signatures ---- */

static void
test_each_signature_is_listed_once(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerTx tx = { .nonce = "once", .endorsements = 2 };
	const LedgerTx other = { .endorsements = 1 };
	const LedgerTx broken = { .epoch = 1 };
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(IncomingBlock) block = NULL;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &broken));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &other));
	bytes = fabric_ledger_block(fixture);
	g_assert_cmpint(incoming_block_read(&fixture->suite, TEXT("one"),
					    buffer_slice(bytes), NULL, NULL,
					    &block, NULL),
			==, BSN_OK);
	g_assert_cmpuint(block->signatures->len, ==, 3 + 2);
	g_assert_cmpuint(block->txs[1].creator.index, ==, 0);
	g_assert_cmpuint(block->txs[1].endorsements[1].index, ==, 2);
	g_assert_cmpuint(block->txs[3].endorsements[0].index, ==, 4);
}

/* Workers that read a block's transactions side by side change nothing. */
static void
test_a_block_is_read_on_all_workers(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(IncomingBlock) one = NULL;
	g_autoptr(IncomingBlock) many = NULL;

	for (guint i = 0; i < 64; i++) {
		const LedgerTx tx = { .endorsements = i % 3,
				      .epoch = i % 5 == 0,
				      .other_proposal = i % 7 == 0,
				      .no_chaincode_ran = i % 11 == 0 };

		fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	}
	bytes = fabric_ledger_block(fixture);
	g_assert_cmpint(incoming_block_read(&fixture->suite, TEXT("one"),
					    buffer_slice(bytes), NULL, NULL,
					    &one, NULL),
			==, BSN_OK);
	fake_host_set_threads(4);
	g_assert_cmpint(incoming_block_read(&fixture->suite, TEXT("one"),
					    buffer_slice(bytes),
					    bsn_host_parallel(fake_host()),
					    fixture->chain, &many, NULL),
			==, BSN_OK);
	fake_host_set_threads(0);
	g_assert_cmpuint(many->n_txs, ==, one->n_txs);
	g_assert_cmpuint(many->signatures->len, ==, one->signatures->len);
	for (guint i = 0; i < one->n_txs; i++) {
		g_assert_cmpint(many->txs[i].header, ==, one->txs[i].header);
		g_assert_cmpint(many->txs[i].body, ==, one->txs[i].body);
		g_assert_cmpint(many->txs[i].content, ==, one->txs[i].content);
		assert_same(many->txs[i].tx_id, one->txs[i].tx_id);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric/ledger/codes/" name, function)
	TEST("a-good-one-is-valid", test_a_good_one);
	TEST("envelopes-and-payloads", test_envelopes);
	TEST("headers", test_headers);
	TEST("the-creators-signature", test_creator_signature);
	TEST("what-was-proposed", test_proposals);
	TEST("chaincodes-and-events", test_chaincodes);
	TEST("endorsements", test_endorsement);
	TEST("each-namespace-is-judged", test_each_namespace_is_judged);
	TEST("write-sets", test_write_sets);
	TEST("no-value-deletes", test_no_value_deletes);
	TEST("a-set-cannot-grow-without-bound",
	     test_a_set_cannot_grow_without_bound);
	TEST("an-id-is-used-once", test_an_id_is_used_once);
	TEST("an-invalid-one-keeps-its-id", test_an_invalid_one_keeps_its_id);
	TEST("configs", test_configs);
	TEST("each-signature-is-listed-once",
	     test_each_signature_is_listed_once);
	TEST("a-block-is-read-on-all-workers",
	     test_a_block_is_read_on_all_workers);
	return g_test_run();
}
