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
#include "tests/unit/fisco-eth.h"
#include "tests/unit/fisco-pair.h"

/* More seeds for whoever has the time. */
#define SEEDS_VARIABLE "FISCO_LANES_SEEDS"
#define SEEDS 3u
#define USERS 8u
#define FUNDS "0xde0b6b3a7640000" /* 10^18 */
#define BLOCKS 4u
#define BLOCK_TXS 48u
#define HOT "0x5b38da6a701c568545dcfcb03fcb875f56beddc4"
#define OWN(number) "0x000000000000000000000000000000000000" number
#define CONFIG OWN("1000")
#define TABLES OWN("1001")
#define CRUD OWN("1002")
#define PERMISSION OWN("1005")
#define LIFE_CYCLE OWN("1007")
#define GOVERNANCE OWN("1008")
#define KV_TABLES OWN("1010")
#define DAG OWN("5002")

/* Contracts that are deployed by name. */
typedef struct {
	const char *name;
	const char *code;
} Code;

/* counter: adds calldata[32] to slot calldata[0], logs the sum
 * hasher:  slot calldata[0] ^= the hash of the block before
 * logger:  logs calldata[0] zero bytes
 * factory: CREATE2 with salt calldata[0] of a contract that counts its calls,
 *          or destroys itself when called with data; calls it with
 *          calldata[32] bytes
 * passer:  calls calldata[0] with what follows calldata[64]; keeps the output's
 *          first word in slot calldata[32]; passes a failure on
 * taster:  the same, but calls itself to do that, and undoes it
 * burner:  uses up all gas
 * reader:  sets slot calldata[0] to calldata[32], or if that is 0 logs the sum
 *          of the slots from there down to 1 */
static const Code codes[] = {
	{ "counter",
	  "0x60128060095f395ff35f355460203501805f35555f5260205fa000" },
	{ "hasher",
	  "0x600d8060095f395ff360014303405f3554185f355500" },
	{ "logger",
	  "0x60058060095f395ff35f355fa000" },
	{ "factory",
	  "0x603b8060095f395ff377600f8060095f395ff336600c575f546001"
	  "015f55005b33ff5f525f35601860085ff58015602c57805f35555b50"
	  "5f5f6020355f5f5f35545af100" },
	{ "passer",
	  "0x60248060095f395ff36040360360405f3760205f604036035f5f5f"
	  "355af1156020575f5160203555005b5f5ffd" },
	{ "taster",
	  "0x60368060095f395ff3303314601b57365f5f3760205f365f5f305a"
	  "f1505f5160203555005b6040360360405f3760205f604036035f5f5f"
	  "355af15060205ffd" },
	{ "burner",
	  "0x60038060095f395ff35b5f56" },
	{ "reader",
	  "0x60268060095f395ff3602035601e575f355f5b8154019060019003"
	  "90816009575f5260205fa0005b6020355f355500" },
};

typedef enum { COUNTER, HASHER, LOGGER, FACTORY, PASSER, TASTER, BURNER, READER } Which;

static FiscoPair pair;
static EthUser users[USERS];
static char *contracts[G_N_ELEMENTS(codes)]; /* their addresses */
static guint calm; /* the more, the rarer is what meets all others */

static guint
draw(GRand *rand, guint n)
{
	return (guint)g_rand_int_range(rand, 0, (gint32)n);
}

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
config_of(const char *rules, const char *limits)
{
	g_autoptr(GString) balances = g_string_new(NULL);

	for (guint i = 0; i < USERS; i++)
		g_string_append_printf(balances, "%s\"%s\":\"" FUNDS "\"",
				       i > 0 ? "," : "", users[i].hex);
	return g_strdup_printf("{\"crypto\":\"std\",\"chain_id\":20001,"
			       "\"consensus\":{\"name\":\"manual\"},%s"
			       "\"evm\":{\"rules\":\"%s\"},\"balances\":{%s}}",
			       limits, rules, balances->str);
}

static void
send(EthUser *user, const bsn_tx_request *request)
{
	int32_t status;
	g_autoptr(GByteArray) tx = fisco_build(
		pair.ahead.chain, &user->account, request, &status, NULL);

	if (tx != NULL)
		pair_submit(&pair, tx);
}

static void
deploy(EthUser *user, const Code *code, const char *name)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, &user->account, name);

	g_assert_true(hex_decode(code->code, strlen(code->code), bytes));
	request.code = buffer_slice(bytes);
	send(user, &request);
}

/* What the first transaction of a user makes. */
static char *
first_address(const EthUser *user)
{
	guint8 list[23] = { 0xd6, 0x94 };
	guint8 digest[32];

	memcpy(list + 2, user->address, 20);
	list[22] = 0x80;
	eth_keccak(bsn_slice_of(list, sizeof(list)), digest);
	return hex_encode(bsn_slice_of(digest + 12, 20));
}

static void
start(const char *rules, const char *limits, guint threads)
{
	g_autofree char *config = NULL;

	make_users();
	config = config_of(rules, limits);
	pair_start(&pair, config, threads);
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		deploy(&users[i], &codes[i], codes[i].name);
		contracts[i] = first_address(&users[i]);
	}
	pair_agree(&pair);
}

static void
stop(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++)
		g_clear_pointer(&contracts[i], g_free);
	pair_stop(&pair);
}

/* ---- transactions ------------------------------------------------------- */

static void
add_word(GByteArray *input, guint64 number)
{
	guint64 big_endian = GUINT64_TO_BE(number);
	static const guint8 zeros[24];

	g_byte_array_append(input, zeros, sizeof(zeros));
	g_byte_array_append(input, (const guint8 *)&big_endian, 8);
}

static void
add_address(GByteArray *input, const char *address)
{
	guint8 word[32] = { 0 };

	g_assert_true(hex_decode_fixed(address, strlen(address), word + 12,
				       20));
	g_byte_array_append(input, word, sizeof(word));
}

/* By a transaction of FISCO's or of Ethereum's. */
static void
call(EthUser *user, gboolean ethereum, const char *to, const GByteArray *input,
     guint64 gas)
{
	g_autofree char *data = hex_encode(buffer_slice(input));
	g_autofree char *options = g_strdup_printf(
		"{\"gas\":%" G_GUINT64_FORMAT ",\"data\":\"%s\"}", gas, data);
	bsn_tx_request request =
		fisco_invoke(&user->account, to, NULL, NULL, options);
	guint8 address[20];
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	if (!ethereum) {
		send(user, &request);
		return;
	}
	g_assert_true(hex_decode_fixed(to, strlen(to), address, 20));
	tx = eth_tx(user->nonce++, bsn_slice_of(address, 20),
		    buffer_slice(input));
	tx.gas = gas;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&pair, raw);
}

/* Of all that one has, now and then: another payment that waits, too, cannot
 * be made then. */
static void
pay(GRand *rand, EthUser *user)
{
	const char *to = draw(rand, 2) == 0 ? HOT : users[draw(rand, USERS)].hex;
	guint8 address[20];
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	g_assert_true(hex_decode_fixed(to, strlen(to), address, 20));
	tx = eth_tx(user->nonce++, bsn_slice_of(address, 20),
		    bsn_slice_of(NULL, 0));
	tx.value = draw(rand, 5);
	if (draw(rand, 20) == 0)
		tx.value = g_ascii_strtoull(FUNDS, NULL, 16) / 10 * 6;
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&pair, raw);
}

static void
make(GRand *rand, EthUser *user)
{
	static guint number;
	const Code *code = &codes[draw(rand, G_N_ELEMENTS(codes))];
	g_autofree char *name = g_strdup_printf("c%u", number++ / 2);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) raw = NULL;
	EthTx tx;

	if (draw(rand, 2) == 0) {
		deploy(user, code, name);
		return;
	}
	g_assert_true(hex_decode(code->code, strlen(code->code), bytes));
	tx = eth_tx(user->nonce++, bsn_slice_of(NULL, 0), buffer_slice(bytes));
	raw = eth_tx_sign(&tx, user->account.private_key);
	pair_submit(&pair, raw);
}

/* ---- the engine's own contracts ----------------------------------------- */

static const char *
draw_contract(GRand *rand)
{
	return contracts[draw(rand, G_N_ELEMENTS(codes))];
}

/* Of up to 32 bytes. */
static void
add_string(GByteArray *input, const char *text)
{
	guint8 word[32] = { 0 };

	memcpy(word, text, strlen(text));
	add_word(input, strlen(text));
	g_byte_array_append(input, word, sizeof(word));
}

static GByteArray *
input_of(const char *signature, const char *const *strings, guint n)
{
	GByteArray *input = eth_input(signature, "");

	for (guint i = 0; i < n; i++)
		add_word(input, 32 * n + 64 * i);
	for (guint i = 0; i < n; i++)
		add_string(input, strings[i]);
	return input;
}

/* The call "name(string,[string,]uint256)" of DagTransfer. */
static GByteArray *
dag_call(const char *signature, const char *const *names, guint n,
	 const guint8 *amount)
{
	GByteArray *input = eth_input(signature, "");

	for (guint i = 0; i < n; i++)
		add_word(input, 32 * (n + 1) + 64 * i);
	g_byte_array_append(input, amount, 32);
	for (guint i = 0; i < n; i++)
		add_string(input, names[i]);
	return input;
}

/* With amounts that three make too much of. */
static GByteArray *
dag_input(GRand *rand)
{
	static const char *const names[] = { "full", "full", "a", "b", "c",
					     "d", "e", "f" };
	const char *two[] = { names[draw(rand, 8)], names[draw(rand, 8)] };
	guint8 amount[32] = { 0 };

	if (draw(rand, 6) == 0)
		memset(amount, 0xff, sizeof(amount));
	amount[31] = (guint8)draw(rand, 40);
	if (draw(rand, 2) == 0)
		return dag_call("userTransfer(string,string,uint256)", two, 2,
				amount);
	return dag_call(draw(rand, 3) == 0 ? "userAdd(string,uint256)"
					   : "userSave(string,uint256)",
			two, 1, amount);
}

static GByteArray *
input_of_addresses(const char *signature, const char *one, const char *other)
{
	GByteArray *input = eth_input(signature, "");

	add_address(input, one);
	if (other != NULL)
		add_address(input, other);
	return input;
}

/* Rights, names, tables: what is asked, and of which contract. */
static GByteArray *
own_input(GRand *rand, const char **to)
{
	const char *who = users[draw(rand, USERS)].hex;
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
		return input_of("createTable(string,string,string)", table, 3);
	case 1:
	case 2:
		*to = CRUD;
		return input_of("insert(string,string,string,string)", row, 4);
	case 3:
		*to = CRUD;
		return input_of("select(string,string,string,string)", rows, 4);
	case 4:
		*to = KV_TABLES;
		return input_of("createTable(string,string,string)", table, 3);
	case 5:
		*to = CONFIG;
		return input_of("setValueByKey(string,string)",
				yes ? limit : gas, 2);
	case 6:
	case 7:
		*to = PERMISSION;
		return input_of_addresses(
			yes ? "grantWrite(address,address)"
			    : "revokeWrite(address,address)", where, who);
	case 8:
		*to = PERMISSION;
		return input_of("queryByName(string)", write, 1);
	case 9:
	case 10:
		*to = LIFE_CYCLE;
		return input_of_addresses(yes ? "freeze(address)"
					      : "unfreeze(address)",
					  where, NULL);
	default:
		*to = GOVERNANCE;
		return input_of_addresses(
			yes ? "freezeAccount(address)"
			    : "unfreezeAccount(address)",
			users[USERS - 1].hex, NULL);
	}
}

/* ---- contracts ---------------------------------------------------------- */

static GByteArray *
contract_input(GRand *rand, Which which)
{
	GByteArray *input = g_byte_array_new();

	if (which == LOGGER)
		add_word(input, draw(rand, 30) == 0 ? 5u << 20
						    : draw(rand, 100));
	else
		add_word(input, draw(rand, draw(rand, 2) == 0 ? 4 : 1000));
	if (which != HASHER)
		add_word(input, draw(rand, 2));
	return input;
}

/* What is called, directly or through others. */
static GByteArray *
any_input(GRand *rand, const char **to, guint depth)
{
	guint kind = draw(rand, depth < 2 ? 20 : 12);
	Which which = (Which)(draw(rand, 20) == 0 ? BURNER
						  : draw(rand, PASSER));
	g_autoptr(GByteArray) inner = NULL;
	const char *inner_to;
	GByteArray *input;

	if (kind < 6 && draw(rand, 1 + 3 * calm) != 0)
		kind = 6;
	if (kind < 4) {
		*to = DAG;
		return dag_input(rand);
	}
	if (kind < 6)
		return own_input(rand, to);
	if (kind < 12) {
		*to = contracts[which];
		return contract_input(rand, which);
	}
	inner = any_input(rand, &inner_to, depth + 1);
	*to = contracts[kind < 16 ? PASSER : TASTER];
	input = g_byte_array_new();
	add_address(input, inner_to);
	add_word(input, draw(rand, 1000));
	return g_byte_array_append(input, inner->data, inner->len);
}

static void
freeze(GRand *rand)
{
	Which which = (Which)draw(rand, G_N_ELEMENTS(codes));
	bsn_tx_request request = fisco_of_kind(
		draw(rand, 3) == 0 ? BSN_TX_FREEZE : BSN_TX_UNFREEZE,
		&users[which].account, codes[which].name);

	send(&users[which], &request);
}

static void
do_random(GRand *rand)
{
	EthUser *user = &users[draw(rand, USERS)];
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
		call(user, (user < &users[USERS / 2]) != mixes, to, input,
		     draw(rand, 10) == 0 ? 60000 + draw(rand, 60000)
					 : 800000);
	}
}

/* ---- mixes -------------------------------------------------------------- */

static void
read_nonces(void)
{
	for (guint i = 0; i < USERS; i++) {
		g_autofree char *params = g_strdup_printf(
			"[\"%s\",\"pending\"]", users[i].hex);
		g_autoptr(json_t) nonce =
			rpc_result(pair.ahead.chain, "eth_getTransactionCount",
				   params);

		users[i].nonce =
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
	g_autoptr(bsn_reply) info = fisco_ledger_info(pair.ahead.chain);

	sum->txs += info->ledger.txs;
	sum->invalid += info->ledger.invalid_txs;
}

static void
run_mix(guint seed, const char *rules, const char *limits, guint threads,
	Sum *sum)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

	calm = seed % 3;
	start(rules, limits, threads);
	for (guint block = 0; block < BLOCKS; block++) {
		Pace *pace = &pair_ledger(&pair.ahead)->pace;

		read_nonces();
		for (guint i = 0; i < BLOCK_TXS; i++)
			do_random(rand);
		/* So that none of them is left out, or in short rounds. */
		*pace = (Pace){ .span = draw(rand, 2) * 8 };
		pair_agree(&pair);
		sum->tried += pace->tried;
		sum->taken += pace->taken;
	}
	count_mix(sum);
	stop();
}

static guint
seeds(void)
{
	const char *given = g_getenv(SEEDS_VARIABLE);

	return given != NULL ? (guint)g_ascii_strtoull(given, NULL, 10)
			     : SEEDS;
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
			limits[seed / 2 % G_N_ELEMENTS(limits)], threads,
			&sum);
	g_test_message("of %" G_GUINT64_FORMAT " transactions %" G_GUINT64_FORMAT
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

	start("cancun", "", 2);
	pace = &pair_ledger(&pair.ahead)->pace;
	for (guint i = 0; i < 4; i++) {
		g_autoptr(GByteArray) input = NULL;

		memset(amount, i < 3 ? 0 : 0xff, sizeof(amount));
		amount[31] = i < 3 ? 4 : 0xff - 10;
		input = dag_call("userAdd(string,uint256)", &names[i], 1,
				 amount);
		call(&users[i], FALSE, DAG, input, 800000);
	}
	pair_agree(&pair);
	memset(amount, 0, sizeof(amount));
	amount[31] = 4;
	for (guint i = 0; i < 3; i++) {
		const char *two[] = { names[i], "full" };
		g_autoptr(GByteArray) input = dag_call(
			"userTransfer(string,string,uint256)", two, 2, amount);

		call(&users[i], FALSE, DAG, input, 800000);
	}
	*pace = (Pace){ 0 };
	pair_agree(&pair);
	g_assert_cmpuint(pace->tried, >, 0);
	stop();
}

static void
read_slots(guint by, guint slot, guint value)
{
	g_autoptr(GByteArray) input = g_byte_array_new();

	add_word(input, slot);
	add_word(input, value);
	call(&users[by], FALSE, contracts[READER], input, 100000000);
}

/* The slot that the other lane sets is read when a trial remembers no more. */
static void
test_what_reads_very_much_sees_what_was_before_it(void)
{
	start("cancun", "", 1);
	for (guint i = 0; i < 8; i++)
		read_slots(i, i == 1 ? 17000 : 2 + i, i == 1 ? 0 : 7);
	pair_ledger(&pair.ahead)->pace = (Pace){ 0 };
	pair_agree(&pair);
	stop();
}

static void
log_bytes(guint by, guint n)
{
	g_autoptr(GByteArray) input = g_byte_array_new();

	add_word(input, n);
	call(&users[by], FALSE, contracts[LOGGER], input, 200000000);
}

/* Who may call what is read in turn, changes in rounds, and is read in turn
 * again. */
static void
test_rights_that_change_ahead_count_in_turn(void)
{
	g_autoptr(GByteArray) slot = g_byte_array_new();
	g_autoptr(GByteArray) grant = NULL;
	g_autoptr(GByteArray) frozen = NULL;
	EthUser *last = &users[USERS - 1];
	Sum sum = { 0 };
	Pace *pace;

	start("cancun", "", 2);
	pace = &pair_ledger(&pair.ahead)->pace;
	read_nonces();
	add_word(slot, 1);
	add_word(slot, 1);
	grant = input_of_addresses("grantWrite(address,address)",
				   contracts[COUNTER], users[COUNTER].hex);
	frozen = input_of_addresses("freeze(address)", contracts[HASHER], NULL);
	for (guint again = 0; again < 2; again++) {
		call(last, TRUE, contracts[COUNTER], slot, 800000);
		call(last, TRUE, contracts[HASHER], slot, 800000);
		if (again != 0)
			break;
		call(&users[COUNTER], FALSE, PERMISSION, grant, 800000);
		call(&users[HASHER], FALSE, LIFE_CYCLE, frozen, 800000);
		for (guint i = HASHER + 1; i < USERS - 1; i++)
			log_bytes(i, i);
	}
	*pace = (Pace){ .left = 2 };
	pair_agree(&pair);
	count_mix(&sum);
	g_assert_cmpuint(sum.invalid, ==, 2);
	g_assert_cmpuint(pace->taken, ==, 2);
	stop();
}

/* One is too large; all others together are too large for one block. */
static void
test_large_receipts_are_refused_and_end_blocks(void)
{
	Sum sum = { 0 };

	start("cancun",
	      "\"block_gas_max\":2000000000,\"tx_gas_max\":300000000,", 2);
	for (guint i = 0; i < USERS; i++)
		log_bytes(i, i == 1 ? 5u << 20 : 15u << 18);
	pair_ledger(&pair.ahead)->pace = (Pace){ 0 };
	pair_agree(&pair);
	count_mix(&sum);
	g_assert_cmpuint(sum.invalid, ==, 1);
	g_assert_cmpuint(sum.txs, ==, G_N_ELEMENTS(codes) + USERS - 1);
	pair_agree(&pair);
	stop();
}

/* ---- what is run in vain ------------------------------------------------ */

static void
count_up(guint by, guint slot, const char *more)
{
	g_autofree char *options = g_strdup_printf(
		"{\"data\":\"0x%064x%064x\"%s}", slot, 1, more);
	bsn_tx_request request =
		fisco_invoke(&users[by % USERS].account, "counter", NULL, NULL,
			     options);

	send(&users[by % USERS], &request);
}

/* What expired while it waited takes no part in a round: all others would have
 * to be run again each time that it is refused. */
static void
test_what_is_refused_does_not_cut_a_round_short(void)
{
	g_autofree char *expires = NULL;
	Pace *pace;

	start("cancun", "\"block_tx_max\":40,", 1);
	pace = &pair_ledger(&pair.ahead)->pace;
	expires = g_strdup_printf(",\"block_limit\":%" G_GUINT64_FORMAT,
				  fisco_height(pair.ahead.chain) + 1);
	for (guint i = 0; i < 40; i++)
		count_up(i, i, "");
	for (guint i = 0; i < 40; i++) {
		count_up(i, 100 + i, expires);
		count_up(i, 200 + i, "");
	}
	pair_agree(&pair);
	*pace = (Pace){ 0 };
	pair_agree(&pair);
	g_assert_cmpuint(pace->taken, ==, 40);
	g_assert_cmpuint(pace->tried, ==, 40);
	stop();
}

/* A block has room for three. */
static void
test_no_lane_runs_more_than_a_block_takes(void)
{
	g_autoptr(GByteArray) nothing = g_byte_array_new();
	Pace *pace;

	start("cancun", "\"block_gas_max\":3000000,\"tx_gas_max\":1000000,", 0);
	pace = &pair_ledger(&pair.ahead)->pace;
	*pace = (Pace){ 0 };
	for (guint i = 0; i < 64; i++)
		call(&users[i % USERS], FALSE, contracts[BURNER], nothing,
		     900000 + i);
	pair_agree(&pair);
	g_assert_cmpuint(pace->gas_each, >=, 900000);
	g_assert_cmpuint(pace->tried, <=, 4 * 4);
	g_assert_cmpuint(pace->pause, ==, 0);
	*pace = (Pace){ .gas_each = pace->gas_each };
	pair_agree(&pair);
	g_assert_cmpuint(pace->tried, <=, 4 * 4);
	g_assert_cmpuint(pace->taken, >=, 3);
	stop();
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
