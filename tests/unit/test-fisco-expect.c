/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that are built upon one that is not decided: the same as those built
 * after the decision, and gone when another one is decided.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-members.h"

typedef struct {
	GByteArray *bytes;
	bsn_id digest;
} Proposal;

static GPtrArray *replies;

static void
free_reply(gpointer reply)
{
	fake_reply_free(reply);
}

/* ---- what consensus asks ------------------------------------------------- */

static int32_t
try_propose(const bsn_agreement *at, guint64 height, Proposal *proposal)
{
	BufferSink sink;

	proposal->bytes = g_byte_array_new();
	sink = buffer_sink(proposal->bytes, 1u << 20);
	return at->proposer->propose(at->proposer, height, &sink.sink,
				     &proposal->digest);
}

static Proposal
propose(const bsn_agreement *at, guint64 height)
{
	Proposal proposal;

	g_assert_cmpint(try_propose(at, height, &proposal), ==, BSN_OK);
	return proposal;
}

static void
proposal_clear(Proposal *proposal)
{
	g_byte_array_unref(proposal->bytes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Proposal, proposal_clear)

static int32_t
propose_status(const bsn_agreement *at, guint64 height)
{
	g_auto(Proposal) proposal;

	return try_propose(at, height, &proposal);
}

static int32_t
check(const bsn_agreement *at, guint64 height, const Proposal *proposal)
{
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;
	int32_t status =
		at->proposer->check(at->proposer, height,
				    buffer_slice(proposal->bytes), &digest,
				    &err);

	if (status == BSN_OK)
		assert_bytes(digest.bytes, digest.len, proposal->digest.bytes,
			     proposal->digest.len);
	return status;
}

static int32_t
expect(const bsn_agreement *at, guint64 height, const Proposal *proposal)
{
	return at->proposer->expect(at->proposer, height, &proposal->digest);
}

static void
decide(const Proposal *proposal)
{
	members_decide(net.chain, net.agreement, proposal->bytes);
	members_decide(net.other, net.other_agreement, proposal->bytes);
	assert_bytes(fisco_ledger(net.chain)->head.hash, HASH_LEN,
		     fisco_ledger(net.other)->head.hash, HASH_LEN);
}

static guint
kept(const FiscoChain *chain)
{
	return fisco_ledger(chain)->executed.length;
}

static guint
txs_of(const Proposal *proposal)
{
	BlockView block;

	g_assert_cmpint(block_read(&fisco_ledger(net.chain)->suite,
				   buffer_slice(proposal->bytes), &block,
				   NULL),
			==, BSN_OK);
	return (guint)block.n_txs;
}

/* ---- what waits ---------------------------------------------------------- */

static void
submit(const FiscoChain *to, const bsn_tx_request *request)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(to, &net.admins[0], request, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	g_ptr_array_add(replies, fisco_submit(to, tx));
}

static void
call(const FiscoChain *to, const char *contract, const char *function,
     const char *args)
{
	const bsn_tx_request request = fisco_invoke(&net.admins[0], contract,
						    function, args, NULL);

	submit(to, &request);
}

/* deposit() counts, so that each needs the one before it. */
static void
deposit(const FiscoChain *to, guint8 id)
{
	g_autofree char *args = g_strdup_printf(
		"[\"0x%064x\",\"a note\"]", id);

	call(to, "evidence", "deposit", args);
}

static void
assert_total(const FiscoChain *chain, const char *total)
{
	g_autoptr(json_t) result =
		fisco_result(chain, "evidence", "total", "[]");
	g_autofree char *text = json_dumps(result, JSON_ENCODE_ANY);

	g_assert_nonnull(strstr(text, total));
}

/* A chain that has the contract. */
static void
start(void)
{
	g_autofree char *options = NULL;
	bsn_tx_request request;

	members_start("std");
	replies = g_ptr_array_new_with_free_func(free_reply);
	request = fisco_deploy(&net.admins[0], "evidence", "1", &options);
	submit(net.chain, &request);
	members_block();
}

static void
stop(void)
{
	members_stop();
	g_ptr_array_unref(replies);
}

/* All that was submitted is in a block. */
static void
assert_committed(void)
{
	for (guint i = 0; i < replies->len; i++) {
		const bsn_reply *reply = replies->pdata[i];

		g_assert_cmpint(reply->status, ==, BSN_OK);
		g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	}
}

/* ---- decided as expected ------------------------------------------------- */

/* The other node executes each block only once it is decided. */
static void
test_as_expected(void)
{
	g_auto(Proposal) second = { 0 };
	g_auto(Proposal) third = { 0 };

	start();
	deposit(net.chain, 1);
	second = propose(net.agreement, 2);
	g_assert_cmpint(propose_status(net.agreement, 3), ==, BSN_BUSY);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_OK);
	g_assert_cmpint(propose_status(net.agreement, 3), ==, BSN_NOT_FOUND);
	deposit(net.chain, 2);
	call(net.chain, "evidence", "parent", "[2]");
	call(net.chain, "evidence", "parent", "[1]");
	third = propose(net.agreement, 3);
	g_assert_cmpuint(txs_of(&second), ==, 1);
	g_assert_cmpuint(txs_of(&third), ==, 3);
	decide(&second);
	assert_total(net.chain, "1");
	g_assert_cmpuint(kept(net.chain), ==, 1);
	g_assert_cmpint(check(net.agreement, 3, &third), ==, BSN_OK);
	g_assert_cmpuint(kept(net.chain), ==, 1);
	decide(&third);
	assert_total(net.chain, "2");
	g_assert_cmpuint(kept(net.chain), ==, 0);
	g_assert_cmpuint(fisco_ledger(net.chain)->pool.n, ==, 0);
	assert_committed();
	stop();
}

/* The other node checks ahead what this one made in turn. */
static void
test_checked_ahead(void)
{
	g_auto(Proposal) second = { 0 };
	g_auto(Proposal) third = { 0 };

	start();
	deposit(net.chain, 1);
	second = propose(net.agreement, 2);
	members_decide(net.chain, net.agreement, second.bytes);
	deposit(net.chain, 2);
	third = propose(net.agreement, 3);
	g_assert_cmpint(check(net.other_agreement, 2, &second), ==, BSN_OK);
	g_assert_cmpint(check(net.other_agreement, 3, &third), ==,
			BSN_UNAVAILABLE);
	g_assert_cmpint(expect(net.other_agreement, 2, &second), ==, BSN_OK);
	g_assert_cmpint(check(net.other_agreement, 3, &third), ==, BSN_OK);
	g_assert_cmpint(check(net.other_agreement, 2, &third), ==,
			BSN_CONFLICT);
	g_assert_cmpuint(kept(net.other), ==, 2);
	members_decide(net.other, net.other_agreement, second.bytes);
	members_decide(net.chain, net.agreement, third.bytes);
	members_decide(net.other, net.other_agreement, third.bytes);
	assert_total(net.other, "2");
	stop();
}

/* A block with another one's transactions. */
static Proposal
with_txs_of(const Proposal *block, const Proposal *txs)
{
	const Suite *suite = &fisco_ledger(net.chain)->suite;
	const bsn_slice none = bsn_slice_of(NULL, 0);
	Proposal made = { g_byte_array_new(), block->digest };
	BlockView a, b;

	g_assert_cmpint(block_read(suite, buffer_slice(block->bytes), &a, NULL),
			==, BSN_OK);
	g_assert_cmpint(block_read(suite, buffer_slice(txs->bytes), &b, NULL),
			==, BSN_OK);
	block_put(a.header_raw, block->digest.bytes, b.txs, none, none,
		  made.bytes);
	return made;
}

static void
test_twice(void)
{
	g_auto(Proposal) second = { 0 };
	g_auto(Proposal) third = { 0 };
	g_auto(Proposal) twice = { 0 };

	start();
	deposit(net.chain, 1);
	second = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_OK);
	deposit(net.chain, 2);
	third = propose(net.agreement, 3);
	twice = with_txs_of(&third, &second);
	g_assert_cmpint(check(net.agreement, 3, &twice), ==, BSN_DUPLICATE);
	stop();
}

/* Raft expects one after the other; there is an end to it. */
static void
test_chain(void)
{
	Proposal made[4];

	start();
	for (guint8 i = 0; i < 3; i++) {
		deposit(net.chain, (guint8)(i + 1));
		made[i] = propose(net.agreement, 2u + i);
		g_assert_cmpint(expect(net.agreement, 2u + i, &made[i]), ==,
				i < 2 ? BSN_OK : BSN_BUSY);
	}
	g_assert_cmpint(propose_status(net.agreement, 5), ==, BSN_BUSY);
	decide(&made[0]);
	g_assert_cmpint(expect(net.agreement, 4, &made[2]), ==, BSN_OK);
	deposit(net.chain, 4);
	made[3] = propose(net.agreement, 5);
	for (guint i = 1; i < 4; i++)
		decide(&made[i]);
	for (guint i = 0; i < 4; i++)
		proposal_clear(&made[i]);
	assert_total(net.chain, "4");
	assert_committed();
	stop();
}

/* What block 2 set holds for block 3, which is made before block 2 is there. */
static void
test_limits(void)
{
	g_auto(Proposal) second = { 0 };
	g_auto(Proposal) third = { 0 };

	start();
	call(net.chain, "0x1000", "setValueByKey",
	     "[\"tx_count_limit\",\"1\"]");
	second = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_OK);
	deposit(net.chain, 1);
	deposit(net.chain, 2);
	third = propose(net.agreement, 3);
	g_assert_cmpuint(txs_of(&third), ==, 1);
	decide(&second);
	decide(&third);
	stop();
}

/* ---- decided otherwise --------------------------------------------------- */

static void
test_otherwise(void)
{
	g_auto(Proposal) expected = { 0 };
	g_auto(Proposal) upon = { 0 };
	g_auto(Proposal) decided = { 0 };
	g_auto(Proposal) next = { 0 };

	start();
	deposit(net.chain, 1);
	expected = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &expected), ==, BSN_OK);
	deposit(net.chain, 2);
	upon = propose(net.agreement, 3);
	deposit(net.other, 3);
	decided = propose(net.other_agreement, 2);
	decide(&decided);
	g_assert_cmpuint(kept(net.chain), ==, 0);
	g_assert_cmpuint(fisco_ledger(net.chain)->expected.length, ==, 0);
	g_assert_cmpint(check(net.agreement, 3, &upon), ==, BSN_CONFLICT);
	g_assert_cmpint(propose_status(net.agreement, 4), ==, BSN_BUSY);
	assert_total(net.chain, "1");
	/* Its transactions wait as those of the block upon it do. */
	next = propose(net.agreement, 3);
	g_assert_cmpuint(txs_of(&next), ==, 2);
	decide(&next);
	assert_total(net.chain, "3");
	assert_committed();
	stop();
}

/* Another one of the same height may be expected instead. */
static void
test_changed_mind(void)
{
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) upon = { 0 };
	g_auto(Proposal) other = { 0 };
	g_auto(Proposal) next = { 0 };

	start();
	deposit(net.chain, 1);
	first = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &first), ==, BSN_OK);
	deposit(net.chain, 2);
	upon = propose(net.agreement, 3);
	/* The next view's: all that waits, upon the head. */
	other = propose(net.agreement, 2);
	g_assert_cmpuint(txs_of(&other), ==, 2);
	g_assert_cmpuint(kept(net.chain), ==, 3);
	g_assert_cmpint(expect(net.agreement, 2, &other), ==, BSN_OK);
	g_assert_cmpuint(kept(net.chain), ==, 2);
	g_assert_cmpint(check(net.agreement, 3, &upon), ==, BSN_CONFLICT);
	deposit(net.chain, 3);
	next = propose(net.agreement, 3);
	g_assert_cmpuint(txs_of(&next), ==, 1);
	decide(&other);
	decide(&next);
	assert_total(net.chain, "3");
	stop();
}

/* What is built upon stays, however many candidates come. */
static void
test_bounded(void)
{
	g_auto(Proposal) expected = { 0 };
	g_auto(Proposal) next = { 0 };

	start();
	deposit(net.chain, 1);
	expected = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &expected), ==, BSN_OK);
	deposit(net.chain, 2);
	for (guint i = 0; i < 10; i++) {
		g_assert_cmpint(propose_status(net.agreement, 3), ==, BSN_OK);
		fake_host_advance(1);
	}
	g_assert_cmpuint(kept(net.chain), ==, 4);
	next = propose(net.agreement, 3);
	decide(&expected);
	decide(&next);
	assert_total(net.chain, "2");
	stop();
}

/* The store refuses the decided block at first. */
static void
test_put_off(void)
{
	g_auto(Proposal) second = { 0 };
	g_auto(Proposal) third = { 0 };

	start();
	deposit(net.chain, 1);
	second = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_OK);
	deposit(net.chain, 2);
	third = propose(net.agreement, 3);
	fake_chain_set_writable(net.chain->chain, BSN_FULL);
	members_decide(net.chain, net.agreement, second.bytes);
	g_assert_cmpuint(fisco_ledger(net.chain)->head.number, ==, 1);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_BUSY);
	g_assert_cmpint(check(net.agreement, 3, &third), ==, BSN_UNAVAILABLE);
	fake_chain_set_writable(net.chain->chain, BSN_OK);
	fake_host_advance(1000);
	g_assert_cmpuint(fisco_ledger(net.chain)->head.number, ==, 2);
	g_assert_cmpint(check(net.agreement, 3, &third), ==, BSN_OK);
	members_decide(net.other, net.other_agreement, second.bytes);
	decide(&third);
	assert_total(net.chain, "2");
	stop();
}

/* ---- what cannot be had ahead -------------------------------------------- */

/* Who agrees on block 3 is not known before block 2 is decided. */
static void
test_members(void)
{
	g_auto(Proposal) second = { 0 };

	start();
	g_ptr_array_add(replies, members_send(&net.admins[0], &net.nodes[0],
					      "observer", ""));
	second = propose(net.agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &second), ==, BSN_BUSY);
	deposit(net.chain, 1);
	g_assert_cmpint(propose_status(net.agreement, 3), ==, BSN_BUSY);
	decide(&second);
	g_assert_cmpint(propose_status(net.agreement, 3), ==, BSN_OK);
	stop();
}

static void
test_unknown(void)
{
	g_auto(Proposal) elsewhere = { 0 };

	start();
	deposit(net.other, 1);
	elsewhere = propose(net.other_agreement, 2);
	g_assert_cmpint(expect(net.agreement, 2, &elsewhere), ==, BSN_BUSY);
	g_assert_cmpint(check(net.agreement, 2, &elsewhere), ==, BSN_OK);
	g_assert_cmpint(expect(net.agreement, 3, &elsewhere), ==, BSN_BUSY);
	g_assert_cmpint(expect(net.agreement, 1, &elsewhere), ==, BSN_BUSY);
	g_assert_cmpint(expect(net.agreement, 2, &elsewhere), ==, BSN_OK);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fisco_use(bsn_engine_of(fake_host_open(bsn_plugin_open)));
	g_test_add_func("/fisco-expect/is-what-it-would-be-in-turn",
			test_as_expected);
	g_test_add_func("/fisco-expect/checks-ahead", test_checked_ahead);
	g_test_add_func("/fisco-expect/a-transaction-is-in-one-of-them",
			test_twice);
	g_test_add_func("/fisco-expect/expects-a-few-in-a-row", test_chain);
	g_test_add_func("/fisco-expect/limits-are-those-after-it",
			test_limits);
	g_test_add_func("/fisco-expect/nothing-stays-when-it-is-another-one",
			test_otherwise);
	g_test_add_func("/fisco-expect/another-one-may-be-expected-instead",
			test_changed_mind);
	g_test_add_func("/fisco-expect/is-bounded", test_bounded);
	g_test_add_func("/fisco-expect/outlives-a-full-disk", test_put_off);
	g_test_add_func("/fisco-expect/not-upon-a-change-of-members",
			test_members);
	g_test_add_func("/fisco-expect/not-upon-what-is-not-known",
			test_unknown);
	return g_test_run();
}
