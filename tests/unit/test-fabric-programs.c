/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's programs of chaincodes: which runtime, started and stopped
 * when.
 */
#include <string.h>

#include "plugins/kit/json.h"
#include "tests/unit/fabric-run.h"
#include "tests/unit/fabric-script.h"

static void
test_programs(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_scripted();
	Run *old = fabric_run_begin(fixture, "basic", "do", NULL);

	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	/* The old program goes when nothing runs in it any more. */
	fabric_run_install(fixture, "basic_2:cc", "node", NULL);
	fabric_run_define(fixture, "basic", "basic_2:cc");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;basic_2:cc;");
	g_assert_cmpuint(fake_chain_timers(fixture->channel.chain), ==, 0);
	run_cancel(old);
	g_assert_cmpuint(fake_chain_timers(fixture->channel.chain), ==, 1);
	runtimes_timer(&fixture->channel);
	g_assert_cmpstr(script_started->str, ==, "basic_2:cc;");
	run_cancel(fabric_run_begin(fixture, "other", "do", NULL));
	g_assert_cmpstr(script_started->str, ==, "basic_2:cc;other_1:bb;");
	/* Two chaincodes of one package. */
	fabric_run_define(fixture, "basic", "other_1:bb");
	fabric_run_define(fixture, "other", "basic_2:cc");
	run_cancel(fabric_run_begin(fixture, "basic", "do", NULL));
	run_cancel(fabric_run_begin(fixture, "other", "do", NULL));
	g_assert_true(strstr(script_started->str, "basic_2:cc;") != NULL);
	g_assert_true(strstr(script_started->str, "other_1:bb;") != NULL);
}

static void
test_prepare(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_scripted();
	Definition *basic = fixture->definitions->pdata[0];

	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	basic->condition = CHAINCODE_FROZEN;
	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "basic_1:aa;");
	basic->condition = CHAINCODE_UNINSTALLED;
	runtimes_prepare(&fixture->channel, basic);
	g_assert_cmpstr(script_started->str, ==, "");
	fabric_run_define(fixture, "other", "other_2:dd");
	runtimes_prepare(&fixture->channel, fixture->definitions->pdata[1]);
	g_assert_cmpstr(script_started->str, ==, "");
}

static void
test_runtimes(void)
{
	g_autoptr(FabricRun) fixture = fabric_run_scripted();
	g_autoptr(json_t) list = runtimes_json(&fixture->channel);

	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_nonnull(runtimes_find("node"));
	g_assert_null(runtimes_find("golang"));
	g_assert_true(runtimes_checker("node") == &script_runtime);
	g_assert_null(runtimes_checker("golang"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_add_runtime(&script_runtime);
#define TEST(name, function) g_test_add_func("/fabric/" name, function)
	TEST("programs/start-once-and-stop-when-replaced", test_programs);
	TEST("programs/start-before-they-are-called", test_prepare);
	TEST("programs/have-runtimes", test_runtimes);
	return g_test_run();
}
