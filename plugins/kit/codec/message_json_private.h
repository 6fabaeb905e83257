/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/codec/message_json_private.h: what reading and writing ask of a
 * field. Internal to message_json. [any]
 */
#ifndef KIT_CODEC_MESSAGE_JSON_PRIVATE_H
#define KIT_CODEC_MESSAGE_JSON_PRIVATE_H

#include "plugins/kit/codec/message_json.h"

/* Bytes of one value in protobuf-c's structures. */
gsize field_size(ProtobufCType type);
/* Whether a field is a map. */
gboolean field_is_map(MessageMaps maps, const ProtobufCFieldDescriptor *field);

/* Values in JSON. FALSE: it is none; then nothing is written. */
gboolean json_read_integer(const json_t *json, gboolean sign, guint64 *value);
gboolean json_read_32(const json_t *json, gboolean sign, guint8 *at);
gboolean json_read_enum(const ProtobufCEnumDescriptor *type,
			const json_t *json, guint8 *at);
/* RFC 4648 section 4, whole. */
gboolean json_is_base64(const char *text, gsize len);

#endif
