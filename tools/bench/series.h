/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/series.h: what happened when: transactions committed and failed,
 * and latencies, by intervals of a second. Of a long run the intervals get
 * longer, so that there are at most SERIES_POINTS of them. Any thread may add;
 * one addition a request, not a transaction.
 */
#ifndef TOOLS_BENCH_SERIES_H
#define TOOLS_BENCH_SERIES_H

#include "tools/bench/hist.h"

#define SERIES_POINTS 600u

typedef struct Series Series;

/* What was within an interval; latencies in microseconds. */
typedef struct {
	double at_s;	/* its beginning, since that of the run */
	double seconds; /* its length; of the last one as far as it went */
	guint64 committed, failed;
	guint64 p50_us, p99_us, max_us;
} SeriesPoint;

Series *series_new(void);
void series_free(Series *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Series, series_free)

/* `elapsed_us` since the run began. A latency below 0 counts as 0. */
void series_committed(Series *series, gint64 elapsed_us, guint64 n,
		      gint64 latency_us);
void series_failed(Series *series, gint64 elapsed_us, guint64 n);

/* SeriesPoint, in order, none left out; until `elapsed_us`, when the run ended.
 * Free with g_array_unref. */
GArray *series_points(Series *series, gint64 elapsed_us);

/* All until now, for a line on the terminal. */
typedef struct {
	guint64 committed, failed;
	guint64 p99_us;
} SeriesSum;

SeriesSum series_sum(Series *series);

#endif
