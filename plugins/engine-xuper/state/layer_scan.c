/* SPDX-License-Identifier: Apache-2.0
 *
 * Layers in order of their keys: the writes of one, and walks through all. The
 * store gives its entries to a sink, so it leads; each layer above has a cursor,
 * which goes along.
 */
#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/state/layer_private.h"

static void
put_in_order(Layer *layer)
{
	const guint n = layer->entries->len - layer->n_ordered;
	g_autofree Entry **added = g_new(Entry *, n);

	for (guint i = 0; i < n; i++)
		added[i] = g_ptr_array_index(layer->entries,
					     layer->n_ordered + i);
	order_add(&layer->order, added, n);
	layer->n_ordered += n;
}

const Order *
layer_order(Layer *layer)
{
	g_mutex_lock(&layer->ordering);
	if (layer->n_ordered < layer->entries->len)
		put_in_order(layer);
	g_mutex_unlock(&layer->ordering);
	return &layer->order;
}

void
layer_writes(Layer *layer, GArray *writes)
{
	const Order *order = layer_order(layer);
	OrderPlace place = { 0, 0 };
	const Entry *entry;

	while ((entry = order_next(order, &place)) != NULL) {
		const bsn_write write = {
			.size = sizeof(write),
			.op = entry->kind == ENTRY_PUT ? BSN_WRITE_PUT
						       : BSN_WRITE_DELETE,
			.key = entry_key(entry),
			.value = entry_value(entry),
		};

		if (entry->kind != ENTRY_NONE)
			g_array_append_val(writes, write);
	}
}

/* ---- walks ---- */

/* Where a walk is in one layer. */
typedef struct {
	const Order *order;
	OrderPlace place;
	const Entry *entry; /* the next one, NULL: none is left */
} Cursor;

typedef struct {
	bsn_scan_sink sink; /* takes the store's entries */
	bsn_scan_sink *out;
	bsn_slice from, to;
	gboolean descending;
	Cursor *cursors; /* the uppermost layer's first */
	guint n;
} Walk;

static gboolean
is_in_range(const Walk *walk, bsn_slice key)
{
	if (walk->descending)
		return slice_compare(key, walk->from) >= 0;
	return walk->to.len == 0 || slice_compare(key, walk->to) < 0;
}

/* Those that were taken back are not there. */
static void
cursor_move(const Walk *walk, Cursor *cursor)
{
	do {
		cursor->entry = walk->descending
					? order_previous(cursor->order,
							 &cursor->place)
					: order_next(cursor->order,
						     &cursor->place);
	} while (cursor->entry != NULL && cursor->entry->kind == ENTRY_NONE);
	if (cursor->entry != NULL &&
	    !is_in_range(walk, entry_key(cursor->entry)))
		cursor->entry = NULL;
}

static void
cursor_begin(const Walk *walk, Cursor *cursor, Layer *layer)
{
	cursor->order = layer_order(layer);
	if (!walk->descending)
		cursor->place = order_from(cursor->order, walk->from);
	else if (walk->to.len == 0)
		cursor->place = order_end(cursor->order);
	else
		cursor->place = order_from(cursor->order, walk->to);
	cursor_move(walk, cursor);
}

/* Below 0: a comes first. */
static int
compare_on_way(const Walk *walk, bsn_slice a, bsn_slice b)
{
	return walk->descending ? slice_compare(b, a) : slice_compare(a, b);
}

/* The entry that comes next, of the uppermost layer that has its key; NULL: no
 * layer has any more. */
static const Entry *
next_entry(const Walk *walk)
{
	const Entry *next = NULL;

	for (guint i = 0; i < walk->n; i++) {
		const Entry *entry = walk->cursors[i].entry;

		if (entry != NULL &&
		    (next == NULL ||
		     compare_on_way(walk, entry_key(entry), entry_key(next)) <
			     0))
			next = entry;
	}
	return next;
}

/* Gives it, and leaves its key in all layers. */
static int32_t
pass_entry(Walk *walk, const Entry *passed)
{
	for (guint i = 0; i < walk->n; i++) {
		Cursor *cursor = &walk->cursors[i];

		if (cursor->entry != NULL &&
		    slice_compare(entry_key(cursor->entry),
				  entry_key(passed)) == 0)
			cursor_move(walk, cursor);
	}
	if (passed->kind == ENTRY_DELETED)
		return BSN_OK;
	return walk->out->entry(walk->out, entry_key(passed),
				entry_value(passed));
}

static int32_t
take_store_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Walk *walk = (Walk *)sink;
	const Entry *entry;

	while ((entry = next_entry(walk)) != NULL) {
		const int order = compare_on_way(walk, entry_key(entry), key);
		int32_t status;

		if (order > 0)
			break;
		status = pass_entry(walk, entry);
		if (status != BSN_OK || order == 0)
			return status;
	}
	return walk->out->entry(walk->out, key, value);
}

static int32_t
walk_layers(Walk *walk, Layer *layer, bsn_err *err)
{
	const guint32 flags = walk->descending ? BSN_SCAN_DESCENDING : 0;
	const Entry *entry;
	int32_t status;

	for (guint i = 0; i < walk->n; i++, layer = layer->below)
		cursor_begin(walk, &walk->cursors[i], layer);
	status = services.store->scan(layer->chain, walk->from, walk->to, flags,
				      &walk->sink, err);
	while (status == BSN_OK && (entry = next_entry(walk)) != NULL)
		status = pass_entry(walk, entry);
	return status;
}

int32_t
layer_scan(Layer *layer, bsn_slice from, bsn_slice to, guint32 flags,
	   bsn_scan_sink *sink, bsn_err *err)
{
	Walk walk = { { take_store_entry }, sink, from, to,
		      (flags & BSN_SCAN_DESCENDING) != 0, NULL, 0 };
	g_autofree Cursor *cursors = NULL;

	for (const Layer *at = layer; at->below != NULL; at = at->below)
		walk.n++;
	if (walk.n == 0)
		return services.store->scan(layer->chain, from, to, flags, sink,
					    err);
	cursors = walk.cursors = g_new0(Cursor, walk.n);
	return walk_layers(&walk, layer, err);
}
