/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/incoming.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"

/* ---- distinct signatures ---- */

/* A tree and no hash table: whoever makes signatures up could make them meet.
 */
static gint
compare_signatures(gconstpointer left, gconstpointer right, gpointer unused)
{
	const TxSignature *a = left;
	const TxSignature *b = right;
	gint order = slice_compare(a->signature, b->signature);

	if (order == 0)
		order = slice_compare(a->message, b->message);
	return order != 0 ? order : slice_compare(a->identity, b->identity);
}

static void
list_signature(GPtrArray *list, GTree *known, TxSignature *signature)
{
	const TxSignature *same = g_tree_lookup(known, signature);

	if (same != NULL) {
		signature->index = same->index;
		return;
	}
	signature->index = list->len;
	g_ptr_array_add(list, signature);
	g_tree_insert(known, signature, signature);
}

static void
list_signatures(IncomingBlock *block)
{
	g_autoptr(GTree) known =
		g_tree_new_full(compare_signatures, NULL, NULL, NULL);

	for (guint i = 0; i < block->n_txs; i++) {
		BlockTx *tx = &block->txs[i];

		if (tx->header != TX_CODE(VALID))
			continue;
		list_signature(block->signatures, known, &tx->creator);
		for (guint j = 0;
		     tx->endorsements != NULL && j < tx->opened.n_endorsements;
		     j++)
			list_signature(block->signatures, known,
				       &tx->endorsements[j]);
	}
}

/* ---- reading ---- */

typedef struct {
	bsn_jobs jobs;
	IncomingBlock *block;
	const Suite *suite;
	bsn_slice channel_id;
} ReadJobs;

static void
read_tx(bsn_jobs *jobs, uint64_t index)
{
	ReadJobs *read = (ReadJobs *)jobs;

	block_tx_read(&read->block->txs[index], read->suite, read->channel_id,
		      message_slice(read->block->message->data->data[index]));
}

static void
read_txs(ReadJobs *read, const bsn_parallel *parallel, bsn_chain *chain)
{
	const guint n = read->block->n_txs;

	if (parallel != NULL) {
		parallel->run(chain, &read->jobs, n);
		return;
	}
	for (guint i = 0; i < n; i++)
		read_tx(&read->jobs, i);
}

static int32_t
decode(IncomingBlock *block, bsn_slice bytes, bsn_err *err)
{
	int32_t status = BSN_OK;
	Common__Block *message = message_unpack(
		&block->arena, &common__block__descriptor, bytes, &status, err);

	if (message == NULL)
		return status;
	if (message->header == NULL || message->data == NULL ||
	    message->metadata == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block has no header, data or metadata");
	if (message->data->n_data > BLOCK_TXS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the block has more than %u transactions",
				BLOCK_TXS_MAX);
	block->message = message;
	return BSN_OK;
}

int32_t
incoming_block_read(const Suite *suite, bsn_slice channel_id, bsn_slice bytes,
		    const bsn_parallel *parallel, bsn_chain *chain,
		    IncomingBlock **block, bsn_err *err)
{
	g_autoptr(IncomingBlock) read = g_new0(IncomingBlock, 1);
	ReadJobs jobs = { { read_tx }, read, suite, channel_id };
	int32_t status;

	read->signatures = g_ptr_array_new();
	status = decode(read, bytes, err);
	if (status != BSN_OK)
		return status;
	read->n_txs = (guint)read->message->data->n_data;
	read->txs = g_new0(BlockTx, read->n_txs);
	read_txs(&jobs, parallel, chain);
	list_signatures(read);
	*block = g_steal_pointer(&read);
	return BSN_OK;
}

void
incoming_block_free(IncomingBlock *block)
{
	if (block == NULL)
		return;
	for (guint i = 0; i < block->n_txs; i++)
		block_tx_clear(&block->txs[i]);
	g_free(block->txs);
	g_ptr_array_unref(block->signatures);
	arena_clear(&block->arena);
	g_free(block);
}
