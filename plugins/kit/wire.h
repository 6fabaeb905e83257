/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/wire.h: big-endian numbers and bytes, read within
 * bounds. The first read beyond the end makes the reader bad and gives zeroes
 * from there on, so that fields are read straight down and checked once.
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_WIRE_H
#define PLUGINS_KIT_WIRE_H

#include <bsn/helpers/bytes.h>
#include <glib.h>

typedef struct {
	bsn_slice rest; /* what has not been read */
	gboolean bad;
} Wire;

static inline Wire
wire_of(bsn_slice bytes)
{
	return (Wire){ bytes, FALSE };
}

/* The next `len` bytes, borrowed. */
static inline bsn_slice
wire_bytes(Wire *wire, guint64 len)
{
	bsn_slice bytes = { wire->rest.data, len };

	if (wire->bad || len > wire->rest.len) {
		wire->bad = TRUE;
		return bsn_slice_of(NULL, 0);
	}
	if (len > 0)
		wire->rest.data += len;
	wire->rest.len -= len;
	return bytes;
}

/* A number of `len` bytes, at most 8. */
static inline guint64
wire_number(Wire *wire, guint len)
{
	bsn_slice bytes = wire_bytes(wire, len);
	guint64 number = 0;

	for (guint64 i = 0; i < bytes.len; i++)
		number = number << 8 | bytes.data[i];
	return number;
}

static inline guint8
wire_u8(Wire *wire)
{
	return (guint8)wire_number(wire, 1);
}

static inline guint16
wire_u16(Wire *wire)
{
	return (guint16)wire_number(wire, 2);
}

static inline guint32
wire_u32(Wire *wire)
{
	return (guint32)wire_number(wire, 4);
}

static inline guint64
wire_u64(Wire *wire)
{
	return wire_number(wire, 8);
}

/* Whether all has been read, and nothing beyond. */
static inline gboolean
wire_end(const Wire *wire)
{
	return !wire->bad && wire->rest.len == 0;
}

/* The last `len` bytes of a number, at most 8. */
static inline void
wire_put(GByteArray *out, guint64 number, guint len)
{
	const guint64 big_endian = GUINT64_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&big_endian + 8 - len, len);
}

/* At most G_MAXUINT bytes. */
static inline void
wire_put_bytes(GByteArray *out, bsn_slice bytes)
{
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

#endif
