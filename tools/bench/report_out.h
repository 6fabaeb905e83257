/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/report_out.h: what was measured, told: on the terminal or as
 * JSON, and as a page.
 */
#ifndef TOOLS_BENCH_REPORT_OUT_H
#define TOOLS_BENCH_REPORT_OUT_H

#include "tools/bench/record.h"

typedef struct {
	gboolean json;	       /* on standard output, instead of the text */
	const char *json_file; /* too; NULL: none */
	const char *html_file; /* too; NULL: none */
} ReportOutputs;

/* FALSE with an error when a file cannot be written. */
gboolean report_out(const Result *result, const ReportOutputs *outputs,
		    GError **error);

/* Several lines for each record. */
char *report_text_of(const GPtrArray *records);

#endif
