/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/blocks.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

static int32_t
before_first(const ChannelLedger *ledger, guint64 number, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"block %" G_GUINT64_FORMAT " is not here: this node "
			"began with a snapshot, and its first block is "
			"%" G_GUINT64_FORMAT,
			number, ledger->first);
}

int32_t
ledger_block(const ChannelLedger *ledger, guint64 number, GByteArray *out,
	     bsn_err *err)
{
	const StoreKey key = store_key_block(number);
	const int32_t status = ledger_store_get(
		&ledger->state.store, store_key_slice(&key), out, err);

	if (status != BSN_NOT_FOUND)
		return status;
	if (number < ledger->first)
		return before_first(ledger, number, err);
	return bsn_fail(err, BSN_NOT_FOUND,
			"there is no block %" G_GUINT64_FORMAT, number);
}

/* Reads what is found under a key whole. */
static int32_t
look_up(const ChannelLedger *ledger, const StoreKey *key, const char *what,
	GByteArray *out, bsn_err *err)
{
	const int32_t status = ledger_store_get(&ledger->state.store,
						store_key_slice(key), out, err);

	return status != BSN_NOT_FOUND
		       ? status
		       : bsn_fail(err, BSN_NOT_FOUND, "there is no %s", what);
}

int32_t
ledger_block_by_hash(const ChannelLedger *ledger, bsn_slice hash,
		     guint64 *number, bsn_err *err)
{
	const StoreKey key = store_key_hash(hash);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status =
		hash.len == HASH_LEN
			? look_up(ledger, &key, "block with that hash", bytes,
				  err)
			: bsn_fail(err, BSN_NOT_FOUND,
				   "a block's hash has %u bytes", HASH_LEN);
	Wire wire = wire_of(buffer_slice(bytes));

	if (status != BSN_OK)
		return status;
	*number = wire_u64(&wire);
	return wire_end(&wire) ? BSN_OK
			       : bsn_fail(err, BSN_E_CORRUPT,
					  "the index of blocks by hash is "
					  "damaged");
}

int32_t
ledger_tx(const ChannelLedger *ledger, bsn_slice tx_id, TxPlace *place,
	  bsn_err *err)
{
	const StoreKey key = store_key_tx(&ledger->state.suite, tx_id);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status =
		look_up(ledger, &key, "transaction with that id", bytes, err);

	if (status != BSN_OK || tx_place_read(buffer_slice(bytes), place))
		return status;
	return bsn_fail(err, BSN_E_CORRUPT,
			"the index of transactions is damaged");
}

int32_t
ledger_envelope(const ChannelLedger *ledger, const TxPlace *place,
		GByteArray *out, bsn_err *err)
{
	const StoreKey key = store_key_block(place->block);
	const int32_t status = ledger_store_get_part(
		&ledger->state.store, store_key_slice(&key), place->offset,
		place->len, out, err);

	if (status != BSN_NOT_FOUND)
		return status;
	if (place->block < ledger->first)
		return before_first(ledger, place->block, err);
	return bsn_fail(err, BSN_E_CORRUPT,
			"block %" G_GUINT64_FORMAT " is missing", place->block);
}

/* ---- events ---- */

static void
visit_event(const Suite *suite, bsn_slice envelope, guint64 number,
	    LedgerEventFn visit, gpointer data)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx;

	if (transaction_open_whole(suite, &arena, envelope, &tx) ==
		    PROTOS__TX_VALIDATION_CODE__VALID &&
	    tx.event != NULL)
		visit(number, tx.channel->tx_id, tx.event, data);
}

int32_t
ledger_events(const ChannelLedger *ledger, guint64 number, LedgerEventFn visit,
	      gpointer data, bsn_err *err)
{
	const guint filter = COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = ledger_block(ledger, number, bytes, err);
	const Common__Block *block;
	const ProtobufCBinaryData *codes;

	if (status != BSN_OK)
		return status;
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	if (block == NULL || block->data == NULL || block->metadata == NULL ||
	    block->metadata->n_metadata <= filter ||
	    block->metadata->metadata[filter].len != block->data->n_data)
		return bsn_fail(err, BSN_E_CORRUPT,
				"block %" G_GUINT64_FORMAT
				" cannot be read back",
				number);
	codes = &block->metadata->metadata[filter];
	for (gsize i = 0; i < block->data->n_data; i++)
		if (codes->data[i] == TX_CODE(VALID))
			visit_event(&ledger->state.suite,
				    message_slice(block->data->data[i]), i,
				    visit, data);
	return BSN_OK;
}
