/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/powerloss-disk.h: everything that this process does to the files
 * of one directory, in order, so that a test can have the power fail anywhere.
 *
 * The functions of libc that write, sync and name files are defined here in
 * their place, for all of the process, its libraries too. Those of one
 * directory are recorded. What is mapped is not seen: nobody who is tested
 * writes through a map but to LMDB's lock file, which is no data. Syncs are
 * only noted, which is all that a test of them needs. [any]
 */
#ifndef TESTS_UNIT_POWERLOSS_DISK_H
#define TESTS_UNIT_POWERLOSS_DISK_H

#include <glib.h>

typedef enum {
	DISK_WRITE,
	DISK_LENGTH,
	DISK_SYNC, /* of a file */
	DISK_LINK, /* a new file has a name, or an old one another */
	DISK_UNLINK,
	DISK_SYNC_NAMES,
	DISK_MARK,
} DiskKind;

typedef struct {
	DiskKind kind;
	guint file;	  /* number of the file; of all but names' and marks */
	guint64 offset;	  /* of a write; the length; the value of a mark */
	GBytes *data;	  /* of a write */
	gboolean through; /* a write that is durable when it is done: O_DSYNC */
	char *name;	  /* of LINK and UNLINK */
	char *before;	  /* of LINK: the name that it had, or NULL */
	gsize begun;	  /* of syncs: they cover the events before this one */
	guint mark;
} DiskEvent;

typedef struct {
	char *name;
	GByteArray *bytes;
} DiskFile;

/* What was there, files 0, 1, ..., and what was done. Further files are
 * numbered as they are made. */
typedef struct {
	GPtrArray *before; /* DiskFile */
	GArray *events;	   /* DiskEvent */
	guint files;
} DiskLog;

/* Syncs that are noted as if nobody had asked for them. */
typedef enum {
	DISK_HONEST = 0,
	DISK_NO_SYNC_OF_JOURNAL = 1,  /* of files "journal-..." */
	DISK_NO_SYNC_OF_DATABASE = 2, /* of "data.mdb" */
	DISK_NO_SYNC_OF_NAMES = 4,
} DiskFault;

/* From here on. The directory is there, its path absolute; one at a time. */
void disk_record(const char *directory);
/* With these, of DiskFault, from here on. */
void disk_fault(guint faults);
/* An event of the caller's own. */
void disk_mark(guint mark, guint64 value);
DiskLog *disk_stop(void);
void disk_log_free(DiskLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskLog, disk_log_free)

#endif
