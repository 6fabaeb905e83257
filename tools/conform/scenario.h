/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/conform/scenario.h: a bit of everything that a chain is asked in its
 * life, always the same: for rules that hold whatever is asked.
 */
#ifndef TOOLS_CONFORM_SCENARIO_H
#define TOOLS_CONFORM_SCENARIO_H

#include "tools/conform/bed.h"

/* Steps; the first deploys the workload's contract. */
#define SCENARIO_STEPS 8u

/* Does one step, from 0, at node 0. */
void scenario_step(Bed *bed, guint step);
/* Does all of them. */
void scenario_run(Bed *bed);
/* The hashes of all blocks of node 0, one line each; lasts as long as the
 * bed. */
const char *scenario_hashes(Bed *bed);

#endif
