/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/nonces.h"

#include "plugins/engine-fisco/table.h"
#include "plugins/engine-fisco/tx.h"

typedef struct {
	guint64 block;
	GBytes *list;
} BlockNonces;

struct Nonces {
	guint64 range;
	GQueue blocks;   /* BlockNonces, oldest first; empty ones left out */
	GHashTable *set; /* pointers into the lists: BlockNonces */
};

Nonces *
nonces_new(guint64 range)
{
	Nonces *nonces = g_new0(Nonces, 1);

	nonces->range = range;
	g_queue_init(&nonces->blocks);
	nonces->set = g_hash_table_new(table_hash32, table_equal32);
	return nonces;
}

static void
block_free(gpointer data)
{
	BlockNonces *block = data;

	g_bytes_unref(block->list);
	g_free(block);
}

void
nonces_free(Nonces *nonces)
{
	if (nonces == NULL)
		return;
	g_hash_table_unref(nonces->set);
	g_queue_clear_full(&nonces->blocks, block_free);
	g_free(nonces);
}

static void
forget_oldest(Nonces *nonces)
{
	BlockNonces *block = g_queue_pop_head(&nonces->blocks);
	gsize len;
	const guint8 *list = g_bytes_get_data(block->list, &len);

	for (gsize at = 0; at < len; at += NONCE_LEN)
		g_hash_table_remove(nonces->set, list + at);
	block_free(block);
}

void
nonces_add(Nonces *nonces, guint64 number, bsn_slice list)
{
	BlockNonces *block;
	const BlockNonces *oldest;
	const guint8 *kept;

	while ((oldest = g_queue_peek_head(&nonces->blocks)) != NULL &&
	       oldest->block + nonces->range <= number)
		forget_oldest(nonces);
	if (list.len == 0)
		return;
	block = g_new0(BlockNonces, 1);
	block->block = number;
	block->list = g_bytes_new(list.data, list.len);
	kept = g_bytes_get_data(block->list, NULL);
	for (gsize at = 0; at + NONCE_LEN <= list.len; at += NONCE_LEN)
		g_hash_table_insert(nonces->set, (gpointer)(kept + at), block);
	g_queue_push_tail(&nonces->blocks, block);
}

gboolean
nonces_have(const Nonces *nonces, guint64 number, const guint8 *nonce)
{
	const BlockNonces *block = g_hash_table_lookup(nonces->set, nonce);

	return block != NULL && block->block + nonces->range >= number;
}
