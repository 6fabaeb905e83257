/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/report_html.h"

#include "tools/bench/charts.h"
#include "tools/bench/html.h"
#include "tools/bench/measure.h"
#include "tools/bench/page.h"
#include "tools/bench/units.h"

/* ---- several side by side ----------------------------------------------- */

static gboolean
anybody_knows(const GPtrArray *records, const Measure *measure)
{
	for (guint i = 0; i < records->len; i++)
		if (record_knows(measure->of(records->pdata[i])))
			return TRUE;
	return FALSE;
}

static double
most_of(const GPtrArray *records, const Measure *measure)
{
	double most = 0;

	for (guint i = 0; i < records->len; i++)
		most = MAX(most, measure->of(records->pdata[i]));
	return most;
}

static void
append_measure(GString *page, const GPtrArray *records, const Measure *measure)
{
	static const char *const classes[] = { "s0", "s1", "s2", "s3" };
	const double full = most_of(records, measure);

	page_begin_figure(page, measure->name, FALSE);
	g_string_append(page, "<div class=\"bars\">\n");
	for (guint i = 0; i < records->len; i++) {
		const double value = measure->of(records->pdata[i]);
		g_autofree char *title = record_title(records->pdata[i]);
		PagePiece piece = { i < G_N_ELEMENTS(classes) ? classes[i]
							      : "other",
				    value, NULL };

		page_bar(page, title, &piece, 1, full, measure->say(value));
	}
	g_string_append(page, "</div>\n");
	page_end_figure(page);
}

static void
append_table(GString *page, const GPtrArray *records)
{
	g_auto(GStrv) titles = g_new0(char *, records->len + 1);

	for (guint i = 0; i < records->len; i++)
		titles[i] = record_title(records->pdata[i]);
	page_begin_table(page, "All numbers", TRUE);
	page_column(page, "");
	page_number_columns(page, (const char *const *)titles);
	page_begin_rows(page);
	for (const Measure *measure = measures; measure->name != NULL;
	     measure++) {
		if (!anybody_knows(records, measure))
			continue;
		markup_append(page, "<tr><th>%s</th>", measure->name);
		for (guint i = 0; i < records->len; i++)
			page_cell(page,
				  measure->say(measure->of(records->pdata[i])));
		g_string_append(page, "</tr>\n");
	}
	page_end_table(page);
}

static void
append_side_by_side(GString *page, const GPtrArray *records)
{
	const Record *const *all = (const Record *const *)records->pdata;

	g_string_append(page,
			"<h2>Side by side</h2>\n<div class=\"charts\">\n");
	for (const Measure *measure = measures; measure->name != NULL;
	     measure++)
		if (measure->shown && most_of(records, measure) > 0)
			append_measure(page, records, measure);
	chart_stages(page, all, records->len);
	if (records->len <= CHART_LINES_MAX) {
		chart_percentiles(page, all, records->len);
		chart_throughputs(page, all, records->len);
	}
	append_table(page, records);
	g_string_append(page, "</div>\n");
}

/* ---- the page ----------------------------------------------------------- */

static char *
heading_of(const GPtrArray *records)
{
	const Record *first = records->pdata[0];

	if (first->title != NULL && *first->title != '\0')
		return clean_text(first->title);
	if (records->len > 1)
		return g_strdup_printf("%u runs of bsn-bench", records->len);
	return record_title(first);
}

static void
append_lead(GString *page, const Record *first)
{
	g_autofree char *started = clean_text(first->started);
	g_autofree char *tool = clean_text(first->tool);

	if (*tool != '\0')
		markup_append(
			page, "<p class=\"lead\">Measured by %s%s%s.</p>\n",
			tool, *started != '\0' ? ", begun " : "", started);
}

char *
report_html(const GPtrArray *records)
{
	g_autofree char *heading = heading_of(records);
	g_autofree char *clean = clean_text(heading);
	GString *page = page_begin(clean);

	markup_append(page, "<h1>%s</h1>\n", clean);
	append_lead(page, records->pdata[0]);
	if (records->len > 1)
		append_side_by_side(page, records);
	for (guint i = 0; i < records->len; i++) {
		g_autofree char *title = record_title(records->pdata[i]);

		if (records->len > 1)
			page_heading(page, title);
		report_html_run(page, records->pdata[i]);
	}
	g_string_append(page, "<footer>Latencies of an open loop count from "
			      "when a request's turn was, whether it could be "
			      "sent then or not. Percentiles are off by 0.4 % "
			      "at most.</footer>\n");
	return page_end(page);
}
