/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/powerloss-crash.h: what a power loss may leave of a directory.
 *
 * Of a file there is what was synced, and of each page (4096 bytes) or, when a
 * write of it was torn, of each sector (512 bytes) of what was written since
 * any state that it had in the meantime; the length is one that it had since.
 * What was not written is zeros. Of names there are those that were synced, and
 * any of the changes since; a rename is done or not.
 */
#ifndef TESTS_UNIT_POWERLOSS_CRASH_H
#define TESTS_UNIT_POWERLOSS_CRASH_H

#include "tests/unit/powerloss-disk.h"

/* A disk on the way through a log. */
typedef struct Disk Disk;

Disk *disk_new(const DiskLog *log);
void disk_free(Disk *disk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Disk, disk_free)

/* Up to before the event `until`, not back. */
void disk_run(Disk *disk, gsize until);
/* Writes one of the states that a loss of power leaves now into a directory,
 * which is empty. Returns what kind of state it is, for messages. */
const char *disk_crash(const Disk *disk, GRand *rand, const char *directory);

#endif
