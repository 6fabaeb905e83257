/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/conform/runner.h"

#include <poll.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tools/conform/child.h"
#include "tools/conform/discover.h"
#include "tools/conform/due.h"
#include "tools/conform/level.h"
#include "tools/conform/rows.h"
#include "tools/sim/plugins.h"

/* Checks at once. */
#define JOBS_MAX CHILDREN_MAX

typedef struct {
	const ConformOptions *options;
	const RunWatcher *watcher;
	Subject *subject;
	Report *report;
	Child children[JOBS_MAX];
	guint places[JOBS_MAX]; /* of their results */
	char *trouble;          /* the tool itself cannot go on */
	gboolean hung; /* it does not even load: every check would wait */
} Runner;

/* ---- results ------------------------------------------------------------- */

static void
keep(Runner *runner, guint place, Result *result)
{
	if (result->replay == NULL)
		result->replay = conform_options_replay(runner->options,
							result->check->id);
	if (result->verdict == VERDICT_FAIL &&
	    result->check->edition > 1 &&
	    result->check->edition == CONFORM_EDITION)
		result->verdict = VERDICT_WARN;
	runner->report->results->pdata[place] = result;
	if (runner->watcher->ended != NULL)
		runner->watcher->ended(result, runner->watcher->data);
}

static Result *
unclaimed(const Runner *runner, const Check *check)
{
	gboolean required = row_is_required(check->row);
	Result *result = g_new0(Result, 1);

	result->check = check;
	result->seed = runner->options->seed;
	result->evidence = g_ptr_array_new_with_free_func(g_free);
	result->verdict = required ? VERDICT_FAIL : VERDICT_NOT_CLAIMED;
	result->summary = g_strdup_printf(
		required ? "the standard requires %s, and the engine's "
			   "features do not offer it"
			 : "its features do not offer %s, which is optional",
		check->row);
	return result;
}

/* ---- children ------------------------------------------------------------ */

static Child *
free_place(Runner *runner, guint *index)
{
	for (guint i = 0; i < runner->options->jobs; i++)
		if (runner->children[i].pid == 0) {
			*index = i;
			return &runner->children[i];
		}
	return NULL;
}

static guint
running(const Runner *runner)
{
	guint n = 0;

	for (guint i = 0; i < runner->options->jobs; i++)
		n += runner->children[i].pid != 0;
	return n;
}

static void
finish(Runner *runner, guint index)
{
	Child *child = &runner->children[index];
	Result *result = child_end(child, runner->options->seed);

	child_clear(child);
	keep(runner, runner->places[index], result);
}

/* Milliseconds until the next deadline. */
static int
patience(const Runner *runner)
{
	gint64 now = g_get_monotonic_time();
	gint64 least = G_TIME_SPAN_HOUR;

	for (guint i = 0; i < runner->options->jobs; i++)
		if (runner->children[i].pid != 0)
			least = MIN(least,
				    runner->children[i].deadline - now);
	return (int)(MAX(least, 0) / G_TIME_SPAN_MILLISECOND) + 1;
}

/* Waits until a child has ended, or is overdue. */
static void
wait_for_one(Runner *runner)
{
	struct pollfd fds[JOBS_MAX];
	guint of[JOBS_MAX]; /* the children, as many as run */
	guint n = 0;

	for (guint i = 0; i < runner->options->jobs; i++)
		if (runner->children[i].pid != 0) {
			fds[n] = (struct pollfd){
				.fd = runner->children[i].pidfd,
				.events = POLLIN
			};
			of[n++] = i;
		}
	if (poll(fds, n, patience(runner)) < 0)
		return;
	for (guint i = 0; i < n; i++) {
		Child *child = &runner->children[of[i]];

		/* Who has ended is not late, however late this one is. */
		if (fds[i].revents == 0 && child_is_overdue(child))
			child_kill(child);
		if (child->killed || fds[i].revents != 0)
			finish(runner, of[i]);
	}
}

static void
start(Runner *runner, const Check *check, guint place)
{
	Child *child;
	guint index = 0;

	if (runner->watcher->started != NULL)
		runner->watcher->started(check, runner->watcher->data);
	if (runner->options->in_process) {
		keep(runner, place,
		     child_in_process(check, runner->subject,
				      runner->options));
		return;
	}
	while ((child = free_place(runner, &index)) == NULL)
		wait_for_one(runner);
	if (child_begin(child, check, runner->subject, runner->options,
			&runner->trouble))
		runner->places[index] = place;
}

/* ---- the run ------------------------------------------------------------- */

static char *
refusal_of(const Runner *runner, const Result *result)
{
	if (result->verdict == VERDICT_FAIL)
		return g_strdup(result->summary);
	return g_strdup_printf("%s %s%s%s: %s", runner->subject->path,
			       verdict_name(result->verdict),
			       result->call != NULL ? " in " : "",
			       result->call != NULL ? result->call : "",
			       result->summary);
}

/* What the plugin says of itself; FALSE when it cannot be loaded. */
static gboolean
discover(Runner *runner)
{
	Child child;
	Result *result;
	gboolean said, ended = FALSE;

	if (!child_begin(&child, &discover_check, runner->subject,
			 runner->options, &runner->trouble))
		return FALSE;
	while (!ended && g_get_monotonic_time() < child.deadline) {
		struct pollfd fd = { child.pidfd, POLLIN, 0 };

		ended = poll(&fd, 1, 100) > 0;
	}
	if (!ended)
		child_kill(&child);
	result = child_end(&child, runner->options->seed);
	said = result->verdict == VERDICT_PASS &&
	       discover_read(runner->subject, child.page);
	if (result->verdict == VERDICT_PASS)
		g_ptr_array_set_size(result->evidence, 0);
	child_clear(&child);
	if (!said)
		runner->report->refusal = refusal_of(runner, result);
	runner->hung = result->verdict == VERDICT_HUNG;
	g_ptr_array_add(runner->report->results, NULL);
	keep(runner, 0, result);
	return said;
}

static void
run_all(Runner *runner)
{
	const Due whom = { runner->options, runner->subject,
			   runner->report->refusal != NULL };
	g_autoptr(GPtrArray) due = g_ptr_array_new();

	for (guint g = 0; check_groups[g] != NULL; g++)
		for (gsize i = 0; i < check_groups[g]->n; i++)
			if (check_is_due(&whom,
					 &check_groups[g]->checks[i]))
				g_ptr_array_add(due, (void *)&check_groups[g]
							     ->checks[i]);
	if (runner->watcher->begun != NULL)
		runner->watcher->begun(runner->report, due->len,
				       runner->watcher->data);
	for (guint i = 0; i < due->len && runner->trouble == NULL; i++) {
		const Check *check = due->pdata[i];
		guint place = runner->report->results->len;

		g_ptr_array_add(runner->report->results, NULL);
		if (check_is_unclaimed(&whom, check))
			keep(runner, place, unclaimed(runner, check));
		else
			start(runner, check, place);
	}
	while (running(runner) > 0)
		wait_for_one(runner);
}

static char *
machine(void)
{
	struct utsname name;

	uname(&name);
	return g_strdup_printf("%s %s, %ld CPUs", name.sysname, name.machine,
			       sysconf(_SC_NPROCESSORS_ONLN));
}

/* How much of what a check does was asked for. */
static char *
extent(const ConformOptions *options)
{
	if (options->quick)
		return g_strdup("quick: few random cases, no simulator");
	if (options->seeds > 0)
		return g_strdup_printf("%" G_GUINT64_FORMAT
				       " runs of each simulated fault",
				       options->seeds);
	return g_strdup("whole");
}

static Report *
report_new(const ConformOptions *options)
{
	Report *report = g_new0(Report, 1);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	report->path = g_strdup(options->plugin);
	report->file = g_path_get_basename(options->plugin);
	report->tool_version = g_strdup(PACKAGE_VERSION);
	report->edition = CONFORM_EDITION;
	report->machine = machine();
	report->started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
	report->seed = options->seed;
	report->profile = g_strdup(options->profile);
	report->extent = extent(options);
	report->results = g_ptr_array_new_with_free_func(
		(GDestroyNotify)result_free);
	report->level = LEVEL_NONE;
	return report;
}

static void
describe(Report *report, const Subject *subject)
{
	report->digest = g_strdup(subject->digest);
	report->workload_digest = g_strdup(subject->workload_digest);
	report->id = g_strdup(subject->note.id);
	report->version = g_strdup(subject->note.version);
	report->abi_major = subject->note.abi_major;
	report->abi_minor = subject->note.abi_minor;
	report->kinds = subject->note.kinds;
}

static void
describe_more(Report *report, const Subject *subject)
{
	report->name = g_strdup(subject->name);
	report->vendor = g_strdup(subject->vendor);
	report->licence = g_strdup(subject->licence);
	report->framework = g_strdup(subject->framework);
}

static gboolean
load_companions(const ConformOptions *options, char **message)
{
	const SimOptions sim = { .plugin_dir = options->plugin_dir,
				 .real_signatures = TRUE };

	if (!sim_plugins_companions(&sim, options->plugin, message))
		return FALSE;
	for (guint i = 0; options->with != NULL && options->with[i] != NULL;
	     i++)
		if (sim_plugin_load(&sim, options->with[i], message) == NULL)
			return FALSE;
	return TRUE;
}

static void
conclude(Runner *runner)
{
	Report *report = runner->report;

	report->level = report->refusal == NULL
				? level_reached(check_groups, report->kinds, report->results)
				: LEVEL_NONE;
	report->conforming = report->refusal == NULL;
	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (!verdict_is_good(result->verdict))
			report->conforming = FALSE;
	}
}

Report *
conform_run(const ConformOptions *options, const RunWatcher *watcher,
	    char **message)
{
	gint64 began = g_get_monotonic_time();
	Runner runner = { .options = options,
			  .watcher = watcher,
			  .report = report_new(options) };
	Report *report = runner.report;

	children_end_with_me();
	runner.subject = subject_new(options->plugin, options->workload,
				     &report->refusal);
	if (runner.subject == NULL)
		return report;
	describe(report, runner.subject);
	if (load_companions(options, &runner.trouble)) {
		if (discover(&runner))
			describe_more(report, runner.subject);
		if (!runner.hung)
			run_all(&runner);
	}
	if (runner.trouble == NULL)
		conclude(&runner);
	report->seconds = (double)(g_get_monotonic_time() - began) /
			  G_TIME_SPAN_SECOND;
	subject_free(runner.subject);
	if (runner.trouble == NULL)
		return report;
	*message = runner.trouble;
	report_free(report);
	return NULL;
}

int
conform_exit_status(const Report *report)
{
	if (report->refusal != NULL || report->results->len <= 1)
		return 3;
	return report->conforming ? 0 : 1;
}
