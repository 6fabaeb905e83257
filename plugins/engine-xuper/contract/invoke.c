/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/invoke.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/contract/places.h"
#include "plugins/engine-xuper/contract/run.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

/* Addresses of contracts, as XuperChain makes them: "1111", '-' to fill up, the
 * name. */
#define CONTRACT_PREFIX "1111"
#define CONTRACT_PREFIX_LEN 4u

bsn_slice
invoke_arg(const Xldgpb__InvokeRequest *request, const char *name)
{
	for (size_t i = 0; i < request->n_args; i++)
		if (strcmp(request->args[i]->key, name) == 0)
			return bsn_slice_of(request->args[i]->value.data,
					    request->args[i]->value.len);
	return bsn_slice_of(NULL, 0);
}

static void
kernel_address(const char *name, guint8 evm[EVM_ADDRESS_LEN])
{
	gsize len = MIN(strlen(name), EVM_ADDRESS_LEN - CONTRACT_PREFIX_LEN);

	memset(evm, '-', EVM_ADDRESS_LEN);
	memcpy(evm, CONTRACT_PREFIX, CONTRACT_PREFIX_LEN);
	memcpy(evm + EVM_ADDRESS_LEN - len, name, len);
}

static void
evm_caller(const Sandbox *box, const char *caller, guint8 evm[EVM_ADDRESS_LEN])
{
	const char *initiator = sandbox_env(box)->initiator;

	memset(evm, 0, EVM_ADDRESS_LEN);
	if (caller != NULL)
		kernel_address(caller, evm);
	else if (initiator != NULL &&
		 !evm_address_of(bsn_slice_str(initiator), evm))
		memset(evm, 0, EVM_ADDRESS_LEN);
}

bsn_slice
invoke_caller(const Sandbox *box, const CodeKind *kind, const char *caller,
	      InvokeAddresses *room)
{
	const char *initiator = sandbox_env(box)->initiator;

	if (kind != &code_evm)
		return bsn_slice_str(caller != NULL    ? caller :
				     initiator != NULL ? initiator :
							 "");
	evm_caller(box, caller, room->caller);
	return bsn_slice_of(room->caller, EVM_ADDRESS_LEN);
}

/* ---- input ------------------------------------------------------------- */

static int32_t
encode_json(const AbiInterface *abi, bsn_slice method, bsn_slice json,
	    GByteArray *input, const AbiFunction **function, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	int32_t status = BSN_OK;

	if (abi == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the contract was deployed without its "
				"interface, so arguments cannot be JSON");
	if (json.len > 0)
		args = json_parse(json, XMODEL_VALUE_MAX, ARG_INPUT, &status,
				  err);
	if (status != BSN_OK)
		return status;
	*function = abi_find_function(abi, method, args, &status, err);
	if (*function == NULL)
		return status;
	status = abi_encode_call(*function, args, input, err);
	return status == BSN_OK ? interface_check(abi, method,
						  buffer_slice(input),
						  function, err) :
				  status;
}

static int32_t
read_input(const AbiInterface *abi, const Xldgpb__InvokeRequest *request,
	   GByteArray *input, const AbiFunction **function, bsn_err *err)
{
	bsn_slice method = bsn_slice_str(request->method_name);
	bsn_slice given = invoke_arg(request, ARG_INPUT);

	*function = NULL;
	if (bsn_slice_equal(invoke_arg(request, ARG_JSON_ENCODED),
			    bsn_slice_str("true")))
		return encode_json(abi, method, given, input, function, err);
	g_byte_array_append(input, given.data, (guint)given.len);
	return interface_check(abi, method, given, function, err);
}

/* ---- the call ---------------------------------------------------------- */

int32_t
invoke_tell_failure(const CodeKind *kind, const AbiInterface *abi,
		    const CodeOutcome *outcome, bsn_err *err)
{
	g_autofree char *reason = NULL;

	if (kind == &code_evm && outcome->status == BSN_REVERTED &&
	    outcome->output->len > 0)
		reason = abi_revert_reason(abi, interface_hash(),
					   buffer_slice(outcome->output));
	return bsn_fail(err, outcome->status, "%s",
			reason != NULL ? reason : outcome->reason);
}

static int32_t
call_code(Sandbox *box, const CodeKind *kind, const AbiInterface *abi,
	  CodeCall *call, GByteArray *output, bsn_err *err)
{
	g_auto(CodeOutcome) outcome = { 0 };
	int32_t status;

	call->kind = BSN_CALL_INVOKE;
	call->flags = sandbox_read_only(box) ? BSN_CALL_READ_ONLY : 0;
	call->budget = sandbox_cpu_left(box);
	status = code_execute(box, kind, call, &outcome, err);
	if (status != BSN_OK)
		return status;
	if (outcome.status != BSN_OK)
		return invoke_tell_failure(kind, abi, &outcome, err);
	g_byte_array_append(output, outcome.output->data,
			    outcome.output->len);
	return BSN_OK;
}

static int32_t
call_evm(Sandbox *box, const Xldgpb__InvokeRequest *request,
	 const char *caller, GByteArray *output, bsn_err *err)
{
	bsn_slice name = bsn_slice_str(request->contract_name);
	g_autoptr(Interface) interface = interface_of(box, name);
	const AbiInterface *abi = interface != NULL ? interface->abi : NULL;
	g_autoptr(GByteArray) input = g_byte_array_new();
	const AbiFunction *function;
	InvokeAddresses room;
	CodeCall call = { 0 };
	int32_t status = read_input(abi, request, input, &function, err);

	if (status != BSN_OK)
		return status;
	(void)contract_address(name, room.contract);
	call.caller = invoke_caller(box, &code_evm, caller, &room);
	call.contract = bsn_slice_of(room.contract, EVM_ADDRESS_LEN);
	call.input = buffer_slice(input);
	return call_code(box, &code_evm, abi, &call, output, err);
}

static int32_t
call_wasm(Sandbox *box, const Xldgpb__InvokeRequest *request,
	  const char *caller, GByteArray *output, bsn_err *err)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	g_auto(Places) places = { 0 };
	CodeCall call = {
		.caller = invoke_caller(box, &code_wasm, caller, NULL),
		.contract = bsn_slice_str(request->contract_name),
		.function = bsn_slice_str(request->method_name),
	};
	int32_t status;

	if (call.function.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"method_name is missing: it is the function "
				"that is called");
	for (size_t i = 0; i < request->n_args; i++)
		places_add(&places, request->args[i]->key,
			   bsn_slice_of(request->args[i]->value.data,
					request->args[i]->value.len));
	status = places_put(&places, input, err);
	call.input = buffer_slice(input);
	return status == BSN_OK ? call_code(box, &code_wasm, NULL, &call,
					    output, err)
				: status;
}

/* ---- the contract ------------------------------------------------------ */

/* What another contract has made has no name, no description, and is Solidity. */
static int32_t
find_nameless(Sandbox *box, bsn_slice name, bsn_err *err)
{
	guint8 evm[EVM_ADDRESS_LEN];
	int32_t status = contract_address(name, evm)
		? code_there(box, &code_evm,
			     bsn_slice_of(evm, EVM_ADDRESS_LEN), err)
		: BSN_NOT_FOUND;

	return status != BSN_NOT_FOUND ?
		       status :
		       bsn_fail(err, status, "there is no contract at %.*s",
				(int)name.len, (const char *)name.data);
}

static int32_t
find_contract(Sandbox *box, bsn_slice name, const CodeKind **kind,
	      bsn_err *err)
{
	const SandboxEnv *env = sandbox_env(box);
	g_auto(ContractDesc) desc = { 0 };
	g_autofree char *own = NULL;
	int32_t status = contract_resolve(env->suite, env->config->name, name,
					  &own, err);

	if (status != BSN_OK)
		return status;
	if (!bsn_slice_equal(bsn_slice_str(own), name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"call the contract by its name, %s", own);
	*kind = &code_evm;
	if (!contract_name_valid(name))
		return find_nameless(box, name, err);
	status = contract_callable(box, name, &desc, err);
	if (status == BSN_OK)
		*kind = desc.code;
	return status;
}

int32_t
invoke_contract(Sandbox *box, const Xldgpb__InvokeRequest *request,
		const char *caller, GByteArray *output, bsn_err *err)
{
	const char *module = request->module_name;
	const CodeKind *kind;
	int32_t status = find_contract(
		box, bsn_slice_str(request->contract_name), &kind, err);
	g_autofree char *given = NULL;

	if (status != BSN_OK)
		return status;
	if (module[0] != '\0' && strcmp(module, kind->module) != 0) {
		given = quote_text(bsn_slice_str(module));
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the contract's module is \"%s\", not %s",
				kind->module, given);
	}
	return kind == &code_evm
		       ? call_evm(box, request, caller, output, err)
		       : call_wasm(box, request, caller, output, err);
}
