/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/tree.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/rlp.h"

/* An index as RLP has it, and a digest. */
#define LEAF_MAX (5u + HASH_LEN)

/* Values that stand side by side, in one piece of memory. */
typedef struct {
	GByteArray *bytes;
	bsn_slice *values;
	guint n;
} Level;

static void
level_clear(Level *level)
{
	g_clear_pointer(&level->bytes, g_byte_array_unref);
	g_clear_pointer(&level->values, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Level, level_clear)

static Level
leaf_level(const guint8 *digests, guint first, guint n)
{
	Level level = { g_byte_array_sized_new(n * LEAF_MAX),
			g_new(bsn_slice, n), n };
	guint64 at = 0;

	for (guint i = 0; i < n; i++) {
		const RlpItem index = rlp_u64(first + i);

		level.values[i].len = rlp_size(&index) + HASH_LEN;
		rlp_put(level.bytes, &index);
		g_byte_array_append(level.bytes, digests + i * HASH_LEN,
				    HASH_LEN);
	}
	for (guint i = 0; i < n; at += level.values[i++].len)
		level.values[i].data = level.bytes->data + at;
	return level;
}

static guint
group_size(const Level *level, guint first)
{
	return MIN(TREE_WIDTH, level->n - first);
}

/* The values from `first` on that have one parent, as one text. */
static bsn_slice
group_text(const Level *level, guint first)
{
	const bsn_slice *last =
		&level->values[first + group_size(level, first) - 1];
	const guint8 *begin = level->values[first].data;
	const guint8 *end = (const guint8 *)last->data + last->len;

	return bsn_slice_of(begin, (guint64)(end - begin));
}

static guint
groups_of(guint n)
{
	return (n + TREE_WIDTH - 1) / TREE_WIDTH;
}

static int32_t
digest_groups(const Suite *suite, const Level *level, guint8 *digests)
{
	guint n = groups_of(level->n);
	g_autofree bsn_slice *texts = g_new(bsn_slice, n);

	for (guint i = 0; i < n; i++)
		texts[i] = group_text(level, i * TREE_WIDTH);
	return suite_digest_each(suite, texts, n, digests);
}

static Level
node_level(const guint8 *nodes, guint n)
{
	Level level = { g_byte_array_new(), g_new(bsn_slice, n), n };

	g_byte_array_append(level.bytes, nodes, n * HASH_LEN);
	for (guint i = 0; i < n; i++)
		level.values[i] = bsn_slice_of(
			level.bytes->data + i * HASH_LEN, HASH_LEN);
	return level;
}

/* Replaces a level by the one above it. */
static int32_t
level_up(const Suite *suite, Level *level)
{
	guint n = groups_of(level->n);
	g_autofree guint8 *digests = g_malloc_n(n, HASH_LEN);
	int32_t status = digest_groups(suite, level, digests);

	if (status != BSN_OK)
		return status;
	level_clear(level);
	*level = node_level(digests, n);
	return BSN_OK;
}

static void
tell_step(const Level *level, guint index, TreeStepFunc each, gpointer data)
{
	guint before = index % TREE_WIDTH;
	guint size = group_size(level, index - before);
	const TreeStep step = {
		.left = level->values + index - before,
		.right = level->values + index + 1,
		.n_left = before,
		.n_right = size - before - 1,
	};

	each(&step, data);
}

static int32_t
root_above(const Suite *suite, Level *level, guint8 *root)
{
	int32_t status = BSN_OK;

	while (level->n > 1 && status == BSN_OK)
		status = level_up(suite, level);
	if (status != BSN_OK)
		return status;
	return suite_digest(suite, level->values, level->n, root);
}

int32_t
tree_root(const Suite *suite, const guint8 *digests, guint n, guint8 *root)
{
	g_auto(Level) level = leaf_level(digests, 0, n);

	return root_above(suite, &level, root);
}

int32_t
tree_nodes(const Suite *suite, const guint8 *digests, guint first, guint n,
	   guint8 *nodes)
{
	g_auto(Level) level = leaf_level(digests, first, n);

	return digest_groups(suite, &level, nodes);
}

/* A leaf without neighbours has no parent but the root. */
int32_t
tree_root_of_nodes(const Suite *suite, const guint8 *nodes, guint leaves,
		   guint8 *root)
{
	g_auto(Level) level = node_level(nodes, groups_of(leaves));

	if (leaves != 1)
		return root_above(suite, &level, root);
	memcpy(root, nodes, HASH_LEN);
	return BSN_OK;
}

int32_t
tree_proof(const Suite *suite, const guint8 *digests, guint n, guint index,
	   TreeStepFunc each, gpointer data)
{
	g_auto(Level) level = leaf_level(digests, 0, n);
	int32_t status = BSN_OK;

	for (; level.n > 1 && status == BSN_OK; index /= TREE_WIDTH) {
		tell_step(&level, index, each, data);
		status = level_up(suite, &level);
	}
	tell_step(&level, 0, each, data);
	return status;
}
