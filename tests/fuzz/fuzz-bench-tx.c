/* SPDX-License-Identifier: Apache-2.0
 *
 * The transaction of which bsn-bench makes others, as a host gave it: it is
 * taken or refused with a reason.
 */
#include <stdint.h>

#include "tools/bench/fisco_tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const FiscoSigning how = { "sm2", "standard" };
	g_autoptr(GBytes) tx = g_bytes_new(data, size);
	g_autoptr(GError) error = NULL;
	FiscoPattern *pattern = fisco_pattern_new(tx, &how, &error);

	g_assert_true((pattern == NULL) == (error != NULL));
	fisco_pattern_free(pattern);
	return 0;
}
