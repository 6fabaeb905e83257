/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/report_out.h"

#include <stdio.h>

#include "tools/bench/report_html.h"

/* What is read back is the same number, without a double's last digits. */
#define DIGITS 15

/* One by itself has its members at the top. */
static char *
json_text(const GPtrArray *records)
{
	json_t *json = records->len == 1 ? record_to_json(records->pdata[0])
					 : records_to_json(records);
	char *dumped =
		json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
	char *text = g_strconcat(dumped, "\n", NULL);

	free(dumped);
	json_decref(json);
	return text;
}

gboolean
report_out(const Result *result, const ReportOutputs *outputs, GError **error)
{
	g_autoptr(GPtrArray) records = records_of(result);
	g_autofree char *json = json_text(records);
	g_autofree char *text = NULL;
	g_autofree char *page = NULL;

	if (!outputs->json)
		text = report_text_of(records);
	fputs(outputs->json ? json : text, stdout);
	if (outputs->json_file != NULL &&
	    !g_file_set_contents(outputs->json_file, json, -1, error))
		return FALSE;
	if (outputs->html_file == NULL)
		return TRUE;
	page = report_html(records);
	return g_file_set_contents(outputs->html_file, page, -1, error);
}
