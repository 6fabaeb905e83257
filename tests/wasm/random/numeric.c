/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wasm/random/numeric.h"

#include <math.h>
#include <string.h>

/* ---- types ---------------------------------------------------------------- */

static const struct {
	guint first, last;
	const char *type;
} types[] = {
	{ 0x45, 0x45, "i:i" },	   { 0x46, 0x4f, "ii:i" },
	{ 0x50, 0x50, "I:i" },	   { 0x51, 0x5a, "II:i" },
	{ 0x5b, 0x60, "ff:i" },	   { 0x61, 0x66, "FF:i" },
	{ 0x67, 0x69, "i:i" },	   { 0x6a, 0x78, "ii:i" },
	{ 0x79, 0x7b, "I:I" },	   { 0x7c, 0x8a, "II:I" },
	{ 0x8b, 0x91, "f:f" },	   { 0x92, 0x98, "ff:f" },
	{ 0x99, 0x9f, "F:F" },	   { 0xa0, 0xa6, "FF:F" },
	{ 0xa7, 0xa7, "I:i" },	   { 0xa8, 0xa9, "f:i" },
	{ 0xaa, 0xab, "F:i" },	   { 0xac, 0xad, "i:I" },
	{ 0xae, 0xaf, "f:I" },	   { 0xb0, 0xb1, "F:I" },
	{ 0xb2, 0xb3, "i:f" },	   { 0xb4, 0xb5, "I:f" },
	{ 0xb6, 0xb6, "F:f" },	   { 0xb7, 0xb8, "i:F" },
	{ 0xb9, 0xba, "I:F" },	   { 0xbb, 0xbb, "f:F" },
	{ 0xbc, 0xbc, "f:i" },	   { 0xbd, 0xbd, "F:I" },
	{ 0xbe, 0xbe, "i:f" },	   { 0xbf, 0xbf, "I:F" },
	{ 0xc0, 0xc1, "i:i" },	   { 0xc2, 0xc4, "I:I" },
	{ 0xfc00, 0xfc01, "f:i" }, { 0xfc02, 0xfc03, "F:i" },
	{ 0xfc04, 0xfc05, "f:I" }, { 0xfc06, 0xfc07, "F:I" },
};

const char *
numeric_type(guint op)
{
	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (op >= types[i].first && op <= types[i].last)
			return types[i].type;
	return NULL;
}

/* ---- integers of n bits --------------------------------------------------- */

static guint64
mask_of(guint n)
{
	return n == 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT(1) << n) - 1;
}

static gint64
is_signed(guint64 a, guint n)
{
	const guint64 sign = G_GUINT64_CONSTANT(1) << (n - 1);

	a &= mask_of(n);
	return (gint64)((a ^ sign) - sign);
}

static guint64
shift(guint which, guint64 a, guint64 by, guint n)
{
	const guint64 fill = is_signed(a, n) < 0 ? mask_of(n) : 0;

	by %= n;
	if (by == 0)
		return a;
	switch (which) {
	case 0: return a << by;
	case 1: return a >> by | fill << (n - by);
	case 2: return a >> by;
	case 3: return a << by | a >> (n - by);
	default: return a >> by | a << (n - by);
	}
}

/* From 0: div_s, div_u, rem_s, rem_u. */
static const char *
divide(guint which, guint64 a, guint64 b, guint n, guint64 *result)
{
	const gint64 x = is_signed(a, n), y = is_signed(b, n);

	if (b == 0)
		return "integer divide by zero";
	if (which == 0 && y == -1 && x == is_signed(mask_of(n) / 2 + 1, n))
		return "integer overflow";
	switch (which) {
	case 0: *result = (guint64)(x / y); break;
	case 1: *result = a / b; break;
	case 2: *result = y == -1 ? 0 : (guint64)(x % y); break;
	default: *result = a % b; break;
	}
	return NULL;
}

/* From 0: add, sub, mul, divisions, and, or, xor, shifts. */
static const char *
integer(guint which, guint64 a, guint64 b, guint n, guint64 *result)
{
	const char *trap = NULL;

	switch (which) {
	case 0: *result = a + b; break;
	case 1: *result = a - b; break;
	case 2: *result = a * b; break;
	case 3: case 4: case 5: case 6:
		trap = divide(which - 3, a, b, n, result);
		break;
	case 7: *result = a & b; break;
	case 8: *result = a | b; break;
	case 9: *result = a ^ b; break;
	default: *result = shift(which - 10, a, b, n); break;
	}
	*result &= mask_of(n);
	return trap;
}

/* From 0: eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u. */
static guint64
compare(guint which, guint64 a, guint64 b, guint n)
{
	const gint64 x = is_signed(a, n), y = is_signed(b, n);

	switch (which) {
	case 0: return a == b;
	case 1: return a != b;
	case 2: return x < y;
	case 3: return a < b;
	case 4: return x > y;
	case 5: return a > b;
	case 6: return x <= y;
	case 7: return a <= b;
	case 8: return x >= y;
	default: return a >= b;
	}
}

/* From 0: clz, ctz, popcnt. */
static guint64
count(guint which, guint64 a, guint n)
{
	guint64 bits = 0, zeroes = 0;

	for (guint i = 0; i < n; i++)
		bits += a >> i & 1;
	if (which == 2)
		return bits;
	for (guint i = 0; i < n; i++, zeroes++)
		if ((a >> (which == 0 ? n - 1 - i : i) & 1) != 0)
			break;
	return zeroes;
}

/* ---- floats --------------------------------------------------------------- */

static double
get(guint64 bits, gboolean wide)
{
	const guint32 low = (guint32)bits;
	double d;
	float f;

	if (wide) {
		memcpy(&d, &bits, sizeof(d));
		return d;
	}
	memcpy(&f, &low, sizeof(f));
	return (double)f;
}

static guint64
put(double value, gboolean wide)
{
	const float f = (float)value;
	guint64 bits;
	guint32 low;

	if (isnan(value))
		return wide ? G_GUINT64_CONSTANT(0x7ff8000000000000) :
			      0x7fc00000;
	memcpy(&bits, &value, sizeof(bits));
	memcpy(&low, &f, sizeof(low));
	return wide ? bits : low;
}

/* From 0: eq ne lt gt le ge. */
static guint64
compare_floats(guint which, double a, double b)
{
	switch (which) {
	case 0: return a == b;
	case 1: return a != b;
	case 2: return a < b;
	case 3: return a > b;
	case 4: return a <= b;
	default: return a >= b;
	}
}

/* From 0: abs neg, of bits; ceil floor trunc nearest sqrt. Rounding a float's root
 * twice gives what rounding it once gives; so do sums, products, quotients. */
static guint64
float_unary(guint which, guint64 bits, gboolean wide)
{
	const guint64 sign = G_GUINT64_CONSTANT(1) << (wide ? 63 : 31);
	const double a = get(bits, wide);

	switch (which) {
	case 0: return bits & ~sign;
	case 1: return bits ^ sign;
	case 2: return put(ceil(a), wide);
	case 3: return put(floor(a), wide);
	case 4: return put(trunc(a), wide);
	case 5: return put(nearbyint(a), wide);
	default: return put(sqrt(a), wide);
	}
}

static double
least(double a, double b)
{
	if (isnan(a) || isnan(b))
		return NAN;
	return a < b || (a == b && signbit(a)) ? a : b;
}

/* From 0: add sub mul div min max copysign. */
__attribute__((no_sanitize("float-divide-by-zero"))) static guint64
float_binary(guint which, guint64 x, guint64 y, gboolean wide)
{
	const guint64 sign = G_GUINT64_CONSTANT(1) << (wide ? 63 : 31);
	const double a = get(x, wide), b = get(y, wide);

	switch (which) {
	case 0: return put(a + b, wide);
	case 1: return put(a - b, wide);
	case 2: return put(a * b, wide);
	case 3: return put(a / b, wide);
	case 4: return put(least(a, b), wide);
	case 5: return put(-least(-a, -b), wide);
	default: return (x & ~sign) | (y & sign);
	}
}

/* A truncation to n bits. */
static const char *
truncate_to(double a, guint n, gboolean is_unsigned, gboolean saturates,
	    guint64 *result)
{
	const double end = ldexp(1, (int)(is_unsigned ? n : n - 1));
	const double low = is_unsigned ? 0 : -end;
	const double t = trunc(a);

	*result = 0;
	if (isnan(a))
		return saturates ? NULL : "invalid conversion to integer";
	if (t >= end)
		*result = is_unsigned ? mask_of(n) : mask_of(n) / 2;
	else if (t < low)
		*result = is_unsigned ? 0 : mask_of(n) / 2 + 1;
	else
		*result = mask_of(n) &
			(t < 0 ? (guint64)(gint64)t : (guint64)t);
	return (t >= end || t < low) && !saturates ? "integer overflow" : NULL;
}

/* An integer as a float is rounded once, not by way of a double. */
static guint64
convert(guint64 a, gboolean is_unsigned, gboolean wide)
{
	if (wide)
		return put(is_unsigned ? (double)a : (double)(gint64)a, TRUE);
	return put((double)(is_unsigned ? (float)a : (float)(gint64)a), FALSE);
}

/* From 0xa7 on. */
static const char *
conversion(guint op, guint64 a, guint64 *result)
{
	switch (op) {
	case 0xa7: *result = (guint32)a; return NULL;
	case 0xac: *result = (guint64)is_signed(a, 32); return NULL;
	case 0xb2: case 0xb7:
		*result = convert((guint64)is_signed(a, 32), FALSE,
				  op == 0xb7);
		return NULL;
	case 0xb3: case 0xb8: case 0xb5: case 0xba:
		*result = convert(a, TRUE, op >= 0xb7);
		return NULL;
	case 0xb4: case 0xb9:
		*result = convert(a, FALSE, op == 0xb9);
		return NULL;
	case 0xb6: *result = put(get(a, TRUE), FALSE); return NULL;
	case 0xbb: *result = put(get(a, FALSE), TRUE); return NULL;
	case 0xc0: *result = (guint32)is_signed(a, 8); return NULL;
	case 0xc1: *result = (guint32)is_signed(a, 16); return NULL;
	case 0xc2: *result = (guint64)is_signed(a, 8); return NULL;
	case 0xc3: *result = (guint64)is_signed(a, 16); return NULL;
	case 0xc4: *result = (guint64)is_signed(a, 32); return NULL;
	case 0xad: case 0xbc: case 0xbd: case 0xbe: case 0xbf:
		*result = a;
		return NULL;
	}
	if (op >= 0xfc00) {
		op -= 0xfc00;
		return truncate_to(get(a, (op & 2) != 0), op < 4 ? 32 : 64,
				   op & 1, TRUE, result);
	}
	op = op < 0xac ? op - 0xa8 : op - 0xae + 4;
	return truncate_to(get(a, (op & 2) != 0), op < 4 ? 32 : 64, op & 1,
			   FALSE, result);
}

const char *
numeric_do(guint op, guint64 a, guint64 b, guint64 *result)
{
	if (op >= 0xa7)
		return conversion(op, a, result);
	if (op >= 0x6a && op <= 0x78)
		return integer(op - 0x6a, a, b, 32, result);
	if (op >= 0x7c && op <= 0x8a)
		return integer(op - 0x7c, a, b, 64, result);
	if (op == 0x45 || op == 0x50)
		*result = a == 0;
	else if (op < 0x50)
		*result = compare(op - 0x46, a, b, 32);
	else if (op < 0x5b)
		*result = compare(op - 0x51, a, b, 64);
	else if (op < 0x61)
		*result = compare_floats(op - 0x5b, get(a, FALSE),
					 get(b, FALSE));
	else if (op < 0x67)
		*result = compare_floats(op - 0x61, get(a, TRUE),
					 get(b, TRUE));
	else if (op < 0x6a)
		*result = count(op - 0x67, a, 32);
	else if (op < 0x7c)
		*result = count(op - 0x79, a, 64);
	else if (op < 0x92)
		*result = float_unary(op - 0x8b, a, FALSE);
	else if (op < 0x99)
		*result = float_binary(op - 0x92, a, b, FALSE);
	else if (op < 0xa0)
		*result = float_unary(op - 0x99, a, TRUE);
	else
		*result = float_binary(op - 0xa0, a, b, TRUE);
	return NULL;
}
