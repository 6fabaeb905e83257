/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/ctl/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/ctl/error.h"

/* Directories that removing may hold open at once. */
#define OPEN_MAX_REMOVING 16

static gboolean
write_all(int fd, const char *data, gsize len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FALSE;
		data += n;
		len -= (gsize)n;
	}
	return fsync(fd) == 0;
}

gboolean
private_file_write(const char *file, const char *data, gsize len,
		   GError **error)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	gboolean ok = fd >= 0 && write_all(fd, data, len);
	int why = errno;

	if (fd >= 0) {
		close(fd);
		if (!ok)
			g_unlink(file);
	}
	if (ok)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be written: %s%s",
			file, g_strerror(why),
			why == EEXIST ? "\nIt is kept as it is; remove it "
					"first if it is not needed."
				      : "");
}

gboolean
private_directory_make(const char *directory, GError **error)
{
	if (g_mkdir(directory, 0700) == 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED, "%s cannot be made: %s",
			directory, g_strerror(errno));
}

static int
remove_one(const char *path, const struct stat *status, int type,
	   struct FTW *position)
{
	remove(path);
	return 0;
}

void
private_directory_remove(const char *directory)
{
	nftw(directory, remove_one, OPEN_MAX_REMOVING, FTW_DEPTH | FTW_PHYS);
}
