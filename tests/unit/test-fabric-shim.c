/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's answers to what a chaincode asks of the state, in the forms
 * that Fabric's shim reads.
 */
#include <bsn/helpers/error.h>

#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-asker.h"
#include "tests/unit/fabric-ca.h"

/* ---- single keys ---- */

static int32_t
get(Asker *asker, const char *key, const char *collection)
{
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	message.key = fabric_text(key);
	message.collection = (char *)collection;
	return asker_ask(asker, ASKS(GET_STATE), &message);
}

static int32_t
put(Asker *asker, const char *key, const char *value, const char *collection)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.key = fabric_text(key);
	message.value = fabric_text(value);
	message.collection = (char *)collection;
	return asker_ask(asker, ASKS(PUT_STATE), &message);
}

static int32_t
del(Asker *asker, const char *key)
{
	Protos__DelState message = PROTOS__DEL_STATE__INIT;

	message.key = fabric_text(key);
	return asker_ask(asker, ASKS(DEL_STATE), &message);
}

static void
commit(Asker *asker)
{
	g_autoptr(GByteArray) results = g_byte_array_new();

	simulator_finish(asker->simulator, results);
	g_assert_cmpint(
		fabric_ledger_run(asker->ledger, g_steal_pointer(&results)), ==,
		TX_CODE(VALID));
}

static void
test_keys(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *state = NULL;

	fabric_ledger_put(ledger, "a=1", "b=2", NULL);
	{
		g_autoptr(Asker) asker = asker_new(ledger);

		g_assert_cmpint(get(asker, "a", ""), ==, BSN_OK);
		assert_same(buffer_slice(asker->answer), TEXT("1"));
		g_assert_cmpint(get(asker, "none", ""), ==, BSN_OK);
		g_assert_cmpuint(asker->answer->len, ==, 0);
		g_assert_cmpint(put(asker, "c", "3", ""), ==, BSN_OK);
		g_assert_cmpuint(asker->answer->len, ==, 0);
		g_assert_cmpint(del(asker, "b"), ==, BSN_OK);
		/* It does not read what it writes. */
		g_assert_cmpint(get(asker, "c", ""), ==, BSN_OK);
		g_assert_cmpuint(asker->answer->len, ==, 0);
		commit(asker);
	}
	state = fabric_ledger_state(ledger);
	g_assert_cmpstr(state, ==, "a=1@1:0 c=3@2:0");
}

static void
test_bad_keys(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = asker_new(ledger);

	g_assert_cmpint(get(asker, "a\xff", ""), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(put(asker, "", "1", ""), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(del(asker, ""), ==, BSN_BAD_REQUEST);
}

/* ---- metadata ---- */

static void
test_metadata(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) writer = NULL;
	g_autoptr(Asker) reader = NULL;
	Protos__PutStateMetadata put_it = PROTOS__PUT_STATE_METADATA__INIT;
	Protos__StateMetadata metadata = PROTOS__STATE_METADATA__INIT;
	Protos__GetStateMetadata get_it = PROTOS__GET_STATE_METADATA__INIT;
	const Protos__StateMetadataResult *result;

	fabric_ledger_put(ledger, "a=1", NULL);
	writer = asker_new(ledger);
	put_it.key = get_it.key = fabric_text("a");
	g_assert_cmpint(asker_ask(writer, ASKS(PUT_STATE_METADATA), &put_it),
			==, BSN_FAULT);
	put_it.metadata = &metadata;
	metadata.metakey = (char *)"VALIDATION_PARAMETER";
	metadata.value = fabric_text("policy");
	g_assert_cmpint(asker_ask(writer, ASKS(PUT_STATE_METADATA), &put_it),
			==, BSN_OK);
	g_assert_cmpint(asker_ask(writer, ASKS(GET_STATE_METADATA), &get_it),
			==, BSN_OK);
	g_assert_cmpuint(writer->answer->len, ==, 0);
	commit(writer);
	reader = asker_new(ledger);
	g_assert_cmpint(asker_ask(reader, ASKS(GET_STATE_METADATA), &get_it),
			==, BSN_OK);
	result = message_unpack(&reader->arena,
				&protos__state_metadata_result__descriptor,
				buffer_slice(reader->answer), NULL, NULL);
	g_assert_cmpuint(result->n_entries, ==, 1);
	g_assert_cmpstr(result->entries[0]->metakey, ==,
			"VALIDATION_PARAMETER");
	assert_same(message_slice(result->entries[0]->value), TEXT("policy"));
}

/* ---- ranges ---- */

static int32_t
range(Asker *asker, const char *start, const char *end,
      const Protos__QueryMetadata *pages)
{
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;
	g_autoptr(GByteArray) metadata = g_byte_array_new();
	int32_t status;

	message.startkey = fabric_text(start);
	message.endkey = fabric_text(end);
	if (pages != NULL)
		message_append(metadata, pages);
	message.metadata = message_bytes(buffer_slice(metadata));
	status = asker_ask(asker, ASKS(GET_STATE_BY_RANGE), &message);
	if (status == BSN_OK)
		asker_read(asker);
	return status;
}

static int32_t
next(Asker *asker, const char *id)
{
	Protos__QueryStateNext message = PROTOS__QUERY_STATE_NEXT__INIT;
	int32_t status;

	message.id = (char *)id;
	status = asker_ask(asker, ASKS(QUERY_STATE_NEXT), &message);
	if (status == BSN_OK)
		asker_read(asker);
	return status;
}

static int32_t
close_query(Asker *asker, const char *id)
{
	Protos__QueryStateClose message = PROTOS__QUERY_STATE_CLOSE__INIT;
	int32_t status;

	message.id = (char *)id;
	status = asker_ask(asker, ASKS(QUERY_STATE_CLOSE), &message);
	asker_read(asker);
	return status;
}

/* The nth result as "key=value". */
static void
assert_entry(const Asker *asker, guint n, const char *wanted)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Queryresult__KV *entry = message_unpack(
		&arena, &queryresult__kv__descriptor,
		message_slice(asker->response->results[n]->resultbytes), NULL,
		NULL);
	g_autofree char *text = g_strdup_printf(
		"%.*s=%.*s", (int)entry->key.len, (const char *)entry->key.data,
		(int)entry->value.len, (const char *)entry->value.data);

	g_assert_cmpstr(entry->namespace_, ==, "basic");
	g_assert_cmpstr(text, ==, wanted);
}

/* k000 to k(n - 1). */
static void
fill(FabricLedger *ledger, guint n, bsn_slice value)
{
	Simulator *simulator = simulator_new(ledger->ledger);

	for (guint i = 0; i < n; i++) {
		g_autofree char *key = g_strdup_printf("k%03u", i);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(key), value, NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(fabric_ledger_run(ledger, fabric_finish(simulator)), ==,
			TX_CODE(VALID));
}

static void
test_batches(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;

	fill(ledger, 250, TEXT("v"));
	asker = asker_new(ledger);
	g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 100);
	g_assert_true(asker->response->has_more);
	g_assert_cmpstr(asker->response->id, ==, "1");
	g_assert_cmpuint(asker->response->metadata.len, ==, 0);
	assert_entry(asker, 0, "k000=v");
	g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 100);
	assert_entry(asker, 0, "k100=v");
	g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 50);
	assert_entry(asker, 49, "k249=v");
	g_assert_false(asker->response->has_more);
	/* It closed itself. */
	g_assert_cmpint(next(asker, "1"), ==, BSN_NOT_FOUND);
}

static void
test_a_batch_of_all(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;

	fill(ledger, 100, TEXT("v"));
	asker = asker_new(ledger);
	g_assert_cmpint(range(asker, "k", "l", NULL), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 100);
	g_assert_false(asker->response->has_more);
	g_assert_cmpint(range(asker, "k010", "k013", NULL), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 3);
	assert_entry(asker, 2, "k012=v");
	g_assert_cmpint(range(asker, "x", "", NULL), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 0);
	/* Backwards there is nothing. */
	g_assert_cmpint(range(asker, "l", "k", NULL), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 0);
	g_assert_false(asker->response->has_more);
}

static void
test_large_values_make_small_batches(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *value = g_strnfill(1 << 20, 'x');
	g_autoptr(Asker) asker = NULL;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;
	guint n = 0;

	for (guint i = 0; i < 3; i++) {
		g_autofree char *prefix = g_strdup_printf("%u", i);
		Simulator *simulator = simulator_new(ledger->ledger);

		for (guint j = 0; j < 7; j++) {
			g_autofree char *key =
				g_strdup_printf("%s%u", prefix, j);

			g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
						      TEXT(key), TEXT(value),
						      NULL),
					==, BSN_OK);
		}
		g_assert_cmpint(
			fabric_ledger_run(ledger, fabric_finish(simulator)), ==,
			TX_CODE(VALID));
	}
	asker = asker_new(ledger);
	g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_OK);
	while (asker->response->has_more) {
		g_assert_cmpuint(asker->answer->len, <,
				 SHIM_BATCH_BYTES + (1 << 20));
		n += (guint)asker->response->n_results;
		g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	}
	g_assert_cmpuint(n + asker->response->n_results, ==, 21);
	pages.pagesize = 21;
	g_assert_cmpint(range(asker, "", "", &pages), ==, BSN_TOO_LARGE);
	pages.pagesize = 10;
	g_assert_cmpint(range(asker, "", "", &pages), ==, BSN_OK);
}

static void
test_queries_are_closed(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;

	fill(ledger, 150, TEXT("v"));
	asker = asker_new(ledger);
	g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_OK);
	g_assert_cmpint(close_query(asker, "1"), ==, BSN_OK);
	g_assert_cmpstr(asker->response->id, ==, "1");
	g_assert_false(asker->response->has_more);
	g_assert_cmpint(next(asker, "1"), ==, BSN_NOT_FOUND);
	g_assert_cmpint(close_query(asker, "1"), ==, BSN_OK);
	for (guint i = 0; i < SHIM_QUERIES_MAX; i++)
		g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_OK);
	g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_TOO_LARGE);
	g_assert_cmpint(close_query(asker, "2"), ==, BSN_OK);
	g_assert_cmpint(range(asker, "", "", NULL), ==, BSN_OK);
}

/* ---- pages ---- */

static void
assert_page(const Asker *asker, guint count, const char *bookmark)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__QueryResponseMetadata *metadata = message_unpack(
		&arena, &protos__query_response_metadata__descriptor,
		message_slice(asker->response->metadata), NULL, NULL);

	g_assert_cmpuint(asker->response->n_results, ==, count);
	g_assert_false(asker->response->has_more);
	g_assert_cmpint(metadata->fetched_records_count, ==, (int)count);
	assert_same(message_slice(metadata->bookmark), TEXT(bookmark));
}

static void
test_pages(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;

	fill(ledger, 250, TEXT("v"));
	asker = asker_new(ledger);
	pages.pagesize = 120;
	g_assert_cmpint(range(asker, "", "k245", &pages), ==, BSN_OK);
	assert_page(asker, 120, "k120");
	assert_entry(asker, 119, "k119=v");
	pages.bookmark = fabric_text("k120");
	g_assert_cmpint(range(asker, "", "k245", &pages), ==, BSN_OK);
	assert_page(asker, 120, "k240");
	assert_entry(asker, 0, "k120=v");
	pages.bookmark = fabric_text("k240");
	g_assert_cmpint(range(asker, "", "k245", &pages), ==, BSN_OK);
	assert_page(asker, 5, "");
	/* Exactly at the end. */
	pages.pagesize = 5;
	g_assert_cmpint(range(asker, "", "k245", &pages), ==, BSN_OK);
	assert_page(asker, 5, "");
	/* A bookmark alone. */
	pages.pagesize = 0;
	g_assert_cmpint(range(asker, "", "k245", &pages), ==, BSN_OK);
	assert_page(asker, 5, "");
	pages.pagesize = -1;
	g_assert_cmpint(range(asker, "", "", &pages), ==, BSN_BAD_REQUEST);
	/* Fabric keeps pages apart from writing. */
	g_assert_cmpint(put(asker, "a", "1", ""), ==, BSN_BAD_REQUEST);
}

/* A page's reads are what it gave: the key behind may change. */
static void
test_a_bookmark_is_no_read(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;
	Protos__QueryMetadata pages = PROTOS__QUERY_METADATA__INIT;

	fill(ledger, 3, TEXT("v"));
	asker = asker_new(ledger);
	pages.pagesize = 2;
	g_assert_cmpint(range(asker, "", "", &pages), ==, BSN_OK);
	assert_page(asker, 2, "k002");
	fabric_ledger_put(ledger, "k002=w", NULL);
	commit(asker);
}

/* ---- history ---- */

static int32_t
history(Asker *asker, const char *key)
{
	Protos__GetHistoryForKey message = PROTOS__GET_HISTORY_FOR_KEY__INIT;
	int32_t status;

	message.key = fabric_text(key);
	status = asker_ask(asker, ASKS(GET_HISTORY_FOR_KEY), &message);
	if (status == BSN_OK)
		asker_read(asker);
	return status;
}

static void
assert_change(const Asker *asker, guint n, const char *value)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Queryresult__KeyModification *change = message_unpack(
		&arena, &queryresult__key_modification__descriptor,
		message_slice(asker->response->results[n]->resultbytes), NULL,
		NULL);

	g_assert_cmpuint(strlen(change->tx_id), ==, 64);
	g_assert_nonnull(change->timestamp);
	g_assert_true(change->is_delete == (value == NULL));
	assert_same(message_slice(change->value), TEXT(value));
}

static void
test_history(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;

	fabric_ledger_put(ledger, "a=1", NULL);
	fabric_ledger_put(ledger, "a", NULL);
	fabric_ledger_put(ledger, "a=3", "b=1", NULL);
	asker = asker_new(ledger);
	/* Not what came after it began. */
	fabric_ledger_put(ledger, "a=4", NULL);
	g_assert_cmpint(history(asker, "a"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 3);
	g_assert_false(asker->response->has_more);
	assert_change(asker, 0, "3");
	assert_change(asker, 1, NULL);
	assert_change(asker, 2, "1");
	g_assert_cmpint(history(asker, "none"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 0);
}

static void
test_a_long_history(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = NULL;

	for (guint i = 0; i < 230; i++) {
		g_autofree char *text = g_strdup_printf("a=%u", i);

		fabric_ledger_put(ledger, text, NULL);
	}
	asker = asker_new(ledger);
	g_assert_cmpint(history(asker, "a"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 100);
	g_assert_true(asker->response->has_more);
	assert_change(asker, 0, "229");
	g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	assert_change(asker, 0, "129");
	g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	g_assert_cmpuint(asker->response->n_results, ==, 30);
	assert_change(asker, 29, "0");
	g_assert_false(asker->response->has_more);
}

/* Values of one page that would be too many bytes come in several. */
static void
test_a_heavy_history(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *value = g_strnfill(3 << 20, 'x');
	g_autofree char *text = g_strconcat("a=", value, NULL);
	g_autoptr(Asker) asker = NULL;
	guint n = 0;

	for (guint i = 0; i < 5; i++)
		fabric_ledger_put(ledger, text, NULL);
	asker = asker_new(ledger);
	g_assert_cmpint(history(asker, "a"), ==, BSN_OK);
	for (;;) {
		g_assert_cmpuint(asker->response->n_results, ==, 1);
		n++;
		if (!asker->response->has_more)
			break;
		g_assert_cmpint(next(asker, "1"), ==, BSN_OK);
	}
	g_assert_cmpuint(n, ==, 5);
}

/* ---- what is refused ---- */

static void
test_nonsense(void)
{
	static const guint32 no_questions[] = { 0,
						ASKS(REGISTER),
						ASKS(COMPLETED),
						ASKS(ERROR),
						ASKS(RESPONSE),
						ASKS(KEEPALIVE),
						12,
						24,
						G_MAXUINT32 };
	static const guint32 some[] = {
		ASKS(GET_STATE),	  ASKS(PUT_STATE),
		ASKS(DEL_STATE),	  ASKS(GET_STATE_BY_RANGE),
		ASKS(QUERY_STATE_NEXT),	  ASKS(QUERY_STATE_CLOSE),
		ASKS(GET_QUERY_RESULT),	  ASKS(GET_HISTORY_FOR_KEY),
		ASKS(GET_STATE_METADATA), ASKS(PUT_STATE_METADATA),
		ASKS(GET_PRIVATE_DATA_HASH), ASKS(PURGE_PRIVATE_DATA)
	};
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Asker) asker = asker_new(ledger);
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;

	for (guint i = 0; i < G_N_ELEMENTS(no_questions); i++) {
		g_assert_cmpint(
			asker_ask_bytes(asker, no_questions[i], TEXT("")), ==,
			BSN_FAULT);
		g_assert_cmpstr(asker->err.reason, !=, "");
	}
	for (guint i = 0; i < G_N_ELEMENTS(some); i++)
		g_assert_cmpint(
			asker_ask_bytes(asker, some[i], TEXT("\x0a\x7f")), ==,
			BSN_FAULT);
	message.metadata = fabric_text("\x12\x7f");
	g_assert_cmpint(asker_ask(asker, ASKS(GET_STATE_BY_RANGE), &message),
			==, BSN_FAULT);
	g_assert_cmpuint(asker->shim.queries->len, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric/shim/" name, function)
	TEST("keys/are-read-written-and-deleted", test_keys);
	TEST("keys/that-are-none-are-refused", test_bad_keys);
	TEST("metadata/is-written-and-read", test_metadata);
	TEST("ranges/come-in-batches", test_batches);
	TEST("ranges/of-one-batch-have-no-more", test_a_batch_of_all);
	TEST("ranges/of-large-values-come-in-small-batches",
	     test_large_values_make_small_batches);
	TEST("ranges/are-closed", test_queries_are_closed);
	TEST("pages/have-bookmarks", test_pages);
	TEST("pages/do-not-read-the-bookmark", test_a_bookmark_is_no_read);
	TEST("history/is-newest-first-and-of-the-snapshot", test_history);
	TEST("history/comes-in-batches", test_a_long_history);
	TEST("history/of-large-values-comes-in-small-batches",
	     test_a_heavy_history);
	TEST("nonsense-is-a-fault", test_nonsense);
	return g_test_run();
}
