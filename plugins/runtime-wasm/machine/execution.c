/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/execution.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/gas.h"

void
wasm_ending_set(Ending *ending, int32_t status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	reason_print(ending->reason, format, args);
	va_end(args);
	ending->status = status;
}

gboolean
wasm_ending_pay(Ending *ending, guint64 gas)
{
	if (ending->gas >= gas) {
		ending->gas -= gas;
		return TRUE;
	}
	ending->gas = 0;
	wasm_ending_set(ending, BSN_OUT_OF_BUDGET, "the budget is used up");
	return FALSE;
}

bsn_call
wasm_execution_inner(const Execution *execution, gboolean read_only)
{
	return (bsn_call){ .size = sizeof(bsn_call),
			   .kind = BSN_CALL_INVOKE,
			   .flags = read_only ? BSN_CALL_READ_ONLY : 0,
			   .block = execution->call->block,
			   .origin = execution->call->origin,
			   .price = execution->call->price };
}

/* ---- contracts of the engine's own ---------------------------------------- */

static void
take_outcome(const bsn_outcome *outcome, Ending *ending)
{
	g_autofree char *reason =
		g_utf8_make_valid(outcome->reason.len > 0 ?
					  (const char *)outcome->reason.data :
					  "",
				  (gssize)MIN(outcome->reason.len,
					      BSN_REASON_MAX));

	if (!wasm_ending_pay(ending, outcome->budget_used))
		return;
	if (outcome->status != BSN_OK && *reason == '\0')
		wasm_ending_set(ending, outcome->status,
				"a contract of the chain's own failed");
	else
		wasm_ending_set(ending, outcome->status, "%s",
				outcome->status == BSN_OK ? "" : reason);
}

/* What the sink said: that the answer does not fit is no node's fault, and every
 * node's. */
static void
refuse_answer(int32_t status, GByteArray *output, bsn_outcome *outcome)
{
	g_byte_array_set_size(output, 0);
	outcome->status = status == BSN_TOO_LARGE ? BSN_FAULT : BSN_E_INTERNAL;
	outcome->reason = bsn_slice_str("the answer is too long");
}

/* Whether the engine took it. */
static gboolean
offer(Execution *execution, const bsn_call *call, Ending *ending)
{
	bsn_state *state = execution->journal.state;
	BufferSink output = buffer_sink(ending->output, CONTRACT_DATA_MAX);
	bsn_outcome outcome = { .size = sizeof(outcome) };
	bsn_call offered = *call;
	int32_t status;

	if (!BSN_HAS(state, builtin))
		return FALSE;
	offered.budget = ending->gas;
	offered.events = &execution->journal.sink;
	status = state->builtin(state, &offered, &output.sink, &outcome);
	if (status == BSN_NOT_OFFERED)
		return FALSE;
	if (status < 0)
		outcome.status = status;
	else if (status != BSN_OK)
		refuse_answer(status, ending->output, &outcome);
	wasm_journal_mark_builtin(&execution->journal);
	take_outcome(&outcome, ending);
	return TRUE;
}

/* ---- code ----------------------------------------------------------------- */

static void
fill(StateFrame *of, Execution *execution, const bsn_call *call)
{
	const bsn_block_env *block = execution->call->block;
	Frame *frame = &of->frame;

	wasm_frame_init(frame, &wasm_state_world);
	of->execution = execution;
	of->prefix = wasm_prefix(call->contract);
	frame->self = call->contract;
	frame->caller = call->caller;
	frame->origin = call->origin;
	frame->function = call->function;
	frame->number = block->number;
	frame->time_ms = block->time_ms;
	frame->hash = execution->hash;
	frame->read_only = (call->flags & BSN_CALL_READ_ONLY) != 0;
}

static void
take_frame(const Frame *frame, int32_t status, Ending *ending)
{
	if (frame->instance != NULL)
		ending->gas = wasm_frame_gas(frame);
	if (status == BSN_OUT_OF_BUDGET)
		ending->gas = 0;
	wasm_ending_set(ending, status, "%s",
			status == BSN_OK ? "" : frame->reason);
	if (status == BSN_OK || status == BSN_REVERTED)
		g_byte_array_append(ending->output, frame->output->data,
				    frame->output->len);
}

void
wasm_execution_run(Execution *execution, const bsn_call *call, WasmCode *code,
		   gint64 function, Ending *ending)
{
	StateFrame of;
	int32_t status;

	if (!wasm_ending_pay(ending, wasm_frame_price(code)))
		return;
	fill(&of, execution, call);
	status = wasm_frame_arguments(&of.frame, call->input);
	if (status == BSN_OK)
		status = wasm_frame_begin(&of.frame, code, function,
					  ending->gas);
	take_frame(&of.frame, status == WASM_WAIT ? BSN_E_INTERNAL : status,
		   ending);
	wasm_frame_clear(&of.frame);
}

static const char *
no_code(int32_t status)
{
	switch (status) {
	case BSN_NOT_FOUND:
		return "there is no contract at this address";
	case BSN_OUT_OF_BUDGET:
		return "the budget is used up";
	default:
		return "the chain's state could not be read";
	}
}

static void
call_code(Execution *execution, const bsn_call *call, Ending *ending)
{
	WasmCode *code = NULL;
	const int32_t status = wasm_code_of(
		&execution->journal, call->contract, &ending->gas, &code);
	gint64 function;

	if (status != BSN_OK) {
		wasm_ending_set(ending, status, "%s", no_code(status));
		return;
	}
	function = wasm_callable(wasm_code_module(code), call->function);
	if (function >= 0) {
		wasm_execution_run(execution, call, code, function, ending);
	} else {
		g_autofree char *name = quote_text(call->function);

		wasm_ending_set(ending, BSN_NOT_FOUND,
				"the contract has no function %s", name);
	}
	wasm_code_unref(code);
}

void
wasm_execution_call(Execution *execution, const bsn_call *call,
		    Ending *ending)
{
	const JournalMark mark = wasm_journal_mark(&execution->journal);

	if (execution->depth == CALLS_DEEP_MAX) {
		wasm_ending_set(ending, BSN_FAULT,
				"contracts call each other deeper than %u",
				CALLS_DEEP_MAX);
		return;
	}
	execution->depth++;
	ending->status = BSN_OK;
	if (!offer(execution, call, ending))
		call_code(execution, call, ending);
	execution->depth--;
	if (ending->status != BSN_OK)
		wasm_journal_revert(&execution->journal, mark);
}
