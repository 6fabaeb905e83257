/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1002: tables by name, with entries and conditions as JSON text. The last
 * argument, `optional`, says nothing, as in FISCO BCOS.
 *
 * A function that cannot answer what was asked for answers one int256, a code
 * below 0, also where its result would be a string: FISCO's SDKs look for it.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/crud.h"
#include "plugins/engine-fisco/precompiled/rows.h"
#include "plugins/kit/json.h"

/* Reading and writing JSON, for each byte of it. */
#define GAS_JSON_BYTE 4u
#define ENTRY_TEXT_MAX (2u << 20)

/* ---- JSON texts --------------------------------------------------------- */

gint64
crud_entry_parse(bsn_slice text, json_t **json, GArray *fields)
{
	const char *name;
	json_t *value;

	*json = json_parse_object(text, ENTRY_TEXT_MAX, "entry", NULL, NULL);
	if (*json == NULL)
		return PRECOMPILED_ENTRY;
	json_object_foreach(*json, name, value) {
		Field field = { .name = bsn_slice_str(name) };

		if (!json_is_string(value))
			return PRECOMPILED_ENTRY;
		field.value = bsn_slice_of(json_string_value(value),
					   json_string_length(value));
		g_array_append_val(fields, field);
	}
	return 0;
}

static void
set_value(json_t *object, const Row *row, const Table *table, bsn_slice key,
	  const char *name)
{
	char room[ROW_NUMBER_SIZE];
	bsn_slice value = row_value(row, table, key, bsn_slice_str(name), room);
	g_autofree char *text = g_utf8_make_valid(
		value.len > 0 ? (const char *)value.data : "",
		(gssize)value.len);

	json_object_set_new(object, name, json_string(text));
}

static json_t *
row_json(const Row *row, const Table *table, bsn_slice key)
{
	json_t *object = json_object();

	set_value(object, row, table, key, table->key);
	for (char **one = table->fields; *one != NULL; one++)
		set_value(object, row, table, key, *one);
	set_value(object, row, table, key, TABLE_ROW_ID);
	set_value(object, row, table, key, TABLE_ROW_STATUS);
	return object;
}

static char *
rows_json(const GPtrArray *rows, const Table *table, bsn_slice key)
{
	g_autoptr(json_t) array = json_array();

	for (guint i = 0; i < rows->len; i++)
		json_array_append_new(array,
				      row_json(rows->pdata[i], table, key));
	return json_text(array);
}

/* ---- what functions begin with ------------------------------------------ */

/* The table named by argument 0. */
static int32_t
load_table(PrecompiledCall *call, Table *table, gint64 *code)
{
	int32_t status = table_load_named(call, call->args[0].bytes, table);

	*code = status == BSN_NOT_FOUND ? PRECOMPILED_NO_TABLE : 0;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
read_condition(PrecompiledCall *call, guint i, Condition *condition,
	       gint64 *code)
{
	bsn_slice text = call->args[i].bytes;
	int32_t status = precompiled_charge(call, text.len * GAS_JSON_BYTE);

	if (status == BSN_OK && *code == 0)
		*code = condition_parse(text, condition);
	return status;
}

static int32_t
read_entry(PrecompiledCall *call, guint i, json_t **json, GArray *fields,
	   gint64 *code)
{
	bsn_slice text = call->args[i].bytes;
	int32_t status = precompiled_charge(call, text.len * GAS_JSON_BYTE);

	if (status == BSN_OK && *code == 0)
		*code = crud_entry_parse(text, json, fields);
	return status;
}

/* ---- functions ---------------------------------------------------------- */

static int32_t
crud_insert(PrecompiledCall *call)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(Field));
	g_autoptr(json_t) entry = NULL;
	g_auto(Table) table = { .name = NULL };
	gint64 code;
	int32_t status = load_table(call, &table, &code);

	if (status == BSN_OK)
		status = read_entry(call, 2, &entry, fields, &code);
	if (status == BSN_OK && code == 0)
		status = rows_insert(call, &table, call->args[1].bytes, fields,
				     &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
crud_update(PrecompiledCall *call)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(Field));
	g_auto(Condition) condition = { .comparisons = NULL };
	g_autoptr(json_t) entry = NULL;
	g_auto(Table) table = { .name = NULL };
	gint64 code;
	int32_t status = load_table(call, &table, &code);

	if (status == BSN_OK)
		status = read_entry(call, 2, &entry, fields, &code);
	if (status == BSN_OK)
		status = read_condition(call, 3, &condition, &code);
	if (status == BSN_OK && code == 0)
		status = rows_update(call, &table, call->args[1].bytes, fields,
				     &condition, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
crud_remove(PrecompiledCall *call)
{
	g_auto(Condition) condition = { .comparisons = NULL };
	g_auto(Table) table = { .name = NULL };
	gint64 code;
	int32_t status = load_table(call, &table, &code);

	if (status == BSN_OK)
		status = read_condition(call, 2, &condition, &code);
	if (status == BSN_OK && code == 0)
		status = rows_remove(call, &table, call->args[1].bytes,
				     &condition, &code);
	return status == BSN_OK ? precompiled_answer(call, code) : status;
}

static int32_t
crud_select(PrecompiledCall *call)
{
	g_autoptr(GPtrArray) rows = rows_new();
	g_auto(Condition) condition = { .comparisons = NULL };
	g_auto(Table) table = { .name = NULL };
	g_autofree char *text = NULL;
	gint64 code;
	int32_t status = load_table(call, &table, &code);

	if (status == BSN_OK)
		status = read_condition(call, 2, &condition, &code);
	if (status == BSN_OK && code != 0)
		return precompiled_answer(call, code);
	if (status == BSN_OK)
		status = rows_select(call, &table, call->args[1].bytes,
				     &condition, rows);
	if (status != BSN_OK)
		return status;
	text = rows_json(rows, &table, call->args[1].bytes);
	results_put_bytes(&call->results, bsn_slice_str(text));
	return precompiled_charge(call, strlen(text) * GAS_JSON_BYTE);
}

static int32_t
crud_desc(PrecompiledCall *call)
{
	g_auto(Table) table = { .name = NULL };
	g_autofree char *fields = NULL;
	gint64 code;
	int32_t status = load_table(call, &table, &code);

	if (status != BSN_OK)
		return status;
	if (code != 0)
		return precompiled_answer(call, code);
	fields = g_strjoinv(",", table.fields);
	results_put_bytes(&call->results, bsn_slice_str(table.key));
	results_put_bytes(&call->results, bsn_slice_str(fields));
	return BSN_OK;
}

static const PrecompiledFunction functions[] = {
	{ 0xa216464b, 0xb8eaa08d, "insert(string,string,string,string)",
	  crud_insert, GAS_WRITES },
	{ 0x2dca76c1, 0x10bd675b, "update(string,string,string,string,string)",
	  crud_update, GAS_WRITES },
	{ 0xa72a1e65, 0x81b81824, "remove(string,string,string,string)",
	  crud_remove, GAS_WRITES },
	{ 0x983c6c4f, 0x7388111f, "select(string,string,string,string)",
	  crud_select, GAS_READS },
	{ 0x5d0d6d54, 0xb885d5ac, "desc(string)",
	  crud_desc, GAS_READS },
};

const PrecompiledContract crud_contract = {
	"CRUD", 0x1002, functions, G_N_ELEMENTS(functions)
};
