/* SPDX-License-Identifier: Apache-2.0
 *
 * The EVM plugin through its ABI: what instructions do and cost, and how an
 * execution ends.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

#define INTRINSIC 21000u

/* Ends code: the top of the stack is the output. */
#define RETURN_TOP "60005260206000f3"

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

/* Error(string) with 240 bytes that are no text: each becomes a character of three,
 * and the last one does not fit. */
#define REVERT_BYTES                                                           \
	"6308c379a060e01b5f526020600452" "60f0602452"                          \
	"5f19604452" "5f19606452" "5f19608452" "5f1960a452"                    \
	"5f1960c452" "5f1960e452" "5f1961010452" "5f1961012452"                \
	"6101445ffd"

static void
reverts_reason_is_cut_whole(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const char *reason;

	g_assert_cmpint(fixture_run(fixture, REVERT_BYTES), ==, BSN_REVERTED);
	reason = fixture->world->reason;
	g_assert_true(g_utf8_validate(reason, -1, NULL));
	g_assert_cmpuint(strlen(reason), ==, (BSN_REASON_MAX - 1) / 3 * 3);
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
	g_test_add_func("/evm/endings/reverts-reason-is-cut-whole",
			reverts_reason_is_cut_whole);
	return g_test_run();
}
