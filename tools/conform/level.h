/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/level.h: which level a plugin has reached.
 */
#ifndef TOOLS_CONFORM_LEVEL_H
#define TOOLS_CONFORM_LEVEL_H

#include "tools/conform/result.h"

/* The highest level whose checks, with those of all levels below, were all run
 * and found good; LEVEL_NONE when there is none.
 *
 * `groups` are all checks that there are, ended by NULL, and `kinds` the
 * plugin's, which says which of them are for it: so a run of some checks only
 * proves no level. A level is not reached either when none of its checks found
 * anything (there is none for such a plugin, or all are of rows that it does
 * not claim). */
gint level_reached(const CheckGroup *const *groups, guint32 kinds,
		   const GPtrArray *results);

#endif
