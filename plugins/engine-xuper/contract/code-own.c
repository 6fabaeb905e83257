/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that contracts make, as far as they are the engine's business: of contracts
 * that take none, and of the chain's own.
 */
#include "plugins/engine-xuper/contract/code-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"

/* Of a question to the chain's own contracts, and of each byte of its answer:
 * what another chain answers its validators look up, and each transaction carries
 * it. */
#define CPU_QUESTION 20000u
#define CPU_BYTE 16u

static int32_t
refuse(CodeView *view, bsn_outcome *outcome)
{
	outcome->status = BSN_REVERTED;
	outcome->reason = bsn_slice_str(view->refused.reason);
	return BSN_OK;
}

/* Machines know nothing of each other: neither has the other's way of calling. */
static int32_t
judge_kind(const CodeView *view, bsn_slice name, const ContractDesc *desc,
	   bsn_err *err)
{
	if (desc->code == view->kind)
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_OFFERED,
			"the contract %.*s is of module \"%s\": contracts of "
			"module \"%s\" cannot call it",
			(int)name.len, (const char *)name.data,
			desc->code->module, view->kind->module);
}

int32_t
code_judge_call(CodeView *view, bsn_slice name, bsn_outcome *outcome)
{
	g_auto(ContractDesc) desc = { 0 };
	int32_t status =
		contract_callable(view->box, name, &desc, &view->refused);

	if (status == BSN_OK)
		status = judge_kind(view, name, &desc, &view->refused);
	if (status == BSN_OK)
		return BSN_NOT_OFFERED;
	if (status == BSN_FROZEN || status == BSN_NOT_FOUND ||
	    status == BSN_NOT_OFFERED)
		return refuse(view, outcome);
	view->err = view->refused;
	return code_view_fail(view, status);
}

int32_t
code_own_refused(CodeView *view, const bsn_call *call, int32_t status,
		 bsn_outcome *outcome)
{
	if (status == BSN_UNAVAILABLE || status < BSN_OK) {
		view->err = view->refused;
		return code_view_fail(view, status);
	}
	(void)refuse(view, outcome);
	if (status == BSN_OUT_OF_BUDGET)
		outcome->status = status;
	outcome->budget_used = status == BSN_OUT_OF_BUDGET
				       ? call->budget
				       : MIN(call->budget, CPU_QUESTION);
	return BSN_OK;
}

int32_t
code_own_charge(CodeView *view, const bsn_call *call, guint64 bytes,
		bsn_outcome *outcome)
{
	outcome->budget_used = CPU_QUESTION + CPU_BYTE * bytes;
	return outcome->budget_used <= call->budget
		       ? BSN_OK
		       : bsn_fail(&view->refused, BSN_OUT_OF_BUDGET,
				  "what the chain answers costs more gas than "
				  "is left");
}
