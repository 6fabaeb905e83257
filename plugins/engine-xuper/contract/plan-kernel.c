/* SPDX-License-Identifier: Apache-2.0
 *
 * A call of one of the chain's own contracts: arguments are texts by name.
 */
#include "plugins/engine-xuper/contract/plan.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"

/* Arguments of a method. */
#define KERNEL_ARGS_MAX 64u

static void
add_arg(Plan *plan, Xldgpb__InvokeRequest *request, const char *name,
	const json_t *value)
{
	g_autofree char *text = NULL;

	if (json_is_string(value)) {
		plan_arg(plan, request, name,
			 bsn_slice_of(json_string_value(value),
				      json_string_length(value)));
		return;
	}
	text = json_text(value);
	plan_arg(plan, request, name, bsn_slice_str(text));
}

int32_t
plan_kernel(Plan *plan, const KernelMethod *method, bsn_slice text,
	    bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	Xldgpb__InvokeRequest *request;
	int32_t status = args_read_named(text, method->help, &args, err);
	const char *name;
	json_t *value;

	if (status != BSN_OK)
		return status;
	if (json_object_size(args) > KERNEL_ARGS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"args has more than %u members",
				KERNEL_ARGS_MAX);
	request = plan_request(plan, MODULE_KERNEL, method->contract,
			       method->method);
	json_object_foreach (args, name, value)
		if (!json_is_null(value))
			add_arg(plan, request, name, value);
	return BSN_OK;
}

int32_t
plan_kernel_call(Plan *plan, const bsn_tx_request *request, bsn_err *err)
{
	const KernelMethod *method =
		kernel_find(request->contract, request->function);
	g_autofree char *contract = NULL;
	g_autofree char *function = NULL;

	if (method != NULL)
		return plan_kernel(plan, method, request->args, err);
	contract = quote_text(request->contract);
	function = quote_text(request->function);
	return bsn_fail(err, BSN_NOT_FOUND,
			"the chain itself has no contract %s with a method %s",
			contract, function);
}
