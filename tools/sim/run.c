/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/sim/checker.h"
#include "tools/sim/world.h"

/* ---- one seed ----------------------------------------------------------- */

/* Written when the plugin crashes; made before the run begins. */
static char *crash_command;

static void
say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		return;
}

/* Memory is as the crash left it: what is there is shown, and that is all. */
static void
crashed(int number)
{
	g_autofree char *tail = NULL;

	signal(number, SIG_DFL);
	if (sim_world() != NULL) {
		tail = sim_trace_tail(sim_world()->trace);
		say(tail);
	}
	say("\nVIOLATION the plugin crashed: ");
	say(strsignal(number));
	say("\nAgain: ");
	say(crash_command);
	say("\n");
	_exit(SIM_VIOLATED);
}

static void
watch_for_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL,
				       SIGABRT };

	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		signal(signals[i], crashed);
}

static void
report(const SimWorld *world)
{
	g_autofree char *tail = sim_trace_tail(world->trace);

	if (!world->options->trace)
		fputs(tail, stdout);
	printf("\nVIOLATION %s\n", world->violation);
	printf("seed %" G_GUINT64_FORMAT ", step %" G_GUINT64_FORMAT
	       ", trace %016" G_GINT64_MODIFIER "x\n",
	       world->seed, world->step, sim_trace_digest(world->trace));
	printf("Again: %s\n", crash_command);
}

static int
outcome(const SimWorld *world, gboolean held)
{
	if (held)
		return SIM_HELD;
	if (!world->impossible) {
		report(world);
		return SIM_VIOLATED;
	}
	fprintf(stderr, "bsn-sim: %s\n", world->violation);
	return SIM_IMPOSSIBLE;
}

static void
summarise(const SimWorld *world, SimSummary *summary)
{
	const GPtrArray *txs = sim_clients_txs(world);

	*summary = (SimSummary){
		.steps = world->step,
		.blocks = sim_checker_height(world),
		.messages = world->messages,
		.reorganisations = world->reorganisations,
		.virtual_ms = world->now_us / 1000,
		.digest = sim_trace_digest(world->trace),
	};
	for (guint i = 0; i < txs->len; i++)
		summary->txs += ((const SimTx *)txs->pdata[i])->placed ? 1 : 0;
}

int
sim_run_seed(const SimOptions *options, const SimWorkload *workload,
	     const bsn_engine *engine, guint64 seed, SimSummary *summary)
{
	g_autofree char *command = sim_options_command(options, seed);
	char *message = NULL;
	SimWorld *world;
	int status;

	crash_command = command;
	world = sim_world_new(options, workload, engine, seed, &message);
	if (world == NULL) {
		fprintf(stderr, "bsn-sim: %s\n", message);
		g_free(message);
		return SIM_IMPOSSIBLE;
	}
	status = outcome(world, sim_world_run(world));
	summarise(world, summary);
	sim_world_free(world);
	return status;
}

/* ---- many --------------------------------------------------------------- */

typedef struct {
	pid_t pid; /* 0: free */
	guint64 seed;
	FILE *output;
	SimSummary *summary; /* shared with the child */
} Job;

typedef struct {
	const SimOptions *options;
	const SimWorkload *workload;
	const bsn_engine *engine;
	Job *jobs;
	SimSummary *shared;
	guint running;
	guint64 held, violated;
	SimSummary total;
	int worst;
} Runner;

static void
run_child(const Runner *runner, const Job *job)
{
	int status;

	watch_for_crashes();
	if (dup2(fileno(job->output), STDOUT_FILENO) < 0)
		_exit(SIM_IMPOSSIBLE);
	status = sim_run_seed(runner->options, runner->workload,
			      runner->engine, job->seed, job->summary);
	fflush(stdout);
	_exit(status);
}

static gboolean
begin(Runner *runner, guint64 seed)
{
	for (guint i = 0; i < runner->options->jobs; i++) {
		Job *job = &runner->jobs[i];

		if (job->pid != 0)
			continue;
		job->seed = seed;
		job->output = tmpfile();
		job->summary = &runner->shared[i];
		fflush(NULL);
		job->pid = job->output != NULL ? fork() : -1;
		if (job->pid == 0)
			run_child(runner, job);
		if (job->pid > 0)
			runner->running++;
		return job->pid > 0;
	}
	return FALSE;
}

static void
add_up(Runner *runner, const Job *job)
{
	runner->total.steps += job->summary->steps;
	runner->total.blocks += job->summary->blocks;
	runner->total.txs += job->summary->txs;
	runner->total.messages += job->summary->messages;
	runner->total.reorganisations += job->summary->reorganisations;
	runner->total.virtual_ms += job->summary->virtual_ms;
	runner->total.digest = job->summary->digest;
}

static void
show_output(const Job *job)
{
	char buffer[4096];
	gsize got;

	rewind(job->output);
	while ((got = fread(buffer, 1, sizeof(buffer), job->output)) > 0)
		fwrite(buffer, 1, got, stdout);
	fflush(stdout);
}

static void
progress(const Runner *runner, const Job *job)
{
	guint64 done = runner->held + runner->violated;

	if (runner->options->quiet)
		return;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\rseed %" G_GUINT64_FORMAT "  ", job->seed);
	else if (done > 0 && done % 100 == 0)
		fprintf(stderr,
			"%" G_GUINT64_FORMAT " seeds, %" G_GUINT64_FORMAT
			" violated\n",
			done, runner->violated);
}

static void
finish(Runner *runner, Job *job, int how)
{
	int status = WIFEXITED(how) ? WEXITSTATUS(how) : SIM_VIOLATED;

	if (status == SIM_HELD)
		runner->held++;
	else if (status == SIM_VIOLATED)
		runner->violated++;
	runner->worst = MAX(runner->worst, status);
	add_up(runner, job);
	progress(runner, job);
	show_output(job);
	fclose(job->output);
	job->pid = 0;
	runner->running--;
}

static void
reap(Runner *runner)
{
	int how = 0;
	pid_t pid = waitpid(-1, &how, 0);

	for (guint i = 0; i < runner->options->jobs; i++)
		if (pid > 0 && runner->jobs[i].pid == pid)
			finish(runner, &runner->jobs[i], how);
}

static void
conclude(const Runner *runner)
{
	const SimSummary *total = &runner->total;

	if (runner->options->quiet)
		return;
	if (isatty(STDERR_FILENO))
		fputs("\r", stderr);
	printf("%" G_GUINT64_FORMAT " held, %" G_GUINT64_FORMAT
	       " violated: %" G_GUINT64_FORMAT " steps, %" G_GUINT64_FORMAT
	       " messages, %" G_GUINT64_FORMAT " blocks, %" G_GUINT64_FORMAT
	       " transactions, %" G_GUINT64_FORMAT " s of virtual time\n",
	       runner->held, runner->violated, total->steps, total->messages,
	       total->blocks, total->txs, total->virtual_ms / 1000);
	if (total->reorganisations > 0)
		printf("%" G_GUINT64_FORMAT " reorganisations\n",
		       total->reorganisations);
	if (runner->options->first_seed == runner->options->last_seed)
		printf("trace %016" G_GINT64_MODIFIER "x\n", total->digest);
}

int
sim_run_all(const SimOptions *options, const SimWorkload *workload,
	    const bsn_engine *engine)
{
	Runner runner = { .options = options,
			  .workload = workload,
			  .engine = engine };
	gsize size = options->jobs * sizeof(SimSummary);

	runner.jobs = g_new0(Job, options->jobs);
	runner.shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (runner.shared == MAP_FAILED)
		g_error("no memory to share with children");
	for (guint64 seed = options->first_seed; seed <= options->last_seed;
	     seed++) {
		while (runner.running == options->jobs)
			reap(&runner);
		if (runner.worst == SIM_IMPOSSIBLE ||
		    (runner.worst != SIM_HELD && !options->keep_going))
			break;
		if (!begin(&runner, seed)) {
			fprintf(stderr, "bsn-sim: no child can be started\n");
			runner.worst = SIM_IMPOSSIBLE;
			break;
		}
	}
	while (runner.running > 0)
		reap(&runner);
	if (runner.worst != SIM_IMPOSSIBLE)
		conclude(&runner);
	munmap(runner.shared, size);
	g_free(runner.jobs);
	return runner.worst;
}
