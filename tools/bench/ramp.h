/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/ramp.h: the highest rate at which a quantile of the latencies
 * stays under a bound. From the first rate on it is doubled until one does not
 * hold, or halved until one does; then the middle of what holds and what does
 * not is tried until they are near enough.
 */
#ifndef TOOLS_BENCH_RAMP_H
#define TOOLS_BENCH_RAMP_H

#include "tools/bench/session.h"

typedef struct {
	double holds; /* the highest that does; 0: none yet */
	double fails; /* the lowest that does not; 0: none yet */
	double next;  /* to be tried; 0: it is over */
	double most;
	double precision; /* a share */
} RampSearch;

RampSearch ramp_search(const RampPlan *plan);
/* How it was with `next`. */
void ramp_tell(RampSearch *search, gboolean held);

/* Whether a step keeps the bound; a sentence that says why not, or NULL. */
char *ramp_judge(const RampPlan *plan, const Run *run);

/* Measures step after step. FALSE with an error. */
gboolean ramp_run(Session *session, const char *label, GError **error);

#endif
