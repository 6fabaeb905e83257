/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts in C as a plugin: for tests, simulation, conformance runs and
 * benchmarks of engines that run chaincode.
 */
#include <config.h>

#include <bsn/helpers/error.h>
#include <bsn/runtime.h>

#include "plugins/runtime-native/chaincode.h"
#include "plugins/runtime-native/code.h"

#define PLUGIN_ID "bsn.runtime-native"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_RUNTIME);

static int32_t
write_text(bsn_sink *sink, const char *text)
{
	return sink->write(sink, (const uint8_t *)text, strlen(text));
}

/* What is compiled in was reviewed: only whether there is such a contract. */
static int32_t
check(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	const NativeContract *contract;
	bsn_err reason = BSN_ERR_INIT;
	g_autofree char *text = NULL;
	json_t *list;
	guint version;
	int32_t status = native_code_read(code, &contract, &version, &reason);

	if (status == BSN_OK)
		return write_text(findings, "[]");
	if (status == BSN_TOO_LARGE)
		return bsn_fail(err, status, "%s", reason.reason);
	list = json_pack("[{s:s, s:s, s:s, s:s}]", "rule", "native-package",
			 "severity", "error", "where", NATIVE_FILE, "text",
			 reason.reason);
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	status = write_text(findings, text);
	return status == BSN_OK ? bsn_fail(err, BSN_FAULT, "%s", reason.reason)
				: status;
}

static int32_t
execute(const bsn_call *call, bsn_state *state, bsn_err *err)
{
	return bsn_fail(err, BSN_E_INVALID,
			"chaincodes are simulated (" BSN_CHAINCODE_ID
			"), not executed");
}

static const void *
query_runtime(const char *id)
{
	return strcmp(id, BSN_CHAINCODE_ID) == 0 ? &native_chaincode_runtime
						 : NULL;
}

static const char *const check_rules[] = { "native-package", NULL };

static const bsn_runtime runtime = {
	.size = sizeof(runtime),
	.name = "native",
	.languages = "[\"c\"]",
	.check = check,
	.execute = execute,
	.check_rules = check_rules,
	.query = query_runtime,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_RUNTIME_ID) == 0 ? &runtime : NULL;
}

static const bsn_plugin plugin = {
	.size = sizeof(plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "Contracts compiled in",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	*out = &plugin;
	return BSN_OK;
}
