/* SPDX-License-Identifier: Apache-2.0
 *
 * eth_call and eth_estimateGas: transactions that are only tried.
 */
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/execute.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/state.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Gas that a call may use, as go-ethereum's default: a call holds up the
 * chain. */
#define CALL_GAS_MAX 50000000u
/* An estimate is this close, in parts of itself, to the least gas. */
#define ESTIMATE_PARTS 64u
/* What an inner call is given on top when it moves value. */
#define GAS_STIPEND 2300u
#define ACCESS_LIST_MAX 4096u

/* A transaction that is tried. */
typedef struct {
	guint8 from[ADDRESS_LEN];
	guint8 to[ADDRESS_LEN];
	gboolean has_to;
	guint64 gas;
	guint8 value[HASH_LEN];
	GByteArray *data;
	GByteArray *access_list;
} Trial;

static void
trial_clear(Trial *trial)
{
	g_clear_pointer(&trial->data, g_byte_array_unref);
	g_clear_pointer(&trial->access_list, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

/* ---- reading ----------------------------------------------------------- */

static const json_t *
member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_null(value) ? NULL : value;
}

static void
read_address(RpcCall *call, const json_t *object, const char *name,
	     guint8 *out, gboolean *has)
{
	const json_t *value = member(object, name);

	*has = value != NULL;
	if (value != NULL)
		(void)param_fixed(call, value, name, out, ADDRESS_LEN);
}

/* "data" is the older name of "input". */
static void
read_input(RpcCall *call, const json_t *object, GByteArray *out)
{
	guint64 max = ledger_config(call->ledger)->tx_bytes_max;
	const json_t *input = member(object, "input");
	const json_t *data = member(object, "data");

	if (input != NULL && data != NULL && !json_equal(input, data))
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "params[0] (transaction) has input and data, and they "
			 "are different");
	else if (input != NULL)
		(void)param_data(call, input, "params[0].input", max, out);
	else if (data != NULL)
		(void)param_data(call, data, "params[0].data", max, out);
}

static void
put_entry(RpcCall *call, const json_t *entry, GByteArray *out)
{
	const json_t *keys = json_object_get(entry, "storageKeys");
	g_autoptr(GByteArray) slots = g_byte_array_new();
	guint8 bytes[HASH_LEN];
	RlpItem fields[2];
	RlpItem list;
	json_t *key;
	gsize i;

	json_array_foreach(keys, i, key)
	{
		const RlpItem slot = rlp_bytes(bsn_slice_of(bytes, HASH_LEN));

		if (!param_fixed(call, key, "accessList.storageKeys", bytes,
				 HASH_LEN))
			return;
		rlp_put(slots, &slot);
	}
	if (!param_fixed(call, json_object_get(entry, "address"),
			 "accessList.address", bytes, ADDRESS_LEN))
		return;
	list = rlp_raw(buffer_slice(slots));
	fields[0] = rlp_bytes(bsn_slice_of(bytes, ADDRESS_LEN));
	fields[1] = rlp_list(&list, 1);
	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

static void
read_access_list(RpcCall *call, const json_t *object, GByteArray *out)
{
	const json_t *list = member(object, "accessList");
	g_autoptr(GByteArray) entries = g_byte_array_new();
	RlpItem item;
	json_t *entry;
	gsize i;

	if (list == NULL)
		return;
	if (!json_is_array(list) || json_array_size(list) > ACCESS_LIST_MAX) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "accessList must be an array of at most %u entries",
			 ACCESS_LIST_MAX);
		return;
	}
	json_array_foreach(list, i, entry)
		put_entry(call, entry, entries);
	item = rlp_raw(buffer_slice(entries));
	rlp_put_list(out, &item, 1);
}

static guint64
gas_max(const RpcCall *call)
{
	return MIN(ledger_config(call->ledger)->tx_gas_max, CALL_GAS_MAX);
}

static gboolean
read_trial(RpcCall *call, Trial *trial)
{
	const json_t *object = params_at(call, 0);
	const json_t *gas = member(object, "gas");
	const json_t *value = member(object, "value");
	gboolean has_from;

	trial->data = g_byte_array_new();
	trial->access_list = g_byte_array_new();
	trial->gas = gas_max(call);
	if (!json_is_object(object)) {
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "params[0] (transaction) must be an object");
		return FALSE;
	}
	read_address(call, object, "from", trial->from, &has_from);
	read_address(call, object, "to", trial->to, &trial->has_to);
	if (gas != NULL)
		(void)param_quantity(call, gas, "params[0].gas", &trial->gas);
	if (value != NULL)
		(void)param_integer(call, value, "params[0].value",
				    trial->value);
	read_input(call, object, trial->data);
	read_access_list(call, object, trial->access_list);
	trial->gas = MIN(trial->gas, gas_max(call));
	return call->code == 0;
}

/* ---- running ----------------------------------------------------------- */

static Execution *
next_block(Ledger *ledger)
{
	guint64 now = services.clock->wall_ms(ledger->chain);

	return execution_new(ledger, ledger->head.number + 1,
			     MAX(now, ledger->head.time_ms + 1),
			     ledger->sealer_address);
}

static int32_t
run_with(RpcCall *rpc, Execution *execution, const Trial *trial, guint64 gas,
	 Receipt **receipt, bsn_err *err)
{
	bsn_call call = {
		.kind = trial->has_to ? BSN_CALL_INVOKE : BSN_CALL_CREATE,
		.caller = bsn_slice_of(trial->from, ADDRESS_LEN),
		.contract = bsn_slice_of(trial->to,
					 trial->has_to ? ADDRESS_LEN : 0),
		.input = buffer_slice(trial->data),
		.value = bsn_slice_of(trial->value, HASH_LEN),
		.budget = gas,
		.access_list = buffer_slice(trial->access_list),
	};
	int32_t status = execution_simulate(execution, &call, receipt, err);

	rpc->gas += status == BSN_OK ? (*receipt)->gas_used : gas;
	return status;
}

/* What the contract says of it, if it is a text. */
static json_t *
fail_reverted(RpcCall *call, Execution *execution, const Trial *trial,
	      const Receipt *receipt)
{
	bsn_slice output = buffer_slice(receipt->output);
	g_autofree char *reason = result_reason(
		call->ledger, execution_state(execution),
		trial->has_to ? trial->to : NULL, receipt->status, output);

	call->data = value_data(output);
	if (g_str_has_prefix(reason, "the contract reverted"))
		return rpc_fail(call, RPC_REVERTED, "execution reverted");
	return rpc_fail(call, RPC_REVERTED, "execution reverted: %s", reason);
}

static json_t *
fail_receipt(RpcCall *call, Execution *execution, const Trial *trial,
	     const Receipt *receipt, const bsn_err *err)
{
	if (receipt->status == FISCO_REVERT)
		return fail_reverted(call, execution, trial, receipt);
	if (receipt->status == FISCO_OUT_OF_GAS && receipt->gas_used > 0)
		return rpc_fail(call, RPC_SERVER, "out of gas");
	return rpc_fail(call, RPC_SERVER, "%s",
			err->reason[0] != '\0'
				? err->reason
				: fisco_code(receipt->status)->sentence);
}

/* Ethereum's tools know contracts by Solidity's ABI alone. */
static gboolean
has_evm(RpcCall *call)
{
	if (!wasm_chain(call->ledger))
		return TRUE;
	rpc_fail(call, RPC_SERVER,
		 "%s is for the EVM, and this chain's contracts are "
		 "WebAssembly: call them through the gateway, or by FISCO's "
		 "call",
		 call->method);
	return FALSE;
}

static gboolean
read_params(RpcCall *call, Trial *trial)
{
	const json_t *overrides = params_at(call, 2);
	RpcBlock block;

	if (!params_count(call, 1, 3) || !read_trial(call, trial) ||
	    !rpc_state_block(call, 1, &block))
		return FALSE;
	if (overrides != NULL && json_object_size(overrides) > 0)
		rpc_fail(call, RPC_INVALID_PARAMS,
			 "params[2] (state overrides) is not supported");
	return call->code == 0;
}

static json_t *
eth_call(RpcCall *call)
{
	g_auto(Trial) trial = { .data = NULL };
	g_autoptr(Execution) execution = next_block(call->ledger);
	g_autoptr(Receipt) receipt = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!has_evm(call) || !read_params(call, &trial))
		return NULL;
	status = run_with(call, execution, &trial, trial.gas, &receipt, &err);
	if (status != BSN_OK)
		return rpc_fail_status(call, status, &err);
	if (receipt->status != FISCO_OK)
		return fail_receipt(call, execution, &trial, receipt, &err);
	return value_data(buffer_slice(receipt->output));
}

/* ---- estimates --------------------------------------------------------- */

static gboolean
is_enough(RpcCall *call, Execution *execution, const Trial *trial, guint64 gas)
{
	g_autoptr(Receipt) receipt = NULL;

	return run_with(call, execution, trial, gas, &receipt, NULL) ==
		       BSN_OK &&
	       receipt->status == FISCO_OK;
}

/* The least gas is at least what was used, and more where refunds came last or
 * an inner call needs some left over (EIP-150: it gets 63 of 64 parts). */
static guint64
search(RpcCall *call, Execution *execution, const Trial *trial, guint64 used)
{
	guint64 low = used;
	guint64 high = trial->gas;
	guint64 try = (used + GAS_STIPEND) * 64 / 63;

	if (is_enough(call, execution, trial, used))
		return used;
	while (high - low > high / ESTIMATE_PARTS) {
		if (try <= low || try >= high)
			try = low + (high - low) / 2;
		if (is_enough(call, execution, trial, try))
			high = try;
		else
			low = try;
		/* Most need not much more than they use. */
		try = MIN(low * 2, low + (high - low) / 2);
	}
	return high;
}

/* A deployment that the chain refuses is told before it is signed. */
static gboolean
judge_code(RpcCall *call, const Trial *trial)
{
	bsn_err err = BSN_ERR_INIT;

	if (trial->has_to || trial->data->len == 0 ||
	    policy_judge(call->ledger, buffer_slice(trial->data), &err) ==
		    BSN_OK)
		return TRUE;
	rpc_fail(call, RPC_SERVER, "%s", err.reason);
	return FALSE;
}

static json_t *
estimate_gas(RpcCall *call)
{
	g_auto(Trial) trial = { .data = NULL };
	g_autoptr(Execution) execution = next_block(call->ledger);
	g_autoptr(Receipt) receipt = NULL;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!has_evm(call) || !read_params(call, &trial) ||
	    !judge_code(call, &trial))
		return NULL;
	status = run_with(call, execution, &trial, trial.gas, &receipt, &err);
	if (status != BSN_OK)
		return rpc_fail_status(call, status, &err);
	if (receipt->status == FISCO_OUT_OF_GAS && receipt->gas_used > 0)
		return rpc_fail(call, RPC_SERVER,
				"gas required exceeds allowance "
				"(%" G_GUINT64_FORMAT ")",
				trial.gas);
	if (receipt->status != FISCO_OK)
		return fail_receipt(call, execution, &trial, receipt, &err);
	return value_quantity(
		search(call, execution, &trial, receipt->gas_used));
}

const RpcMethod eth_call_methods[] = {
	{ .name = "eth_call", .run = eth_call },
	{ .name = "eth_estimateGas", .run = estimate_gas },
	{ .name = NULL },
};
