/* SPDX-License-Identifier: Apache-2.0
 *
 * All kinds of transactions in one block, on as many lanes as there may be:
 * FISCO's and Ethereum's, of the same accounts; contracts that are made,
 * destroyed, frozen and forbidden; the engine's own contracts, directly and
 * through others, undone or not; what is refused in the middle of a block, and
 * blocks that end in the middle of what was run ahead. All of it gives, bit for
 * bit, the blocks of a node that runs one after the other.
 */
#include <string.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-lanes.h"

/* More seeds for whoever has the time. */
#define SEEDS_VARIABLE "FISCO_LANES_SEEDS"
#define SEEDS 3u
#define BLOCKS 4u
#define BLOCK_TXS 48u
#define HOT "0x5b38da6a701c568545dcfcb03fcb875f56beddc4"
#define CONFIG LANES_OWN("1000")
#define TABLES LANES_OWN("1001")
#define CRUD LANES_OWN("1002")
#define PERMISSION LANES_OWN("1005")
#define LIFE_CYCLE LANES_OWN("1007")
#define GOVERNANCE LANES_OWN("1008")
#define KV_TABLES LANES_OWN("1010")

static guint
draw(GRand *rand, guint n)
{
	return (guint)g_rand_int_range(rand, 0, (gint32)n);
}

static guint calm; /* the more, the rarer is what meets all others */

/* ---- transactions ------------------------------------------------------- */

/* Of all that one has, now and then: another payment that waits, too, cannot
 * be made then. */
static void
pay(GRand *rand, EthUser *user)
{
	const char *to = draw(rand, 2) == 0
				 ? HOT
				 : lanes_users[draw(rand, LANES_USERS)].hex;
	guint8 address[20];
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	g_assert_true(hex_decode_fixed(to, strlen(to), address, 20));
	tx = eth_tx(user->nonce++, bsn_slice_of(address, 20),
		    bsn_slice_of(NULL, 0));
	tx.value = draw(rand, 5);
	if (draw(rand, 20) == 0)
		tx.value = g_ascii_strtoull(LANES_FUNDS, NULL, 16) / 10 * 6;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&lanes_pair, raw);
}

static void
make(GRand *rand, EthUser *user)
{
	static guint number;
	const LanesCode *code = &lanes_codes[draw(rand, LANES_CONTRACTS)];
	g_autofree char *name = g_strdup_printf("c%u", number++ / 2);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	if (draw(rand, 2) == 0) {
		lanes_deploy(user, code, name);
		return;
	}
	g_assert_true(hex_decode(code->code, strlen(code->code), bytes));
	tx = eth_tx(user->nonce++, bsn_slice_of(NULL, 0), buffer_slice(bytes));
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&lanes_pair, raw);
}

/* ---- the engine's own contracts ----------------------------------------- */

static const char *
draw_contract(GRand *rand)
{
	return lanes_contracts[draw(rand, LANES_CONTRACTS)];
}

/* With amounts that three make too much of. */
static GByteArray *
dag_input(GRand *rand)
{
	static const char *const names[] = { "full", "full", "a", "b",
					     "c",    "d",    "e", "f" };
	const char *two[] = { names[draw(rand, 8)], names[draw(rand, 8)] };
	guint8 amount[32] = { 0 };

	if (draw(rand, 6) == 0)
		memset(amount, 0xff, sizeof(amount));
	amount[31] = (guint8)draw(rand, 40);
	if (draw(rand, 2) == 0)
		return lanes_dag("userTransfer(string,string,uint256)", two, 2,
				 amount);
	return lanes_dag(draw(rand, 3) == 0 ? "userAdd(string,uint256)"
					    : "userSave(string,uint256)",
			 two, 1, amount);
}

/* Rights, names, tables: what is asked, and of which contract. */
static GByteArray *
own_input(GRand *rand, const char **to)
{
	const char *who = lanes_users[draw(rand, LANES_USERS)].hex;
	const char *where = draw_contract(rand);
	const char *const table[] = { "t", "key", "value" };
	const char *const write[] = { "t_t", who };
	const char *const row[] = { "t", "k", "{\"value\":\"v\"}", "" };
	const char *const rows[] = { "t", "k", "{}", "" };
	const char *const limit[] = { "tx_count_limit", "40" };
	const char *const gas[] = { "tx_gas_limit", "900000" };
	gboolean yes = draw(rand, 2) == 0;

	switch (draw(rand, 12)) {
	case 0:
		*to = TABLES;
		return lanes_strings("createTable(string,string,string)", table,
				     3);
	case 1:
	case 2:
		*to = CRUD;
		return lanes_strings("insert(string,string,string,string)", row,
				     4);
	case 3:
		*to = CRUD;
		return lanes_strings("select(string,string,string,string)",
				     rows, 4);
	case 4:
		*to = KV_TABLES;
		return lanes_strings("createTable(string,string,string)", table,
				     3);
	case 5:
		*to = CONFIG;
		return lanes_strings("setValueByKey(string,string)",
				     yes ? limit : gas, 2);
	case 6:
	case 7:
		*to = PERMISSION;
		return lanes_addresses(yes ? "grantWrite(address,address)"
					   : "revokeWrite(address,address)",
				       where, who);
	case 8:
		*to = PERMISSION;
		return lanes_strings("queryByName(string)", write, 1);
	case 9:
	case 10:
		*to = LIFE_CYCLE;
		return lanes_addresses(yes ? "freeze(address)"
					   : "unfreeze(address)",
				       where, NULL);
	default:
		*to = GOVERNANCE;
		return lanes_addresses(yes ? "freezeAccount(address)"
					   : "unfreezeAccount(address)",
				       lanes_users[LANES_USERS - 1].hex, NULL);
	}
}

/* ---- contracts ---------------------------------------------------------- */

static GByteArray *
contract_input(GRand *rand, LanesContract which)
{
	GByteArray *input = g_byte_array_new();

	if (which == LOGGER)
		lanes_add_word(input, draw(rand, 30) == 0 ? 5u << 20
							  : draw(rand, 100));
	else
		lanes_add_word(input,
			       draw(rand, draw(rand, 2) == 0 ? 4 : 1000));
	if (which != HASHER)
		lanes_add_word(input, draw(rand, 2));
	return input;
}

/* What is called, directly or through others. */
static GByteArray *
any_input(GRand *rand, const char **to, guint depth)
{
	guint kind = draw(rand, depth < 2 ? 20 : 12);
	LanesContract which =
		(LanesContract)(draw(rand, 20) == 0 ? BURNER
						    : draw(rand, PASSER));
	g_autoptr(GByteArray) inner = NULL;
	const char *inner_to;
	GByteArray *input;

	if (kind < 6 && draw(rand, 1 + 3 * calm) != 0)
		kind = 6;
	if (kind < 4) {
		*to = LANES_DAG;
		return dag_input(rand);
	}
	if (kind < 6)
		return own_input(rand, to);
	if (kind < 12) {
		*to = lanes_contracts[which];
		return contract_input(rand, which);
	}
	inner = any_input(rand, &inner_to, depth + 1);
	*to = lanes_contracts[kind < 16 ? PASSER : TASTER];
	input = g_byte_array_new();
	lanes_add_address(input, inner_to);
	lanes_add_word(input, draw(rand, 1000));
	return g_byte_array_append(input, inner->data, inner->len);
}

static void
freeze(GRand *rand)
{
	LanesContract which = (LanesContract)draw(rand, LANES_CONTRACTS);
	bsn_tx_request request = fisco_of_kind(
		draw(rand, 3) == 0 ? BSN_TX_FREEZE : BSN_TX_UNFREEZE,
		&lanes_users[which].account, lanes_codes[which].name);

	lanes_send(&lanes_users[which], &request);
}

static void
do_random(GRand *rand)
{
	EthUser *user = &lanes_users[draw(rand, LANES_USERS)];
	guint kind = draw(rand, 20);
	g_autoptr(GByteArray) input = NULL;
	const char *to;

	if (kind < 5 && draw(rand, 1 + 3 * calm) != 0)
		kind = 5;
	if (kind < 3) {
		pay(rand, user);
	} else if (kind == 3) {
		make(rand, user);
	} else if (kind == 4) {
		freeze(rand);
	} else {
		/* Few of them mix both kinds: it costs them their nonces. */
		gboolean mixes = draw(rand, 40 + 40 * calm) == 0;

		input = any_input(rand, &to, 0);
		lanes_call(user,
			   (user < &lanes_users[LANES_USERS / 2]) != mixes, to,
			   input,
			   draw(rand, 10) == 0 ? 60000 + draw(rand, 60000)
					       : 800000);
	}
}

/* ---- mixes -------------------------------------------------------------- */

static void
read_nonces(void)
{
	for (guint i = 0; i < LANES_USERS; i++) {
		g_autofree char *params = g_strdup_printf(
			"[\"%s\",\"pending\"]", lanes_users[i].hex);
		g_autoptr(json_t) nonce =
			rpc_result(lanes_pair.ahead.chain,
				   "eth_getTransactionCount", params);

		lanes_users[i].nonce =
			g_ascii_strtoull(json_string_value(nonce), NULL, 16);
	}
}

typedef struct {
	guint64 txs;
	guint64 invalid;
	guint64 tried;
	guint64 taken;
} Sum;

static void
count_mix(Sum *sum)
{
	g_autoptr(bsn_reply) info = fisco_ledger_info(lanes_pair.ahead.chain);

	sum->txs += info->ledger.txs;
	sum->invalid += info->ledger.invalid_txs;
}

static void
run_mix(guint seed, const char *rules, const char *limits, guint threads,
	Sum *sum)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

	calm = seed % 3;
	lanes_start(rules, limits, threads);
	for (guint block = 0; block < BLOCKS; block++) {
		Pace *pace = &pair_ledger(&lanes_pair.ahead)->pace;

		read_nonces();
		for (guint i = 0; i < BLOCK_TXS; i++)
			do_random(rand);
		/* So that none of them is left out, or in short rounds. */
		*pace = (Pace){ .span = draw(rand, 2) * 8 };
		pair_agree(&lanes_pair);
		sum->tried += pace->tried;
		sum->taken += pace->taken;
	}
	count_mix(sum);
	lanes_stop();
}

static guint
seeds(void)
{
	const char *given = g_getenv(SEEDS_VARIABLE);

	return given != NULL ? (guint)g_ascii_strtoull(given, NULL, 10) : SEEDS;
}

static void
run_mixes(guint threads)
{
	static const char *const rules[] = { "cancun", "shanghai" };
	static const char *const limits[] = {
		"", "", "\"block_gas_max\":3000000,\"tx_gas_max\":1000000,",
		"\"block_tx_max\":37,"
	};
	Sum sum = { 0 };

	for (guint seed = 0; seed < 2 * seeds(); seed++)
		run_mix(seed, rules[seed % 2],
			limits[seed / 2 % G_N_ELEMENTS(limits)], threads, &sum);
	g_test_message("of %" G_GUINT64_FORMAT
		       " transactions %" G_GUINT64_FORMAT
		       " failed; %" G_GUINT64_FORMAT " ran ahead, "
		       "%" G_GUINT64_FORMAT " of them counted",
		       sum.txs, sum.invalid, sum.tried, sum.taken);
	g_assert_cmpuint(2 * sum.invalid, <, sum.txs);
	g_assert_cmpuint(sum.taken, >, sum.txs / 6);
	g_assert_cmpuint(sum.tried, >, sum.taken);
}

static void
test_two_lanes_give_the_same_blocks(void)
{
	run_mixes(1);
}

static void
test_three_lanes_give_the_same_blocks(void)
{
	run_mixes(2);
}

static void
test_many_lanes_give_the_same_blocks(void)
{
	run_mixes(TRIALS_MAX - 1);
}

/* ---- what mixes seldom come to ------------------------------------------ */

/* Three payers, each on a lane of its own, to one who has room for two. */
static void
test_the_third_of_three_payers_may_find_no_room(void)
{
	static const char *const names[] = { "a", "b", "c", "full" };
	guint8 amount[32] = { 0 };
	Pace *pace;

	lanes_start("cancun", "", 2);
	pace = &pair_ledger(&lanes_pair.ahead)->pace;
	for (guint i = 0; i < 4; i++) {
		g_autoptr(GByteArray) input = NULL;

		memset(amount, i < 3 ? 0 : 0xff, sizeof(amount));
		amount[31] = i < 3 ? 4 : 0xff - 10;
		input = lanes_dag("userAdd(string,uint256)", &names[i], 1,
				  amount);
		lanes_call(&lanes_users[i], FALSE, LANES_DAG, input, 800000);
	}
	pair_agree(&lanes_pair);
	memset(amount, 0, sizeof(amount));
	amount[31] = 4;
	for (guint i = 0; i < 3; i++) {
		const char *two[] = { names[i], "full" };
		g_autoptr(GByteArray) input = lanes_dag(
			"userTransfer(string,string,uint256)", two, 2, amount);

		lanes_call(&lanes_users[i], FALSE, LANES_DAG, input, 800000);
	}
	*pace = (Pace){ 0 };
	pair_agree(&lanes_pair);
	g_assert_cmpuint(pace->tried, >, 0);
	lanes_stop();
}

static void
read_slots(guint by, guint slot, guint value)
{
	g_autoptr(GByteArray) input = g_byte_array_new();

	lanes_add_word(input, slot);
	lanes_add_word(input, value);
	lanes_call(&lanes_users[by], FALSE, lanes_contracts[READER], input,
		   100000000);
}

/* The slot that the other lane sets is read when a trial remembers no more. */
static void
test_what_reads_very_much_sees_what_was_before_it(void)
{
	lanes_start("cancun", "", 1);
	for (guint i = 0; i < 8; i++)
		read_slots(i, i == 1 ? 17000 : 2 + i, i == 1 ? 0 : 7);
	pair_ledger(&lanes_pair.ahead)->pace = (Pace){ 0 };
	pair_agree(&lanes_pair);
	lanes_stop();
}

static void
log_bytes(guint by, guint n)
{
	g_autoptr(GByteArray) input = g_byte_array_new();

	lanes_add_word(input, n);
	lanes_call(&lanes_users[by], FALSE, lanes_contracts[LOGGER], input,
		   200000000);
}

/* Who may call what is read in turn, changes in rounds, and is read in turn
 * again. */
static void
test_rights_that_change_ahead_count_in_turn(void)
{
	g_autoptr(GByteArray) slot = g_byte_array_new();
	g_autoptr(GByteArray) grant = NULL;
	g_autoptr(GByteArray) frozen = NULL;
	EthUser *last = &lanes_users[LANES_USERS - 1];
	Sum sum = { 0 };
	Pace *pace;

	lanes_start("cancun", "", 2);
	pace = &pair_ledger(&lanes_pair.ahead)->pace;
	read_nonces();
	lanes_add_word(slot, 1);
	lanes_add_word(slot, 1);
	grant = lanes_addresses("grantWrite(address,address)",
				lanes_contracts[COUNTER],
				lanes_users[COUNTER].hex);
	frozen = lanes_addresses("freeze(address)", lanes_contracts[HASHER],
				 NULL);
	for (guint again = 0; again < 2; again++) {
		lanes_call(last, TRUE, lanes_contracts[COUNTER], slot, 800000);
		lanes_call(last, TRUE, lanes_contracts[HASHER], slot, 800000);
		if (again != 0)
			break;
		lanes_call(&lanes_users[COUNTER], FALSE, PERMISSION, grant,
			   800000);
		lanes_call(&lanes_users[HASHER], FALSE, LIFE_CYCLE, frozen,
			   800000);
		for (guint i = HASHER + 1; i < LANES_USERS - 1; i++)
			log_bytes(i, i);
	}
	*pace = (Pace){ .left = 2 };
	pair_agree(&lanes_pair);
	count_mix(&sum);
	g_assert_cmpuint(sum.invalid, ==, 2);
	g_assert_cmpuint(pace->taken, ==, 2);
	lanes_stop();
}

/* One is too large; all others together are too large for one block. */
static void
test_large_receipts_are_refused_and_end_blocks(void)
{
	Sum sum = { 0 };

	lanes_start("cancun",
		    "\"block_gas_max\":2000000000,\"tx_gas_max\":300000000,",
		    2);
	for (guint i = 0; i < LANES_USERS; i++)
		log_bytes(i, i == 1 ? 5u << 20 : 15u << 18);
	pair_ledger(&lanes_pair.ahead)->pace = (Pace){ 0 };
	pair_agree(&lanes_pair);
	count_mix(&sum);
	g_assert_cmpuint(sum.invalid, ==, 1);
	g_assert_cmpuint(sum.txs, ==, LANES_CONTRACTS + LANES_USERS - 1);
	pair_agree(&lanes_pair);
	lanes_stop();
}

/* ---- what is run in vain ------------------------------------------------ */

static void
count_up(guint by, guint slot, const char *more)
{
	g_autofree char *options =
		g_strdup_printf("{\"data\":\"0x%064x%064x\"%s}", slot, 1, more);
	bsn_tx_request request =
		fisco_invoke(&lanes_users[by % LANES_USERS].account, "counter",
			     NULL, NULL, options);

	lanes_send(&lanes_users[by % LANES_USERS], &request);
}

/* What expired while it waited takes no part in a round: all others would have
 * to be run again each time that it is refused. */
static void
test_what_is_refused_does_not_cut_a_round_short(void)
{
	g_autofree char *expires = NULL;
	Pace *pace;

	lanes_start("cancun", "\"block_tx_max\":40,", 1);
	pace = &pair_ledger(&lanes_pair.ahead)->pace;
	expires = g_strdup_printf(",\"block_limit\":%" G_GUINT64_FORMAT,
				  fisco_height(lanes_pair.ahead.chain) + 1);
	for (guint i = 0; i < 40; i++)
		count_up(i, i, "");
	for (guint i = 0; i < 40; i++) {
		count_up(i, 100 + i, expires);
		count_up(i, 200 + i, "");
	}
	pair_agree(&lanes_pair);
	*pace = (Pace){ 0 };
	pair_agree(&lanes_pair);
	g_assert_cmpuint(pace->taken, ==, 40);
	g_assert_cmpuint(pace->tried, ==, 40);
	lanes_stop();
}

/* A block has room for three. */
static void
test_no_lane_runs_more_than_a_block_takes(void)
{
	g_autoptr(GByteArray) nothing = g_byte_array_new();
	Pace *pace;

	lanes_start("cancun",
		    "\"block_gas_max\":3000000,\"tx_gas_max\":1000000,", 0);
	pace = &pair_ledger(&lanes_pair.ahead)->pace;
	*pace = (Pace){ 0 };
	for (guint i = 0; i < 64; i++)
		lanes_call(&lanes_users[i % LANES_USERS], FALSE,
			   lanes_contracts[BURNER], nothing, 900000 + i);
	pair_agree(&lanes_pair);
	g_assert_cmpuint(pace->gas_each, >=, 900000);
	g_assert_cmpuint(pace->tried, <=, 4 * 4);
	g_assert_cmpuint(pace->pause, ==, 0);
	*pace = (Pace){ .gas_each = pace->gas_each };
	pair_agree(&lanes_pair);
	g_assert_cmpuint(pace->tried, <=, 4 * 4);
	g_assert_cmpuint(pace->taken, >=, 3);
	lanes_stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-lanes/two-lanes-give-the-same-blocks",
			test_two_lanes_give_the_same_blocks);
	g_test_add_func("/fisco-lanes/three-lanes-give-the-same-blocks",
			test_three_lanes_give_the_same_blocks);
	g_test_add_func("/fisco-lanes/many-lanes-give-the-same-blocks",
			test_many_lanes_give_the_same_blocks);
	g_test_add_func("/fisco-lanes/the-third-of-three-payers",
			test_the_third_of_three_payers_may_find_no_room);
	g_test_add_func("/fisco-lanes/rights-that-change-ahead",
			test_rights_that_change_ahead_count_in_turn);
	g_test_add_func("/fisco-lanes/what-reads-very-much",
			test_what_reads_very_much_sees_what_was_before_it);
	g_test_add_func("/fisco-lanes/large-receipts",
			test_large_receipts_are_refused_and_end_blocks);
	g_test_add_func("/fisco-lanes/what-is-refused-does-not-cut-a-round",
			test_what_is_refused_does_not_cut_a_round_short);
	g_test_add_func("/fisco-lanes/no-lane-runs-more-than-a-block-takes",
			test_no_lane_runs_more_than_a_block_takes);
	return g_test_run();
}
