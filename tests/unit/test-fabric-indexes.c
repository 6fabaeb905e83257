/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes: how they are defined, what they have, and that they come back whole
 * after whatever happens while they are made.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/rich/indexes.h"
#include "plugins/engine-fabric/rich/walk.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

typedef struct {
	FabricLedger *ledger;
	Indexes *indexes;
} Fixture;

static int32_t
open_indexes(Fixture *fixture)
{
	return indexes_new(fixture->ledger->ledger, &fixture->indexes, NULL);
}

static Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->ledger = fabric_ledger_new(FALSE, FALSE);
	g_assert_cmpint(open_indexes(fixture), ==, BSN_OK);
	return fixture;
}

static void
fixture_free(Fixture *fixture)
{
	indexes_free(fixture->indexes);
	fabric_ledger_free(fixture->ledger);
	g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static void
reopen(Fixture *fixture, gboolean crash)
{
	g_clear_pointer(&fixture->indexes, indexes_free);
	g_assert_cmpint(fabric_ledger_reopen(fixture->ledger, crash), ==,
			BSN_OK);
	g_assert_cmpint(open_indexes(fixture), ==, BSN_OK);
}

/* The chaincode has these; each the inside of "fields". Ended by NULL. */
static int32_t
set(Fixture *fixture, const char *const *fields)
{
	g_autoptr(GPtrArray) wanted =
		g_ptr_array_new_with_free_func((GDestroyNotify)index_unref);

	for (guint i = 0; fields[i] != NULL; i++) {
		g_autofree char *text = g_strdup_printf(
			"{\"index\":{\"fields\":[%s]}}", fields[i]);
		Index *index = index_define("basic", "", TEXT(text), NULL);

		g_assert_nonnull(index);
		g_ptr_array_add(wanted, index);
	}
	return indexes_set(fixture->indexes, "basic", wanted, NULL);
}

static void
finish(Fixture *fixture)
{
	gboolean more = TRUE;

	while (more)
		g_assert_cmpint(indexes_step(fixture->indexes, &more, NULL), ==,
				BSN_OK);
}

typedef struct {
	bsn_scan_sink sink;
	GString *text;
} Listing;

static int32_t
list_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Listing *listing = (Listing *)sink;

	g_string_append_printf(listing->text, "%s%.*s",
			       listing->text->len > 0 ? " " : "",
			       (int)value.len, (const char *)value.data);
	return BSN_OK;
}

/* Keys of all entries of indexes, in the store's order. */
static char *
entries(const Fixture *fixture)
{
	static const guint8 from[] = { STORE_INDEX, STORE_INDEX_ENTRY };
	static const guint8 to[] = { STORE_INDEX, STORE_INDEX_ENTRY + 1 };
	const LedgerStore *store = &fixture->ledger->ledger->state.store;
	Listing listing = { { list_entry }, g_string_new(NULL) };

	g_assert_cmpint(store->table->scan(store->chain,
					   bsn_slice_of(from, sizeof(from)),
					   bsn_slice_of(to, sizeof(to)), 0,
					   &listing.sink, NULL),
			==, BSN_OK);
	return g_string_free(listing.text, FALSE);
}

static void
assert_entries(const Fixture *fixture, const char *want)
{
	g_autofree char *got = entries(fixture);

	g_assert_cmpstr(got, ==, want);
}

static const char *const by_a[] = { "\"a\"", NULL };
static const char *const by_b[] = { "\"b\"", NULL };
static const char *const by_both[] = { "\"a\"", "\"b\"", NULL };
static const char *const none[] = { NULL };

/* ---- definitions ---- */

static void
test_definitions(void)
{
	static const char *const wrong[] = {
		"",
		"x",
		"{}",
		"[]",
		"{\"index\":[]}",
		"{\"index\":{\"fields\":[]}}",
		"{\"index\":{\"fields\":[1]}}",
		"{\"index\":{\"fields\":[\"\"]}}",
		"{\"index\":{\"fields\":[\"a\",{\"b\":\"desc\"}]}}",
		"{\"index\":{\"fields\":[\"a\"]},\"type\":\"text\"}",
	};
	g_autoptr(Index) index = index_define(
		"basic", "$c",
		TEXT("{\"index\":{\"fields\":[{\"a.b\":\"desc\"}]},"
		     "\"ddoc\":\"_design/d\",\"name\":\"n\"}"),
		NULL);

	g_assert_cmpstr(index->ddoc, ==, "d");
	g_assert_cmpstr(index->name, ==, "n");
	g_assert_true(index_is_of(index, TEXT("basic"), TEXT("$c")));
	g_assert_false(index_is_of(index, TEXT("basic"), TEXT("")));
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		bsn_err err = BSN_ERR_INIT;

		g_assert_null(index_define("basic", "", TEXT(wrong[i]), &err));
		g_assert_cmpstr(err.reason, !=, "");
	}
}

static void
test_behind(void)
{
	const StoreKey key =
		store_key_behind((StoreKey){ { 'x', 1, 0xff, 0xff }, 4 });

	assert_same(store_key_slice(&key), bsn_slice_of("x\2", 2));
}

/* ---- what they have ---- */

static void
test_documents_with_all_fields(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_ledger_put(fixture->ledger, "k1={\"a\":2}", "k2={\"a\":1}",
			  "k3={\"b\":1}", "k4=[1]", "k5={\"a\":null}", NULL);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	assert_entries(fixture, "");
	finish(fixture);
	assert_entries(fixture, "k5 k2 k1");
	/* A block changes them at once. */
	fabric_ledger_put(fixture->ledger, "k1={\"a\":0}", "k2",
			  "k3={\"a\":\"x\"}", "k5=plain", NULL);
	assert_entries(fixture, "k1 k3");
}

/* A snapshot is being put in: nothing is known of any document, and that there
 * is none is not known either. */
static void
test_waits_for_a_state(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	State *state = &fixture->ledger->ledger->state;
	gboolean more = TRUE;

	fabric_ledger_put(fixture->ledger, "k1={\"a\":2}", NULL);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	state->hidden = TRUE;
	g_assert_cmpint(indexes_step(fixture->indexes, &more, NULL), ==,
			BSN_OK);
	g_assert_false(more);
	state->hidden = FALSE;
	reopen(fixture, FALSE);
	finish(fixture);
	assert_entries(fixture, "k1");
}

static void
test_changes_while_building(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_ledger_put(fixture->ledger, "k1={\"a\":2}", "k2={\"a\":1}",
			  NULL);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	fabric_ledger_put(fixture->ledger, "k2={\"a\":3}", "k3={\"a\":0}",
			  NULL);
	assert_entries(fixture, "k3 k2");
	finish(fixture);
	assert_entries(fixture, "k3 k1 k2");
}

static void
test_upgrades(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_ledger_put(fixture->ledger, "k1={\"a\":2,\"b\":1}",
			  "k2={\"a\":1,\"b\":2}", NULL);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	finish(fixture);
	g_assert_cmpint(set(fixture, by_both), ==, BSN_OK);
	finish(fixture);
	assert_entries(fixture, "k2 k1 k1 k2");
	/* One that stays is not made again. */
	g_assert_cmpint(set(fixture, by_b), ==, BSN_OK);
	g_assert_cmpuint(fixture->indexes->list->len, ==, 2);
	finish(fixture);
	assert_entries(fixture, "k1 k2");
	g_assert_cmpint(set(fixture, none), ==, BSN_OK);
	finish(fixture);
	assert_entries(fixture, "");
	g_assert_cmpuint(fixture->indexes->list->len, ==, 0);
}

/* ---- what happens meanwhile ---- */

static void
fill(Fixture *fixture, guint n)
{
	Simulator *simulator = simulator_new(fixture->ledger->ledger);

	for (guint i = 0; i < n; i++) {
		g_autofree char *key = g_strdup_printf("k%04u", i);
		g_autofree char *value = g_strdup_printf("{\"a\":%u}", n - i);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(key), TEXT(value), NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(
		fabric_ledger_run(fixture->ledger, fabric_finish(simulator)),
		==, TX_CODE(VALID));
}

static void
assert_all(const Fixture *fixture, guint n)
{
	g_autofree char *got = entries(fixture);
	GString *want = g_string_new(NULL);

	for (guint i = n; i > 0; i--)
		g_string_append_printf(want, "%sk%04u", i < n ? " " : "",
				       i - 1);
	g_assert_cmpstr(got, ==, want->str);
	g_string_free(want, TRUE);
}

static void
test_begun_again(void)
{
	const guint n = 2 * INDEX_STEP_ITEMS + 1;
	gboolean more;

	for (gint crash = FALSE; crash <= TRUE; crash++) {
		g_autoptr(Fixture) fixture = fixture_new();

		fill(fixture, n);
		g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
		fake_chain_make_durable(fixture->ledger->chain, 100);
		g_assert_cmpint(indexes_step(fixture->indexes, &more, NULL), ==,
				BSN_OK);
		g_assert_true(more);
		reopen(fixture, crash);
		g_assert_cmpuint(fixture->indexes->list->len, ==, 1);
		g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
		g_assert_cmpuint(fixture->indexes->list->len, ==, 1);
		finish(fixture);
		assert_all(fixture, n);
	}
}

static void
test_a_store_that_refuses(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	gboolean more;

	fill(fixture, 10);
	fake_chain_set_writable(fixture->ledger->chain, BSN_BUSY);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_BUSY);
	g_assert_cmpuint(fixture->indexes->list->len, ==, 0);
	fake_chain_set_writable(fixture->ledger->chain, BSN_OK);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	fake_chain_set_writable(fixture->ledger->chain, BSN_BUSY);
	g_assert_cmpint(indexes_step(fixture->indexes, &more, NULL), ==,
			BSN_BUSY);
	g_assert_true(more);
	g_assert_cmpint(set(fixture, none), ==, BSN_BUSY);
	fake_chain_set_writable(fixture->ledger->chain, BSN_OK);
	finish(fixture);
	assert_all(fixture, 10);
	g_assert_cmpint(set(fixture, none), ==, BSN_OK);
	fake_chain_set_writable(fixture->ledger->chain, BSN_BUSY);
	g_assert_cmpint(indexes_step(fixture->indexes, &more, NULL), ==,
			BSN_BUSY);
	fake_chain_set_writable(fixture->ledger->chain, BSN_OK);
	finish(fixture);
	assert_entries(fixture, "");
}

/* ICU's version is behind the format in a record. */
static void
test_another_icu(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const StoreKey name = index_record_key(1);
	g_autoptr(GBytes) record = NULL;
	g_autofree guint8 *changed = NULL;
	gsize len;

	fill(fixture, 3);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	finish(fixture);
	record = fake_chain_get(fixture->ledger->chain, store_key_slice(&name));
	changed = g_memdup2(g_bytes_get_data(record, &len),
			    g_bytes_get_size(record));
	changed[1]++;
	fake_chain_make_durable(fixture->ledger->chain, 100);
	fake_chain_put(fixture->ledger->chain, store_key_slice(&name),
		       bsn_slice_of(changed, len));
	reopen(fixture, FALSE);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	g_assert_cmpuint(fixture->indexes->list->len, ==, 2);
	finish(fixture);
	g_assert_cmpuint(fixture->indexes->list->len, ==, 1);
	assert_all(fixture, 3);
}

static void
test_a_broken_record(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const StoreKey name = index_record_key(1);
	g_autoptr(GBytes) record = NULL;

	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	fake_chain_make_durable(fixture->ledger->chain, 100);
	record = fake_chain_get(fixture->ledger->chain, store_key_slice(&name));
	fake_chain_put(fixture->ledger->chain, store_key_slice(&name),
		       bsn_slice_of(g_bytes_get_data(record, NULL),
				    g_bytes_get_size(record) - 1));
	g_clear_pointer(&fixture->indexes, indexes_free);
	g_assert_cmpint(open_indexes(fixture), ==, BSN_E_CORRUPT);
}

/* ---- queries ---- */

static RichQuery *
begin(Simulator *simulator, const char *text)
{
	RichQuery *rich = NULL;

	g_assert_cmpint(rich_query_new(simulator, TEXT("basic"),
				       bsn_slice_of(NULL, 0), TEXT(text), FALSE,
				       0, bsn_slice_of(NULL, 0), &rich, NULL),
			==, BSN_OK);
	return rich;
}

static void
assert_plan(Simulator *simulator, const char *text, const char *field,
	    gboolean in_order)
{
	g_autoptr(RichQuery) rich = begin(simulator, text);
	const FieldPath *first = rich->walk != NULL
					 ? rich->walk->index->paths->pdata[0]
					 : NULL;

	g_test_message("%s", text);
	g_assert_cmpstr(first != NULL ? first->text : NULL, ==, field);
	g_assert_cmpint(rich->in_order, ==, in_order);
}

static void
test_plans(void)
{
	static const char *const fields[] = { "\"a\",\"b\"", "\"c\"", NULL };
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Simulator) simulator = NULL;

	g_assert_cmpint(set(fixture, fields), ==, BSN_OK);
	simulator = simulator_new(fixture->ledger->ledger);
	/* One that is being built has not all. */
	assert_plan(simulator, "{\"selector\":{\"c\":1}}", NULL, TRUE);
	finish(fixture);
	assert_plan(simulator, "{\"selector\":{}}", NULL, TRUE);
	assert_plan(simulator, "{\"selector\":{\"c\":1}}", "c", TRUE);
	assert_plan(simulator, "{\"selector\":{\"c\":{\"$gt\":1}}}", "c",
		    FALSE);
	assert_plan(simulator, "{\"selector\":{\"c\":{\"$ne\":1}}}", NULL,
		    TRUE);
	assert_plan(simulator, "{\"selector\":{\"a\":1}}", NULL, TRUE);
	assert_plan(simulator,
		    "{\"selector\":{\"a\":1,\"b\":{\"$exists\":true}}}", "a",
		    FALSE);
	assert_plan(simulator, "{\"selector\":{\"a\":1},\"sort\":[\"b\"]}",
		    "a", TRUE);
	assert_plan(simulator,
		    "{\"selector\":{},\"sort\":[{\"a\":\"desc\"},{\"b\":"
		    "\"desc\"}]}",
		    "a", TRUE);
	assert_plan(simulator, "{\"selector\":{},\"sort\":[\"b\",\"a\"]}", NULL,
		    FALSE);
	assert_plan(simulator,
		    "{\"selector\":{\"$or\":[{\"c\":1},{\"c\":2}]}}", NULL,
		    TRUE);
}

/* What is said of _id compares by bytes, but an index has it by ICU. */
static void
test_keys_in_an_index(void)
{
	static const char *const fields[] = { "\"a\",\"_id\"", NULL };
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Simulator) simulator = NULL;
	g_autoptr(RichQuery) rich = NULL;
	g_autoptr(GString) keys = g_string_new(NULL);

	fabric_ledger_put(fixture->ledger, "B={\"a\":1}", "a={\"a\":1}",
			  "C={\"a\":1}", "d={\"a\":1}", NULL);
	g_assert_cmpint(set(fixture, fields), ==, BSN_OK);
	finish(fixture);
	simulator = simulator_new(fixture->ledger->ledger);
	rich = begin(simulator, "{\"selector\":{\"a\":1,\"_id\":{\"$gt\":"
				"\"C\",\"$lt\":\"e\"}},\"sort\":[\"a\",\"_id\"]}");
	g_assert_nonnull(rich->walk);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice key;

		g_assert_cmpint(rich_query_next(rich, &item, NULL), ==, BSN_OK);
		if (item == NULL)
			break;
		key = document_key(item);
		g_string_append_len(keys, (const char *)key.data,
				    (gssize)key.len);
	}
	g_assert_cmpstr(keys->str, ==, "ad");
}

static void
test_dropped_on_the_way(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(Simulator) simulator = NULL;
	g_autoptr(RichQuery) rich = NULL;
	g_autoptr(StateItem) item = NULL;
	StateItem *no_item;

	fill(fixture, 3);
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	finish(fixture);
	simulator = simulator_new(fixture->ledger->ledger);
	rich = begin(simulator, "{\"selector\":{},\"sort\":[\"a\"]}");
	g_assert_cmpint(rich_query_next(rich, &item, NULL), ==, BSN_OK);
	g_assert_cmpint(set(fixture, none), ==, BSN_OK);
	finish(fixture);
	g_assert_cmpint(rich_query_next(rich, &no_item, NULL), ==, BSN_EXPIRED);
}

/* Too much to look at, but not by an index. */
static void
test_too_much(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *large = g_strnfill(6 << 20, 'x');
	g_autoptr(Simulator) simulator = NULL;
	g_autoptr(RichQuery) all = NULL;
	g_autoptr(RichQuery) few = NULL;
	g_autoptr(StateItem) item = NULL;
	StateItem *no_item;

	for (guint i = 0; i < 22; i++) {
		g_autofree char *text = g_strdup_printf(
			"k%u={\"a\":%u,\"x\":\"%s\"}", i, i, large);

		fabric_ledger_put(fixture->ledger, text, NULL);
	}
	g_assert_cmpint(set(fixture, by_a), ==, BSN_OK);
	finish(fixture);
	simulator = simulator_new(fixture->ledger->ledger);
	few = begin(simulator, "{\"selector\":{\"a\":21}}");
	g_assert_cmpint(rich_query_next(few, &item, NULL), ==, BSN_OK);
	g_assert_nonnull(item);
	all = begin(simulator, "{\"selector\":{\"b\":1}}");
	g_assert_cmpint(rich_query_next(all, &no_item, NULL), ==,
			BSN_TOO_LARGE);
	g_assert_cmpint(rich_query_next(all, &no_item, NULL), ==,
			BSN_TOO_LARGE);
}

/* ---- packages ---- */

/* What the package of "basic" brings, by file. */
static const char *brought[3];
static Definition basic = { .name = (char *)"basic",
			    .package_id = (char *)"basic:00" };
static int32_t package_status;

int32_t
package_indexes(const Channel *channel, const char *id, PackageIndexFn visit,
		gpointer data, bsn_err *err)
{
	g_assert_cmpstr(id, ==, "basic:00");
	for (guint i = 0; brought[i] != NULL; i++)
		visit(i == 0 ? "" : "c", "x.json", brought[i], data);
	return package_status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, package_status, "the store is broken");
}

void
lifecycle_prepare_indexes(Channel *channel)
{
	indexes_prepare(channel, &basic);
}

/* Until nothing is left to be done. */
static void
run_timer(Channel *channel)
{
	for (guint i = 0; i < 20; i++)
		indexes_timer(channel);
}

static void
test_packages(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	Channel channel = { .chain = ledger->chain, .ledger = ledger->ledger };

	g_assert_cmpint(services_find(fake_host(), NULL), ==, BSN_OK);
	/* Before it is open nothing happens. */
	indexes_prepare(&channel, &basic);
	brought[0] = "{\"index\":{\"fields\":[\"a\"]}}";
	brought[1] = "{\"index\":{\"fields\":[\"b\"]}}";
	fake_chain_set_writable(ledger->chain, BSN_BUSY);
	g_assert_cmpint(indexes_open(&channel, NULL), ==, BSN_OK);
	g_assert_cmpuint(channel.indexes->list->len, ==, 0);
	fake_chain_set_writable(ledger->chain, BSN_OK);
	run_timer(&channel);
	g_assert_cmpuint(channel.indexes->list->len, ==, 2);
	g_assert_cmpstr(((Index *)channel.indexes->list->pdata[1])->collection,
			==, "$c");
	g_assert_cmpint(((Index *)channel.indexes->list->pdata[1])->phase, ==,
			INDEX_READY);
	/* What cannot be read changes nothing; what is wrong is left out. */
	package_status = BSN_E_IO;
	indexes_prepare(&channel, &basic);
	g_assert_cmpuint(channel.indexes->list->len, ==, 2);
	package_status = BSN_OK;
	brought[1] = "{}";
	indexes_prepare(&channel, &basic);
	run_timer(&channel);
	g_assert_cmpuint(channel.indexes->list->len, ==, 1);
	indexes_close(&channel);
	g_assert_cmpint(indexes_open(&channel, NULL), ==, BSN_OK);
	g_assert_cmpuint(channel.indexes->list->len, ==, 1);
	basic.condition = CHAINCODE_UNINSTALLED;
	indexes_prepare(&channel, &basic);
	run_timer(&channel);
	g_assert_cmpuint(channel.indexes->list->len, ==, 0);
	indexes_close(&channel);
}

#define TEST(name, fn) g_test_add_func("/indexes/" name, fn)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("definitions-are-read", test_definitions);
	TEST("keys-behind-others", test_behind);
	TEST("have-documents-with-all-fields", test_documents_with_all_fields);
	TEST("wait-for-a-state", test_waits_for_a_state);
	TEST("change-while-they-are-built", test_changes_while_building);
	TEST("come-and-go-with-upgrades", test_upgrades);
	TEST("go-on-after-a-restart-and-a-crash", test_begun_again);
	TEST("wait-for-a-store-that-refuses", test_a_store_that_refuses);
	TEST("are-made-anew-for-another-icu", test_another_icu);
	TEST("a-broken-record-is-told", test_a_broken_record);
	TEST("are-chosen-by-what-they-leave", test_plans);
	TEST("have-keys-by-icu", test_keys_in_an_index);
	TEST("dropped-while-a-query-goes-by-them", test_dropped_on_the_way);
	TEST("queries-have-an-end", test_too_much);
	TEST("come-with-packages", test_packages);
	return g_test_run();
}
