/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/message_body.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/hex.h"
#include "host/gateway/json.h"

#define BASE64_MAX ((BSN_MESSAGE_PAYLOAD_MAX + 2u) / 3u * 4u)
#define MODE_MAX 16u

/* ---- payloads ---- */

/* NULL when the text is not base64 as it is written (RFC 4648 section 4). */
static GBytes *
from_base64(const char *text)
{
	gsize len;
	g_autofree guchar *data = g_base64_decode(text, &len);
	g_autofree char *again = g_base64_encode(data, len);

	if (strcmp(text, again) != 0)
		return NULL;
	return g_bytes_new(data, len);
}

static int32_t
read_payload(const char *text, const char *base64, GBytes **out, bsn_err *err)
{
	if (text != NULL && base64 != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"text: there is base64, too: give one of them");
	if (base64 == NULL) {
		*out = text != NULL ? g_bytes_new(text, strlen(text))
				    : g_bytes_new(NULL, 0);
		return BSN_OK;
	}
	*out = from_base64(base64);
	if (*out == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"base64: it is no padded base64");
	if (g_bytes_get_size(*out) > BSN_MESSAGE_PAYLOAD_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"base64: it is over %u bytes",
				BSN_MESSAGE_PAYLOAD_MAX);
	return BSN_OK;
}

static int32_t
check_topic(const char *topic, const char *what, bsn_err *err)
{
	gsize len = strlen(topic);

	if (len == 0 || len > BSN_MESSAGE_TOPIC_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"%s: a topic has 1 to %u bytes, this one %zu",
				what, BSN_MESSAGE_TOPIC_MAX, len);
	for (const char *at = topic; *at != '\0'; at++)
		if (*at == ',' || g_ascii_iscntrl(*at))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"%s: a topic has no comma and no "
					"control character",
					what);
	return BSN_OK;
}

/* ---- a message ---- */

static const JsonField message_fields[] = {
	JSON_FIELD(MessageBody, topic, FIELD_TEXT, TRUE, BSN_MESSAGE_TOPIC_MAX),
	{ "private", FIELD_BOOL, FALSE, 0,
	  G_STRUCT_OFFSET(MessageBody, is_private) },
	JSON_FIELD(MessageBody, mode, FIELD_TEXT, FALSE, MODE_MAX),
	JSON_FIELD(MessageBody, text, FIELD_TEXT, FALSE,
		   BSN_MESSAGE_PAYLOAD_MAX),
	JSON_FIELD(MessageBody, base64, FIELD_TEXT, FALSE, BASE64_MAX),
	JSON_FIELD(MessageBody, timeout_ms, FIELD_U64, FALSE, 0),
	JSON_FIELD_END,
};

static int32_t
read_mode(MessageBody *body, bsn_err *err)
{
	if (body->mode == NULL || strcmp(body->mode, "unicast") == 0)
		body->message_mode = BSN_MESSAGE_UNICAST;
	else if (strcmp(body->mode, "multicast") == 0)
		body->message_mode = BSN_MESSAGE_MULTICAST;
	else
		return bsn_fail(err, BSN_BAD_REQUEST,
				"mode: \"%s\" is neither unicast nor multicast",
				body->mode);
	return BSN_OK;
}

static int32_t
read_timeout(MessageBody *body, bsn_err *err)
{
	if (json_object_get(body->document, "timeout_ms") == NULL)
		body->timeout_ms = MESSAGE_TIMEOUT_MS;
	if (body->timeout_ms >= 1 &&
	    body->timeout_ms <= BSN_MESSAGE_TIMEOUT_MAX_MS)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"timeout_ms: it is not 1 to %u",
			BSN_MESSAGE_TIMEOUT_MAX_MS);
}

int32_t
message_body_decode(const void *data, gsize len, MessageBody *out,
		    bsn_err *err)
{
	int32_t status;

	memset(out, 0, sizeof(*out));
	status = json_decode(data, len, &out->document, err);
	if (status == BSN_OK)
		status = json_read(out->document, "", message_fields, out, err);
	if (status == BSN_OK)
		status = check_topic(out->topic, "topic", err);
	if (status == BSN_OK)
		status = read_mode(out, err);
	if (status == BSN_OK)
		status = read_timeout(out, err);
	if (status == BSN_OK && out->text == NULL && out->base64 == NULL)
		status = bsn_fail(err, BSN_BAD_REQUEST,
				  "text: it is missing, and so is base64");
	if (status == BSN_OK)
		status = read_payload(out->text, out->base64, &out->payload,
				      err);
	return status;
}

void
message_body_clear(MessageBody *body)
{
	json_read_clear(message_fields, body);
	g_clear_pointer(&body->payload, g_bytes_unref);
	g_clear_pointer(&body->document, json_decref);
}

/* ---- an answer ---- */

static const JsonField answer_fields[] = {
	JSON_FIELD(AnswerBody, text, FIELD_TEXT, FALSE,
		   BSN_MESSAGE_PAYLOAD_MAX),
	JSON_FIELD(AnswerBody, base64, FIELD_TEXT, FALSE, BASE64_MAX),
	JSON_FIELD_END,
};

int32_t
answer_body_decode(const void *data, gsize len, AnswerBody *out, bsn_err *err)
{
	int32_t status;

	memset(out, 0, sizeof(*out));
	status = json_decode(data, len, &out->document, err);
	if (status == BSN_OK)
		status = json_read(out->document, "", answer_fields, out, err);
	if (status == BSN_OK)
		status = read_payload(out->text, out->base64, &out->payload,
				      err);
	return status;
}

void
answer_body_clear(AnswerBody *body)
{
	json_read_clear(answer_fields, body);
	g_clear_pointer(&body->payload, g_bytes_unref);
	g_clear_pointer(&body->document, json_decref);
}

/* ---- topics ---- */

static const JsonField topic_fields[] = {
	JSON_FIELD(TopicBody, topic, FIELD_TEXT, TRUE, BSN_MESSAGE_TOPIC_MAX),
	JSON_FIELD(TopicBody, keys, FIELD_ARRAY, TRUE, BSN_MESSAGE_KEYS_MAX),
	JSON_FIELD_END,
};

static void
unref_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

static int32_t
read_keys(TopicBody *body, bsn_err *err)
{
	const json_t *item;
	gsize i;

	body->decoded = g_ptr_array_new_with_free_func(unref_bytes);
	json_array_foreach(body->keys, i, item) {
		const char *text = json_string_value(item);
		const char *why = "a string of hexadecimal digits after 0x is "
				  "needed";
		GBytes *key = text != NULL ? hex_decode(text,
							BSN_PUBLIC_KEY_MAX,
							&why)
					   : NULL;

		if (key == NULL)
			return bsn_fail(err, BSN_BAD_REQUEST, "keys[%zu]: %s",
					i, why);
		g_ptr_array_add(body->decoded, key);
		if (g_bytes_get_size(key) == 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"keys[%zu]: it is empty", i);
	}
	return BSN_OK;
}

int32_t
topic_body_decode(const void *data, gsize len, TopicBody *out, bsn_err *err)
{
	int32_t status;

	memset(out, 0, sizeof(*out));
	status = json_decode(data, len, &out->document, err);
	if (status == BSN_OK)
		status = json_read(out->document, "", topic_fields, out, err);
	if (status == BSN_OK)
		status = check_topic(out->topic, "topic", err);
	if (status == BSN_OK)
		status = read_keys(out, err);
	return status;
}

void
topic_body_clear(TopicBody *body)
{
	json_read_clear(topic_fields, body);
	g_clear_pointer(&body->decoded, g_ptr_array_unref);
	g_clear_pointer(&body->document, json_decref);
}

char **
message_topics(const char *list, const char *what, int32_t *status,
	       bsn_err *err)
{
	g_auto(GStrv) names = g_strsplit(list, ",", BSN_MESSAGE_TOPICS_MAX + 1);

	*status = BSN_OK;
	if (names[0] == NULL)
		*status = bsn_fail(err, BSN_BAD_REQUEST,
				   "%s: it names no topic", what);
	else if (g_strv_length(names) > BSN_MESSAGE_TOPICS_MAX)
		*status = bsn_fail(err, BSN_TOO_LARGE,
				   "%s: there are more than %u topics", what,
				   BSN_MESSAGE_TOPICS_MAX);
	for (guint i = 0; *status == BSN_OK && names[i] != NULL; i++)
		*status = check_topic(names[i], what, err);
	return *status == BSN_OK ? g_steal_pointer(&names) : NULL;
}
