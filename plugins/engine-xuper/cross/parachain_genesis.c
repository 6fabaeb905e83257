/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/cross/parachain.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/check.h"
#include "plugins/engine-xuper/kernel/terms.h"
#include "plugins/kit/hex.h"

#define MEMBERS_JSON_MAX XMODEL_VALUE_MAX

gboolean
parachain_name_valid(bsn_slice name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	if (name.len == 0 || name.len > PARACHAIN_NAME_MAX ||
	    name.data[0] == '-')
		return FALSE;
	for (guint64 i = 0; i < name.len; i++)
		if (memchr(allowed, name.data[i], strlen(allowed)) == NULL)
			return FALSE;
	return TRUE;
}

gboolean
parachain_listed(const json_t *group, const char *list, const char *address)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(group, list), i, entry)
		if (g_strcmp0(json_string_value(entry), address) == 0)
			return TRUE;
	return FALSE;
}

gboolean
parachain_stopped(const json_t *group)
{
	return json_integer_value(json_object_get(group, "status")) != 0;
}

gboolean
parachain_wanted(const json_t *group, const char *address)
{
	return !parachain_stopped(group) &&
	       (parachain_listed(group, "admin", address) ||
		parachain_listed(group, "identities", address));
}

/* ---- the config ---------------------------------------------------------- */

/* As the root chain wants it: it is the parent, and the nodes' keys are those of
 * its suite. */
static ChainConfig *
read_config(const ChainConfig *root, const char *name, bsn_slice text,
	    int32_t *status, bsn_err *err)
{
	g_autoptr(ChainConfig) config = NULL;
	g_autofree char *said = NULL;
	g_autofree char *whole = NULL;
	g_autoptr(json_t) json =
		json_parse_object(text, CONFIG_MAX, "data", NULL, err);

	*status = BSN_BAD_REQUEST;
	if (json == NULL)
		return NULL;
	json_object_set_new(json, "parent", json_string(root->name));
	said = value_text(json);
	whole = config_with_code(bsn_slice_str(said), root->code);
	*status = config_parse(bsn_slice_str(name), bsn_slice_str(whole),
			       &config, err);
	if (*status == BSN_OK)
		*status = check_fits(config, err);
	if (*status != BSN_OK)
		return NULL;
	if ((config->code & ~root->code) != 0) {
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "data: \"contracts.languages\" may have those "
				   "of chain %s alone, whose nodes it has",
				   root->name);
		return NULL;
	}
	if (config->gm == root->gm)
		return g_steal_pointer(&config);
	*status = bsn_fail(err, BSN_BAD_REQUEST,
			   "data: \"crypto\" must be that of chain %s, whose "
			   "nodes it has",
			   root->name);
	return NULL;
}

/* ---- members ------------------------------------------------------------- */

typedef struct {
	GArray *list;	   /* bsn_member */
	GPtrArray *memory; /* what they point to */
} Nodes;

static gboolean
add_node(Nodes *nodes, const Suite *suite, const json_t *json)
{
	g_autofree char *text = value_text(json);
	Member member;
	guint8 *key = g_malloc(PUBLIC_KEY_LEN);
	bsn_member node = { .size = sizeof(node),
			    .algorithm = suite->algorithm };

	g_ptr_array_add(nodes->memory, key);
	if (!member_parse(bsn_slice_str(text), &member))
		return FALSE;
	g_ptr_array_add(nodes->memory, member.name);
	g_ptr_array_add(nodes->memory, member.address);
	(void)hex_decode_fixed(member.public_key, strlen(member.public_key),
			       key, PUBLIC_KEY_LEN);
	node.role = member.validates ? BSN_ROLE_CONSENSUS : BSN_ROLE_OBSERVER;
	node.public_key = bsn_slice_of(key, PUBLIC_KEY_LEN);
	node.name = bsn_slice_str(member.name);
	node.address = bsn_slice_str(member.address);
	g_array_append_val(nodes->list, node);
	return TRUE;
}

static gboolean
read_nodes(Nodes *nodes, const Suite *suite, const json_t *json)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(json, "members"), i, entry)
		if (!add_node(nodes, suite, entry))
			return FALSE;
	return TRUE;
}

Block *
parachain_genesis(const ChainConfig *root, const Suite *suite,
		  const char *name, bsn_slice text, bsn_slice members,
		  int32_t *status, bsn_err *err)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(json_t) json =
		json_parse_object(members, MEMBERS_JSON_MAX, "", NULL, err);
	g_autoptr(ChainConfig) config =
		read_config(root, name, text, status, err);
	Nodes nodes = { list, memory };
	bsn_genesis genesis = { .size = sizeof(genesis),
				.name = bsn_slice_str(name) };

	if (config == NULL)
		return NULL;
	if (json == NULL || !read_nodes(&nodes, suite, json)) {
		*status = bsn_fail(err, BSN_E_CORRUPT,
				   "the members of chain %s cannot be read",
				   name);
		return NULL;
	}
	genesis.config = bsn_slice_str(config->json);
	genesis.member_count = list->len;
	genesis.members = (const bsn_member *)(const void *)list->data;
	genesis.time_ms = (guint64)json_integer_value(
		json_object_get(json, "time_ms"));
	return genesis_make(&genesis, config, suite, status, err);
}
