/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/channel/group.h"

#include <string.h>

#include "plugins/engine-fabric/policy/text.h"

Common__ConfigGroup *
group_new(Arena *arena)
{
	Common__ConfigGroup *group = arena_room(arena, sizeof(*group));

	common__config_group__init(group);
	group->mod_policy =
		arena_copy(arena, GROUP_ADMINS, strlen(GROUP_ADMINS));
	return group;
}

/* Entries of all maps begin alike. */
typedef struct {
	ProtobufCMessage base;
	char *key;
} Entry;

/* The array with room for one more, and where that goes. */
static gpointer *
make_place(Arena *arena, gpointer *entries, gsize n, const char *key,
	   gsize *place)
{
	gpointer *wider = arena_room(arena, (n + 1) * sizeof(*wider));

	*place = 0;
	while (*place < n && strcmp(((Entry *)entries[*place])->key, key) < 0)
		(*place)++;
	if (*place > 0)
		memcpy(wider, entries, *place * sizeof(*wider));
	if (*place < n)
		memcpy(wider + *place + 1, entries + *place,
		       (n - *place) * sizeof(*wider));
	return wider;
}

void
group_add_group(Arena *arena, Common__ConfigGroup *group, const char *key,
		Common__ConfigGroup *below)
{
	Common__ConfigGroup__GroupsEntry *entry =
		arena_room(arena, sizeof(*entry));
	gsize place;
	gpointer *wider = make_place(arena, (gpointer *)group->groups,
				     group->n_groups, key, &place);

	common__config_group__groups_entry__init(entry);
	entry->key = arena_copy(arena, key, strlen(key));
	entry->value = below;
	wider[place] = entry;
	group->groups = (Common__ConfigGroup__GroupsEntry **)wider;
	group->n_groups++;
}

void
group_add_value(Arena *arena, Common__ConfigGroup *group, const char *key,
		const void *message, const char *mod_policy)
{
	Common__ConfigGroup__ValuesEntry *entry =
		arena_room(arena, sizeof(*entry));
	gsize place;
	gpointer *wider = make_place(arena, (gpointer *)group->values,
				     group->n_values, key, &place);

	common__config_group__values_entry__init(entry);
	entry->key = arena_copy(arena, key, strlen(key));
	entry->value = arena_room(arena, sizeof(*entry->value));
	common__config_value__init(entry->value);
	entry->value->value = message_bytes(message_put(arena, message));
	entry->value->mod_policy =
		arena_copy(arena, mod_policy, strlen(mod_policy));
	wider[place] = entry;
	group->values = (Common__ConfigGroup__ValuesEntry **)wider;
	group->n_values++;
}

void
group_add_policy(Arena *arena, Common__ConfigGroup *group, const char *key,
		 const Common__Policy *policy)
{
	Common__ConfigGroup__PoliciesEntry *entry =
		arena_room(arena, sizeof(*entry));
	gsize place;
	gpointer *wider = make_place(arena, (gpointer *)group->policies,
				     group->n_policies, key, &place);

	common__config_group__policies_entry__init(entry);
	entry->key = arena_copy(arena, key, strlen(key));
	entry->value = arena_room(arena, sizeof(*entry->value));
	common__config_policy__init(entry->value);
	entry->value->policy = arena_room(arena, sizeof(*policy));
	*entry->value->policy = *policy;
	entry->value->mod_policy =
		arena_copy(arena, GROUP_ADMINS, strlen(GROUP_ADMINS));
	wider[place] = entry;
	group->policies = (Common__ConfigGroup__PoliciesEntry **)wider;
	group->n_policies++;
}

int32_t
group_add_policy_text(Arena *arena, Common__ConfigGroup *group, const char *key,
		      const char *text, bsn_err *err)
{
	Common__Policy policy = COMMON__POLICY__INIT;
	int32_t status = policy_parse(arena, text, &policy, err);

	if (status == BSN_OK)
		group_add_policy(arena, group, key, &policy);
	return status;
}

Common__ConfigGroup *
group_find(const Common__ConfigGroup *group, const char *key)
{
	for (gsize i = 0; i < group->n_groups; i++)
		if (strcmp(group->groups[i]->key, key) == 0)
			return group->groups[i]->value;
	return NULL;
}

const Common__ConfigValue *
group_value(const Common__ConfigGroup *group, const char *key)
{
	for (gsize i = 0; i < group->n_values; i++)
		if (strcmp(group->values[i]->key, key) == 0)
			return group->values[i]->value;
	return NULL;
}
