/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/range.h"

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/wire.h"

static GByteArray *
bound(bsn_slice namespace, bsn_slice collection, bsn_slice key)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice whole = state_key(&arena, namespace, collection, key);
	GByteArray *bytes = g_byte_array_new();

	wire_put_bytes(bytes, whole);
	return bytes;
}

/* The least key above: the same with a NUL behind. */
static void
step_over(GByteArray *key)
{
	static const guint8 nul;

	g_byte_array_append(key, &nul, 1);
}

void
state_range_init(StateRange *range, const State *state, GTree *instead,
		 bsn_slice namespace, bsn_slice collection, bsn_slice start,
		 bsn_slice end, gboolean with_end)
{
	*range = (StateRange){
		.state = state,
		.instead = instead,
		.at = bound(namespace, collection, start),
		.end = bound(namespace, collection, end),
		.page = state_items_new(),
		.more = TRUE,
	};
	/* NUL, which ends the collection's name, and 1 behind all its keys. */
	if (end.len == 0)
		range->end->data[range->end->len - 1] = 1;
	else if (with_end)
		step_over(range->end);
}

void
state_range_clear(StateRange *range)
{
	g_clear_pointer(&range->at, g_byte_array_unref);
	g_clear_pointer(&range->end, g_byte_array_unref);
	g_clear_pointer(&range->page, g_ptr_array_unref);
}

static int32_t
fill_page(StateRange *range, bsn_err *err)
{
	g_ptr_array_set_size(range->page, 0);
	range->used = 0;
	return state_page(range->state,
			  bsn_slice_of(range->at->data, range->at->len),
			  bsn_slice_of(range->end->data, range->end->len),
			  range->page, &range->more, err);
}

/* The store's next one, borrowed. */
static StateItem *
stored_next(const StateRange *range)
{
	return range->used < range->page->len ? range->page->pdata[range->used]
					      : NULL;
}

/* The next one that stands instead, borrowed. */
static StateItem *
instead_next(const StateRange *range)
{
	const bsn_slice at = { range->at->data, range->at->len };
	const bsn_slice end = { range->end->data, range->end->len };
	GTreeNode *node = range->instead != NULL
				  ? g_tree_lower_bound(range->instead, &at)
				  : NULL;
	StateItem *item = node != NULL ? g_tree_node_value(node) : NULL;

	return item != NULL && slice_compare(item->key, end) < 0 ? item : NULL;
}

/* The lesser of both; of equal ones the one that stands instead. Goes beyond
 * it. */
static StateItem *
take_next(StateRange *range)
{
	StateItem *stored = stored_next(range);
	StateItem *instead = instead_next(range);
	gint order;
	StateItem *next;

	if (stored == NULL && instead == NULL)
		return NULL;
	order = stored == NULL	  ? 1
		: instead == NULL ? -1
				  : slice_compare(stored->key, instead->key);
	next = state_item_ref(order < 0 ? stored : instead);
	range->used += order <= 0;
	g_byte_array_set_size(range->at, 0);
	wire_put_bytes(range->at, next->key);
	step_over(range->at);
	return next;
}

int32_t
state_range_next(StateRange *range, StateItem **item, bsn_err *err)
{
	*item = NULL;
	for (;;) {
		int32_t status = BSN_OK;
		StateItem *next;

		if (range->used == range->page->len && range->more)
			status = fill_page(range, err);
		if (status != BSN_OK)
			return status;
		next = take_next(range);
		if (next == NULL || next->exists) {
			*item = next;
			return BSN_OK;
		}
		state_item_unref(next);
	}
}
