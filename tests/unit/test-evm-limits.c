/* SPDX-License-Identifier: Apache-2.0
 *
 * What would never end, or take all there is, ends by a limit: with a reason
 * that names it, and with no trace in the state but the caller's nonce.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

/* A change and a log that must not stay. */
#define TRACE "60016000555f5fa0"

static gboolean
count_slot(gpointer key, gpointer value, gpointer n)
{
	*(guint *)n += *(const char *)g_bytes_get_data(key, NULL) == 's';
	return FALSE;
}

/* Ended with a status and a reason; only the nonce of the caller moved. */
static void
assert_no_trace(Fixture *fixture, int32_t status, const char *reason)
{
	guint64 nonce;
	guint slots = 0;

	g_assert_cmpint(fixture->world->status, ==, status);
	if (strstr(fixture->world->reason, reason) == NULL)
		g_error("\"%s\" does not say %s", fixture->world->reason,
			reason);
	g_assert_cmpuint(fixture->world->changes, ==, 1);
	world_account(fixture->world, fixture->caller, &nonce, NULL);
	g_assert_cmpuint(nonce, ==, 8);
	g_tree_foreach(fixture->world->entries, count_slot, &slots);
	g_assert_cmpuint(slots, ==, 0);
	g_assert_cmpuint(fixture->world->logs->len, ==, 0);
}

static void
endless_loop_ends(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture_run(fixture, TRACE "5b600856");
	assert_no_trace(fixture, BSN_OUT_OF_BUDGET, "budget");
	g_assert_cmpuint(fixture->world->used, ==, PLENTY_OF_GAS);
}

/* Each frame makes a change and calls itself with all gas; the 1,025th frame is
 * not begun, and the contract takes that for a failure. */
static void
deep_call_chain_ends(void)
{
	static const char code[] =
		TRACE "5f5f5f5f5f305af1" "15601557" "00" "5b" "5f5ffd";
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->call.budget = G_GUINT64_CONSTANT(1) << 50;
	fixture_run(fixture, code);
	assert_no_trace(fixture, BSN_REVERTED, "refused");
}

static void
memory_bomb_ends(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	/* Twice as much memory each round. */
	fixture_run(fixture, TRACE "6001" "5b" "80" "80" "52" "60011b" "600a56");
	assert_no_trace(fixture, BSN_OUT_OF_BUDGET, "budget");
	g_assert_cmpuint(fixture->world->used, ==, PLENTY_OF_GAS);
}

static void
create_with(Fixture *fixture, GByteArray *initcode)
{
	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.contract.len = 0;
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
}

/* Returns 24,577 zero bytes as code; 24,576 are allowed. */
static void
large_code_is_not_deployed(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Fixture) allowed = fixture_new();
	g_autoptr(GByteArray) initcode = bytes_of_hex(TRACE "6160015ff3");
	g_autoptr(GByteArray) fits = bytes_of_hex("6160005ff3");

	create_with(fixture, initcode);
	assert_no_trace(fixture, BSN_FAULT, "24576 bytes");
	create_with(allowed, fits);
	g_assert_cmpint(allowed->world->status, ==, BSN_OK);
}

static void
large_initcode_is_not_run(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) initcode = g_byte_array_new();

	g_byte_array_set_size(initcode, 49153);
	memset(initcode->data, 0x5b, initcode->len);
	create_with(fixture, initcode);
	g_assert_cmpint(fixture->world->status, ==, BSN_FAULT);
	g_assert_nonnull(strstr(fixture->world->reason, "49152 bytes"));
	g_assert_cmpuint(fixture->world->changes, ==, 0);
}

/* A mebibyte of calldata costs more than the budget before it begins. */
static void
large_calldata_is_paid_for_first(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) input = g_byte_array_new();

	g_byte_array_set_size(input, 1u << 20);
	memset(input->data, 1, input->len);
	fixture->call.input = buffer_slice(input);
	fixture_run(fixture, TRACE);
	g_assert_cmpint(fixture->world->status, ==, BSN_OUT_OF_BUDGET);
	g_assert_nonnull(strstr(fixture->world->reason, "16798216"));
	g_assert_cmpuint(fixture->world->changes, ==, 0);
	/* With enough it is read like any other. */
	fixture->call.budget = 2 * PLENTY_OF_GAS;
	g_assert_cmpint(fixture_run(fixture, "620fffff35505f5ffd"), ==,
			BSN_REVERTED);
	g_assert_cmpuint(fixture->world->used, >, 16798216);
	assert_no_trace(fixture, BSN_REVERTED, "refused");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/limits/endless-loop-ends", endless_loop_ends);
	g_test_add_func("/evm/limits/deep-call-chain-ends",
			deep_call_chain_ends);
	g_test_add_func("/evm/limits/memory-bomb-ends", memory_bomb_ends);
	g_test_add_func("/evm/limits/large-code-is-not-deployed",
			large_code_is_not_deployed);
	g_test_add_func("/evm/limits/large-initcode-is-not-run",
			large_initcode_is_not_run);
	g_test_add_func("/evm/limits/large-calldata-is-paid-for-first",
			large_calldata_is_paid_for_first);
	return g_test_run();
}
