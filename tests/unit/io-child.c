/* SPDX-License-Identifier: Apache-2.0
 *
 * io-child VERB [ARGUMENT]: a child that tries something, and exits with 0 when
 * it could, with the errno when it could not. C's library only, so that it runs
 * within narrow limits.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MIB (1u << 20)

static int
dial(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char host[64];
	const char *colon = strrchr(address, ':');
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || colon == NULL || colon - address >= 64)
		return -1;
	memcpy(host, address, (size_t)(colon - address));
	host[colon - address] = '\0';
	to.sin_port = htons((uint16_t)atoi(colon + 1));
	inet_pton(AF_INET, host, &to.sin_addr);
	return connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? fd :
									    -1;
}

/* Says hello, and waits for the same. */
static int
try_door(const char *address)
{
	char answer[6] = "";
	size_t got = 0;
	int fd = dial(address);

	if (fd < 0 || write(fd, "hello\n", 6) != 6)
		return errno;
	while (got < 6) {
		const ssize_t n = read(fd, answer + got, 6 - got);

		if (n <= 0)
			return EPIPE;
		got += (size_t)n;
	}
	return memcmp(answer, "hello\n", 6) == 0 ? 0 : EPROTO;
}

static int
try_hold(const char *address)
{
	if (dial(address) < 0)
		return errno;
	for (;;)
		pause();
}

static int
try_dial(const char *address)
{
	return dial(address) >= 0 ? 0 : errno;
}

static int
try_unix(const char *path)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int
try_netlink(const char *protocol)
{
	return socket(AF_NETLINK, SOCK_RAW, atoi(protocol)) >= 0 ? 0 : errno;
}

static int
try_read(const char *path)
{
	return open(path, O_RDONLY) >= 0 ? 0 : errno;
}

static int
try_make(const char *path)
{
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0 ? 0 : errno;
}

static int
try_memory(const char *mib)
{
	const size_t len = (size_t)atoi(mib) * MIB;
	volatile char *data = malloc(len);

	if (data == NULL)
		return errno;
	for (size_t i = 0; i < len; i += 4096)
		data[i] = 1;
	return 0;
}

static int
try_file(const char *mib)
{
	static char block[MIB];
	int fd = open("big", O_WRONLY | O_CREAT, 0600);

	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < atoi(mib); i++)
		if (write(fd, block, sizeof(block)) != MIB)
			return errno != 0 ? errno : EIO;
	return 0;
}

static int
try_files(const char *n)
{
	for (int i = 0; i < atoi(n); i++)
		if (open("/dev/null", O_RDONLY) < 0)
			return errno;
	return 0;
}

static int
try_forks(const char *n)
{
	for (int i = 0; i < atoi(n); i++) {
		const pid_t pid = fork();

		if (pid < 0)
			return errno;
		if (pid == 0) {
			pause();
			_exit(0);
		}
	}
	return 0;
}

/* What it should see of processes is itself and its init. */
static int
try_alone(const char *nothing)
{
	if (getpid() != 2 || getppid() != 1)
		return ESRCH;
	return kill(3, 0) == 0 ? EEXIST : 0;
}

static int
try_trace(const char *nothing)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int
try_leave(const char *nothing)
{
	const pid_t pid = fork();

	if (pid == 0)
		_exit(setsid() >= 0 ? 0 : errno);
	return setpgid(0, 0) == 0 ? 0 : errno;
}

static int
try_crash(const char *nothing)
{
	raise(SIGSEGV);
	return 0;
}

/* Leaves others behind, which hold on. */
static int
try_breed(const char *nothing)
{
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			for (;;)
				pause();
	puts("bred");
	fflush(stdout);
	while (pause() < 0 && errno == EINTR)
		;
	return errno;
}

/* A directory that is deeper than a path can be long. */
static int
try_deep(const char *levels)
{
	for (int i = 0; i < atoi(levels); i++)
		if (mkdir("a-directory-with-a-name-of-some-length", 0700) != 0 ||
		    chdir("a-directory-with-a-name-of-some-length") != 0)
			return errno;
	close(open("leaf", O_WRONLY | O_CREAT, 0));
	return chmod(".", 0) == 0 ? 0 : errno;
}

static const struct {
	const char *verb;
	int (*attempt)(const char *argument);
} verbs[] = {
	{ "door", try_door },	  { "hold", try_hold },
	{ "dial", try_dial },	  { "unix", try_unix },
	{ "read", try_read },	  { "make", try_make },
	{ "memory", try_memory }, { "file", try_file },
	{ "files", try_files },	  { "forks", try_forks },
	{ "alone", try_alone },	  { "trace", try_trace },
	{ "leave", try_leave },	  { "crash", try_crash },
	{ "breed", try_breed },	  { "deep", try_deep },
	{ "netlink", try_netlink },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].verb, argv[1]) == 0)
			return verbs[i].attempt(argc > 2 ? argv[2] : "");
	return 255;
}
