/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/chains.h: app chains that are made for a run on all its hosts,
 * and go afterwards.
 */
#ifndef TOOLS_BENCH_CHAINS_H
#define TOOLS_BENCH_CHAINS_H

#include "tools/bench/target.h"
#include "tools/bench/workload.h"

/* Makes so many, "bench-XXXXXX-1" and so on, each with a node on every host,
 * and waits until they run; they become the target's. Without a consensus in
 * the config several hosts have the framework's for those who do not trust each
 * other. FALSE with an error; those that were made are the target's even so. */
gboolean chains_make(Target *target, const ChainsPlan *plan, guint n,
		     GError **error);
/* Deletes all of the target's from all hosts, as far as that goes. */
void chains_drop(Target *target);

#endif
