/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/rows.h"

#include <bsn/standard.h>
#include <string.h>

#define NOT_RUN "not-run"

const StandardRow standard_rows[] = {
#define ROW_X(table, row, required, title, title_zh)                           \
	{ table, row, required, title, title_zh },
	BSN_STANDARD_ROWS(ROW_X)
#undef ROW_X
	{ 0, NULL, FALSE, NULL, NULL },
};

gboolean
row_is_required(const char *row)
{
	for (const StandardRow *each = standard_rows; each->row != NULL; each++)
		if (strcmp(each->row, row) == 0)
			return each->required;
	return FALSE;
}

/* Of two checks of a row, the verdict with the greater weight is the row's. */
static guint
weight(Verdict verdict)
{
	switch (verdict) {
	case VERDICT_NOT_CLAIMED:
		return 0;
	case VERDICT_PASS:
		return 1;
	case VERDICT_WARN:
		return 2;
	case VERDICT_FAIL:
		return 3;
	case VERDICT_EXITED:
		return 4;
	case VERDICT_HUNG:
		return 5;
	case VERDICT_CRASHED:
		return 6;
	case VERDICT_REFUSED:
		return 7;
	}
	return 7;
}

gboolean
row_verdict(const Report *report, const char *row, Verdict *verdict)
{
	gboolean run = FALSE;

	for (guint i = 0; i < report->results->len; i++) {
		const Result *result = report->results->pdata[i];

		if (g_strcmp0(result->check->row, row) != 0)
			continue;
		if (!run || weight(result->verdict) > weight(*verdict))
			*verdict = result->verdict;
		run = TRUE;
	}
	return run;
}

const char *
row_verdict_name(const Report *report, const char *row)
{
	Verdict verdict;

	return row_verdict(report, row, &verdict) ? verdict_name(verdict) :
						    NOT_RUN;
}

static guint
rows_with(const Report *report, const char *name)
{
	guint n = 0;

	for (const StandardRow *row = standard_rows; row->row != NULL; row++)
		n += strcmp(row_verdict_name(report, row->row), name) == 0;
	return n;
}

static void
append_count(GString *out, const Report *report, const char *name)
{
	guint n = rows_with(report, name);

	if (n > 0)
		g_string_append_printf(out, "%s %u %s",
				       strchr(out->str, ':') != NULL ? "," : ":",
				       n, name);
}

char *
row_counts(const Report *report)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%u rows of the standard",
			       (guint)G_N_ELEMENTS(standard_rows) - 1);
	for (Verdict v = VERDICT_PASS; v <= VERDICT_REFUSED; v++)
		append_count(out, report, verdict_name(v));
	append_count(out, report, NOT_RUN);
	return g_string_free(out, FALSE);
}
