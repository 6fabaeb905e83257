/* SPDX-License-Identifier: Apache-2.0
 *
 * host/process/child.h: a child process that has nothing of its parent's but
 * what it is given, and that nothing of outlives.
 */
#ifndef HOST_PROCESS_CHILD_H
#define HOST_PROCESS_CHILD_H

#include <glib.h>
#include <sys/types.h>

/* Descriptors that a child can be given. */
#define CHILD_FDS_MAX 8u

typedef struct {
	const char *const *argv; /* ended by NULL; without a '/' in its name a
				  * program is looked for in PATH */
	const char *const *env;	 /* ended by NULL; NULL: the parent's */
	const char *directory;	 /* NULL: the parent's */
	/* What the child has open, from 0 on: the parent's descriptors, of
	 * which -1 is /dev/null. Nothing else is. */
	int fds[CHILD_FDS_MAX];
	guint fd_count;
} ChildSpec;

typedef struct {
	pid_t pid;
	int pidfd; /* readable when it has ended; -1 where that is not known */
} Child;

/* Starts it as the leader of a process group of its own, with no signal
 * blocked or ignored. Returns 0 or an errno. [any] */
int child_start(const ChildSpec *spec, Child *child);

/* Ends its whole group at once. [any] */
void child_kill(const Child *child);

/* Ends what is left of its group, waits for the child and answers its status as
 * waitpid has it. To be called once. [any] */
int child_reap(Child *child);

/* A pipe whose reading end does not block; neither end is inherited. Returns 0
 * or an errno. [any] */
int child_pipe(int ends[2]);

#endif
