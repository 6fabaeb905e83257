/* SPDX-License-Identifier: Apache-2.0
 *
 * TAP version 13, the Test Anything Protocol: a line for each check, and under
 * those that say something a block of YAML.
 */
#include "tools/conform/report.h"
#include "tools/conform/text.h"

static void
put_yaml(GString *out, const char *key, const char *text)
{
	g_autofree char *printable = conform_text(text);
	g_autoptr(GString) quoted = g_string_new(printable);

	if (printable[0] == '\0')
		return;
	g_string_replace(quoted, "\\", "\\\\", 0);
	g_string_replace(quoted, "\"", "\\\"", 0);
	g_string_append_printf(out, "  %s: \"%s\"\n", key, quoted->str);
}

static void
put_block(GString *out, const Result *result)
{
	g_autofree char *seed =
		g_strdup_printf("%" G_GUINT64_FORMAT, result->seed);

	g_string_append(out, "  ---\n");
	put_yaml(out, "verdict", verdict_name(result->verdict));
	put_yaml(out, "summary", result->summary);
	put_yaml(out, "call", result->call);
	put_yaml(out, "clause", result->check->clause);
	put_yaml(out, "seed", seed);
	put_yaml(out, "replay", result->replay);
	g_string_append(out, "  ...\n");
}

static void
put_head(guint checks, GString *out)
{
	g_string_append_printf(out, "TAP version 13\n1..%u\n", checks);
}

static void
put_result(const Result *result, guint number, GString *out)
{
	gboolean skipped = result->verdict == VERDICT_NOT_CLAIMED;

	g_string_append_printf(
		out, "%s %u - %s: %s%s\n",
		verdict_is_good(result->verdict) ? "ok" : "not ok", number,
		result->check->id, result->check->sentence,
		skipped ? " # SKIP not claimed" : "");
	if (!skipped && result->verdict != VERDICT_PASS)
		put_block(out, result);
}

static void
put_refusal(const Report *report, GString *out)
{
	put_head(1, out);
	g_string_append(out, "not ok 1 - the plugin can be loaded\n  ---\n");
	put_yaml(out, "verdict", verdict_name(VERDICT_REFUSED));
	put_yaml(out, "file", report->path);
	put_yaml(out, "summary", report->refusal);
	g_string_append(out, "  ...\n");
}

void
report_tap(const Report *report, GString *out)
{
	if (report->refusal != NULL && report->results->len == 0) {
		put_refusal(report, out);
		return;
	}
	put_head(report->results->len, out);
	for (guint i = 0; i < report->results->len; i++)
		put_result(report->results->pdata[i], i + 1, out);
}
