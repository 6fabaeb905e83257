/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/page.h"

#include "tools/bench/html.h"
#include "tools/bench/report_style.h"

#define BAR_WIDTH 1000.0

GString *
page_begin(const char *title)
{
	g_autofree char *clean = clean_text(title);
	GString *page = g_string_new("<!DOCTYPE html>\n<html lang=\"en\">\n"
				     "<head>\n<meta charset=\"utf-8\">\n"
				     "<meta name=\"viewport\" content=\"width="
				     "device-width, initial-scale=1\">\n"
				     "<meta http-equiv=\"Content-Security-"
				     "Policy\" content=\"default-src 'none'; "
				     "style-src 'unsafe-inline'\">\n");

	markup_append(page, "<title>%s</title>\n<style>\n", clean);
	g_string_append(page, report_style);
	g_string_append(page, "</style>\n</head>\n<body>\n");
	return page;
}

char *
page_end(GString *page)
{
	g_string_append(page, "</body>\n</html>\n");
	return g_string_free(page, FALSE);
}

void
page_heading(GString *page, const char *text)
{
	g_autofree char *clean = clean_text(text);

	markup_append(page, "<h2>%s</h2>\n", clean);
}

void
page_begin_figure(GString *page, const char *caption, gboolean wide)
{
	markup_append(page, "<figure class=\"%s\">\n<h3>%s</h3>\n",
		      wide ? "wide" : "narrow", caption);
}

void
page_end_figure(GString *page)
{
	g_string_append(page, "</figure>\n");
}

void
page_number(GString *page, const char *name, char *value, gboolean bad)
{
	markup_append(page, "<div class=\"%s\"><dt>%s</dt><dd>%s</dd></div>\n",
		      bad ? "bad" : "plain", name, value);
	g_free(value);
}

void
page_legend(GString *page, const PageColour *colours, guint n)
{
	g_string_append(page, "<ul class=\"legend\">");
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = clean_text(colours[i].name);

		markup_append(page, "<li><i class=\"%s\"></i>%s</li>",
			      colours[i].class_name, name);
	}
	g_string_append(page, "</ul>\n");
}

/* ---- bars --------------------------------------------------------------- */

static void
append_piece(GString *page, double from, double to, const char *class_name,
	     const char *title)
{
	markup_append(page, "<rect class=\"%s\" y=\"0\" height=\"20\" x=\"",
		      class_name);
	html_append_number(page, from);
	g_string_append(page, "\" width=\"");
	html_append_number(page, to - from);
	if (title != NULL) {
		g_autofree char *clean = clean_text(title);

		markup_append(page, "\"><title>%s</title></rect>", clean);
	} else {
		g_string_append(page, "\"/>");
	}
}

void
page_bar(GString *page, const char *name, PagePiece *pieces, guint n,
	 double full, char *value)
{
	g_autofree char *clean = clean_text(name);
	double sum = 0;

	markup_append(page,
		      "<span>%s</span><svg class=\"bar\" viewBox=\"0 0 1000 "
		      "20\" preserveAspectRatio=\"none\" role=\"img\" "
		      "aria-label=\"%s: %s\">",
		      clean, clean, value);
	append_piece(page, 0, BAR_WIDTH, "rest", NULL);
	for (guint i = 0; i < n; i++) {
		const double from = sum;

		sum += full > 0 ? MAX(pieces[i].value, 0) / full * BAR_WIDTH
				: 0;
		if (sum > from)
			append_piece(page, MIN(from, BAR_WIDTH),
				     MIN(sum, BAR_WIDTH), pieces[i].class_name,
				     pieces[i].title);
		g_free(pieces[i].title);
	}
	markup_append(page, "</svg><b>%s</b>\n", value);
	g_free(value);
}

/* ---- tables and lists --------------------------------------------------- */

void
page_begin_table(GString *page, const char *caption, gboolean wide)
{
	page_begin_figure(page, caption, wide);
	g_string_append(page, "<div class=\"scroll\"><table><thead><tr>");
}

void
page_column(GString *page, const char *name)
{
	markup_append(page, "<th>%s</th>", name);
}

void
page_number_columns(GString *page, const char *const *names)
{
	for (; *names != NULL; names++) {
		g_autofree char *clean = clean_text(*names);

		markup_append(page, "<th class=\"n\">%s</th>", clean);
	}
}

void
page_begin_rows(GString *page)
{
	g_string_append(page, "</tr></thead><tbody>\n");
}

void
page_end_table(GString *page)
{
	g_string_append(page, "</tbody></table></div>\n");
	page_end_figure(page);
}

void
page_cell(GString *page, char *text)
{
	markup_append(page, "<td class=\"n\">%s</td>", text);
	g_free(text);
}

void
page_fact(GString *page, const char *name, const char *text)
{
	g_autofree char *clean_name = clean_text(name);
	g_autofree char *clean = clean_text(text);

	if (*clean != '\0')
		markup_append(page, "<div><dt>%s</dt><dd>%s</dd></div>\n",
			      clean_name, clean);
}
