/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine's side: bsn.chaincode/1, on the chains' strands.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-chaincode/program.h"
#include "plugins/runtime-chaincode/shim.h"

/* Calls of one program at once. */
#define RUNS_MAX 1024u

/* Chains by their handle. The lock is held to look one up, once for a call. */
static GMutex chains_lock;
static GHashTable *chains;
static guint chain_count;

static Programs *
programs_find(bsn_chain *handle)
{
	Programs *chain;

	g_mutex_lock(&chains_lock);
	chain = chains != NULL ? g_hash_table_lookup(chains, handle) : NULL;
	g_mutex_unlock(&chains_lock);
	return chain;
}

static Program *
program_find(const Programs *chain, bsn_slice package_id)
{
	g_autofree char *id = NULL;

	if (chain == NULL)
		return NULL;
	id = shim_text(package_id);
	return g_hash_table_lookup(chain->programs, id);
}

/* ---- the end of runs ---- */

static void
leave(Program *program, Task *task)
{
	task->run = NULL;
	g_queue_unlink(&program->runs, &task->link);
	g_hash_table_remove(program->by_id, task);
	task_unref(task);
}

static void
finish(Task *task, const Note *note)
{
	bsn_chaincode_run *run = task->run;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = note->status;
	bsn_slice nothing = { NULL, 0 };

	if (note->reason != NULL)
		bsn_fail(&err, status, "%s", note->reason);
	if (status == BSN_OK && task->asking)
		status = bsn_fail(&err, BSN_FAULT,
				  "the chaincode ended before it had the "
				  "answer to what it asked last: a promise is "
				  "not awaited");
	leave(task->program, task);
	run->done(run, status,
		  status == BSN_OK ? bytes_slice(note->payload) : nothing,
		  status == BSN_OK && note->event != NULL
			  ? bytes_slice(note->event)
			  : nothing,
		  &err);
}

static void
finish_all(Program *program, const char *reason)
{
	Note note = { .kind = NOTE_DONE,
		      .status = BSN_UNAVAILABLE,
		      .reason = (char *)reason };

	while (!g_queue_is_empty(&program->runs)) {
		Task *task = task_ref(g_queue_peek_head(&program->runs));

		finish(task, &note);
		task_unref(task);
	}
}

static void
stop_program(Program *program, const char *reason)
{
	finish_all(program, reason);
	program_tell_main(program, note_new(NOTE_STOP, NULL));
	program_unref(program);
}

static void
closing(bsn_io_resident *resident)
{
	Programs *chain = (Programs *)resident;
	GHashTableIter iter;
	gpointer program;

	g_mutex_lock(&chains_lock);
	g_hash_table_remove(chains, chain->chain);
	g_mutex_unlock(&chains_lock);
	g_hash_table_iter_init(&iter, chain->programs);
	while (g_hash_table_iter_next(&iter, NULL, &program)) {
		g_hash_table_iter_steal(&iter);
		stop_program(program, "the chain closes");
	}
	programs_unref(chain);
}

/* ---- what the program says ---- */

static void
note_state(Program *program, const Note *note)
{
	program->state = note->state;
	program->restarts = note->restarts;
	g_free(program->trouble);
	program->trouble = g_strdup(note->reason);
}

void
runs_take(Program *program, Note *note, gboolean open)
{
	Task *task = note->task;

	if (!open)
		return;
	if (note->kind == NOTE_STATE) {
		note_state(program, note);
	} else if (task->run == NULL) {
		return; /* given up meanwhile */
	} else if (note->kind == NOTE_DONE) {
		finish(task, note);
	} else {
		task->asking = TRUE;
		task->run->asked(task->run, note->type,
				 bytes_slice(note->payload));
	}
}

/* ---- bsn.chaincode/1 ---- */

static Programs *
programs_keep(bsn_chain *handle, bsn_err *err)
{
	const bsn_io *io = runtime_host.io;
	Programs *chain = g_new0(Programs, 1);

	chain->refs = 1;
	chain->chain = handle;
	chain->resident.closing = closing;
	if (io->strand_keep(runtime_host.account, handle, &chain->resident,
			    &chain->strand, err) != BSN_OK) {
		g_free(chain);
		return NULL;
	}
	chain->programs = g_hash_table_new(g_str_hash, g_str_equal);
	g_mutex_lock(&chains_lock);
	if (chains == NULL)
		chains = g_hash_table_new(NULL, NULL);
	chain->number = chain_count++;
	g_hash_table_insert(chains, handle, chain);
	g_mutex_unlock(&chains_lock);
	return chain;
}

static int32_t
read_package(bsn_slice bytes, ChaincodePackage **package,
	     Connection **connection, bsn_err *err)
{
	int32_t status = chaincode_package_read(bytes, package, err);

	if (status != BSN_OK || strcmp((*package)->type, "node") == 0)
		return status;
	if (strcmp((*package)->type, "ccaas") == 0 ||
	    strcmp((*package)->type, "external") == 0)
		return connection_read(*package, connection, err);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a package of type %s is nothing for this runtime",
			(*package)->type);
}

static int32_t
start(bsn_chain *handle, const bsn_chaincode_program *wanted, bsn_err *err)
{
	g_autoptr(ChaincodePackage) package = NULL;
	g_autoptr(Connection) connection = NULL;
	Programs *chain = programs_find(handle);
	Program *program;
	int32_t status;

	if (runtime_host.io == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this host gives chaincodes no input and "
				"output");
	if (program_find(chain, wanted->package_id) != NULL)
		return BSN_OK;
	status = read_package(wanted->package, &package, &connection, err);
	if (status != BSN_OK)
		return status;
	if (chain == NULL)
		chain = programs_keep(handle, err);
	if (chain == NULL)
		return BSN_UNAVAILABLE;
	program = program_new(chain, wanted, g_steal_pointer(&package),
			      g_steal_pointer(&connection));
	g_hash_table_insert(chain->programs, program->package_id, program);
	return BSN_OK;
}

static void
stop(bsn_chain *handle, bsn_slice package_id)
{
	Programs *chain = programs_find(handle);
	Program *program = program_find(chain, package_id);

	if (program == NULL)
		return;
	g_hash_table_remove(chain->programs, program->package_id);
	stop_program(program, "the chaincode was stopped");
}

static GBytes *
first_message(const bsn_chaincode_call *call)
{
	ShimMessage message = {
		.type = call->is_init ? SHIM_INIT : SHIM_TRANSACTION,
		.payload = call->input,
		.tx_id = call->tx_id,
		.channel_id = call->channel_id,
		.proposal = call->proposal,
	};

	return shim_encode(&message);
}

static int32_t
run(bsn_chain *handle, const bsn_chaincode_call *call, bsn_chaincode_run *run,
    bsn_err *err)
{
	Program *program =
		program_find(programs_find(handle), call->package_id);
	Task *task;
	Note *note;

	if (program == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"the package %.*s was not started here",
				(int)MIN(call->package_id.len, 200),
				(const char *)call->package_id.data);
	if (g_queue_get_length(&program->runs) >= RUNS_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u calls of this chaincode are under way",
				RUNS_MAX);
	task = task_new(program, call->channel_id, call->tx_id);
	if (g_hash_table_contains(program->by_id, task)) {
		task_unref(task);
		return bsn_fail(err, BSN_BUSY,
				"this transaction calls a chaincode that it "
				"is in already");
	}
	g_hash_table_add(program->by_id, task);
	g_queue_push_tail_link(&program->runs, &task->link);
	task->run = run;
	run->of_runtime = task;
	note = note_new(NOTE_BEGIN, task);
	note->payload = first_message(call);
	program_tell_main(program, note);
	return BSN_OK;
}

static void
answer(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	Task *task = run->of_runtime;
	Note *note = note_new(NOTE_ANSWER, task);
	ShimMessage message = {
		.type = type,
		.payload = payload,
		.tx_id = bsn_slice_str(task->tx_id),
		.channel_id = bsn_slice_str(task->channel_id),
	};

	task->asking = FALSE;
	note->payload = shim_encode(&message);
	program_tell_main(task->program, note);
}

static void
cancel(bsn_chaincode_run *run)
{
	Task *task = run->of_runtime;

	if (task->run == NULL)
		return;
	program_tell_main(task->program, note_new(NOTE_GIVE_UP, task));
	leave(task->program, task);
}

/* ---- status ---- */

static const char *
state_name(ProgramState state)
{
	switch (state) {
	case PROGRAM_STOPPED:
		return "stopped";
	case PROGRAM_STARTING:
		return "starting";
	case PROGRAM_READY:
		return "ready";
	case PROGRAM_FAILED:
		return "failed";
	}
	g_assert_not_reached();
}

static json_t *
program_json(const Program *program)
{
	json_t *json = json_pack(
		"{s:s,s:s,s:s,s:I,s:I}", "package_id", program->package_id,
		"type", program->package->type, "state",
		state_name(program->state), "restarts",
		(json_int_t)program->restarts, "calls",
		(json_int_t)g_queue_get_length((GQueue *)&program->runs));

	if (program->trouble != NULL)
		json_object_set_new(json, "reason",
				    json_string(program->trouble));
	return json;
}

static int32_t
status(bsn_chain *handle, bsn_sink *out)
{
	g_autoptr(json_t) all = json_array();
	Programs *chain = programs_find(handle);
	g_autoptr(GList) ids = NULL;

	if (chain != NULL)
		ids = g_list_sort(g_hash_table_get_keys(chain->programs),
				  (GCompareFunc)strcmp);
	for (GList *id = ids; id != NULL; id = id->next)
		json_array_append_new(all, program_json(g_hash_table_lookup(
						   chain->programs, id->data)));
	return json_write(all, out);
}

static const char *const types[] = { "node", "ccaas", "external", NULL };

const bsn_chaincode_runtime runtime_chaincode = {
	.size = sizeof(runtime_chaincode),
	.types = types,
	.start = start,
	.stop = stop,
	.run = run,
	.answer = answer,
	.cancel = cancel,
	.status = status,
};
