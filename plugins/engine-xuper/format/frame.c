/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/frame.h"

#include <bsn/helpers/bytes.h>

#define FIELD_TXS 11u
#define WIRE_VARINT 0u
#define WIRE_BYTES 2u

#define VARINT_MAX 10u /* bytes */

static gboolean
take_varint(bsn_slice *rest, guint64 *value)
{
	*value = 0;
	for (guint i = 0; i < VARINT_MAX && i < rest->len; i++) {
		const guint8 byte = rest->data[i];

		*value |= (guint64)(byte & 0x7f) << 7 * i;
		if ((byte & 0x80) == 0) {
			*rest = bsn_slice_of(rest->data + i + 1,
					     rest->len - i - 1);
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
take_bytes(bsn_slice *rest, bsn_slice *bytes)
{
	guint64 len;

	if (!take_varint(rest, &len) || len > rest->len)
		return FALSE;
	*bytes = bsn_slice_of(rest->data, len);
	*rest = bsn_slice_of(rest->data + len, rest->len - len);
	return TRUE;
}

/* Takes a field; its bytes, if it has such. */
static gboolean
take_field(bsn_slice *rest, guint64 *field, bsn_slice *bytes)
{
	guint64 tag, number;

	if (!take_varint(rest, &tag))
		return FALSE;
	*field = tag >> 3;
	if ((tag & 7) == WIRE_BYTES)
		return take_bytes(rest, bytes);
	return (tag & 7) == WIRE_VARINT && *field != FIELD_TXS &&
	       take_varint(rest, &number);
}

gboolean
frame_cut(bsn_slice bytes, Frame *frame)
{
	bsn_slice rest = bytes;

	*frame = (Frame){
		.txs = g_array_new(FALSE, FALSE, sizeof(bsn_slice)),
		.before = bsn_slice_of(bytes.data, 0),
		.after = bsn_slice_of(bytes.data, 0),
	};
	while (rest.len > 0) {
		bsn_slice tx, from = rest;
		guint64 field;

		if (!take_field(&rest, &field, &tx))
			return FALSE;
		if (field == FIELD_TXS) {
			if (frame->after.len > 0)
				return FALSE;
			g_array_append_val(frame->txs, tx);
		} else if (frame->txs->len > 0 || field > FIELD_TXS) {
			if (frame->after.len == 0)
				frame->after = bsn_slice_of(from.data, 0);
			frame->after.len += from.len - rest.len;
		} else {
			frame->before.len += from.len - rest.len;
		}
	}
	return TRUE;
}

void
frame_clear(Frame *frame)
{
	g_clear_pointer(&frame->txs, g_array_unref);
}

void
frame_put_tx(GByteArray *out, bsn_slice tx)
{
	guint8 head[1 + VARINT_MAX] = { FIELD_TXS << 3 | WIRE_BYTES };
	guint64 len = tx.len;
	guint n = 1;

	for (; len >= 0x80; len >>= 7)
		head[n++] = (guint8)(len | 0x80);
	head[n++] = (guint8)len;
	g_byte_array_append(out, head, n);
	if (tx.len > 0)
		g_byte_array_append(out, tx.data, (guint)tx.len);
}
