/* SPDX-License-Identifier: Apache-2.0
 *
 * $parachain: parallel chains are made, stopped, and given to a group of nodes.
 * Only a root chain has it. What follows from it on the hosts: cross.c.
 */
#include "plugins/engine-xuper/cross/parachain.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/args.h"
#include "plugins/engine-xuper/kernel/terms.h"

#define CONTRACT "$parachain"
/* Told whenever a group changes; its body is the group. */
#define EVENT "EditParaGroups"

static int32_t
check_root(const KernelCall *call, bsn_err *err)
{
	const ChainConfig *config = sandbox_env(call->box)->config;

	if (config->parent == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"parallel chains are made and stopped on their root "
			"chain, %s",
			config->parent);
}

static char *
name_arg(const KernelCall *call, bsn_err *err)
{
	char *name = arg_text(call, "name", PARACHAIN_NAME_MAX, err);

	if (name == NULL || parachain_name_valid(bsn_slice_str(name)))
		return name;
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument name must have 1 to %u of a-z, 0-9 and -, and "
		 "not begin with -",
		 PARACHAIN_NAME_MAX);
	g_free(name);
	return NULL;
}

/* ---- groups -------------------------------------------------------------- */

/* The group that a chain begins with: the argument's, or whoever makes it. New
 * reference, or NULL. */
static json_t *
group_arg(const KernelCall *call, const char *name, const char *initiator,
	  bsn_err *err)
{
	bsn_slice text = kernel_arg(call, "group");
	g_autoptr(json_t) given = NULL;
	json_t *group;

	if (text.len == 0)
		return json_pack("{s:s, s:[s], s:[], s:i}", "name", name,
				 "admin", initiator, "identities", "status", 0);
	given = json_parse_object(text, XMODEL_VALUE_MAX, "group", NULL, err);
	if (given == NULL)
		return NULL;
	if (g_strcmp0(json_string_value(json_object_get(given, "name")),
		      name) != 0) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the group's name must be the chain's, %s", name);
		return NULL;
	}
	group = json_pack("{s:s, s:O?, s:O?, s:i}", "name", name, "admin",
			  json_object_get(given, "admin"), "identities",
			  json_object_get(given, "identities"), "status", 0);
	if (json_is_null(json_object_get(group, "identities")))
		json_object_set_new(group, "identities", json_array());
	if (json_object_get(given, "readers") != NULL)
		json_object_set(group, "readers",
				json_object_get(given, "readers"));
	if (parachain_check_group(group, err))
		return group;
	json_decref(group);
	return NULL;
}

/* A chain's group, for who begins the transaction and must be one of its
 * administrators. */
static json_t *
group_to_edit(const KernelCall *call, const char *name, int32_t *status,
	      bsn_err *err)
{
	const char *initiator = call_initiator(call, err);
	json_t *group;

	*status = BSN_DENIED;
	if (initiator == NULL)
		return NULL;
	group = value_get(call->box, BUCKET_PARACHAIN, name, status, err);
	if (group == NULL && *status == BSN_NOT_FOUND)
		bsn_fail(err, BSN_NOT_FOUND, "there is no parallel chain %s",
			 name);
	if (group == NULL || parachain_listed(group, "admin", initiator))
		return group;
	json_decref(group);
	*status = bsn_fail(err, BSN_DENIED,
			   "%s is no administrator of chain %s", initiator,
			   name);
	return NULL;
}

static int32_t
write_group(const KernelCall *call, const char *name, const json_t *group,
	    bsn_err *err)
{
	g_autofree char *text = value_text(group);
	int32_t status = value_put_text(call->box, BUCKET_PARACHAIN, name,
					text, err);

	return status != BSN_OK
		       ? status
		       : sandbox_emit(call->box, bsn_slice_str(CONTRACT),
				      bsn_slice_str(EVENT),
				      bsn_slice_str(text), err);
}

/* ---- createChain --------------------------------------------------------- */

static int32_t
add_member(const KernelCall *call, const char *address, json_t *members,
	   GHashTable *seen, bsn_err *err)
{
	g_auto(Member) member = { 0 };
	g_autofree char *text = NULL;
	int32_t status;

	if (!g_hash_table_add(seen, (gpointer)address))
		return BSN_OK;
	status = member_read(call->box, address, &member, err);
	if (status == BSN_NOT_FOUND)
		return BSN_OK; /* a person, or a node that is to come */
	if (status != BSN_OK)
		return status;
	text = member_text(&member);
	json_array_append_new(members, json_loads(text, 0, NULL));
	return BSN_OK;
}

/* The root chain's nodes that are in the group. */
static int32_t
collect(const KernelCall *call, const json_t *group, json_t *members,
	bsn_err *err)
{
	static const char *const lists[] = { "admin", "identities" };
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	int32_t status = BSN_OK;

	for (guint l = 0; l < G_N_ELEMENTS(lists); l++) {
		const json_t *list = json_object_get(group, lists[l]);

		for (gsize i = 0;
		     status == BSN_OK && i < json_array_size(list); i++)
			status = add_member(call, terms_at(list, i), members,
					    seen, err);
	}
	return status;
}

/* A genesis that cannot be one is refused now, not on every host. */
static int32_t
write_genesis(const KernelCall *call, const char *name, const json_t *group,
	      bsn_err *err)
{
	const SandboxEnv *env = sandbox_env(call->box);
	g_autofree char *genesis_key =
		g_strconcat(PARACHAIN_GENESIS, name, NULL);
	g_autofree char *members_key =
		g_strconcat(PARACHAIN_MEMBERS, name, NULL);
	json_t *members = json_array();
	g_autoptr(json_t) whole =
		json_pack("{s:I, s:o}", "time_ms", (json_int_t)env->time_ms,
			  "members", members);
	bsn_slice data = kernel_arg(call, "data");
	g_autofree char *text = NULL;
	g_autoptr(Block) block = NULL;
	int32_t status = collect(call, group, members, err);

	if (status != BSN_OK)
		return status;
	if (data.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument data, the chain's config, is "
				"missing");
	if (json_array_size(members) == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the group has no node of this chain: name "
				"nodes in its identities");
	text = value_text(whole);
	block = parachain_genesis(env->config, env->suite, name, data,
				  bsn_slice_str(text), &status, err);
	if (block == NULL)
		return status;
	status = sandbox_put(call->box, bsn_slice_str(BUCKET_PARACHAIN),
			     bsn_slice_str(genesis_key), data, err);
	return status != BSN_OK ? status
				: value_put_text(call->box, BUCKET_PARACHAIN,
						 members_key, text, err);
}

static int32_t
check_new(const KernelCall *call, const char *name, bsn_err *err)
{
	g_autoptr(GPtrArray) entries = value_entries_new();
	gboolean more = FALSE;
	int32_t status = sandbox_get(call->box,
				     bsn_slice_str(BUCKET_PARACHAIN),
				     bsn_slice_str(name), NULL, err);

	if (status == BSN_OK ||
	    strcmp(name, sandbox_env(call->box)->config->name) == 0)
		return bsn_fail(err, BSN_CONFLICT,
				"there is a chain %s already", name);
	if (status != BSN_NOT_FOUND)
		return status;
	status = value_scan(call->box, BUCKET_PARACHAIN, PARACHAIN_GENESIS,
			    PARACHAINS_MAX - 1, entries, &more, err);
	if (status == BSN_OK && more)
		return bsn_fail(err, BSN_FULL,
				"a chain has at most %u parallel chains",
				PARACHAINS_MAX);
	return status;
}

static int32_t
create_chain(KernelCall *call, bsn_err *err)
{
	const char *initiator = call_initiator(call, err);
	g_autofree char *name = NULL;
	g_autoptr(json_t) group = NULL;
	int32_t status;

	if (initiator == NULL)
		return BSN_DENIED;
	status = check_root(call, err);
	if (status != BSN_OK)
		return status;
	name = name_arg(call, err);
	group = name != NULL ? group_arg(call, name, initiator, err) : NULL;
	if (group == NULL)
		return BSN_BAD_REQUEST;
	status = check_new(call, name, err);
	if (status == BSN_OK)
		status = write_genesis(call, name, group, err);
	if (status == BSN_OK)
		status = write_group(call, name, group, err);
	answer_text(call, "CreateBlockChain success");
	return status;
}

/* ---- the others ---------------------------------------------------------- */

static int32_t
stop_chain(KernelCall *call, bsn_err *err)
{
	g_autofree char *name = NULL;
	g_autoptr(json_t) group = NULL;
	int32_t status = check_root(call, err);

	if (status != BSN_OK)
		return status;
	name = name_arg(call, err);
	if (name == NULL)
		return BSN_BAD_REQUEST;
	group = group_to_edit(call, name, &status, err);
	if (group == NULL)
		return status;
	json_object_set_new(group, "status", json_integer(1));
	answer_text(call, "StopBlockChain success");
	return write_group(call, name, group, err);
}

/* Replaces a list of the group by an argument's, if there is one. */
static gboolean
replace(const KernelCall *call, json_t *group, const char *list, bsn_err *err)
{
	bsn_slice text = kernel_arg(call, list);
	json_t *given;

	if (text.len == 0)
		return TRUE;
	given = json_loadb((const char *)text.data, text.len,
			   JSON_REJECT_DUPLICATES, NULL);
	if (given == NULL) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the argument %s must be a JSON array of texts",
			 list);
		return FALSE;
	}
	json_object_set_new(group, list, given);
	return TRUE;
}

static int32_t
edit_group(KernelCall *call, bsn_err *err)
{
	g_autofree char *name = NULL;
	g_autoptr(json_t) group = NULL;
	int32_t status = check_root(call, err);

	if (status != BSN_OK)
		return status;
	name = name_arg(call, err);
	if (name == NULL)
		return BSN_BAD_REQUEST;
	group = group_to_edit(call, name, &status, err);
	if (group == NULL)
		return status;
	if (!replace(call, group, "admin", err) ||
	    !replace(call, group, "identities", err) ||
	    !replace(call, group, "readers", err) || !parachain_check_group(group, err))
		return BSN_BAD_REQUEST;
	answer_text(call, "Edit Group success");
	return write_group(call, name, group, err);
}

/* As XuperChain's: who is in it may look. */
static int32_t
get_group(KernelCall *call, bsn_err *err)
{
	const char *initiator = call_initiator(call, err);
	g_autofree char *name = name_arg(call, err);
	g_autoptr(json_t) group = NULL;
	int32_t status;

	if (name == NULL)
		return BSN_BAD_REQUEST;
	group = value_get(call->box, BUCKET_PARACHAIN, name, &status, err);
	if (group == NULL)
		return status == BSN_NOT_FOUND
			       ? bsn_fail(err, status,
					  "there is no parallel chain %s", name)
			       : status;
	if (initiator == NULL || (!parachain_listed(group, "admin", initiator) &&
				  !parachain_listed(group, "identities",
						    initiator)))
		return bsn_fail(err, BSN_DENIED,
				"the group of chain %s is told to its members, "
				"who name themselves as the signer",
				name);
	answer_json(call, group);
	return BSN_OK;
}

const KernelMethod kernel_parachain[] = {
	{ CONTRACT, "createChain", create_chain, 0, "name, data, group" },
	{ CONTRACT, "stopChain", stop_chain, 0, "name" },
	{ CONTRACT, "editGroup", edit_group, 0, "name, admin, identities, readers" },
	{ CONTRACT, "getGroup", get_group, KERNEL_READS, "name" },
	{ NULL, NULL, NULL, 0, NULL },
};
