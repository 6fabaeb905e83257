/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads any bytes as arguments, which must be the same when they are written
 * again, and as JSON, whose arguments must be readable.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int32_t
rewrite(bsn_slice rest, GByteArray *out)
{
	bsn_slice name, value;
	int32_t status;

	while ((status = arguments_next(&rest, &name, &value)) == BSN_OK)
		arguments_add(out, name, value);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	g_autoptr(GByteArray) parsed = g_byte_array_new();
	g_autoptr(GByteArray) module = g_byte_array_new();
	bsn_slice input = bsn_slice_of(data, size), rest = input, function;

	if (rewrite(input, again) == BSN_NOT_FOUND)
		g_assert_true(bsn_slice_equal(buffer_slice(again), input));
	if (arguments_function(&rest, &function) == BSN_OK)
		g_assert_cmpuint(rest.len + function.len + 4, ==, size);
	if (arguments_from_json(input, parsed, NULL) == BSN_OK)
		g_assert_cmpint(rewrite(buffer_slice(parsed), again), ==,
				BSN_NOT_FOUND);
	arguments_module(module, input, buffer_slice(parsed));
	return 0;
}
