/* SPDX-License-Identifier: Apache-2.0
 *
 * What a compiler wrote, for a source of two lines.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#include "plugins/engine-fisco/compile-result.h"
#include "plugins/kit/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(json_t) files =
		json_pack("{s:s}", "A.sol", "contract A {\n}\n");
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(json_t) result =
		compile_result(bsn_slice_of(data, size), files, &err);
	g_autofree char *text = NULL;

	if (result == NULL) {
		g_assert_cmpstr(err.reason, !=, "");
		return 0;
	}
	text = json_text(result);
	g_assert_true(json_is_array(json_object_get(result, "contracts")));
	return 0;
}
