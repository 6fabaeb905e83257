/* SPDX-License-Identifier: Apache-2.0
 *
 * What the EVM plugin does for engines that upgrade a contract where it is, and
 * that have no use for a caller's nonce.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/assert-bytes.h"

/* Answers what is in slot 0. */
#define ANSWERS_SLOT "60005460005260206000f3"
/* Sets slot 0 to 9, logs, and gives that code. */
#define INITCODE "6009600055" "60006000a0" "600b6016600039" "600b6000f3" \
		 ANSWERS_SLOT

static void
replace(Fixture *fixture, const char *hex)
{
	g_autoptr(GByteArray) initcode = bytes_of_hex(hex);

	fixture->call.kind = BSN_CALL_CREATE;
	fixture->call.flags = BSN_CALL_REPLACE;
	fixture->call.input = buffer_slice(initcode);
	fixture_execute(fixture);
	fixture->call.kind = BSN_CALL_INVOKE;
	fixture->call.flags = 0;
	fixture->call.input = bsn_slice_of(NULL, 0);
}

static void
only_the_code_changes(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *output = NULL;
	const guint8 slot[32] = { 0 };
	guint8 balance[32], before[32], value[32];
	guint64 nonce, nonce_before;

	g_assert_cmpint(fixture_run(fixture, "6007600055"), ==, BSN_OK);
	world_account(fixture->world, fixture->contract, &nonce_before,
		      before);
	replace(fixture, INITCODE);
	g_assert_cmpint(fixture->world->status, ==, BSN_OK);
	g_assert_cmpuint(fixture->world->logs->len, ==, 0);
	world_slot(fixture->world, fixture->contract, slot, value);
	g_assert_cmpuint(value[31], ==, 7);
	world_account(fixture->world, fixture->contract, &nonce, balance);
	g_assert_cmpuint(nonce, ==, nonce_before);
	assert_bytes(balance, 32, before, 32);
	fixture_execute(fixture);
	output = fixture_output(fixture);
	g_assert_true(g_str_has_suffix(output, "07"));
}

static void
code_must_be_there_before_and_after(void)
{
	static const char *const initcodes[] = {
		"00",         /* gives no code */
		"60006000fd", /* reverts */
		"60ef60005360016000f3", /* no code of these rules */
	};
	g_autoptr(Fixture) fixture = fixture_new();

	replace(fixture, INITCODE);
	g_assert_cmpint(fixture->world->status, ==, BSN_FAULT);
	g_assert_nonnull(strstr(fixture->world->reason, "no code"));
	for (guint i = 0; i < G_N_ELEMENTS(initcodes); i++) {
		g_autofree char *output = NULL;

		fixture_put_code(fixture, CONTRACT_BYTE,
				 "602a60005260206000f3");
		replace(fixture, initcodes[i]);
		g_assert_cmpint(fixture->world->status, >, BSN_OK);
		fixture_execute(fixture);
		output = fixture_output(fixture);
		g_assert_true(g_str_has_suffix(output, "2a"));
	}
}

static void
uncounted_calls_leave_the_caller_alone(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	guint64 before, after;

	world_account(fixture->world, fixture->caller, &before, NULL);
	fixture->call.flags = BSN_CALL_UNCOUNTED;
	g_assert_cmpint(fixture_run(fixture, "00"), ==, BSN_OK);
	g_assert_cmpuint(fixture->world->changes, ==, 0);
	g_assert_cmpint(fixture_run(fixture, "6007600055"), ==, BSN_OK);
	world_account(fixture->world, fixture->caller, &after, NULL);
	g_assert_cmpuint(after, ==, before);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/evm/replace/only-the-code-changes",
			only_the_code_changes);
	g_test_add_func("/evm/replace/code-must-be-there-before-and-after",
			code_must_be_there_before_and_after);
	g_test_add_func("/evm/uncounted/leaves-the-caller-alone",
			uncounted_calls_leave_the_caller_alone);
	return g_test_run();
}
