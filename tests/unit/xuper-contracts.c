/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-contracts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/engine-xuper/kernel/buckets.h"
#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fake-host.h"

static const char config_json[] =
	"{\"predistribution\":[],\"nofee\":true,"
	"\"consensus\":{\"name\":\"single\"}}";

static void
read_evidence(XuperWorld *world)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/unit/contracts/evidence.json", NULL);
	g_autoptr(json_t) file = json_load_file(path, 0, NULL);
	const char *code;

	g_assert_nonnull(file);
	code = json_string_value(json_object_get(file, "code"));
	world->evidence_abi = json_text(json_object_get(file, "abi"));
	world->evidence_code = g_byte_array_new();
	g_assert_true(hex_decode(code, strlen(code), world->evidence_code));
}

static void
put(XuperWorld *world, const char *bucket, const char *key, const char *value)
{
	XVersion version = { .there = TRUE };

	memset(version.txid, ++world->next, HASH_LEN);
	xmodel_put(world->layer, bsn_slice_str(bucket), bsn_slice_str(key),
		   &version, bsn_slice_str(value));
}

XuperWorld *
xuper_world_new(void)
{
	XuperWorld *world = g_new0(XuperWorld, 1);
	g_autofree char *acl = NULL;

	fake_host_load("crypto-std.so");
	fake_host_load("runtime-evm.so");
	world->chain = xuper_chain_new();
	world->store = layer_store(world->chain);
	world->layer = layer_over(world->store);
	world->suite = xuper_suite(FALSE);
	world->alice = xuper_person(&world->suite, 1);
	world->bob = xuper_person(&world->suite, 2);
	g_assert_cmpint(config_parse(bsn_slice_str("xuper"),
				     bsn_slice_str(config_json),
				     &world->config, NULL), ==, BSN_OK);
	world->alice_path =
		g_strconcat(TEST_ACCOUNT "/", world->alice.address, NULL);
	world->auth[0] = world->alice_path;
	world->env = (SandboxEnv){
		.config = world->config,
		.suite = &world->suite,
		.initiator = world->alice.address,
		.auth_require = world->auth,
		.time_ms = TEST_TIME_MS,
	};
	acl = g_strdup_printf("{\"pm\":{\"rule\":1,\"acceptValue\":1},"
			      "\"aksWeight\":{\"%s\":1}}",
			      world->alice.address);
	put(world, BUCKET_ACCOUNT, TEST_ACCOUNT, acl);
	read_evidence(world);
	return world;
}

void
xuper_world_free(XuperWorld *world)
{
	g_byte_array_unref(world->evidence_code);
	g_free(world->evidence_abi);
	g_free(world->alice_path);
	config_free(world->config);
	layer_unref(world->layer);
	layer_unref(world->store);
	xuper_chain_free(world->chain);
	g_free(world);
}

void
xuper_world_apply(XuperWorld *world, Sandbox *box)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	XVersion version = { .there = TRUE };

	sandbox_result(box, &arena, &msg);
	memset(version.txid, ++world->next, HASH_LEN);
	for (size_t i = 0; i < msg.n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = msg.tx_outputs_ext[i];

		version.offset = (gint32)i;
		if (strcmp(output->bucket, BUCKET_TRANSIENT) != 0)
			xmodel_put(world->layer, bsn_slice_str(output->bucket),
				   message_slice(output->key), &version,
				   message_slice(output->value));
	}
}

/* ---- requests ---------------------------------------------------------- */

void
xuper_request_add(XuperRequest *request, const char *name, bsn_slice value)
{
	Xldgpb__InvokeRequest *msg = &request->msg;
	Xldgpb__Argument *arg = arena_room(&request->arena, sizeof(*arg));
	Xldgpb__Argument **args = arena_room(
		&request->arena, (msg->n_args + 1) * sizeof(*args));

	xldgpb__argument__init(arg);
	arg->key = arena_copy(&request->arena, name, strlen(name));
	arg->value.len = value.len;
	arg->value.data = (uint8_t *)arena_copy(&request->arena, value.data,
						value.len);
	for (size_t i = 0; i < msg->n_args; i++)
		args[i] = msg->args[i];
	args[msg->n_args++] = arg;
	msg->args = args;
}

XuperRequest *
xuper_request(const char *module, const char *contract, const char *method,
	      ...)
{
	XuperRequest *request = g_new0(XuperRequest, 1);
	const char *name;
	va_list args;

	xldgpb__invoke_request__init(&request->msg);
	request->msg.module_name =
		arena_copy(&request->arena, module, strlen(module));
	request->msg.contract_name =
		arena_copy(&request->arena, contract, strlen(contract));
	request->msg.method_name =
		arena_copy(&request->arena, method, strlen(method));
	va_start(args, method);
	while ((name = va_arg(args, const char *)) != NULL)
		xuper_request_add(request, name,
				  bsn_slice_str(va_arg(args, const char *)));
	va_end(args);
	return request;
}

void
xuper_request_free(XuperRequest *request)
{
	arena_clear(&request->arena);
	g_free(request);
}

XuperRequest *
xuper_call(const char *contract, const char *method, const char *json)
{
	return xuper_request("evm", contract, method, "jsonEncoded", "true",
			     "input", json, NULL);
}

XuperRequest *
xuper_deploy(const XuperWorld *world, const char *method, const char *name,
	     const char *title)
{
	g_autofree char *args = g_strdup_printf("[\"%s\"]", title);
	g_autofree char *encoded =
		g_base64_encode((const guchar *)args, strlen(args));
	g_autofree char *init = g_strdup_printf(
		"{\"jsonEncoded\":\"dHJ1ZQ==\",\"input\":\"%s\"}", encoded);
	XuperRequest *request = xuper_request(
		"xkernel", "$contract", method, "account_name", TEST_ACCOUNT,
		"contract_name", name, "contract_abi", world->evidence_abi,
		"init_args", init, NULL);

	xuper_request_add(request, "contract_code",
			  buffer_slice(world->evidence_code));
	return request;
}

/* ---- running ----------------------------------------------------------- */

static void
pack_sets(Sandbox *box, GByteArray *sets)
{
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;

	sandbox_result(box, &arena, &msg);
	g_byte_array_set_size(sets, 0);
	message_append(sets, &msg);
}

static int32_t
run_on(XuperRequest *request, Sandbox *box, guint32 flags, RunResult *result)
{
	Xldgpb__InvokeRequest *list[] = { &request->msg };
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(run_requests(box, list, 1, flags, result, &err), ==,
			BSN_OK);
	g_assert_cmpint(result->status == BSN_OK, ==, result->reason == NULL);
	return result->status;
}

int32_t
xuper_world_run(XuperWorld *world, XuperRequest *request, RunResult *result)
{
	g_autoptr(Sandbox) box = sandbox_new(world->layer, &world->env);
	int32_t status = run_on(request, box, 0, result);

	if (status == BSN_OK)
		xuper_world_apply(world, box);
	return status;
}

int32_t
xuper_world_try(XuperWorld *world, XuperRequest *request, guint32 flags,
		RunResult *result, GByteArray *sets)
{
	g_autoptr(Sandbox) box = sandbox_new(world->layer, &world->env);
	int32_t status = run_on(request, box, flags, result);

	if (sets != NULL)
		pack_sets(box, sets);
	return status;
}
