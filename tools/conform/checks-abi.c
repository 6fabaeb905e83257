/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: the rules of bsn/base.h, in whatever a chain is asked: what is
 * borrowed is left alone, threads and processes as well.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/guard.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/scenario.h"
#include "tools/conform/snapshot.h"

/* Engine calls that an idle chain may cost in an hour. */
#define IDLE_CALLS_MAX 60u
#define HOUR_MS 3600000u

/* ---- inputs -------------------------------------------------------------- */

/* A trespass ends the check in the guard's signal handler. */
static void
watch_inputs(Run *run, gboolean writes, gboolean afterwards)
{
	guint64 calls;
	Bed *bed;

	inputs_watch(writes, afterwards);
	guard_watch_inputs(TRUE);
	bed = bed_new(run, NULL);
	scenario_run(bed);
	bed_free(bed);
	calls = guard_calls();
	guard_watch_inputs(FALSE);
	run_note(run, "%" G_GUINT64_FORMAT " calls were watched", calls);
}

static void
not_written(Run *run)
{
	watch_inputs(run, TRUE, FALSE);
}

static void
not_kept(Run *run)
{
	watch_inputs(run, FALSE, TRUE);
}

static void
sinks_not_kept(Run *run)
{
	watch_inputs(run, FALSE, FALSE);
}

/* ---- what belongs to the process ----------------------------------------- */

typedef struct {
	Snapshot *before;
	const char *call;
	char *difference;
} Watch;

static void
look_again(const char *call, void *data)
{
	Watch *watch = data;
	g_autoptr(Snapshot) now = NULL;

	if (watch->difference != NULL)
		return;
	now = snapshot_take();
	watch->difference = snapshot_difference(watch->before, now);
	watch->call = call;
}

static void
nothing_left(Run *run)
{
	Watch watch = { .call = NULL };
	Bed *bed;

	run_engine(run);
	watch.before = snapshot_take();
	guard_set_after(look_again, &watch);
	bed = bed_new(run, NULL);
	for (guint i = 0; i < SCENARIO_STEPS; i++) {
		scenario_step(bed, i);
		EXPECT(run, watch.difference == NULL,
		       "%s must leave the process as it was; it does not: %s",
		       watch.call, watch.difference);
	}
	bed_free(bed);
	guard_set_after(NULL, NULL);
	EXPECT(run, watch.difference == NULL,
	       "%s must leave the process as it was; it does not: %s",
	       watch.call, watch.difference);
	snapshot_free(watch.before);
}

/* Bytes that the scenario brings to this file, which stands for output and
 * errors meanwhile. */
static gint64
printed_into(Run *run, int file)
{
	int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	gint64 printed;
	Bed *bed;

	fflush(NULL);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	bed = bed_new(run, NULL);
	scenario_run(bed);
	bed_free(bed);
	fflush(NULL);
	printed = lseek(file, 0, SEEK_END);
	dup2(saved[0], STDOUT_FILENO);
	dup2(saved[1], STDERR_FILENO);
	close(saved[0]);
	close(saved[1]);
	return printed;
}

static void
no_output(Run *run)
{
	int file = memfd_create("output", MFD_CLOEXEC);
	gint64 printed;

	EXPECT(run, file >= 0, "there must be memory for a file");
	run_engine(run);
	printed = printed_into(run, file);
	close(file);
	EXPECT(run, printed == 0,
	       "what an engine has to say goes to bsn.log/1; it has printed "
	       "%" G_GINT64_FORMAT " bytes",
	       printed);
}

/* ---- threads, chains, processes ------------------------------------------ */

static void
same_hashes(Run *run, const char *alone, const char *other, const char *when)
{
	g_auto(GStrv) a = g_strsplit(alone, "\n", -1);
	g_auto(GStrv) b = g_strsplit(other, "\n", -1);

	for (guint i = 0; a[i] != NULL && b[i] != NULL; i++)
		EXPECT(run, strcmp(a[i], b[i]) == 0,
		       "a chain must do the same %s; block %u is %.24s, and "
		       "was %.24s",
		       when, i, strchr(b[i], ' '), strchr(a[i], ' '));
	EXPECT(run, g_strv_length(a) == g_strv_length(b),
	       "a chain must do the same %s; it has %u blocks, and had %u",
	       when, g_strv_length(b) - 1, g_strv_length(a) - 1);
	run_note(run, "the same %u blocks %s", g_strv_length(a) - 1, when);
}

static char *
hashes_of(Run *run, const BedSpec *spec)
{
	Bed *bed = bed_new(run, spec);
	char *hashes;

	scenario_run(bed);
	hashes = g_strdup(scenario_hashes(bed));
	bed_free(bed);
	return hashes;
}

static void
any_thread(Run *run)
{
	const BedSpec two = { .two_threads = TRUE, .quiet = TRUE };
	g_autofree char *alone = hashes_of(run, NULL);
	g_autofree char *turns = hashes_of(run, &two);

	same_hashes(run, alone, turns, "when its calls come on two threads");
}

static void
two_chains(Run *run)
{
	const BedSpec one = { .chain = "one", .quiet = TRUE };
	const BedSpec two = { .chain = "two", .quiet = TRUE };
	g_autofree char *alone = hashes_of(run, &one);
	Bed *first = bed_new(run, &one), *second = bed_new(run, &two);

	for (guint i = 0; i < SCENARIO_STEPS; i++) {
		scenario_step(first, i);
		scenario_step(second, i);
	}
	same_hashes(run, alone, scenario_hashes(first),
		    "beside another chain of the process");
	bed_free(second);
	bed_free(first);
}

/* Memory that lies elsewhere, and an environment of another place. */
static void
displace(guint number)
{
	static const char *const zones[] = { "UTC", "Asia/Shanghai",
					     "America/St_Johns" };

	for (guint i = 0; i < 1000 * number; i++)
		if (g_malloc(1 + i * 7919 % 4000) == NULL)
			return;
	if (mmap(NULL, (gsize)number << 24, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		 0) == MAP_FAILED)
		return;
	g_setenv("TZ", zones[number % G_N_ELEMENTS(zones)], TRUE);
	g_setenv("LANG", number % 2 == 0 ? "C" : "de_DE.UTF-8", TRUE);
	g_setenv("HOME", number % 2 == 0 ? "/" : "/nowhere", TRUE);
}

/* In a process of its own, which loads the plugin by itself. A verdict of the
 * process is in the page that it shares. */
static void G_GNUC_NORETURN
tell_hashes(Run *run, guint number, int fd)
{
	const BedSpec quiet = { .quiet = TRUE };
	Run inner = *run;
	g_autofree char *hashes = NULL;

	if (setjmp(inner.end) != 0)
		_exit(1);
	displace(number);
	hashes = hashes_of(&inner, &quiet);
	if (write(fd, hashes, strlen(hashes)) < 0)
		_exit(1);
	_exit(0);
}

static char *
read_all(int fd)
{
	GString *text = g_string_new(NULL);
	char buffer[4096];
	gssize got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		g_string_append_len(text, buffer, got);
	return g_string_free(text, FALSE);
}

/* NULL: the process has given its verdict. */
static char *
hashes_elsewhere(Run *run, guint number)
{
	char *hashes;
	int fds[2], how = 0;
	pid_t pid;

	if (pipe(fds) != 0 || (pid = fork()) < 0)
		run_fail(run, "a process must be there to compare with");
	if (pid == 0)
		tell_hashes(run, number, fds[1]);
	close(fds[1]);
	hashes = read_all(fds[0]);
	close(fds[0]);
	waitpid(pid, &how, 0);
	EXPECT(run, !WIFSIGNALED(how), "a chain must do the same in any "
				       "process; in another one it crashes: "
				       "%s",
	       g_strsignal(WTERMSIG(how)));
	if (how == 0 && hashes[0] != '\0')
		return hashes;
	g_free(hashes);
	return NULL;
}

static void
deterministic(Run *run)
{
	g_autofree char *first = hashes_elsewhere(run, 0);

	for (guint i = 1; first != NULL && i < 3; i++) {
		g_autofree char *other = NULL;

		if (!run->options->quick)
			g_usleep(G_USEC_PER_SEC + G_USEC_PER_SEC / 10);
		other = hashes_elsewhere(run, i);
		if (other == NULL)
			return;
		same_hashes(run, first, other,
			    "in another process, at another time");
	}
}

/* ---- services, closing, opening ------------------------------------------ */

/* The simulator's host says which rule was broken. */
static void
services(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	bed_put(bed, "a", "1");
	bed_stop(bed, 0);
	bed_pass(bed, BED_PATIENCE_MS);
	bed_boot(bed, 0);
	bed_kill(bed, 0);
	bed_pass(bed, BED_PATIENCE_MS);
	bed_boot(bed, 0);
	bed_stop(bed, 0);
	bed_free(bed);
}

static void
close_answers(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedBuilt built[8];
	bsn_reply *replies[8];
	guint waiting = 0;

	for (guint i = 0; i < G_N_ELEMENTS(built); i++)
		built[i] = bed_build_invoke(bed, 0, 0, SIM_FN_PUT, "a", "1");
	for (guint i = 0; i < G_N_ELEMENTS(built); i++)
		replies[i] = bed_submit_async(bed, 0, built[i].bytes);
	bed_stop(bed, 0);
	for (guint i = 0; i < G_N_ELEMENTS(built); i++) {
		waiting += replies[i]->status == BSN_UNAVAILABLE;
		EXPECT(run,
		       replies[i]->status == BSN_OK ||
			       replies[i]->status == BSN_UNAVAILABLE,
		       "what waits when a chain closes must be failed with "
		       "unavailable; it is %s: %s",
		       bed_status_name(replies[i]->status),
		       replies[i]->err.reason);
	}
	run_note(run, "%u of %u waited", waiting,
		 (guint)G_N_ELEMENTS(built));
	bed_free(bed);
}

static void
reopens(Run *run)
{
	Bed *bed = bed_new(run, NULL);
	const char *before;

	scenario_run(bed);
	before = scenario_hashes(bed);
	bed_restart(bed, 0);
	same_hashes(run, before, scenario_hashes(bed), "once it is opened "
						       "again");
	bed_kill(bed, 0);
	bed_boot(bed, 0);
	same_hashes(run, before, scenario_hashes(bed), "once it is opened "
						       "after a crash");
	bed_free(bed);
}

static void
idle(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	guint64 calls;

	bed_put(bed, "a", "1");
	bed_pass(bed, BED_PATIENCE_MS);
	calls = guard_calls();
	bed_pass(bed, HOUR_MS);
	calls = guard_calls() - calls;
	run_note(run, "an hour without requests: %" G_GUINT64_FORMAT " calls",
		 calls);
	EXPECT(run, calls <= IDLE_CALLS_MAX,
	       "an idle chain of one node must cost nothing; in an hour its "
	       "timers have called it %" G_GUINT64_FORMAT " times",
	       calls);
	bed_free(bed);
}

/* ---- the list ------------------------------------------------------------ */

#define ABI(id, sentence, clause, function)                                    \
	{                                                                      \
		id, sentence, NULL, clause, LEVEL_TABLE2, 1, BSN_KIND_ENGINE,  \
			function, 0                                            \
	}

static const Check list[] = {
	ABI("abi.inputs-not-written", "Inputs are not written to.",
	    "base.h: rule 3", not_written),
	ABI("abi.inputs-not-kept", "Inputs are not used after the call.",
	    "base.h: rule 3", not_kept),
	ABI("abi.sinks-not-kept", "Sinks are not used after the call.",
	    "base.h: rule 3", sinks_not_kept),
	ABI("abi.nothing-left",
	    "No call leaves a thread, process, descriptor, signal handler, "
	    "locale or the like behind.",
	    "engine.h: \"An engine is a pure state machine\"",
	    nothing_left),
	ABI("abi.no-output", "Nothing is printed.", "host.h: bsn_log",
	    no_output),
	ABI("abi.any-thread", "The calls of a chain may come on any thread.",
	    "base.h: [strand]", any_thread),
	ABI("abi.two-chains",
	    "A chain does the same beside another one of the process.",
	    "engine.h: bsn_ledger", two_chains),
	ABI("abi.deterministic",
	    "A chain does the same in any process, at any time.",
	    "engine.h: \"An engine is a pure state machine\"",
	    deterministic),
	ABI("abi.services-while-open",
	    "Services are used only while the chain is open.",
	    "base.h: & open", services),
	ABI("abi.close-answers", "Closing answers whoever waits.",
	    "engine.h: bsn_chain_ops.close", close_answers),
	ABI("abi.reopen", "A chain that is opened again is the same.",
	    "engine.h: bsn_chain_ops.open", reopens),
	ABI("abi.idle", "An idle chain costs nothing.",
	    "engine.h: bsn_chain_ops.open", idle),
};
CHECK_GROUP(checks_abi, list);
