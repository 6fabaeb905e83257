/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree grows: blocks are read, made and admitted.
 */
#include "plugins/engine-xuper/chain/tree-private.h"

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/kit/codec/der.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

/* Bytes of blocks that are not final, above which none takes anything. */
#define BARE_BYTES (LEDGER_TREE_BYTES / 4)

/* ---- reading ------------------------------------------------------------- */

/* What waits here need not be decoded again. */
static Tx *
known(void *owner, const guint8 id[HASH_LEN])
{
	Tx *tx = pool_find(owner, id);

	return tx != NULL ? tx_ref(tx) : NULL;
}

/* A block from bytes; ledger->shown has it. Protocols read a block and then
 * admit it: it is decoded, and its signature verified, once. */
static Block *
read_block(bsn_ledger *ledger, bsn_slice bytes, int32_t *status, bsn_err *err)
{
	Block *block;

	if (ledger->shown != NULL && ledger->shown->height > 0 &&
	    bsn_slice_equal(ledger->shown->bytes, bytes))
		return ledger->shown;
	block = block_decode(&ledger->suite, bytes, TRUE, known, ledger->pool,
			     status, err);
	if (block != NULL)
		tree_show(ledger, block);
	return block;
}

int32_t
tree_read(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *out,
	  bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	bsn_ledger *ledger = tree_ledger(proposer);
	int32_t status = BSN_OK;
	const Block *block = read_block(ledger, bytes, &status, err);

	if (block == NULL)
		return status;
	tree_describe(block, tree_flags(block), out);
	return BSN_OK;
}

static gboolean
is_put_off(int32_t status)
{
	return status == BSN_BUSY || status == BSN_FULL;
}

/* ---- making -------------------------------------------------------------- */

int32_t
tree_sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der,
	  bsn_err *err)
{
	const bsn_ledger *ledger = owner;

	guint8 raw[SIGNATURE_RAW_LEN], encoded[DER_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(raw, sizeof(raw));
	const int32_t status = services.keys->node_sign(
		ledger->chain, ledger->suite.algorithm, BSN_SIGN_DIGEST,
		bsn_slice_of(digest, HASH_LEN), &sink.sink, err);

	if (status != BSN_OK)
		return status;
	if (sink.len != SIGNATURE_RAW_LEN)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the node's key signs with another algorithm");
	g_byte_array_append(der, encoded,
			    (guint)der_put_signature(raw, encoded));
	return BSN_OK;
}

/* Whether a block can be stored, and nothing waits to be. */
static int32_t
may_store(bsn_ledger *ledger, bsn_err *err)
{
	if (final_is_behind(ledger) || ledger->changing)
		return bsn_fail(err, BSN_BUSY,
				ledger->changing
					? "another consensus is taking over"
					: "final blocks are not stored yet");
	return services.store->writable(ledger->chain, err);
}

/* What was not put into the tree. */
static void
drafted_clear(Drafted *drafted, guint n_txs)
{
	layer_unref(drafted->layer);
	for (guint i = 0; drafted->notes != NULL && i < n_txs; i++)
		g_clear_pointer(&drafted->notes[i], g_bytes_unref);
	g_free(drafted->notes);
}

static int32_t
add(bsn_ledger *ledger, LedgerNode *parent, Block *block, Drafted *drafted,
    LedgerNode **node, bsn_err *err)
{
	const int32_t status = ledger_add(ledger->ledger, parent, block,
					  drafted->layer, drafted->notes, node,
					  err);

	if (status != BSN_OK)
		drafted_clear(drafted, block->n_txs);
	return status;
}

gboolean
tree_is_full(const bsn_ledger *ledger)
{
	return ledger_tree_bytes(ledger->ledger) > BARE_BYTES;
}

static int32_t
extend(bsn_ledger *ledger, LedgerNode *parent, const bsn_seal *seal,
       guint32 flags, bsn_sink *bytes, bsn_id *id, bsn_err *err)
{
	PoolWalk walk = pool_walk(ledger->pool);
	/* What waits goes on waiting where too much is not final. */
	const gboolean bare = (flags & BSN_EXTEND_BARE) != 0 ||
			      tree_is_full(ledger);
	g_autoptr(Block) block = NULL;
	Drafted drafted = { 0 };
	LedgerNode *node;
	int32_t status = BSN_OK;

	block = draft_make(&ledger->verifier, parent, seal,
			   (flags & (BSN_EXTEND_EMPTY | BSN_EXTEND_BARE)) != 0,
			   ledger->node_key, tree_sign, ledger,
			   bare ? NULL : pool_walk_next, &walk, &drafted,
			   &status, err);
	if (block == NULL)
		return status;
	status = add(ledger, parent, block, &drafted, &node, err);
	if (status != BSN_OK)
		return status;
	*id = bsn_id_of(block->id, HASH_LEN);
	return bytes->write(bytes, block->bytes.data, block->bytes.len);
}

int32_t
tree_build_upon(bsn_ledger *ledger, const bsn_id *parent, LedgerNode **node,
		bsn_err *err)
{
	*node = tree_find(ledger, parent);
	if (*node == NULL || !final_is_below(ledger, *node))
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such block to build upon");
	return may_store(ledger, err);
}

int32_t
tree_extend(bsn_proposer *proposer, const bsn_id *parent,
	    const bsn_seal *seal, uint32_t flags, bsn_sink *bytes, bsn_id *id,
	    bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	bsn_ledger *ledger = tree_ledger(proposer);
	LedgerNode *node;
	int32_t status = tree_build_upon(ledger, parent, &node, err);

	if (status == BSN_OK)
		status = extend(ledger, node, seal, flags, bytes, id, err);
	return is_put_off(status) ? protocol_not_now(ledger, status) : status;
}

/* ---- admitting ----------------------------------------------------------- */

/* Upon a block that ends an epoch hang blocks of the old one, and those of the
 * next, and the protocol knows one of both at a time: what it refuses there says
 * nothing of who gave it. */
static gboolean
is_between_epochs(const bsn_ledger *ledger, const LedgerNode *parent)
{
	return (ledger_root(ledger->ledger)->flags & BSN_TREE_CLOSES) != 0 ||
	       !tree_is_as_at_root(ledger, parent);
}

static int32_t
judge_seal(bsn_ledger *ledger, const LedgerNode *parent, const Block *block,
	   TreeSource source, bsn_err *err)
{
	const bsn_tree_consensus *tree = protocol_tree(ledger);
	bsn_tree_block described = { .size = sizeof(described) };
	int32_t status;

	if (tree == NULL)
		return bsn_fail(err, BSN_BUSY,
				"another consensus is taking over");
	tree_describe(block, tree_flags(block), &described);
	status = tree->judge(ledger->protocol, &described, err);
	if (status > 0 && source == TREE_BY_FETCH &&
	    is_between_epochs(ledger, parent))
		return BSN_BUSY;
	return status;
}

static int32_t
judge(bsn_ledger *ledger, LedgerNode *parent, Block *block, LedgerNode **node,
      bsn_err *err)
{
	Drafted drafted = { 0 };
	bsn_err reason = BSN_ERR_INIT;
	const gint code = draft_judge(&ledger->verifier, parent, block,
				      &drafted, &reason);

	if (code == XUPER_OK)
		return add(ledger, parent, block, &drafted, node, err);
	if (code < 0)
		return bsn_fail(err, code, "%s", reason.reason);
	return bsn_fail_native(err, code_status(code), code, "%s",
			       reason.reason[0] != '\0' ? reason.reason
							: code_text(code));
}

int32_t
tree_admit(bsn_ledger *ledger, bsn_slice bytes, TreeSource source,
	   LedgerNode **node, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_EXECUTION);
	int32_t status = BSN_OK;
	g_autoptr(Block) block = read_block(ledger, bytes, &status, err);
	LedgerNode *parent;

	if (block == NULL)
		return status;
	/* A protocol that judges it may look at another block. */
	(void)block_ref(block);
	*node = ledger_find(ledger->ledger, block->id);
	if (*node != NULL)
		return BSN_OK;
	if (block->height <= final_root(ledger)->block->height)
		return bsn_fail(err, BSN_EXPIRED,
				"block %" G_GUINT64_FORMAT " is final already",
				block->height);
	parent = ledger_find(ledger->ledger, block->parent);
	if (parent == NULL || !final_is_below(ledger, parent))
		return bsn_fail(err, BSN_NOT_FOUND,
				"the block before block %" G_GUINT64_FORMAT
				" is not there",
				block->height);
	status = may_store(ledger, err);
	if (status == BSN_OK && source != TREE_BY_PROTOCOL)
		status = judge_seal(ledger, parent, block, source, err);
	return status == BSN_OK ? judge(ledger, parent, block, node, err)
				: status;
}

int32_t
tree_admit_own(bsn_proposer *proposer, bsn_slice bytes, bsn_tree_block *block,
	       bsn_err *err)
{
	bsn_ledger *ledger = tree_ledger(proposer);
	LedgerNode *node;
	const int32_t status =
		tree_admit(ledger, bytes, TREE_BY_PROTOCOL, &node, err);

	if (status == BSN_OK)
		tree_describe_node(ledger, node, block);
	return is_put_off(status) ? protocol_not_now(ledger, status) : status;
}

int32_t
tree_take(bsn_ledger *ledger, bsn_slice bytes, bsn_slice certificate,
	  guint64 *height, bsn_err *err)
{
	const bsn_tree_consensus *tree = protocol_tree(ledger);
	LedgerNode *node;
	int32_t status = tree_admit(ledger, bytes, TREE_BY_SYNC, &node, err);
	bsn_id id;

	if (status != BSN_OK)
		return status;
	*height = node->block->height;
	if (*height <= final_root(ledger)->block->height)
		return BSN_OK;
	if (tree == NULL)
		return bsn_fail(err, BSN_BUSY,
				"another consensus is taking over");
	id = bsn_id_of(node->block->id, HASH_LEN);
	status = tree->prove(ledger->protocol, &id, certificate, err);
	/* A protocol without certificates finalizes by itself. */
	if (status == BSN_NOT_OFFERED)
		return BSN_OK;
	/* One without a certificate of its own is proven by a later one, but
	 * those of another epoch prove nothing of this one. */
	if (status > 0 && certificate.len == 0 &&
	    (node->flags & BSN_TREE_CLOSES) == 0)
		return BSN_OK;
	if (status == BSN_OK)
		status = final_take(ledger, node, certificate, err);
	if (status == BSN_OK && protocol_tree(ledger) != NULL)
		tree->finalized(ledger->protocol, &id);
	return status;
}
