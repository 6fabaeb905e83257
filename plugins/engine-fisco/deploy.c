/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/deploy.h"

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define OP_PUSH4 0x63u

/* ---- which hash the compiler used -------------------------------------- */

static gboolean
code_pushes(bsn_slice code, const guint8 *selector)
{
	guint8 wanted[1 + ABI_SELECTOR_LEN] = { OP_PUSH4 };

	memcpy(wanted + 1, selector, ABI_SELECTOR_LEN);
	for (guint64 i = 0; i + sizeof(wanted) <= code.len; i++)
		if (code.data[i] == OP_PUSH4 &&
		    memcmp(code.data + i, wanted, sizeof(wanted)) == 0)
			return TRUE;
	return FALSE;
}

/* How many of an ABI's functions the code compares selectors with. */
static guint
count_selectors(const json_t *abi, const bsn_hash *hash, bsn_slice code)
{
	g_autoptr(AbiInterface) interface = NULL;
	guint n = 0;

	if (hash != NULL)
		interface = abi_interface_new(abi, hash, NULL);
	for (guint i = 0; interface != NULL && i < interface->functions->len;
	     i++) {
		const AbiFunction *function = interface->functions->pdata[i];

		n += code_pushes(code, function->selector) ? 1 : 0;
	}
	return n;
}

/* A compiler of the national kind makes selectors with SM3, others with
 * Keccak-256: the code itself shows which. */
static gboolean
is_sm3(const Options *options, bsn_slice code)
{
	if (options->selector != NULL)
		return strcmp(options->selector, "sm3") == 0;
	if (options->abi == NULL)
		return FALSE;
	return count_selectors(options->abi, suite_selector_hash(TRUE), code) >
	       count_selectors(options->abi, suite_selector_hash(FALSE), code);
}

/* ---- data and extraData ------------------------------------------------ */

static int32_t
put_arguments(const bsn_tx_request *request, const Options *options,
	      const bsn_hash *hash, GByteArray *data, bsn_err *err)
{
	g_autoptr(AbiInterface) interface = NULL;
	g_autoptr(json_t) args = NULL;
	int32_t status = args_read(request->args, &args, err);

	if (status != BSN_OK)
		return status;
	if (options->abi == NULL) {
		if (args == NULL || json_array_size(args) == 0)
			return BSN_OK;
		return bsn_fail(err, BSN_BAD_REQUEST,
				"constructor arguments need options.abi");
	}
	interface = abi_interface_new(options->abi, hash, err);
	if (interface == NULL)
		return BSN_BAD_REQUEST;
	return abi_encode_call(interface->constructor, args, data, err);
}

static int32_t
check_owner(Overlay *state, const DeployExtra *extra, const guint8 *sender,
	    bsn_err *err)
{
	guint32 code;
	int32_t status = contract_may_deploy(state, extra, sender, &code);

	if (status != BSN_OK || code == FISCO_OK)
		return status;
	return bsn_fail_native(err, fisco_code(code)->status, (gint32)code,
			       "%s", fisco_code(code)->sentence);
}

static int32_t
put_extra(Overlay *state, const bsn_tx_request *request,
	  const Options *options, gboolean sm3, const guint8 *sender,
	  char **text, bsn_err *err)
{
	g_autofree char *name = g_strndup((const char *)request->contract.data,
					  request->contract.len);
	g_autofree char *abi =
		options->abi != NULL ? json_text(options->abi) : NULL;
	const DeployExtra given = {
		name, (char *)options->version, abi, options->grey, sm3
	};
	g_autofree char *made = deploy_extra_text(&given);
	g_auto(DeployExtra) extra = { 0 };
	int32_t status = deploy_extra_parse(bsn_slice_str(made), &extra, err);

	if (status == BSN_OK)
		status = check_owner(state, &extra, sender, err);
	if (status == BSN_OK)
		*text = g_steal_pointer(&made);
	return status;
}

/* A module's interface is what it exports, and it has no selectors of its own. */
static int32_t
put_module(const bsn_tx_request *request, const Options *options,
	   GByteArray *data, bsn_err *err)
{
	g_autoptr(GByteArray) arguments = g_byte_array_new();
	int32_t status;

	if (options->abi != NULL || options->selector != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"options.abi and options.selector are for "
				"Solidity; this chain's contracts are "
				"WebAssembly");
	status = arguments_from_json(request->args, arguments, err);
	if (status == BSN_OK)
		arguments_module(data, request->code,
				 buffer_slice(arguments));
	return status;
}

static int32_t
put_code(const Ledger *ledger, const bsn_tx_request *request,
	 const Options *options, const bsn_hash *hash, GByteArray *data,
	 bsn_err *err)
{
	if (wasm_chain(ledger))
		return put_module(request, options, data, err);
	g_byte_array_append(data, request->code.data,
			    (guint)request->code.len);
	return put_arguments(request, options, hash, data, err);
}

int32_t
deploy_encode(const Ledger *ledger, Overlay *state,
	      const bsn_tx_request *request, const Options *options,
	      const guint8 *sender, GByteArray *data, char **extra,
	      bsn_err *err)
{
	gboolean sm3 = wasm_chain(ledger)
			       ? ledger_config(ledger)->sm
			       : is_sm3(options, request->code);
	const bsn_hash *hash = suite_selector_hash(sm3);
	int32_t status;

	if (request->code.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"code is missing: give the contract's "
				"creation bytecode, or its module where the "
				"chain's contracts are WebAssembly");
	if (hash == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"no loaded plugin offers the hash of the "
				"contract's selectors");
	status = put_code(ledger, request, options, hash, data, err);
	if (status != BSN_OK)
		return status;
	status = policy_judge(ledger, buffer_slice(data), err);
	if (status != BSN_OK)
		return status;
	return put_extra(state, request, options, sm3, sender, extra, err);
}
