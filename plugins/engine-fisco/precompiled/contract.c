/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/contract.h"

#include "plugins/engine-fisco/precompiled/contracts.h"

static const PrecompiledContract *const contracts[] = {
	/* by address */
	&system_config_contract,
	&table_factory_contract,
	&crud_contract,
	&nodes_contract,
	&cns_contract,
	&permission_contract,
	&parallel_config_contract,
	&lifecycle_contract,
	&governance_contract,
	&kv_table_factory_contract,
	&dag_transfer_contract,
	/* tables and objects */
	&table_contract,
	&kv_table_contract,
	&entry_contract,
	&entries_contract,
	&condition_contract,
};

const PrecompiledContract *
precompiled_contract(guint32 address)
{
	for (guint i = 0; i < G_N_ELEMENTS(contracts); i++)
		if (contracts[i]->address == address && address != 0)
			return contracts[i];
	return NULL;
}

const PrecompiledContract *
precompiled_contract_at(guint i)
{
	return i < G_N_ELEMENTS(contracts) ? contracts[i] : NULL;
}

static const PrecompiledFunction *
find(const PrecompiledContract *contract, guint32 selector, gboolean sm3)
{
	for (guint i = 0; i < contract->n_functions; i++) {
		const PrecompiledFunction *one = &contract->functions[i];

		if ((sm3 ? one->sm3 : one->keccak) == selector)
			return one;
	}
	return NULL;
}

const PrecompiledFunction *
precompiled_function(const PrecompiledContract *contract,
		     const guint8 *selector, gboolean sm, gboolean *sm3)
{
	guint32 number = (guint32)selector[0] << 24 |
			 (guint32)selector[1] << 16 |
			 (guint32)selector[2] << 8 | selector[3];
	const PrecompiledFunction *found = NULL;

	*sm3 = sm;
	if (sm)
		found = find(contract, number, TRUE);
	if (found != NULL)
		return found;
	found = find(contract, number, FALSE);
	*sm3 = sm && found == NULL;
	return found;
}
