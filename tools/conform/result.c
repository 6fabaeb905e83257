/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/result.h"

static const struct {
	const char *name;
	gboolean good;
} verdicts[] = {
#define VERDICT_X(symbol, name, good) [symbol] = { name, good },
	VERDICT_MAP(VERDICT_X)
#undef VERDICT_X
};

const char *
verdict_name(Verdict verdict)
{
	return verdicts[verdict].name;
}

gboolean
verdict_is_good(Verdict verdict)
{
	return verdicts[verdict].good;
}

void
result_free(Result *result)
{
	if (result == NULL)
		return;
	g_free(result->summary);
	g_free(result->call);
	if (result->evidence != NULL)
		g_ptr_array_unref(result->evidence);
	g_free(result->replay);
	g_free(result);
}

void
report_free(Report *report)
{
	if (report == NULL)
		return;
	g_free(report->path);
	g_free(report->file);
	g_free(report->digest);
	g_free(report->workload_digest);
	g_free(report->id);
	g_free(report->version);
	g_free(report->name);
	g_free(report->vendor);
	g_free(report->licence);
	g_free(report->framework);
	g_free(report->tool_version);
	g_free(report->machine);
	g_free(report->started);
	g_free(report->profile);
	g_free(report->extent);
	g_free(report->refusal);
	if (report->results != NULL)
		g_ptr_array_unref(report->results);
	g_free(report);
}
