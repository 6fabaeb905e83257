/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1007: freezing contracts, and who may. The same state as transactions
 * without data to this address, which say what to do in their extraData.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/managers.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/rights.h"
#include "plugins/kit/hex.h"

/* The contract that the first argument names; else *result is why not. */
static int32_t
find(PrecompiledCall *call, Contract *contract, gint64 *result)
{
	int32_t status = contract_load(call->state, call->args[0].bytes.data,
				       contract);

	*result = 0;
	if (status == BSN_NOT_FOUND)
		*result = LIFE_NO_CONTRACT;
	else if (status == BSN_OK && contract->state == CONTRACT_UNINSTALLED)
		*result = LIFE_NO_CONTRACT;
	return MIN(status, BSN_OK);
}

static gint64
result_of(guint32 code, LifecycleOp op)
{
	if (code == FISCO_OK)
		return LIFE_DONE;
	if (code == FISCO_DENIED)
		return LIFE_DENIED;
	if (code == FISCO_NO_CONTRACT)
		return LIFE_NO_CONTRACT;
	return op == LIFECYCLE_FREEZE ? LIFE_FROZEN : LIFE_AVAILABLE;
}

static int32_t
move(PrecompiledCall *call, LifecycleOp op)
{
	g_autofree char *address = hex_encode(call->args[0].bytes);
	const LifecycleExtra extra = { op, address };
	Actor actor;
	Contract contract;
	gint64 result;
	guint32 code;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = find(call, &contract, &result);
	if (status != BSN_OK)
		return status;
	if (result != 0)
		return precompiled_answer(call, result);
	status = contract_lifecycle(call->state, &extra, call->origin, &code);
	if (status != BSN_OK)
		return status;
	return precompiled_answer(call, result_of(code, op));
}

static int32_t
freeze(PrecompiledCall *call)
{
	return move(call, LIFECYCLE_FREEZE);
}

static int32_t
unfreeze(PrecompiledCall *call)
{
	return move(call, LIFECYCLE_UNFREEZE);
}

typedef int32_t (*Change)(const Actor *actor, const Contract *contract,
			  const guint8 *user, gint64 *result);

static int32_t
change_manager(PrecompiledCall *call, Change change)
{
	Actor actor;
	Contract contract;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = find(call, &contract, &result);
	if (status == BSN_OK && result == 0)
		status = change(&actor, &contract, call->args[1].bytes.data,
				&result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
grant_manager(PrecompiledCall *call)
{
	return change_manager(call, managers_grant);
}

static int32_t
revoke_manager(PrecompiledCall *call)
{
	return change_manager(call, managers_revoke);
}

static int32_t
get_status(PrecompiledCall *call)
{
	static const char *const texts[] = {
		[CONTRACT_ACTIVE] = "The contract is available.",
		[CONTRACT_FROZEN] = "The contract is frozen.",
		[CONTRACT_UNINSTALLED] = "The contract is uninstalled.",
	};
	Contract contract;
	gint64 result;
	int32_t status = find(call, &contract, &result);
	const char *text = "There is no such contract.";

	if (status != BSN_OK)
		return status;
	if (result == 0 || contract.state == CONTRACT_UNINSTALLED)
		text = texts[contract.state];
	results_put_int(&call->results, result);
	results_put_bytes(&call->results, bsn_slice_str(text));
	return BSN_OK;
}

static int32_t
list_manager(PrecompiledCall *call)
{
	g_autoptr(GArray) managers = NULL;
	g_autofree bsn_slice *items = NULL;
	Contract contract;
	gint64 result;
	guint n = 0;
	int32_t status = find(call, &contract, &result);

	if (status == BSN_OK && result == 0)
		status = managers_load(call->state, &contract, &managers);
	if (status != BSN_OK)
		return status;
	if (managers != NULL) {
		n = managers->len;
		items = g_new(bsn_slice, n);
	}
	for (guint i = 0; i < n; i++)
		items[i] = bsn_slice_of(
			g_array_index(managers, AccessEntry, i).address,
			ADDRESS_LEN);
	results_put_int(&call->results, result);
	results_put_addresses(&call->results, items, n);
	return BSN_OK;
}

static const PrecompiledFunction functions[] = {
	{ 0x8d1fdf2f, 0xf12c66df, "freeze(address)", freeze, GAS_LIST_WRITES },
	{ 0x45c8b1a6, 0x61cb24c3, "unfreeze(address)", unfreeze,
	  GAS_LIST_WRITES },
	{ 0xa721fb43, 0x27c46414, "grantManager(address,address)",
	  grant_manager, GAS_LIST_WRITES },
	{ 0x3a67288f, 0x00c77684, "revokeManager(address,address)",
	  revoke_manager, GAS_LIST_WRITES },
	{ 0x30ccebb5, 0xbca14431, "getStatus(address)", get_status, GAS_READS },
	{ 0xc5252d0e, 0xdc7d16f9, "listManager(address)", list_manager,
	  GAS_LIST_READS },
};

const PrecompiledContract lifecycle_contract = {
	"ContractLifeCycle",
	0x1007,
	functions,
	G_N_ELEMENTS(functions),
};
