/* SPDX-License-Identifier: Apache-2.0
 *
 * host/process/limits.h: what a child may use up. It limits itself, first
 * thing.
 */
#ifndef HOST_PROCESS_LIMITS_H
#define HOST_PROCESS_LIMITS_H

#include <glib.h>
#include <sys/resource.h>

/* Both return FALSE with errno set. */
gboolean limit_resource(int resource, rlim_t max);
/* No core, no files, so many seconds on a core, no new rights, and an end when
 * the parent ends. A write to a file then fails with EFBIG, unless SIGXFSZ ends
 * the process. */
gboolean limits_common(guint64 cpu_s);
/* No core, no new rights; bytes of memory and of each file, files open at
 * once. */
gboolean limits_confined(guint64 memory, guint64 file_bytes, guint64 files);

#endif
