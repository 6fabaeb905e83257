/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/child_private.h: parts of a child: its directory, its output.
 */
#ifndef HOST_IO_CHILD_PRIVATE_H
#define HOST_IO_CHILD_PRIVATE_H

#include "host/io/private.h"

/* ---- child_directory.c ---- */

/* The files of a spec, copied. */
typedef struct IoFiles IoFiles;

/* NULL: wrong, see err. */
IoFiles *io_files_new(const bsn_io_spec *spec, int32_t *status, bsn_err *err);
/* io_files_free(NULL) does nothing. */
void io_files_free(IoFiles *files);
/* Makes the directory, anew, and the files in it. FALSE: *reason says why not;
 * g_free it. [any] */
gboolean io_directory_fill(const char *directory, const IoFiles *files,
			   char **reason);
/* Removes it with all that is in it, however deep. [any] */
void io_directory_remove(const char *directory);

/* ---- child_output.c ---- */

/* Lines on their way from a pipe to the log. */
typedef struct {
	const char *plugin, *child; /* borrowed */
	int fd;
	struct event *readable;
	GString *line;
	gboolean cut; /* the rest of the line is dropped */
	IoRate rate;
} IoOutput;

/* Takes the reading end, which does not block. */
void io_output_begin(IoOutput *output, struct event_base *base, int fd,
		     const char *plugin, const char *child);
/* Logs what is left. A zeroed one, and one that has ended, is fine. */
void io_output_end(IoOutput *output);

#endif
