/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/json.h"

#include <string.h>

#include <bsn/helpers/error.h>
#include <bsn/helpers/hex.h>

#include "host/gateway/hex.h"
#include "host/gateway/json_scan.h"

/* How much of a stranger's word is repeated in a reason. */
#define QUOTE_MAX 40

/* ---- decoding ---- */

static int
depth_within(const json_t *value, guint left)
{
	const char *name;
	json_t *item;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return 1;
	if (left == 0)
		return 0;
	json_array_foreach((json_t *)value, i,
			   item) if (!depth_within(item, left - 1)) return 0;
	json_object_foreach((json_t *)value, name,
			    item) if (!depth_within(item, left - 1)) return 0;
	return 1;
}

int32_t
json_decode(const void *data, gsize len, json_t **out, bsn_err *err)
{
	json_error_t error;
	g_autoptr(json_t) value = NULL;

	if (len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the body is empty: a JSON object is needed");
	value = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (value == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the body is not JSON: line %d, column %d: "
				"%.120s",
				error.line, error.column, error.text);
	if (!json_is_object(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the body is an array: a JSON object is "
				"needed");
	if (!depth_within(value, JSON_DEPTH_MAX))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the body is nested deeper than %d levels",
				JSON_DEPTH_MAX);
	*out = g_steal_pointer(&value);
	return BSN_OK;
}

/* ---- suggestions ---- */

/* Damerau-Levenshtein distance of short words (optimal string alignment); more
 * than QUOTE_MAX bytes are "far". */
static guint
distance(const char *a, const char *b)
{
	guint rows[3][QUOTE_MAX + 1];
	gsize la = strlen(a), lb = strlen(b);

	if (la > QUOTE_MAX || lb > QUOTE_MAX)
		return G_MAXUINT;
	for (guint j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (guint i = 1; i <= la; i++) {
		guint *row = rows[i % 3];
		const guint *up = rows[(i - 1) % 3];
		const guint *upup = rows[(i + 1) % 3];

		row[0] = i;
		for (guint j = 1; j <= lb; j++) {
			guint cost = a[i - 1] != b[j - 1];

			row[j] = MIN(MIN(up[j], row[j - 1]) + 1,
				     up[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = MIN(row[j], upup[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

const char *
closest_name(const char *name, const char *const *names)
{
	const char *best = NULL;
	guint best_distance = 3; /* two slips are a slip, three another word */

	for (; *names != NULL; names++) {
		guint d = distance(name, *names);

		if (d < best_distance && d < strlen(*names)) {
			best = *names;
			best_distance = d;
		}
	}
	return best;
}

/* ---- members ---- */

/* "requests[2].signer", or "signer" in the whole request. */
static char *
member_path(const char *path, const char *name)
{
	g_autofree char *quoted = g_utf8_substring(
		name, 0, MIN(g_utf8_strlen(name, -1), QUOTE_MAX));

	return path[0] == '\0' ? g_steal_pointer(&quoted)
			       : g_strconcat(path, ".", quoted, NULL);
}

static const JsonField *
find_field(const JsonField *fields, const char *name)
{
	for (; fields->name != NULL; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static int32_t
refuse_unknown(const JsonField *fields, const char *path, const char *name,
	       bsn_err *err)
{
	g_autofree char *where = member_path(path, name);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *list = NULL;
	const char *closest;

	for (; fields->name != NULL; fields++)
		g_ptr_array_add(names, (gpointer)fields->name);
	g_ptr_array_add(names, NULL);
	closest = closest_name(name, (const char *const *)names->pdata);
	if (closest != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: there is no such member; did you mean "
				"%s?",
				where, closest);
	list = g_strjoinv(", ", (char **)names->pdata);
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s: there is no such member; there are %s", where,
			list);
}

static int32_t
read_hex(const JsonField *field, const json_t *value, const char *where,
	 GBytes **out, bsn_err *err)
{
	const char *why;

	if (!json_is_string(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: a string of hexadecimal digits after 0x "
				"is needed",
				where);
	*out = hex_decode(json_string_value(value), field->max, &why);
	if (*out != NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST, "%s: %s", where, why);
}

static int32_t
read_text(const JsonField *field, const json_t *value, const char *where,
	  const char **out, bsn_err *err)
{
	if (!json_is_string(value))
		return bsn_fail(err, BSN_BAD_REQUEST, "%s: a string is needed",
				where);
	if (json_string_length(value) > field->max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"%s: %zu bytes are more than %zu", where,
				json_string_length(value), field->max);
	*out = json_string_value(value);
	return BSN_OK;
}

static int32_t
read_u64(const json_t *value, const char *where, guint64 *out, bsn_err *err)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: a whole number from 0 on is needed",
				where);
	*out = (guint64)json_integer_value(value);
	return BSN_OK;
}

static int32_t
read_bool(const json_t *value, const char *where, gboolean *out, bsn_err *err)
{
	if (!json_is_boolean(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s: true or false is needed", where);
	*out = json_is_true(value);
	return BSN_OK;
}

static int
container_fits(FieldType type, const json_t *value)
{
	return (type != FIELD_ARRAY && json_is_object(value)) ||
	       (type != FIELD_OBJECT && json_is_array(value));
}

static int32_t
read_container(const JsonField *field, json_t *value, const char *where,
	       json_t **out, bsn_err *err)
{
	static const char *const words[] = {
		[FIELD_OBJECT] = "an object",
		[FIELD_ARRAY] = "an array",
		[FIELD_VALUES] = "an array or an object",
	};
	gsize n = json_array_size(value) + json_object_size(value);

	if (!container_fits(field->type, value))
		return bsn_fail(err, BSN_BAD_REQUEST, "%s: %s is needed", where,
				words[field->type]);
	if (n > field->max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"%s: %zu items are more than %zu", where, n,
				field->max);
	*out = value;
	return BSN_OK;
}

static int32_t
read_field(const JsonField *field, json_t *value, const char *path, void *out,
	   bsn_err *err)
{
	g_autofree char *where = member_path(path, field->name);
	void *at = (char *)out + field->offset;

	switch (field->type) {
	case FIELD_TEXT:
		return read_text(field, value, where, at, err);
	case FIELD_HEX:
		return read_hex(field, value, where, at, err);
	case FIELD_U64:
		return read_u64(value, where, at, err);
	case FIELD_BOOL:
		return read_bool(value, where, at, err);
	case FIELD_OBJECT:
	case FIELD_ARRAY:
	case FIELD_VALUES:
		return read_container(field, value, where, at, err);
	}
	return BSN_E_INTERNAL;
}

static int32_t
check_required(const json_t *object, const char *path, const JsonField *fields,
	       bsn_err *err)
{
	for (; fields->name != NULL; fields++) {
		g_autofree char *where = NULL;

		if (!fields->required ||
		    json_object_get(object, fields->name) != NULL)
			continue;
		where = member_path(path, fields->name);
		return bsn_fail(err, BSN_BAD_REQUEST, "%s: it is missing",
				where);
	}
	return BSN_OK;
}

int32_t
json_read(const json_t *object, const char *path, const JsonField *fields,
	  void *out, bsn_err *err)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return bsn_fail(err, BSN_BAD_REQUEST, "%s: an object is needed",
				path);
	json_object_foreach((json_t *)object, name, value)
	{
		const JsonField *field = find_field(fields, name);
		int32_t status;

		if (field == NULL)
			return refuse_unknown(fields, path, name, err);
		status = read_field(field, value, path, out, err);
		if (status != BSN_OK)
			return status;
	}
	return check_required(object, path, fields, err);
}

void
json_read_clear(const JsonField *fields, void *out)
{
	for (; fields->name != NULL; fields++)
		if (fields->type == FIELD_HEX)
			g_clear_pointer(
				(GBytes **)((char *)out + fields->offset),
				g_bytes_unref);
}

/* ---- answers ---- */

json_t *
json_hex(const void *data, gsize len)
{
	g_autofree char *text = hex_encode(data, len);

	return json_stringn_nocheck(text, 2 + 2 * len);
}

json_t *
json_hex_bytes(GBytes *bytes)
{
	gsize len = 0;
	const void *data;

	if (bytes == NULL)
		return json_null();
	data = g_bytes_get_data(bytes, &len);
	return json_hex(data, len);
}

json_t *
json_id(const bsn_id *id)
{
	if (id->len == 0 || id->len > BSN_ID_MAX)
		return json_null();
	return json_hex(id->bytes, id->len);
}

json_t *
json_u64(guint64 number)
{
	return json_integer((json_int_t)MIN(number, (guint64)G_MAXINT64));
}

json_t *
json_text(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	return json_string_nocheck(valid);
}

json_t *
json_foreign(const char *text, gsize len)
{
	json_t *value;

	if (len == 0)
		return json_null();
	value = json_loadb(text, len, JSON_DECODE_ANY, NULL);
	if (value != NULL && !depth_within(value, JSON_DEPTH_MAX))
		g_clear_pointer(&value, json_decref);
	return value;
}

/* ---- answers as text ---- */

static int
append(const char *text, size_t len, void *to)
{
	g_string_append_len(to, text, (gssize)len);
	return 0;
}

void
json_put_value(GString *out, const json_t *value)
{
	json_dump_callback(value, append, out, JSON_COMPACT | JSON_ENCODE_ANY);
}

void
json_put_hex(GString *out, const void *data, gsize len)
{
	const gsize before = out->len;
	char *at;

	g_string_set_size(out, before + 2 * len + 4);
	at = out->str + before;
	memcpy(at, "\"0x", 3);
	bsn_hex_write(data, len, at + 3);
	at[2 * len + 3] = '"';
}

void
json_put_id(GString *out, const bsn_id *id)
{
	if (id->len == 0 || id->len > BSN_ID_MAX)
		g_string_append(out, "null");
	else
		json_put_hex(out, id->bytes, id->len);
}

void
json_put_u64(GString *out, guint64 number)
{
	guint64 left = MIN(number, (guint64)G_MAXINT64);
	char digits[20];
	guint at = sizeof(digits);

	do
		digits[--at] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	g_string_append_len(out, digits + at, sizeof(digits) - at);
}

void
json_put_i64(GString *out, gint64 number)
{
	if (number < 0)
		g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
	else
		json_put_u64(out, (guint64)number);
}

/* Whether a text stands in JSON as it is. */
static gboolean
needs_nothing(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < 0x20 || *text > 0x7e || *text == '"' ||
		    *text == '\\')
			return FALSE;
	return TRUE;
}

void
json_put_text(GString *out, const char *text)
{
	g_autoptr(json_t) value = NULL;

	if (needs_nothing(text)) {
		g_string_append_c(out, '"');
		g_string_append(out, text);
		g_string_append_c(out, '"');
		return;
	}
	value = json_text(text);
	json_put_value(out, value);
}

gboolean
json_put_foreign(GString *out, const char *text, gsize len)
{
	g_autoptr(json_t) value = NULL;

	if (json_scan_is_plain(text, len)) {
		g_string_append_len(out, text, (gssize)len);
		return TRUE;
	}
	value = json_foreign(text, len);
	if (value == NULL)
		return FALSE;
	json_put_value(out, value);
	return TRUE;
}

char *
json_write(const json_t *value, gsize *len)
{
	GString *text = g_string_new(NULL);

	json_put_value(text, value);
	*len = text->len;
	return g_string_free(text, FALSE);
}

char *
json_write_or(const json_t *value, const char *otherwise)
{
	gsize len;

	return value != NULL ? json_write(value, &len) : g_strdup(otherwise);
}
