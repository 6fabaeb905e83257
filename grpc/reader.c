/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/reader.h"

#include <string.h>

/* The first piece of a message's memory; it doubles from there on. */
#define ROOM_MIN 16384u

void
grpc_reader_clear(GrpcReader *reader)
{
	g_clear_pointer(&reader->body, g_free);
	reader->prefix_len = 0;
	reader->len = reader->at = reader->room = 0;
}

gboolean
grpc_reader_is_inside(const GrpcReader *reader)
{
	return reader->prefix_len > 0;
}

GBytes *
grpc_reader_steal(GrpcReader *reader)
{
	gsize len = reader->len;
	guint8 *body = g_steal_pointer(&reader->body);

	grpc_reader_clear(reader);
	return g_bytes_new_take(body, len);
}

static GrpcReaderEvent
judge_prefix(GrpcReader *reader)
{
	const guint8 *prefix = reader->prefix;

	if (prefix[0] != 0)
		return GRPC_READER_COMPRESSED;
	reader->len = (gsize)prefix[1] << 24 | (gsize)prefix[2] << 16 |
		      (gsize)prefix[3] << 8 | prefix[4];
	if (reader->len > reader->message_max)
		return GRPC_READER_TOO_LARGE;
	return reader->len == 0 ? GRPC_READER_MESSAGE : GRPC_READER_LENGTH;
}

static gsize
take_prefix(GrpcReader *reader, const guint8 *data, gsize len,
	    GrpcReaderEvent *event)
{
	gsize n = MIN(len, GRPC_PREFIX_LEN - reader->prefix_len);

	memcpy(reader->prefix + reader->prefix_len, data, n);
	reader->prefix_len += (guint)n;
	if (reader->prefix_len == GRPC_PREFIX_LEN)
		*event = judge_prefix(reader);
	return n;
}

static void
make_room(GrpcReader *reader, gsize needed)
{
	if (needed <= reader->room)
		return;
	reader->room =
		MIN(reader->len, MAX(needed, MAX(ROOM_MIN, 2 * reader->room)));
	reader->body = g_realloc(reader->body, reader->room);
}

static gsize
take_body(GrpcReader *reader, const guint8 *data, gsize len,
	  GrpcReaderEvent *event)
{
	gsize n = MIN(len, reader->len - reader->at);

	make_room(reader, reader->at + n);
	memcpy(reader->body + reader->at, data, n);
	reader->at += n;
	if (reader->at == reader->len)
		*event = GRPC_READER_MESSAGE;
	return n;
}

gsize
grpc_reader_take(GrpcReader *reader, const guint8 *data, gsize len,
		 GrpcReaderEvent *event)
{
	*event = GRPC_READER_MORE;
	if (len == 0)
		return 0;
	if (reader->prefix_len < GRPC_PREFIX_LEN)
		return take_prefix(reader, data, len, event);
	return take_body(reader, data, len, event);
}
