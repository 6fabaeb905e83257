/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/u256.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/reason.h"

/* Little-endian limbs of 32 bits, so that a product with a limb fits 64. */
#define LIMBS 8u
/* Decimal digits that fit a limb. */
#define CHUNK_DIGITS 9u
#define CHUNK 1000000000u
/* Decimal digits of 2^256, without sign. */
#define DECIMAL_MAX 78u
#define HEX_MAX (2u * U256_BYTES)

/* Widest type whose values every JSON reader holds exactly. */
#define JSON_SAFE_BITS 53u

typedef struct {
	guint32 limbs[LIMBS];
} Limbs;

static Limbs
limbs_of(const guint8 *bytes)
{
	Limbs number;

	for (guint i = 0; i < LIMBS; i++) {
		const guint8 *at = bytes + U256_BYTES - 4 * (i + 1);

		number.limbs[i] = (guint32)at[0] << 24 | (guint32)at[1] << 16 |
				  (guint32)at[2] << 8 | at[3];
	}
	return number;
}

static void
limbs_to_bytes(const Limbs *number, guint8 *bytes)
{
	for (guint i = 0; i < U256_BYTES; i++)
		bytes[U256_BYTES - 1 - i] =
			(guint8)(number->limbs[i / 4] >> (8 * (i % 4)));
}

static void
negate(Limbs *number)
{
	guint64 carry = 1;

	for (guint i = 0; i < LIMBS; i++) {
		carry += (guint32)~number->limbs[i];
		number->limbs[i] = (guint32)carry;
		carry >>= 32;
	}
}

/* number = number * 10 + digit; FALSE when it overflows. */
static gboolean
append_digit(Limbs *number, guint digit)
{
	guint64 carry = digit;

	for (guint i = 0; i < LIMBS; i++) {
		carry += (guint64)number->limbs[i] * 10;
		number->limbs[i] = (guint32)carry;
		carry >>= 32;
	}
	return carry == 0;
}

/* Divides by CHUNK; the remainder. */
static guint32
divide_chunk(Limbs *number)
{
	guint64 rest = 0;

	for (guint i = LIMBS; i-- > 0;) {
		rest = rest << 32 | number->limbs[i];
		number->limbs[i] = (guint32)(rest / CHUNK);
		rest %= CHUNK;
	}
	return (guint32)rest;
}

static gboolean
is_zero(const Limbs *number)
{
	for (guint i = 0; i < LIMBS; i++)
		if (number->limbs[i] != 0)
			return FALSE;
	return TRUE;
}

static gboolean
parse_decimal(const char *text, gsize len, Limbs *number)
{
	memset(number, 0, sizeof(*number));
	if (len == 0 || len > DECIMAL_MAX)
		return FALSE;
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isdigit(text[i]) ||
		    !append_digit(number, (guint)(text[i] - '0')))
			return FALSE;
	return TRUE;
}

static gboolean
parse_hex(const char *digits, gsize len, Limbs *number)
{
	char text[HEX_MAX];
	guint8 bytes[U256_BYTES];

	if (len == 0 || len > HEX_MAX)
		return FALSE;
	memset(text, '0', sizeof(text));
	memcpy(text + HEX_MAX - len, digits, len);
	if (!hex_decode_fixed(text, sizeof(text), bytes, sizeof(bytes)))
		return FALSE;
	*number = limbs_of(bytes);
	return TRUE;
}

static gboolean
all_digits(const char *text, gsize len, gboolean hex)
{
	for (gsize i = 0; i < len; i++)
		if (!(hex ? g_ascii_isxdigit(text[i])
			  : g_ascii_isdigit(text[i])))
			return FALSE;
	return len > 0;
}

/* "uint8 goes from 0 to 255, got 256" */
static int32_t
fail_range(U256Type type, bsn_slice text, bsn_err *err)
{
	g_autofree char *got = clip_text(text);
	guint top = type.is_signed ? type.bits - 1 : type.bits;

	if (type.bits > 32 && type.is_signed)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"int%u goes from -2^%u to 2^%u-1, got %s",
				type.bits, top, top, got);
	if (type.bits > 32)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"uint%u goes from 0 to 2^%u-1, got %s",
				type.bits, top, got);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%sint%u goes from %" G_GINT64_FORMAT
			" to %" G_GINT64_FORMAT ", got %s",
			type.is_signed ? "" : "u", type.bits,
			type.is_signed ? -(G_GINT64_CONSTANT(1) << top) : 0,
			(G_GINT64_CONSTANT(1) << top) - 1, got);
}

static int32_t
fail_form(bsn_slice text, bsn_err *err)
{
	g_autofree char *got = quote_text(text);

	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s is no integer: write it in decimal digits, or in "
			"hexadecimal ones after 0x",
			got);
}

gboolean
u256_fits(const guint8 *bytes, U256Type type)
{
	guint8 fill = type.is_signed && (bytes[0] & 0x80) != 0 ? 0xff : 0;
	guint first = U256_BYTES - type.bits / 8;

	for (guint i = 0; i < first; i++)
		if (bytes[i] != fill)
			return FALSE;
	return !type.is_signed || (bytes[first] & 0x80) == (fill & 0x80);
}

/* Whether sign and magnitude survive in two's complement of that type. */
static gboolean
store_signed(Limbs number, gboolean negative, U256Type type, guint8 *out)
{
	gboolean zero = is_zero(&number);

	if (negative && !zero && !type.is_signed)
		return FALSE;
	if (negative)
		negate(&number);
	limbs_to_bytes(&number, out);
	if (negative && !zero && (out[0] & 0x80) == 0)
		return FALSE;
	if (!negative && type.is_signed && (out[0] & 0x80) != 0)
		return FALSE;
	return u256_fits(out, type);
}

int32_t
u256_from_text(const char *text, gsize len, U256Type type, guint8 *out,
	       bsn_err *err)
{
	bsn_slice whole = bsn_slice_of(text, len);
	gboolean negative = len > 0 && text[0] == '-';
	gboolean hex = len >= 2 && text[0] == '0' && text[1] == 'x';
	gsize skip = hex ? 2 : negative ? 1 : 0;
	const char *digits;
	Limbs number;

	if (len == 0)
		return fail_form(bsn_slice_str(""), err);
	digits = text + skip;
	len -= skip;
	if (!all_digits(digits, len, hex))
		return fail_form(whole, err);
	if (!(hex ? parse_hex(digits, len, &number)
		  : parse_decimal(digits, len, &number)) ||
	    !store_signed(number, negative, type, out))
		return fail_range(type, whole, err);
	return BSN_OK;
}

int32_t
u256_from_json(const json_t *value, U256Type type, guint8 *out, bsn_err *err)
{
	g_autofree char *text = NULL;

	if (json_is_string(value))
		return u256_from_text(json_string_value(value),
				      json_string_length(value), type, out,
				      err);
	if (!json_is_integer(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"an integer must be a JSON integer, or a "
				"string of decimal digits or of hexadecimal "
				"ones after 0x");
	text = g_strdup_printf("%" JSON_INTEGER_FORMAT,
			       json_integer_value(value));
	return u256_from_text(text, strlen(text), type, out, err);
}

char *
u256_to_text(const guint8 *bytes, gboolean is_signed)
{
	Limbs number = limbs_of(bytes);
	gboolean negative = is_signed && (bytes[0] & 0x80) != 0;
	guint32 chunks[DECIMAL_MAX / CHUNK_DIGITS + 1];
	GString *text = g_string_new(negative ? "-" : "");
	guint n = 0;

	if (negative)
		negate(&number);
	do {
		chunks[n++] = divide_chunk(&number);
	} while (!is_zero(&number));
	g_string_append_printf(text, "%u", chunks[--n]);
	while (n > 0)
		g_string_append_printf(text, "%09u", chunks[--n]);
	return g_string_free(text, FALSE);
}

json_t *
u256_to_json(const guint8 *bytes, U256Type type)
{
	g_autofree char *text = u256_to_text(bytes, type.is_signed);

	if (type.bits <= JSON_SAFE_BITS)
		return json_integer(g_ascii_strtoll(text, NULL, 10));
	return json_string(text);
}

gboolean
u256_to_u64(const guint8 *bytes, guint64 *out)
{
	Limbs number = limbs_of(bytes);

	for (guint i = 2; i < LIMBS; i++)
		if (number.limbs[i] != 0)
			return FALSE;
	*out = (guint64)number.limbs[1] << 32 | number.limbs[0];
	return TRUE;
}

void
u256_from_u64(guint64 value, guint8 *out)
{
	Limbs number = { { (guint32)value, (guint32)(value >> 32) } };

	limbs_to_bytes(&number, out);
}
