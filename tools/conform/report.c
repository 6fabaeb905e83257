/* SPDX-License-Identifier: Apache-2.0
 *
 * What all reports say in the same words.
 */
#include "tools/conform/report.h"

#include <bsn/bsn.h>
#include <string.h>

#include "tools/conform/text.h"

char *
result_why(const Result *result)
{
	g_autofree char *summary = conform_text(result->summary);
	g_autofree char *call =
		result->call != NULL ? conform_text(result->call) : NULL;

	if (call == NULL)
		return g_steal_pointer(&summary);
	return g_strconcat("in ", call, summary[0] != '\0' ? ", " : "",
			   summary, NULL);
}

char *
result_line(const Result *result)
{
	g_autofree char *why = result_why(result);
	const char *between = result->call != NULL ? " " :
			      why[0] != '\0'	   ? ": " :
						     "";

	return g_strconcat(verdict_name(result->verdict), " ",
			   result->check->id, between, why, NULL);
}

char *
check_group_name(const Check *check)
{
	return g_strndup(check->id, strcspn(check->id, "."));
}

char *
kinds_text(guint32 kinds)
{
	static const struct {
		guint32 bit;
		const char *name;
	} names[] = {
		{ BSN_KIND_ENGINE, "engine" },
		{ BSN_KIND_CONSENSUS, "consensus" },
		{ BSN_KIND_RUNTIME, "runtime" },
		{ BSN_KIND_CRYPTO, "crypto" },
	};
	GString *out = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if ((kinds & names[i].bit) != 0)
			g_string_append_printf(out, "%s%s",
					       out->len > 0 ? ", " : "",
					       names[i].name);
	return g_string_free(out, FALSE);
}

guint
report_count(const Report *report, Verdict verdict)
{
	guint n = 0;

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		n += result->verdict == verdict;
	}
	return n;
}

char *
report_counts(const Report *report)
{
	GString *out = g_string_new(NULL);
	const char *between = ": ";

	g_string_append_printf(out, "%u checks", report->results->len);
	for (Verdict v = VERDICT_PASS; v <= VERDICT_REFUSED; v++) {
		guint n = report_count(report, v);

		if (n == 0)
			continue;
		g_string_append_printf(out, "%s%u %s", between, n,
				       verdict_name(v));
		between = ", ";
	}
	return g_string_free(out, FALSE);
}
