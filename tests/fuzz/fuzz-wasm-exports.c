/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads any bytes as a module's exports, and as a contract's answer: there is always
 * something to show, which is JSON.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/kit/answer.h"
#include "plugins/kit/json.h"
#include "plugins/kit/wasm_exports.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bsn_slice input = bsn_slice_of(data, size);
	g_autoptr(json_t) exports = wasm_exports_json(input);
	g_autoptr(json_t) answer = answer_as_json(input);
	g_autofree char *text = json_text(exports);
	const json_t *one;
	size_t i;

	g_assert_nonnull(text);
	g_assert_nonnull(answer);
	json_array_foreach (exports, i, one)
		g_assert_nonnull(json_string_value(
			json_object_get(one, "type")));
	return 0;
}
