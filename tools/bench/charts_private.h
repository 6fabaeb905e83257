/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/charts_private.h: what the charts' own files share.
 */
#ifndef TOOLS_BENCH_CHARTS_PRIVATE_H
#define TOOLS_BENCH_CHARTS_PRIVATE_H

#include "tools/bench/charts.h"
#include "tools/bench/page.h"
#include "tools/bench/plot.h"
#include "tools/bench/units.h"

/* Of an axis of latencies. */
#define CHART_LATENCY "latency, logarithmic"

/* Milliseconds of an axis: "50 ms", "0.2 ms", "2 s". */
char *chart_ms(double ms);

/* By which lines of one chart are told apart. */
extern const char *const chart_line_classes[CHART_LINES_MAX];

/* Points of a line. */
typedef struct {
	double *x, *y;
	guint n;
} ChartCurve;

void chart_curve_clear(ChartCurve *curve);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChartCurve, chart_curve_clear)

/* The colour and the title of each record. */
void chart_legend(GString *page, const Record *const *records, guint n);

#endif
