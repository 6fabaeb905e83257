/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a block is worth making. More members may be away than the protocol
 * bears; the tree must not grow for as long as that lasts, nothing of it final.
 */
#include "plugins/consensus-chainedbft/agreement.h"

/* Blocks on the way from the root, upon which those alone are made that can make
 * one final. */
#define DEPTH_MAX 64u

static gboolean
is_away(const Agreement *agreement, guint member)
{
	const Peer *peer = &agreement->peers[member];

	return (gint)member != agreement->self &&
	       (peer->unreachable || peer->suspected);
}

/* Slots pass by themselves, and each would bring a block upon the same parent.
 * Rounds pass by a quorum. */
static gboolean
has_quorum(const Agreement *agreement)
{
	guint there = agreement->members->n;

	for (guint i = 0; i < agreement->members->n; i++)
		there -= agreement->peers[i].unreachable ? 1 : 0;
	return !agreement->mode->slots || there >= agreement->members->quorum;
}

/* Certified blocks in rounds that follow each other, the last one before
 * `round`; two at most count. */
static guint
run_before(const Agreement *agreement, guint64 round)
{
	const Certificate *high = agreement->high;

	if (high == NULL || high->info.round + 1 != round)
		return 0;
	return high->info.parent_round + 1 == high->info.round ? 2 : 1;
}

/* Whether those are there who would make the rest of three blocks in a row. */
static gboolean
can_make_final(const Agreement *agreement, guint64 round)
{
	for (guint i = run_before(agreement, round) + 1; i < 3; i++)
		if (is_away(agreement, pacemaker_leader(agreement, ++round)))
			return FALSE;
	return TRUE;
}

gboolean
prospect_is_good(const Agreement *agreement, const bsn_tree_block *parent,
		 guint64 round)
{
	return has_quorum(agreement) &&
	       (parent->height < agreement->root.height + DEPTH_MAX ||
		can_make_final(agreement, round));
}
