/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/index.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/rich/collate.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* Of entries and records; another one has all indexes made anew. */
#define INDEX_FORMAT 1u

Index *
index_ref(Index *index)
{
	index->refs++;
	return index;
}

void
index_unref(Index *index)
{
	if (index == NULL || --index->refs > 0)
		return;
	g_free(index->namespace);
	g_free(index->collection);
	g_free(index->ddoc);
	g_free(index->name);
	g_clear_pointer(&index->paths, g_ptr_array_unref);
	g_clear_pointer(&index->built, g_byte_array_unref);
	g_free(index);
}

static Index *
index_new(void)
{
	Index *index = g_new0(Index, 1);

	index->refs = 1;
	index->phase = INDEX_BUILDING;
	index->built = g_byte_array_new();
	return index;
}

/* ---- definitions ---- */

static int32_t
read_definition(Index *index, const json_t *json, bsn_err *err)
{
	const char *type = json_string_value(json_object_get(json, "type"));
	const char *ddoc = json_string_value(json_object_get(json, "ddoc"));
	const char *name = json_string_value(json_object_get(json, "name"));
	gboolean descending;

	if (type != NULL && strcmp(type, "json") != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"type: only \"json\" indexes are kept");
	if (ddoc != NULL && g_str_has_prefix(ddoc, "_design/"))
		ddoc += strlen("_design/");
	index->ddoc = g_strdup(ddoc != NULL ? ddoc : "");
	index->name = g_strdup(name != NULL ? name : "");
	index->paths = field_list_new(
		json_object_get(json_object_get(json, "index"), "fields"),
		&descending, err);
	if (index->paths == NULL)
		return BSN_BAD_REQUEST;
	return index->paths->len > 0
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST, "index.fields is empty");
}

Index *
index_define(const char *namespace, const char *collection,
	     bsn_slice definition, bsn_err *err)
{
	g_autoptr(Index) index = index_new();
	g_autoptr(json_t) json = NULL;

	if (definition.len > INDEX_DEFINITION_MAX) {
		(void)bsn_fail(err, BSN_BAD_REQUEST,
			       "it has more than %u KiB",
			       INDEX_DEFINITION_MAX >> 10);
		return NULL;
	}
	json = document_parse(definition, err);
	if (json == NULL)
		return NULL;
	index->namespace = g_strdup(namespace);
	index->collection = g_strdup(collection);
	return read_definition(index, json, err) == BSN_OK
		       ? g_steal_pointer(&index)
		       : NULL;
}

gboolean
index_equal(const Index *a, const Index *b)
{
	gboolean equal = strcmp(a->namespace, b->namespace) == 0 &&
			 strcmp(a->collection, b->collection) == 0 &&
			 strcmp(a->ddoc, b->ddoc) == 0 &&
			 strcmp(a->name, b->name) == 0 &&
			 a->paths->len == b->paths->len;

	for (guint i = 0; equal && i < a->paths->len; i++)
		equal = field_path_equal(a->paths->pdata[i],
					 b->paths->pdata[i]);
	return equal;
}

gboolean
index_is_of(const Index *index, bsn_slice namespace, bsn_slice collection)
{
	return bsn_slice_equal(bsn_slice_str(index->namespace), namespace) &&
	       bsn_slice_equal(bsn_slice_str(index->collection), collection);
}

/* ---- records ---- */

static void
put_version(GByteArray *out)
{
	wire_put(out, INDEX_FORMAT, 1);
	collate_put_version(out);
}

static void
put_part(GByteArray *out, bsn_slice part)
{
	wire_put(out, part.len, 4);
	wire_put_bytes(out, part);
}

static char *
take_text(Wire *wire)
{
	const bsn_slice text = wire_bytes(wire, wire_u32(wire));

	return g_strndup(text.len > 0 ? (const char *)text.data : "",
			 (gsize)text.len);
}

void
index_record_put(GByteArray *out, const Index *index)
{
	put_version(out);
	wire_put(out, index->phase, 1);
	put_part(out, bsn_slice_str(index->namespace));
	put_part(out, bsn_slice_str(index->collection));
	put_part(out, bsn_slice_str(index->ddoc));
	put_part(out, bsn_slice_str(index->name));
	put_part(out, buffer_slice(index->built));
	wire_put(out, index->paths->len, 1);
	for (guint i = 0; i < index->paths->len; i++) {
		const FieldPath *path = index->paths->pdata[i];

		put_part(out, bsn_slice_str(path->text));
	}
}

static gboolean
take_paths(Index *index, Wire *wire)
{
	const guint8 n = wire_u8(wire);

	index->paths = g_ptr_array_new_with_free_func(
		(GDestroyNotify)field_path_free);
	for (guint i = 0; i < n && !wire->bad; i++) {
		g_autofree char *text = take_text(wire);
		FieldPath *path = field_path_new(text, NULL);

		if (path == NULL || path->names->len == 0) {
			field_path_free(path);
			return FALSE;
		}
		g_ptr_array_add(index->paths, path);
	}
	return n > 0;
}

/* One of another version has nothing to read but that it is to be dropped. */
Index *
index_record_read(guint32 number, bsn_slice record, gboolean *current)
{
	g_autoptr(GByteArray) version = g_byte_array_new();
	g_autoptr(Index) index = index_new();
	Wire wire = wire_of(record);

	index->number = number;
	put_version(version);
	*current = bsn_slice_equal(wire_bytes(&wire, version->len),
				   buffer_slice(version));
	if (!*current)
		return g_steal_pointer(&index);
	index->phase = (IndexPhase)wire_u8(&wire);
	index->namespace = take_text(&wire);
	index->collection = take_text(&wire);
	index->ddoc = take_text(&wire);
	index->name = take_text(&wire);
	wire_put_bytes(index->built, wire_bytes(&wire, wire_u32(&wire)));
	return take_paths(index, &wire) && wire_end(&wire) &&
			       index->phase >= INDEX_BUILDING &&
			       index->phase <= INDEX_DROPPED
		       ? g_steal_pointer(&index)
		       : NULL;
}

/* ---- store keys ---- */

static StoreKey
key_of(guint8 kind, guint32 number)
{
	const guint32 big_endian = GUINT32_TO_BE(number);
	StoreKey key = { { STORE_INDEX, kind }, INDEX_PREFIX };

	memcpy(key.bytes + 2, &big_endian, sizeof(big_endian));
	return key;
}

StoreKey
index_record_key(guint32 number)
{
	return key_of(STORE_INDEX_RECORD, number);
}

StoreKey
index_prefix(const Index *index)
{
	return key_of(STORE_INDEX_ENTRY, index->number);
}

StoreKey
index_place_from(const Index *index, bsn_slice place)
{
	StoreKey key = index_prefix(index);
	const guint len = (guint)MIN(place.len, INDEX_PLACE_PLAIN);

	if (len > 0)
		memcpy(key.bytes + key.len, place.data, len);
	key.len += len;
	return key;
}

gboolean
index_entry(const Index *index, const Suite *suite, const json_t *document,
	    bsn_slice key, StoreKey *entry)
{
	g_autoptr(GByteArray) place = g_byte_array_new();
	const gboolean has = document != NULL &&
			     document_place(document, index->paths, key, place);
	const bsn_slice whole = buffer_slice(place);

	if (!has)
		return FALSE;
	*entry = index_place_from(index, whole);
	if (whole.len <= INDEX_PLACE_PLAIN)
		return TRUE;
	/* It cannot fail but for want of memory, with which GLib ends as well. */
	if (suite_digest(suite, &whole, 1, entry->bytes + entry->len) != BSN_OK)
		g_error("a place cannot be digested");
	entry->len += HASH_LEN;
	return TRUE;
}

/* The last byte that can be raised is; those behind it go. */
StoreKey
store_key_behind(StoreKey key)
{
	while (key.bytes[key.len - 1] == 0xff)
		key.len--;
	key.bytes[key.len - 1]++;
	return key;
}
