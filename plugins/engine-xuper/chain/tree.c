/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/tree-private.h"

#include <string.h>

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

bsn_ledger *
tree_ledger(bsn_proposer *proposer)
{
	return (bsn_ledger *)((char *)proposer -
			      offsetof(bsn_ledger, proposer));
}

/* ---- blocks, as a protocol sees them -------------------------------------- */

/* What the chain does by itself is nothing that anybody waits for. */
static gboolean
is_loaded(const Block *block)
{
	for (guint i = 0; i < block->n_txs; i++)
		if (!block->txs[i]->msg->autogen &&
		    !block->txs[i]->msg->coinbase)
			return TRUE;
	return FALSE;
}

/* What is known of one that has no place in the tree. */
guint32
tree_flags(const Block *block)
{
	return is_loaded(block) ? BSN_TREE_LOADED : 0;
}

void
tree_describe(const Block *block, guint32 flags, bsn_tree_block *out)
{
	bsn_tree_block own = {
		/* As long as the caller knows it. */
		.size = MIN(out->size, (guint32)sizeof(own)),
		.flags = flags,
		.height = block->height,
		.id = bsn_id_of(block->id, HASH_LEN),
		.parent = bsn_id_of(block->parent, HASH_LEN),
	};

	if (block->height > 0)
		own.proposer =
			bsn_slice_of(block->proposer_key, PUBLIC_KEY_LEN);
	block_seal(block, &own.seal);
	memcpy(out, &own, own.size);
}

void
tree_describe_node(const bsn_ledger *ledger, const LedgerNode *node,
	      bsn_tree_block *out)
{
	const gboolean final =
		node->block->height <= final_root(ledger)->block->height;

	tree_describe(node->block,
		 (node->flags & ~BSN_TREE_FINAL) | (final ? BSN_TREE_FINAL : 0),
		 out);
}

static int32_t
tree_root(bsn_proposer *proposer, bsn_tree_block *block)
{
	const bsn_ledger *ledger = tree_ledger(proposer);

	tree_describe_node(ledger, final_root(ledger), block);
	return BSN_OK;
}

static int32_t
tree_head(bsn_proposer *proposer, bsn_tree_block *block)
{
	const bsn_ledger *ledger = tree_ledger(proposer);

	tree_describe_node(ledger, ledger_head(ledger->ledger), block);
	return BSN_OK;
}

void
tree_show(bsn_ledger *ledger, Block *block)
{
	block_unref(ledger->shown);
	ledger->shown = block;
}

/* One before the root, from the store. */
static int32_t
tell_stored(bsn_ledger *ledger, const guint8 id[HASH_LEN],
	    bsn_tree_block *block)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint64 height;
	guint32 flags;
	int32_t status =
		ledger_block_height(ledger->ledger, id, &height, NULL);
	Block *read;

	if (status == BSN_OK)
		status = ledger_block_bytes(ledger->ledger, height, bytes,
					    NULL);
	if (status != BSN_OK)
		return status;
	read = block_decode(&ledger->suite, buffer_slice(bytes), FALSE, NULL,
			    NULL, &status, NULL);
	if (read == NULL)
		return BSN_E_CORRUPT;
	tree_show(ledger, read);
	status = ledger_flags(ledger->ledger, read, &flags, NULL);
	tree_describe(read, flags | BSN_TREE_FINAL, block);
	return status;
}

static const guint8 *
id_bytes(const bsn_id *id)
{
	return id->len == HASH_LEN ? id->bytes : NULL;
}

LedgerNode *
tree_find(const bsn_ledger *ledger, const bsn_id *id)
{
	return id_bytes(id) != NULL ? ledger_find(ledger->ledger, id->bytes)
				    : NULL;
}

static int32_t
tree_block(bsn_proposer *proposer, const bsn_id *id, bsn_tree_block *block)
{
	bsn_ledger *ledger = tree_ledger(proposer);
	const LedgerNode *node = tree_find(ledger, id);

	if (node == NULL)
		return id_bytes(id) != NULL
			       ? tell_stored(ledger, id->bytes, block)
			       : BSN_NOT_FOUND;
	tree_describe_node(ledger, node, block);
	return BSN_OK;
}

typedef struct {
	const bsn_ledger *ledger;
	bsn_tree_sink *sink;
	int32_t status;
} Walk;

static void
walk_node(void *owner, LedgerNode *node)
{
	Walk *walk = owner;
	bsn_tree_block block = { .size = sizeof(block) };

	if (walk->status != BSN_OK || node == final_root(walk->ledger) ||
	    !final_is_below(walk->ledger, node))
		return;
	tree_describe_node(walk->ledger, node, &block);
	walk->status = walk->sink->block(walk->sink, &block);
}

static int32_t
tree_walk(bsn_proposer *proposer, bsn_tree_sink *sink)
{
	const bsn_ledger *ledger = tree_ledger(proposer);
	Walk walk = { ledger, sink, BSN_OK };

	ledger_each(ledger->ledger, walk_node, &walk);
	return walk.status;
}

/* ---- moving -------------------------------------------------------------- */

gboolean
tree_is_at_or_below(const LedgerNode *node, const LedgerNode *above)
{
	while (node != NULL && node->block->height > above->block->height)
		node = node->parent;
	return node == above;
}

static void
left(void *owner, LedgerNode *node)
{
	pool_left(owner, node);
}

static void
entered(void *owner, LedgerNode *node)
{
	pool_entered(owner, node);
}

void
tree_move_head(bsn_ledger *ledger, LedgerNode *node)
{
	const LedgerMove move = { left, entered, ledger->pool };

	if (node == ledger_head(ledger->ledger))
		return;
	ledger_prefer(ledger->ledger, node, &move);
	pool_settle(ledger->pool);
}

static int32_t
tree_prefer(bsn_proposer *proposer, const bsn_id *id)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	bsn_ledger *ledger = tree_ledger(proposer);
	LedgerNode *node = tree_find(ledger, id);

	if (node == NULL || !final_is_below(ledger, node))
		return BSN_NOT_FOUND;
	tree_move_head(ledger, node);
	return BSN_OK;
}

static int32_t
tree_finalize(bsn_proposer *proposer, const bsn_id *id, bsn_slice certificate,
	      bsn_err *err)
{
	bsn_ledger *ledger = tree_ledger(proposer);
	LedgerNode *node = tree_find(ledger, id);
	bsn_err own = BSN_ERR_INIT;
	bsn_err *why = err != NULL ? err : &own;
	int32_t status;

	if (node == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such block to make final");
	/* What is final is preferred, too. */
	if (!tree_is_at_or_below(ledger_head(ledger->ledger), node))
		tree_move_head(ledger, node);
	status = final_decide(ledger, node, certificate, why);
	if (status != BSN_OK)
		final_cannot(ledger, node, why);
	return status;
}

/* ---- members, others ------------------------------------------------------ */

static int32_t
tell_members(const Agreement *agreement, bsn_members_sink *sink)
{
	int32_t status = BSN_OK;

	for (guint i = 0; i < agreement->n_validators && status == BSN_OK; i++)
		status = sink->member(
			sink, &g_array_index(agreement->list, bsn_member, i));
	return status;
}

/* The agreement after the root counts until a block on the way changes it. */
gboolean
tree_is_as_at_root(const bsn_ledger *ledger, const LedgerNode *node)
{
	const LedgerNode *root = ledger_root(ledger->ledger);

	for (; node != NULL && node != root; node = node->parent)
		if ((node->flags & BSN_TREE_CLOSES) != 0)
			return FALSE;
	return node == root;
}

static int32_t
stored_agreement(bsn_ledger *ledger, const guint8 id[HASH_LEN],
		 Agreement **agreement)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint64 height;
	int32_t status =
		ledger_block_height(ledger->ledger, id, &height, NULL);

	if (status == BSN_OK)
		status = ledger_agreement(ledger->ledger, height, bytes, NULL);
	return status == BSN_OK ? agreement_parse(buffer_slice(bytes),
						  &ledger->suite, agreement,
						  NULL)
				: status;
}

static int32_t
tree_members(bsn_proposer *proposer, const bsn_id *id, bsn_members_sink *sink)
{
	bsn_ledger *ledger = tree_ledger(proposer);
	const LedgerNode *node = tree_find(ledger, id);
	g_autoptr(Agreement) agreement = NULL;
	int32_t status;

	if (id_bytes(id) == NULL)
		return BSN_NOT_FOUND;
	if (node != NULL && tree_is_as_at_root(ledger, node))
		return tell_members(ledger->agreement, sink);
	status = node != NULL
			 ? agreement_read(node->layer, &ledger->suite,
					  &agreement, NULL)
			 : stored_agreement(ledger, id->bytes, &agreement);
	return status == BSN_OK ? tell_members(agreement, sink) : status;
}

static void
tree_fetch(bsn_proposer *proposer, const bsn_id *id, bsn_slice from)
{
	if (id_bytes(id) != NULL)
		net_fetch(tree_ledger(proposer), id->bytes, from);
}

static int32_t
tree_waiting(bsn_proposer *proposer)
{
	return pool_count(tree_ledger(proposer)->pool) > 0 ? BSN_OK
							 : BSN_NOT_FOUND;
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = bsn_id_of(tree_ledger(proposer)->genesis_id, HASH_LEN);
	return BSN_OK;
}

static const bsn_tree tree = {
	.size = sizeof(bsn_tree),
	.root = tree_root,
	.head = tree_head,
	.block = tree_block,
	.walk = tree_walk,
	.read = tree_read,
	.extend = tree_extend,
	.admit = tree_admit_own,
	.prefer = tree_prefer,
	.finalize = tree_finalize,
	.members = tree_members,
	.fetch = tree_fetch,
	.waiting = tree_waiting,
	.seek = tree_seek,
};

void
tree_offer(bsn_ledger *ledger)
{
	ledger->proposer = (bsn_proposer){
		.size = sizeof(bsn_proposer),
		.chain_id = chain_id,
		.waiting = tree_waiting,
		.tree = &tree,
	};
}
