/* SPDX-License-Identifier: Apache-2.0 */
#include "common/common.pb-c.h"
#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/place.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/engine-fabric/query/stored.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

static int32_t
find_number(Channel *channel, const bsn_block_query *query, guint64 *number,
	    bsn_err *err)
{
	TxPlace place;
	int32_t status;

	switch (query->by) {
	case BSN_BLOCK_LATEST:
		*number = channel->ledger->durable.height - 1;
		return BSN_OK;
	case BSN_BLOCK_BY_NUMBER:
		*number = query->number;
		return BSN_OK;
	case BSN_BLOCK_BY_HASH:
		return ledger_block_by_hash(channel->ledger, query->id, number,
					    err);
	case BSN_BLOCK_BY_TX:
		status = place_find(channel, query->id, &place, err);
		*number = status == BSN_OK ? place.block : 0;
		return status;
	}
	return bsn_fail(err, BSN_E_INVALID,
			"there is no way %u to name a block", query->by);
}

/* ---- transactions ---- */

static json_t *
tx_json(const Channel *channel, Identities *identities, bsn_slice envelope,
	guint8 code)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx;

	(void)transaction_open_whole(&channel->suite, &arena, envelope, &tx);
	return envelope_json(identities, &tx, (TxValidationCode)code);
}

static json_t *
txs_json(const Channel *channel, const StoredBlock *block)
{
	g_auto(Identities) identities = { NULL };
	const Common__BlockData *data = block->message->data;
	json_t *list = json_array();

	identities_init(&identities);
	for (gsize i = 0; i < data->n_data; i++) {
		json_t *json = tx_json(channel, &identities,
				       message_slice(data->data[i]),
				       block->codes.data[i]);

		json_object_set_new(json, "index", integer_json(i));
		json_array_append_new(list, json);
	}
	return list;
}

/* ---- the block as encoded ---- */

static int32_t
raw_json(Channel *channel, guint64 number, StoredBlock *block, json_t **raw,
	 bsn_err *err)
{
	const int32_t status = stored_certify(channel, number, block, err);
	g_autoptr(GByteArray) whole = NULL;

	if (status != BSN_OK)
		return status;
	whole = message_pack(block->message);
	*raw = hex_json(buffer_slice(whole));
	return BSN_OK;
}

/* ---- the answer ---- */

static int32_t
make_detail(Channel *channel, guint64 number, StoredBlock *block, guint64 want,
	    json_t *detail, bsn_err *err)
{
	json_t *raw = NULL;
	int32_t status = BSN_OK;

	json_object_set_new(
		detail, "data_hash",
		hex_json(message_slice(block->message->header->data_hash)));
	if ((want & BSN_BLOCK_WITH_TXS) != 0)
		json_object_set_new(detail, "txs", txs_json(channel, block));
	if ((want & BSN_BLOCK_WITH_RAW) != 0)
		status = raw_json(channel, number, block, &raw, err);
	if (raw != NULL)
		json_object_set_new(detail, "raw", raw);
	return status;
}

static bsn_id
previous_hash(const StoredBlock *block)
{
	static const guint8 zero[HASH_LEN];
	const bsn_slice hash =
		message_slice(block->message->header->previous_hash);

	return hash.len > 0 ? bsn_id_of(hash.data, hash.len)
			    : bsn_id_of(zero, sizeof(zero));
}

static int32_t
answer_block(Channel *channel, guint64 number, StoredBlock *block, guint64 want,
	     bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) detail = json_object();
	g_autofree char *text = NULL;
	const guint64 bytes = block->bytes->len;
	bsn_block_info answer;
	int32_t status = make_detail(channel, number, block, want, detail, err);

	if (status != BSN_OK)
		return status;
	text = json_text(detail);
	answer = (bsn_block_info){
		.size = sizeof(answer),
		.number = number,
		.bytes = bytes,
		.txs = block->message->data->n_data,
		.time_ms = order_block_time(channel, number),
		.hash = bsn_id_of(block->hash, HASH_LEN),
		.previous_hash = previous_hash(block),
		.state_hash = bsn_id_of(block->commit_hash.data,
					block->commit_hash.len),
		.detail = bsn_slice_str(text),
	};
	services.reply->block(reply, &answer);
	return BSN_OK;
}

int32_t
query_block(Channel *channel, const bsn_block_query *query, bsn_reply *reply,
	    bsn_err *err)
{
	g_auto(StoredBlock) block = { .bytes = NULL };
	guint64 number = 0;
	int32_t status = find_number(channel, query, &number, err);

	if (status == BSN_OK)
		status = stored_load(channel, number, &block, err);
	return status == BSN_OK ? answer_block(channel, number, &block,
					       query->want, reply, err)
				: status;
}
