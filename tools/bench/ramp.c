/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/ramp.h"

#include <math.h>

#include "tools/bench/stop.h"

/* Below this there is nothing to be looked for. */
#define RATE_MIN 1.0
/* Transactions that a step has at least, or its quantile is made of nothing. */
#define STEP_MIN 100u

/* ---- which rate --------------------------------------------------------- */

RampSearch
ramp_search(const RampPlan *plan)
{
	return (RampSearch){ .next = MIN(plan->start, plan->most),
			     .most = plan->most,
			     .precision = plan->precision / 100 };
}

static double
next_of(const RampSearch *search)
{
	if (search->fails == 0) /* all have held */
		return search->holds < search->most
			       ? MIN(2 * search->holds, search->most)
			       : 0;
	if (search->holds == 0)
		return search->fails / 2 >= RATE_MIN ? search->fails / 2 : 0;
	if (search->fails - search->holds <= search->precision * search->holds)
		return 0;
	return (search->holds + search->fails) / 2;
}

void
ramp_tell(RampSearch *search, gboolean held)
{
	if (held)
		search->holds = MAX(search->holds, search->next);
	else
		search->fails = search->fails > 0
					? MIN(search->fails, search->next)
					: search->next;
	search->next = next_of(search);
}

/* ---- a step ------------------------------------------------------------- */

char *
ramp_judge(const RampPlan *plan, const Run *run)
{
	const guint64 failed = tally_total(run->errors);
	const guint64 all = run->committed + failed;
	const double ms =
		(double)hist_percentile(run->latency, plan->percent) / 1000;

	if (run->ended_early)
		return g_strdup("it was ended early");
	if (run->stopped)
		return g_strdup_printf("more than %g %% took %g ms or longer, "
				       "and it was ended",
				       100 - plan->percent, plan->bound_ms);
	if (all == 0 || (double)failed > plan->errors / 100 * (double)all)
		return g_strdup_printf("%" G_GUINT64_FORMAT
				       " of %" G_GUINT64_FORMAT
				       " were not committed",
				       failed, all);
	if (ms >= plan->bound_ms)
		return g_strdup_printf("p%g is %.1f ms", plan->percent, ms);
	return NULL;
}

static guint64
transactions_of(double rate, double seconds)
{
	return MAX((guint64)ceil(rate * seconds), STEP_MIN);
}

/* One rate; its run is added. */
static gboolean
step(Session *session, const RampPlan *plan, double rate, const char *label,
     Run **out, GError **error)
{
	const LoadHow warm = { .rate = rate,
			       .poisson = session->plan.poisson,
			       .n = plan->warm_up_s > 0
					    ? transactions_of(rate,
							      plan->warm_up_s)
					    : 0 };
	const LoadHow how = {
		.rate = rate,
		.poisson = session->plan.poisson,
		.n = transactions_of(rate, plan->step_s),
		.stop_us = (guint64)(plan->bound_ms * 1000),
		.stop_percent = plan->percent,
	};
	Run *run;

	session_forget(session);
	if (!session_make(session, warm.n, error) ||
	    !session_make(session, how.n, error))
		return FALSE;
	session_warm_up(session, &warm);
	if (stop_signal() != 0)
		return stop_fail(error);
	run = session_measure(session, &how, error);
	if (run == NULL)
		return FALSE;
	run->why = ramp_judge(plan, run);
	run->within = run->why == NULL;
	run->label = g_strdup(label);
	run->what.warm_up = warm.n;
	result_add(session->result, run);
	*out = run;
	return TRUE;
}

static void
say_step(const Session *session, double rate, const Run *run)
{
	ticker_end(session->ticker);
	fprintf(stderr, "%.0f a second: %s\n", rate,
		run->within ? "holds" : run->why);
}

gboolean
ramp_run(Session *session, const char *label, GError **error)
{
	Result *result = session->result;
	RampPlan plan;
	RampSearch search;
	Run *run = NULL;

	if (!workload_ramp(session->options->workload, &plan, error))
		return FALSE;
	search = ramp_search(&plan);
	result->bound_us = (guint64)(plan.bound_ms * 1000);
	result->bound_percent = plan.percent;
	while (search.next > 0) {
		const double rate = search.next;

		if (!step(session, &plan, rate, label, &run, error))
			return FALSE;
		say_step(session, rate, run);
		if (stop_signal() != 0)
			return stop_fail(error);
		ramp_tell(&search, run->within);
	}
	return TRUE;
}
