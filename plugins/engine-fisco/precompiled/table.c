/* SPDX-License-Identifier: Apache-2.0
 *
 * A table's record: [name, primary key, [field, ...]].
 */
#include "plugins/engine-fisco/precompiled/table.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define FIELDS_COUNT_MAX (TABLE_FIELDS_LEN_MAX / 2 + 1)

void
table_clear(Table *table)
{
	g_clear_pointer(&table->name, g_free);
	g_clear_pointer(&table->key, g_free);
	g_clear_pointer(&table->fields, g_strfreev);
}

static StateKey
record_key(const guint8 *id)
{
	StateKey key = state_key('T');

	state_key_add(&key, bsn_slice_of(id, TABLE_ID_LEN));
	return key;
}

static int32_t
id_of(const PrecompiledCall *call, bsn_slice name, guint8 *id)
{
	guint8 digest[HASH_LEN];
	int32_t status = suite_digest1(&call->ledger->suite, name, digest);

	memcpy(id, digest, TABLE_ID_LEN);
	return status == BSN_OK ? BSN_OK : BSN_E_INTERNAL;
}

/* ---- reading ------------------------------------------------------------ */

static char *
read_text(RlpReader *reader, const char *what, guint64 max)
{
	bsn_slice text = rlp_read_bytes(reader, what, 1, max);

	return g_strndup((const char *)text.data, text.len);
}

static int32_t
read_record(bsn_slice bytes, Table *table)
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);
	RlpReader reader = rlp_reader(bytes);

	rlp_enter(&reader, "table");
	table->name = read_text(&reader, "name", TABLE_NAME_LEN_MAX);
	table->key = read_text(&reader, "key", TABLE_FIELD_LEN_MAX);
	rlp_enter(&reader, "fields");
	while (rlp_more(&reader) && fields->len < FIELDS_COUNT_MAX)
		g_ptr_array_add(fields, read_text(&reader, "field",
						  TABLE_FIELD_LEN_MAX));
	rlp_leave(&reader);
	rlp_leave(&reader);
	g_ptr_array_add(fields, NULL);
	table->fields = (char **)g_ptr_array_steal(fields, NULL);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
table_exists(Overlay *state, const guint8 *id)
{
	StateKey key = record_key(id);
	bsn_slice bytes;

	return overlay_get(state, state_key_slice(&key), &bytes);
}

int32_t
table_load(PrecompiledCall *call, const guint8 *id, Table *table)
{
	StateKey key = record_key(id);
	bsn_slice bytes;
	int32_t status = precompiled_get(call, &key, &bytes);

	memcpy(table->id, id, TABLE_ID_LEN);
	return status == BSN_OK ? read_record(bytes, table) : status;
}

/* Two names may come to one id; the second is then never created. */
int32_t
table_load_named(PrecompiledCall *call, bsn_slice name, Table *table)
{
	guint8 id[TABLE_ID_LEN];
	int32_t status = id_of(call, name, id);

	if (status == BSN_OK)
		status = table_load(call, id, table);
	if (status == BSN_OK &&
	    !bsn_slice_equal(bsn_slice_str(table->name), name))
		return BSN_NOT_FOUND;
	return status;
}

int32_t
table_load_called(PrecompiledCall *call, Table *table)
{
	TableAddress kind;
	const guint8 *id = address_table(call->contract, &kind);
	int32_t status = table_load(call, id, table);

	return status == BSN_NOT_FOUND ? BSN_E_INTERNAL : status;
}

gboolean
table_has_field(const Table *table, bsn_slice field)
{
	for (char **one = table->fields; *one != NULL; one++)
		if (bsn_slice_equal(bsn_slice_str(*one), field))
			return TRUE;
	return bsn_slice_equal(bsn_slice_str(table->key), field);
}

/* ---- creating ----------------------------------------------------------- */

/* Letters, digits, $ _ @: as FISCO BCOS lets names have. */
static gboolean
is_name(const char *text, gsize max)
{
	gsize len = strlen(text);

	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isalnum(text[i]) &&
		    strchr("$_@", text[i]) == NULL)
			return FALSE;
	return len > 0 && len <= max;
}

static gboolean
is_twice(char **fields, const char *key, char **field)
{
	for (char **one = fields; one < field; one++)
		if (strcmp(*one, *field) == 0)
			return TRUE;
	return strcmp(key, *field) == 0 || strcmp(*field, TABLE_ROW_ID) == 0 ||
	       strcmp(*field, TABLE_ROW_STATUS) == 0;
}

static gint64
check_fields(const char *key, char **fields)
{
	if (!is_name(key, TABLE_FIELD_LEN_MAX) || *fields == NULL)
		return PRECOMPILED_FIELD_NAME;
	for (char **one = fields; *one != NULL; one++) {
		if (!is_name(g_strstrip(*one), TABLE_FIELD_LEN_MAX))
			return PRECOMPILED_FIELD_NAME;
		if (is_twice(fields, key, one))
			return PRECOMPILED_FIELD_TWICE;
	}
	return 0;
}

static int32_t
put_table(PrecompiledCall *call, const Table *table)
{
	guint n = g_strv_length(table->fields);
	g_autofree RlpItem *names = g_new(RlpItem, n);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	StateKey key = record_key(table->id);
	RlpItem items[3];

	for (guint i = 0; i < n; i++)
		names[i] = rlp_bytes(bsn_slice_str(table->fields[i]));
	items[0] = rlp_bytes(bsn_slice_str(table->name));
	items[1] = rlp_bytes(bsn_slice_str(table->key));
	items[2] = rlp_list(names, n);
	rlp_put_list(bytes, items, G_N_ELEMENTS(items));
	return precompiled_put(call, &key, buffer_slice(bytes));
}

static char *
text_of(bsn_slice slice)
{
	/* A NUL would end it; no name has one. */
	for (guint64 i = 0; i < slice.len; i++)
		if (slice.data[i] == 0)
			return g_strdup("");
	return g_strndup((const char *)slice.data, slice.len);
}

static int32_t
make(PrecompiledCall *call, Table *table, gint64 *code)
{
	bsn_slice name = bsn_slice_str(table->name);
	int32_t status = id_of(call, name, table->id);

	*code = PRECOMPILED_TABLE_EXISTS;
	if (status == BSN_OK)
		status = table_exists(call->state, table->id);
	if (status != BSN_NOT_FOUND)
		return status;
	*code = 0;
	return put_table(call, table);
}

int32_t
table_create(PrecompiledCall *call, bsn_slice name, bsn_slice key,
	     bsn_slice fields, gint64 *code)
{
	g_auto(Table) table = { .name = text_of(name) };
	g_autofree char *all = text_of(fields);
	gboolean allowed;
	int32_t status = precompiled_allowed(call, TABLE_DEPLOY, &allowed);

	if (status != BSN_OK)
		return status;
	table.key = g_strstrip(text_of(key));
	*code = PRECOMPILED_DENIED;
	if (!allowed)
		return BSN_OK;
	*code = PRECOMPILED_TABLE_NAME;
	if (!is_name(table.name, TABLE_NAME_LEN_MAX))
		return BSN_OK;
	*code = PRECOMPILED_FIELD_NAMES;
	if (fields.len > TABLE_FIELDS_LEN_MAX)
		return BSN_OK;
	table.fields = g_strsplit(all, ",", -1);
	*code = check_fields(table.key, table.fields);
	return *code == 0 ? make(call, &table, code) : BSN_OK;
}
