/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/solc.h"

#include <sys/wait.h>

#include "host/process/job.h"
#include "tools/ctl/error.h"
#include "tools/ctl/progress.h"

/* How often the progress line moves while nothing else happens. */
#define TICK_US 250000

/* What the job came to, for whom the loop runs. */
typedef struct {
	struct event_base *base;
	JobEnd end;
	int status;
	char *output, *messages;
} Outcome;

static void
done(void *owner, JobResult *result)
{
	Outcome *outcome = owner;

	outcome->end = result->end;
	outcome->status = result->status;
	outcome->output = g_string_free(result->output, FALSE);
	outcome->messages = g_string_free(result->messages, FALSE);
	result->output = result->messages = NULL;
	event_base_loopbreak(outcome->base);
}

static void
tick(evutil_socket_t fd, short what, void *data)
{
	progress_tick();
}

static char **
command_line(const char *file, const SolcOptions *options)
{
	GStrvBuilder *words = g_strv_builder_new();
	char **argv;

	g_strv_builder_add_many(words, options->node, options->driver, file,
				NULL);
	g_strv_builder_addv(words, (const char **)options->words);
	argv = g_strv_builder_end(words);
	g_strv_builder_unref(words);
	return argv;
}

/* Returns 0 or an errno. */
static int
run(const char *file, const SolcOptions *options, Outcome *outcome)
{
	g_auto(GStrv) argv = command_line(file, options);
	const struct timeval often = { 0, TICK_US };
	struct event_base *base = event_base_new();
	struct event *ticks = event_new(base, -1, EV_PERSIST, tick, NULL);
	JobSpec spec = { .argv = (const char *const *)argv,
			 .timeout_ms = options->timeout_ms,
			 .output_max = options->output_max };
	Job *job;
	int error;

	outcome->base = base;
	error = job_start(base, &spec, done, outcome, &job);
	if (error == 0) {
		event_add(ticks, &often);
		event_base_dispatch(base);
	}
	event_free(ticks);
	event_base_free(base);
	return error;
}

static const char *
met_limit(JobEnd end)
{
	switch (end) {
	case JOB_ENDED:
		break;
	case JOB_TOOK_TOO_LONG:
		return "took too long";
	case JOB_WROTE_TOO_MUCH:
		return "wrote too much";
	case JOB_SAID_TOO_MUCH:
		return "said too much";
	}
	return NULL;
}

static gboolean
judge(const char *file, const Outcome *outcome, const SolcOptions *options,
      GError **error)
{
	const char *limit = met_limit(outcome->end);
	int status = outcome->status;

	if (limit != NULL)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"compiling %s %s and was ended\nThe limits are "
				"%u s (--timeout) and %" G_GSIZE_FORMAT
				" bytes.",
				file, limit, options->timeout_ms / 1000,
				options->output_max);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TRUE;
	if (WIFSIGNALED(status))
		return ctl_fail(error, CTL_ERROR_FAILED,
				"the compiler was ended by signal %d",
				WTERMSIG(status));
	return ctl_fail(error, CTL_ERROR_FAILED, "%s does not compile", file);
}

char *
solc_compile(const char *file, const SolcOptions *options, char **messages,
	     GError **error)
{
	Outcome outcome = { .end = JOB_ENDED };
	int problem;

	*messages = NULL;
	progress_begin("compiling %s", file);
	problem = run(file, options, &outcome);
	progress_end();
	if (problem != 0) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the compiler cannot be started: %s: %s\nInstall "
			 "Node.js 18 or later.",
			 options->node, g_strerror(problem));
		return NULL;
	}
	*messages = outcome.messages;
	if (judge(file, &outcome, options, error))
		return outcome.output;
	g_free(outcome.output);
	return NULL;
}
