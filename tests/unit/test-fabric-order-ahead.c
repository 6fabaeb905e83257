/* SPDX-License-Identifier: Apache-2.0
 *
 * When batches are proposed, and blocks that are built upon one that is not
 * decided.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/order/candidate.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-order.h"

static FabricOrder *
small_batches(void)
{
	return fabric_order_new(json_pack("{s:{s:i, s:i}}", "batch",
					  "max_messages", 2, "timeout_ms",
					  500));
}

static void
submit(FabricOrder *fixture, guint n)
{
	while (n-- > 0)
		g_assert_true(fabric_order_submit(fixture,
						  fabric_order_tx(fixture))
				      ->accepted);
}

static int32_t
decide(FabricOrder *fixture, guint64 height, const Proposal *proposal)
{
	return hand_decide(fixture, height, buffer_slice(proposal->bytes));
}

static void
assert_nothing(FabricOrder *fixture, guint64 height, int32_t status)
{
	g_auto(Proposal) proposal = { 0 };

	g_assert_cmpint(hand_propose(fixture, height, &proposal), ==, status);
}

static void
test_at_once(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);

	assert_nothing(fixture, 1, BSN_NOT_FOUND);
	g_assert_cmpint(channel->proposer.waiting(&channel->proposer), ==,
			BSN_NOT_FOUND);
	submit(fixture, 1);
	g_assert_cmpint(channel->proposer.waiting(&channel->proposer), ==,
			BSN_OK);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	submit(fixture, 5);
	g_assert_cmpuint(hand_next(fixture), ==, 2);
	g_assert_cmpuint(hand_next(fixture), ==, 2);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	assert_nothing(fixture, 5, BSN_NOT_FOUND);
	assert_nothing(fixture, 6, BSN_BUSY);
	g_assert_cmpuint(fake_chain_timers(fixture->chain), ==, 1);
}

static void
test_ahead(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) second = { 0 };
	bsn_err err = BSN_ERR_INIT;

	submit(fixture, 4);
	g_assert_cmpint(hand_propose(fixture, 1, &first), ==, BSN_OK);
	assert_nothing(fixture, 2, BSN_BUSY);
	g_assert_cmpint(hand_check(fixture, 2, buffer_slice(first.bytes), &err),
			==, BSN_UNAVAILABLE);
	g_assert_cmpint(hand_expect(fixture, 1, &first), ==, BSN_OK);
	g_assert_cmpint(hand_expect(fixture, 1, &first), ==, BSN_OK);
	g_assert_cmpint(hand_propose(fixture, 2, &second), ==, BSN_OK);
	g_assert_cmpuint(proposal_txs(&second), ==, 2);
	/* Another node finds it good as well. */
	candidates_forget(channel);
	g_assert_cmpint(hand_check(fixture, 1, buffer_slice(first.bytes), &err),
			==, BSN_OK);
	g_assert_cmpint(hand_expect(fixture, 1, &first), ==, BSN_OK);
	g_assert_cmpint(hand_check(fixture, 2, buffer_slice(second.bytes),
				   &err),
			==, BSN_OK);
	g_assert_cmpint(hand_expect(fixture, 2, &second), ==, BSN_OK);
	g_assert_cmpint(decide(fixture, 1, &first), ==, BSN_OK);
	g_assert_cmpint(decide(fixture, 2, &second), ==, BSN_OK);
	g_assert_cmpuint(order_pending_count(channel), ==, 0);
	g_assert_cmpuint(channel->order->kept.length, ==, 0);
}

/* What is proposed upon an undecided block is a full batch, unless it has
 * waited for BatchTimeout, or the block is decided. */
static void
test_gathering(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) second = { 0 };
	guint pending;

	submit(fixture, 3);
	g_assert_cmpint(hand_propose(fixture, 1, &first), ==, BSN_OK);
	g_assert_cmpint(hand_expect(fixture, 1, &first), ==, BSN_OK);
	assert_nothing(fixture, 2, BSN_NOT_FOUND);
	pending = channel->agreement->pending;
	fake_host_advance(499);
	g_assert_cmpuint(channel->agreement->pending, ==, pending);
	fake_host_advance(1);
	g_assert_cmpuint(channel->agreement->pending, ==, pending + 1);
	g_assert_cmpint(hand_propose(fixture, 2, &second), ==, BSN_OK);
	g_assert_cmpuint(proposal_txs(&second), ==, 1);
}

static void
test_gathering_ends(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) first = { 0 };
	guint pending;

	submit(fixture, 3);
	hand_propose(fixture, 1, &first);
	hand_expect(fixture, 1, &first);
	assert_nothing(fixture, 2, BSN_NOT_FOUND);
	pending = channel->agreement->pending;
	g_assert_cmpint(decide(fixture, 1, &first), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpuint(channel->agreement->pending, ==, pending + 1);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
}

/* Another one is decided than was built upon. */
static void
test_other_decided(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) one = { 0 };
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) second = { 0 };
	bsn_err err = BSN_ERR_INIT;

	submit(fixture, 1);
	hand_propose(fixture, 1, &one);
	submit(fixture, 3);
	hand_propose(fixture, 1, &first);
	hand_expect(fixture, 1, &first);
	hand_propose(fixture, 2, &second);
	g_assert_cmpuint(channel->order->kept.length, ==, 3);
	g_assert_cmpint(decide(fixture, 1, &one), ==, BSN_OK);
	g_assert_cmpuint(channel->order->kept.length, ==, 0);
	g_assert_cmpint(hand_check(fixture, 2, buffer_slice(second.bytes),
				   &err),
			==, BSN_CONFLICT);
	g_assert_cmpuint(hand_next(fixture), ==, 2);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
}

static void
test_other_expected(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) one = { 0 };
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) second = { 0 };

	submit(fixture, 1);
	hand_propose(fixture, 1, &one);
	submit(fixture, 3);
	hand_propose(fixture, 1, &first);
	hand_expect(fixture, 1, &first);
	hand_propose(fixture, 2, &second);
	g_assert_cmpint(hand_expect(fixture, 1, &one), ==, BSN_OK);
	g_assert_cmpuint(channel->order->kept.length, ==, 2);
	g_assert_cmpint(hand_expect(fixture, 2, &second), ==, BSN_BUSY);
	proposal_clear(&second);
	g_assert_cmpint(hand_propose(fixture, 2, &second), ==, BSN_OK);
	g_assert_cmpuint(proposal_txs(&second), ==, 2);
}

/* After a config others may agree, by other rules. */
static void
test_not_upon_config(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	g_auto(Proposal) config = { 0 };

	fabric_order_submit(fixture, fabric_order_update(fixture, 7));
	g_assert_cmpint(hand_propose(fixture, 1, &config), ==, BSN_OK);
	g_assert_cmpint(hand_expect(fixture, 1, &config), ==, BSN_BUSY);
	config.digest.bytes[0] ^= 1;
	g_assert_cmpint(hand_expect(fixture, 1, &config), ==, BSN_BUSY);
}

static void
test_bounded(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);

	for (guint i = 0; i < 9; i++) {
		g_auto(Proposal) proposal = { 0 };

		submit(fixture, 1);
		if (i < 2)
			hand_propose(fixture, 1, &proposal);
		else
			channel->config->max_message_count = i + 1;
		hand_propose(fixture, 1, &proposal);
	}
	g_assert_cmpuint(channel->order->kept.length, ==, CANDIDATES_MAX);
}

static void
test_behind(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Channel *channel = fabric_order_channel(fixture);
	bsn_id id;

	channel->proposer.behind(&channel->proposer, 9, bsn_slice_str("key"));
	g_assert_cmpuint(others.behind, ==, 0);
	channel->net = (struct FabricNet *)(void *)fixture;
	channel->proposer.behind(&channel->proposer, 9, bsn_slice_str("key"));
	channel->net = NULL;
	g_assert_cmpuint(others.behind, ==, 9);
	g_assert_cmpint(channel->proposer.chain_id(&channel->proposer, &id), ==,
			BSN_OK);
	g_assert_cmpuint(id.len, ==, HASH_LEN);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/ahead/idle-proposes-at-once", test_at_once);
	g_test_add_func("/fabric/ahead/blocks-upon-undecided-ones", test_ahead);
	g_test_add_func("/fabric/ahead/a-small-batch-waits-for-its-time",
			test_gathering);
	g_test_add_func("/fabric/ahead/a-small-batch-waits-for-the-decision",
			test_gathering_ends);
	g_test_add_func("/fabric/ahead/another-block-is-decided",
			test_other_decided);
	g_test_add_func("/fabric/ahead/another-block-is-expected",
			test_other_expected);
	g_test_add_func("/fabric/ahead/nothing-is-built-upon-a-config",
			test_not_upon_config);
	g_test_add_func("/fabric/ahead/candidates-are-bounded", test_bounded);
	g_test_add_func("/fabric/ahead/blocks-of-others-are-asked-for",
			test_behind);
	return g_test_run();
}
