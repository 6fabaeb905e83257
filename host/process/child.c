/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/process/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
close_all(const int *fds, guint n)
{
	for (guint i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Copies above all numbers that the child will have: a copy is not overwritten
 * by another one's, and dup2 of it clears its close-on-exec. */
static int
lift(const ChildSpec *spec, int *fds)
{
	for (guint i = 0; i < spec->fd_count; i++) {
		fds[i] = -1;
		if (spec->fds[i] < 0)
			continue;
		fds[i] = fcntl(spec->fds[i], F_DUPFD_CLOEXEC, CHILD_FDS_MAX);
		if (fds[i] >= 0)
			continue;
		close_all(fds, i);
		return errno;
	}
	return 0;
}

static void
describe_files(const ChildSpec *spec, const int *fds,
	       posix_spawn_file_actions_t *files)
{
	posix_spawn_file_actions_init(files);
	for (guint i = 0; i < spec->fd_count; i++)
		if (fds[i] >= 0)
			posix_spawn_file_actions_adddup2(files, fds[i],
							 (int)i);
		else
			posix_spawn_file_actions_addopen(files, (int)i,
							 "/dev/null", O_RDWR,
							 0);
	posix_spawn_file_actions_addclosefrom_np(files, (int)spec->fd_count);
	if (spec->directory != NULL)
		posix_spawn_file_actions_addchdir_np(files, spec->directory);
}

static int
spawn(const ChildSpec *spec, const int *fds, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char *const *env =
		spec->env != NULL ? (char *const *)spec->env : environ;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	describe_files(spec, fds, &files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
						POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	error = posix_spawnp(pid, spec->argv[0], &files, &attr,
			     (char *const *)spec->argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return error;
}

int
child_start(const ChildSpec *spec, Child *child)
{
	int fds[CHILD_FDS_MAX];
	int error = lift(spec, fds);

	if (error != 0)
		return error;
	error = spawn(spec, fds, &child->pid);
	close_all(fds, spec->fd_count);
	if (error == 0)
		child->pidfd = pidfd_open(child->pid, 0);
	return error;
}

void
child_kill(const Child *child)
{
	kill(-child->pid, SIGKILL);
}

int
child_reap(Child *child)
{
	int status = 0;

	/* While it is not reaped, nobody else can have its process group. */
	child_kill(child);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (child->pidfd >= 0)
		close(child->pidfd);
	child->pidfd = -1;
	return status;
}

int
child_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return 0;
}
