/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/ledger/effects.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo.h"
#include "plugins/engine-xuper/state/xmodel.h"

static bsn_slice
bytes_of(const ProtobufCBinaryData *data)
{
	return bsn_slice_of(data->data, data->len);
}

static int32_t
not_there(bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND,
			"an input is no unspent output of its owner");
}

static int32_t
spend(Layer *layer, const Xldgpb__TxInput *input, bsn_err *err)
{
	const bsn_slice owner = bytes_of(&input->from_addr);
	Utxo utxo = { .offset = input->ref_offset };
	guint8 amount[AMOUNT_LEN];
	int32_t status;

	if (input->ref_txid.len != HASH_LEN ||
	    !amount_read(bytes_of(&input->amount), amount))
		return not_there(err);
	memcpy(utxo.txid, input->ref_txid.data, HASH_LEN);
	status = utxo_get(layer, owner, &utxo, err);
	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && amount_compare(amount, utxo.amount) != 0))
		return not_there(err);
	return status == BSN_OK ? utxo_spend(layer, owner, &utxo, err) : status;
}

static int32_t
add(Layer *layer, const Tx *tx, guint offset, bsn_err *err)
{
	const Xldgpb__TxOutput *output = tx->msg->tx_outputs[offset];
	Utxo utxo = {
		.offset = (gint32)offset,
		.frozen = output->frozen_height,
	};

	if (tx_output_is_nothing(tx->msg, output))
		return BSN_OK;
	memcpy(utxo.txid, tx->id, HASH_LEN);
	if (!amount_read(bytes_of(&output->amount), utxo.amount))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"output %u has no amount of at most %u bytes "
				"without leading zeros", offset, AMOUNT_LEN);
	return utxo_add(layer, bytes_of(&output->to_addr), &utxo, err);
}

static int32_t
write_value(Layer *layer, const Tx *tx, guint offset, bsn_err *err)
{
	const Xldgpb__TxOutputExt *output = tx->msg->tx_outputs_ext[offset];
	const bsn_slice bucket = bsn_slice_str(output->bucket);
	const bsn_slice key = bytes_of(&output->key);
	const bsn_slice value = bytes_of(&output->value);
	XVersion version = { .there = TRUE, .offset = (gint32)offset };

	if (strcmp(output->bucket, BUCKET_TRANSIENT) == 0)
		return BSN_OK;
	if (!xmodel_fits(bucket, key, value))
		return bsn_fail(err, BSN_TOO_LARGE,
				"bucket, key or value %u that it writes is too "
				"long", offset);
	memcpy(version.txid, tx->id, HASH_LEN);
	xmodel_put(layer, bucket, key, &version, value);
	return BSN_OK;
}

/* ---- without effects ---- */

gboolean
effects_any(const Tx *tx)
{
	const Xldgpb__Transaction *msg = tx->msg;

	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++)
		if (strcmp(msg->tx_outputs_ext[i]->bucket, BUCKET_TRANSIENT) !=
		    0)
			return TRUE;
	for (gsize i = 0; i < msg->n_tx_outputs; i++)
		if (!tx_output_is_nothing(msg, msg->tx_outputs[i]))
			return TRUE;
	return msg->n_tx_inputs > 0;
}

typedef struct {
	guint8 bytes[1 + HASH_LEN];
} DoneKey;

static DoneKey
done_key(const Tx *tx)
{
	DoneKey key = { { 'D' } };

	memcpy(key.bytes + 1, tx->digest, HASH_LEN);
	return key;
}

int32_t
effects_done(Layer *layer, const Tx *tx, bsn_err *err)
{
	const DoneKey key = done_key(tx);

	return layer_get(layer, bsn_slice_of(key.bytes, sizeof(key.bytes)),
			 NULL, err);
}

static void
mark_done(Layer *layer, const Tx *tx)
{
	const DoneKey key = done_key(tx);

	layer_put(layer, bsn_slice_of(key.bytes, sizeof(key.bytes)),
		  bsn_slice_of(NULL, 0));
}

/* ---- all ---- */

int32_t
effects_apply(Layer *layer, const Tx *tx, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < msg->n_tx_inputs; i++)
		status = spend(layer, msg->tx_inputs[i], err);
	for (guint i = 0; status == BSN_OK && i < msg->n_tx_outputs; i++)
		status = add(layer, tx, i, err);
	for (guint i = 0; status == BSN_OK && i < msg->n_tx_outputs_ext; i++)
		status = write_value(layer, tx, i, err);
	if (status == BSN_OK && !effects_any(tx))
		mark_done(layer, tx);
	return status;
}
