/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks whose transactions run ahead of their turn on several threads are, bit
 * for bit, those that come of running them one after the other: what a node
 * that runs ahead proposes, one that does not executes to the same header, and
 * the other way round.
 */
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-pair.h"

#define CONFIG(crypto)                                                         \
	"{\"crypto\":\"" crypto "\",\"consensus\":{\"name\":\"manual\"}}"
#define ACCOUNTS 8u
#define BLOCKS 3u
#define BLOCK_TXS 40u

/* Adds calldata[1] to slot calldata[0] and logs the sum; makes a contract when
 * calldata[3] is not 0, reverts when calldata[2] is not 0. */
#define ADDER                                                                  \
	"0x60338060095f395ff3"                                                 \
	"60203560003554016000355560603515601a575f5f5ff0505f50"              \
	"5b600035545f5260205fa0604035602f5760205ff35b5f5ffd"

static FiscoPair pair;
static Account accounts[ACCOUNTS];

static void
send(const Account *account, const bsn_tx_request *request)
{
	int32_t status;
	g_autoptr(GByteArray) tx = fisco_build(pair.ahead.chain, account,
					       request, &status, NULL);

	if (tx != NULL)
		pair_submit(&pair, tx);
}

static void
agree(void)
{
	pair_agree(&pair);
}

static void
deploy_adder(guint by, const char *name)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, &accounts[by], name);

	g_assert_true(hex_decode(ADDER, strlen(ADDER), code));
	request.code = buffer_slice(code);
	send(&accounts[by], &request);
}

static void
start(const char *config, guint threads)
{
	pair_start(&pair, config, threads);
	for (guint8 i = 0; i < ACCOUNTS; i++)
		accounts[i] = fisco_account(pair.ahead.chain,
					    (guint8)(i + 1));
	deploy_adder(0, "one");
	deploy_adder(0, "two");
	agree();
}

static void
stop(void)
{
	pair_stop(&pair);
}

/* ---- transactions ------------------------------------------------------- */

static void
add(guint by, const char *contract, guint slot, gboolean reverts,
    gboolean creates, guint gas)
{
	g_autofree char *options = g_strdup_printf(
		"{\"gas\":%u,\"data\":\"0x%064x%064x%064x%064x\"}", gas, slot,
		by + 1, reverts, creates);
	bsn_tx_request request = fisco_invoke(&accounts[by], contract, NULL,
					      NULL, options);

	send(&accounts[by], &request);
}

/* The higher the spread, the rarer they meet. */
static void
add_random(GRand *rand, guint by, guint spread)
{
	const char *contract = g_rand_boolean(rand) ? "one" : "two";
	guint slot = (guint)g_rand_int_range(rand, 0, 6 << spread);

	/* Some are shared, others are the account's own. */
	if (slot > 1)
		slot = slot * 100 + by;
	add(by, contract, slot, g_rand_int_range(rand, 0, 6) == 0,
	    g_rand_int_range(rand, 0, 6) == 0,
	    g_rand_int_range(rand, 0, 8) == 0 ? 30000 : 1000000);
}

static void
send_random(GRand *rand, guint seed, guint number)
{
	guint by = (guint)g_rand_int_range(rand, 0, ACCOUNTS);
	gint kind = g_rand_int_range(rand, 0, 20);
	g_autofree char *name = g_strdup_printf("c%u-%u", seed, number / 2);
	bsn_tx_request request = fisco_of_kind(
		kind == 0 ? BSN_TX_FREEZE : BSN_TX_UNFREEZE, &accounts[0],
		g_rand_boolean(rand) ? "one" : "two");

	if (kind < 3)
		send(&accounts[0], &request);
	else if (kind == 3)
		deploy_adder(by, name);
	else
		add_random(rand, by, seed % 6);
}

static void
run_mixes(const char *config, guint threads, guint seeds)
{
	guint64 tried = 0;
	guint64 taken = 0;
	Pace *pace;

	start(config, threads);
	pace = &pair_ledger(&pair.ahead)->pace;
	for (guint seed = 0; seed < seeds; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

		for (guint i = 0; i < BLOCKS * BLOCK_TXS; i++) {
			send_random(rand, seed, i);
			if (i % BLOCK_TXS != BLOCK_TXS - 1)
				continue;
			/* So that none of them is left out. */
			*pace = (Pace){ 0 };
			agree();
			tried += pace->tried;
			taken += pace->taken;
		}
	}
	stop();
	g_test_message("%" G_GUINT64_FORMAT " ran ahead, %" G_GUINT64_FORMAT
		       " of them counted", tried, taken);
	g_assert_cmpuint(taken, >, seeds * BLOCK_TXS / 4);
	g_assert_cmpuint(tried, >, taken);
}

/* ---- tests -------------------------------------------------------------- */

static void
test_mixes_give_the_same_blocks(void)
{
	run_mixes(CONFIG("std"), 0, 20);
}

static void
test_mixes_give_the_same_blocks_on_threads(void)
{
	run_mixes(CONFIG("std"), 3, 20);
}

static void
test_mixes_give_the_same_blocks_sm(void)
{
	run_mixes(CONFIG("sm"), 3, 8);
}

static void
add_each(gboolean shared)
{
	for (guint by = 0; by < ACCOUNTS; by++)
		add(by, "one", shared ? 7 : 100 + by, FALSE, FALSE, 1000000);
	agree();
}

static void
test_what_does_not_meet_is_taken_as_it_ran_ahead(void)
{
	Pace *pace;

	start(CONFIG("std"), 2);
	pace = &pair_ledger(&pair.ahead)->pace;
	*pace = (Pace){ 0 };
	add_each(FALSE);
	g_assert_cmpuint(pace->tried, ==, ACCOUNTS);
	g_assert_cmpuint(pace->taken, ==, ACCOUNTS);
	stop();
}

/* Nothing says beforehand that they meet; once they did, they are kept
 * together, so that nothing is run in vain. */
static void
test_what_meets_is_kept_together(void)
{
	Pace *pace;
	guint64 tried;

	start(CONFIG("std"), 2);
	pace = &pair_ledger(&pair.ahead)->pace;
	*pace = (Pace){ 0 };
	add_each(TRUE);
	g_assert_cmpuint(pace->tried, >, pace->taken);
	g_assert_cmpuint(pace->n_contracts, ==, 1);
	pace->left = 0;
	tried = pace->tried;
	add_each(TRUE);
	g_assert_cmpuint(pace->tried, ==, tried);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-parallel/mixes-give-the-same-blocks",
			test_mixes_give_the_same_blocks);
	g_test_add_func("/fisco-parallel/mixes-give-the-same-blocks-on-threads",
			test_mixes_give_the_same_blocks_on_threads);
	g_test_add_func("/fisco-parallel/mixes-give-the-same-blocks-sm",
			test_mixes_give_the_same_blocks_sm);
	g_test_add_func("/fisco-parallel/what-does-not-meet-is-taken",
			test_what_does_not_meet_is_taken_as_it_ran_ahead);
	g_test_add_func("/fisco-parallel/what-meets-is-kept-together",
			test_what_meets_is_kept_together);
	return g_test_run();
}
