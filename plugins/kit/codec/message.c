/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/scan.h"

/* What decoding may use: a field of two bytes, such as an empty entry of a
 * list, becomes up to a hundred. */
#define ROOM_FIRST (64u << 10)
#define ROOM_PER_BYTE 64u

static void *
arena_allocate(void *arena, size_t size)
{
	return arena_take(arena, size);
}

static void
arena_free(void *arena, void *data)
{
}

static void *
refuse(int32_t *status, int32_t why)
{
	if (status != NULL)
		*status = why;
	return NULL;
}

void *
message_unpack(Arena *arena, const ProtobufCMessageDescriptor *type,
	       bsn_slice bytes, int32_t *status, bsn_err *err)
{
	ProtobufCAllocator allocator = { arena_allocate, arena_free, arena };
	int32_t scanned;
	void *message;

	if (bytes.len > MESSAGE_MAX)
		return refuse(status, bsn_fail(err, BSN_TOO_LARGE,
					       "%s: it has more than %u bytes",
					       type->short_name, MESSAGE_MAX));
	scanned = scan_message(type, bytes, err);
	if (scanned != BSN_OK)
		return refuse(status, scanned);
	arena->room = 0;
	arena_allow(arena, ROOM_FIRST + (gsize)bytes.len * ROOM_PER_BYTE);
	message = protobuf_c_message_unpack(type, &allocator, (size_t)bytes.len,
					    bytes.data);
	if (message == NULL)
		return refuse(status,
			      bsn_fail(err, BSN_BAD_REQUEST,
				       "%s: it cannot be decoded, or would "
				       "need too much memory",
				       type->short_name));
	return message;
}

void
message_append(GByteArray *out, const void *message)
{
	const gsize size = protobuf_c_message_get_packed_size(message);
	const guint at = out->len;

	if (size == 0)
		return;
	g_byte_array_set_size(out, at + (guint)size);
	protobuf_c_message_pack(message, out->data + at);
}

GByteArray *
message_pack(const void *message)
{
	GByteArray *out = g_byte_array_new();

	message_append(out, message);
	return out;
}

bsn_slice
message_put(Arena *arena, const void *message)
{
	const gsize size = protobuf_c_message_get_packed_size(message);
	guint8 *data = (guint8 *)arena_room(arena, size);

	protobuf_c_message_pack(message, data);
	return bsn_slice_of(data, size);
}
