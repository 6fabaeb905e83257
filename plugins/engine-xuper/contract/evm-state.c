/* SPDX-License-Identifier: Apache-2.0
 *
 * A sandbox as bsn_state.
 */
#include "plugins/engine-xuper/contract/evm-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/kit/sink.h"

static const bsn_slice *
bucket(void)
{
	static const bsn_slice evm = { (const guint8 *)BUCKET_EVM,
				       sizeof(BUCKET_EVM) - 1 };

	return &evm;
}

/* What ends an execution is kept, whatever the runtime makes of it. */
static int32_t
fail(EvmView *view, int32_t status)
{
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		return status;
	if (view->failed == BSN_OK)
		view->failed = status;
	return BSN_E_INTERNAL;
}

/* XModel has a value of its own for what is gone, a zero byte. Values of zero
 * bytes alone are kept with one more. */
static gboolean
is_zeros(bsn_slice value)
{
	for (guint64 i = 0; i < value.len; i++)
		if (value.data[i] != 0)
			return FALSE;
	return value.len > 0;
}

typedef int32_t (*Reader)(Sandbox *box, bsn_slice bucket, bsn_slice key,
			  GByteArray *value, bsn_err *err);

static int32_t
read_by(bsn_state *state, Reader reader, bsn_slice key, bsn_sink *value)
{
	EvmView *view = (EvmView *)state;
	g_autoptr(GByteArray) found = g_byte_array_new();
	int32_t status = fail(view, reader(view->box, *bucket(), key, found,
					   &view->err));

	if (status != BSN_OK)
		return status;
	if (is_zeros(buffer_slice(found)))
		g_byte_array_set_size(found, found->len - 1);
	return value->write(value, found->data, found->len);
}

static int32_t
state_get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	return read_by(state, sandbox_get, key, value);
}

static int32_t
state_fixed(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	return read_by(state, sandbox_look, key, value);
}

static int32_t
state_put(bsn_state *state, bsn_slice key, bsn_slice value)
{
	EvmView *view = (EvmView *)state;
	g_autoptr(GByteArray) zeros = NULL;

	if (is_zeros(value)) {
		zeros = g_byte_array_new();
		g_byte_array_append(zeros, value.data, (guint)value.len);
		g_byte_array_append(zeros, (const guint8 *)"", 1);
		value = buffer_slice(zeros);
	}
	return fail(view, sandbox_put(view->box, *bucket(), key, value,
				      &view->err));
}

static int32_t
state_del(bsn_state *state, bsn_slice key)
{
	EvmView *view = (EvmView *)state;

	return fail(view, sandbox_delete(view->box, *bucket(), key,
					 &view->err));
}

static int32_t
state_emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	EvmView *view = (EvmView *)state;

	return fail(view, evm_log(view->box, contract, topics, n, data,
				  &view->err));
}

/* Contracts that are frozen or uninstalled take no calls, from others either.
 * What has no name was made by a contract, and is as that wants it. */
static int32_t
state_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	EvmView *view = (EvmView *)state;
	const SandboxEnv *env = sandbox_env(view->box);
	g_autofree char *name = NULL;
	int32_t status;

	if (call->contract.len != EVM_ADDRESS_LEN)
		return BSN_NOT_OFFERED;
	if (evm_cross_is(call->contract))
		return evm_cross_run(view, call, output, outcome);
	name = contract_name_at(env->suite, env->config->name,
				call->contract.data);
	if (!contract_name_valid(bsn_slice_str(name)))
		return BSN_NOT_OFFERED;
	status = contract_callable(view->box, bsn_slice_str(name),
				   &view->refused);
	if (status != BSN_FROZEN && status != BSN_NOT_FOUND)
		return status == BSN_OK ? BSN_NOT_OFFERED : fail(view, status);
	outcome->status = BSN_REVERTED;
	outcome->reason = bsn_slice_str(view->refused.reason);
	return BSN_OK;
}

static int32_t
state_has_builtin(bsn_state *state, bsn_slice contract)
{
	(void)state;
	return evm_cross_is(contract) ? BSN_OK : BSN_NOT_FOUND;
}

static void
state_done(bsn_state *state, const bsn_outcome *outcome)
{
	EvmView *view = (EvmView *)state;
	EvmOutcome *out = view->outcome;

	view->done = TRUE;
	out->status = outcome->status;
	sandbox_use(view->box, RESOURCE_CPU, outcome->budget_used);
	if (outcome->output.len <= EVM_OUTPUT_MAX)
		g_byte_array_append(out->output, outcome->output.data,
				    (guint)outcome->output.len);
	else
		out->status = BSN_OUT_OF_BUDGET;
	g_snprintf(out->reason, sizeof(out->reason), "%.*s",
		   (int)MIN(outcome->reason.len, sizeof(out->reason) - 1),
		   outcome->reason.len > 0 ?
			   (const char *)outcome->reason.data :
			   "the answer is too long");
	bsn_reason_mend(out->reason);
}

void
evm_view_init(EvmView *view, Sandbox *box, EvmOutcome *outcome)
{
	*view = (EvmView){
		.table = {
			.size = sizeof(bsn_state),
			.get = state_get,
			.put = state_put,
			.del = state_del,
			.emit = state_emit,
			.builtin = state_builtin,
			.has_builtin = state_has_builtin,
			.done = state_done,
			.fixed = state_fixed,
		},
		.box = box,
		.outcome = outcome,
		.err = BSN_ERR_INIT,
		.refused = BSN_ERR_INIT,
	};
}
