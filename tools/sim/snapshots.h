/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/snapshots.h: whoever looks after the nodes has snapshots taken, and
 * now and then puts a new machine in an observer's place: with the same key and
 * an empty disk, and it begins with a snapshot (bsn.engine.snapshot/1). A
 * workload says whether, "snapshots": true. After the last fault no machine is
 * replaced any more, and those that have been must become as the others are.
 */
#ifndef TOOLS_SIM_SNAPSHOTS_H
#define TOOLS_SIM_SNAPSHOTS_H

#include "tools/sim/world.h"

/* What was prepared is there. */
void sim_snapshots_start(SimWorld *world);
void sim_snapshots_event(SimWorld *world);
/* A process has opened its chain: a new machine's begins with a snapshot before
 * it has any blocks. */
void sim_snapshots_booted(bsn_chain *chain);
/* In the end all make the same snapshot, also those that have begun with one. */
void sim_snapshots_check(SimWorld *world);

#endif
