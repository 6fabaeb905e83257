/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <string.h>

#include "plugins/kit/host.h"
#include "plugins/runtime-wasm/machine/crypto.h"
#include "plugins/runtime-wasm/machine/plugin.h"

static const bsn_log *host;

int32_t
wasm_plugin_open(const bsn_host *of, bsn_err *err)
{
	host = bsn_host_log(of);
	return wasm_crypto_open(of, err);
}

void
wasm_plugin_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	host_log(host, NULL, BSN_LOG_DEBUG, format, args);
	va_end(args);
}

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CHAINCODE_ID) == 0 ? &wasm_chaincode_runtime :
						   NULL;
}

const bsn_runtime wasm_runtime = {
	.size = sizeof(wasm_runtime),
	.name = "wasm",
	.languages = "[\"c\",\"c++\",\"rust\",\"assemblyscript\"]",
	.check = wasm_check,
	.execute = wasm_execute,
	.code = wasm_contract_code,
	.storage = wasm_contract_storage,
	.least_budget = wasm_least_budget,
	.check_with = wasm_check_with,
	.check_rules = wasm_check_rules,
	.query = query,
};
