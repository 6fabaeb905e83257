/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/state/order.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/engine-xuper/state/layer_private.h"

/* Entries of a page: what is moved is 2 KiB, and of a million entries there are
 * some thousand pages. */
#define PAGE_MAX 256u

typedef struct {
	guint n;
	Entry *entries[PAGE_MAX];
} OrderPage;

static int
compare_entries(const void *one, const void *other)
{
	const Entry *const *a = one;
	const Entry *const *b = other;

	return slice_compare(entry_key(*a), entry_key(*b));
}

static OrderPage *
page_at(const Order *order, guint page)
{
	return g_ptr_array_index(order->pages, page);
}

static guint
n_pages(const Order *order)
{
	return order->pages != NULL ? order->pages->len : 0;
}

/* How many of the page's keys are before `key`. */
static guint
page_find(const OrderPage *page, bsn_slice key)
{
	guint low = 0, high = page->n;

	while (low < high) {
		const guint middle = low + (high - low) / 2;

		if (slice_compare(entry_key(page->entries[middle]), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first page whose last key is not before `key`. */
static guint
find_page(const Order *order, bsn_slice key)
{
	guint low = 0, high = n_pages(order);

	while (low < high) {
		const guint middle = low + (high - low) / 2;
		const OrderPage *page = page_at(order, middle);

		if (slice_compare(entry_key(page->entries[page->n - 1]), key) <
		    0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- putting in ---- */

static OrderPage *
add_page(Order *order, guint at)
{
	OrderPage *page = g_new(OrderPage, 1);

	page->n = 0;
	g_ptr_array_insert(order->pages, (gint)at, page);
	return page;
}

/* The upper half becomes a page of its own. */
static void
split(Order *order, guint at)
{
	OrderPage *page = page_at(order, at);
	OrderPage *upper = add_page(order, at + 1);

	upper->n = page->n / 2;
	page->n -= upper->n;
	memcpy(upper->entries, page->entries + page->n,
	       upper->n * sizeof(Entry *));
}

/* Behind all others: pages that are filled so are full, not half full. */
static void
append(Order *order, Entry *entry)
{
	OrderPage *last =
		n_pages(order) > 0 ? page_at(order, n_pages(order) - 1) : NULL;

	if (last == NULL || last->n == PAGE_MAX)
		last = add_page(order, n_pages(order));
	last->entries[last->n++] = entry;
}

static void
insert(Order *order, Entry *entry)
{
	guint at = find_page(order, entry_key(entry));
	OrderPage *page;
	guint place;

	if (at == n_pages(order)) {
		append(order, entry);
		return;
	}
	if (page_at(order, at)->n == PAGE_MAX) {
		split(order, at);
		at = find_page(order, entry_key(entry));
	}
	page = page_at(order, at);
	place = page_find(page, entry_key(entry));
	memmove(page->entries + place + 1, page->entries + place,
		(page->n - place) * sizeof(Entry *));
	page->entries[place] = entry;
	page->n++;
}

void
order_add(Order *order, Entry **entries, guint n)
{
	if (n == 0)
		return;
	if (order->pages == NULL)
		order->pages = g_ptr_array_new_with_free_func(g_free);
	qsort(entries, n, sizeof(*entries), compare_entries);
	for (guint i = 0; i < n; i++)
		insert(order, entries[i]);
}

void
order_clear(Order *order)
{
	g_clear_pointer(&order->pages, g_ptr_array_unref);
}

/* ---- walking ---- */

OrderPlace
order_from(const Order *order, bsn_slice key)
{
	OrderPlace place = { find_page(order, key), 0 };

	if (place.page < n_pages(order))
		place.at = page_find(page_at(order, place.page), key);
	return place;
}

OrderPlace
order_end(const Order *order)
{
	return (OrderPlace){ n_pages(order), 0 };
}

const Entry *
order_next(const Order *order, OrderPlace *place)
{
	const OrderPage *page;
	const Entry *entry;

	if (place->page == n_pages(order))
		return NULL;
	page = page_at(order, place->page);
	entry = page->entries[place->at++];
	if (place->at == page->n)
		*place = (OrderPlace){ place->page + 1, 0 };
	return entry;
}

const Entry *
order_previous(const Order *order, OrderPlace *place)
{
	if (place->at == 0) {
		if (place->page == 0)
			return NULL;
		place->page--;
		place->at = page_at(order, place->page)->n;
	}
	place->at--;
	return page_at(order, place->page)->entries[place->at];
}
