/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/charts.h: the charts of a report, each a figure of a page;
 * nothing where the record has nothing for it.
 */
#ifndef TOOLS_BENCH_CHARTS_H
#define TOOLS_BENCH_CHARTS_H

#include "tools/bench/record.h"

/* Lines of one chart that are told apart by colour. */
#define CHART_LINES_MAX 4u

void chart_throughput(GString *page, const Record *record);
void chart_latency(GString *page, const Record *record); /* over time */
void chart_distribution(GString *page, const Record *record);
/* Latency by share, of up to CHART_LINES_MAX records in one. */
void chart_percentiles(GString *page, const Record *const *records, guint n);
/* Throughput over time of as many. */
void chart_throughputs(GString *page, const Record *const *records, guint n);
void chart_ramp(GString *page, const Record *record);
/* CPU time a transaction by part, a bar for each record. */
void chart_stages(GString *page, const Record *const *records, guint n);

#endif
