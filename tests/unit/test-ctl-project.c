/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl plugin new: the program as it was built, on the project in
 * vendor-kit/.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/ctl_node.h"
#include "tools/ctl/private_file.h"

typedef struct {
	char *top, *kit, *wanted;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
	fixture->top = g_dir_make_tmp("bsn-project-XXXXXX", NULL);
	fixture->kit = g_test_build_filename(G_TEST_DIST, "vendor-kit", NULL);
	fixture->wanted = g_build_filename(fixture->top, "project", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
	private_directory_remove(fixture->top);
	g_free(fixture->top);
	g_free(fixture->kit);
	g_free(fixture->wanted);
}

static CtlRun
begin(const Fixture *fixture, const char *name, const char *from)
{
	return CTL_RUN(NULL, "plugin", "new", fixture->wanted, "--name", name,
		       "--template", from);
}

static char *
read_made(const Fixture *fixture, const char *name)
{
	g_autofree char *file = g_build_filename(fixture->wanted, name, NULL);
	char *text = NULL;

	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	return text;
}

static guint
files_in(const char *directory)
{
	GDir *dir = g_dir_open(directory, 0, NULL);
	guint n = 0;

	while (dir != NULL && g_dir_read_name(dir) != NULL)
		n++;
	if (dir != NULL)
		g_dir_close(dir);
	return n;
}

static void
test_its_own_name(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) run = begin(fixture, "my-chain", fixture->kit);
	g_autofree char *script =
		g_build_filename(fixture->wanted, "autogen.sh", NULL);
	g_autofree char *engine = NULL, *makefile = NULL, *workload = NULL;
	struct stat status;

	g_assert_cmpint(run.exit_code, ==, 0);
	ctl_assert_has(run.out, "my-chain");
	engine = read_made(fixture, "my-chain.c");
	makefile = read_made(fixture, "Makefile.am");
	workload = read_made(fixture, "engine-my-chain.workload.json");
	ctl_assert_has(engine, "\"com.example.engine-my-chain\"");
	ctl_assert_has(engine, "#define FRAMEWORK \"my-chain\"");
	ctl_assert_has(makefile, "engine_my_chain_so_SOURCES = my-chain.c");
	ctl_assert_has(workload, "\"framework\": \"my-chain\"");
	g_assert_null(strstr(engine, "acme"));
	g_assert_null(strstr(makefile, "acme"));
	g_assert_cmpint(g_stat(script, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0755);
	g_assert_cmpint(g_stat(fixture->wanted, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0755);
}

static void
test_unchanged_as_acme(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) run = begin(fixture, "acme", fixture->kit);
	g_autofree char *file = g_build_filename(fixture->kit, "acme.c", NULL);
	g_autofree char *want = NULL, *made = NULL;

	g_assert_cmpint(run.exit_code, ==, 0);
	made = read_made(fixture, "acme.c");
	g_assert_true(g_file_get_contents(file, &want, NULL, NULL));
	g_assert_cmpstr(made, ==, want);
}

static void
test_names(Fixture *fixture, gconstpointer unused)
{
	static const char *const bad[] = {
		"",   "Acme", "1st",
		"-a", "a_b",  "a/b",
		"..", "a b",  "a23456789012345678901234567890-2",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_auto(CtlRun) run = begin(fixture, bad[i], fixture->kit);

		g_assert_cmpint(run.exit_code, ==, 2);
		ctl_assert_has(run.err, "cannot be a framework's name");
	}
	g_assert_cmpuint(files_in(fixture->top), ==, 0);
}

static void
test_what_is_there_stays(Fixture *fixture, gconstpointer unused)
{
	g_autofree char *file =
		g_build_filename(fixture->wanted, "thesis.txt", NULL);

	g_assert_cmpint(g_mkdir(fixture->wanted, 0755), ==, 0);
	g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
	{
		g_auto(CtlRun) run = begin(fixture, "acme", fixture->kit);

		g_assert_cmpint(run.exit_code, ==, 1);
		ctl_assert_has(run.err, "kept as it is");
	}
	g_assert_cmpuint(files_in(fixture->wanted), ==, 1);
	g_assert_cmpuint(files_in(fixture->top), ==, 1);
	g_assert_cmpint(g_remove(file), ==, 0);
	{
		g_auto(CtlRun) run = begin(fixture, "acme", fixture->kit);

		g_assert_cmpint(run.exit_code, ==, 0);
	}
}

static void
test_all_or_nothing(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) run = begin(fixture, "acme", "/nowhere");

	g_assert_cmpint(run.exit_code, ==, 1);
	ctl_assert_has(run.err, "/nowhere");
	g_assert_cmpuint(files_in(fixture->top), ==, 0);
}

static void
test_needs_a_name(Fixture *fixture, gconstpointer unused)
{
	g_auto(CtlRun) run = CTL_RUN(NULL, "plugin", "new", fixture->wanted);

	g_assert_cmpint(run.exit_code, ==, 2);
	ctl_assert_has(run.err, "--name");
}

#define TEST(path, function)                                              \
	g_test_add("/ctl/project/" path, Fixture, NULL, set_up, function, \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("bears-its-name-everywhere", test_its_own_name);
	TEST("is-the-kit-itself-as-acme", test_unchanged_as_acme);
	TEST("refuses-names-that-are-none", test_names);
	TEST("keeps-what-is-there", test_what_is_there_stays);
	TEST("is-there-whole-or-not-at-all", test_all_or_nothing);
	TEST("needs-a-name", test_needs_a_name);
	return g_test_run();
}
