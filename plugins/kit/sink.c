/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/sink.h"

static int32_t
write_bytes(bsn_sink *sink, const void *data, uint64_t len)
{
	BufferSink *buffer = (BufferSink *)sink;
	guint64 max = MIN(buffer->max, G_MAXUINT);

	if (buffer->bytes->len > max || len > max - buffer->bytes->len)
		return BSN_TOO_LARGE;
	if (len > 0)
		g_byte_array_append(buffer->bytes, data, (guint)len);
	return BSN_OK;
}

BufferSink
buffer_sink(GByteArray *bytes, guint64 max)
{
	return (BufferSink){ { write_bytes }, bytes, max };
}

bsn_slice
buffer_slice(const GByteArray *bytes)
{
	return bsn_slice_of(bytes->data, bytes->len);
}

bsn_slice
bytes_slice(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return bsn_slice_of(data, len);
}
