/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "host/process/confine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

/* Who it is inside: nobody with rights, whatever it is outside. */
#define INNER_ID 1000u

static int
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t wrote = fd >= 0 ? write(fd, text, strlen(text)) : -1;
	int error = wrote >= 0 ? 0 : errno;

	if (fd >= 0)
		close(fd);
	return error;
}

/* user_namespaces(7): one id of each kind may be mapped without rights. */
static int
map_ids(uid_t uid, gid_t gid)
{
	char map[64];
	int error;

	(void)snprintf(map, sizeof(map), "%u %u 1", INNER_ID, (unsigned)uid);
	error = write_file("/proc/self/uid_map", map);
	if (error == 0)
		error = write_file("/proc/self/setgroups", "deny");
	(void)snprintf(map, sizeof(map), "%u %u 1", INNER_ID, (unsigned)gid);
	return error != 0 ? error : write_file("/proc/self/gid_map", map);
}

static int
enter_users(const Confinement *confinement)
{
	const uid_t uid = geteuid();
	const gid_t gid = getegid();
	int error = unshare(CLONE_NEWUSER) == 0 ? 0 : errno;

	if (error == 0)
		error = map_ids(uid, gid);
	if (error != 0)
		confine_missing(confinement, "users", error);
	return error == 0;
}

static int
raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = fd >= 0 ? 0 : errno;

	request.ifr_flags = IFF_UP;
	if (fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static uint16_t
open_door(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(port) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		confine_fail("its door cannot be opened", errno);
	confine_send_door(fd);
	close(fd);
	return ntohs(address.sin_port);
}

uint16_t
confine_namespaces(const Confinement *confinement, int *own_users)
{
	int error, alone;

	*own_users = enter_users(confinement);
	if (unshare(CLONE_NEWPID) != 0)
		confine_missing(confinement, "processes", errno);
	if (unshare(CLONE_NEWIPC) != 0)
		confine_missing(confinement, "ipc", errno);
	alone = unshare(CLONE_NEWNET) == 0;
	error = alone ? raise_loopback() : errno;
	if (error != 0)
		confine_missing(confinement, "network", error);
	if (!confinement->has_door)
		return 0;
	return open_door(alone && error == 0 ? confinement->door : 0);
}

int
confine_proc(void)
{
	if (getpid() == 1 && unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) == 0)
		return 1;
	confine_lacking("/proc", getpid() == 1 ?
					 strerror(errno) :
					 "it would show other processes");
	return 0;
}
