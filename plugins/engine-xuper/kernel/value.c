/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/value.h"

#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* Bytes of a value that kernel contracts keep. */
#define VALUE_MAX (1u << 20)

static int
append(const char *piece, size_t len, void *data)
{
	g_string_append_len(data, piece, (gssize)len);
	return 0;
}

char *
value_text(const json_t *value)
{
	GString *text = g_string_new(NULL);

	json_dump_callback(value, append, text,
			   JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	return g_string_free(text, FALSE);
}

gboolean
value_number(bsn_slice text, guint64 max, guint64 *number)
{
	guint64 value = 0;

	if (text.len == 0 || (text.len > 1 && text.data[0] == '0'))
		return FALSE;
	for (guint64 i = 0; i < text.len; i++) {
		guint64 digit = (guint64)text.data[i] - '0';

		if (!g_ascii_isdigit(text.data[i]) ||
		    value > (max - MIN(max, digit)) / 10)
			return FALSE;
		value = value * 10 + digit;
	}
	*number = value;
	return value <= max;
}

guint64
value_u64(JsonFields *fields, const char *name, guint64 min, guint64 max,
	  guint64 fallback)
{
	const json_t *value = json_object_get(fields->object, name);
	bsn_slice text = bsn_slice_str(json_string_value(value));
	g_autofree char *problem = NULL;
	guint64 number;

	if (!json_is_string(value))
		return fields_u64(fields, name, min, max, fallback);
	(void)fields_any(fields, name);
	if (value_number(text, max, &number) && number >= min)
		return number;
	problem = g_strdup_printf("must be an integer from %" G_GUINT64_FORMAT
				  " to %" G_GUINT64_FORMAT,
				  min, max);
	fields_fail(fields, name, problem);
	return fallback;
}

void
value_amount(JsonFields *fields, const char *name, guint8 amount[AMOUNT_LEN])
{
	const json_t *value = fields_any(fields, name);

	memset(amount, 0, AMOUNT_LEN);
	if (value == NULL)
		return;
	if (json_is_integer(value) && json_integer_value(value) >= 0)
		amount_from_u64((guint64)json_integer_value(value), amount);
	else if (!value_to_amount(value, amount))
		fields_fail(fields, name,
			    "must be an amount: decimal digits as a text");
}

json_t *
value_of_amount(const guint8 amount[AMOUNT_LEN])
{
	g_autofree char *text = amount_to_text(amount);

	return json_string(text);
}

gboolean
value_to_amount(const json_t *value, guint8 amount[AMOUNT_LEN])
{
	return json_is_string(value) &&
	       amount_from_text(bsn_slice_str(json_string_value(value)),
				amount);
}

/* ---- the state --------------------------------------------------------- */

char *
value_get_text(Sandbox *box, const char *bucket, const char *key,
	       int32_t *status, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	*status = sandbox_get(box, bsn_slice_str(bucket), bsn_slice_str(key),
			      bytes, err);
	if (*status != BSN_OK)
		return NULL;
	return g_strndup((const char *)bytes->data, bytes->len);
}

json_t *
value_get(Sandbox *box, const char *bucket, const char *key, int32_t *status,
	  bsn_err *err)
{
	g_autofree char *text = value_get_text(box, bucket, key, status, err);
	json_t *value;

	if (text == NULL)
		return NULL;
	value = json_parse(bsn_slice_str(text), VALUE_MAX, key, NULL, err);
	if (value == NULL)
		*status = BSN_E_CORRUPT;
	return value;
}

int32_t
value_put_text(Sandbox *box, const char *bucket, const char *key,
	       const char *text, bsn_err *err)
{
	return sandbox_put(box, bsn_slice_str(bucket), bsn_slice_str(key),
			   bsn_slice_str(text), err);
}

int32_t
value_put(Sandbox *box, const char *bucket, const char *key,
	  const json_t *value, bsn_err *err)
{
	g_autofree char *text = value_text(value);

	return value_put_text(box, bucket, key, text, err);
}

int32_t
value_delete(Sandbox *box, const char *bucket, const char *key, bsn_err *err)
{
	return sandbox_delete(box, bsn_slice_str(bucket), bsn_slice_str(key),
			      err);
}

typedef struct {
	SandboxScan scan;
	gsize prefix;
	guint max;
	GPtrArray *entries;
	gboolean more;
} Collect;

static int32_t
collect(SandboxScan *scan, bsn_slice key, bsn_slice value)
{
	Collect *into = (Collect *)scan;
	ValueEntry *entry;

	if (into->entries->len == into->max) {
		into->more = TRUE;
		return BSN_TOO_LARGE;
	}
	entry = g_new0(ValueEntry, 1);
	entry->key = g_strndup((const char *)key.data + into->prefix,
			       key.len - into->prefix);
	entry->value = g_strndup((const char *)value.data, value.len);
	g_ptr_array_add(into->entries, entry);
	return BSN_OK;
}

static int32_t
scan(Sandbox *box, const char *bucket, const char *from, const char *to,
     Collect *into, bsn_err *err)
{
	int32_t status = sandbox_scan(box, bsn_slice_str(bucket),
				      bsn_slice_str(from), bsn_slice_str(to),
				      &into->scan, err);

	return into->more ? BSN_OK : status;
}

int32_t
value_scan(Sandbox *box, const char *bucket, const char *prefix, guint max,
	   GPtrArray *entries, gboolean *more, bsn_err *err)
{
	g_autofree char *end = g_strdup(prefix);
	Collect into = { .scan.item = collect,
			 .prefix = strlen(prefix),
			 .max = max,
			 .entries = entries };
	int32_t status;

	/* Prefixes are ours, in ASCII; an empty one has no end. */
	if (into.prefix > 0)
		end[into.prefix - 1]++;
	status = scan(box, bucket, prefix, end, &into, err);
	if (more != NULL)
		*more = into.more;
	return status;
}

int32_t
value_range(Sandbox *box, const char *bucket, const char *from, const char *to,
	    guint max, GPtrArray *entries, bsn_err *err)
{
	Collect into = { .scan.item = collect,
			 .max = max,
			 .entries = entries };

	return scan(box, bucket, from, to, &into, err);
}

static void
entry_free(void *data)
{
	ValueEntry *entry = data;

	g_free(entry->key);
	g_free(entry->value);
	g_free(entry);
}

GPtrArray *
value_entries_new(void)
{
	return g_ptr_array_new_with_free_func(entry_free);
}
