/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/request.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/rich/collate.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/wire.h"

static int32_t
bad(bsn_err *err, const char *member, const char *problem)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "query: %s: %s", member, problem);
}

/* ---- lists of fields ---- */

static GPtrArray *
paths_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)field_path_free);
}

/* A name, and the way it goes; FALSE: it is neither form. */
static gboolean
read_field(const json_t *field, const char **name, gboolean *descending)
{
	void *only = json_object_iter((json_t *)field);
	const char *way;

	*descending = FALSE;
	if (json_is_string(field)) {
		*name = json_string_value(field);
		return TRUE;
	}
	if (json_object_size(field) != 1)
		return FALSE;
	*name = json_object_iter_key(only);
	way = json_string_value(json_object_iter_value(only));
	*descending = g_strcmp0(way, "desc") == 0;
	return *descending || g_strcmp0(way, "asc") == 0;
}

static gboolean
add_path(GPtrArray *paths, const char *name, bsn_err *err)
{
	FieldPath *path;

	if (*name == '\0') {
		(void)bsn_fail(err, BSN_BAD_REQUEST, "a field has no name");
		return FALSE;
	}
	path = field_path_new(name, err);
	if (path != NULL)
		g_ptr_array_add(paths, path);
	return path != NULL;
}

GPtrArray *
field_list_new(const json_t *list, gboolean *descending, bsn_err *err)
{
	g_autoptr(GPtrArray) paths = paths_new();
	const char *name;
	gboolean way;

	*descending = FALSE;
	if (!json_is_array(list) || json_array_size(list) > REQUEST_SORT_MAX) {
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "it must be an array of at most %u fields",
			       REQUEST_SORT_MAX);
		return NULL;
	}
	for (gsize i = 0; i < json_array_size(list); i++) {
		if (!read_field(json_array_get(list, i), &name, &way)) {
			(void)bsn_fail(err, BSN_BAD_REQUEST,
				       "a field must be a string or {\"name\": "
				       "\"asc\" or \"desc\"}");
			return NULL;
		}
		if (i > 0 && way != *descending) {
			(void)bsn_fail(err, BSN_BAD_REQUEST,
				       "all fields must be ascending, or all "
				       "descending");
			return NULL;
		}
		*descending = way;
		if (!add_path(paths, name, err))
			return NULL;
	}
	return g_steal_pointer(&paths);
}

/* ---- members ---- */

static int32_t
take_selector(RichRequest *request, json_t *value, bsn_err *err)
{
	int32_t status;

	if (!json_is_object(value))
		return bad(err, "selector", "it must be an object");
	request->selector = selector_new(value, &status, err);
	return status;
}

/* By _id alone is by the key. */
static int32_t
take_sort(RichRequest *request, json_t *value, bsn_err *err)
{
	bsn_err why = { .size = sizeof(why) };

	g_clear_pointer(&request->sort, g_ptr_array_unref);
	request->sort = field_list_new(value, &request->descending, &why);
	if (request->sort == NULL)
		return bad(err, "sort", why.reason);
	if (request->sort->len == 1 &&
	    field_path_is_id(request->sort->pdata[0]))
		g_ptr_array_set_size(request->sort, 0);
	return BSN_OK;
}

static int32_t
take_number(json_t *value, const char *name, guint64 *number, bsn_err *err)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return bad(err, name, "it must be a number from 0 on");
	*number = (guint64)json_integer_value(value);
	return BSN_OK;
}

static int32_t
take_limit(RichRequest *request, json_t *value, bsn_err *err)
{
	return take_number(value, "limit", &request->limit, err);
}

static int32_t
take_skip(RichRequest *request, json_t *value, bsn_err *err)
{
	return take_number(value, "skip", &request->skip, err);
}

/* CouchDB says "nil" for the beginning. */
static int32_t
read_bookmark(RichRequest *request, bsn_slice text, bsn_err *err)
{
	g_autofree char *copy = g_strndup((const char *)text.data,
					  (gsize)text.len);
	g_autofree guchar *bytes = NULL;
	g_autofree char *again = NULL;
	gsize len = 0;

	g_byte_array_set_size(request->after, 0);
	if (text.len == 0 || strcmp(copy, "nil") == 0)
		return BSN_OK;
	bytes = g_base64_decode(copy, &len);
	again = g_base64_encode(bytes, len);
	if (len == 0 || strlen(copy) != text.len || strcmp(again, copy) != 0)
		return bad(err, "bookmark", "it is not of this node's making");
	g_byte_array_append(request->after, bytes, (guint)len);
	return BSN_OK;
}

static int32_t
take_bookmark(RichRequest *request, json_t *value, bsn_err *err)
{
	if (!json_is_string(value))
		return bad(err, "bookmark", "it must be a string");
	return read_bookmark(request,
			     bsn_slice_of(json_string_value(value),
					  json_string_length(value)),
			     err);
}

static int32_t
take_fields(RichRequest *request, json_t *value, bsn_err *err)
{
	bsn_err why = { .size = sizeof(why) };

	if (!json_is_array(value) || json_array_size(value) > REQUEST_FIELDS_MAX)
		return bad(err, "fields", "it must be an array of names");
	g_clear_pointer(&request->fields, g_ptr_array_unref);
	if (json_array_size(value) == 0)
		return BSN_OK;
	request->fields = paths_new();
	for (gsize i = 0; i < json_array_size(value); i++) {
		const json_t *name = json_array_get(value, i);

		if (!json_is_string(name))
			return bad(err, "fields", "a name must be a string");
		if (!add_path(request->fields, json_string_value(name), &why))
			return bad(err, "fields", why.reason);
	}
	return BSN_OK;
}

/* "ddoc", "_design/ddoc" or ["ddoc", "name"]. */
static int32_t
take_use_index(RichRequest *request, json_t *value, bsn_err *err)
{
	const gboolean is_array = json_is_array(value);
	const char *ddoc = json_string_value(
		is_array ? json_array_get(value, 0) : value);
	const char *name = json_string_value(json_array_get(value, 1));

	if (is_array && json_array_size(value) == 0)
		return BSN_OK;
	if (ddoc == NULL || json_array_size(value) > 2 ||
	    (json_array_size(value) == 2 && name == NULL))
		return bad(err, "use_index",
			   "it must be a string or an array of two");
	if (g_str_has_prefix(ddoc, "_design/"))
		ddoc += strlen("_design/");
	g_free(request->ddoc);
	g_free(request->index);
	request->ddoc = g_strdup(ddoc);
	request->index = g_strdup(name);
	return BSN_OK;
}

static int32_t
take_nothing(RichRequest *request, json_t *value, bsn_err *err)
{
	return BSN_OK;
}

static const struct {
	const char *name;
	int32_t (*take)(RichRequest *request, json_t *value, bsn_err *err);
} members[] = {
	{ "selector", take_selector },	    { "sort", take_sort },
	{ "limit", take_limit },	    { "skip", take_skip },
	{ "bookmark", take_bookmark },	    { "fields", take_fields },
	{ "use_index", take_use_index },    { "allow_fallback", take_nothing },
	{ "conflicts", take_nothing },	    { "execution_stats", take_nothing },
	{ "partition", take_nothing },	    { "r", take_nothing },
	{ "stable", take_nothing },	    { "stale", take_nothing },
	{ "update", take_nothing },
};

static int32_t
take_member(RichRequest *request, const char *name, json_t *value, bsn_err *err)
{
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		if (strcmp(members[i].name, name) == 0)
			return members[i].take(request, value, err);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"query: it cannot have a member \"%.100s\"", name);
}

/* ---- all of it ---- */

static int32_t
read_members(RichRequest *request, json_t *json, bsn_err *err)
{
	int32_t status = BSN_OK;
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"query: it must be a JSON object");
	json_object_foreach(json, name, value) {
		status = take_member(request, name, value, err);
		if (status != BSN_OK)
			return status;
	}
	return request->selector != NULL
		       ? BSN_OK
		       : bad(err, "selector", "it is missing");
}

int32_t
rich_request_read(bsn_slice query, bsn_slice bookmark, RichRequest *request,
		  bsn_err *err)
{
	bsn_err why = { .size = sizeof(why) };
	g_autoptr(json_t) json = NULL;
	int32_t status;

	*request = (RichRequest){ .sort = paths_new(),
				  .limit = G_MAXUINT64,
				  .after = g_byte_array_new() };
	if (query.len > RICH_QUERY_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"query: it has more than %u KiB",
				RICH_QUERY_MAX >> 10);
	json = document_parse(query, &why);
	if (json == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "query: %s", why.reason);
	status = read_members(request, json, err);
	return status == BSN_OK && bookmark.len > 0
		       ? read_bookmark(request, bookmark, err)
		       : status;
}

void
rich_request_clear(RichRequest *request)
{
	selector_free(request->selector);
	request->selector = NULL;
	g_clear_pointer(&request->sort, g_ptr_array_unref);
	g_clear_pointer(&request->after, g_byte_array_unref);
	g_clear_pointer(&request->fields, g_ptr_array_unref);
	g_clear_pointer(&request->ddoc, g_free);
	g_clear_pointer(&request->index, g_free);
}

/* ---- where a document stands ---- */

gboolean
document_place(const json_t *document, const GPtrArray *paths, bsn_slice key,
	       GByteArray *place)
{
	const json_t *value;

	for (guint i = 0; i < paths->len; i++) {
		if (field_path_find(paths->pdata[i], document, &value) !=
		    FIELD_FOUND)
			return FALSE;
		collate_put(place, value, COLLATE_ICU);
	}
	wire_put_bytes(place, key);
	return TRUE;
}
