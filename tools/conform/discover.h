/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/discover.h: what a plugin says of itself once it is opened:
 * asked in a child, since that is code of the plugin's.
 */
#ifndef TOOLS_CONFORM_DISCOVER_H
#define TOOLS_CONFORM_DISCOVER_H

#include "tools/conform/run.h"

/* The check that asks; its evidence is what discover_read reads. */
extern const Check discover_check;

/* Takes what the child has said. FALSE when it makes no sense. */
gboolean discover_read(Subject *subject, const Page *page);

#endif
