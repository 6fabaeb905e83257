/* SPDX-License-Identifier: Apache-2.0
 *
 * The heaviest block is the head; what is deep enough below it is final.
 */
#include "plugins/consensus-pow/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* Blocks that become final in one go. */
#define FINAL_MAX 16u

PowBlock *
choose_at(Pow *pow, PowBlock *block, guint64 height)
{
	while (block != NULL && block->height > height)
		block = g_hash_table_lookup(pow->blocks, &block->parent);
	return block != NULL && block->height == height ? block : NULL;
}

void
choose_stop(Pow *pow, int32_t status, const char *reason)
{
	pow->stopped = status;
	services_log(pow->chain, BSN_LOG_ERROR,
		     "the chain stops, proof of work cannot go on: %s", reason);
}

/* ---- the start --------------------------------------------------------- */

/* What another protocol has left in the tree is none of this one's. */
typedef struct {
	bsn_tree_sink sink; /* first */
	GArray *ids;
} Found;

static int32_t
find(bsn_tree_sink *sink, const bsn_tree_block *block)
{
	Found *found = (Found *)sink;

	g_array_append_val(found->ids, block->id);
	return BSN_OK;
}

/* The time of what is there had come, whatever the clock says now. */
static gboolean
fits(Pow *pow, const bsn_tree_block *block)
{
	const int32_t status = blocks_judge(pow, block, NULL);

	return status == BSN_OK || status == BSN_BUSY;
}

static void
take(Pow *pow, const bsn_id *id)
{
	bsn_tree_block block = { .size = sizeof(block) };
	PowBlock *noted = NULL;

	if (pow->tree->block(pow->proposer, id, &block) == BSN_OK &&
	    fits(pow, &block) &&
	    pow->tree->block(pow->proposer, id, &block) == BSN_OK)
		noted = blocks_note(pow, &block);
	if (noted != NULL && target_compare(&noted->work, &pow->best->work) > 0)
		pow->best = noted;
}

int32_t
choose_open(Pow *pow, bsn_err *err)
{
	Found found = { { find }, g_array_new(FALSE, FALSE, sizeof(bsn_id)) };
	bsn_tree_block root = { .size = sizeof(root) };
	int32_t status = pow->tree->root(pow->proposer, &root);

	if (status == BSN_OK)
		pow->root = blocks_find(pow, &root.id);
	if (pow->root == NULL) {
		g_array_unref(found.ids);
		return bsn_fail(err, BSN_E_CORRUPT, "the root is not there");
	}
	pow->root->work = record_read(pow, pow->root);
	pow->root->weighed = TRUE;
	pow->best = pow->head = pow->root;
	(void)pow->tree->walk(pow->proposer, &found.sink);
	for (guint i = 0; i < found.ids->len; i++)
		take(pow, &g_array_index(found.ids, bsn_id, i));
	g_array_unref(found.ids);
	return blocks_look_at_members(pow, &pow->root->id);
}

/* ---- going on ---------------------------------------------------------- */

/* Blocks of the old branch that the new one does not have. */
static guint64
left_behind(Pow *pow, PowBlock *from, PowBlock *to)
{
	guint64 n = 0;

	while (from != NULL && choose_at(pow, to, from->height) != from) {
		n++;
		from = g_hash_table_lookup(pow->blocks, &from->parent);
	}
	return n;
}

static void
count_reorganisation(Pow *pow)
{
	const guint64 n = left_behind(pow, pow->head, pow->best);

	if (n == 0)
		return;
	pow->reorgs++;
	pow->deepest = MAX(pow->deepest, n);
	services_log(pow->chain, BSN_LOG_INFO,
		     "a heavier branch, of block %" G_GUINT64_FORMAT
		     ", takes the place of %" G_GUINT64_FORMAT " blocks",
		     pow->best->height, n);
}

/* FALSE: the engine has forgotten it. */
static gboolean
prefer_best(Pow *pow)
{
	PowBlock *best = pow->best;

	if (pow->head == best)
		return TRUE;
	if (pow->tree->prefer(pow->proposer, &best->id) != BSN_OK) {
		services_log(pow->chain, BSN_LOG_WARNING,
			     "the heaviest block, %" G_GUINT64_FORMAT
			     ", is not in the tree any more",
			     best->height);
		pow->best = pow->head;
		g_hash_table_remove(pow->blocks, &best->id);
		return FALSE;
	}
	count_reorganisation(pow);
	pow->head = best;
	(void)blocks_look_at_members(pow, &best->id);
	return TRUE;
}

/* Many at once would hold up the strand: the rest follows by the timer. */
static guint64
next_root(Pow *pow, guint64 depth)
{
	const guint64 last = pow->head->height - depth;
	const guint64 next = pow->root->height + FINAL_MAX;

	if (last > next)
		(void)services.timer->set(pow->chain, TIMER_ADVANCE, 0);
	return MIN(last, next);
}

static void
finalize_deep(Pow *pow)
{
	bsn_err err = BSN_ERR_INIT;
	const bsn_slice none = bsn_slice_of(NULL, 0);
	guint64 again_ms;
	const guint64 depth = claims_depth(pow, &again_ms);
	PowBlock *block;
	int32_t status;

	if (again_ms > 0)
		(void)services.timer->set(pow->chain, TIMER_ADVANCE, again_ms);
	if (pow->head->height < pow->root->height + 1 + depth)
		return;
	block = choose_at(pow, pow->head, next_root(pow, depth));
	status = pow->tree->finalize(pow->proposer, &block->id, none, &err);
	if (status != BSN_OK) {
		choose_stop(pow, status, err.reason);
		return;
	}
	pow->root = block;
	blocks_prune(pow);
	record_write(pow);
}

/* The engine may call back in. */
void
choose_advance(Pow *pow)
{
	if (pow->advancing || pow->stopped != BSN_OK)
		return;
	pow->advancing = TRUE;
	if (prefer_best(pow))
		finalize_deep(pow);
	pow->advancing = FALSE;
	if (pow->stopped == BSN_OK)
		mine_go(pow);
}
