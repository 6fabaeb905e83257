/* SPDX-License-Identifier: Apache-2.0
 *
 * One entry of the state, as the simulation sees it, is judged.
 */
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/ledger.h"
#include "plugins/engine-fabric/ledger/private.h"
#include "plugins/engine-fabric/rich/query.h"
#include "plugins/kit/sink.h"

static int32_t
fetch(const RichQuery *query, bsn_slice collection, bsn_slice key,
      StateItem **item, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;

	return snapshot_get(simulator_snapshot(query->simulator),
			    &simulator_ledger(query->simulator)->state,
			    state_key(&arena, bytes_slice(query->namespace),
				      collection, key),
			    item, err);
}

int32_t
query_fetch(const RichQuery *query, bsn_slice key, StateItem **item,
	    bsn_err *err)
{
	return fetch(query, bytes_slice(query->collection), key, item, err);
}

/* A private value counts while the digest of its key, which all nodes have, is
 * of the same transaction. Public ones always do. */
static int32_t
is_current(const RichQuery *query, const StateItem *item, gboolean *current,
	   bsn_err *err)
{
	const Suite *suite = &simulator_ledger(query->simulator)->state.suite;
	const bsn_slice collection = bytes_slice(query->collection);
	const bsn_slice key = document_key(item);
	g_autoptr(StateItem) public_item = NULL;
	guint8 hash[HASH_LEN];
	int32_t status;

	*current = TRUE;
	if (collection.len == 0)
		return BSN_OK;
	status = suite_digest(suite, &key, 1, hash);
	if (status == BSN_OK)
		status = fetch(query,
			       bsn_slice_of(collection.data + 1,
					    collection.len - 1),
			       bsn_slice_of(hash, HASH_LEN), &public_item, err);
	*current = public_item != NULL &&
		   public_item->version.block == item->version.block &&
		   public_item->version.tx == item->version.tx;
	return status;
}

/* Whether it is beyond the bookmark. */
static gboolean
is_after(const RichRequest *request, const GByteArray *place)
{
	gint order;

	if (request->after->len == 0)
		return TRUE;
	order = slice_compare(buffer_slice(place),
			      buffer_slice(request->after));
	return request->descending ? order < 0 : order > 0;
}

void
query_take_of_turn(RichQuery *query, guint64 bytes)
{
	query->turn -= MIN(query->turn, bytes);
}

/* By the selector, with what is left of the effort. */
static int32_t
judge(RichQuery *query, const json_t *document, gboolean *found, bsn_err *err)
{
	const guint64 given = MIN(query->effort, QUERY_EFFORT_DOCUMENT);
	guint64 left = given;
	const int32_t status = selector_match(query->request.selector, document,
					      &left, found, err);

	query->effort -= given - left;
	query_take_of_turn(query, (given - left) * QUERY_STEP_BYTES);
	return status;
}

int32_t
query_look(RichQuery *query, const StateItem *item, gboolean *found,
	   GByteArray *place, bsn_err *err)
{
	const RichRequest *request = &query->request;
	g_autoptr(json_t) document = NULL;
	int32_t status = simulator_look(query->simulator, item->value.len, err);

	query_take_of_turn(query, item->value.len + SIMULATOR_LOOK_COST);
	*found = FALSE;
	g_byte_array_set_size(place, 0);
	if (status != BSN_OK)
		return status;
	document = document_of(item);
	if (document == NULL ||
	    !document_place(document, request->sort, document_key(item),
			    place) ||
	    !is_after(request, place))
		return BSN_OK;
	status = judge(query, document, found, err);
	return status == BSN_OK && *found ? is_current(query, item, found, err)
					  : status;
}
