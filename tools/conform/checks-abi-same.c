/* SPDX-License-Identifier: Apache-2.0
 *
 * abi.*: a chain does the same whatever is around it: threads, other chains,
 * another process, another time, another life of its own.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/conform/scenario.h"

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

/* ---- the list ------------------------------------------------------------ */

static const Check list[] = {
	CHECK_RULE("abi.any-thread", "The calls of a chain may come on any thread.",
	    "base.h: [strand]", any_thread),
	CHECK_RULE("abi.two-chains",
	    "A chain does the same beside another one of the process.",
	    "engine.h: bsn_ledger", two_chains),
	CHECK_RULE("abi.deterministic",
	    "A chain does the same in any process, at any time.",
	    "engine.h: \"An engine is a pure state machine\"",
	    deterministic),
	CHECK_RULE("abi.reopen", "A chain that is opened again is the same.",
	    "engine.h: bsn_chain_ops.open", reopens),
};
CHECK_GROUP(checks_abi_same, list);
