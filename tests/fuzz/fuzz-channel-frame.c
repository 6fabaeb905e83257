/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of FISCO's channel protocol: what is read and written again is what
 * came, and nothing is read beyond what there is.
 */
#include <stdint.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/channel/frame.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_topic(bsn_slice data)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	bsn_slice topic, content;

	if (!frame_topic(data, &topic, &content))
		return;
	g_assert_cmpuint(topic.len, <=, TOPIC_MAX);
	frame_put_topic(topic, content, again);
	assert_bytes(again->data, again->len, data.data, data.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice rest = bsn_slice_of(data, size);
	Frame frame;
	gint64 taken;

	while ((taken = frame_read(rest, &frame)) > 0) {
		g_autoptr(GByteArray) again = g_byte_array_new();

		g_assert_cmpint(taken, <=, (gint64)rest.len);
		frame_put(&frame, again);
		assert_bytes(again->data, again->len, rest.data,
			     (gsize)taken);
		check_topic(frame.data);
		rest = bsn_slice_of(rest.data + taken,
				    rest.len - (guint64)taken);
	}
	return 0;
}
