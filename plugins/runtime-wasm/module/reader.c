/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/module/reader.h"

#include <stdarg.h>
#include <string.h>

static void G_GNUC_PRINTF(4, 0)
fail(Reader *reader, const char *kind, gsize at, const char *format,
     va_list args)
{
	g_autofree char *what = NULL;
	bsn_err *err = reader->err;

	if (!reader_ok(reader))
		return;
	reader->status = BSN_FAULT;
	if (err == NULL)
		return;
	what = g_strdup_vprintf(format, args);
	if (reader->function < 0)
		g_snprintf(err->reason, sizeof(err->reason),
			   "%s: %s, at byte %" G_GSIZE_FORMAT, kind, what, at);
	else
		g_snprintf(err->reason, sizeof(err->reason),
			   "%s: %s, at byte %" G_GSIZE_FORMAT
			   ", in function %" G_GINT64_FORMAT,
			   kind, what, at, reader->function);
}

void
reader_malformed(Reader *reader, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(reader, "malformed", reader->at, format, args);
	va_end(args);
}

void
reader_invalid(Reader *reader, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(reader, "invalid", reader->item, format, args);
	va_end(args);
}

void
reader_too_large(Reader *reader, guint max, const char *what)
{
	if (!reader_ok(reader))
		return;
	reader->status = BSN_TOO_LARGE;
	if (reader->err != NULL)
		g_snprintf(reader->err->reason, sizeof(reader->err->reason),
			   "a module may have %u %s at most", max, what);
}

guint8
reader_u8(Reader *reader)
{
	if (!reader_ok(reader))
		return 0;
	if (reader->at == reader->end) {
		reader_malformed(reader, "unexpected end");
		return 0;
	}
	return reader->bytes[reader->at++];
}

/* The bits of a last byte that lie beyond the number: its sign repeated, or
 * zeroes. `used`: how many of its seven bits belong to it. */
static gboolean
is_padded(guint8 last, guint used, gboolean is_signed)
{
	guint8 beyond = (guint8)(0x7f << used) & 0x7f;
	gboolean negative = is_signed && (last >> (used - 1) & 1) != 0;

	return (last & beyond) == (negative ? beyond : 0);
}

/* A LEB128 of `bits` bits, sign-extended where it is signed. */
static guint64
read_leb(Reader *reader, guint bits, gboolean is_signed)
{
	guint64 value = 0;

	for (guint shift = 0; shift < bits; shift += 7) {
		guint8 byte = reader_u8(reader);
		guint left = bits - shift;

		value |= (guint64)(byte & 0x7f) << shift;
		if (left < 7 && (byte & 0x80) == 0 &&
		    !is_padded(byte, left, is_signed))
			reader_malformed(reader, "integer too large");
		if ((byte & 0x80) != 0)
			continue;
		if (is_signed && (byte & 0x40) != 0 && shift + 7 < 64)
			value |= ~(guint64)0 << (shift + 7);
		return reader_ok(reader) ? value : 0;
	}
	reader_malformed(reader, "integer representation too long");
	return 0;
}

guint32
reader_u32(Reader *reader)
{
	return (guint32)read_leb(reader, 32, FALSE);
}

gint64
reader_s33(Reader *reader)
{
	return (gint64)read_leb(reader, 33, TRUE);
}

guint32
reader_i32(Reader *reader)
{
	return (guint32)read_leb(reader, 32, TRUE);
}

guint64
reader_i64(Reader *reader)
{
	return read_leb(reader, 64, TRUE);
}

guint64
reader_bits(Reader *reader, guint len)
{
	guint64 value = 0;

	for (guint i = 0; i < len; i++)
		value |= (guint64)reader_u8(reader) << (8 * i);
	return value;
}

bsn_slice
reader_bytes(Reader *reader, gsize len)
{
	bsn_slice bytes = { reader->bytes + reader->at, len };

	if (!reader_ok(reader))
		return (bsn_slice){ NULL, 0 };
	if (len > reader->end - reader->at) {
		reader_malformed(reader, "length out of bounds");
		return (bsn_slice){ NULL, 0 };
	}
	reader->at += len;
	return bytes;
}

/* GLib's check takes what the specification takes, but for U+0000. */
static gboolean
is_utf8(bsn_slice text)
{
	const char *from = (const char *)text.data;
	const char *end = from + text.len;

	while (from < end) {
		const char *stop;

		if (g_utf8_validate(from, (gssize)(end - from), &stop))
			return TRUE;
		if (*stop != '\0')
			return FALSE;
		from = stop + 1;
	}
	return TRUE;
}

bsn_slice
reader_name(Reader *reader)
{
	guint32 len = reader_u32(reader);
	bsn_slice name = reader_bytes(reader, len);

	if (reader_ok(reader) && !is_utf8(name))
		reader_malformed(reader, "malformed UTF-8 encoding");
	return name;
}

guint32
reader_count(Reader *reader, guint have, guint max, const char *what)
{
	guint32 count = reader_u32(reader);

	if (!reader_ok(reader))
		return 0;
	if (count > reader->end - reader->at) {
		reader_malformed(reader, "length out of bounds");
		return 0;
	}
	if (count > max - have) {
		reader_too_large(reader, max, what);
		return 0;
	}
	return count;
}

gpointer
reader_grow(gpointer array, guint have, guint more, gsize size)
{
	if (more == 0)
		return array;
	array = g_realloc_n(array, (gsize)have + more, size);
	memset((guint8 *)array + have * size, 0, more * size);
	return array;
}

void
reader_note_float(Reader *reader, gsize at)
{
	if (reader->module->uses_floats)
		return;
	reader->module->uses_floats = TRUE;
	reader->module->float_at = at;
}

static gboolean
is_ref_type(guint8 type)
{
	return type == WASM_FUNCREF || type == WASM_EXTERNREF;
}

guint8
reader_value_type(Reader *reader)
{
	guint8 type = reader_u8(reader);

	if (type == WASM_F32 || type == WASM_F64)
		reader_note_float(reader, reader->at - 1);
	else if (type != WASM_I32 && type != WASM_I64 && !is_ref_type(type))
		reader_malformed(reader, "malformed value type");
	return type;
}

guint8
reader_ref_type(Reader *reader)
{
	guint8 type = reader_u8(reader);

	if (!is_ref_type(type))
		reader_malformed(reader, "malformed reference type");
	return type;
}
