/* SPDX-License-Identifier: Apache-2.0
 *
 * A report that anybody wrote: it is refused, or it is written as it was read,
 * drawn as a page that is well-formed, and the same as itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/page_check.h"
#include "tools/bench/compare.h"
#include "tools/bench/report_html.h"
#include "tools/bench/report_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *
dumped(const GPtrArray *records)
{
	json_t *json = records_to_json(records);
	char *text = json_dumps(json, 0);

	json_decref(json);
	return text;
}

static void
check_written(const GPtrArray *records)
{
	char *first = dumped(records);
	g_autoptr(GPtrArray) read =
		records_parse(first, strlen(first), "again", NULL);
	char *second;

	g_assert_nonnull(read);
	second = dumped(read);
	g_assert_cmpstr(first, ==, second);
	free(first);
	free(second);
}

static void
check_shown(const GPtrArray *records)
{
	g_autofree char *page = report_html(records);
	g_autofree char *text = report_text_of(records);

	page_check(page);
	g_assert_null(strchr(text, '\033'));
}

static void
check_same(const GPtrArray *records)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) pairs =
		compare_runs(records, "A", records, "B", &error);
	g_autofree char *page = NULL;
	g_autofree char *text = NULL;

	/* Runs of one name may be of different kinds. */
	if (pairs == NULL) {
		g_assert_nonnull(error);
		return;
	}
	page = compare_html(pairs, "A", "B");
	page_check(page);
	text = compare_text(pairs, "A", "B");
	json_decref(compare_json(pairs, "A", "B"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) records =
		records_parse((const char *)data, size, "fuzz", &error);

	if (records == NULL) {
		g_assert_nonnull(error);
		return 0;
	}
	check_written(records);
	check_shown(records);
	check_same(records);
	return 0;
}
