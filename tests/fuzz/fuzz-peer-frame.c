/* SPDX-License-Identifier: Apache-2.0
 *
 * Frames between hosts: however the bytes are cut into pieces, the same frames
 * come out, and none is larger than may be. The first byte says whether the
 * hosts know each other.
 */
#include <stdint.h>

#include "host/peer/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint
mix(guint hash, const guint8 *data, gsize len)
{
	for (gsize i = 0; i < len; i++)
		hash = hash * 31 + data[i];
	return hash * 31 + (guint)len;
}

static guint
mix_frame(guint hash, const FrameParser *parser)
{
	g_assert_cmpuint(parser->payload->len, ==, parser->len);
	g_assert_cmpuint(parser->len, <=,
			 parser->type == FRAME_MESSAGE ? FRAME_MESSAGE_MAX
						       : FRAME_HELLO_MAX);
	hash = hash * 31 + parser->type;
	hash = mix(hash, parser->chain, CHAIN_ID_LEN);
	return mix(hash, parser->payload->data, parser->payload->len);
}

static guint
parse_all(gboolean known, const uint8_t *data, size_t size, gsize step)
{
	FrameParser parser;
	FrameEvent event = FRAME_MORE;
	guint hash = 0;

	frame_parser_init(&parser);
	parser.known = known;
	while (size > 0 && event != FRAME_BROKEN) {
		gsize n = MIN(step, size);
		gsize taken = frame_parse(&parser, data, n, &event);

		g_assert_cmpuint(taken, <=, n);
		g_assert_true(event != FRAME_MORE || taken == n);
		g_assert_true((event == FRAME_BROKEN) ==
			      (parser.reason != NULL));
		if (event == FRAME_GOT)
			hash = mix_frame(hash, &parser);
		data += taken;
		size -= taken;
	}
	frame_parser_clear(&parser);
	return hash * 31 + event;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gboolean known;
	gsize step;

	if (size == 0)
		return 0;
	known = data[0] & 1;
	step = 1 + data[0] / 2u % 61;
	g_assert_cmpuint(parse_all(known, data + 1, size - 1, size), ==,
			 parse_all(known, data + 1, size - 1, step));
	return 0;
}
