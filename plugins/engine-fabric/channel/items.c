/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/items.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/tree.h"
#include "plugins/kit/reason.h"

static const char *const kinds[] = { "group", "value", "policy" };

const char *
item_kind_name(ItemKind kind)
{
	return kinds[kind];
}

static gboolean
is_name(const char *name)
{
	const gsize len = strlen(name);

	return len > 0 && len <= ITEM_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == len;
}

static char *
concat(Arena *arena, const char *a, const char *b, const char *c)
{
	g_autofree char *text = g_strconcat(a, b, c, NULL);

	return arena_copy(arena, text, strlen(text));
}

char *
item_key_in(Arena *arena, const Item *group, ItemKind kind, const char *name)
{
	g_autofree char *text =
		g_strdup_printf("%s %s/%s", kinds[kind], group->path, name);

	return arena_copy(arena, text, strlen(text));
}

/* One that is in `parent`, added to the table. */
static int32_t
add_item(Arena *arena, GHashTable *items, const Item *parent, ItemKind kind,
	 const char *name, Item **added, bsn_err *err)
{
	Item *item;

	if (!is_name(name)) {
		g_autofree char *quoted = quote_text(
			(bsn_slice){ (const uint8_t *)name, strlen(name) });

		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: the name %s has other characters than "
				"letters, digits, dots, hyphens and "
				"underscores, or too many",
				parent->path, quoted);
	}
	if (g_hash_table_size(items) >= ITEMS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the config has more than %u parts", ITEMS_MAX);
	item = arena_room(arena, sizeof(*item));
	*item = *parent;
	item->kind = kind;
	item->key = item_key_in(arena, parent, kind, name);
	item->path = concat(arena, parent->path, "/", name);
	item->group = NULL;
	if (g_hash_table_contains(items, item->key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: this %s is there twice", item->path,
				kinds[kind]);
	g_hash_table_insert(items, (gpointer)item->key, item);
	*added = item;
	return BSN_OK;
}

static int32_t
empty(const Item *item, bsn_err *err)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "%s: it is empty", item->path);
}

static int32_t
add_values(Arena *arena, GHashTable *items, const Item *parent, bsn_err *err)
{
	const Common__ConfigGroup *group = parent->group;

	for (gsize i = 0; i < group->n_values; i++) {
		const Common__ConfigValue *value = group->values[i]->value;
		Item *item;
		int32_t status = add_item(arena, items, parent, ITEM_VALUE,
					  group->values[i]->key, &item, err);

		if (status != BSN_OK)
			return status;
		if (value == NULL)
			return empty(item, err);
		item->value = value;
		item->version = value->version;
		item->mod_policy = value->mod_policy;
	}
	return BSN_OK;
}

static int32_t
add_policies(Arena *arena, GHashTable *items, const Item *parent, bsn_err *err)
{
	const Common__ConfigGroup *group = parent->group;

	for (gsize i = 0; i < group->n_policies; i++) {
		const Common__ConfigPolicy *policy = group->policies[i]->value;
		Item *item;
		int32_t status = add_item(arena, items, parent, ITEM_POLICY,
					  group->policies[i]->key, &item, err);

		if (status != BSN_OK)
			return status;
		if (policy == NULL)
			return empty(item, err);
		item->policy = policy;
		item->version = policy->version;
		item->mod_policy = policy->mod_policy;
	}
	return BSN_OK;
}

static int32_t fill_group(Arena *arena, GHashTable *items, Item *item,
			  const Common__ConfigGroup *group, bsn_err *err);

static int32_t
add_groups(Arena *arena, GHashTable *items, const Item *parent, bsn_err *err)
{
	const Common__ConfigGroup *group = parent->group;

	for (gsize i = 0; i < group->n_groups; i++) {
		const char *name = group->groups[i]->key;
		Item *item;
		int32_t status = add_item(arena, items, parent, ITEM_GROUP,
					  name, &item, err);

		if (status != BSN_OK)
			return status;
		if (group->groups[i]->value == NULL)
			return empty(item, err);
		if (item->n_groups == ITEMS_DEPTH_MAX)
			return bsn_fail(err, BSN_TOO_LARGE,
					"groups are nested more than %u deep",
					ITEMS_DEPTH_MAX);
		item->groups[item->n_groups++] = name;
		status = fill_group(arena, items, item, group->groups[i]->value,
				    err);
		if (status != BSN_OK)
			return status;
	}
	return BSN_OK;
}

static int32_t
fill_group(Arena *arena, GHashTable *items, Item *item,
	   const Common__ConfigGroup *group, bsn_err *err)
{
	int32_t status;

	item->group = group;
	item->version = group->version;
	item->mod_policy = group->mod_policy;
	status = add_values(arena, items, item, err);
	if (status == BSN_OK)
		status = add_policies(arena, items, item, err);
	return status == BSN_OK ? add_groups(arena, items, item, err) : status;
}

int32_t
items_map(Arena *arena, const Common__ConfigGroup *channel, GHashTable **items,
	  bsn_err *err)
{
	g_autoptr(GHashTable) map = g_hash_table_new(g_str_hash, g_str_equal);
	const Item nothing = { .path = "" };
	Item *root = NULL;
	int32_t status = BSN_OK;

	if (channel != NULL)
		status = add_item(arena, map, &nothing, ITEM_GROUP, POLICY_ROOT,
				  &root, err);
	if (root != NULL)
		status = fill_group(arena, map, root, channel, err);
	if (status == BSN_OK)
		*items = g_steal_pointer(&map);
	return status;
}
