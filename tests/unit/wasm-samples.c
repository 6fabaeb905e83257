/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wasm-samples.h"

GByteArray *
wasm_sample(const char *path)
{
	g_autofree char *file = g_test_build_filename(G_TEST_DIST, path, NULL);
	g_autoptr(GError) error = NULL;
	gsize len;
	char *bytes;

	if (!g_file_get_contents(file, &bytes, &len, &error))
		g_error("%s", error->message);
	return g_byte_array_new_take((guint8 *)bytes, len);
}
