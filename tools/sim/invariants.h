/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/invariants.h: what a workload says must be so in the end, asked of
 * every honest node by tx->call: so lost updates and phantoms are seen, of which
 * blocks and places say nothing.
 */
#ifndef TOOLS_SIM_INVARIANTS_H
#define TOOLS_SIM_INVARIANTS_H

#include "tools/sim/world.h"

/* When everything is healed and settled; steps on while answers are awaited. */
void sim_invariants_check(SimWorld *world);

#endif
