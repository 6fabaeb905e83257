/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/policy/tree.h: the policies of a channel's config:
 * groups within groups, each with policies by name, looked up by a path such as
 * "/Channel/Application/Endorsement".
 */
#ifndef FABRIC_POLICY_TREE_H
#define FABRIC_POLICY_TREE_H

#include "common/configtx.pb-c.h"
#include "plugins/engine-fabric/policy/signature.h"

/* Groups within groups, and policies in all: far more than a channel of 256
 * organisations has. */
#define POLICY_TREE_DEPTH_MAX 8u
#define POLICY_TREE_POLICIES_MAX 8192u
/* The outermost group's name in paths. */
#define POLICY_ROOT "Channel"

/* A policy: one that counts signatures, or one that counts policies below. */
typedef struct {
	SignaturePolicy *signature; /* NULL: an implicit one */
	Common__ImplicitMetaPolicy__Rule rule;
	char *sub_policy;
	GPtrArray *below; /* Policy, borrowed: those of that name in the groups
			   * below; NULL where a group has none */
	guint threshold;  /* of them must hold */
} Policy;

typedef struct PolicyTree PolicyTree;

/* Reads the policies of a config's outermost group.
 *
 * Returns: BSN_OK and a tree for policy_tree_free. Immutable: any thread.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason has the policy's path. */
int32_t policy_tree_new(const Suite *suite, const Common__ConfigGroup *channel,
			PolicyTree **tree, bsn_err *err);
void policy_tree_free(PolicyTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PolicyTree, policy_tree_free)

/* The policy at a path that begins with "/Channel/"; NULL when there is none.
 * [any] */
const Policy *policy_tree_find(const PolicyTree *tree, const char *path);
/* The same for a name that may be relative to a group: "Admins" with groups
 * { "Application", "Org1MSP" } is "/Channel/Application/Org1MSP/Admins". [any] */
const Policy *policy_tree_find_in(const PolicyTree *tree,
				  const char *const *groups, guint n,
				  const char *name);

/* Whether n signers fulfil it; as signature_policy_holds. [any] */
gboolean policy_holds(const Policy *policy, MspIdentity *const *signers,
		      guint n);

#endif
