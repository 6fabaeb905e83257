/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes: a definition as a package has it; or, after a NUL, a record as the
 * store has it. What is read is written and read again as the same.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/rich/index.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
use(const Index *index)
{
	g_autoptr(GByteArray) record = g_byte_array_new();
	g_autoptr(Index) again = NULL;
	gboolean current = FALSE;

	index_record_put(record, index);
	again = index_record_read(7, buffer_slice(record), &current);
	g_assert_nonnull(again);
	g_assert_true(current);
	g_assert_true(index_equal(index, again));
	g_assert_cmpuint(index->paths->len, >, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Index) index = NULL;
	gboolean current = FALSE;

	if (size > 0 && data[0] == 0) {
		index = index_record_read(
			7, bsn_slice_of(data + 1, size - 1), &current);
		if (index == NULL || !current)
			return 0;
	} else {
		index = index_define("basic", "", bsn_slice_of(data, size),
				     &err);
		g_assert_true((index == NULL) == (err.reason[0] != '\0'));
		if (index == NULL)
			return 0;
	}
	use(index);
	return 0;
}
