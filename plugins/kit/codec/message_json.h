/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/message_json.h: protobuf's messages as JSON, by their
 * descriptors alone, under the rules of proto3's JSON mapping, written as Go's
 * jsonpb does with OrigName: fields under the names that the .proto has, those
 * with default values left out, bytes in Base64, 64-bit integers as text, enums
 * by name. Read are also lowerCamelCase names, numbers for enums and both forms
 * of integers; null is the default; members that no field has are passed over.
 *
 * protobuf-c knows no maps: a repeated message of one of `maps` (field 1 the
 * key, a string, field 2 the value) is an object in JSON, its entries in the
 * order that they have there.
 *
 * Source: protobuf.dev, "ProtoJSON Format"; grpc-gateway, runtime.JSONPb.
 */
#ifndef KIT_CODEC_MESSAGE_JSON_H
#define KIT_CODEC_MESSAGE_JSON_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

#include "plugins/kit/codec/arena.h"

/* Descriptors of maps' entries, ended by NULL. */
typedef const ProtobufCMessageDescriptor *const *MessageMaps;

/* Reads a message; `arena` is allowed what an honest text of that length needs.
 *
 * Returns: the message, in the arena; or NULL.
 * In:      max: bytes that the text may have; an empty one is an empty message.
 * Errors:  *status: BSN_BAD_REQUEST: "tx.tx_inputs[3].ref_offset is no 32-bit
 *          integer"; BSN_TOO_LARGE. [any] */
void *message_from_json(Arena *arena, const ProtobufCMessageDescriptor *type,
			MessageMaps maps, bsn_slice json, guint64 max,
			int32_t *status, bsn_err *err);

/* Writes one, a structure of protobuf-c's; a new reference. [any] */
json_t *message_to_json(const void *message, MessageMaps maps);
/* The same as Go's encoding/json writes the structures: 64-bit integers and enums
 * are numbers. [any] */
json_t *message_to_numbers(const void *message, MessageMaps maps);

#endif
