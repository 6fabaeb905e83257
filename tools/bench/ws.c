/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/ws.h"

#include <openssl/rand.h>
#include <string.h>

#define FIN 0x80u
#define MASKED 0x80u
#define OPCODE 0x0fu
#define RESERVED 0x70u
#define KEY_BYTES 16u
#define MASK_BYTES 4u
/* What stands for a length of two and of eight bytes. */
#define LENGTH_2 126u
#define LENGTH_8 127u

char *
ws_key(void)
{
	guint8 key[KEY_BYTES] = { 0 };

	(void)RAND_bytes(key, sizeof(key));
	return g_base64_encode(key, sizeof(key));
}

/* ---- sending ------------------------------------------------------------ */

static void
put_length(GByteArray *out, gsize len)
{
	guint8 bytes[9];
	guint n = 1;

	if (len < LENGTH_2) {
		bytes[0] = (guint8)(MASKED | len);
	} else {
		const guint wide = len <= G_MAXUINT16 ? 2 : 8;

		bytes[0] = (guint8)(MASKED | (wide == 2 ? LENGTH_2 : LENGTH_8));
		for (guint i = 0; i < wide; i++)
			bytes[n++] =
				(guint8)((guint64)len >> (8 * (wide - 1 - i)));
	}
	g_byte_array_append(out, bytes, n);
}

void
ws_put(GByteArray *out, guint8 opcode, const char *data, gsize len)
{
	const guint8 first = (guint8)(FIN | opcode);
	guint8 mask[MASK_BYTES] = { 0 };
	guint at;

	(void)RAND_bytes(mask, sizeof(mask));
	g_byte_array_append(out, &first, 1);
	put_length(out, len);
	g_byte_array_append(out, mask, MASK_BYTES);
	at = out->len;
	g_byte_array_append(out, (const guint8 *)data, (guint)len);
	for (gsize i = 0; i < len; i++)
		out->data[at + i] ^= mask[i % MASK_BYTES];
}

/* ---- reading ------------------------------------------------------------ */

typedef struct {
	guint8 opcode;
	gsize head;
	guint64 len;
} Frame;

/* FALSE: its head has not come. `len` is G_MAXUINT64 of what is no frame. */
static gboolean
read_head(const guint8 *data, gsize len, Frame *frame)
{
	guint wide;

	if (len < 2)
		return FALSE;
	frame->opcode = data[0] & OPCODE;
	frame->len = data[1] & (MASKED - 1);
	wide = frame->len == LENGTH_2 ? 2 : frame->len == LENGTH_8 ? 8 : 0;
	frame->head = 2 + wide;
	if (len < frame->head)
		return FALSE;
	if (wide > 0)
		frame->len = 0;
	for (guint i = 0; i < wide; i++)
		frame->len = frame->len << 8 | data[2 + i];
	if ((data[0] & RESERVED) != 0 || (data[1] & MASKED) != 0)
		frame->len = G_MAXUINT64; /* a server's is not masked */
	return TRUE;
}

gboolean
ws_take(GByteArray *held, const char *data, gsize len, WsEach each, void *user)
{
	gsize at = 0;
	Frame frame;

	g_byte_array_append(held, (const guint8 *)data, (guint)len);
	while (at < held->len &&
	       read_head(held->data + at, held->len - at, &frame)) {
		if (frame.len > WS_FRAME_MAX)
			return FALSE;
		if (held->len - at - frame.head < frame.len)
			break;
		if (!each(frame.opcode,
			  (const char *)held->data + at + frame.head,
			  (gsize)frame.len, user))
			return FALSE;
		at += frame.head + (gsize)frame.len;
	}
	g_byte_array_remove_range(held, 0, (guint)at);
	return TRUE;
}
