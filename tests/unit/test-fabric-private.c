/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: values of collections in a simulation.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private.h"

typedef struct {
	FabricLedger *ledger;
	FabricPrivate *private;
	Simulator *simulator;
	StateItem *item;
	bsn_err err;
} Fixture;

static void
fixture_free(Fixture *fixture)
{
	g_clear_pointer(&fixture->item, state_item_unref);
	simulator_free(fixture->simulator);
	fabric_private_free(fixture->private);
	fabric_ledger_free(fixture->ledger);
	g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->ledger = fabric_ledger_new(FALSE, FALSE);
	fixture->private = fabric_private_new(fixture->ledger);
	fixture->err.size = sizeof(fixture->err);
	return fixture;
}

/* A simulation at the present state. */
static Simulator *
begin(Fixture *fixture)
{
	simulator_free(fixture->simulator);
	fixture->simulator = simulator_new(fixture->ledger->ledger);
	return fixture->simulator;
}

static int32_t
get(Fixture *fixture, const char *key)
{
	g_clear_pointer(&fixture->item, state_item_unref);
	fixture->err.reason[0] = '\0';
	return simulator_get_private(fixture->simulator, TEXT("basic"),
				     TEXT("secrets"), TEXT(key), &fixture->item,
				     &fixture->err);
}

static int32_t
put(Fixture *fixture, const char *key, const char *value)
{
	return simulator_put_private(fixture->simulator, TEXT("basic"),
				     TEXT("secrets"), TEXT(key), TEXT(value),
				     &fixture->err);
}

static void
assert_value(Fixture *fixture, const char *key, const char *value)
{
	g_assert_cmpint(get(fixture, key), ==, BSN_OK);
	if (value == NULL) {
		g_assert_null(fixture->item);
		return;
	}
	g_assert_nonnull(fixture->item);
	assert_same(fixture->item->value, TEXT(value));
}

/* ---- what a simulation leaves ---- */

/* Writes "a" and "c", deletes "b", purges "d" and describes "e"; "f", which
 * everybody may know, is in another collection. */
static void
write_all(Simulator *simulator)
{
	const MetadataEntry entry = { "VALIDATION_PARAMETER", TEXT("policy") };
	const bsn_slice ns = TEXT("basic");
	const bsn_slice secrets = TEXT("secrets");

	g_assert_cmpint(simulator_put_private(simulator, ns, secrets, TEXT("c"),
					      TEXT("3"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put_private(simulator, ns, secrets, TEXT("a"),
					      TEXT("1"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_delete_private(simulator, ns, secrets,
						 TEXT("b"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_purge_private(simulator, ns, secrets,
						TEXT("d"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put_private_metadata(simulator, ns, secrets,
						       TEXT("e"), &entry, 1,
						       NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put_hashed(simulator, ns, TEXT("known"),
					     TEXT("f"), TEXT("open"), NULL),
			==, BSN_OK);
}

/* The one set that members get; borrowed from the arena. */
static bsn_slice
only_set(Arena *arena, bsn_slice bytes)
{
	const Rwset__TxPvtReadWriteSet *sets = message_unpack(
		arena, &rwset__tx_pvt_read_write_set__descriptor, bytes, NULL,
		NULL);

	g_assert_nonnull(sets);
	g_assert_cmpuint(sets->n_ns_pvt_rwset, ==, 1);
	g_assert_cmpstr(sets->ns_pvt_rwset[0]->namespace_, ==, "basic");
	g_assert_cmpuint(sets->ns_pvt_rwset[0]->n_collection_pvt_rwset, ==, 1);
	g_assert_cmpstr(sets->ns_pvt_rwset[0]
				->collection_pvt_rwset[0]
				->collection_name,
			==, "secrets");
	return message_slice(
		sets->ns_pvt_rwset[0]->collection_pvt_rwset[0]->rwset);
}

static void
assert_open(bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__KVRWSet *set =
		message_unpack(&arena, &kvrwset__kvrwset__descriptor, bytes,
			       NULL, NULL);

	g_assert_nonnull(set);
	g_assert_cmpuint(set->n_reads, ==, 0);
	g_assert_cmpuint(set->n_writes, ==, 4);
	assert_same(message_slice(set->writes[0]->key), TEXT("a"));
	assert_same(message_slice(set->writes[0]->value), TEXT("1"));
	g_assert_true(set->writes[1]->is_delete);
	assert_same(message_slice(set->writes[2]->value), TEXT("3"));
	assert_same(message_slice(set->writes[3]->key), TEXT("d"));
	g_assert_true(set->writes[3]->is_delete);
	g_assert_cmpuint(set->n_metadata_writes, ==, 1);
	assert_same(message_slice(set->metadata_writes[0]->key), TEXT("e"));
	g_assert_cmpuint(set->metadata_writes[0]->n_entries, ==, 0);
}

static void
assert_digest(const Suite *suite, bsn_slice got, bsn_slice of)
{
	guint8 hash[HASH_LEN];

	suite_digest(suite, &of, 1, hash);
	assert_same(got, bsn_slice_of(hash, HASH_LEN));
}

static void
assert_hashed(const Suite *suite, bsn_slice results, bsn_slice open)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };
	const TransactionCollection *secrets;

	g_assert_true(transaction_open_sets(&arena, results, &tx));
	g_assert_cmpuint(tx.namespaces[0].n_collections, ==, 2);
	g_assert_cmpstr(tx.namespaces[0].collections[0].name, ==, "known");
	/* What everybody may know has a digest all the same. */
	g_assert_cmpuint(tx.namespaces[0].collections[0].private_hash.len, ==,
			 HASH_LEN);
	secrets = &tx.namespaces[0].collections[1];
	assert_digest(suite, secrets->private_hash, open);
	g_assert_cmpuint(secrets->set->n_hashed_writes, ==, 4);
	assert_digest(suite,
		      message_slice(secrets->set->hashed_writes[0]->value_hash),
		      TEXT("1"));
	g_assert_false(secrets->set->hashed_writes[1]->is_purge);
	g_assert_true(secrets->set->hashed_writes[1]->is_delete);
	g_assert_true(secrets->set->hashed_writes[3]->is_purge);
	g_assert_true(secrets->set->hashed_writes[3]->is_delete);
	g_assert_cmpuint(secrets->set->n_metadata_writes, ==, 1);
	assert_digest(
		suite,
		message_slice(secrets->set->metadata_writes[0]->key_hash),
		TEXT("e"));
	g_assert_cmpstr(secrets->set->metadata_writes[0]->entries[0]->name, ==,
			"VALIDATION_PARAMETER");
}

static void
test_results(gconstpointer data)
{
	g_autoptr(FabricLedger) ledger =
		fabric_ledger_new(GPOINTER_TO_INT(data), FALSE);
	Simulator *simulator = simulator_new(ledger->ledger);
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) sets = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice open;

	write_all(simulator);
	results = fabric_private_finish(simulator, &sets);
	open = only_set(&arena, buffer_slice(sets));
	assert_open(open);
	assert_hashed(&ledger->suite, buffer_slice(results), open);
}

/* Reading and what everybody may know leave nothing to give to members. */
static void
test_nothing_private(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) sets = NULL;

	begin(fixture);
	assert_value(fixture, "a", NULL);
	g_assert_cmpint(simulator_put_hashed(fixture->simulator, TEXT("basic"),
					     TEXT("known"), TEXT("f"),
					     TEXT("open"), NULL),
			==, BSN_OK);
	results = fabric_private_finish(g_steal_pointer(&fixture->simulator),
					&sets);
	g_assert_cmpuint(sets->len, ==, 0);
	g_assert_cmpuint(results->len, >, 0);
}

/* ---- reading ---- */

static void
test_values_are_read(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_private_put(fixture->private, "secrets", "a=1", TRUE);
	begin(fixture);
	assert_value(fixture, "a", "1");
	assert_value(fixture, "b", NULL);
	/* It does not read what it writes. */
	g_assert_cmpint(put(fixture, "a", "2"), ==, BSN_OK);
	assert_value(fixture, "a", "1");
	/* What was read has changed meanwhile. */
	fabric_private_put(fixture->private, "secrets", "b=new", TRUE);
	g_assert_cmpint(
		fabric_private_run(fixture->private,
				   g_steal_pointer(&fixture->simulator), TRUE),
		==, TX_CODE(MVCC_READ_CONFLICT));
}

static void
test_what_is_elsewhere_is_not_read(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_private_put(fixture->private, "secrets", "a=1", FALSE);
	begin(fixture);
	g_assert_cmpint(get(fixture, "a"), ==, BSN_UNAVAILABLE);
	g_assert_cmpstr(fixture->err.reason, ==,
			"private data matching public hash version is not "
			"available. Public hash version = {BlockNum: 1, "
			"TxNum: 0}, Private data version = <nil>");
	/* A value that was overwritten by one that is elsewhere is none. */
	fabric_private_put(fixture->private, "secrets", "b=1", TRUE);
	fabric_private_put(fixture->private, "secrets", "b=2", FALSE);
	begin(fixture);
	g_assert_cmpint(get(fixture, "b"), ==, BSN_UNAVAILABLE);
	/* One that was deleted is not missed. */
	fabric_private_put(fixture->private, "secrets", "b", FALSE);
	begin(fixture);
	assert_value(fixture, "b", NULL);
	fabric_private_check(fixture->ledger);
}

static void
test_keys_are_text(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	begin(fixture);
	g_assert_cmpint(get(fixture, "\xff"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(put(fixture, "\xff", "1"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(put(fixture, "", "1"), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(simulator_purge_private(fixture->simulator,
						TEXT("basic"), TEXT("secrets"),
						TEXT(""), &fixture->err),
			==, BSN_BAD_REQUEST);
}

static void
test_what_is_written_is_bounded(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *large = g_strnfill(5u << 20, 'x');

	begin(fixture);
	g_assert_cmpint(put(fixture, "a", large), ==, BSN_OK);
	g_assert_cmpint(put(fixture, "b", large), ==, BSN_TOO_LARGE);
}

/* ---- queries ---- */

static char *
read_range(SimulatorRange *range)
{
	GString *text = g_string_new(NULL);

	for (;;) {
		g_autoptr(StateItem) item = NULL;

		g_assert_cmpint(simulator_range_next(range, &item, NULL), ==,
				BSN_OK);
		if (item == NULL)
			return g_string_free(text, FALSE);
		g_string_append_len(text, (const char *)item->value.data,
				    (gssize)item->value.len);
		g_string_append_c(text, ';');
	}
}

static int32_t
query(Fixture *fixture, const char *start, const char *end,
      SimulatorRange **range)
{
	return simulator_private_range(fixture->simulator, TEXT("basic"),
				       TEXT("secrets"), TEXT(start), TEXT(end),
				       range, &fixture->err);
}

static void
test_ranges(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) sets = NULL;
	g_autofree char *all = NULL;
	g_autofree char *some = NULL;
	SimulatorRange *range = NULL;
	guint with_read;

	fabric_private_put(fixture->private, "secrets", "b=2", TRUE);
	fabric_private_put(fixture->private, "secrets", "a=1", TRUE);
	fabric_private_put(fixture->private, "secrets", "d=4", TRUE);
	fabric_private_put(fixture->private, "secrets", "c=3", FALSE);
	fabric_private_put(fixture->private, "secretsmore", "a=other", TRUE);
	begin(fixture);
	results = fabric_finish(g_steal_pointer(&fixture->simulator));
	with_read = results->len;
	begin(fixture);
	g_assert_cmpint(query(fixture, "", "", &range), ==, BSN_OK);
	all = read_range(range);
	g_assert_cmpstr(all, ==, "1;2;4;");
	g_assert_cmpint(query(fixture, "b", "d", &range), ==, BSN_OK);
	some = read_range(range);
	g_assert_cmpstr(some, ==, "2;");
	/* Nothing of it is in the read-write set, so it cannot write. */
	g_assert_cmpint(put(fixture, "z", "1"), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(fixture->err.reason, ==,
			"Transaction has already performed queries on pvt "
			"data. Writes are not allowed");
	g_assert_cmpint(simulator_put(fixture->simulator, TEXT("basic"),
				      TEXT("z"), TEXT("1"), NULL),
			==, BSN_BAD_REQUEST);
	g_clear_pointer(&results, g_byte_array_unref);
	results = fabric_private_finish(g_steal_pointer(&fixture->simulator),
					&sets);
	g_assert_cmpuint(results->len, ==, with_read);
}

static void
test_queries_come_before_writes(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	SimulatorRange *range = NULL;

	begin(fixture);
	g_assert_cmpint(put(fixture, "a", "1"), ==, BSN_OK);
	g_assert_cmpint(query(fixture, "", "", &range), ==, BSN_BAD_REQUEST);
	g_assert_cmpstr(fixture->err.reason, ==,
			"Queries on pvt data is supported only in a read-only "
			"transaction");
	/* One that is refused is none. */
	g_assert_cmpint(put(fixture, "b", "1"), ==, BSN_OK);
}

/* ---- the state as it was ---- */

/* Blocks, what expires with them and what comes late do not change what a
 * simulation sees. */
static void
test_simulations_see_one_state(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *seen = NULL;
	g_autofree char *values = NULL;
	SimulatorRange *range = NULL;
	Simulator *writer = simulator_new(fixture->ledger->ledger);
	g_autofree char *late = NULL;
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) sets = NULL;

	g_assert_cmpint(simulator_put_private(writer, TEXT("basic"),
					      TEXT("secrets"), TEXT("late"),
					      TEXT("l"), NULL),
			==, BSN_OK);
	results = fabric_private_finish(writer, &sets);
	late = g_strdup(fabric_private_put(fixture->private, "secrets",
					   "late=l", FALSE));
	fabric_private_put(fixture->private, "secrets", "a=1", TRUE);
	fabric_private_put(fixture->private, "secrets", "b=2", TRUE);
	begin(fixture);
	g_assert_cmpint(query(fixture, "", "", &range), ==, BSN_OK);
	fabric_private_put(fixture->private, "secrets", "a=changed", TRUE);
	fabric_private_put(fixture->private, "secrets", "b", TRUE);
	fabric_private_put(fixture->private, "secrets", "c=new", TRUE);
	fabric_private_give_late(fixture->private, late, buffer_slice(sets));
	seen = read_range(range);
	g_assert_cmpstr(seen, ==, "1;2;");
	assert_value(fixture, "a", "1");
	assert_value(fixture, "b", "2");
	assert_value(fixture, "c", NULL);
	g_assert_cmpint(get(fixture, "late"), ==, BSN_UNAVAILABLE);
	values = fabric_private_values(fixture->ledger, "secrets");
	g_assert_cmpstr(values, ==, "a=changed@4:0 c=new@6:0 late=l@1:0");
}

static void
test_simulations_see_what_expires(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	StateItem *item = NULL;

	fabric_private_put(fixture->private, "brief1", "a=1", TRUE);
	begin(fixture);
	fabric_private_put(fixture->private, "secrets", "x=1", TRUE);
	fabric_private_put(fixture->private, "secrets", "x=2", TRUE);
	g_assert_cmpuint(fabric_private_digests(fixture->ledger, "brief1"), ==,
			 0);
	g_assert_cmpint(simulator_get_private(fixture->simulator,
					      TEXT("basic"), TEXT("brief1"),
					      TEXT("a"), &item, NULL),
			==, BSN_OK);
	assert_same(item->value, TEXT("1"));
	state_item_unref(item);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric/private/" name, function)
	g_test_add_data_func("/fabric/private/results-have-digests-and-values",
			     GINT_TO_POINTER(FALSE), test_results);
	g_test_add_data_func(
		"/fabric/private/results-have-digests-and-values-gm",
		GINT_TO_POINTER(TRUE), test_results);
	TEST("nothing-private-is-nothing", test_nothing_private);
	TEST("values-are-read", test_values_are_read);
	TEST("what-is-elsewhere-is-not-read",
	     test_what_is_elsewhere_is_not_read);
	TEST("keys-are-text", test_keys_are_text);
	TEST("what-is-written-is-bounded", test_what_is_written_is_bounded);
	TEST("ranges-of-values", test_ranges);
	TEST("queries-come-before-writes", test_queries_come_before_writes);
	TEST("simulations-see-one-state", test_simulations_see_one_state);
	TEST("simulations-see-what-expires",
	     test_simulations_see_what_expires);
	return g_test_run();
}
