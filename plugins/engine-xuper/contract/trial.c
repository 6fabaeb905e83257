/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/trial.h"

#include "plugins/engine-xuper/contract/reserved.h"
#include "plugins/engine-xuper/genesis.h"

void
trial_clear(Trial *trial)
{
	sandbox_free(trial->box);
	g_free(trial->auth);
	run_result_clear(&trial->result);
}

/* Questions about outputs, which no transaction can ask, are of the next block;
 * all else sees no height, as transactions do. */
static guint64
height_of(const Plan *plan)
{
	const Xldgpb__InvokeRequest *request =
		plan->requests->len > 0 ? plan->requests->pdata[0] : NULL;

	if (request == NULL ||
	    strcmp(request->contract_name, CONTRACT_UTXO) != 0)
		return 0;
	return ledger_head(plan->ledger->ledger)->block->height + 1;
}

static void
begin(Plan *plan, Trial *trial)
{
	SandboxEnv env = {
		.config = plan->ledger->config,
		.suite = &plan->ledger->suite,
		.initiator = plan->initiator,
		.time_ms = plan->now_ms,
		.height = height_of(plan),
		.facts = plan->facts,
	};

	trial->auth = g_new0(const char *, plan->auth->len + 1);
	for (guint i = 0; i < plan->auth->len; i++)
		trial->auth[i] = plan->auth->pdata[i];
	env.auth_require = trial->auth;
	trial->box = sandbox_new(plan->layer, &env);
}

static int32_t
refused(const RunResult *result, bsn_err *err)
{
	gint code = result->status == BSN_OUT_OF_BUDGET ? XUPER_RESOURCES :
							  XUPER_CONTRACT;

	return bsn_fail_native(err, result->status, code, "%s",
			       result->reason);
}

/* In front of what is asked for, unless that only reads. */
static int32_t
add_reserved(Plan *plan, guint32 flags, Sandbox *box, bsn_err *err)
{
	const guint own = plan->requests->len;
	guint n = 0;
	int32_t status = (flags & RUN_READ_ONLY) == 0 ?
				 reserved_count(box, &n, err) :
				 BSN_OK;

	for (guint i = 0; i < n; i++)
		g_ptr_array_insert(
			plan->requests, (gint)i,
			reserved_request(&plan->arena, plan->ledger->config, i,
					 (Xldgpb__InvokeRequest **)
							 plan->requests->pdata +
						 i,
					 own));
	return status;
}

/* Each run reads the chain's name, and so is of this chain alone. */
static int32_t
run(Plan *plan, guint32 flags, Trial *trial, bsn_err *err)
{
	int32_t status = sandbox_get(trial->box, bsn_slice_str(BUCKET_CHAIN),
				     bsn_slice_str(KEY_CHAIN_NAME), NULL, err);

	if (status != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the chain's name cannot be read");
	status = add_reserved(plan, flags, trial->box, err);
	if (status != BSN_OK)
		return status;
	status = run_requests(
		trial->box,
		(Xldgpb__InvokeRequest *const *)plan->requests->pdata,
		plan->requests->len, flags, &trial->result, err);
	if (status == BSN_OK && facts_wanted(plan->facts) != NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"another chain has not answered");
	if (status == BSN_OK && trial->result.status != BSN_OK)
		status = refused(&trial->result, err);
	return status;
}

int32_t
trial_run(Plan *plan, guint32 flags, Trial *trial, bsn_err *err)
{
	int32_t status = BSN_OK;

	*trial = (Trial){ .box = NULL };
	begin(plan, trial);
	/* Tokens that only move need no contract, and read nothing. */
	if (plan->requests->len > 0)
		status = run(plan, flags, trial, err);
	if (status != BSN_OK) {
		trial_clear(trial);
		*trial = (Trial){ .box = NULL };
	}
	return status;
}
