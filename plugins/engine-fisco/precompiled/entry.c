/* SPDX-License-Identifier: Apache-2.0
 *
 * An Entry's items are its fields. Entries' items are the addresses of the
 * Entry of each row, so that what is asked for twice is one object.
 */
#include "plugins/engine-fisco/precompiled/entry.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/u256.h"

#define BYTES64_LEN 64u

GArray *
entry_fields(const Object *object)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(Field));

	for (guint i = 0; i < object->items->len; i++) {
		const ObjectItem *item = object->items->pdata[i];
		Field field = { item->name, item->value };

		g_array_append_val(fields, field);
	}
	return fields;
}

/* ---- making ------------------------------------------------------------- */

static int32_t
add_field(PrecompiledCall *call, guint32 object, bsn_slice name,
	  bsn_slice value)
{
	const ObjectItem item = { .name = name, .value = value };

	return precompiled_add(call, object, &item);
}

static int32_t
add_named(PrecompiledCall *call, guint32 object, const Table *table,
	  bsn_slice key, const Row *row, const char *name)
{
	char room[ROW_NUMBER_SIZE];
	bsn_slice field = bsn_slice_str(name);

	return add_field(call, object, field,
			 row_value(row, table, key, field, room));
}

int32_t
entry_make(PrecompiledCall *call, const Table *table, bsn_slice key,
	   const Row *row, guint32 *object)
{
	int32_t status = precompiled_make(call, &entry_contract, object);

	if (row == NULL || status != BSN_OK)
		return status;
	status = add_named(call, *object, table, key, row, table->key);
	for (char **one = table->fields; *one != NULL && status == BSN_OK;
	     one++)
		status = add_named(call, *object, table, key, row, *one);
	if (status == BSN_OK)
		status = add_named(call, *object, table, key, row,
				   TABLE_ROW_ID);
	if (status == BSN_OK)
		status = add_named(call, *object, table, key, row,
				   TABLE_ROW_STATUS);
	return status;
}

int32_t
entries_make(PrecompiledCall *call, const Table *table, bsn_slice key,
	     const GPtrArray *rows, guint32 *object)
{
	int32_t status = precompiled_make(call, &entries_contract, object);

	for (guint i = 0; i < rows->len && status == BSN_OK; i++) {
		ObjectItem item = { 0 };
		guint32 entry;

		status = entry_make(call, table, key, rows->pdata[i], &entry);
		item.value = bsn_slice_of(&entry, sizeof(entry));
		if (status == BSN_OK)
			status = precompiled_add(call, *object, &item);
	}
	return status;
}

/* ---- Entries ------------------------------------------------------------ */

static const Object *
self(const PrecompiledCall *call)
{
	return objects_find(call->objects, precompiled_self(call));
}

static int32_t
entries_size(PrecompiledCall *call)
{
	return precompiled_answer(call, self(call)->items->len);
}

static int32_t
entries_get(PrecompiledCall *call)
{
	const Object *entries = self(call);
	const ObjectItem *item;
	guint64 index;
	guint32 entry;

	if (!arg_count(&call->args[0], &index) || index >= entries->items->len)
		return precompiled_fail(call, "there are %u entries, from 0 on",
					entries->items->len);
	item = entries->items->pdata[index];
	memcpy(&entry, item->value.data, sizeof(entry));
	precompiled_put_object(call, entry);
	return BSN_OK;
}

static const PrecompiledFunction entries_functions[] = {
	{ 0x846719e0, 0x3dd2b614, "get(int256)",
	  entries_get, GAS_OBJECTS },
	{ 0x949d225d, 0xd3e9af5a, "size()",
	  entries_size, GAS_OBJECTS },
};

const PrecompiledContract entries_contract = {
	"Entries", 0, entries_functions, G_N_ELEMENTS(entries_functions)
};

/* ---- Entry: set --------------------------------------------------------- */

static int32_t
set_text(PrecompiledCall *call, bsn_slice value)
{
	return add_field(call, precompiled_self(call), call->args[0].bytes,
			 value);
}

static int32_t
set_number(PrecompiledCall *call, gboolean is_signed)
{
	g_autofree char *text =
		u256_to_text(call->args[1].bytes.data, is_signed);

	return set_text(call, bsn_slice_str(text));
}

static int32_t
entry_set_int(PrecompiledCall *call)
{
	return set_number(call, TRUE);
}

static int32_t
entry_set_uint(PrecompiledCall *call)
{
	return set_number(call, FALSE);
}

static int32_t
entry_set_string(PrecompiledCall *call)
{
	return set_text(call, call->args[1].bytes);
}

static int32_t
entry_set_address(PrecompiledCall *call)
{
	g_autofree char *text = hex_encode(call->args[1].bytes);

	return set_text(call, bsn_slice_str(text));
}

/* ---- Entry: get --------------------------------------------------------- */

/* What was set last; every look at a field is paid for. */
static int32_t
get_text(PrecompiledCall *call, bsn_slice *value)
{
	const GPtrArray *items = self(call)->items;

	*value = bsn_slice_of(NULL, 0);
	for (guint i = items->len; i > 0; i--) {
		const ObjectItem *item = items->pdata[i - 1];

		if (!bsn_slice_equal(item->name, call->args[0].bytes))
			continue;
		*value = item->value;
		break;
	}
	return precompiled_charge(call, items->len);
}

static int32_t
get_number(PrecompiledCall *call, gboolean is_signed)
{
	guint8 word[WORD_LEN] = { 0 };
	const U256Type type = { 256, is_signed };
	bsn_slice value;
	int32_t status = get_text(call, &value);

	if (status != BSN_OK)
		return status;
	/* What is no number reads as 0. */
	if (u256_from_text((const char *)value.data, value.len, type, word,
			   NULL) != BSN_OK)
		memset(word, 0, sizeof(word));
	results_put_word(&call->results, word);
	return BSN_OK;
}

static int32_t
entry_get_int(PrecompiledCall *call)
{
	return get_number(call, TRUE);
}

static int32_t
entry_get_uint(PrecompiledCall *call)
{
	return get_number(call, FALSE);
}

static int32_t
entry_get_string(PrecompiledCall *call)
{
	bsn_slice value;
	int32_t status = get_text(call, &value);

	if (status == BSN_OK)
		results_put_bytes(&call->results, value);
	return status;
}

static int32_t
entry_get_address(PrecompiledCall *call)
{
	guint8 address[ADDRESS_LEN] = { 0 };
	bsn_slice value;
	int32_t status = get_text(call, &value);

	if (status != BSN_OK)
		return status;
	if (value.len > 0)
		(void)hex_decode_fixed((const char *)value.data, value.len,
				       address, sizeof(address));
	results_put_address(&call->results, address);
	return BSN_OK;
}

/* The text's first bytes, zeros behind it. */
static void
copy_padded(bsn_slice value, guint8 *out, gsize size)
{
	memset(out, 0, size);
	if (value.len > 0)
		memcpy(out, value.data, MIN(value.len, size));
}

static int32_t
entry_get_bytes32(PrecompiledCall *call)
{
	guint8 word[WORD_LEN];
	bsn_slice value;
	int32_t status = get_text(call, &value);

	if (status != BSN_OK)
		return status;
	copy_padded(value, word, sizeof(word));
	results_put_word(&call->results, word);
	return BSN_OK;
}

/* bytes1[64]: a word for each byte. */
static int32_t
entry_get_bytes64(PrecompiledCall *call)
{
	guint8 bytes[BYTES64_LEN];
	bsn_slice value;
	int32_t status = get_text(call, &value);

	if (status != BSN_OK)
		return status;
	copy_padded(value, bytes, sizeof(bytes));
	for (guint i = 0; i < BYTES64_LEN; i++) {
		guint8 word[WORD_LEN] = { bytes[i] };

		results_put_word(&call->results, word);
	}
	return BSN_OK;
}

static const PrecompiledFunction entry_functions[] = {
	{ 0xfda69fae, 0x4900862e, "getInt(string)",
	  entry_get_int, GAS_OBJECTS },
	{ 0x3536046a, 0xdf7427af, "getUInt(string)",
	  entry_get_uint, GAS_OBJECTS },
	{ 0x9c981fcb, 0x9bca41e8, "getString(string)",
	  entry_get_string, GAS_OBJECTS },
	{ 0xbf40fac1, 0x07afbf3a, "getAddress(string)",
	  entry_get_address, GAS_OBJECTS },
	{ 0x27314f79, 0xfdebe414, "getBytes32(string)",
	  entry_get_bytes32, GAS_OBJECTS },
	{ 0xd52decd4, 0x9139fa37, "getBytes64(string)",
	  entry_get_bytes64, GAS_OBJECTS },
	{ 0x2ef8ba74, 0xdef42698, "set(string,int256)",
	  entry_set_int, GAS_OBJECTS },
	{ 0x8a42ebe9, 0xf2f4ee6d, "set(string,uint256)",
	  entry_set_uint, GAS_OBJECTS },
	{ 0xe942b516, 0x1a391cb4, "set(string,string)",
	  entry_set_string, GAS_OBJECTS },
	{ 0xa815ff15, 0x517c4dd9, "set(string,address)",
	  entry_set_address, GAS_OBJECTS },
};

const PrecompiledContract entry_contract = {
	"Entry", 0, entry_functions, G_N_ELEMENTS(entry_functions)
};
