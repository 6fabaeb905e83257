/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/block_id.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

static void
put32(GByteArray *out, gint32 value)
{
	const guint32 little = GUINT32_TO_LE((guint32)value);

	g_byte_array_append(out, (const guint8 *)&little, sizeof(little));
}

static void
put64(GByteArray *out, gint64 value)
{
	const guint64 little = GUINT64_TO_LE((guint64)value);

	g_byte_array_append(out, (const guint8 *)&little, sizeof(little));
}

static void
put_bytes(GByteArray *out, ProtobufCBinaryData bytes)
{
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

static void
put_text(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void
put_justify(GByteArray *out, const Xldgpb__QuorumCert *cert)
{
	put_bytes(out, cert->proposalid);
	put_bytes(out, cert->proposalmsg);
	put32(out, cert->type);
	put64(out, cert->viewnumber);
	if (cert->signinfos == NULL)
		return;
	for (gsize i = 0; i < cert->signinfos->n_qcsigninfos; i++) {
		const Xldgpb__SignInfo *sign = cert->signinfos->qcsigninfos[i];

		put_text(out, sign->address);
		put_text(out, sign->publickey);
		put_bytes(out, sign->sign);
	}
}

void
block_id_text(const Xldgpb__InternalBlock *header, GByteArray *out)
{
	put32(out, header->version);
	put32(out, header->nonce);
	put32(out, header->tx_count);
	put_bytes(out, header->proposer);
	put64(out, header->timestamp);
	put_bytes(out, header->pubkey);
	put_bytes(out, header->pre_hash);
	put_bytes(out, header->merkle_root);
	put64(out, header->curterm);
	put64(out, header->curblocknum);
	if (header->targetbits > 0)
		put32(out, header->targetbits);
	if (header->justify != NULL)
		put_justify(out, header->justify);
}

void
block_id_set_nonce(GByteArray *text, guint32 nonce)
{
	const guint32 little = GUINT32_TO_LE(nonce);

	/* Behind the version. */
	memcpy(text->data + sizeof(gint32), &little, sizeof(little));
}

void
block_id(const Suite *suite, const Xldgpb__InternalBlock *header,
	 guint8 id[HASH_LEN])
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_slice all;

	block_id_text(header, out);
	all = bsn_slice_of(out->data, out->len);
	suite_double(suite, &all, 1, id);
}
