/* SPDX-License-Identifier: Apache-2.0
 *
 * A host's /metrics as bsn-bench reads it: whatever it says, sums are numbers
 * that only rise, and reading it twice gives twice as much.
 */
#include <math.h>
#include <stdint.h>

#include "tools/bench/metrics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Metrics once = { .syncs = 0 };
	Metrics twice;
	Metrics rise;

	metrics_add_page(&once, (const char *)data, size, "bench");
	twice = once;
	metrics_add_page(&twice, (const char *)data, size, "bench");
	rise = metrics_between(&once, &twice);
	g_assert_cmpfloat(once.syncs, >=, 0);
	g_assert_cmpfloat(once.blocks, >=, 0);
	g_assert_cmpfloat(once.sync_s, >=, 0);
	for (guint i = 0; i < METRICS_PARTS; i++)
		g_assert_cmpfloat(once.cpu_s[i], >=, 0);
	if (isfinite(twice.blocks))
		g_assert_cmpfloat(fabs(rise.blocks - once.blocks), <=,
				  once.blocks * 1e-9);
	return 0;
}
