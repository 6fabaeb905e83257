/* SPDX-License-Identifier: Apache-2.0
 *
 * The EVM plugin through its ABI: what it costs, what it leaves in the state,
 * and that every execution ends.
 */
#include <pthread.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

#define INTRINSIC 21000u

/* Ends code: the top of the stack is the output. */
#define RETURN_TOP "60005260206000f3"

static guint64
nonce_of(Fixture *fixture, const guint8 *address)
{
	guint64 nonce;

	world_account(fixture->world, address, &nonce, NULL);
	return nonce;
}

static guint64
balance_of(Fixture *fixture, const guint8 *address)
{
	guint64 nonce, low;
	guint8 balance[32];

	world_account(fixture->world, address, &nonce, balance);
	memcpy(&low, balance + 24, 8);
	return GUINT64_FROM_BE(low);
}

static guint64
slot_of(Fixture *fixture, const guint8 *address, guint8 slot)
{
	guint8 key[32] = { 0 }, value[32];
	guint64 low;

	key[31] = slot;
	world_slot(fixture->world, address, key, value);
	memcpy(&low, value + 24, 8);
	return GUINT64_FROM_BE(low);
}

/* ---- instructions ------------------------------------------------------- */

static void
instructions_give_their_results(void)
{
	/* Code before RETURN_TOP; the output's last bytes. */
	static const struct {
		const char *code;
		const char *want;
	} cases[] = {
		{ "6003600401", "0000000000000007" },
		{ "6003600703", "0000000000000004" },
		{ "6001600003", "ffffffffffffffff" },
		{ "6000600704", "0000000000000000" },
		{ "600260ff1b", "0000000000000000" },
		{ "611122601f1a", "0000000000000022" },
		{ "36", "0000000000000004" },
		{ "600035", "0000000000000000" },
		{ "6003565b58", "0000000000000004" },
		{ "42", "000000006553f100" },
		{ "43", "00000000000003e8" },
		{ "46", "00000000000010e1" },
		{ "47", "0000000000000000" },
		{ "30", "c0c0c0c0c0c0c0c0" },
		{ "33", "cacacacacacacaca" },
		{ "32", "cacacacacacacaca" },
		{ "41", "bebebebebebebebe" },
		{ "600049", "0000000000000000" },
		{ "4a", "0000000000000001" },
		{ "5f", "0000000000000000" },
		{ "6007600c5d600c5c", "0000000000000007" },
		{ "60016000526020600060205e602051", "0000000000000001" },
		{ "5f5f20", "7bfad8045d85a470" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autofree char *code = g_strconcat(cases[i].code, RETURN_TOP,
						    NULL);
		g_autofree char *output = NULL;

		fixture->call.input = bsn_slice_str("abcd");
		g_assert_cmpint(fixture_run(fixture, code), ==, BSN_OK);
		output = fixture_output(fixture);
		g_assert_cmpuint(strlen(output), ==, 64);
		g_assert_cmpstr(output + 48, ==, cases[i].want);
	}
}

static void
gas_is_exact(void)
{
	static const struct {
		const char *code;
		guint64 gas; /* besides the intrinsic */
	} cases[] = {
		{ "", 0 },
		{ "00", 0 },
		{ "6001600201", 9 },
		{ "5f", 2 },
		{ "6001600052", 12 },        /* one word of memory */
		{ "6001610400525b", 9 + 33 * 3 + 33 * 33 / 512 + 1 },
		{ "60ff60020a", 6 + 10 + 50 },
		{ "60206000205b", 6 + 30 + 6 + 3 + 1 },
		{ "600054", 3 + 2100 },
		{ "600054600054", 6 + 2100 + 100 },
		{ "6001600055", 6 + 22100 },
		{ "60016000556002600055", 12 + 22100 + 100 },
		{ "73111111111111111111111111111111111111111131", 3 + 2600 },
		{ "3031", 2 + 100 },
		{ "4131", 2 + 100 },         /* EIP-3651 */
		{ "600131", 3 + 100 },       /* a precompile is warm */
		{ "60006000a0", 6 + 375 },
		{ "6001600160206000a2", 12 + 1125 + 32 * 8 + 3 },
		{ "600160005d", 6 + 100 },
		{ "6003565b", 3 + 8 + 1 },
		{ "60006000600039", 9 + 3 },
		{ "600060006000600060007311111111111111111111111111111111111111"
		  "115af1", 18 + 2 + 2600 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		g_assert_cmpint(fixture_run(fixture, cases[i].code), ==,
				BSN_OK);
		g_assert_cmpuint(fixture->world->used, ==,
				 INTRINSIC + cases[i].gas);
	}
}

static void
budget_of_one_less_is_not_enough(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->call.budget = INTRINSIC + 9;
	g_assert_cmpint(fixture_run(fixture, "6001600201"), ==, BSN_OK);
	fixture->call.budget--;
	g_assert_cmpint(fixture_run(fixture, "6001600201"), ==,
			BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(fixture->world->used, ==, INTRINSIC + 8);
}

static void
refund_is_at_most_a_fifth(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint8 key[32] = { 0 }, value[32] = { 0 };

	value[31] = 1;
	world_put_slot(fixture->world, fixture->contract, key, value);
	g_assert_cmpint(fixture_run(fixture, "5f5f55"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->used, ==,
			 INTRINSIC + 4 + 5000 - 4800);
	for (guint8 i = 0; i < 3; i++) {
		key[31] = i;
		world_put_slot(fixture->world, fixture->contract, key, value);
	}
	g_assert_cmpint(fixture_run(fixture, "5f5f555f6001555f600255"), ==,
			BSN_OK);
	g_assert_cmpuint(fixture->world->used, ==,
			 (INTRINSIC + 14 + 15000) -
				 (INTRINSIC + 14 + 15000) / 5);
}

static void
calldata_is_paid_for(void)
{
	static const guint8 input[] = { 0, 0, 1 };
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->call.input = (bsn_slice){ input, sizeof(input) };
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->used, ==, INTRINSIC + 4 + 4 + 16);
}

static void
access_list_is_paid_for_and_warms(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) list = bytes_of_hex(
		"f838f794c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0e1a0000000000"
		"0000000000000000000000000000000000000000000000000000000");

	fixture->call.access_list = buffer_slice(list);
	g_assert_cmpint(fixture_run(fixture, "5f54"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->used, ==,
			 INTRINSIC + 2400 + 1900 + 2 + 100);
	fixture->call.access_list.len--;
	g_assert_cmpint(fixture->evm->execute(&fixture->call,
					      &fixture->world->state,
					      &fixture->err),
			==, BSN_E_INVALID);
	g_assert_nonnull(strstr(fixture->err.reason, "access list"));
}

/* ---- endings ------------------------------------------------------------ */

static void
failures_are_named(void)
{
	static const struct {
		const char *code;
		int32_t status;
		const char *reason;
	} cases[] = {
		{ "5f5ffd", BSN_REVERTED, "without a reason" },
		{ "01", BSN_FAULT, "too little on the stack" },
		{ "5b5f600056", BSN_FAULT, "over 1024" },
		{ "600556", BSN_FAULT, "no JUMPDEST" },
		{ "6004565b", BSN_FAULT, "no JUMPDEST" },
		{ "61005b600256", BSN_FAULT, "no JUMPDEST" }, /* in a PUSH */
		{ "0c", BSN_FAULT, "undefined opcode" },
		{ "fe", BSN_FAULT, "INVALID" },
		{ "60016000600039600160003e", BSN_FAULT, "little" },
		{ "600160006000" "3e", BSN_FAULT, "beyond the end" },
		{ "5b600056", BSN_OUT_OF_BUDGET, "budget" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		g_assert_cmpint(fixture_run(fixture, cases[i].code), ==,
				cases[i].status);
		g_assert_nonnull(strstr(fixture->world->reason,
					cases[i].reason));
		if (cases[i].status != BSN_REVERTED)
			g_assert_cmpuint(fixture->world->used, ==,
					 PLENTY_OF_GAS);
	}
}

/* Error(string) with "no" in it. */
#define REVERT_NO                                                              \
	"6308c379a060e01b5f52602060045260026024526"                            \
	"16e6f60f01b60445260645ffd"

static void
reverts_reason_is_read(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	g_assert_cmpint(fixture_run(fixture, REVERT_NO), ==, BSN_REVERTED);
	g_assert_cmpstr(fixture->world->reason, ==, "no");
	g_assert_cmpuint(fixture->world->output->len, ==, 100);
}

#define PUSH_OTHER "730e0e0e0e0e0e0e0e0e0e" "0e0e0e0e0e0e0e0e0e0e"

/* SSTORE, LOG0, a call with value. */
#define CHANGES "60016000555f5fa0" "5f5f5f5f6001" PUSH_OTHER "5af1"

static void
revert_leaves_only_a_nonce(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->value[31] = 5;
	g_assert_cmpint(fixture_run(fixture, CHANGES "5f5ffd"), ==,
			BSN_REVERTED);
	g_assert_cmpuint(fixture->world->changes, ==, 1);
	g_assert_cmpuint(nonce_of(fixture, fixture->caller), ==, 8);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 0), ==, 0);
	g_assert_cmpuint(balance_of(fixture, fixture->other), ==, 0);
	g_assert_cmpuint(fixture->world->logs->len, ==, 0);
	g_assert_cmpint(fixture_run(fixture, CHANGES), ==, BSN_OK);
	g_assert_cmpuint(nonce_of(fixture, fixture->caller), ==, 9);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 0), ==, 1);
	g_assert_cmpuint(balance_of(fixture, fixture->other), ==, 1);
	g_assert_cmpuint(balance_of(fixture, fixture->contract), ==, 4);
	g_assert_cmpuint(fixture->world->logs->len, ==, 1);
}

/* The inner call reverts, the outer goes on. */
static void
inner_revert_undoes_the_inner_frame_only(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture_put_code(fixture, OTHER_BYTE, CHANGES "5f5ffd");
	g_assert_cmpint(fixture_run(fixture,
				    "6001600155" "5f5f5f5f5f" PUSH_OTHER
				    "5af1600255" "6001600355"),
			==, BSN_OK);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 1), ==, 1);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 2), ==, 0);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 3), ==, 1);
	g_assert_cmpuint(slot_of(fixture, fixture->other, 0), ==, 0);
	g_assert_cmpuint(fixture->world->logs->len, ==, 0);
}

static void
unaffordable_calls_change_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->value[0] = 1;
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_FAULT);
	g_assert_cmpuint(fixture->world->used, ==, 0);
	g_assert_cmpuint(fixture->world->changes, ==, 0);
	fixture->value[0] = 0;
	fixture->call.budget = INTRINSIC - 1;
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(fixture->world->changes, ==, 0);
}

static void
price_goes_from_caller_to_proposer(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint8 base_fee[32] = { 0 };

	fixture->price[31] = 5;
	base_fee[31] = 2;
	fixture->block.base_fee = (bsn_slice){ base_fee, 32 };
	g_assert_cmpint(fixture_run(fixture, "fe"), ==, BSN_FAULT);
	g_assert_cmpuint(balance_of(fixture, fixture->caller), ==,
			 UINT64_MAX - 5 * (guint64)PLENTY_OF_GAS);
	g_assert_cmpuint(balance_of(fixture, fixture->proposer), ==,
			 3 * (guint64)PLENTY_OF_GAS);
}

static void
read_only_changes_fail(void)
{
	static const char *const codes[] = {
		"6001600055", "5f5fa0", "600160005d", "5f5f5ff0",
		"5f5f5f5f6001305af1", "5fff",
	};
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->call.flags = BSN_CALL_READ_ONLY;
	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_assert_cmpint(fixture_run(fixture, codes[i]), ==, BSN_FAULT);
		g_assert_cmpuint(fixture->world->changes, ==, 0);
	}
	g_assert_cmpint(fixture_run(fixture, "5f54"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->changes, ==, 0);
}

static int32_t
broken_get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	return BSN_E_IO;
}

static void
broken_state_ends_it(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture_put_code(fixture, CONTRACT_BYTE, "5f54");
	fixture->world->state.get = broken_get;
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_E_IO);
	g_assert_cmpuint(fixture->world->changes, ==, 0);
}

/* Code under a hash that is not its own, as a damaged store would have. */
static void
wrong_code_is_not_run(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GBytes) prefix = g_bytes_new_static("c", 1);
	GTree *entries = fixture->world->entries;
	GTreeNode *node;

	fixture_put_code(fixture, CONTRACT_BYTE, "60aa60bb50505b5b5b5b");
	node = g_tree_lower_bound(entries, prefix);
	g_tree_replace(entries, g_bytes_ref(g_tree_node_key(node)),
		       g_bytes_new("\x5b", 1));
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_E_CORRUPT);
}

/* ---- bounds ------------------------------------------------------------- */

/* Counts its frames in transient storage, calls itself with all gas, and stores
 * the count. */
#define RECURSION "5f5c6001015f5d" "5f5f5f5f5f305af1" "505f5c5f55"

static void *
run_recursion(void *data)
{
	Fixture *fixture = data;

	fixture->call.budget = G_GUINT64_CONSTANT(1) << 50;
	fixture_run(fixture, RECURSION);
	return NULL;
}

static void
deep_recursion_needs_little_stack(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	pthread_attr_t attributes;
	pthread_t thread;

	g_assert_cmpint(pthread_attr_init(&attributes), ==, 0);
	g_assert_cmpint(pthread_attr_setstacksize(&attributes, 256 * 1024), ==,
			0);
	g_assert_cmpint(pthread_create(&thread, &attributes, run_recursion,
				       fixture), ==, 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	g_assert_cmpuint(slot_of(fixture, fixture->contract, 0), ==, 1025);
}

static void
memory_bombs_run_out_of_gas(void)
{
	static const char *const codes[] = {
		"600163ffffffff52",
		"600167ffffffffffffffff52",
		"60017fffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"ffffffff52",
		"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"ffff5f20",
		"63ffffffff5ff3",
		"63ffffffff5f5f37",
	};
	g_autoptr(Fixture) fixture = fixture_new();

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		fixture->call.budget = PLENTY_OF_GAS;
		g_assert_cmpint(fixture_run(fixture, codes[i]), ==,
				BSN_OUT_OF_BUDGET);
		/* Nor does any budget buy it. */
		fixture->call.budget = UINT64_MAX;
		g_assert_cmpint(fixture_run(fixture, codes[i]), ==,
				BSN_OUT_OF_BUDGET);
	}
}

/* ---- creates ------------------------------------------------------------ */

static void
create_puts_code_in_place(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) initcode = bytes_of_hex("6001600c60003960016000f3"
						      "5b");
	g_autoptr(GByteArray) code = g_byte_array_new();
	BufferSink sink = buffer_sink(code, 100);
	guint8 made[20];

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.contract.len = 0;
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	g_assert_cmpuint(fixture->world->created->len, ==, 20);
	g_assert_cmpint(fixture->evm->code(buffer_slice(fixture->world->created),
					   &fixture->world->state, &sink.sink,
					   NULL), ==, BSN_OK);
	assert_bytes(code->data, code->len, "\x5b", 1);
	memcpy(made, fixture->world->created->data, 20);
	g_assert_cmpuint(nonce_of(fixture, made), ==, 1);
	g_assert_cmpuint(nonce_of(fixture, fixture->caller), ==, 8);
	g_assert_cmpint(fixture->evm->code((bsn_slice){ fixture->other, 20 },
					   &fixture->world->state, &sink.sink,
					   NULL), ==, BSN_NOT_FOUND);
}

/* The address is made with the chain's own hash. */
static void
created_address_follows_the_chains_hash(void)
{
	static const char *const hashes[] = { "keccak-256", "sm3" };
	g_autoptr(GByteArray) initcode = bytes_of_hex("00");

	for (guint i = 0; i < G_N_ELEMENTS(hashes); i++) {
		g_autoptr(Fixture) fixture = fixture_new();
		const bsn_hash *hash =
			bsn_host_crypto(fake_host())->hash(hashes[i]);
		guint8 rlp[23] = { 0xd6, 0x94 };
		bsn_slice part = { rlp, sizeof(rlp) };
		guint8 digest[BSN_DIGEST_MAX];

		memset(rlp + 2, CALLER_BYTE, 20);
		rlp[22] = 7;
		g_assert_cmpint(hash->digest(&part, 1, digest), ==, BSN_OK);
		fixture->block.hash = hashes[i];
		fixture->call.kind = BSN_CALL_CREATE;
		fixture->call.contract.len = 0;
		fixture->call.input = buffer_slice(initcode);
		fixture_execute(fixture);
		g_assert_cmpint(fixture->world->status, ==, BSN_OK);
		assert_bytes(fixture->world->created->data,
			     fixture->world->created->len, digest + 12, 20);
	}
}

static void
created_address_can_be_given(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) initcode = bytes_of_hex("00");

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	assert_bytes(fixture->world->created->data,
		     fixture->world->created->len, fixture->contract, 20);
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_FAULT);
	g_assert_nonnull(strstr(fixture->world->reason, "already"));
}

/* ---- precompiles -------------------------------------------------------- */

static void
precompiles_give_published_results(void)
{
	static const struct {
		guint8 address;
		const char *input;
		const char *want;
	} cases[] = {
		{ 1,
		  "456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0"
		  "c64ef30000000000000000000000000000000000000000000000000000"
		  "00000000001c9242685bf161793cc25603c231bc2f568eb630ea16aa13"
		  "7d2664ac80388256084f8ae3bd7535248d0bd448298cc2e2071e56992d"
		  "0774dc340c368ae950852ada",
		  "0000000000000000000000007156526fbd7a3c72969b54f64e42c10fbb"
		  "768c8a" },
		{ 1,
		  "",
		  "" },
		/* FIPS 180-4. */
		{ 2,
		  "616263",
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f2"
		  "0015ad" },
		{ 3,
		  "",
		  "0000000000000000000000009c1185a5c5e9fc54612808977ee8f548b2"
		  "258d31" },
		{ 4,
		  "00ff17",
		  "00ff17" },
		/* 3 ** (p - 1) mod p, of EIP-198. */
		{ 5,
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000010000000000000000000000000000000000000000000000000000"
		  "0000000000200000000000000000000000000000000000000000000000"
		  "00000000000000002003ffffffffffffffffffffffffffffffffffffff"
		  "fffffffffffffffffefffffc2effffffffffffffffffffffffffffffff"
		  "fffffffffffffffffffffffefffffc2f",
		  "0000000000000000000000000000000000000000000000000000000000"
		  "000001" },
		/* twice the generator. */
		{ 6,
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000010000000000000000000000000000000000000000000000000000"
		  "0000000000020000000000000000000000000000000000000000000000"
		  "0000000000000000010000000000000000000000000000000000000000"
		  "000000000000000000000002",
		  "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d"
		  "87cfd315ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3e"
		  "bf7a5a18a2c4" },
		{ 7,
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000010000000000000000000000000000000000000000000000000000"
		  "0000000000020000000000000000000000000000000000000000000000"
		  "000000000000000002",
		  "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d"
		  "87cfd315ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3e"
		  "bf7a5a18a2c4" },
		{ 8,
		  "",
		  "0000000000000000000000000000000000000000000000000000000000"
		  "000001" },
		/* BLAKE2b of "abc": EIP-152, test vector 5. */
		{ 9,
		  "0000000c48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1"
		  "361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9"
		  "831f79217e1319cde05b61626300000000000000000000000000000000"
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000000000000000000000000000000000000000000000000000000000"
		  "0000000000000000000000000000000000000000000003000000000000"
		  "00000000000000000001",
		  "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdb"
		  "ffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab923"
		  "86edd4009923" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Fixture) fixture = fixture_new();
		g_autoptr(GByteArray) input = bytes_of_hex(cases[i].input);
		g_autofree char *output = NULL;

		memset(fixture->contract, 0, 20);
		fixture->contract[19] = cases[i].address;
		fixture->call.input = buffer_slice(input);
		fixture_execute(fixture);
		g_assert_cmpint(fixture->world->status, ==, BSN_OK);
		output = fixture_output(fixture);
		g_assert_cmpstr(output, ==, cases[i].want);
	}
}

static void
bad_precompile_input_fails(void)
{
	static const guint8 addresses[] = { 6, 7, 8, 9, 10 };
	guint8 input[96];

	memset(input, 0xff, sizeof(input));
	for (guint i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		memset(fixture->contract, 0, 20);
		fixture->contract[19] = addresses[i];
		fixture->call.input = (bsn_slice){ input, sizeof(input) };
		fixture_execute(fixture);
		g_assert_cmpint(fixture->world->status, ==, BSN_FAULT);
		g_assert_cmpuint(fixture->world->used, ==, PLENTY_OF_GAS);
	}
}

/* ---- contracts of the engine -------------------------------------------- */

static guint builtin_calls;
static uint32_t builtin_flags;

/* Knows 0x1001: answers two bytes for 100 gas. */
static int32_t
fake_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	     bsn_outcome *outcome)
{
	static const guint8 address[20] = { [18] = 0x10, [19] = 0x01 };

	g_assert_cmpuint(call->contract.len, ==, 20);
	if (memcmp(call->contract.data, address, 20) != 0)
		return BSN_NOT_OFFERED;
	builtin_calls++;
	builtin_flags = call->flags;
	outcome->status = call->input.len > 0 ? BSN_REVERTED : BSN_OK;
	outcome->budget_used = 100;
	return output->write(output, "ok", 2);
}

static void
engines_contracts_are_called(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *output = NULL;

	builtin_calls = 0;
	fixture->world->state.builtin = fake_builtin;
	g_assert_cmpint(fixture_run(fixture, "60205f5f5f5f6110015af1" "3d5f5260"
				    "205ff3"), ==, BSN_OK);
	g_assert_cmpuint(builtin_calls, ==, 1);
	g_assert_cmpuint(builtin_flags, ==, 0);
	output = fixture_output(fixture);
	g_assert_cmpstr(output + 60, ==, "0002");
	/* 6 PUSHes, GAS, a cold call, the contract's 100; and the end. */
	g_assert_cmpuint(fixture->world->used, ==,
			 INTRINSIC + 6 + 8 + 2 + 2600 + 100 + 3 + 2 + 2 + 3 +
				 3 + 2);
	g_assert_cmpint(fixture_run(fixture, "5f5f5f5f6110015afa"), ==, BSN_OK);
	g_assert_cmpuint(builtin_flags, ==, BSN_CALL_READ_ONLY);
	/* In nobody's name but the caller's own. */
	g_assert_cmpint(fixture_run(fixture, "5f5f5f5f6110015af4"), ==, BSN_OK);
	g_assert_cmpint(fixture_run(fixture, "5f5f5f5f5f6110015af2"), ==,
			BSN_OK);
	g_assert_cmpint(fixture_run(fixture, "5f5f5f5f5f6110025af1"), ==,
			BSN_OK);
	g_assert_cmpuint(builtin_calls, ==, 2);
}

static void
engines_contract_can_be_the_called_one(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->world->state.builtin = fake_builtin;
	memset(fixture->contract, 0, 20);
	fixture->contract[18] = 0x10;
	fixture->contract[19] = 0x01;
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	assert_bytes(fixture->world->output->data, fixture->world->output->len,
		     "ok", 2);
	fixture->call.input = bsn_slice_str("x");
	fixture_execute(fixture);
	g_assert_cmpint(fixture->world->status, ==, BSN_REVERTED);
}

/* ---- misuse ------------------------------------------------------------- */

static void
assert_misuse(Fixture *fixture, const char *reason)
{
	g_assert_cmpint(fixture->evm->execute(&fixture->call,
					      &fixture->world->state,
					      &fixture->err),
			==, BSN_E_INVALID);
	g_assert_nonnull(strstr(fixture->err.reason, reason));
	g_assert_cmpuint(fixture->world->outcomes, ==, 0);
}

static void
misuse_is_refused(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->call.kind = 7;
	assert_misuse(fixture, "kind");
	fixture->call.kind = BSN_CALL_INVOKE;
	fixture->call.caller.len = 19;
	assert_misuse(fixture, "caller");
	fixture->call.caller.len = 20;
	fixture->call.contract.len = 0;
	assert_misuse(fixture, "contract");
	fixture->call.contract.len = 20;
	fixture->call.value.len = 31;
	assert_misuse(fixture, "value");
	fixture->call.value.len = 0;
	fixture->block.hash = "md5";
	assert_misuse(fixture, "hash");
	fixture->call.block = NULL;
	assert_misuse(fixture, "block");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/instructions/give-their-results",
			instructions_give_their_results);
	g_test_add_func("/evm/gas/is-exact", gas_is_exact);
	g_test_add_func("/evm/gas/one-less-is-not-enough",
			budget_of_one_less_is_not_enough);
	g_test_add_func("/evm/gas/refund-is-at-most-a-fifth",
			refund_is_at_most_a_fifth);
	g_test_add_func("/evm/gas/calldata-is-paid-for", calldata_is_paid_for);
	g_test_add_func("/evm/gas/access-list-is-paid-for-and-warms",
			access_list_is_paid_for_and_warms);
	g_test_add_func("/evm/endings/failures-are-named", failures_are_named);
	g_test_add_func("/evm/endings/reverts-reason-is-read",
			reverts_reason_is_read);
	g_test_add_func("/evm/state/revert-leaves-only-a-nonce",
			revert_leaves_only_a_nonce);
	g_test_add_func("/evm/state/inner-revert-undoes-the-inner-frame-only",
			inner_revert_undoes_the_inner_frame_only);
	g_test_add_func("/evm/state/unaffordable-calls-change-nothing",
			unaffordable_calls_change_nothing);
	g_test_add_func("/evm/state/price-goes-from-caller-to-proposer",
			price_goes_from_caller_to_proposer);
	g_test_add_func("/evm/state/read-only-changes-fail",
			read_only_changes_fail);
	g_test_add_func("/evm/state/broken-state-ends-it",
			broken_state_ends_it);
	g_test_add_func("/evm/state/wrong-code-is-not-run",
			wrong_code_is_not_run);
	g_test_add_func("/evm/bounds/deep-recursion-needs-little-stack",
			deep_recursion_needs_little_stack);
	g_test_add_func("/evm/bounds/memory-bombs-run-out-of-gas",
			memory_bombs_run_out_of_gas);
	g_test_add_func("/evm/create/puts-code-in-place",
			create_puts_code_in_place);
	g_test_add_func("/evm/create/address-follows-the-chains-hash",
			created_address_follows_the_chains_hash);
	g_test_add_func("/evm/create/address-can-be-given",
			created_address_can_be_given);
	g_test_add_func("/evm/precompiles/give-published-results",
			precompiles_give_published_results);
	g_test_add_func("/evm/precompiles/bad-input-fails",
			bad_precompile_input_fails);
	g_test_add_func("/evm/builtin/engines-contracts-are-called",
			engines_contracts_are_called);
	g_test_add_func("/evm/builtin/can-be-the-called-contract",
			engines_contract_can_be_the_called_one);
	g_test_add_func("/evm/misuse/is-refused", misuse_is_refused);
	return g_test_run();
}
