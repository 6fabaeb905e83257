/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/event_text.h"

#include <string.h>

#include "host/chain/reply.h"
#include "host/gateway/json.h"

/* Shorter texts are copied: each separate piece of an evbuffer becomes a TLS
 * record and a system call of its own, which costs more. */
#define REFERENCE_MIN 4096

static void
event_text_free(gpointer data)
{
	EventText *event = data;

	g_free(event->contract);
	g_free(event->name);
	g_bytes_unref(event->text);
	g_free(event);
}

/* Copied from an empty slice, a text is NULL. */
static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* What comes before the payload. */
static void
put_place(GString *text, const ReplyEvent *event)
{
	g_string_append(text, "{\"block\":");
	json_put_u64(text, event->block);
	if (event->kind == BSN_EVENT_BLOCK)
		return;
	g_string_append(text, ",\"tx_index\":");
	json_put_u64(text, event->tx_index);
	g_string_append(text, ",\"index\":");
	json_put_u64(text, event->index);
	g_string_append(text, ",\"tx_id\":");
	json_put_id(text, &event->tx_id);
	g_string_append(text, ",\"contract\":");
	json_put_text(text, or_empty(event->contract));
	g_string_append(text, ",\"name\":");
	json_put_text(text, or_empty(event->name));
}

static gboolean
put_payload(GString *text, const char *payload)
{
	g_string_append(text, ",\"payload\":");
	if (*payload != '\0')
		return json_put_foreign(text, payload, strlen(payload));
	g_string_append(text, "null");
	return TRUE;
}

/* FALSE when the payload is not JSON. */
static gboolean
write_text(EventText *out, const ReplyEvent *event)
{
	GString *text = g_string_new("id: ");
	const char *payload = or_empty(event->payload);
	gboolean written;

	json_put_u64(text, out->block);
	g_string_append_c(text, '.');
	json_put_u64(text, out->position);
	g_string_append(text, event->kind == BSN_EVENT_BLOCK
				      ? "\nevent: block\ndata: "
				      : "\nevent: contract\ndata: ");
	out->data_at = text->len;
	put_place(text, event);
	written = put_payload(text, payload);
	g_string_append_c(text, '}');
	out->data_len = text->len - out->data_at;
	g_string_append(text, "\n\n");
	out->text = g_string_free_to_bytes(text);
	return written;
}

static EventText *
event_text_new(const ReplyEvent *event, guint64 position)
{
	EventText *text = g_new0(EventText, 1);

	text->kind = event->kind;
	text->block = event->block;
	text->position = position;
	if (!write_text(text, event)) {
		event_text_free(text);
		return NULL;
	}
	text->contract = g_strdup(or_empty(event->contract));
	text->name = g_strdup(or_empty(event->name));
	return text;
}

GPtrArray *
event_texts_new(const GPtrArray *events, guint64 from, guint64 next)
{
	g_autoptr(GPtrArray) texts =
		g_ptr_array_new_with_free_func(event_text_free);
	guint64 block = from, position = 0;

	for (guint i = 0; events != NULL && i < events->len; i++) {
		const ReplyEvent *event = events->pdata[i];
		EventText *text;

		if (event->block < block || event->block >= next)
			return NULL;
		if (event->block > block)
			position = 0;
		block = event->block;
		text = event_text_new(event, position++);
		if (text == NULL)
			return NULL;
		g_ptr_array_add(texts, text);
	}
	return g_steal_pointer(&texts);
}

gboolean
event_text_holds(const EventText *event, const EventWhere *where)
{
	const char *text;
	json_t *data;
	gboolean holds;

	if (where == NULL)
		return TRUE;
	text = g_bytes_get_data(event->text, NULL);
	data = json_loadb(text + event->data_at, event->data_len, 0, NULL);
	holds = event_where_holds(where, data);
	json_decref(data);
	return holds;
}

static void
release(const void *data, size_t len, void *bytes)
{
	g_bytes_unref(bytes);
}

void
event_text_add(const EventText *event, struct evbuffer *to)
{
	gsize len;
	const void *data = g_bytes_get_data(event->text, &len);

	if (len < REFERENCE_MIN)
		evbuffer_add(to, data, len);
	else
		evbuffer_add_reference(to, data, len, release,
				       g_bytes_ref(event->text));
}
