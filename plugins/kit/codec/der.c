/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/der.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#define TAG_INTEGER 0x02
#define TAG_OCTET_STRING 0x04
#define TAG_SEQUENCE 0x30

/* ---- signatures ---- */

/* A number above 0 without leading zeros, but with one where the first bit
 * would make it negative. */
static gsize
put_scalar(const guint8 *scalar, guint8 *der)
{
	gsize skip = 0;
	gsize pad;
	gsize len;

	while (skip < DER_SCALAR_LEN - 1 && scalar[skip] == 0)
		skip++;
	pad = scalar[skip] >> 7;
	len = DER_SCALAR_LEN - skip;
	der[0] = TAG_INTEGER;
	der[1] = (guint8)(pad + len);
	der[2] = 0;
	memcpy(der + 2 + pad, scalar + skip, len);
	return 2 + pad + len;
}

gsize
der_put_signature(const guint8 raw[DER_SIGNATURE_RAW_LEN], guint8 *der)
{
	gsize len = put_scalar(raw, der + 2);

	len += put_scalar(raw + DER_SCALAR_LEN, der + 2 + len);
	der[0] = TAG_SEQUENCE;
	der[1] = (guint8)len;
	return 2 + len;
}

static gboolean
read_scalar(bsn_slice *rest, guint8 *scalar)
{
	const guint8 *at = rest->data;
	gsize len;

	if (rest->len < 3 || at[0] != TAG_INTEGER || at[1] == 0 ||
	    at[1] > rest->len - 2)
		return FALSE;
	len = at[1];
	*rest = bsn_slice_of(at + 2 + len, rest->len - 2 - len);
	at += 2;
	if (at[0] == 0) {
		/* A zero is there for the next bit only; so no number is 0. */
		if (len == 1 || (at[1] & 0x80) == 0)
			return FALSE;
		at++;
		len--;
	} else if ((at[0] & 0x80) != 0) {
		return FALSE;
	}
	if (len > DER_SCALAR_LEN)
		return FALSE;
	memset(scalar, 0, DER_SCALAR_LEN - len);
	memcpy(scalar + DER_SCALAR_LEN - len, at, len);
	return TRUE;
}

gboolean
der_read_signature(bsn_slice der, guint8 raw[DER_SIGNATURE_RAW_LEN])
{
	bsn_slice rest;

	if (der.len < 2 || der.len > DER_SIGNATURE_MAX ||
	    der.data[0] != TAG_SEQUENCE || der.data[1] != der.len - 2)
		return FALSE;
	rest = bsn_slice_of(der.data + 2, der.len - 2);
	return read_scalar(&rest, raw) &&
	       read_scalar(&rest, raw + DER_SCALAR_LEN) && rest.len == 0;
}

/* ---- headers ---- */

/* The length in as few bytes as it takes: one below 128, else their number and
 * then they. */
static void
put_head(GByteArray *out, guint8 tag, gsize len)
{
	guint8 head[2 + sizeof(guint32)] = { tag, (guint8)len };
	guint n = 0;

	if (len >= 0x80) {
		while (n < sizeof(guint32) && len >> 8 * n != 0)
			n++;
		head[1] = (guint8)(0x80 | n);
		for (guint i = 0; i < n; i++)
			head[2 + i] = (guint8)(len >> 8 * (n - 1 - i));
	}
	g_byte_array_append(out, head, 2 + n);
}

static void
put_octets(GByteArray *out, bsn_slice octets)
{
	put_head(out, TAG_OCTET_STRING, (gsize)octets.len);
	if (octets.len > 0)
		g_byte_array_append(out, octets.data, (guint)octets.len);
}

static void
put_number(GByteArray *out, guint64 number)
{
	/* A leading zero for the largest ones. */
	guint8 bytes[1 + sizeof(number)] = { 0 };
	const guint64 big_endian = GUINT64_TO_BE(number);
	guint skip = 0;

	memcpy(bytes + 1, &big_endian, sizeof(big_endian));
	while (skip < sizeof(bytes) - 1 && bytes[skip] == 0 &&
	       (bytes[skip + 1] & 0x80) == 0)
		skip++;
	put_head(out, TAG_INTEGER, sizeof(bytes) - skip);
	g_byte_array_append(out, bytes + skip, (guint)sizeof(bytes) - skip);
}

void
der_put_header(GByteArray *out, guint64 number, bsn_slice a, bsn_slice b)
{
	g_autoptr(GByteArray) content = g_byte_array_new();

	put_number(content, number);
	put_octets(content, a);
	put_octets(content, b);
	put_head(out, TAG_SEQUENCE, content->len);
	g_byte_array_append(out, content->data, content->len);
}
