/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a config file: a config or an error that names the file.
 */
#include <stdint.h>

#include "host/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Config) config = config_parse((const char *)data, size,
						"dir/fuzz.conf", &error);

	g_assert((config == NULL) == (error != NULL));
	if (error != NULL)
		g_assert(g_str_has_prefix(error->message, "dir/fuzz.conf:") &&
			 g_utf8_validate(error->message, -1, NULL));
	return 0;
}
