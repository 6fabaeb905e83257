/* SPDX-License-Identifier: Apache-2.0
 *
 * After Fabric 2.5's core/chaincode/query_response_generator.go: a batch is cut
 * when the result behind it has been read, so that the read-write set has the
 * same reads; a page is cut before.
 */
#include <bsn/helpers/error.h>

#include "peer/chaincode_shim.pb-c.h"
#include "plugins/engine-fabric/chaincode/shim.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/history.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/sink.h"

struct ShimQuery {
	char *id;
	gboolean pages;
	guint limit;	       /* results in all */
	guint count;	       /* results read */
	GByteArray *cut;       /* read already, for the next batch; or NULL */
	GPtrArray *results;    /* GByteArray, of the answer that is on its way */
	guint64 bytes;	       /* of them */
	/* One of these, or a history. */
	SimulatorRange *range;
	RichQuery *rich;
	GBytes *key;
	HistoryCursor cursor;
	GPtrArray *changes; /* HistoryEntry, read from the ledger */
	guint used;	    /* of them */
};

void
shim_query_free(ShimQuery *query)
{
	if (query->range != NULL)
		simulator_range_close(query->range);
	rich_query_free(query->rich);
	g_free(query->id);
	g_clear_pointer(&query->cut, g_byte_array_unref);
	g_ptr_array_unref(query->results);
	g_clear_pointer(&query->key, g_bytes_unref);
	g_clear_pointer(&query->changes, g_ptr_array_unref);
	g_free(query);
}

static int32_t
query_new(Shim *shim, ShimQuery **query, bsn_err *err)
{
	if (shim->queries->len == SHIM_QUERIES_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a call may have %u queries open: close those "
				"that are read",
				SHIM_QUERIES_MAX);
	*query = g_new0(ShimQuery, 1);
	(*query)->id = g_strdup_printf("%" G_GUINT64_FORMAT, ++shim->n_queries);
	(*query)->limit = SHIM_RESULTS_MAX;
	(*query)->results = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_byte_array_unref);
	g_ptr_array_add(shim->queries, *query);
	return BSN_OK;
}

/* ---- one result ---- */

static int32_t
read_item(const ShimQuery *query, GByteArray **result, bsn_err *err)
{
	g_autoptr(StateItem) item = NULL;
	const int32_t status =
		query->range != NULL
			? simulator_range_next(query->range, &item, err)
			: rich_query_next(query->rich, &item, err);

	if (item != NULL)
		*result = shim_pack_item(item);
	return status;
}

static int32_t
read_change(const Shim *shim, ShimQuery *query, GByteArray **result,
	    bsn_err *err)
{
	int32_t status = BSN_OK;

	if (query->used == query->changes->len) {
		g_ptr_array_set_size(query->changes, 0);
		query->used = 0;
		status = ledger_history(shim->ledger, shim->namespace,
					bytes_slice(query->key), &query->cursor,
					query->changes, err);
	}
	if (status == BSN_OK && query->used < query->changes->len)
		*result = shim_pack_change(
			query->changes->pdata[query->used++]);
	return status;
}

/* The next result; none at the end, which the limit is, too. */
static int32_t
read_next(const Shim *shim, ShimQuery *query, GByteArray **result, bsn_err *err)
{
	int32_t status;

	if (query->count >= query->limit)
		return BSN_OK;
	status = query->key == NULL ? read_item(query, result, err)
				    : read_change(shim, query, result, err);
	query->count += *result != NULL;
	return status;
}

/* ---- a batch, or a page ---- */

static gboolean
is_full(const ShimQuery *query, const GByteArray *next)
{
	return !query->pages && query->results->len > 0 &&
	       (query->results->len == SHIM_BATCH ||
		query->bytes + next->len > SHIM_BATCH_BYTES);
}

static int32_t
read_batch(const Shim *shim, ShimQuery *query, bsn_err *err)
{
	g_autoptr(GByteArray) next = g_steal_pointer(&query->cut);

	for (;;) {
		int32_t status;

		if (next == NULL) {
			status = read_next(shim, query, &next, err);
			if (status != BSN_OK || next == NULL)
				return status;
		}
		if (is_full(query, next)) {
			query->cut = g_steal_pointer(&next);
			return BSN_OK;
		}
		query->bytes += next->len;
		if (query->bytes > SHIM_PAGE_BYTES)
			return bsn_fail(err, BSN_TOO_LARGE,
					"results that are answered together "
					"have more than %u MiB: ask for "
					"smaller pages",
					SHIM_PAGE_BYTES >> 20);
		g_ptr_array_add(query->results, g_steal_pointer(&next));
	}
}

static int32_t
put_page(const ShimQuery *query, Arena *arena, Protos__QueryResponse *response,
	 bsn_err *err)
{
	Protos__QueryResponseMetadata metadata =
		PROTOS__QUERY_RESPONSE_METADATA__INIT;
	g_autoptr(GByteArray) bookmark = g_byte_array_new();
	const int32_t status =
		query->range != NULL
			? simulator_range_bookmark(query->range, bookmark, err)
			: rich_query_bookmark(query->rich, bookmark, err);

	metadata.fetched_records_count = (int32_t)query->count;
	metadata.bookmark = message_bytes(buffer_slice(bookmark));
	response->metadata = message_bytes(message_put(arena, &metadata));
	return status;
}

static void
put_results(const GPtrArray *results, Arena *arena,
	    Protos__QueryResponse *response)
{
	const guint n = results->len;
	Protos__QueryResultBytes *list = arena_room(arena, n * sizeof(*list));

	response->n_results = n;
	response->results = arena_room(arena, n * sizeof(void *));
	for (guint i = 0; i < n; i++) {
		protos__query_result_bytes__init(&list[i]);
		list[i].resultbytes =
			message_bytes(buffer_slice(results->pdata[i]));
		response->results[i] = &list[i];
	}
}

/* Answers with what comes next. A query that is at its end is closed; one whose
 * turn is over is answered later. */
static int32_t
answer_next(Shim *shim, ShimQuery *query, GByteArray *answer, bsn_err *err)
{
	Protos__QueryResponse response = PROTOS__QUERY_RESPONSE__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status;

	if (query->rich != NULL)
		rich_query_turn(query->rich);
	status = read_batch(shim, query, err);
	if (status == BSN_OK && query->pages)
		status = put_page(query, &arena, &response, err);
	if (status == BSN_OK) {
		put_results(query->results, &arena, &response);
		response.id = query->id;
		response.has_more = query->cut != NULL;
		message_append(answer, &response);
	}
	shim->unanswered = status == BSN_BUSY ? query : NULL;
	if (shim->unanswered != NULL)
		return status;
	g_ptr_array_set_size(query->results, 0);
	query->bytes = 0;
	if (query->cut == NULL)
		g_ptr_array_remove(shim->queries, query);
	return status;
}

int32_t
shim_go_on(Shim *shim, GByteArray *answer, bsn_err *err)
{
	return answer_next(shim, shim->unanswered, answer, err);
}

/* ---- questions ---- */

/* Whether pages are asked for, and whether they may be: Fabric's rules. Of a
 * collection it gives none, whatever is asked for. */
static int32_t
read_pages(Shim *shim, Arena *arena, const char *collection,
	   ProtobufCBinaryData bytes, const Protos__QueryMetadata **pages,
	   bsn_err *err)
{
	const Protos__QueryMetadata *metadata;

	if (collection[0] != '\0')
		return shim_may_query(shim, collection, err);
	metadata = message_unpack(arena, &protos__query_metadata__descriptor,
				  message_slice(bytes), NULL, err);

	if (metadata == NULL)
		return BSN_FAULT;
	if (metadata->pagesize < 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a page cannot have %d results",
				metadata->pagesize);
	*pages = metadata->pagesize != 0 || metadata->bookmark.len != 0
			 ? metadata
			 : NULL;
	return BSN_OK;
}

static int32_t
open_range(Shim *shim, const Protos__GetStateByRange *asked, bsn_slice start,
	   gboolean pages, SimulatorRange **range, bsn_err *err)
{
	const bsn_slice end = message_slice(asked->endkey);

	return asked->collection[0] != '\0'
		       ? simulator_private_range(
				 shim->simulator, shim->namespace,
				 bsn_slice_str(asked->collection), start, end,
				 range, err)
		       : simulator_range(shim->simulator, shim->namespace,
					 start, end, pages, range, err);
}

int32_t
shim_range(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__GetStateByRange *asked = message;
	const Protos__QueryMetadata *pages = NULL;
	bsn_slice start = message_slice(asked->startkey);
	g_auto(Arena) arena = ARENA_INIT;
	SimulatorRange *range = NULL;
	ShimQuery *query = NULL;
	int32_t status = read_pages(shim, &arena, asked->collection,
				    asked->metadata, &pages, err);

	if (status == BSN_OK && pages != NULL && pages->bookmark.len > 0)
		start = message_slice(pages->bookmark);
	if (status == BSN_OK)
		status = query_new(shim, &query, err);
	if (status != BSN_OK)
		return status;
	status = open_range(shim, asked, start, pages != NULL, &range, err);
	if (status != BSN_OK) {
		g_ptr_array_remove(shim->queries, query);
		return status;
	}
	query->range = range;
	query->pages = pages != NULL;
	if (pages != NULL && pages->pagesize > 0)
		query->limit = MIN(query->limit, (guint)pages->pagesize);
	return answer_next(shim, query, answer, err);
}

int32_t
shim_rich_query(Shim *shim, const void *message, GByteArray *answer,
		bsn_err *err)
{
	const Protos__GetQueryResult *asked = message;
	const Protos__QueryMetadata *pages = NULL;
	bsn_slice bookmark = { NULL, 0 };
	guint page_size = 0;
	g_auto(Arena) arena = ARENA_INIT;
	ShimQuery *query = NULL;
	int32_t status = read_pages(shim, &arena, asked->collection,
				    asked->metadata, &pages, err);

	if (status == BSN_OK)
		status = query_new(shim, &query, err);
	if (status != BSN_OK)
		return status;
	if (pages != NULL) {
		query->pages = TRUE;
		bookmark = message_slice(pages->bookmark);
		page_size = (guint)pages->pagesize;
	}
	status = rich_query_new(shim->simulator, shim->namespace,
				bsn_slice_str(asked->collection),
				bsn_slice_str(asked->query), query->pages,
				page_size, bookmark, &query->rich, err);
	if (status != BSN_OK) {
		g_ptr_array_remove(shim->queries, query);
		return status;
	}
	return answer_next(shim, query, answer, err);
}

int32_t
shim_history(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__GetHistoryForKey *asked = message;
	ShimQuery *query = NULL;
	const int32_t status = query_new(shim, &query, err);

	if (status != BSN_OK)
		return status;
	query->key = g_bytes_new(asked->key.data, asked->key.len);
	/* What blocks after the snapshot did is not seen. */
	query->cursor = HISTORY_BEFORE(simulator_height(shim->simulator), 0);
	query->changes = g_ptr_array_new_with_free_func(
		(GDestroyNotify)history_entry_free);
	return answer_next(shim, query, answer, err);
}

static ShimQuery *
find_query(const Shim *shim, const char *id)
{
	for (guint i = 0; i < shim->queries->len; i++) {
		ShimQuery *query = shim->queries->pdata[i];

		if (strcmp(query->id, id) == 0)
			return query;
	}
	return NULL;
}

int32_t
shim_next(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__QueryStateNext *asked = message;
	ShimQuery *query = find_query(shim, asked->id);

	return query != NULL ? answer_next(shim, query, answer, err)
			     : bsn_fail(err, BSN_NOT_FOUND,
					"there is no open query %s", asked->id);
}

/* One that is not open is as good as closed. */
int32_t
shim_close(Shim *shim, const void *message, GByteArray *answer, bsn_err *err)
{
	const Protos__QueryStateClose *asked = message;
	Protos__QueryResponse response = PROTOS__QUERY_RESPONSE__INIT;
	ShimQuery *query = find_query(shim, asked->id);

	if (query != NULL)
		g_ptr_array_remove(shim->queries, query);
	response.id = asked->id;
	message_append(answer, &response);
	return BSN_OK;
}
