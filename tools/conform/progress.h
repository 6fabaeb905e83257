/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/progress.h: what a run is doing, on the last line of a
 * terminal. Checks may run side by side; the line names the one that was
 * started last, and what is not good stays above it.
 */
#ifndef TOOLS_CONFORM_PROGRESS_H
#define TOOLS_CONFORM_PROGRESS_H

#include <stdio.h>

#include "tools/conform/result.h"

typedef struct {
	FILE *file; /* a terminal */
	guint total;
	guint done, bad; /* begin at 0 */
} Progress;

void progress_started(const Progress *progress, const Check *check);
void progress_ended(Progress *progress, const Result *result);
/* Leaves an empty line for what comes next. */
void progress_clear(const Progress *progress);

#endif
