/* SPDX-License-Identifier: Apache-2.0
 *
 * The FISCO engine as its users see it: on chains of both kinds of
 * cryptography, with the plugins of the build.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-chain.h"

#define STD "{\"crypto\":\"std\"}"
#define SM "{\"crypto\":\"sm\"}"
#define WITH_ID "{\"crypto\":\"std\",\"chain_id\":20001}"

static FiscoChain *chain;
static Account alice;

static void
start(const char *config)
{
	fisco_reset(1);
	chain = fisco_new("one", config);
	alice = fisco_account(chain, 1);
}

/* With the contract deployed, in block 1. */
static void
start_with_contract(const char *config)
{
	start(config);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
}

/* A signed deposit, not submitted. */
static GByteArray *
signed_deposit(guint8 id, const char *options)
{
	g_autofree char *args = g_strdup_printf(
		"[\"0x%064x\",\"a deed\"]", id);
	bsn_tx_request request = fisco_invoke(&alice, "evidence", "deposit",
					      args, options);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	GByteArray *tx = fisco_build(chain, &alice, &request, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	return tx;
}

static bsn_reply *
send(const GByteArray *tx)
{
	bsn_reply *reply = fisco_submit(chain, tx);

	fake_host_settle();
	return reply;
}

static void
assert_refused(bsn_reply *reply, int32_t status, int32_t native)
{
	g_assert_cmpint(reply->status, ==, status);
	g_assert_cmpint(reply->err.native, ==, native);
	g_assert_cmpstr(reply->err.reason, !=, "");
	fake_reply_free(reply);
}

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	fake_reply_free(reply);
}

/* ---- the life of a chain ------------------------------------------------ */

static void
test_deploy_and_use(gconstpointer config)
{
	g_autoptr(json_t) title = NULL;
	g_autoptr(json_t) note = NULL;
	g_autoptr(json_t) detail = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	g_autofree char *address = NULL;

	start(config);
	address = fisco_deployed(chain, &alice, "evidence", NULL);
	title = fisco_result(chain, "evidence", "title", NULL);
	g_assert_cmpstr(json_string_value(title), ==, "land registry");

	reply = fisco_deposit(chain, &alice, "evidence", 0xaa, "a deed");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(reply->tx.block, ==, 2);
	detail = fisco_json(reply->tx.detail);
	g_assert_cmpstr(json_string_value(json_object_get(detail, "to")), ==,
			address);
	g_assert_cmpstr(json_string_value(json_object_get(detail, "result")),
			==, "1");
	note = fisco_result(chain, address, "note",
			    "[\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			    "aaaaaaaaaaaaaaaaaaaaaaaa\"]");
	g_assert_cmpstr(json_string_value(note), ==, "a deed");
	fisco_free(chain);
}

/* What submit said last and what tx->get says are the same. */
static void
test_look_up(gconstpointer config)
{
	g_autoptr(bsn_reply) sent = NULL;
	g_autoptr(bsn_reply) found = NULL;
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;

	start_with_contract(config);
	sent = fisco_deposit(chain, &alice, "evidence", 1, "a deed");
	found = fisco_get(chain, sent->tx.tx_id);
	g_assert_cmpint(found->status, ==, BSN_OK);
	g_assert_cmpuint(found->tx.stage, ==, BSN_TX_COMMITTED);
	first = fake_text(sent->tx.detail);
	second = fake_text(found->tx.detail);
	g_assert_cmpstr(first, ==, second);
	sent->tx.tx_id.bytes[0] ^= 1;
	fake_reply_free(g_steal_pointer(&found));
	found = fisco_get(chain, sent->tx.tx_id);
	g_assert_cmpint(found->status, ==, BSN_NOT_FOUND);
	fisco_free(chain);
}

static void
test_members(void)
{
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(bsn_reply) status = NULL;
	g_autoptr(json_t) members = NULL;

	start(SM);
	reply = fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);
	fake_asked(reply, chain->engine->chain->members(fisco_ledger(chain),
							reply, &reply->err));
	members = fisco_json(reply->json);
	g_assert_cmpuint(json_array_size(members), ==, 1);
	g_assert_cmpstr(json_string_value(json_object_get(
				json_array_get(members, 0), "algorithm")),
			==, "sm2");
	status = fisco_status(chain);
	g_assert_cmpuint(status->chain_status.members, ==, 1);
	g_assert_cmpuint(status->chain_status.state, ==, BSN_CHAIN_RUNNING);
	fisco_free(chain);
}

/* ---- blocks ------------------------------------------------------------- */

static void
test_hash_chain(gconstpointer config)
{
	bsn_id previous = { 0 };
	guint64 bytes = 0;
	guint64 txs = 0;
	g_autoptr(bsn_reply) info = NULL;

	start_with_contract(config);
	for (guint8 i = 1; i < 10; i++)
		assert_committed(
			fisco_deposit(chain, &alice, "evidence", i, "a deed"));
	info = fisco_ledger_info(chain);
	g_assert_cmpuint(info->ledger.height, ==, 10);
	for (guint64 number = 0; number <= 10; number++) {
		g_autoptr(bsn_reply) block = fisco_block(
			chain, number, BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
		g_autoptr(json_t) detail = fisco_json(block->block.detail);

		g_assert_cmpuint(block->block.number, ==, number);
		g_assert_cmpuint(json_array_size(
					 json_object_get(detail, "txs")),
				 ==, number == 0 ? 0 : 1);
		g_assert_cmpuint(json_string_length(
					 json_object_get(detail, "raw")),
				 ==, 2 + 2 * block->block.bytes);
		if (number > 0)
			assert_bytes(block->block.previous_hash.bytes, 32,
				     previous.bytes, 32);
		previous = block->block.hash;
		bytes += block->block.bytes;
		txs += block->block.txs;
	}
	assert_bytes(info->ledger.block_hash.bytes, 32, previous.bytes, 32);
	g_assert_cmpuint(info->ledger.bytes, ==, bytes);
	g_assert_cmpuint(info->ledger.txs, ==, txs);
	fisco_free(chain);
}

static int32_t
find_block(guint32 by, const bsn_id *id, guint64 *number)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_BLOCK);
	const bsn_block_query query = { .size = sizeof(query),
					.by = by,
					.number = 99,
					.id = bsn_id_slice(id) };

	fake_asked(reply, chain->engine->block->get(fisco_ledger(chain),
						    &query, reply,
						    &reply->err));
	*number = reply->block.number;
	return reply->status;
}

static void
test_find_blocks(void)
{
	g_autoptr(bsn_reply) sent = NULL;
	g_autoptr(bsn_reply) block = NULL;
	guint64 number;

	start_with_contract(STD);
	sent = fisco_deposit(chain, &alice, "evidence", 1, "a deed");
	block = fisco_block(chain, 2, 0);
	g_assert_cmpint(find_block(BSN_BLOCK_LATEST, &sent->tx.tx_id, &number),
			==, BSN_OK);
	g_assert_cmpuint(number, ==, 2);
	g_assert_cmpint(find_block(BSN_BLOCK_BY_TX, &sent->tx.tx_id, &number),
			==, BSN_OK);
	g_assert_cmpuint(number, ==, 2);
	g_assert_cmpint(find_block(BSN_BLOCK_BY_HASH, &block->block.hash,
				   &number),
			==, BSN_OK);
	g_assert_cmpuint(number, ==, 2);
	g_assert_cmpint(find_block(BSN_BLOCK_BY_HASH, &sent->tx.tx_id,
				   &number),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(find_block(BSN_BLOCK_BY_NUMBER, &sent->tx.tx_id,
				   &number),
			==, BSN_NOT_FOUND);
	fisco_free(chain);
}

/* ---- replay ------------------------------------------------------------- */

static void
test_replay(gconstpointer config)
{
	g_autoptr(GByteArray) tx = NULL;

	start_with_contract(config);
	tx = signed_deposit(1, NULL);
	assert_committed(send(tx));
	assert_refused(send(tx), BSN_DUPLICATE, 10001);
	fake_chain_close(chain->chain);
	fisco_reopen(chain);
	assert_refused(send(tx), BSN_DUPLICATE, 10001);
	g_assert_cmpuint(fisco_height(chain), ==, 2);
	fisco_free(chain);
}

static void
test_known(void)
{
	g_autoptr(GByteArray) tx = NULL;
	g_autoptr(GByteArray) other = NULL;
	bsn_reply *first;

	start_with_contract("{\"crypto\":\"std\",\"consensus\":"
			    "{\"name\":\"solo\",\"pipeline\":1}}");
	tx = signed_deposit(1, NULL);
	other = signed_deposit(2, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	first = fisco_submit(chain, tx);
	/* A block is on its way to the disk, so the next one waits. */
	{
		bsn_reply *waiting = fisco_submit(chain, other);
		g_autoptr(bsn_reply) found = NULL;

		g_assert_cmpuint(waiting->tx.stage, ==, BSN_TX_ACCEPTED);
		found = fisco_get(chain, waiting->tx.tx_id);
		g_assert_cmpuint(found->tx.stage, ==, BSN_TX_ACCEPTED);
		assert_refused(send(other), BSN_DUPLICATE, 10000);
		fake_chain_set_automatic(chain->chain, TRUE);
		fake_host_settle();
		assert_committed(first);
		assert_committed(waiting);
	}
	fisco_free(chain);
}

/* After the range a nonce is forgotten, and the transaction has expired. */
static void
test_after_range(void)
{
	g_autoptr(GByteArray) tx = NULL;

	start_with_contract("{\"crypto\":\"std\",\"block_limit_range\":5}");
	tx = signed_deposit(1, "{\"block_limit\":6}");
	assert_committed(send(tx));
	for (guint8 i = 2; i <= 6; i++) {
		assert_refused(send(tx), i < 6 ? BSN_DUPLICATE : BSN_EXPIRED,
			       i < 6 ? 10001 : 16);
		if (i < 6)
			assert_committed(fisco_deposit(
				chain, &alice, "evidence", i, "a deed"));
	}
	fisco_free(chain);
}

/* The same at FISCO's own range, with a restart in it. */
static void
test_thousand_blocks(void)
{
	g_autoptr(GByteArray) tx = NULL;
	bsn_tx_request request;

	start_with_contract(STD);
	tx = signed_deposit(1, "{\"block_limit\":1001}");
	assert_committed(send(tx));
	request = fisco_invoke(&alice, "evidence", "title", NULL, NULL);
	while (fisco_height(chain) < 1000)
		assert_committed(fisco_do(chain, &alice, &request));
	fake_chain_close(chain->chain);
	fisco_reopen(chain);
	assert_refused(send(tx), BSN_DUPLICATE, 10001);
	assert_committed(fisco_do(chain, &alice, &request));
	assert_refused(send(tx), BSN_EXPIRED, 16);
	fisco_free(chain);
}

static void
test_block_limit(void)
{
	g_autoptr(GByteArray) last = NULL;
	g_autoptr(GByteArray) past = NULL;

	start_with_contract(STD);
	last = signed_deposit(1, "{\"block_limit\":3}");
	past = signed_deposit(2, "{\"block_limit\":2}");
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 3, "a deed"));
	assert_refused(send(past), BSN_EXPIRED, 16);
	assert_committed(send(last));
	fisco_free(chain);
}

/* Signed for another chain of the same kind. */
static void
test_other_chain(void)
{
	g_autoptr(GByteArray) tx = NULL;
	FiscoChain *other;

	start_with_contract(WITH_ID);
	tx = signed_deposit(1, NULL);
	fisco_free(chain);
	other = fisco_new("two", "{\"crypto\":\"std\",\"chain_id\":2}");
	chain = other;
	assert_refused(send(tx), BSN_BAD_REQUEST, 10002);
	fisco_free(chain);
	chain = fisco_new("three", "{\"crypto\":\"std\",\"chain_id\":20001,"
				   "\"group_id\":2}");
	assert_refused(send(tx), BSN_BAD_REQUEST, 10003);
	fisco_free(chain);
}

/* Nobody has told the chains apart: they do it themselves. */
static void
test_own_chain_id(gconstpointer config)
{
	g_autoptr(GByteArray) tx = NULL;

	start_with_contract(config);
	tx = signed_deposit(1, NULL);
	assert_committed(send(tx));
	fisco_free(chain);
	chain = fisco_new("another-name", config);
	assert_refused(send(tx), BSN_BAD_REQUEST, 10002);
	fisco_free(chain);
}

static void
test_forged(gconstpointer config)
{
	g_autoptr(GByteArray) tx = NULL;
	bsn_reply *reply;

	start_with_contract(config);
	tx = signed_deposit(1, NULL);
	/* Within the last integer, s. */
	tx->data[tx->len - 5] ^= 1;
	reply = send(tx);
	/* secp256k1 may recover somebody else, who then is the sender. */
	if (reply->status == BSN_OK) {
		g_autoptr(json_t) detail = fisco_json(reply->tx.detail);
		g_autoptr(bsn_reply) own = fisco_deposit(
			chain, &alice, "evidence", 9, "a deed");
		g_autoptr(json_t) mine = fisco_json(own->tx.detail);

		g_assert_cmpstr(json_string_value(
					json_object_get(detail, "from")),
				!=,
				json_string_value(
					json_object_get(mine, "from")));
		fake_reply_free(reply);
	} else {
		assert_refused(reply, BSN_BAD_SIGNATURE, 5);
	}
	fisco_free(chain);
}

/* ---- crashes and the disk ----------------------------------------------- */

/* Only what was answered "committed" must be there afterwards; what was not on
 * disk is gone whole, and the same transaction can come again. */
static void
test_crash(gconstpointer config)
{
	g_autoptr(GByteArray) tx = NULL;
	bsn_reply *lost;
	bsn_id id;
	g_autoptr(bsn_reply) found = NULL;

	start_with_contract(config);
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 1, "a deed"));
	tx = signed_deposit(2, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	lost = send(tx);
	g_assert_cmpint(lost->status, ==, FAKE_PENDING);
	g_assert_true(lost->accepted);
	id = lost->tx.tx_id;
	g_assert_cmpuint(fisco_height(chain), ==, 2);
	found = fisco_get(chain, id);
	g_assert_cmpuint(found->tx.stage, ==, BSN_TX_ACCEPTED);
	fake_chain_crash(chain->chain);
	fake_reply_free(lost);
	fake_chain_set_automatic(chain->chain, TRUE);
	fisco_reopen(chain);
	g_assert_cmpuint(fisco_height(chain), ==, 2);
	fake_reply_free(g_steal_pointer(&found));
	found = fisco_get(chain, id);
	g_assert_cmpint(found->status, ==, BSN_NOT_FOUND);
	assert_committed(send(tx));
	g_assert_cmpuint(fisco_height(chain), ==, 3);
	fisco_free(chain);
}

/* A crash right after the first opening. */
static void
test_crash_at_birth(void)
{
	fisco_reset(1);
	chain = fisco_new("one", STD);
	fake_chain_crash(chain->chain);
	fisco_reopen(chain);
	g_assert_cmpuint(fisco_height(chain), ==, 0);
	fisco_free(chain);
}

static void
test_full(void)
{
	g_autoptr(GByteArray) tx = NULL;
	g_autoptr(bsn_reply) status = NULL;

	start_with_contract(STD);
	tx = signed_deposit(1, NULL);
	fake_chain_set_writable(chain->chain, BSN_FULL);
	assert_refused(send(tx), BSN_FULL, 29);
	status = fisco_status(chain);
	g_assert_cmpuint(status->chain_status.state, ==, BSN_CHAIN_READONLY);
	fake_chain_set_writable(chain->chain, BSN_OK);
	assert_committed(send(tx));
	fisco_free(chain);
}

/* The store fills up while transactions wait: they are in a block as soon as
 * there is room again. */
static void
test_full_in_between(void)
{
	g_autoptr(GByteArray) first = NULL;
	g_autoptr(GByteArray) second = NULL;
	bsn_reply *one;
	bsn_reply *two;

	start_with_contract("{\"crypto\":\"std\",\"consensus\":"
			    "{\"name\":\"solo\",\"pipeline\":1}}");
	first = signed_deposit(1, NULL);
	second = signed_deposit(2, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	one = fisco_submit(chain, first);
	two = fisco_submit(chain, second);
	fake_chain_set_writable(chain->chain, BSN_FULL);
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	assert_committed(one);
	g_assert_cmpint(two->status, ==, FAKE_PENDING);
	fake_host_advance(1000);
	g_assert_cmpint(two->status, ==, FAKE_PENDING);
	fake_chain_set_writable(chain->chain, BSN_OK);
	fake_host_advance(1000);
	assert_committed(two);
	fisco_free(chain);
}

/* Whoever waits when the chain closes is told. */
static void
test_close(void)
{
	g_autoptr(GByteArray) first = NULL;
	g_autoptr(GByteArray) second = NULL;
	bsn_reply *one;
	bsn_reply *two;

	start_with_contract("{\"crypto\":\"std\",\"consensus\":"
			    "{\"name\":\"solo\",\"pipeline\":1}}");
	first = signed_deposit(1, NULL);
	second = signed_deposit(2, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	one = fisco_submit(chain, first);
	two = fisco_submit(chain, second);
	fake_chain_close(chain->chain);
	g_assert_cmpint(two->status, !=, FAKE_PENDING);
	g_assert_cmpint(one->status, !=, FAKE_PENDING);
	fake_reply_free(one);
	fake_reply_free(two);
	fake_chain_set_automatic(chain->chain, TRUE);
	fisco_reopen(chain);
	fisco_free(chain);
}

static void
test_damaged_head(void)
{
	bsn_err err = BSN_ERR_INIT;

	start_with_contract(STD);
	fake_chain_close(chain->chain);
	fake_chain_put(chain->chain, bsn_slice_str("m"), bsn_slice_str("x"));
	g_assert_cmpint(fake_chain_open(chain->chain, chain->engine,
					buffer_slice(chain->genesis), &err),
			==, BSN_E_CORRUPT);
	fake_chain_free(chain->chain);
	g_byte_array_unref(chain->genesis);
	g_free(chain);
}

/* What is damaged is told in words that fit into a line. */
static void
test_damaged_genesis(void)
{
	g_autoptr(GByteArray) genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	guint at = 0;

	start_with_contract(STD);
	fake_chain_close(chain->chain);
	g_assert_cmpint(fisco_genesis("one", STD, genesis, &err), ==, BSN_OK);
	while (memcmp(genesis->data + at, "solo", 4) != 0)
		g_assert_cmpuint(++at + 4, <=, genesis->len);
	genesis->data[at + 2] = '\n';
	g_assert_cmpint(fake_chain_open(chain->chain, chain->engine,
					buffer_slice(genesis), &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "consensus"));
	g_assert_null(strchr(err.reason, '\n'));
	fisco_reopen(chain);
	fisco_free(chain);
}

static void
test_other_genesis(void)
{
	g_autoptr(GByteArray) genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	start_with_contract(STD);
	fake_chain_close(chain->chain);
	g_assert_cmpint(fisco_genesis("two", STD, genesis, &err), ==, BSN_OK);
	g_assert_cmpint(fake_chain_open(chain->chain, chain->engine,
					buffer_slice(genesis), &err),
			==, BSN_E_CORRUPT);
	fisco_reopen(chain);
	fisco_free(chain);
}

/* ---- the pool ----------------------------------------------------------- */

static void
test_pool_full(void)
{
	g_autoptr(GByteArray) first = NULL;
	g_autoptr(GByteArray) second = NULL;
	g_autoptr(GByteArray) third = NULL;
	bsn_reply *one;
	bsn_reply *two;

	start_with_contract("{\"crypto\":\"std\",\"pool_max\":1,\"consensus\":"
			    "{\"name\":\"solo\",\"pipeline\":1}}");
	first = signed_deposit(1, NULL);
	second = signed_deposit(2, NULL);
	third = signed_deposit(3, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	one = fisco_submit(chain, first);
	two = fisco_submit(chain, second);
	assert_refused(send(third), BSN_BUSY, 28);
	fake_chain_set_automatic(chain->chain, TRUE);
	fake_host_settle();
	assert_committed(one);
	assert_committed(two);
	assert_committed(send(third));
	fisco_free(chain);
}

/* A batch that is partly wrong: each item has its own answer. */
static void
test_batch(gconstpointer config)
{
	enum { N = 100 };
	bsn_submission items[N];
	g_autoptr(GPtrArray) txs = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);

	start_with_contract(config);
	for (guint i = 0; i < N; i++) {
		GByteArray *tx = signed_deposit((guint8)i, NULL);

		if (i % 10 == 3)
			g_byte_array_set_size(tx, tx->len - 1);
		g_ptr_array_add(txs, tx);
		items[i] = (bsn_submission){
			.size = sizeof(items[i]),
			.tx = buffer_slice(tx),
			.reply = fake_reply_new(chain->chain,
						FAKE_ANSWER_TX_STAGES),
		};
	}
	g_assert_cmpint(chain->engine->tx->submit(fisco_ledger(chain), items,
						  N, NULL),
			==, BSN_OK);
	fake_host_settle();
	for (guint i = 0; i < N; i++) {
		if (i % 10 == 3)
			assert_refused(items[i].reply, BSN_BAD_REQUEST, 10005);
		else
			assert_committed(items[i].reply);
	}
	g_assert_cmpuint(fisco_height(chain), ==, 2);
	fisco_free(chain);
}

/* ---- several chains, idle chains ---------------------------------------- */

static void
test_two_chains(void)
{
	FiscoChain *other;
	g_autoptr(json_t) here = NULL;
	bsn_tx_request request;
	int32_t status;

	start_with_contract(STD);
	other = fisco_new("two", SM);
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 1, "a deed"));
	here = fisco_result(chain, "evidence", "total", NULL);
	g_assert_cmpstr(json_string_value(here), ==, "1");
	g_assert_cmpuint(fisco_height(other), ==, 0);
	request = fisco_invoke(NULL, "evidence", "total", NULL, NULL);
	g_assert_null(fisco_call(other, &request, &status, NULL));
	g_assert_cmpint(status, ==, BSN_NOT_FOUND);
	fisco_free(other);
	fisco_free(chain);
}

/* After a while without blocks nothing is armed any more, and what was let go
 * comes back when it is needed. */
static void
test_idle(void)
{
	g_autoptr(GByteArray) tx = NULL;

	start_with_contract(STD);
	tx = signed_deposit(1, NULL);
	assert_committed(send(tx));
	fake_host_advance(300000);
	g_assert_cmpuint(fake_chain_timers(chain->chain), ==, 0);
	assert_refused(send(tx), BSN_DUPLICATE, 10001);
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 2, "a deed"));
	fisco_free(chain);
}

/* A host may be just about to give a timer that is cancelled. */
static void
test_late_timers(void)
{
	start(STD);
	for (guint i = 0; i < 64; i++) {
		chain->engine->chain->timer(fisco_ledger(chain), i);
		chain->engine->chain->timer(fisco_ledger(chain),
					    G_GUINT64_CONSTANT(1) << i);
	}
	fisco_free(chain);
}

/* ---- signing ------------------------------------------------------------ */

static void
test_state_is_checked(void)
{
	static const guint8 garbage[] = { 0xc3, 0x01, 0x02, 0x03 };
	const guint8 signature[65] = { 1 };
	g_autoptr(bsn_reply) reply = NULL;

	start(STD);
	reply = fake_reply_new(chain->chain, FAKE_ANSWER_SIGNABLE);
	fake_asked(reply, chain->engine->tx->sign_round(
				  fisco_ledger(chain),
				  bsn_slice_of(garbage, sizeof(garbage)),
				  bsn_slice_of(signature, 65), reply,
				  &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_BAD_REQUEST);
	fisco_free(chain);
}

/* Signed by another key than the one that asked. */
static void
test_other_signer(gconstpointer config)
{
	bsn_tx_request request;
	Account bob;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	start_with_contract(config);
	bob = fisco_account(chain, 2);
	request = fisco_invoke(&alice, "evidence", "spin", NULL, NULL);
	g_assert_null(fisco_build(chain, &bob, &request, &status, &err));
	g_assert_cmpint(status, ==, BSN_BAD_SIGNATURE);
	fisco_free(chain);
}

static void
both(const char *name, void (*test)(gconstpointer))
{
	g_autofree char *std = g_strconcat("/fisco/std/", name, NULL);
	g_autofree char *sm = g_strconcat("/fisco/sm/", name, NULL);

	g_test_add_data_func(std, STD, test);
	g_test_add_data_func(sm, SM, test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	both("a-contract-is-deployed-and-used", test_deploy_and_use);
	both("a-transaction-is-found-again", test_look_up);
	both("each-block-names-the-one-before", test_hash_chain);
	both("what-is-in-a-block-is-not-taken-again", test_replay);
	both("a-forged-transaction-is-not-its-signers", test_forged);
	both("a-crash-loses-what-was-not-answered", test_crash);
	both("each-of-a-batch-has-its-own-answer", test_batch);
	both("only-the-named-key-signs", test_other_signer);
	g_test_add_func("/fisco/timers/that-nobody-waits-for",
			test_late_timers);
	both("a-chain-has-an-id-of-its-own", test_own_chain_id);
	g_test_add_func("/fisco/members/are-told", test_members);
	g_test_add_func("/fisco/blocks/are-found", test_find_blocks);
	g_test_add_func("/fisco/replay/what-waits-is-known", test_known);
	g_test_add_func("/fisco/replay/after-the-range-it-has-expired",
			test_after_range);
	g_test_add_func("/fisco/replay/a-thousand-blocks-are-remembered",
			test_thousand_blocks);
	g_test_add_func("/fisco/replay/block-limits-hold", test_block_limit);
	g_test_add_func("/fisco/replay/other-chains-refuse-it",
			test_other_chain);
	g_test_add_func("/fisco/disk/a-crash-at-birth", test_crash_at_birth);
	g_test_add_func("/fisco/disk/full-is-told-at-the-door", test_full);
	g_test_add_func("/fisco/disk/full-in-between-only-delays",
			test_full_in_between);
	g_test_add_func("/fisco/disk/a-damaged-head-is-told",
			test_damaged_head);
	g_test_add_func("/fisco/disk/another-genesis-is-refused",
			test_other_genesis);
	g_test_add_func("/fisco/disk/a-damaged-genesis-is-told-in-a-line",
			test_damaged_genesis);
	g_test_add_func("/fisco/close/answers-whoever-waits", test_close);
	g_test_add_func("/fisco/pool/full-is-told", test_pool_full);
	g_test_add_func("/fisco/chains/are-apart", test_two_chains);
	g_test_add_func("/fisco/chains/idle-ones-let-go", test_idle);
	g_test_add_func("/fisco/signing/a-wrong-state-is-refused",
			test_state_is_checked);
	return g_test_run();
}
