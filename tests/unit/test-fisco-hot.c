/* SPDX-License-Identifier: Apache-2.0
 *
 * Many payers to one receiver: what is only added to does not make transactions
 * wait for each other, and blocks are, bit for bit, those of serial order.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-eth.h"
#include "tests/unit/fisco-pair.h"

#define USERS 8u
#define FUNDS "0xde0b6b3a7640000" /* 10^18 */
#define BLOCKS 3u
#define BLOCK_TXS 24u
#define HOT "0x5b38da6a701c568545dcfcb03fcb875f56beddc4"
#define DAG "0x0000000000000000000000000000000000005002"

/* A contract that does what calldata[0] says to the address calldata[32]:
 *   1 pays it what it was sent             2 the same, then reverts
 *   3 keeps and logs its balance           4 destroys itself in its favour
 *   5 calls itself with 2, then pays it 1
 *   6 calls it with the rest of calldata   7 the same, then reverts */
#define TELLER \
	"0x60b38060095f395ff35f3580600114603457806002146040578060" \
	"0314604e5780600414605d5780600514606257806006146083578060" \
	"0714609a57005b5f5f5f5f346020355af1005b5f5f5f5f346020355a" \
	"f15f5ffd5b60203531805f555f5260205fa0005b602035ff5b60025f" \
	"526020356020525f5f60405f34305af1505f5f5f5f60016020355af1" \
	"005b6040360360405f375f5f604036035f5f6020355af1005b604036" \
	"0360405f375f5f604036035f5f6020355af15f5ffd"

typedef enum {
	PAY = 1,
	PAY_AND_REVERT,
	KEEP_BALANCE,
	DESTROY,
	PAY_IN_VAIN,
	PASS_ON,
	PASS_ON_AND_REVERT,
} Deed;

static FiscoPair pair;
static EthUser users[USERS];
static guint8 teller[20];
static char teller_hex[43];

/* ---- the chain ---------------------------------------------------------- */

/* Users are known by their keys before there is a chain that they own on. */
static void
make_users(void)
{
	FiscoChain *chain;

	fisco_reset(1);
	chain = fisco_new("keys", ETH_CONFIG);
	for (guint8 i = 0; i < USERS; i++)
		users[i] = eth_user(chain, (guint8)(i + 1));
	fisco_free(chain);
}

static char *
config_of(const char *rules)
{
	GString *balances = g_string_new(NULL);
	g_autofree char *text = NULL;

	for (guint i = 0; i < USERS; i++)
		g_string_append_printf(balances, "%s\"%s\":\"" FUNDS "\"",
				       i > 0 ? "," : "", users[i].hex);
	text = g_string_free(balances, FALSE);
	return g_strdup_printf("{\"crypto\":\"std\",\"chain_id\":20001,"
			       "\"consensus\":{\"name\":\"manual\"},"
			       "\"evm\":{\"rules\":\"%s\"},\"balances\":{%s}}",
			       rules, text);
}

static void
send(EthUser *user, EthTx tx)
{
	g_autoptr(GByteArray) raw = NULL;

	tx.nonce = user->nonce++;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&pair, raw);
}

static guint8 *
bytes_of(const char *hex, guint8 *bytes)
{
	g_assert_true(hex_decode_fixed(hex, strlen(hex), bytes, 20));
	return bytes;
}

static void
pay(EthUser *user, const char *to, guint64 value)
{
	guint8 address[20];
	EthTx tx = eth_tx(0, bsn_slice_of(bytes_of(to, address), 20),
			  bsn_slice_of(NULL, 0));

	tx.value = value;
	send(user, tx);
}

static void
call(EthUser *user, const char *to, const GByteArray *input, guint64 value)
{
	guint8 address[20];
	EthTx tx = eth_tx(0, bsn_slice_of(bytes_of(to, address), 20),
			  buffer_slice(input));

	tx.value = value;
	send(user, tx);
}

/* Has the contract do something; `rest` may be NULL. */
static void
order(EthUser *user, Deed deed, const char *address, guint64 value,
      const GByteArray *rest)
{
	g_autofree char *words =
		g_strdup_printf("%064x%024x%s", deed, 0, address + 2);
	g_autoptr(GByteArray) input = g_byte_array_new();

	g_assert_true(hex_decode(words, strlen(words), input));
	if (rest != NULL)
		g_byte_array_append(input, rest->data, rest->len);
	call(user, teller_hex, input, value);
}

static void
deploy_teller(void)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	g_autoptr(json_t) receipt = NULL;
	g_autoptr(GByteArray) raw = NULL;
	g_autofree char *hash = NULL;
	guint8 digest[32];
	EthTx tx;

	g_assert_true(hex_decode(TELLER, strlen(TELLER), code));
	tx = eth_tx(users[0].nonce++, bsn_slice_of(NULL, 0),
		    buffer_slice(code));
	raw = eth_tx_sign(&tx, users[0].account.private_key);
	pair_submit(&pair, raw);
	pair_agree(&pair);
	eth_keccak(buffer_slice(raw), digest);
	hash = hex_encode(bsn_slice_of(digest, 32));
	receipt = eth_receipt_of(pair.ahead.chain, hash);
	g_strlcpy(teller_hex, text_of(receipt, "contractAddress"),
		  sizeof(teller_hex));
	bytes_of(teller_hex, teller);
}

static void
start(const char *rules, guint threads)
{
	g_autofree char *config = NULL;

	make_users();
	config = config_of(rules);
	pair_start(&pair, config, threads);
	deploy_teller();
}

static void
stop(void)
{
	pair_stop(&pair);
}

static guint64
balance_of(const char *address)
{
	g_autofree char *params = g_strdup_printf("[\"%s\",\"latest\"]",
						  address);
	g_autoptr(json_t) result =
		rpc_result(pair.serial.chain, "eth_getBalance", params);

	return g_ascii_strtoull(json_string_value(result), NULL, 16);
}

/* ---- DagTransfer -------------------------------------------------------- */

/* The call "name(string,uint256)". */
static GByteArray *
dag_input(const char *function, const char *name, const char *amount)
{
	g_autofree char *signature =
		g_strdup_printf("%s(string,uint256)", function);
	g_autofree char *hex = hex_encode(bsn_slice_str(name));
	g_autofree char *words =
		g_strdup_printf("%064x%s%064x%s%0*x", 64, amount,
				(guint)strlen(name), hex + 2,
				(int)(64 - 2 * strlen(name)), 0);

	return eth_input(signature, words);
}

static GByteArray *
dag_transfer_input(const char *from, const char *to, guint amount)
{
	g_autofree char *a = hex_encode(bsn_slice_str(from));
	g_autofree char *b = hex_encode(bsn_slice_str(to));
	g_autofree char *words = g_strdup_printf(
		"%064x%064x%064x%064x%s%0*x%064x%s%0*x", 96, 160, amount,
		(guint)strlen(from), a + 2, (int)(64 - 2 * strlen(from)), 0,
		(guint)strlen(to), b + 2, (int)(64 - 2 * strlen(to)), 0);

	return eth_input("userTransfer(string,string,uint256)", words);
}

static char *
word_of(guint64 number)
{
	return g_strdup_printf("%064" G_GINT64_MODIFIER "x", number);
}

static void
dag(EthUser *user, const char *function, const char *name, guint64 amount)
{
	g_autofree char *word = word_of(amount);
	g_autoptr(GByteArray) input = dag_input(function, name, word);

	call(user, DAG, input, 0);
}

static void
dag_transfer(EthUser *user, const char *from, const char *to, guint amount)
{
	g_autoptr(GByteArray) input = dag_transfer_input(from, to, amount);

	call(user, DAG, input, 0);
}

/* ---- random mixes ------------------------------------------------------- */

static const char *
random_address(GRand *rand)
{
	static const char *const others[] = {
		HOT, HOT, HOT, "0x5b38da6a701c568545dcfcb03fcb875f56beddc5",
		"0x5b38da6a701c568545dcfcb03fcb875f56beddc6"
	};
	guint i = (guint)g_rand_int_range(rand, 0, 8);

	if (i < G_N_ELEMENTS(others))
		return others[i];
	return i == 5 ? teller_hex : users[i - 6].hex;
}

static const char *
random_name(GRand *rand)
{
	static const char *const names[] = { "hot", "hot", "anna", "bert" };

	return names[g_rand_int_range(rand, 0, G_N_ELEMENTS(names))];
}

static void
do_dag(GRand *rand, EthUser *user, gboolean through)
{
	static const char *const functions[] = { "userAdd", "userSave",
						 "userSave", "userDraw" };
	static const char most[] = "ffffffffffffffffffffffffffffffff"
				   "fffffffffffffffffffffffffffffff0";
	g_autofree char *word =
		g_rand_int_range(rand, 0, 8) == 0 ?
			g_strdup(most) :
			word_of((guint64)g_rand_int_range(rand, 0, 9));
	g_autoptr(GByteArray) input =
		g_rand_boolean(rand) ?
			dag_transfer_input(
				random_name(rand), random_name(rand),
				(guint)g_rand_int_range(rand, 0, 5)) :
			dag_input(functions[g_rand_int_range(
					  rand, 0, G_N_ELEMENTS(functions))],
				  random_name(rand), word);

	if (through)
		order(user, g_rand_boolean(rand) ? PASS_ON : PASS_ON_AND_REVERT,
		      DAG, 0, input);
	else
		call(user, DAG, input, 0);
}

static void
do_random(GRand *rand)
{
	/* The first one sends more than its share. */
	guint by = (guint)g_rand_int_range(rand, 0, USERS + 4) % USERS;
	guint64 value = (guint64)g_rand_int_range(rand, 0, 4);
	gint kind = g_rand_int_range(rand, 0, 20);
	EthUser *user = &users[by];

	if (kind < 8)
		pay(user, random_address(rand), value);
	else if (kind < 12)
		do_dag(rand, user, kind < 10);
	else if (kind < 13)
		pay(user, user->hex, value);
	else
		order(user, (Deed)g_rand_int_range(rand, PAY, PASS_ON),
		      random_address(rand), value, NULL);
}

/* Nothing is made and nothing is lost. */
static void
check_total(void)
{
	static const char *const others[] = {
		HOT, "0x5b38da6a701c568545dcfcb03fcb875f56beddc5",
		"0x5b38da6a701c568545dcfcb03fcb875f56beddc6"
	};
	guint64 total = balance_of(teller_hex);

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		total += balance_of(others[i]);
	for (guint i = 0; i < USERS; i++)
		total += balance_of(users[i].hex);
	g_assert_cmpuint(total, ==,
			 USERS * g_ascii_strtoull(FUNDS, NULL, 16));
}

static void
run_mixes(const char *rules, guint threads, guint seeds, gboolean conserves)
{
	guint64 tried = 0;
	guint64 taken = 0;

	for (guint seed = 0; seed < seeds; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

		start(rules, threads);
		for (guint i = 0; i < BLOCKS * BLOCK_TXS; i++) {
			do_random(rand);
			if (i % BLOCK_TXS != BLOCK_TXS - 1)
				continue;
			/* So that none of them is left out. */
			pair_ledger(&pair.ahead)->pace = (Pace){ 0 };
			pair_agree(&pair);
			tried += pair_ledger(&pair.ahead)->pace.tried;
			taken += pair_ledger(&pair.ahead)->pace.taken;
		}
		if (conserves)
			check_total();
		stop();
	}
	g_test_message("%" G_GUINT64_FORMAT " ran ahead, %" G_GUINT64_FORMAT
		       " of them counted", tried, taken);
	g_assert_cmpuint(taken, >, seeds * BLOCK_TXS / 2);
	g_assert_cmpuint(tried, >, taken);
}

static void
test_mixes_give_the_same_blocks(void)
{
	run_mixes("cancun", 0, 12, TRUE);
}

static void
test_mixes_give_the_same_blocks_on_threads(void)
{
	run_mixes("cancun", 3, 12, TRUE);
}

/* What destroys itself in its own favour is burnt. */
static void
test_mixes_give_the_same_blocks_when_contracts_go(void)
{
	run_mixes("shanghai", 3, 12, FALSE);
}

/* ---- beside a model ----------------------------------------------------- */

/* Payments between users and one hot account, also of more than one has. */
static void
test_balances_are_those_of_a_plain_sum(void)
{
	const guint64 all = g_ascii_strtoull(FUNDS, NULL, 16);
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	guint64 model[USERS + 1];

	start("cancun", 2);
	for (guint i = 0; i <= USERS; i++)
		model[i] = i < USERS ? all : 0;
	for (guint i = 0; i < 4 * BLOCK_TXS; i++) {
		guint from = (guint)g_rand_int_range(rand, 0, USERS);
		guint any = (guint)g_rand_int_range(rand, 0, 2 * USERS);
		guint to = MIN(any, USERS);
		guint64 value = (guint64)g_rand_int_range(rand, 1, 1000);

		pay(&users[from], to < USERS ? users[to].hex : HOT, value);
		model[from] -= value;
		model[to] += value;
		if (i % BLOCK_TXS == BLOCK_TXS - 1)
			pair_agree(&pair);
	}
	for (guint i = 0; i <= USERS; i++)
		g_assert_cmpuint(balance_of(i < USERS ? users[i].hex : HOT),
				 ==, model[i]);
	stop();
}

/* ---- DagTransfer's answers ---------------------------------------------- */

/* The first word that a call of it answers, as a number. */
static gint64
ask(const GByteArray *input)
{
	g_autofree char *data = hex_encode(buffer_slice(input));
	g_autofree char *params = g_strdup_printf(
		"[{\"to\":\"" DAG "\",\"data\":\"%s\"},\"latest\"]", data);
	g_autoptr(json_t) result =
		rpc_result(pair.ahead.chain, "eth_call", params);
	const char *word = json_string_value(result) + 2;
	g_autofree char *low = g_strndup(word + 48, 16);

	g_assert_cmpuint(strlen(word), >=, 64);
	return (gint64)g_ascii_strtoull(low, NULL, 16);
}

static void
expect(const char *function, const char *name, guint64 amount, gint64 code)
{
	g_autofree char *word = word_of(amount);
	g_autoptr(GByteArray) input = dag_input(function, name, word);

	g_assert_cmpint(ask(input), ==, code);
}

static void
expect_transfer(const char *from, const char *to, guint amount, gint64 code)
{
	g_autoptr(GByteArray) input = dag_transfer_input(from, to, amount);

	g_assert_cmpint(ask(input), ==, code);
}

/* userBalance("full"): the code, and the balance after it. */
static void
expect_balance(const char *name, const char *code_and_balance)
{
	g_autofree char *hex = hex_encode(bsn_slice_str(name));
	g_autofree char *words =
		g_strdup_printf("%064x%064x%s%0*x", 32, (guint)strlen(name),
				hex + 2, (int)(64 - 2 * strlen(name)), 0);
	g_autoptr(GByteArray) input =
		eth_input("userBalance(string)", words);
	g_autofree char *data = hex_encode(buffer_slice(input));
	g_autofree char *params = g_strdup_printf(
		"[{\"to\":\"" DAG "\",\"data\":\"%s\"},\"latest\"]", data);

	rpc_expect(pair.ahead.chain, "eth_call", params, code_and_balance);
}

static void
test_dag_transfer_answers_with_its_codes(void)
{
	static const char most[] = "ffffffffffffffffffffffffffffffff"
				   "ffffffffffffffffffffffffffffffff";
	g_autoptr(GByteArray) full = dag_input("userAdd", "full", most);

	start("cancun", 0);
	call(&users[0], DAG, full, 0);
	dag(&users[0], "userAdd", "anna", 5);
	dag_transfer(&users[0], "anna", "bert", 2);
	dag(&users[0], "userDraw", "anna", 1);
	pair_agree(&pair);
	expect("userAdd", "", 1, -51400);
	expect("userAdd", "anna", 1, -51403);
	expect("userAdd", "carl", 0, 0);
	expect("userSave", "", 1, -51400);
	expect("userSave", "anna", 0, -51401);
	expect("userSave", "full", 1, -51405);
	expect("userSave", "carl", 1, 0);
	expect("userDraw", "anna", 0, -51401);
	expect("userDraw", "carl", 1, -51402);
	expect("userDraw", "anna", 3, -51404);
	expect("userDraw", "anna", 2, 0);
	expect_transfer("", "anna", 1, -51400);
	expect_transfer("anna", "", 1, -51400);
	expect_transfer("anna", "bert", 0, -51401);
	expect_transfer("carl", "bert", 1, -51402);
	expect_transfer("anna", "bert", 3, -51404);
	expect_transfer("anna", "full", 1, -51405);
	expect_transfer("anna", "anna", 9, 0);
	expect_balance("bert", "\"0x" "00000000000000000000000000000000"
			       "00000000000000000000000000000000"
			       "00000000000000000000000000000000"
			       "00000000000000000000000000000002\"");
	stop();
}

/* ---- nobody waits ------------------------------------------------------- */

/* Whether most of the block's transactions counted as they ran ahead. */
static gboolean
was_taken(void)
{
	Pace *pace = &pair_ledger(&pair.ahead)->pace;

	*pace = (Pace){ 0 };
	pair_agree(&pair);
	return pace->taken > 0 && pace->taken == pace->tried;
}

static void
test_payers_to_one_account_do_not_wait(void)
{
	start("cancun", 2);
	pay(&users[0], HOT, 1);
	pair_agree(&pair);
	for (guint i = 0; i < USERS; i++)
		pay(&users[i], HOT, i + 1);
	g_assert_true(was_taken());
	g_assert_cmpuint(balance_of(HOT), ==, 1 + USERS * (USERS + 1) / 2);
	stop();
}

static void
test_payers_through_a_contract_do_not_wait(void)
{
	start("cancun", 2);
	order(&users[0], PASS_ON, teller_hex, 1, NULL);
	pair_agree(&pair);
	for (guint i = 0; i < USERS; i++)
		order(&users[i], PASS_ON, teller_hex, i + 1, NULL);
	g_assert_true(was_taken());
	stop();
}

static void
test_users_of_dag_transfer_do_not_wait(void)
{
	start("cancun", 2);
	for (guint i = 0; i < USERS; i++)
		dag(&users[i], "userAdd", users[i].hex + 32, 100);
	dag(&users[0], "userAdd", "hot", 1);
	pair_agree(&pair);
	for (guint i = 0; i < USERS; i++)
		dag_transfer(&users[i], users[i].hex + 32, "hot", i + 1);
	g_assert_true(was_taken());
	stop();
}

/* The first payment makes the account; the others are run ahead anew. */
static void
test_payers_to_a_new_account_wait_for_the_first(void)
{
	Pace *pace;

	start("cancun", 2);
	pace = &pair_ledger(&pair.ahead)->pace;
	*pace = (Pace){ 0 };
	for (guint i = 0; i < USERS; i++)
		pay(&users[i], HOT, i + 1);
	pair_agree(&pair);
	g_assert_cmpuint(pace->taken, ==, USERS);
	g_assert_cmpuint(pace->tried, >, USERS);
	g_assert_cmpuint(pace->pause, ==, 0);
	g_assert_cmpuint(balance_of(HOT), ==, USERS * (USERS + 1) / 2);
	stop();
}

#define ADD(name, test) g_test_add_func("/fisco-hot/" name, test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("mixes-give-the-same-blocks", test_mixes_give_the_same_blocks);
	ADD("mixes-give-the-same-blocks-on-threads",
	    test_mixes_give_the_same_blocks_on_threads);
	ADD("mixes-give-the-same-blocks-when-contracts-go",
	    test_mixes_give_the_same_blocks_when_contracts_go);
	ADD("balances-are-those-of-a-plain-sum",
	    test_balances_are_those_of_a_plain_sum);
	ADD("dag-transfer-answers-with-its-codes",
	    test_dag_transfer_answers_with_its_codes);
	ADD("payers-to-one-account-do-not-wait",
	    test_payers_to_one_account_do_not_wait);
	ADD("payers-through-a-contract-do-not-wait",
	    test_payers_through_a_contract_do_not_wait);
	ADD("users-of-dag-transfer-do-not-wait",
	    test_users_of_dag_transfer_do_not_wait);
	ADD("payers-to-a-new-account-wait-for-the-first",
	    test_payers_to_a_new_account_wait_for_the_first);
	return g_test_run();
}
