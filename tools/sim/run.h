/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/run.h: seeds, one or many, and what is said about them.
 */
#ifndef TOOLS_SIM_RUN_H
#define TOOLS_SIM_RUN_H

#include <bsn/bsn.h>

#include "tools/sim/options.h"
#include "tools/sim/workload.h"

/* What a run came to. */
typedef struct {
	guint64 steps, blocks, txs, messages, reorganisations;
	guint64 virtual_ms;
	guint64 digest; /* of its trace */
} SimSummary;

/* Exit statuses. */
#define SIM_HELD 0
#define SIM_VIOLATED 1
#define SIM_WRONG_USE 2
#define SIM_IMPOSSIBLE 3

/* Runs one seed in this process; says on stdout what was violated, with the
 * last lines of the trace and the command. SIM_HELD, SIM_VIOLATED or
 * SIM_IMPOSSIBLE. */
int sim_run_seed(const SimOptions *options, const SimWorkload *workload,
		 const bsn_engine *engine, guint64 seed, SimSummary *summary);
/* Runs the options' seeds, each in a child, so that one cannot leave anything
 * behind for the next and a crash is a verdict. */
int sim_run_all(const SimOptions *options, const SimWorkload *workload,
		const bsn_engine *engine);

#endif
