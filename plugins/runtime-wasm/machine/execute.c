/* SPDX-License-Identifier: Apache-2.0
 *
 * What an engine asks: an invoke or a create, with its outcome.
 */
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/code.h"
#include "plugins/runtime-wasm/machine/crypto.h"
#include "plugins/runtime-wasm/machine/execution.h"
#include "plugins/runtime-wasm/machine/gas.h"
#include "plugins/runtime-wasm/machine/plugin.h"

typedef struct {
	Execution execution; /* first */
	bsn_call call;
	gboolean floats;
	gboolean replaces;
	Ending ending;
} Run;

/* ---- checks of the call --------------------------------------------------- */

static const char *
state_problem(const bsn_state *state)
{
	if (!BSN_HAS(state, get) || !BSN_HAS(state, put) ||
	    !BSN_HAS(state, del) || !BSN_HAS(state, emit) ||
	    !BSN_HAS(state, done))
		return "state must have get, put, del, emit and done";
	return NULL;
}

static const char *
call_problem(const bsn_call *call)
{
	if (call->kind != BSN_CALL_INVOKE && call->kind != BSN_CALL_CREATE)
		return "kind must be an invoke or a create";
	if (call->contract.len < 1 || call->contract.len > STORE_ADDRESS_MAX)
		return "the contract's address must have 1 to 255 bytes, also "
		       "of a create: the engine gives it";
	if (call->block == NULL)
		return "block is missing";
	if (wasm_crypto_hash_named(call->block->hash) == NULL)
		return "block.hash must be keccak-256, sm3 or sha-256, from a "
		       "crypto plugin that is loaded";
	return NULL;
}

static guint64
least(const bsn_call *call)
{
	return call->kind == BSN_CALL_CREATE ?
		       GAS_CREATE + call->input.len * GAS_CREATE_BYTE :
		       GAS_FIND;
}

int32_t
wasm_least_budget(const bsn_call *call, uint64_t *budget, bsn_err *err)
{
	if (call->kind == BSN_CALL_CREATE && call->input.len > WASM_BYTES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a module may have %u bytes", WASM_BYTES_MAX);
	*budget = least(call);
	return BSN_OK;
}

static gboolean
is_zero(bsn_slice amount)
{
	for (guint64 i = 0; i < amount.len; i++)
		if (amount.data[i] != 0)
			return FALSE;
	return TRUE;
}

/* What a contract is never asked for. */
static gboolean
refuse(Run *run)
{
	Ending *ending = &run->ending;

	if (!is_zero(run->call.value))
		wasm_ending_set(ending, BSN_FAULT,
				"contracts of this runtime take no value");
	else if (run->call.kind == BSN_CALL_CREATE &&
		 (run->call.flags & BSN_CALL_READ_ONLY) != 0)
		wasm_ending_set(ending, BSN_FAULT,
				"a read-only call cannot create");
	else if (run->call.kind == BSN_CALL_CREATE &&
		 run->call.input.len > WASM_BYTES_MAX)
		wasm_ending_set(ending, BSN_FAULT,
				"a module may have %u bytes", WASM_BYTES_MAX);
	return ending->status != BSN_OK;
}

/* ---- an invoke ------------------------------------------------------------ */

static void
invoke(Run *run)
{
	if (run->call.function.len == 0 &&
	    arguments_function(&run->call.input, &run->call.function) !=
		    BSN_OK)
		wasm_ending_set(&run->ending, BSN_FAULT,
				"the call names no function: the input begins "
				"with its length and name");
	else
		wasm_execution_call(&run->execution, &run->call, &run->ending);
}

/* ---- a create ------------------------------------------------------------- */

static gboolean
has_place(Run *run)
{
	g_autoptr(GByteArray) digest = g_byte_array_new();
	const StoreKey key = wasm_record_key(run->call.contract);
	const int32_t status =
		wasm_journal_get(&run->execution.journal, wasm_key_slice(&key),
				 WASM_DIGEST_LEN, digest);
	const gboolean there = status == BSN_OK;

	if (status < 0)
		wasm_ending_set(&run->ending, status,
				"the chain's state could not be read");
	else if (there && !run->replaces)
		wasm_ending_set(&run->ending, BSN_FAULT,
				"there is a contract at this address already");
	else if (!there && run->replaces)
		wasm_ending_set(&run->ending, BSN_FAULT,
				"there is no contract to be replaced");
	return run->ending.status == BSN_OK;
}

static void
run_first(Run *run, WasmCode *code, bsn_slice arguments)
{
	const char *name = run->replaces ? WASM_UPGRADE : WASM_INITIALIZE;
	const gint64 function = wasm_own_function(wasm_code_module(code), name);

	if (function < 0 && arguments.len > 0) {
		wasm_ending_set(&run->ending, BSN_FAULT,
				"the contract has no function %s that would "
				"take arguments", name);
		return;
	}
	run->call.function = function >= 0 ? bsn_slice_str(name) :
					     bsn_slice_of(NULL, 0);
	run->call.input = arguments;
	wasm_execution_run(&run->execution, &run->call, code, function,
			   &run->ending);
}

static void
create(Run *run)
{
	Ending *ending = &run->ending;
	bsn_err err = { .size = sizeof(err) };
	WasmCode *code = NULL;
	bsn_slice module, arguments;
	int32_t status;

	if (!has_place(run))
		return;
	wasm_split(run->call.input, &module, &arguments);
	status = wasm_code_make(module, run->floats, &code, &err);
	if (status != BSN_OK) {
		wasm_ending_set(ending, status < 0 ? status : BSN_FAULT, "%s",
				err.reason);
		return;
	}
	status = wasm_code_keep(&run->execution.journal, run->call.contract,
				module, code);
	if (status == BSN_OK)
		run_first(run, code, arguments);
	else
		wasm_ending_set(ending, status, "one execution changes no "
						"more than this one has");
	wasm_code_unref(code);
}

/* ---- the outcome ---------------------------------------------------------- */

static void
report(Run *run, guint64 used)
{
	const Ending *ending = &run->ending;
	bsn_outcome outcome = { .size = sizeof(outcome),
				.status = ending->status,
				.budget_used = used };
	bsn_state *state = run->execution.journal.state;

	outcome.output = buffer_slice(ending->output);
	if (ending->status == BSN_OK && run->call.kind == BSN_CALL_CREATE)
		outcome.created = run->call.contract;
	if (ending->status != BSN_OK)
		outcome.reason = bsn_slice_str(ending->reason);
	state->done(state, &outcome);
}

static void
run_call(Run *run)
{
	const JournalMark mark = wasm_journal_mark(&run->execution.journal);
	Ending *ending = &run->ending;

	if (run->call.kind == BSN_CALL_CREATE)
		create(run);
	else
		invoke(run);
	if (ending->status == BSN_OK) {
		const int32_t status =
			wasm_journal_commit(&run->execution.journal);

		if (status != BSN_OK)
			wasm_ending_set(ending,
					status < 0 ? status : BSN_E_INTERNAL,
					"the chain's state could not be "
					"written");
	} else {
		wasm_journal_revert(&run->execution.journal, mark);
	}
}

static void
execute(Run *run, guint64 budget)
{
	Ending *ending = &run->ending;

	ending->gas = budget;
	if (refuse(run)) {
		report(run, 0);
	} else if (budget < least(&run->call)) {
		wasm_ending_set(ending, BSN_OUT_OF_BUDGET,
				"the call needs a budget of at least %"
				G_GUINT64_FORMAT, least(&run->call));
		report(run, 0);
	} else {
		(void)wasm_ending_pay(ending, least(&run->call));
		run_call(run);
		report(run, budget - ending->gas);
	}
}

static bsn_call
copy_call(const bsn_call *call)
{
	return (bsn_call){ .size = sizeof(bsn_call),
			   .kind = call->kind,
			   .flags = call->flags,
			   .block = call->block,
			   .origin = call->origin,
			   .caller = call->caller,
			   .contract = call->contract,
			   .function = call->function,
			   .input = call->input,
			   .value = call->value,
			   .price = call->price,
			   .budget = call->budget };
}

int32_t
wasm_execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	const char *problem = state_problem(state);
	g_autoptr(GByteArray) output = NULL;
	Run run = { .floats = FALSE };
	int32_t status;

	if (problem == NULL)
		problem = call_problem(call);
	if (problem != NULL)
		return bsn_fail(err, BSN_E_INVALID, "%s", problem);
	status = wasm_rules(BSN_HAS(call->block, rules) ? call->block->rules :
							  NULL,
			    &run.floats, err);
	if (status != BSN_OK)
		return status;
	output = g_byte_array_new();
	run.call = copy_call(call);
	run.replaces = (call->flags & BSN_CALL_REPLACE) != 0;
	run.ending.output = output;
	run.execution.call = &run.call;
	run.execution.hash = wasm_crypto_hash_named(call->block->hash);
	wasm_journal_init(&run.execution.journal, state);
	execute(&run, MIN(call->budget, (guint64)G_MAXINT64));
	wasm_journal_clear(&run.execution.journal);
	return BSN_OK;
}
