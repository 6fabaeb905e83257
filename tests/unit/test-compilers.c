/* SPDX-License-Identifier: Apache-2.0
 *
 * Compilers as children: shell scripts stand in for those that misbehave.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <bsn/helpers/error.h>

#include "host/compile/compilers.h"

#define INPUT "{\"language\":\"Solidity\"}"

/* One run, as its owner sees it. */
typedef struct {
	struct event_base *base;
	CompileTask *task;
	int32_t status;
	char *output, *reason;
	guint done;
} Run;

typedef struct {
	struct event_base *base;
	Compilers *compilers;
	char *directory; /* where scripts leave what a test looks at */
	const char *command[4];
	CompilerCommand commands[2];
} Fixture;

static void
setup(Fixture *fixture, const char *script, const CompilersConfig *changes)
{
	const char *build = g_getenv("G_TEST_BUILDDIR");
	g_autofree char *limiter =
		g_build_filename(build, "bsn-limited", NULL);
	CompilersConfig config = { .commands = fixture->commands,
				   .limiter = g_intern_string(limiter),
				   .timeout_s = 60,
				   .memory_max = (guint64)1 << 30,
				   .output_max = 1000,
				   .queue_max = 2,
				   .parallel = 1 };

	fixture->base = event_base_new();
	fixture->directory = g_dir_make_tmp("bsn-compilers-XXXXXX", NULL);
	fixture->command[0] = "sh";
	fixture->command[1] = "-c";
	fixture->command[2] = script;
	fixture->command[3] = NULL;
	fixture->commands[0] =
		(CompilerCommand){ "solidity", fixture->command };
	fixture->commands[1] = (CompilerCommand){ NULL, NULL };
	config.directory = fixture->directory;
	if (changes->timeout_s != 0)
		config.timeout_s = changes->timeout_s;
	if (changes->memory_max != 0)
		config.memory_max = changes->memory_max;
	fixture->compilers = compilers_new(fixture->base, &config);
}

/* Compilers run in the directory, so what they left would be there. */
static void
teardown(Fixture *fixture)
{
	compilers_free(fixture->compilers);
	event_base_free(fixture->base);
	g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
	g_free(fixture->directory);
}

static void
done(void *owner, int32_t status, GString *output, const bsn_err *err)
{
	Run *run = owner;

	run->status = status;
	run->output = output != NULL ? g_strdup(output->str) : NULL;
	run->reason = g_strdup(err->reason);
	run->done++;
	event_base_loopbreak(run->base);
}

static void
run_clear(Run *run)
{
	g_free(run->output);
	g_free(run->reason);
}

static int32_t
start(Fixture *fixture, Run *run)
{
	g_autoptr(GBytes) input = g_bytes_new_static(INPUT, strlen(INPUT));
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	*run = (Run){ .base = fixture->base };
	status = compilers_run(fixture->compilers, "solidity", input, done, run,
			       &run->task, &err);
	if (status != BSN_OK)
		run->reason = g_strdup(err.reason);
	return status;
}

static void
wait_for(Fixture *fixture, const Run *run)
{
	while (run->done == 0)
		g_assert_cmpint(event_base_dispatch(fixture->base), ==, 0);
	g_assert_cmpuint(run->done, ==, 1);
}

static void
assert_ends(const char *script, const CompilersConfig *changes, int32_t status,
	    const char *text)
{
	Fixture fixture;
	Run run;

	setup(&fixture, script, changes);
	g_assert_cmpint(start(&fixture, &run), ==, BSN_OK);
	wait_for(&fixture, &run);
	if (run.status != status)
		g_error("%s: status %d, %s", script, run.status, run.reason);
	if (status == BSN_OK)
		g_assert_cmpstr(run.output, ==, text);
	else if (strstr(run.reason, text) == NULL)
		g_error("'%s' lacks '%s'", run.reason, text);
	g_assert_cmpuint(compilers_running(fixture.compilers), ==, 0);
	run_clear(&run);
	teardown(&fixture);
}

static const CompilersConfig usual;

static void
test_output(void)
{
	assert_ends("cat", &usual, BSN_OK, INPUT);
	assert_ends("exec 0<&-; echo '{}'", &usual, BSN_OK, "{}\n");
	assert_ends("echo Warning >&2; echo '{}'", &usual, BSN_OK, "{}\n");
}

static void
test_limits(void)
{
	const CompilersConfig soon = { .timeout_s = 1 };

	assert_ends("sleep 1000", &soon, BSN_TIMEOUT, "more than 1 s");
	assert_ends("trap '' TERM; sleep 1000 & wait", &soon, BSN_TIMEOUT,
		    "more than 1 s");
	assert_ends("while :; do :; done", &soon, BSN_TIMEOUT, "more than 1 s");
	assert_ends("yes", &usual, BSN_TOO_LARGE, "more than 1000 bytes");
	assert_ends("yes >&2", &usual, BSN_TOO_LARGE, "more than 1000 bytes");
}

/* A text that doubles for as long as there is memory. */
static void
test_memory(void)
{
	const CompilersConfig little = { .memory_max = 16u << 20 };

	assert_ends("a=xxxxxxxxxxxxxxxx; while :; do a=$a$a; done", &little,
		    BSN_FAULT, "");
}

static void
test_failures(void)
{
	assert_ends("echo one >&2; echo two >&2; exit 3", &usual, BSN_FAULT,
		    "ended with 3: two");
	assert_ends("kill -9 $$", &usual, BSN_FAULT, "signal 9");
	assert_ends("exit 127", &usual, BSN_UNAVAILABLE, "cannot be started");
	assert_ends("exec /nonexistent/solc", &usual, BSN_UNAVAILABLE,
		    "cannot be started");
}

/* The child sees nothing of ours: no variables, no descriptors, no files. */
static void
test_confinement(void)
{
	g_setenv("BSN_SECRET", "secret", TRUE);
	assert_ends("echo \"$BSN_SECRET$HOME\"", &usual, BSN_OK, "\n");
	assert_ends("ls", &usual, BSN_OK, "");
	assert_ends("for n in 3 4 5 6 7 8 9; do "
		    "if [ -e /proc/$$/fd/$n ]; then echo $n; fi; done",
		    &usual, BSN_OK, "");
	assert_ends("trap '' XFSZ; echo written >file || rm file; [ -s file ]",
		    &usual, BSN_FAULT, "");
	assert_ends("grep NoNewPrivs: /proc/self/status", &usual, BSN_OK,
		    "NoNewPrivs:\t1\n");
}

static void
test_unknown_program(void)
{
	Fixture fixture;
	Run run;

	setup(&fixture, NULL, &usual);
	fixture.command[0] = "no-such-compiler";
	fixture.command[1] = NULL;
	g_assert_cmpint(start(&fixture, &run), ==, BSN_OK);
	wait_for(&fixture, &run);
	g_assert_cmpint(run.status, ==, BSN_UNAVAILABLE);
	run_clear(&run);
	g_assert_true(compilers_have(fixture.compilers, "solidity"));
	g_assert_false(compilers_have(fixture.compilers, "vyper"));
	fixture.command[0] = NULL;
	g_assert_false(compilers_have(fixture.compilers, "solidity"));
	teardown(&fixture);
}

static void
test_queue(void)
{
	Fixture fixture;
	Run runs[4];

	setup(&fixture, "cat", &usual);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(start(&fixture, &runs[i]), ==, BSN_OK);
	g_assert_cmpint(start(&fixture, &runs[3]), ==, BSN_BUSY);
	g_assert_nonnull(strstr(runs[3].reason, "try again later"));
	for (guint i = 0; i < 3; i++)
		wait_for(&fixture, &runs[i]);
	g_assert_cmpuint(compilers_waiting(fixture.compilers), ==, 0);
	for (guint i = 0; i < 4; i++)
		run_clear(&runs[i]);
	teardown(&fixture);
}

/* Turns the loop until the first one runs. */
static void
begin(Fixture *fixture)
{
	while (compilers_running(fixture->compilers) == 0)
		event_base_loop(fixture->base, EVLOOP_ONCE);
}

static void
test_dropped(void)
{
	Fixture fixture;
	Run runs[3];

	setup(&fixture, "cat; sleep 1000", &usual);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(start(&fixture, &runs[i]), ==, BSN_OK);
	begin(&fixture);
	compilers_drop(runs[1].task);
	g_assert_cmpuint(compilers_waiting(fixture.compilers), ==, 1);
	compilers_drop(runs[0].task);
	begin(&fixture);
	g_assert_cmpuint(compilers_waiting(fixture.compilers), ==, 0);
	teardown(&fixture); /* while the third one runs */
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(runs[i].done, ==, 0);
}

/* A grandchild that would outlive its parent. */
static void
test_whole_group(void)
{
	Fixture fixture;
	Run run;
	pid_t left;

	setup(&fixture, "sleep 1000 >/dev/null 2>&1 & echo $!", &usual);
	g_assert_cmpint(start(&fixture, &run), ==, BSN_OK);
	wait_for(&fixture, &run);
	g_assert_cmpint(run.status, ==, BSN_OK);
	left = (pid_t)g_ascii_strtoll(run.output, NULL, 10);
	g_assert_cmpint(left, >, 1);
	/* Killed; at most not yet waited for by its new parent. */
	while (kill(left, 0) == 0) {
		g_autofree char *file =
			g_strdup_printf("/proc/%d/stat", (int)left);
		g_autofree char *text = NULL;

		if (!g_file_get_contents(file, &text, NULL, NULL) ||
		    strstr(text, ") Z ") != NULL)
			break;
	}
	run_clear(&run);
	teardown(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/compilers/get-their-input-and-give-their-output",
			test_output);
	g_test_add_func("/compilers/time-and-output-are-bounded", test_limits);
	g_test_add_func("/compilers/memory-is-bounded", test_memory);
	g_test_add_func("/compilers/failures-are-explained", test_failures);
	g_test_add_func("/compilers/see-nothing-of-the-host", test_confinement);
	g_test_add_func("/compilers/a-missing-one-is-explained",
			test_unknown_program);
	g_test_add_func("/compilers/a-full-queue-refuses", test_queue);
	g_test_add_func("/compilers/what-nobody-wants-is-ended", test_dropped);
	g_test_add_func("/compilers/nothing-that-they-start-outlives-them",
			test_whole_group);
	return g_test_run();
}
