/* SPDX-License-Identifier: Apache-2.0
 *
 * The page that a vendor sends to BSN: who and what was judged, how it ended,
 * the two tables of the standard. It is XML as well, and has no script.
 */
#include "tools/conform/report-html.h"

#include "tools/conform/markup.h"
#include "tools/conform/report-html-style.h"
#include "tools/conform/rows.h"
#include "tools/conform/text.h"

const char *
html_class(Verdict verdict)
{
	if (verdict == VERDICT_NOT_CLAIMED)
		return "none";
	if (verdict == VERDICT_WARN)
		return "warn";
	return verdict_is_good(verdict) ? "good" : "bad";
}

void
html_verdict(GString *out, const char *class, const char *name)
{
	markup_append(out, "<span class=\"verdict %s\">%s</span>", class, name);
}

/* ---- the plugin --------------------------------------------------------- */

static void
put_fact(GString *out, const char *class, const char *name, const char *text)
{
	g_autofree char *printable = conform_text(text);

	if (printable[0] != '\0')
		markup_append(out,
			      "<div class=\"%s\"><dt>%s</dt><dd>%s</dd></div>\n",
			      class, name, printable);
}

static void
put_digest(GString *out, const char *name, const char *digest)
{
	if (digest != NULL)
		markup_append(out,
			      "<div class=\"wide\"><dt>%s</dt>"
			      "<dd><code>%s</code></dd></div>\n",
			      name, digest);
}

static void
put_facts(GString *out, const Report *report)
{
	g_autofree char *abi = g_strdup_printf("%u.%u", report->abi_major,
					       report->abi_minor);
	g_autofree char *kinds = kinds_text(report->kinds);
	g_autofree char *tool =
		g_strdup_printf("bsn-conform %s, edition %u",
				report->tool_version, report->edition);
	g_autofree char *seed =
		g_strdup_printf("%" G_GUINT64_FORMAT, report->seed);
	g_autofree char *took = g_strdup_printf("%.1f s", report->seconds);

	g_string_append(out, "<dl class=\"facts\">\n");
	put_digest(out, "SM3 digest of the file", report->digest);
	put_fact(out, "", "File", report->file);
	put_fact(out, "", "Plugin", report->id);
	put_fact(out, "", "Kind", kinds);
	put_fact(out, "", "Framework", report->framework);
	put_fact(out, "", "ABI", report->id != NULL ? abi : NULL);
	put_fact(out, "", "Licence", report->licence);
	put_fact(out, "", "Judged by", tool);
	put_fact(out, "", "Profile", report->profile);
	put_fact(out, "", "Extent", report->extent);
	put_fact(out, "", "Seed", seed);
	put_fact(out, "", "Machine", report->machine);
	put_fact(out, "time", "Begun", report->started);
	put_fact(out, "", "Took", took);
	put_digest(out, "SM3 digest of the workload", report->workload_digest);
	g_string_append(out, "</dl>\n");
}

static void
put_name(GString *out, const Report *report)
{
	g_autofree char *name = conform_text(
		report->name != NULL ? report->name : report->file);
	g_autofree char *version = conform_text(report->version);
	g_autofree char *vendor = conform_text(report->vendor);

	markup_append(out, "<h1>%s <span class=\"version\">%s</span></h1>\n",
		      name, version);
	if (vendor[0] != '\0')
		markup_append(out, "<p class=\"soft\">%s</p>\n", vendor);
}

/* ---- how it ended ------------------------------------------------------- */

static void
put_ladder(GString *out, const Report *report)
{
	g_string_append(out, "<ol class=\"ladder\">\n");
	for (gint level = 0; level < LEVELS; level++)
		markup_append(out, "<li class=\"%s\"><b>%s</b> %s</li>\n",
			      level <= report->level ? "reached" : "",
			      level_name(level), level_promise(level));
	g_string_append(out, "</ol>\n");
}

static void
put_counts(GString *out, const Report *report)
{
	g_string_append(out, "<p class=\"counts\">\n");
	for (Verdict v = VERDICT_PASS; v <= VERDICT_REFUSED; v++) {
		g_autofree char *text = g_strdup_printf(
			"%u %s", report_count(report, v), verdict_name(v));

		if (report_count(report, v) > 0)
			html_verdict(out, html_class(v), text);
	}
	g_string_append(out, "</p>\n");
}

static void
put_standing(GString *out, const Report *report)
{
	const char *level = report->level != LEVEL_NONE ?
				    level_name(report->level) :
				    "–";
	g_autofree char *refusal = conform_text(report->refusal);
	g_autofree char *rows = row_counts(report);

	markup_append(out,
		      "<div class=\"standing %s\"><div class=\"level\">%s</div>"
		      "<div><p class=\"word\">%s</p>",
		      report->conforming ? "good" : "bad", level,
		      report->conforming ? "Conforming" : "Not conforming");
	if (report->refusal != NULL)
		markup_append(out, "<p>%s</p>", refusal);
	else if (report->level == LEVEL_NONE)
		markup_append(out, "<p>%s</p>", level_promise(report->level));
	else
		markup_append(out, "<p>Level reached: %s</p>",
			      level_promise(report->level));
	markup_append(out, "<p class=\"small\">%s</p>", rows);
	g_string_append(out, "</div></div>\n");
	put_ladder(out, report);
	put_counts(out, report);
}

/* ---- the tables of the standard ----------------------------------------- */

static void
put_row_checks(GString *out, const Report *report, const char *row)
{
	const char *first = NULL;
	guint n = 0;

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (g_strcmp0(result->check->row, row) != 0)
			continue;
		if (n++ == 0)
			first = result->check->id;
	}
	if (n > 0)
		markup_append(out, "<a href=\"#%s\">%u check%s</a>", first, n,
			      n == 1 ? "" : "s");
}

static void
put_row(GString *out, const Report *report, const StandardRow *row)
{
	Verdict verdict = VERDICT_NOT_CLAIMED;
	gboolean run = row_verdict(report, row->row, &verdict);

	g_string_append(out, "<tr><td>");
	html_verdict(out, run ? html_class(verdict) : "none",
		     row_verdict_name(report, row->row));
	markup_append(out,
		      "</td><td><span class=\"title\">%s</span> "
		      "<span lang=\"zh-Hans\">%s</span><br/>"
		      "<span class=\"soft\"><span class=\"id\">%s</span>%s"
		      "</span></td><td class=\"small\">",
		      row->title, row->title_zh, row->row,
		      row->required ? "" : ", optional");
	put_row_checks(out, report, row->row);
	g_string_append(out, "</td></tr>\n");
}

static void
put_table(GString *out, const Report *report, guint table, const char *title,
	  const char *title_zh)
{
	markup_append(out,
		      "<section id=\"table-%u\"><h2>Table %u: %s "
		      "<span class=\"soft\" lang=\"zh-Hans\">%s</span></h2>\n"
		      "<table><thead><tr><th>Verdict</th><th>Row</th>"
		      "<th>Checks</th></tr></thead><tbody>\n",
		      table, table, title, title_zh);
	for (const StandardRow *row = standard_rows; row->row != NULL; row++)
		if (row->table == table)
			put_row(out, report, row);
	g_string_append(out, "</tbody></table></section>\n");
}

/* ---- the page ----------------------------------------------------------- */

static void
put_head(GString *out, const Report *report)
{
	g_autofree char *file = conform_text(report->file);

	g_string_append(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
			     "<meta charset=\"utf-8\"/>\n"
			     "<meta name=\"viewport\" content=\"width=device-"
			     "width, initial-scale=1\"/>\n"
			     "<meta name=\"color-scheme\" content=\"light "
			     "dark\"/>\n");
	markup_append(out, "<title>%s: BSN conformance, %s</title>\n", file,
		      level_name(report->level));
	g_string_append_printf(out, "<style>\n%s</style></head>\n<body>\n",
			       report_html_style);
}

static void
put_nav(GString *out, const Report *report)
{
	g_string_append(out, "<nav>");
	if (html_count(report, "bad") > 0)
		g_string_append(out, "<a href=\"#not-good\">Not good</a> ");
	g_string_append(out, "<a href=\"#table-1\">Table 1</a> "
			     "<a href=\"#table-2\">Table 2</a> "
			     "<a href=\"#checks\">All checks</a></nav>\n");
}

static void
put_header(GString *out, const Report *report)
{
	g_string_append(
		out, "<header><p class=\"eyebrow\">BSN framework adaptation "
		     "standard: conformance report "
		     "<span lang=\"zh-Hans\">框架适配标准符合性报告</span>"
		     "</p>\n");
	put_name(out, report);
	put_standing(out, report);
	put_facts(out, report);
	g_string_append(out, "</header>\n");
}

void
report_html(const Report *report, GString *out)
{
	put_head(out, report);
	put_header(out, report);
	put_nav(out, report);
	g_string_append(out, "<main>\n");
	html_not_good(out, report);
	put_table(out, report, 1, "functions", "功能要求");
	put_table(out, report, 2, "interface", "接口要求");
	html_checks(out, report);
	g_string_append(out, "</main>\n");
	markup_append(out,
		      "<footer>Written by bsn-conform %s. The verdicts hold for "
		      "the file with the SM3 digest above and for no other."
		      "</footer>\n</body></html>\n",
		      report->tool_version);
}
