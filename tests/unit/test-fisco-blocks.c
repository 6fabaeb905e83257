/* SPDX-License-Identifier: Apache-2.0
 *
 * Two nodes of the FISCO engine: what one proposes the other executes to the
 * same block, and what was tampered with it does not vote for. Their consensus
 * is the test itself.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

#define CONFIG(crypto)                                                         \
	"{\"crypto\":\"" crypto "\",\"consensus\":{\"name\":\"manual\"}}"

/* ---- two nodes ---------------------------------------------------------- */

typedef struct {
	FiscoChain *chain;
	bsn_agreement *agreement;
} Node;

static Node one, two;
static Account alice, bob;

static void
start(const char *config)
{
	fisco_reset(2);
	manual_consensus_add();
	one.chain = fisco_new("one", config);
	one.agreement = manual_last();
	two.chain = fisco_copy(one.chain, "two");
	two.agreement = manual_last();
	alice = fisco_account(one.chain, 1);
	bob = fisco_account(one.chain, 2);
}

static void
stop(void)
{
	fisco_free(one.chain);
	fisco_free(two.chain);
}

static int32_t
propose(const Node *node, GByteArray *proposal, bsn_id *digest)
{
	BufferSink sink = buffer_sink(proposal, 64u << 20);

	g_byte_array_set_size(proposal, 0);
	return node->agreement->proposer->propose(
		node->agreement->proposer, fisco_height(node->chain) + 1,
		&sink.sink, digest);
}

static int32_t
check(const Node *node, const GByteArray *proposal, bsn_id *digest,
      bsn_err *err)
{
	return node->agreement->proposer->check(
		node->agreement->proposer, fisco_height(node->chain) + 1,
		buffer_slice(proposal), digest, err);
}

static void
decide(const Node *node, const GByteArray *proposal)
{
	bsn_err err = BSN_ERR_INIT;

	if (node->agreement->proposer->decide(
		    node->agreement->proposer, fisco_height(node->chain) + 1,
		    buffer_slice(proposal), bsn_slice_str("certificate"),
		    &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

static void
assert_same_heads(void)
{
	g_autoptr(bsn_reply) a = fisco_ledger_info(one.chain);
	g_autoptr(bsn_reply) b = fisco_ledger_info(two.chain);

	g_assert_cmpuint(a->ledger.height, ==, b->ledger.height);
	g_assert_cmpuint(a->ledger.txs, ==, b->ledger.txs);
	g_assert_cmpuint(a->ledger.invalid_txs, ==, b->ledger.invalid_txs);
	g_assert_cmpuint(a->ledger.bytes, ==, b->ledger.bytes);
	assert_bytes(a->ledger.block_hash.bytes, 32,
		     b->ledger.block_hash.bytes, 32);
	assert_bytes(a->ledger.state_hash.bytes, 32,
		     b->ledger.state_hash.bytes, 32);
}

static bsn_reply *
send(const Account *account, const bsn_tx_request *request)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(one.chain, account, request, &status, &err);
	bsn_reply *reply;

	if (tx == NULL)
		g_error("%s", err.reason);
	reply = fisco_submit(one.chain, tx);
	g_assert_true(reply->accepted);
	return reply;
}

/* What waits at the first node becomes a block of both; the transactions'
 * replies are settled then. */
static void
agree(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	bsn_id proposed, checked;

	g_assert_cmpint(propose(&one, proposal, &proposed), ==, BSN_OK);
	if (check(&two, proposal, &checked, &err) != BSN_OK)
		g_error("%s", err.reason);
	assert_bytes(proposed.bytes, proposed.len, checked.bytes,
		     checked.len);
	decide(&two, proposal);
	decide(&one, proposal);
	assert_same_heads();
}

static void
deploy(void)
{
	g_autofree char *options = NULL;
	bsn_tx_request request =
		fisco_deploy(&alice, "evidence", NULL, &options);
	g_autoptr(bsn_reply) reply = send(&alice, &request);

	agree();
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
}

static bsn_reply *
deposit(guint id)
{
	g_autofree char *args =
		g_strdup_printf("[\"0x%064x\",\"a deed\"]", id);
	bsn_tx_request request =
		fisco_invoke(&alice, "evidence", "deposit", args, NULL);

	return send(&alice, &request);
}

/* ---- tests -------------------------------------------------------------- */

static void
test_agree(gconstpointer config)
{
	start(config);
	deploy();
	for (guint block = 0; block < 5; block++) {
		bsn_reply *replies[4];

		for (guint i = 0; i < 4; i++)
			replies[i] = deposit(4 * block + i / 2);
		agree();
		for (guint i = 0; i < 4; i++) {
			g_assert_cmpint(replies[i]->tx.stage, ==,
					i % 2 == 0 ? BSN_TX_COMMITTED
						   : BSN_TX_INVALID);
			fake_reply_free(replies[i]);
		}
	}
	g_assert_cmpuint(one.agreement->applied, ==, 6);
	stop();
}

/* Deciding without having checked, as a node that was not asked to vote. */
static void
test_unchecked(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;
	bsn_id digest;

	start(CONFIG("std"));
	deploy();
	reply = deposit(1);
	g_assert_cmpint(propose(&one, proposal, &digest), ==, BSN_OK);
	decide(&two, proposal);
	decide(&one, proposal);
	assert_same_heads();
	stop();
}

/* A clock that is far behind agrees to nothing, and cannot keep its node from
 * what the others decided. */
static void
test_clock_behind(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;

	start(CONFIG("std"));
	deploy();
	reply = deposit(1);
	fake_host_advance(60001);
	g_assert_cmpint(propose(&one, proposal, &digest), ==, BSN_OK);
	fake_host_set_wall_behind(60001);
	g_assert_cmpint(check(&two, proposal, &digest, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "clock"));
	fake_host_set_wall_behind(60000);
	g_assert_cmpint(check(&two, proposal, &digest, &err), ==, BSN_OK);
	fake_host_set_wall_behind(120000);
	decide(&two, proposal);
	decide(&one, proposal);
	assert_same_heads();
	stop();
}

/* No byte of a proposal can be changed unnoticed. */
static void
test_tampered(gconstpointer config)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;
	guint step;

	start(config);
	deploy();
	reply = deposit(1);
	g_assert_cmpint(propose(&one, proposal, &digest), ==, BSN_OK);
	step = MAX(proposal->len / 300, 1);
	for (guint at = 0; at < proposal->len; at += step) {
		proposal->data[at] ^= 1;
		g_assert_cmpint(check(&two, proposal, &digest, &err), !=,
				BSN_OK);
		proposal->data[at] ^= 1;
	}
	g_assert_cmpint(check(&two, proposal, &digest, &err), ==, BSN_OK);
	decide(&one, proposal);
	decide(&two, proposal);
	assert_same_heads();
	stop();
}

/* A block whose transactions are in the chain already. */
static void
test_repeated(void)
{
	g_autoptr(GByteArray) first = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;

	start(CONFIG("std"));
	deploy();
	reply = deposit(1);
	g_assert_cmpint(propose(&one, first, &digest), ==, BSN_OK);
	decide(&one, first);
	decide(&two, first);
	g_assert_cmpint(check(&two, first, &digest, &err), ==, BSN_CONFLICT);
	stop();
}

static void
test_not_next(void)
{
	bsn_id digest;
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 1 << 20);

	start(CONFIG("std"));
	g_assert_cmpint(propose(&one, proposal, &digest), ==, BSN_NOT_FOUND);
	g_assert_cmpint(one.agreement->proposer->propose(
				one.agreement->proposer, 7, &sink.sink,
				&digest),
			==, BSN_BUSY);
	g_assert_cmpint(one.agreement->proposer->decide(
				one.agreement->proposer, 7,
				bsn_slice_of(NULL, 0), bsn_slice_of(NULL, 0),
				NULL),
			==, BSN_E_STATE);
	stop();
}

/* The store refuses a decided block: it is applied when there is room. */
static void
test_decided_while_full(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	g_autoptr(bsn_reply) reply = NULL;
	bsn_id digest;

	start(CONFIG("std"));
	deploy();
	reply = deposit(1);
	g_assert_cmpint(propose(&one, proposal, &digest), ==, BSN_OK);
	fake_chain_set_writable(two.chain->chain, BSN_BUSY);
	decide(&one, proposal);
	decide(&two, proposal);
	g_assert_cmpuint(fisco_height(two.chain), ==, 1);
	fake_chain_set_writable(two.chain->chain, BSN_OK);
	fake_host_advance(1000);
	g_assert_cmpuint(two.agreement->applied, ==, 2);
	assert_same_heads();
	stop();
}

/* ---- random mixes of transactions --------------------------------------- */

static bsn_reply *
random_tx(GRand *rand)
{
	static const char *const functions[] = { "deposit", "divide", "pair",
						 "parent", "shout", "spin" };
	const char *function = functions[g_rand_int_range(rand, 0, 6)];
	const Account *who = g_rand_boolean(rand) ? &alice : &bob;
	g_autofree char *args = NULL;
	bsn_tx_request request;

	if (strcmp(function, "deposit") == 0)
		args = g_strdup_printf("[\"0x%064x\",\"%s\"]",
				       g_rand_int_range(rand, 0, 30),
				       g_rand_boolean(rand) ? "deed" : "no");
	else if (strcmp(function, "divide") == 0)
		args = g_strdup_printf("[9,%d]", g_rand_int_range(rand, 0, 2));
	else if (strcmp(function, "parent") == 0 ||
		 strcmp(function, "shout") == 0)
		args = g_strdup_printf("[%d]", g_rand_int_range(rand, 0, 4));
	request = fisco_invoke(who, "evidence", function, args,
			       "{\"gas\":3000000}");
	return send(who, &request);
}

static bsn_reply *
random_deploy(GRand *rand, guint number)
{
	g_autofree char *name =
		g_strdup_printf("c%d", g_rand_int_range(rand, 0, 6));
	g_autofree char *version = g_strdup_printf("%u", number);
	g_autofree char *options = NULL;
	const Account *who = name[1] % 2 == 0 ? &alice : &bob;
	bsn_tx_request request =
		fisco_deploy(who, name, version, &options);

	return send(who, &request);
}

static void
test_random(gconstpointer config)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(11);
	guint number = 0;

	start(config);
	deploy();
	for (guint block = 0; block < 20; block++) {
		g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(
			(GDestroyNotify)fake_reply_free);
		guint n = (guint)g_rand_int_range(rand, 1, 12);

		for (guint i = 0; i < n; i++)
			g_ptr_array_add(replies,
					g_rand_int_range(rand, 0, 8) == 0
						? random_deploy(rand, number++)
						: random_tx(rand));
		while (((bsn_reply *)replies->pdata[n - 1])->status ==
		       FAKE_PENDING)
			agree();
		for (guint i = 0; i < n; i++)
			g_assert_cmpint(
				((bsn_reply *)replies->pdata[i])->status, ==,
				BSN_OK);
	}
	/* The other node tells the same of every block. */
	for (guint64 height = 0; height <= fisco_height(one.chain); height++) {
		guint64 want = BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW;
		g_autoptr(bsn_reply) a = fisco_block(one.chain, height, want);
		g_autoptr(bsn_reply) b = fisco_block(two.chain, height, want);

		g_assert_true(bsn_slice_equal(a->block.detail,
					      b->block.detail));
	}
	stop();
}

/* Blocks are cut at their gas: what does not fit waits for the next one. */
static void
test_gas_limit(void)
{
	bsn_reply *replies[6];

	start("{\"crypto\":\"std\",\"block_gas_max\":3000000,"
	      "\"tx_gas_max\":3000000,\"consensus\":{\"name\":\"manual\"}}");
	deploy();
	for (guint i = 0; i < 6; i++) {
		bsn_tx_request request = fisco_invoke(
			&alice, "evidence", "spin", NULL, "{\"gas\":1000000}");

		replies[i] = send(&alice, &request);
	}
	agree();
	g_assert_cmpint(replies[2]->status, ==, BSN_OK);
	g_assert_cmpint(replies[3]->status, ==, FAKE_PENDING);
	agree();
	for (guint i = 0; i < 6; i++) {
		g_assert_cmpint(replies[i]->tx.native, ==, 12);
		g_assert_cmpuint(replies[i]->tx.block, ==, 2 + i / 3);
		fake_reply_free(replies[i]);
	}
	stop();
}

/* A further node that opens the same store goes on where it ended. */
static void
test_restart(void)
{
	g_autoptr(bsn_reply) reply = NULL;

	start(CONFIG("std"));
	deploy();
	fake_chain_close(two.chain->chain);
	fisco_reopen(two.chain);
	two.agreement = manual_last();
	g_assert_cmpuint(two.agreement->applied, ==, 1);
	reply = deposit(1);
	agree();
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fisco-nodes/std/execute-to-the-same-block",
			     CONFIG("std"), test_agree);
	g_test_add_data_func("/fisco-nodes/sm/execute-to-the-same-block",
			     CONFIG("sm"), test_agree);
	g_test_add_data_func("/fisco-nodes/std/no-byte-changes-unnoticed",
			     CONFIG("std"), test_tampered);
	g_test_add_data_func("/fisco-nodes/sm/no-byte-changes-unnoticed",
			     CONFIG("sm"), test_tampered);
	g_test_add_data_func("/fisco-nodes/std/random-mixes-agree",
			     CONFIG("std"), test_random);
	g_test_add_data_func("/fisco-nodes/sm/random-mixes-agree",
			     CONFIG("sm"), test_random);
	g_test_add_func("/fisco-nodes/a-clock-that-is-behind-only-abstains",
			test_clock_behind);
	g_test_add_func("/fisco-nodes/one-decides-what-it-did-not-check",
			test_unchecked);
	g_test_add_func("/fisco-nodes/a-block-does-not-come-twice",
			test_repeated);
	g_test_add_func("/fisco-nodes/heights-come-in-order", test_not_next);
	g_test_add_func("/fisco-nodes/a-decision-waits-for-the-store",
			test_decided_while_full);
	g_test_add_func("/fisco-nodes/blocks-end-at-their-gas",
			test_gas_limit);
	g_test_add_func("/fisco-nodes/one-goes-on-after-a-restart",
			test_restart);
	return g_test_run();
}
