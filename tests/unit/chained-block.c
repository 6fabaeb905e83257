/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of transaction numbers, as all nodes of a network have them.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

void
tree_block_free(gpointer data)
{
	NetBlock *block = data;

	g_array_unref(block->txs);
	g_bytes_unref(block->bytes);
	g_bytes_unref(block->justify);
	g_free(block);
}

NetBlock *
tree_find(const ChainedNet *net, const bsn_id *id)
{
	return g_hash_table_lookup(net->blocks, id);
}

static guint
members_after(const ChainedNet *net, const NetBlock *block)
{
	guint members = block->parent->members;

	if (net->elect != NULL &&
	    block->seal.term != block->parent->seal.term)
		members = net->elect(net, block->seal.term);
	for (guint i = 0; i < block->txs->len; i++) {
		guint32 tx = g_array_index(block->txs, guint32, i);

		if ((tx & NET_MEMBERS_BIT) != 0)
			members = tx & ((1u << net->n) - 1);
	}
	return members;
}

static GByteArray *
encode(const NetBlock *block)
{
	static const bsn_id none = { 0 };
	GByteArray *out = g_byte_array_new();

	wire_put_id(out, block->parent != NULL ? &block->parent->id : &none);
	wire_put(out, block->proposer, 1);
	wire_put(out, block->seal.time_ms, 8);
	wire_put(out, block->seal.term, 8);
	wire_put(out, block->seal.round, 8);
	wire_put_sized(out, block->seal.justify);
	if (block->seal.target_bits != 0) {
		wire_put(out, block->seal.target_bits, 4);
		wire_put(out, block->seal.nonce, 8);
	}
	for (guint i = 0; i < block->txs->len; i++)
		wire_put(out, g_array_index(block->txs, guint32, i), 4);
	return out;
}

static void
hash(bsn_slice bytes, bsn_id *id)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = 32;

	g_checksum_update(sum, bytes.data, (gssize)bytes.len);
	g_checksum_get_digest(sum, id->bytes, &len);
	id->len = 32;
}

/* Gives it its bytes and id; one that was there before takes its place. */
static NetBlock *
finish(ChainedNet *net, NetBlock *block)
{
	GByteArray *bytes = encode(block);
	NetBlock *before;

	hash(buffer_slice(bytes), &block->id);
	block->bytes = g_byte_array_free_to_bytes(bytes);
	block->justify = g_bytes_new(block->seal.justify.data,
				     block->seal.justify.len);
	block->seal.justify = bytes_slice(block->justify);
	before = tree_find(net, &block->id);
	if (before != NULL) {
		tree_block_free(block);
		return before;
	}
	if (block->parent != NULL)
		block->members = members_after(net, block);
	g_hash_table_insert(net->blocks, &block->id, block);
	return block;
}

NetBlock *
tree_forge(ChainedNet *net, guint proposer, NetBlock *parent,
	   const bsn_seal *seal, const guint32 *txs, guint n)
{
	NetBlock *block = g_new0(NetBlock, 1);

	block->parent = parent;
	block->height = parent->height + 1;
	block->seal = *seal;
	block->proposer = proposer;
	block->txs = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_array_append_vals(block->txs, txs, n);
	return finish(net, block);
}

gboolean
tree_find_nonce(guint proposer, NetBlock *parent, bsn_seal *seal,
		const GArray *txs, guint64 tries)
{
	NetBlock block = { .parent = parent,
			   .proposer = proposer,
			   .seal = *seal,
			   .txs = (GArray *)txs };
	Target target;

	g_assert_true(target_from_bits(seal->target_bits, &target));
	for (; tries > 0; tries--, block.seal.nonce++) {
		g_autoptr(GByteArray) bytes = encode(&block);

		hash(buffer_slice(bytes), &block.id);
		if (!target_is_met(&target, block.id.bytes))
			continue;
		seal->nonce = block.seal.nonce;
		return TRUE;
	}
	return FALSE;
}

NetBlock *
tree_genesis(ChainedNet *net, guint members)
{
	NetBlock *block = g_new0(NetBlock, 1);

	block->members = members;
	block->seal.time_ms = NET_BEGIN_MS - 1;
	block->txs = g_array_new(FALSE, FALSE, sizeof(guint32));
	return finish(net, block);
}

const bsn_member *
tree_members(const ChainedNet *net, guint members)
{
	bsn_member *list = ((ChainedNet *)net)->members;

	for (guint i = 0; i < net->n; i++)
		list[i].role = (members & 1u << i) != 0 ? BSN_ROLE_CONSENSUS
							: BSN_ROLE_OBSERVER;
	return list;
}

gboolean
block_closes(const NetBlock *block)
{
	return block->parent != NULL &&
	       block->members != block->parent->members;
}

gboolean
block_is_below(const NetBlock *block, const NetBlock *root)
{
	while (block != NULL && block->height > root->height)
		block = block->parent;
	return block == root;
}

static gboolean
has_tx(const NetBlock *block, guint32 tx)
{
	for (guint i = 0; i < block->txs->len; i++)
		if (g_array_index(block->txs, guint32, i) == tx)
			return TRUE;
	return FALSE;
}

gboolean
block_has_done(const NetBlock *block, guint32 tx)
{
	for (; block != NULL; block = block->parent)
		if (has_tx(block, tx))
			return TRUE;
	return FALSE;
}
