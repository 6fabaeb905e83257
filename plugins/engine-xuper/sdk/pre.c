/* SPDX-License-Identifier: Apache-2.0
 *
 * Pre-execution: requests are run on the state with all that waits, and what they
 * read, write and use comes back for the client to make a transaction of.
 *
 * Each request comes back with limits. Of memory, disk and xfee they are what it
 * used; of cpu what it might use, as the EVM gives calls within a call a part of
 * what is left, so that it runs the same again only with as much.
 *
 * Contracts see the time 0, as in the transactions of version 1 that are made of
 * it: when that will be, nobody knows yet.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/reserved.h"
#include "plugins/engine-xuper/genesis.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define RESPONSE_OK 200

typedef struct {
	SdkCall *call;
	Sandbox *box;
	Pb__InvokeResponse *out;
	guint64 before[RESOURCES];
	guint64 gas;
} Trial;

/* ---- limits ---- */

static Xldgpb__InvokeRequest *
copy_request(SdkCall *call, const Xldgpb__InvokeRequest *request)
{
	Xldgpb__InvokeRequest *copy = arena_room(&call->arena, sizeof(*copy));

	*copy = *request;
	return copy;
}

/* What a request may use of a resource. */
static guint64
limit_of(const Trial *trial, const Xldgpb__InvokeRequest *request, guint type)
{
	const guint64 all = trial->call->ledger->config->limits[type];
	guint64 limit =
		all > trial->before[type] ? all - trial->before[type] : 0;

	for (size_t i = 0; i < request->n_resource_limits; i++)
		if ((guint)request->resource_limits[i]->type == type)
			limit = MIN(limit,
				    (guint64)MAX(request->resource_limits[i]
							 ->limit,
						 0));
	return limit;
}

/* The request with its limits, after it was run. */
static void
put_limits(Trial *trial, Xldgpb__InvokeRequest *request)
{
	Arena *arena = &trial->call->arena;
	Xldgpb__ResourceLimit **limits =
		arena_room(arena, RESOURCES * sizeof(*limits));

	for (guint i = 0; i < RESOURCES; i++) {
		const guint64 now = sandbox_used(trial->box, i);
		const guint64 used =
			now > trial->before[i] ? now - trial->before[i] : 0;

		limits[i] = arena_room(arena, sizeof(*limits[i]));
		xldgpb__resource_limit__init(limits[i]);
		limits[i]->type = (Xldgpb__ResourceType)i;
		limits[i]->limit =
			(gint64)(i == RESOURCE_CPU && used > 0 ?
					 limit_of(trial, request, i) :
					 used);
	}
	for (guint i = 0; i < RESOURCES; i++)
		trial->before[i] = sandbox_used(trial->box, i);
	request->resource_limits = limits;
	request->n_resource_limits = RESOURCES;
}

/* ---- answers ---- */

/* As XuperChain decodes them for who has sent JSON: [{"NAME": "VALUE"}, ...]. */
static char *
results_text(const AbiFunction *function, bsn_slice output)
{
	g_autoptr(json_t) named = NULL;
	g_autoptr(json_t) list = json_array();
	const char *name;
	json_t *value;

	if (function == NULL || function->outputs == NULL)
		return NULL;
	named = abi_decode_named(function->outputs, output, NULL);
	if (named == NULL)
		return NULL;
	json_object_foreach (named, name, value) {
		g_autofree char *text =
			json_is_string(value) ?
				g_strdup(json_string_value(value)) :
				json_text(value);

		json_array_append_new(list, json_pack("{s:s}", name, text));
	}
	return json_text(list);
}

static const AbiFunction *
function_of(const Interface *interface, const Xldgpb__InvokeRequest *request)
{
	g_autoptr(json_t) args = NULL;

	if (interface == NULL)
		return NULL;
	args = json_parse(invoke_arg(request, ARG_INPUT), XMODEL_VALUE_MAX,
			  ARG_INPUT, NULL, NULL);
	return abi_find_function(interface->abi,
				 bsn_slice_str(request->method_name), args,
				 NULL, NULL);
}

static ProtobufCBinaryData
body_of(Trial *trial, const Xldgpb__InvokeRequest *request, bsn_slice output)
{
	g_autoptr(Interface) interface = NULL;
	g_autofree char *text = NULL;

	if (bsn_slice_equal(invoke_arg(request, ARG_JSON_ENCODED),
			    bsn_slice_str("true"))) {
		interface = interface_of(trial->box,
					 bsn_slice_str(request->contract_name));
		text = results_text(function_of(interface, request), output);
	}
	return sdk_bytes(trial->call,
			 text != NULL ? bsn_slice_str(text) : output);
}

static void
put_response(Trial *trial, const Xldgpb__InvokeRequest *request,
	     bsn_slice output)
{
	Pb__InvokeResponse *out = trial->out;
	Pb__ContractResponse *response =
		sdk_new(trial->call, &pb__contract_response__descriptor);

	response->status = RESPONSE_OK;
	response->body = body_of(trial, request, output);
	out->responses[out->n_responses++] = response;
	out->response[out->n_response++] = response->body;
}

/* ---- running ---- */

static int32_t
run_one(Trial *trial, Xldgpb__InvokeRequest *request, bsn_err *err)
{
	g_auto(RunResult) result = { 0 };
	int32_t status = run_requests(trial->box, &request, 1, 0, &result, err);

	if (status != BSN_OK)
		return status;
	if (result.status != BSN_OK)
		return bsn_fail_native(err, result.status,
				       result.status == BSN_OUT_OF_BUDGET ?
					       XUPER_RESOURCES :
					       XUPER_CONTRACT,
				       "%s", result.reason);
	trial->gas = result.gas;
	put_response(trial, request, buffer_slice(result.output));
	put_limits(trial, request);
	return BSN_OK;
}

static void
make_room(Trial *trial, gsize n)
{
	Arena *arena = &trial->call->arena;
	Pb__InvokeResponse *out = trial->out;

	out->requests = arena_room(arena, (n + 1) * sizeof(*out->requests));
	out->responses = arena_room(arena, (n + 1) * sizeof(*out->responses));
	out->response = arena_room(arena, (n + 1) * sizeof(*out->response));
}

static int32_t
run_all(Trial *trial, const Pb__InvokeRPCRequest *in, bsn_err *err)
{
	const ChainConfig *config = trial->call->ledger->config;
	Pb__InvokeResponse *out = trial->out;
	int32_t status = sandbox_get(trial->box, bsn_slice_str(BUCKET_CHAIN),
				     bsn_slice_str(KEY_CHAIN_NAME), NULL, err);
	guint reserved = 0;

	if (status == BSN_OK)
		status = reserved_count(trial->box, &reserved, err);
	if (status != BSN_OK)
		return status;
	make_room(trial, reserved + in->n_requests);
	for (guint i = 0; i < reserved; i++)
		out->requests[out->n_requests++] =
			reserved_request(&trial->call->arena, config, i,
					 in->requests, in->n_requests);
	for (size_t i = 0; i < in->n_requests; i++)
		out->requests[out->n_requests++] =
			copy_request(trial->call, in->requests[i]);
	for (size_t i = 0; i < out->n_requests && status == BSN_OK; i++)
		status = run_one(trial, out->requests[i], err);
	return status;
}

/* ---- the whole ---- */

static int32_t
check(const SdkCall *call, const Pb__InvokeRPCRequest *in, bsn_err *err)
{
	const bsn_slice initiator = bsn_slice_str(in->initiator);

	if (in->n_requests > TX_REQUESTS_MAX ||
	    in->n_auth_require > TX_AUTH_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction has at most %u requests and %u "
				"auth_require",
				TX_REQUESTS_MAX, TX_AUTH_MAX);
	if (in->n_requests == 0 || address_valid(initiator) ||
	    account_of_chain(initiator,
			     bsn_slice_str(call->ledger->config->name)))
		return sdk_chain(call, in->bcname, err);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"initiator must be an address or an account of this "
			"chain");
}

static void
put_sets(Trial *trial)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Pb__InvokeResponse *out = trial->out;

	sandbox_result(trial->box, &trial->call->arena, &msg);
	out->inputs = msg.tx_inputs_ext;
	out->n_inputs = msg.n_tx_inputs_ext;
	out->outputs = msg.tx_outputs_ext;
	out->n_outputs = msg.n_tx_outputs_ext;
	out->utxoinputs = msg.tx_inputs;
	out->n_utxoinputs = msg.n_tx_inputs;
	out->utxooutputs = msg.tx_outputs;
	out->n_utxooutputs = msg.n_tx_outputs;
	out->gas_used = (gint64)trial->gas;
}

int32_t
sdk_preexec(SdkCall *call, const Pb__InvokeRPCRequest *in,
	    Pb__InvokeResponse **response, bsn_err *err)
{
	const char **auth = arena_room(&call->arena, (in->n_auth_require + 1) *
							     sizeof(*auth));
	const SandboxEnv env = { .config = call->ledger->config,
				 .suite = &call->ledger->suite,
				 .initiator = in->initiator,
				 .auth_require = auth };
	g_autoptr(Sandbox) box = NULL;
	Trial trial = { .call = call };
	int32_t status = check(call, in, err);

	if (status != BSN_OK)
		return status;
	for (size_t i = 0; i < in->n_auth_require; i++)
		auth[i] = in->auth_require[i];
	box = sandbox_new(pool_layer(call->ledger->pool), &env);
	trial.box = box;
	trial.out = sdk_new(call, &pb__invoke_response__descriptor);
	/* Tokens that only move need no contract. */
	if (in->n_requests > 0)
		status = run_all(&trial, in, err);
	if (status == BSN_OK)
		put_sets(&trial);
	*response = trial.out;
	return status;
}

int32_t
sdk_pre_exec(SdkCall *call, bsn_err *err)
{
	const Pb__InvokeRPCRequest *in = call->request;
	Pb__InvokeRPCResponse *out =
		sdk_new(call, &pb__invoke_rpcresponse__descriptor);
	int32_t status = sdk_preexec(call, in, &out->response, err);

	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	call->answer = out;
	return status;
}
