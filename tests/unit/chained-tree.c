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

/* ---- a node's tree ----------------------------------------------------- */

static gboolean
in_tree(const Node *node, const NetBlock *block)
{
	return block != NULL && g_hash_table_contains(node->tree, block);
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
	if (block_closes(block))
		out->flags |= BSN_TREE_CLOSES;
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

		if (!block_has_done(parent, tx))
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
	       (in_tree(node, block) || block_is_below(node->root, block));
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

	node->reads++;
	if (found == NULL || found->parent == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "it is no block");
	describe(node, found, out);
	out->flags = 0;
	return BSN_OK;
}

/* tries 0: any nonce will do. */
static int32_t
build(Node *node, const bsn_id *parent, bsn_seal seal, uint32_t flags,
      guint64 tries, bsn_sink *bytes, bsn_id *id)
{
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
	g_assert_cmpuint(seal.time_ms, >=, below->seal.time_ms);
	g_assert_cmpuint(seal.round, >, below->seal.round);
	if (tries > 0 &&
	    !tree_find_nonce(node->index, below, &seal, txs, tries))
		return BSN_EXPIRED;
	made = tree_forge(node->net, node->index, below, &seal,
			  (const guint32 *)txs->data, txs->len);
	put_block(node, made);
	*id = made->id;
	out = bytes_slice(made->bytes);
	return bytes->write(bytes, out.data, out.len);
}

static int32_t
extend(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
       uint32_t flags, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	return build(node_of(proposer), parent, *seal, flags, 0, bytes, id);
}

static int32_t
seek(bsn_proposer *proposer, const bsn_id *parent, const bsn_seal *seal,
     uint32_t flags, uint64_t tries, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	return build(node_of(proposer), parent, *seal, flags, tries, bytes, id);
}

static const char *
problem(const Node *node, const NetBlock *block)
{
	if (block->seal.time_ms < block->parent->seal.time_ms ||
	    block->seal.round <= block->parent->seal.round)
		return "it is before its parent";
	for (guint i = 0; i < block->txs->len; i++) {
		guint32 tx = g_array_index(block->txs, guint32, i);

		if (block_has_done(block->parent, tx) ||
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
	for (NetBlock *one = node->head; !block_is_below(found, one);
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

/* It is about the first of three blocks in rounds that follow each other, or what
 * ended the epoch before that. */
static void
check_rule(const ChainedNet *net, const NetBlock *block, bsn_slice certificate)
{
	g_autoptr(Certificate) proof = certificate_read(certificate);
	const NetBlock *third = tree_find(net, &proof->info.id);
	const NetBlock *second = third->parent, *first = second->parent;

	g_assert_cmpuint(second->seal.round + 1, ==, third->seal.round);
	g_assert_cmpuint(first->seal.round + 1, ==, second->seal.round);
	if (first == block)
		return;
	g_assert_true(block_closes(block));
	g_assert_true(block_is_below(first, block));
}

/* Offline, by those who agree on what follows the parent. */
static void
check_proof(const Node *node, const NetBlock *block, bsn_slice certificate)
{
	const ChainedNet *net = node->net;

	if (net_depth(net) > 0) {
		g_assert_cmpuint(certificate.len, ==, 0);
		g_assert_cmpuint(node->head->height, >=,
				 block->height + net_depth(net));
		return;
	}
	if (!BSN_HAS(net->consensus, verify_in))
		return;
	g_assert_cmpint(net->consensus->verify_in(
				&net_chain_id,
				tree_members(net, block->parent->members),
				net->n, block->height,
				bsn_id_slice(&block->id), certificate, NULL),
			==, BSN_OK);
	check_rule(net, block, certificate);
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

		if (block_is_below(one, node->root))
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

	if (!in_tree(node, found) || !block_is_below(found, node->root))
		return bsn_fail(err, BSN_NOT_FOUND, "it is not in the tree");
	g_assert_true(block_is_below(node->head, found));
	check_proof(node, found, certificate);
	/* What no vote stands behind may be lost as long as it is not on
	 * disk. */
	if (!node->byzantine && net_depth(node->net) == 0 &&
	    BSN_HAS(node->net->consensus, verify_in))
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
	.seek = seek,
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
	int32_t status;

	if (node->root->height >= found->height)
		return TRUE;
	status = protocol->prove(node->agreement, &found->id,
				 bytes_slice(proof), &err);
	if (status != BSN_OK)
		return status == BSN_NOT_OFFERED;
	if (!block_is_below(node->head, found))
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
	if (block_has_done(node->root, tx) ||
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
		if (!block_has_done(node->root, GPOINTER_TO_UINT(tx)))
			return FALSE;
	return TRUE;
}
