/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/interface.h"

#include <string.h>

#define VIEW "view "

/* Those that give something else than a count or a code of FISCO's. */
static const struct {
	const char *contract;
	const char *signature;
	const char *results;
} others[] = {
	{ "TableFactory", "openTable(string)", "view address" },
	{ "KVTableFactory", "openTable(string)", "view address" },
	{ "CRUD", "select(string,string,string,string)", "view string" },
	{ "CRUD", "desc(string)", "view string,string" },
	{ "CNS", "selectByName(string)", "view string" },
	{ "CNS", "selectByNameAndVersion(string,string)", "view string" },
	{ "CNS", "getContractAddress(string,string)", "view address" },
	{ "Permission", "queryByName(string)", "view string" },
	{ "Permission", "queryPermission(address)", "view string" },
	{ "Permission", "queryFunction(address,string)", "view string" },
	{ "ContractLifeCycle", "getStatus(address)", "view int256,string" },
	{ "ContractLifeCycle", "listManager(address)",
	  "view int256,address[]" },
	{ "ChainGovernance", "listCommitteeMembers()", "view string" },
	{ "ChainGovernance", "queryCommitteeMember(address)", "view bool" },
	{ "ChainGovernance", "queryCommitteeMemberWeight(address)",
	  "view bool,int256" },
	{ "ChainGovernance", "queryThreshold()", "view int256" },
	{ "ChainGovernance", "listOperators()", "view string" },
	{ "ChainGovernance", "queryVotesOfMember(address)", "view string" },
	{ "ChainGovernance", "queryVotesOfThreshold()", "view string" },
	{ "ChainGovernance", "getAccountStatus(address)", "view string" },
	{ "DagTransfer", "userBalance(string)", "view int256,uint256" },
};

const char *
precompiled_results(const PrecompiledContract *contract,
		    const PrecompiledFunction *function)
{
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		if (strcmp(others[i].contract, contract->name) == 0 &&
		    strcmp(others[i].signature, function->signature) == 0)
			return others[i].results;
	return "int256";
}

/* Types up to `end`, as parameters without names. */
static json_t *
parameters(const char *types, const char *end)
{
	json_t *array = json_array();

	while (types < end) {
		gsize len = strcspn(types, ",)");

		json_array_append_new(
			array, json_pack("{s:s, s:s%}", "name", "", "type",
					 types, len));
		types += len + 1;
	}
	return array;
}

static json_t *
function_json(const PrecompiledContract *contract,
	      const PrecompiledFunction *function)
{
	const char *open = strchr(function->signature, '(');
	const char *results = precompiled_results(contract, function);
	gboolean view = g_str_has_prefix(results, VIEW);

	results += view ? strlen(VIEW) : 0;
	return json_pack(
		"{s:s, s:s%, s:s, s:o, s:o}", "type", "function", "name",
		function->signature, (size_t)(open - function->signature),
		"stateMutability", view ? "view" : "nonpayable", "inputs",
		parameters(open + 1, open + strlen(open) - 1), "outputs",
		parameters(results, results + strlen(results)));
}

json_t *
precompiled_abi(const PrecompiledContract *contract)
{
	json_t *array = json_array();

	for (guint i = 0; i < contract->n_functions; i++)
		json_array_append_new(
			array,
			function_json(contract, &contract->functions[i]));
	return array;
}
