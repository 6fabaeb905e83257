/* SPDX-License-Identifier: Apache-2.0
 *
 * CPU time by what it was spent on.
 */
#include <string.h>

#include "tools/bench/charts_private.h"
#include "tools/bench/measure.h"
#include "tools/bench/metrics.h"

/* The colour of a part: "other" when it is none that is known. */
static const char *
class_of(const char *part)
{
	for (guint i = 0; i < METRICS_PARTS; i++)
		if (strcmp(metrics_part_names[i], part) == 0)
			return metrics_part_names[i];
	return "other";
}

static void
append_stages(GString *page, const Record *record, double full)
{
	const guint n = record->cpu->len;
	g_autofree char *title = record_title(record);
	g_autofree PagePiece *pieces = g_new(PagePiece, n + 1);

	for (guint i = 0; i < n; i++) {
		const RecordValue *part =
			&g_array_index(record->cpu, RecordValue, i);
		const double us = measure_cpu_us(record, part->name);
		g_autofree char *text = units_us(us);

		pieces[i] = (PagePiece){ class_of(part->name), us,
					 g_strdup_printf("%s: %s", part->name,
							 text) };
	}
	page_bar(page, title, pieces, n, full,
		 units_us(measure_cpu_us(record, NULL)));
}

/* With what each part took when there is only one record. */
static void
append_legend(GString *page, const Record *record)
{
	PageColour colours[METRICS_PARTS];
	char *names[METRICS_PARTS];

	for (guint i = 0; i < METRICS_PARTS; i++) {
		const char *part = metrics_part_names[i];
		g_autofree char *us = NULL;

		if (record != NULL)
			us = units_us(measure_cpu_us(record, part));
		names[i] = g_strconcat(part, us != NULL ? " " : NULL, us, NULL);
		colours[i] = (PageColour){ part, names[i] };
	}
	page_legend(page, colours, METRICS_PARTS);
	for (guint i = 0; i < METRICS_PARTS; i++)
		g_free(names[i]);
}

void
chart_stages(GString *page, const Record *const *records, guint n)
{
	double full = 0;

	for (guint i = 0; i < n; i++)
		full = MAX(full, measure_cpu_us(records[i], NULL));
	if (full <= 0)
		return;
	page_begin_figure(page,
			  "CPU time of the nodes for each transaction, by "
			  "what it was spent on",
			  TRUE);
	g_string_append(page, "<div class=\"bars\">\n");
	for (guint i = 0; i < n; i++)
		if (record_knows(measure_cpu_us(records[i], NULL)))
			append_stages(page, records[i], full);
	g_string_append(page, "</div>\n");
	append_legend(page, n == 1 ? records[0] : NULL);
	page_end_figure(page);
}
