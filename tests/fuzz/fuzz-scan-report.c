/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the report of a scan: all that is taken from it is text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "host/plugin/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *text)
{
	if (text != NULL && !g_utf8_validate(text, -1, NULL))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Report report;

	report_parse(&report, data, size);
	check(report.where);
	check(report.verdict.name);
	check(report.verdict.vendor);
	check(report.verdict.refusal.reason);
	for (char **offer = report.verdict.offers; *offer != NULL; offer++)
		check(*offer);
	report_clear(&report);
	return 0;
}
