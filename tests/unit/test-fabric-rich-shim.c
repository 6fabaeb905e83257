/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries by content as a chaincode asks for them: in batches and in pages, what
 * they read, and what they forbid.
 */
#include <bsn/helpers/error.h>

#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/rich.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-asker.h"
#include "tests/unit/fabric-ca.h"

/* Results of a query are read. */
static int32_t
ask(Asker *asker, guint32 type, const void *message)
{
	const int32_t status = asker_ask(asker, type, message);

	if (status == BSN_OK)
		asker_read(asker);
	return status;
}

static int32_t
query(Asker *asker, const char *text, gint page_size, const char *bookmark)
{
	Protos__GetQueryResult message = PROTOS__GET_QUERY_RESULT__INIT;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;
	g_autoptr(GByteArray) metadata = g_byte_array_new();

	pages.pagesize = page_size;
	pages.bookmark = fabric_text(bookmark);
	message_append(metadata, &pages);
	message.query = (char *)text;
	message.metadata = message_bytes(buffer_slice(metadata));
	return ask(asker, ASKS(GET_QUERY_RESULT), &message);
}

static void
assert_result(const Asker *asker, guint at, const char *key, const char *value)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Queryresult__KV *result = message_unpack(
		&arena, &queryresult__kv__descriptor,
		message_slice(asker->response->results[at]->resultbytes), NULL,
		NULL);

	g_assert_cmpstr(result->namespace_, ==, "basic");
	assert_same(message_slice(result->key), TEXT(key));
	assert_same(message_slice(result->value), TEXT(value));
}

/* Its bookmark is kept. */
static void
assert_page(Asker *asker, guint count, gboolean more)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponseMetadata *metadata = message_unpack(
		&arena, &protos__query_response_metadata__descriptor,
		message_slice(asker->response->metadata), NULL, NULL);
	const bsn_slice bookmark = message_slice(metadata->bookmark);

	g_assert_cmpuint(asker->response->n_results, ==, count);
	g_assert_false(asker->response->has_more);
	g_assert_cmpint(metadata->fetched_records_count, ==, (int)count);
	g_assert_true((bookmark.len > 0) == more);
	g_free(asker->bookmark);
	asker->bookmark = g_strndup((const char *)bookmark.data,
				    (gsize)bookmark.len);
}

/* k000={"n":0,"odd":0} ... in one block. */
static void
fill(FabricLedger *ledger, guint n)
{
	Simulator *simulator = simulator_new(ledger->ledger);

	for (guint i = 0; i < n; i++) {
		g_autofree char *key = g_strdup_printf("k%03u", i);
		g_autofree char *value =
			g_strdup_printf("{\"odd\":%u,\"n\":%u}", i % 2, i);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(key), TEXT(value), NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(fabric_ledger_run(ledger, fabric_finish(simulator)), ==,
			TX_CODE(VALID));
}

static TxCode
commit(Asker *asker)
{
	g_autoptr(GByteArray) results = g_byte_array_new();

	simulator_finish(asker->simulator, results);
	return fabric_ledger_run(asker->ledger, g_steal_pointer(&results));
}

static int32_t
put(Asker *asker)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.key = fabric_text("z");
	message.value = fabric_text("1");
	return ask(asker, ASKS(PUT_STATE), &message);
}

/* ---- batches and pages ---- */

static void
test_batches(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;
	Protos__QueryStateNext next = PROTOS__QUERY_STATE_NEXT__INIT;

	fill(ledger, 250);
	asker = asker_new(ledger);
	g_assert_cmpint(query(asker, "{\"selector\":{\"odd\":1}}", 0, ""), ==,
			BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, SHIM_BATCH);
	g_assert_true(asker->response->has_more);
	assert_result(asker, 0, "k001", "{\"odd\":1,\"n\":1}");
	next.id = g_strdup(asker->response->id);
	g_assert_cmpint(ask(asker, ASKS(QUERY_STATE_NEXT), &next), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 25);
	g_assert_false(asker->response->has_more);
	assert_result(asker, 24, "k249", "{\"odd\":1,\"n\":249}");
	g_assert_cmpuint(asker->shim.queries->len, ==, 0);
	g_free(next.id);
}

static void
test_pages(void)
{
	static const char *const text =
		"{\"selector\":{\"odd\":0},\"sort\":[{\"n\":\"desc\"}],"
		"\"limit\":1,\"fields\":[\"n\"]}";
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;
	g_autofree char *first = NULL;

	fill(ledger, 10);
	asker = asker_new(ledger);
	g_assert_cmpint(query(asker, text, 2, ""), ==, BSN_OK);
	assert_page(asker, 2, TRUE);
	assert_result(asker, 0, "k008", "{\"n\":8}");
	assert_result(asker, 1, "k006", "{\"n\":6}");
	first = g_strdup(asker->bookmark);
	g_assert_cmpint(query(asker, text, 3, first), ==, BSN_OK);
	assert_page(asker, 3, FALSE);
	assert_result(asker, 2, "k000", "{\"n\":0}");
	g_assert_cmpint(query(asker, text, 2, first), ==, BSN_OK);
	assert_page(asker, 2, TRUE);
	g_assert_cmpint(query(asker, text, 2, asker->bookmark), ==, BSN_OK);
	assert_page(asker, 1, FALSE);
	/* Fabric keeps pages apart from writing. */
	g_assert_cmpint(put(asker), ==, BSN_BAD_REQUEST);
}

static void
test_pages_after_writing(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = asker_new(ledger);

	g_assert_cmpint(put(asker), ==, BSN_OK);
	g_assert_cmpint(query(asker, "{\"selector\":{}}", 0, ""), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 0);
	g_assert_cmpint(query(asker, "{\"selector\":{}}", 2, ""), ==,
			BSN_BAD_REQUEST);
}

static void
test_wrong_queries(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = asker_new(ledger);

	g_assert_cmpint(query(asker, "{}", 0, ""), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(query(asker, "{\"selector\":{}}", -1, ""), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(query(asker, "{\"selector\":{}}", 1, "no bookmark"), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpuint(asker->shim.queries->len, ==, 0);
}

/* ---- reads ---- */

/* What was found is read: a change of it is a conflict; one that would be found
 * now is none. */
static void
test_what_is_found_is_read(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) first = NULL;
	g_autoptr(Asker) second = NULL;

	fill(ledger, 4);
	first = asker_new(ledger);
	second = asker_new(ledger);
	g_assert_cmpint(query(first, "{\"selector\":{\"odd\":1}}", 0, ""), ==,
			BSN_OK);
	g_assert_cmpint(query(second, "{\"selector\":{\"odd\":1}}", 0, ""), ==,
			BSN_OK);
	fabric_ledger_put(ledger, "k000={\"odd\":1}", NULL);
	g_assert_cmpint(commit(first), ==, TX_CODE(VALID));
	fabric_ledger_put(ledger, "k001={\"odd\":1}", NULL);
	g_assert_cmpint(commit(second), ==, TX_CODE(MVCC_READ_CONFLICT));
}

/* ---- collections ---- */

/* What the ledger has of a private value, and the value beside it. */
static void
put_private(FabricLedger *ledger, const char *key, const char *value)
{
	Simulator *simulator = simulator_new(ledger->ledger);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	g_auto(Arena) arena = ARENA_INIT;
	const State *state = &ledger->ledger->state;
	const bsn_slice text = TEXT(value);
	const bsn_slice whole =
		state_key(&arena, TEXT("basic"), TEXT("$secret"), TEXT(key));
	const StoreKey name = store_key_state(&state->suite, whole);
	g_autoptr(StateItem) item = NULL;
	g_autoptr(GByteArray) entry = g_byte_array_new();

	g_assert_cmpint(simulator_put_hashed(simulator, TEXT("basic"),
					     TEXT("secret"), TEXT(key), text,
					     NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_ledger_run(ledger, fabric_finish(simulator)), ==,
			TX_CODE(VALID));
	item = state_item_new(whole,
			      (Version){ ledger->ledger->head.height - 1, 0 },
			      bsn_slice_of(NULL, 0), &text);
	state_item_put(entry, item);
	ledger_batch_init(&batch);
	ledger_batch_put(&batch, store_key_slice(&name), buffer_slice(entry));
	g_assert_cmpint(ledger_batch_commit(&batch, &state->store, 0, NULL), ==,
			BSN_OK);
}

static char *
private_keys(Simulator *simulator)
{
	g_autoptr(RichQuery) rich = NULL;
	GString *keys = g_string_new(NULL);

	g_assert_cmpint(rich_query_new(simulator, TEXT("basic"), TEXT("secret"),
				       TEXT("{\"selector\":{\"n\":{\"$gt\":0}}}"),
				       FALSE, 0, bsn_slice_of(NULL, 0), &rich,
				       NULL),
			==, BSN_OK);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice parts[3];

		g_assert_cmpint(rich_query_next(rich, &item, NULL), ==, BSN_OK);
		if (item == NULL)
			return g_string_free(keys, FALSE);
		g_assert_true(state_key_split(item->key, &parts[0], &parts[1],
					      &parts[2]));
		g_string_append_len(keys, (const char *)parts[2].data,
				    (gssize)parts[2].len);
	}
}

/* Values whose digest is another transaction's are not found, queries leave no
 * reads, and nothing is written by them. */
static void
test_private(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;
	g_autoptr(Simulator) writer = NULL;
	g_autoptr(GByteArray) results = NULL;
	g_autofree char *keys = NULL;
	RichQuery *rich;

	put_private(ledger, "a", "{\"n\":1}");
	put_private(ledger, "b", "{\"n\":2}");
	put_private(ledger, "c", "{\"n\":0}");
	writer = simulator_new(ledger->ledger);
	g_assert_cmpint(simulator_put_hashed(writer, TEXT("basic"),
					     TEXT("secret"), TEXT("b"),
					     TEXT("{\"n\":3}"), NULL),
			==, BSN_OK);
	g_assert_cmpint(rich_query_new(writer, TEXT("basic"), TEXT("secret"),
				       TEXT("{\"selector\":{}}"), FALSE, 0,
				       bsn_slice_of(NULL, 0), &rich, NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(fabric_ledger_run(ledger, fabric_finish(g_steal_pointer(
							  &writer))),
			==, TX_CODE(VALID));
	simulator = simulator_new(ledger->ledger);
	keys = private_keys(simulator);
	g_assert_cmpstr(keys, ==, "a");
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT("x"),
				      TEXT("1"), NULL),
			==, BSN_BAD_REQUEST);
	results = fabric_finish(g_steal_pointer(&simulator));
	g_assert_cmpuint(results->len, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rich-shim/batches-go-on", test_batches);
	g_test_add_func("/rich-shim/pages-have-bookmarks", test_pages);
	g_test_add_func("/rich-shim/pages-and-writes-are-kept-apart",
			test_pages_after_writing);
	g_test_add_func("/rich-shim/what-is-wrong-opens-no-query",
			test_wrong_queries);
	g_test_add_func("/rich-shim/what-is-found-is-read",
			test_what_is_found_is_read);
	g_test_add_func("/rich-shim/private-values", test_private);
	return g_test_run();
}
