/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/conform/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/conform/guard.h"
#include "tools/conform/sanitized.h"

/* A check that needs more memory has met a plugin that takes what it likes. */
#define MEMORY_MAX ((rlim_t)8 << 30)

/* ---- who is interrupted takes all with him ------------------------------- */

/* Process groups that run; 0: free. */
static volatile pid_t groups[CHILDREN_MAX];

static void
replace_group(pid_t old, pid_t new)
{
	for (guint i = 0; i < CHILDREN_MAX; i++)
		if (groups[i] == old) {
			groups[i] = new;
			return;
		}
}

static void
interrupted(int number)
{
	for (guint i = 0; i < CHILDREN_MAX; i++)
		if (groups[i] > 0)
			kill(-groups[i], SIGKILL);
	signal(number, SIG_DFL);
	raise(number);
}

static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };

void
children_end_with_me(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(interrupts); i++)
		signal(interrupts[i], interrupted);
}

/* ---- in the child -------------------------------------------------------- */

static void
bound(void)
{
	const struct rlimit no_core = { 0, 0 };
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

	setrlimit(RLIMIT_CORE, &no_core);
	/* A sanitizer reserves more addresses than that. */
	if (!SANITIZED)
		setrlimit(RLIMIT_DATA, &memory);
}

/* What a plugin prints belongs to nobody's report. */
static void
be_silent(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(EXIT_FAILURE);
	close(null);
}

static void G_GNUC_NORETURN
be_child(const Child *child, const Subject *subject,
	 const ConformOptions *options, pid_t parent)
{
	Run run = { .check = child->check,
		    .subject = subject,
		    .options = options,
		    .page = child->page,
		    .seed = options->seed };

	for (guint i = 0; i < G_N_ELEMENTS(interrupts); i++)
		signal(interrupts[i], SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	bound();
	be_silent();
	guard_catch_signals(child->page);
	run_check(&run);
	_exit(EXIT_SUCCESS);
}

/* ---- in the parent ------------------------------------------------------- */

/* Ends what was begun, which nobody will judge. */
static void
give_up(Child *child)
{
	if (child->pid > 0) {
		child_kill(child);
		waitpid(child->pid, NULL, 0);
	}
	child_clear(child);
}

gboolean
child_begin(Child *child, const Check *check, const Subject *subject,
	    const ConformOptions *options, char **message)
{
	pid_t parent = getpid();

	*child = (Child){ .check = check, .pidfd = -1, .page = page_new() };
	fflush(NULL);
	child->began = g_get_monotonic_time();
	child->patience =
		(gint64)options->timeout_ms * G_TIME_SPAN_MILLISECOND;
	child->deadline = child->began + child->patience;
	child->pid = child->page != NULL ? fork() : -1;
	if (child->pid == 0)
		be_child(child, subject, options, parent);
	if (child->pid > 0) {
		setpgid(child->pid, child->pid);
		replace_group(0, child->pid);
		child->pidfd = pidfd_open(child->pid, 0);
	}
	if (child->pidfd >= 0)
		return TRUE;
	*message = g_strdup_printf("no process can be started: %s",
				   g_strerror(errno));
	give_up(child);
	return FALSE;
}

gboolean
child_is_overdue(Child *child)
{
	gint64 now = g_get_monotonic_time();
	guint32 beat = child->page->beat;

	if (now < child->deadline)
		return FALSE;
	if (beat == child->beat)
		return TRUE;
	child->beat = beat;
	child->deadline = now + child->patience;
	return FALSE;
}

void
child_kill(Child *child)
{
	child->killed = TRUE;
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
}

void
child_clear(Child *child)
{
	if (child->pidfd >= 0)
		close(child->pidfd);
	page_free(child->page);
	*child = (Child){ .pidfd = -1 };
}

static const char *
signal_name(int number)
{
	const char *name = sigabbrev_np(number);

	return name != NULL ? name : "?";
}

/* What the end of the process says, when the check did not. */
static void
judge_end(const Child *child, int how, gboolean leaves, Result *result)
{
	const Page *page = child->page;

	if (child->killed) {
		result->verdict = VERDICT_HUNG;
		result->summary = g_strdup_printf(
			"no end after %" G_GINT64_FORMAT " s",
			child->patience / G_TIME_SPAN_SECOND);
	} else if (WIFSIGNALED(how)) {
		result->verdict = VERDICT_CRASHED;
		result->summary = g_strdup_printf(
			"SIG%s", signal_name(WTERMSIG(how)));
	} else if (!page->ended) {
		result->verdict = VERDICT_EXITED;
		result->summary = g_strdup_printf(
			"ended the process with status %d; a plugin never "
			"does", WEXITSTATUS(how));
	} else if (leaves) {
		result->verdict = VERDICT_FAIL;
		result->summary = g_strdup("left a process of its own behind");
	} else {
		result->verdict = (Verdict)page->verdict;
		result->summary = g_strdup(page->summary);
	}
	if (!page->ended && page->call[0] != '\0')
		result->call = g_strdup(page->call);
}

Result *
child_end(Child *child, guint64 seed)
{
	Result *result = g_new0(Result, 1);
	gboolean leaves;
	int how = 0;

	while (waitpid(child->pid, &how, 0) < 0 && errno == EINTR)
		;
	leaves = kill(-child->pid, SIGKILL) == 0;
	replace_group(child->pid, 0);
	result->check = child->check;
	result->seed = seed;
	result->seconds = (double)(g_get_monotonic_time() - child->began) /
			  G_TIME_SPAN_SECOND;
	result->evidence = page_lines(child->page);
	judge_end(child, how, leaves, result);
	return result;
}

Result *
child_in_process(const Check *check, const Subject *subject,
		 const ConformOptions *options)
{
	gint64 began = g_get_monotonic_time();
	Result *result = g_new0(Result, 1);
	Run run = { .check = check,
		    .subject = subject,
		    .options = options,
		    .page = page_new(),
		    .seed = options->seed };

	if (run.page == NULL)
		g_error("no memory for a page");
	run_check(&run);
	result->check = check;
	result->seed = options->seed;
	result->verdict = (Verdict)run.page->verdict;
	result->summary = g_strdup(run.page->summary);
	result->evidence = page_lines(run.page);
	result->seconds = (double)(g_get_monotonic_time() - began) /
			  G_TIME_SPAN_SECOND;
	page_free(run.page);
	return result;
}
