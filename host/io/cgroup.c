/* SPDX-License-Identifier: Apache-2.0
 *
 * A cgroup for a child (Documentation/admin-guide/cgroup-v2.rst in Linux), in
 * one that the administrator has given to the host.
 */
#include "host/io/child_private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Microseconds, of which a child has its share. */
#define PERIOD_US 100000u

/* O_CREAT changes nothing where the kernel has the file, and fails where it
 * does not. */
static int
open_file(const char *cgroup, const char *name)
{
	g_autofree char *path = g_build_filename(cgroup, name, NULL);

	return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

static gboolean
put(const char *cgroup, const char *name, const char *text)
{
	const int fd = open_file(cgroup, name);
	const gsize len = strlen(text);
	gboolean good;

	if (fd < 0)
		return FALSE;
	good = write(fd, text, len) == (gssize)len;
	close(fd);
	return good;
}

static gboolean
put_number(const char *cgroup, const char *name, guint64 number)
{
	g_autofree char *text =
		g_strdup_printf("%" G_GUINT64_FORMAT, number);

	return put(cgroup, name, text);
}

static gboolean
put_limits(const char *cgroup, const IoLimits *limits)
{
	g_autofree char *share = g_strdup_printf(
		"%" G_GUINT64_FORMAT " %u",
		(guint64)limits->cpu_percent * PERIOD_US / 100, PERIOD_US);

	return put(cgroup, "cpu.max", share) &&
	       put_number(cgroup, "memory.max", limits->memory) &&
	       put_number(cgroup, "pids.max", limits->processes);
}

char *
io_cgroup_make(const char *parent, const char *name, const IoLimits *limits,
	       int *procs)
{
	g_autofree char *cgroup = g_build_filename(parent, name, NULL);

	*procs = -1;
	if (!put(parent, "cgroup.subtree_control", "+cpu +memory +pids") ||
	    (g_mkdir(cgroup, 0700) != 0 && errno != EEXIST) ||
	    !put_limits(cgroup, limits) ||
	    (*procs = open_file(cgroup, "cgroup.procs")) < 0) {
		const int error = errno;

		(void)g_rmdir(cgroup);
		errno = error;
		return NULL;
	}
	return g_steal_pointer(&cgroup);
}
