/* SPDX-License-Identifier: Apache-2.0
 *
 * The policies of a channel's config.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/policy/application.h"
#include "plugins/engine-fabric/policy/text.h"
#include "tests/unit/fabric-people.h"

static const Suite suite;

/* A group with one policy, "P". */
typedef struct {
	Common__ConfigGroup group;
	Common__ConfigPolicy policy;
	Common__Policy message;
	Common__ConfigGroup__PoliciesEntry entry;
	Common__ConfigGroup__PoliciesEntry *entries[1];
	Common__ConfigGroup__GroupsEntry below[ORGS];
	Common__ConfigGroup__GroupsEntry *groups[ORGS];
} TestGroup;

static char p[] = "P";

static void
group_init(Arena *arena, TestGroup *group, const char *text)
{
	bsn_err err = BSN_ERR_INIT;

	memset(group, 0, sizeof(*group));
	common__config_group__init(&group->group);
	common__config_policy__init(&group->policy);
	common__policy__init(&group->message);
	common__config_group__policies_entry__init(&group->entry);
	if (text == NULL)
		return;
	if (policy_parse(arena, text, &group->message, &err) != BSN_OK)
		g_error("%s", err.reason);
	group->policy.policy = &group->message;
	group->entry.key = p;
	group->entry.value = &group->policy;
	group->entries[0] = &group->entry;
	group->group.n_policies = 1;
	group->group.policies = group->entries;
}

static void
group_add(TestGroup *group, const char *name, TestGroup *below)
{
	const gsize at = group->group.n_groups++;

	common__config_group__groups_entry__init(&group->below[at]);
	group->below[at].key = (char *)name;
	group->below[at].value = &below->group;
	group->groups[at] = &group->below[at];
	group->group.groups = group->groups;
}

/* /Channel/P: of /Channel/Application/P: of three organisations' P. */
static PolicyTree *
make_tree(const char *channel_rule, const char *rule)
{
	g_auto(Arena) arena = ARENA_INIT;
	TestGroup channel, application, org[ORGS];
	PolicyTree *tree = NULL;
	bsn_err err = BSN_ERR_INIT;

	group_init(&arena, &channel, channel_rule);
	group_init(&arena, &application, rule);
	group_init(&arena, &org[0], "OR('Org1MSP.peer', 'Org1MSP.admin')");
	group_init(&arena, &org[1], "OR('Org2MSP.peer')");
	group_init(&arena, &org[2], NULL);
	group_add(&channel, "Application", &application);
	for (guint i = 0; i < ORGS; i++)
		group_add(&application, orgs[i].id, &org[i]);
	if (policy_tree_new(&suite, &channel.group, &tree, &err) != BSN_OK)
		g_error("%s", err.reason);
	return tree;
}

static gboolean
tree_holds(const char *rule, MspIdentity *a, MspIdentity *b)
{
	g_autoptr(PolicyTree) tree = make_tree("ALL P", rule);
	MspIdentity *signers[] = { a, b };
	const guint n = b != NULL ? 2 : a != NULL ? 1 : 0;
	const gboolean held = policy_holds(
		policy_tree_find(tree, "/Channel/Application/P"), signers, n);

	g_assert_cmpint(
		policy_holds(policy_tree_find(tree, "/Channel/P"), signers, n),
		==, held);
	return held;
}

static void
test_implicit(void)
{
	g_assert_true(tree_holds("ANY P", PEER(1), NULL));
	g_assert_false(tree_holds("ANY P", PEER(2), NULL));
	g_assert_false(tree_holds("ANY P", NULL, NULL));
	g_assert_false(tree_holds("MAJORITY P", ADMIN(0), NULL));
	g_assert_true(tree_holds("MAJORITY P", ADMIN(0), PEER(1)));
	/* The third organisation has none, which never holds. */
	g_assert_false(tree_holds("ALL P", ADMIN(0), PEER(1)));
	/* Nobody has such a policy. */
	g_assert_false(tree_holds("ANY Q", PEER(0), PEER(1)));
	g_assert_true(tree_holds("OR('Org1MSP.peer')", PEER(0), NULL));
}

static void
test_paths(void)
{
	static const char *const groups[] = { "Application", "Org1MSP" };
	g_autoptr(PolicyTree) tree = make_tree("ANY P", "MAJORITY P");

	g_assert_nonnull(policy_tree_find(tree, "/Channel/P"));
	g_assert_null(
		policy_tree_find(tree, "/Channel/Application/org-3.msp/P"));
	g_assert_true(
		policy_tree_find(tree, "/Channel/Application/Org1MSP/P") ==
		policy_tree_find_in(tree, groups, 2, "P"));
	g_assert_true(policy_tree_find_in(tree, groups, 2, "/Channel/P") ==
		      policy_tree_find(tree, "/Channel/P"));
	g_assert_null(policy_tree_find(tree, "/Channel"));
	g_assert_null(policy_tree_find(tree, "/Channel/"));
	g_assert_null(policy_tree_find(tree, "P"));
	g_assert_null(policy_tree_find(tree, "/Orderer/P"));
	g_assert_null(policy_tree_find(tree, "/Channel/Application/P/P"));
	g_assert_null(policy_tree_find(
		tree, "/Channel/1/2/3/4/5/6/7/8/9/10/11/12/P"));
}

static void
test_minimal_of_tree(void)
{
	g_autoptr(PolicyTree) tree = make_tree("ANY P", "MAJORITY P");
	g_autoptr(GPtrArray) sets =
		minimal_sets(policy_tree_find(tree, "/Channel/Application/P"));
	g_autofree char *text = sets_text(sets);

	/* In the order in which a hash table has the organisations. */
	if (g_str_has_prefix(text, "Org1MSP"))
		g_assert_cmpstr(text, ==,
				"Org1MSP.peer+Org2MSP.peer | "
				"Org1MSP.admin+Org2MSP.peer");
	else
		g_assert_cmpstr(text, ==,
				"Org2MSP.peer+Org1MSP.peer | "
				"Org2MSP.peer+Org1MSP.admin");
}

static ApplicationPolicy *
chaincode_policy(const char *text)
{
	g_auto(Arena) arena = ARENA_INIT;
	ApplicationPolicy *policy = NULL;
	g_autofree char *again = NULL;
	bsn_slice bytes;
	bsn_err err = BSN_ERR_INIT;

	if (application_policy_parse(&arena, text, &bytes, &err) != BSN_OK ||
	    application_policy_new(&suite, bytes, &policy, &err) != BSN_OK)
		g_error("%s", err.reason);
	again = application_policy_text(policy);
	g_assert_cmpstr(again, ==, text);
	return policy;
}

static void
test_chaincodes(void)
{
	g_autoptr(PolicyTree) tree = make_tree("ANY P", "MAJORITY P");
	g_autoptr(ApplicationPolicy) own =
		chaincode_policy("OR('Org2MSP.peer')");
	g_autoptr(ApplicationPolicy) channels =
		chaincode_policy("/Channel/Application/P");
	g_autoptr(ApplicationPolicy) nobodys =
		chaincode_policy("/Channel/Application/Q");
	MspIdentity *signers[] = { PEER(1), PEER(0) };

	g_assert_true(
		policy_holds(application_policy_find(own, tree), signers, 1));
	g_assert_true(application_policy_find(channels, tree) ==
		      policy_tree_find(tree, "/Channel/Application/P"));
	g_assert_null(application_policy_find(nobodys, tree));
}

static void
test_wrong_chaincodes(void)
{
	static const char *const texts[] = {
		"",  "/",	  "/Channel/", "/Orderer/P", "/Channel/P/",
		"P", "MAJORITY P"
	};
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(ApplicationPolicy) none = NULL;
	bsn_slice bytes;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_cmpint(application_policy_parse(&arena, texts[i],
							 &bytes, NULL),
				==, BSN_BAD_REQUEST);
	g_assert_cmpint(application_policy_new(&suite, bsn_slice_of(NULL, 0),
					       &none, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "the endorsement policy is empty");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/fabric/policy/implicit", test_implicit);
	g_test_add_func("/fabric/policy/paths", test_paths);
	g_test_add_func("/fabric/policy/who-is-enough-in-a-channel",
			test_minimal_of_tree);
	g_test_add_func("/fabric/policy/of-a-chaincode", test_chaincodes);
	g_test_add_func("/fabric/policy/of-a-chaincode-and-wrong",
			test_wrong_chaincodes);
	return g_test_run();
}
