/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/wasm/random/generate.h"

guint64
random_next(Random *random)
{
	guint64 z = random->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ z >> 31;
}

guint
random_below(Random *random, guint n)
{
	return (guint)(random_next(random) % n);
}

gboolean
random_one_in(Random *random, guint n)
{
	return random_below(random, n) == 0;
}

static guint64
random_integer(Random *random, guint bits)
{
	const guint64 mask = bits == 64 ? G_MAXUINT64 : G_MAXUINT32;

	switch (random_below(random, 8)) {
	case 0:
		return random_next(random) & mask;
	case 1:
		return (G_GUINT64_CONSTANT(1) << random_below(random, bits)) -
		       random_below(random, 2);
	case 2:
		return (0 - (guint64)random_below(random, 4)) & mask;
	case 3:
		return (mask / 2 + random_below(random, 2)) & mask;
	case 4:
		return random_below(random, 65600);
	default:
		return random_below(random, 16);
	}
}

guint64
random_value(Random *random, guint8 type)
{
	static const guint32 singles[] = {
		0,	    0x80000000, 0x3f800000, 0xbf800000, 0x3f000000,
		0x7f800000, 0xff800000, 0x7fc00000, 0x7fa00001, 0xffc00000,
		0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0x00000001,
		0x40200000, 0x4effffff, 0x41200000, 0x7f7fffff, 0x5f800000,
	};
	static const double doubles[] = {
		0,	      -0.0,	    1,	     -1,
		0.5,	      2.5,	    1e10,    -1e10,
		2147483647.0, 2147483648.0, 4294967295.5, -2147483648.9,
		1e300,	      5e-324,	    9223372036854775808.0, -0.9,
		3.4028235e38, 18446744073709551616.0, 1e-40, 10,
	};
	guint64 bits;

	switch (type) {
	case WASM_I32:
		return random_integer(random, 32);
	case WASM_I64:
		return random_integer(random, 64);
	case WASM_F32:
		return random_one_in(random, 4) ?
			       (guint32)random_next(random) :
			       singles[random_below(random,
						    G_N_ELEMENTS(singles))];
	case WASM_F64:
		memcpy(&bits,
		       &doubles[random_below(random, G_N_ELEMENTS(doubles))],
		       sizeof(bits));
		if (random_one_in(random, 8))
			bits = G_GUINT64_CONSTANT(0xfff4000000000001);
		return random_one_in(random, 4) ? random_next(random) : bits;
	}
	return 0;
}

/* ---- bytes ---------------------------------------------------------------- */

void
gen_byte(GByteArray *out, guint byte)
{
	const guint8 b = (guint8)byte;

	g_byte_array_append(out, &b, 1);
}

void
gen_leb(GByteArray *out, guint64 value)
{
	for (; value > 0x7f; value >>= 7)
		gen_byte(out, 0x80 | (guint)(value & 0x7f));
	gen_byte(out, (guint)value);
}

void
gen_signed(GByteArray *out, gint64 value)
{
	while (value < -64 || value > 63) {
		gen_byte(out, 0x80 | (guint)(value & 0x7f));
		value >>= 7;
	}
	gen_byte(out, (guint)(value & 0x7f));
}

void
gen_constant(GByteArray *out, guint8 type, guint64 value)
{
	const guint64 little = GUINT64_TO_LE(value);

	switch (type) {
	case WASM_I32:
		gen_byte(out, 0x41);
		gen_signed(out, (gint32)(guint32)value);
		break;
	case WASM_I64:
		gen_byte(out, 0x42);
		gen_signed(out, (gint64)value);
		break;
	case WASM_F32:
		gen_byte(out, 0x43);
		g_byte_array_append(out, (const guint8 *)&little, 4);
		break;
	case WASM_F64:
		gen_byte(out, 0x44);
		g_byte_array_append(out, (const guint8 *)&little, 8);
		break;
	default:
		gen_byte(out, 0xd0);
		gen_byte(out, type);
		break;
	}
}

void
gen_vector(GByteArray *out, const GByteArray *bytes)
{
	gen_leb(out, bytes->len);
	if (bytes->len > 0)
		g_byte_array_append(out, bytes->data, bytes->len);
}

/* ---- breaking ------------------------------------------------------------- */

static void
splice(Random *random, GByteArray *module)
{
	const guint from = random_below(random, module->len);
	const guint len = 1 + random_below(random,
					   MIN(module->len - from, 24));
	const guint to = random_below(random, module->len - len + 1);

	memmove(module->data + to, module->data + from, len);
}

void
random_break(Random *random, GByteArray *module)
{
	const guint n = 1 + random_below(random, 4);

	for (guint i = 0; i < n && module->len > 8; i++) {
		const guint at = 8 + random_below(random, module->len - 8);

		switch (random_below(random, 6)) {
		case 0:
			module->data[at] ^= (guint8)(1u << random_below(random,
									8));
			break;
		case 1:
			g_byte_array_remove_index(module, at);
			break;
		case 2:
			splice(random, module);
			break;
		case 3:
			if (random_one_in(random, 4))
				g_byte_array_set_size(module, at);
			break;
		default: /* most stay valid: a number or an opcode changes */
			module->data[at] =
				(guint8)(module->data[at] +
					 1 - 2 * (gint)random_below(random, 2));
			break;
		}
	}
}
