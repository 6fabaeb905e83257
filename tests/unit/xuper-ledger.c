/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-ledger.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"

static void
assert_ok(int32_t status, const bsn_err *err)
{
	if (status != BSN_OK)
		g_error("%d: %s", status, err->reason);
}

void
bed_init(Bed *bed, guint64 amount)
{
	bsn_err err = BSN_ERR_INIT;

	bed->chain = xuper_chain_new();
	bed->genesis = made_genesis("alice", amount);
	assert_ok(ledger_open(&bed->ledger, bed->chain, &xuper_hashing,
			      bed->genesis, &err), &err);
}

void
bed_clear(Bed *bed)
{
	ledger_close(bed->ledger);
	block_unref(bed->genesis);
	xuper_chain_free(bed->chain);
}

static int32_t
open_again(Bed *bed, bsn_err *err)
{
	int32_t status = fake_chain_open(bed->chain, NULL,
					 bsn_slice_of(NULL, 0), NULL);

	g_assert_cmpint(status, ==, BSN_OK);
	return ledger_open(&bed->ledger, bed->chain, &xuper_hashing,
			   bed->genesis, err);
}

void
bed_reopen(Bed *bed)
{
	bsn_err err = BSN_ERR_INIT;

	ledger_close(bed->ledger);
	fake_chain_close(bed->chain);
	assert_ok(open_again(bed, &err), &err);
}

int32_t
bed_crash(Bed *bed, bsn_err *err)
{
	fake_chain_crash(bed->chain);
	ledger_close(bed->ledger);
	return open_again(bed, err);
}

Layer *
bed_layer(LedgerNode *parent, const Block *block)
{
	Layer *layer = layer_over(parent->layer);
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < block->n_txs; i++)
		assert_ok(effects_apply(layer, block->txs[i], &err), &err);
	return layer;
}

LedgerNode *
bed_grow(Bed *bed, LedgerNode *parent, Tx *const *txs, guint n)
{
	static guint64 round;
	g_autoptr(Block) block = made_block(parent->block, ++round, txs, n);
	bsn_err err = BSN_ERR_INIT;
	LedgerNode *node;

	assert_ok(ledger_add(bed->ledger, parent, block,
			     bed_layer(parent, block), NULL, &node, &err),
		  &err);
	return node;
}

LedgerNode *
bed_grow_bare(Bed *bed, LedgerNode *parent)
{
	return bed_grow(bed, parent, NULL, 0);
}

static void
ignore(void *owner, LedgerNode *node)
{
}

void
bed_prefer(Bed *bed, LedgerNode *node)
{
	const LedgerMove move = { ignore, ignore, NULL };

	ledger_prefer(bed->ledger, node, &move);
}

void
bed_finalize(Bed *bed, LedgerNode *node)
{
	bsn_err err = BSN_ERR_INIT;

	bed_prefer(bed, node);
	assert_ok(ledger_finalize(bed->ledger, node, bsn_slice_of(NULL, 0), 0,
				  NULL, NULL, &err), &err);
}

LedgerNode *
bed_find(Bed *bed, const Block *block)
{
	LedgerNode *node = ledger_find(bed->ledger, block->id);

	g_assert_nonnull(node);
	return node;
}
