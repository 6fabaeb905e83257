/* SPDX-License-Identifier: Apache-2.0
 *
 * grpc/budget.h: how often something may happen: a token bucket. Internal.
 */
#ifndef GRPC_BUDGET_H
#define GRPC_BUDGET_H

#include <glib.h>

typedef struct {
	gint64 burst, rate;  /* tokens at most; tokens each second */
	gint64 micro_tokens; /* what is there */
	gint64 at;	     /* microseconds: when it was counted */
} GrpcBudget;

void grpc_budget_init(GrpcBudget *budget, guint burst, guint rate, gint64 now);
/* FALSE when there is nothing left. */
gboolean grpc_budget_take(GrpcBudget *budget, gint64 now);
void grpc_budget_give(GrpcBudget *budget, guint tokens);

#endif
