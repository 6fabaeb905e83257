/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/lists.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/number.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

#define KIND_TABLE 't'
#define KIND_CALL 'c'
#define KIND_MANAGERS 'm'
#define KIND_COUNT 'n'

#define KEY_HEAD 3u

/* ---- keys -------------------------------------------------------------- */

static void
append(AccessKey *key, const void *bytes, guint len)
{
	memcpy(key->bytes + key->len, bytes, len);
	key->len += len;
}

static AccessKey
key_of(guint8 kind, const void *id, guint len)
{
	AccessKey key = { { STATE_BYTE, STATE_ACCESS_BYTE, kind }, KEY_HEAD };

	append(&key, id, len);
	return key;
}

AccessKey
access_table(const char *table)
{
	return key_of(KIND_TABLE, table,
		      (guint)MIN(strlen(table), ACCESS_TABLE_MAX));
}

AccessKey
access_contract(const guint8 *address)
{
	return key_of(KIND_CALL, address, ADDRESS_LEN);
}

AccessKey
access_function(const guint8 *address, const guint8 *selector)
{
	AccessKey key = access_contract(address);

	append(&key, selector, SELECTOR_LEN);
	return key;
}

AccessKey
access_managers(const guint8 *address)
{
	return key_of(KIND_MANAGERS, address, ADDRESS_LEN);
}

static bsn_slice
key_slice(const AccessKey *key)
{
	return bsn_slice_of(key->bytes, key->len);
}

/* ---- entries ----------------------------------------------------------- */

static int32_t
decode(bsn_slice value, GArray *entries)
{
	RlpReader reader = rlp_reader(value);

	rlp_enter(&reader, "list");
	while (rlp_more(&reader)) {
		AccessEntry entry;

		rlp_read_fixed(&reader, "address", entry.address, ADDRESS_LEN);
		entry.enable = rlp_read_u64(&reader, "enable");
		g_array_append_val(entries, entry);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
access_load(Overlay *state, const AccessKey *key, GArray **entries)
{
	bsn_slice value;
	int32_t status = overlay_get(state, key_slice(key), &value);

	*entries = g_array_new(FALSE, FALSE, sizeof(AccessEntry));
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK)
		status = decode(value, *entries);
	if (status != BSN_OK)
		g_clear_pointer(entries, g_array_unref);
	return status;
}

const AccessEntry *
access_find(const GArray *entries, const guint8 *address)
{
	for (guint i = 0; i < entries->len; i++) {
		const AccessEntry *entry =
			&g_array_index(entries, AccessEntry, i);

		if (memcmp(entry->address, address, ADDRESS_LEN) == 0)
			return entry;
	}
	return NULL;
}

int32_t
access_allows(Overlay *state, const AccessKey *key, const guint8 *address,
	      gboolean *allowed)
{
	g_autoptr(GArray) entries = NULL;
	int32_t status = access_load(state, key, &entries);

	if (status == BSN_OK)
		*allowed = entries->len == 0 ||
			   access_find(entries, address) != NULL;
	return status;
}

static void
store(Overlay *state, const AccessKey *key, const GArray *entries)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	g_autofree RlpItem *fields = g_new(RlpItem, 2 * (gsize)entries->len);

	for (guint i = 0; i < entries->len; i++) {
		const AccessEntry *entry =
			&g_array_index(entries, AccessEntry, i);

		fields[2 * i] =
			rlp_bytes(bsn_slice_of(entry->address, ADDRESS_LEN));
		fields[2 * i + 1] = rlp_u64(entry->enable);
	}
	rlp_put_list(value, fields, 2 * (guint64)entries->len);
	if (entries->len > 0)
		overlay_put(state, key_slice(key), buffer_slice(value));
	else
		overlay_delete(state, key_slice(key));
}

/* ---- how many restrict calls ------------------------------------------- */

static AccessKey
count_key(void)
{
	return key_of(KIND_COUNT, "", 0);
}

int32_t
access_call_lists(Overlay *state, guint64 *count)
{
	AccessKey key = count_key();

	return number_get(state, key_slice(&key), count);
}

static int32_t
count_call_list(Overlay *state, const AccessKey *key, gboolean more)
{
	AccessKey counter = count_key();
	guint64 count;
	int32_t status;

	if (key->bytes[KEY_HEAD - 1] != KIND_CALL)
		return BSN_OK;
	status = access_call_lists(state, &count);
	if (status == BSN_OK)
		number_put(state, key_slice(&counter),
			   more ? count + 1 : MAX(count, 1) - 1);
	return status;
}

/* ---- changes ----------------------------------------------------------- */

int32_t
access_add(Overlay *state, const AccessKey *key, const guint8 *address,
	   guint64 enable, AccessChange *change)
{
	g_autoptr(GArray) entries = NULL;
	AccessEntry entry = { .enable = enable };
	int32_t status = access_load(state, key, &entries);

	if (status != BSN_OK)
		return status;
	*change = ACCESS_SAME;
	if (access_find(entries, address) != NULL)
		return BSN_OK;
	*change = ACCESS_FULL;
	if (entries->len >= ACCESS_ENTRIES_MAX)
		return BSN_OK;
	memcpy(entry.address, address, ADDRESS_LEN);
	g_array_append_val(entries, entry);
	store(state, key, entries);
	*change = ACCESS_CHANGED;
	return entries->len == 1 ? count_call_list(state, key, TRUE) : BSN_OK;
}

int32_t
access_remove(Overlay *state, const AccessKey *key, const guint8 *address,
	      AccessChange *change)
{
	g_autoptr(GArray) entries = NULL;
	const AccessEntry *entry;
	int32_t status = access_load(state, key, &entries);

	if (status != BSN_OK)
		return status;
	*change = ACCESS_SAME;
	entry = access_find(entries, address);
	if (entry == NULL)
		return BSN_OK;
	g_array_remove_index(
		entries,
		(guint)(entry - (const AccessEntry *)(void *)entries->data));
	store(state, key, entries);
	*change = ACCESS_CHANGED;
	return entries->len == 0 ? count_call_list(state, key, FALSE) : BSN_OK;
}
