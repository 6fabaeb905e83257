/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_record.h"

#include <string.h>

#include "host/service/store_crc.h"

static const guint8 magic[4] = { 'B', 'S', 'N', 'J' };

/* Where in a head. */
enum {
	AT_CRC = 4,
	AT_ID = 8,
	AT_SEQUENCE = 16,
	AT_LEN = 24,
	AT_FRAMES = 32,
	AT_FRAMES_CRC = 36,
	AT_FRAME_CRC = 8,
	AT_FRAME_PREFIX = 12,
};

guint32
record_get_u32(const guint8 *at)
{
	guint32 number;

	memcpy(&number, at, sizeof(number));
	return GUINT32_FROM_LE(number);
}

void
record_put_u32(guint8 *at, guint32 number)
{
	number = GUINT32_TO_LE(number);
	memcpy(at, &number, sizeof(number));
}

static guint64
get_u64(const guint8 *at)
{
	guint64 number;

	memcpy(&number, at, sizeof(number));
	return GUINT64_FROM_LE(number);
}

static void
put_u64(guint8 *at, guint64 number)
{
	number = GUINT64_TO_LE(number);
	memcpy(at, &number, sizeof(number));
}

static guint32
head_crc(const guint8 head[RECORD_HEAD_LEN])
{
	return store_crc(0, head + AT_ID, RECORD_HEAD_LEN - AT_ID);
}

void
record_head_write(guint8 out[RECORD_HEAD_LEN], const RecordHead *head)
{
	memset(out, 0, RECORD_HEAD_LEN);
	memcpy(out, magic, sizeof(magic));
	put_u64(out + AT_ID, head->id);
	put_u64(out + AT_SEQUENCE, head->sequence);
	put_u64(out + AT_LEN, head->len);
	record_put_u32(out + AT_FRAMES, head->frames);
	record_put_u32(out + AT_FRAMES_CRC, head->frames_crc);
	record_put_u32(out + AT_CRC, head_crc(out));
}

gboolean
record_head_read(RecordHead *out, const guint8 in[RECORD_HEAD_LEN], guint64 id)
{
	if (memcmp(in, magic, sizeof(magic)) != 0 ||
	    record_get_u32(in + AT_CRC) != head_crc(in))
		return FALSE;
	out->id = get_u64(in + AT_ID);
	out->sequence = get_u64(in + AT_SEQUENCE);
	out->len = get_u64(in + AT_LEN);
	out->frames = record_get_u32(in + AT_FRAMES);
	out->frames_crc = record_get_u32(in + AT_FRAMES_CRC);
	return out->id == id;
}

guint64
record_room(guint64 len)
{
	return (RECORD_HEAD_LEN + len + RECORD_BLOCK - 1) / RECORD_BLOCK *
	       RECORD_BLOCK;
}

void
frame_head_write(guint8 out[FRAME_HEAD_LEN], const FrameHead *head)
{
	put_u64(out, head->len);
	record_put_u32(out + AT_FRAME_CRC, head->crc);
	record_put_u32(out + AT_FRAME_PREFIX, head->prefix);
}

void
frame_head_read(FrameHead *out, const guint8 in[FRAME_HEAD_LEN])
{
	out->len = get_u64(in);
	out->crc = record_get_u32(in + AT_FRAME_CRC);
	out->prefix = record_get_u32(in + AT_FRAME_PREFIX);
}

gboolean
record_check(const RecordHead *head, const guint8 *frames)
{
	guint64 left = head->len;
	guint32 crc = 0;

	for (guint32 i = 0; i < head->frames; i++) {
		FrameHead frame;

		if (left < FRAME_HEAD_LEN)
			return FALSE;
		frame_head_read(&frame, frames);
		crc = store_crc(crc, frames, FRAME_HEAD_LEN);
		frames += FRAME_HEAD_LEN;
		left -= FRAME_HEAD_LEN;
		if (frame.len > left ||
		    store_crc(0, frames, (gsize)frame.len) != frame.crc)
			return FALSE;
		frames += frame.len;
		left -= frame.len;
	}
	return left == 0 && crc == head->frames_crc;
}
