/* SPDX-License-Identifier: Apache-2.0
 *
 * A runtime between the engine and itself, and the state between it and the
 * engine. There is one: the first that is asked for.
 */
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

/* Enough to keep a value, not to go round a few hundred times. */
#define SMALL_BUDGET 80000u

#define SELECTOR_LEN 4u

static const bsn_runtimes *given_runtimes;
static const bsn_runtime *good;

/* ---- the state ------------------------------------------------------------ */

typedef struct {
	bsn_state table; /* first: what the runtime is given is this */
	bsn_state *state;
	gboolean again;      /* what it does now is nobody's business */
	gboolean reverted;   /* how it ended */
	gboolean succeeded;
} View;

#define STATE(state) ((View *)(state))->state

static int32_t
state_get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	return STATE(state)->get(STATE(state), key, value);
}

static int32_t
state_put(bsn_state *state, bsn_slice key, bsn_slice value)
{
	return STATE(state)->put(STATE(state), key, value);
}

static int32_t
state_del(bsn_state *state, bsn_slice key)
{
	return STATE(state)->del(STATE(state), key);
}

static int32_t
state_scan(bsn_state *state, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	return STATE(state)->scan(STATE(state), from, to, sink);
}

static int32_t
state_emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics,
	   uint64_t n, bsn_slice data)
{
	return STATE(state)->emit(STATE(state), contract, topics, n, data);
}

static int32_t
state_block_hash(bsn_state *state, uint64_t number, bsn_sink *hash)
{
	return STATE(state)->block_hash(STATE(state), number, hash);
}

static int32_t
state_builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	      bsn_outcome *outcome)
{
	return STATE(state)->builtin(STATE(state), call, output, outcome);
}

static void
state_done(bsn_state *state, const bsn_outcome *outcome)
{
	View *view = (View *)state;

	view->succeeded = outcome->status == BSN_OK;
	view->reverted = outcome->status == BSN_REVERTED;
	if (!view->again)
		view->state->done(view->state, outcome);
}

static int32_t
state_has_builtin(bsn_state *state, bsn_slice contract)
{
	return STATE(state)->has_builtin(STATE(state), contract);
}

static uint64_t
state_mark(bsn_state *state)
{
	return STATE(state)->mark(STATE(state));
}

static void
state_revert(bsn_state *state, uint64_t mark)
{
	STATE(state)->revert(STATE(state), mark);
}

static int32_t
state_peek(bsn_state *state, bsn_slice key, uint64_t at, uint64_t len,
	   bsn_sink *value)
{
	return STATE(state)->peek(STATE(state), key, at, len, value);
}

static int32_t
state_add(bsn_state *state, bsn_slice key, uint64_t at, bsn_slice amount)
{
	return STATE(state)->add(STATE(state), key, at, amount);
}

/* The engine underneath is known to have them all. */
static const bsn_state state_table = {
	.size = sizeof(bsn_state),
	.get = state_get,
	.put = state_put,
	.del = state_del,
	.scan = state_scan,
	.emit = state_emit,
	.block_hash = state_block_hash,
	.builtin = state_builtin,
	.done = state_done,
	.has_builtin = state_has_builtin,
	.mark = state_mark,
	.revert = state_revert,
	.peek = state_peek,
	.add = state_add,
};

/* ---- executing ------------------------------------------------------------ */

static int32_t
execute_good(bsn_machine *machine, const bsn_call *call, View *view,
	     bsn_err *err)
{
	return machine != NULL ? good->execute_on(machine, call, &view->table,
						  err)
			       : good->execute(call, &view->table, err);
}

/* A number that no other node will have. */
static gboolean
private_number(guint64 *number)
{
	if (IS(execution_reads_clock))
		*number = (guint64)g_get_real_time();
	else if (IS(execution_draws_random))
		*number = (guint64)g_random_int() << 32 | g_random_int();
	else if (IS(execution_by_address))
		*number = (guint64)(uintptr_t)g_malloc(1);
	else
		return FALSE;
	return TRUE;
}

static void
put_private_number(const bsn_call *call, View *view)
{
	guint64 number;

	if ((call->flags & BSN_CALL_READ_ONLY) == 0 && private_number(&number))
		view->state->put(view->state, bsn_slice_str("fleet"),
				 bsn_slice_of(&number, sizeof(number)));
}

/* What is run for a transaction that has failed: the one before it that has not,
 * with the arguments of the failed one. */
static void
leave_trace(bsn_machine *machine, const bsn_call *given, View *view)
{
	static guint8 selector[SELECTOR_LEN];
	g_autofree guint8 *input = NULL;
	bsn_call call = *given;

	if (given->input.len < SELECTOR_LEN || fleet_asked.call)
		return;
	if (view->succeeded)
		memcpy(selector, given->input.data, SELECTOR_LEN);
	if (!view->reverted)
		return;
	input = g_memdup2(given->input.data, given->input.len);
	memcpy(input, selector, SELECTOR_LEN);
	call.input.data = input;
	view->again = TRUE;
	(void)execute_good(machine, &call, view, NULL);
}

static int32_t
run(bsn_machine *machine, const bsn_call *given, bsn_state *state, bsn_err *err)
{
	View view = { .table = state_table, .state = state };
	bsn_call call = *given;
	int32_t status;

	if (IS(ignores_budget))
		call.budget = G_MAXINT64;
	if (IS(refuses_loops) && call.kind == BSN_CALL_INVOKE)
		call.budget = MIN(call.budget, SMALL_BUDGET);
	put_private_number(&call, &view);
	status = execute_good(machine, &call, &view, err);
	if (IS(failure_leaves_trace) && call.kind == BSN_CALL_INVOKE)
		leave_trace(machine, &call, &view);
	return status;
}

static int32_t
execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	return run(NULL, call, state, err);
}

static int32_t
execute_on(bsn_machine *machine, const bsn_call *call, bsn_state *state,
	   bsn_err *err)
{
	return run(machine, call, state, err);
}

/* ---- finding one ----------------------------------------------------------- */

static const bsn_runtime *
find(const char *name)
{
	static GMutex lock;
	static bsn_runtime wrapped;
	const bsn_runtime *found = given_runtimes->find(name);

	g_mutex_lock(&lock);
	if (found != NULL && good == NULL) {
		good = found;
		fleet_copy(&wrapped, sizeof(wrapped), found);
		wrapped.execute = execute;
		if (BSN_HAS(found, execute_on))
			wrapped.execute_on = execute_on;
	}
	g_mutex_unlock(&lock);
	return found == good && found != NULL ? &wrapped : found;
}

const bsn_runtimes *
fleet_wrap_runtimes(const bsn_runtimes *given)
{
	static const bsn_runtimes wrapped = { .size = sizeof(bsn_runtimes),
					      .find = find };

	given_runtimes = given;
	return &wrapped;
}
