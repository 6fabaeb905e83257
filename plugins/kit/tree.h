/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/tree.h: whether the two sides of a tree of blocks (bsn/ext/tree.h)
 * are whole where they meet: each comes from another plugin.
 */
#ifndef PLUGINS_KIT_TREE_H
#define PLUGINS_KIT_TREE_H

#include <bsn/ext/tree.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#define TREE_LACKS(member)                                                     \
	if (!BSN_HAS(tree, member))                                            \
		return #member;

/* The first required member that is missing; NULL: none is. [any] */
static inline const char *
tree_lacks(const bsn_tree *tree)
{
	BSN_TREE_REQUIRED(TREE_LACKS)
	return NULL;
}

static inline const char *
tree_consensus_lacks(const bsn_tree_consensus *tree)
{
	BSN_TREE_CONSENSUS_REQUIRED(TREE_LACKS)
	return NULL;
}

#undef TREE_LACKS

/* Whether an engine offers a protocol a whole tree.
 *
 * Returns: BSN_OK.
 * In:      proposer; name of the consensus; instead, one that needs none.
 * Errors:  BSN_E_VERSION, naming what is missing. [any] */
static inline int32_t
tree_check(const bsn_proposer *proposer, const char *name, const char *instead,
	   bsn_err *err)
{
	const char *lacks;

	if (!BSN_HAS(proposer, tree))
		return bsn_fail(err, BSN_E_VERSION,
				"consensus %s needs bsn_proposer.tree, which "
				"this engine does not offer: choose consensus "
				"%s",
				name, instead);
	lacks = tree_lacks(proposer->tree);
	if (lacks != NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"consensus %s needs bsn_tree.%s, which this "
				"engine does not offer",
				name, lacks);
	return BSN_OK;
}

#endif
