/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/report_html.h: a report as a page by itself: charts, tables, what
 * was run and where.
 */
#ifndef TOOLS_BENCH_REPORT_HTML_H
#define TOOLS_BENCH_REPORT_HTML_H

#include "tools/bench/record.h"

/* Of Record, at least one; several stand side by side first. */
char *report_html(const GPtrArray *records);

/* Charts and tables of one run, for a page. */
void report_html_run(GString *page, const Record *record);

#endif
