/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/progress.h: one line on standard error that says what is being
 * waited for. Silent when standard error is no terminal.
 */
#ifndef TOOLS_CTL_PROGRESS_H
#define TOOLS_CTL_PROGRESS_H

#include <glib.h>

/* Says what goes on from now; the line appears once it has taken a moment. */
void progress_begin(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Called as often as one likes while it goes on: shows the time that passed. */
void progress_tick(void);
/* Takes the line away. */
void progress_end(void);

#endif
