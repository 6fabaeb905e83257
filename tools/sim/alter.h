/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/alter.h: hashes that can be made wrong, to see who uses them.
 */
#ifndef TOOLS_SIM_ALTER_H
#define TOOLS_SIM_ALTER_H

#include <bsn/crypto.h>
#include <glib.h>

/* So many hashes can be altered. */
#define SIM_ALTERED_MAX 16u

/* A hash that stands for another one: the same until it is told otherwise, as
 * long as the process. NULL: it is one too many. */
const bsn_hash *sim_alter_of(const bsn_hash *hash);

/* From now on one bit of each digest is wrong, of the hash of this name, or of
 * all but it. `name` NULL: all digests are right again. */
void sim_alter(const char *name, gboolean all_but);

#endif
