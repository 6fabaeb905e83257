/* SPDX-License-Identifier: Apache-2.0
 *
 * Record of a key: the next number, then the numbers that there are, 4 bytes
 * big-endian each. Of a row: [field, value, field, value, ...].
 */
#include "plugins/engine-fisco/precompiled/rows.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

typedef struct {
	StateKey key;     /* of the record of numbers */
	StateKey row;     /* of row 0 without the number */
	guint32 next;
	GArray *numbers;  /* guint32 */
} KeyRows;

static void
row_free(gpointer data)
{
	Row *row = data;

	g_bytes_unref(row->bytes);
	g_array_unref(row->fields);
	g_free(row);
}

GPtrArray *
rows_new(void)
{
	return g_ptr_array_new_with_free_func(row_free);
}

/* ---- numbers ------------------------------------------------------------ */

static void
key_rows_clear(KeyRows *rows)
{
	g_clear_pointer(&rows->numbers, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeyRows, key_rows_clear)

static guint32
read_u32(const guint8 *at)
{
	guint32 number;

	memcpy(&number, at, sizeof(number));
	return GUINT32_FROM_BE(number);
}

static int32_t
read_numbers(bsn_slice bytes, KeyRows *rows)
{
	if (bytes.len < sizeof(guint32) || bytes.len % sizeof(guint32) != 0)
		return BSN_E_CORRUPT;
	rows->next = read_u32(bytes.data);
	for (guint64 at = sizeof(guint32); at < bytes.len;
	     at += sizeof(guint32)) {
		guint32 number = read_u32(bytes.data + at);

		g_array_append_val(rows->numbers, number);
	}
	return BSN_OK;
}

static int32_t
load_numbers(PrecompiledCall *call, const Table *table, bsn_slice key,
	     KeyRows *rows)
{
	guint8 digest[HASH_LEN];
	bsn_slice bytes;
	int32_t status = suite_digest1(&call->ledger->suite, key, digest);

	if (status != BSN_OK)
		return BSN_E_INTERNAL;
	rows->numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
	rows->key = state_key('X');
	rows->row = state_key('R');
	state_key_add(&rows->key, bsn_slice_of(table->id, TABLE_ID_LEN));
	state_key_add(&rows->key, bsn_slice_of(digest, HASH_LEN));
	state_key_add(&rows->row, bsn_slice_of(table->id, TABLE_ID_LEN));
	state_key_add(&rows->row, bsn_slice_of(digest, HASH_LEN));
	status = precompiled_get(call, &rows->key, &bytes);
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status == BSN_OK ? read_numbers(bytes, rows) : status;
}

static int32_t
put_numbers(PrecompiledCall *call, const KeyRows *rows)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint32 number = GUINT32_TO_BE(rows->next);

	g_byte_array_append(bytes, (const guint8 *)&number, sizeof(number));
	for (guint i = 0; i < rows->numbers->len; i++) {
		number = GUINT32_TO_BE(
			g_array_index(rows->numbers, guint32, i));
		g_byte_array_append(bytes, (const guint8 *)&number,
				    sizeof(number));
	}
	return precompiled_put(call, &rows->key, buffer_slice(bytes));
}

static StateKey
row_key(const KeyRows *rows, guint32 number)
{
	StateKey key = rows->row;

	state_key_add_u32(&key, number);
	return key;
}

/* ---- one row ------------------------------------------------------------ */

static int32_t
read_row(const Table *table, bsn_slice bytes, Row *row)
{
	guint max = g_strv_length(table->fields);
	RlpReader reader;
	gsize len;
	const guint8 *data;

	row->bytes = g_bytes_new(bytes.data, bytes.len);
	row->fields = g_array_new(FALSE, FALSE, sizeof(Field));
	data = g_bytes_get_data(row->bytes, &len);
	reader = rlp_reader(bsn_slice_of(data, len));
	rlp_enter(&reader, "row");
	while (rlp_more(&reader) && row->fields->len < max) {
		Field field;

		field.name = rlp_read_bytes(&reader, "field", 1,
					    TABLE_FIELD_LEN_MAX);
		field.value = rlp_read_bytes(&reader, "value", 0,
					     TABLE_VALUE_LEN_MAX);
		g_array_append_val(row->fields, field);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

static int32_t
load_row(PrecompiledCall *call, const Table *table, const KeyRows *rows,
	 guint32 number, Row **out)
{
	StateKey key = row_key(rows, number);
	bsn_slice bytes;
	int32_t status = precompiled_get(call, &key, &bytes);

	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_E_CORRUPT : status;
	*out = g_new0(Row, 1);
	(*out)->number = number;
	status = read_row(table, bytes, *out);
	if (status != BSN_OK)
		g_clear_pointer(out, row_free);
	return status;
}

static const Field *
find_field(const GArray *fields, bsn_slice name)
{
	for (guint i = fields->len; i > 0; i--) {
		const Field *field = &g_array_index(fields, Field, i - 1);

		if (bsn_slice_equal(field->name, name))
			return field;
	}
	return NULL;
}

bsn_slice
row_value(const Row *row, const Table *table, bsn_slice key, bsn_slice field,
	  char *room)
{
	const Field *found;

	if (bsn_slice_equal(field, bsn_slice_str(table->key)))
		return key;
	if (bsn_slice_equal(field, bsn_slice_str(TABLE_ROW_STATUS)))
		return bsn_slice_str("0");
	if (bsn_slice_equal(field, bsn_slice_str(TABLE_ROW_ID))) {
		g_snprintf(room, ROW_NUMBER_SIZE, "%u", row->number);
		return bsn_slice_str(room);
	}
	found = find_field(row->fields, field);
	return found != NULL ? found->value : bsn_slice_of(NULL, 0);
}

/* Writes the fields that `fields` or else `row`, which may be NULL, has. */
static int32_t
put_row(PrecompiledCall *call, const Table *table, const StateKey *key,
	const Row *row, const GArray *fields)
{
	g_autofree RlpItem *items =
		g_new(RlpItem, 2 * (gsize)g_strv_length(table->fields));
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint n = 0;

	for (char **one = table->fields; *one != NULL; one++) {
		bsn_slice name = bsn_slice_str(*one);
		const Field *field = find_field(fields, name);

		if (field == NULL && row != NULL)
			field = find_field(row->fields, name);
		if (field == NULL)
			continue;
		items[n++] = rlp_bytes(name);
		items[n++] = rlp_bytes(field->value);
	}
	rlp_put_list(bytes, items, n);
	return precompiled_put(call, key, buffer_slice(bytes));
}

/* ---- selecting ---------------------------------------------------------- */

static gboolean
passes(const Row *row, const Table *table, bsn_slice key,
       const Condition *condition)
{
	guint n = condition->comparisons != NULL ?
			  condition->comparisons->len : 0;
	char room[ROW_NUMBER_SIZE];

	for (guint i = 0; i < n; i++) {
		const Comparison *one = &g_array_index(condition->comparisons,
						       Comparison, i);
		bsn_slice value = row_value(row, table, key, one->field, room);

		if (!comparison_holds(one, value))
			return FALSE;
	}
	return TRUE;
}

/* Each comparison may look at the whole row and at all of its own value. */
static int32_t
charge_comparisons(PrecompiledCall *call, const Row *row,
		   const Condition *condition)
{
	guint n = condition->comparisons != NULL ?
			  condition->comparisons->len : 0;
	guint64 bytes = g_bytes_get_size(row->bytes) * n;

	for (guint i = 0; i < n; i++)
		bytes += g_array_index(condition->comparisons, Comparison, i)
				 .value.len;
	return precompiled_charge(call, GAS_COMPARISON * (guint64)n +
						GAS_COMPARISON_BYTE * bytes);
}

static int32_t
select_from(PrecompiledCall *call, const Table *table, bsn_slice key,
	    const KeyRows *from, const Condition *condition, GPtrArray *rows)
{
	guint64 skip = condition->offset;
	int32_t status = BSN_OK;

	for (guint i = 0; i < from->numbers->len && status == BSN_OK &&
			  rows->len < condition->count; i++) {
		Row *row = NULL;

		status = load_row(call, table, from,
				  g_array_index(from->numbers, guint32, i),
				  &row);
		if (status != BSN_OK)
			return status;
		status = charge_comparisons(call, row, condition);
		if (status == BSN_OK && passes(row, table, key, condition) &&
		    skip-- == 0) {
			skip = 0;
			g_ptr_array_add(rows, row);
		} else {
			row_free(row);
		}
	}
	return status;
}

int32_t
rows_select(PrecompiledCall *call, const Table *table, bsn_slice key,
	    const Condition *condition, GPtrArray *rows)
{
	g_auto(KeyRows) from = { .numbers = NULL };
	int32_t status = load_numbers(call, table, key, &from);

	if (status != BSN_OK)
		return status;
	return select_from(call, table, key, &from, condition, rows);
}

/* ---- changing ----------------------------------------------------------- */

/* An entry that was selected has these; they change nothing. */
static gboolean
is_hidden(bsn_slice field)
{
	return bsn_slice_equal(field, bsn_slice_str(TABLE_ROW_ID)) ||
	       bsn_slice_equal(field, bsn_slice_str(TABLE_ROW_STATUS));
}

static gint64
check_fields(const Table *table, bsn_slice key, const GArray *fields)
{
	if (key.len > TABLE_KEY_LEN_MAX)
		return PRECOMPILED_KEY_LENGTH;
	for (guint i = 0; i < fields->len; i++) {
		const Field *field = &g_array_index(fields, Field, i);

		if (!is_hidden(field->name) &&
		    !table_has_field(table, field->name))
			return PRECOMPILED_NO_FIELD;
		if (field->value.len > TABLE_VALUE_LEN_MAX)
			return PRECOMPILED_VALUE_LENGTH;
	}
	return 0;
}

/* Whether it can go on; else the code says why not. */
static int32_t
check_change(PrecompiledCall *call, const Table *table, bsn_slice key,
	     const GArray *fields, gint64 *code)
{
	const guint64 n = fields != NULL ? fields->len : 0;
	gboolean allowed;
	int32_t status = precompiled_charge(
		call, GAS_FIELD * n * g_strv_length(table->fields));

	if (status == BSN_OK)
		status = precompiled_allowed(call, table->name, &allowed);

	if (status != BSN_OK)
		return status;
	*code = allowed ? 0 : PRECOMPILED_DENIED;
	if (allowed && fields != NULL)
		*code = check_fields(table, key, fields);
	return BSN_OK;
}

int32_t
rows_insert(PrecompiledCall *call, const Table *table, bsn_slice key,
	    const GArray *fields, gint64 *code)
{
	g_auto(KeyRows) rows = { .numbers = NULL };
	int32_t status = check_change(call, table, key, fields, code);
	StateKey row;
	guint32 number;

	if (status == BSN_OK && *code == 0)
		status = load_numbers(call, table, key, &rows);
	if (status != BSN_OK || *code != 0)
		return status;
	if (rows.numbers->len >= TABLE_KEY_ROWS_MAX ||
	    rows.next == G_MAXUINT32)
		return precompiled_fail(call, "a key has at most %u rows",
					TABLE_KEY_ROWS_MAX);
	number = rows.next++;
	row = row_key(&rows, number);
	g_array_append_val(rows.numbers, number);
	*code = 1;
	status = put_row(call, table, &row, NULL, fields);
	return status == BSN_OK ? put_numbers(call, &rows) : status;
}

int32_t
rows_update(PrecompiledCall *call, const Table *table, bsn_slice key,
	    const GArray *fields, const Condition *condition, gint64 *code)
{
	g_autoptr(GPtrArray) found = rows_new();
	g_auto(KeyRows) rows = { .numbers = NULL };
	int32_t status = check_change(call, table, key, fields, code);

	if (status == BSN_OK && *code == 0)
		status = load_numbers(call, table, key, &rows);
	if (status != BSN_OK || *code != 0)
		return status;
	status = select_from(call, table, key, &rows, condition, found);
	for (guint i = 0; i < found->len && status == BSN_OK; i++) {
		const Row *row = found->pdata[i];
		StateKey place = row_key(&rows, row->number);

		status = put_row(call, table, &place, row, fields);
	}
	*code = found->len;
	return status;
}

/* Takes numbers out; both lists are in ascending order. */
static void
drop_numbers(KeyRows *rows, const GPtrArray *gone)
{
	guint kept = 0;
	guint next = 0;

	for (guint i = 0; i < rows->numbers->len; i++) {
		guint32 number = g_array_index(rows->numbers, guint32, i);

		if (next < gone->len &&
		    ((const Row *)gone->pdata[next])->number == number)
			next++;
		else
			g_array_index(rows->numbers, guint32, kept++) = number;
	}
	g_array_set_size(rows->numbers, kept);
}

int32_t
rows_remove(PrecompiledCall *call, const Table *table, bsn_slice key,
	    const Condition *condition, gint64 *code)
{
	g_autoptr(GPtrArray) found = rows_new();
	g_auto(KeyRows) rows = { .numbers = NULL };
	int32_t status = check_change(call, table, key, NULL, code);

	if (status == BSN_OK && *code == 0)
		status = load_numbers(call, table, key, &rows);
	if (status != BSN_OK || *code != 0)
		return status;
	status = select_from(call, table, key, &rows, condition, found);
	*code = found->len;
	if (status != BSN_OK || found->len == 0)
		return status;
	for (guint i = 0; i < found->len && status == BSN_OK; i++) {
		const Row *row = found->pdata[i];
		StateKey place = row_key(&rows, row->number);

		status = precompiled_delete(call, &place);
	}
	drop_numbers(&rows, found);
	return status == BSN_OK ? put_numbers(call, &rows) : status;
}
