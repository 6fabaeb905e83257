/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/snapshot.h: what belongs to the whole process and not to a
 * plugin: descriptors, threads, children, signals, timers, locale, environment,
 * directory, file mode mask, floating point. Two snapshots tell what code in
 * between has left behind.
 */
#ifndef TOOLS_CONFORM_SNAPSHOT_H
#define TOOLS_CONFORM_SNAPSHOT_H

#include <glib.h>

typedef struct Snapshot Snapshot;

/* As it is now. Signal mask, locale and floating point are the calling
 * thread's. */
Snapshot *snapshot_take(void);
void snapshot_free(Snapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_free)

/* One line of what is different, without anything that differs from run to run,
 * or NULL: nothing is. g_free it. */
char *snapshot_difference(const Snapshot *before, const Snapshot *after);

#endif
