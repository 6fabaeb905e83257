/* SPDX-License-Identifier: Apache-2.0
 *
 * What _lifecycle does with packages on this node, and tells of them.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/lifecycle/functions.h"

/* Decodes a call's argument; NULL: *status and err say why not. */
static const void *
arguments(SystemCall *call, Arena *arena,
	  const ProtobufCMessageDescriptor *type, int32_t *status, bsn_err *err)
{
	*status = BSN_OK;
	return message_unpack(arena, type, call_argument(call), status, err);
}

/* ---- packages ---- */

int32_t
installed_install(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Lifecycle__InstallChaincodeResult result =
		LIFECYCLE__INSTALL_CHAINCODE_RESULT__INIT;
	g_autofree char *id = NULL;
	g_autofree char *label = NULL;
	int32_t status;
	const Lifecycle__InstallChaincodeArgs *args = arguments(
		call, &arena, &lifecycle__install_chaincode_args__descriptor,
		&status, err);

	if (args == NULL)
		return status;
	/* Nobody has signed that. */
	if (call->input->read_only)
		return bsn_fail(err, BSN_DENIED,
				"a package is installed by a signed proposal, "
				"not by a query");
	status = package_put(call->channel,
			     message_slice(args->chaincode_install_package),
			     &id, err);
	if (status != BSN_OK)
		return status;
	label = package_label(id);
	result.package_id = id;
	result.label = label;
	message_append(call->payload, &result);
	return BSN_OK;
}

static int32_t
check_installed(const Channel *channel, const char *id, bsn_err *err)
{
	if (package_exists(channel, id))
		return BSN_OK;
	return bsn_fail(err, BSN_NOT_FOUND,
			"chaincode install package \"%.128s\" is not on this "
			"node",
			id);
}

int32_t
installed_package(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Lifecycle__GetInstalledChaincodePackageResult result =
		LIFECYCLE__GET_INSTALLED_CHAINCODE_PACKAGE_RESULT__INIT;
	int32_t status;
	const Lifecycle__GetInstalledChaincodePackageArgs *args = arguments(
		call, &arena,
		&lifecycle__get_installed_chaincode_package_args__descriptor,
		&status, err);

	if (args == NULL)
		return status;
	status = check_installed(call->channel, args->package_id, err);
	if (status == BSN_OK &&
	    package_len(call->channel, args->package_id) > MESSAGE_MAX / 2)
		status = bsn_fail(err, BSN_TOO_LARGE,
				  "the package has more than the %u MiB that "
				  "fit an answer",
				  MESSAGE_MAX / 2 >> 20);
	if (status == BSN_OK)
		status = package_get(call->channel, args->package_id, bytes,
				     err);
	if (status != BSN_OK)
		return status;
	result.chaincode_install_package =
		(ProtobufCBinaryData){ bytes->len, bytes->data };
	message_append(call->payload, &result);
	return BSN_OK;
}

/* ---- which chaincodes use a package ---- */

typedef struct {
	Arena *arena;
	const char *id;
	GPtrArray *found; /* ...Result__Chaincode */
} Users;

static gboolean
add_user(gpointer key, gpointer value, gpointer data)
{
	const Definition *definition = value;
	Users *users = data;
	Lifecycle__QueryInstalledChaincodesResult__Chaincode *one;

	if (g_strcmp0(definition->package_id, users->id) != 0)
		return FALSE;
	one = arena_room(users->arena, sizeof(*one));
	lifecycle__query_installed_chaincodes_result__chaincode__init(one);
	one->name = definition->name;
	one->version = definition->version;
	g_ptr_array_add(users->found, one);
	return FALSE;
}

/* By channel, of which a node's part knows this one. Returns how many entries
 * there are: none or one. */
static gsize
put_users(Arena *arena, const SystemCall *call,
	  Lifecycle__QueryInstalledChaincodesResult__InstalledChaincode *to)
{
	typedef Lifecycle__QueryInstalledChaincodesResult__References
		References;
	typedef Lifecycle__QueryInstalledChaincodesResult__InstalledChaincode__ReferencesEntry
		Entry;
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	Users users = { arena, to->package_id, found };
	References *references = arena_room(arena, sizeof(*references));
	Entry *entry = arena_room(arena, sizeof(*entry));

	g_tree_foreach(call->channel->lifecycle->definitions, add_user, &users);
	if (found->len == 0)
		return 0;
	lifecycle__query_installed_chaincodes_result__references__init(
		references);
	references->n_chaincodes = found->len;
	references->chaincodes =
		arena_room(arena, found->len * sizeof(gpointer));
	memcpy(references->chaincodes, found->pdata,
	       found->len * sizeof(gpointer));
	lifecycle__query_installed_chaincodes_result__installed_chaincode__references_entry__init(
		entry);
	entry->key = call->channel->id;
	entry->value = references;
	to->references = arena_room(arena, sizeof(gpointer));
	to->references[0] = entry;
	return to->n_references = 1;
}

static Lifecycle__QueryInstalledChaincodesResult__InstalledChaincode *
describe(Arena *arena, const SystemCall *call, const char *id)
{
	Lifecycle__QueryInstalledChaincodesResult__InstalledChaincode *one =
		arena_room(arena, sizeof(*one));
	g_autofree char *label = package_label(id);

	lifecycle__query_installed_chaincodes_result__installed_chaincode__init(
		one);
	one->package_id = arena_copy(arena, id, strlen(id));
	one->label = arena_copy(arena, label, strlen(label));
	put_users(arena, call, one);
	return one;
}

int32_t
installed_one(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status;
	const Lifecycle__QueryInstalledChaincodeArgs *args = arguments(
		call, &arena,
		&lifecycle__query_installed_chaincode_args__descriptor, &status,
		err);

	if (args == NULL)
		return status;
	status = check_installed(call->channel, args->package_id, err);
	if (status == BSN_OK)
		status = cache_refresh(call->channel->lifecycle, err);
	/* QueryInstalledChaincodeResult has the same fields. */
	if (status == BSN_OK)
		message_append(call->payload, describe(&arena, call,
							args->package_id));
	return status;
}

int32_t
installed_all(SystemCall *call, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GPtrArray) ids = package_list(call->channel);
	Lifecycle__QueryInstalledChaincodesResult result =
		LIFECYCLE__QUERY_INSTALLED_CHAINCODES_RESULT__INIT;
	int32_t status;

	if (arguments(call, &arena,
		      &lifecycle__query_installed_chaincodes_args__descriptor,
		      &status, err) == NULL)
		return status;
	status = cache_refresh(call->channel->lifecycle, err);
	if (status != BSN_OK)
		return status;
	result.n_installed_chaincodes = ids->len;
	result.installed_chaincodes =
		arena_room(&arena, ids->len * sizeof(gpointer));
	for (guint i = 0; i < ids->len; i++)
		result.installed_chaincodes[i] =
			describe(&arena, call, ids->pdata[i]);
	message_append(call->payload, &result);
	return BSN_OK;
}
