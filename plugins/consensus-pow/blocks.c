/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pow/private.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pow/rule.h"
#include "plugins/kit/sink.h"

/* How far a block's time may be ahead of this node's clock. */
#define AHEAD_MS 120000u

static guint
hash_id(gconstpointer key)
{
	const bsn_id *id = key;
	guint hash = 5381;

	/* Ids begin with zeros where work is much. */
	for (guint i = 0; i < id->len; i++)
		hash = hash * 33 + id->bytes[i];
	return hash;
}

static gboolean
equal_id(gconstpointer a, gconstpointer b)
{
	return id_equal(a, b);
}

void
blocks_open(Pow *pow)
{
	pow->blocks = g_hash_table_new_full(hash_id, equal_id, NULL, g_free);
}

static PowBlock *
keep(Pow *pow, const bsn_tree_block *from)
{
	PowBlock *block = g_hash_table_lookup(pow->blocks, &from->id);

	if (block != NULL)
		return block;
	block = g_new0(PowBlock, 1);
	block->id = from->id;
	block->parent = from->parent;
	block->height = from->height;
	block->time_ms = from->seal.time_ms;
	block->round = from->seal.round;
	block->bits = from->seal.target_bits;
	block->loaded = (from->flags & BSN_TREE_LOADED) != 0;
	g_hash_table_insert(pow->blocks, &block->id, block);
	return block;
}

PowBlock *
blocks_find(Pow *pow, const bsn_id *id)
{
	PowBlock *found = g_hash_table_lookup(pow->blocks, id);
	bsn_tree_block block = { .size = sizeof(block) };

	if (found != NULL)
		return found;
	if (pow->tree->block(pow->proposer, id, &block) != BSN_OK)
		return NULL;
	return keep(pow, &block);
}

PowBlock *
blocks_note(Pow *pow, const bsn_tree_block *from)
{
	PowBlock *parent = g_hash_table_lookup(pow->blocks, &from->parent);
	PowBlock *block;
	Target target, work;

	if (parent == NULL || !parent->weighed ||
	    !target_from_bits(from->seal.target_bits, &target))
		return NULL;
	block = keep(pow, from);
	if (block->weighed)
		return block;
	work = target_work(&target);
	block->work = target_add(parent->work, &work);
	block->weighed = TRUE;
	return block;
}

/* ---- members ----------------------------------------------------------- */

typedef struct {
	bsn_members_sink sink; /* first */
	bsn_chain *chain;
	bsn_slice key;
	gboolean self, named;
	guint n;
} Look;

static gboolean
is_own(bsn_chain *chain, const bsn_member *member)
{
	guint8 key[BSN_PUBLIC_KEY_MAX];
	bsn_fixed_sink out = bsn_fixed_sink_of(key, sizeof(key));

	return services.keys->node_public_key(chain, member->algorithm,
					      &out.sink, NULL) == BSN_OK &&
	       bsn_slice_equal(bsn_slice_of(key, out.len), member->public_key);
}

static int32_t
look_at(bsn_members_sink *sink, const bsn_member *member)
{
	Look *look = (Look *)sink;

	look->n++;
	look->self = look->self || is_own(look->chain, member);
	look->named = look->named ||
		      bsn_slice_equal(look->key, member->public_key);
	return BSN_OK;
}

int32_t
blocks_members(Pow *pow, const bsn_id *block, bsn_slice key, gboolean *named)
{
	Look look = { { look_at }, pow->chain, key, FALSE, FALSE, 0 };
	const int32_t status =
		pow->tree->members(pow->proposer, block, &look.sink);

	*named = look.named;
	return status;
}

int32_t
blocks_look_at_members(Pow *pow, const bsn_id *block)
{
	Look look = { { look_at }, pow->chain, bsn_slice_of(NULL, 0), FALSE,
		      FALSE, 0 };
	const int32_t status =
		pow->tree->members(pow->proposer, block, &look.sink);

	pow->member = look.self;
	pow->others = look.n - (look.self ? 1 : 0);
	return status;
}

/* ---- rules ------------------------------------------------------------- */

/* The parent and those before it, as far as the rules look. */
static guint
line_of(Pow *pow, const PowBlock *parent, RuleBlock *line)
{
	const guint most = rule_line(&pow->config);
	guint n = 0;

	while (parent != NULL && n < most) {
		line[n++] = (RuleBlock){ parent->time_ms, parent->bits,
					 parent->loaded };
		parent = parent->height > 0
				 ? blocks_find(pow, &parent->parent)
				 : NULL;
	}
	return n;
}

guint32
blocks_bits(Pow *pow, const PowBlock *parent)
{
	RuleBlock line[RULE_LINE_MAX];
	const guint n = line_of(pow, parent, line);

	return rule_bits(&pow->config, line, n);
}

static int32_t
judge_time(Pow *pow, guint64 time_ms, const RuleBlock *line, guint n,
	   bsn_err *err)
{
	const guint64 now = services.clock->wall_ms(pow->chain);

	if (time_ms <= rule_median_ms(line, n))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its time is not above the median of the %u "
				"blocks before it",
				MIN(n, RULE_MEDIAN));
	if (time_ms > now + AHEAD_MS)
		return bsn_fail(err, BSN_BUSY,
				"its time is %" G_GUINT64_FORMAT
				" ms ahead of this node's clock, and %u is "
				"the most",
				time_ms - now, AHEAD_MS);
	return BSN_OK;
}

static int32_t
judge_work(const bsn_id *id, guint32 bits, guint32 expected, bsn_err *err)
{
	Target target;

	if (bits != expected || !target_from_bits(bits, &target))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its target is 0x%08x and must be 0x%08x", bits,
				expected);
	if (id->len != TARGET_BYTES || !target_is_met(&target, id->bytes))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its id is above its target");
	return BSN_OK;
}

static int32_t
judge_proposer(Pow *pow, const bsn_id *parent, bsn_slice key, bsn_err *err)
{
	gboolean named = FALSE;
	const int32_t status = blocks_members(pow, parent, key, &named);

	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the members of its parent are not there");
	return named ? BSN_OK
		     : bsn_fail(err, BSN_BAD_REQUEST,
				"none of the chain's members has made it");
}

/* What the block lends is gone with the next call of the tree. */
int32_t
blocks_judge(Pow *pow, const bsn_tree_block *from, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	const bsn_tree_block block = *from;
	const gboolean plain = from->seal.justify.len == 0;
	RuleBlock line[RULE_LINE_MAX];
	const PowBlock *parent;
	int32_t status;
	guint n;

	g_byte_array_append(key, from->proposer.data,
			    (guint)from->proposer.len);
	parent = blocks_find(pow, &block.parent);
	if (parent == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "its parent is not there");
	if (!plain || block.seal.term != 0 ||
	    block.seal.round != parent->round + 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its seal is not one of proof of work");
	n = line_of(pow, parent, line);
	status = judge_work(&block.id, block.seal.target_bits,
			    rule_bits(&pow->config, line, n), err);
	if (status == BSN_OK)
		status = judge_time(pow, block.seal.time_ms, line, n, err);
	return status == BSN_OK ? judge_proposer(pow, &block.parent,
						 buffer_slice(key), err)
				: status;
}

/* ---- forgetting -------------------------------------------------------- */

/* Those whose way down ends at the root, and those on the way before it that the
 * rules look at. */
static gboolean
is_below_root(const Pow *pow, const PowBlock *block, GHashTable *kept)
{
	while (block != NULL && block->height > pow->root->height &&
	       !g_hash_table_contains(kept, block))
		block = g_hash_table_lookup(pow->blocks, &block->parent);
	return block != NULL && block->height >= pow->root->height &&
	       g_hash_table_contains(kept, block);
}

void
blocks_prune(Pow *pow)
{
	g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
	const guint most = rule_line(&pow->config);
	const PowBlock *before = pow->root;
	GHashTableIter iter;
	gpointer value;

	for (guint i = 0; before != NULL && i < most; i++) {
		g_hash_table_add(kept, (gpointer)before);
		before = g_hash_table_lookup(pow->blocks, &before->parent);
	}
	g_hash_table_iter_init(&iter, pow->blocks);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (is_below_root(pow, value, kept))
			g_hash_table_add(kept, value);
	g_hash_table_iter_init(&iter, pow->blocks);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (!g_hash_table_contains(kept, value))
			g_hash_table_iter_remove(&iter);
}
