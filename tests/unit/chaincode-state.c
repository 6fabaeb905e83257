/* SPDX-License-Identifier: Apache-2.0
 *
 * A world state as chaincodes ask for it: what was there before the
 * transaction, in pages of two.
 */
#include <string.h>

#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "peer/chaincode_shim.pb-c.h"
#include "plugins/runtime-chaincode/shim.h"
#include "tests/unit/chaincode-peer.h"

#define PAGE 2u

struct PeerState {
	GTree *values;	      /* GBytes to GBytes */
	GHashTable *history;  /* key to a GPtrArray of KeyModification, GBytes */
	GHashTable *metadata; /* likewise, of the last StateMetadata */
};

typedef struct {
	guint id;
	GPtrArray *results; /* of GBytes */
	guint next;
} Iterator;

static int
compare(gconstpointer a, gconstpointer b, gpointer unused)
{
	return g_bytes_compare(a, b);
}

static void
unref(gpointer bytes)
{
	if (bytes != NULL)
		g_bytes_unref(bytes);
}

PeerState *
peer_state_new(void)
{
	PeerState *state = g_new0(PeerState, 1);

	state->values = g_tree_new_full(compare, NULL, unref, unref);
	state->history = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, unref,
		(GDestroyNotify)g_ptr_array_unref);
	state->metadata = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						unref, unref);
	return state;
}

void
peer_state_free(PeerState *state)
{
	g_tree_unref(state->values);
	g_hash_table_unref(state->history);
	g_hash_table_unref(state->metadata);
	g_free(state);
}

static void
iterator_free(gpointer data)
{
	Iterator *iterator = data;

	g_ptr_array_unref(iterator->results);
	g_free(iterator);
}

void
peer_iterators_free(GQueue *iterators)
{
	g_queue_free_full(iterators, iterator_free);
}

static GBytes *
pack(const void *message)
{
	const gsize len = protobuf_c_message_get_packed_size(message);
	guint8 *bytes = g_malloc(len + 1);

	protobuf_c_message_pack(message, bytes);
	return g_bytes_new_take(bytes, len);
}

static GBytes *
bytes_of(ProtobufCBinaryData field)
{
	return g_bytes_new(field.data, field.len);
}

static ProtobufCBinaryData
field_of(GBytes *bytes)
{
	gsize len = 0;
	const guint8 *data =
		bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	return (ProtobufCBinaryData){ len, (guint8 *)data };
}

/* ---- writing ---- */

static void
note_history(PeerState *state, GBytes *key, GBytes *value, const char *tx_id)
{
	GPtrArray *list = g_hash_table_lookup(state->history, key);
	Queryresult__KeyModification change =
		QUERYRESULT__KEY_MODIFICATION__INIT;
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	if (list == NULL) {
		list = g_ptr_array_new_with_free_func(unref);
		g_hash_table_insert(state->history, g_bytes_ref(key), list);
	}
	change.tx_id = (char *)tx_id;
	change.value = field_of(value);
	change.is_delete = value == NULL;
	change.timestamp = &time;
	g_ptr_array_insert(list, 0, pack(&change));
}

void
peer_state_apply(PeerState *state, GHashTable *writes, const char *tx_id)
{
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, writes);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		note_history(state, key, value, tx_id);
		if (value == NULL)
			g_tree_remove(state->values, key);
		else
			g_tree_insert(state->values, g_bytes_ref(key),
				      g_bytes_ref(value));
	}
}

/* ---- answers ---- */

static GBytes *
nothing(void)
{
	return g_bytes_new(NULL, 0);
}

static GBytes *
get_state(PeerState *state, bsn_slice payload)
{
	Protos__GetState *ask =
		protos__get_state__unpack(NULL, payload.len, payload.data);
	g_autoptr(GBytes) key = bytes_of(ask->key);
	GBytes *value = g_tree_lookup(state->values, key);

	protos__get_state__free_unpacked(ask, NULL);
	return value != NULL ? g_bytes_ref(value) : nothing();
}

static GBytes *
put_state(PeerCall *call, bsn_slice payload)
{
	Protos__PutState *ask =
		protos__put_state__unpack(NULL, payload.len, payload.data);

	g_hash_table_insert(call->writes, bytes_of(ask->key),
			    bytes_of(ask->value));
	protos__put_state__free_unpacked(ask, NULL);
	return nothing();
}

static GBytes *
del_state(PeerCall *call, bsn_slice payload)
{
	Protos__DelState *ask =
		protos__del_state__unpack(NULL, payload.len, payload.data);

	g_hash_table_insert(call->writes, bytes_of(ask->key), NULL);
	protos__del_state__free_unpacked(ask, NULL);
	return nothing();
}

/* The next results of an iterator, with metadata of the query or without. */
static GBytes *
next_page(PeerCall *call, Iterator *iterator, GBytes *metadata)
{
	Protos__QueryResponse answer = PROTOS__QUERY_RESPONSE__INIT;
	Protos__QueryResultBytes results[PAGE];
	Protos__QueryResultBytes *list[PAGE];
	g_autofree char *id = g_strdup_printf("%u", iterator->id);
	GBytes *bytes;

	answer.results = list;
	answer.id = id;
	answer.metadata = field_of(metadata);
	while (answer.n_results < PAGE &&
	       iterator->next < iterator->results->len) {
		Protos__QueryResultBytes *one = &results[answer.n_results];

		protos__query_result_bytes__init(one);
		one->resultbytes = field_of(g_ptr_array_index(
			iterator->results, iterator->next++));
		list[answer.n_results++] = one;
	}
	answer.has_more = iterator->next < iterator->results->len;
	bytes = pack(&answer);
	if (!answer.has_more) {
		g_queue_remove(call->iterators, iterator);
		iterator_free(iterator);
	}
	return bytes;
}

static Iterator *
iterator_new(PeerCall *call)
{
	static guint ids;
	Iterator *iterator = g_new0(Iterator, 1);

	iterator->id = ++ids;
	iterator->results = g_ptr_array_new_with_free_func(unref);
	g_queue_push_tail(call->iterators, iterator);
	return iterator;
}

typedef struct {
	GBytes *start, *end;
	guint32 left; /* results */
	Iterator *iterator;
	GBytes *bookmark; /* the key after the last */
} Range;

static gboolean
add_value(gpointer key, gpointer value, gpointer data)
{
	Range *range = data;
	Queryresult__KV result = QUERYRESULT__KV__INIT;

	if (g_bytes_compare(key, range->start) < 0)
		return FALSE;
	if (g_bytes_get_size(range->end) > 0 &&
	    g_bytes_compare(key, range->end) >= 0)
		return TRUE;
	if (range->left-- == 0) {
		range->bookmark = key;
		return TRUE;
	}
	result.namespace_ = (char *)"cc";
	result.key = field_of(key);
	result.value = field_of(value);
	g_ptr_array_add(range->iterator->results, pack(&result));
	return FALSE;
}

static GBytes *
range_metadata(const Range *range)
{
	Protos__QueryResponseMetadata metadata =
		PROTOS__QUERY_RESPONSE_METADATA__INIT;

	metadata.fetched_records_count =
		(gint32)range->iterator->results->len;
	metadata.bookmark = field_of(range->bookmark);
	return pack(&metadata);
}

static GBytes *
get_range(PeerState *state, PeerCall *call, bsn_slice payload)
{
	Protos__GetStateByRange *ask = protos__get_state_by_range__unpack(
		NULL, payload.len, payload.data);
	Protos__QueryMetadata *pages =
		ask->metadata.len > 0
			? protos__query_metadata__unpack(
				  NULL, ask->metadata.len, ask->metadata.data)
			: NULL;
	g_autoptr(GBytes) start =
		bytes_of(pages != NULL && pages->bookmark.len > 0
				 ? pages->bookmark
				 : ask->startkey);
	g_autoptr(GBytes) end = bytes_of(ask->endkey);
	Range range = { start, end, G_MAXUINT32, iterator_new(call), NULL };
	g_autoptr(GBytes) metadata = NULL;

	if (pages != NULL)
		range.left = (guint32)pages->pagesize;
	g_tree_foreach(state->values, add_value, &range);
	if (pages != NULL) {
		metadata = range_metadata(&range);
		protos__query_metadata__free_unpacked(pages, NULL);
	}
	protos__get_state_by_range__free_unpacked(ask, NULL);
	return next_page(call, range.iterator, metadata);
}

static Iterator *
find_iterator(PeerCall *call, const char *id)
{
	for (GList *link = call->iterators->head; link != NULL;
	     link = link->next) {
		Iterator *iterator = link->data;

		if (iterator->id == (guint)g_ascii_strtoull(id, NULL, 10))
			return iterator;
	}
	return NULL;
}

static GBytes *
query_next(PeerCall *call, bsn_slice payload)
{
	Protos__QueryStateNext *ask = protos__query_state_next__unpack(
		NULL, payload.len, payload.data);
	Iterator *iterator = find_iterator(call, ask->id);

	protos__query_state_next__free_unpacked(ask, NULL);
	return iterator != NULL ? next_page(call, iterator, NULL) : NULL;
}

static GBytes *
query_close(PeerCall *call, bsn_slice payload)
{
	Protos__QueryStateClose *ask = protos__query_state_close__unpack(
		NULL, payload.len, payload.data);
	Iterator *iterator = find_iterator(call, ask->id);
	Protos__QueryResponse answer = PROTOS__QUERY_RESPONSE__INIT;

	protos__query_state_close__free_unpacked(ask, NULL);
	if (iterator != NULL) {
		g_queue_remove(call->iterators, iterator);
		iterator_free(iterator);
	}
	return pack(&answer);
}

static GBytes *
get_history(PeerState *state, PeerCall *call, bsn_slice payload)
{
	Protos__GetHistoryForKey *ask = protos__get_history_for_key__unpack(
		NULL, payload.len, payload.data);
	g_autoptr(GBytes) key = bytes_of(ask->key);
	GPtrArray *changes = g_hash_table_lookup(state->history, key);
	Iterator *iterator = iterator_new(call);

	protos__get_history_for_key__free_unpacked(ask, NULL);
	for (guint i = 0; changes != NULL && i < changes->len; i++)
		g_ptr_array_add(iterator->results,
				g_bytes_ref(g_ptr_array_index(changes, i)));
	return next_page(call, iterator, NULL);
}

static GBytes *
put_metadata(PeerState *state, bsn_slice payload)
{
	Protos__PutStateMetadata *ask = protos__put_state_metadata__unpack(
		NULL, payload.len, payload.data);

	g_hash_table_insert(state->metadata, bytes_of(ask->key),
			    pack(ask->metadata));
	protos__put_state_metadata__free_unpacked(ask, NULL);
	return nothing();
}

static GBytes *
get_metadata(PeerState *state, bsn_slice payload)
{
	Protos__GetStateMetadata *ask = protos__get_state_metadata__unpack(
		NULL, payload.len, payload.data);
	g_autoptr(GBytes) key = bytes_of(ask->key);
	GBytes *one = g_hash_table_lookup(state->metadata, key);
	Protos__StateMetadataResult all = PROTOS__STATE_METADATA_RESULT__INIT;
	Protos__StateMetadata *entry = NULL;
	GBytes *answer;
	gsize len = 0;

	if (one != NULL) {
		const guint8 *data = g_bytes_get_data(one, &len);

		entry = protos__state_metadata__unpack(NULL, len, data);
		all.n_entries = 1;
		all.entries = &entry;
	}
	answer = pack(&all);
	if (entry != NULL)
		protos__state_metadata__free_unpacked(entry, NULL);
	protos__get_state_metadata__free_unpacked(ask, NULL);
	return answer;
}

GBytes *
peer_state_answer(PeerState *state, PeerCall *call, guint32 type,
		  bsn_slice payload)
{
	switch (type) {
	case SHIM_GET_STATE:
		return get_state(state, payload);
	case SHIM_PUT_STATE:
		return put_state(call, payload);
	case SHIM_DEL_STATE:
		return del_state(call, payload);
	case SHIM_GET_STATE_BY_RANGE:
		return get_range(state, call, payload);
	case SHIM_QUERY_STATE_NEXT:
		return query_next(call, payload);
	case SHIM_QUERY_STATE_CLOSE:
		return query_close(call, payload);
	case SHIM_GET_HISTORY_FOR_KEY:
		return get_history(state, call, payload);
	case SHIM_PUT_STATE_METADATA:
		return put_metadata(state, payload);
	case SHIM_GET_STATE_METADATA:
		return get_metadata(state, payload);
	}
	return NULL;
}
