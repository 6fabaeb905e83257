/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/plugin/scan.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/process/child.h"

/* Children at a time, whatever the number of cores: loading waits for disk. */
#define CHILDREN_MAX 4u

/* How often to look at a child whose end cannot be polled for. */
#define UNSEEN_WAIT_US 10000

/* A running child and the job that it works on. */
typedef struct {
	ScanJob *job; /* NULL: this place is free */
	Child process;
	int report; /* its report's reading end; -1 after its end */
	gint64 deadline_us;
	int late; /* killed at the deadline */
	GByteArray *bytes;
} Scan;

/* ---- starting ----------------------------------------------------------- */

/* Nothing of the host's is left open in the child but the report. */
static int
start_process(Scan *scan, const char *scanner, guint timeout_ms)
{
	const bsn_note_desc *note = scan->job->note;
	g_autofree char *kinds = g_strdup_printf("%u", note->kinds);
	g_autofree char *timeout = g_strdup_printf("%u", timeout_ms);
	const char *const argv[] = { scanner,	    scan->job->path,
				     note->id,	    note->version,
				     kinds,	    timeout,
				     NULL };
	ChildSpec spec = { .argv = argv,
			   .fds = { -1, -1, -1 },
			   .fd_count = SCAN_REPORT_FD + 1 };
	int ends[2], error = child_pipe(ends);

	if (error != 0)
		return error;
	spec.fds[SCAN_REPORT_FD] = ends[1];
	error = child_start(&spec, &scan->process);
	close(ends[1]);
	if (error != 0)
		close(ends[0]);
	else
		scan->report = ends[0];
	return error;
}

/* Starts a child for the job; a failure is the job's verdict. */
static void
start(Scan *scan, ScanJob *job, const char *scanner, guint timeout_ms)
{
	int error;

	*scan = (Scan){ .job = job, .report = -1 };
	error = start_process(scan, scanner, timeout_ms);
	if (error != 0) {
		refuse(&job->verdict.refusal, RULE_SCAN_FAILED,
		       "cannot be scanned: starting %s failed: %s", scanner,
		       g_strerror(error));
		scan->job = NULL;
		return;
	}
	scan->bytes = g_byte_array_new();
	scan->deadline_us =
		g_get_monotonic_time() + (gint64)timeout_ms * 1000;
}

/* ---- watching ----------------------------------------------------------- */

/* Reads what is there; stops for good at the end or beyond REPORT_MAX. */
static void
read_report(Scan *scan)
{
	guint8 buffer[4096];
	ssize_t got = 1;

	while (scan->report >= 0 && got > 0) {
		got = read(scan->report, buffer, sizeof(buffer));
		if (got > 0)
			g_byte_array_append(scan->bytes, buffer, (guint)got);
		if (got < 0 && errno == EINTR)
			got = 1;
		if (got == 0 || scan->bytes->len > REPORT_MAX) {
			close(scan->report);
			scan->report = -1;
		}
	}
}

static int
wait_ms(const Scan *scans, guint timeout_ms)
{
	gint64 now = g_get_monotonic_time();
	gint64 least = (gint64)timeout_ms * 1000;

	for (guint i = 0; i < CHILDREN_MAX; i++) {
		const Scan *scan = &scans[i];

		if (scan->job != NULL && !scan->late)
			least = MIN(least, scan->deadline_us - now);
		if (scan->job != NULL && scan->process.pidfd < 0)
			least = MIN(least, UNSEEN_WAIT_US);
	}
	return (int)MIN(MAX(least, 0) / 1000 + 1, G_MAXINT);
}

/* Waits until a child has something to say, has ended, or is late. */
static void
wait_for_any(const Scan *scans, guint timeout_ms)
{
	struct pollfd fds[2 * CHILDREN_MAX];

	for (guint i = 0; i < CHILDREN_MAX; i++) {
		int busy = scans[i].job != NULL;

		/* poll skips descriptors below 0. */
		fds[2 * i] = (struct pollfd){
			busy ? scans[i].report : -1, POLLIN, 0
		};
		fds[2 * i + 1] = (struct pollfd){
			busy ? scans[i].process.pidfd : -1, POLLIN, 0
		};
	}
	poll(fds, G_N_ELEMENTS(fds), wait_ms(scans, timeout_ms));
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
judge_end(Refusal *refusal, const Scan *scan, const Report *report,
	  int status, guint timeout_ms)
{
	int overlong = scan->bytes->len > REPORT_MAX;

	if (scan->late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
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
finish(Scan *scan, guint timeout_ms)
{
	ScanVerdict *verdict = &scan->job->verdict;
	Report report;
	int status;

	status = child_reap(&scan->process);
	read_report(scan);
	report_parse(&report, scan->bytes->data, scan->bytes->len);
	*verdict = report.verdict;
	memset(&report.verdict, 0, sizeof(report.verdict));
	judge_end(&verdict->refusal, scan, &report, status, timeout_ms);
	report_clear(&report);
	g_byte_array_unref(scan->bytes);
	if (scan->report >= 0)
		close(scan->report);
	scan->job = NULL;
}

static void
attend(Scan *scan, guint timeout_ms)
{
	siginfo_t ended = { 0 };

	read_report(scan);
	if (!scan->late && g_get_monotonic_time() >= scan->deadline_us) {
		scan->late = 1;
		child_kill(&scan->process);
	}
	/* ECHILD: somebody else has reaped it. */
	if (waitid(P_PID, (id_t)scan->process.pid, &ended,
		   WEXITED | WNOHANG | WNOWAIT) < 0 ||
	    ended.si_pid == scan->process.pid)
		finish(scan, timeout_ms);
}

void
plugin_scan(ScanJob *const *jobs, guint n, const char *scanner,
	    guint timeout_ms)
{
	Scan scans[CHILDREN_MAX] = { 0 };
	guint next = 0, busy;

	do {
		busy = 0;
		for (guint i = 0; i < CHILDREN_MAX; i++) {
			while (scans[i].job == NULL && next < n)
				start(&scans[i], jobs[next++], scanner,
				      timeout_ms);
			busy += scans[i].job != NULL;
		}
		if (busy > 0)
			wait_for_any(scans, timeout_ms);
		for (guint i = 0; i < CHILDREN_MAX; i++)
			if (scans[i].job != NULL)
				attend(&scans[i], timeout_ms);
	} while (busy > 0);
}
