/* SPDX-License-Identifier: Apache-2.0
 *
 * JUnit's XML as continuous integration reads it: a suite for each group. What
 * was found wrong is a failure; what ended by itself or was ended, an error.
 */
#include <string.h>

#include "tools/conform/markup.h"
#include "tools/conform/report.h"
#include "tools/conform/text.h"

typedef struct {
	guint tests, failures, errors, skipped;
	double seconds;
} Tally;

static gboolean
is_of_group(const Result *result, const char *group)
{
	gsize len = strlen(group);

	return strncmp(result->check->id, group, len) == 0 &&
	       result->check->id[len] == '.';
}

static void
count(Tally *tally, const Result *result)
{
	tally->tests++;
	tally->seconds += result->seconds;
	switch (result->verdict) {
	case VERDICT_PASS:
	case VERDICT_WARN:
		break;
	case VERDICT_NOT_CLAIMED:
		tally->skipped++;
		break;
	case VERDICT_FAIL:
		tally->failures++;
		break;
	case VERDICT_CRASHED:
	case VERDICT_HUNG:
	case VERDICT_EXITED:
	case VERDICT_REFUSED:
		tally->errors++;
		break;
	}
}

/* Of a group, or of all when `group` is NULL. */
static Tally
tally_of(const Report *report, const char *group)
{
	Tally tally = { 0 };

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (group == NULL || is_of_group(result, group))
			count(&tally, result);
	}
	return tally;
}

static void
put_opening(GString *out, const char *element, const char *name,
	    const Tally *tally)
{
	markup_append(out,
	    "<%s name=\"%s\" tests=\"%u\" failures=\"%u\" errors=\"%u\" "
	    "skipped=\"%u\" time=\"%.3f\">\n",
	    element, name, tally->tests, tally->failures, tally->errors,
	    tally->skipped, tally->seconds);
}

static void
put_evidence(GString *out, const Result *result)
{
	for (guint i = 0; result->evidence != NULL &&
			  i < result->evidence->len; i++) {
		g_autofree char *line =
			conform_text(result->evidence->pdata[i]);

		markup_append(out, "%s\n", line);
	}
}

static void
put_wrong(GString *out, const char *element, const Result *result)
{
	g_autofree char *line = result_line(result);
	g_autofree char *replay = conform_text(result->replay);

	markup_append(out, "<%s type=\"%s\" message=\"%s\">", element,
	    verdict_name(result->verdict), line);
	markup_append(out, "%s\nseed: %" G_GUINT64_FORMAT "\nagain: %s\n",
	    result->check->sentence, result->seed, replay);
	put_evidence(out, result);
	markup_append(out, "</%s>\n", element);
}

static void
put_verdict(GString *out, const Result *result)
{
	g_autofree char *why = result_why(result);

	switch (result->verdict) {
	case VERDICT_PASS:
		break;
	case VERDICT_NOT_CLAIMED:
		markup_append(out, "<skipped message=\"not claimed\"/>\n");
		break;
	case VERDICT_WARN:
		markup_append(out, "<system-out>warn: %s</system-out>\n", why);
		break;
	case VERDICT_FAIL:
		put_wrong(out, "failure", result);
		break;
	case VERDICT_CRASHED:
	case VERDICT_HUNG:
	case VERDICT_EXITED:
	case VERDICT_REFUSED:
		put_wrong(out, "error", result);
		break;
	}
}

static void
put_group(GString *out, const Report *report, const char *group)
{
	Tally tally = tally_of(report, group);

	put_opening(out, "testsuite", group, &tally);
	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (!is_of_group(result, group))
			continue;
		markup_append(out,
		    "<testcase classname=\"bsn.%s\" name=\"%s\" "
		    "time=\"%.3f\">\n",
		    group, result->check->id, result->seconds);
		put_verdict(out, result);
		markup_append(out, "</testcase>\n");
	}
	markup_append(out, "</testsuite>\n");
}

static void
put_groups(GString *out, const Report *report)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];
		char *group = check_group_name(result->check);

		if (!g_hash_table_contains(seen, group))
			put_group(out, report, group);
		g_hash_table_add(seen, group);
	}
}

/* A file that could not be loaded is one test that failed, never none. */
static void
put_refusal(GString *out, const Report *report)
{
	const Tally tally = { .tests = 1, .errors = 1 };
	g_autofree char *refusal = conform_text(report->refusal);

	put_opening(out, "testsuite", "load", &tally);
	markup_append(out,
	    "<testcase classname=\"bsn.load\" name=\"load\">\n"
	    "<error type=\"REFUSED\" message=\"%s\"/>\n</testcase>\n"
	    "</testsuite>\n",
	    refusal);
}

void
report_junit(const Report *report, GString *out)
{
	guint refused = report->refusal != NULL && report->results->len == 0;
	Tally tally = tally_of(report, NULL);
	g_autofree char *file = conform_text(report->file);

	tally.tests += refused;
	tally.errors += refused;
	g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	put_opening(out, "testsuites", file, &tally);
	if (refused)
		put_refusal(out, report);
	else
		put_groups(out, report);
	markup_append(out, "</testsuites>\n");
}
