/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/evm/transition.h"

#include <string.h>

#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-evm/rules.h"
#include "plugins/runtime-evm/u256.h"

/* A transaction of the test, with the prices in place. */
typedef struct {
	guint8 sender[20];
	guint8 to[20];
	gboolean is_create;
	Fork since; /* the first fork with its kind of transaction */
	GByteArray *data;
	GByteArray *access_list;
	U256 nonce;
	U256 gas;
	U256 value;
	U256 max_fee;
	U256 priority;
} TestTx;

typedef struct {
	guint8 proposer[20];
	guint8 random[32];
	guint8 base_fee[32];
	U256 base;
	Fork fork;
	bsn_block_env env;
} TestBlock;

/* ---- values ------------------------------------------------------------- */

static gboolean
read_bytes(const json_t *value, GByteArray *out)
{
	const char *text = json_string_value(value);

	return text != NULL && hex_decode(text, strlen(text), out);
}

/* Any number of digits, up to 32 bytes. */
static gboolean
read_number(const json_t *value, U256 *out)
{
	const char *text = json_string_value(value);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *even = NULL;
	guint zeroes = 0;

	*out = u256_of(0);
	if (text == NULL || !g_str_has_prefix(text, "0x"))
		return FALSE;
	even = g_strconcat(strlen(text) % 2 ? "0" : "", text + 2, NULL);
	if (!hex_decode(even, strlen(even), bytes))
		return FALSE;
	while (zeroes < bytes->len && bytes->data[zeroes] == 0)
		zeroes++;
	if (bytes->len - zeroes > 32)
		return FALSE;
	*out = u256_load_short(bytes->data + zeroes, bytes->len - zeroes);
	return TRUE;
}

static gboolean
read_word(const json_t *value, guint8 *out)
{
	U256 word;
	gboolean ok = read_number(value, &word);

	u256_store(&word, out);
	return ok;
}

static gboolean
read_address(const json_t *value, guint8 *out)
{
	const char *text = json_string_value(value);

	return text != NULL && hex_decode_fixed(text, strlen(text), out, 20);
}

/* ---- the pre-state ------------------------------------------------------ */

static gboolean
put_account(World *world, const char *name, const json_t *account)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	const char *key;
	json_t *value;
	guint8 address[20];
	guint8 balance[32];
	U256 nonce;

	if (!hex_decode_fixed(name, strlen(name), address, 20) ||
	    !read_word(json_object_get(account, "balance"), balance) ||
	    !read_number(json_object_get(account, "nonce"), &nonce) ||
	    !read_bytes(json_object_get(account, "code"), code))
		return FALSE;
	world_put_account(world, address, nonce.w[0], balance,
			  buffer_slice(code));
	json_object_foreach(json_object_get(account, "storage"), key, value) {
		g_autoptr(json_t) slot = json_string(key);
		guint8 at[32];
		guint8 word[32];

		if (!read_word(slot, at) || !read_word(value, word))
			return FALSE;
		world_put_slot(world, address, at, word);
	}
	return TRUE;
}

gboolean
transition_prepare(World *world, const json_t *test)
{
	const char *name;
	json_t *account;

	json_object_foreach(json_object_get(test, "pre"), name, account)
		if (!put_account(world, name, account))
			return FALSE;
	return TRUE;
}

/* ---- block and transaction ---------------------------------------------- */

/* What PREVRANDAO, once DIFFICULTY, gives. */
static const char *
random_name(Fork fork)
{
	return fork < FORK_PARIS ? "currentDifficulty" : "currentRandom";
}

static void
read_block(const json_t *env, const char *rules, TestBlock *block)
{
	U256 number, time, budget;

	g_assert_true(fork_of_name(rules, &block->fork));
	read_number(json_object_get(env, "currentNumber"), &number);
	read_number(json_object_get(env, "currentTimestamp"), &time);
	read_number(json_object_get(env, "currentGasLimit"), &budget);
	read_address(json_object_get(env, "currentCoinbase"), block->proposer);
	read_word(json_object_get(env, random_name(block->fork)),
		  block->random);
	if (block->fork >= FORK_LONDON)
		read_word(json_object_get(env, "currentBaseFee"),
			  block->base_fee);
	block->base = u256_load(block->base_fee);
	block->env = (bsn_block_env){
		.size = sizeof(bsn_block_env),
		.number = number.w[0],
		.time_ms = time.w[0] * 1000,
		.budget = budget.w[0],
		.chain_id = 1,
		.proposer = { block->proposer, 20 },
		.random = { block->random, 32 },
		.hash = "keccak-256",
		.base_fee = { block->base_fee, 32 },
		.rules = rules,
	};
}

static const json_t *
selected(const json_t *tx, const char *name, const json_t *indexes,
	 const char *index)
{
	json_int_t i = json_integer_value(json_object_get(indexes, index));

	return json_array_get(json_object_get(tx, name), (gsize)i);
}

static gboolean
put_access_entry(GByteArray *out, const json_t *entry)
{
	const json_t *keys = json_object_get(entry, "storageKeys");
	gsize n = json_array_size(keys);
	g_autofree guint8 *words = g_malloc(32 * n + 1);
	g_autofree RlpItem *slots = g_new(RlpItem, n + 1);
	guint8 address[20];
	RlpItem items[2];

	if (!read_address(json_object_get(entry, "address"), address))
		return FALSE;
	for (gsize i = 0; i < n; i++) {
		if (!read_word(json_array_get(keys, i), words + 32 * i))
			return FALSE;
		slots[i] = rlp_bytes((bsn_slice){ words + 32 * i, 32 });
	}
	items[0] = rlp_bytes((bsn_slice){ address, 20 });
	items[1] = rlp_list(slots, n);
	rlp_put_list(out, items, 2);
	return TRUE;
}

static gboolean
read_access_list(const json_t *list, GByteArray *out)
{
	g_autoptr(GByteArray) entries = g_byte_array_new();
	RlpItem item;

	if (json_array_size(list) == 0)
		return TRUE;
	for (gsize i = 0; i < json_array_size(list); i++)
		if (!put_access_entry(entries, json_array_get(list, i)))
			return FALSE;
	item = rlp_raw(buffer_slice(entries));
	rlp_put_list(out, &item, 1);
	return TRUE;
}

/* Prices: of an EIP-1559 transaction, or the one price of the others. */
static gboolean
read_prices(const json_t *tx, TestTx *out)
{
	const json_t *price = json_object_get(tx, "gasPrice");

	if (price != NULL) {
		if (!read_number(price, &out->max_fee))
			return FALSE;
		out->priority = out->max_fee;
		return TRUE;
	}
	out->since = FORK_LONDON;
	return read_number(json_object_get(tx, "maxFeePerGas"),
			   &out->max_fee) &&
	       read_number(json_object_get(tx, "maxPriorityFeePerGas"),
			   &out->priority);
}

static gboolean
read_tx(const json_t *tx, const json_t *indexes, TestTx *out)
{
	const char *to = json_string_value(json_object_get(tx, "to"));
	const json_t *list = selected(tx, "accessLists", indexes, "data");

	out->is_create = to == NULL || *to == '\0';
	if (!out->is_create &&
	    !read_address(json_object_get(tx, "to"), out->to))
		return FALSE;
	out->since = json_is_array(list) ? FORK_BERLIN : FORK_ISTANBUL;
	return read_address(json_object_get(tx, "sender"), out->sender) &&
	       read_number(json_object_get(tx, "nonce"), &out->nonce) &&
	       read_prices(tx, out) &&
	       read_number(selected(tx, "gasLimit", indexes, "gas"),
			   &out->gas) &&
	       read_number(selected(tx, "value", indexes, "value"),
			   &out->value) &&
	       read_bytes(selected(tx, "data", indexes, "data"), out->data) &&
	       read_access_list(list, out->access_list);
}

/* ---- rules around the EVM ----------------------------------------------- */

/* a * b, and whether it and `more` fit into `balance`. */
static gboolean
can_afford(const U256 *balance, const U256 *a, const U256 *b, const U256 *more)
{
	U256 rest;
	U256 most;
	bool short_of;

	rest = u256_sub_borrow(balance, more, &short_of);
	if (short_of)
		return FALSE;
	if (u256_is_zero(a))
		return TRUE;
	most = u256_divmod(&rest, a, NULL);
	return !u256_lt(&most, b);
}

/* Rules that are a block's and not the machine's. */
static const char *
block_problem(World *world, const TestTx *tx, const TestBlock *block)
{
	guint64 nonce;
	guint8 bytes[32];
	U256 balance;

	if (block->fork < tx->since)
		return "the fork does not know this kind of transaction";
	world_account(world, tx->sender, &nonce, bytes);
	balance = u256_load(bytes);
	if (!u256_is_u64(&tx->nonce) || tx->nonce.w[0] != nonce)
		return "the nonce is not the sender's next";
	if (!u256_is_u64(&tx->gas) || tx->gas.w[0] > block->env.budget)
		return "the gas limit is over the block's";
	if (u256_lt(&tx->max_fee, &block->base))
		return "the fee is below the block's base fee";
	if (u256_lt(&tx->max_fee, &tx->priority))
		return "the priority fee is over the fee";
	if (world_has_code(world, tx->sender))
		return "the sender is a contract"; /* EIP-3607 */
	if (!can_afford(&balance, &tx->max_fee, &tx->gas, &tx->value))
		return "the sender cannot pay";
	return NULL;
}

static U256
effective_price(const TestTx *tx, const TestBlock *block)
{
	U256 price = u256_add(&block->base, &tx->priority);

	return u256_lt(&price, &tx->max_fee) ? price : tx->max_fee;
}

/* All tests of a process have one machine, so that one which leaves something
 * behind is noticed. */
static bsn_machine *
machine_of_all(const bsn_runtime *evm)
{
	static bsn_machine *machine;

	if (machine == NULL)
		machine = evm->machine_new();
	return machine;
}

static char *
execute(World *world, const bsn_runtime *evm, const TestTx *tx,
	const TestBlock *block)
{
	bsn_err err = { .size = sizeof(err) };
	U256 effective = effective_price(tx, block);
	guint8 value[32];
	guint8 price[32];
	bsn_call call = {
		.size = sizeof(call),
		.kind = tx->is_create ? BSN_CALL_CREATE : BSN_CALL_INVOKE,
		.block = &block->env,
		.origin = { tx->sender, 20 },
		.caller = { tx->sender, 20 },
		.contract = { tx->to, tx->is_create ? 0 : 20 },
		.input = buffer_slice(tx->data),
		.value = { value, 32 },
		.price = { price, 32 },
		.budget = tx->gas.w[0],
		.access_list = buffer_slice(tx->access_list),
	};

	u256_store(&tx->value, value);
	u256_store(&effective, price);
	if (evm->execute_on(machine_of_all(evm), &call, &world->state, &err) !=
	    BSN_OK)
		return g_strdup(err.reason);
	g_assert_cmpuint(world->outcomes, ==, 1);
	g_assert_cmpint(world->status, >=, 0);
	return world->used == 0 ? g_strdup(world->reason) : NULL;
}

char *
transition_run(World *world, const bsn_runtime *evm, const char *rules,
	       const json_t *test, const json_t *indexes)
{
	const json_t *json = json_object_get(test, "transaction");
	g_autoptr(GByteArray) data = g_byte_array_new();
	g_autoptr(GByteArray) access_list = g_byte_array_new();
	TestTx tx = { .data = data, .access_list = access_list };
	TestBlock block = { 0 };
	const char *problem;

	if (json_object_get(json, "maxFeePerBlobGas") != NULL)
		return g_strdup("transactions with blobs are not offered");
	if (!read_tx(json, indexes, &tx))
		return g_strdup("the transaction cannot be read");
	read_block(json_object_get(test, "env"), rules, &block);
	problem = block_problem(world, &tx, &block);
	if (problem != NULL)
		return g_strdup(problem);
	return execute(world, evm, &tx, &block);
}
