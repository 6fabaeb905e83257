/* SPDX-License-Identifier: Apache-2.0
 *
 * Who catches up is given blocks by one node, and another may have more work: a
 * member could have mined a branch of its own that is light, but deep enough. So
 * while blocks come that are final elsewhere, and somebody claims more work
 * than is here, or too few have said what they have, more blocks are left open
 * than the depth says. The branch of whoever claims more is fetched meanwhile, and
 * the heavier one is the head before anything of the other is final.
 *
 * A claim may be a lie, and then nothing comes: it holds nothing up for longer
 * than a moment after the last block has come, and never more than so many blocks.
 */
#include "plugins/consensus-pow/private.h"

#include "plugins/kit/sink.h"

/* Blocks above the newest final one that are left open at most: two branches of
 * them fit a tree. */
#define OPEN_MAX 256u
/* Ms after which nothing more comes: two nodes have been asked in vain. */
#define QUIET_MS 10000u
/* Nodes that are kept in mind. */
#define CLAIMS_MAX 256u

void
claims_open(Pow *pow)
{
	pow->claims = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					    (GDestroyNotify)g_bytes_unref,
					    g_free);
}

void
claims_note(Pow *pow, bsn_slice key, const Target *work)
{
	g_autoptr(GBytes) who = g_bytes_new(key.data, key.len);

	if (g_hash_table_size(pow->claims) >= CLAIMS_MAX &&
	    !g_hash_table_contains(pow->claims, who))
		return;
	g_hash_table_replace(pow->claims, g_bytes_ref(who),
			     g_memdup2(work, sizeof(*work)));
}

void
claims_forget(Pow *pow, bsn_slice key)
{
	g_autoptr(GBytes) who = g_bytes_new(key.data, key.len);

	g_hash_table_remove(pow->claims, who);
}

static gboolean
any_is_heavier(Pow *pow)
{
	GHashTableIter iter;
	gpointer work;

	g_hash_table_iter_init(&iter, pow->claims);
	while (g_hash_table_iter_next(&iter, NULL, &work))
		if (target_compare(work, &pow->best->work) > 0)
			return TRUE;
	return FALSE;
}

/* Half of the other members would do if all were honest; who is no member
 * counts, too. */
static gboolean
too_few_have_said(Pow *pow)
{
	return 2 * g_hash_table_size(pow->claims) < pow->others;
}

guint64
claims_depth(Pow *pow, guint64 *again_ms)
{
	const guint64 now = services_now_ms(pow->chain);

	*again_ms = 0;
	if (pow->came_ms == 0 || now >= pow->came_ms + QUIET_MS ||
	    (!any_is_heavier(pow) && !too_few_have_said(pow)))
		return pow->config.depth;
	*again_ms = pow->came_ms + QUIET_MS - now;
	return MAX(pow->config.depth, OPEN_MAX);
}
