/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's child processes: what they find, how they end, how they reach it.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/io-kid.h"

/* What the log says while this holds standard error. */
typedef struct {
	int saved, file;
} Log;

static Log
log_take(void)
{
	Log log = { dup(2), memfd_create("log", 0) };

	dup2(log.file, 2);
	return log;
}

static char *
log_give(Log log)
{
	const off_t len = lseek(log.file, 0, SEEK_END);
	char *text = g_malloc0((gsize)len + 1);

	dup2(log.saved, 2);
	close(log.saved);
	g_assert_cmpint(pread(log.file, text, (gsize)len, 0), ==, len);
	close(log.file);
	return text;
}

/* ---- how it ends ---- */

static void
test_ends(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	Kid kid;

	run_shell(fixture, &kid, "exit 0", (bsn_io_spec){ 0 });
	g_assert_cmpint(kid.status, ==, BSN_OK);
	g_assert_cmpint(kid.code, ==, 0);
	kid_clear(&kid);
	run_shell(fixture, &kid, "exit 7", (bsn_io_spec){ 0 });
	g_assert_cmpint(kid.status, ==, BSN_FAULT);
	g_assert_cmpint(kid.code, ==, 7);
	g_assert_cmpint(kid.signal, ==, 0);
	kid_clear(&kid);
	start_verb(fixture, &kid, "crash", NULL, (bsn_io_spec){ 0 });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, BSN_FAULT);
	g_assert_cmpint(kid.code, ==, -1);
	g_assert_cmpint(kid.signal, ==, SIGSEGV);
	g_assert_nonnull(strstr(kid.reason, "signal"));
	kid_clear(&kid);
	io_fixture_free(fixture);
}

static void
test_no_program(void)
{
	const char *argv[] = { "no-such-program", NULL };
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	Kid kid;

	start_well(fixture, &kid, &(bsn_io_spec){ .argv = argv });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(kid.reason, "no-such-program"));
	g_assert_cmpint(kid.code, ==, -1);
	kid_clear(&kid);
	io_fixture_free(fixture);
}

static void
test_not_ready(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	Kid late, ready;

	start_verb(fixture, &ready, "breed", NULL,
		   (bsn_io_spec){ .start_ms = 1, .name = "ready" });
	fixture->io->child_ready(ready.child);
	start_verb(fixture, &late, "breed", NULL,
		   (bsn_io_spec){ .start_ms = 1 });
	io_run_until(fixture, &late.exited, 1);
	g_assert_cmpint(late.status, ==, BSN_TIMEOUT);
	g_assert_cmpuint(ready.exited, ==, 0);
	fixture->io->child_kill(ready.child);
	fixture->io->child_kill(ready.child);
	io_run_until(fixture, &ready.exited, 1);
	g_assert_cmpint(ready.status, ==, BSN_FAULT);
	g_assert_nonnull(strstr(ready.reason, "killed"));
	kid_clear(&late);
	kid_clear(&ready);
	io_fixture_free(fixture);
}

/* ---- what it finds ---- */

static const bsn_io_file *
files_of(guint n, const char *const *paths, guint32 flags)
{
	bsn_io_file *files = g_new0(bsn_io_file, n);

	for (guint i = 0; i < n; i++)
		files[i] = (bsn_io_file){
			.size = sizeof(files[i]),
			.flags = flags,
			.path = paths[i],
			.data = bsn_slice_str("#!/bin/sh\necho $0 $1\n")
		};
	return files;
}

static void
test_files(void)
{
	static const char *const paths[] = { "run.sh", "lib/a/b.js" };
	static const char *const env[] = { "WHERE=" BSN_IO_DIRECTORY "/lib",
					   "no-variable", NULL };
	static const char script[] =
		"test -f lib/a/b.js && test $PWD = $HOME && test $WHERE = "
		"$PWD/lib && test $TMPDIR = $PWD && touch here && ./run.sh x "
		"&& test \"$(cat)\" = ''";
	const bsn_io_file *files = files_of(2, paths, BSN_IO_FILE_EXECUTABLE);
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autofree char *directory = io_fixture_path(fixture, "children/kid.1");
	Kid kid;

	run_shell(fixture, &kid, script,
		  (bsn_io_spec){ .files = files, .file_count = 2, .env = env });
	g_assert_cmpint(kid.code, ==, 0);
	g_assert_cmpint(g_access(directory, F_OK), !=, 0);
	kid_clear(&kid);
	g_free((void *)files);
	io_fixture_free(fixture);
}

/* What the dynamic linker would obey is not obeyed before there are walls; and
 * nothing of the host's environment is there. */
static void
test_environment(void)
{
	static const char *const env[] = { "LD_PRELOAD={directory}/no.so",
					   "A={door}", "EMPTY=", NULL };
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autoptr(Side) server = side_new(fixture);
	g_autofree char *text = NULL;
	Kid kid;
	Log log;

	g_setenv("BSN_TEST_SECRET", "s", TRUE);
	log = log_take();
	run_shell(fixture, &kid,
		  "unset PWD OLDPWD SHLVL _; LD_PRELOAD= env | sort | "
		  "tr '\\n' ' '",
		  (bsn_io_spec){ .env = env, .door = &server->acceptor });
	text = log_give(log);
	g_assert_cmpint(kid.code, ==, 0);
	g_assert_nonnull(strstr(text, "kid: A=127.0.0.1:7052 EMPTY= HOME=/"));
	g_assert_nonnull(strstr(text, " LC_ALL=C.UTF-8 LD_PRELOAD= PATH=/usr"));
	g_assert_null(strstr(text, "SECRET"));
	/* It came to the shell, whose linker says that it is not there. */
	g_assert_nonnull(strstr(text, "kid.1/no.so"));
	g_assert_null(strstr(text, "{directory}"));
	kid_clear(&kid);
	io_fixture_free(fixture);
}

static void
test_bad_files(void)
{
	static const char *const paths[] = { "", "/etc/x", "a//b", "../x",
					     "a/../../x", ".", "a/", NULL };
	static const char *const twice[] = { "same", "same" };
	const char *argv[] = { "sh", NULL };
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	const bsn_io_file *files;
	bsn_err err = BSN_ERR_INIT;
	Kid kid;

	for (guint i = 0; i <= G_N_ELEMENTS(paths) - 1; i++) {
		files = files_of(1, &paths[i], 0);
		g_assert_cmpint(
			start_spec(fixture, &kid,
				   &(bsn_io_spec){ .argv = argv,
						   .files = files,
						   .file_count = 1 },
				   &err),
			==, BSN_BAD_REQUEST);
		g_free((void *)files);
	}
	files = files_of(2, twice, 0);
	start_well(fixture, &kid,
		   &(bsn_io_spec){
			   .argv = argv, .files = files, .file_count = 2 });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, BSN_UNAVAILABLE);
	kid_clear(&kid);
	g_free((void *)files);
	io_fixture_free(fixture);
}

/* Whatever it makes of its directory, nothing of it stays. */
static void
test_deep(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autofree char *directory = io_fixture_path(fixture, "children/deep.1");

	g_assert_cmpint(run_verb(fixture, "deep", "500"), ==, 0);
	g_assert_cmpint(g_access(directory, F_OK), !=, 0);
	io_fixture_free(fixture);
}

static void
test_output(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autofree char *text = NULL;
	Kid kid;
	Log log = log_take();

	run_shell(fixture, &kid,
		  "echo from out; echo from err >&2; printf 'bad \\377\\n';"
		  "head -c 5000 /dev/zero | tr '\\000' x; printf '\\nunended';"
		  "i=0; while [ $i -lt 700 ]; do echo line-$i; i=$((i+1)); "
		  "done",
		  (bsn_io_spec){ 0 });
	text = log_give(log);
	g_assert_nonnull(strstr(text, "test.io: kid: from out\n"));
	g_assert_nonnull(strstr(text, "test.io: kid: from err\n"));
	g_assert_nonnull(strstr(text, "kid: bad \xef\xbf\xbd"));
	g_assert_nonnull(strstr(text, "xxx ..."));
	g_assert_nonnull(strstr(text, "kid: unendedline-0\n"));
	g_assert_nonnull(strstr(text, "kid: line-500\n"));
	g_assert_null(strstr(text, "line-650"));
	kid_clear(&kid);
	io_fixture_free(fixture);
}

/* ---- its door ---- */

static void
test_door(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autoptr(Side) server = side_new(fixture);
	Kid kid;

	server->echoes = TRUE;
	start_verb(fixture, &kid, "door", BSN_IO_DOOR,
		   (bsn_io_spec){ .door = &server->acceptor });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.code, ==, 0);
	g_assert_cmpstr(server->got->str, ==, "hello\n");
	g_assert_cmpuint(server->closed, ==, 1);
	kid_clear(&kid);
	/* Another port, and two children that do not meet. */
	start_verb(fixture, &kid, "door", "127.0.0.1:9999",
		   (bsn_io_spec){ .door = &server->acceptor,
				  .door_port = 9999 });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.code, ==, 0);
	kid_clear(&kid);
	io_fixture_free(fixture);
}

/* Its connections are over before it is. */
static void
test_door_closes(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autoptr(Side) server = side_new(fixture);
	Kid kid;

	start_verb(fixture, &kid, "hold", BSN_IO_DOOR,
		   (bsn_io_spec){ .door = &server->acceptor });
	io_run_until(fixture, &server->accepted, 1);
	fixture->io->child_kill(kid.child);
	io_run_until(fixture, &server->closed, 1);
	g_assert_cmpuint(kid.exited, ==, 0);
	io_run_until(fixture, &kid.exited, 1);
	kid_clear(&kid);
	io_fixture_free(fixture);
}

/* ---- how many ---- */

static void
test_starts(void)
{
	const char *argv[] = { "true", NULL };
	IoFixture *fixture = io_fixture_new(&(IoConfig){
		.child_confined = TRUE, .children_max = 2 });
	bsn_err err = BSN_ERR_INIT;
	Kid kids[3];

	for (guint i = 0; i < 2; i++)
		start_well(fixture, &kids[i],
			   &(bsn_io_spec){ .argv = argv, .name = "a" });
	g_assert_cmpint(start_spec(fixture, &kids[2],
				   &(bsn_io_spec){ .argv = argv }, &err),
			==, BSN_BUSY);
	for (guint i = 0; i < 2; i++) {
		io_run_until(fixture, &kids[i].exited, 1);
		kid_clear(&kids[i]);
	}
	for (guint i = 0; i < 8; i++) {
		start_well(fixture, &kids[0],
			   &(bsn_io_spec){ .argv = argv, .name = "a" });
		io_run_until(fixture, &kids[0].exited, 1);
		kid_clear(&kids[0]);
	}
	g_assert_cmpint(start_spec(fixture, &kids[0],
				   &(bsn_io_spec){ .argv = argv, .name = "a" },
				   &err),
			==, BSN_BUSY);
	g_assert_cmpint(start_spec(fixture, &kids[0],
				   &(bsn_io_spec){ .argv = argv,
						   .name = "../a" },
				   &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(start_spec(fixture, &kids[0],
				   &(bsn_io_spec){ .argv = argv,
						   .memory_max = G_MAXUINT64 },
				   &err),
			==, BSN_DENIED);
	io_fixture_free(fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/io/children/ends", test_ends);
	g_test_add_func("/io/children/no-program", test_no_program);
	g_test_add_func("/io/children/not-ready", test_not_ready);
	g_test_add_func("/io/children/files", test_files);
	g_test_add_func("/io/children/environment", test_environment);
	g_test_add_func("/io/children/bad-files", test_bad_files);
	g_test_add_func("/io/children/deep", test_deep);
	g_test_add_func("/io/children/output", test_output);
	g_test_add_func("/io/children/door", test_door);
	g_test_add_func("/io/children/door-closes", test_door_closes);
	g_test_add_func("/io/children/starts", test_starts);
	return g_test_run();
}
