/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for programs. Members keep this order. 64-bit numbers are strings,
 * since readers of JSON keep 53 bits.
 */
#include <jansson.h>
#include <string.h>

#include "tools/conform/report.h"
#include "tools/conform/rows.h"
#include "tools/conform/text.h"

static json_t *
text_json(const char *text)
{
	g_autofree char *printable = NULL;

	if (text == NULL)
		return json_null();
	printable = conform_text(text);
	return json_string(printable);
}

static json_t *
number_json(guint64 number)
{
	return json_sprintf("%" G_GUINT64_FORMAT, number);
}

static json_t *
milliseconds(double seconds)
{
	return json_integer((json_int_t)(seconds * 1000 + 0.5));
}

static json_t *
kinds_json(guint32 kinds)
{
	g_autofree char *text = kinds_text(kinds);
	g_auto(GStrv) names = g_strsplit(text, ", ", -1);
	json_t *json = json_array();

	for (guint i = 0; names[i] != NULL; i++)
		json_array_append_new(json, json_string(names[i]));
	return json;
}

static json_t *
plugin_json(const Report *report)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:[i, i], s:o, s:o, s:o, s:o, s:o}",
		"path", text_json(report->path), "file",
		text_json(report->file), "digest", text_json(report->digest),
		"id", text_json(report->id), "version",
		text_json(report->version), "abi", (int)report->abi_major,
		(int)report->abi_minor, "kinds", kinds_json(report->kinds),
		"name", text_json(report->name), "vendor",
		text_json(report->vendor), "licence",
		text_json(report->licence), "framework",
		text_json(report->framework));
}

static json_t *
tool_json(const Report *report)
{
	return json_pack("{s:s, s:o, s:i}", "name", "bsn-conform", "version",
			 text_json(report->tool_version), "edition",
			 (int)report->edition);
}

static json_t *
run_json(const Report *report)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o}}", "profile",
			 text_json(report->profile), "extent",
			 text_json(report->extent), "seed",
			 number_json(report->seed), "workload",
			 text_json(report->workload_digest), "machine",
			 text_json(report->machine), "timing", "started",
			 text_json(report->started), "ms",
			 milliseconds(report->seconds));
}

static json_t *
counts_json(const Report *report)
{
	json_t *json = json_object();

	for (Verdict v = VERDICT_PASS; v <= VERDICT_REFUSED; v++)
		json_object_set_new(
			json, verdict_name(v),
			json_integer((json_int_t)report_count(report, v)));
	return json;
}

static json_t *
outcome_json(const Report *report)
{
	const char *level = report->level != LEVEL_NONE ?
				    level_name(report->level) :
				    NULL;

	return json_pack("{s:b, s:s?, s:s, s:o, s:o}", "conforming",
			 report->conforming, "level", level, "promise",
			 level_promise(report->level), "refusal",
			 text_json(report->refusal), "counts",
			 counts_json(report));
}

/* ---- rows and checks ---------------------------------------------------- */

static json_t *
checks_of_row(const Report *report, const char *row)
{
	json_t *json = json_array();

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (g_strcmp0(result->check->row, row) == 0)
			json_array_append_new(json,
					      json_string(result->check->id));
	}
	return json;
}

static json_t *
rows_json(const Report *report)
{
	json_t *json = json_array();

	for (const StandardRow *row = standard_rows; row->row != NULL; row++)
		json_array_append_new(
			json,
			json_pack("{s:i, s:s, s:b, s:s, s:s, s:s, s:o}",
				  "table", (int)row->table, "row", row->row,
				  "required", row->required, "title",
				  row->title, "title_zh", row->title_zh,
				  "verdict",
				  row_verdict_name(report, row->row), "checks",
				  checks_of_row(report, row->row)));
	return json;
}

static json_t *
evidence_json(const GPtrArray *evidence)
{
	json_t *json = json_array();

	for (guint i = 0; evidence != NULL && i < evidence->len; i++)
		json_array_append_new(json, text_json(evidence->pdata[i]));
	return json;
}

static json_t *
result_json(const Result *result)
{
	const Check *check = result->check;

	return json_pack(
		"{s:s, s:s, s:s, s:s?, s:s?, s:s, s:i, s:o, s:o, s:o, s:o, "
		"s:o, s:{s:o}}",
		"id", check->id, "verdict", verdict_name(result->verdict),
		"sentence", check->sentence, "row", check->row, "clause",
		check->clause, "level", level_name((gint)check->level),
		"edition", (int)check->edition, "summary",
		text_json(result->summary != NULL ? result->summary : ""),
		"call", text_json(result->call), "evidence",
		evidence_json(result->evidence), "seed",
		number_json(result->seed), "replay", text_json(result->replay),
		"timing", "ms", milliseconds(result->seconds));
}

static json_t *
results_json(const Report *report)
{
	json_t *json = json_array();

	for (guint i = 0; i < report->results->len; i++)
		json_array_append_new(json,
				      result_json(report->results->pdata[i]));
	return json;
}

void
report_json(const Report *report, GString *out)
{
	json_t *json = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
				 "schema", REPORT_SCHEMA, "tool",
				 tool_json(report), "plugin",
				 plugin_json(report), "run", run_json(report),
				 "outcome", outcome_json(report), "rows",
				 rows_json(report), "checks",
				 results_json(report));
	char *text = json_dumps(json, JSON_INDENT(2));

	g_assert(text != NULL);
	g_string_append_printf(out, "%s\n", text);
	free(text);
	json_decref(json);
}
