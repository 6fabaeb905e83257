/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/channel/frame.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

static guint32
read_u32(const guint8 *from)
{
	guint32 value;

	memcpy(&value, from, sizeof(value));
	return GUINT32_FROM_BE(value);
}

gint64
frame_read(bsn_slice bytes, Frame *frame)
{
	guint32 len;
	guint16 type;

	if (bytes.len < sizeof(len))
		return 0;
	len = read_u32(bytes.data);
	if (len < FRAME_HEADER || len > FRAME_MAX)
		return -1;
	if (bytes.len < len)
		return 0;
	memcpy(&type, bytes.data + 4, sizeof(type));
	frame->type = GUINT16_FROM_BE(type);
	memcpy(frame->seq, bytes.data + 6, FRAME_SEQ);
	frame->result = (gint32)read_u32(bytes.data + 6 + FRAME_SEQ);
	frame->data = bsn_slice_of(bytes.data + FRAME_HEADER,
				   len - FRAME_HEADER);
	return len;
}

static void
append(GByteArray *out, const void *data, guint64 len)
{
	if (len > 0)
		g_byte_array_append(out, data, (guint)len);
}

void
frame_put(const Frame *frame, GByteArray *out)
{
	const guint32 len =
		GUINT32_TO_BE((guint32)(FRAME_HEADER + frame->data.len));
	const guint16 type = GUINT16_TO_BE(frame->type);
	const guint32 result = GUINT32_TO_BE((guint32)frame->result);

	append(out, &len, sizeof(len));
	append(out, &type, sizeof(type));
	append(out, frame->seq, FRAME_SEQ);
	append(out, &result, sizeof(result));
	append(out, frame->data.data, frame->data.len);
}

gboolean
frame_topic(bsn_slice data, bsn_slice *topic, bsn_slice *content)
{
	guint8 len;

	if (data.len == 0 || data.data[0] == 0 || data.data[0] > data.len)
		return FALSE;
	len = data.data[0];
	*topic = bsn_slice_of(data.data + 1, len - 1u);
	*content = bsn_slice_of(data.data + len, data.len - len);
	return TRUE;
}

void
frame_put_topic(bsn_slice topic, bsn_slice content, GByteArray *out)
{
	const guint8 len = (guint8)(topic.len + 1);

	append(out, &len, 1);
	append(out, topic.data, topic.len);
	append(out, content.data, content.len);
}
