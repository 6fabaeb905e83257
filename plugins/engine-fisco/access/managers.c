/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/managers.h"

#include <string.h>

int32_t
managers_load(Overlay *state, const Contract *contract, GArray **managers)
{
	AccessKey key = access_managers(contract->address);
	AccessEntry owner = { .enable = contract->block };
	int32_t status = access_load(state, &key, managers);

	if (status != BSN_OK || (*managers)->len > 0)
		return status;
	memcpy(owner.address, contract->owner, ADDRESS_LEN);
	g_array_append_val(*managers, owner);
	return BSN_OK;
}

int32_t
managers_have(Overlay *state, const Contract *contract, const guint8 *user,
	      gboolean *manages)
{
	g_autoptr(GArray) managers = NULL;
	int32_t status = managers_load(state, contract, &managers);

	if (status == BSN_OK)
		*manages = access_find(managers, user) != NULL;
	return status;
}

static int32_t
check(const Actor *actor, const Contract *contract, gint64 *result)
{
	gboolean manages;
	int32_t status = managers_have(actor->state, contract, actor->origin,
				       &manages);

	*result = status == BSN_OK && !manages ? LIFE_DENIED : 0;
	return status;
}

/* Once the list is changed the owner stands on it like others. */
static int32_t
enter_owner(const Actor *actor, const Contract *contract)
{
	AccessKey key = access_managers(contract->address);
	g_autoptr(GArray) entries = NULL;
	AccessChange change;
	int32_t status = access_load(actor->state, &key, &entries);

	if (status != BSN_OK || entries->len > 0)
		return status;
	return access_add(actor->state, &key, contract->owner,
			  contract->block, &change);
}

int32_t
managers_grant(const Actor *actor, const Contract *contract,
	       const guint8 *user, gint64 *result)
{
	AccessKey key = access_managers(contract->address);
	AccessChange change;
	int32_t status = check(actor, contract, result);

	if (status == BSN_OK && *result == 0)
		status = enter_owner(actor, contract);
	if (status != BSN_OK || *result != 0)
		return status;
	status = access_add(actor->state, &key, user, actor->number, &change);
	if (status != BSN_OK)
		return status;
	switch (change) {
	case ACCESS_CHANGED:
		*result = LIFE_DONE;
		break;
	case ACCESS_SAME:
		*result = LIFE_IS_MANAGER;
		break;
	case ACCESS_FULL:
		*result = LIFE_DENIED;
		break;
	}
	return BSN_OK;
}

int32_t
managers_revoke(const Actor *actor, const Contract *contract,
		const guint8 *user, gint64 *result)
{
	AccessKey key = access_managers(contract->address);
	g_autoptr(GArray) managers = NULL;
	AccessChange change;
	int32_t status = check(actor, contract, result);

	if (status == BSN_OK)
		status = managers_load(actor->state, contract, &managers);
	if (status != BSN_OK || *result != 0)
		return status;
	if (access_find(managers, user) == NULL)
		*result = LIFE_NO_MANAGER;
	else if (managers->len == 1)
		*result = LIFE_LAST_MANAGER;
	else
		*result = LIFE_DONE;
	if (*result != LIFE_DONE)
		return BSN_OK;
	return access_remove(actor->state, &key, user, &change);
}
