/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/policy/tree.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/reason.h"

typedef struct {
	GHashTable *groups;   /* name: Group */
	GHashTable *policies; /* name: Policy */
} Group;

struct PolicyTree {
	Group *channel;
	guint policies; /* in all */
};

/* ---- memory ---- */

static void
policy_free(gpointer data)
{
	Policy *policy = data;

	signature_policy_free(policy->signature);
	if (policy->below != NULL)
		g_ptr_array_unref(policy->below);
	g_free(policy->sub_policy);
	g_free(policy);
}

static void
group_free(gpointer data)
{
	Group *group = data;

	/* The policies of a group point into those of its groups. */
	g_hash_table_unref(group->policies);
	g_hash_table_unref(group->groups);
	g_free(group);
}

static Group *
group_new(void)
{
	Group *group = g_new0(Group, 1);

	group->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      group_free);
	group->policies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						policy_free);
	return group;
}

void
policy_tree_free(PolicyTree *tree)
{
	if (tree == NULL)
		return;
	group_free(tree->channel);
	g_free(tree);
}

/* ---- reading ---- */

static int32_t
read_signature(const Suite *suite, Arena *arena, bsn_slice bytes,
	       Policy *policy, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__SignaturePolicyEnvelope *envelope = message_unpack(
		arena, &common__signature_policy_envelope__descriptor, bytes,
		&status, err);

	return envelope == NULL ? status
				: signature_policy_new(suite, envelope,
						       &policy->signature, err);
}

static guint
threshold_of(Common__ImplicitMetaPolicy__Rule rule, guint count)
{
	switch (rule) {
	case COMMON__IMPLICIT_META_POLICY__RULE__ANY:
		return MIN(1, count);
	case COMMON__IMPLICIT_META_POLICY__RULE__ALL:
		return count;
	case COMMON__IMPLICIT_META_POLICY__RULE__MAJORITY:
		return count > 0 ? count / 2 + 1 : 0;
	case _COMMON__IMPLICIT_META_POLICY__RULE_IS_INT_SIZE:
		break;
	}
	return G_MAXUINT;
}

/* Groups that have no policy of that name count, and never hold. */
static int32_t
read_implicit(Arena *arena, bsn_slice bytes, const Group *group, Policy *policy,
	      bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__ImplicitMetaPolicy *implicit =
		message_unpack(arena, &common__implicit_meta_policy__descriptor,
			       bytes, &status, err);
	GHashTableIter groups;
	gpointer below;

	if (implicit == NULL)
		return status;
	policy->rule = implicit->rule;
	policy->sub_policy = g_strdup(implicit->sub_policy);
	policy->below = g_ptr_array_new();
	policy->threshold =
		threshold_of(implicit->rule, g_hash_table_size(group->groups));
	if (policy->threshold == G_MAXUINT)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"there is no rule with the number %d",
				(int)implicit->rule);
	g_hash_table_iter_init(&groups, group->groups);
	while (g_hash_table_iter_next(&groups, NULL, &below))
		g_ptr_array_add(policy->below,
				g_hash_table_lookup(((Group *)below)->policies,
						    implicit->sub_policy));
	return BSN_OK;
}

static int32_t
read_policy(const Suite *suite, const Common__ConfigPolicy *config,
	    const Group *group, Policy *policy, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Policy *message = config != NULL ? config->policy : NULL;

	if (message == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "it is empty");
	switch (message->type) {
	case COMMON__POLICY__POLICY_TYPE__SIGNATURE:
		return read_signature(suite, &arena,
				      message_slice(message->value), policy,
				      err);
	case COMMON__POLICY__POLICY_TYPE__IMPLICIT_META:
		return read_implicit(&arena, message_slice(message->value),
				     group, policy, err);
	}
	return bsn_fail(err, BSN_BAD_REQUEST,
			"its type is %d; SIGNATURE (1) and IMPLICIT_META (3) "
			"are known",
			message->type);
}

static int32_t
read_policies(const Suite *suite, PolicyTree *tree,
	      const Common__ConfigGroup *config, Group *group, bsn_err *err)
{
	for (gsize i = 0; i < config->n_policies; i++) {
		const char *name = config->policies[i]->key;
		Policy *policy;
		int32_t status = BSN_OK;

		if (g_hash_table_contains(group->policies, name))
			status = bsn_fail(err, BSN_BAD_REQUEST,
					  "it is there twice");
		else if (++tree->policies > POLICY_TREE_POLICIES_MAX)
			status = bsn_fail(err, BSN_TOO_LARGE,
					  "a channel has at most %u policies",
					  POLICY_TREE_POLICIES_MAX);
		if (status == BSN_OK) {
			policy = g_new0(Policy, 1);
			g_hash_table_insert(group->policies, g_strdup(name),
					    policy);
			status = read_policy(suite, config->policies[i]->value,
					     group, policy, err);
		}
		if (status != BSN_OK) {
			reason_at(err, "/%.64s", name);
			return status;
		}
	}
	return BSN_OK;
}

static int32_t read_group(const Suite *suite, PolicyTree *tree,
			  const Common__ConfigGroup *config, guint depth,
			  Group *group, bsn_err *err);

static int32_t
read_groups(const Suite *suite, PolicyTree *tree,
	    const Common__ConfigGroup *config, guint depth, Group *group,
	    bsn_err *err)
{
	for (gsize i = 0; i < config->n_groups; i++) {
		const char *name = config->groups[i]->key;
		Group *below;
		int32_t status;

		if (g_hash_table_contains(group->groups, name) ||
		    config->groups[i]->value == NULL) {
			status = bsn_fail(err, BSN_BAD_REQUEST,
					  "the group is empty or there twice");
		} else {
			below = group_new();
			g_hash_table_insert(group->groups, g_strdup(name),
					    below);
			status = read_group(suite, tree,
					    config->groups[i]->value, depth + 1,
					    below, err);
		}
		if (status != BSN_OK) {
			reason_at(err, "/%.64s", name);
			return status;
		}
	}
	return BSN_OK;
}

/* Groups first: implicit policies look at those below. */
static int32_t
read_group(const Suite *suite, PolicyTree *tree,
	   const Common__ConfigGroup *config, guint depth, Group *group,
	   bsn_err *err)
{
	int32_t status;

	if (depth > POLICY_TREE_DEPTH_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"groups are nested more than %u deep",
				POLICY_TREE_DEPTH_MAX);
	status = read_groups(suite, tree, config, depth, group, err);
	return status == BSN_OK ? read_policies(suite, tree, config, group, err)
				: status;
}

int32_t
policy_tree_new(const Suite *suite, const Common__ConfigGroup *channel,
		PolicyTree **tree, bsn_err *err)
{
	g_autoptr(PolicyTree) made = g_new0(PolicyTree, 1);
	int32_t status;

	made->channel = group_new();
	status = read_group(suite, made, channel, 1, made->channel, err);
	if (status == BSN_OK)
		*tree = g_steal_pointer(&made);
	else
		reason_at(err, "/" POLICY_ROOT);
	return status;
}

/* ---- looking up ---- */

const Policy *
policy_tree_find(const PolicyTree *tree, const char *path)
{
	static const char root[] = "/" POLICY_ROOT "/";
	g_auto(GStrv) steps = NULL;
	guint n;

	if (!g_str_has_prefix(path, root))
		return NULL;
	steps = g_strsplit(path + sizeof(root) - 1, "/",
			   (gint)POLICY_TREE_DEPTH_MAX + 1);
	n = g_strv_length(steps);
	if (n == 0 || strchr(steps[n - 1], '/') != NULL)
		return NULL;
	return policy_tree_find_in(tree, (const char *const *)steps, n - 1,
				   steps[n - 1]);
}

const Policy *
policy_tree_find_in(const PolicyTree *tree, const char *const *groups, guint n,
		    const char *name)
{
	const Group *group = tree->channel;

	if (name[0] == '/')
		return policy_tree_find(tree, name);
	for (guint i = 0; i < n && group != NULL; i++)
		group = g_hash_table_lookup(group->groups, groups[i]);
	return group != NULL ? g_hash_table_lookup(group->policies, name)
			     : NULL;
}

gboolean
policy_holds(const Policy *policy, MspIdentity *const *signers, guint n)
{
	guint held = 0;

	if (policy->signature != NULL)
		return signature_policy_holds(policy->signature, signers, n);
	for (guint i = 0; i < policy->below->len && held < policy->threshold;
	     i++)
		if (policy->below->pdata[i] != NULL &&
		    policy_holds(policy->below->pdata[i], signers, n))
			held++;
	return held >= policy->threshold;
}
