/* SPDX-License-Identifier: Apache-2.0
 *
 * The EVM plugin through its ABI: what it leaves in the state, and that nothing
 * it runs gets out of bounds.
 */
#include <bsn/helpers/bytes.h>
#include <pthread.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

#define INTRINSIC 21000u

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

/* However much gas there is. */
static void
changes_and_logs_are_bounded(void)
{
	static const char *const codes[] = {
		"5b600160005d600056",       /* TSTORE for ever */
		"5b63001000005fa0600056",   /* LOG0 of a mebibyte for ever */
		"5b5f5fa0600056",           /* LOG0 of nothing */
	};

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autoptr(Fixture) fixture = fixture_new();

		fixture->call.budget = G_GUINT64_CONSTANT(1) << 60;
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

/* ---- contracts of the engine -------------------------------------------- */

static guint builtin_calls;
static uint32_t builtin_flags;
static guint64 builtin_value_len;
static guint8 builtin_caller[20];

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
	builtin_value_len = call->value.len;
	memcpy(builtin_caller, call->caller.data, 20);
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
	g_assert_cmpint(fixture_run(fixture, "5f5f5f5f5f6110025af1"), ==,
			BSN_OK);
	g_assert_cmpuint(builtin_calls, ==, 2);
}

/* Runs a call of 0x1001 that must fail; in nobody's name but the contract's
 * own, whatever its CALLER and CALLVALUE are. */
static void
assert_only_refused(Fixture *fixture, const char *call)
{
	g_autofree char *code =
		g_strconcat(call, "5f52" "60205ff3", NULL);
	g_autofree char *output = NULL;

	builtin_calls = 0;
	g_assert_cmpint(fixture_run(fixture, code), ==, BSN_OK);
	g_assert_cmpuint(builtin_calls, ==, 1);
	g_assert_cmpuint(builtin_flags, ==, BSN_CALL_DELEGATE);
	g_assert_cmpuint(builtin_value_len, ==, 0);
	assert_bytes(builtin_caller, 20, fixture->contract, 20);
	output = fixture_output(fixture);
	g_assert_cmpstr(output + 60, ==, "0000");
}

static void
engines_contracts_are_not_delegated_to(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->world->state.builtin = fake_builtin;
	/* It would have succeeded. */
	assert_only_refused(fixture, "5f5f5f5f6110015af4");
	assert_only_refused(fixture, "5f5f5f5f5f6110015af2");
	/* It reverts. */
	assert_only_refused(fixture, "5f5f60015f6110015af4");
	assert_only_refused(fixture, "5f5f60015f5f6110015af2");
}

/* A contract with code, refused: the gas given to it comes back. */
static int32_t
refuse_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	       bsn_outcome *outcome)
{
	if (call->input.len == 0)
		return BSN_NOT_OFFERED;
	outcome->status = BSN_REVERTED;
	return output->write(output, "no", 2);
}

static void
a_contract_with_code_can_be_refused(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *output = NULL;

	fixture->world->state.builtin = refuse_builtin;
	/* Calls itself with a byte of input; the call's success and the length
	 * of what it returned. */
	g_assert_cmpint(fixture_run(fixture, "5f5f60015f5f305af1" "3d60081b17"
				    "5f52" "60205ff3"), ==, BSN_OK);
	output = fixture_output(fixture);
	g_assert_cmpstr(output + 60, ==, "0200");
	g_assert_cmpuint(fixture->world->used, <, INTRINSIC + 3000);
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
	fixture->world->state.get = NULL;
	assert_misuse(fixture, "state");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
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
	g_test_add_func("/evm/bounds/changes-and-logs-are-bounded",
			changes_and_logs_are_bounded);
	g_test_add_func("/evm/create/puts-code-in-place",
			create_puts_code_in_place);
	g_test_add_func("/evm/create/address-follows-the-chains-hash",
			created_address_follows_the_chains_hash);
	g_test_add_func("/evm/create/address-can-be-given",
			created_address_can_be_given);
	g_test_add_func("/evm/builtin/engines-contracts-are-called",
			engines_contracts_are_called);
	g_test_add_func("/evm/builtin/a-delegate-is-only-refused",
			engines_contracts_are_not_delegated_to);
	g_test_add_func("/evm/builtin/a-contract-with-code-can-be-refused",
			a_contract_with_code_can_be_refused);
	g_test_add_func("/evm/builtin/can-be-the-called-contract",
			engines_contract_can_be_the_called_one);
	g_test_add_func("/evm/misuse/is-refused", misuse_is_refused);
	return g_test_run();
}
