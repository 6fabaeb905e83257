/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/plot.h: one chart as SVG within HTML: axes, lines, bars, marks.
 * Colours are classes of report_style; what a mark says is its <title>, which a
 * browser shows without a script.
 */
#ifndef TOOLS_BENCH_PLOT_H
#define TOOLS_BENCH_PLOT_H

#include <glib.h>

/* Of the picture, in its own units; a page scales it. */
#define PLOT_WIDTH 480.0
#define PLOT_HEIGHT 220.0

/* Numbers of an axis as text; the caller's. */
typedef char *(*PlotUnit)(double value);

typedef struct {
	double low, high; /* low < high; above 0 where it is logarithmic */
	gboolean log;
	PlotUnit unit;
	const char *name; /* what and in which unit; NULL: nothing */
} PlotAxis;

typedef struct {
	GString *out;
	PlotAxis x, y;
	double left, right, top, bottom; /* of the inner part */
} Plot;

/* From 0 to a round number that is not below `high`. */
PlotAxis plot_axis(double high, PlotUnit unit, const char *name);
/* Logarithmic, from and to round numbers around both, a decade at least. */
PlotAxis plot_axis_log(double low, double high, PlotUnit unit,
		       const char *name);
/* From 0 to exactly there. */
PlotAxis plot_axis_to(double high, PlotUnit unit, const char *name);

/* Opens it with its axes; `says` is read aloud by a screen reader. */
void plot_begin(Plot *plot, GString *out, PlotAxis x, PlotAxis y,
		const char *says);
void plot_end(Plot *plot);

/* A line through n points, with gaps where y is below 0; `filled` down to the
 * x axis. */
void plot_line(Plot *plot, const char *class_name, const double *x,
	       const double *y, guint n, gboolean filled);
/* A bar from the x axis up. */
void plot_bar(Plot *plot, const char *class_name, double from, double to,
	      double y, const char *title);
void plot_point(Plot *plot, const char *class_name, double x, double y,
		const char *title);
/* A line across, or up, with words at its end. */
void plot_across(Plot *plot, double y, const char *words);
void plot_up(Plot *plot, double x, const char *words);
/* A strip of the whole height that says something when it is pointed at. */
void plot_strip(Plot *plot, double from, double to, const char *title);

#endif
