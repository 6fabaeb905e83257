/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/report.h: a run's result, for people and for programs.
 */
#ifndef TOOLS_BENCH_REPORT_H
#define TOOLS_BENCH_REPORT_H

#include <jansson.h>

#include "tools/bench/metrics.h"
#include "tools/bench/options.h"
#include "tools/bench/stats.h"

typedef struct {
	const BenchOptions *options;
	guint hosts;
	gsize tx_bytes;    /* of one transaction */
	gint64 elapsed_us; /* from the first request to the last answer */
	const Stats *stats;
	Latency latency;
	const Metrics *metrics; /* what rose meanwhile, all hosts together;
				 * NULL: not known */
} Report;

/* To be released. */
json_t *report_json(const Report *report);
/* Several lines. */
char *report_text(const Report *report);

#endif
