/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/blocks.h"

#include "plugins/engine-fisco/services.h"

#define KEPT_BLOCKS 4u

/* The one at `next` is the oldest. */
struct IndexedBlocks {
	IndexedBlock *kept[KEPT_BLOCKS];
	guint next;
};

static void
block_free(IndexedBlock *block)
{
	if (block == NULL)
		return;
	stored_clear(&block->stored);
	g_array_unref(block->txs);
	g_free(block);
}

void
indexed_forget(Ledger *ledger)
{
	if (ledger->indexed == NULL)
		return;
	for (guint i = 0; i < KEPT_BLOCKS; i++)
		block_free(ledger->indexed->kept[i]);
	g_clear_pointer(&ledger->indexed, g_free);
}

static guint64
count_logs(bsn_slice logs)
{
	RlpReader reader = rlp_reader(logs);
	guint64 n = 0;

	for (; rlp_more(&reader); n++)
		(void)rlp_read_raw(&reader, "log");
	return n;
}

static void
index_txs(IndexedBlock *block)
{
	BlockCursor cursor = block_cursor(&block->stored.view);
	guint64 gas = 0;
	guint64 logs = 0;

	while (block_cursor_next(&cursor)) {
		IndexedTx tx = { .raw = cursor.tx,
				 .receipt = cursor.receipt,
				 .first_log = logs };

		gas += cursor.receipt.gas_used;
		logs += count_logs(cursor.receipt.logs);
		tx.gas_so_far = gas;
		g_array_append_val(block->txs, tx);
	}
}

static int32_t
load(Ledger *ledger, guint64 number, IndexedBlock **out, bsn_err *err)
{
	IndexedBlock *block = g_new0(IndexedBlock, 1);
	int32_t status = stored_load(ledger, number, &block->stored, err);

	block->number = number;
	block->txs = g_array_new(FALSE, FALSE, sizeof(IndexedTx));
	if (status == BSN_OK)
		index_txs(block);
	if (status == BSN_OK && block->txs->len != block->stored.view.n_txs)
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "block %" G_GUINT64_FORMAT " is damaged",
				  number);
	if (status != BSN_OK)
		block_free(block);
	else
		*out = block;
	return status;
}

int32_t
indexed_block(Ledger *ledger, guint64 number, const IndexedBlock **block,
	      bsn_err *err)
{
	struct IndexedBlocks *blocks = ledger->indexed;
	IndexedBlock *loaded;
	int32_t status;

	if (number > ledger->durable.number)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such block");
	if (blocks == NULL)
		blocks = ledger->indexed = g_new0(struct IndexedBlocks, 1);
	for (guint i = 0; i < KEPT_BLOCKS; i++)
		if (blocks->kept[i] != NULL &&
		    blocks->kept[i]->number == number) {
			*block = blocks->kept[i];
			return BSN_OK;
		}
	status = load(ledger, number, &loaded, err);
	if (status != BSN_OK)
		return status;
	block_free(blocks->kept[blocks->next]);
	*block = blocks->kept[blocks->next] = loaded;
	blocks->next = (blocks->next + 1) % KEPT_BLOCKS;
	return BSN_OK;
}

int32_t
indexed_tx(Ledger *ledger, const guint8 *hash, const IndexedBlock **block,
	   guint64 *index, bsn_err *err)
{
	g_autoptr(Tx) tx = NULL;
	TxPlace place;
	int32_t status = place_load(ledger->chain, hash, &place);

	if (status == BSN_OK)
		status = indexed_block(ledger, place.block, block, err);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the transaction cannot be looked up");
	if (place.index < (*block)->txs->len)
		tx = indexed_decode(ledger, *block, place.index);
	if (tx == NULL || memcmp(tx->hash, hash, HASH_LEN) != 0)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no such transaction");
	*index = place.index;
	return BSN_OK;
}

Tx *
indexed_decode(const Ledger *ledger, const IndexedBlock *block, guint64 index)
{
	const BlockCursor at = {
		.index = index,
		.tx = g_array_index(block->txs, IndexedTx, index).raw,
	};

	return stored_tx(ledger, &block->stored, &at);
}
