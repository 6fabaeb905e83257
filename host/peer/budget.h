/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/budget.h: a token bucket: so much at once, so much per second.
 * Times are monotonic, in microseconds.
 */
#ifndef HOST_PEER_BUDGET_H
#define HOST_PEER_BUDGET_H

#include <glib.h>

typedef struct {
	gint64 tokens; /* times G_USEC_PER_SEC, so that nothing is rounded */
	gint64 at;     /* when they were counted */
} Budget;

typedef struct {
	gint64 burst, per_s;
} BudgetRule;

static inline void
budget_init(Budget *budget, BudgetRule rule, gint64 now)
{
	budget->tokens = rule.burst * G_USEC_PER_SEC;
	budget->at = now;
}

/* What is there by now. */
static inline gint64
budget_refill(Budget *budget, BudgetRule rule, gint64 now)
{
	const gint64 full = rule.burst * G_USEC_PER_SEC;
	const gint64 passed = MAX(now - budget->at, 0);

	/* A long silence fills it, and must not overflow. */
	if (passed >= full / MAX(rule.per_s, 1) && rule.per_s > 0)
		budget->tokens = full;
	else
		budget->tokens = MIN(full, budget->tokens + passed * rule.per_s);
	budget->at = now;
	return budget->tokens / G_USEC_PER_SEC;
}

/* FALSE, and nothing is taken, when there is not so much. */
static inline gboolean
budget_take(Budget *budget, BudgetRule rule, gint64 n, gint64 now)
{
	if (budget_refill(budget, rule, now) < n)
		return FALSE;
	budget->tokens -= n * G_USEC_PER_SEC;
	return TRUE;
}

#endif
