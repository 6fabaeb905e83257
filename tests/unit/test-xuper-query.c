/* SPDX-License-Identifier: Apache-2.0
 *
 * What a chain tells of itself: ledger, blocks and their proof, transactions,
 * status, what somebody has.
 */
#include <jansson.h>

#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/engine-xuper/query/query.h"
#include "bsn/proof.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-nodes.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static json_t *
json_of(bsn_slice text)
{
	json_t *json =
		json_loadb((const char *)text.data, (size_t)text.len, 0, NULL);

	g_assert_nonnull(json);
	return json;
}

static const char *
text_in(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	g_assert_nonnull(text);
	return text;
}

static json_int_t
number_in(const json_t *json, const char *name)
{
	g_assert_true(json_is_integer(json_object_get(json, name)));
	return json_integer_value(json_object_get(json, name));
}

/* A chain with one transfer in block 1; its id. */
static XuperNodes *
chain_with_transfer(guint8 txid[HASH_LEN])
{
	XuperNodes *all = nodes_new(1, 1, "single");
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 1000);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

	nodes_settle(all);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	memcpy(txid, tx->id, HASH_LEN);
	return all;
}

static bsn_reply *
ask_block(XuperNodes *all, bsn_block_query query)
{
	bsn_reply *reply =
		fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_BLOCK);

	query.size = sizeof(query);
	fake_asked(reply,
		   nodes_engine()->block->get(nodes_ledger(all, 0), &query,
					      reply, &reply->err));
	return reply;
}

/* ---- ledger and blocks ---- */

static void
test_ledger(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	g_autoptr(bsn_reply) reply =
		fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_LEDGER);
	g_autoptr(json_t) detail = NULL;

	fake_asked(reply, nodes_engine()->ledger->info(nodes_ledger(all, 0),
						       reply, &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(reply->ledger.height, ==, 1);
	g_assert_cmpuint(reply->ledger.txs, ==, 2);
	g_assert_cmpuint(reply->ledger.block_hash.len, ==, HASH_LEN);
	detail = json_of(reply->ledger.detail);
	g_assert_cmpstr(text_in(detail, "crypto"), ==, "default");
	g_assert_true(json_is_object(json_object_get(detail, "config")));
}

static void
test_blocks(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	const bsn_slice id = bsn_slice_of(txid, HASH_LEN);
	g_autoptr(bsn_reply) latest =
		ask_block(all, (bsn_block_query){ .by = BSN_BLOCK_LATEST });
	g_autoptr(bsn_reply) first =
		ask_block(all, (bsn_block_query){ .by = BSN_BLOCK_BY_NUMBER });
	g_autoptr(bsn_reply) by_tx = ask_block(
		all, (bsn_block_query){ .by = BSN_BLOCK_BY_TX, .id = id });
	g_autoptr(bsn_reply) by_hash = ask_block(
		all,
		(bsn_block_query){ .by = BSN_BLOCK_BY_HASH,
				   .id = bsn_id_slice(&latest->block.hash) });

	g_assert_cmpuint(latest->block.number, ==, 1);
	g_assert_cmpuint(latest->block.txs, ==, 1);
	g_assert_cmpuint(first->block.number, ==, 0);
	g_assert_cmpuint(by_tx->block.number, ==, 1);
	g_assert_cmpuint(by_hash->block.number, ==, 1);
	assert_bytes(latest->block.previous_hash.bytes, HASH_LEN,
		     first->block.hash.bytes, HASH_LEN);
}

static void
test_no_blocks(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	static const guint8 other[HASH_LEN] = { 1 };
	const struct {
		bsn_block_query query;
		int32_t status;
	} cases[] = {
		{ { .by = BSN_BLOCK_BY_NUMBER, .number = 2 }, BSN_NOT_FOUND },
		{ { .by = BSN_BLOCK_BY_NUMBER, .number = G_MAXUINT64 },
		  BSN_NOT_FOUND },
		{ { .by = BSN_BLOCK_BY_HASH,
		    .id = bsn_slice_of(other, HASH_LEN) },
		  BSN_NOT_FOUND },
		{ { .by = BSN_BLOCK_BY_TX,
		    .id = bsn_slice_of(other, HASH_LEN) },
		  BSN_NOT_FOUND },
		{ { .by = BSN_BLOCK_BY_TX, .id = bsn_slice_of(other, 31) },
		  BSN_BAD_REQUEST },
		{ { .by = 99 }, BSN_BAD_REQUEST },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(bsn_reply) reply = ask_block(all, cases[i].query);

		g_assert_cmpint(reply->status, ==, cases[i].status);
	}
}

static void
test_block_json(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	g_autoptr(bsn_reply) reply =
		ask_block(all, (bsn_block_query){ .by = BSN_BLOCK_LATEST,
						  .want = BSN_BLOCK_WITH_TXS });
	g_autoptr(json_t) detail = json_of(reply->block.detail);
	g_autofree char *id = hex_encode(bsn_slice_of(txid, HASH_LEN));
	const json_t *tx = json_array_get(json_object_get(detail, "txs"), 0);
	const json_t *output =
		json_array_get(json_object_get(tx, "tx_outputs"), 0);

	g_assert_cmpint(number_in(detail, "height"), ==, 1);
	g_assert_cmpint(number_in(detail, "tx_count"), ==, 1);
	g_assert_true(json_is_true(json_object_get(detail, "in_trunk")));
	g_assert_cmpstr(text_in(detail, "proposer"), ==,
			nodes_ledger(all, 0)->node_address);
	g_assert_null(json_object_get(detail, "raw"));
	g_assert_cmpstr(text_in(tx, "txid"), ==, id);
	g_assert_cmpstr(text_in(tx, "initiator"), ==,
			all->people[0].who.address);
	g_assert_cmpstr(text_in(output, "amount"), ==, "1000");
	g_assert_cmpstr(text_in(output, "to_addr"), ==,
			all->people[1].who.address);
}

/* ---- proofs ---- */

static GByteArray *
raw_of(XuperNodes *all, guint64 number)
{
	g_autoptr(bsn_reply) reply =
		ask_block(all, (bsn_block_query){ .by = BSN_BLOCK_BY_NUMBER,
						  .number = number,
						  .want = BSN_BLOCK_WITH_RAW });
	g_autoptr(json_t) detail = json_of(reply->block.detail);
	const char *hex = text_in(detail, "raw");
	GByteArray *raw = g_byte_array_new();

	g_assert_true(hex_decode(hex, strlen(hex), raw));
	return raw;
}

static int32_t
judge(const XuperNodes *all, const bsn_member *members, guint64 n,
      const GByteArray *raw, GByteArray *json)
{
	BufferSink sink = buffer_sink(json, 4096);
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = nodes_engine()->block->verify(
		buffer_slice(all->genesis), members, n, buffer_slice(raw),
		&sink.sink, &err);

	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	return status;
}

static void
test_proof(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	g_autoptr(GByteArray) raw = raw_of(all, 1);
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(json_t) told = NULL;
	const XuperPerson other = xuper_person(&all->suite, 77);
	const bsn_member stranger = {
		.size = sizeof(stranger),
		.role = BSN_ROLE_CONSENSUS,
		.algorithm = all->suite.algorithm,
		.public_key = bsn_slice_of(other.public_key, PUBLIC_KEY_LEN)
	};

	g_assert_cmpint(judge(all, NULL, 0, raw, json), ==, BSN_OK);
	told = json_of(buffer_slice(json));
	g_assert_cmpint(number_in(told, "number"), ==, 1);
	g_assert_cmpint(number_in(told, "txs"), ==, 1);
	g_assert_cmpint(number_in(told, "members"), ==, 1);
	g_assert_cmpint(judge(all, &stranger, 1, raw, json), ==,
			BSN_BAD_SIGNATURE);
}

static void
test_forged_proof(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	g_autoptr(GByteArray) raw = raw_of(all, 1);
	g_autoptr(GByteArray) genesis = raw_of(all, 0);
	g_autoptr(GByteArray) json = g_byte_array_new();

	g_assert_cmpint(judge(all, NULL, 0, genesis, json), ==,
			BSN_BAD_REQUEST);
	for (guint at = 0; at < raw->len; at += 7) {
		raw->data[at] ^= 1;
		g_assert_cmpint(judge(all, NULL, 0, raw, json), !=, BSN_OK);
		raw->data[at] ^= 1;
	}
	g_byte_array_set_size(raw, raw->len - 1);
	g_assert_cmpint(judge(all, NULL, 0, raw, json), ==, BSN_BAD_REQUEST);
	g_assert_cmpuint(json->len, ==, 0);
}

/* Three blocks that one certificate makes final. */
static XuperNodes *
chain_of_three(void)
{
	XuperNodes *all = nodes_new(1, 1, "xpoa");
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id id = { 0 };

	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     bytes, &id),
				==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &id), ==, BSN_OK);
	nodes_settle(all);
	g_assert_cmpuint(nodes_height(all, 0), ==, 3);
	return all;
}

/* Changes a proof; what is then said of it. */
static void
assert_changed(const XuperNodes *all, const GByteArray *raw,
	       void (*change)(Bsn__Proof__BlockProof *proof), int32_t expected)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) json = g_byte_array_new();
	g_autoptr(GByteArray) changed = NULL;
	Bsn__Proof__BlockProof *proof =
		message_unpack(&arena, &bsn__proof__block_proof__descriptor,
			       buffer_slice(raw), NULL, NULL);

	change(proof);
	changed = message_pack(proof);
	g_assert_cmpint(judge(all, NULL, 0, changed, json), ==, expected);
}

static void
nothing(Bsn__Proof__BlockProof *proof)
{
}

static void
without_last(Bsn__Proof__BlockProof *proof)
{
	proof->n_headers--;
}

static void
without_first(Bsn__Proof__BlockProof *proof)
{
	proof->headers++;
	proof->n_headers--;
}

static void
twice(Bsn__Proof__BlockProof *proof)
{
	proof->headers[1] = proof->headers[0];
}

static void
no_certificate(Bsn__Proof__BlockProof *proof)
{
	proof->certificate.len = 1;
}

static void
test_headers(void)
{
	g_autoptr(XuperNodes) all = chain_of_three();
	g_autoptr(GByteArray) raw = raw_of(all, 1);
	g_autoptr(GByteArray) own = raw_of(all, 3);

	assert_changed(all, raw, nothing, BSN_OK);
	assert_changed(all, own, nothing, BSN_OK);
	/* The manual certificate is good for any block; a real one is not. */
	assert_changed(all, raw, without_last, BSN_OK);
	assert_changed(all, raw, without_first, BSN_BAD_REQUEST);
	assert_changed(all, raw, twice, BSN_BAD_REQUEST);
	assert_changed(all, raw, no_certificate, BSN_BAD_SIGNATURE);
}

static void
some_certificate(Bsn__Proof__BlockProof *proof)
{
	static const char bytes[] = "certificate";

	proof->certificate = message_bytes(bsn_slice_str(bytes));
}

static void
of_later_protocol(Bsn__Proof__BlockProof *proof)
{
	some_certificate(proof);
	proof->protocol = (char *)"xpoa";
}

/* A chain may have begun without certificates: those that come are judged by the
 * protocol that the proof names. */
static void
test_later_protocol(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	g_autoptr(GByteArray) raw = raw_of(all, 1);

	assert_changed(all, raw, nothing, BSN_OK);
	assert_changed(all, raw, some_certificate, BSN_NOT_OFFERED);
	assert_changed(all, raw, of_later_protocol, BSN_BAD_SIGNATURE);
}

/* ---- transactions ---- */

static bsn_reply *
ask_tx(XuperNodes *all, bsn_slice id)
{
	bsn_reply *reply = fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_TX);

	fake_asked(reply, nodes_engine()->tx->get(nodes_ledger(all, 0), id,
						  reply, &reply->err));
	return reply;
}

static void
test_txs(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	static const guint8 other[HASH_LEN] = { 1 };
	g_autoptr(bsn_reply) there = ask_tx(all, bsn_slice_of(txid, HASH_LEN));
	g_autoptr(bsn_reply) unknown =
		ask_tx(all, bsn_slice_of(other, HASH_LEN));
	g_autoptr(bsn_reply) none = ask_tx(all, bsn_slice_of(other, 3));
	g_autoptr(json_t) detail = json_of(there->tx.detail);

	g_assert_cmpuint(there->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(there->tx.block, ==, 1);
	g_assert_cmpstr(text_in(detail, "code"), ==, "OK");
	g_assert_cmpint(unknown->status, ==, BSN_NOT_FOUND);
	g_assert_cmpint(none->status, ==, BSN_BAD_REQUEST);
}

/* Nobody makes blocks there. */
static void
test_waiting_tx(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "xpoa");
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 1000);
	g_autoptr(bsn_reply) submitted = nodes_submit(all, 0, tx);
	g_autoptr(bsn_reply) waits =
		ask_tx(all, bsn_slice_of(tx->id, HASH_LEN));
	g_autoptr(bsn_reply) status =
		fake_reply_new(all->nodes[0].chain, FAKE_ANSWER_STATUS);
	g_autoptr(json_t) detail = NULL;

	g_assert_cmpuint(waits->tx.stage, ==, BSN_TX_ACCEPTED);
	g_assert_cmpint(submitted->status, ==, SIM_PENDING);
	fake_asked(status, nodes_engine()->status->get(nodes_ledger(all, 0),
						       status, &status->err));
	g_assert_cmpuint(status->chain_status.state, ==, BSN_CHAIN_RUNNING);
	g_assert_cmpuint(status->chain_status.pending_txs, ==, 1);
	g_assert_cmpuint(status->chain_status.members, ==, 1);
	detail = json_of(status->chain_status.detail);
	g_assert_cmpint(number_in(json_object_get(detail, "trunk"), "height"),
			==, 0);
	g_assert_cmpint(number_in(json_object_get(detail, "pool"), "txs"), ==,
			1);
	g_assert_cmpstr(text_in(json_object_get(detail, "consensus"), "name"),
			==, "xpoa");
	g_assert_cmpstr(text_in(detail, "role"), ==, "consensus");
	g_assert_cmpstr(text_in(detail, "account"), ==,
			nodes_ledger(all, 0)->node_address);
	nodes_close_all(all);
}

/* ---- $utxo ---- */

/* Asks; what it answers. Arguments as NAME, VALUE, ..., NULL. */
static json_t *
ask_utxo(XuperNodes *all, const char *method, gboolean read_only,
	 int32_t expected, const char *name, const char *value,
	 const char *name2, const char *value2)
{
	bsn_ledger *ledger = nodes_ledger(all, 0);
	const SandboxEnv env = { .config = ledger->config,
				 .suite = &ledger->suite,
				 .height = ledger->durable + 1 };
	g_autoptr(Sandbox) box =
		sandbox_new(ledger_root(ledger->ledger)->layer, &env);
	Xldgpb__Argument args[] = { XLDGPB__ARGUMENT__INIT,
				    XLDGPB__ARGUMENT__INIT };
	Xldgpb__Argument *list[] = { &args[0], &args[1] };
	KernelCall call = { .box = box,
			    .args = list,
			    .n_args = name2 != NULL ? 2 : 1,
			    .output = g_byte_array_new(),
			    .read_only = read_only };
	bsn_err err = BSN_ERR_INIT;
	json_t *answer = NULL;
	const KernelMethod *found =
		kernel_find(bsn_slice_str("$utxo"), bsn_slice_str(method));

	g_assert_nonnull(found);
	args[0].key = (char *)name;
	args[0].value.data = (uint8_t *)value;
	args[0].value.len = strlen(value);
	if (name2 != NULL) {
		args[1].key = (char *)name2;
		args[1].value.data = (uint8_t *)value2;
		args[1].value.len = strlen(value2);
	}
	g_assert_cmpint(found->run(&call, &err), ==, expected);
	if (expected == BSN_OK)
		answer = json_of(buffer_slice(call.output));
	g_byte_array_unref(call.output);
	return answer;
}

static void
test_utxo(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	const char *bob = all->people[1].who.address;
	g_autoptr(json_t) balance = ask_utxo(all, "balance", TRUE, BSN_OK,
					     "address", bob, NULL, NULL);
	g_autoptr(json_t) detail = ask_utxo(all, "balance_detail", TRUE, BSN_OK,
					    "address", bob, NULL, NULL);
	g_autoptr(json_t) list =
		ask_utxo(all, "list", TRUE, BSN_OK, "address", bob, NULL, NULL);
	g_autoptr(json_t) one = ask_utxo(all, "list", TRUE, BSN_OK, "address",
					 bob, "limit", "1");
	g_autoptr(json_t) chosen =
		ask_utxo(all, "select", TRUE, BSN_OK, "address", bob, "amount",
			 "1000001");

	g_assert_cmpstr(text_in(balance, "balance"), ==, "1001000");
	g_assert_cmpstr(text_in(balance, "frozen"), ==, "0");
	g_assert_cmpint(number_in(balance, "utxos"), ==, 2);
	g_assert_cmpstr(text_in(json_array_get(detail, 0), "balance"), ==,
			"1001000");
	g_assert_cmpuint(json_array_size(json_object_get(list, "utxoList")), ==,
			 2);
	g_assert_true(json_is_false(json_object_get(list, "more")));
	g_assert_cmpuint(json_array_size(json_object_get(one, "utxoList")), ==,
			 1);
	g_assert_true(json_is_true(json_object_get(one, "more")));
	g_assert_cmpstr(text_in(chosen, "totalSelected"), ==, "1001000");
}

static void
test_utxo_refuses(void)
{
	guint8 txid[HASH_LEN];
	g_autoptr(XuperNodes) all = chain_with_transfer(txid);
	const char *bob = all->people[1].who.address;

	ask_utxo(all, "balance", FALSE, BSN_DENIED, "address", bob, NULL, NULL);
	ask_utxo(all, "balance", TRUE, BSN_BAD_REQUEST, "who", bob, NULL, NULL);
	ask_utxo(all, "list", TRUE, BSN_BAD_REQUEST, "address", bob, "limit",
		 "0");
	ask_utxo(all, "select", TRUE, BSN_BAD_REQUEST, "address", bob, "amount",
		 "-1");
	ask_utxo(all, "select", TRUE, BSN_DENIED, "address", bob, "amount",
		 "1001001");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/query/ledger", test_ledger);
	g_test_add_func("/xuper/query/blocks", test_blocks);
	g_test_add_func("/xuper/query/blocks-that-are-not", test_no_blocks);
	g_test_add_func("/xuper/query/a-block-in-words", test_block_json);
	g_test_add_func("/xuper/query/a-block-proves-itself", test_proof);
	g_test_add_func("/xuper/query/a-changed-block-does-not",
			test_forged_proof);
	g_test_add_func("/xuper/query/a-later-block-proves-it", test_headers);
	g_test_add_func("/xuper/query/later-protocol", test_later_protocol);
	g_test_add_func("/xuper/query/transactions", test_txs);
	g_test_add_func("/xuper/query/a-transaction-that-waits",
			test_waiting_tx);
	g_test_add_func("/xuper/query/what-an-address-has", test_utxo);
	g_test_add_func("/xuper/query/utxo-is-for-questions",
			test_utxo_refuses);
	return g_test_run();
}
