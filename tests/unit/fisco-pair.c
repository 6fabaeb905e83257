/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fisco-pair.h"

#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

static void
free_reply(gpointer reply)
{
	fake_reply_free(reply);
}

Ledger *
pair_ledger(const PairNode *node)
{
	return fisco_ledger(node->chain);
}

void
pair_submit(FiscoPair *pair, const GByteArray *tx)
{
	g_ptr_array_add(pair->replies, fisco_submit(pair->ahead.chain, tx));
}

static void
propose(const PairNode *node, GByteArray *proposal)
{
	BufferSink sink = buffer_sink(proposal, 64u << 20);
	bsn_proposer *proposer = node->agreement->proposer;
	bsn_id digest;

	g_byte_array_set_size(proposal, 0);
	g_assert_cmpint(proposer->propose(proposer,
					  fisco_height(node->chain) + 1,
					  &sink.sink, &digest), ==, BSN_OK);
}

static void
check(const PairNode *node, const GByteArray *proposal)
{
	bsn_proposer *proposer = node->agreement->proposer;
	bsn_err err = BSN_ERR_INIT;
	bsn_id digest;

	if (proposer->check(proposer, fisco_height(node->chain) + 1,
			    buffer_slice(proposal), &digest, &err) != BSN_OK)
		g_error("%s", err.reason);
}

static void
decide(const PairNode *node, const GByteArray *proposal)
{
	bsn_proposer *proposer = node->agreement->proposer;
	bsn_err err = BSN_ERR_INIT;

	if (proposer->decide(proposer, fisco_height(node->chain) + 1,
			     buffer_slice(proposal),
			     bsn_slice_str("certificate"), &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

static void
compare(const FiscoPair *pair)
{
	g_autoptr(bsn_reply) a = fisco_ledger_info(pair->ahead.chain);
	g_autoptr(bsn_reply) b = fisco_ledger_info(pair->serial.chain);

	g_assert_cmpuint(a->ledger.bytes, ==, b->ledger.bytes);
	g_assert_cmpuint(a->ledger.invalid_txs, ==, b->ledger.invalid_txs);
	assert_bytes(a->ledger.block_hash.bytes, 32,
		     b->ledger.block_hash.bytes, 32);
	assert_bytes(a->ledger.state_hash.bytes, 32,
		     b->ledger.state_hash.bytes, 32);
}

/* What the block had no room for waits for the next one. */
static void
drop_answered(GPtrArray *replies)
{
	for (guint i = replies->len; i-- > 0;) {
		const bsn_reply *reply = replies->pdata[i];

		if (reply->status != FAKE_PENDING)
			g_ptr_array_remove_index_fast(replies, i);
	}
}

void
pair_agree(FiscoPair *pair)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();

	propose(&pair->ahead, proposal);
	check(&pair->serial, proposal);
	check(&pair->ahead, proposal);
	decide(&pair->serial, proposal);
	decide(&pair->ahead, proposal);
	compare(pair);
	drop_answered(pair->replies);
}

void
pair_start(FiscoPair *pair, const char *config, guint threads)
{
	fisco_reset(2);
	fake_host_set_threads(threads);
	manual_consensus_add();
	pair->replies = g_ptr_array_new_with_free_func(free_reply);
	pair->ahead.chain = fisco_new("ahead", config);
	pair->ahead.agreement = manual_last();
	pair->serial.chain = fisco_copy(pair->ahead.chain, "serial");
	pair->serial.agreement = manual_last();
	pair_ledger(&pair->serial)->genesis.config.parallel = FALSE;
}

void
pair_stop(FiscoPair *pair)
{
	fake_host_set_threads(0);
	fisco_free(pair->ahead.chain);
	fisco_free(pair->serial.chain);
	g_ptr_array_unref(pair->replies);
}
