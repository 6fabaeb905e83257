/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/child.h: a check in a process of its own, which may crash, hang,
 * end or scribble as it likes.
 */
#ifndef TOOLS_CONFORM_CHILD_H
#define TOOLS_CONFORM_CHILD_H

#include <sys/types.h>

#include "tools/conform/run.h"

typedef struct {
	const Check *check;
	Page *page;
	pid_t pid;
	int pidfd;      /* readable when it has ended */
	gint64 began;   /* monotonic, microseconds */
	gint64 deadline;
	gint64 patience; /* between the signs of life of a check */
	guint32 beat;    /* the last one that was seen */
	gboolean killed;
} Child;

/* Children at once. */
#define CHILDREN_MAX 64u

/* Whoever interrupts or ends this process from now on ends its children, and
 * all that they have started, with it. Once. */
void children_end_with_me(void);

/* Starts the check as the leader of a process group of its own. FALSE with a
 * reason when there is no process or memory for it. */
gboolean child_begin(Child *child, const Check *check, const Subject *subject,
		     const ConformOptions *options, char **message);
/* Whether its deadline has passed without a sign of life (run_alive). */
gboolean child_is_overdue(Child *child);
/* Ends its whole group. */
void child_kill(Child *child);
/* Waits for its end, kills what it has left behind, and says what became of
 * it. `result` gets all but the replay command; free `child` with
 * child_clear. */
Result *child_end(Child *child, guint64 seed);
void child_clear(Child *child);

/* The same inside this process, for a debugger. */
Result *child_in_process(const Check *check, const Subject *subject,
			 const ConformOptions *options);

#endif
