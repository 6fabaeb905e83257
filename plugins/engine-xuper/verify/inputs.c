/* SPDX-License-Identifier: Apache-2.0
 *
 * Token inputs: each is an unspent output, is what the input says, and may be
 * spent at that height.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

static gboolean
says_the_same(const Xldgpb__TxInput *input, const Utxo *utxo)
{
	guint8 amount[AMOUNT_LEN];

	return amount_read(message_slice(input->amount), amount) &&
	       memcmp(amount, utxo->amount, AMOUNT_LEN) == 0 &&
	       input->frozen_height == utxo->frozen;
}

static gint
input_judge(const Upon *upon, const Tx *tx, const Xldgpb__TxInput *input,
	    guint at, bsn_err *err)
{
	Utxo utxo = { .offset = input->ref_offset };
	int32_t status;

	memcpy(utxo.txid, input->ref_txid.data, HASH_LEN);
	status = utxo_get(upon->layer, message_slice(input->from_addr), &utxo,
			  err);
	if (status == BSN_NOT_FOUND)
		return missing_output(upon, tx, input, err);
	if (status != BSN_OK)
		return broke(status, err);
	if (!says_the_same(input, &utxo))
		return refuse(err, XUPER_UTXO_AMOUNT,
			      "amount or frozen_height of tx_inputs[%u] is not "
			      "that of the output",
			      at);
	if (!utxo_free_at(&utxo, upon->height))
		return refuse(err, XUPER_UTXO_FROZEN,
			      utxo.frozen < 0
				      ? "the output of tx_inputs[%u] is frozen "
					"for ever"
				      : "the output of tx_inputs[%u] is frozen "
					"up to block %" G_GINT64_FORMAT,
			      at, utxo.frozen);
	return XUPER_OK;
}

gint
inputs_judge(const Upon *upon, const Tx *tx, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	gint code = XUPER_OK;

	for (gsize i = 0; i < msg->n_tx_inputs && code == XUPER_OK; i++)
		code = input_judge(upon, tx, msg->tx_inputs[i], (guint)i, err);
	return code;
}
