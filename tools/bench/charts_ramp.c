/* SPDX-License-Identifier: Apache-2.0
 *
 * The chart of a ramp.
 */
#include "tools/bench/charts_private.h"

static const RecordStep *
step_at(const Record *record, guint i)
{
	return &g_array_index(record->steps, RecordStep, i);
}

static void
draw_step(Plot *plot, const RecordStep *step)
{
	g_autofree char *asked = units_rate(step->rate);
	g_autofree char *had = units_rate(step->committed_per_s);
	g_autofree char *p99 = units_ms(step->p99_ms);
	g_autofree char *text = g_strdup_printf(
		"%s/s asked for, %s/s had: p99 %s, %s", asked, had, p99,
		step->held ? "bound kept" : "bound not kept");

	if (step->p99_ms > 0)
		plot_point(plot, step->held ? "held" : "broke", step->rate,
			   step->p99_ms, text);
}

static gint
by_rate(gconstpointer a, gconstpointer b)
{
	const RecordStep *first = a;
	const RecordStep *second = b;

	return (first->rate > second->rate) - (first->rate < second->rate);
}

static GArray *
sorted_steps(const Record *record)
{
	GArray *steps = g_array_new(FALSE, FALSE, sizeof(RecordStep));

	g_array_append_vals(steps, record->steps->data, record->steps->len);
	g_array_sort(steps, by_rate);
	return steps;
}

static void
draw_ramp(GString *page, const Record *record, PlotAxis x, PlotAxis y)
{
	static const PageColour colours[] = { { "p99", "p99" },
					      { "p50", "p50" } };
	g_autoptr(GArray) steps = sorted_steps(record);
	g_autofree double *rate = g_new(double, steps->len);
	g_autofree double *p50 = g_new(double, steps->len);
	g_autofree double *p99 = g_new(double, steps->len);
	Plot plot;

	for (guint i = 0; i < steps->len; i++) {
		const RecordStep *step = &g_array_index(steps, RecordStep, i);

		rate[i] = step->rate;
		p50[i] = step->p50_ms;
		p99[i] = step->p99_ms;
	}
	plot_begin(&plot, page, x, y, "Rate and latency of the ramp's steps");
	plot_line(&plot, "p50", rate, p50, steps->len, FALSE);
	plot_line(&plot, "p99", rate, p99, steps->len, FALSE);
	if (record->bound_ms > 0)
		plot_across(&plot, record->bound_ms, "bound");
	if (record->best_rate > 0)
		plot_up(&plot, record->best_rate, "highest");
	for (guint i = 0; i < steps->len; i++)
		draw_step(&plot, &g_array_index(steps, RecordStep, i));
	plot_end(&plot);
	page_legend(page, colours, G_N_ELEMENTS(colours));
}

void
chart_ramp(GString *page, const Record *record)
{
	double low = record->bound_ms, high = record->bound_ms, rate = 0;

	for (guint i = 0; i < record->steps->len; i++) {
		const RecordStep *step = step_at(record, i);

		rate = MAX(rate, step->rate);
		high = MAX(high, step->p99_ms);
		if (step->p50_ms > 0 && (low <= 0 || step->p50_ms < low))
			low = step->p50_ms;
	}
	if (record->steps->len == 0 || low <= 0)
		return;
	page_begin_figure(page, "Rate asked for, and latency", FALSE);
	draw_ramp(page, record,
		  plot_axis(rate * 1.02, units_short, "transactions a second"),
		  plot_axis_log(low, high, chart_ms, CHART_LATENCY));
	page_end_figure(page);
}
