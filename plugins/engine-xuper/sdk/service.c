/* SPDX-License-Identifier: Apache-2.0
 *
 * The methods, and their calls over HTTP: JSON to message, message to JSON, errors
 * as grpc-gateway writes them.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/codec/message_json.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/json.h"

/* Bytes of a request: a transaction of the largest size, in Base64, twice (an
 * endorser is sent it in JSON in Base64). */
#define REQUEST_MAX (16u << 20)

const ProtobufCMessageDescriptor *const sdk_maps[] = {
	&xldgpb__argument__descriptor,
	&xldgpb__failed_tx__descriptor,
	&pb__ak_weight__descriptor,
	&pb__named_ak_set__descriptor,
	&pb__account_contracts__descriptor,
	NULL,
};

/* ---- the table ---- */

#define METHOD(function, its_rpc, http, path, its_flags, its_type)             \
	static const SdkMethod method_##function = {                           \
		.rpc = "/pb." its_rpc,                                         \
		.route = { sizeof(bsn_http_route), its_flags, http,            \
			   "/v1/" path },                                      \
		.type = &its_type##__descriptor,                               \
		.run = sdk_##function,                                         \
	};

#define METHODS(X)                                                             \
	X(get_bcchains, "Xchain/GetBlockChains", "GET", "get_bcchains", 0,     \
	  pb__common_in)                                                       \
	X(get_bcstatus, "Xchain/GetBlockChainStatus", "POST", "get_bcstatus",  \
	  0, pb__bcstatus)                                                     \
	X(get_balance, "Xchain/GetBalance", "POST", "get_balance", 0,          \
	  pb__address_status)                                                  \
	X(get_frozen_balance, "Xchain/GetFrozenBalance", "POST",               \
	  "get_frozen_balance", 0, pb__address_status)                         \
	X(get_balance_detail, "Xchain/GetBalanceDetail", "POST",               \
	  "get_balance_detail", 0, pb__address_balance_status)                 \
	X(select_utxos, "Xchain/SelectUTXO", "POST", "select_utxos_v2", 0,     \
	  pb__utxo_input)                                                      \
	X(pre_exec, "Xchain/PreExec", "POST", "preexec", 0,                    \
	  pb__invoke_rpcrequest)                                               \
	X(preexec_select_utxo, "Xchain/PreExecWithSelectUTXO", "POST",         \
	  "preexec_select_utxo", 0, pb__pre_exec_with_select_utxorequest)      \
	X(post_tx, "Xchain/PostTx", "POST", "post_tx", BSN_HTTP_CHANGES,       \
	  pb__tx_status)                                                       \
	X(query_tx, "Xchain/QueryTx", "POST", "query_tx", 0, pb__tx_status)    \
	X(get_block, "Xchain/GetBlock", "POST", "get_block", 0, pb__block_id)  \
	X(get_block_by_height, "Xchain/GetBlockByHeight", "POST",              \
	  "get_block_by_height", 0, pb__block_height)                          \
	X(get_account_contracts, "Xchain/GetAccountContracts", "POST",         \
	  "get_account_contracts", 0, pb__get_account_contracts_request)       \
	X(get_address_contracts, "Xchain/GetAddressContracts", "POST",         \
	  "get_address_contracts", 0, pb__address_contracts_request)           \
	X(get_account_by_ak, "Xchain/GetAccountByAK", "POST",                  \
	  "get_account_by_ak", 0, pb__ak2_account_request)                     \
	X(query_acl, "Xchain/QueryACL", "POST", "query_acl", 0,                \
	  pb__acl_status)                                                      \
	X(query_contract_stat_data, "Xchain/QueryContractStatData", "POST",    \
	  "query_contract_stat_data", 0, pb__contract_stat_data_request)       \
	X(endorser_call, "xendorser/EndorserCall", "POST", "endorsercall",     \
	  BSN_HTTP_CHANGES, pb__endorser_request)

METHODS(METHOD)

const SdkMethod *const sdk_methods[] = {
#define X(function, rpc, http, path, flags, type) &method_##function,
	METHODS(X)
#undef X
	NULL,
};

static const bsn_http_route *const routes[] = {
#define X(function, rpc, http, path, flags, type) &method_##function.route,
	METHODS(X)
#undef X
	NULL,
};

const SdkMethod *
sdk_find(const char *rpc)
{
	for (guint i = 0; sdk_methods[i] != NULL; i++)
		if (strcmp(sdk_methods[i]->rpc, rpc) == 0)
			return sdk_methods[i];
	return NULL;
}

static const SdkMethod *
method_of(const bsn_http_route *route)
{
	for (guint i = 0; sdk_methods[i] != NULL; i++)
		if (&sdk_methods[i]->route == route)
			return sdk_methods[i];
	return NULL;
}

/* ---- calls ---- */

void
sdk_call_begin(SdkCall *call, bsn_ledger *ledger)
{
	*call = (SdkCall){
		.ledger = ledger,
		.kept = g_ptr_array_new_with_free_func(
			(GDestroyNotify)block_unref),
	};
}

void
sdk_call_clear(SdkCall *call)
{
	g_ptr_array_unref(call->kept);
	arena_clear(&call->arena);
}

/* ---- over HTTP ---- */

/* grpc-gateway's table, of grpc's codes. */
static guint
http_of(guint code)
{
	static const guint statuses[] = {
		[0] = 200, [3] = 400, [4] = 504,  [5] = 404,  [6] = 409,
		[7] = 403, [8] = 429, [9] = 400,  [10] = 409, [12] = 501,
		[13] = 500, [14] = 503,
	};

	return code < G_N_ELEMENTS(statuses) && statuses[code] != 0 ?
		       statuses[code] :
		       500;
}

static void
answer(bsn_reply *reply, guint status, const json_t *json)
{
	g_autofree char *text = json_text(json);
	const bsn_slice body = bsn_slice_str(text);
	bsn_err err = BSN_ERR_INIT;

	if (body.len <= BSN_HTTP_ANSWER_MAX) {
		services.http->answer(reply, status, body);
		return;
	}
	/* Control characters, of which a block can be full, take six bytes. */
	services.reply->fail(reply,
			     bsn_fail(&err, BSN_TOO_LARGE,
				      "the answer is over %u MiB as JSON: ask "
				      "over gRPC",
				      BSN_HTTP_ANSWER_MAX >> 20),
			     &err);
}

static void
refuse(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	const guint code = bsn_grpc_status_of(status);
	g_autoptr(json_t) json = json_pack(
		"{s:s, s:s, s:i}", "error", err->reason, "message",
		err->reason, "code", (int)code);

	answer(reply, http_of(code), json);
}

/* The SDK takes the list of outputs as it is, so it is there also when empty,
 * which grpc-gateway would leave out. */
static void
show_outputs(json_t *json)
{
	json_t *output = json_object_get(json, "utxoOutput");

	if (output != NULL && json_object_get(output, "utxoList") == NULL)
		json_object_set_new(output, "utxoList", json_array());
}

static int32_t
request(bsn_ledger *ledger, const bsn_http_request *asked, bsn_err *unused)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	const SdkMethod *method = method_of(asked->route);
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) json = NULL;
	int32_t status = BSN_OK;
	SdkCall call;

	sdk_call_begin(&call, ledger);
	call.request = message_from_json(&call.arena, method->type, sdk_maps,
					 asked->body, REQUEST_MAX, &status,
					 &err);
	if (call.request != NULL)
		status = method->run(&call, &err);
	if (status == BSN_OK) {
		json = message_to_json(call.answer, sdk_maps);
		show_outputs(json);
		/* XuperChain has a code alone. */
		if (call.reason != NULL)
			json_object_set_new(json, "message",
					    json_string(call.reason));
		answer(asked->reply, 200, json);
	} else {
		refuse(asked->reply, status, &err);
	}
	sdk_call_clear(&call);
	return BSN_OK;
}

const bsn_engine_http xuper_engine_http = {
	.size = sizeof(bsn_engine_http),
	.routes = routes,
	.request = request,
};
