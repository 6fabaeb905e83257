/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/digest.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

/* ---- the encoding ---- */

static void
put_int(GByteArray *out, gint64 value)
{
	const guint64 big_endian = GUINT64_TO_BE((guint64)value);

	g_byte_array_append(out, (const guint8 *)&big_endian,
			    sizeof(big_endian));
}

static void
put(GByteArray *out, const void *data, gsize len)
{
	put_int(out, (gint64)len);
	if (len > 0)
		g_byte_array_append(out, data, (guint)len);
}

static void
put_bytes(GByteArray *out, ProtobufCBinaryData bytes)
{
	put(out, bytes.data, bytes.len);
}

static void
put_text(GByteArray *out, const char *text)
{
	put(out, text, strlen(text));
}

static void
put_count(GByteArray *out, gsize n)
{
	put_int(out, (gint64)n);
}

/* ---- a transaction's parts ---- */

static void
put_utxos(GByteArray *out, const Xldgpb__Transaction *msg)
{
	put_count(out, msg->n_tx_inputs);
	for (gsize i = 0; i < msg->n_tx_inputs; i++) {
		const Xldgpb__TxInput *input = msg->tx_inputs[i];

		put_bytes(out, input->ref_txid);
		put_int(out, input->ref_offset);
		put_bytes(out, input->from_addr);
		put_bytes(out, input->amount);
		put_int(out, input->frozen_height);
	}
	put_count(out, msg->n_tx_outputs);
	for (gsize i = 0; i < msg->n_tx_outputs; i++) {
		const Xldgpb__TxOutput *output = msg->tx_outputs[i];

		put_bytes(out, output->amount);
		put_bytes(out, output->to_addr);
		put_int(out, output->frozen_height);
	}
}

static void
put_xmodel(GByteArray *out, const Xldgpb__Transaction *msg)
{
	put_count(out, msg->n_tx_inputs_ext);
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *input = msg->tx_inputs_ext[i];

		put_text(out, input->bucket);
		put_bytes(out, input->key);
		put_bytes(out, input->ref_txid);
		put_int(out, input->ref_offset);
	}
	put_count(out, msg->n_tx_outputs_ext);
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = msg->tx_outputs_ext[i];

		put_text(out, output->bucket);
		put_bytes(out, output->key);
		put_bytes(out, output->value);
	}
}

static void
put_request(GByteArray *out, const Xldgpb__InvokeRequest *request)
{
	put_text(out, request->module_name);
	put_text(out, request->contract_name);
	put_text(out, request->method_name);
	put_count(out, request->n_args);
	for (gsize i = 0; i < request->n_args; i++) {
		put_text(out, request->args[i]->key);
		put_bytes(out, request->args[i]->value);
	}
	put_count(out, request->n_resource_limits);
	for (gsize i = 0; i < request->n_resource_limits; i++) {
		put_int(out, (gint32)request->resource_limits[i]->type);
		put_int(out, request->resource_limits[i]->limit);
	}
	put_text(out, request->amount);
}

/* All in front of the signatures. */
static void
put_core(GByteArray *out, const Xldgpb__Transaction *msg)
{
	put_utxos(out, msg);
	put_bytes(out, msg->desc);
	put_int(out, msg->coinbase != 0);
	put_text(out, msg->nonce);
	put_int(out, msg->timestamp);
	put_int(out, msg->version);
	put_int(out, msg->autogen != 0);
	put_xmodel(out, msg);
	put_count(out, msg->n_contract_requests);
	for (gsize i = 0; i < msg->n_contract_requests; i++)
		put_request(out, msg->contract_requests[i]);
	put_text(out, msg->initiator);
	put_count(out, msg->n_auth_require);
	for (gsize i = 0; i < msg->n_auth_require; i++)
		put_text(out, msg->auth_require[i]);
}

static void
put_signs(GByteArray *out, Xldgpb__SignatureInfo *const *signs, gsize n)
{
	put_count(out, n);
	for (gsize i = 0; i < n; i++) {
		put_text(out, signs[i]->publickey);
		put_bytes(out, signs[i]->sign);
	}
}

static void
put_xuper_sign(GByteArray *out, const Xldgpb__XuperSignature *sign)
{
	static const Xldgpb__XuperSignature none =
		XLDGPB__XUPER_SIGNATURE__INIT;

	if (sign == NULL)
		sign = &none;
	put_count(out, sign->n_public_keys);
	for (gsize i = 0; i < sign->n_public_keys; i++)
		put_bytes(out, sign->public_keys[i]);
	put_bytes(out, sign->signature);
}

static void
put_hd_info(GByteArray *out, const Xldgpb__HDInfo *info)
{
	static const Xldgpb__HDInfo none = XLDGPB__HDINFO__INIT;

	if (info == NULL)
		info = &none;
	put_bytes(out, info->hd_public_key);
	put_bytes(out, info->original_hash);
}

void
digest_of(const Suite *suite, const Xldgpb__Transaction *msg,
	  guint8 digest[HASH_LEN], guint8 id[HASH_LEN])
{
	g_autoptr(GByteArray) core = g_byte_array_new();
	g_autoptr(GByteArray) signs = g_byte_array_new();
	g_autoptr(GByteArray) info = g_byte_array_new();
	bsn_slice parts[3];

	put_core(core, msg);
	put_hd_info(info, msg->hd_info);
	parts[0] = bsn_slice_of(core->data, core->len);
	parts[1] = bsn_slice_of(info->data, info->len);
	if (digest != NULL)
		suite_double(suite, parts, 2, digest);
	if (id == NULL)
		return;
	put_signs(signs, msg->initiator_signs, msg->n_initiator_signs);
	put_signs(signs, msg->auth_require_signs, msg->n_auth_require_signs);
	put_xuper_sign(signs, msg->xuper_sign);
	parts[2] = parts[1];
	parts[1] = bsn_slice_of(signs->data, signs->len);
	suite_double(suite, parts, 3, id);
}
