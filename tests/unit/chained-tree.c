/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine's tree whose blocks are lists of transaction numbers.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

#define BLOCK_TXS 8u

static Node *
node_of(bsn_proposer *proposer)
{
	return (Node *)((char *)proposer - offsetof(Node, proposer));
}

/* ---- blocks ------------------------------------------------------------ */

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
	for (guint i = 0; i < block->txs->len; i++)
		wire_put(out, g_array_index(block->txs, guint32, i), 4);
	return out;
}

/* Gives it its bytes and id; one that was there before takes its place. */
static NetBlock *
finish(ChainedNet *net, NetBlock *block)
{
	GByteArray *bytes = encode(block);
	gsize len = 32;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	NetBlock *before;

	g_checksum_update(sum, bytes->data, bytes->len);
	g_checksum_get_digest(sum, block->id.bytes, &len);
	block->id.len = 32;
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

static gboolean
closes(const NetBlock *block)
{
	return block->parent != NULL &&
	       block->members != block->parent->members;
}

/* ---- a node's tree ----------------------------------------------------- */

static gboolean
in_tree(const Node *node, const NetBlock *block)
{
	return block != NULL && g_hash_table_contains(node->tree, block);
}

static gboolean
is_below(const NetBlock *block, const NetBlock *root)
{
	while (block != NULL && block->height > root->height)
		block = block->parent;
	return block == root;
}

static void
describe(const Node *node, const NetBlock *block, bsn_tree_block *out)
{
	*out = (bsn_tree_block){
		.size = sizeof(*out),
		.height = block->height,
		.id = block->id,
		.seal = block->seal,
	};
	out->seal.size = sizeof(bsn_seal);
	if (block->parent != NULL) {
		out->parent = block->parent->id;
		out->proposer = node->net->members[block->proposer].public_key;
	}
	if (block->height <= node->root->height)
		out->flags |= BSN_TREE_FINAL;
	if (block->txs->len > 0)
		out->flags |= BSN_TREE_LOADED;
	if (closes(block))
		out->flags |= BSN_TREE_CLOSES;
}

static gboolean
has_tx(const NetBlock *block, guint32 tx)
{
	for (guint i = 0; i < block->txs->len; i++)
		if (g_array_index(block->txs, guint32, i) == tx)
			return TRUE;
	return FALSE;
}

/* Whether a transaction is in a block from `block` down to the genesis. */
static gboolean
is_done(const NetBlock *block, guint32 tx)
{
	for (; block != NULL; block = block->parent)
		if (has_tx(block, tx))
			return TRUE;
	return FALSE;
}

static GArray *
waiting_upon(const Node *node, const NetBlock *parent, guint max)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint32));
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, node->pool);
	while (list->len < max && g_hash_table_iter_next(&iter, &key, NULL)) {
		guint32 tx = GPOINTER_TO_UINT(key);

		if (!is_done(parent, tx))
			g_array_append_val(list, tx);
	}
	return list;
}

static void
put_block(Node *node, NetBlock *block)
{
	if (!g_hash_table_add(node->tree, block))
		return;
	g_ptr_array_add(node->order, block);
	disk_put_block(node, block);
}

/* ---- the table --------------------------------------------------------- */

static int32_t
root(bsn_proposer *proposer, bsn_tree_block *block)
{
	describe(node_of(proposer), node_of(proposer)->root, block);
	return BSN_OK;
}

static int32_t
head(bsn_proposer *proposer, bsn_tree_block *block)
{
	describe(node_of(proposer), node_of(proposer)->head, block);
	return BSN_OK;
}

static gboolean
knows(const Node *node, const NetBlock *block)
{
	return block != NULL &&
	       (in_tree(node, block) || is_below(node->root, block));
}

static int32_t
block(bsn_proposer *proposer, const bsn_id *id, bsn_tree_block *out)
{
	Node *node = node_of(proposer);
	NetBlock *found = tree_find(node->net, id);

	if (!knows(node, found))
		return BSN_NOT_FOUND;
	describe(node, found, out);
	return BSN_OK;
}

static int32_t
walk(bsn_proposer *proposer, bsn_tree_sink *sink)
{
	Node *node = node_of(proposer);
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < node->order->len; i++) {
		bsn_tree_block out;

		if (node->order->pdata[i] == node->root)
			continue;
		describe(node, node->order->pdata[i], &out);
		status = sink->block(sink, &out);
	}
	return status;
}

/* Blocks are told by their bytes: what nobody has made is none. */
static NetBlock *
read_bytes(Node *node, bsn_slice bytes)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	bsn_id id = { .len = 32 };
	gsize len = 32;

	g_checksum_update(sum, bytes.data, (gssize)bytes.len);
	g_checksum_get_digest(sum, id.bytes, &len);
	return tree_find(node->net, &id);
}

static int32_t
read(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *out, bsn_err *err)
{
	Node *node = node_of(proposer);
	NetBlock *found = read_bytes(node, bytes);

	if (found == NULL || found->parent == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "it is no block");
	describe(node, found, out);
	out->flags = 0;
	return BSN_OK;
}

static int32_t
extend(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
       uint32_t flags, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	Node *node = node_of(proposer);
	NetBlock *below = tree_find(node->net, parent);
	g_autoptr(GArray) txs = NULL;
	NetBlock *made;
	bsn_slice out;

	g_assert_true(in_tree(node, below));
	if (node->busy_engine)
		return BSN_BUSY;
	txs = waiting_upon(node, below,
			   (flags & BSN_EXTEND_BARE) != 0 ? 0 : BLOCK_TXS);
	if (txs->len == 0 && (flags & BSN_EXTEND_EMPTY) == 0)
		return BSN_NOT_FOUND;
	g_assert_cmpuint(seal->time_ms, >=, below->seal.time_ms);
	g_assert_cmpuint(seal->round, >, below->seal.round);
	made = tree_forge(node->net, node->index, below, seal,
			  (const guint32 *)txs->data, txs->len);
	put_block(node, made);
	*id = made->id;
	out = bytes_slice(made->bytes);
	return bytes->write(bytes, out.data, out.len);
}

static const char *
problem(const Node *node, const NetBlock *block)
{
	if (block->seal.time_ms < block->parent->seal.time_ms ||
	    block->seal.round <= block->parent->seal.round)
		return "it is before its parent";
	for (guint i = 0; i < block->txs->len; i++) {
		guint32 tx = g_array_index(block->txs, guint32, i);

		if (is_done(block->parent, tx) ||
		    !g_hash_table_contains(node->net->submitted,
					   GUINT_TO_POINTER(tx)))
			return "a transaction in it is none";
	}
	return NULL;
}

static int32_t
admit(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *out,
      bsn_err *err)
{
	Node *node = node_of(proposer);
	NetBlock *found = read_bytes(node, bytes);
	const char *wrong;

	if (found == NULL || found->parent == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "it is no block");
	if (node->busy_engine)
		return BSN_BUSY;
	if (found->height <= node->root->height)
		return bsn_fail(err, BSN_EXPIRED, "its height is final");
	if (!in_tree(node, found->parent))
		return bsn_fail(err, BSN_NOT_FOUND, "its parent is not there");
	wrong = problem(node, found);
	if (wrong != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s", wrong);
	put_block(node, found);
	describe(node, found, out);
	return BSN_OK;
}

/* Its transactions wait again. */
static void
undo(Node *node, const NetBlock *block)
{
	for (guint i = 0; i < block->txs->len; i++)
		g_hash_table_add(node->pool,
				 GUINT_TO_POINTER(g_array_index(block->txs,
								guint32, i)));
}

static int32_t
prefer(bsn_proposer *proposer, const bsn_id *id)
{
	Node *node = node_of(proposer);
	NetBlock *found = tree_find(node->net, id);

	if (!in_tree(node, found))
		return BSN_NOT_FOUND;
	for (NetBlock *one = node->head; !is_below(found, one);
	     one = one->parent)
		undo(node, one);
	node->head = found;
	return BSN_OK;
}

static void
check_one(const Node *node, NetBlock *block)
{
	GPtrArray *chosen = node->net->chosen;

	if (chosen->len <= block->height)
		g_ptr_array_set_size(chosen, (gint)block->height + 1);
	if (chosen->pdata[block->height] == NULL)
		chosen->pdata[block->height] = block;
	if (chosen->pdata[block->height] != block)
		g_error("node %u has another block at height %u", node->index,
			(guint)block->height);
}

void
tree_check_final(const Node *node, NetBlock *block)
{
	for (; block != node->durable_root; block = block->parent)
		check_one(node, block);
}

/* Offline, by those who agree on what follows the parent. */
static void
check_proof(const Node *node, const NetBlock *block, bsn_slice certificate)
{
	const ChainedNet *net = node->net;

	if (!BSN_HAS(net->consensus, verify_in))
		return;
	g_assert_cmpint(net->consensus->verify_in(
				&net_chain_id,
				tree_members(net, block->parent->members),
				net->n, block->height,
				bsn_id_slice(&block->id), certificate, NULL),
			==, BSN_OK);
}

static void
set_proof(Node *node, guint64 height, bsn_slice certificate)
{
	if (node->proofs->len <= height)
		g_ptr_array_set_size(node->proofs, (gint)height + 1);
	if (node->proofs->pdata[height] == NULL)
		node->proofs->pdata[height] =
			g_bytes_new(certificate.data, certificate.len);
}

/* Forgets what is not below the root. */
static void
prune(Node *node)
{
	for (guint i = node->order->len; i > 0; i--) {
		NetBlock *one = node->order->pdata[i - 1];

		if (is_below(one, node->root))
			continue;
		g_hash_table_remove(node->tree, one);
		g_ptr_array_remove_index(node->order, i - 1);
	}
}

static int32_t
finalize(bsn_proposer *proposer, const bsn_id *id, bsn_slice certificate,
	 bsn_err *err)
{
	Node *node = node_of(proposer);
	NetBlock *found = tree_find(node->net, id);

	if (!in_tree(node, found) || !is_below(found, node->root))
		return bsn_fail(err, BSN_NOT_FOUND, "it is not in the tree");
	g_assert_true(is_below(node->head, found));
	check_proof(node, found, certificate);
	/* What no vote stands behind may be lost as long as it is not on
	 * disk. */
	if (!node->byzantine && BSN_HAS(node->net->consensus, verify_in))
		tree_check_final(node, found);
	for (NetBlock *one = found; one != node->root; one = one->parent) {
		for (guint i = 0; i < one->txs->len; i++)
			g_hash_table_remove(
				node->pool,
				GUINT_TO_POINTER(g_array_index(
					one->txs, guint32, i)));
	}
	node->root = found;
	set_proof(node, found->height, certificate);
	prune(node);
	disk_put_root(node, found);
	return BSN_OK;
}

static int32_t
members(bsn_proposer *proposer, const bsn_id *id, bsn_members_sink *sink)
{
	Node *node = node_of(proposer);
	NetBlock *found = tree_find(node->net, id);
	int32_t status = BSN_OK;

	if (!knows(node, found))
		return BSN_NOT_FOUND;
	for (guint i = 0; status == BSN_OK && i < node->net->n; i++) {
		bsn_member member = node->net->members[i];

		member.role = BSN_ROLE_CONSENSUS;
		if ((found->members & 1u << i) != 0)
			status = sink->member(sink, &member);
	}
	return status;
}

static void
fetch(bsn_proposer *proposer, const bsn_id *id, bsn_slice from)
{
	Node *node = node_of(proposer);

	for (guint i = 0; i < node->net->n; i++)
		if (bsn_slice_equal(node->net->members[i].public_key, from))
			net_later_fetch(node, i, id);
}

static int32_t
waiting(bsn_proposer *proposer)
{
	Node *node = node_of(proposer);
	g_autoptr(GArray) txs = waiting_upon(node, node->head, 1);

	return txs->len > 0 ? BSN_OK : BSN_NOT_FOUND;
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = net_chain_id;
	return BSN_OK;
}

static const bsn_tree table = {
	.size = sizeof(bsn_tree),
	.root = root,
	.head = head,
	.block = block,
	.walk = walk,
	.read = read,
	.extend = extend,
	.admit = admit,
	.prefer = prefer,
	.finalize = finalize,
	.members = members,
	.fetch = fetch,
	.waiting = waiting,
};

/* ---- between engines --------------------------------------------------- */

/* Admits one from elsewhere, if its seal is as it must be. */
static gboolean
take(Node *node, NetBlock *block)
{
	const bsn_tree_consensus *protocol = node->net->consensus->tree;
	bsn_tree_block out;
	bsn_err err = BSN_ERR_INIT;

	if (in_tree(node, block))
		return TRUE;
	if (!in_tree(node, block->parent))
		return FALSE;
	describe(node, block, &out);
	if (protocol->judge(node->agreement, &out, &err) != BSN_OK ||
	    admit(&node->proposer, bytes_slice(block->bytes), &out, &err) !=
		    BSN_OK) {
		g_test_message("node %u does not take a block of height %u: %s",
			       node->index, (guint)block->height, err.reason);
		return FALSE;
	}
	protocol->arrived(node->agreement, &block->id);
	return TRUE;
}

static gboolean
take_with_parents(Node *node, NetBlock *block)
{
	if (block->height <= node->root->height)
		return block == node->root;
	return in_tree(node, block) ||
	       (take_with_parents(node, block->parent) && take(node, block));
}

void
tree_fetch(Node *node, Node *from, const bsn_id *id)
{
	NetBlock *found = tree_find(node->net, id);

	if (knows(from, found))
		(void)take_with_parents(node, found);
}

static gboolean
take_proven(Node *node, NetBlock *found, GBytes *proof)
{
	const bsn_tree_consensus *protocol = node->net->consensus->tree;
	bsn_err err = BSN_ERR_INIT;

	if (node->root->height >= found->height)
		return TRUE;
	if (protocol->prove(node->agreement, &found->id, bytes_slice(proof),
			    &err) != BSN_OK)
		return FALSE;
	if (!is_below(node->head, found))
		(void)prefer(&node->proposer, &found->id);
	g_assert_cmpint(finalize(&node->proposer, &found->id,
				 bytes_slice(proof), &err),
			==, BSN_OK);
	protocol->finalized(node->agreement, &found->id);
	return TRUE;
}

/* Final blocks that are durable, one after the other; some have a proof. */
void
tree_sync(Node *node, Node *from)
{
	for (guint64 height = node->root->height + 1;
	     height <= from->durable_root->height; height++) {
		NetBlock *found = from->durable_root;

		while (found->height > height)
			found = found->parent;
		if (height <= node->root->height)
			continue;
		if (!take(node, found))
			return;
		if (height < from->proofs->len &&
		    from->proofs->pdata[height] != NULL &&
		    !take_proven(node, found, from->proofs->pdata[height]))
			return;
	}
}

/* ---- life -------------------------------------------------------------- */

static void
proof_free(gpointer proof)
{
	if (proof != NULL)
		g_bytes_unref(proof);
}

static void
take_root(Node *node, NetBlock *block)
{
	node->root = block;
	node->head = block;
	g_hash_table_remove_all(node->tree);
	g_ptr_array_set_size(node->order, 0);
	g_hash_table_add(node->tree, block);
	g_ptr_array_add(node->order, block);
}

void
tree_init(Node *node)
{
	node->proposer = (bsn_proposer){ .size = sizeof(bsn_proposer),
					 .chain_id = chain_id,
					 .tree = &table };
	node->tree = g_hash_table_new(NULL, NULL);
	node->order = g_ptr_array_new();
	node->pool = g_hash_table_new(NULL, NULL);
	node->proofs = g_ptr_array_new_with_free_func(proof_free);
	take_root(node, node->net->genesis);
}

void
tree_clear(Node *node)
{
	g_hash_table_unref(node->tree);
	g_ptr_array_unref(node->order);
	g_hash_table_unref(node->pool);
	g_ptr_array_unref(node->proofs);
}

/* Proofs of what is final are with the blocks, so they are as durable. */
void
tree_lose(Node *node)
{
	take_root(node, node->durable_root);
	g_hash_table_remove_all(node->pool);
	if (node->proofs->len > node->root->height + 1)
		g_ptr_array_set_size(node->proofs,
				     (gint)node->root->height + 1);
	for (guint i = 0; i < node->durable_blocks->len; i++) {
		NetBlock *one = node->durable_blocks->pdata[i];

		if (one->height > node->root->height &&
		    in_tree(node, one->parent) &&
		    g_hash_table_add(node->tree, one))
			g_ptr_array_add(node->order, one);
	}
}

void
tree_submit(Node *node, guint tx)
{
	if (is_done(node->root, tx) ||
	    !g_hash_table_add(node->pool, GUINT_TO_POINTER(tx)))
		return;
	node->net->consensus->pending(node->agreement);
}

gboolean
tree_is_dry(const Node *node)
{
	const ChainedNet *net = node->net;
	GHashTableIter iter;
	gpointer tx;

	g_hash_table_iter_init(&iter, ((ChainedNet *)net)->submitted);
	while (g_hash_table_iter_next(&iter, &tx, NULL))
		if (!is_done(node->root, GPOINTER_TO_UINT(tx)))
			return FALSE;
	return TRUE;
}
