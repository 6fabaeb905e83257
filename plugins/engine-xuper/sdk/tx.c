/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions: submitted, and looked for.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/chain/submit.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/engine-xuper/sdk/sdk.h"
#include "plugins/kit/sink.h"

/* ---- submitting ---- */

/* In its only encoding, whatever order its arguments came in. */
static int32_t
submit(SdkCall *call, const Xldgpb__Transaction *msg, bsn_err *err)
{
	g_autoptr(GByteArray) given = message_pack(msg);
	g_autoptr(Tx) tx = NULL;
	guint8 txid[HASH_LEN];
	int32_t status = BSN_OK;

	tx = tx_decode(&call->ledger->suite, buffer_slice(given), TRUE, &status,
		       err);
	return tx != NULL ? submit_one(call->ledger, tx->bytes, txid, err)
			  : status;
}

void
sdk_post(SdkCall *call, const Xldgpb__Transaction *msg,
	 Pb__XChainErrorEnum *error)
{
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = submit(call, msg, &err);

	*error = sdk_error(status, err.native);
	if (status != BSN_OK && msg->version != TX_VERSION &&
	    msg->version != TX_VERSION_JSON)
		*error = PB__XCHAIN_ERROR_ENUM__TX_VERSION_INVALID_ERROR;
	if (status != BSN_OK)
		call->reason = sdk_text(call, err.reason);
}

int32_t
sdk_post_tx(SdkCall *call, bsn_err *err)
{
	const Pb__TxStatus *in = call->request;
	Pb__CommonReply *out = sdk_new(call, &pb__common_reply__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status != BSN_OK)
		return status;
	if (in->tx == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "tx is missing");
	out->header = sdk_header(call, in->header);
	sdk_post(call, in->tx, &out->header->error);
	call->answer = out;
	return BSN_OK;
}

/* ---- looking ---- */

/* As XuperChain shows it: with its block's id. */
static Xldgpb__Transaction *
tx_message(SdkCall *call, const Tx *tx, const Block *block)
{
	Xldgpb__Transaction *msg = arena_room(&call->arena, sizeof(*msg));

	*msg = *tx->msg;
	if (block != NULL)
		msg->blockid =
			sdk_bytes(call, bsn_slice_of(block->id, HASH_LEN));
	return msg;
}

static int32_t
find_block(SdkCall *call, const LedgerPlace *place, const Block **found,
	   bsn_err *err)
{
	Block *block = NULL;
	int32_t status = BSN_OK;

	if (place->final)
		status = stored_block(call->ledger, place->height, &block, err);
	else
		block = block_ref(place->node->block);
	if (status != BSN_OK)
		return status;
	*found = sdk_keep(call, block);
	if (place->index < block->n_txs)
		return BSN_OK;
	return bsn_fail(err, BSN_E_CORRUPT,
			"a transaction is not where the index has it");
}

static int32_t
find_placed(SdkCall *call, const LedgerPlace *place, Pb__TxStatus *out,
	    bsn_err *err)
{
	const guint64 head = ledger_head(call->ledger->ledger)->block->height;
	const Block *block = NULL;
	int32_t status = find_block(call, place, &block, err);

	if (status != BSN_OK)
		return status;
	out->status = PB__TRANSACTION_STATUS__CONFIRM;
	out->distance = (gint64)(head - place->height);
	out->tx = tx_message(call, block->txs[place->index], block);
	return BSN_OK;
}

static int32_t
find(SdkCall *call, const guint8 *txid, Pb__TxStatus *out, bsn_err *err)
{
	LedgerPlace place = { 0 };
	const Tx *waiting = pool_find(call->ledger->pool, txid);
	int32_t status;

	if (waiting != NULL) {
		out->status = PB__TRANSACTION_STATUS__UNCONFIRM;
		out->tx = tx_message(call, waiting, NULL);
		return BSN_OK;
	}
	status = ledger_place(call->ledger->ledger, NULL, txid, &place, NULL,
			      err);
	/* A final block that is not on disk yet is as good as none. */
	if (status == BSN_OK && place.final &&
	    place.height > call->ledger->durable)
		status = BSN_NOT_FOUND;
	if (status == BSN_OK)
		return find_placed(call, &place, out, err);
	if (status != BSN_NOT_FOUND)
		return status;
	out->status = PB__TRANSACTION_STATUS__NOEXIST;
	out->header->error = PB__XCHAIN_ERROR_ENUM__TX_NOT_FOUND_ERROR;
	return BSN_OK;
}

int32_t
sdk_query_tx(SdkCall *call, bsn_err *err)
{
	const Pb__TxStatus *in = call->request;
	Pb__TxStatus *out = sdk_new(call, &pb__tx_status__descriptor);
	int32_t status = sdk_chain(call, in->bcname, err);

	if (status == BSN_OK && in->txid.len != HASH_LEN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"txid has %u bytes, in Base64", HASH_LEN);
	if (status != BSN_OK)
		return status;
	out->header = sdk_header(call, in->header);
	out->bcname = call->ledger->config->name;
	out->txid = in->txid;
	call->answer = out;
	return find(call, in->txid.data, out, err);
}
