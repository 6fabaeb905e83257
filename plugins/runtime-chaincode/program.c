/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/program.h"

#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/runtime-chaincode/shim.h"

/* Characters of a label in a name, which has 63 in all. */
#define LABEL_PART 40
#define HASH_PART 8

#define PROGRAM_OF(pointer, member)                                     \
	((Program *)(void *)((char *)(pointer)-G_STRUCT_OFFSET(Program, \
							       member)))

/* ---- notes ---- */

Note *
note_new(NoteKind kind, Task *task)
{
	Note *note = g_new0(Note, 1);

	note->kind = kind;
	note->task = task != NULL ? task_ref(task) : NULL;
	return note;
}

void
note_free(Note *note)
{
	if (note->task != NULL)
		task_unref(note->task);
	g_clear_pointer(&note->payload, g_bytes_unref);
	g_clear_pointer(&note->event, g_bytes_unref);
	g_free(note->reason);
	g_free(note);
}

static void
read_on_main(bsn_io_job *job, int32_t status)
{
	Program *program = PROGRAM_OF(job, main_job);
	Letter *letter = mailbox_take(&program->to_main);

	while (letter != NULL) {
		Note *note = (Note *)letter;

		letter = letter->next;
		worker_take(program, note);
		note_free(note);
	}
	worker_took(program);
	program_unref(program);
}

static void
read_on_strand(bsn_io_job *job, int32_t status)
{
	Program *program = PROGRAM_OF(job, strand_job);
	Letter *letter = mailbox_take(&program->to_strand);

	while (letter != NULL) {
		Note *note = (Note *)letter;

		letter = letter->next;
		runs_take(program, note, status == BSN_OK);
		note_free(note);
	}
	program_unref(program);
}

void
program_tell_main(Program *program, Note *note)
{
	if (mailbox_put(&program->to_main, &note->letter))
		runtime_host.io->on_main(runtime_host.account,
					 &program_ref(program)->main_job);
}

void
program_tell_strand(Program *program, Note *note)
{
	if (mailbox_put(&program->to_strand, &note->letter))
		runtime_host.io->on_strand(program->chain->strand,
					   &program_ref(program)->strand_job);
}

/* ---- tasks ---- */

guint
task_hash(gconstpointer task)
{
	const Task *one = task;

	return g_str_hash(one->tx_id) * 31 + g_str_hash(one->channel_id);
}

gboolean
task_equal(gconstpointer a, gconstpointer b)
{
	const Task *one = a;
	const Task *other = b;

	return strcmp(one->tx_id, other->tx_id) == 0 &&
	       strcmp(one->channel_id, other->channel_id) == 0;
}

Task *
task_new(Program *program, bsn_slice channel_id, bsn_slice tx_id)
{
	Task *task = g_new0(Task, 1);

	task->refs = 1;
	task->program = program_ref(program);
	task->tx_id = shim_text(tx_id);
	task->channel_id = shim_text(channel_id);
	task->link.data = task;
	return task;
}

Task *
task_ref(Task *task)
{
	g_atomic_int_inc(&task->refs);
	return task;
}

void
task_unref(Task *task)
{
	if (!g_atomic_int_dec_and_test(&task->refs))
		return;
	program_unref(task->program);
	g_free(task->tx_id);
	g_free(task->channel_id);
	g_free(task);
}

/* ---- programs and chains ---- */

/* A label may have '+', a child's name may not. */
static char *
name_of(const Programs *chain, const char *package_id)
{
	const char *colon = strchr(package_id, ':');
	g_autofree char *label =
		colon != NULL
			? g_strndup(package_id, (gsize)(colon - package_id))
			: g_strdup(package_id);

	if (strlen(label) > LABEL_PART)
		label[LABEL_PART] = '\0';
	g_strdelimit(label, "+", '_');
	return g_strdup_printf("%s-%.*s-%u", label, HASH_PART,
			       colon != NULL ? colon + 1 : "", chain->number);
}

Program *
program_new(Programs *chain, const bsn_chaincode_program *wanted,
	    ChaincodePackage *package, Connection *connection)
{
	Program *program = g_new0(Program, 1);

	program->refs = 1;
	program->chain = programs_ref(chain);
	program->package_id = shim_text(wanted->package_id);
	program->msp_id = shim_text(wanted->msp_id);
	program->name = name_of(chain, program->package_id);
	program->package = package;
	program->connection = connection;
	program->main_job.run = read_on_main;
	program->strand_job.run = read_on_strand;
	program->by_id = g_hash_table_new(task_hash, task_equal);
	return program;
}

Program *
program_ref(Program *program)
{
	g_atomic_int_inc(&program->refs);
	return program;
}

void
program_unref(Program *program)
{
	if (!g_atomic_int_dec_and_test(&program->refs))
		return;
	g_hash_table_unref(program->by_id);
	chaincode_package_free(program->package);
	connection_free(program->connection);
	g_free(program->trouble);
	g_free(program->package_id);
	g_free(program->msp_id);
	g_free(program->name);
	programs_unref(program->chain);
	g_free(program);
}

Programs *
programs_ref(Programs *chain)
{
	g_atomic_int_inc(&chain->refs);
	return chain;
}

void
programs_unref(Programs *chain)
{
	if (!g_atomic_int_dec_and_test(&chain->refs))
		return;
	runtime_host.io->strand_free(chain->strand);
	g_hash_table_unref(chain->programs);
	g_free(chain);
}
