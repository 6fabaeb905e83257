/* SPDX-License-Identifier: Apache-2.0
 *
 * A call of code. Of Solidity, arguments as JSON become the input that its ABI says;
 * of WebAssembly they are bytes by name, or by place.
 */
#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/places.h"
#include "plugins/engine-xuper/contract/plan.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"

/* What kind of code a contract is, when it takes calls. Of what another contract has
 * made there is no description. */
static int32_t
find_kind(Sandbox *box, const char *name, const CodeKind **kind, bsn_err *err)
{
	g_auto(ContractDesc) desc = { 0 };
	int32_t status = BSN_OK;

	*kind = &code_evm;
	if (contract_name_valid(bsn_slice_str(name)))
		status = contract_callable(box, bsn_slice_str(name), &desc,
					   err);
	if (desc.code != NULL)
		*kind = desc.code;
	return status;
}

/* The interface of the request, or of the contract; *abi NULL: there is none. */
static int32_t
find_abi(Plan *plan, Sandbox *box, const char *name, const AbiInterface **abi,
	 bsn_err *err)
{
	plan->interface = interface_of(box, bsn_slice_str(name));
	*abi = plan->interface != NULL ? plan->interface->abi : NULL;
	if (plan->options.abi == NULL)
		return BSN_OK;
	plan->own_abi = abi_interface_new(plan->options.abi, interface_hash(),
					  err);
	*abi = plan->own_abi;
	return *abi != NULL ? BSN_OK : BSN_BAD_REQUEST;
}

static int32_t
find_function(Plan *plan, const AbiInterface *abi,
	      const bsn_tx_request *request, const json_t *args, bsn_err *err)
{
	bsn_slice name = request->function;
	int32_t status = BSN_OK;

	if (name.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function is missing: give the name of a "
				"function, or options.data");
	if (abi != NULL) {
		plan->function =
			abi_find_function(abi, name, args, &status, err);
		return plan->function != NULL ? BSN_OK : status;
	}
	if (memchr(name.data, '(', name.len) == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the contract was deployed without an ABI: "
				"give options.abi, or the function as "
				"\"name(type,...)\"");
	plan->own_function =
		abi_function_from_signature(name, interface_hash(), err);
	plan->function = plan->own_function;
	return plan->function != NULL ? BSN_OK : BSN_BAD_REQUEST;
}

static int32_t
encode(Plan *plan, const AbiInterface *abi, const bsn_tx_request *request,
       GByteArray *input, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	int32_t status = args_read(request->args, &args, err);

	if (plan->options.data != NULL) {
		if (request->function.len > 0 || request->args.len > 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"options.data stands for the whole "
					"input: leave out function and args");
		g_byte_array_append(input, plan->options.data->data,
				    plan->options.data->len);
		if (abi != NULL)
			plan->function =
				abi_find_selector(abi, buffer_slice(input));
		return BSN_OK;
	}
	if (status == BSN_OK)
		status = find_function(plan, abi, request, args, err);
	if (status == BSN_OK)
		status = abi_encode_call(plan->function, args, input, err);
	return status;
}

/* As interface_check wants it: by the contract's own interface. */
static int32_t
name_method(const Plan *plan, const GByteArray *input, const char **method,
	    bsn_err *err)
{
	const AbiFunction *known = NULL;

	*method = "";
	if (input->len < ABI_SELECTOR_LEN)
		return BSN_OK;
	if (plan->interface != NULL)
		known = abi_find_selector(plan->interface->abi,
					  buffer_slice(input));
	if (known == NULL && plan->function == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"no interface tells which function options."
				"data is for: give options.abi, too");
	*method = known != NULL ? known->name : plan->function->signature;
	return BSN_OK;
}

static int32_t
plan_evm(Plan *plan, Sandbox *box, const char *name,
	 const bsn_tx_request *request, bsn_err *err)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	const AbiInterface *abi = NULL;
	const char *method;
	int32_t status = find_abi(plan, box, name, &abi, err);

	if (status == BSN_OK)
		status = encode(plan, abi, request, input, err);
	if (status == BSN_OK)
		status = name_method(plan, input, &method, err);
	if (status == BSN_OK)
		plan_arg(plan, plan_request(plan, MODULE_EVM, name, method),
			 ARG_INPUT, buffer_slice(input));
	return status;
}

static void
add_arguments(Plan *plan, Xldgpb__InvokeRequest *invoke, bsn_slice encoded)
{
	bsn_slice name, value;
	guint place = 0;

	while (arguments_next(&encoded, &name, &value) == BSN_OK) {
		g_autofree char *key =
			name.len > 0 ? g_strndup((const char *)name.data,
						 name.len)
				     : places_name(place++);

		plan_arg(plan, invoke, key, value);
	}
}

static int32_t
plan_wasm(Plan *plan, const char *name, const bsn_tx_request *request,
	  bsn_err *err)
{
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	g_autofree char *method = g_strndup((const char *)request->function.data,
					    request->function.len);
	int32_t status = BSN_OK;

	if (plan->options.abi != NULL || plan->options.data != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"options.abi and options.data are for Solidity: "
				"give function and args");
	if (request->function.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function is missing: give the name of one that "
				"the contract's module exports");
	status = arguments_from_json(request->args, encoded, err);
	if (status == BSN_OK)
		add_arguments(plan, plan_request(plan, MODULE_WASM, name,
						 method),
			      buffer_slice(encoded));
	return status;
}

int32_t
plan_invoke(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	const SandboxEnv env = { .config = plan->ledger->config,
				 .suite = &plan->ledger->suite };
	g_autoptr(Sandbox) box = sandbox_new(plan->layer, &env);
	g_autofree char *name = NULL;
	const CodeKind *kind;
	int32_t status = plan_contract(plan, request->contract, &name, err);

	if (status == BSN_OK)
		status = find_kind(box, name, &kind, err);
	if (status != BSN_OK)
		return status;
	return kind == &code_evm ? plan_evm(plan, box, name, request, err)
				 : plan_wasm(plan, name, request, err);
}
