/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: the summary of a range query with many results, and
 * collections, of which the ledger has the digests.
 */
#include <string.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/results.h"
#include "plugins/engine-fabric/ledger/updates.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

/* ---- the summary of many results ---- */

static void
digest_of(const Suite *suite, const GByteArray *bytes, GByteArray *out)
{
	const bsn_slice slice = buffer_slice(bytes);
	guint8 digest[HASH_LEN];

	g_assert_cmpint(suite_digest(suite, &slice, 1, digest), ==, BSN_OK);
	g_byte_array_append(out, digest, HASH_LEN);
}

/* The first `n` entries of `size` bytes in groups of degree + 1, the last group
 * only if it is whole unless `all`; a digest of each. */
static GByteArray *
group(const Suite *suite, const GByteArray *entries, guint size, guint degree,
      gboolean all, guint *left)
{
	GByteArray *digests = g_byte_array_new();
	const guint step = (degree + 1) * size;
	guint at = 0;

	for (; at + step <= entries->len || (all && at < entries->len);
	     at += step) {
		g_autoptr(GByteArray) part = g_byte_array_new();

		g_byte_array_append(part, entries->data + at,
				    MIN(step, entries->len - at));
		digest_of(suite, part, digests);
	}
	*left = MIN(at, entries->len);
	return digests;
}

/* By its definition, with all reads at hand: whole groups from the leaves to
 * the top, then what is left over of each level from below. */
static GByteArray *
expected_top(const Suite *suite, const GByteArray *reads, guint read_size,
	     guint degree, guint *level)
{
	GByteArray *levels[32];
	guint lefts[32];
	g_autoptr(GByteArray) carry = g_byte_array_new();
	guint left;
	guint top = 0;
	GByteArray *result;

	levels[0] = group(suite, reads, read_size, degree, TRUE, &left);
	while (levels[top]->len > degree * HASH_LEN) {
		levels[top + 1] = group(suite, levels[top], HASH_LEN, degree,
					FALSE, &lefts[top]);
		top++;
	}
	for (guint i = 0; i < top; i++) {
		g_autoptr(GByteArray) rest = g_byte_array_new();

		g_byte_array_append(rest, levels[i]->data + lefts[i],
				    levels[i]->len - lefts[i]);
		g_byte_array_append(rest, carry->data, carry->len);
		g_byte_array_set_size(carry, 0);
		if (rest->len == HASH_LEN)
			g_byte_array_append(carry, rest->data, rest->len);
		else if (rest->len > 0)
			digest_of(suite, rest, carry);
		g_byte_array_unref(levels[i]);
	}
	result = levels[top];
	g_byte_array_append(result, carry->data, carry->len);
	*level = top + 1;
	if (result->len <= degree * HASH_LEN)
		return result;
	g_byte_array_set_size(carry, 0);
	digest_of(suite, result, carry);
	g_byte_array_unref(result);
	*level += 1;
	return g_byte_array_ref(carry);
}

static StateItem *
numbered_item(guint i)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autofree char *name = g_strdup_printf("%05u", i);
	const bsn_slice value = TEXT("");

	return state_item_new(
		state_key(&arena, TEXT("basic"), TEXT(""), TEXT(name)),
		(Version){ 1, 1 }, value, &value);
}

static void
check_summary(const Suite *suite, guint n, guint degree)
{
	g_auto(QueryResults) results = { 0 };
	g_autoptr(GByteArray) reads = g_byte_array_new();
	g_autoptr(GByteArray) top = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	const Kvrwset__QueryReadsMerkleSummary *summary;
	guint level = 0;

	query_results_init(&results, suite, degree);
	for (guint i = 0; i < n; i++) {
		g_auto(QueryResults) single = { 0 };
		g_autoptr(StateItem) item = numbered_item(i);

		query_results_add(&results, item);
		query_results_init(&single, suite, RESULTS_DEGREE);
		query_results_add(&single, item);
		g_byte_array_append(reads, single.reads->data,
				    single.reads->len);
	}
	summary = query_results_finish(&results, &arena);
	if (n <= degree) {
		g_assert_null(summary);
		assert_same(buffer_slice(results.reads), buffer_slice(reads));
		return;
	}
	top = expected_top(suite, reads, reads->len / n, degree, &level);
	g_assert_cmpuint(summary->max_degree, ==, degree);
	g_assert_cmpuint(summary->max_level, ==, level);
	g_assert_cmpuint(summary->n_max_level_hashes, ==, top->len / HASH_LEN);
	for (gsize i = 0; i < summary->n_max_level_hashes; i++)
		assert_same(message_slice(summary->max_level_hashes[i]),
			    bsn_slice_of(top->data + i * HASH_LEN, HASH_LEN));
}

static void
test_the_summary_is_fabrics(gconstpointer sm)
{
	const Suite suite = fabric_suite(GPOINTER_TO_INT(sm));

	for (guint n = 0; n < 130; n++) {
		check_summary(&suite, n, 2);
		check_summary(&suite, n, 3);
		check_summary(&suite, n, 50);
	}
	check_summary(&suite, 50 * 51, 50);
	check_summary(&suite, 51 * 51, 50);
	check_summary(&suite, 51 * 51 + 1, 50);
}

/* ---- bounds ---- */

/* A read-write set of "basic" that has one range query n times. */
static GByteArray *
repeat_query(const GByteArray *results, guint n)
{
	g_auto(Arena) arena = ARENA_INIT;
	Rwset__TxReadWriteSet *all =
		message_unpack(&arena, &rwset__tx_read_write_set__descriptor,
			       buffer_slice(results), NULL, NULL);
	Kvrwset__KVRWSet *set = message_unpack(
		&arena, &kvrwset__kvrwset__descriptor,
		message_slice(all->ns_rwset[0]->rwset), NULL, NULL);
	g_autofree Kvrwset__RangeQueryInfo **queries =
		g_new(Kvrwset__RangeQueryInfo *, n);
	g_autoptr(GByteArray) inner = NULL;

	for (guint i = 0; i < n; i++)
		queries[i] = set->range_queries_info[0];
	set->n_range_queries_info = n;
	set->range_queries_info = queries;
	inner = message_pack(set);
	all->ns_rwset[0]->rwset = message_bytes(buffer_slice(inner));
	return message_pack(all);
}

/* Queries that are made anew and give what they gave may give so much in all:
 * more than any simulator lets pass. */
static void
test_what_is_queried_again_is_bounded(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const guint n = 1024;
	Simulator *simulator = simulator_new(fixture->ledger);
	g_autoptr(GByteArray) once = NULL;
	SimulatorRange *range;

	for (guint i = 0; i < n; i++) {
		g_autofree char *key = g_strdup_printf("%05u", i);

		g_assert_cmpint(simulator_put(simulator, TEXT("basic"),
					      TEXT(key), TEXT("1"), NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(fabric_ledger_run(fixture, fabric_finish(simulator)),
			==, TX_CODE(VALID));
	simulator = simulator_new(fixture->ledger);
	g_assert_cmpint(simulator_range(simulator, TEXT("basic"), TEXT(""),
					TEXT(""), FALSE, &range, NULL),
			==, BSN_OK);
	for (guint i = 0; i <= n; i++) {
		g_autoptr(StateItem) item = NULL;

		g_assert_cmpint(simulator_range_next(range, &item, NULL), ==,
				BSN_OK);
	}
	once = fabric_finish(simulator);
	g_assert_cmpint(fabric_ledger_run(fixture, repeat_query(once, 128)), ==,
			TX_CODE(VALID));
	g_assert_cmpint(fabric_ledger_run(fixture, repeat_query(once, 129)), ==,
			TX_CODE(PHANTOM_READ_CONFLICT));
}

/* ---- collections ---- */

/* What a set does to one key of a collection of "basic". */
typedef struct {
	const char *collection;
	const char *read; /* digest of the key; NULL: nothing is read */
	const Version *version;
	const char *write;
	const char *value; /* digest; NULL: deletes */
	gboolean describes;
} Hashed;

static GByteArray *
hashed_set(const Hashed *wanted)
{
	Kvrwset__Version version = KVRWSET__VERSION__INIT;
	Kvrwset__KVReadHash read = KVRWSET__KVREAD_HASH__INIT;
	Kvrwset__KVReadHash *reads[] = { &read };
	Kvrwset__KVWriteHash write = KVRWSET__KVWRITE_HASH__INIT;
	Kvrwset__KVWriteHash *writes[] = { &write };
	Kvrwset__KVMetadataEntry entry = KVRWSET__KVMETADATA_ENTRY__INIT;
	Kvrwset__KVMetadataEntry *entries[] = { &entry };
	Kvrwset__KVMetadataWriteHash metadata =
		KVRWSET__KVMETADATA_WRITE_HASH__INIT;
	Kvrwset__KVMetadataWriteHash *metadata_writes[] = { &metadata };
	Kvrwset__HashedRWSet set = KVRWSET__HASHED_RWSET__INIT;
	Rwset__CollectionHashedReadWriteSet collection =
		RWSET__COLLECTION_HASHED_READ_WRITE_SET__INIT;
	Rwset__CollectionHashedReadWriteSet *collections[] = { &collection };
	Rwset__NsReadWriteSet ns = RWSET__NS_READ_WRITE_SET__INIT;
	Rwset__NsReadWriteSet *namespaces[] = { &ns };
	Rwset__TxReadWriteSet all = RWSET__TX_READ_WRITE_SET__INIT;
	g_autoptr(GByteArray) inner = NULL;
	char name[] = "basic";
	char rule[] = "rule";

	if (wanted->version != NULL) {
		version.block_num = wanted->version->block;
		version.tx_num = wanted->version->tx;
		read.version = &version;
	}
	if (wanted->read != NULL) {
		read.key_hash = fabric_text(wanted->read);
		set.n_hashed_reads = 1;
		set.hashed_reads = reads;
	}
	if (wanted->write != NULL && !wanted->describes) {
		write.key_hash = fabric_text(wanted->write);
		write.is_delete = wanted->value == NULL;
		if (wanted->value != NULL)
			write.value_hash = fabric_text(wanted->value);
		set.n_hashed_writes = 1;
		set.hashed_writes = writes;
	}
	if (wanted->describes) {
		entry.name = rule;
		metadata.key_hash = fabric_text(wanted->write);
		metadata.n_entries = 1;
		metadata.entries = entries;
		set.n_metadata_writes = 1;
		set.metadata_writes = metadata_writes;
	}
	inner = message_pack(&set);
	collection.collection_name = (char *)wanted->collection;
	collection.hashed_rwset = message_bytes(buffer_slice(inner));
	ns.namespace_ = name;
	ns.n_collection_hashed_rwset = 1;
	ns.collection_hashed_rwset = collections;
	all.n_ns_rwset = 1;
	all.ns_rwset = namespaces;
	return message_pack(&all);
}

#define RUN_HASHED(code, ...)                                               \
	g_assert_cmpint(fabric_ledger_run(fixture, hashed_set(&(Hashed){    \
							   __VA_ARGS__ })), \
			==, TX_CODE(code))

static void
assert_hashed(const FabricLedger *fixture, const char *key, const char *value,
	      gboolean described)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(state_get(&fixture->ledger->state,
				  state_key(&arena, TEXT("basic"),
					    TEXT("secrets"), TEXT(key)),
				  &item, NULL),
			==, BSN_OK);
	g_assert_true((item != NULL) == (value != NULL));
	if (value == NULL)
		return;
	assert_same(item->value, TEXT(value));
	g_assert_true((item->metadata.len > 0) == described);
}

static void
test_collections_are_apart(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const Version first = { 1, 0 };
	g_autofree char *state = NULL;

	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", "value", FALSE);
	assert_hashed(fixture, "key", "value", FALSE);
	/* Another collection and the public state have no such key. */
	RUN_HASHED(MVCC_READ_CONFLICT, "others", "key", &first, NULL, NULL,
		   FALSE);
	RUN_HASHED(VALID, "others", "key", NULL, NULL, NULL, FALSE);
	state = fabric_ledger_state(fixture);
	g_assert_cmpstr(state, ==, "");
}

static void
test_reads_of_collections_are_compared(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const Version first = { 1, 0 };
	const Version second = { 2, 0 };

	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", "one", FALSE);
	RUN_HASHED(VALID, "secrets", "key", &first, "key", "two", FALSE);
	RUN_HASHED(MVCC_READ_CONFLICT, "secrets", "key", &first, "key", "three",
		   FALSE);
	RUN_HASHED(MVCC_READ_CONFLICT, "secrets", "key", NULL, "key", "three",
		   FALSE);
	assert_hashed(fixture, "key", "two", FALSE);
	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", NULL, TRUE);
	assert_hashed(fixture, "key", "two", TRUE);
	RUN_HASHED(MVCC_READ_CONFLICT, "secrets", "key", &second, NULL, NULL,
		   FALSE);
	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", NULL, FALSE);
	assert_hashed(fixture, "key", NULL, FALSE);
}

/* Of two transactions of one block that read a key and write it, the first. */
static void
test_reads_in_one_block(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const Hashed hashed = { "secrets", "key", NULL, "key", "one", FALSE };
	g_autoptr(GByteArray) results = hashed_set(&hashed);
	const LedgerTx tx = { .results = buffer_slice(results) };

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(fixture->codes[0], ==, TX_CODE(VALID));
	g_assert_cmpint(fixture->codes[1], ==, TX_CODE(MVCC_READ_CONFLICT));
}

/* The digest of an empty value deletes, as no digest does. */
static void
test_the_digest_of_nothing_deletes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *nothing = g_malloc0(HASH_LEN + 1);

	g_assert_cmpint(
		suite_digest(&fixture->suite, NULL, 0, (guint8 *)nothing), ==,
		BSN_OK);
	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", "one", FALSE);
	RUN_HASHED(VALID, "secrets", NULL, NULL, "key", nothing, FALSE);
	assert_hashed(fixture, "key", NULL, FALSE);
}

/* A namespace's public writes first, then its collections. */
static void
test_collections_in_the_commit_hash(void)
{
	static const guint8 expected[] = {
		0x0a, 0x0e, 0x0a, 0x01, 'a',  0x1a, 0x01, 'z',	0x2a,
		0x01, '1',  0x32, 0x03, 0x01, 0x05, 0x00, 0x0a, 0x0d,
		0x12, 0x01, 'c',  0x1a, 0x01, 'k',  0x20, 0x01, 0x32,
		0x03, 0x01, 0x05, 0x00, 0x0a, 0x12, 0x0a, 0x01, 'b',
		0x12, 0x01, 'c',  0x1a, 0x01, 'k',  0x2a, 0x01, '1',
		0x32, 0x04, 0x01, 0x05, 0x01, 0x02
	};
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GTree) tree = state_tree_new();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const bsn_slice none = TEXT("");
	const bsn_slice one = TEXT("1");

	state_tree_take(tree, state_item_new(state_key(&arena, TEXT("b"),
						       TEXT("c"), TEXT("k")),
					     (Version){ 5, 2 }, none, &one));
	state_tree_take(tree, state_item_new(state_key(&arena, TEXT("a"),
						       TEXT("c"), TEXT("k")),
					     (Version){ 5, 0 }, none, NULL));
	state_tree_take(tree, state_item_new(state_key(&arena, TEXT("a"), none,
						       TEXT("z")),
					     (Version){ 5, 0 }, none, &one));
	state_tree_take(tree, state_item_new(state_key(&arena, none, none,
						       TEXT("config")),
					     (Version){ 5, 0 }, none, &one));
	updates_put(bytes, tree);
	assert_same(buffer_slice(bytes),
		    bsn_slice_of(expected, sizeof(expected)));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric/ledger/results/" name, function)
	g_test_add_data_func("/fabric/ledger/results/the-summary-is-fabrics",
			     GINT_TO_POINTER(FALSE),
			     test_the_summary_is_fabrics);
	g_test_add_data_func(
		"/fabric/ledger/results/the-summary-is-fabrics-with-sm3",
		GINT_TO_POINTER(TRUE), test_the_summary_is_fabrics);
	TEST("what-is-queried-again-is-bounded",
	     test_what_is_queried_again_is_bounded);
	TEST("collections-are-apart", test_collections_are_apart);
	TEST("reads-of-collections-are-compared",
	     test_reads_of_collections_are_compared);
	TEST("reads-in-one-block", test_reads_in_one_block);
	TEST("the-digest-of-nothing-deletes",
	     test_the_digest_of_nothing_deletes);
	TEST("collections-in-the-commit-hash",
	     test_collections_in_the_commit_hash);
	return g_test_run();
}
