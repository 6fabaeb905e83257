/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts of how latencies are spread.
 */
#include <math.h>

#include "tools/bench/charts_private.h"

#define BINS 30u

static char *
unit_percent(double percent)
{
	g_autofree char *text = units_short(percent);

	return g_strconcat(text, " %", NULL);
}

static const RecordBucket *
bucket_at(const Record *record, guint i)
{
	return &g_array_index(record->latencies, RecordBucket, i);
}

static double
count_all(const Record *record)
{
	double all = 0;

	for (guint i = 0; i < record->latencies->len; i++)
		all += bucket_at(record, i)->count;
	return all;
}

static double
first_ms(const Record *record)
{
	const double first =
		record->latencies->len > 0 ? bucket_at(record, 0)->upto_ms : 0;

	return MAX(first, 0.001);
}

static double
last_ms(const Record *record)
{
	const guint n = record->latencies->len;

	return MAX(n > 0 ? bucket_at(record, n - 1)->upto_ms : 0,
		   first_ms(record));
}

static void
fill_bins(const Record *record, const PlotAxis *x, double *bins)
{
	const double all = count_all(record);
	const double whole = log(x->high / x->low);

	for (guint i = 0; i < record->latencies->len; i++) {
		const RecordBucket *bucket = bucket_at(record, i);
		const double at =
			log(CLAMP(bucket->upto_ms, x->low, x->high) / x->low) /
			whole;
		const guint bin = MIN((guint)(at * BINS), BINS - 1);

		bins[bin] += all > 0 ? 100 * bucket->count / all : 0;
	}
}

static void
draw_bin(Plot *plot, guint bin, double percent)
{
	const double step = pow(plot->x.high / plot->x.low, 1.0 / BINS);
	const double from = plot->x.low * pow(step, bin);
	g_autofree char *low = units_ms(from);
	g_autofree char *high = units_ms(from * step);
	g_autofree char *share = units_percent(percent / 100);
	g_autofree char *text =
		g_strdup_printf("%s to %s: %s", low, high, share);

	if (percent > 0)
		plot_bar(plot, "plain", from, from * step, percent, text);
}

void
chart_distribution(GString *page, const Record *record)
{
	double bins[BINS] = { 0 };
	double high = 0;
	PlotAxis x;
	Plot plot;

	if (record->latencies->len == 0)
		return;
	x = plot_axis_log(first_ms(record), last_ms(record), chart_ms,
			  CHART_LATENCY);
	fill_bins(record, &x, bins);
	for (guint i = 0; i < BINS; i++)
		high = MAX(high, bins[i]);
	page_begin_figure(page, "How latencies are spread", FALSE);
	plot_begin(&plot, page, x,
		   plot_axis(high * 1.1, unit_percent, "of all"),
		   "How latencies are spread");
	for (guint i = 0; i < BINS; i++)
		draw_bin(&plot, i, bins[i]);
	if (record->latency.p50 > 0)
		plot_up(&plot, record->latency.p50, "p50");
	if (record->latency.p99 > 0)
		plot_up(&plot, record->latency.p99, "p99");
	plot_end(&plot);
	page_end_figure(page);
}

/* x is one in so many that is slower: 10 is p90, 100 is p99. */
static char *
unit_one_in(double one_in)
{
	const double percent = 100 - 100 / one_in;
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	return g_strconcat("p",
			   g_ascii_formatd(text, sizeof(text), "%.6g", percent),
			   NULL);
}

static ChartCurve
percentile_curve(const Record *record)
{
	const double all = count_all(record);
	const guint n = record->latencies->len;
	ChartCurve curve = { g_new(double, n), g_new(double, n), 0 };
	double until = 0;

	for (guint i = 0; i < n && all > 0; i++) {
		until += bucket_at(record, i)->count;
		curve.x[curve.n] = MIN(all / MAX(all - until, 1e-9), all);
		curve.y[curve.n++] = bucket_at(record, i)->upto_ms;
	}
	return curve;
}

static void
draw_percentiles(GString *page, const Record *const *records,
		 const ChartCurve *curves, guint n, double low, double high)
{
	double most = 10;
	Plot plot;

	for (guint i = 0; i < n; i++)
		most = MAX(most, count_all(records[i]));
	page_begin_figure(page, "Latency that so many are not above", FALSE);
	plot_begin(&plot, page,
		   plot_axis_log(1, MIN(most, 1e6), unit_one_in, NULL),
		   plot_axis_log(low, high, chart_ms, CHART_LATENCY),
		   "Latency by percentile");
	for (guint i = 0; i < n; i++)
		plot_line(&plot, chart_line_classes[i], curves[i].x,
			  curves[i].y, curves[i].n, FALSE);
	if (record_knows(records[0]->bound_ms))
		plot_across(&plot, records[0]->bound_ms, "bound");
	plot_end(&plot);
	if (n > 1)
		chart_legend(page, records, n);
	page_end_figure(page);
}

void
chart_percentiles(GString *page, const Record *const *records, guint n)
{
	double low = G_MAXDOUBLE, high = 0;
	ChartCurve curves[CHART_LINES_MAX];

	n = MIN(n, CHART_LINES_MAX);
	for (guint i = 0; i < n; i++) {
		curves[i] = percentile_curve(records[i]);
		if (curves[i].n == 0)
			continue;
		low = MIN(low, first_ms(records[i]));
		high = MAX(high, last_ms(records[i]));
	}
	if (high > 0)
		draw_percentiles(page, records, curves, n, low, high);
	for (guint i = 0; i < n; i++)
		chart_curve_clear(&curves[i]);
}
