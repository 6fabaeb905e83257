/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/plugin/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Children at a time, whatever the number of cores: loading waits for disk. */
#define CHILDREN_MAX 4u

/* How often to look at a child whose end cannot be polled for. */
#define UNSEEN_WAIT_US 10000

extern char **environ;

/* A running child and the job that it works on. */
typedef struct {
	ScanJob *job; /* NULL: this place is free */
	pid_t pid;
	int pidfd;  /* readable when the child has ended */
	int report; /* its report's reading end; -1 after its end */
	gint64 deadline_us;
	int late; /* killed at the deadline */
	GByteArray *bytes;
} Child;

/* ---- starting ----------------------------------------------------------- */

/* Nothing of the host's is left open in the child but the report. */
static int
spawn(pid_t *pid, int report, const char *scanner, char **argv)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, report, SCAN_REPORT_FD);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&files, 0, 1);
	posix_spawn_file_actions_adddup2(&files, 0, 2);
	posix_spawn_file_actions_addclosefrom_np(&files, SCAN_REPORT_FD + 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
						POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	error = posix_spawn(pid, scanner, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return error;
}

/* A pipe whose writing end is not SCAN_REPORT_FD itself, which dup2 would leave
 * to be closed on exec. */
static int
make_pipe(int ends[2])
{
	int writing;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	writing = fcntl(ends[1], F_DUPFD_CLOEXEC, SCAN_REPORT_FD + 1);
	close(ends[1]);
	if (writing < 0) {
		close(ends[0]);
		return errno;
	}
	ends[1] = writing;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static int
start_process(Child *child, const char *scanner, guint timeout_ms)
{
	const bsn_note_desc *note = child->job->note;
	g_autofree char *kinds = g_strdup_printf("%u", note->kinds);
	g_autofree char *timeout = g_strdup_printf("%u", timeout_ms);
	char *argv[] = { (char *)scanner,	(char *)child->job->path,
			 (char *)note->id,	(char *)note->version,
			 kinds,			timeout,
			 NULL };
	int ends[2], error = make_pipe(ends);

	if (error != 0)
		return error;
	error = spawn(&child->pid, ends[1], scanner, argv);
	close(ends[1]);
	if (error != 0) {
		close(ends[0]);
		return error;
	}
	child->report = ends[0];
	child->pidfd = pidfd_open(child->pid, 0);
	return 0;
}

/* Starts a child for the job; a failure is the job's verdict. */
static void
start(Child *child, ScanJob *job, const char *scanner, guint timeout_ms)
{
	int error;

	*child = (Child){ .job = job, .report = -1, .pidfd = -1 };
	error = start_process(child, scanner, timeout_ms);
	if (error != 0) {
		refuse(&job->verdict.refusal, RULE_SCAN_FAILED,
		       "cannot be scanned: starting %s failed: %s", scanner,
		       g_strerror(error));
		child->job = NULL;
		return;
	}
	child->bytes = g_byte_array_new();
	child->deadline_us =
		g_get_monotonic_time() + (gint64)timeout_ms * 1000;
}

/* ---- watching ----------------------------------------------------------- */

/* Reads what is there; stops for good at the end or beyond REPORT_MAX. */
static void
read_report(Child *child)
{
	guint8 buffer[4096];
	ssize_t got = 1;

	while (child->report >= 0 && got > 0) {
		got = read(child->report, buffer, sizeof(buffer));
		if (got > 0)
			g_byte_array_append(child->bytes, buffer, (guint)got);
		if (got < 0 && errno == EINTR)
			got = 1;
		if (got == 0 || child->bytes->len > REPORT_MAX) {
			close(child->report);
			child->report = -1;
		}
	}
}

static int
wait_ms(const Child *children, guint timeout_ms)
{
	gint64 now = g_get_monotonic_time();
	gint64 least = (gint64)timeout_ms * 1000;

	for (guint i = 0; i < CHILDREN_MAX; i++) {
		const Child *child = &children[i];

		if (child->job != NULL && !child->late)
			least = MIN(least, child->deadline_us - now);
		if (child->job != NULL && child->pidfd < 0)
			least = MIN(least, UNSEEN_WAIT_US);
	}
	return (int)MIN(MAX(least, 0) / 1000 + 1, G_MAXINT);
}

/* Waits until a child has something to say, has ended, or is late. */
static void
wait_for_any(const Child *children, guint timeout_ms)
{
	struct pollfd fds[2 * CHILDREN_MAX];

	for (guint i = 0; i < CHILDREN_MAX; i++) {
		int busy = children[i].job != NULL;

		/* poll skips descriptors below 0. */
		fds[2 * i] = (struct pollfd){
			busy ? children[i].report : -1, POLLIN, 0
		};
		fds[2 * i + 1] = (struct pollfd){
			busy ? children[i].pidfd : -1, POLLIN, 0
		};
	}
	poll(fds, G_N_ELEMENTS(fds), wait_ms(children, timeout_ms));
}

/* ---- judging ------------------------------------------------------------ */

static const char *
where_of(const Report *report)
{
	return report->where != NULL ? report->where : "the scanner itself";
}

static void
judge_signal(Refusal *refusal, const Report *report, int number)
{
	const char *name = sigabbrev_np(number);
	const char *text = strsignal(number);

	refuse(refusal, RULE_CRASH, "crashed in %s: SIG%s (%s)",
	       where_of(report), name != NULL ? name : "?", text);
}

static void
judge_end(Refusal *refusal, const Child *child, const Report *report,
	  int status, guint timeout_ms)
{
	int overlong = child->bytes->len > REPORT_MAX;

	if (child->late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		refuse(refusal, RULE_HANG, "did not return within %u ms in %s",
		       timeout_ms, where_of(report));
	else if (WIFSIGNALED(status) && !overlong)
		judge_signal(refusal, report, WTERMSIG(status));
	else if (report->malformed || overlong)
		refuse(refusal, RULE_GARBAGE,
		       "wrote to file descriptors that are not its own in %s: "
		       "the report of its scan is unreadable",
		       where_of(report));
	else if (!report->complete && report->where == NULL)
		refuse(refusal, RULE_SCAN_FAILED,
		       "cannot be scanned: the scanner ended with status %d",
		       WEXITSTATUS(status));
	else if (!report->complete || WEXITSTATUS(status) != 0)
		refuse(refusal, RULE_EXIT, "called exit(%d) in %s",
		       WEXITSTATUS(status), where_of(report));
}

/* Reaps an ended child and frees its place. */
static void
finish(Child *child, guint timeout_ms)
{
	ScanVerdict *verdict = &child->job->verdict;
	Report report;
	int status = 0;

	/* Nothing that it started outlives it. While it is not reaped, nobody
	 * else can have its process group. */
	kill(-child->pid, SIGKILL);
	waitpid(child->pid, &status, 0);
	read_report(child);
	report_parse(&report, child->bytes->data, child->bytes->len);
	*verdict = report.verdict;
	memset(&report.verdict, 0, sizeof(report.verdict));
	judge_end(&verdict->refusal, child, &report, status, timeout_ms);
	report_clear(&report);
	g_byte_array_unref(child->bytes);
	if (child->report >= 0)
		close(child->report);
	if (child->pidfd >= 0)
		close(child->pidfd);
	child->job = NULL;
}

static void
attend(Child *child, guint timeout_ms)
{
	siginfo_t ended = { 0 };

	read_report(child);
	if (!child->late && g_get_monotonic_time() >= child->deadline_us) {
		child->late = 1;
		kill(-child->pid, SIGKILL);
	}
	/* ECHILD: somebody else has reaped it. */
	if (waitid(P_PID, (id_t)child->pid, &ended,
		   WEXITED | WNOHANG | WNOWAIT) < 0 ||
	    ended.si_pid == child->pid)
		finish(child, timeout_ms);
}

void
plugin_scan(ScanJob *const *jobs, guint n, const char *scanner,
	    guint timeout_ms)
{
	Child children[CHILDREN_MAX] = { 0 };
	guint next = 0, busy;

	do {
		busy = 0;
		for (guint i = 0; i < CHILDREN_MAX; i++) {
			while (children[i].job == NULL && next < n)
				start(&children[i], jobs[next++], scanner,
				      timeout_ms);
			busy += children[i].job != NULL;
		}
		if (busy > 0)
			wait_for_any(children, timeout_ms);
		for (guint i = 0; i < CHILDREN_MAX; i++)
			if (children[i].job != NULL)
				attend(&children[i], timeout_ms);
	} while (busy > 0);
}
