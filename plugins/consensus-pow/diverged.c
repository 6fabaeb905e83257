/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes that have made other blocks final: the limit of finality by depth. Nothing
 * is undone for them; people are told, and set one of the two up anew.
 */
#include "plugins/consensus-pow/private.h"

#include "plugins/kit/hex.h"

/* Nodes that are kept in mind. */
#define DIVERGED_MAX 256u

static void
tell(Pow *pow, bsn_slice key, guint64 height, const Target *work)
{
	g_autofree char *name = hex_encode(key);
	const gboolean heavier = target_compare(work, &pow->best->work) > 0;

	g_free(pow->trouble);
	pow->trouble = g_strdup_printf(
		"diverged: the node %s has made another block %" G_GUINT64_FORMAT
		" final than this one%s; whoever is on the wrong branch must be "
		"set up anew from a node that is not",
		name, height,
		heavier ? ", and says that its branch, another one, is heavier"
			: ", and this node's branch is heavier");
	services_log(pow->chain, BSN_LOG_ERROR, "%s", pow->trouble);
}

/* At most as high as the root there are only final ones. */
static gboolean
is_stored(Pow *pow, guint64 height, const bsn_id *id)
{
	bsn_tree_block block = { .size = sizeof(block) };

	return pow->tree->block(pow->proposer, id, &block) == BSN_OK &&
	       block.height == height;
}

gboolean
diverged_is_ours(Pow *pow, guint64 height, const bsn_id *id, gboolean deep)
{
	const PowBlock *here = height <= pow->root->height
				       ? choose_at(pow, pow->root, height)
				       : NULL;

	if (here != NULL)
		return id_equal(&here->id, id);
	return !deep || height > pow->root->height ||
	       is_stored(pow, height, id);
}

void
diverged_note(Pow *pow, bsn_slice key, guint64 height, const Target *work)
{
	g_autoptr(GBytes) who = g_bytes_new(key.data, key.len);

	/* Its branch never comes. */
	claims_forget(pow, key);
	if (g_hash_table_size(pow->diverged) < DIVERGED_MAX &&
	    g_hash_table_add(pow->diverged, g_bytes_ref(who)))
		tell(pow, key, height, work);
}
