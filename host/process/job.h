/* SPDX-License-Identifier: Apache-2.0
 *
 * host/process/job.h: a program that is given a text, and what it makes of it,
 * bounded in time and output. An event loop drives it and never waits for it.
 */
#ifndef HOST_PROCESS_JOB_H
#define HOST_PROCESS_JOB_H

#include <event2/event.h>
#include <glib.h>

typedef struct Job Job;

typedef struct {
	const char *const *argv; /* as ChildSpec has these three */
	const char *const *env;
	const char *directory;
	GBytes *input; /* its standard input; NULL: none. It is a file in
			* memory: a program that does not read holds nobody
			* up */
	guint timeout_ms;
	gsize output_max; /* bytes of its output, and of its messages */
} JobSpec;

typedef enum {
	JOB_ENDED,	    /* by itself, or by a signal of another's */
	JOB_TOOK_TOO_LONG,
	JOB_WROTE_TOO_MUCH, /* to its standard output */
	JOB_SAID_TOO_MUCH,  /* to its standard error */
} JobEnd;

/* How it ended; nothing that it started runs any more. The texts are borrowed
 * for the call and may be stolen, leaving NULL. */
typedef struct {
	JobEnd end;
	int status; /* as waitpid has it */
	GString *output, *messages;
} JobResult;

/* Starts it; `done` comes once, from the loop.
 *
 * Returns: 0, or an errno: then there is no job.
 * In:      spec, of which nothing is kept; owner.
 * Out:     job: `done` frees it. */
int job_start(struct event_base *base, const JobSpec *spec,
	      void (*done)(void *owner, JobResult *result), void *owner,
	      Job **job);

/* Ends it early: `done` does not come. Waits for the end of a process that has
 * been killed. job_free(NULL) does nothing. */
void job_free(Job *job);

#endif
