/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts in WebAssembly on engine-xuper's sandboxes, run by the runtime as it is
 * loaded.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"
#include "tests/unit/wasm-samples.h"
#include "tests/unit/xuper-contracts.h"

#define DIGEST                                                                 \
	"0x1111111111111111111111111111111111111111111111111111111111111111"
#define CONFIG                                                                 \
	"{\"predistribution\":[],\"nofee\":true,"                              \
	"\"consensus\":{\"name\":\"single\"},"                                 \
	"\"contracts\":{\"languages\":[\"solidity\",\"wasm\"]}}"

static XuperWorld *
world_new(void)
{
	XuperWorld *world = xuper_world_new();

	fake_host_load("runtime-wasm.so");
	config_free(world->config);
	g_assert_cmpint(config_parse(bsn_slice_str("xuper"),
				     bsn_slice_str(CONFIG), &world->config,
				     NULL), ==, BSN_OK);
	world->env.config = world->config;
	return world;
}

static XuperRequest *
release(const char *method, const char *name, const char *sample,
	const char *init_args)
{
	g_autoptr(GByteArray) code = wasm_sample(sample);
	XuperRequest *request = xuper_request(
		"xkernel", "$contract", method, "account_name", TEST_ACCOUNT,
		"contract_name", name, "init_args", init_args, NULL);

	xuper_request_add(request, "contract_code", buffer_slice(code));
	return request;
}

/* The output as text, or else why not. Takes the request. */
static int32_t
run(XuperWorld *world, XuperRequest *request, char **said)
{
	g_autoptr(XuperRequest) owned = request;
	g_auto(RunResult) result = { 0 };
	int32_t status = xuper_world_run(world, owned, &result);

	if (said == NULL)
		return status;
	g_free(*said);
	g_byte_array_append(result.output, (const guint8 *)"", 1);
	*said = g_strdup(status != BSN_OK ? result.reason :
					    (const char *)result.output->data);
	return status;
}

static void
deploy(XuperWorld *world, const char *name, const char *sample,
       const char *init_args)
{
	g_autofree char *said = NULL;
	int32_t status = run(world,
			     release("deployContract", name, sample, init_args),
			     &said);

	if (status != BSN_OK)
		g_error("deploy %s: %s", name, said);
}

/* {"name":"register"}, its value as Go writes bytes. */
#define NAMED "{\"name\":\"cmVnaXN0ZXI=\"}"
#define PLACED "{\"0\":\"cmVnaXN0ZXI=\"}"

static void
expect(XuperWorld *world, XuperRequest *request, const char *output)
{
	g_autofree char *said = NULL;

	g_assert_cmpint(run(world, request, &said), ==, BSN_OK);
	g_assert_cmpstr(said, ==, output);
}

static void
refuse(XuperWorld *world, XuperRequest *request, int32_t status,
       const char *word)
{
	g_autofree char *said = NULL;

	g_assert_cmpint(run(world, request, &said), ==, status);
	if (strstr(said, word) == NULL)
		g_error("\"%s\" is not in: %s", word, said);
}

/* ---- calls ---------------------------------------------------------------- */

/* However it was written, and however arguments are given. */
static void
contracts_are_deployed_and_called(gconstpointer sample)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autofree char *said = NULL;

	deploy(world, "evidence", sample, PLACED);
	deploy(world, "other", sample, NAMED);
	expect(world, xuper_request("wasm", "evidence", "name", NULL),
	       "register");
	expect(world, xuper_request("", "other", "name", NULL), "register");
	expect(world, xuper_request("wasm", "evidence", "deposit", "0", DIGEST,
				    "1", "u", "2", "n", NULL), "");
	expect(world, xuper_request("wasm", "other", "deposit", "note", "n",
				    "digest", DIGEST, "uri", "u", NULL), "");
	g_assert_cmpint(run(world, xuper_request("wasm", "other", "get", "0",
						 DIGEST, NULL), &said),
			==, BSN_OK);
	g_assert_nonnull(strstr(said, world->alice.address));
	g_assert_nonnull(strstr(said, "\"time\":\"1700000000\""));
	refuse(world, xuper_request("wasm", "other", "deposit", "0", DIGEST,
				    "1", "u", "2", "n", NULL),
	       BSN_REVERTED, "is deposited already");
	/* Nobody begins it again. */
	refuse(world, xuper_request("wasm", "other", "initialize", "0", "x",
				    NULL), BSN_NOT_FOUND, "initialize");
}

static void
costs_are_counted(void)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autoptr(XuperRequest) call = xuper_request(
		"wasm", "evidence", "deposit", "0", DIGEST, "1", "u", "2", "n",
		NULL);
	g_auto(RunResult) result = { 0 };

	deploy(world, "evidence", SAMPLE_EVIDENCE_C, NAMED);
	g_assert_cmpint(xuper_world_run(world, call, &result), ==, BSN_OK);
	g_assert_cmpstr(result.language, ==, "wasm");
	g_assert_cmpuint(result.used[RESOURCE_CPU], >, 20000);
	g_assert_cmpuint(result.used[RESOURCE_DISK], >, 64);
}

/* Same request, same state: the same sets, whatever the runtime's cache has. */
static void
runs_are_the_same_on_all_nodes(void)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autoptr(XuperRequest) request = xuper_request(
		"wasm", "evidence", "deposit", "0", DIGEST, "1", "u", "2", "n",
		NULL);
	g_autoptr(GByteArray) first = g_byte_array_new();
	g_autoptr(GByteArray) again = g_byte_array_new();

	deploy(world, "evidence", SAMPLE_EVIDENCE_C, NAMED);
	for (guint i = 0; i < 3; i++) {
		g_auto(RunResult) result = { 0 };

		g_assert_cmpint(xuper_world_try(world, request, 0, &result,
						i == 0 ? first : again),
				==, BSN_OK);
		if (i > 0)
			g_assert_true(bsn_slice_equal(buffer_slice(first),
						      buffer_slice(again)));
	}
}

/* What is only asked changes nothing, and says so. */
static void
questions_change_nothing(void)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autoptr(XuperRequest) deposit = xuper_request(
		"wasm", "evidence", "deposit", "0", DIGEST, "1", "u", "2", "n",
		NULL);
	g_autoptr(XuperRequest) name =
		xuper_request("wasm", "evidence", "name", NULL);
	g_auto(RunResult) refused = { 0 };
	g_auto(RunResult) result = { 0 };

	deploy(world, "evidence", SAMPLE_EVIDENCE_C, NAMED);
	g_assert_cmpint(xuper_world_try(world, deposit, RUN_READ_ONLY,
					&refused, NULL), ==, BSN_FAULT);
	g_assert_cmpint(xuper_world_try(world, name, RUN_READ_ONLY, &result,
					NULL), ==, BSN_OK);
}

static void
failures_say_why(void)
{
	g_autoptr(XuperWorld) world = world_new();

	deploy(world, "asker", SAMPLE_ASKER, "{}");
	refuse(world, xuper_request("wasm", "asker", "trap", NULL), BSN_FAULT,
	       "unreachable");
	refuse(world, xuper_request("wasm", "asker", "spin", NULL),
	       BSN_OUT_OF_BUDGET, "budget");
	refuse(world, xuper_request("wasm", "asker", "nothing", NULL),
	       BSN_NOT_FOUND, "nothing");
	refuse(world, xuper_request("wasm", "asker", "", NULL),
	       BSN_BAD_REQUEST, "method_name");
	refuse(world, xuper_request("evm", "asker", "who", NULL),
	       BSN_BAD_REQUEST, "\"wasm\"");
	refuse(world, xuper_request("wasm", "absent", "who", NULL),
	       BSN_NOT_FOUND, "absent");
}

/* ---- contracts that call --------------------------------------------------- */

static XuperRequest *
ask(const char *contract, const char *function)
{
	return xuper_request("wasm", "asker", "ask", "contract", contract,
			     "function", function, NULL);
}

static void
contracts_call_contracts(void)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autofree char *who =
		g_strdup_printf("asker %s other", world->alice.address);

	deploy(world, "asker", SAMPLE_ASKER, "{}");
	deploy(world, "other", SAMPLE_ASKER, "{}");
	expect(world, ask("other", "who"), who);
	expect(world, xuper_request("wasm", "asker", "asked", NULL), "other");
	refuse(world, ask("other", "trap"), BSN_REVERTED, "unreachable");
	refuse(world, ask("absent", "who"), BSN_REVERTED, "absent");
	/* Frozen ones take no calls, from others either. */
	expect(world, xuper_request("wasm", "asker", "asked", NULL), "other");
	g_assert_cmpint(run(world, xuper_request(
				    "xkernel", "$contract", "freezeContract",
				    "contract_name", "other", NULL), NULL),
			==, BSN_OK);
	refuse(world, ask("other", "who"), BSN_REVERTED, "frozen");
	refuse(world, xuper_request("wasm", "other", "who", NULL), BSN_FROZEN,
	       "frozen");
}

/* Machines do not know each other's ways of calling. */
static void
kinds_do_not_mix(void)
{
	g_autoptr(XuperWorld) world = world_new();

	deploy(world, "asker", SAMPLE_ASKER, "{}");
	g_assert_cmpint(run(world, xuper_deploy(world, "deployContract",
						"evidence", "t"), NULL),
			==, BSN_OK);
	refuse(world, ask("evidence", "total"), BSN_REVERTED, "\"evm\"");
	refuse(world, xuper_deploy(world, "upgradeContract", "asker", "t"),
	       BSN_BAD_REQUEST, "module");
	refuse(world, release("upgradeContract", "evidence", SAMPLE_ASKER,
			      "{}"), BSN_BAD_REQUEST, "module");
}

/* Whoever signs a transaction lends no contract his name. */
static void
contracts_only_ask_the_chain(void)
{
	g_autoptr(XuperWorld) world = world_new();
	g_autofree char *said = NULL;

	deploy(world, "asker", SAMPLE_ASKER, "{}");
	g_assert_cmpint(run(world, xuper_request(
				    "wasm", "asker", "ask", "contract", "$acl",
				    "function", "QueryAccountAcl", "n0",
				    "account_name", "v0", TEST_ACCOUNT, NULL),
			    &said), ==, BSN_OK);
	g_assert_nonnull(strstr(said, world->alice.address));
	refuse(world, xuper_request("wasm", "asker", "ask", "contract",
				    "$contract", "function", "freezeContract",
				    "n0", "contract_name", "v0", "asker",
				    NULL), BSN_REVERTED, "changes the chain");
	refuse(world, xuper_request("wasm", "asker", "ask", "contract", "$acl",
				    "function", "QueryAccountAcl", "v0",
				    TEST_ACCOUNT, NULL),
	       BSN_REVERTED, "have names");
	refuse(world, ask("$utxo", "totalSupply"), BSN_REVERTED, "$utxo");
	refuse(world, ask("$acl", "nothing"), BSN_REVERTED, "no method");
}

/* ---- what the chain takes -------------------------------------------------- */

static void
upgrades_keep_state(void)
{
	g_autoptr(XuperWorld) world = world_new();

	deploy(world, "evidence", SAMPLE_EVIDENCE_C, NAMED);
	g_assert_cmpint(run(world, release("upgradeContract", "evidence",
					   SAMPLE_EVIDENCE_AS, "{}"), NULL),
			==, BSN_OK);
	expect(world, xuper_request("wasm", "evidence", "name", NULL),
	       "register");
	refuse(world, release("deployContract", "broken", SAMPLE_EVIDENCE_C,
			      "{}"), BSN_REVERTED, "name");
	refuse(world, release("deployContract", "wasm", SAMPLE_EVIDENCE_C,
			      NAMED), BSN_BAD_REQUEST, "bucket");
}

static void
chains_say_what_they_take(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autofree char *said = config_with_code(bsn_slice_str("{}"),
						 CODE_EVM | CODE_WASM);

	fake_host_load("runtime-wasm.so");
	refuse(world, release("deployContract", "evidence", SAMPLE_EVIDENCE_C,
			      NAMED), BSN_NOT_OFFERED, "contracts.languages");
	g_assert_cmpstr(said, ==,
			"{\"contracts\":{\"languages\":[\"solidity\","
			"\"wasm\"]}}");
	g_free(said);
	said = config_with_code(bsn_slice_str("{}"), CODE_EVM);
	g_assert_cmpstr(said, ==, "{}");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/wasm/called/c", SAMPLE_EVIDENCE_C,
			     contracts_are_deployed_and_called);
	g_test_add_data_func("/wasm/called/assemblyscript", SAMPLE_EVIDENCE_AS,
			     contracts_are_deployed_and_called);
	g_test_add_func("/wasm/costs", costs_are_counted);
	g_test_add_func("/wasm/same", runs_are_the_same_on_all_nodes);
	g_test_add_func("/wasm/questions", questions_change_nothing);
	g_test_add_func("/wasm/failures", failures_say_why);
	g_test_add_func("/wasm/contracts", contracts_call_contracts);
	g_test_add_func("/wasm/kinds", kinds_do_not_mix);
	g_test_add_func("/wasm/chain", contracts_only_ask_the_chain);
	g_test_add_func("/wasm/upgrades", upgrades_keep_state);
	g_test_add_func("/wasm/takes", chains_say_what_they_take);
	return g_test_run();
}
