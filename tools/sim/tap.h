/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/tap.h: what stands between engines and their consensus: it sees
 * every proposal, check and decision of a process, or every block of its tree
 * (bsn/ext/tree.h) and what becomes final, and lets a Byzantine one vote for
 * what is not so.
 */
#ifndef TOOLS_SIM_TAP_H
#define TOOLS_SIM_TAP_H

#include "tools/sim/world.h"

/* Protocols of one run. */
#define SIM_PROTOCOLS_MAX 8u

/* A table that stands for `real`, as long as the process; NULL when there are
 * too many. */
const bsn_consensus *sim_tap_protocol(const bsn_consensus *real);

/* Has a Byzantine process decide a block of its own, which nobody agreed to.
 * Nothing when it has nothing to propose. */
void sim_tap_forge(bsn_chain *chain);

#endif
