/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/proof.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* ---- which block ---- */

static int32_t
find_by_id(const bsn_ledger *ledger, const bsn_block_query *query,
	   guint64 *height, bsn_err *err)
{
	LedgerPlace place = { 0 };
	int32_t status;

	if (query->id.len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST, "an id has %u bytes",
				HASH_LEN);
	if (query->by == BSN_BLOCK_BY_HASH) {
		status = ledger_block_height(ledger->ledger, query->id.data,
					     height, err);
	} else {
		status = ledger_place(ledger->ledger,
				      ledger_root(ledger->ledger),
				      query->id.data, &place, NULL, err);
		*height = place.height;
	}
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && *height > ledger->durable))
		return bsn_fail(err, BSN_NOT_FOUND,
				"no final block has that id%s",
				query->by == BSN_BLOCK_BY_TX
					? " among its transactions'"
					: "");
	return status;
}

static int32_t
find_height(const bsn_ledger *ledger, const bsn_block_query *query,
	    guint64 *height, bsn_err *err)
{
	switch (query->by) {
	case BSN_BLOCK_LATEST:
		*height = ledger->durable;
		return BSN_OK;
	case BSN_BLOCK_BY_NUMBER:
		*height = query->number;
		return BSN_OK;
	case BSN_BLOCK_BY_HASH:
	case BSN_BLOCK_BY_TX:
		return find_by_id(ledger, query, height, err);
	default: /* of a later version of the ABI */
		return bsn_fail(err, BSN_BAD_REQUEST,
				"blocks are not found in that way here");
	}
}

/* ---- the answer ---- */

static json_t *
txs_json(const Block *block)
{
	json_t *list = json_array();

	for (guint i = 0; i < block->n_txs; i++) {
		json_t *json = tx_json(block->txs[i]);

		json_object_set_new(json, "index", number_json(i));
		json_array_append_new(list, json);
	}
	return list;
}

static int32_t
make_detail(const bsn_ledger *ledger, const Block *block, guint64 want,
	    json_t *detail, bsn_err *err)
{
	g_autoptr(GByteArray) raw = NULL;
	int32_t status;

	set_header(detail, block);
	json_object_set_new(detail, "in_trunk", json_true());
	if ((want & BSN_BLOCK_WITH_TXS) != 0)
		json_object_set_new(detail, "txs", txs_json(block));
	if ((want & BSN_BLOCK_WITH_RAW) == 0)
		return BSN_OK;
	raw = g_byte_array_new();
	status = proof_make(ledger, block, raw, err);
	if (status == BSN_OK)
		json_object_set_new(detail, "raw",
				    bytes_json(buffer_slice(raw)));
	return status;
}

static int32_t
answer(const bsn_ledger *ledger, const Block *block, guint64 want,
       bsn_reply *reply, bsn_err *err)
{
	g_autoptr(json_t) detail = json_object();
	const int32_t status = make_detail(ledger, block, want, detail, err);
	g_autofree char *text = json_text(detail);
	const bsn_block_info info = {
		.size = sizeof(info),
		.number = block->height,
		.bytes = block->bytes.len,
		.txs = block->n_txs,
		.time_ms = block->time_ms,
		.hash = bsn_id_of(block->id, HASH_LEN),
		.previous_hash = bsn_id_of(block->parent, HASH_LEN),
		.detail = bsn_slice_str(text),
	};

	if (status == BSN_OK)
		services.reply->block(reply, &info);
	return status;
}

int32_t
query_block(bsn_ledger *ledger, const bsn_block_query *query, bsn_reply *reply,
	    bsn_err *err)
{
	g_autoptr(Block) block = NULL;
	guint64 height = 0;
	int32_t status = find_height(ledger, query, &height, err);

	if (status == BSN_OK)
		status = stored_block(ledger, height, &block, err);
	return status == BSN_OK ? answer(ledger, block, query->want, reply, err)
				: status;
}
