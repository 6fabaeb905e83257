/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/target.h: the hosts of a chain, and transactions for it.
 */
#ifndef TOOLS_BENCH_TARGET_H
#define TOOLS_BENCH_TARGET_H

#include "tools/bench/metrics.h"
#include "tools/bench/options.h"
#include "tools/ctl/ctl.h"

typedef struct {
	Ctl ctl;
	char *ops_url; /* of /metrics; NULL when it is not known */
} TargetHost;

typedef struct {
	const char *chain; /* borrowed */
	GPtrArray *hosts;  /* TargetHost, at least one */
} Target;

/* Finds the hosts that the options name, which outlive it. */
gboolean target_init(Target *target, const BenchOptions *options,
		     GError **error);
void target_clear(Target *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

/* So many transactions as the options describe, GBytes, signed with the
 * identity's key for the chain's algorithm, or with a new key when it has none.
 * All cores take part. NULL with an error. */
GPtrArray *target_sign(Target *target, const BenchOptions *options, guint64 n,
		       GError **error);

/* The number of the chain's newest block, as the first host has it. */
gboolean target_height(Target *target, guint64 *height, GError **error);

/* What /metrics of all hosts say together; FALSE without an error when one's
 * address is not known. */
gboolean target_metrics(const Target *target, Metrics *metrics,
			GError **error);

#endif
