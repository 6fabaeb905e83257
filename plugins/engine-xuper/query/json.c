/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/json.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/json.h>

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"

json_t *
number_json(guint64 value)
{
	return json_integer((json_int_t)MIN(value, (guint64)G_MAXINT64));
}

json_t *
bytes_json(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string(text);
}

json_t *
said_json(bsn_slice bytes)
{
	if (!bsn_is_text(bytes))
		return bytes_json(bytes);
	return json_stringn(bytes.len > 0 ? (const char *)bytes.data : "",
			    (size_t)bytes.len);
}

json_t *
tokens_json(bsn_slice bytes)
{
	guint8 amount[AMOUNT_LEN];
	g_autofree char *text = NULL;

	if (!amount_read(bytes, amount))
		return bytes_json(bytes);
	text = amount_to_text(amount);
	return json_string(text);
}

/* The front of a text, not ending within a character. */
static bsn_slice
cut(bsn_slice bytes)
{
	guint64 len = JSON_BYTES_MAX;

	while (len > 0 && bsn_is_text(bytes) &&
	       (bytes.data[len] & 0xc0) == 0x80)
		len--;
	return bsn_slice_of(bytes.data, len);
}

void
set_said(json_t *object, const char *name, bsn_slice bytes)
{
	g_autofree char *length = NULL;

	if (bytes.len <= JSON_BYTES_MAX) {
		json_object_set_new(object, name, said_json(bytes));
		return;
	}
	length = g_strconcat(name, "_bytes", NULL);
	json_object_set_new(
		object, name,
		bsn_is_text(bytes)
			? said_json(cut(bytes))
			: bytes_json(bsn_slice_of(bytes.data, JSON_BYTES_MAX)));
	json_object_set_new(object, length, number_json(bytes.len));
}

/* ---- headers ---- */

static json_t *
justify_json(const Xldgpb__QuorumCert *cert)
{
	json_t *signers = json_array();
	json_t *json = json_pack(
		"{s:o, s:o, s:i, s:I}", "ProposalId",
		bytes_json(message_slice(cert->proposalid)), "ProposalMsg",
		said_json(message_slice(cert->proposalmsg)), "Type",
		(int)cert->type, "ViewNumber", (json_int_t)cert->viewnumber);
	const gsize n =
		cert->signinfos != NULL ? cert->signinfos->n_qcsigninfos : 0;

	for (gsize i = 0; i < n; i++) {
		const Xldgpb__SignInfo *sign = cert->signinfos->qcsigninfos[i];

		json_array_append_new(signers,
				      json_pack("{s:s, s:s}", "Address",
						sign->address, "PublicKey",
						sign->publickey));
	}
	json_object_set_new(json, "SignInfos", signers);
	return json;
}

void
set_header(json_t *object, const Block *block)
{
	const Xldgpb__InternalBlock *msg = block->msg;

	json_object_set_new(object, "version", json_integer(msg->version));
	json_object_set_new(object, "nonce", json_integer(msg->nonce));
	json_object_set_new(object, "blockid",
			    bytes_json(message_slice(msg->blockid)));
	json_object_set_new(object, "pre_hash",
			    bytes_json(message_slice(msg->pre_hash)));
	json_object_set_new(object, "proposer",
			    said_json(message_slice(msg->proposer)));
	json_object_set_new(object, "sign",
			    bytes_json(message_slice(msg->sign)));
	json_object_set_new(object, "pubkey",
			    said_json(message_slice(msg->pubkey)));
	json_object_set_new(object, "merkle_root",
			    bytes_json(message_slice(msg->merkle_root)));
	json_object_set_new(object, "height", json_integer(msg->height));
	json_object_set_new(object, "timestamp", json_integer(msg->timestamp));
	json_object_set_new(object, "tx_count", json_integer(msg->tx_count));
	json_object_set_new(object, "curTerm", json_integer(msg->curterm));
	json_object_set_new(object, "curBlockNum",
			    json_integer(msg->curblocknum));
	json_object_set_new(object, "targetBits",
			    json_integer(msg->targetbits));
	if (msg->justify != NULL)
		json_object_set_new(object, "Justify",
				    justify_json(msg->justify));
}
