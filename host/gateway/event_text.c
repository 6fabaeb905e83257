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

static json_t *
block_data(const ReplyEvent *event, json_t *payload)
{
	json_t *data = json_object();

	json_object_set_new(data, "block", json_u64(event->block));
	json_object_set_new(data, "payload", payload);
	return data;
}

static json_t *
contract_data(const ReplyEvent *event, json_t *payload)
{
	json_t *data = json_object();

	json_object_set_new(data, "block", json_u64(event->block));
	json_object_set_new(data, "tx_index", json_u64(event->tx_index));
	json_object_set_new(data, "index", json_u64(event->index));
	json_object_set_new(data, "tx_id", json_id(&event->tx_id));
	json_object_set_new(data, "contract",
			    json_text(or_empty(event->contract)));
	json_object_set_new(data, "name", json_text(or_empty(event->name)));
	json_object_set_new(data, "payload", payload);
	return data;
}

#define TEXT_END "\n\n"

static void
write_text(EventText *out, const json_t *data)
{
	g_autofree char *json = json_write(data, &out->data_len);
	char *text = g_strdup_printf(
		"id: %" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT "\n"
		"event: %s\ndata: %s" TEXT_END,
		out->block, out->position,
		out->kind == BSN_EVENT_BLOCK ? "block" : "contract", json);
	const gsize len = strlen(text);

	out->data_at = len - strlen(TEXT_END) - out->data_len;
	out->text = g_bytes_new_take(text, len);
}

static EventText *
event_text_new(const ReplyEvent *event, guint64 position)
{
	const char *given = or_empty(event->payload);
	json_t *payload = json_foreign(given, strlen(given));
	g_autoptr(json_t) data = NULL;
	EventText *text;

	if (payload == NULL)
		return NULL;
	data = event->kind == BSN_EVENT_BLOCK ? block_data(event, payload)
					      : contract_data(event, payload);
	text = g_new0(EventText, 1);
	text->kind = event->kind;
	text->block = event->block;
	text->position = position;
	text->contract = g_strdup(or_empty(event->contract));
	text->name = g_strdup(or_empty(event->name));
	write_text(text, data);
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
