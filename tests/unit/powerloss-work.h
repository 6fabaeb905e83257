/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/powerloss-work.h: batches by chance, and whether what is left of a
 * store is what it must be.
 */
#ifndef TESTS_UNIT_POWERLOSS_WORK_H
#define TESTS_UNIT_POWERLOSS_WORK_H

#include "host/service/store.h"
#include "tests/unit/powerloss-disk.h"

#define WORK_SPACES 3u

/* Of each space: how many batches. */
typedef struct {
	guint64 of[WORK_SPACES];
} WorkCount;

/* Batch i of a space is a function of these. */
typedef struct {
	guint32 seed;
	gboolean large;	      /* values of up to 48 KiB are among them */
	guint64 unfolded_max; /* bytes of StoreConfig.pending_bytes_max */
	guint64 journal_max;
	guint faults; /* DiskFault, once it is open */
} Work;

/* Marks of DISK_MARK: a space's number, and this when a batch was given to the
 * store, not when it was told to be durable. */
#define WORK_GIVEN 0x100u
/* Another mark: the store is open. */
#define WORK_OPENED 0x200u

/* Opens the store, commits `batches` more than `from` says are there, and
 * closes it. */
void work_run(const Work *work, const char *directory, const WorkCount *from,
	      guint batches);
/* By the marks before the event `until`: what must be there, and what may be.
 */
void work_count(const DiskLog *log, gsize until, WorkCount *told,
		WorkCount *given);
/* Opens the store and compares all that is in it.
 *
 * Returns: NULL and what was found; or what is wrong, and the store may be left
 * open. */
char *work_judge(const Work *work, const char *directory, const WorkCount *told,
		 const WorkCount *given, WorkCount *found);
/* The same in another process, so that this one outlives whatever a damaged
 * store does. */
char *work_judge_apart(const Work *work, const char *directory,
		       const WorkCount *told, const WorkCount *given,
		       WorkCount *found);

#endif
