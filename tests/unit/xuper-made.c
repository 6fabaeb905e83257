/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-made.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/identity/address.h"
#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/kit/hex.h"

#define NODES 4u

/* ---- transactions ---- */

Made *
made_new(void)
{
	Made *made = g_new0(Made, 1);

	made->inputs = g_ptr_array_new();
	made->outputs = g_ptr_array_new();
	made->values = g_ptr_array_new();
	return made;
}

static ProtobufCBinaryData
keep(Made *made, bsn_slice bytes)
{
	return (ProtobufCBinaryData){
		bytes.len,
		(guint8 *)arena_copy(&made->arena, bytes.data, bytes.len),
	};
}

void
made_input(Made *made, const char *owner, const Utxo *utxo)
{
	Xldgpb__TxInput *input = arena_room(&made->arena, sizeof(*input));

	xldgpb__tx_input__init(input);
	input->ref_txid = keep(made, bsn_slice_of(utxo->txid, HASH_LEN));
	input->ref_offset = utxo->offset;
	input->from_addr = keep(made, bsn_slice_str(owner));
	input->amount = keep(made, amount_slice(utxo->amount));
	input->frozen_height = utxo->frozen;
	g_ptr_array_add(made->inputs, input);
}

void
made_output(Made *made, const char *owner, guint64 amount, gint64 frozen)
{
	Xldgpb__TxOutput *output = arena_room(&made->arena, sizeof(*output));
	guint8 bytes[AMOUNT_LEN];

	amount_from_u64(amount, bytes);
	xldgpb__tx_output__init(output);
	output->amount = keep(made, amount_slice(bytes));
	output->to_addr = keep(made, bsn_slice_str(owner));
	output->frozen_height = frozen;
	g_ptr_array_add(made->outputs, output);
}

void
made_put(Made *made, const char *bucket, const char *key, bsn_slice value)
{
	Xldgpb__TxOutputExt *output =
		arena_room(&made->arena, sizeof(*output));

	xldgpb__tx_output_ext__init(output);
	output->bucket = arena_copy(&made->arena, bucket, strlen(bucket));
	output->key = keep(made, bsn_slice_str(key));
	output->value = keep(made, value);
	g_ptr_array_add(made->values, output);
}

Tx *
made_tx(Made *made)
{
	static guint64 made_before;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	g_autofree char *nonce =
		g_strdup_printf("%" G_GUINT64_FORMAT, ++made_before);
	Tx *tx;

	msg.version = TX_VERSION;
	msg.nonce = nonce;
	msg.coinbase = made->coinbase;
	msg.autogen = made->autogen;
	msg.n_tx_inputs = made->inputs->len;
	msg.tx_inputs = (Xldgpb__TxInput **)made->inputs->pdata;
	msg.n_tx_outputs = made->outputs->len;
	msg.tx_outputs = (Xldgpb__TxOutput **)made->outputs->pdata;
	msg.n_tx_outputs_ext = made->values->len;
	msg.tx_outputs_ext = (Xldgpb__TxOutputExt **)made->values->pdata;
	tx = tx_make(&xuper_hashing, &msg);
	g_ptr_array_unref(made->inputs);
	g_ptr_array_unref(made->outputs);
	g_ptr_array_unref(made->values);
	arena_clear(&made->arena);
	g_free(made);
	return tx;
}

/* ---- who agrees ---- */

static void
node_key(guint node, guint8 key[PUBLIC_KEY_LEN])
{
	memset(key, (int)node + 1, PUBLIC_KEY_LEN);
}

static void
put_member(Made *made, guint node, gboolean validates, GString *validators)
{
	guint8 key[PUBLIC_KEY_LEN];
	char address[ADDRESS_MAX];
	g_autofree char *digits = NULL, *text = NULL;

	node_key(node, key);
	address_of(&xuper_hashing, key, address);
	digits = hex_encode(bsn_slice_of(key, sizeof(key)));
	text = g_strdup_printf("{\"public_key\":\"%s\",\"role\":\"%s\","
			       "\"name\":\"node%u\",\"address\":\"h:%u\"}",
			       digits, validates ? "consensus" : "observer",
			       node, node + 1);
	made_put(made, BUCKET_MEMBER, address, bsn_slice_str(text));
	if (validates)
		g_string_append_printf(validators, "%s\"%s\"",
				       validators->len > 0 ? "," : "", address);
}

void
made_agreement(Made *made, const char *protocol, const char *config,
	       guint validators)
{
	GString *addresses = g_string_new(NULL);
	g_autofree char *text = NULL;

	for (guint i = 0; i < NODES; i++)
		put_member(made, i, i < validators, addresses);
	text = g_strdup_printf("{\"protocol\":\"%s\",\"config\":%s,"
			       "\"validators\":[%s]}",
			       protocol, config, addresses->str);
	made_put(made, BUCKET_CONSENSUS, KEY_AGREEMENT, bsn_slice_str(text));
	g_string_free(addresses, TRUE);
}

/* ---- blocks ---- */

static int32_t
sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der, bsn_err *err)
{
	g_byte_array_append(der, digest, HASH_LEN);
	return BSN_OK;
}

static Block *
make(const BlockPlan *plan)
{
	bsn_err err = { .size = sizeof(err) };
	int32_t status;
	Block *block = block_make(&xuper_hashing, plan, sign, NULL, &status,
				  &err);

	if (block == NULL)
		g_error("no block: %d %s", status, err.reason);
	for (guint i = 0; i < plan->n_txs; i++)
		tx_unref(plan->txs[i]);
	return block;
}

Block *
made_block(const Block *parent, guint64 round, Tx *const *txs, guint n)
{
	guint8 key[PUBLIC_KEY_LEN];
	const BlockPlan plan = {
		.parent = parent->id,
		.height = parent->height + 1,
		.proposer_key = { key, sizeof(key) },
		.seal = { .size = sizeof(bsn_seal),
			  .time_ms = 1000 * (parent->height + 1),
			  .round = round },
		.txs = txs,
		.n_txs = n,
	};

	node_key(0, key);
	return make(&plan);
}

Block *
made_genesis(const char *owner, guint64 amount)
{
	Made *made = made_new();
	Tx *tx;
	BlockPlan plan = {
		.seal = { .size = sizeof(bsn_seal) },
		.txs = &tx,
		.n_txs = 1,
	};

	made_output(made, owner, amount, 0);
	made_agreement(made, "single", "{}", 3);
	tx = made_tx(made);
	return make(&plan);
}

Utxo
made_utxo(const Tx *tx, guint offset)
{
	const Xldgpb__TxOutput *output = tx->msg->tx_outputs[offset];
	Utxo utxo = { .offset = (gint32)offset,
		      .frozen = output->frozen_height };

	memcpy(utxo.txid, tx->id, HASH_LEN);
	g_assert_true(amount_read(bsn_slice_of(output->amount.data,
					       output->amount.len),
				  utxo.amount));
	return utxo;
}
