/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/iterator.h"

#include "plugins/kit/sink.h"

static void
entry_clear(gpointer data)
{
	WasmEntry *entry = data;

	g_bytes_unref(entry->key);
	if (entry->value != NULL)
		g_bytes_unref(entry->value);
}

static GArray *
entries_new(void)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(WasmEntry));

	g_array_set_clear_func(entries, entry_clear);
	return entries;
}

WasmIterator *
wasm_iterator_new(bsn_slice from, bsn_slice to)
{
	WasmIterator *iterator = g_new0(WasmIterator, 1);

	iterator->from = g_bytes_new(from.data, from.len);
	iterator->to = g_bytes_new(to.data, to.len);
	iterator->own = entries_new();
	iterator->page = entries_new();
	iterator->more = TRUE;
	return iterator;
}

void
wasm_iterator_free(WasmIterator *iterator)
{
	if (iterator == NULL)
		return;
	g_bytes_unref(iterator->from);
	g_bytes_unref(iterator->to);
	g_array_unref(iterator->own);
	g_array_unref(iterator->page);
	g_clear_pointer(&iterator->behind, g_bytes_unref);
	g_clear_pointer(&iterator->value, g_bytes_unref);
	g_free(iterator->id);
	g_free(iterator);
}

gboolean
wasm_iterator_has(const WasmIterator *iterator, bsn_slice key)
{
	const bsn_slice to = bytes_slice(iterator->to);

	return to.len == 0 || slice_compare(key, to) < 0;
}

void
wasm_iterator_add_own(WasmIterator *iterator, bsn_slice key, GBytes *value)
{
	const WasmEntry entry = { g_bytes_new(key.data, key.len),
				  value != NULL ? g_bytes_ref(value) : NULL };

	g_array_append_val(iterator->own, entry);
}

gboolean
wasm_iterator_add(WasmIterator *iterator, bsn_slice key, bsn_slice value)
{
	const WasmEntry entry = { g_bytes_new(key.data, key.len),
				  g_bytes_new(value.data, value.len) };

	g_array_append_val(iterator->page, entry);
	iterator->page_bytes += key.len + value.len;
	g_clear_pointer(&iterator->behind, g_bytes_unref);
	iterator->behind = g_bytes_ref(entry.key);
	return iterator->page->len < ITERATOR_PAGE &&
	       iterator->page_bytes < ITERATOR_PAGE_BYTES;
}

static const WasmEntry *
peek(const GArray *entries, guint at)
{
	return at < entries->len ? &g_array_index(entries, WasmEntry, at) :
				   NULL;
}

/* The first of both; what was written stands for what is stored. */
static const WasmEntry *
take_first(WasmIterator *iterator)
{
	const WasmEntry *own = peek(iterator->own, iterator->own_at);
	const WasmEntry *stored = peek(iterator->page, iterator->page_at);
	int order;

	if (own == NULL || stored == NULL)
		order = own != NULL ? -1 : 1;
	else
		order = slice_compare(bytes_slice(own->key),
				      bytes_slice(stored->key));
	if (order <= 0)
		iterator->own_at++;
	if (order >= 0 && stored != NULL)
		iterator->page_at++;
	return order <= 0 ? own : stored;
}

static void
empty_page(WasmIterator *iterator)
{
	g_array_set_size(iterator->page, 0);
	iterator->page_at = 0;
	iterator->page_bytes = 0;
}

int32_t
wasm_iterator_next(WasmIterator *iterator, bsn_slice *key)
{
	const WasmEntry *entry;

	g_clear_pointer(&iterator->value, g_bytes_unref);
	do {
		if (iterator->page_at == iterator->page->len && iterator->more) {
			empty_page(iterator);
			return BSN_BUSY;
		}
		entry = take_first(iterator);
	} while (entry != NULL && entry->value == NULL);
	if (entry == NULL)
		return BSN_NOT_FOUND;
	iterator->value = g_bytes_ref(entry->value);
	*key = bytes_slice(entry->key);
	return BSN_OK;
}
