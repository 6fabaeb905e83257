/* SPDX-License-Identifier: Apache-2.0
 *
 * Two reports on a page.
 */
#include "tools/bench/charts.h"
#include "tools/bench/compare.h"
#include "tools/bench/html.h"
#include "tools/bench/page.h"

static void
append_verdict(GString *page, const CompareLine *line)
{
	static const char *const classes[] = {
		[COMPARE_EQUAL] = "same",
		[COMPARE_BETTER] = "better",
		[COMPARE_WORSE] = "worse",
	};
	g_autofree char *words = compare_words(line);

	markup_append(page,
		      "<td class=\"n\"><span class=\"verdict %s\">%s</span>"
		      "</td>",
		      classes[line->verdict], words);
}

static void
append_lines(GString *page, const GArray *lines, const char *before,
	     const char *after)
{
	const char *const columns[] = { before, after, "the second has", NULL };

	page_begin_table(page, "What changed", TRUE);
	page_column(page, "");
	page_number_columns(page, columns);
	page_begin_rows(page);
	for (guint i = 0; i < lines->len; i++) {
		const CompareLine *line = &g_array_index(lines, CompareLine, i);

		markup_append(page, "<tr><th>%s</th>", line->measure->name);
		page_cell(page, line->measure->say(line->before));
		page_cell(page, line->measure->say(line->after));
		append_verdict(page, line);
		g_string_append(page, "</tr>\n");
	}
	page_end_table(page);
}

static void
append_notes(GString *page, const GPtrArray *notes)
{
	if (notes->len == 0)
		return;
	page_begin_figure(page, "They were not run alike", TRUE);
	g_string_append(page, "<ul class=\"notes\">\n");
	for (guint i = 0; i < notes->len; i++)
		markup_append(page, "<li>%s</li>\n",
			      (const char *)notes->pdata[i]);
	g_string_append(page, "</ul>\n");
	page_end_figure(page);
}

/* The same with labels by which charts tell them apart; borrows everything. */
static Record
labelled(const Record *record, const char *label)
{
	Record copy = *record;

	copy.label = (char *)label;
	return copy;
}

static void
append_pair(GString *page, const ComparePair *pair, const char *before_name,
	    const char *after_name)
{
	const Record before = labelled(pair->before, before_name);
	const Record after = labelled(pair->after, after_name);
	const Record *both[] = { &before, &after };

	page_heading(page, pair->title);
	g_string_append(page, "<div class=\"charts\">\n");
	append_lines(page, pair->lines, before_name, after_name);
	append_notes(page, pair->notes);
	chart_percentiles(page, both, 2);
	chart_throughputs(page, both, 2);
	chart_stages(page, both, 2);
	g_string_append(page, "</div>\n");
}

char *
compare_html(const GPtrArray *pairs, const char *before_name,
	     const char *after_name)
{
	g_autofree char *before = clean_text(before_name);
	g_autofree char *after = clean_text(after_name);
	g_autofree char *title = g_strdup_printf("%s, then %s", before, after);
	GString *page = page_begin(title);

	markup_append(page, "<h1>%s</h1>\n", title);
	markup_append(page,
		      "<p class=\"lead\">Differences of up to 3 %% are taken "
		      "for none: runs of the same program differ by as "
		      "much.</p>\n");
	for (guint i = 0; i < pairs->len; i++)
		append_pair(page, pairs->pdata[i], before, after);
	return page_end(page);
}
