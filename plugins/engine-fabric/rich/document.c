/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields are found as CouchDB's mango does it, "a.b", with "a.0" in arrays.
 */
#include "plugins/engine-fabric/rich/document.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"

#define ID "_id"

/* ---- values ---- */

json_t *
document_parse(bsn_slice text, bsn_err *err)
{
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	const char *start = text.len > 0 ? (const char *)text.data : "";
	json_error_t error;
	json_t *value = json_loadb(start, (size_t)text.len, flags, &error);

	if (value == NULL &&
	    json_error_code(&error) == json_error_numeric_overflow)
		value = json_loadb(start, (size_t)text.len,
				   flags | JSON_DECODE_INT_AS_REAL, &error);
	if (value == NULL)
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "line %d column %d: %s", error.line,
			       error.column, error.text);
	return value;
}

bsn_slice
document_key(const StateItem *item)
{
	bsn_slice namespace;
	bsn_slice collection;
	bsn_slice key = { NULL, 0 };

	(void)state_key_split(item->key, &namespace, &collection, &key);
	return key;
}

/* What is no object is seen without parsing it. */
static gboolean
may_be_object(bsn_slice text)
{
	guint64 at = 0;

	while (at < text.len && g_ascii_isspace(text.data[at]))
		at++;
	return at < text.len && text.data[at] == '{';
}

json_t *
document_of(const StateItem *item)
{
	const bsn_slice key = document_key(item);
	json_t *document = may_be_object(item->value)
				   ? document_parse(item->value, NULL)
				   : NULL;
	const char *name;
	json_t *member;
	void *next;

	if (document == NULL)
		return NULL;
	json_object_foreach_safe(document, next, name, member) {
		if (name[0] == '_' || strcmp(name, "~version") == 0)
			(void)json_object_del(document, name);
	}
	if (json_object_set_new(document, ID,
				json_stringn_nocheck((const char *)key.data,
						     (size_t)key.len)) != 0)
		g_clear_pointer(&document, json_decref);
	return document;
}

/* ---- paths ---- */

/* The next name, up to a dot that stands without a backslash. Backslashes are
 * left out, all of them, as CouchDB does it. */
static char *
take_name(const char **rest)
{
	GString *name = g_string_new(NULL);
	const char *at = *rest;

	for (; *at != '\0'; at++) {
		if (*at == '.' && (at == *rest || at[-1] != '\\'))
			break;
		if (*at != '\\')
			g_string_append_c(name, *at);
	}
	*rest = at;
	return g_string_free(name, FALSE);
}

/* Whether a part is empty as it was written: a lone backslash is a name. */
static gboolean
take_names(const char *text, GPtrArray *names)
{
	for (;;) {
		const char *start = text;

		g_ptr_array_add(names, take_name(&text));
		if (text == start || names->len > FIELD_PATH_MAX)
			return FALSE;
		if (*text == '\0')
			return TRUE;
		text++;
	}
}

FieldPath *
field_path_new(const char *text, bsn_err *err)
{
	g_autoptr(FieldPath) path = g_new0(FieldPath, 1);

	path->text = g_strdup(text);
	path->names = g_ptr_array_new_with_free_func(g_free);
	if (*text != '\0' && !take_names(text, path->names)) {
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "the field \"%.200s\" has an empty name in it, "
			       "or more than %u",
			       text, FIELD_PATH_MAX);
		return NULL;
	}
	return g_steal_pointer(&path);
}

void
field_path_free(FieldPath *path)
{
	if (path == NULL)
		return;
	g_ptr_array_unref(path->names);
	g_free(path->text);
	g_free(path);
}

gboolean
field_path_is_id(const FieldPath *path)
{
	return strcmp(path->text, ID) == 0;
}

static FieldFound
find_member(const json_t *value, const char *name, const json_t **found)
{
	char *end;
	gint64 position;

	if (json_is_object(value)) {
		*found = json_object_get(value, name);
		return *found != NULL ? FIELD_FOUND : FIELD_MISSING;
	}
	*found = NULL;
	if (!json_is_array(value) || g_ascii_isspace(*name))
		return FIELD_NO_WAY;
	position = g_ascii_strtoll(name, &end, 10);
	if (*end != '\0' || end == name || position < 0 ||
	    (guint64)position >= json_array_size(value))
		return FIELD_NO_WAY;
	*found = json_array_get(value, (size_t)position);
	return FIELD_FOUND;
}

FieldFound
field_path_find(const FieldPath *path, const json_t *value,
		const json_t **found)
{
	FieldFound how = FIELD_FOUND;

	for (guint i = 0; i < path->names->len && how == FIELD_FOUND; i++)
		how = find_member(value, path->names->pdata[i], &value);
	*found = how == FIELD_FOUND ? value : NULL;
	return how;
}

/* ---- projection ---- */

/* Puts a value where its path says. Where another field has put something that
 * is no object, that stays. */
static void
place(json_t *out, const FieldPath *path, const json_t *value)
{
	const guint last = path->names->len - 1;

	for (guint i = 0; i < last; i++) {
		const char *name = path->names->pdata[i];
		json_t *inner = json_object_get(out, name);

		if (inner == NULL) {
			inner = json_object();
			(void)json_object_set_new(out, name, inner);
		}
		if (!json_is_object(inner))
			return;
		out = inner;
	}
	(void)json_object_set_new(out, path->names->pdata[last],
				  json_deep_copy(value));
}

/* With as few digits as give the same numbers again. */
static char *
write_text(const json_t *value)
{
	for (size_t digits = 15;; digits++) {
		char *dumped = json_dumps(value,
					  JSON_COMPACT | JSON_SORT_KEYS |
						  JSON_REAL_PRECISION(digits));
		g_autofree char *text = g_strdup(dumped);
		g_autoptr(json_t) again = NULL;

		free(dumped);
		again = digits < 17 ? document_parse(bsn_slice_str(text), NULL)
				    : NULL;
		if (digits == 17 || json_equal(again, value))
			return g_steal_pointer(&text);
	}
}

char *
document_project(const json_t *document, const GPtrArray *paths)
{
	g_autoptr(json_t) out = json_object();
	const json_t *value;

	for (guint i = 0; i < paths->len; i++)
		if (!field_path_is_id(paths->pdata[i]) &&
		    field_path_find(paths->pdata[i], document, &value) ==
			    FIELD_FOUND)
			place(out, paths->pdata[i], value);
	return write_text(out);
}
