/* SPDX-License-Identifier: Apache-2.0 */
#include "host/compile/compilers.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <bsn/helpers/error.h>

#include "host/ops/log.h"
#include "host/process/job.h"

/* What bsn-limited exits with when it cannot become the compiler. */
#define EXIT_NOT_STARTED 126
#define EXIT_NOT_FOUND 127
/* Words of a command; a config has fewer. */
#define WORDS_MAX 64u

struct Compilers {
	struct event_base *base;
	CompilersConfig config;
	GQueue waiting, running; /* CompileTask */
	struct event *next;	 /* one has ended: starts others */
};

struct CompileTask {
	Compilers *compilers;
	GList link; /* data points here */
	const CompilerCommand *command;
	GBytes *input; /* NULL once it runs */
	Job *job;      /* NULL while it waits */
	void (*done)(void *owner, int32_t status, GString *output,
		     const bsn_err *err);
	void *owner;
};

static void start_some(Compilers *compilers);

static void
on_next(evutil_socket_t fd, short what, void *data)
{
	start_some(data);
}

Compilers *
compilers_new(struct event_base *base, const CompilersConfig *config)
{
	Compilers *compilers = g_new0(Compilers, 1);

	compilers->base = base;
	compilers->config = *config;
	g_queue_init(&compilers->waiting);
	g_queue_init(&compilers->running);
	compilers->next = event_new(base, -1, 0, on_next, compilers);
	return compilers;
}

static void
task_free(CompileTask *task)
{
	job_free(task->job);
	if (task->input != NULL)
		g_bytes_unref(task->input);
	g_free(task);
}

static void
free_all(GQueue *tasks)
{
	GList *link;

	while ((link = g_queue_pop_head_link(tasks)) != NULL)
		task_free(link->data);
}

void
compilers_free(Compilers *compilers)
{
	if (compilers == NULL)
		return;
	free_all(&compilers->waiting);
	free_all(&compilers->running);
	event_free(compilers->next);
	g_free(compilers);
}

static const CompilerCommand *
find(const Compilers *compilers, const char *language)
{
	const CompilerCommand *command;

	for (command = compilers->config.commands; command->language != NULL;
	     command++)
		if (strcmp(command->language, language) == 0)
			return command->command[0] != NULL ? command : NULL;
	return NULL;
}

gboolean
compilers_have(const Compilers *compilers, const char *language)
{
	return find(compilers, language) != NULL;
}

guint
compilers_running(const Compilers *compilers)
{
	return compilers->running.length;
}

guint
compilers_waiting(const Compilers *compilers)
{
	return compilers->waiting.length;
}

/* ---- what became of it -------------------------------------------------- */

/* The last line of what it said, which tells most of what went wrong. */
static char *
last_words(const GString *messages)
{
	g_autofree char *text =
		g_utf8_make_valid(messages->str, (gssize)messages->len);
	const char *line;

	g_strchomp(text);
	line = strrchr(text, '\n');
	return g_strndup(line != NULL ? line + 1 : text, 120);
}

static int32_t
judge_exit(const CompileTask *task, const JobResult *result, bsn_err *err)
{
	g_autofree char *words = last_words(result->messages);
	int code = WEXITSTATUS(result->status);

	if (code == 0)
		return BSN_OK;
	if (code == EXIT_NOT_FOUND || code == EXIT_NOT_STARTED) {
		log_error("compiler", NULL, "[compiler] %s cannot be run: %s",
			  task->command->language, words);
		return bsn_fail(err, BSN_UNAVAILABLE,
				"the host's %s compiler cannot be started",
				task->command->language);
	}
	return bsn_fail(err, BSN_FAULT, "the compiler ended with %d: %s", code,
			words);
}

static int32_t
judge_signal(const CompileTask *task, const JobResult *result, bsn_err *err)
{
	const CompilersConfig *config = &task->compilers->config;
	int number = WTERMSIG(result->status);

	if (number == SIGXCPU)
		return bsn_fail(err, BSN_TIMEOUT,
				"compiling took more than %u s and was ended",
				config->timeout_s);
	return bsn_fail(err, BSN_FAULT,
			"the compiler crashed with signal %d; it may use %"
			G_GUINT64_FORMAT " MiB of memory",
			number, config->memory_max >> 20);
}

static int32_t
judge(const CompileTask *task, const JobResult *result, bsn_err *err)
{
	const CompilersConfig *config = &task->compilers->config;

	switch (result->end) {
	case JOB_ENDED:
		break;
	case JOB_TOOK_TOO_LONG:
		return bsn_fail(err, BSN_TIMEOUT,
				"compiling took more than %u s and was ended",
				config->timeout_s);
	case JOB_WROTE_TOO_MUCH:
	case JOB_SAID_TOO_MUCH:
		return bsn_fail(err, BSN_TOO_LARGE,
				"the compiler wrote more than %"
				G_GUINT64_FORMAT " bytes and was ended",
				config->output_max);
	}
	return WIFSIGNALED(result->status) ? judge_signal(task, result, err)
					   : judge_exit(task, result, err);
}

/* ---- running ------------------------------------------------------------ */

static void
ended(void *owner, JobResult *result)
{
	CompileTask *task = owner;
	Compilers *compilers = task->compilers;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = judge(task, result, &err);

	g_queue_unlink(&compilers->running, &task->link);
	task->done(task->owner, status,
		   status == BSN_OK ? result->output : NULL, &err);
	task->job = NULL; /* it frees itself */
	task_free(task);
	event_active(compilers->next, 0, 0);
}

static int
start_job(CompileTask *task)
{
	static const char *const env[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
					   "LC_ALL=C.UTF-8", NULL };
	const CompilersConfig *config = &task->compilers->config;
	g_autofree char *memory =
		g_strdup_printf("%" G_GUINT64_FORMAT, config->memory_max);
	/* It may work on several cores, but not forever. */
	g_autofree char *cpu = g_strdup_printf("%u", 4 * config->timeout_s);
	const char *argv[3 + WORDS_MAX + 1] = { config->limiter, memory, cpu };
	JobSpec spec = { .argv = argv,
			 .env = env,
			 .directory = config->directory,
			 .input = task->input,
			 .timeout_ms = config->timeout_s * 1000,
			 .output_max = config->output_max };

	for (guint i = 0; i < WORDS_MAX && task->command->command[i] != NULL;
	     i++)
		argv[3 + i] = task->command->command[i];
	return job_start(task->compilers->base, &spec, ended, task, &task->job);
}

static void
start_task(CompileTask *task)
{
	Compilers *compilers = task->compilers;
	bsn_err err = BSN_ERR_INIT;
	int error = start_job(task);

	g_clear_pointer(&task->input, g_bytes_unref);
	if (error == 0) {
		g_queue_push_tail_link(&compilers->running, &task->link);
		return;
	}
	log_error("compiler", NULL, "%s cannot be started: %s",
		  compilers->config.limiter, g_strerror(error));
	bsn_fail(&err, BSN_UNAVAILABLE,
		 "the host's %s compiler cannot be started",
		 task->command->language);
	task->done(task->owner, BSN_UNAVAILABLE, NULL, &err);
	task_free(task);
}

static void
start_some(Compilers *compilers)
{
	while (compilers->running.length < compilers->config.parallel &&
	       compilers->waiting.length > 0)
		start_task(g_queue_pop_head_link(&compilers->waiting)->data);
}

int32_t
compilers_run(Compilers *compilers, const char *language, GBytes *input,
	      void (*done)(void *owner, int32_t status, GString *output,
			   const bsn_err *err),
	      void *owner, CompileTask **out, bsn_err *err)
{
	CompileTask *task;
	guint room = compilers->config.parallel - compilers->running.length;

	if (compilers->waiting.length >= compilers->config.queue_max + room)
		return bsn_fail(err, BSN_BUSY,
				"%u compilations wait already: try again "
				"later",
				compilers->waiting.length);
	task = g_new0(CompileTask, 1);
	task->compilers = compilers;
	task->link.data = task;
	task->command = find(compilers, language);
	task->input = g_bytes_ref(input);
	task->done = done;
	task->owner = owner;
	*out = task;
	g_queue_push_tail_link(&compilers->waiting, &task->link);
	event_active(compilers->next, 0, 0);
	return BSN_OK;
}

void
compilers_drop(CompileTask *task)
{
	Compilers *compilers = task->compilers;

	if (task->job != NULL)
		g_queue_unlink(&compilers->running, &task->link);
	else
		g_queue_unlink(&compilers->waiting, &task->link);
	task_free(task);
	event_active(compilers->next, 0, 0);
}
