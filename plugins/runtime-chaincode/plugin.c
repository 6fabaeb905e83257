/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's chaincodes as a plugin: programs of fabric-shim that run here, and
 * such that run as services.
 */
#include <config.h>

#include <bsn/bsn.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/runtime-chaincode/runtime.h"

#define PLUGIN_ID "bsn.runtime-chaincode"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_RUNTIME);

static int32_t
execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	return bsn_fail(err, BSN_E_INVALID,
			"a chaincode is simulated: use " BSN_CHAINCODE_ID);
}

static const void *
query_runtime(const char *id)
{
	return strcmp(id, BSN_CHAINCODE_ID) == 0 ? &runtime_chaincode : NULL;
}

static const bsn_runtime runtime = {
	.size = sizeof(runtime),
	.flags = BSN_RUNTIME_ASYNC,
	.name = RUNTIME_NAME,
	.languages = "[\"javascript\",\"typescript\"]",
	.check = runtime_check,
	.execute = execute,
	.query = query_runtime,
};

static const void *
query(const char *id)
{
	if (strcmp(id, BSN_RUNTIME_ID) == 0)
		return &runtime;
	return strcmp(id, BSN_IO_ID) == 0 ? &runtime_io_user : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(plugin),
	.flags = BSN_PLUGIN_DOES_IO,
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Fabric chaincodes (Node, and as a service)",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	runtime_host.log = bsn_host_log(host);
	*out = &plugin;
	return BSN_OK;
}
