/* SPDX-License-Identifier: Apache-2.0
 *
 * The config that an update leads to.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/channel/update_private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/tree.h"

/* The part as it will be: as changed, else as it is. */
static const Item *
item_after(Update *update, const Item *group, ItemKind kind, const char *name)
{
	char *key = item_key_in(&update->arena, group, kind, name);
	const Item *item = g_hash_table_lookup(update->changes, key);

	return item != NULL ? item : g_hash_table_lookup(update->before, key);
}

static int32_t
missing(const Update *update, const Item *group, const char *name)
{
	return bsn_fail(update->err, BSN_BAD_REQUEST,
			"%s/%s: the group lists it, but it is neither new nor "
			"there",
			group->path, name);
}

static int32_t merge_group(Update *update, const Item *item,
			   Common__ConfigGroup **merged);

static int32_t
merge_groups(Update *update, const Item *item, Common__ConfigGroup *merged)
{
	const Common__ConfigGroup *group = item->group;

	merged->groups = arena_room(&update->arena,
				    group->n_groups * sizeof(*merged->groups));
	for (gsize i = 0; i < group->n_groups; i++) {
		const char *name = group->groups[i]->key;
		const Item *after = item_after(update, item, ITEM_GROUP, name);
		Common__ConfigGroup__GroupsEntry *entry =
			arena_room(&update->arena, sizeof(*entry));
		int32_t status;

		if (after == NULL)
			return missing(update, item, name);
		common__config_group__groups_entry__init(entry);
		entry->key = group->groups[i]->key;
		status = merge_group(update, after, &entry->value);
		if (status != BSN_OK)
			return status;
		merged->groups[merged->n_groups++] = entry;
	}
	return BSN_OK;
}

static int32_t
merge_values(Update *update, const Item *item, Common__ConfigGroup *merged)
{
	const Common__ConfigGroup *group = item->group;

	merged->values = arena_room(&update->arena,
				    group->n_values * sizeof(*merged->values));
	for (gsize i = 0; i < group->n_values; i++) {
		const char *name = group->values[i]->key;
		const Item *after = item_after(update, item, ITEM_VALUE, name);
		Common__ConfigGroup__ValuesEntry *entry =
			arena_room(&update->arena, sizeof(*entry));

		if (after == NULL)
			return missing(update, item, name);
		common__config_group__values_entry__init(entry);
		entry->key = group->values[i]->key;
		entry->value = (Common__ConfigValue *)after->value;
		merged->values[merged->n_values++] = entry;
	}
	return BSN_OK;
}

static int32_t
merge_policies(Update *update, const Item *item, Common__ConfigGroup *merged)
{
	const Common__ConfigGroup *group = item->group;

	merged->policies = arena_room(
		&update->arena, group->n_policies * sizeof(*merged->policies));
	for (gsize i = 0; i < group->n_policies; i++) {
		const char *name = group->policies[i]->key;
		const Item *after = item_after(update, item, ITEM_POLICY, name);
		Common__ConfigGroup__PoliciesEntry *entry =
			arena_room(&update->arena, sizeof(*entry));

		if (after == NULL)
			return missing(update, item, name);
		common__config_group__policies_entry__init(entry);
		entry->key = group->policies[i]->key;
		entry->value = (Common__ConfigPolicy *)after->policy;
		merged->policies[merged->n_policies++] = entry;
	}
	return BSN_OK;
}

static int32_t
merge_group(Update *update, const Item *item, Common__ConfigGroup **merged)
{
	Common__ConfigGroup *group = arena_room(&update->arena, sizeof(*group));
	int32_t status;

	common__config_group__init(group);
	group->version = item->version;
	group->mod_policy = (char *)item->mod_policy;
	*merged = group;
	status = merge_values(update, item, group);
	if (status == BSN_OK)
		status = merge_policies(update, item, group);
	return status == BSN_OK ? merge_groups(update, item, group) : status;
}

/* Everything that the update wrote is in the config after it: a change in a
 * group that the changed groups no longer list would be signed for nothing. */
static int32_t
check_all_there(Update *update, const Common__ConfigGroup *channel)
{
	g_autoptr(GHashTable) after = NULL;
	GHashTableIter iter;
	gpointer key;
	gpointer data;
	int32_t status =
		items_map(&update->arena, channel, &after, update->err);

	if (status != BSN_OK)
		return status;
	g_hash_table_iter_init(&iter, update->write_set);
	while (g_hash_table_iter_next(&iter, &key, &data))
		if (!g_hash_table_contains(after, key))
			return bsn_fail(update->err, BSN_BAD_REQUEST,
					"%s: it is written, but no group "
					"above it lists it",
					((const Item *)data)->path);
	return BSN_OK;
}

int32_t
update_merge(Update *update, GByteArray *out)
{
	const Item nothing = { .path = "" };
	const Item *root =
		item_after(update, &nothing, ITEM_GROUP, POLICY_ROOT);
	Common__Config config = COMMON__CONFIG__INIT;
	int32_t status;

	config.sequence = update->current->sequence + 1;
	status = merge_group(update, root, &config.channel_group);
	if (status == BSN_OK)
		status = check_all_there(update, config.channel_group);
	if (status == BSN_OK)
		message_append(out, &config);
	return status;
}
