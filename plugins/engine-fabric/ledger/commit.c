/* SPDX-License-Identifier: Apache-2.0
 *
 * One block becomes one batch.
 */
#include "plugins/engine-fabric/ledger/commit.h"

#include <string.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/ledger/updates.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* ---- metadata ---- */

/* An orderer may have left out the last entries. */
static ProtobufCBinaryData *
metadata_entries(IncomingBlock *block)
{
	Common__BlockMetadata *metadata = block->message->metadata;
	ProtobufCBinaryData *entries;

	if (metadata->n_metadata >= BLOCK_METADATA_COUNT)
		return metadata->metadata;
	entries = arena_room(&block->arena,
			     BLOCK_METADATA_COUNT * sizeof(entries[0]));
	if (metadata->n_metadata > 0)
		memcpy(entries, metadata->metadata,
		       metadata->n_metadata * sizeof(entries[0]));
	metadata->metadata = entries;
	metadata->n_metadata = BLOCK_METADATA_COUNT;
	return entries;
}

/* The first block has none; the second begins the chain of them. */
static int32_t
fill_commit_hash(const Suite *suite, IncomingBlock *block,
		 ProtobufCBinaryData *entry, bsn_slice codes, GTree *updates,
		 const LedgerHead *before, LedgerHead *head)
{
	g_autoptr(GByteArray) changes = g_byte_array_new();
	Common__Metadata metadata = COMMON__METADATA__INIT;
	int32_t status;

	if (before->height == 0)
		return BSN_OK;
	updates_put(changes, updates);
	status = block_commit_hash(suite, codes, buffer_slice(changes),
				   ledger_head_commit_hash(before),
				   head->commit_hash);
	metadata.value = (ProtobufCBinaryData){ HASH_LEN, head->commit_hash };
	*entry = message_bytes(message_put(&block->arena, &metadata));
	return status;
}

static int32_t
fill_metadata(const Suite *suite, IncomingBlock *block,
	      const BlockOutcome *outcome, const LedgerHead *before,
	      LedgerHead *head)
{
	ProtobufCBinaryData *entries = metadata_entries(block);
	const bsn_slice codes = bsn_slice_of(
		arena_copy(&block->arena, outcome->codes, block->n_txs),
		block->n_txs);

	entries[COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER] =
		message_bytes(codes);
	return fill_commit_hash(
		suite, block,
		&entries[COMMON__BLOCK_METADATA_INDEX__COMMIT_HASH], codes,
		outcome->updates, before, head);
}

/* ---- the batch ---- */

typedef struct {
	LedgerBatch *batch;
	const Suite *suite;
} Writer;

static gboolean
put_update(gpointer key, gpointer value, gpointer data)
{
	const Writer *writer = data;

	state_put(writer->batch, writer->suite, value);
	return FALSE;
}

static gboolean
put_private(gpointer key, gpointer value, gpointer data)
{
	const Writer *writer = data;

	private_put(writer->batch, writer->suite, value);
	return FALSE;
}

/* The index by id has the first transaction of that id, whatever became of
 * it. */
static void
put_txs(const Writer *writer, const IncomingBlock *block,
	const BlockOutcome *outcome, const guint64 *offsets)
{
	g_autoptr(GTree) ids = g_tree_new((GCompareFunc)strcmp);

	for (guint i = 0; i < block->n_txs; i++) {
		const BlockTx *tx = &block->txs[i];
		const TxPlace place = { block->message->header->number, i,
					outcome->codes[i], offsets[i],
					tx->envelope.len };
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		tx_place_put(bytes, &place);
		if (tx->tx_id.len > 0 && !outcome->known[i] &&
		    g_tree_lookup(ids, tx->tx_id.data) == NULL) {
			const StoreKey key =
				store_key_tx(writer->suite, tx->tx_id);
			gpointer id = (gpointer)tx->tx_id.data;

			g_tree_insert(ids, id, id);
			ledger_batch_put_copy(writer->batch,
					      store_key_slice(&key),
					      buffer_slice(bytes));
		}
	}
}

static void
put_block(LedgerBatch *batch, const LedgerHead *head, guint64 number,
	  bsn_slice bytes)
{
	const StoreKey by_number = store_key_block(number);
	const StoreKey by_hash = store_key_hash(ledger_head_hash(head));
	g_autoptr(GByteArray) place = g_byte_array_new();

	wire_put(place, number, 8);
	ledger_batch_put(batch, store_key_slice(&by_number), bytes);
	ledger_batch_put_copy(batch, store_key_slice(&by_hash),
			      buffer_slice(place));
}

/* ---- all of it ---- */

static void
count(LedgerHead *head, const IncomingBlock *block, const BlockOutcome *outcome,
      guint64 number, guint64 bytes)
{
	head->height++;
	head->bytes += bytes;
	head->txs += block->n_txs;
	for (guint i = 0; i < block->n_txs; i++) {
		if (outcome->codes[i] != TX_CODE(VALID))
			head->invalid_txs++;
		else if (block->txs[i].is_config)
			head->last_config = number;
	}
}

int32_t
ledger_commit_block(const State *state, IncomingBlock *block,
		    const BlockOutcome *outcome, LedgerBatch *batch,
		    guint64 cookie, LedgerHead *head, bsn_err *err)
{
	const LedgerHead before = *head;
	const guint64 number = block->message->header->number;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree guint64 *offsets = g_new(guint64, block->n_txs + 1);
	const Writer writer = { batch, &state->suite };
	int32_t status;

	memcpy(head->previous, before.hash, HASH_LEN);
	status = block_header_hash(&state->suite, block->message->header,
				   head->hash);
	if (status == BSN_OK)
		status = fill_metadata(&state->suite, block, outcome, &before,
				       head);
	if (status == BSN_OK)
		status = state_indexes_change(state, outcome->updates, batch,
					      err);
	if (status == BSN_OK)
		status = state_indexes_change(state, outcome->private_updates,
					      batch, err);
	if (status == BSN_OK) {
		block_pack(bytes, block->message, offsets);
		count(head, block, outcome, number, bytes->len);
		put_block(batch, head, number, buffer_slice(bytes));
		put_txs(&writer, block, outcome, offsets);
		trail_put(&outcome->trail, batch, writer.suite, number,
			  block->txs, offsets);
		g_tree_foreach(outcome->updates, put_update, (gpointer)&writer);
		g_tree_foreach(outcome->private_updates, put_private,
			       (gpointer)&writer);
		ledger_head_save(batch, head);
		for (guint i = 0; i < block->n_beside; i++)
			ledger_batch_put(batch, block->beside[i].key,
					 block->beside[i].value);
		status = ledger_batch_commit(batch, &state->store, cookie, err);
	}
	if (status != BSN_OK)
		*head = before;
	return status;
}
