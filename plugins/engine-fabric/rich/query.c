/* SPDX-License-Identifier: Apache-2.0
 *
 * Results one by one: as they are found, when documents come in the order of
 * the results; else all are gathered and put in order first.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/rich/walk.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* ---- beginning ---- */

static GBytes *
state_collection(bsn_slice collection)
{
	g_autoptr(GByteArray) name = g_byte_array_new();

	if (collection.len > 0) {
		wire_put(name, PRIVATE_MARK, 1);
		wire_put_bytes(name, collection);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&name));
}

/* All documents of the namespace, by their keys. */
static void
begin_scan(RichQuery *query)
{
	const RichRequest *request = &query->request;

	query->in_order = request->sort->len == 0 && !request->descending;
	state_range_init(&query->range,
			 &simulator_ledger(query->simulator)->state,
			 simulator_snapshot(query->simulator)->before,
			 bytes_slice(query->namespace),
			 bytes_slice(query->collection),
			 query->in_order ? buffer_slice(request->after)
					 : bsn_slice_of(NULL, 0),
			 bsn_slice_of(NULL, 0), FALSE);
}

/* How many rows are of use: those that are given away, those before, and one to
 * know whether there are more. */
static guint64
rows_wanted(const RichQuery *query)
{
	/* A number of JSON's, so nothing overflows. */
	return query->request.skip + query->left + 1;
}

int32_t
rich_query_new(Simulator *simulator, bsn_slice namespace, bsn_slice collection,
	       bsn_slice query, gboolean pages, guint page_size,
	       bsn_slice bookmark, RichQuery **rich, bsn_err *err)
{
	g_autoptr(RichQuery) begun = g_new0(RichQuery, 1);
	int32_t status = rich_request_read(query, bookmark, &begun->request,
					   err);

	if (status == BSN_OK)
		status = simulator_query(simulator, query.len + bookmark.len,
					 pages, collection.len > 0, err);
	if (status != BSN_OK)
		return status;
	begun->simulator = simulator;
	begun->namespace = g_bytes_new(namespace.data, (gsize) namespace.len);
	begun->collection = state_collection(collection);
	begun->effort = QUERY_EFFORT_MAX;
	begun->turn = RICH_TURN;
	begun->left = MIN(page_size > 0 ? page_size : begun->request.limit,
			  RICH_RESULTS_MAX);
	begun->last = g_byte_array_new();
	begun->place = g_byte_array_new();
	begun->walk = plan_new(begun, &begun->in_order);
	if (begun->walk == NULL)
		begin_scan(begun);
	rows_init(&begun->rows, rows_wanted(begun), begun->request.descending);
	*rich = g_steal_pointer(&begun);
	return BSN_OK;
}

void
rich_query_turn(RichQuery *query)
{
	query->turn = RICH_TURN;
}

void
rich_query_free(RichQuery *query)
{
	if (query == NULL)
		return;
	rich_request_clear(&query->request);
	index_walk_free(query->walk);
	state_range_clear(&query->range);
	rows_clear(&query->rows);
	g_clear_pointer(&query->namespace, g_bytes_unref);
	g_clear_pointer(&query->collection, g_bytes_unref);
	g_clear_pointer(&query->last, g_byte_array_unref);
	g_clear_pointer(&query->place, g_byte_array_unref);
	g_clear_pointer(&query->found, state_item_unref);
	g_free(query);
}

/* ---- what is found next ---- */

/* The next document that the selector finds, wherever documents come from. */
static int32_t
search(RichQuery *query, StateItem **item, GByteArray *place, bsn_err *err)
{
	for (;;) {
		g_autoptr(StateItem) next = NULL;
		gboolean found = FALSE;
		int32_t status;

		if (query->turn == 0)
			return bsn_fail(err, BSN_BUSY,
					"the query's turn is over");
		status = query->walk != NULL
				 ? index_walk_next(query, query->walk, &next,
						   err)
				 : state_range_next(&query->range, &next, err);

		if (status == BSN_OK && next != NULL)
			status = query_look(query, next, &found, place, err);
		if (status != BSN_OK || next == NULL)
			return status;
		if (found) {
			*item = g_steal_pointer(&next);
			return BSN_OK;
		}
	}
}

static int32_t
gather(RichQuery *query, bsn_err *err)
{
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		int32_t status = search(query, &item, query->place, err);

		if (status != BSN_OK)
			return status;
		if (item == NULL) {
			query->gathered = TRUE;
			rows_sort(&query->rows);
			return BSN_OK;
		}
		status = rows_add(&query->rows, query->place,
				  (gsize)document_key(item).len, err);
		if (status != BSN_OK)
			return status;
	}
}

static int32_t
next_row(RichQuery *query, bsn_err *err)
{
	const Row *row = rows_next(&query->rows);
	const guint8 *key;

	if (row == NULL)
		return BSN_OK;
	g_byte_array_set_size(query->place, 0);
	g_byte_array_append(query->place, row->place, row->len);
	key = row->place + row->len - row->key_len;
	return query_fetch(query, bsn_slice_of(key, row->key_len),
			   &query->found, err);
}

/* Fills in `found`, unless it is. What went wrong once goes wrong again: a
 * query that has been cut short never looks as if it had ended. */
static int32_t
find_next(RichQuery *query, bsn_err *err)
{
	int32_t status = snapshot_check(simulator_snapshot(query->simulator),
					err);

	if (status != BSN_OK || query->found != NULL)
		return status;
	if (query->in_order)
		return search(query, &query->found, query->place, err);
	if (!query->gathered)
		status = gather(query, err);
	return status == BSN_OK ? next_row(query, err) : status;
}

/* ---- results ---- */

static StateItem *
project(const RichQuery *query, StateItem *item)
{
	g_autoptr(json_t) document = NULL;
	g_autofree char *text = NULL;
	bsn_slice value;

	if (query->request.fields == NULL)
		return state_item_ref(item);
	document = document_of(item);
	text = document_project(document, query->request.fields);
	value = bsn_slice_str(text);
	return state_item_new(item->key, item->version, item->metadata, &value);
}

static void
drop_found(RichQuery *query)
{
	GByteArray *place = query->last;

	query->last = query->place;
	query->place = place;
	g_clear_pointer(&query->found, state_item_unref);
}

static int32_t
skip(RichQuery *query, bsn_err *err)
{
	for (; query->request.skip > 0; query->request.skip--) {
		const int32_t status = find_next(query, err);

		if (status != BSN_OK || query->found == NULL)
			return status;
		drop_found(query);
	}
	return BSN_OK;
}

int32_t
rich_query_next(RichQuery *query, StateItem **item, bsn_err *err)
{
	int32_t status = BSN_OK;

	*item = NULL;
	if (query->left > 0)
		status = skip(query, err);
	if (status == BSN_OK && query->left > 0)
		status = find_next(query, err);
	if (status != BSN_OK || query->left == 0 || query->found == NULL)
		return status;
	/* Reads of private data are no one's business. */
	if (g_bytes_get_size(query->collection) == 0)
		status = simulator_note_read(query->simulator, query->found,
					     err);
	if (status != BSN_OK)
		return status;
	*item = project(query, query->found);
	query->left--;
	drop_found(query);
	return BSN_OK;
}

int32_t
rich_query_bookmark(RichQuery *query, GByteArray *bookmark, bsn_err *err)
{
	g_autofree char *text = NULL;
	int32_t status = BSN_OK;

	if (query->left == 0 && query->last->len > 0)
		status = find_next(query, err);
	if (status != BSN_OK || query->left > 0 || query->found == NULL)
		return status;
	text = g_base64_encode(query->last->data, query->last->len);
	wire_put_bytes(bookmark, bsn_slice_str(text));
	return BSN_OK;
}
