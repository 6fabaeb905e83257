/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/difference.h: what a change of a configuration changes, for who is
 * to sign it.
 */
#ifndef TOOLS_CTL_DIFFERENCE_H
#define TOOLS_CTL_DIFFERENCE_H

#include "tools/ctl/output.h"

/* Prints a change: of each part what was and what is to be, then who has signed
 * and who has to. In: change: {"changes": [{"path", "kind", "before", "after",
 * "needs"}], "votes", "missing", "weight", "needed", ...} as the host answers. */
void difference_show(const Output *output, json_t *change);

#endif
