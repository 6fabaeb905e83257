/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message_json_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"

/* Bytes of structures for each byte of an honest text: an entry of a map with
 * nothing in it takes eight. */
#define ROOM_FACTOR 16u
#define ROOM_MIN (64u << 10)
/* Values of a text: parsed, each takes a hundred bytes and more. A transaction of
 * the largest size has some ten thousand. */
#define VALUES_MAX (1u << 18)
/* Bytes of a name that no field has more of. */
#define NAME_MAX_LEN 64u
/* Bytes of a path in a reason. */
#define PATH_MAX_LEN 120u

#define MEMBER(type, at) (*(type *)(void *)(at))

/* Where in the text it is. */
typedef struct Place Place;
struct Place {
	const Place *above;
	const char *name; /* NULL: an item of the list above */
	gsize index;
};

typedef struct {
	Arena *arena;
	MessageMaps maps;
	int32_t status;
	bsn_err *err;
} Reading;

/* ---- reasons ---- */

static void
put_place(const Place *place, GString *path)
{
	if (place == NULL)
		return;
	put_place(place->above, path);
	if (place->name == NULL)
		g_string_append_printf(path, "[%" G_GSIZE_FORMAT "]",
				       place->index);
	else
		g_string_append_printf(path, "%s%s", path->len > 0 ? "." : "",
				       place->name);
}

static gboolean
fail(Reading *reading, const Place *place, const char *problem)
{
	g_autoptr(GString) path = g_string_new(NULL);

	put_place(place, path);
	reading->status = bsn_fail(reading->err, BSN_BAD_REQUEST, "%.*s %s",
				   (int)PATH_MAX_LEN,
				   path->len > 0 ? path->str : "the message",
				   problem);
	return FALSE;
}

static void *
take(Reading *reading, gsize size)
{
	void *room = arena_take(reading->arena, MAX(size, 1));

	if (room == NULL)
		reading->status =
			bsn_fail(reading->err, BSN_TOO_LARGE,
				 "the message has far more members than its "
				 "length would have it");
	else
		memset(room, 0, size);
	return room;
}

/* ---- values ---- */

static gboolean
read_bytes(Reading *reading, const Place *place, const json_t *json,
	   guint8 *at)
{
	const gsize len = json_string_length(json);
	ProtobufCBinaryData *bytes = &MEMBER(ProtobufCBinaryData, at);
	gint state = 0;
	guint save = 0;

	if (!json_is_string(json) || !json_is_base64(json_string_value(json), len))
		return fail(reading, place, "is no Base64");
	bytes->data = take(reading, len / 4 * 3 + 3);
	if (bytes->data == NULL)
		return FALSE;
	bytes->len = g_base64_decode_step(json_string_value(json), len,
					  bytes->data, &state, &save);
	return TRUE;
}

static gboolean
read_string(Reading *reading, const Place *place, const json_t *json,
	    guint8 *at)
{
	const gsize len = json_string_length(json);
	char *text;

	if (!json_is_string(json))
		return fail(reading, place, "is no text");
	text = take(reading, len + 1);
	if (text == NULL)
		return FALSE;
	memcpy(text, json_string_value(json), len);
	MEMBER(char *, at) = text;
	return TRUE;
}

static ProtobufCMessage *read_message(Reading *reading, const Place *place,
				      const ProtobufCMessageDescriptor *type,
				      const json_t *json);

static gboolean
checked(Reading *reading, const Place *place, gboolean good,
	const char *problem)
{
	return good || fail(reading, place, problem);
}

static gboolean
read_value(Reading *reading, const Place *place,
	   const ProtobufCFieldDescriptor *field, const json_t *json,
	   guint8 *at)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return checked(reading, place, json_read_32(json, TRUE, at),
			       "is no 32-bit integer");
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return checked(reading, place, json_read_32(json, FALSE, at),
			       "is no 32-bit integer from 0 on");
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return checked(reading, place,
			       json_read_integer(json, TRUE, &MEMBER(guint64, at)),
			       "is no 64-bit integer");
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return checked(reading, place,
			       json_read_integer(json, FALSE, &MEMBER(guint64, at)),
			       "is no 64-bit integer from 0 on");
	case PROTOBUF_C_TYPE_FLOAT:
		MEMBER(float, at) = (float)json_number_value(json);
		return checked(reading, place, json_is_number(json),
			       "is no number");
	case PROTOBUF_C_TYPE_DOUBLE:
		MEMBER(double, at) = json_number_value(json);
		return checked(reading, place, json_is_number(json),
			       "is no number");
	case PROTOBUF_C_TYPE_BOOL:
		MEMBER(protobuf_c_boolean, at) = json_is_true(json);
		return checked(reading, place, json_is_boolean(json),
			       "is neither true nor false");
	case PROTOBUF_C_TYPE_ENUM:
		return checked(reading, place,
			       json_read_enum(field->descriptor, json, at),
			       "is none of its values");
	case PROTOBUF_C_TYPE_STRING:
		return read_string(reading, place, json, at);
	case PROTOBUF_C_TYPE_BYTES:
		return read_bytes(reading, place, json, at);
	case PROTOBUF_C_TYPE_MESSAGE:
		MEMBER(void *, at) = read_message(reading, place,
						  field->descriptor, json);
		return MEMBER(void *, at) != NULL;
	}
	return FALSE;
}

/* ---- lists ---- */

static gboolean
read_entry(Reading *reading, const Place *place,
	   const ProtobufCMessageDescriptor *type, const char *key,
	   const json_t *json, void **entry)
{
	guint8 *made = take(reading, type->sizeof_message);
	const gsize len = strlen(key);
	char *copy = made != NULL ? take(reading, len + 1) : NULL;

	if (copy == NULL)
		return FALSE;
	protobuf_c_message_init(type, made);
	memcpy(copy, key, len);
	MEMBER(char *, made + type->fields[0].offset) = copy;
	*entry = made;
	/* Null is the default, which messages in maps have none of. */
	return (json_is_null(json) &&
		type->fields[1].type != PROTOBUF_C_TYPE_MESSAGE) ||
	       read_value(reading, place, &type->fields[1], json,
			  made + type->fields[1].offset);
}

static gboolean
read_map(Reading *reading, const Place *place,
	 const ProtobufCFieldDescriptor *field, json_t *json, void **items)
{
	const char *key;
	json_t *value;
	gsize i = 0;

	json_object_foreach (json, key, value) {
		const Place at = { place, key, 0 };

		if (!read_entry(reading, &at, field->descriptor, key, value,
				&items[i++]))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_items(Reading *reading, const Place *place,
	   const ProtobufCFieldDescriptor *field, const json_t *json,
	   guint8 *items)
{
	const gsize size = field_size(field->type);
	json_t *value;
	gsize i;

	json_array_foreach ((json_t *)json, i, value) {
		const Place at = { place, NULL, i };

		if (!read_value(reading, &at, field, value, items + i * size))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_list(Reading *reading, const Place *place,
	  const ProtobufCFieldDescriptor *field, json_t *json, guint8 *message)
{
	const gboolean map = field_is_map(reading->maps, field);
	const gsize n = map ? json_object_size(json) : json_array_size(json);
	guint8 *items;

	if (map ? !json_is_object(json) : !json_is_array(json))
		return fail(reading, place,
			    map ? "is no object" : "is no array");
	items = take(reading, n * field_size(field->type));
	if (items == NULL)
		return FALSE;
	MEMBER(void *, message + field->offset) = items;
	MEMBER(size_t, message + field->quantifier_offset) = n;
	return map ? read_map(reading, place, field, json,
			      (void **)(void *)items)
		   : read_items(reading, place, field, json, items);
}

/* ---- messages ---- */

/* "ref_txid" is "refTxid", too. */
static gboolean
is_camel(const char *camel, const char *name)
{
	while (*name != '\0') {
		const gboolean up = *name == '_';
		char wanted = up ? *++name : *name;

		if (*camel != (up ? g_ascii_toupper(wanted) : wanted))
			return FALSE;
		if (wanted == '\0')
			return TRUE;
		name++;
		camel++;
	}
	return *camel == '\0';
}

static const ProtobufCFieldDescriptor *
find_field(const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(type, name);

	for (unsigned i = 0; field == NULL && i < type->n_fields; i++)
		if (is_camel(name, type->fields[i].name))
			field = &type->fields[i];
	return field;
}

static ProtobufCMessage *
read_message(Reading *reading, const Place *place,
	     const ProtobufCMessageDescriptor *type, const json_t *json)
{
	ProtobufCMessage *message;
	const char *name;
	json_t *value;

	if (!json_is_object(json)) {
		fail(reading, place, "is no object");
		return NULL;
	}
	message = take(reading, type->sizeof_message);
	if (message == NULL)
		return NULL;
	protobuf_c_message_init(type, message);
	json_object_foreach ((json_t *)json, name, value) {
		const ProtobufCFieldDescriptor *field =
			strlen(name) <= NAME_MAX_LEN ? find_field(type, name) :
						       NULL;
		const Place at = { place, name, 0 };
		gboolean good;

		if (field == NULL || json_is_null(value))
			continue;
		good = field->label == PROTOBUF_C_LABEL_REPEATED ?
			       read_list(reading, &at, field, value,
					 (guint8 *)message) :
			       read_value(reading, &at, field, value,
					  (guint8 *)message + field->offset);
		if (!good)
			return NULL;
	}
	return message;
}

/* ---- the text ---- */

/* At most one begins behind each comma and each opening bracket. */
static guint64
count_values(bsn_slice text)
{
	gboolean in_string = FALSE;
	guint64 n = 1;

	for (guint64 i = 0; i < text.len; i++) {
		const guint8 c = text.data[i];

		if (c == '"')
			in_string = !in_string;
		else if (in_string && c == '\\')
			i++;
		else if (!in_string)
			n += c == ',' || c == '[' || c == '{';
	}
	return n;
}

static json_t *
parse(Reading *reading, bsn_slice json, guint64 max)
{
	if (json.len > max || count_values(json) <= VALUES_MAX)
		return json_parse_object(json, max, "the body",
					 &reading->status, reading->err);
	reading->status = bsn_fail(reading->err, BSN_TOO_LARGE,
				   "the body has more than %u values",
				   VALUES_MAX);
	return NULL;
}

void *
message_from_json(Arena *arena, const ProtobufCMessageDescriptor *type,
		  MessageMaps maps, bsn_slice json, guint64 max,
		  int32_t *status, bsn_err *err)
{
	Reading reading = { arena, maps, BSN_OK, err };
	g_autoptr(json_t) parsed = parse(&reading, json, max);
	ProtobufCMessage *message = NULL;

	if (parsed != NULL) {
		arena_allow(arena, (gsize)json.len * ROOM_FACTOR + ROOM_MIN);
		message = read_message(&reading, NULL, type, parsed);
	}
	if (message == NULL)
		*status = reading.status;
	return message;
}
