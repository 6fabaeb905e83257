/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/help.h: what --help shows at each level.
 */
#ifndef TOOLS_CTL_HELP_H
#define TOOLS_CTL_HELP_H

#include "tools/ctl/args.h"

/* The help of the tool, of a noun or of a verb, whichever the command line
 * reached. */
char *help_text(const Args *args);

#endif
