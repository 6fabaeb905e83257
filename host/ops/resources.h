/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/resources.h: what the process takes of the machine, as the kernel
 * counts it.
 */
#ifndef HOST_OPS_RESOURCES_H
#define HOST_OPS_RESOURCES_H

#include <glib.h>

#include "host/ops/metrics.h"

/* In bytes; 0 where the kernel does not say. */
typedef struct {
	guint64 resident;  /* memory that is in use, files' pages included */
	guint64 anonymous; /* of it, what is no file's */
	guint64 peak;	   /* the largest `resident` until now */
} ResourcesMemory;

/* Reads the text of /proc/self/status, where sizes are in kB. */
void resources_read_status(const char *text, ResourcesMemory *out);
/* Bytes that the process had written to disks, of /proc/self/io; FALSE when it
 * is not said. */
gboolean resources_read_io(const char *text, guint64 *written);
/* What the files in a directory take on disk, and in directories in it down to
 * `depth` more; at most so many files as a store has. 0 when there is none. */
guint64 resources_disk_bytes(const char *directory, guint depth);

/* A MetricsProvider: bsn_process_*. */
void resources_metrics(MetricsWriter *w, void *owner);

#endif
