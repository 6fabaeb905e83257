/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/rpc/fisco.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/kit/hex.h"

static void
set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new_nocheck(object, name, value);
}

json_t *
fisco_node_id(bsn_slice public_key)
{
	g_autofree char *text = hex_encode(public_key);

	return json_string_nocheck(text + 2);
}

/* ---- blocks ------------------------------------------------------------ */

static json_t *
sealers_json(bsn_slice sealers)
{
	RlpReader reader = rlp_reader(sealers);
	json_t *array = json_array();

	while (rlp_more(&reader))
		json_array_append_new(
			array, fisco_node_id(rlp_read_bytes(
				       &reader, "sealer", 0, PUBLIC_KEY_LEN)));
	return array;
}

static json_t *
sealer_json(const Header *header)
{
	return value_quantity(header->sealer);
}

static json_t *
extra_json(bsn_slice extra)
{
	RlpReader reader = rlp_reader(extra);
	json_t *array = json_array();

	while (rlp_more(&reader))
		json_array_append_new(
			array, value_data(rlp_read_bytes(&reader, "extraData",
							 0, G_MAXUINT)));
	return array;
}

json_t *
fisco_header_json(const StoredBlock *block)
{
	const Header *header = &block->view.header;
	json_t *json = json_object();

	set(json, "number", value_quantity(header->number));
	set(json, "hash", value_data(block->view.hash));
	set(json, "parentHash", value_hash(header->parent_hash));
	set(json, "logsBloom",
	    value_data(bsn_slice_of(header->bloom, BLOOM_LEN)));
	set(json, "transactionsRoot", value_hash(header->txs_root));
	set(json, "receiptsRoot", value_hash(header->receipts_root));
	set(json, "dbHash", value_hash(header->db_hash));
	set(json, "stateRoot", value_hash(header->state_root));
	set(json, "sealer", sealer_json(header));
	set(json, "sealerList", sealers_json(header->sealers));
	set(json, "extraData", extra_json(header->extra));
	set(json, "gasLimit", value_quantity(header->gas_limit));
	set(json, "gasUsed", value_quantity(header->gas_used));
	set(json, "timestamp", value_quantity(header->time_ms));
	return json;
}

/* ---- transactions ------------------------------------------------------ */

static json_t *
receiver_json(const Tx *tx)
{
	static const guint8 nobody[ADDRESS_LEN];

	return value_data(tx->to.len > 0 ? tx->to
					 : bsn_slice_of(nobody, ADDRESS_LEN));
}

static void
set_place(json_t *json, const StoredBlock *block, guint64 index)
{
	if (block == NULL) {
		set(json, "blockHash", json_null());
		set(json, "blockNumber", json_null());
		set(json, "transactionIndex", json_null());
		return;
	}
	set(json, "blockHash", value_data(block->view.hash));
	set(json, "blockNumber", value_quantity(block->view.header.number));
	set(json, "transactionIndex", value_quantity(index));
}

/* What FISCO's own transactions have besides. */
static void
set_native(json_t *json, const Tx *tx)
{
	json_t *signature = json_object();
	g_autoptr(GByteArray) all = g_byte_array_new();

	g_byte_array_append(all, tx->r.data, (guint)tx->r.len);
	g_byte_array_append(all, tx->s.data, (guint)tx->s.len);
	g_byte_array_append(all, tx->v.data, (guint)tx->v.len);
	set(signature, "r", value_integer(tx->r));
	set(signature, "s", value_integer(tx->s));
	set(signature, "v", value_data(tx->v));
	set(signature, "signature",
	    value_data(bsn_slice_of(all->data, all->len)));
	set(json, "signature", signature);
	set(json, "blockLimit", value_quantity(tx->block_limit));
	set(json, "chainId", value_quantity(tx->chain_id));
	set(json, "groupId", value_quantity(tx->group_id));
	set(json, "extraData", value_data(tx->extra));
	set(json, "nonce", value_integer(bsn_slice_of(tx->nonce, NONCE_LEN)));
}

json_t *
fisco_tx_json(const Tx *tx, const StoredBlock *block, guint64 index)
{
	json_t *json = json_object();

	set_place(json, block, index);
	set(json, "hash", value_hash(tx->hash));
	set(json, "from", value_address(tx->sender));
	set(json, "to", receiver_json(tx));
	set(json, "gas", value_quantity(tx->gas));
	set(json, "gasPrice", value_integer(tx->gas_price));
	set(json, "value", value_integer(tx->value));
	set(json, "input", value_data(tx->data));
	if (tx_is_ethereum(tx))
		set(json, "nonce", value_quantity(tx->account_nonce));
	else
		set_native(json, tx);
	return json;
}

/* ---- receipts ---------------------------------------------------------- */

static json_t *
log_json(const LogView *log)
{
	json_t *json = json_object();
	json_t *topics = json_array();

	for (guint64 i = 0; i < log->n_topics; i++)
		json_array_append_new(topics, value_data(log->topics[i]));
	set(json, "address", value_data(log->address));
	set(json, "data", value_data(log->data));
	set(json, "topics", topics);
	return json;
}

static json_t *
logs_json(bsn_slice logs)
{
	RlpReader reader = rlp_reader(logs);
	json_t *array = json_array();
	LogView log;

	while (receipt_next_log(&reader, &log))
		json_array_append_new(array, log_json(&log));
	return array;
}

static json_t *
created_json(const ReceiptView *receipt)
{
	static const guint8 none[ADDRESS_LEN];

	return value_data(receipt->contract.len > 0
				  ? receipt->contract
				  : bsn_slice_of(none, ADDRESS_LEN));
}

json_t *
fisco_receipt_json(const Tx *tx, const StoredBlock *block,
		   const BlockCursor *cursor)
{
	const ReceiptView *receipt = &cursor->receipt;
	json_t *json = json_object();

	set_place(json, block, cursor->index);
	set(json, "transactionHash", value_hash(tx->hash));
	set(json, "from", value_address(tx->sender));
	set(json, "to", receiver_json(tx));
	set(json, "contractAddress", created_json(receipt));
	set(json, "gasUsed", value_quantity(receipt->gas_used));
	set(json, "input", value_data(tx->data));
	set(json, "output", value_data(receipt->output));
	set(json, "logs", logs_json(receipt->logs));
	set(json, "logsBloom", value_data(receipt->bloom));
	set(json, "root", value_data(receipt->state_root));
	set(json, "status", value_quantity(receipt->status));
	return json;
}
