/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/invoke.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/evm.h"
#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/contract/run.h"
#include "plugins/kit/json.h"
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

void
invoke_caller(const Sandbox *box, const char *caller,
	      guint8 evm[EVM_ADDRESS_LEN])
{
	const char *initiator = sandbox_env(box)->initiator;

	memset(evm, 0, EVM_ADDRESS_LEN);
	if (caller != NULL)
		kernel_address(caller, evm);
	else if (initiator != NULL &&
		 !evm_address_of(bsn_slice_str(initiator), evm))
		memset(evm, 0, EVM_ADDRESS_LEN);
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

static int32_t
tell_failure(const AbiInterface *abi, const EvmOutcome *outcome, bsn_err *err)
{
	g_autofree char *reason = NULL;

	if (outcome->status == BSN_REVERTED && outcome->output->len > 0)
		reason = abi_revert_reason(abi, interface_hash(),
					   buffer_slice(outcome->output));
	return bsn_fail(err, outcome->status, "%s",
			reason != NULL ? reason : outcome->reason);
}

static int32_t
call_code(Sandbox *box, const AbiInterface *abi, const EvmCall *call,
	  GByteArray *output, bsn_err *err)
{
	g_auto(EvmOutcome) outcome = { 0 };
	int32_t status = evm_execute(box, call, &outcome, err);

	if (status != BSN_OK)
		return status;
	if (outcome.status != BSN_OK)
		return tell_failure(abi, &outcome, err);
	g_byte_array_append(output, outcome.output->data,
			    outcome.output->len);
	return BSN_OK;
}

/* A contract that another one has made has no name and no description. */
static int32_t
check_target(Sandbox *box, bsn_slice name, guint8 evm[EVM_ADDRESS_LEN],
	     bsn_err *err)
{
	const SandboxEnv *env = sandbox_env(box);
	g_autofree char *own = NULL;
	int32_t status = contract_resolve(env->suite, env->config->name, name,
					  &own, err);

	if (status != BSN_OK)
		return status;
	if (!bsn_slice_equal(bsn_slice_str(own), name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"call the contract by its name, %s", own);
	if (!contract_address(name, evm))
		return bsn_fail(err, BSN_NOT_FOUND, "there is no contract %s",
				own);
	if (contract_name_valid(name))
		return contract_callable(box, name, err);
	status = evm_has_code(box, evm, err);
	return status != BSN_NOT_FOUND ?
		       status :
		       bsn_fail(err, status, "there is no contract at %s",
				own);
}

int32_t
invoke_contract(Sandbox *box, const Xldgpb__InvokeRequest *request,
		const char *caller, GByteArray *output, bsn_err *err)
{
	bsn_slice name = bsn_slice_str(request->contract_name);
	EvmCall call = { .kind = BSN_CALL_INVOKE };
	g_autoptr(GByteArray) input = g_byte_array_new();
	g_autoptr(Interface) interface = NULL;
	const AbiFunction *function;
	const AbiInterface *abi;
	int32_t status = check_target(box, name, call.contract, err);

	if (status != BSN_OK)
		return status;
	interface = interface_of(box, name);
	abi = interface != NULL ? interface->abi : NULL;
	status = read_input(abi, request, input, &function, err);
	if (status != BSN_OK)
		return status;
	invoke_caller(box, caller, call.caller);
	call.flags = sandbox_read_only(box) ? BSN_CALL_READ_ONLY : 0;
	call.input = buffer_slice(input);
	call.budget = sandbox_cpu_left(box);
	return call_code(box, abi, &call, output, err);
}
