/* SPDX-License-Identifier: Apache-2.0
 *
 * What is computed from two configs leads from the first to the second.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "common/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/compute.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/engine-fabric/channel/update.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-channel.h"

#define CHANGES 200u

static const guint both[] = { 0, 1 };

static Common__ConfigGroup *
copy_of(Arena *arena, bsn_slice bytes)
{
	Common__Config *config = message_unpack(
		arena, &common__config__descriptor, bytes, NULL, NULL);

	return config->channel_group;
}

/* Versions are what an update works with, and no part of what is wanted. */
static void
forget_versions(Common__ConfigGroup *group)
{
	group->version = 0;
	for (gsize i = 0; i < group->n_values; i++)
		group->values[i]->value->version = 0;
	for (gsize i = 0; i < group->n_policies; i++)
		group->policies[i]->value->version = 0;
	for (gsize i = 0; i < group->n_groups; i++)
		forget_versions(group->groups[i]->value);
}

/* ---- random changes ---- */

/* Some group, the channel's own among them. */
static Common__ConfigGroup *
random_group(GRand *rand, Common__ConfigGroup *group)
{
	while (group->n_groups > 0 && g_rand_int_range(rand, 0, 4) > 0)
		group = group->groups[g_rand_int_range(rand, 0,
						       (gint)group->n_groups)]
				->value;
	return group;
}

static void
change_value(GRand *rand, Arena *arena, Common__ConfigGroup *group)
{
	Common__HashingAlgorithm other = COMMON__HASHING_ALGORITHM__INIT;
	gsize at;

	if (group->n_values == 0)
		return;
	at = (gsize)g_rand_int_range(rand, 0, (gint)group->n_values);
	other.name = (char *)"another value";
	group->values[at]->value->value =
		message_bytes(message_put(arena, &other));
}

/* The second of what there is, so that something stays. */
static void
remove_something(Common__ConfigGroup *group)
{
	if (group->n_values > 1)
		group->values[1] = group->values[--group->n_values];
	else if (group->n_policies > 1)
		group->policies[1] = group->policies[--group->n_policies];
}

static void
add_policy(GRand *rand, Arena *arena, Common__ConfigGroup *group)
{
	g_autofree char *name =
		g_strdup_printf("New%u", g_rand_int(rand) % 1000);

	g_assert_cmpint(group_add_policy_text(arena, group, name,
					      "OR('Org1MSP.admin')", NULL),
			==, BSN_OK);
}

static void
add_group(GRand *rand, Arena *arena, Common__ConfigGroup *group)
{
	g_autofree char *name =
		g_strdup_printf("Group%u", g_rand_int(rand) % 1000);
	Common__ConfigGroup *below = group_new(arena);
	Common__HashingAlgorithm value = COMMON__HASHING_ALGORITHM__INIT;

	group_add_value(arena, below, "Value", &value, GROUP_ADMINS);
	add_policy(rand, arena, below);
	group_add_group(arena, below, "Deeper", group_new(arena));
	group_add_group(arena, group, name, below);
}

static void
change(GRand *rand, Arena *arena, Common__ConfigGroup *channel)
{
	Common__ConfigGroup *group = random_group(rand, channel);

	switch (g_rand_int_range(rand, 0, 6)) {
	case 0:
		change_value(rand, arena, group);
		break;
	case 1:
		remove_something(group);
		break;
	case 2:
		add_policy(rand, arena, group);
		break;
	case 3:
		add_group(rand, arena, group);
		break;
	case 4:
		group->mod_policy = (char *)"/Channel/Admins";
		break;
	case 5:
		if (group->n_policies > 0)
			group->policies[0]->value->mod_policy =
				(char *)"/Channel/Readers";
		break;
	}
}

static void
assert_leads(const FabricOrgs *orgs, ChannelConfig *config, bsn_slice before,
	     Common__ConfigGroup *after)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) update = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GByteArray) got = NULL;
	g_autoptr(GByteArray) want = NULL;
	Common__ConfigGroup *read_set;
	Common__ConfigGroup *write_set;
	Common__ConfigGroup *merged;
	bsn_err err = BSN_ERR_INIT;

	if (compute_update(&arena, copy_of(&arena, before), after, &read_set,
			   &write_set, &err) != BSN_OK)
		g_error("%s", err.reason);
	update = fabric_update(orgs, read_set, write_set, "one", both, 2);
	if (update_apply(config, "one", buffer_slice(update), out, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	merged = copy_of(&arena, buffer_slice(out));
	forget_versions(merged);
	forget_versions(after);
	got = message_pack(merged);
	want = message_pack(after);
	assert_bytes(got->data, got->len, want->data, want->len);
}

static void
test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(11);
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	g_autoptr(ChannelConfig) config =
		fabric_config_read(buffer_slice(bytes));
	guint changed = 0;

	for (guint i = 0; i < CHANGES; i++) {
		g_auto(Arena) arena = ARENA_INIT;
		Common__ConfigGroup *after =
			copy_of(&arena, buffer_slice(bytes));
		g_autoptr(GByteArray) was = message_pack(after);
		g_autoptr(GByteArray) is = NULL;
		const guint n = (guint)g_rand_int_range(rand, 1, 5);

		for (guint j = 0; j < n; j++)
			change(rand, &arena, after);
		is = message_pack(after);
		if (is->len == was->len &&
		    memcmp(is->data, was->data, is->len) == 0)
			continue;
		assert_leads(orgs, config, buffer_slice(bytes), after);
		changed++;
	}
	g_assert_cmpuint(changed, >, CHANGES / 2);
}

static void
test_same(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	Common__ConfigGroup *before = copy_of(&arena, buffer_slice(bytes));
	Common__ConfigGroup *after = copy_of(&arena, buffer_slice(bytes));
	Common__ConfigGroup *read_set;
	Common__ConfigGroup *write_set;
	bsn_err err = BSN_ERR_INIT;

	after->groups[0]->value->version = 7;
	g_assert_cmpint(compute_update(&arena, before, after, &read_set,
				       &write_set, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "the two configs are the same");
}

/* One value: nothing but the way to it. */
static void
test_small(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(json_t) founding = fabric_founding(orgs, 2);
	g_autoptr(GByteArray) bytes = fabric_config_bytes(orgs, founding);
	Common__ConfigGroup *before = copy_of(&arena, buffer_slice(bytes));
	Common__ConfigGroup *after = copy_of(&arena, buffer_slice(bytes));
	Common__ConfigGroup *read_set;
	Common__ConfigGroup *write_set;
	Common__ConfigGroup *orderer;

	((Common__ConfigValue *)group_value(group_find(after, "Orderer"),
					    "BatchTimeout"))
		->mod_policy = (char *)"Writers";
	g_assert_cmpint(compute_update(&arena, before, after, &read_set,
				       &write_set, NULL),
			==, BSN_OK);
	g_assert_cmpuint(write_set->n_groups, ==, 1);
	g_assert_cmpuint(write_set->n_values + write_set->n_policies, ==, 0);
	orderer = write_set->groups[0]->value;
	g_assert_cmpuint(orderer->version, ==, 0);
	g_assert_cmpuint(orderer->n_values, ==, 1);
	g_assert_cmpuint(orderer->n_policies + orderer->n_groups, ==, 0);
	g_assert_cmpuint(orderer->values[0]->value->version, ==, 1);
	g_assert_cmpuint(read_set->groups[0]->value->n_values, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/compute/it-leads-there", test_random);
	g_test_add_func("/fabric/compute/nothing-to-do", test_same);
	g_test_add_func("/fabric/compute/as-small-as-can-be", test_small);
	return g_test_run();
}
