/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/eth-json.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/rpc/value.h"

/* Keccak-256 of an empty list: there are no uncles. */
#define NO_UNCLES                                                              \
	"0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"
#define NO_NONCE "0x0000000000000000"
#define MS_PER_SECOND 1000u

static void
set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new_nocheck(object, name, value);
}

static json_t *
address_or_null(bsn_slice address)
{
	return address.len > 0 ? value_data(address) : json_null();
}

/* ---- headers ----------------------------------------------------------- */

/* The address of the sealer that the header names. */
static json_t *
miner_of(const Ledger *ledger, const Header *header)
{
	RlpReader sealers = rlp_reader(header->sealers);
	guint8 address[ADDRESS_LEN] = { 0 };
	bsn_slice key = { NULL, 0 };

	for (guint64 i = 0; rlp_more(&sealers) && i <= header->sealer; i++)
		key = rlp_read_bytes(&sealers, "sealer", 0, PUBLIC_KEY_LEN);
	if (key.len > 0)
		(void)suite_address(&ledger->suite, key, address);
	return value_address(address);
}

/* What each chain of Ethereum's has and this one has not. */
static void
set_constants(json_t *json)
{
	static const guint8 zeros[HASH_LEN] = { 0 };

	set(json, "sha3Uncles", json_string_nocheck(NO_UNCLES));
	set(json, "uncles", json_array());
	set(json, "difficulty", value_quantity(0));
	set(json, "totalDifficulty", value_quantity(0));
	set(json, "extraData", json_string_nocheck("0x"));
	set(json, "mixHash", value_hash(zeros));
	set(json, "nonce", json_string_nocheck(NO_NONCE));
	set(json, "baseFeePerGas", value_quantity(0));
}

json_t *
eth_header(const Ledger *ledger, const BlockInfo *info, const Header *header)
{
	json_t *json = json_object();

	set(json, "number", value_quantity(header->number));
	set(json, "hash", value_data(info->hash));
	set(json, "parentHash", value_hash(header->parent_hash));
	set(json, "logsBloom",
	    value_data(bsn_slice_of(header->bloom, BLOOM_LEN)));
	set(json, "transactionsRoot", value_hash(header->txs_root));
	set(json, "stateRoot", value_hash(header->state_root));
	set(json, "receiptsRoot", value_hash(header->receipts_root));
	set(json, "miner", miner_of(ledger, header));
	set(json, "size", value_quantity(info->bytes));
	set(json, "gasLimit", value_quantity(header->gas_limit));
	set(json, "gasUsed", value_quantity(header->gas_used));
	set(json, "timestamp",
	    value_quantity(header->time_ms / MS_PER_SECOND));
	set_constants(json);
	return json;
}

json_t *
eth_block(const Ledger *ledger, const IndexedBlock *block, gboolean whole)
{
	const BlockView *view = &block->stored.view;
	const BlockInfo info = { .hash = view->hash,
				 .bytes = block->stored.bytes->len };
	json_t *json = eth_header(ledger, &info, &view->header);
	json_t *txs = json_array();

	for (guint64 i = 0; i < block->txs->len; i++) {
		g_autoptr(Tx) tx = NULL;

		if (whole) {
			json_array_append_new(txs, eth_tx(ledger, block, i));
			continue;
		}
		tx = indexed_decode(ledger, block, i);
		if (tx != NULL)
			json_array_append_new(txs, value_hash(tx->hash));
	}
	set(json, "transactions", txs);
	return json;
}

json_t *
eth_pending_block(const Ledger *ledger, gboolean whole)
{
	static const guint8 zeros[BLOOM_LEN] = { 0 };
	const Config *config = ledger_config(ledger);
	const Head *head = &ledger->durable;
	const BlockInfo info = { .hash = bsn_slice_of(zeros, HASH_LEN) };
	Header header = { .number = head->number + 1,
			  .gas_limit = config->block_gas_max,
			  .time_ms = head->time_ms + MS_PER_SECOND };
	json_t *txs = json_array();
	json_t *json;
	PoolEntry *entry = pool_first(&ledger->pool);

	memcpy(header.parent_hash, head->hash, HASH_LEN);
	json = eth_header(ledger, &info, &header);
	for (; entry != NULL && json_array_size(txs) < config->block_tx_max;
	     entry = pool_next(entry))
		json_array_append_new(txs, whole ? eth_waiting_tx(entry->tx)
						 : value_hash(entry->tx->hash));
	set(json, "hash", json_null());
	set(json, "nonce", json_null());
	set(json, "transactions", txs);
	return json;
}

/* ---- transactions ------------------------------------------------------ */

static guint
type_of(const Tx *tx)
{
	switch (tx->kind) {
	case TX_NATIVE:
	case TX_LEGACY:
		return 0;
	case TX_ACCESS_LIST:
		return 1;
	case TX_DYNAMIC_FEE:
		return 2;
	}
	return 0;
}

static json_t *
access_list_json(bsn_slice list)
{
	RlpReader reader = rlp_reader(list);
	json_t *array = json_array();

	rlp_enter(&reader, "accessList");
	while (rlp_more(&reader)) {
		json_t *entry = json_object();
		json_t *keys = json_array();

		rlp_enter(&reader, "entry");
		set(entry, "address",
		    value_data(rlp_read_bytes(&reader, "address", ADDRESS_LEN,
					      ADDRESS_LEN)));
		rlp_enter(&reader, "slots");
		while (rlp_more(&reader))
			json_array_append_new(
				keys, value_data(rlp_read_bytes(&reader, "slot",
								HASH_LEN,
								HASH_LEN)));
		rlp_leave(&reader);
		rlp_leave(&reader);
		set(entry, "storageKeys", keys);
		json_array_append_new(array, entry);
	}
	return array;
}

static void
set_signature(json_t *json, const Tx *tx)
{
	guint64 v = tx->parity;

	if (tx->kind == TX_LEGACY)
		v += tx->is_protected ? 35 + 2 * tx->chain_id : 27;
	if (!tx_is_ethereum(tx)) {
		set(json, "v", value_quantity(0));
		set(json, "r", value_quantity(0));
		set(json, "s", value_quantity(0));
		return;
	}
	set(json, "v", value_quantity(v));
	set(json, "r", value_integer(tx->r));
	set(json, "s", value_integer(tx->s));
}

static void
set_prices(json_t *json, const Tx *tx)
{
	const guint8 type = (guint8)type_of(tx);

	if (type == 0) {
		set(json, "gasPrice", value_integer(tx->gas_price));
		return;
	}
	set(json, "yParity", value_quantity(tx->parity));
	set(json, "accessList", access_list_json(tx->access_list));
	/* With a base fee of 0 the bid is the priority fee (EIP-1559). */
	set(json, "gasPrice",
	    value_integer(type == 1 ? tx->gas_price : tx->priority_fee));
	if (type == 1)
		return;
	set(json, "maxFeePerGas", value_integer(tx->gas_price));
	set(json, "maxPriorityFeePerGas", value_integer(tx->priority_fee));
}

json_t *
eth_waiting_tx(const Tx *tx)
{
	json_t *json = json_object();

	set(json, "hash", value_hash(tx->hash));
	set(json, "type", value_quantity(type_of(tx)));
	set(json, "nonce", value_quantity(tx->account_nonce));
	set(json, "from", value_address(tx->sender));
	set(json, "to", address_or_null(tx->to));
	set(json, "value", value_integer(tx->value));
	set(json, "gas", value_quantity(tx->gas));
	set(json, "input", value_data(tx->data));
	if (!tx_is_unprotected(tx))
		set(json, "chainId", value_quantity(tx->chain_id));
	set_prices(json, tx);
	set_signature(json, tx);
	set(json, "blockHash", json_null());
	set(json, "blockNumber", json_null());
	set(json, "transactionIndex", json_null());
	return json;
}

json_t *
eth_tx(const Ledger *ledger, const IndexedBlock *block, guint64 index)
{
	g_autoptr(Tx) tx = indexed_decode(ledger, block, index);
	json_t *json;

	if (tx == NULL)
		return NULL;
	json = eth_waiting_tx(tx);
	set(json, "blockHash", value_data(block->stored.view.hash));
	set(json, "blockNumber", value_quantity(block->number));
	set(json, "transactionIndex", value_quantity(index));
	return json;
}

/* ---- receipts and logs ------------------------------------------------- */

json_t *
eth_log(const LogPlace *place, const LogView *log)
{
	const BlockView *view = &place->block->stored.view;
	json_t *json = json_object();
	json_t *topics = json_array();

	for (guint64 i = 0; i < log->n_topics; i++)
		json_array_append_new(topics, value_data(log->topics[i]));
	set(json, "address", value_data(log->address));
	set(json, "topics", topics);
	set(json, "data", value_data(log->data));
	set(json, "blockNumber", value_quantity(place->block->number));
	set(json, "blockHash", value_data(view->hash));
	set(json, "blockTimestamp",
	    value_quantity(view->header.time_ms / MS_PER_SECOND));
	set(json, "transactionHash", value_hash(place->tx_hash));
	set(json, "transactionIndex", value_quantity(place->tx_index));
	set(json, "logIndex", value_quantity(place->index));
	set(json, "removed", json_false());
	return json;
}

static json_t *
logs_json(LogPlace *place, bsn_slice logs)
{
	RlpReader reader = rlp_reader(logs);
	json_t *array = json_array();
	LogView log;

	for (; receipt_next_log(&reader, &log); place->index++)
		json_array_append_new(array, eth_log(place, &log));
	return array;
}

static void
set_outcome(json_t *json, const IndexedTx *indexed)
{
	const ReceiptView *receipt = &indexed->receipt;

	set(json, "status", value_quantity(receipt->status == FISCO_OK));
	set(json, "gasUsed", value_quantity(receipt->gas_used));
	set(json, "cumulativeGasUsed", value_quantity(indexed->gas_so_far));
	set(json, "effectiveGasPrice", value_quantity(0));
	set(json, "contractAddress", address_or_null(receipt->contract));
	set(json, "logsBloom", value_data(receipt->bloom));
}

json_t *
eth_receipt(const Ledger *ledger, const IndexedBlock *block, guint64 index)
{
	const IndexedTx *indexed =
		&g_array_index(block->txs, IndexedTx, index);
	g_autoptr(Tx) tx = indexed_decode(ledger, block, index);
	LogPlace place = { .block = block,
			   .tx_index = index,
			   .index = indexed->first_log };
	json_t *json;

	if (tx == NULL)
		return NULL;
	place.tx_hash = tx->hash;
	json = json_object();
	set(json, "transactionHash", value_hash(tx->hash));
	set(json, "transactionIndex", value_quantity(index));
	set(json, "blockHash", value_data(block->stored.view.hash));
	set(json, "blockNumber", value_quantity(block->number));
	set(json, "from", value_address(tx->sender));
	set(json, "to", address_or_null(tx->to));
	set(json, "type", value_quantity(type_of(tx)));
	set_outcome(json, indexed);
	set(json, "logs", logs_json(&place, indexed->receipt.logs));
	return json;
}
