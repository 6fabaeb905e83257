/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: simulations, what they see, and the read-write sets
 * that they leave.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

static void
assert_value(Simulator *simulator, const char *key, const char *value)
{
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(
		simulator_get(simulator, TEXT("basic"), TEXT(key), &item, NULL),
		==, BSN_OK);
	if (value == NULL) {
		g_assert_null(item);
		return;
	}
	g_assert_nonnull(item);
	assert_same(item->value, TEXT(value));
}

static void
put(Simulator *simulator, const char *key, const char *value)
{
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT(key),
				      TEXT(value), NULL),
			==, BSN_OK);
}

static SimulatorRange *
range_of(Simulator *simulator, const char *start, const char *end)
{
	SimulatorRange *range = NULL;

	g_assert_cmpint(simulator_range(simulator, TEXT("basic"), TEXT(start),
					TEXT(end), FALSE, &range, NULL),
			==, BSN_OK);
	return range;
}

/* The last part of the next key, or "" at the end. */
static char *
next_key(SimulatorRange *range)
{
	g_autoptr(StateItem) item = NULL;
	bsn_slice parts[3];

	g_assert_cmpint(simulator_range_next(range, &item, NULL), ==, BSN_OK);
	if (item == NULL)
		return g_strdup("");
	g_assert_true(
		state_key_split(item->key, &parts[0], &parts[1], &parts[2]));
	return g_strndup((const char *)parts[2].data, (gsize)parts[2].len);
}

/* All keys that come, with a blank behind each. */
static char *
all_keys(SimulatorRange *range)
{
	GString *text = g_string_new(NULL);

	for (;;) {
		g_autofree char *key = next_key(range);

		if (*key == '\0')
			return g_string_free(text, FALSE);
		g_string_append_printf(text, "%s ", key);
	}
}

/* ---- what it sees ---- */

static void
test_it_does_not_see_its_own_writes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;
	g_autofree char *keys = NULL;

	fabric_ledger_put(fixture, "a=1", NULL);
	simulator = simulator_new(fixture->ledger);
	put(simulator, "a", "2");
	put(simulator, "b", "3");
	assert_value(simulator, "a", "1");
	assert_value(simulator, "b", NULL);
	keys = all_keys(range_of(simulator, "", ""));
	g_assert_cmpstr(keys, ==, "a ");
}

static void
test_it_sees_the_block_it_began_with(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) old = NULL;
	g_autoptr(Simulator) middle = NULL;
	g_autofree char *old_keys = NULL;
	g_autofree char *middle_keys = NULL;

	fabric_ledger_put(fixture, "a=1", "c=1", NULL);
	old = simulator_new(fixture->ledger);
	fabric_ledger_put(fixture, "a=2", "b=2", "c", NULL);
	middle = simulator_new(fixture->ledger);
	fabric_ledger_put(fixture, "a", "c=3", "d=3", NULL);
	assert_value(old, "a", "1");
	assert_value(old, "b", NULL);
	assert_value(old, "c", "1");
	assert_value(old, "d", NULL);
	assert_value(middle, "a", "2");
	assert_value(middle, "b", "2");
	assert_value(middle, "c", NULL);
	old_keys = all_keys(range_of(old, "", ""));
	g_assert_cmpstr(old_keys, ==, "a c ");
	middle_keys = all_keys(range_of(middle, "", ""));
	g_assert_cmpstr(middle_keys, ==, "a b ");
	g_assert_cmpuint(simulator_height(old), ==, 2);
	g_assert_cmpuint(simulator_height(middle), ==, 3);
}

/* Blocks that are committed between two results change none of them. */
static void
test_a_range_is_of_one_state(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;
	g_autofree char *first = NULL;
	g_autofree char *rest = NULL;
	SimulatorRange *range;

	fabric_ledger_put(fixture, "a=1", "c=1", "e=1", NULL);
	simulator = simulator_new(fixture->ledger);
	range = range_of(simulator, "", "");
	first = next_key(range);
	g_assert_cmpstr(first, ==, "a");
	fabric_ledger_put(fixture, "b=2", "c", "d=2", "f=2", NULL);
	rest = all_keys(range);
	g_assert_cmpstr(rest, ==, "c e ");
}

static void
test_bounds_of_ranges(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;
	const char composite[] = "\0t\0x\0";
	g_autoptr(GByteArray) results = NULL;
	g_autofree char *inside = NULL;
	g_autofree char *empty = NULL;
	g_autofree char *open = NULL;
	g_autoptr(StateItem) item = NULL;
	SimulatorRange *range;

	simulator = simulator_new(fixture->ledger);
	put(simulator, "a", "1");
	put(simulator, "b", "1");
	put(simulator, "c", "1");
	g_assert_cmpint(
		simulator_put(simulator, TEXT("basic"),
			      bsn_slice_of(composite, sizeof(composite) - 1),
			      TEXT("1"), NULL),
		==, BSN_OK);
	/* Neighbours that are other namespaces. */
	g_assert_cmpint(simulator_put(simulator, TEXT("basi"), TEXT("z"),
				      TEXT("1"), NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic2"), TEXT("a"),
				      TEXT("1"), NULL),
			==, BSN_OK);
	results = fabric_finish(g_steal_pointer(&simulator));
	g_assert_cmpint(fabric_ledger_run(fixture, g_steal_pointer(&results)),
			==, TX_CODE(VALID));
	simulator = simulator_new(fixture->ledger);
	inside = all_keys(range_of(simulator, "a", "c"));
	g_assert_cmpstr(inside, ==, "a b ");
	empty = all_keys(range_of(simulator, "c", "a"));
	g_assert_cmpstr(empty, ==, "");
	/* As the shim asks for an open range. */
	open = all_keys(range_of(simulator, "\x01", ""));
	g_assert_cmpstr(open, ==, "a b c ");
	range = range_of(simulator, "", "\x01");
	g_assert_cmpint(simulator_range_next(range, &item, NULL), ==, BSN_OK);
	g_assert_nonnull(item);
	g_assert_cmpuint(item->key.len, ==, 7 + sizeof(composite) - 1);
}

static void
test_ranges_longer_than_a_page(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	Simulator *simulator = simulator_new(fixture->ledger);
	SimulatorRange *range;

	for (guint i = 0; i < 3 * STATE_PAGE_ITEMS; i++) {
		g_autofree char *key = g_strdup_printf("key%04u", i);

		put(simulator, key, "1");
	}
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
	simulator = simulator_new(fixture->ledger);
	range = range_of(simulator, "", "");
	for (guint i = 0; i < 3 * STATE_PAGE_ITEMS; i++) {
		g_autofree char *key = g_strdup_printf("key%04u", i);
		g_autofree char *next = next_key(range);

		g_assert_cmpstr(next, ==, key);
	}
	simulator_free(simulator);
}

/* Keys that are alike for longer than a store key is, more than a page of them,
 * and short ones around. */
static void
test_long_keys_are_in_order(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *stem = g_strnfill(300, 'm');
	Simulator *simulator = simulator_new(fixture->ledger);
	SimulatorRange *range;

	put(simulator, "l", "1");
	put(simulator, "n", "1");
	for (guint i = 0; i < 2 * STATE_PAGE_ITEMS; i++) {
		g_autofree char *key = g_strdup_printf("%s%04u", stem, i);

		put(simulator, key, "1");
	}
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
	simulator = simulator_new(fixture->ledger);
	range = range_of(simulator, "", "");
	for (guint i = 0; i < 2 * STATE_PAGE_ITEMS + 2; i++) {
		g_autofree char *key = g_strdup_printf("%s%04u", stem, i - 1);
		g_autofree char *next = next_key(range);

		g_assert_cmpstr(next, ==,
				i == 0				? "l"
				: i == 2 * STATE_PAGE_ITEMS + 1 ? "n"
								: key);
	}
	simulator_free(simulator);
}

/* ---- bounds ---- */

static void
test_too_old_snapshots_are_given_up(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GPtrArray) all =
		g_ptr_array_new_with_free_func((GDestroyNotify)simulator_free);
	g_autoptr(StateItem) item = NULL;
	SimulatorRange *range;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i <= SNAPSHOTS_MAX; i++) {
		g_ptr_array_add(all, simulator_new(fixture->ledger));
		if (i == 0)
			range = range_of(all->pdata[0], "", "");
		fabric_ledger_put(fixture, "a=1", NULL);
	}
	g_assert_cmpint(simulator_get(all->pdata[0], TEXT("basic"), TEXT("a"),
				      &item, &err),
			==, BSN_EXPIRED);
	g_assert_cmpint(simulator_range_next(range, &item, NULL), ==,
			BSN_EXPIRED);
	g_assert_cmpint(simulator_range(all->pdata[0], TEXT("basic"), TEXT(""),
					TEXT(""), FALSE, &range, NULL),
			==, BSN_EXPIRED);
	assert_value(all->pdata[1], "a", "1");
}

static void
test_what_is_kept_is_bounded(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;
	g_autofree char *value = g_strnfill(4 << 20, 'v');
	g_autofree char *write = g_strdup_printf("a=%s", value);
	g_autoptr(StateItem) item = NULL;
	const guint writes = (SNAPSHOTS_BYTES >> 22) + 2;

	for (guint i = 0; i < writes; i++) {
		write[0] = (char)('a' + i);
		fabric_ledger_put(fixture, write, NULL);
	}
	simulator = simulator_new(fixture->ledger);
	for (guint i = 0; i < writes; i++) {
		char key[] = "a";

		key[0] = (char)('a' + i);
		fabric_ledger_put(fixture, key, NULL);
		g_assert_cmpuint(fixture->ledger->snapshots.bytes, <=,
				 SNAPSHOTS_BYTES);
	}
	g_assert_cmpint(
		simulator_get(simulator, TEXT("basic"), TEXT("a"), &item, NULL),
		==, BSN_EXPIRED);
}

static void
test_what_it_gathers_is_bounded(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = simulator_new(fixture->ledger);
	g_autofree char *value = g_strnfill(1 << 20, 'v');
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	guint n = 0;

	for (; status == BSN_OK; n++)
		status = simulator_put(simulator, TEXT("basic"), TEXT("a"),
				       TEXT(value), &err);
	g_assert_cmpint(status, ==, BSN_TOO_LARGE);
	g_assert_cmpuint(n, ==, SIMULATOR_BYTES_MAX >> 20);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT("\xff"),
				      TEXT("1"), NULL),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT(""),
				      TEXT("1"), NULL),
			==, BSN_BAD_REQUEST);
}

static void
test_pages_and_writes_exclude_each_other(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) reader = simulator_new(fixture->ledger);
	g_autoptr(Simulator) writer = simulator_new(fixture->ledger);
	SimulatorRange *range;

	g_assert_cmpint(simulator_range(reader, TEXT("basic"), TEXT(""),
					TEXT(""), TRUE, &range, NULL),
			==, BSN_OK);
	g_assert_cmpint(
		simulator_delete(reader, TEXT("basic"), TEXT("a"), NULL), ==,
		BSN_BAD_REQUEST);
	put(writer, "a", "1");
	g_assert_cmpint(simulator_range(writer, TEXT("basic"), TEXT(""),
					TEXT(""), TRUE, &range, NULL),
			==, BSN_BAD_REQUEST);
	(void)range_of(writer, "", "");
}

/* ---- read-write sets ---- */

/* Byte by byte, and whatever the order was. */
static void
test_the_set_is_sorted(void)
{
	static const guint8 expected[] = {
		0x12, 0x1e, 0x0a, 0x05, 'b', 'a', 's', 'i', 'c', 0x12, 0x15,
		/* reads: a of version 1:0, no b */
		0x0a, 0x07, 0x0a, 0x01, 'a', 0x12, 0x02, 0x08, 0x01, 0x0a, 0x03,
		0x0a, 0x01, 'b',
		/* writes: x deleted */
		0x1a, 0x05, 0x0a, 0x01, 'x', 0x10, 0x01, 0x12, 0x0f, 0x0a, 0x01,
		'c', 0x12, 0x0a,
		/* writes: a */
		0x1a, 0x08, 0x0a, 0x01, 'a', 0x1a, 0x03, 'o', 'n', 'e'
	};

	for (guint order = 0; order < 2; order++) {
		g_autoptr(FabricLedger) fixture =
			fabric_ledger_new(FALSE, FALSE);
		g_autoptr(GByteArray) results = NULL;
		Simulator *simulator;

		fabric_ledger_put(fixture, "a=1", NULL);
		simulator = simulator_new(fixture->ledger);
		if (order == 0)
			assert_value(simulator, "b", NULL);
		g_assert_cmpint(simulator_put(simulator, TEXT("c"), TEXT("a"),
					      TEXT("none"), NULL),
				==, BSN_OK);
		assert_value(simulator, "a", "1");
		put(simulator, "x", "");
		assert_value(simulator, "b", NULL);
		assert_value(simulator, "a", "1");
		g_assert_cmpint(simulator_put(simulator, TEXT("c"), TEXT("a"),
					      TEXT("one"), NULL),
				==, BSN_OK);
		results = fabric_finish(simulator);
		assert_same(buffer_slice(results),
			    bsn_slice_of(expected, sizeof(expected)));
	}
}

static const Kvrwset__KVRWSet *
read_set(Arena *arena, const GByteArray *results)
{
	const Rwset__TxReadWriteSet *all =
		message_unpack(arena, &rwset__tx_read_write_set__descriptor,
			       buffer_slice(results), NULL, NULL);
	const Kvrwset__KVRWSet *set;

	g_assert_cmpuint(all->n_ns_rwset, ==, 1);
	set = message_unpack(arena, &kvrwset__kvrwset__descriptor,
			     message_slice(all->ns_rwset[0]->rwset), NULL,
			     NULL);
	g_assert_nonnull(set);
	return set;
}

static void
test_ranges_as_far_as_they_were_read(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) results = NULL;
	const Kvrwset__KVRWSet *set;
	Simulator *simulator;
	SimulatorRange *range;

	fabric_ledger_put(fixture, "a=1", "b=1", "c=1", NULL);
	simulator = simulator_new(fixture->ledger);
	(void)range_of(simulator, "a", "z"); /* nobody reads it */
	range = range_of(simulator, "a", "z");
	g_free(next_key(range));
	g_free(next_key(range));
	simulator_range_close(range);
	g_free(all_keys(range_of(simulator, "b", "z")));
	g_free(all_keys(range_of(simulator, "b", "z"))); /* again */
	g_free(all_keys(range_of(simulator, "x", "z")));
	results = fabric_finish(simulator);
	set = read_set(&arena, results);
	g_assert_cmpuint(set->n_range_queries_info, ==, 3);
	assert_same(message_slice(set->range_queries_info[0]->end_key),
		    TEXT("b"));
	g_assert_false(set->range_queries_info[0]->itr_exhausted);
	g_assert_cmpuint(set->range_queries_info[0]->raw_reads->n_kv_reads, ==,
			 2);
	assert_same(message_slice(set->range_queries_info[1]->end_key),
		    TEXT("z"));
	g_assert_true(set->range_queries_info[1]->itr_exhausted);
	g_assert_cmpuint(set->range_queries_info[1]->raw_reads->n_kv_reads, ==,
			 2);
	g_assert_cmpint(set->range_queries_info[2]->reads_info_case, ==,
			KVRWSET__RANGE_QUERY_INFO__READS_INFO__NOT_SET);
}

/* ---- metadata ---- */

static void
describe(FabricLedger *fixture, const char *key, const char *value,
	 const MetadataEntry *entries, gsize n)
{
	Simulator *simulator = simulator_new(fixture->ledger);

	if (value != NULL)
		put(simulator, key, value);
	g_assert_cmpint(simulator_put_metadata(simulator, TEXT("basic"),
					       TEXT(key), entries, n, NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
}

static void
assert_metadata(FabricLedger *fixture, const char *key, bsn_slice metadata)
{
	g_autoptr(Simulator) simulator = simulator_new(fixture->ledger);
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(
		simulator_get(simulator, TEXT("basic"), TEXT(key), &item, NULL),
		==, BSN_OK);
	g_assert_nonnull(item);
	assert_same(item->metadata, metadata);
}

static void
test_metadata_follows_the_key(void)
{
	static const guint8 packed[] = { 0x12, 0x0e, 0x0a, 0x04, 'r', 'u',
					 'l',  'e',  0x12, 0x06, 'p', 'o',
					 'l',  'i',  'c',  'y' };
	const bsn_slice metadata = { packed, sizeof(packed) };
	const MetadataEntry entry = { "rule", TEXT("policy") };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(Simulator) simulator = NULL;

	fabric_ledger_put(fixture, "a=1", NULL);
	describe(fixture, "a", NULL, &entry, 1);
	assert_metadata(fixture, "a", metadata);
	fabric_ledger_put(fixture, "a=2", NULL);
	assert_metadata(fixture, "a", metadata);
	describe(fixture, "b", "1", &entry, 1);
	assert_metadata(fixture, "b", metadata);
	describe(fixture, "a", NULL, NULL, 0);
	assert_metadata(fixture, "a", TEXT(""));
	fabric_ledger_put(fixture, "b", NULL);
	fabric_ledger_put(fixture, "b=2", NULL);
	assert_metadata(fixture, "b", TEXT(""));
	/* Of a key that is not there it is dropped. */
	describe(fixture, "c", NULL, &entry, 1);
	simulator = simulator_new(fixture->ledger);
	assert_value(simulator, "c", NULL);
	assert_value(simulator, "a", "2");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric/ledger/simulator/" name, function)
	TEST("it-does-not-see-its-own-writes",
	     test_it_does_not_see_its_own_writes);
	TEST("it-sees-the-block-it-began-with",
	     test_it_sees_the_block_it_began_with);
	TEST("a-range-is-of-one-state", test_a_range_is_of_one_state);
	TEST("bounds-of-ranges", test_bounds_of_ranges);
	TEST("ranges-longer-than-a-page", test_ranges_longer_than_a_page);
	TEST("long-keys-are-in-order", test_long_keys_are_in_order);
	TEST("too-old-snapshots-are-given-up",
	     test_too_old_snapshots_are_given_up);
	TEST("what-is-kept-is-bounded", test_what_is_kept_is_bounded);
	TEST("what-it-gathers-is-bounded", test_what_it_gathers_is_bounded);
	TEST("pages-and-writes-exclude-each-other",
	     test_pages_and_writes_exclude_each_other);
	TEST("the-set-is-sorted", test_the_set_is_sorted);
	TEST("ranges-as-far-as-they-were-read",
	     test_ranges_as_far_as_they_were_read);
	TEST("metadata-follows-the-key", test_metadata_follows_the_key);
	return g_test_run();
}
