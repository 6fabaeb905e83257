/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/guard.h"

#include <string.h>

/* A list that was asked for, sorted by address. */
typedef struct {
	AccessKey key;
	GArray *entries;
} Known;

static void
known_free(gpointer data)
{
	Known *known = data;

	g_array_unref(known->entries);
	g_free(known);
}

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer data)
{
	const AccessKey *left = a;
	const AccessKey *right = b;

	if (left->len != right->len)
		return left->len < right->len ? -1 : 1;
	return memcmp(left->bytes, right->bytes, left->len);
}

static gint
compare_entries(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, ADDRESS_LEN);
}

void
guard_clear(Guard *guard)
{
	guard->known = FALSE;
	g_clear_pointer(&guard->lists, g_tree_unref);
}

static int32_t
load(Guard *guard, Overlay *state, const AccessKey *key, const Known **found)
{
	GArray *entries;
	int32_t status = access_load(state, key, &entries);
	Known *known;

	if (status != BSN_OK)
		return status;
	g_array_sort(entries, compare_entries);
	known = g_new(Known, 1);
	known->key = *key;
	known->entries = entries;
	g_tree_insert(guard->lists, &known->key, known);
	*found = known;
	return BSN_OK;
}

/* A tree, since contracts choose the addresses: no choice makes it slow. */
static int32_t
find(Guard *guard, Overlay *state, const AccessKey *key, const Known **found)
{
	if (guard->lists == NULL)
		guard->lists = g_tree_new_full(compare_keys, NULL, NULL,
					       known_free);
	*found = g_tree_lookup(guard->lists, key);
	return *found != NULL ? BSN_OK : load(guard, state, key, found);
}

static gboolean
is_on(const GArray *entries, const guint8 *origin)
{
	return g_array_binary_search((GArray *)entries, origin,
				     compare_entries, NULL);
}

/* The list that decides; empty when neither has an entry. */
static int32_t
deciding_list(Guard *guard, Overlay *state, const guint8 *contract,
	      bsn_slice input, const GArray **entries)
{
	const Known *known;
	AccessKey key;
	int32_t status;

	if (input.len >= SELECTOR_LEN) {
		key = access_function(contract, input.data);
		status = find(guard, state, &key, &known);
		if (status != BSN_OK)
			return status;
		*entries = known->entries;
		if (known->entries->len > 0)
			return BSN_OK;
	}
	key = access_contract(contract);
	status = find(guard, state, &key, &known);
	if (status == BSN_OK)
		*entries = known->entries;
	return status;
}

int32_t
guard_allows_call(Guard *guard, Overlay *state, const guint8 *contract,
		  bsn_slice input, const guint8 *origin, gboolean *allowed)
{
	const GArray *entries;
	int32_t status = BSN_OK;

	if (!guard->known)
		status = access_call_lists(state, &guard->call_lists);
	if (status != BSN_OK)
		return status;
	guard->known = TRUE;
	*allowed = TRUE;
	if (guard->call_lists == 0)
		return BSN_OK;
	status = deciding_list(guard, state, contract, input, &entries);
	if (status == BSN_OK)
		*allowed = entries->len == 0 || is_on(entries, origin);
	return status;
}
