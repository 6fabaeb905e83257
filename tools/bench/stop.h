/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/stop.h: SIGINT and SIGTERM ask for an end: what waits looks here,
 * so that chains that were made are removed and what was measured is reported.
 * The second of them ends the process at once, as without this.
 */
#ifndef TOOLS_BENCH_STOP_H
#define TOOLS_BENCH_STOP_H

#include <glib.h>

/* From now on the two are noted. Main thread. */
void stop_on_signals(void);
/* The first signal that came; 0: none. Any thread. */
int stop_signal(void);
/* Sets the error that says which signal it was; returns FALSE. */
gboolean stop_fail(GError **error);

#endif
