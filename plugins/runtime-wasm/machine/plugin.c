/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly contracts as a plugin.
 */
#include <config.h>

#include <bsn/runtime.h>
#include <string.h>

#include "plugins/runtime-wasm/machine/plugin.h"

#define PLUGIN_ID "bsn.runtime-wasm"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_RUNTIME);

static const void *
query(const char *id)
{
	return strcmp(id, BSN_RUNTIME_ID) == 0 ? &wasm_runtime : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "WebAssembly contracts",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	const int32_t status = wasm_plugin_open(host, err);

	if (status == BSN_OK)
		*out = &plugin;
	return status;
}
