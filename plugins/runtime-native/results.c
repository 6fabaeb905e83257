/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/runtime-native/tx.h"

/* ---- one result ---- */

static gboolean
read_entry(Arena *arena, bsn_slice bytes, NativeResult *result)
{
	const Queryresult__KV *entry = message_unpack(
		arena, &queryresult__kv__descriptor, bytes, NULL, NULL);

	if (entry == NULL)
		return FALSE;
	result->key = message_slice(entry->key);
	result->value = message_slice(entry->value);
	return TRUE;
}

static gboolean
read_change(Arena *arena, bsn_slice bytes, NativeResult *result)
{
	const Queryresult__KeyModification *change = message_unpack(
		arena, &queryresult__key_modification__descriptor, bytes, NULL,
		NULL);

	if (change == NULL)
		return FALSE;
	result->value = message_slice(change->value);
	result->tx_id = change->tx_id;
	result->is_delete = change->is_delete != 0;
	if (change->timestamp != NULL)
		result->seconds = change->timestamp->seconds;
	return TRUE;
}

typedef gboolean (*ReadResult)(Arena *arena, bsn_slice bytes,
			       NativeResult *result);

/* Whether more are wanted. */
static gboolean
visit(Call *call, const Protos__QueryResponse *response, ReadResult read)
{
	for (gsize i = 0; i < response->n_results; i++) {
		g_auto(Arena) arena = ARENA_INIT;
		NativeResult result = { 0 };

		if (!read(&arena,
			  message_slice(response->results[i]->resultbytes),
			  &result)) {
			native_fail(&call->tx, "a result cannot be read");
			return FALSE;
		}
		if (!call->each(&call->tx, &result))
			return FALSE;
	}
	return TRUE;
}

/* ---- an answer ---- */

static void
take_nothing(Call *call, bsn_slice payload)
{
}

static void
ask_next(Call *call, const char *id, TakeAnswer take)
{
	Protos__QueryStateNext message = PROTOS__QUERY_STATE_NEXT__INIT;

	message.id = (char *)id;
	native_call_ask(call, ASKS(QUERY_STATE_NEXT), &message, take,
			call->then);
}

static void
ask_close(Call *call, const char *id)
{
	Protos__QueryStateClose message = PROTOS__QUERY_STATE_CLOSE__INIT;

	message.id = (char *)id;
	native_call_ask(call, ASKS(QUERY_STATE_CLOSE), &message, take_nothing,
			call->then);
}

static void
take_bookmark(Call *call, bsn_slice bytes)
{
	const Protos__QueryResponseMetadata *metadata = message_unpack(
		&call->tx.arena, &protos__query_response_metadata__descriptor,
		bytes, NULL, NULL);

	if (metadata != NULL)
		call->tx.answer = message_slice(metadata->bookmark);
}

static void
take_batch(Call *call, bsn_slice payload, ReadResult read, TakeAnswer again)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponse *response =
		message_unpack(&arena, &protos__query_response__descriptor,
			       payload, NULL, NULL);
	gboolean more;

	if (response == NULL) {
		native_fail(&call->tx, "results cannot be read");
		return;
	}
	more = visit(call, response, read);
	if (call->over || !response->has_more)
		take_bookmark(call,
			      native_keep(&call->tx,
					  message_slice(response->metadata)));
	else if (more)
		ask_next(call, response->id, again);
	else
		ask_close(call, response->id);
}

void
native_call_take_results(Call *call, bsn_slice payload)
{
	take_batch(call, payload, read_entry, native_call_take_results);
}

void
native_call_take_history(Call *call, bsn_slice payload)
{
	take_batch(call, payload, read_change, native_call_take_history);
}

/* ---- questions ---- */

static void
ask_range(NativeTx *tx, bsn_slice start, bsn_slice end, bsn_slice metadata,
	  NativeEach each, NativeStep then)
{
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;

	message.startkey = message_bytes(start);
	message.endkey = message_bytes(end);
	message.metadata = message_bytes(metadata);
	call_of(tx)->each = each;
	native_call_ask(call_of(tx), ASKS(GET_STATE_BY_RANGE), &message,
			native_call_take_results, then);
}

void
native_range(NativeTx *tx, bsn_slice start, bsn_slice end, NativeEach each,
	     NativeStep then)
{
	ask_range(tx, start, end, bsn_slice_of(NULL, 0), each, then);
}

static bsn_slice
put_pages(NativeTx *tx, guint n, bsn_slice bookmark)
{
	Protos__QueryMetadata metadata = PROTOS__QUERY_METADATA__INIT;

	metadata.pagesize = (int32_t)MIN(n, G_MAXINT32);
	metadata.bookmark = message_bytes(bookmark);
	return message_put(&tx->arena, &metadata);
}

void
native_page(NativeTx *tx, bsn_slice start, bsn_slice end, guint n,
	    bsn_slice bookmark, NativeEach each, NativeStep then)
{
	ask_range(tx, start, end, put_pages(tx, n, bookmark), each, then);
}

void
native_query(NativeTx *tx, bsn_slice query, guint n, bsn_slice bookmark,
	     NativeEach each, NativeStep then)
{
	Protos__GetQueryResult message = PROTOS__GET_QUERY_RESULT__INIT;

	message.query = (char *)native_keep(tx, query).data;
	message.metadata = message_bytes(put_pages(tx, n, bookmark));
	call_of(tx)->each = each;
	native_call_ask(call_of(tx), ASKS(GET_QUERY_RESULT), &message,
			native_call_take_results, then);
}

void
native_history(NativeTx *tx, bsn_slice key, NativeEach each, NativeStep then)
{
	Protos__GetHistoryForKey message = PROTOS__GET_HISTORY_FOR_KEY__INIT;

	message.key = message_bytes(key);
	call_of(tx)->each = each;
	native_call_ask(call_of(tx), ASKS(GET_HISTORY_FOR_KEY), &message,
			native_call_take_history, then);
}
