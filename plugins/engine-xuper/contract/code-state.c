/* SPDX-License-Identifier: Apache-2.0
 *
 * A sandbox as bsn_state.
 */
#include "plugins/engine-xuper/contract/code-private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

static bsn_slice
bucket(const CodeView *view)
{
	return bsn_slice_str(view->kind->module);
}

int32_t
code_view_fail(CodeView *view, int32_t status)
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

/* What was put. */
static bsn_slice
unpadded(bsn_slice value)
{
	return bsn_slice_of(value.data, value.len - (is_zeros(value) ? 1 : 0));
}

typedef int32_t (*Reader)(Sandbox *box, bsn_slice bucket, bsn_slice key,
			  GByteArray *value, bsn_err *err);

static int32_t
read_by(bsn_state *state, Reader reader, bsn_slice key, bsn_sink *value)
{
	CodeView *view = (CodeView *)state;
	g_autoptr(GByteArray) found = g_byte_array_new();
	int32_t status = code_view_fail(view, reader(view->box, bucket(view),
						     key, found, &view->err));
	bsn_slice kept;

	if (status != BSN_OK)
		return status;
	kept = unpadded(buffer_slice(found));
	return value->write(value, kept.data, kept.len);
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
	CodeView *view = (CodeView *)state;
	g_autoptr(GByteArray) zeros = NULL;

	if (is_zeros(value)) {
		zeros = g_byte_array_new();
		g_byte_array_append(zeros, value.data, (guint)value.len);
		g_byte_array_append(zeros, (const guint8 *)"", 1);
		value = buffer_slice(zeros);
	}
	return code_view_fail(view, sandbox_put(view->box, bucket(view), key,
						value, &view->err));
}

static int32_t
state_del(bsn_state *state, bsn_slice key)
{
	CodeView *view = (CodeView *)state;

	return code_view_fail(view, sandbox_delete(view->box, bucket(view),
						   key, &view->err));
}

/* ---- keys in order ----------------------------------------------------- */

typedef struct {
	SandboxScan scan;
	bsn_scan_sink *out;
	int32_t returned; /* by `out` */
} Walk;

static int32_t
walk_item(SandboxScan *scan, bsn_slice key, bsn_slice value)
{
	Walk *walk = (Walk *)scan;

	walk->returned = walk->out->entry(walk->out, key, unpadded(value));
	return walk->returned;
}

static int32_t
state_scan(bsn_state *state, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	CodeView *view = (CodeView *)state;
	Walk walk = { { walk_item }, sink, BSN_OK };
	int32_t status = sandbox_scan(view->box, bucket(view), from, to,
				      &walk.scan, &view->err);

	return walk.returned != BSN_OK ? status : code_view_fail(view, status);
}

/* ---- what differs from kind to kind ------------------------------------ */

static int32_t
state_emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	CodeView *view = (CodeView *)state;

	return code_view_fail(view, view->kind->emit(view, contract, topics, n,
						     data));
}

static int32_t
state_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	CodeView *view = (CodeView *)state;

	return view->kind->builtin(view, call, output, outcome);
}

static int32_t
state_has_builtin(bsn_state *state, bsn_slice contract)
{
	CodeView *view = (CodeView *)state;

	return view->kind->has_builtin(view, contract);
}

static void
state_done(bsn_state *state, const bsn_outcome *outcome)
{
	CodeView *view = (CodeView *)state;
	CodeOutcome *out = view->outcome;

	view->done = TRUE;
	out->status = outcome->status;
	sandbox_use(view->box, RESOURCE_CPU, outcome->budget_used);
	if (outcome->output.len <= CODE_OUTPUT_MAX)
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
code_view_init(CodeView *view, const CodeKind *kind, Sandbox *box,
	       CodeOutcome *outcome)
{
	*view = (CodeView){
		.table = {
			.size = sizeof(bsn_state),
			.get = state_get,
			.put = state_put,
			.del = state_del,
			.scan = state_scan,
			.emit = state_emit,
			.builtin = state_builtin,
			.has_builtin = state_has_builtin,
			.done = state_done,
			.fixed = state_fixed,
		},
		.kind = kind,
		.box = box,
		.outcome = outcome,
		.err = BSN_ERR_INIT,
		.refused = BSN_ERR_INIT,
	};
}
