/* SPDX-License-Identifier: Apache-2.0
 *
 * Value is conserved: what a transaction's outputs have in all, the fee's among
 * them, is what its inputs say. That inputs say what is there is asked of the
 * state (inputs.c).
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

/* Adds a transaction's amount to a sum; one of nothing is refused, since it
 * would be an output that is worth nothing and costs room for ever. */
static gint
add(guint8 sum[AMOUNT_LEN], ProtobufCBinaryData bytes, const char *what,
    gsize at, bsn_err *err)
{
	guint8 amount[AMOUNT_LEN];

	if (!amount_read(message_slice(bytes), amount) ||
	    amount_is_zero(amount))
		return refuse(err, XUPER_FORMAT,
			      "%s[%u] has no amount: write 1 to 32 bytes, "
			      "big-endian, without leading zeros",
			      what, (guint)at);
	if (!amount_add(sum, sum, amount))
		return refuse(err, XUPER_NOT_BALANCED,
			      "%s have more than 256 bits in all", what);
	return XUPER_OK;
}

gint
balance_judge(const Tx *tx, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	guint8 in[AMOUNT_LEN] = { 0 }, out[AMOUNT_LEN] = { 0 };
	g_autofree char *in_text = NULL, *out_text = NULL;
	gint code = XUPER_OK;

	for (gsize i = 0; i < msg->n_tx_inputs && code == XUPER_OK; i++)
		code = add(in, msg->tx_inputs[i]->amount, "tx_inputs", i, err);
	for (gsize i = 0; i < msg->n_tx_outputs && code == XUPER_OK; i++)
		if (!tx_output_is_nothing(msg, msg->tx_outputs[i]))
			code = add(out, msg->tx_outputs[i]->amount, "tx_outputs", i,
			   err);
	if (code != XUPER_OK || memcmp(in, out, AMOUNT_LEN) == 0)
		return code;
	in_text = amount_to_text(in);
	out_text = amount_to_text(out);
	return refuse(err, XUPER_NOT_BALANCED,
		      "inputs have %s in all, outputs %s", in_text, out_text);
}
