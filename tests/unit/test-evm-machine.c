/* SPDX-License-Identifier: Apache-2.0
 *
 * One machine for many executions: none notices what those before it did.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

/* Calls itself with all gas until it may not go deeper. */
#define DEEP "5f5f5f5f5f305af100"
/* Writes the last word of a mebibyte of memory, and returns all of it. */
#define WIDE "6001620fffe052620100005ff3"
/* Answers MSIZE, RETURNDATASIZE, memory, a slot, a transient one and the gas
 * that is left, one after the other. */
#define PEEK                                                                   \
	"595f52" "3d602052" "608051604052" "60055460605260055c608052"          \
	"5a60a052" "60c05ff3"
/* Leaves something of all of that, and logs; then it reverts. */
#define LITTER                                                                 \
	"60016005555f195f5260016005" "5d60205fa0" "5f5f5f5f60045af150"         \
	"60ff608052" "5f5ffd"

static char *
output_of(Fixture *fixture, const char *code, guint64 budget)
{
	g_autofree char *output = NULL;

	fixture->call.budget = budget;
	fixture_run(fixture, code);
	output = fixture_output(fixture);
	return g_strdup_printf("%d %" G_GUINT64_FORMAT " %s",
			       fixture->world->status, fixture->world->used,
			       output);
}

static void
nothing_is_left_behind(void)
{
	static const char *const before[] = { DEEP, WIDE, LITTER, "fe", "50" };
	g_autoptr(Fixture) used = fixture_new();

	for (guint i = 0; i < G_N_ELEMENTS(before); i++) {
		g_autoptr(Fixture) fresh = fixture_new();
		g_autofree char *expected = NULL;
		g_autofree char *output = NULL;

		expected = output_of(fresh, PEEK, PLENTY_OF_GAS);
		g_free(output_of(used, before[i],
				 G_GUINT64_CONSTANT(1) << 40));
		output = output_of(used, PEEK, PLENTY_OF_GAS);
		g_assert_cmpstr(output, ==, expected);
	}
}

/* What an execution of the plain kind gives. */
static void
outcomes_are_those_of_execute(void)
{
	g_autoptr(Fixture) plain = fixture_new();
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *expected = NULL;
	g_autofree char *output = NULL;

	fixture_put_code(plain, CONTRACT_BYTE, PEEK);
	g_assert_cmpint(plain->evm->execute(&plain->call, &plain->world->state,
					    &plain->err),
			==, BSN_OK);
	expected = fixture_output(plain);
	fixture_run(fixture, PEEK);
	output = fixture_output(fixture);
	g_assert_cmpstr(output, ==, expected);
	g_assert_cmpuint(fixture->world->used, ==, plain->world->used);
}

static Fixture *outer;

/* A contract of the engine that executes on the machine that called it. */
static int32_t
execute_again(bsn_state *state, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	g_assert_cmpint(outer->evm->execute_on(outer->machine, &outer->call,
					       state, &outer->err),
			==, BSN_E_INVALID);
	g_assert_nonnull(strstr(outer->err.reason, "has not ended"));
	outcome->status = BSN_OK;
	return output->write(output, call->input.data, 0);
}

static void
one_in_use_is_refused(void)
{
	outer = fixture_new();
	outer->world->state.builtin = execute_again;
	fixture_execute(outer);
	g_assert_cmpint(outer->world->status, ==, BSN_OK);
	outer->world->state.builtin = NULL;
	g_assert_cmpint(fixture_run(outer, "00"), ==, BSN_OK);
	fixture_free(outer);
}

static void
none_can_be_freed(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->evm->machine_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	g_test_add_func("/evm/machine/nothing-is-left-behind",
			nothing_is_left_behind);
	g_test_add_func("/evm/machine/outcomes-are-those-of-execute",
			outcomes_are_those_of_execute);
	g_test_add_func("/evm/machine/one-in-use-is-refused",
			one_in_use_is_refused);
	g_test_add_func("/evm/machine/none-can-be-freed", none_can_be_freed);
	return g_test_run();
}
