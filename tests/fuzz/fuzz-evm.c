/* SPDX-License-Identifier: Apache-2.0
 *
 * Any code on any input, in a world of three accounts. Whatever it does, it
 * ends, no value is made or lost but what is burnt, and a second run in the
 * same world does the same. The check of code must bear it too.
 *
 * Input: a byte of flags (1: create, 2: read-only, 4: with value; the next three
 * bits choose the fork, 0 and 7 the newest), the length of calldata (one byte),
 * calldata, code.
 */
#include <string.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-evm/check.h"
#include "plugins/runtime-evm/crypto.h"
#include "plugins/runtime-evm/precompiles/precompiles.h"
#include "plugins/runtime-evm/transaction.h"
#include "tests/evm/world.h"
#include "tests/unit/fake-host.h"

#define BUDGET 400000u
#define CODE_MAX 49152u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	guint8 flags;
	bsn_slice calldata;
	bsn_slice code;
} FuzzInput;

static const bsn_hash *keccak;

static const guint8 caller[20] = { [19] = 0xca };
static const guint8 contract[20] = { [18] = 0x10, [19] = 0xc0 };
static const guint8 proposer[20] = { [19] = 0xbe };

static void
open_once(void)
{
	bsn_err err = { .size = sizeof(err) };

	if (keccak != NULL)
		return;
	fake_host_open(bsn_plugin_open); /* crypto-std */
	g_assert_cmpint(crypto_open(fake_host(), &err), ==, BSN_OK);
	g_assert_cmpint(precompiles_open(&err), ==, BSN_OK);
	keccak = crypto_hash("keccak-256");
}

static World *
make_world(const FuzzInput *input)
{
	World *world = world_new(keccak);
	const guint8 rich[32] = { [24] = 1 };
	const guint8 poor[32] = { [31] = 100 };
	const bsn_slice none = { NULL, 0 };
	gboolean is_create = (input->flags & 1) != 0;

	world_put_account(world, caller, 3, rich, none);
	world_put_account(world, proposer, 0, poor, none);
	if (!is_create)
		world_put_account(world, contract, 1, poor, input->code);
	return world;
}

static const char *
rules_of(const FuzzInput *input)
{
	static const char *const rules[8] = { NULL,     "istanbul", "berlin",
					      "london", "paris",    "shanghai",
					      "cancun", NULL };

	return rules[(input->flags >> 3) & 7];
}

static void
run(World *world, const FuzzInput *input)
{
	const guint8 price[32] = { [31] = 2 };
	const guint8 value[32] = { [31] = (guint8)(input->flags & 4) };
	const bsn_block_env block = { .size = sizeof(block),
				      .number = 300,
				      .time_ms = 1700000000000,
				      .budget = 30000000,
				      .chain_id = 1,
				      .proposer = { proposer, 20 },
				      .hash = "keccak-256",
				      .rules = rules_of(input) };
	gboolean is_create = (input->flags & 1) != 0;
	const bsn_call call = {
		.size = sizeof(call),
		.kind = is_create ? BSN_CALL_CREATE : BSN_CALL_INVOKE,
		.flags = input->flags & BSN_CALL_READ_ONLY << 1 ?
				 BSN_CALL_READ_ONLY : 0,
		.block = &block,
		.origin = { caller, 20 },
		.caller = { caller, 20 },
		.contract = { contract, is_create ? 0 : 20 },
		.input = is_create ? input->code : input->calldata,
		.value = { value, 32 },
		.price = { price, 32 },
		.budget = BUDGET,
	};

	world->changes = 0;
	g_assert_cmpint(transaction_execute(&call, &world->state, NULL), ==,
			BSN_OK);
	g_assert_cmpuint(world->outcomes, ==, 1);
	g_assert_cmpint(world->status, >=, 0);
	g_assert_cmpuint(world->used, <=, BUDGET);
	if (call.flags & BSN_CALL_READ_ONLY)
		g_assert_cmpuint(world->changes, ==, 0);
}

/* Balances are under 2^64 here. */
static gboolean
add_balance(gpointer key, gpointer value, gpointer total)
{
	gsize len;
	const guint8 *name = g_bytes_get_data(key, &len);
	const guint8 *record = g_bytes_get_data(value, NULL);
	guint64 low;

	if (name[0] == 'a') {
		memcpy(&low, record + 32, 8);
		*(guint64 *)total += GUINT64_FROM_BE(low);
	}
	return FALSE;
}

static guint64
total_balance(World *world)
{
	guint64 total = 0;

	g_tree_foreach(world->entries, add_balance, &total);
	return total;
}

/* Whatever the code, what is said of it is JSON. */
static void
check(const FuzzInput *input)
{
	g_autoptr(GByteArray) json = g_byte_array_new();
	BufferSink sink = buffer_sink(json, 1u << 20);
	g_autoptr(json_t) findings = NULL;
	int32_t status = check_code(input->code, &sink.sink, NULL);

	g_assert_cmpint(status, ==, input->code.len > 0 ? BSN_OK : BSN_FAULT);
	if (status != BSN_OK)
		return;
	findings = json_parse(buffer_slice(json), 1u << 20, "findings", NULL,
			      NULL);
	g_assert_true(json_is_array(findings));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(World) first = NULL;
	g_autoptr(World) second = NULL;
	guint8 roots[2][32];
	guint64 before;
	FuzzInput input;

	if (size < 2 || size - 2 < data[1] || size - 2 - data[1] > CODE_MAX)
		return 0;
	open_once();
	input = (FuzzInput){ data[0], { data + 2, data[1] },
			 { data + 2 + data[1], size - 2 - data[1] } };
	check(&input);
	first = make_world(&input);
	second = make_world(&input);
	before = total_balance(first);
	run(first, &input);
	run(second, &input);
	/* Only a contract that is its own heir burns. */
	g_assert_cmpuint(total_balance(first), <=, before);
	g_assert_cmpuint(before - total_balance(first), <=, 1000);
	world_root(first, roots[0]);
	world_root(second, roots[1]);
	g_assert_true(memcmp(roots[0], roots[1], 32) == 0);
	g_assert_cmpuint(first->used, ==, second->used);
	g_assert_cmpuint(first->logs->len, ==, second->logs->len);
	return 0;
}
