/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/worker.h"

#include <stdarg.h>

/* Milliseconds without a call until a program is ended; the next call starts it
 * again, which takes a good second. */
#define IDLE_MS (15u * 60u * 1000u)
/* Calls in a row that it may leave unanswered until they are given up. */
#define UNANSWERED_MAX 16u
/* Seconds between starts of a program that fails each time: 0, 1, 2, 4, ... */
#define BACK_OFF_MAX 60u

static GQueue workers = G_QUEUE_INIT;

/* A host that has no timers left still runs what it can. */
static void
set_timer(const Worker *worker, guint ms)
{
	if (worker->timer != NULL)
		runtime_host.io->timer_set(worker->timer, ms);
}

static void
stop_timer(const Worker *worker)
{
	if (worker->timer != NULL)
		runtime_host.io->timer_stop(worker->timer);
}

/* ---- what the strand is told ---- */

static void
report(Worker *worker, ProgramState state)
{
	Note *note = note_new(NOTE_STATE, NULL);

	note->state = state;
	note->restarts = MAX(worker->starts, 1) - 1;
	note->reason = g_strdup(worker->trouble);
	program_tell_strand(worker->program, note);
}

/* ---- beginning ---- */

static void
start(Worker *worker)
{
	worker->state = WORKER_STARTING;
	worker->starts++;
	report(worker, PROGRAM_STARTING);
	set_timer(worker, WORKER_START_MS);
	if (worker->program->connection != NULL)
		service_start(worker);
	else
		node_start(worker);
}

void
worker_ready(Worker *worker)
{
	worker->state = WORKER_READY;
	stop_timer(worker);
	if (worker->child != NULL)
		runtime_host.io->child_ready(worker->child);
	runtime_log(BSN_LOG_INFO, "chaincode %s: ready", worker->program->name);
	report(worker, PROGRAM_READY);
	worker_idle(worker);
}

void
worker_completed(Worker *worker)
{
	worker->failures = 0;
	worker->unanswered = 0;
	g_clear_pointer(&worker->trouble, g_free);
}

/* ---- ending ---- */

static void
worker_free(Worker *worker)
{
	g_queue_unlink(&workers, &worker->link_of_all);
	worker->program->worker = NULL;
	runtime_host.io->timer_free(worker->timer);
	g_hash_table_unref(worker->tasks);
	g_free(worker->failing);
	g_free(worker->trouble);
	program_unref(worker->program);
	g_free(worker);
}

static void
end(Worker *worker, const char *reason)
{
	if (worker->node_start != NULL)
		node_start_cancel(g_steal_pointer(&worker->node_start));
	link_free(g_steal_pointer(&worker->link));
	talk_end(worker, reason);
	worker->unanswered = 0;
	stop_timer(worker);
	if (worker->child != NULL && worker->state != WORKER_ENDING)
		runtime_host.io->child_kill(worker->child);
	worker->state = worker->child != NULL ? WORKER_ENDING : WORKER_COLD;
}

static void
back_off(Worker *worker)
{
	guint wait =
		worker->failures < 2
			? 0
			: MIN(1u << MIN(worker->failures - 2, 6), BACK_OFF_MAX);

	worker->not_before =
		g_get_monotonic_time() + wait * (gint64)G_USEC_PER_SEC;
}

void
worker_fail(Worker *worker, const char *format, ...)
{
	va_list args;

	if (worker->failing != NULL)
		return;
	va_start(args, format);
	worker->failing = g_strdup_vprintf(format, args);
	va_end(args);
}

void
worker_settle(Worker *worker)
{
	if (worker->failing != NULL) {
		g_free(worker->trouble);
		worker->trouble = g_steal_pointer(&worker->failing);
		worker->failures++;
		back_off(worker);
		runtime_log(BSN_LOG_WARNING, "chaincode %s: %s",
			    worker->program->name, worker->trouble);
		end(worker, worker->trouble);
		report(worker, PROGRAM_FAILED);
	}
	if (worker->stopping && worker->state == WORKER_COLD)
		worker_free(worker);
}

static void
stop(Worker *worker)
{
	worker->stopping = TRUE;
	end(worker, "the chaincode was stopped");
}

/* ---- what happens ---- */

static void
rang(bsn_io_alarm *alarm)
{
	Worker *worker = WORKER_OF(alarm, alarm);

	if (worker->state == WORKER_STARTING) {
		worker_fail(worker, "it has not registered within %u s",
			    WORKER_START_MS / 1000);
	} else if (worker->state == WORKER_READY &&
		   g_hash_table_size(worker->tasks) == 0) {
		end(worker, "nobody has called it for long");
		report(worker, PROGRAM_STOPPED);
	}
	worker_settle(worker);
}

static void
exited(bsn_io_parent *parent, const bsn_io_exit *how)
{
	Worker *worker = WORKER_OF(parent, parent);

	worker->child = NULL;
	if (worker->state != WORKER_ENDING)
		worker_fail(worker, "%s", how->reason);
	worker->state = WORKER_COLD;
	if (worker->failing == NULL && !worker->stopping &&
	    !g_queue_is_empty(&worker->out))
		start(worker);
	worker_settle(worker);
}

static void
settled(LinkOwner *owner, const char *reason)
{
	Worker *worker = WORKER_OF(owner, owner);

	if (reason != NULL)
		worker_fail(worker, "the connection is over: %s", reason);
	worker_settle(worker);
}

static Worker *
worker_new(Program *program)
{
	Worker *worker = g_new0(Worker, 1);

	worker->program = program_ref(program);
	worker->link_of_all.data = worker;
	worker->alarm.rang = rang;
	worker->parent.exited = exited;
	worker->owner.settled = settled;
	worker->tasks = g_hash_table_new_full(task_hash, task_equal,
					      (GDestroyNotify)task_unref, NULL);
	worker->timer = runtime_host.io->timer_new(runtime_host.account,
						   &worker->alarm);
	g_queue_push_tail_link(&workers, &worker->link_of_all);
	return worker;
}

/* ---- what the strand says ---- */

/* Whether it is not to be started yet. */
static gboolean
backs_off(const Worker *worker)
{
	return (worker->state == WORKER_COLD ||
		worker->state == WORKER_ENDING) &&
	       g_get_monotonic_time() < worker->not_before;
}

static void
begin(Worker *worker, Note *note)
{
	Note *done;

	if (!backs_off(worker)) {
		talk_begin(worker, note);
		return;
	}
	done = note_new(NOTE_DONE, note->task);
	note->task->over = TRUE;
	done->status = BSN_UNAVAILABLE;
	done->reason = g_strdup_printf(
		"the chaincode has failed %u times, and is not started again "
		"yet: %s",
		worker->failures, worker->trouble);
	program_tell_strand(worker->program, done);
}

void
worker_take(Program *program, Note *note)
{
	if (g_atomic_int_get(&runtime_host.ended) ||
	    (program->worker == NULL && note->kind != NOTE_BEGIN))
		return;
	if (program->worker == NULL)
		program->worker = worker_new(program);
	if (note->kind == NOTE_BEGIN)
		begin(program->worker, note);
	else if (note->kind == NOTE_ANSWER)
		talk_answer(program->worker, note);
	else if (note->kind == NOTE_GIVE_UP)
		talk_give_up(program->worker, note->task);
	else
		stop(program->worker);
}

static void
give_up_hung(Worker *worker)
{
	if (worker->unanswered >= UNANSWERED_MAX)
		worker_fail(worker, "it has left %u calls in a row unanswered",
			    worker->unanswered);
}

void
worker_took(Program *program)
{
	Worker *worker = program->worker;

	if (worker == NULL)
		return;
	if (worker->state == WORKER_COLD && !worker->stopping &&
	    !g_queue_is_empty(&worker->out))
		start(worker);
	talk_flush(worker);
	if (worker->link != NULL)
		link_flush(worker->link);
	give_up_hung(worker);
	worker_settle(worker);
}

void
worker_idle(Worker *worker)
{
	if (worker->state == WORKER_READY &&
	    g_hash_table_size(worker->tasks) == 0)
		set_timer(worker, IDLE_MS);
}

void
workers_end(void)
{
	while (!g_queue_is_empty(&workers)) {
		Worker *worker = g_queue_peek_head(&workers);

		stop(worker);
		worker->child = NULL; /* the host ends it, and tells nobody */
		worker->state = WORKER_COLD;
		worker_settle(worker);
	}
	node_starts_end();
}
