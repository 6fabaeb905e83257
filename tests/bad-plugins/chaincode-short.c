/* SPDX-License-Identifier: Apache-2.0
 *
 * A runtime for chaincode whose runs cannot be given up. What it has is something,
 * which nobody may call.
 */
#include <bsn/bsn.h>
#include <bsn/ext/chaincode.h>
#include <string.h>

#define PLUGIN_ID "test.chaincode-short"

BSN_PLUGIN_NOTE(PLUGIN_ID, "1.0", BSN_KIND_RUNTIME);

static bsn_chaincode_runtime chaincode;
static bsn_runtime runtime;

static const void *
runtime_query(const char *id)
{
	return strcmp(id, BSN_CHAINCODE_ID) == 0 ? &chaincode : NULL;
}

static const void *
query(const char *id)
{
	return strcmp(id, BSN_RUNTIME_ID) == 0 ? &runtime : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = "1.0",
	.name = "short chaincode",
	.vendor = "test",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	memset(&chaincode, 0x55, sizeof(chaincode));
	chaincode.size = sizeof(chaincode);
	chaincode.flags = 0;
	chaincode.cancel = NULL;
	memset(&runtime, 0x55, sizeof(runtime));
	runtime.size = sizeof(runtime);
	runtime.flags = 0;
	runtime.name = "short";
	runtime.languages = "[]";
	runtime.query = runtime_query;
	*out = &plugin;
	return BSN_OK;
}
