/* SPDX-License-Identifier: Apache-2.0
 *
 * What the EVM plugin tells of accounts and calls without executing.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/assert-bytes.h"

static int32_t
look_up(Fixture *fixture, const guint8 *address, bsn_account *account)
{
	*account = (bsn_account){ .size = sizeof(*account) };
	return fixture->evm->account(bsn_slice_of(address, 20),
				     &fixture->world->state, account,
				     &fixture->err);
}

static void
accounts_have_nonces_and_balances(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const guint8 nobody[20] = { 9 };
	bsn_account account;
	guint8 balance[32];
	guint64 nonce;

	g_assert_cmpint(look_up(fixture, nobody, &account), ==, BSN_NOT_FOUND);
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OK);
	world_account(fixture->world, fixture->caller, &nonce, balance);
	g_assert_cmpint(look_up(fixture, fixture->caller, &account), ==,
			BSN_OK);
	g_assert_cmpuint(account.nonce, ==, nonce);
	g_assert_cmpuint(account.nonce, >, 0);
	assert_bytes(account.balance, 32, balance, 32);
}

static void
slots_have_values(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) value = g_byte_array_new();
	BufferSink sink = buffer_sink(value, 64);
	const bsn_slice contract = bsn_slice_of(fixture->contract, 20);
	guint8 key[32] = { 0 };

	g_assert_cmpint(fixture_run(fixture, "6107e8600555"), ==, BSN_OK);
	g_assert_cmpint(fixture->evm->storage(contract, bsn_slice_of(key, 32),
					      &fixture->world->state,
					      &sink.sink, &fixture->err),
			==, BSN_NOT_FOUND);
	key[31] = 5;
	g_assert_cmpint(fixture->evm->storage(contract, bsn_slice_of(key, 32),
					      &fixture->world->state,
					      &sink.sink, &fixture->err),
			==, BSN_OK);
	g_assert_cmpuint(value->len, ==, 32);
	g_assert_cmpuint((guint)value->data[30] << 8 | value->data[31], ==,
			 0x07e8);
}

/* With one less nothing happens at all. */
static void
the_least_budget_is_enough(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint64 least = 0;

	fixture->call.input = bsn_slice_str("a\0b");
	fixture->call.input.len = 3;
	g_assert_cmpint(fixture->evm->least_budget(&fixture->call, &least,
						   &fixture->err),
			==, BSN_OK);
	g_assert_cmpuint(least, ==, 21000 + 2 * 16 + 4);
	fixture->call.budget = least - 1;
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(fixture->world->used, ==, 0);
	fixture->call.budget = least;
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->used, ==, least);
}

static void
no_budget_is_enough_for_too_much_code(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree guint8 *code = g_malloc0(49153);
	guint64 least = 0;

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.contract = bsn_slice_of(NULL, 0);
	fixture->call.input = bsn_slice_of(code, 49152);
	g_assert_cmpint(fixture->evm->least_budget(&fixture->call, &least,
						   &fixture->err),
			==, BSN_OK);
	g_assert_cmpuint(least, ==, 53000 + 49152 * 4 + 49152 / 32 * 2);
	fixture->call.input.len++;
	g_assert_cmpint(fixture->evm->least_budget(&fixture->call, &least,
						   &fixture->err),
			==, BSN_TOO_LARGE);
	g_assert_nonnull(strstr(fixture->err.reason, "49152"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/evm/accounts/have-nonces-and-balances",
			accounts_have_nonces_and_balances);
	g_test_add_func("/evm/accounts/slots-have-values", slots_have_values);
	g_test_add_func("/evm/accounts/the-least-budget-is-enough",
			the_least_budget_is_enough);
	g_test_add_func("/evm/accounts/no-budget-is-enough-for-too-much-code",
			no_budget_is_enough_for_too_much_code);
	return g_test_run();
}
