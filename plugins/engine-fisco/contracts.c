/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/contracts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/access/managers.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/registry.h"
#include "plugins/engine-fisco/release.h"
#include "plugins/kit/hex.h"

/* ---- finding ----------------------------------------------------------- */

static int32_t
resolve_name(Overlay *state, bsn_slice name, const bsn_slice *version,
	     const guint8 *caller, guint8 *address)
{
	g_auto(ContractName) found = { .versions = NULL };
	const ContractVersion *one;
	int32_t status = contract_name_load(state, name, &found);

	if (status != BSN_OK)
		return status;
	if (version == NULL)
		return release_pick(state, name, &found, caller, address);
	one = registry_version(&found, *version);
	if (one == NULL)
		return BSN_NOT_FOUND;
	memcpy(address, one->address, ADDRESS_LEN);
	return BSN_OK;
}

gboolean
contract_split_version(bsn_slice text, bsn_slice *name, bsn_slice *version)
{
	const guint8 *at = text.len > 0 ? memchr(text.data, '@', text.len)
					: NULL;

	*name = text;
	if (at == NULL)
		return FALSE;
	name->len = (guint64)(at - text.data);
	*version = bsn_slice_of(at + 1, text.len - name->len - 1);
	return TRUE;
}

int32_t
contract_resolve(Overlay *state, bsn_slice text, const guint8 *caller,
		 guint8 *address, bsn_err *err)
{
	bsn_slice name;
	bsn_slice version;
	gboolean versioned;
	int32_t status;

	if (text.len > 2 && text.data[0] == '0' && text.data[1] == 'x') {
		if (hex_decode_fixed((const char *)text.data, text.len,
				     address, ADDRESS_LEN))
			return BSN_OK;
		return bsn_fail(err, BSN_BAD_REQUEST,
				"contract: an address is 0x and 40 "
				"hexadecimal digits");
	}
	versioned = contract_split_version(text, &name, &version);
	status = resolve_name(state, name, versioned ? &version : NULL,
			      caller, address);
	if (status == BSN_NOT_FOUND)
		return bsn_fail_native(
			err, status, FISCO_NO_CONTRACT,
			"there is no contract \"%.*s\"",
			(int)MIN(text.len, CONTRACT_NAME_MAX * 2), text.data);
	return status;
}

/* ---- deployments ------------------------------------------------------- */

/* Deploying, and what has a name is an entry of the CNS besides. */
static int32_t
check_lists(Overlay *state, const DeployExtra *extra, const guint8 *sender,
	    gboolean *allowed)
{
	AccessKey key = access_table(TABLE_DEPLOY);
	int32_t status = access_allows(state, &key, sender, allowed);

	if (status != BSN_OK || !*allowed || extra->name[0] == '\0')
		return status;
	key = access_table(TABLE_CNS);
	return access_allows(state, &key, sender, allowed);
}

int32_t
contract_may_deploy(Overlay *state, const DeployExtra *extra,
		    const guint8 *sender, guint32 *code)
{
	g_auto(ContractName) name = { .versions = NULL };
	guint8 current[ADDRESS_LEN];
	gboolean allowed;
	int32_t status = check_lists(state, extra, sender, &allowed);

	*code = FISCO_NO_DEPLOY;
	if (status != BSN_OK || !allowed)
		return status;
	*code = FISCO_OK;
	status = contract_name_load(state, bsn_slice_str(extra->name), &name);
	if (status == BSN_NOT_FOUND && extra->grey != NULL)
		*code = FISCO_PRECOMPILED;
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	if (memcmp(name.owner, sender, ADDRESS_LEN) != 0)
		*code = FISCO_NO_DEPLOY;
	else if (name.uninstalled ||
		 name.versions->len >= CONTRACT_VERSIONS_MAX ||
		 registry_version(&name, bsn_slice_str(extra->version)) != NULL)
		*code = FISCO_ADDRESS_USED;
	if (*code != FISCO_OK || extra->grey == NULL)
		return BSN_OK;
	status = release_pick(state, bsn_slice_str(extra->name), &name, NULL,
			      current);
	if (status == BSN_NOT_FOUND)
		*code = FISCO_PRECOMPILED;
	return MIN(status, BSN_OK);
}

/* The version as given, or the first number from the count on that is free. */
static void
choose_version(const ContractName *name, const char *given, char *out)
{
	guint number = name->versions->len + 1;

	g_strlcpy(out, given, CONTRACT_VERSION_MAX + 1);
	while (out[0] == '\0' ||
	       (given[0] == '\0' &&
		registry_version(name, bsn_slice_str(out)) != NULL))
		g_snprintf(out, CONTRACT_VERSION_MAX + 1, "%u", number++);
}

/* What the name stands for now is what most callers go on with. */
static int32_t
enter_release(Overlay *state, const Contract *contract,
	      const ContractName *name, const Grey *grey)
{
	guint8 before[ADDRESS_LEN] = { 0 };
	int32_t status = BSN_OK;

	if (grey != NULL)
		status = release_pick(state, bsn_slice_str(contract->name),
				      name, NULL, before);
	if (status == BSN_OK)
		release_enter(state, contract->name, before, contract->address,
			      grey);
	return status;
}

static int32_t
enter_version(Overlay *state, Contract *contract, const DeployExtra *extra)
{
	g_auto(ContractName) name = { .versions = NULL };
	ContractVersion version;
	int32_t status =
		contract_name_load(state, bsn_slice_str(contract->name), &name);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (name.versions == NULL) {
		name.versions =
			g_array_new(FALSE, FALSE, sizeof(ContractVersion));
		memcpy(name.owner, contract->owner, ADDRESS_LEN);
	}
	status = enter_release(state, contract, &name, extra->grey);
	if (status != BSN_OK)
		return status;
	choose_version(&name, extra->version, contract->version);
	memcpy(version.version, contract->version, sizeof(version.version));
	memcpy(version.address, contract->address, ADDRESS_LEN);
	g_array_append_val(name.versions, version);
	registry_put_name(state, contract->name, &name);
	return BSN_OK;
}

static int32_t
enter_position(Overlay *state, Contract *contract)
{
	int32_t status = contract_count(state, &contract->position);

	if (status != BSN_OK)
		return status;
	registry_put_position(state, contract->position, contract->address);
	registry_put_count(state, contract->position + 1);
	return BSN_OK;
}

int32_t
contract_enter(Overlay *state, const DeployExtra *extra, const Tx *tx,
	       const guint8 *address, guint64 block)
{
	Contract contract = { .sm3 = extra->sm3, .block = block };
	int32_t status;

	memcpy(contract.address, address, ADDRESS_LEN);
	memcpy(contract.owner, tx->sender, ADDRESS_LEN);
	memcpy(contract.tx_hash, tx->hash, HASH_LEN);
	g_strlcpy(contract.name, extra->name, sizeof(contract.name));
	status = enter_position(state, &contract);
	if (status == BSN_OK && contract.name[0] != '\0')
		status = enter_version(state, &contract, extra);
	if (status != BSN_OK)
		return status;
	registry_put_contract(state, &contract);
	if (extra->abi != NULL)
		registry_put_abi(state, address, bsn_slice_str(extra->abi));
	return BSN_OK;
}

/* ---- life cycle -------------------------------------------------------- */

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

/* Every version that can take the step takes it; one is enough. */
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

		if (status != BSN_OK || *code == FISCO_DENIED)
			return status;
		if (*code == FISCO_OK)
			best = FISCO_OK;
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
