/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/runner.h: all checks that a plugin is due, each in its child,
 * and the report of what they found.
 */
#ifndef TOOLS_CONFORM_RUNNER_H
#define TOOLS_CONFORM_RUNNER_H

#include "tools/conform/options.h"
#include "tools/conform/result.h"
#include "tools/conform/subject.h"

/* Who watches. Any may be NULL. */
typedef struct {
	/* So many checks will be run. */
	void (*begun)(const Report *report, guint checks, gpointer data);
	void (*started)(const Check *check, gpointer data);
	/* In the order in which they end. */
	void (*ended)(const Result *result, gpointer data);
	gpointer data;
} RunWatcher;

/* Judges. A report, also of a plugin that cannot be loaded; NULL and a reason
 * when the tool itself cannot work. */
Report *conform_run(const ConformOptions *options, const RunWatcher *watcher,
		    char **message);

/* 0, 1 or 3: what the tool exits with. */
int conform_exit_status(const Report *report);

#endif
