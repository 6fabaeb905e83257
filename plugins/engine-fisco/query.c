/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/query.h"

#include "plugins/engine-fisco/net/net.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/stored.h"
#include "plugins/kit/capabilities.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/json_out.h"
#include "plugins/kit/sink.h"

static json_t *
integer(guint64 value)
{
	return json_integer((json_int_t)value);
}

static int32_t
check_id(bsn_slice id, const char *what, bsn_err *err)
{
	if (id.len == HASH_LEN)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"a %s's hash has 32 bytes, got %" G_GUINT64_FORMAT,
			what, id.len);
}

/* ---- transactions ------------------------------------------------------ */

static int32_t
no_tx(const Ledger *ledger, bsn_err *err)
{
	if (ledger->earliest > 1)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no transaction with this hash in the "
				"blocks that this node keeps, which are those "
				"from %" G_GUINT64_FORMAT " on, nor waiting",
				ledger->earliest);
	return bsn_fail(err, BSN_NOT_FOUND,
			"there is no transaction with this hash, neither in a "
			"block nor waiting");
}

/* Where a transaction is, durable blocks only: BSN_NOT_FOUND otherwise. */
static int32_t
find_place(Ledger *ledger, bsn_slice tx_id, TxPlace *place)
{
	int32_t status = place_load(ledger->chain, tx_id.data, place);

	if (status == BSN_OK && place->block > ledger->durable.number)
		return BSN_NOT_FOUND;
	return status;
}

static int32_t
answer_tx(Ledger *ledger, const StoredBlock *block, bsn_slice tx_id,
	  guint64 index, bsn_reply *reply, bsn_err *err)
{
	BlockCursor cursor = block_cursor(&block->view);
	g_autoptr(Tx) tx = NULL;

	while (block_cursor_next(&cursor) && cursor.index < index)
		continue;
	if (cursor.index != index)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the transaction's block is damaged");
	tx = stored_tx(ledger, block, &cursor);
	if (tx == NULL ||
	    !bsn_slice_equal(bsn_slice_of(tx->hash, HASH_LEN), tx_id))
		return no_tx(ledger, err);
	result_reply(ledger,
		     &(Outcome){ block->view.header.number, block->view.hash,
				 index, tx, &cursor.receipt },
		     reply);
	return BSN_OK;
}

/* Accepted: it waits, or its block is not on disk yet. */
static int32_t
answer_waiting(Ledger *ledger, bsn_slice tx_id, gboolean in_block,
	       bsn_reply *reply, bsn_err *err)
{
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.tx_id = bsn_id_of(tx_id.data, tx_id.len),
	};

	if (!in_block && pool_find(&ledger->pool, tx_id.data) == NULL)
		return no_tx(ledger, err);
	services.reply->tx(reply, &result);
	return BSN_OK;
}

int32_t
query_tx(Ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	TxPlace place = { 0 };
	int32_t status = check_id(tx_id, "transaction", err);

	if (status != BSN_OK)
		return status;
	status = find_place(ledger, tx_id, &place);
	if (status == BSN_NOT_FOUND)
		return answer_waiting(ledger, tx_id, place.block > 0, reply,
				      err);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the index cannot be read");
	status = stored_load(ledger, place.block, &block, err);
	if (status != BSN_OK)
		return status;
	return answer_tx(ledger, &block, tx_id, place.index, reply, err);
}

/* ---- blocks ------------------------------------------------------------ */

static int32_t
find_number(Ledger *ledger, const bsn_block_query *query, guint64 *number,
	    bsn_err *err)
{
	TxPlace place;
	int32_t status;

	switch (query->by) {
	case BSN_BLOCK_LATEST:
		*number = ledger->durable.number;
		return BSN_OK;
	case BSN_BLOCK_BY_NUMBER:
		*number = query->number;
		return BSN_OK;
	case BSN_BLOCK_BY_HASH:
		status = check_id(query->id, "block", err);
		return status != BSN_OK ? status
					: number_load(ledger->chain,
						      query->id.data, number);
	case BSN_BLOCK_BY_TX:
		status = check_id(query->id, "transaction", err);
		if (status == BSN_OK)
			status = find_place(ledger, query->id, &place);
		if (status == BSN_OK)
			*number = place.block;
		return status;
	}
	return bsn_fail(err, BSN_E_INVALID,
			"there is no way %u to name a block", query->by);
}

static void
put_hash(GString *out, const char *name, const guint8 *hash)
{
	json_out_hex_member(out, name, bsn_slice_of(hash, HASH_LEN));
}

static void
put_header(GString *out, const Header *header)
{
	put_hash(out, "stateRoot", header->state_root);
	put_hash(out, "transactionsRoot", header->txs_root);
	put_hash(out, "receiptsRoot", header->receipts_root);
	put_hash(out, "dbHash", header->db_hash);
	json_out_hex_member(out, "logsBloom",
			    bsn_slice_of(header->bloom, BLOOM_LEN));
	json_out_u64_member(out, "gasLimit", header->gas_limit);
	json_out_u64_member(out, "gasUsed", header->gas_used);
	json_out_u64_member(out, "sealer", header->sealer);
}

static void
put_txs(Ledger *ledger, const StoredBlock *block, GString *out)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	BlockCursor cursor = block_cursor(&block->view);

	json_out_name(out, "txs");
	json_out_open(out, '[');
	while (block_cursor_next(&cursor)) {
		g_autoptr(Tx) tx = stored_tx(ledger, block, &cursor);
		const Outcome outcome = { block->view.header.number,
					  block->view.hash, cursor.index, tx,
					  &cursor.receipt };

		if (tx != NULL)
			result_put(ledger, state, &outcome, out);
	}
	json_out_close(out, ']');
}

static int32_t
put_wanted(Ledger *ledger, guint64 number, guint64 want, GString *out,
	   bsn_err *err)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	int32_t status;

	if ((want & (BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW)) == 0)
		return BSN_OK;
	status = stored_load(ledger, number, &block, err);
	if (status != BSN_OK)
		return status;
	if ((want & BSN_BLOCK_WITH_TXS) != 0)
		put_txs(ledger, &block, out);
	if ((want & BSN_BLOCK_WITH_RAW) != 0)
		json_out_hex_member(out, "raw", buffer_slice(block.bytes));
	return BSN_OK;
}

static int32_t
answer_block(Ledger *ledger, guint64 number, const BlockInfo *info,
	     guint64 want, bsn_reply *reply, bsn_err *err)
{
	RlpReader reader = rlp_reader(info->header);
	g_autoptr(GString) detail = g_string_new(NULL);
	bsn_block_info answer;
	Header header;
	int32_t status;

	header_read(&reader, &header);
	if (rlp_finish(&reader, NULL) != BSN_OK)
		return bsn_fail(err, BSN_E_CORRUPT, "the block is damaged");
	json_out_open(detail, '{');
	put_header(detail, &header);
	status = put_wanted(ledger, number, want, detail, err);
	if (status != BSN_OK)
		return status;
	json_out_close(detail, '}');
	answer = (bsn_block_info){
		.size = sizeof(answer),
		.number = number,
		.bytes = info->bytes,
		.txs = info->txs,
		.time_ms = header.time_ms,
		.hash = bsn_id_of(info->hash.data, HASH_LEN),
		.previous_hash = bsn_id_of(header.parent_hash, HASH_LEN),
		.state_hash = bsn_id_of(header.state_root, HASH_LEN),
		.detail = bsn_slice_of(detail->str, detail->len),
	};
	services.reply->block(reply, &answer);
	return BSN_OK;
}

int32_t
query_block(Ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	    bsn_err *err)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	guint64 number = 0;
	BlockInfo info;
	int32_t status = find_number(ledger, query, &number, err);

	if (status == BSN_OK && number > ledger->durable.number)
		status = BSN_NOT_FOUND;
	if (status == BSN_OK)
		status = info_load(ledger->chain, number, memory, &info);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status,
				"there is no such block; the latest one is "
				"%" G_GUINT64_FORMAT,
				ledger->durable.number);
	if (status != BSN_OK)
		return status;
	if (info.bytes == 0)
		return stored_not_kept(ledger, number, err);
	return answer_block(ledger, number, &info, query->want, reply, err);
}

/* ---- ledger and status ------------------------------------------------- */

static json_t *
config_json(const Ledger *ledger)
{
	const Config *config = ledger_config(ledger);

	return json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:I, s:I, s:I, s:I}",
			 "crypto", config->sm ? "sm" : "std", "chainId",
			 (json_int_t)config->chain_id, "groupId",
			 (json_int_t)config->group_id, "runtime",
			 config->runtime, "rules", config->rules,
			 "consensus", config->consensus,
			 "blockTxMax", (json_int_t)config->block_tx_max,
			 "blockGasMax", (json_int_t)config->block_gas_max,
			 "txGasMax", (json_int_t)config->tx_gas_max,
			 "blockLimitRange",
			 (json_int_t)config->block_limit_range);
}

int32_t
query_ledger(Ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const Head *head = &ledger->durable;
	g_autoptr(json_t) detail = config_json(ledger);
	g_autofree char *text = NULL;
	bsn_ledger_info info;

	json_object_set_new(detail, "genesis",
			    result_hex(bsn_slice_of(ledger->genesis_digest,
						    HASH_LEN)));
	text = json_text(detail);
	info = (bsn_ledger_info){
		.size = sizeof(info),
		.height = head->number,
		.bytes = head->bytes,
		.txs = head->txs,
		.invalid_txs = head->invalid_txs,
		.block_hash = bsn_id_of(head->hash, HASH_LEN),
		.state_hash = bsn_id_of(head->state_root, HASH_LEN),
		.detail = bsn_slice_str(text),
	};
	services.reply->ledger(reply, &info);
	return BSN_OK;
}

/* Consensus text is another plugin's: anything but an object is left out. */
static void
add_consensus(Ledger *ledger, json_t *detail)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 65536);
	g_autoptr(json_t) status = NULL;

	if (ledger->consensus->status(ledger->agreement, &sink.sink) != BSN_OK)
		return;
	status = json_parse_object(buffer_slice(text), 65536, "consensus",
				   NULL, NULL);
	if (status == NULL)
		return;
	json_object_set_new(status, "name",
			    json_string(ledger->consensus->name));
	json_object_set(detail, "consensus", status);
}

/* A block holds its receipts, and its header stands for them; the state's digest
 * that is in it shows no single value. Contracts of these machines know digests
 * and the block's time. */
static bsn_capabilities
capabilities(const Ledger *ledger)
{
	const Config *config = ledger_config(ledger);
	bsn_capabilities can = capabilities_of(
		ledger->consensus, bsn_slice_str(config->consensus_config));
	const bsn_provable proven =
		provable_by(capabilities_certificate(ledger->consensus),
			    BSN_PATH_MERKLE);

	if (strcmp(config->runtime, "evm") == 0 ||
	    strcmp(config->runtime, "wasm") == 0)
		can.can = BSN_CAN_LOCK;
	can.tx = proven;
	can.outcome = proven;
	can.event = proven;
	return can;
}

int32_t
query_status(Ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const bsn_capabilities can = capabilities(ledger);
	bsn_err why = BSN_ERR_INIT;
	int32_t writable = services.store->writable(ledger->chain, &why);
	g_autoptr(json_t) detail = json_object();
	g_autofree char *text = NULL;
	bsn_chain_status status;

	json_object_set_new(detail, "poolBytes", integer(ledger->pool.bytes));
	json_object_set_new(detail, "undurableBlocks",
			    integer(ledger->committed.length));
	if (writable != BSN_OK)
		json_object_set_new(detail, "readOnly",
				    json_string(why.reason));
	json_object_set_new(detail, "role",
			    json_string(membership_own_word(ledger)));
	add_consensus(ledger, detail);
	if (ledger->net != NULL)
		json_object_set_new(detail, "sync", net_json(ledger));
	text = json_text(detail);
	status = (bsn_chain_status){
		.size = sizeof(status),
		.state = writable != BSN_OK ? BSN_CHAIN_READONLY
			 : net_is_syncing(ledger) ? BSN_CHAIN_SYNCING
						  : BSN_CHAIN_RUNNING,
		.height = ledger->durable.number,
		.pending_txs = ledger->pool.n,
		.members = ledger->members.list.members->len,
		.connected = 1 + g_hash_table_size(ledger->reachable),
		.detail = bsn_slice_str(text),
		.languages = bsn_slice_str(ledger->runtime->languages),
		.capabilities = &can,
	};
	services.reply->status(reply, &status);
	return BSN_OK;
}
