/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/kit/answer.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define NOTE_MAX (1u << 20)

/* What is no input of an ABI can be read as it is. */
static void
add_result(json_t *noted)
{
	const char *language =
		json_string_value(json_object_get(noted, "language"));
	const json_t *output = json_object_get(noted, "output");
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	if (g_strcmp0(language, LANGUAGE_WASM) == 0 && output != NULL &&
	    hex_decode(json_string_value(output), json_string_length(output),
		       bytes))
		json_object_set_new(noted, "result",
				    answer_as_json(buffer_slice(bytes)));
}

/* What the contracts gave is the note's: "gas_used", "output", "language". Puts that
 * into what there is of the transaction, which it takes. */
static json_t *
detail_json(json_t *detail, bsn_slice note)
{
	g_autoptr(json_t) noted = NULL;

	json_object_set_new(detail, "code", json_string("OK"));
	if (note.len > 0)
		noted = json_parse_object(note, NOTE_MAX, "note", NULL, NULL);
	if (noted != NULL) {
		add_result(noted);
		json_object_update_missing(detail, noted);
	}
	return detail;
}

static void
answer(bsn_reply *reply, const Tx *tx, guint64 height, guint32 index,
       json_t *described, bsn_slice note)
{
	g_autoptr(json_t) detail = detail_json(described, note);
	g_autofree char *text = json_text(detail);
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_COMMITTED,
		.status = BSN_OK,
		.tx_id = bsn_id_of(tx->id, HASH_LEN),
		.block = height,
		.index = index,
		.detail = bsn_slice_str(text),
	};

	services.reply->tx(reply, &result);
}

void
query_answer_tx(bsn_ledger *ledger, bsn_reply *reply, const Tx *tx,
		guint64 height, guint32 index, GBytes *note)
{
	/* Who has sent it knows what is in it. */
	answer(reply, tx, height, index, json_object(),
	       note != NULL ? bytes_slice(note) : bsn_slice_of(NULL, 0));
}

static int32_t
answer_final(const bsn_ledger *ledger, bsn_reply *reply,
	     const LedgerPlace *place, bsn_slice note, bsn_err *err)
{
	g_autoptr(Block) block = NULL;
	const int32_t status = stored_block(ledger, place->height, &block, err);

	if (status != BSN_OK)
		return status;
	if (place->index >= block->n_txs)
		return bsn_fail(err, BSN_E_CORRUPT,
				"a transaction is not where the index has it");
	answer(reply, block->txs[place->index], place->height, place->index,
	       tx_json(block->txs[place->index]), note);
	return BSN_OK;
}

int32_t
query_tx(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply, bsn_err *err)
{
	g_autoptr(GByteArray) note = g_byte_array_new();
	LedgerPlace place = { 0 };
	bsn_tx_result waiting = { .size = sizeof(waiting),
				  .stage = BSN_TX_ACCEPTED };
	int32_t status;

	if (tx_id.len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction's id has %u bytes", HASH_LEN);
	status = ledger_place(ledger->ledger, NULL, tx_id.data, &place, note,
			      err);
	if (status == BSN_OK && place.final && place.height <= ledger->durable)
		return answer_final(ledger, reply, &place, buffer_slice(note),
				    err);
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (status == BSN_NOT_FOUND &&
	    pool_find(ledger->pool, tx_id.data) == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no transaction with this id, neither "
				"in a block nor waiting");
	waiting.tx_id = bsn_id_of(tx_id.data, tx_id.len);
	services.reply->tx(reply, &waiting);
	return BSN_OK;
}
