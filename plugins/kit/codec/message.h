/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/message.h: protobuf's messages between bytes and
 * structures.
 *
 *	g_auto(Arena) arena = ARENA_INIT;
 *	const Common__Envelope *envelope = message_unpack(
 *		&arena, &common__envelope__descriptor, bytes, &status, err);
 */
#ifndef KIT_CODEC_MESSAGE_H
#define KIT_CODEC_MESSAGE_H

#include <bsn/helpers/bytes.h>
#include <glib.h>
#include <protobuf-c/protobuf-c.h>

#include "plugins/kit/codec/arena.h"

/* Bytes of one message: what one message between hosts may have. */
#define MESSAGE_MAX (16u << 20)

/* Decodes within the bounds of scan.h; `arena` is allowed what an honest
 * message of that length can need.
 *
 * Returns: the message, in the arena; or NULL.
 * Errors:  *status (may be NULL): BSN_BAD_REQUEST, BSN_TOO_LARGE. */
void *message_unpack(Arena *arena, const ProtobufCMessageDescriptor *type,
		     bsn_slice bytes, int32_t *status, bsn_err *err);

/* Appends the encoding: fields by number, entries of maps in the order that
 * they have; so equal structures give equal bytes. `message` is a structure of
 * protobuf-c's. [any] */
void message_append(GByteArray *out, const void *message);
/* The same in an array of its own. [any] */
GByteArray *message_pack(const void *message);
/* The same in the arena, beyond any limit. */
bsn_slice message_put(Arena *arena, const void *message);

/* A field of type bytes, and back; both borrow. [any] */
static inline bsn_slice
message_slice(ProtobufCBinaryData field)
{
	return bsn_slice_of(field.data, field.len);
}

static inline ProtobufCBinaryData
message_bytes(bsn_slice bytes)
{
	return (ProtobufCBinaryData){ (size_t)bytes.len,
				      (uint8_t *)bytes.data };
}

#endif
