/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/json.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/reason.h"

/* "where" or, for a root that has no name, a word for it. */
static const char *
object_name(const JsonFields *fields)
{
	return fields->where[0] != '\0' ? fields->where : "the object";
}

static const char *
dot(const JsonFields *fields)
{
	return fields->where[0] != '\0' ? "." : "";
}

void
fields_fail(JsonFields *fields, const char *name, const char *problem)
{
	if (fields->status != BSN_OK)
		return;
	fields->status = bsn_fail(fields->err, BSN_BAD_REQUEST, "%s%s%s %s",
				  fields->where, dot(fields), name, problem);
}

/* "must be ..., got VALUE" */
static void
fail_got(JsonFields *fields, const char *name, const char *must,
	 const json_t *value)
{
	g_autofree char *text = json_text(value);
	g_autofree char *got = clip_text(bsn_slice_str(text));
	g_autofree char *problem = g_strdup_printf("%s, got %s", must, got);

	fields_fail(fields, name, problem);
}

JsonFields
fields_of(const json_t *object, const char *where, bsn_err *err)
{
	JsonFields fields = { .object = object, .where = where, .err = err };

	if (object == NULL || json_is_object(object))
		return fields;
	fields.object = NULL;
	fields.status = bsn_fail(err, BSN_BAD_REQUEST,
				 "%s must be a JSON object: {...}",
				 object_name(&fields));
	return fields;
}

JsonFields
fields_parse(bsn_slice text, guint64 max, const char *where, json_t **object,
	     bsn_err *err)
{
	JsonFields fields = { .where = where, .err = err };

	*object = json_parse_object(text, max, where, &fields.status, err);
	fields.object = *object;
	return fields;
}

/* The field, NULL when it is missing or an error came before. */
static const json_t *
get(JsonFields *fields, const char *name)
{
	if (fields->n < FIELDS_MAX)
		fields->names[fields->n++] = name;
	if (fields->status != BSN_OK || fields->object == NULL)
		return NULL;
	return json_object_get(fields->object, name);
}

guint64
fields_u64(JsonFields *fields, const char *name, guint64 min, guint64 max,
	   guint64 fallback)
{
	const json_t *value = get(fields, name);
	g_autofree char *must = NULL;

	if (value == NULL)
		return fallback;
	if (json_is_integer(value) && json_integer_value(value) >= 0 &&
	    (guint64)json_integer_value(value) >= min &&
	    (guint64)json_integer_value(value) <= max)
		return (guint64)json_integer_value(value);
	must = g_strdup_printf("must be an integer from %" G_GUINT64_FORMAT
			       " to %" G_GUINT64_FORMAT,
			       min, max);
	fail_got(fields, name, must, value);
	return fallback;
}

gboolean
fields_bool(JsonFields *fields, const char *name, gboolean fallback)
{
	const json_t *value = get(fields, name);

	if (value == NULL)
		return fallback;
	if (json_is_boolean(value))
		return json_is_true(value);
	fail_got(fields, name, "must be true or false", value);
	return fallback;
}

const char *
fields_string(JsonFields *fields, const char *name, gsize max_len,
	      const char *fallback)
{
	const json_t *value = get(fields, name);
	g_autofree char *must = NULL;

	if (value == NULL)
		return fallback;
	if (json_is_string(value) && json_string_length(value) <= max_len)
		return json_string_value(value);
	must = g_strdup_printf("must be a string of at most %" G_GSIZE_FORMAT
			       " bytes",
			       max_len);
	fail_got(fields, name, must, value);
	return fallback;
}

static const char *
find_choice(const json_t *value, const char *const *choices)
{
	const char *text = json_string_value(value);

	for (; text != NULL && *choices != NULL; choices++)
		if (strcmp(*choices, text) == 0)
			return *choices;
	return NULL;
}

const char *
fields_choice(JsonFields *fields, const char *name, const char *const *choices,
	      const char *fallback)
{
	const json_t *value = get(fields, name);
	const char *choice = find_choice(value, choices);
	g_autofree char *list = NULL;
	g_autofree char *must = NULL;

	if (choice != NULL)
		return choice;
	if (value == NULL)
		return fallback;
	list = g_strjoinv("\", \"", (char **)choices);
	must = g_strdup_printf("must be one of \"%s\"", list);
	fail_got(fields, name, must, value);
	return fallback;
}

const json_t *
fields_object(JsonFields *fields, const char *name)
{
	const json_t *value = get(fields, name);

	if (value == NULL || json_is_object(value))
		return value;
	fail_got(fields, name, "must be an object: {...}", value);
	return NULL;
}

const json_t *
fields_array(JsonFields *fields, const char *name, gsize max_n)
{
	const json_t *value = get(fields, name);
	g_autofree char *must = NULL;

	if (value == NULL ||
	    (json_is_array(value) && json_array_size(value) <= max_n))
		return value;
	must = g_strdup_printf("must be an array of at most %" G_GSIZE_FORMAT
			       " elements",
			       max_n);
	fail_got(fields, name, must, value);
	return NULL;
}

const json_t *
fields_any(JsonFields *fields, const char *name)
{
	return get(fields, name);
}

static gboolean
decode_within(const json_t *value, guint64 min, guint64 max, GByteArray *out)
{
	guint before = out->len;

	/* Two digits a byte and 0x in front. */
	if (!json_is_string(value) ||
	    json_string_length(value) / 2 > max + 1 ||
	    !hex_decode(json_string_value(value), json_string_length(value),
			out))
		return FALSE;
	if (out->len - before >= min && out->len - before <= max)
		return TRUE;
	g_byte_array_set_size(out, before);
	return FALSE;
}

gboolean
fields_hex(JsonFields *fields, const char *name, guint64 min, guint64 max,
	   GByteArray *out)
{
	const json_t *value = get(fields, name);
	g_autofree char *must = NULL;

	if (value == NULL)
		return FALSE;
	if (decode_within(value, min, max, out))
		return TRUE;
	must = min == max ? g_strdup_printf("must be 0x and %" G_GUINT64_FORMAT
					    " hexadecimal digits",
					    2 * max)
			  : g_strdup_printf("must be 0x and %" G_GUINT64_FORMAT
					    " to %" G_GUINT64_FORMAT
					    " pairs of hexadecimal digits",
					    min, max);
	fail_got(fields, name, must, value);
	return FALSE;
}

void
fields_require(JsonFields *fields, const char *name, const char *remedy)
{
	g_autofree char *problem = NULL;

	if (fields->status != BSN_OK ||
	    (fields->object != NULL &&
	     json_object_get(fields->object, name) != NULL))
		return;
	problem = g_strdup_printf("is missing: %s", remedy);
	fields_fail(fields, name, problem);
}

static gboolean
was_asked_for(const JsonFields *fields, const char *name)
{
	for (guint i = 0; i < fields->n; i++)
		if (strcmp(fields->names[i], name) == 0)
			return TRUE;
	return FALSE;
}

static void
fail_unknown(JsonFields *fields, const char *name)
{
	g_autofree char *quoted = quote_text(bsn_slice_str(name));
	GString *known = g_string_new(NULL);

	for (guint i = 0; i < fields->n; i++)
		g_string_append_printf(known, "%s%s", i > 0 ? ", " : "",
				       fields->names[i]);
	fields->status = bsn_fail(fields->err, BSN_BAD_REQUEST,
				  "%s has no member %s; its members are: %s",
				  object_name(fields), quoted,
				  fields->n > 0 ? known->str : "none");
	g_string_free(known, TRUE);
}

int32_t
fields_end(JsonFields *fields)
{
	const char *name;
	json_t *value;

	if (fields->status != BSN_OK || fields->object == NULL)
		return fields->status;
	json_object_foreach((json_t *)fields->object, name, value) {
		if (was_asked_for(fields, name))
			continue;
		fail_unknown(fields, name);
		break;
	}
	return fields->status;
}
