/* SPDX-License-Identifier: Apache-2.0
 *
 * Freezing, unfreezing and uninstalling contracts of the registry.
 */
#include "plugins/engine-fisco/contracts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/managers.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/registry.h"

static guint32
move_state(Contract *contract, LifecycleOp op)
{
	static const ContractState to[] = {
		[LIFECYCLE_FREEZE] = CONTRACT_FROZEN,
		[LIFECYCLE_UNFREEZE] = CONTRACT_ACTIVE,
		[LIFECYCLE_UNINSTALL] = CONTRACT_UNINSTALLED,
	};

	if (contract->state == CONTRACT_UNINSTALLED ||
	    contract->state == to[op])
		return FISCO_PRECOMPILED;
	contract->state = to[op];
	return FISCO_OK;
}

/* Keeps count of the contracts that take no calls. */
static int32_t
count_closed(Overlay *state, ContractState from, ContractState to)
{
	guint64 closed;
	int32_t status;

	if ((from == CONTRACT_ACTIVE) == (to == CONTRACT_ACTIVE))
		return BSN_OK;
	status = contract_closed_count(state, &closed);
	if (status != BSN_OK)
		return status;
	if (to != CONTRACT_ACTIVE)
		registry_put_closed(state, closed + 1);
	else
		registry_put_closed(state, MAX(closed, 1) - 1);
	return BSN_OK;
}

/* What cannot be taken back is the owner's alone. */
static int32_t
may_manage(Overlay *state, const Contract *contract, LifecycleOp op,
	   const guint8 *sender, gboolean *manages)
{
	*manages = memcmp(contract->owner, sender, ADDRESS_LEN) == 0;
	if (op == LIFECYCLE_UNINSTALL)
		return BSN_OK;
	return managers_have(state, contract, sender, manages);
}

static int32_t
lifecycle_one(Overlay *state, const guint8 *address, LifecycleOp op,
	      const guint8 *sender, guint32 *code)
{
	Contract contract;
	ContractState before;
	gboolean manages;
	int32_t status = contract_load(state, address, &contract);

	if (status != BSN_OK) {
		*code = FISCO_NO_CONTRACT;
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	}
	status = may_manage(state, &contract, op, sender, &manages);
	if (status != BSN_OK)
		return status;
	if (!manages) {
		*code = FISCO_DENIED;
		return BSN_OK;
	}
	before = contract.state;
	*code = move_state(&contract, op);
	if (*code != FISCO_OK)
		return BSN_OK;
	registry_put_contract(state, &contract);
	return count_closed(state, before, contract.state);
}

/* Every version that can take the step takes it, but for those that are not the
 * sender's to manage; one is enough. */
static int32_t
lifecycle_all(Overlay *state, const char *text, ContractName *name,
	      LifecycleOp op, const guint8 *sender, guint32 *code)
{
	guint32 best = FISCO_PRECOMPILED;

	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *version = &g_array_index(
			name->versions, ContractVersion, i);
		int32_t status = lifecycle_one(state, version->address, op,
					       sender, code);

		if (status != BSN_OK)
			return status;
		if (*code == FISCO_OK ||
		    (*code == FISCO_DENIED && best != FISCO_OK))
			best = *code;
	}
	*code = best;
	if (op == LIFECYCLE_UNINSTALL && best == FISCO_OK) {
		name->uninstalled = TRUE;
		registry_put_name(state, text, name);
	}
	return BSN_OK;
}

int32_t
contract_lifecycle(Overlay *state, const LifecycleExtra *extra,
		   const guint8 *sender, guint32 *code)
{
	bsn_slice text = bsn_slice_str(extra->contract);
	g_auto(ContractName) name = { .versions = NULL };
	guint8 address[ADDRESS_LEN];
	int32_t status = contract_name_load(state, text, &name);

	if (status == BSN_OK)
		return lifecycle_all(state, extra->contract, &name, extra->op,
				     sender, code);
	if (status != BSN_NOT_FOUND)
		return status;
	status = contract_resolve(state, text, NULL, address, NULL);
	if (status == BSN_OK)
		return lifecycle_one(state, address, extra->op, sender, code);
	*code = FISCO_NO_CONTRACT;
	return status < 0 ? status : BSN_OK;
}
