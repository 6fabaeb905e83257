/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message_json_private.h"

#define MEMBER(type, at) (*(type *)(void *)(at))

/* An integer, as a number or a text. */
gboolean
json_read_integer(const json_t *json, gboolean sign, guint64 *value)
{
	const char *text = json_string_value(json);
	gint64 number;

	if (json_is_integer(json)) {
		*value = (guint64)json_integer_value(json);
		return sign || json_integer_value(json) >= 0;
	}
	if (text == NULL)
		return FALSE;
	if (!sign)
		return g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT64,
						  value, NULL);
	if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number,
				      NULL))
		return FALSE;
	*value = (guint64)number;
	return TRUE;
}

gboolean
json_read_32(const json_t *json, gboolean sign, guint8 *at)
{
	guint64 value;
	gint64 number;

	if (!json_read_integer(json, sign, &value))
		return FALSE;
	number = (gint64)value;
	if (sign ? number < G_MININT32 || number > G_MAXINT32
		 : value > G_MAXUINT32)
		return FALSE;
	MEMBER(guint32, at) = (guint32)value;
	return TRUE;
}

gboolean
json_read_enum(const ProtobufCEnumDescriptor *type, const json_t *json, guint8 *at)
{
	const ProtobufCEnumValue *value;

	if (!json_is_string(json))
		return json_read_32(json, TRUE, at);
	value = protobuf_c_enum_descriptor_get_value_by_name(
		type, json_string_value(json));
	if (value != NULL)
		MEMBER(int, at) = value->value;
	return value != NULL;
}

/* RFC 4648 section 4, whole. */
gboolean
json_is_base64(const char *text, gsize len)
{
	gsize pad = 0;

	if (len % 4 != 0)
		return FALSE;
	while (pad < 2 && pad < len && text[len - pad - 1] == '=')
		pad++;
	for (gsize i = 0; i < len - pad; i++)
		if (!g_ascii_isalnum(text[i]) && text[i] != '+' &&
		    text[i] != '/')
			return FALSE;
	return TRUE;
}
