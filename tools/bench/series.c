/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/series.h"

typedef struct {
	guint64 committed, failed;
	Hist *latency; /* NULL of nothing */
} Interval;

struct Series {
	GMutex mutex; /* of all that follows */
	gint64 interval_us;
	GArray *intervals; /* Interval */
	Hist *all;
	guint64 failed;
};

static void
interval_clear(gpointer data)
{
	Interval *interval = data;

	hist_free(interval->latency);
}

Series *
series_new(void)
{
	Series *series = g_new0(Series, 1);

	g_mutex_init(&series->mutex);
	series->interval_us = G_USEC_PER_SEC;
	series->intervals = g_array_new(FALSE, TRUE, sizeof(Interval));
	g_array_set_clear_func(series->intervals, interval_clear);
	series->all = hist_new(HIST_BITS);
	return series;
}

void
series_free(Series *series)
{
	if (series == NULL)
		return;
	g_mutex_clear(&series->mutex);
	g_array_unref(series->intervals);
	hist_free(series->all);
	g_free(series);
}

/* ---- intervals ---------------------------------------------------------- */

static Interval *
interval_at(const Series *series, guint i)
{
	return &g_array_index(series->intervals, Interval, i);
}

/* Leaves `from` empty. */
static void
interval_merge(Interval *into, Interval *from)
{
	into->committed += from->committed;
	into->failed += from->failed;
	if (into->latency == NULL) {
		into->latency = from->latency;
	} else if (from->latency != NULL) {
		hist_merge(into->latency, from->latency);
		hist_free(from->latency);
	}
	*from = (Interval){ 0 };
}

/* Each two become one. */
static void
widen(Series *series)
{
	const guint n = series->intervals->len;

	for (guint i = 0; i < n; i++) {
		Interval *from = interval_at(series, i);
		Interval *into = interval_at(series, i / 2);

		if (i % 2 == 1)
			interval_merge(into, from);
		else if (i > 0) {
			*into = *from;
			*from = (Interval){ 0 };
		}
	}
	g_array_set_size(series->intervals, (n + 1) / 2);
	series->interval_us *= 2;
}

static Interval *
find(Series *series, gint64 elapsed_us)
{
	guint i;

	elapsed_us = MAX(elapsed_us, 0);
	while (elapsed_us / series->interval_us >= SERIES_POINTS)
		widen(series);
	i = (guint)(elapsed_us / series->interval_us);
	if (i >= series->intervals->len)
		g_array_set_size(series->intervals, i + 1);
	return interval_at(series, i);
}

void
series_committed(Series *series, gint64 elapsed_us, guint64 n,
		 gint64 latency_us)
{
	const guint64 us = (guint64)MAX(latency_us, 0);
	Interval *interval;

	g_mutex_lock(&series->mutex);
	interval = find(series, elapsed_us);
	interval->committed += n;
	if (interval->latency == NULL)
		interval->latency = hist_new(HIST_BITS_COARSE);
	hist_add(interval->latency, us, n);
	hist_add(series->all, us, n);
	g_mutex_unlock(&series->mutex);
}

void
series_failed(Series *series, gint64 elapsed_us, guint64 n)
{
	g_mutex_lock(&series->mutex);
	find(series, elapsed_us)->failed += n;
	series->failed += n;
	g_mutex_unlock(&series->mutex);
}

/* ---- reading ------------------------------------------------------------ */

static SeriesPoint
point_of(const Series *series, guint i, gint64 elapsed_us)
{
	const Interval *interval = interval_at(series, i);
	const gint64 begin_us = (gint64)i * series->interval_us;
	const gint64 length_us =
		CLAMP(elapsed_us - begin_us, 0, series->interval_us);
	SeriesPoint point = {
		.at_s = (double)begin_us / G_USEC_PER_SEC,
		.seconds = (double)length_us / G_USEC_PER_SEC,
		.committed = interval->committed,
		.failed = interval->failed,
	};

	if (interval->latency != NULL) {
		point.p50_us = hist_percentile(interval->latency, 50);
		point.p99_us = hist_percentile(interval->latency, 99);
		point.max_us = interval->latency->max;
	}
	return point;
}

GArray *
series_points(Series *series, gint64 elapsed_us)
{
	GArray *points = g_array_new(FALSE, FALSE, sizeof(SeriesPoint));

	g_mutex_lock(&series->mutex);
	if (elapsed_us > 0)
		(void)find(series, elapsed_us - 1);
	for (guint i = 0; i < series->intervals->len; i++) {
		SeriesPoint point = point_of(series, i, elapsed_us);

		g_array_append_val(points, point);
	}
	g_mutex_unlock(&series->mutex);
	return points;
}

SeriesSum
series_sum(Series *series)
{
	SeriesSum sum;

	g_mutex_lock(&series->mutex);
	sum = (SeriesSum){
		.committed = series->all->n,
		.failed = series->failed,
		.p99_us = hist_percentile(series->all, 99),
	};
	g_mutex_unlock(&series->mutex);
	return sum;
}
