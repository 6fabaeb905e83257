/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/plot.h"

#include <math.h>

#include "tools/bench/html.h"

#define LEFT 58.0
#define RIGHT 12.0
#define TOP 22.0
#define BOTTOM 34.0
#define TICKS 5
#define LOG_TICKS_MAX 7
#define POINT_RADIUS 3.5

/* ---- axes --------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, not below. */
static double
round_up(double value)
{
	const double power = pow(10, floor(log10(value)));
	static const double steps[] = { 1, 2, 5, 10 };

	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		if (value <= steps[i] * power * (1 + 1e-9))
			return steps[i] * power;
	return 10 * power;
}

static double
step_of(double high)
{
	return round_up(high / TICKS);
}

PlotAxis
plot_axis(double high, PlotUnit unit, const char *name)
{
	PlotAxis axis = { 0, high > 0 ? high : 1, FALSE, unit, name };
	const double step = step_of(axis.high);

	axis.high = ceil(axis.high / step - 1e-9) * step;
	return axis;
}

PlotAxis
plot_axis_to(double high, PlotUnit unit, const char *name)
{
	return (PlotAxis){ 0, high > 0 ? high : 1, FALSE, unit, name };
}

static double
round_down(double value)
{
	const double up = round_up(value);

	if (up <= value * (1 + 1e-9))
		return up;
	return round_up(value / 2.6); /* no step is larger than 2.5 */
}

PlotAxis
plot_axis_log(double low, double high, PlotUnit unit, const char *name)
{
	PlotAxis axis = { 0.1, 1, TRUE, unit, name };

	if (low > 0 && high >= low) {
		axis.low = round_down(low);
		axis.high = round_up(high);
	}
	while (axis.high < axis.low * 10 * (1 - 1e-9)) {
		axis.high = round_up(axis.high * 1.01);
		if (axis.high < axis.low * 10 * (1 - 1e-9))
			axis.low = round_down(axis.low / 1.01);
	}
	return axis;
}

/* 0 to 1. */
static double
share_of(const PlotAxis *axis, double value)
{
	const double inside = CLAMP(value, axis->low, axis->high);

	if (axis->log)
		return log(inside / axis->low) / log(axis->high / axis->low);
	return (inside - axis->low) / (axis->high - axis->low);
}

/* Where a value is in the picture; values outside of the axes are at their
 * ends. */
static double
plot_x(const Plot *plot, double value)
{
	return plot->left +
	       share_of(&plot->x, value) * (plot->right - plot->left);
}

static double
plot_y(const Plot *plot, double value)
{
	return plot->bottom -
	       share_of(&plot->y, value) * (plot->bottom - plot->top);
}

/* ---- pieces ------------------------------------------------------------- */

static void
attribute(GString *out, const char *name, double value)
{
	g_string_append_printf(out, " %s=\"", name);
	html_append_number(out, value);
	g_string_append_c(out, '"');
}

static void
segment(GString *out, const char *class_name, double x1, double y1, double x2,
	double y2)
{
	markup_append(out, "<line class=\"%s\"", class_name);
	attribute(out, "x1", x1);
	attribute(out, "y1", y1);
	attribute(out, "x2", x2);
	attribute(out, "y2", y2);
	g_string_append(out, "/>");
}

static void
words(GString *out, const char *class_name, double x, double y,
      const char *text)
{
	markup_append(out, "<text class=\"%s\"", class_name);
	attribute(out, "x", x);
	attribute(out, "y", y);
	markup_append(out, ">%s</text>", text);
}

static void
begin_rect(GString *out, const char *class_name, double x, double y, double w,
	   double h)
{
	markup_append(out, "<rect class=\"%s\"", class_name);
	attribute(out, "x", x);
	attribute(out, "y", y);
	attribute(out, "width", MAX(w, 0));
	attribute(out, "height", MAX(h, 0));
}

static void
end_with_title(GString *out, const char *element, const char *title)
{
	if (title == NULL)
		g_string_append(out, "/>");
	else
		markup_append(out, "><title>%s</title></%s>", title, element);
}

/* ---- the frame ---------------------------------------------------------- */

static void
tick_x(Plot *plot, double value)
{
	g_autofree char *text = plot->x.unit(value);
	const double x = plot_x(plot, value);

	segment(plot->out, "tick", x, plot->bottom, x, plot->bottom + 4);
	words(plot->out, "tx", x, plot->bottom + 15, text);
}

static void
tick_y(Plot *plot, double value)
{
	g_autofree char *text = plot->y.unit(value);
	const double y = plot_y(plot, value);

	segment(plot->out, "grid", plot->left, y, plot->right, y);
	words(plot->out, "ty", plot->left - 6, y + 3.5, text);
}

static void
each_linear(Plot *plot, const PlotAxis *axis, void (*tick)(Plot *, double))
{
	const double step = step_of(axis->high);
	const guint n = (guint)floor(axis->high / step + 1e-9);

	for (guint i = 0; i <= n; i++)
		tick(plot, i * step);
}

/* 1, 2 and 5 of each decade, or decades alone, or every so many of them. */
static void
each_log(Plot *plot, const PlotAxis *axis, void (*tick)(Plot *, double))
{
	static const double steps[] = { 1, 2, 5 };
	const int first = (int)floor(log10(axis->low) + 1e-9);
	const int last = (int)ceil(log10(axis->high) - 1e-9);
	const guint per_decade = last - first <= 2 ? 3 : 1;
	const int every = MAX((last - first) / LOG_TICKS_MAX, 1);

	for (int i = first; i <= last; i += every)
		for (guint j = 0; j < per_decade; j++) {
			const double value = steps[j] * pow(10, i);

			if (value >= axis->low * (1 - 1e-9) &&
			    value <= axis->high * (1 + 1e-9))
				tick(plot, value);
		}
}

static void
ticks(Plot *plot, const PlotAxis *axis, void (*tick)(Plot *, double))
{
	if (axis->log)
		each_log(plot, axis, tick);
	else
		each_linear(plot, axis, tick);
}

void
plot_begin(Plot *plot, GString *out, PlotAxis x, PlotAxis y, const char *says)
{
	*plot = (Plot){
		out, x, y, LEFT, PLOT_WIDTH - RIGHT, TOP, PLOT_HEIGHT - BOTTOM
	};
	markup_append(out,
		      "<svg viewBox=\"0 0 480 220\" role=\"img\" "
		      "aria-label=\"%s\">",
		      says);
	ticks(plot, &plot->y, tick_y);
	ticks(plot, &plot->x, tick_x);
	segment(out, "axis", plot->left, plot->bottom, plot->right,
		plot->bottom);
	if (y.name != NULL)
		words(out, "name", 4, 11, y.name);
	if (x.name != NULL)
		words(out, "name end", plot->right, PLOT_HEIGHT - 4, x.name);
}

void
plot_end(Plot *plot)
{
	g_string_append(plot->out, "</svg>\n");
}

/* ---- what is drawn ------------------------------------------------------ */

static void
append_point(GString *path, char command, double x, double y)
{
	g_string_append_c(path, command);
	html_append_number(path, x);
	g_string_append_c(path, ' ');
	html_append_number(path, y);
}

/* The points from..to-1, none of them unknown. */
static void
draw_stretch(Plot *plot, const char *class_name, const double *x,
	     const double *y, guint from, guint to, gboolean filled)
{
	g_autoptr(GString) path = g_string_new(NULL);

	if (to - from == 1) {
		plot_point(plot, class_name, x[from], y[from], NULL);
		return;
	}
	for (guint i = from; i < to; i++)
		append_point(path, i == from ? 'M' : 'L', plot_x(plot, x[i]),
			     plot_y(plot, y[i]));
	markup_append(plot->out, "<path class=\"line %s\" d=\"%s\"/>",
		      class_name, path->str);
	if (!filled)
		return;
	append_point(path, 'L', plot_x(plot, x[to - 1]), plot->bottom);
	append_point(path, 'L', plot_x(plot, x[from]), plot->bottom);
	markup_append(plot->out, "<path class=\"area %s\" d=\"%sZ\"/>",
		      class_name, path->str);
}

void
plot_line(Plot *plot, const char *class_name, const double *x, const double *y,
	  guint n, gboolean filled)
{
	guint from = 0;

	for (guint i = 0; i <= n; i++) {
		if (i < n && y[i] >= 0)
			continue;
		if (i > from)
			draw_stretch(plot, class_name, x, y, from, i, filled);
		from = i + 1;
	}
}

void
plot_bar(Plot *plot, const char *class_name, double from, double to, double y,
	 const char *title)
{
	const double left = plot_x(plot, from);
	const double top = plot_y(plot, y);

	begin_rect(plot->out, class_name, left, top,
		   MAX(plot_x(plot, to) - left - 0.6, 0.6), plot->bottom - top);
	end_with_title(plot->out, "rect", title);
}

void
plot_point(Plot *plot, const char *class_name, double x, double y,
	   const char *title)
{
	markup_append(plot->out, "<circle class=\"point %s\"", class_name);
	attribute(plot->out, "cx", plot_x(plot, x));
	attribute(plot->out, "cy", plot_y(plot, y));
	attribute(plot->out, "r", POINT_RADIUS);
	end_with_title(plot->out, "circle", title);
}

void
plot_across(Plot *plot, double y, const char *text)
{
	const double at = plot_y(plot, y);

	segment(plot->out, "mark", plot->left, at, plot->right, at);
	words(plot->out, "marked end", plot->right, at - 4, text);
}

void
plot_up(Plot *plot, double x, const char *text)
{
	const double at = plot_x(plot, x);
	const gboolean right = at > (plot->left + plot->right) / 2;

	segment(plot->out, "mark", at, plot->top, at, plot->bottom);
	words(plot->out, right ? "marked end" : "marked", at + (right ? -4 : 4),
	      plot->top + 8, text);
}

void
plot_strip(Plot *plot, double from, double to, const char *title)
{
	const double left = plot_x(plot, from);

	begin_rect(plot->out, "strip", left, plot->top, plot_x(plot, to) - left,
		   plot->bottom - plot->top);
	end_with_title(plot->out, "rect", title);
}
