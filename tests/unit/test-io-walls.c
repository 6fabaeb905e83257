/* SPDX-License-Identifier: Apache-2.0
 *
 * What a plugin's child processes cannot do, and that nothing outlives the host.
 */
#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/io/child_private.h"
#include "tests/unit/io-kid.h"

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
	/* All are killed by now; only the first of each was waited for. */
	wait_until_gone(word);
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
	g_test_add_func("/io/walls/limits", test_limits);
	g_test_add_func("/io/walls/walls", test_walls);
	g_test_add_func("/io/walls/cgroup", test_cgroup);
	g_test_add_func("/io/walls/no-network", test_no_network);
	g_test_add_func("/io/walls/stop", test_stop);
	g_test_add_data_func("/io/walls/killed", "--hold", test_killed);
	g_test_add_data_func("/io/walls/killed-bare", "--hold-bare",
			     test_killed);
	g_test_add_func("/io/walls/bare", test_bare);
	return g_test_run();
}
