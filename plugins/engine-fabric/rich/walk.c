/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/rich/walk.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* An entry as the store has it. */
typedef struct {
	GBytes *store_key;
	GBytes *key; /* of the document */
} WalkEntry;

static void
entry_free(gpointer data)
{
	WalkEntry *entry = data;

	g_bytes_unref(entry->store_key);
	g_bytes_unref(entry->key);
	g_free(entry);
}

IndexWalk *
index_walk_new(Index *index, gboolean descending, StoreKey from, StoreKey to)
{
	IndexWalk *walk = g_new0(IndexWalk, 1);

	walk->index = index_ref(index);
	walk->descending = descending;
	walk->from = from;
	walk->to = to;
	walk->page = g_ptr_array_new_with_free_func(entry_free);
	walk->more = TRUE;
	rows_init(&walk->group, G_MAXUINT64, descending);
	rows_init(&walk->before, G_MAXUINT64, descending);
	walk->n_before = -1;
	walk->last = g_byte_array_new();
	return walk;
}

void
index_walk_free(IndexWalk *walk)
{
	if (walk == NULL)
		return;
	index_unref(walk->index);
	g_ptr_array_unref(walk->page);
	rows_clear(&walk->group);
	rows_clear(&walk->before);
	g_byte_array_unref(walk->last);
	g_free(walk);
}

/* ---- places ---- */

static gint
compare_places(const IndexWalk *walk, bsn_slice a, bsn_slice b)
{
	const gint order = slice_compare(a, b);

	return walk->descending ? -order : order;
}

/* Whether a place has been passed. */
static gboolean
is_passed(const IndexWalk *walk, bsn_slice place)
{
	return walk->last->len > 0 &&
	       compare_places(walk, place, buffer_slice(walk->last)) <= 0;
}

static bsn_slice
row_place(const Row *row)
{
	return bsn_slice_of(row->place, row->len);
}

static bsn_slice
row_key(const Row *row)
{
	return bsn_slice_of(row->place + row->len - row->key_len, row->key_len);
}

/* Whether the snapshot has the document, so that its entry counts for nothing.
 */
static gboolean
is_replaced(const RichQuery *query, bsn_slice key)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice whole =
		state_key(&arena, bytes_slice(query->namespace),
			  bytes_slice(query->collection), key);

	return state_tree_find(simulator_snapshot(query->simulator)->before,
			       whole) != NULL;
}

/* Puts a document where the index would have it, unless it has been passed. */
static int32_t
add_row(const IndexWalk *walk, Rows *rows, const StateItem *item, bsn_err *err)
{
	g_autoptr(json_t) document = document_of(item);
	g_autoptr(GByteArray) place = g_byte_array_new();
	const bsn_slice key = document_key(item);

	if (document == NULL ||
	    !document_place(document, walk->index->paths, key, place) ||
	    is_passed(walk, buffer_slice(place)))
		return BSN_OK;
	return rows_add(rows, place, (gsize)key.len, err);
}

/* ---- what the index does not speak of ---- */

static int32_t
gather_before(RichQuery *query, IndexWalk *walk, bsn_err *err)
{
	GTree *before = simulator_snapshot(query->simulator)->before;
	const bsn_slice namespace = bytes_slice(query->namespace);
	const bsn_slice collection = bytes_slice(query->collection);
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice first = state_key(&arena, namespace, collection,
					  bsn_slice_of(NULL, 0));
	GTreeNode *node = g_tree_lower_bound(before, &first);

	for (; node != NULL; node = g_tree_node_next(node)) {
		const StateItem *item = g_tree_node_value(node);
		int32_t status = BSN_OK;

		if (item->key.len < first.len ||
		    memcmp(item->key.data, first.data, (gsize)first.len) != 0)
			break;
		query_take_of_turn(query, state_item_size(item));
		if (item->exists)
			status = add_row(walk, &walk->before, item, err);
		if (status != BSN_OK)
			return status;
	}
	rows_sort(&walk->before);
	return BSN_OK;
}

/* Begins behind the last place, with nothing read. */
static int32_t
begin_anew(RichQuery *query, IndexWalk *walk, bsn_err *err)
{
	const StoreKey last =
		index_place_from(walk->index, buffer_slice(walk->last));

	rows_clear(&walk->before);
	rows_init(&walk->before, G_MAXUINT64, walk->descending);
	rows_clear(&walk->group);
	rows_init(&walk->group, G_MAXUINT64, walk->descending);
	g_ptr_array_set_size(walk->page, 0);
	walk->used = 0;
	if (walk->last->len > 0) {
		walk->more = TRUE;
		if (walk->descending)
			walk->to = store_key_behind(last);
		else
			walk->from = last;
	}
	return gather_before(query, walk, err);
}

static int32_t
catch_up(RichQuery *query, IndexWalk *walk, bsn_err *err)
{
	const Snapshot *snapshot = simulator_snapshot(query->simulator);
	gint n;

	if (walk->index->phase != INDEX_READY)
		return bsn_fail(err, BSN_EXPIRED,
				"the index that the query goes by was dropped "
				"meanwhile: try it again");
	n = g_tree_nnodes(snapshot->before);
	if (n == walk->n_before)
		return BSN_OK;
	walk->n_before = n;
	return begin_anew(query, walk, err);
}

/* ---- what the index speaks of ---- */

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *page;
} PageSink;

static int32_t
take_entry(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice key)
{
	PageSink *page = (PageSink *)sink;
	WalkEntry *entry;

	if (page->page->len == WALK_PAGE)
		return BSN_TOO_LARGE;
	entry = g_new(WalkEntry, 1);
	entry->store_key = g_bytes_new(store_key.data, (gsize)store_key.len);
	entry->key = g_bytes_new(key.data, (gsize)key.len);
	g_ptr_array_add(page->page, entry);
	return BSN_OK;
}

/* The bounds go on behind what was read. A cut key and a NUL would be too long
 * for the store, so what is behind it is a greater one. */
static void
move_on(IndexWalk *walk)
{
	const WalkEntry *last = walk->page->pdata[walk->page->len - 1];
	const bsn_slice read = bytes_slice(last->store_key);
	StoreKey key = { { 0 }, (guint)read.len };

	memcpy(key.bytes, read.data, (gsize)read.len);
	if (walk->descending) {
		walk->to = key;
	} else if (index_entry_is_cut(read)) {
		walk->from = store_key_behind(key);
	} else {
		key.bytes[key.len++] = 0;
		walk->from = key;
	}
}

static int32_t
fill_page(const RichQuery *query, IndexWalk *walk, bsn_err *err)
{
	const LedgerStore *store =
		&simulator_ledger(query->simulator)->state.store;
	PageSink page = { { take_entry }, walk->page };
	int32_t status;

	g_ptr_array_set_size(walk->page, 0);
	walk->used = 0;
	status = store->table->scan(
		store->chain, store_key_slice(&walk->from),
		store_key_slice(&walk->to),
		walk->descending ? BSN_SCAN_DESCENDING : 0, &page.sink, err);
	walk->more = status == BSN_TOO_LARGE;
	if (walk->page->len > 0)
		move_on(walk);
	return walk->more ? BSN_OK : status;
}

/* Out: entry: borrowed, NULL at the end. */
static int32_t
peek_entry(const RichQuery *query, IndexWalk *walk, const WalkEntry **entry,
	   bsn_err *err)
{
	int32_t status = BSN_OK;

	if (walk->used == walk->page->len && walk->more)
		status = fill_page(query, walk, err);
	*entry = status == BSN_OK && walk->used < walk->page->len
			 ? walk->page->pdata[walk->used]
			 : NULL;
	return status;
}

/* What was cut at the same bytes is not in order: its documents tell. */
static int32_t
gather_group(RichQuery *query, IndexWalk *walk, const WalkEntry *entry,
	     bsn_err *err)
{
	const gsize plain = INDEX_PREFIX + INDEX_PLACE_PLAIN;
	guint8 alike[INDEX_PREFIX + INDEX_PLACE_PLAIN];
	int32_t status = BSN_OK;

	memcpy(alike, g_bytes_get_data(entry->store_key, NULL), plain);
	rows_clear(&walk->group);
	rows_init(&walk->group, G_MAXUINT64, walk->descending);
	while (status == BSN_OK && entry != NULL &&
	       index_entry_is_cut(bytes_slice(entry->store_key)) &&
	       memcmp(g_bytes_get_data(entry->store_key, NULL), alike,
		      plain) == 0) {
		g_autoptr(StateItem) item = NULL;

		if (!is_replaced(query, bytes_slice(entry->key)))
			status = query_fetch(query, bytes_slice(entry->key),
					     &item, err);
		if (status == BSN_OK && item != NULL)
			status = simulator_look(query->simulator,
						item->value.len, err);
		if (status == BSN_OK && item != NULL)
			status = add_row(walk, &walk->group, item, err);
		if (item != NULL)
			query_take_of_turn(query, state_item_size(item));
		walk->used++;
		if (status == BSN_OK)
			status = peek_entry(query, walk, &entry, err);
	}
	rows_sort(&walk->group);
	return status;
}

/* ---- which is next ---- */

/* A place and its document's key. */
typedef struct {
	bsn_slice place; /* nothing: there is none */
	bsn_slice key;
} Head;

/* The index's next one; borrowed until the walk moves. */
static int32_t
index_head(RichQuery *query, IndexWalk *walk, Head *head, bsn_err *err)
{
	const WalkEntry *entry;

	*head = (Head){ { NULL, 0 }, { NULL, 0 } };
	for (;;) {
		const Row *row = rows_peek(&walk->group);
		bsn_slice whole;
		int32_t status;

		if (row != NULL) {
			*head = (Head){ row_place(row), row_key(row) };
			return BSN_OK;
		}
		status = peek_entry(query, walk, &entry, err);
		if (status != BSN_OK || entry == NULL)
			return status;
		whole = bytes_slice(entry->store_key);
		if (index_entry_is_cut(whole)) {
			status = gather_group(query, walk, entry, err);
			if (status != BSN_OK)
				return status;
			continue;
		}
		head->place = bsn_slice_of(whole.data + INDEX_PREFIX,
					   whole.len - INDEX_PREFIX);
		head->key = bytes_slice(entry->key);
		if (!is_passed(walk, head->place) &&
		    !is_replaced(query, head->key))
			return BSN_OK;
		*head = (Head){ { NULL, 0 }, { NULL, 0 } };
		walk->used++;
	}
}

static void
consume_index(IndexWalk *walk)
{
	if (rows_next(&walk->group) == NULL)
		walk->used++;
}

int32_t
index_walk_next(RichQuery *query, IndexWalk *walk, StateItem **item,
		bsn_err *err)
{
	int32_t status = catch_up(query, walk, err);
	Head head;

	while (status == BSN_OK && *item == NULL) {
		const Row *row = rows_peek(&walk->before);
		g_autoptr(GBytes) key = NULL;
		gboolean by_index;

		status = index_head(query, walk, &head, err);
		if (status != BSN_OK || (head.place.len == 0 && row == NULL))
			return status;
		by_index = row == NULL ||
			   (head.place.len > 0 &&
			    compare_places(walk, head.place, row_place(row)) <
				    0);
		if (!by_index)
			head = (Head){ row_place(row), row_key(row) };
		key = g_bytes_new(head.key.data, (gsize)head.key.len);
		g_byte_array_set_size(walk->last, 0);
		wire_put_bytes(walk->last, head.place);
		if (by_index)
			consume_index(walk);
		else
			(void)rows_next(&walk->before);
		status = query_fetch(query, bytes_slice(key), item, err);
	}
	return status;
}
