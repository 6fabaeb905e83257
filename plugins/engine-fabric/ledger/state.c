/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/state.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

static int32_t
corrupt(bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT,
			"an entry of the world state cannot be read back");
}

/* The store's values, not one of which means that something is missing. */
static int32_t
found_or_not(int32_t status, gboolean *exists)
{
	*exists = status == BSN_OK;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

int32_t
state_get(const State *state, bsn_slice key, StateItem **item, bsn_err *err)
{
	const StoreKey name = store_key_state(&state->suite, key);
	g_autoptr(GByteArray) entry = g_byte_array_new();
	gboolean exists;
	int32_t status = found_or_not(ledger_store_get(&state->store,
						       store_key_slice(&name),
						       entry, err),
				      &exists);

	*item = NULL;
	if (!exists || state->hidden)
		return status;
	*item = state_item_read(store_key_slice(&name), buffer_slice(entry));
	return *item != NULL ? BSN_OK : corrupt(err);
}

int32_t
state_get_version(const State *state, bsn_slice key, gboolean *exists,
		  Version *version, bsn_err *err)
{
	const StoreKey name = store_key_state(&state->suite, key);
	g_autoptr(GByteArray) entry = g_byte_array_new();
	int32_t status = found_or_not(
		ledger_store_get_part(&state->store, store_key_slice(&name), 0,
				      ITEM_VERSION_SIZE, entry, err),
		exists);

	if (state->hidden)
		*exists = FALSE;
	if (*exists)
		*version = state_item_read_version(entry->data);
	return status;
}

void
state_put(LedgerBatch *batch, const Suite *suite, const StateItem *item)
{
	const StoreKey name = store_key_state(suite, item->key);
	g_autoptr(GByteArray) entry = NULL;

	if (!item->exists) {
		ledger_batch_delete(batch, store_key_slice(&name));
		return;
	}
	entry = g_byte_array_sized_new((guint)state_item_size(item));
	state_item_put(entry, item);
	ledger_batch_put_copy(batch, store_key_slice(&name),
			      buffer_slice(entry));
}

int32_t
state_indexes_change(const State *state, GTree *updates, LedgerBatch *batch,
		     bsn_err *err)
{
	return state->indexes != NULL
		       ? state->indexes->change(state->indexes, state, updates,
						batch, err)
		       : BSN_OK;
}

/* ---- pages ---- */

/* Gathers the least entries of a range from what the store gives in the order
 * of store keys. */
typedef struct {
	bsn_scan_sink sink;
	bsn_slice from;
	bsn_slice to;
	GPtrArray *items; /* in the order of state keys */
	gsize bytes;
	gboolean full; /* others were left out, all of them greater */
	gboolean corrupt;
} PageSink;

/* The first bytes of a state key, which are in order in the store. */
static bsn_slice
ordered_part(bsn_slice key)
{
	return bsn_slice_of(key.data, MIN(key.len, STATE_KEY_PLAIN));
}

static const StateItem *
last_item(const PageSink *page)
{
	return page->items->pdata[page->items->len - 1];
}

/* Puts it in its place, which nearly always is the last. */
static void
insert(PageSink *page, StateItem *item)
{
	guint at = page->items->len;

	while (at > 0 &&
	       slice_compare(item->key,
			     ((StateItem *)page->items->pdata[at - 1])->key) <
		       0)
		at--;
	g_ptr_array_insert(page->items, (gint)at, item);
	page->bytes += state_item_size(item);
}

static void
shorten(PageSink *page)
{
	while (page->items->len > STATE_PAGE_ITEMS ||
	       (page->items->len > 1 && page->bytes > STATE_PAGE_BYTES)) {
		page->bytes -= state_item_size(last_item(page));
		g_ptr_array_set_size(page->items, (gint)page->items->len - 1);
		page->full = TRUE;
	}
}

/* Whether neither this entry nor any behind it belongs to the page. */
static gboolean
is_behind(const PageSink *page, bsn_slice store_key)
{
	const bsn_slice part = ordered_part(
		bsn_slice_of(store_key.data + 1, store_key.len - 1));

	if (slice_compare(part, ordered_part(page->to)) > 0)
		return TRUE;
	return page->full &&
	       slice_compare(part, ordered_part(last_item(page)->key)) > 0;
}

static int32_t
page_entry(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice entry)
{
	PageSink *page = (PageSink *)sink;
	StateItem *item;

	if (is_behind(page, store_key))
		return BSN_TOO_LARGE;
	item = state_item_read(store_key, entry);
	if (item == NULL) {
		page->corrupt = TRUE;
		return BSN_E_CORRUPT;
	}
	if (slice_compare(item->key, page->from) < 0 ||
	    slice_compare(item->key, page->to) >= 0 ||
	    (page->full &&
	     slice_compare(item->key, last_item(page)->key) > 0)) {
		state_item_unref(item);
		return BSN_OK;
	}
	insert(page, item);
	shorten(page);
	return BSN_OK;
}

int32_t
state_page(const State *state, bsn_slice from, bsn_slice to, GPtrArray *items,
	   gboolean *more, bsn_err *err)
{
	static const guint8 end = STORE_STATE + 1;
	const StoreKey first = store_key_state_from(from);
	PageSink page = { { page_entry }, from, to, items, 0, FALSE, FALSE };
	int32_t status;

	*more = FALSE;
	if (state->hidden)
		return BSN_OK;
	status = state->store.table->scan(
		state->store.chain, store_key_slice(&first),
		bsn_slice_of(&end, 1), 0, &page.sink, err);

	*more = page.full;
	if (page.corrupt)
		return corrupt(err);
	/* What page_entry returns when it has enough. */
	return status == BSN_TOO_LARGE ? BSN_OK : status;
}

GPtrArray *
state_items_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)state_item_unref);
}
