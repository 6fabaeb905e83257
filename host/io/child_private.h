/* SPDX-License-Identifier: Apache-2.0
 *
 * host/io/child_private.h: a child from inside.
 *
 *   child            its stages: filling, running, removing
 *   child_control    what it is told of the walls, and its door
 *   child_start      what was asked for, as bsn-confined understands it
 *   child_directory  its files
 *   child_output     its lines, on their way to the log
 */
#ifndef HOST_IO_CHILD_PRIVATE_H
#define HOST_IO_CHILD_PRIVATE_H

#include "host/io/private.h"
#include "host/process/child.h"

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

/* ---- cgroup.c ---- */

typedef struct {
	guint64 memory; /* bytes */
	guint64 processes;
	guint cpu_percent; /* of one core */
} IoLimits;

/* Makes a cgroup with these limits; *procs: its cgroup.procs, to be closed.
 * NULL: errno has the reason. To be removed with rmdir when it is empty. */
char *io_cgroup_make(const char *parent, const char *name,
		     const IoLimits *limits, int *procs);

/* ---- child_control.c ---- */

/* Takes what was said meanwhile. */
void io_child_listen(bsn_io_child *child);

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

/* ---- child.c ---- */

/* How often children of one name were started. */
typedef struct {
	guint64 starts;
	IoRate rate;
} IoStarts;

typedef enum {
	CHILD_FILLING, /* its directory */
	CHILD_RUNNING,
	CHILD_REMOVING, /* its directory */
} ChildStage;

struct bsn_io_child {
	GList link;
	bsn_io_account *account;
	bsn_io_parent *parent;
	const IoStarts *starts;
	char *name, *directory;
	char **argv, **env; /* of bsn-confined */
	IoFiles *files;	    /* until they are written */
	IoLimits limits;
	char *cgroup; /* NULL: none */
	ChildStage stage;
	gboolean killed, late, ready;

	/* The thread at work on the directory. */
	GThread *thread;
	int thread_ends; /* reading end of a pipe that it closes */
	struct event *thread_ended;
	char *trouble; /* why it cannot be started */

	Child process;
	gboolean has_process;
	struct event *ended, *deadline;
	int control; /* -1: the program runs, or never will */
	struct event *told;
	GString *missing; /* what it could not be given */
	IoOutput output, errors;

	bsn_io_acceptor *acceptor; /* NULL: no door */
	IoTls *tls;		   /* until the door is there */
	bsn_io_listener *door;

	int32_t status; /* as it ended; likewise: */
	int code, signal;
	char *reason;
};

/* Begins to fill its directory; the deadline of its start begins, too. FALSE:
 * the child is freed, errno has the reason. */
gboolean io_child_begin(bsn_io_child *child, guint start_ms);

#endif
