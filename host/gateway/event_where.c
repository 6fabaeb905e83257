/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/event_where.h"

#include <string.h>

#define PREFIX "where."

typedef struct {
	char *name, *value;
} Condition;

struct EventWhere {
	guint refs;
	guint n;
	Condition conditions[TARGET_PARAMS_MAX];
};

EventWhere *
event_where_new(const Target *target)
{
	EventWhere *where = g_new0(EventWhere, 1);

	where->refs = 1;
	for (guint i = 0; i < target->param_count; i++) {
		const char *name = target->params[i].name;

		if (!g_str_has_prefix(name, PREFIX))
			continue;
		where->conditions[where->n++] = (Condition){
			g_strdup(name + strlen(PREFIX)),
			g_strdup(target->params[i].value),
		};
	}
	if (where->n == 0)
		g_clear_pointer(&where, event_where_unref);
	return where;
}

EventWhere *
event_where_ref(EventWhere *where)
{
	if (where != NULL)
		where->refs++;
	return where;
}

void
event_where_unref(EventWhere *where)
{
	if (where == NULL || --where->refs > 0)
		return;
	for (guint i = 0; i < where->n; i++) {
		g_free(where->conditions[i].name);
		g_free(where->conditions[i].value);
	}
	g_free(where);
}

/* ---- matching ---- */

static gboolean
is_value(const json_t *found, const char *value)
{
	char *text;
	gboolean same;

	if (json_is_string(found))
		return strcmp(json_string_value(found), value) == 0;
	if (json_is_object(found) || json_is_array(found))
		return FALSE;
	text = json_dumps(found, JSON_ENCODE_ANY);
	same = text != NULL && strcmp(text, value) == 0;
	free(text);
	return same;
}

static gboolean matches(const json_t *at, const char *name, const char *value);

/* The member of that whole name, else the one that its first part names. */
static gboolean
member_matches(const json_t *object, const char *name, const char *value)
{
	const char *dot = strchr(name, '.');
	g_autofree char *first = NULL;

	if (matches(json_object_get(object, name), "", value))
		return TRUE;
	if (dot == NULL)
		return FALSE;
	first = g_strndup(name, (gsize)(dot - name));
	return matches(json_object_get(object, first), dot + 1, value);
}

/* Recursion is as deep as JSON may be nested. */
static gboolean
matches(const json_t *at, const char *name, const char *value)
{
	const json_t *element;
	size_t i;

	if (at == NULL)
		return FALSE;
	json_array_foreach(
		at, i, element) if (matches(element, name, value)) return TRUE;
	if (name[0] == '\0')
		return is_value(at, value);
	return json_is_object(at) && member_matches(at, name, value);
}

gboolean
event_where_holds(const EventWhere *where, const json_t *data)
{
	const json_t *payload = json_object_get(data, "payload");

	for (guint i = 0; where != NULL && i < where->n; i++)
		if (!matches(payload, where->conditions[i].name,
			     where->conditions[i].value))
			return FALSE;
	return TRUE;
}
