/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/wire.h"

#include <bsn/crypto.h>
#include <bsn/helpers/bytes.h>

G_STATIC_ASSERT(sizeof(((Signature *)NULL)->bytes) == BSN_SIGNATURE_MAX);

WireReader
wire_reader(bsn_slice input)
{
	return (WireReader){ input, FALSE };
}

/* The next `len` bytes, or NULL and the error. */
static const guint8 *
take(WireReader *reader, guint64 len)
{
	const guint8 *at = reader->rest.data;

	if (reader->bad || len > reader->rest.len) {
		reader->bad = TRUE;
		return NULL;
	}
	reader->rest = bsn_slice_of(at + len, reader->rest.len - len);
	return at;
}

static guint64
take_number(WireReader *reader, guint len)
{
	const guint8 *at = take(reader, len);
	guint64 value = 0;

	for (guint i = 0; at != NULL && i < len; i++)
		value = value << 8 | at[i];
	return value;
}

guint8
wire_u8(WireReader *reader)
{
	return (guint8)take_number(reader, 1);
}

guint16
wire_u16(WireReader *reader)
{
	return (guint16)take_number(reader, 2);
}

guint64
wire_u64(WireReader *reader)
{
	return take_number(reader, 8);
}

gboolean
wire_bool(WireReader *reader)
{
	guint8 value = wire_u8(reader);

	if (value > 1)
		reader->bad = TRUE;
	return !reader->bad && value == 1;
}

bsn_slice
wire_bytes(WireReader *reader, guint64 max)
{
	guint64 len = take_number(reader, 4);
	const guint8 *at;

	if (len > max)
		reader->bad = TRUE;
	if (reader->bad || len == 0)
		return bsn_slice_of(NULL, 0);
	at = take(reader, len);
	return bsn_slice_of(at, at != NULL ? len : 0);
}

bsn_id
wire_id(WireReader *reader, guint min)
{
	guint8 len = wire_u8(reader);
	const guint8 *at;

	if (len < min || len > BSN_ID_MAX)
		reader->bad = TRUE;
	at = take(reader, len);
	return bsn_id_of(at, at != NULL ? len : 0);
}

Signature
wire_signature(WireReader *reader)
{
	Signature signature = { wire_u8(reader), { 0 } };
	const guint8 *at;

	if (signature.len == 0 || signature.len > sizeof(signature.bytes))
		reader->bad = TRUE;
	at = take(reader, signature.len);
	if (at == NULL)
		signature.len = 0;
	else
		memcpy(signature.bytes, at, signature.len);
	return signature;
}

gboolean
wire_end(const WireReader *reader)
{
	return !reader->bad && reader->rest.len == 0;
}

static void
put_number(GByteArray *out, guint64 value, guint len)
{
	const guint64 big_endian = GUINT64_TO_BE(value);

	g_byte_array_append(out, (const guint8 *)&big_endian + 8 - len, len);
}

void
wire_put_u8(GByteArray *out, guint8 value)
{
	put_number(out, value, 1);
}

void
wire_put_u16(GByteArray *out, guint16 value)
{
	put_number(out, value, 2);
}

void
wire_put_u64(GByteArray *out, guint64 value)
{
	put_number(out, value, 8);
}

void
wire_put_bytes(GByteArray *out, bsn_slice bytes)
{
	put_number(out, bytes.len, 4);
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

void
wire_put_id(GByteArray *out, const bsn_id *id)
{
	wire_put_u8(out, (guint8)id->len);
	g_byte_array_append(out, id->bytes, id->len);
}

void
wire_put_signature(GByteArray *out, const Signature *signature)
{
	wire_put_u8(out, signature->len);
	g_byte_array_append(out, signature->bytes, signature->len);
}

gboolean
id_equal(const bsn_id *a, const bsn_id *b)
{
	return bsn_slice_equal(bsn_id_slice(a), bsn_id_slice(b));
}
