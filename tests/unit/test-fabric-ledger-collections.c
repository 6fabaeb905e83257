/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: collections, of which it has digests.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

static void
put_hashed(Simulator *simulator, const char *key, const char *value)
{
	g_assert_cmpint(simulator_put_hashed(simulator, TEXT("basic"),
					     TEXT("secrets"), TEXT(key),
					     TEXT(value), NULL),
			==, BSN_OK);
}

static void
assert_digest(const FabricLedger *fixture, bsn_slice digest, bsn_slice of)
{
	guint8 hash[HASH_LEN];

	suite_digest(&fixture->suite, &of, 1, hash);
	assert_same(digest, bsn_slice_of(hash, HASH_LEN));
}

/* The one collection's set: digests of the keys in the order of the keys, and of
 * what the members would be given. */
static void
assert_collection(const FabricLedger *fixture, bsn_slice results)
{
	static const char members[] = "\x1a\x09\x0a\x01"
				      "a"
				      "\x1a\x04"
				      "left"
				      "\x1a\x05\x0a\x01"
				      "b"
				      "\x10\x01";
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };
	const TransactionCollection *collection;

	g_assert_true(transaction_open_sets(&arena, results, &tx));
	g_assert_cmpuint(tx.n_namespaces, ==, 1);
	g_assert_true(tx.namespaces[0].writes);
	g_assert_cmpuint(tx.namespaces[0].n_collections, ==, 1);
	collection = &tx.namespaces[0].collections[0];
	g_assert_cmpstr(collection->name, ==, "secrets");
	g_assert_cmpuint(collection->set->n_hashed_reads, ==, 1);
	g_assert_null(collection->set->hashed_reads[0]->version);
	g_assert_cmpuint(collection->set->n_hashed_writes, ==, 2);
	assert_digest(fixture,
		      message_slice(
			      collection->set->hashed_writes[0]->key_hash),
		      TEXT("a"));
	assert_digest(fixture,
		      message_slice(
			      collection->set->hashed_writes[0]->value_hash),
		      TEXT("left"));
	g_assert_true(collection->set->hashed_writes[1]->is_delete);
	assert_digest(fixture, collection->private_hash,
		      bsn_slice_of(members, sizeof(members) - 1));
}

static void
test_collections_by_their_digests(gconstpointer data)
{
	g_autoptr(FabricLedger) fixture =
		fabric_ledger_new(GPOINTER_TO_INT(data), FALSE);
	Simulator *simulator = simulator_new(fixture->ledger);
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(StateItem) none = NULL;
	g_autoptr(StateItem) item = NULL;

	g_assert_cmpint(simulator_get_hash(simulator, TEXT("basic"),
					   TEXT("secrets"), TEXT("a"), &none,
					   NULL),
			==, BSN_OK);
	g_assert_null(none);
	put_hashed(simulator, "b", "");
	put_hashed(simulator, "a", "right");
	put_hashed(simulator, "a", "left");
	results = fabric_finish(simulator);
	assert_collection(fixture, buffer_slice(results));
	/* Whoever has read that there is nothing comes too late next time. */
	g_assert_cmpint(fabric_ledger_run(fixture, g_byte_array_ref(results)),
			==, TX_CODE(VALID));
	g_assert_cmpint(fabric_ledger_run(fixture, g_byte_array_ref(results)),
			==, TX_CODE(MVCC_READ_CONFLICT));
	simulator = simulator_new(fixture->ledger);
	g_assert_cmpint(simulator_get_hash(simulator, TEXT("basic"),
					   TEXT("secrets"), TEXT("a"), &item,
					   NULL),
			==, BSN_OK);
	assert_digest(fixture, item->value, TEXT("left"));
	simulator_free(simulator);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/ledger/collections/by-their-digests",
			     GINT_TO_POINTER(FALSE),
			     test_collections_by_their_digests);
	g_test_add_data_func("/fabric/ledger/collections/by-their-digests-gm",
			     GINT_TO_POINTER(TRUE),
			     test_collections_by_their_digests);
	return g_test_run();
}
