/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/run.h: one check at work, in the child that was made for it.
 *
 * A check is `void check(Run *run)`. It passes when it returns. Everything that
 * it does and gets back it notes, so that a reader can follow; notes must be
 * the same for the same plugin, seed and tool: no addresses, no times.
 */
#ifndef TOOLS_CONFORM_RUN_H
#define TOOLS_CONFORM_RUN_H

#include <bsn/bsn.h>
#include <setjmp.h>

#include "tools/conform/options.h"
#include "tools/conform/page.h"
#include "tools/conform/subject.h"
#include "tools/sim/random.h"
#include "tools/sim/workload.h"

struct Run {
	const Check *check;
	const Subject *subject;
	const ConformOptions *options;
	Page *page;
	guint64 seed;
	guint cases; /* random cases of one property: 100; quick: 10 */
	const bsn_plugin *plugin; /* once run_plugin was called */
	const bsn_engine *engine; /* once run_engine was called; guarded */
	SimWorkload *workload;    /* once run_workload was called */
	jmp_buf end;              /* where run_fail goes */
};

/* Does the check of `run`, and leaves the verdict in its page. */
void run_check(Run *run);

/* A line of evidence. */
void run_note(Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The check has failed: one line, "what must hold; what came instead". */
void run_fail(Run *run, const char *format, ...)
	G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;
/* It passes, but somebody should know. */
void run_warn(Run *run, const char *format, ...)
	G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;
/* It is about something optional that the plugin does not offer. */
void run_not_claimed(Run *run, const char *format, ...)
	G_GNUC_PRINTF(2, 3) G_GNUC_NORETURN;

/* A check that is longer than a deadline has got on: the deadline begins
 * again. */
void run_alive(Run *run);

#define EXPECT(run, condition, ...)                                            \
	do {                                                                   \
		if (!(condition))                                              \
			run_fail(run, __VA_ARGS__);                            \
	} while (0)

/* A stream of random numbers of the check's own. */
SimRandom run_random(const Run *run, const char *name);

/* Loads the plugin and what goes with it: crypto, consensus and runtime plugins
 * of the plugin directory and those that --with names. Fails the check when it
 * cannot be loaded. */
const bsn_plugin *run_plugin(Run *run);
/* The engine, guarded (guard.h). Fails the check when there is none. */
const bsn_engine *run_engine(Run *run);
/* Its workload. Fails the check when there is none. */
const SimWorkload *run_workload(Run *run);
/* Loads the plugins that a workload names. Fails the check when it cannot. */
void run_load_named(Run *run, const SimWorkload *workload);
/* The parameters of a claimed row, a JSON object text, or NULL. */
const char *run_feature(Run *run, const char *row);

#endif
