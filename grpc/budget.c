/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/budget.h"

#define TOKEN ((gint64)G_USEC_PER_SEC) /* in micro_tokens */

void
grpc_budget_init(GrpcBudget *budget, guint burst, guint rate, gint64 now)
{
	*budget = (GrpcBudget){ .burst = burst,
				.rate = rate,
				.micro_tokens = burst * TOKEN,
				.at = now };
}

static void
refill(GrpcBudget *budget, gint64 now)
{
	gint64 passed = now - budget->at;
	gint64 full = budget->burst * TOKEN;

	if (passed <= 0)
		return;
	budget->at = now;
	/* Longer than it takes to fill it up: no product that overflows. */
	if (budget->rate > 0 && passed > full / budget->rate)
		budget->micro_tokens = full;
	else
		budget->micro_tokens =
			MIN(full, budget->micro_tokens + passed * budget->rate);
}

gboolean
grpc_budget_take(GrpcBudget *budget, gint64 now)
{
	refill(budget, now);
	if (budget->micro_tokens < TOKEN)
		return FALSE;
	budget->micro_tokens -= TOKEN;
	return TRUE;
}

void
grpc_budget_give(GrpcBudget *budget, guint tokens)
{
	budget->micro_tokens = MIN(budget->burst * TOKEN,
				   budget->micro_tokens + tokens * TOKEN);
}
