/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/private_file.h: files that this tool makes.
 */
#ifndef TOOLS_CTL_PRIVATE_FILE_H
#define TOOLS_CTL_PRIVATE_FILE_H

#include <glib.h>

/* Writes a new file, mode 0600, and syncs it; an error when it exists. */
gboolean private_file_write(const char *file, const char *data, gsize len,
			    GError **error);
/* Makes a directory, mode 0700; an error when it exists. */
gboolean private_directory_make(const char *directory, GError **error);
/* Removes a directory and all in it; follows no symbolic link. What cannot be
 * removed stays. */
void private_directory_remove(const char *directory);

#endif
