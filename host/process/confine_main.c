/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-confined NAME=VALUE... -- PROGRAM ARGUMENT...
 *
 * Three processes: this one waits and ends as the program did; its child, the
 * first in a process namespace of its own, takes care of orphans; the program
 * is that one's child. Each ends with its parent, so nothing outlives whoever
 * started this. See confine.h for what it says meanwhile.
 */
#include "config.h"

#include "host/process/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/process/limits.h"

extern char **environ;

/* ---- what is said ---- */

static void
say(const char *text, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr head;
	} control = { .bytes = { 0 } };
	struct iovec part = { (void *)(uintptr_t)text, strlen(text) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	/* Nobody listens: whoever started this is gone. */
	if (sendmsg(CONFINE_CONTROL, &message, MSG_NOSIGNAL) < 0 &&
	    errno == EPIPE)
		_exit(126);
}

void
confine_lacking(const char *part, const char *reason)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "missing %s: %s", part, reason);
	say(text, -1);
}

void
confine_fail(const char *what, int error)
{
	char text[256];

	(void)snprintf(text, sizeof(text), "failed %s: %s", what,
		       strerror(error));
	say(text, -1);
	_exit(126);
}

void
confine_missing(const Confinement *confinement, const char *part, int error)
{
	char text[128];

	confine_lacking(part, strerror(error));
	if (!confinement->required)
		return;
	(void)snprintf(text, sizeof(text), "%s of its own cannot be had", part);
	confine_fail(text, error);
}

void
confine_send_door(int fd)
{
	say("door", fd);
}

/* ---- what is asked for ---- */

static int
take_word(Confinement *out, const char *word, unsigned *paths)
{
	const char *value = strchr(word, '=');
	const size_t len = value != NULL ? (size_t)(value - word) : 0;

#define IS(name) (len == sizeof(name) - 1 && memcmp(word, name, len) == 0)
	if (len == 0)
		return 0;
	value++;
	if (IS("read") && *paths < CONFINE_PATHS_MAX)
		out->read[(*paths)++] = value;
	else if (IS("write"))
		out->write = value;
	else if (IS("memory"))
		out->memory = strtoull(value, NULL, 10);
	else if (IS("file-bytes"))
		out->file_bytes = strtoull(value, NULL, 10);
	else if (IS("files"))
		out->files = strtoull(value, NULL, 10);
	else if (IS("processes"))
		out->processes = strtoull(value, NULL, 10);
	else if (IS("required"))
		out->required = value[0] == '1';
	else if (IS("door"))
		out->door = (uint16_t)strtoul(value, NULL, 10);
	else
		return 0;
	out->has_door |= IS("door");
#undef IS
	return 1;
}

/* Returns the program and its arguments; NULL: none. */
static char **
take_words(Confinement *out, char **argv)
{
	unsigned paths = 0;

	for (argv++; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") == 0)
			return argv[1] != NULL ? argv + 1 : NULL;
		if (!take_word(out, *argv, &paths))
			return NULL;
	}
	return NULL;
}

/* The text with the door's address in it, where it stood for it. */
static char *
with_door(char *text, uint16_t door)
{
	const char *at = strstr(text, CONFINE_DOOR);
	char *out;

	if (at == NULL || door == 0)
		return text;
	/* "127.0.0.1:65535" is longer than "{door}" by 9. */
	out = malloc(strlen(text) + 16);
	if (out == NULL)
		confine_fail("memory", ENOMEM);
	(void)sprintf(out, "%.*s127.0.0.1:%u%s", (int)(at - text), text,
		      (unsigned)door, at + strlen(CONFINE_DOOR));
	return with_door(out, door);
}

/* ---- the program ---- */

static void
limit(const Confinement *confinement)
{
	if (!limits_confined(confinement->memory, confinement->file_bytes,
			     confinement->files))
		confine_fail("limits", errno);
}

/* Processes are counted by user: in a user namespace of its own, its own. */
static void
limit_processes(const Confinement *confinement, int as_root, int own_users)
{
	const char *lacking = NULL;

	if (as_root) /* setrlimit(2): it does not bind the superuser */
		lacking = "the host runs as root";
	else if (!own_users)
		lacking = "there is no user namespace to count them in";
	else if (!limit_resource(RLIMIT_NPROC, confinement->processes))
		lacking = strerror(errno);
	if (lacking != NULL)
		confine_lacking("limit of processes", lacking);
}

static void
enter_cgroup(void)
{
	if (fcntl(CONFINE_CGROUP, F_GETFD) < 0)
		return; /* whoever started this knows */
	if (write(CONFINE_CGROUP, "0", 1) < 0)
		confine_lacking("share of the CPU", strerror(errno));
	close(CONFINE_CGROUP);
}

/* What was meant for the program is all that it has. */
static void
strip_environment(void)
{
	char **to = environ;

	for (char **word = environ; *word != NULL; word++)
		if (strncmp(*word, CONFINE_ENV, strlen(CONFINE_ENV)) == 0)
			*to++ = *word + strlen(CONFINE_ENV);
	*to = NULL;
}

static void
become(const Confinement *confinement, char **program, uint16_t door,
       int own_proc)
{
	strip_environment();
	for (char **word = program; *word != NULL; word++)
		*word = with_door(*word, door);
	for (char **word = environ; *word != NULL; word++)
		*word = with_door(*word, door);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		confine_fail("prctl", errno);
	confine_files(confinement, door, own_proc);
	confine_calls(confinement);
	execvp(program[0], program);
	confine_fail(program[0], errno);
}

/* ---- those who wait for it ---- */

static void
close_all_but(int kept)
{
	for (int fd = 0; fd <= CONFINE_CGROUP; fd++)
		if (fd != kept)
			close(fd);
}

/* The first process of the namespace: reaps until the program ends, and says
 * how. With it all others go. */
static void
run_init(const Confinement *confinement, char **program, uint16_t door,
	 int report)
{
	struct pollfd parent = { .fd = report };
	int status = 0, own_proc;
	pid_t pid, ended;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		confine_fail("prctl", errno);
	if (poll(&parent, 1, 0) != 0)
		_exit(126); /* it was gone before */
	own_proc = confine_proc();
	pid = fork();
	if (pid < 0)
		confine_fail("fork", errno);
	if (pid == 0) {
		close(report);
		become(confinement, program, door, own_proc);
	}
	close_all_but(report);
	do {
		ended = waitpid(-1, &status, 0);
	} while (ended != pid && (ended >= 0 || errno == EINTR));
	(void)!write(report, &status, sizeof(status));
	_exit(0);
}

static void
end_group(int number)
{
	kill(0, SIGKILL);
}

/* Ends like the program. */
static void
end_as(int status)
{
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
}

static void
wait_for(pid_t init, int report)
{
	int status = 126 << 8;

	close_all_but(report);
	while (read(report, &status, sizeof(status)) < 0 && errno == EINTR)
		;
	while (waitpid(init, NULL, 0) < 0 && errno == EINTR)
		;
	end_as(status);
}

int
main(int argc, char **argv)
{
	Confinement confinement = { .memory = 0 };
	char **program = take_words(&confinement, argv);
	const int as_root = geteuid() == 0;
	int report[2], own_users;
	uint16_t door;
	pid_t init;

	if (program == NULL) {
		fputs("usage: bsn-confined NAME=VALUE... -- PROGRAM "
		      "ARGUMENT...\n",
		      stderr);
		return 126;
	}
	fcntl(CONFINE_CONTROL, F_SETFD, FD_CLOEXEC);
	enter_cgroup();
	limit(&confinement);
	door = confine_namespaces(&confinement, &own_users);
	limit_processes(&confinement, as_root, own_users);
	/* A new user namespace takes it away, so not before. With its parent,
	 * the whole group goes. */
	signal(SIGTERM, end_group);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
		confine_fail("prctl", errno);
	say("bound", -1); /* or its parent is gone already */
	if (pipe2(report, O_CLOEXEC) != 0)
		confine_fail("pipe", errno);
	init = fork();
	if (init < 0)
		confine_fail("fork", errno);
	if (init == 0) {
		close(report[0]);
		signal(SIGTERM, SIG_DFL);
		run_init(&confinement, program, door, report[1]);
	}
	close(report[1]);
	wait_for(init, report[0]);
}
