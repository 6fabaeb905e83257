/* SPDX-License-Identifier: Apache-2.0
 *
 * The page's checks: what is not good as a list, and all of them in full.
 */
#include <string.h>

#include "tools/conform/markup.h"
#include "tools/conform/report-html.h"
#include "tools/conform/text.h"

/* Characters of evidence on a line of paper, and lines that are kept on one
 * sheet. */
#define PAPER_WIDTH 100u
#define PAPER_LINES 16u

/* ---- the list ----------------------------------------------------------- */

static void
put_item(GString *out, const Result *result)
{
	g_autofree char *why = result_why(result);

	g_string_append(out, "<li>");
	html_verdict(out, html_class(result->verdict),
		     verdict_name(result->verdict));
	markup_append(out,
		      " <a class=\"id\" href=\"#%s\">%s</a><br/>"
		      "<span class=\"small\">%s</span></li>\n",
		      result->check->id, result->check->id,
		      why[0] != '\0' ? why : result->check->sentence);
}

static gboolean
is_of_class(const Result *result, const char *class)
{
	return strcmp(html_class(result->verdict), class) == 0;
}

guint
html_count(const Report *report, const char *class)
{
	guint n = 0;

	for (guint i = 0; i < report->results->len; i++)
		n += is_of_class(report->results->pdata[i], class) ? 1 : 0;
	return n;
}

/* Nothing when there is none. */
static void
put_list(GString *out, const Report *report, const char *class,
	 const char *title, const char *anchor)
{
	guint n = html_count(report, class);

	if (n == 0)
		return;
	markup_append(out,
		      "<section id=\"%s\"><h2>%s <span class=\"soft\">%u"
		      "</span></h2><ul class=\"list\">\n",
		      anchor, title, n);
	for (guint i = 0; i < report->results->len; i++)
		if (is_of_class(report->results->pdata[i], class))
			put_item(out, report->results->pdata[i]);
	g_string_append(out, "</ul></section>\n");
}

void
html_not_good(GString *out, const Report *report)
{
	put_list(out, report, "bad", "Not good", "not-good");
	put_list(out, report, "warn", "Warnings", "warnings");
}

/* ---- one check ---------------------------------------------------------- */

static void
put_time(GString *out, double seconds)
{
	if (seconds < 1)
		markup_append(out, "<span class=\"time\">%.0f ms</span>",
			      seconds * 1000);
	else
		markup_append(out, "<span class=\"time\">%.1f s</span>",
			      seconds);
}

static void
put_where(GString *out, const Check *check)
{
	markup_append(out, "<p class=\"soft small\">%s",
		      level_name((gint)check->level));
	if (check->row != NULL)
		markup_append(out, " · row <span class=\"id\">%s</span>",
			      check->row);
	if (check->clause != NULL)
		markup_append(out, " · <span class=\"id\">%s</span>",
			      check->clause);
	g_string_append(out, "</p>\n");
}

static void
put_evidence(GString *out, const GPtrArray *evidence)
{
	if (evidence->len == 0)
		return;
	g_string_append(out, "<ol class=\"evidence\">\n");
	for (guint i = 0; i < evidence->len; i++) {
		g_autofree char *line = conform_text(evidence->pdata[i]);

		markup_append(out, "<li>%s</li>\n", line);
	}
	g_string_append(out, "</ol>\n");
}

static void
put_details(GString *out, const Result *result)
{
	g_autofree char *replay = conform_text(result->replay);

	g_string_append(out, verdict_is_good(result->verdict) ?
				     "<details>" :
				     "<details open=\"open\">");
	g_string_append(out, "<summary>Evidence</summary>\n");
	if (result->evidence != NULL)
		put_evidence(out, result->evidence);
	markup_append(out,
		      "<p class=\"again soft\">seed <code>%" G_GUINT64_FORMAT
		      "</code>, alone by <code>%s</code></p></details>\n",
		      result->seed, replay);
}

static gboolean
is_long(const GPtrArray *evidence)
{
	gsize lines = 0;

	for (guint i = 0; evidence != NULL && i < evidence->len; i++)
		lines += 1 + strlen(evidence->pdata[i]) / PAPER_WIDTH;
	return lines > PAPER_LINES;
}

static void
put_check(GString *out, const Result *result)
{
	const Check *check = result->check;
	g_autofree char *why = result_why(result);

	markup_append(out, "<article class=\"check%s\" id=\"%s\"><div>",
		      is_long(result->evidence) ? " long" : "", check->id);
	html_verdict(out, html_class(result->verdict),
		     verdict_name(result->verdict));
	markup_append(out, "</div><div><h4><span class=\"id\">%s</span>",
		      check->id);
	put_time(out, result->seconds);
	markup_append(out, "</h4>\n<p>%s</p>\n", check->sentence);
	if (why[0] != '\0')
		markup_append(out, "<p class=\"why %s\">%s</p>\n",
			      html_class(result->verdict), why);
	put_where(out, check);
	put_details(out, result);
	g_string_append(out, "</div></article>\n");
}

/* ---- all of them -------------------------------------------------------- */

static void
put_group_head(GString *out, const Report *report, const char *group)
{
	guint n = 0, good = 0;

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];
		g_autofree char *its = check_group_name(result->check);

		if (g_strcmp0(its, group) != 0)
			continue;
		n++;
		good += verdict_is_good(result->verdict) ? 1 : 0;
	}
	markup_append(out,
		      "<h3>%s <span class=\"soft\">%u of %u good</span></h3>\n",
		      group, good, n);
}

void
html_checks(GString *out, const Report *report)
{
	g_autofree char *last = NULL;

	g_string_append(out, "<section id=\"checks\"><h2>All checks</h2>\n");
	if (report->results->len == 0)
		g_string_append(out, "<p>None was run.</p>\n");
	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];
		char *group = check_group_name(result->check);

		if (g_strcmp0(group, last) != 0)
			put_group_head(out, report, group);
		g_free(last);
		last = group;
		put_check(out, result);
	}
	g_string_append(out, "</section>\n");
}
