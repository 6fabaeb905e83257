/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/catalogue.h"

#include "plugins/kit/solidity/interface.h"
#include "plugins/engine-fisco/compile.h"
#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/policy.h"
#include "plugins/engine-fisco/release.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/account.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wasm_exports.h"

#define LIST_MAX 100u
#define CHECK_ITEMS_MAX 4096u

static void
answer(bsn_reply *reply, const json_t *json)
{
	g_autofree char *text = json_text(json);

	services.reply->value(reply, bsn_slice_str(text));
}

/* ---- the catalogue ----------------------------------------------------- */

static json_t *
contract_json(const Contract *contract)
{
	static const char *const states[] = {
		[CONTRACT_ACTIVE] = "active",
		[CONTRACT_FROZEN] = "frozen",
		[CONTRACT_UNINSTALLED] = "uninstalled",
	};
	json_t *json = json_object();

	json_object_set_new(json, "name", json_string(contract->name));
	json_object_set_new(json, "version", json_string(contract->version));
	json_object_set_new(
		json, "address",
		result_hex(bsn_slice_of(contract->address, ADDRESS_LEN)));
	json_object_set_new(json, "state",
			    json_string(states[contract->state]));
	json_object_set_new(json, "block",
			    json_integer((json_int_t)contract->block));
	json_object_set_new(
		json, "tx",
		result_hex(bsn_slice_of(contract->tx_hash, HASH_LEN)));
	json_object_set_new(
		json, "owner",
		result_hex(bsn_slice_of(contract->owner, ADDRESS_LEN)));
	json_object_set_new(json, "selector",
			    json_string(contract->sm3 ? "sm3"
						      : "keccak-256"));
	return json;
}

static int32_t
catalogue_list(bsn_ledger *ledger, uint64_t from, uint64_t limit,
	       bsn_reply *reply, bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_autoptr(json_t) json = json_object();
	json_t *array = json_array();
	guint64 count;
	guint64 at = from;
	int32_t status = ledger_usable(ledger, err);

	json_object_set_new(json, "contracts", array);
	if (status != BSN_OK)
		return status;
	status = contract_count(state, &count);
	limit = MIN(limit, LIST_MAX);
	for (; status == BSN_OK && at < count && at - from < limit; at++) {
		Contract contract;

		status = contract_at(state, at, &contract);
		if (status == BSN_OK)
			json_array_append_new(array, contract_json(&contract));
	}
	if (status != BSN_OK)
		return bsn_fail(err, MIN(status, BSN_E_CORRUPT),
				"the contracts cannot be read");
	json_object_set_new(json, "next",
			    at < count ? json_integer((json_int_t)at)
				       : json_null());
	answer(reply, json);
	return BSN_OK;
}

/* Its version; the address where only the CNS has it. */
static json_t *
version_json(const ContractName *name, const guint8 *address)
{
	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *version = &g_array_index(
			name->versions, ContractVersion, i);

		if (memcmp(version->address, address, ADDRESS_LEN) == 0)
			return json_string(version->version);
	}
	return json_null();
}

/* What a name stands for: {"current", "candidate", "percent", "callers"},
 * null without a name or when all of it is uninstalled. */
static json_t *
release_json(Overlay *state, const char *name)
{
	g_auto(ContractName) found = { .versions = NULL };
	g_auto(Release) release = { .trying = FALSE };
	bsn_slice text = bsn_slice_str(name);
	guint8 current[ADDRESS_LEN];
	json_t *json;

	if (contract_name_load(state, text, &found) != BSN_OK ||
	    release_pick(state, text, &found, NULL, current) != BSN_OK)
		return json_null();
	(void)release_load(state, text, &release);
	json = release.trying ? grey_json(&release.grey) : json_object();
	json_object_set_new(json, "current", version_json(&found, current));
	json_object_set_new(json, "candidate",
			    release.trying
				    ? version_json(&found, release.candidate)
				    : json_null());
	return json;
}

static json_t *
versions_json(Overlay *state, const char *name)
{
	g_auto(ContractName) found = { .versions = NULL };
	json_t *array = json_array();

	if (contract_name_load(state, bsn_slice_str(name), &found) != BSN_OK)
		return array;
	for (guint i = 0; i < found.versions->len; i++) {
		const ContractVersion *version = &g_array_index(
			found.versions, ContractVersion, i);
		Contract contract;

		if (contract_load(state, version->address, &contract) == BSN_OK)
			json_array_append_new(array, contract_json(&contract));
	}
	return array;
}

/* Of a module what it exports; of Solidity what its deployer has given. */
static json_t *
abi_json(const Ledger *ledger, Overlay *state, const guint8 *address)
{
	g_autoptr(GByteArray) code = g_byte_array_new();
	bsn_slice text;
	json_t *abi = NULL;

	if (wasm_chain(ledger) &&
	    account_code(ledger, state, address, code) == BSN_OK)
		return wasm_exports_json(buffer_slice(code));
	if (contract_abi(state, address, &text) == BSN_OK)
		abi = json_parse(text, EXTRA_DATA_MAX, "abi", NULL, NULL);
	return abi != NULL ? abi : json_null();
}

/* By name also when every version is uninstalled: the last one then. */
static int32_t
find(Overlay *state, bsn_slice text, Contract *contract, bsn_err *err)
{
	g_auto(ContractName) name = { .versions = NULL };
	guint8 address[ADDRESS_LEN];
	int32_t status = contract_resolve(state, text, NULL, address, err);

	if (status == BSN_NOT_FOUND &&
	    contract_name_load(state, text, &name) == BSN_OK &&
	    name.versions->len > 0) {
		memcpy(address,
		       g_array_index(name.versions, ContractVersion,
				     name.versions->len - 1)
			       .address,
		       ADDRESS_LEN);
		status = BSN_OK;
	}
	if (status != BSN_OK)
		return status;
	status = contract_load(state, address, contract);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status,
				"no transaction deployed a contract at this "
				"address");
	return status;
}

static int32_t
catalogue_get(bsn_ledger *ledger, bsn_slice text, bsn_reply *reply,
	      bsn_err *err)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	g_autoptr(json_t) json = NULL;
	Contract contract;
	int32_t status = ledger_usable(ledger, err);

	if (status == BSN_OK)
		status = find(state, text, &contract, err);

	if (status != BSN_OK)
		return status;
	json = contract_json(&contract);
	json_object_set_new(json, "versions",
			    versions_json(state, contract.name));
	json_object_set_new(json, "release",
			    release_json(state, contract.name));
	json_object_set_new(json, "abi", 
			    abi_json(ledger, state, contract.address));
	answer(reply, json);
	return BSN_OK;
}

/* ---- checks before a deployment ---------------------------------------- */

static void
add_finding(json_t *findings, const char *rule, const char *severity,
	    const char *where, const char *text)
{
	json_array_append_new(findings,
			      json_pack("{s:s, s:s, s:s, s:s}", "rule", rule,
					"severity", severity, "where", where,
					"text", text));
}

/* What the engine itself asks of a deployment; FALSE when it forbids it. */
static gboolean
check_policy(const Ledger *ledger, bsn_slice code, const json_t *abi,
	     json_t *findings)
{
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(AbiInterface) interface = NULL;

	if (code.len > ledger_config(ledger)->tx_bytes_max) {
		add_finding(findings, "tx-size", "error", "code",
			    "The code is larger than this chain's "
			    "tx_bytes_max.");
		return FALSE;
	}
	if (wasm_chain(ledger))
		return TRUE;
	if (abi == NULL) {
		add_finding(findings, "no-abi", "info", "options.abi",
			    "Without an ABI callers must name functions by "
			    "their full signature, and events stay undecoded.");
		return TRUE;
	}
	interface = abi_interface_new(abi, ledger->suite.hash, &err);
	if (interface == NULL)
		add_finding(findings, "abi", "error", "options.abi",
			    err.reason);
	return interface != NULL;
}

/* The request's options, of which the runtime gets its own. */
static int32_t
read_check(const json_t *given, const json_t **abi, json_t *passed,
	   bsn_err *err)
{
	JsonFields fields = fields_of(given, "options", err);
	static const char *const arrays[] = { "forbidden_opcodes", "sources" };
	static const char *const texts[] = { "source_map",
					     "deployed_source_map" };

	*abi = fields_array(&fields, "abi", ABI_ENTRIES_MAX);
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		if (fields_array(&fields, arrays[i], CHECK_ITEMS_MAX) != NULL)
			json_object_set(passed, arrays[i],
					json_object_get(given, arrays[i]));
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		if (fields_string(&fields, texts[i], POLICY_OPTIONS_MAX,
				  NULL) != NULL)
			json_object_set(passed, texts[i],
					json_object_get(given, texts[i]));
	return fields_end(&fields);
}

static int32_t
catalogue_check(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
		bsn_reply *reply, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_autoptr(json_t) given = json_parse_object(
		options, POLICY_OPTIONS_MAX, "options", &status, err);
	g_autoptr(json_t) passed = json_object();
	g_autoptr(json_t) findings = NULL;
	g_autoptr(json_t) json = json_object();
	g_autofree char *reason = NULL;
	const json_t *abi;
	gboolean ok;

	if (given == NULL)
		return status;
	status = read_check(given, &abi, passed, err);
	if (status != BSN_OK)
		return status;
	status = policy_check(ledger, code, passed, &findings, err);
	if (status < 0 || status == BSN_BAD_REQUEST ||
	    status == BSN_NOT_OFFERED)
		return status;
	reason = policy_reason(ledger_config(ledger), findings);
	ok = check_policy(ledger, code, abi, findings) && status == BSN_OK &&
	     reason == NULL;
	json_object_set_new(json, "ok", json_boolean(ok));
	json_object_set(json, "findings", findings);
	answer(reply, json);
	return BSN_OK;
}

const bsn_contract_ops fisco_contract_ops = {
	.size = sizeof(bsn_contract_ops),
	.compile = compile_run,
	.check = catalogue_check,
	.list = catalogue_list,
	.get = catalogue_get,
};
