/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts over time, and what all charts share.
 */
#include "tools/bench/charts_private.h"

/* Strips that say something when pointed at, of one chart. */
#define STRIPS_MAX 150u

const char *const chart_line_classes[CHART_LINES_MAX] = { "s0", "s1", "s2",
							  "s3" };

void
chart_curve_clear(ChartCurve *curve)
{
	g_free(curve->x);
	g_free(curve->y);
}

void
chart_legend(GString *page, const Record *const *records, guint n)
{
	PageColour colours[CHART_LINES_MAX] = { { NULL, NULL } };
	char *titles[CHART_LINES_MAX];

	for (guint i = 0; i < n; i++) {
		titles[i] = record_title(records[i]);
		colours[i] = (PageColour){ chart_line_classes[i], titles[i] };
	}
	page_legend(page, colours, n);
	for (guint i = 0; i < n; i++)
		g_free(titles[i]);
}

char *
chart_ms(double ms)
{
	g_autofree char *text = units_short(ms < 1000 ? ms : ms / 1000);

	return g_strconcat(text, ms < 1000 ? " ms" : " s", NULL);
}

static char *
unit_seconds(double s)
{
	g_autofree char *text = units_short(s);

	return g_strconcat(text, " s", NULL);
}

static const RecordPoint *
point_at(const Record *record, guint i)
{
	return &g_array_index(record->points, RecordPoint, i);
}

static double
end_of(const Record *record)
{
	const RecordPoint *last;

	if (record->points->len == 0)
		return 0;
	last = point_at(record, record->points->len - 1);
	return MAX(last->at_s + last->seconds, record->seconds);
}

static const char *
done_word(const Record *record)
{
	return record->reads ? "answered a second" : "committed a second";
}

static double
rate_at(const RecordPoint *point)
{
	return point->seconds > 0 ? point->committed / point->seconds
				  : RECORD_UNKNOWN;
}

/* Nothing is drawn where nothing failed. */
static double
failing_at(const RecordPoint *point)
{
	return point->seconds > 0 && point->failed > 0
		       ? point->failed / point->seconds
		       : RECORD_UNKNOWN;
}

static double
p50_at(const RecordPoint *point)
{
	return point->p50_ms;
}

static double
p99_at(const RecordPoint *point)
{
	return point->p99_ms;
}

static double
max_at(const RecordPoint *point)
{
	return point->max_ms;
}

/* A last interval that is only begun has too little to tell its rate. */
static ChartCurve
curve_of(const Record *record, double (*of)(const RecordPoint *))
{
	guint n = record->points->len;
	ChartCurve curve;

	if (n > 1 &&
	    point_at(record, n - 1)->seconds < point_at(record, 0)->seconds / 4)
		n--;
	curve = (ChartCurve){ g_new(double, n), g_new(double, n), n };
	for (guint i = 0; i < n; i++) {
		const RecordPoint *point = point_at(record, i);

		curve.x[i] = point->at_s + point->seconds / 2;
		curve.y[i] = of(point);
	}
	return curve;
}

static double
highest(const ChartCurve *curve)
{
	double high = 0;

	for (guint i = 0; i < curve->n; i++)
		high = MAX(high, curve->y[i]);
	return high;
}

/* Above 0; 0 when there is none. */
static double
lowest(const ChartCurve *curve)
{
	double low = 0;

	for (guint i = 0; i < curve->n; i++)
		if (curve->y[i] > 0 && (low <= 0 || curve->y[i] < low))
			low = curve->y[i];
	return low;
}

static char *
say_point(const RecordPoint *point)
{
	g_autofree char *at = units_seconds(point->at_s);
	g_autofree char *rate = units_rate(rate_at(point));
	g_autofree char *p50 = units_ms(point->p50_ms);
	g_autofree char *p99 = units_ms(point->p99_ms);
	g_autofree char *max = units_ms(point->max_ms);
	g_autofree char *failed = units_count(point->failed);

	return g_strdup_printf("after %s: %s/s, p50 %s, p99 %s, slowest %s, "
			       "failed %s",
			       at, rate, p50, p99, max, failed);
}

static void
draw_strips(Plot *plot, const Record *record)
{
	const guint n = record->points->len;
	const guint each = n / STRIPS_MAX + 1;

	for (guint i = 0; i < n; i += each) {
		const RecordPoint *point = point_at(record, i);
		g_autofree char *text = say_point(point);

		plot_strip(plot, point->at_s,
			   point->at_s + point->seconds * each, text);
	}
}

void
chart_throughput(GString *page, const Record *record)
{
	static const PageColour colours[] = { { "rate", "committed" },
					      { "fail", "failed" } };
	g_auto(ChartCurve) rate = curve_of(record, rate_at);
	g_auto(ChartCurve) failing = curve_of(record, failing_at);
	const gboolean any = highest(&failing) > 0;
	const gboolean open = record->rate > 0;
	Plot plot;

	if (rate.n == 0)
		return;
	page_begin_figure(page, "Throughput over time", FALSE);
	plot_begin(&plot, page,
		   plot_axis_to(end_of(record), unit_seconds, NULL),
		   plot_axis(1.05 * MAX(MAX(highest(&rate), highest(&failing)),
					open ? record->rate : 0),
			     units_short, done_word(record)),
		   "Throughput over time");
	plot_line(&plot, "rate", rate.x, rate.y, rate.n, TRUE);
	if (any)
		plot_line(&plot, "fail", failing.x, failing.y, failing.n,
			  FALSE);
	if (open)
		plot_across(&plot, record->rate, "asked for");
	draw_strips(&plot, record);
	plot_end(&plot);
	if (any)
		page_legend(page, colours, G_N_ELEMENTS(colours));
	page_end_figure(page);
}

void
chart_latency(GString *page, const Record *record)
{
	static const PageColour colours[] = { { "p50", "p50" },
					      { "p99", "p99" },
					      { "max", "slowest" } };
	g_auto(ChartCurve) p50 = curve_of(record, p50_at);
	g_auto(ChartCurve) p99 = curve_of(record, p99_at);
	g_auto(ChartCurve) max = curve_of(record, max_at);
	Plot plot;

	if (highest(&p50) <= 0)
		return;
	page_begin_figure(page, "Latency over time", FALSE);
	plot_begin(
		&plot, page, plot_axis_to(end_of(record), unit_seconds, NULL),
		plot_axis_log(lowest(&p50), MAX(highest(&max), highest(&p99)),
			      chart_ms, CHART_LATENCY),
		"Latency over time");
	plot_line(&plot, "max", max.x, max.y, max.n, FALSE);
	plot_line(&plot, "p99", p99.x, p99.y, p99.n, FALSE);
	plot_line(&plot, "p50", p50.x, p50.y, p50.n, FALSE);
	draw_strips(&plot, record);
	plot_end(&plot);
	page_legend(page, colours, G_N_ELEMENTS(colours));
	page_end_figure(page);
}

void
chart_throughputs(GString *page, const Record *const *records, guint n)
{
	double high = 0, end = 0;
	ChartCurve curves[CHART_LINES_MAX];
	Plot plot;

	n = MIN(n, CHART_LINES_MAX);
	for (guint i = 0; i < n; i++) {
		curves[i] = curve_of(records[i], rate_at);
		high = MAX(high, highest(&curves[i]));
		end = MAX(end, end_of(records[i]));
	}
	if (high > 0) {
		page_begin_figure(page, "Throughput over time", FALSE);
		plot_begin(&plot, page, plot_axis_to(end, unit_seconds, NULL),
			   plot_axis(high * 1.05, units_short,
				     done_word(records[0])),
			   "Throughput over time");
		for (guint i = 0; i < n; i++)
			plot_line(&plot, chart_line_classes[i], curves[i].x,
				  curves[i].y, curves[i].n, FALSE);
		plot_end(&plot);
		chart_legend(page, records, n);
		page_end_figure(page);
	}
	for (guint i = 0; i < n; i++)
		chart_curve_clear(&curves[i]);
}
