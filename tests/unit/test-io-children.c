/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's child processes: what they find, how they end, what they cannot
 * do. The child is io-child, which says by its exit code what it met.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/io/child_private.h"
#include "tests/unit/io-fixture.h"

#define CONFINED { .child_confined = TRUE }

/* A child, as its parent sees it. */
typedef struct {
	bsn_io_parent parent;
	IoFixture *fixture;
	bsn_io_child *child;
	guint exited;
	int32_t status;
	int code, signal;
	char *reason;
} Kid;

static void
exited(bsn_io_parent *parent, const bsn_io_exit *how)
{
	Kid *kid = (Kid *)parent;

	kid->exited++;
	kid->child = NULL;
	kid->status = how->status;
	kid->code = how->code;
	kid->signal = how->signal;
	kid->reason = g_strdup(how->reason);
}

static void
kid_clear(Kid *kid)
{
	g_clear_pointer(&kid->reason, g_free);
	kid->exited = 0;
}

static char *
program(void)
{
	return g_build_filename(g_getenv("G_TEST_BUILDDIR"),
				"tests/unit/io-child", NULL);
}

static int32_t
start_spec(IoFixture *fixture, Kid *kid, bsn_io_spec *spec, bsn_err *err)
{
	*kid = (Kid){ .parent = { exited }, .fixture = fixture };
	spec->size = sizeof(*spec);
	if (spec->name == NULL)
		spec->name = "kid";
	return fixture->io->child_start(fixture->account, spec, &kid->parent,
					&kid->child, err);
}

static void
start_well(IoFixture *fixture, Kid *kid, bsn_io_spec *spec)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = start_spec(fixture, kid, spec, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpint(status, ==, BSN_OK);
}

/* io-child VERB ARGUMENT, with whatever else stands in the spec. */
static void
start_verb(IoFixture *fixture, Kid *kid, const char *verb, const char *argument,
	   bsn_io_spec spec)
{
	g_autofree char *path = program();
	const char *argv[] = { path, verb, argument, NULL };

	spec.argv = argv;
	start_well(fixture, kid, &spec);
}

static int
run_verb(IoFixture *fixture, const char *verb, const char *argument)
{
	Kid kid;
	int code;

	start_verb(fixture, &kid, verb, argument,
		   (bsn_io_spec){ .name = verb });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, kid.code == 0 ? BSN_OK : BSN_FAULT);
	code = kid.code;
	kid_clear(&kid);
	return code;
}

static void
run_shell(IoFixture *fixture, Kid *kid, const char *script, bsn_io_spec spec)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	spec.argv = argv;
	start_well(fixture, kid, &spec);
	io_run_until(fixture, &kid->exited, 1);
}

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

/* ---- what it cannot do ---- */

static void
test_limits(void)
{
	IoFixture *fixture = io_fixture_new(
		&(IoConfig){ .child_confined = TRUE,
			     .child_memory_max = 64 << 20,
			     .child_file_max = 4 << 20,
			     .child_files_max = 32 });

	g_assert_cmpint(run_verb(fixture, "memory", "16"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "memory", "80"), ==, ENOMEM);
	g_assert_cmpint(run_verb(fixture, "file", "4"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "file", "5"), ==, EFBIG);
	g_assert_cmpint(run_verb(fixture, "files", "16"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "files", "40"), ==, EMFILE);
	g_assert_cmpint(run_verb(fixture, "forks", "8"), ==, 0);
	/* setrlimit(2): root is not bound. */
	if (geteuid() != 0)
		g_assert_cmpint(run_verb(fixture, "forks", "100"), ==, EAGAIN);
	io_fixture_free(fixture);
}

static void
test_walls(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autofree char *secret = io_fixture_path(fixture, "secret");
	g_autofree char *made = io_fixture_path(fixture, "made");

	g_assert_true(g_file_set_contents(secret, "keys", -1, NULL));
	g_assert_cmpint(run_verb(fixture, "read", secret), ==, EACCES);
	g_assert_cmpint(run_verb(fixture, "read", "/dev/null"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "read", "/proc/1/environ"), ==,
			EACCES);
	g_assert_cmpint(run_verb(fixture, "read", "/proc/self/stat"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "read", "/proc/3/stat"), ==, ENOENT);
	g_assert_cmpint(run_verb(fixture, "make", made), ==, EACCES);
	g_assert_cmpint(run_verb(fixture, "make", "made"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "unix", NULL), ==, EAFNOSUPPORT);
	g_assert_cmpint(run_verb(fixture, "netlink", "0"), ==, 0);
	g_assert_cmpint(run_verb(fixture, "netlink", "9"), ==, EAFNOSUPPORT);
	g_assert_cmpint(run_verb(fixture, "alone", NULL), ==, 0);
	g_assert_cmpint(run_verb(fixture, "trace", NULL), ==, EPERM);
	g_assert_cmpint(run_verb(fixture, "leave", NULL), ==, EPERM);
	g_assert_cmpint(g_unlink(secret), ==, 0);
	io_fixture_free(fixture);
}

/* Of a cgroup only the kernel's part is not there: files say what was asked
 * for. */
static void
assert_file(const char *directory, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *got = NULL;

	g_assert_true(g_file_get_contents(path, &got, NULL, NULL));
	g_assert_cmpstr(got, ==, text);
}

static void
test_cgroup(void)
{
	g_autofree char *parent = g_dir_make_tmp("bsn-cgroup-XXXXXX", NULL);
	g_autofree char *own = g_build_filename(parent, "test.io.alone.1",
							NULL);
	IoFixture *fixture = io_fixture_new(
		&(IoConfig){ .child_confined = TRUE,
			     .child_memory_max = 64 << 20,
			     .child_cgroup = parent,
			     .child_cpu_percent = 150 });

	g_assert_cmpint(run_verb(fixture, "alone", NULL), ==, 0);
	assert_file(parent, "cgroup.subtree_control", "+cpu +memory +pids");
	assert_file(own, "cpu.max", "150000 100000");
	assert_file(own, "memory.max", "67108864");
	assert_file(own, "pids.max", "32");
	assert_file(own, "cgroup.procs", "0");
	io_directory_remove(parent);
	/* One that is not there: it runs, and status says so. */
	g_assert_cmpint(run_verb(fixture, "alone", NULL), ==, 0);
	io_fixture_free(fixture);
}

/* Somebody listens on the host's loopback, and is out of reach. */
static void
test_no_network(void)
{
	static const char *const listen[] = { IO_PLUGIN " 127.0.0.1:0", NULL };
	IoFixture *fixture = io_fixture_new(
		&(IoConfig){ .child_confined = TRUE, .listen = listen });
	g_autoptr(Side) server = side_new(fixture);
	TextSink *address = text_sink_new();
	bsn_io_listener *listener;

	g_assert_cmpint(fixture->io->listen(fixture->account, "127.0.0.1:0",
					    NULL, NULL, &server->acceptor,
					    &listener, &address->sink, NULL),
			==, BSN_OK);
	g_assert_cmpint(run_verb(fixture, "dial", address->text->str), !=, 0);
	g_assert_cmpuint(server->accepted, ==, 0);
	text_sink_free(address);
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

/* ---- nothing outlives the host ---- */

/* Processes whose command line has this word, but for this one. */
static guint
count_processes(const char *word)
{
	g_autoptr(GDir) proc = g_dir_open("/proc", 0, NULL);
	const char *name;
	guint n = 0;

	while ((name = g_dir_read_name(proc)) != NULL) {
		g_autofree char *file =
			g_build_filename("/proc", name, "cmdline", NULL);
		g_autofree char *text = NULL;
		gsize len = 0;

		if (g_ascii_isdigit(name[0]) && atoi(name) != getpid() &&
		    g_file_get_contents(file, &text, &len, NULL))
			n += memmem(text, len, word, strlen(word)) != NULL;
	}
	return n;
}

static void
wait_until_gone(const char *word)
{
	for (guint i = 0; count_processes(word) > 0; i++) {
		g_assert_cmpuint(i, <, 3000);
		g_usleep(20000);
	}
}

static void
test_stop(void)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig)CONFINED);
	g_autofree char *word = g_strdup_printf("io-stop-%d", getpid());
	Kid filling, running;

	start_verb(fixture, &running, "breed", word,
		   (bsn_io_spec){ .name = "running" });
	while (count_processes(word) < 6)
		event_base_loop(loop_base(fixture->loop), EVLOOP_NONBLOCK);
	start_verb(fixture, &filling, "breed", word, (bsn_io_spec){ 0 });
	io_fixture_free(fixture);
	g_assert_cmpuint(count_processes(word), ==, 0);
	g_assert_cmpuint(running.exited + filling.exited, ==, 0);
}

/* A host of a process of its own, with a child that has children. */
static int
hold(const char *word, gboolean confined)
{
	IoFixture *fixture =
		io_fixture_new(&(IoConfig){ .child_confined = confined });
	Kid kid;

	start_verb(fixture, &kid, "breed", word, (bsn_io_spec){ 0 });
	io_run_until(fixture, &kid.exited, 1);
	return 0;
}

/* `directory` is where it makes its own; NULL: in the usual place. */
static GPid
spawn_self(const char *mode, const char *argument, const char *directory)
{
	char *argv[] = { (char *)"/proc/self/exe", (char *)(gsize)mode,
			 (char *)(gsize)argument, NULL };
	g_auto(GStrv) env = g_get_environ();
	g_autoptr(GError) error = NULL;
	GPid pid;

	if (directory != NULL)
		env = g_environ_setenv(env, "TMPDIR", directory, TRUE);
	g_spawn_async(NULL, argv, env, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
		      &pid, &error);
	g_assert_no_error(error);
	return pid;
}

static void
test_killed(gconstpointer mode)
{
	g_autofree char *word = g_strdup_printf("io-kill-%d", getpid());
	g_autofree char *directory = g_dir_make_tmp("bsn-kill-XXXXXX", NULL);
	GPid pid = spawn_self(mode, word, directory);

	/* The host, the two that wait, the child and its three. */
	for (guint i = 0; count_processes(word) < 7; i++) {
		g_assert_cmpuint(i, <, 3000);
		g_usleep(20000);
	}
	kill(pid, SIGKILL);
	g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
	wait_until_gone(word);
	io_directory_remove(directory);
}

/* ---- a machine without walls ---- */

/* As seccomp of a container does: no namespaces, no Landlock. */
static void
forbid_walls(void)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (guint32)offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			 SYS_landlock_create_ruleset, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {
		.len = G_N_ELEMENTS(code),
		.filter = (struct sock_filter *)(gsize)code,
	};

	g_assert_cmpint(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), ==, 0);
	g_assert_cmpint(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), ==,
			0);
}

static void
note_missing(void *owner, const IoChildStatus *status)
{
	g_free(*(char **)owner);
	*(char **)owner = g_strdup(status->missing);
}

static void
pass_account(void *owner, const IoAccountStatus *status)
{
	g_assert_cmpstr(status->plugin, ==, IO_PLUGIN);
	g_assert_cmpuint(status->children, ==, 1);
}

static void
run_bare(const char *word)
{
	IoFixture *fixture = io_fixture_new(&(IoConfig){ 0 });
	g_autoptr(Side) server = side_new(fixture);
	g_autofree char *missing = NULL;
	const IoVisitor visitor = { pass_account, note_missing, &missing };
	Kid kid;

	start_verb(fixture, &kid, "hold", BSN_IO_DOOR,
		   (bsn_io_spec){ .door = &server->acceptor });
	io_run_until(fixture, &server->accepted, 1);
	io_settle(fixture);
	io_service_visit(fixture->service, &visitor);
	g_assert_nonnull(strstr(missing, "users: "));
	g_assert_nonnull(strstr(missing, "CPU: [io] child_cgroup"));
	g_assert_nonnull(strstr(missing, "processes: "));
	g_assert_nonnull(strstr(missing, "network: "));
	g_assert_nonnull(strstr(missing, "files: Operation not permitted"));
	g_assert_null(strstr(missing, "system calls"));
	fixture->io->child_kill(kid.child);
	io_run_until(fixture, &kid.exited, 1);
	kid_clear(&kid);
	/* Its group is all that holds its children together here. */
	start_verb(fixture, &kid, "breed", word, (bsn_io_spec){ 0 });
	while (count_processes(word) < 6)
		event_base_loop(loop_base(fixture->loop), EVLOOP_NONBLOCK);
	fixture->io->child_kill(kid.child);
	io_run_until(fixture, &kid.exited, 1);
	kid_clear(&kid);
	wait_until_gone(word);
	io_fixture_free(fixture);
}

static int
bare(const char *word)
{
	IoFixture *fixture;
	const char *argv[] = { "true", NULL };
	Kid kid;

	forbid_walls();
	fixture = io_fixture_new(&(IoConfig)CONFINED);
	start_well(fixture, &kid, &(bsn_io_spec){ .argv = argv });
	io_run_until(fixture, &kid.exited, 1);
	g_assert_cmpint(kid.status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(kid.reason, "users"));
	kid_clear(&kid);
	io_fixture_free(fixture);
	run_bare(word);
	return 0;
}

static void
test_bare(void)
{
	g_autofree char *word = g_strdup_printf("io-bare-%d", getpid());
	GPid pid = spawn_self("--bare", word, NULL);
	int status;

	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--hold") == 0)
		return hold(argv[2], TRUE);
	if (argc == 3 && strcmp(argv[1], "--hold-bare") == 0) {
		forbid_walls();
		return hold(argv[2], FALSE);
	}
	if (argc == 3 && strcmp(argv[1], "--bare") == 0)
		return bare(argv[2]);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/io/children/ends", test_ends);
	g_test_add_func("/io/children/no-program", test_no_program);
	g_test_add_func("/io/children/not-ready", test_not_ready);
	g_test_add_func("/io/children/files", test_files);
	g_test_add_func("/io/children/environment", test_environment);
	g_test_add_func("/io/children/bad-files", test_bad_files);
	g_test_add_func("/io/children/deep", test_deep);
	g_test_add_func("/io/children/output", test_output);
	g_test_add_func("/io/children/limits", test_limits);
	g_test_add_func("/io/children/walls", test_walls);
	g_test_add_func("/io/children/cgroup", test_cgroup);
	g_test_add_func("/io/children/no-network", test_no_network);
	g_test_add_func("/io/children/door", test_door);
	g_test_add_func("/io/children/door-closes", test_door_closes);
	g_test_add_func("/io/children/starts", test_starts);
	g_test_add_func("/io/children/stop", test_stop);
	g_test_add_data_func("/io/children/killed", "--hold", test_killed);
	g_test_add_data_func("/io/children/killed-bare", "--hold-bare",
			     test_killed);
	g_test_add_func("/io/children/bare", test_bare);
	return g_test_run();
}
