/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/contracts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/access/managers.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/precompiled/address.h"
#include "plugins/engine-fisco/registry.h"
#include "plugins/engine-fisco/release.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

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

/* "0x1004": an engine's own contract, as people write it. */
static gboolean
own_address(bsn_slice text, guint8 *address)
{
	guint8 number[2];

	if (text.len != 6 || memcmp(text.data, "0x", 2) != 0 ||
	    !hex_decode_fixed((const char *)text.data, text.len, number,
			      sizeof(number)))
		return FALSE;
	address_of_number((guint32)number[0] << 8 | number[1], address);
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

	if (own_address(text, address))
		return BSN_OK;
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

static int32_t
on_list(Overlay *state, const char *table, const guint8 *sender,
	gboolean *allowed)
{
	AccessKey key = access_table(table);

	return access_allows(state, &key, sender, allowed);
}

/* Whether `sender` may enter this version of a name. */
static int32_t
may_enter(Overlay *state, const DeployExtra *extra, const guint8 *sender,
	  guint32 *code)
{
	g_auto(ContractName) name = { .versions = NULL };
	guint8 current[ADDRESS_LEN];
	gboolean allowed;
	int32_t status = on_list(state, TABLE_CNS, sender, &allowed);

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

int32_t
contract_may_deploy(Overlay *state, const DeployExtra *extra,
		    const guint8 *sender, guint32 *code)
{
	gboolean allowed;
	int32_t status = on_list(state, TABLE_DEPLOY, sender, &allowed);

	if (status != BSN_OK)
		return status;
	*code = allowed ? FISCO_OK : FISCO_NO_DEPLOY;
	if (!allowed || extra->name[0] == '\0')
		return BSN_OK;
	return may_enter(state, extra, sender, code);
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

static int32_t
give_abi(Overlay *state, const guint8 *address, const char *text)
{
	g_autoptr(json_t) abi = json_parse(bsn_slice_str(text),
					   EXTRA_DATA_MAX, "abi", NULL, NULL);
	bsn_slice there;
	int32_t status = contract_abi(state, address, &there);

	if (status == BSN_NOT_FOUND && json_is_array(abi))
		registry_put_abi(state, address, bsn_slice_str(text));
	return MIN(status, BSN_OK);
}

/* A contract of the registry without a name takes this one, and the interface
 * likewise: from those who manage it only, since an interface makes callers
 * sign what it says. */
static int32_t
adopt_name(Overlay *state, const guint8 *address, const char *name,
	   const char *version, const char *abi, const guint8 *sender)
{
	Contract contract;
	gboolean manages = FALSE;
	int32_t status = contract_load(state, address, &contract);

	if (status == BSN_OK)
		status = managers_have(state, &contract, sender, &manages);
	if (status != BSN_OK || !manages)
		return MIN(status, BSN_OK);
	if (contract.name[0] == '\0') {
		g_strlcpy(contract.name, name, sizeof(contract.name));
		g_strlcpy(contract.version, version, sizeof(contract.version));
		registry_put_contract(state, &contract);
	}
	return give_abi(state, address, abi);
}

int32_t
contract_name_enter(Overlay *state, const char *name, const char *version,
		    const guint8 *address, const char *abi,
		    const guint8 *sender, guint32 *code)
{
	const DeployExtra extra = { .name = (char *)name,
				    .version = (char *)version };
	g_auto(ContractName) entered = { .versions = NULL };
	Contract entry = { .position = 0 };
	int32_t status = may_enter(state, &extra, sender, code);

	if (status != BSN_OK || *code != FISCO_OK)
		return status;
	memcpy(entry.address, address, ADDRESS_LEN);
	memcpy(entry.owner, sender, ADDRESS_LEN);
	g_strlcpy(entry.name, name, sizeof(entry.name));
	status = enter_version(state, &entry, &extra);
	if (status == BSN_OK)
		status = contract_name_load(state, bsn_slice_str(name),
					    &entered);
	if (status != BSN_OK)
		return status;
	if (abi[0] != '\0')
		registry_put_name_abi(state, name, entered.versions->len - 1,
				      bsn_slice_str(abi));
	return adopt_name(state, address, name, version, abi, sender);
}
