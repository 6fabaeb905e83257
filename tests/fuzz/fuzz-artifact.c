/* SPDX-License-Identifier: Apache-2.0
 *
 * A compiled contract's file: it gives a contract with code, or an error.
 */
#include <glib.h>
#include <stdint.h>

#include "tools/ctl/artifact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = g_strndup((const char *)data, size);
	GError *error = NULL;
	Artifact *artifact = artifact_parse(text, "FILE", NULL, &error);

	g_assert_true((artifact == NULL) == (error != NULL));
	if (artifact != NULL)
		g_assert_true(g_str_has_prefix(artifact->bytecode, "0x"));
	g_clear_error(&error);
	artifact_free(artifact);
	g_free(text);
	return 0;
}
