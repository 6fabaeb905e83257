/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/request.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/precompiled/precompiled.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/json.h"

/* ---- options ----------------------------------------------------------- */

static void
read_value(JsonFields *fields, Options *options)
{
	const U256Type type = { 256, FALSE };
	const json_t *value = fields_any(fields, "value");
	bsn_err err = BSN_ERR_INIT;

	if (value != NULL &&
	    u256_from_json(value, type, options->value, &err) != BSN_OK)
		fields_fail(fields, "value", err.reason);
}

static void
read_data(JsonFields *fields, const Config *config, Options *options)
{
	options->data = g_byte_array_new();
	if (!fields_hex(fields, "data", 0, config->tx_bytes_max,
			options->data))
		g_clear_pointer(&options->data, g_byte_array_unref);
}

static void
read_grey(JsonFields *fields, Options *options)
{
	const json_t *given = fields_object(fields, "grey");
	Grey grey;
	bsn_err err = BSN_ERR_INIT;

	if (given == NULL)
		return;
	if (grey_parse(given, "grey", &grey, &err) == BSN_OK)
		options->grey = g_memdup2(&grey, sizeof(grey));
	else
		fields_fail(fields, "grey", err.reason);
}

static int32_t
read_options(Ledger *ledger, Options *options, bsn_err *err)
{
	static const char *const hashes[] = { "keccak-256", "sm3", NULL };
	const Config *config = ledger_config(ledger);
	const SysconfigLimits *limits;
	guint64 next = ledger->head.number + 1;
	JsonFields fields = fields_of(options->object, "options", err);
	int32_t status = sysconfig_limits(ledger, &limits);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the chain's limits cannot be "
					     "read");
	options->gas = fields_u64(&fields, "gas", 1, limits->tx_gas,
				  limits->tx_gas);
	options->block_limit = fields_u64(
		&fields, "block_limit", next,
		next + config->block_limit_range - 1,
		next + config->block_limit_range / 2 - 1 +
			(config->block_limit_range == 1));
	read_value(&fields, options);
	options->abi = fields_array(&fields, "abi", ABI_ENTRIES_MAX);
	options->version =
		fields_string(&fields, "version", CONTRACT_VERSION_MAX, "");
	options->selector = fields_choice(&fields, "selector", hashes, NULL);
	read_data(&fields, config, options);
	read_grey(&fields, options);
	return fields_end(&fields);
}

int32_t
options_read(Ledger *ledger, bsn_slice text, Options *options,
	     bsn_err *err)
{
	int32_t status = BSN_OK;

	*options = (Options){ .object = json_parse_object(
				      text, REQUEST_JSON_MAX, "options",
				      &status, err) };
	if (options->object == NULL)
		return status;
	status = read_options(ledger, options, err);
	if (status != BSN_OK)
		options_clear(options);
	return status;
}

void
options_clear(Options *options)
{
	g_clear_pointer(&options->object, json_decref);
	g_clear_pointer(&options->data, g_byte_array_unref);
	if (options->grey != NULL)
		grey_clear(options->grey);
	g_clear_pointer(&options->grey, g_free);
}

int32_t
args_read(bsn_slice text, json_t **args, bsn_err *err)
{
	int32_t status = BSN_OK;

	*args = NULL;
	if (text.len == 0)
		return BSN_OK;
	*args = json_parse(text, REQUEST_JSON_MAX, "args", &status, err);
	if (*args == NULL || json_is_array(*args) || json_is_object(*args))
		return status;
	g_clear_pointer(args, json_decref);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"args must be a JSON array, or an object by the "
			"parameters' names");
}

/* ---- invocations ------------------------------------------------------- */

/* Tells about a contract that takes no calls before anything is signed. */
static int32_t
check_callable(Overlay *state, const guint8 *address, bsn_err *err)
{
	Contract contract;
	int32_t status = contract_load(state, address, &contract);

	if (status != BSN_OK)
		return MIN(status, BSN_OK);
	if (contract.state == CONTRACT_FROZEN)
		return bsn_fail_native(err, BSN_FROZEN, FISCO_FROZEN,
				       "the contract is frozen; its owner can "
				       "unfreeze it");
	if (contract.state == CONTRACT_UNINSTALLED)
		return bsn_fail_native(err, BSN_NOT_FOUND, FISCO_NO_CONTRACT,
				       "the contract is uninstalled");
	return BSN_OK;
}

static const bsn_hash *
selector_hash(const Ledger *ledger, const Interface *known,
	      const Options *options)
{
	if (options->selector != NULL)
		return suite_selector_hash(
			strcmp(options->selector, "sm3") == 0);
	return known != NULL ? known->selector_hash : ledger->suite.hash;
}

static int32_t
function_from_signature(bsn_slice signature, const bsn_hash *hash,
			Invocation *invocation, bsn_err *err)
{
	if (memchr(signature.data, '(', signature.len) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the contract was deployed without an ABI: "
				"give options.abi, or the function as "
				"\"name(type,...)\"");
	invocation->own_function =
		abi_function_from_signature(signature, hash, err);
	invocation->function = invocation->own_function;
	return invocation->function != NULL ? BSN_OK : BSN_BAD_REQUEST;
}

static int32_t
find_function(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
	      const Options *options, const json_t *args,
	      Invocation *invocation, bsn_err *err)
{
	const Interface *known =
		interface_of(ledger, state, invocation->address);
	const bsn_hash *hash = selector_hash(ledger, known, options);
	const AbiInterface *abi = known != NULL ? known->abi : NULL;
	int32_t status = BSN_OK;

	if (request->function.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function is missing: give the name of a "
				"function, or options.data");
	if (hash == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers the hash of the "
				"contract's selectors");
	if (options->abi != NULL) {
		invocation->own_abi =
			abi_interface_new(options->abi, hash, err);
		if (invocation->own_abi == NULL)
			return BSN_BAD_REQUEST;
		abi = invocation->own_abi;
	}
	if (abi == NULL)
		return function_from_signature(request->function, hash,
					       invocation, err);
	invocation->function = abi_find_function(abi, request->function, args,
						 &status, err);
	return invocation->function != NULL ? BSN_OK : status;
}

static int32_t
encode_function(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
		const Options *options, Invocation *invocation, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	int32_t status = args_read(request->args, &args, err);

	if (status == BSN_OK)
		status = find_function(ledger, state, request, options, args,
				       invocation, err);
	if (status == BSN_OK)
		status = abi_encode_call(invocation->function, args,
					 invocation->input, err);
	return status;
}

/* A call of a contract that is WebAssembly. */
static int32_t
encode_named(const bsn_tx_request *request, const Options *options,
	     Invocation *invocation, bsn_err *err)
{
	if (request->function.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function is missing: give the name of one that "
				"the contract's module exports");
	if (options->abi != NULL || options->selector != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"options.abi and options.selector are for "
				"Solidity; this chain's contracts are "
				"WebAssembly");
	arguments_call(invocation->input, request->function);
	return arguments_from_json(request->args, invocation->input, err);
}

/* The engine's own contracts are the same on every chain. */
static int32_t
encode_call(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
	    const Options *options, Invocation *invocation, bsn_err *err)
{
	const Precompiled own = { .ledger = ledger, .state = state };
	int32_t status = BSN_OK;

	if (wasm_chain(ledger))
		status = precompiled_exists(&own, invocation->address);
	if (status == BSN_NOT_FOUND)
		return encode_named(request, options, invocation, err);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the state cannot be read");
	return encode_function(ledger, state, request, options, invocation,
			       err);
}

static int32_t
encode(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
       const Options *options, Invocation *invocation, bsn_err *err)
{
	if (options->data == NULL)
		return encode_call(ledger, state, request, options, invocation,
				   err);
	if (request->function.len > 0 || request->args.len > 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"options.data stands for the whole input: "
				"leave out function and args");
	g_byte_array_append(invocation->input, options->data->data,
			    options->data->len);
	return BSN_OK;
}

int32_t
invocation_read(Ledger *ledger, Overlay *state, const bsn_tx_request *request,
		const Options *options, const guint8 *caller,
		Invocation *invocation, bsn_err *err)
{
	int32_t status;

	*invocation = (Invocation){ .input = g_byte_array_new() };
	status = contract_resolve(state, request->contract, caller,
				  invocation->address, err);
	if (status == BSN_OK)
		status = check_callable(state, invocation->address, err);
	if (status == BSN_OK)
		status = encode(ledger, state, request, options, invocation,
				err);
	if (status != BSN_OK)
		invocation_clear(invocation);
	return status;
}

void
invocation_clear(Invocation *invocation)
{
	g_clear_pointer(&invocation->input, g_byte_array_unref);
	g_clear_pointer(&invocation->own_abi, abi_interface_free);
	g_clear_pointer(&invocation->own_function, abi_function_free);
}
