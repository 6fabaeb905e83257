/* SPDX-License-Identifier: Apache-2.0
 *
 * Landlock (Documentation/userspace-api/landlock.rst in Linux). The numbers
 * stand here because the C library's headers may be older than the kernel.
 */
#include "config.h"

#include "host/process/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LANDLOCK_VERSION_FLAG 1u
#define RULE_PATH 1
#define RULE_PORT 2

/* LANDLOCK_ACCESS_FS_* */
#define FS_EXECUTE (1u << 0)
#define FS_WRITE_FILE (1u << 1)
#define FS_READ_FILE (1u << 2)
#define FS_READ_DIR (1u << 3)
#define FS_TRUNCATE (1u << 14)
#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)
#define NET_BIND_TCP (1u << 0)
#define NET_CONNECT_TCP (1u << 1)
#define SCOPE_ABSTRACT_UNIX (1u << 0)
#define SCOPE_SIGNAL (1u << 1)

struct ruleset {
	uint64_t files, ports, scoped;
};

struct path_rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

struct port_rule {
	uint64_t allowed, port;
};

/* All accesses that a version of Landlock knows. */
static uint64_t
all_accesses(long version)
{
	if (version >= 5)
		return (1u << 16) - 1; /* with IOCTL_DEV */
	if (version >= 3)
		return (1u << 15) - 1; /* with TRUNCATE */
	return version == 2 ? (1u << 14) - 1 /* with REFER */ : (1u << 13) - 1;
}

static size_t
ruleset_size(long version)
{
	return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

/* A path that is not there is nothing that could be allowed. */
static int
allow(int rules, const char *path, uint64_t accesses)
{
	struct path_rule rule = { accesses, -1 };
	struct stat info;
	int error = 0;

	rule.parent = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent < 0)
		return 0;
	if (fstat(rule.parent, &info) == 0 && !S_ISDIR(info.st_mode))
		rule.allowed &= FS_OF_FILES;
	if (syscall(SYS_landlock_add_rule, rules, RULE_PATH, &rule, 0) != 0)
		error = errno;
	close(rule.parent);
	return error;
}

static int
allow_devices(int rules, uint64_t all)
{
	static const char *const devices[] = { "/dev/null", "/dev/zero",
					       "/dev/full", "/dev/random",
					       "/dev/urandom" };
	int error = 0;

	for (size_t i = 0;
	     error == 0 && i < sizeof(devices) / sizeof(devices[0]); i++)
		error = allow(rules, devices[i],
			      all & (FS_READ_FILE | FS_WRITE_FILE |
				     FS_TRUNCATE));
	return error;
}

static int
add_rules(int rules, const Confinement *confinement, uint64_t all, long version,
	  uint16_t door, int own_proc)
{
	const struct port_rule port = { NET_CONNECT_TCP, door };
	int error = allow_devices(rules, all);

	if (error == 0 && own_proc)
		error = allow(rules, "/proc", FS_READ_FILE | FS_READ_DIR);
	for (const char *const *path = confinement->read;
	     error == 0 && *path != NULL; path++)
		error = allow(rules, *path,
			      FS_EXECUTE | FS_READ_FILE | FS_READ_DIR);
	if (error == 0 && confinement->write != NULL)
		error = allow(rules, confinement->write, all);
	if (error == 0 && version >= 4 && door != 0 &&
	    syscall(SYS_landlock_add_rule, rules, RULE_PORT, &port, 0) != 0)
		error = errno;
	return error;
}

void
confine_files(const Confinement *confinement, uint16_t door, int own_proc)
{
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
				     LANDLOCK_VERSION_FLAG);
	struct ruleset what = { .files = all_accesses(version),
				.ports = NET_BIND_TCP | NET_CONNECT_TCP,
				.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL };
	int rules = -1;
	int error;

	if (version >= 1)
		rules = (int)syscall(SYS_landlock_create_ruleset, &what,
				     ruleset_size(version), 0);
	error = rules >= 0 ? add_rules(rules, confinement, what.files, version,
				       door, own_proc) :
			     errno;
	if (error == 0 && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		error = errno;
	if (rules >= 0)
		close(rules);
	if (error != 0)
		confine_missing(confinement, "files", error);
}
