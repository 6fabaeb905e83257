/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/exec/float.h: floats in slots (WebAssembly 2.0, section
 * 4.3.3). A NaN that an instruction makes is always the positive canonical one,
 * which the specification allows, so results are the same everywhere.
 */
#ifndef WASM_FLOAT_H
#define WASM_FLOAT_H

#include <glib.h>
#include <math.h>
#include <string.h>

typedef float f32;
typedef double f64;
typedef gint32 s32;
typedef guint32 u32;
typedef gint64 s64;
typedef guint64 u64;

#define WASM_NAN32 0x7fc00000u
#define WASM_NAN64 G_GUINT64_CONSTANT(0x7ff8000000000000)

static inline f32
wasm_get_f32(guint64 slot)
{
	const guint32 bits = (guint32)slot;
	f32 value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline f64
wasm_get_f64(guint64 slot)
{
	f64 value;

	memcpy(&value, &slot, sizeof value);
	return value;
}

static inline guint64
wasm_put_f32(f32 value)
{
	guint32 bits;

	memcpy(&bits, &value, sizeof bits);
	return value != value ? WASM_NAN32 : bits;
}

static inline guint64
wasm_put_f64(f64 value)
{
	guint64 bits;

	memcpy(&bits, &value, sizeof bits);
	return value != value ? WASM_NAN64 : bits;
}

static inline s32 wasm_get_s32(guint64 slot) { return (s32)slot; }
static inline u32 wasm_get_u32(guint64 slot) { return (u32)slot; }
static inline s64 wasm_get_s64(guint64 slot) { return (s64)slot; }
static inline u64 wasm_get_u64(guint64 slot) { return slot; }

/* C leaves a division by zero undefined; IEEE 754 does not. */
#define WASM_IEEE __attribute__((no_sanitize("float-divide-by-zero")))

#define WASM_FLOAT_FUNCTIONS(type)                                             \
	WASM_IEEE static inline type type##_div(type a, type b)                \
	{                                                                      \
		return a / b;                                                  \
	}                                                                      \
	static inline type type##_min(type a, type b)                          \
	{                                                                      \
		if (a != a || b != b)                                          \
			return a + b; /* NaN */                                \
		if (a == b)                                                    \
			return signbit(a) ? a : b; /* -0 is below 0 */         \
		return a < b ? a : b;                                          \
	}                                                                      \
	static inline type type##_max(type a, type b)                          \
	{                                                                      \
		if (a != a || b != b)                                          \
			return a + b;                                          \
		if (a == b)                                                    \
			return signbit(a) ? b : a;                             \
		return a > b ? a : b;                                          \
	}
WASM_FLOAT_FUNCTIONS(f32)
WASM_FLOAT_FUNCTIONS(f64)

#endif
