/* SPDX-License-Identifier: Apache-2.0
 *
 * An output that is not to be had: whether it never was, is somebody else's, is
 * spent, or is another chain's. The state has unspent outputs only, by owner;
 * so the transaction that made it is looked for.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* ---- one transaction of a block's bytes ---- */

#define FIELD_TRANSACTIONS 11u
#define WIRE_VARINT 0u
#define WIRE_BYTES 2u

static guint64
take_varint(bsn_slice *rest)
{
	guint64 value = 0;

	for (guint shift = 0; rest->len > 0 && shift < 64; shift += 7) {
		const guint8 byte = *rest->data;

		*rest = bsn_slice_of(rest->data + 1, rest->len - 1);
		value |= (guint64)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			break;
	}
	return value;
}

/* Goes past one field; its bytes when it has some. FALSE at the end. */
static gboolean
take_field(bsn_slice *rest, guint64 *number, bsn_slice *bytes)
{
	guint64 tag, len;

	*bytes = bsn_slice_of(NULL, 0);
	if (rest->len == 0)
		return FALSE;
	tag = take_varint(rest);
	*number = tag >> 3;
	if ((tag & 7) == WIRE_VARINT) {
		take_varint(rest);
		return TRUE;
	}
	len = (tag & 7) == WIRE_BYTES ? take_varint(rest) : G_MAXUINT64;
	if (len > rest->len)
		return FALSE;
	*bytes = bsn_slice_of(rest->data, len);
	*rest = bsn_slice_of(rest->data + len, rest->len - len);
	return TRUE;
}

/* A whole block need not be decoded for one of its transactions. */
static bsn_slice
transaction_at(bsn_slice block, guint32 index)
{
	guint64 number;
	bsn_slice bytes;

	while (take_field(&block, &number, &bytes))
		if (number == FIELD_TRANSACTIONS && index-- == 0)
			return bytes;
	return bsn_slice_of(NULL, 0);
}

/* ---- who made it ---- */

/* Memory that a transaction from the store lies in. */
typedef struct {
	GByteArray *block;
	Arena arena;
} Found;

static int32_t
read_final(const Upon *upon, const LedgerPlace *place, Found *found,
	   const Xldgpb__Transaction **msg, bsn_err *err)
{
	int32_t status = ledger_block_bytes(upon->verifier->ledger,
					    place->height, found->block, err);

	if (status != BSN_OK)
		return broke(status, err);
	*msg = message_unpack(
		&found->arena, &xldgpb__transaction__descriptor,
		transaction_at(buffer_slice(found->block), place->index), NULL,
		err);
	return *msg != NULL ? BSN_OK : BSN_E_CORRUPT;
}

/* Returns: BSN_OK, BSN_NOT_FOUND: this chain has no such transaction; below 0.
 */
static int32_t
find_maker(const Upon *upon, bsn_slice txid, Found *found,
	   const Xldgpb__Transaction **msg, bsn_err *err)
{
	const Tx *above = upon->above != NULL
				  ? g_hash_table_lookup(upon->above, txid.data)
				  : NULL;
	LedgerPlace place;
	int32_t status;

	if (above != NULL) {
		*msg = above->msg;
		return BSN_OK;
	}
	status = ledger_place(upon->verifier->ledger, upon->where, txid.data,
			      &place, NULL, err);
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? status : broke(status, err);
	if (place.final)
		return read_final(upon, &place, found, msg, err);
	*msg = place.node->block->txs[place.index]->msg;
	return BSN_OK;
}

static int32_t
is_known(const Upon *upon, bsn_slice txid, bsn_err *err)
{
	LedgerPlace place;

	if (upon->above != NULL &&
	    g_hash_table_contains(upon->above, txid.data))
		return BSN_OK;
	return ledger_place(upon->verifier->ledger, upon->where, txid.data,
			    &place, NULL, err);
}

int32_t
bound_to_chain(const Upon *upon, const Tx *tx, bsn_err *err)
{
	const Xldgpb__Transaction *msg = tx->msg;
	int32_t status = BSN_NOT_FOUND;

	for (gsize i = 0; i < msg->n_tx_inputs && status == BSN_NOT_FOUND; i++)
		status = is_known(
			upon, message_slice(msg->tx_inputs[i]->ref_txid), err);
	for (gsize i = 0; i < msg->n_tx_inputs_ext && status == BSN_NOT_FOUND;
	     i++) {
		const bsn_slice txid =
			message_slice(msg->tx_inputs_ext[i]->ref_txid);

		if (txid.len == HASH_LEN)
			status = is_known(upon, txid, err);
	}
	return status == BSN_OK || status == BSN_NOT_FOUND ? status
							   : broke(status, err);
}

static gint
no_maker(const Upon *upon, const Tx *tx, bsn_err *err)
{
	int32_t bound = bound_to_chain(upon, tx, err);

	if (bound < 0)
		return bound;
	if (bound == BSN_NOT_FOUND)
		return refuse(err, XUPER_OTHER_CHAIN,
			      "it names no transaction of this chain");
	return refuse(err, XUPER_UTXO_UNKNOWN,
		      "an input's transaction is not on this chain");
}

static gint
made_by(const Xldgpb__Transaction *maker, const Xldgpb__TxInput *input,
	bsn_err *err)
{
	const Xldgpb__TxOutput *output;

	if ((gsize)input->ref_offset >= maker->n_tx_outputs)
		return refuse(err, XUPER_UTXO_UNKNOWN,
			      "an input's transaction has only %u outputs",
			      (guint)maker->n_tx_outputs);
	output = maker->tx_outputs[input->ref_offset];
	if (!bsn_slice_equal(message_slice(output->to_addr),
			     message_slice(input->from_addr)))
		return refuse(err, XUPER_UTXO_FOREIGN,
			      "an input's output is that of %.*s",
			      (int)output->to_addr.len,
			      (const char *)output->to_addr.data);
	if (bsn_slice_equal(message_slice(output->to_addr),
			    bsn_slice_str(OWNER_FEE)))
		return refuse(err, XUPER_UTXO_FOREIGN,
			      "fees are nobody's to spend");
	return refuse(err, XUPER_DOUBLE_SPEND, "an input's output is spent");
}

gint
missing_output(const Upon *upon, const Tx *tx, const Xldgpb__TxInput *input,
	       bsn_err *err)
{
	Found found = { g_byte_array_new(), ARENA_INIT };
	const Xldgpb__Transaction *maker = NULL;
	int32_t status;
	gint code;

	if (upon->brief) {
		g_byte_array_unref(found.block);
		return refuse(err, XUPER_UTXO_UNKNOWN,
			      "an input's output is not there");
	}
	status = find_maker(upon, message_slice(input->ref_txid), &found,
			    &maker, err);
	code = status == BSN_OK		 ? made_by(maker, input, err)
	       : status == BSN_NOT_FOUND ? no_maker(upon, tx, err)
					 : status;
	arena_clear(&found.arena);
	g_byte_array_unref(found.block);
	return code;
}
