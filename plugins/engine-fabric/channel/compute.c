/* SPDX-License-Identifier: Apache-2.0
 *
 * A group whose members are the same keeps its version and names only those
 * that change. One that gets or loses a member, or another mod_policy, has its
 * next version, and names all that stays in both sets.
 */
#include "plugins/engine-fabric/channel/compute.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/channel/group.h"

/* The sets of one group, on their way. */
typedef struct {
	Arena *arena;
	const Common__ConfigGroup *before;
	const Common__ConfigGroup *after;
	Common__ConfigGroup *read;
	Common__ConfigGroup *write;
	gboolean members; /* some come or go */
	gboolean changed; /* there is something to write */
} Pair;

static Common__ConfigPolicy *
find_policy(const Common__ConfigGroup *group, const char *key)
{
	for (gsize i = 0; i < group->n_policies; i++)
		if (strcmp(group->policies[i]->key, key) == 0)
			return group->policies[i]->value;
	return NULL;
}

static gboolean
same_bytes(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return bsn_slice_equal(message_slice(a), message_slice(b));
}

static gboolean
same_value(const Common__ConfigValue *a, const Common__ConfigValue *b)
{
	return same_bytes(a->value, b->value) &&
	       strcmp(a->mod_policy, b->mod_policy) == 0;
}

static gboolean
same_policy(const Common__ConfigPolicy *a, const Common__ConfigPolicy *b)
{
	if (strcmp(a->mod_policy, b->mod_policy) != 0)
		return FALSE;
	if (a->policy == NULL || b->policy == NULL)
		return a->policy == b->policy;
	return a->policy->type == b->policy->type &&
	       same_bytes(a->policy->value, b->policy->value);
}

/* ---- what goes into a set ---- */

/* `from` NULL: its version alone, which is all that a read set needs. */
static void
put_value(Pair *pair, Common__ConfigGroup *set, char *key, guint64 version,
	  const Common__ConfigValue *from)
{
	Common__ConfigGroup__ValuesEntry *entry =
		arena_room(pair->arena, sizeof(*entry));

	common__config_group__values_entry__init(entry);
	entry->key = key;
	entry->value = arena_room(pair->arena, sizeof(*entry->value));
	common__config_value__init(entry->value);
	if (from != NULL)
		*entry->value = *from;
	entry->value->version = version;
	set->values[set->n_values++] = entry;
}

static void
put_policy(Pair *pair, Common__ConfigGroup *set, char *key, guint64 version,
	   const Common__ConfigPolicy *from)
{
	Common__ConfigGroup__PoliciesEntry *entry =
		arena_room(pair->arena, sizeof(*entry));

	common__config_group__policies_entry__init(entry);
	entry->key = key;
	entry->value = arena_room(pair->arena, sizeof(*entry->value));
	common__config_policy__init(entry->value);
	if (from != NULL)
		*entry->value = *from;
	entry->value->version = version;
	set->policies[set->n_policies++] = entry;
}

static void
put_group(Pair *pair, Common__ConfigGroup *set, char *key,
	  Common__ConfigGroup *group)
{
	Common__ConfigGroup__GroupsEntry *entry =
		arena_room(pair->arena, sizeof(*entry));

	common__config_group__groups_entry__init(entry);
	entry->key = key;
	entry->value = group;
	set->groups[set->n_groups++] = entry;
}

/* An empty set with room for all that either group has. */
static Common__ConfigGroup *
set_new(const Pair *pair)
{
	const gsize place = sizeof(gpointer);
	Common__ConfigGroup *set = arena_room(pair->arena, sizeof(*set));

	common__config_group__init(set);
	set->version = pair->before->version;
	set->values = arena_room(pair->arena, place * (pair->before->n_values +
						       pair->after->n_values));
	set->policies =
		arena_room(pair->arena, place * (pair->before->n_policies +
						 pair->after->n_policies));
	set->groups = arena_room(pair->arena, place * (pair->before->n_groups +
						       pair->after->n_groups));
	return set;
}

/* ---- what changes ---- */

static void
find_members(Pair *pair)
{
	const Common__ConfigGroup *before = pair->before;
	const Common__ConfigGroup *after = pair->after;

	pair->members = before->n_values != after->n_values ||
			before->n_policies != after->n_policies ||
			before->n_groups != after->n_groups ||
			strcmp(before->mod_policy, after->mod_policy) != 0;
	for (gsize i = 0; i < after->n_values; i++)
		if (group_value(before, after->values[i]->key) == NULL)
			pair->members = TRUE;
	for (gsize i = 0; i < after->n_policies; i++)
		if (find_policy(before, after->policies[i]->key) == NULL)
			pair->members = TRUE;
	for (gsize i = 0; i < after->n_groups; i++)
		if (group_find(before, after->groups[i]->key) == NULL)
			pair->members = TRUE;
}

static void
compare_values(Pair *pair)
{
	for (gsize i = 0; i < pair->after->n_values; i++) {
		char *key = pair->after->values[i]->key;
		const Common__ConfigValue *after =
			pair->after->values[i]->value;
		const Common__ConfigValue *before =
			group_value(pair->before, key);

		if (before == NULL) {
			put_value(pair, pair->write, key, 0, after);
		} else if (!same_value(before, after)) {
			put_value(pair, pair->write, key, before->version + 1,
				  after);
			pair->changed = TRUE;
		} else if (pair->members) {
			put_value(pair, pair->read, key, before->version, NULL);
			put_value(pair, pair->write, key, before->version,
				  NULL);
		}
	}
}

static void
compare_policies(Pair *pair)
{
	for (gsize i = 0; i < pair->after->n_policies; i++) {
		char *key = pair->after->policies[i]->key;
		const Common__ConfigPolicy *after =
			pair->after->policies[i]->value;
		const Common__ConfigPolicy *before =
			find_policy(pair->before, key);

		if (before == NULL) {
			put_policy(pair, pair->write, key, 0, after);
		} else if (!same_policy(before, after)) {
			put_policy(pair, pair->write, key, before->version + 1,
				   after);
			pair->changed = TRUE;
		} else if (pair->members) {
			put_policy(pair, pair->read, key, before->version,
				   NULL);
			put_policy(pair, pair->write, key, before->version,
				   NULL);
		}
	}
}

static Pair compare(Arena *arena, const Common__ConfigGroup *before,
		    const Common__ConfigGroup *after);

/* A group that is new: all of it, each part of version 0. */
static Common__ConfigGroup *
new_group(Pair *pair, const Common__ConfigGroup *after)
{
	static const Common__ConfigGroup nothing = COMMON__CONFIG_GROUP__INIT;
	Pair new = compare(pair->arena, &nothing, after);

	new.write->version = 0;
	return new.write;
}

static void
compare_groups(Pair *pair)
{
	for (gsize i = 0; i < pair->after->n_groups; i++) {
		char *key = pair->after->groups[i]->key;
		const Common__ConfigGroup *after =
			pair->after->groups[i]->value;
		const Common__ConfigGroup *before =
			group_find(pair->before, key);
		Pair below;

		if (before == NULL) {
			put_group(pair, pair->write, key,
				  new_group(pair, after));
			continue;
		}
		below = compare(pair->arena, before, after);
		if (!below.changed && !pair->members)
			continue;
		put_group(pair, pair->read, key, below.read);
		put_group(pair, pair->write, key, below.write);
		pair->changed |= below.changed;
	}
}

static Pair
compare(Arena *arena, const Common__ConfigGroup *before,
	const Common__ConfigGroup *after)
{
	Pair pair = { .arena = arena, .before = before, .after = after };

	pair.read = set_new(&pair);
	pair.write = set_new(&pair);
	find_members(&pair);
	compare_values(&pair);
	compare_policies(&pair);
	compare_groups(&pair);
	if (pair.members) {
		pair.changed = TRUE;
		pair.write->version = before->version + 1;
		pair.write->mod_policy = after->mod_policy;
	}
	return pair;
}

int32_t
compute_update(Arena *arena, const Common__ConfigGroup *before,
	       const Common__ConfigGroup *after, Common__ConfigGroup **read_set,
	       Common__ConfigGroup **write_set, bsn_err *err)
{
	const Pair pair = compare(arena, before, after);

	if (!pair.changed)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the two configs are the same");
	*read_set = pair.read;
	*write_set = pair.write;
	return BSN_OK;
}
