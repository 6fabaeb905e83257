/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts of engine-xuper, run by the EVM as it is loaded.
 */
#define _GNU_SOURCE
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-contracts.h"

#define ID "\"0x1111111111111111111111111111111111111111111111111111111111111111\""

static int32_t
run(XuperWorld *world, XuperRequest *request, char **reason)
{
	g_autoptr(XuperRequest) owned = request;
	g_auto(RunResult) result = { 0 };
	int32_t status = xuper_world_run(world, owned, &result);

	if (reason != NULL) {
		g_free(*reason);
		*reason = g_strdup(result.reason);
	}
	return status;
}

static void
deploy(XuperWorld *world, const char *name)
{
	g_autofree char *reason = NULL;
	int32_t status = run(world,
			     xuper_deploy(world, "deployContract", name, "t"),
			     &reason);

	if (status != BSN_OK)
		g_error("deploy: %s", reason);
}

static gint
total(XuperWorld *world, const char *name)
{
	g_autoptr(XuperRequest) request = xuper_call(name, "total", "[]");
	g_auto(RunResult) result = { 0 };

	g_assert_cmpint(xuper_world_try(world, request, RUN_READ_ONLY, &result,
					NULL), ==, BSN_OK);
	g_assert_cmpuint(result.output->len, ==, 32);
	return result.output->data[31];
}

static void
contracts_are_deployed_and_called(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) request =
		xuper_call("evidence", "deposit", "[" ID ",\"note\"]");
	g_auto(RunResult) result = { 0 };

	deploy(world, "evidence");
	g_assert_cmpint(xuper_world_run(world, request, &result), ==, BSN_OK);
	g_assert_cmpstr(result.language, ==, "solidity");
	g_assert_cmpuint(result.used[RESOURCE_CPU], >, 21000);
	g_assert_cmpuint(result.used[RESOURCE_DISK], >, 0);
	g_assert_cmpuint(result.gas, ==, 0); /* a chain without fees */
	g_assert_cmpint(total(world, "evidence"), ==, 1);
}

/* Same request, same state: the same sets, whatever else has run before. */
static void
runs_are_the_same_on_all_nodes(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) request =
		xuper_call("evidence", "deposit", "[" ID ",\"note\"]");
	g_autoptr(GByteArray) first = g_byte_array_new();
	g_autoptr(GByteArray) again = g_byte_array_new();

	deploy(world, "evidence");
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

/* Two transactions of one person meet only where their contracts do. */
static void
callers_leave_no_trace(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(Sandbox) box = NULL;
	g_autoptr(XuperRequest) request =
		xuper_call("evidence", "deposit", "[" ID ",\"note\"]");
	Xldgpb__InvokeRequest *list[] = { &request->msg };
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(RunResult) result = { 0 };
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	guint8 caller[EVM_ADDRESS_LEN];

	deploy(world, "evidence");
	box = sandbox_new(world->layer, &world->env);
	g_assert_cmpint(run_requests(box, list, 1, 0, &result, NULL), ==,
			BSN_OK);
	sandbox_result(box, &arena, &msg);
	g_assert_true(evm_address_of(bsn_slice_str(world->alice.address),
				     caller));
	for (size_t i = 0; i < msg.n_tx_outputs_ext; i++) {
		ProtobufCBinaryData key = msg.tx_outputs_ext[i]->key;

		g_assert_null(memmem(key.data, key.len, caller,
				     sizeof(caller)));
		if (key.len >= 21)
			g_assert_cmpint(memcmp(key.data + 1, caller,
					       EVM_ADDRESS_LEN), !=, 0);
	}
}

static void
reverts_say_why_and_change_nothing(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autofree char *reason = NULL;

	deploy(world, "evidence");
	g_assert_cmpint(run(world, xuper_call("evidence", "deposit",
					      "[" ID ",\"no\"]"),
			    &reason), ==, BSN_REVERTED);
	g_assert_nonnull(strstr(reason, "TooShort"));
	g_assert_cmpint(run(world, xuper_call("evidence", "divide", "[1,0]"),
			    &reason), ==, BSN_REVERTED);
	g_assert_nonnull(strstr(reason, "zero"));
	g_assert_cmpint(run(world, xuper_call("evidence", "spin", "[]"),
			    &reason), ==, BSN_OUT_OF_BUDGET);
	g_assert_cmpint(total(world, "evidence"), ==, 0);
}

static void
limits_bind(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) request =
		xuper_call("evidence", "deposit", "[" ID ",\"note\"]");
	Xldgpb__ResourceLimit limit = XLDGPB__RESOURCE_LIMIT__INIT;
	Xldgpb__ResourceLimit *limits[] = { &limit };

	deploy(world, "evidence");
	request->msg.resource_limits = limits;
	request->msg.n_resource_limits = 1;
	for (guint type = 0; type < RESOURCES; type++) {
		g_auto(RunResult) result = { 0 };
		gboolean uses = type == RESOURCE_CPU || type == RESOURCE_DISK;

		limit.type = (Xldgpb__ResourceType)type;
		limit.limit = 20;
		g_assert_cmpint(xuper_world_try(world, request, 0, &result,
						NULL),
				==, uses ? BSN_OUT_OF_BUDGET : BSN_OK);
	}
}

/* Who may call a method by its ACL cannot be given another's input. */
static void
methods_are_what_their_input_says(void)
{
	static const char selector[] = "\x2d\xdb\xd1\x3a"; /* total() */
	g_autoptr(XuperWorld) world = xuper_world_new();
	const char *const wrong[] = { "title", "total()", "", "Total" };
	g_autofree char *reason = NULL;

	deploy(world, "evidence");
	g_assert_cmpint(run(world, xuper_request("evm", "evidence", "total",
						 "input", selector, NULL),
			    &reason), ==, BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_cmpint(run(world, xuper_request("evm", "evidence",
							 wrong[i], "input",
							 selector, NULL),
				    NULL), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(run(world, xuper_request("evm", "evidence", "x",
						 "input", "\x01\x02\x03\x04",
						 NULL),
			    NULL), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(run(world, xuper_request("evm", "evidence", "total",
						 "input", "\x01", NULL),
			    NULL), ==, BSN_BAD_REQUEST);
}

static void
hostile_requests_are_refused(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) paid = xuper_call("evidence", "total", "[]");
	g_auto(RunResult) result = { 0 };

	deploy(world, "evidence");
	g_assert_cmpint(run(world, xuper_call("nowhere", "total", "[]"), NULL),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(run(world, xuper_call("no", "total", "[]"), NULL), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(run(world, xuper_call("evidence", "total", "{"), NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(run(world, xuper_request("wasm", "evidence", "total",
						 NULL), NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(run(world, xuper_request("xkernel", "$nothing", "x",
						 NULL), NULL),
			==, BSN_NOT_FOUND);
	paid->msg.amount = (char *)"5";
	g_assert_cmpint(xuper_world_run(world, paid, &result), ==,
			BSN_NOT_OFFERED);
}

static void
only_reading_changes_nothing(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) request =
		xuper_call("evidence", "deposit", "[" ID ",\"note\"]");
	g_autoptr(XuperRequest) kernel =
		xuper_deploy(world, "deployContract", "another", "t");
	g_auto(RunResult) result = { 0 };
	g_auto(RunResult) refused = { 0 };

	deploy(world, "evidence");
	g_assert_cmpint(xuper_world_try(world, request, RUN_READ_ONLY, &result,
					NULL), ==, BSN_FAULT);
	g_assert_cmpint(xuper_world_try(world, kernel, RUN_READ_ONLY, &refused,
					NULL), ==, BSN_DENIED);
}

/* A contract calls another one by the address that its name has. */
static void
contracts_call_each_other(void)
{
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autofree char *args = NULL;
	g_autofree char *reason = NULL;
	g_autoptr(GString) hex = g_string_new("0x");
	guint8 other[EVM_ADDRESS_LEN];

	deploy(world, "evidence");
	deploy(world, "archive");
	g_assert_true(contract_address(bsn_slice_str("archive"), other));
	for (guint i = 0; i < EVM_ADDRESS_LEN; i++)
		g_string_append_printf(hex, "%02x", other[i]);
	args = g_strdup_printf("[\"%s\"," ID ",\"note\"]", hex->str);
	g_assert_cmpint(run(world, xuper_call("evidence", "forward", args),
			    &reason), ==, BSN_OK);
	g_assert_cmpint(total(world, "archive"), ==, 1);
	g_assert_cmpint(total(world, "evidence"), ==, 0);
	g_assert_cmpint(run(world, xuper_request("xkernel", "$contract",
						 "freezeContract",
						 "contract_name", "archive",
						 NULL), &reason), ==, BSN_OK);
	g_assert_cmpint(run(world, xuper_call("evidence", "forward", args),
			    &reason), ==, BSN_REVERTED);
}

/* Nobody could call a contract any more, also not to take it back. */
static void
what_is_reserved_stays(void)
{
	static const char *const stops[] = { "freezeContract",
					     "uninstallContract" };
	g_autoptr(XuperWorld) world = xuper_world_new();
	g_autoptr(XuperRequest) reserved = xuper_call("archive", "count", "[]");
	g_autofree char *reason = NULL;

	deploy(world, "evidence");
	deploy(world, "archive");
	if (world->config->reserved == NULL)
		world->config->reserved = g_ptr_array_new();
	g_ptr_array_add(world->config->reserved, &reserved->msg);
	for (guint i = 0; i < G_N_ELEMENTS(stops); i++) {
		g_assert_cmpint(run(world, xuper_request("xkernel", "$contract",
							 stops[i],
							 "contract_name",
							 "archive", NULL),
				    &reason), ==, BSN_DENIED);
		g_assert_cmpint(run(world, xuper_request("xkernel", "$contract",
							 stops[i],
							 "contract_name",
							 "evidence", NULL),
				    &reason), ==, BSN_OK);
	}
	g_assert_cmpint(run(world, xuper_deploy(world, "upgradeContract",
						"archive", "t"), &reason),
			==, BSN_OK);
	g_ptr_array_set_size(world->config->reserved, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/run/contracts-are-deployed-and-called",
			contracts_are_deployed_and_called);
	g_test_add_func("/xuper/run/is-the-same-on-all-nodes",
			runs_are_the_same_on_all_nodes);
	g_test_add_func("/xuper/run/callers-leave-no-trace",
			callers_leave_no_trace);
	g_test_add_func("/xuper/run/reverts-say-why-and-change-nothing",
			reverts_say_why_and_change_nothing);
	g_test_add_func("/xuper/run/limits-bind", limits_bind);
	g_test_add_func("/xuper/run/methods-are-what-their-input-says",
			methods_are_what_their_input_says);
	g_test_add_func("/xuper/run/hostile-requests-are-refused",
			hostile_requests_are_refused);
	g_test_add_func("/xuper/run/only-reading-changes-nothing",
			only_reading_changes_nothing);
	g_test_add_func("/xuper/run/contracts-call-each-other",
			contracts_call_each_other);
	g_test_add_func("/xuper/run/what-is-reserved-stays",
			what_is_reserved_stays);
	return g_test_run();
}
