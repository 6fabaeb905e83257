/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain that is opened, transactions at its door, blocks that become final;
 * what a crash leaves.
 */
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-nodes.h"

static guint64
tokens(const XuperNodes *all, guint node, guint person)
{
	bsn_ledger *ledger = nodes_ledger(all, node);
	bsn_err err = BSN_ERR_INIT;
	guint64 value = 0;
	Balance balance;

	g_assert_cmpint(
		balance_get(ledger_root(ledger->ledger)->layer,
			    bsn_slice_str(all->people[person].who.address),
			    nodes_height(all, node), &balance, &err),
		==, BSN_OK);
	for (guint i = 0; i < AMOUNT_LEN; i++)
		value = value << 8 | balance.total[i];
	return value;
}

static void
test_transfer(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 1000);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

	nodes_settle(all);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(reply->tx.block, ==, 1);
	g_assert_cmpuint(reply->tx.index, ==, 0);
	assert_bytes(reply->tx.tx_id.bytes, reply->tx.tx_id.len, tx->id,
			HASH_LEN);
	g_assert_cmpuint(nodes_height(all, 0), ==, 1);
	g_assert_cmpuint(tokens(all, 0, 0), ==, PEOPLE_TOKENS - 1000);
	g_assert_cmpuint(tokens(all, 0, 1), ==, PEOPLE_TOKENS + 1000);
	g_assert_cmpuint(fake_chain_blocks(all->nodes[0].chain)->len, ==, 1);
	/* An idle chain is silent. */
	g_assert_cmpuint(fake_chain_timers(all->nodes[0].chain), ==, 0);
}

/* Each stands on the one before; both in one batch, in one block or more. */
static void
test_batch(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
	bsn_submission items[5];
	Tx *txs[5];
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 5; i++)
		txs[i] = nodes_transfer(all, i == 3 ? 2 : 0, 1, 10);
	/* A second time the same, and what is none. */
	tx_unref(txs[4]);
	txs[4] = tx_ref(txs[1]);
	for (guint i = 0; i < 5; i++)
		items[i] = (bsn_submission){
			.size = sizeof(bsn_submission),
			.tx = txs[i]->bytes,
			.reply = fake_reply_new(all->nodes[0].chain,
						FAKE_ANSWER_TX_STAGES)
		};
	items[2].tx.len--;
	g_assert_cmpint(nodes_engine()->tx->submit(nodes_ledger(all, 0), items,
						   5, &err),
			==, BSN_OK);
	for (guint i = 0; i < 5; i++)
		fake_asked(items[i].reply, BSN_OK);
	nodes_settle(all);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(items[i].reply->status, ==, BSN_OK);
	g_assert_cmpint(items[2].reply->status, ==, BSN_BAD_REQUEST);
	g_assert_cmpint(items[2].reply->err.native, ==, XUPER_FORMAT);
	g_assert_cmpint(items[3].reply->status, ==, BSN_OK);
	g_assert_cmpint(items[4].reply->status, ==, BSN_DUPLICATE);
	g_assert_cmpint(items[4].reply->err.native, ==, XUPER_DUPLICATE);
	for (guint i = 0; i < 5; i++) {
		fake_reply_free(items[i].reply);
		tx_unref(txs[i]);
	}
}

static void
test_refused(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
	const Person before = all->people[0];
	g_autoptr(Tx) first = nodes_transfer(all, 0, 1, 10);
	g_autoptr(bsn_reply) one = nodes_submit(all, 0, first);
	g_autoptr(bsn_reply) again = NULL;
	g_autoptr(bsn_reply) spent = NULL;
	g_autoptr(Tx) second = NULL;

	nodes_settle(all);
	g_assert_cmpint(one->status, ==, BSN_OK);
	again = nodes_submit(all, 0, first);
	g_assert_cmpint(again->status, ==, BSN_DUPLICATE);
	all->people[0] = before;
	second = nodes_transfer(all, 0, 2, 20);
	spent = nodes_submit(all, 0, second);
	g_assert_cmpint(spent->status, ==, BSN_CONFLICT);
	g_assert_cmpint(spent->err.native, ==, XUPER_DOUBLE_SPEND);
	g_assert_cmpuint(pool_count(nodes_ledger(all, 0)->pool), ==, 0);
}

static void
test_store_refuses(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 10);
	g_autoptr(bsn_reply) refused = NULL;
	g_autoptr(bsn_reply) taken = NULL;

	fake_chain_set_writable(all->nodes[0].chain, BSN_FULL);
	refused = nodes_submit(all, 0, tx);
	g_assert_cmpint(refused->status, ==, BSN_FULL);
	fake_chain_set_writable(all->nodes[0].chain, BSN_OK);
	taken = nodes_submit(all, 0, tx);
	nodes_settle(all);
	g_assert_cmpint(taken->status, ==, BSN_OK);
}

static void
test_reopen(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
	guint8 id[HASH_LEN];

	for (guint i = 0; i < 3; i++) {
		g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
		g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

		nodes_settle(all);
		g_assert_cmpint(reply->status, ==, BSN_OK);
	}
	memcpy(id, nodes_ledger(all, 0)->totals.id, HASH_LEN);
	nodes_close(all, 0);
	nodes_reopen(all, 0);
	nodes_settle(all);
	g_assert_cmpuint(nodes_height(all, 0), ==, 3);
	assert_bytes(nodes_ledger(all, 0)->totals.id, HASH_LEN, id,
			HASH_LEN);
	g_assert_cmpuint(tokens(all, 0, 1), ==, PEOPLE_TOKENS + 15);
	/* Only new blocks are announced. */
	g_assert_cmpuint(fake_chain_blocks(all->nodes[0].chain)->len, ==, 0);
}

/* Who waits when the chain closes is told so. */
static void
test_close_waiting(void)
{
	g_autoptr(XuperNodes) all = nodes_new(2, 2, "xpoa");
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 10);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

	g_assert_true(reply->accepted);
	nodes_close(all, 0);
	g_assert_cmpint(reply->status, ==, BSN_UNAVAILABLE);
}

/* After each number of batches that are on disk the chain is whole, nothing that
 * was answered is lost, and it goes on. */
static void
test_crash(void)
{
	for (guint durable = 0; durable < 8; durable++) {
		g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");
		bsn_chain *chain = all->nodes[0].chain;
		g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(
			(GDestroyNotify)fake_reply_free);
		g_autoptr(GPtrArray) txs = g_ptr_array_new_with_free_func(
			(GDestroyNotify)tx_unref);
		guint answered = 0;

		fake_chain_make_durable(chain, 100);
		fake_chain_set_automatic(chain, FALSE);
		for (guint i = 0; i < 3; i++) {
			g_ptr_array_add(txs, nodes_transfer(all, 0, 1, 7));
			g_ptr_array_add(replies, nodes_submit(all, 0,
							      txs->pdata[i]));
			fake_host_settle();
		}
		fake_chain_make_durable(chain, durable);
		for (guint i = 0; i < 3; i++)
			answered += ((bsn_reply *)replies->pdata[i])->status ==
				    BSN_OK;
		nodes_crash(all, 0);
		fake_chain_set_automatic(chain, TRUE);
		nodes_reopen(all, 0);
		nodes_settle(all);
		g_assert_cmpuint(nodes_height(all, 0), >=, answered);
		g_assert_cmpuint(tokens(all, 0, 1), ==,
				 PEOPLE_TOKENS + 7 * nodes_height(all, 0));
		/* What was lost is taken again, what was not is known. */
		for (guint i = 0; i < 3; i++) {
			g_autoptr(bsn_reply) reply =
				nodes_submit(all, 0, txs->pdata[i]);

			nodes_settle(all);
			if (reply->status != BSN_DUPLICATE)
				g_assert_cmpint(reply->status, ==, BSN_OK);
		}
		g_assert_cmpuint(tokens(all, 0, 1), ==, PEOPLE_TOKENS + 21);
	}
}

static void
refuses(const char *config, int32_t status, const char *reason)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(nodes_genesis(4, 4, config, out, &err), ==, status);
	if (strstr(err.reason, reason) == NULL)
		g_test_fail_printf("no \"%s\" in \"%s\"", reason, err.reason);
}

static void
test_protocols(void)
{
	g_autoptr(XuperNodes) all = nodes_new(1, 1, "single");

	g_assert_cmpuint(nodes_height(all, 0), ==, 0);
	refuses("{\"consensus\":{\"name\":\"pbft\"}}", BSN_BAD_REQUEST,
		"those that do: single, chainedbft, tdpos, xpoa");
	refuses("{\"consensus\":{\"name\":\"raft\"}}", BSN_BAD_REQUEST,
		"no loaded plugin offers");
	refuses("{\"consensus\":{\"name\":\"single\"}}", BSN_BAD_REQUEST,
		"one consensus member");
	refuses("{\"consensus\":{\"name\":\"xpoa\"}}", BSN_BAD_REQUEST,
		"three are enough");
	refuses("{\"crypto\":\"md5\"}", BSN_BAD_REQUEST, "crypto");
}

static void
test_features(void)
{
	const bsn_engine *engine = nodes_engine();
	const char *algorithm = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpstr(engine->framework, ==, "xuper");
	for (guint i = 0; engine->features[i] != NULL; i++) {
		const bsn_feature *feature = engine->features[i];

		if (feature->detail != NULL)
			g_assert_nonnull(strchr(feature->detail, '{'));
		for (guint j = 0; j < i; j++)
			g_assert_cmpstr(feature->row, !=,
					engine->features[j]->row);
	}
	g_assert_cmpint(engine->chain->member_algorithm(
				bsn_slice_str("{\"crypto\":\"gm\"}"),
				&algorithm, &err),
			==, BSN_OK);
	g_assert_cmpstr(algorithm, ==, "sm2");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/chain/transfer", test_transfer);
	g_test_add_func("/xuper/chain/batch", test_batch);
	g_test_add_func("/xuper/chain/refused", test_refused);
	g_test_add_func("/xuper/chain/store-refuses", test_store_refuses);
	g_test_add_func("/xuper/chain/reopen", test_reopen);
	g_test_add_func("/xuper/chain/close-waiting", test_close_waiting);
	g_test_add_func("/xuper/chain/crash", test_crash);
	g_test_add_func("/xuper/chain/protocols", test_protocols);
	g_test_add_func("/xuper/chain/features", test_features);
	return g_test_run();
}
