/* SPDX-License-Identifier: Apache-2.0
 */
#include "plugins/runtime-wasm/exec/decode.h"

#include <string.h>

guint64
wasm_leb_u(const guint8 **at)
{
	guint64 value = 0;
	guint shift = 0;
	guint8 byte;

	do {
		byte = *(*at)++;
		value |= (guint64)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

gint64
wasm_leb_s(const guint8 **at)
{
	guint64 value = 0;
	guint shift = 0;
	guint8 byte;

	do {
		byte = *(*at)++;
		value |= (guint64)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (byte & 0x40 && shift < 64)
		value |= G_MAXUINT64 << shift;
	return (gint64)value;
}

static guint64
little_endian(const guint8 **at, guint n)
{
	guint64 value = 0;

	for (guint i = 0; i < n; i++)
		value |= (guint64)*(*at)++ << (8 * i);
	return value;
}

void
wasm_skip_labels(const guint8 **at, guint64 n)
{
	for (guint64 i = 0; i <= n; i++)
		wasm_leb_u(at);
}

/* The two bytes or indexes behind 0xfc and its number. */
static void
decode_prefixed(const guint8 **at, WasmInstruction *in)
{
	in->op = 0xfc00u | (guint)wasm_leb_u(at);
	if (in->op < 0xfc08)
		return; /* saturating */
	in->x = wasm_leb_u(at);
	switch (in->op) {
	case 0xfc08: case 0xfc0a: case 0xfc0c: case 0xfc0e:
		in->y = wasm_leb_u(at);
	}
}

static void
decode_memory(const guint8 **at, WasmInstruction *in)
{
	wasm_leb_u(at); /* alignment: a hint only */
	in->x = wasm_leb_u(at);
}

void
wasm_decode(const guint8 **at, WasmInstruction *in)
{
	*in = (WasmInstruction){ .op = *(*at)++ };
	switch (in->op) {
	case 0x02: case 0x03: case 0x04:
		in->x = (guint64)wasm_leb_s(at);
		return;
	case 0x0c: case 0x0d: case 0x0e: case 0x10:
	case 0x20: case 0x21: case 0x22: case 0x23: case 0x24:
	case 0x25: case 0x26: case 0x3f: case 0x40: case 0xd0: case 0xd2:
		in->x = wasm_leb_u(at);
		return;
	case 0x11:
		in->x = wasm_leb_u(at);
		in->y = wasm_leb_u(at);
		return;
	case 0x1c:
		for (guint64 n = wasm_leb_u(at); n > 0; n--)
			(*at)++;
		return;
	case 0x41:
		in->x = (guint32)wasm_leb_s(at);
		return;
	case 0x42:
		in->x = (guint64)wasm_leb_s(at);
		return;
	case 0x43:
		in->x = little_endian(at, 4);
		return;
	case 0x44:
		in->x = little_endian(at, 8);
		return;
	case 0xfc:
		decode_prefixed(at, in);
		return;
	}
	if (in->op >= 0x28 && in->op <= 0x3e)
		decode_memory(at, in);
}
