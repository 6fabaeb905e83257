/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/run.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/sandbox-private.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"

#define MODULE_KERNEL "xkernel"
/* Kernel contracts that call each other; XuperChain's go three deep. */
#define DEPTH_MAX 8u

void
run_result_clear(RunResult *result)
{
	g_clear_pointer(&result->reason, g_free);
	g_clear_pointer(&result->output, g_byte_array_unref);
	g_clear_pointer(&result->language, g_free);
}

/* ---- resources --------------------------------------------------------- */

static guint64
cost(guint64 used, guint64 rate)
{
	return rate == 0 ? 0 : used / rate + (used % rate != 0);
}

guint64
run_gas(const ChainConfig *config, const guint64 used[RESOURCES])
{
	const guint64 rates[RESOURCES] = {
		[RESOURCE_CPU] = config->cpu_rate,
		[RESOURCE_MEMORY] = config->mem_rate,
		[RESOURCE_DISK] = config->disk_rate,
		[RESOURCE_XFEE] = config->xfee_rate,
	};
	guint64 gas = 0;

	for (guint i = 0; i < RESOURCES && !config->nofee; i++) {
		guint64 part = cost(used[i], rates[i]);

		gas = part > G_MAXUINT64 - gas ? G_MAXUINT64 : gas + part;
	}
	return gas;
}

guint64
sandbox_cpu_left(const Sandbox *box)
{
	guint64 used = box->used[RESOURCE_CPU];

	return used < box->cpu_until ? box->cpu_until - used : 0;
}

/* Those of the request, at most what the requests before it have left of the
 * chain's. */
static void
limits_of(const Sandbox *box, const Xldgpb__InvokeRequest *request,
	  const guint64 before[RESOURCES], guint64 limits[RESOURCES])
{
	for (guint i = 0; i < RESOURCES; i++) {
		const guint64 all = box->env.config->limits[i];

		limits[i] = all > before[i] ? all - before[i] : 0;
	}
	for (size_t i = 0; i < request->n_resource_limits; i++) {
		const Xldgpb__ResourceLimit *limit =
			request->resource_limits[i];
		guint type = (guint)limit->type;

		if (type < RESOURCES)
			limits[type] = MIN(limits[type],
					   (guint64)MAX(limit->limit, 0));
	}
}

static int32_t
check_limits(const Sandbox *box, const guint64 before[RESOURCES],
	     const guint64 limits[RESOURCES], bsn_err *err)
{
	static const char *const names[RESOURCES] = { "cpu", "memory", "disk",
						      "xfee" };

	for (guint i = 0; i < RESOURCES; i++) {
		guint64 now = sandbox_used(box, i);
		/* What was written over may be less than before. */
		guint64 used = now > before[i] ? now - before[i] : 0;

		if (used > limits[i])
			return bsn_fail(err, BSN_OUT_OF_BUDGET,
					"it uses %" G_GUINT64_FORMAT
					" of the resource %s; its limit is "
					"%" G_GUINT64_FORMAT,
					used, names[i], limits[i]);
	}
	return BSN_OK;
}

/* ---- one request ------------------------------------------------------- */

static int32_t
no_method(const Xldgpb__InvokeRequest *request, bsn_err *err)
{
	g_autofree char *contract =
		quote_text(bsn_slice_str(request->contract_name));
	g_autofree char *method =
		quote_text(bsn_slice_str(request->method_name));

	return bsn_fail(err, BSN_NOT_FOUND,
			"the chain's contract %s has no method %s", contract,
			method);
}

static int32_t
may_run(const Sandbox *box, const KernelMethod *method, const char *caller,
	bsn_err *err)
{
	if ((method->flags & KERNEL_AUTOGEN) != 0 && caller == NULL &&
	    box->env.height == 0)
		return bsn_fail(err, BSN_DENIED,
				"only the chain itself calls %s.%s",
				method->contract, method->method);
	if ((method->flags & KERNEL_READS) == 0 && box->read_only)
		return bsn_fail(err, BSN_DENIED,
				"%s.%s changes the chain: send it as a "
				"transaction",
				method->contract, method->method);
	if (box->depth >= DEPTH_MAX)
		return bsn_fail(err, BSN_OUT_OF_BUDGET,
				"the chain's contracts call each other more "
				"than %u deep",
				DEPTH_MAX);
	return BSN_OK;
}

static int32_t
run_kernel(Sandbox *box, const Xldgpb__InvokeRequest *request,
	   const char *caller, GByteArray *output, bsn_err *err)
{
	const KernelMethod *method =
		kernel_find(bsn_slice_str(request->contract_name),
			    bsn_slice_str(request->method_name));
	KernelCall call = {
		.box = box,
		.caller = caller,
		.args = request->args,
		.n_args = (guint)request->n_args,
		.output = output,
		.read_only = box->read_only,
	};
	int32_t status;

	if (method == NULL)
		return no_method(request, err);
	status = may_run(box, method, caller, err);
	if (status != BSN_OK)
		return status;
	box->depth++;
	status = method->run(&call, err);
	box->depth--;
	return status;
}

static gboolean
is_kernel(const Xldgpb__InvokeRequest *request)
{
	return request->contract_name[0] == '\0' ||
	       kernel_is(bsn_slice_str(request->contract_name));
}

/* Which module a contract with code has, its description says (invoke.c). */
static int32_t
check_module(const Xldgpb__InvokeRequest *request, bsn_err *err)
{
	g_autofree char *given = NULL;

	if (request->amount[0] != '\0' && strcmp(request->amount, "0") != 0)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"tokens cannot be sent to a contract with a "
				"call: contracts of this chain hold none");
	if (!is_kernel(request) || request->module_name[0] == '\0' ||
	    strcmp(request->module_name, MODULE_KERNEL) == 0)
		return BSN_OK;
	given = quote_text(bsn_slice_str(request->module_name));
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the contract's module is \"%s\", not %s",
			MODULE_KERNEL, given);
}

static int32_t
run_one(Sandbox *box, const Xldgpb__InvokeRequest *request, const char *caller,
	GByteArray *output, bsn_err *err)
{
	guint64 mark = sandbox_mark(box);
	int32_t status = check_module(request, err);

	g_byte_array_set_size(output, 0);
	if (status == BSN_OK)
		status = is_kernel(request) ?
				 run_kernel(box, request, caller, output,
					    err) :
				 invoke_contract(box, request, caller, output,
						 err);
	if (status != BSN_OK)
		sandbox_revert(box, mark);
	return status;
}

int32_t
run_call(Sandbox *box, const char *caller,
	 const Xldgpb__InvokeRequest *request, GByteArray *output,
	 bsn_err *err)
{
	g_autoptr(GByteArray) unused = g_byte_array_new();

	return run_one(box, request, caller, output != NULL ? output : unused,
		       err);
}

/* ---- all of them ------------------------------------------------------- */

static int32_t
run_limited(Sandbox *box, const Xldgpb__InvokeRequest *request,
	    GByteArray *output, bsn_err *err)
{
	guint64 before[RESOURCES];
	guint64 limits[RESOURCES];
	int32_t status;

	for (guint i = 0; i < RESOURCES; i++)
		before[i] = sandbox_used(box, i);
	limits_of(box, request, before, limits);
	box->cpu_until = limits[RESOURCE_CPU] >
					 G_MAXUINT64 - before[RESOURCE_CPU] ?
				 G_MAXUINT64 :
				 before[RESOURCE_CPU] + limits[RESOURCE_CPU];
	status = run_one(box, request, NULL, output, err);
	if (status == BSN_OK)
		status = check_limits(box, before, limits, err);
	return status;
}

static void
count(const Sandbox *box, RunResult *result)
{
	for (guint i = 0; i < RESOURCES; i++)
		result->used[i] = sandbox_used(box, i);
	result->gas = run_gas(box->env.config, result->used);
}

/* Of a contract that has just been called. */
static const char *
language_of(Sandbox *box, const Xldgpb__InvokeRequest *request)
{
	g_auto(ContractDesc) desc = { 0 };

	if (is_kernel(request))
		return "kernel";
	return contract_load(box, bsn_slice_str(request->contract_name), &desc,
			     NULL) == BSN_OK ?
		       desc.code->language :
		       code_evm.language;
}

static int32_t
run_all(Sandbox *box, Xldgpb__InvokeRequest *const *requests, guint n,
	RunResult *result, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint i = 0; i < n && status == BSN_OK; i++) {
		result->failed = i;
		status = run_limited(box, requests[i], result->output, err);
	}
	if (n > 0 && status == BSN_OK)
		result->language =
			g_strdup(language_of(box, requests[n - 1]));
	return status;
}

int32_t
run_requests(Sandbox *box, Xldgpb__InvokeRequest *const *requests, guint n,
	     guint32 flags, RunResult *result, bsn_err *err)
{
	gboolean before = sandbox_set_read_only(
		box, (flags & RUN_READ_ONLY) != 0 || box->read_only);
	guint64 mark = sandbox_mark(box);
	bsn_err own = BSN_ERR_INIT;

	*result = (RunResult){ .output = g_byte_array_new() };
	result->status = run_all(box, requests, n, result, &own);
	(void)sandbox_set_read_only(box, before);
	if (result->status < 0)
		return bsn_fail(err, result->status, "%s", own.reason);
	count(box, result);
	if (result->status == BSN_OK)
		return BSN_OK;
	sandbox_revert(box, mark);
	result->reason = g_strdup(own.reason);
	return BSN_OK;
}
