/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/votes/wire.h"

#include <bsn/crypto.h>

G_STATIC_ASSERT(sizeof(((Signature *)NULL)->bytes) == BSN_SIGNATURE_MAX);

gboolean
wire_bool(Wire *wire)
{
	guint8 value = wire_u8(wire);

	if (value > 1)
		wire->bad = TRUE;
	return !wire->bad && value == 1;
}

/* The next `len` bytes, where min to max are possible. */
static bsn_slice
take(Wire *wire, guint64 len, guint64 min, guint64 max)
{
	if (len < min || len > max)
		wire->bad = TRUE;
	return wire_bytes(wire, len);
}

bsn_slice
wire_sized(Wire *wire, guint64 max)
{
	return take(wire, wire_u32(wire), 0, max);
}

bsn_id
wire_id(Wire *wire, guint min)
{
	bsn_slice bytes = take(wire, wire_u8(wire), min, BSN_ID_MAX);

	return bsn_id_of(bytes.data, bytes.len);
}

Signature
wire_signature(Wire *wire)
{
	bsn_slice bytes = take(wire, wire_u8(wire), 1, BSN_SIGNATURE_MAX);
	Signature signature = { (guint8)bytes.len, { 0 } };

	if (bytes.len > 0)
		memcpy(signature.bytes, bytes.data, bytes.len);
	return signature;
}

void
wire_put_sized(GByteArray *out, bsn_slice bytes)
{
	wire_put(out, bytes.len, 4);
	wire_put_bytes(out, bytes);
}

void
wire_put_id(GByteArray *out, const bsn_id *id)
{
	wire_put(out, id->len, 1);
	wire_put_bytes(out, bsn_id_slice(id));
}

void
wire_put_signature(GByteArray *out, const Signature *signature)
{
	wire_put(out, signature->len, 1);
	g_byte_array_append(out, signature->bytes, signature->len);
}

gboolean
id_equal(const bsn_id *a, const bsn_id *b)
{
	return bsn_slice_equal(bsn_id_slice(a), bsn_id_slice(b));
}
