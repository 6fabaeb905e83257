/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/sse.h"

#include <string.h>

/* A server does not get to make a client wait for longer. */
#define RETRY_MAX_MS 60000u

struct Sse {
	SseEvent on_event;
	void *user;
	GString *line;
	GString *event;
	GString *data;
	GString *id;      /* of the event being read */
	GString *last_id; /* of the last event that was complete */
	guint retry_ms;
	gboolean has_data;
	gboolean after_cr; /* the next line feed belongs to it */
	gboolean overflowed;
};

Sse *
sse_new(SseEvent event, void *user)
{
	Sse *sse = g_new0(Sse, 1);

	sse->on_event = event;
	sse->user = user;
	sse->line = g_string_new(NULL);
	sse->event = g_string_new(NULL);
	sse->data = g_string_new(NULL);
	sse->id = g_string_new(NULL);
	sse->last_id = g_string_new(NULL);
	return sse;
}

void
sse_free(Sse *sse)
{
	if (sse == NULL)
		return;
	g_string_free(sse->line, TRUE);
	g_string_free(sse->event, TRUE);
	g_string_free(sse->data, TRUE);
	g_string_free(sse->id, TRUE);
	g_string_free(sse->last_id, TRUE);
	g_free(sse);
}

const char *
sse_last_id(const Sse *sse)
{
	return sse->last_id->len > 0 ? sse->last_id->str : NULL;
}

guint
sse_retry_ms(const Sse *sse)
{
	return sse->retry_ms;
}

gboolean
sse_overflowed(const Sse *sse)
{
	return sse->overflowed;
}

static void
clear_event(Sse *sse)
{
	g_string_truncate(sse->event, 0);
	g_string_truncate(sse->data, 0);
	sse->has_data = FALSE;
}

void
sse_restart(Sse *sse)
{
	clear_event(sse);
	g_string_truncate(sse->line, 0);
	g_string_assign(sse->id, sse->last_id->str);
	sse->after_cr = FALSE;
}

static gboolean
dispatch(Sse *sse)
{
	gboolean go_on = TRUE;

	g_string_assign(sse->last_id, sse->id->str);
	if (sse->has_data)
		go_on = sse->on_event(sse->last_id->str,
				      sse->event->len > 0 ? sse->event->str
							  : "message",
				      sse->data->str, sse->user);
	clear_event(sse);
	return go_on;
}

static void
take_retry(Sse *sse, const char *value)
{
	guint64 ms;

	if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &ms, NULL))
		sse->retry_ms = (guint)MIN(ms, RETRY_MAX_MS);
}

static void
take_field(Sse *sse, const char *name, const char *value)
{
	if (strcmp(name, "data") == 0) {
		if (sse->has_data)
			g_string_append_c(sse->data, '\n');
		g_string_append(sse->data, value);
		sse->has_data = TRUE;
	} else if (strcmp(name, "event") == 0) {
		g_string_assign(sse->event, value);
	} else if (strcmp(name, "id") == 0) {
		g_string_assign(sse->id, value);
	} else if (strcmp(name, "retry") == 0) {
		take_retry(sse, value);
	}
}

/* A line without its end. Empty: the event is complete; ":...": a comment. */
static gboolean
take_line(Sse *sse)
{
	char *colon = strchr(sse->line->str, ':');
	const char *value = "";

	if (sse->line->len == 0)
		return dispatch(sse);
	if (colon != NULL) {
		*colon = '\0';
		value = colon[1] == ' ' ? colon + 2 : colon + 1;
	}
	take_field(sse, sse->line->str, value);
	g_string_truncate(sse->line, 0);
	return TRUE;
}

static gboolean
take_byte(Sse *sse, char c)
{
	gboolean after_cr = sse->after_cr;

	sse->after_cr = c == '\r';
	if (c == '\n' && after_cr)
		return TRUE;
	if (c == '\n' || c == '\r')
		return take_line(sse);
	/* A NUL would end a C string early, and no event has one. */
	g_string_append_c(sse->line, c != '\0' ? c : '?');
	if (sse->line->len + sse->data->len <= SSE_EVENT_MAX)
		return TRUE;
	sse->overflowed = TRUE;
	return FALSE;
}

gboolean
sse_feed(Sse *sse, const char *data, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (!take_byte(sse, data[i]))
			return FALSE;
	return TRUE;
}
