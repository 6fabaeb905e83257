/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs Ethereum's GeneralStateTests (https://ethereum-tests.readthedocs.io,
 * "State Tests") against the EVM plugin: files and folders, post-states for
 * every fork that it offers, or for one. Prints each file that it leaves out
 * (tests/evm/excluded-tests.txt), the name of each case that fails and, last,
 * how many passed and failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/runtime-evm/rules.h"
#include "tests/evm/test-files.h"
#include "tests/evm/transition.h"
#include "tests/unit/fake-host.h"

typedef struct {
	const bsn_runtime *evm;
	const bsn_hash *keccak;
	const char *fork; /* the only one to run, or NULL */
	GStrv excluded;   /* ends of paths of files to leave out */
	guint passed;
	guint failed;
} Runner;

static void
fail(Runner *runner, const char *name, const char *reason)
{
	runner->failed++;
	printf("FAIL %s: %s\n", name, reason);
}

static gboolean
same_digest(const json_t *expected, const guint8 *digest, const char *what,
	    GString *reason)
{
	g_autofree char *hex = hex_encode((bsn_slice){ digest, 32 });

	if (g_strcmp0(json_string_value(expected), hex) == 0)
		return TRUE;
	g_string_append_printf(reason, "%s is %s, expected %s; ", what, hex,
			       json_string_value(expected));
	return FALSE;
}

static void
judge(Runner *runner, World *world, const json_t *post, const char *problem,
      GString *reason)
{
	const json_t *exception = json_object_get(post, "expectException");
	guint8 digest[32];

	world_root(world, digest);
	same_digest(json_object_get(post, "hash"), digest, "the root", reason);
	world_logs_hash(world, digest);
	same_digest(json_object_get(post, "logs"), digest, "the logs' hash",
		    reason);
	if (exception != NULL && problem == NULL)
		g_string_append_printf(reason, "it was valid, expected %s; ",
				       json_string_value(exception));
	if (exception == NULL && problem != NULL)
		g_string_append_printf(reason, "it was refused: %s; ", problem);
	if (reason->len > 0)
		g_string_append_printf(reason,
				       "[status %d, used %" G_GUINT64_FORMAT
				       ", %s]", world->status, world->used,
				       world->reason != NULL ? world->reason :
							       "");
}

static void
run_case(Runner *runner, const char *name, const char *rules,
	 const json_t *test, const json_t *post)
{
	g_autoptr(World) world = world_new(runner->keccak);
	g_autoptr(GString) reason = g_string_new(NULL);
	g_autofree char *problem = NULL;

	if (!transition_prepare(world, test)) {
		fail(runner, name, "the pre-state cannot be read");
		return;
	}
	problem = transition_run(world, runner->evm, rules, test,
				 json_object_get(post, "indexes"));
	judge(runner, world, post, problem, reason);
	if (reason->len == 0)
		runner->passed++;
	else
		fail(runner, name, reason->str);
}

/* Every fork of a test that we offer. */
static void
run_test(Runner *runner, const char *name, const json_t *test)
{
	json_t *posts = json_object_get(test, "post");
	const char *fork_name;
	json_t *cases;

	json_object_foreach(posts, fork_name, cases) {
		g_autofree char *rules = g_ascii_strdown(fork_name, -1);
		Fork fork;

		if (!fork_of_name(rules, &fork) ||
		    (runner->fork != NULL &&
		     g_ascii_strcasecmp(fork_name, runner->fork) != 0))
			continue;
		for (gsize i = 0; i < json_array_size(cases); i++) {
			g_autofree char *full = g_strdup_printf(
				"%s/%s/%" G_GSIZE_FORMAT, name, fork_name, i);

			run_case(runner, full, rules, test,
				 json_array_get(cases, i));
		}
	}
}

/* One name a line; a # begins a comment. */
static GStrv
read_excluded(void)
{
	g_autofree char *text = NULL;
	GStrv lines;

	if (!g_file_get_contents(EXCLUDED_TESTS, &text, NULL, NULL))
		g_error("%s cannot be read", EXCLUDED_TESTS);
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_strstrip(lines[i]);
		lines[i][strcspn(lines[i], "#")] = '\0';
	}
	return lines;
}

static gboolean
is_excluded(const Runner *runner, const char *path)
{
	for (guint i = 0; runner->excluded[i] != NULL; i++)
		if (runner->excluded[i][0] != '\0' &&
		    g_str_has_suffix(path, runner->excluded[i]))
			return TRUE;
	return FALSE;
}

static void
run_file(gpointer user, const char *path)
{
	Runner *runner = user;
	json_error_t error;
	g_autoptr(json_t) tests = NULL;
	const char *name;
	json_t *test;

	if (is_excluded(runner, path)) {
		printf("excluded: %s\n", path);
		return;
	}
	tests = json_load_file(path, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			       &error);
	if (tests == NULL) {
		fail(runner, path, error.text);
		return;
	}
	json_object_foreach(tests, name, test) {
		g_autofree char *full = g_strconcat(path, ":", name, NULL);

		run_test(runner, full, test);
	}
}

static void
find_plugins(Runner *runner)
{
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	runner->evm = bsn_runtime_of(fake_host_load("runtime-evm.so"));
	runner->keccak = bsn_host_crypto(fake_host())->hash("keccak-256");
}

int
main(int argc, char **argv)
{
	g_auto(GStrv) excluded = read_excluded();
	Runner runner = { .excluded = excluded };

	if (argc < 2) {
		fprintf(stderr, "usage: %s [--fork NAME] FILE|FOLDER...\n",
			argv[0]);
		return 2;
	}
	g_setenv("G_TEST_BUILDDIR", BUILDDIR, FALSE);
	g_test_init(&argc, &argv, NULL);
	find_plugins(&runner);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--fork") == 0 && i + 1 < argc)
			runner.fork = argv[++i];
		else
			test_files_visit(argv[i], run_file, &runner);
	}
	printf("%u passed, %u failed\n", runner.passed, runner.failed);
	return runner.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
