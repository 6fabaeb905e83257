/* SPDX-License-Identifier: Apache-2.0
 *
 * The EVM as a plugin.
 */
#include <config.h>

#include <bsn/helpers/error.h>
#include <bsn/runtime.h>
#include <inttypes.h>

#include "plugins/runtime-evm/accounts.h"
#include "plugins/runtime-evm/check.h"
#include "plugins/runtime-evm/check/report.h"
#include "plugins/runtime-evm/crypto.h"
#include "plugins/runtime-evm/machine.h"
#include "plugins/runtime-evm/precompiles/precompiles.h"
#include "plugins/runtime-evm/table.h"
#include "plugins/runtime-evm/transaction.h"

#define PLUGIN_ID "bsn.runtime-evm"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_RUNTIME);

static int32_t
contract_code(bsn_slice contract, bsn_state *state, bsn_sink *out, bsn_err *err)
{
	AccountRecord record;
	Address address;
	Code *code = NULL;
	int32_t status;

	if (contract.len != ADDRESS_LEN)
		return bsn_fail(err, BSN_NOT_FOUND,
				"an address has 20 bytes, not %" PRIu64,
				contract.len);
	memcpy(address.bytes, contract.data, ADDRESS_LEN);
	status = store_get_account(state, &address, &record);
	if (status == BSN_NOT_FOUND || (status == BSN_OK && !record.has_code))
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no contract at this address");
	if (status == BSN_OK)
		status = store_get_code(state, record.code_hash, &code);
	if (status != BSN_OK)
		return bsn_fail(err, status == BSN_NOT_FOUND ? BSN_E_CORRUPT :
							       status,
				"the contract's code cannot be read");
	status = out->write(out, code->bytes, code->size);
	code_unref(code);
	return status;
}

static const bsn_runtime runtime = {
	.size = sizeof(runtime),
	.flags = BSN_RUNTIME_SLOTS,
	.name = "evm",
	.languages = "[\"solidity\"]",
	.check = check_code,
	.execute = transaction_execute,
	.code = contract_code,
	.account = account_look_up,
	.storage = storage_look_up,
	.least_budget = transaction_least_budget,
	.check_with = check_code_with,
	.fund = account_fund,
	.check_rules = check_rule_ids,
	.machine_new = machine_new,
	.machine_free = machine_free,
	.execute_on = transaction_execute_on,
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
	.name = "Ethereum Virtual Machine (Cancun)",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	int32_t status = table_open(host, err);

	if (status == BSN_OK)
		status = crypto_open(host, err);
	if (status == BSN_OK)
		status = precompiles_open(err);
	if (status == BSN_OK)
		*out = &plugin;
	return status;
}
