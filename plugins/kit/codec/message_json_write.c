/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message_json_private.h"

#include <string.h>

#define MEMBER(type, at) (*(const type *)(const void *)(at))

gsize
field_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_ENUM:
		break;
	}
	return 4;
}

gboolean
field_is_map(MessageMaps maps, const ProtobufCFieldDescriptor *field)
{
	if (field->type != PROTOBUF_C_TYPE_MESSAGE ||
	    field->label != PROTOBUF_C_LABEL_REPEATED)
		return FALSE;
	while (maps != NULL && *maps != NULL && *maps != field->descriptor)
		maps++;
	return maps != NULL && *maps != NULL;
}

/* ---- values ---- */

typedef struct {
	MessageMaps maps;
	gboolean numbers; /* for 64-bit integers and enums, too */
} Writing;

static json_t *message_json(const void *message, const Writing *writing);

static json_t *
enum_json(const ProtobufCEnumDescriptor *type, int number,
	  const Writing *writing)
{
	const ProtobufCEnumValue *value =
		writing->numbers ?
			NULL :
			protobuf_c_enum_descriptor_get_value(type, number);

	return value != NULL ? json_string(value->name) : json_integer(number);
}

static json_t *
decimal(gboolean sign, guint64 value, const Writing *writing)
{
	char text[24];

	if (writing->numbers && (sign || value <= G_MAXINT64))
		return json_integer((json_int_t)value);
	if (sign)
		g_snprintf(text, sizeof(text), "%" G_GINT64_FORMAT,
			   (gint64)value);
	else
		g_snprintf(text, sizeof(text), "%" G_GUINT64_FORMAT, value);
	return json_string(text);
}

static json_t *
base64(ProtobufCBinaryData bytes)
{
	g_autofree char *text = g_base64_encode(bytes.data, bytes.len);

	return json_string(text);
}

static json_t *
value_json(const ProtobufCFieldDescriptor *field, const guint8 *at,
	   const Writing *writing)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return json_integer(MEMBER(gint32, at));
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return json_integer(MEMBER(guint32, at));
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return decimal(TRUE, (guint64)MEMBER(gint64, at), writing);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return decimal(FALSE, MEMBER(guint64, at), writing);
	case PROTOBUF_C_TYPE_FLOAT:
		return json_real((double)MEMBER(float, at));
	case PROTOBUF_C_TYPE_DOUBLE:
		return json_real(MEMBER(double, at));
	case PROTOBUF_C_TYPE_BOOL:
		return json_boolean(MEMBER(protobuf_c_boolean, at) != 0);
	case PROTOBUF_C_TYPE_ENUM:
		return enum_json(field->descriptor, MEMBER(int, at), writing);
	case PROTOBUF_C_TYPE_STRING:
		return json_string(MEMBER(char *, at));
	case PROTOBUF_C_TYPE_BYTES:
		return base64(MEMBER(ProtobufCBinaryData, at));
	case PROTOBUF_C_TYPE_MESSAGE:
		return message_json(MEMBER(void *, at), writing);
	}
	return json_null();
}

/* Whether a field that is there once has its default. */
static gboolean
is_default(const ProtobufCFieldDescriptor *field, const guint8 *at)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return MEMBER(guint32, at) == 0;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return MEMBER(guint64, at) == 0;
	case PROTOBUF_C_TYPE_FLOAT:
		return MEMBER(float, at) == 0;
	case PROTOBUF_C_TYPE_DOUBLE:
		return MEMBER(double, at) == 0;
	case PROTOBUF_C_TYPE_BOOL:
		return MEMBER(protobuf_c_boolean, at) == 0;
	case PROTOBUF_C_TYPE_ENUM:
		return MEMBER(int, at) == 0;
	case PROTOBUF_C_TYPE_STRING:
		return MEMBER(char *, at) == NULL || *MEMBER(char *, at) == '\0';
	case PROTOBUF_C_TYPE_BYTES:
		return MEMBER(ProtobufCBinaryData, at).len == 0;
	case PROTOBUF_C_TYPE_MESSAGE:
		return MEMBER(void *, at) == NULL;
	}
	return TRUE;
}

/* ---- lists, messages ---- */

static void
put_entry(json_t *object, const ProtobufCMessage *entry, const Writing *writing)
{
	const ProtobufCFieldDescriptor *fields = entry->descriptor->fields;
	const guint8 *at = (const guint8 *)entry;

	json_object_set_new(object, MEMBER(char *, at + fields[0].offset),
			    value_json(&fields[1], at + fields[1].offset,
				       writing));
}

static json_t *
list_json(const ProtobufCFieldDescriptor *field, const guint8 *items, gsize n,
	  const Writing *writing)
{
	const gsize size = field_size(field->type);
	const gboolean map = field_is_map(writing->maps, field);
	json_t *list = map ? json_object() : json_array();

	for (gsize i = 0; i < n; i++)
		if (map)
			put_entry(list, MEMBER(ProtobufCMessage *,
					       items + i * size),
				  writing);
		else
			json_array_append_new(
				list, value_json(field, items + i * size, writing));
	return list;
}

static json_t *
message_json(const void *message, const Writing *writing)
{
	const ProtobufCMessage *base = message;
	json_t *object = json_object();

	for (unsigned i = 0; i < base->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field =
			&base->descriptor->fields[i];
		const guint8 *at = (const guint8 *)message + field->offset;
		gsize n;

		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			if (!is_default(field, at))
				json_object_set_new(object, field->name,
						    value_json(field, at,
							       writing));
			continue;
		}
		n = MEMBER(size_t, (const guint8 *)message +
					   field->quantifier_offset);
		if (n > 0)
			json_object_set_new(object, field->name,
					    list_json(field,
						      MEMBER(guint8 *, at), n,
						      writing));
	}
	return object;
}

json_t *
message_to_json(const void *message, MessageMaps maps)
{
	const Writing writing = { maps, FALSE };

	return message_json(message, &writing);
}

json_t *
message_to_numbers(const void *message, MessageMaps maps)
{
	const Writing writing = { maps, TRUE };

	return message_json(message, &writing);
}
