/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/code.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/code-private.h"
#include "plugins/engine-xuper/services.h"

/* Of the digest of a chain's name: below 2^48, so that every reader of JSON has
 * it exactly. */
#define CHAIN_ID_LEN 6u

void
code_outcome_clear(CodeOutcome *outcome)
{
	g_clear_pointer(&outcome->output, g_byte_array_unref);
}

/* ---- machines ---------------------------------------------------------- */

/* Those of a runtime that no execution is on. One is made when all are in use, so
 * there are as many as have run at once. */
static GMutex lock;
static GHashTable *idle; /* const bsn_runtime -> GSList of machines */

static bsn_machine *
take_machine(const bsn_runtime *runtime)
{
	bsn_machine *machine = NULL;
	GSList *list = NULL;

	g_mutex_lock(&lock);
	if (idle != NULL)
		list = g_hash_table_lookup(idle, runtime);
	if (list != NULL) {
		machine = list->data;
		g_hash_table_insert(idle, (gpointer)runtime,
				    g_slist_delete_link(list, list));
	}
	g_mutex_unlock(&lock);
	return machine != NULL ? machine : runtime->machine_new();
}

static void
give_machine(const bsn_runtime *runtime, bsn_machine *machine)
{
	GSList *list;

	g_mutex_lock(&lock);
	if (idle == NULL)
		idle = g_hash_table_new(NULL, NULL);
	list = g_hash_table_lookup(idle, runtime);
	g_hash_table_insert(idle, (gpointer)runtime,
			    g_slist_prepend(list, machine));
	g_mutex_unlock(&lock);
}

static int32_t
run(const bsn_runtime *runtime, const bsn_call *call, bsn_state *state,
    bsn_err *err)
{
	bsn_machine *machine;
	int32_t status;

	if (!BSN_HAS(runtime, machine_new) || !BSN_HAS(runtime, execute_on))
		return runtime->execute(call, state, err);
	machine = take_machine(runtime);
	if (machine == NULL)
		return bsn_fail(err, BSN_E_NOMEM, "out of memory");
	status = runtime->execute_on(machine, call, state, err);
	give_machine(runtime, machine);
	return status;
}

/* ---- the execution ----------------------------------------------------- */

/* What stands for the chain where contracts sign for one chain (EIP-712). */
static guint64
chain_id(const SandboxEnv *env)
{
	const bsn_slice name = bsn_slice_str(env->config->name);
	guint8 digest[HASH_LEN];
	guint64 id = 0;

	suite_double(env->suite, &name, 1, digest);
	for (guint i = 0; i < CHAIN_ID_LEN; i++)
		id = id << 8 | digest[i];
	return id;
}

static bsn_block_env
block_of(const CodeKind *kind, const SandboxEnv *env, guint64 budget)
{
	return (bsn_block_env){
		.size = sizeof(bsn_block_env),
		.time_ms = env->time_ms,
		.budget = budget,
		.chain_id = chain_id(env),
		/* The machine's own, too, so that no other hash takes part in
		 * a chain of the GM suite. */
		.hash = env->suite->sm ? "sm3" : "keccak-256",
		.rules = kind->rules(env->config),
	};
}

static bsn_call
call_of(const CodeCall *given, const bsn_block_env *block)
{
	return (bsn_call){
		.size = sizeof(bsn_call),
		.kind = given->kind,
		.flags = given->flags | BSN_CALL_UNCOUNTED,
		.block = block,
		.origin = given->caller,
		.caller = given->caller,
		.contract = given->contract,
		.function = given->function,
		.input = given->input,
		.budget = given->budget,
	};
}

/* What the sandbox refused counts for more than what the runtime made of it. */
static int32_t
finish(const CodeView *view, bsn_err *err)
{
	CodeOutcome *outcome = view->outcome;

	if (view->failed > BSN_OK) {
		outcome->status = view->failed;
		g_strlcpy(outcome->reason, view->err.reason,
			  sizeof(outcome->reason));
		g_byte_array_set_size(outcome->output, 0);
		return BSN_OK;
	}
	if (view->failed < BSN_OK)
		return bsn_fail(err, view->failed, "%s", view->err.reason);
	if (!view->done)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the runtime did not finish inside the call");
	if (outcome->status < BSN_OK)
		return bsn_fail(err, outcome->status, "the runtime failed: %s",
				outcome->reason);
	return BSN_OK;
}

int32_t
code_execute(Sandbox *box, const CodeKind *kind, const CodeCall *given,
	     CodeOutcome *outcome, bsn_err *err)
{
	const bsn_runtime *runtime = code_runtime(kind, err);
	const bsn_block_env block =
		block_of(kind, sandbox_env(box), given->budget);
	const bsn_call call = call_of(given, &block);
	guint64 mark = sandbox_mark(box);
	CodeView view;
	int32_t status;

	*outcome = (CodeOutcome){ .output = g_byte_array_new() };
	if (runtime == NULL)
		return BSN_E_VERSION;
	code_view_init(&view, kind, box, outcome);
	status = run(runtime, &call, &view.table, err);
	status = status == BSN_OK ? finish(&view, err) :
				    MIN(status, BSN_E_INVALID);
	if (status != BSN_OK || outcome->status != BSN_OK)
		sandbox_revert(box, mark);
	return status;
}

static int32_t
ignore(bsn_sink *sink, const void *data, uint64_t len)
{
	(void)sink;
	(void)data;
	(void)len;
	return BSN_OK;
}

int32_t
code_there(Sandbox *box, const CodeKind *kind, bsn_slice contract,
	   bsn_err *err)
{
	const bsn_runtime *runtime = code_runtime(kind, err);
	bsn_sink nowhere = { ignore };
	CodeView view;
	int32_t status;

	if (runtime == NULL || !BSN_HAS(runtime, code))
		return BSN_E_VERSION;
	code_view_init(&view, kind, box, NULL);
	status = runtime->code(contract, &view.table, &nowhere, err);
	return view.failed != BSN_OK ? view.failed : status;
}
