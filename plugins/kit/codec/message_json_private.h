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

#endif
