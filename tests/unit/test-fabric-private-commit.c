/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: values of collections with their block, after it,
 * and purged.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private-fixture.h"

static const char *
put(Fixture *fixture, const char *collection, const char *write)
{
	return fabric_private_put(fixture->private, collection, write, TRUE);
}

static const char *
put_elsewhere(Fixture *fixture, const char *collection, const char *write)
{
	return fabric_private_put(fixture->private, collection, write, FALSE);
}

/* The private data of a transaction that writes this. */
static GByteArray *
sets_of(Fixture *fixture, const char *collection, const char *key,
	const char *value)
{
	Simulator *simulator = simulator_new(fixture->ledger->ledger);
	g_autoptr(GByteArray) results = NULL;
	GByteArray *sets;

	g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
					      TEXT(collection), TEXT(key),
					      TEXT(value), NULL),
			==, BSN_OK);
	results = fabric_private_finish(simulator, &sets);
	return sets;
}

static void
describe(Fixture *fixture, const char *key)
{
	Simulator *simulator = simulator_new(fixture->ledger->ledger);
	const MetadataEntry entry = { "name", TEXT("text") };

	g_assert_cmpint(simulator_put_private_metadata(
				simulator, TEXT("basic"), TEXT("secrets"),
				TEXT(key), &entry, 1, NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_private_run(fixture->private, simulator, FALSE),
			==, TX_CODE(VALID));
}

/* ---- with the block ---- */

static void
test_values_come_with_their_block(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "secrets", "a=1");
	put(fixture, "secrets", "b=2");
	put(fixture, "secrets", "a=3");
	assert_values(fixture, "secrets", "a=3@3:0 b=2@2:0");
	put(fixture, "secrets", "a");
	assert_values(fixture, "secrets", "b=2@2:0");
	assert_digests(fixture, "secrets", 1);
	g_assert_cmpuint(fixture->private->incomplete, ==, 0);
	/* They are as durable as the block. */
	fake_chain_make_durable(fixture->ledger->chain, G_MAXUINT);
	put(fixture, "secrets", "b=lost");
	g_assert_cmpint(fabric_ledger_reopen(fixture->ledger, TRUE), ==,
			BSN_OK);
	assert_values(fixture, "secrets", "b=2@2:0");
}

/* Several transactions of one block, of which one is elsewhere. */
static void
test_one_block(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const char *values[] = { "1", "2", "3" };

	for (guint i = 0; i < 3; i++) {
		Simulator *simulator = simulator_new(fixture->ledger->ledger);
		g_autoptr(GByteArray) results = NULL;
		g_autoptr(GByteArray) sets = NULL;
		LedgerTx tx = { 0 };

		(void)simulator_put_private(simulator, TEXT("basic"),
					    TEXT("secrets"), TEXT("a"),
					    TEXT(values[i]), NULL);
		if (i < 2)
			(void)simulator_put_private(simulator, TEXT("basic"),
						    TEXT("secrets"), TEXT("b"),
						    TEXT(values[i]), NULL);
		results = fabric_private_finish(simulator, &sets);
		tx.results = buffer_slice(results);
		fabric_ledger_add(fixture->ledger,
				  fabric_ledger_tx(fixture->ledger, &tx));
		if (i != 2)
			fabric_private_give(fixture->private,
					    fabric_last_tx_id(),
					    buffer_slice(sets));
	}
	fabric_ledger_commit(fixture->ledger);
	/* The newest "a" is not here, so none is. */
	assert_values(fixture, "secrets", "b=2@1:1");
	g_assert_cmpuint(fixture->private->incomplete, ==, 1);
}

static void
test_invalid_transactions_leave_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Simulator *simulator = simulator_new(fixture->ledger->ledger);

	g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
					      TEXT("secrets"), TEXT("a"),
					      TEXT("1"), NULL),
			==, BSN_OK);
	fixture->ledger->not_endorsed = "basic";
	fixture->ledger->not_endorsed_code =
		TX_CODE(ENDORSEMENT_POLICY_FAILURE);
	g_assert_cmpint(fabric_private_run(fixture->private, simulator, TRUE),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	assert_values(fixture, "secrets", "");
	assert_digests(fixture, "secrets", 0);
}

/* Metadata gives a digest another version, and the value with it. */
static void
test_metadata_keeps_the_value(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "secrets", "a=1");
	describe(fixture, "a");
	assert_values(fixture, "secrets", "a=1@2:0");
	/* Of a key that is not there it is dropped. */
	describe(fixture, "none");
	assert_digests(fixture, "secrets", 1);
}

static void
test_a_source_that_fails_fails_the_block(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) block = NULL;
	Simulator *simulator = simulator_new(fixture->ledger->ledger);
	g_autoptr(GByteArray) results = NULL;
	bsn_err err = BSN_ERR_INIT;
	LedgerTx tx = { 0 };

	results = fabric_finish(simulator);
	tx.results = buffer_slice(results);
	fabric_ledger_add(fixture->ledger,
			  fabric_ledger_tx(fixture->ledger, &tx));
	block = fabric_ledger_block(fixture->ledger);
	fixture->private->status = BSN_E_IO;
	g_assert_cmpint(fabric_ledger_append(fixture->ledger,
					     buffer_slice(block), &err),
			==, BSN_E_IO);
	g_assert_cmpuint(fixture->ledger->ledger->head.height, ==, 1);
	fixture->private->status = BSN_OK;
	g_assert_cmpint(fabric_ledger_append(fixture->ledger,
					     buffer_slice(block), &err),
			==, BSN_OK);
}

/* ---- lies ---- */

/* What is no value of these digests is not taken, and is missing as before. */
static void
test_false_values_are_not_taken(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) value = sets_of(fixture, "secrets", "a", "2");
	g_autoptr(GByteArray) key = sets_of(fixture, "secrets", "b", "1");
	g_autoptr(GByteArray) other = sets_of(fixture, "secret", "a", "1");
	g_autoptr(GByteArray) good = sets_of(fixture, "secrets", "a", "1");
	g_autofree char *id = g_strdup(put_elsewhere(fixture, "secrets",
						     "a=1"));

	fabric_private_give_late(fixture->private, id, buffer_slice(value));
	fabric_private_give_late(fixture->private, id, buffer_slice(key));
	fabric_private_give_late(fixture->private, id, buffer_slice(other));
	fabric_private_give_late(fixture->private, id, TEXT("no message"));
	assert_values(fixture, "secrets", "");
	g_assert_cmpuint(fixture->private->incomplete, ==, 1);
	fabric_private_give_late(fixture->private, id, buffer_slice(good));
	assert_values(fixture, "secrets", "a=1@1:0");
}

/* A set for hashes "a=1", "b" deleted, "c=3". */
static gboolean
is_complete(const FabricLedger *ledger, const Kvrwset__HashedRWSet *hashed,
	    Kvrwset__KVWrite **writes, gsize n, guint taken)
{
	const TransactionCollection one = { "secrets", hashed, { NULL, 0 } };
	Kvrwset__KVRWSet set = KVRWSET__KVRWSET__INIT;
	g_autoptr(GTree) updates = state_tree_new();
	g_autoptr(GByteArray) bytes = NULL;
	gboolean complete;

	set.n_writes = n;
	set.writes = writes;
	bytes = message_pack(&set);
	g_assert_cmpint(private_apply(&ledger->ledger->state, updates,
				      TEXT("basic"), &one, buffer_slice(bytes),
				      (Version){ 1, 0 }, &complete, NULL),
			==, BSN_OK);
	g_assert_cmpint(g_tree_nnodes(updates), ==, (gint)taken);
	return complete;
}

static void
test_whether_a_set_is_complete(void)
{
	g_autoptr(FabricLedger) ledger = fabric_ledger_new(FALSE, FALSE);
	const char *text[][2] = { { "a", "1" }, { "b", "" }, { "c", "3" } };
	guint8 digests[3][2][HASH_LEN];
	Kvrwset__KVWriteHash hashes[3];
	Kvrwset__KVWriteHash *hashed_list[3];
	Kvrwset__KVWrite writes[3];
	Kvrwset__KVWrite *all[3];
	Kvrwset__HashedRWSet hashed = KVRWSET__HASHED_RWSET__INIT;

	for (guint i = 0; i < 3; i++) {
		const bsn_slice key = TEXT(text[i][0]);
		const bsn_slice value = TEXT(text[i][1]);

		suite_digest(&ledger->suite, &key, 1, digests[i][0]);
		suite_digest(&ledger->suite, &value, 1, digests[i][1]);
		kvrwset__kvwrite_hash__init(&hashes[i]);
		hashes[i].key_hash.data = digests[i][0];
		hashes[i].key_hash.len = HASH_LEN;
		hashes[i].is_delete = i == 1;
		hashes[i].value_hash.data = digests[i][1];
		hashes[i].value_hash.len = i == 1 ? 0 : HASH_LEN;
		hashed_list[i] = &hashes[i];
		kvrwset__kvwrite__init(&writes[i]);
		writes[i].key = message_bytes(key);
		writes[i].value = message_bytes(value);
		writes[i].is_delete = i == 1;
		all[i] = &writes[i];
	}
	hashed.n_hashed_writes = 3;
	hashed.hashed_writes = hashed_list;
	g_assert_true(is_complete(ledger, &hashed, all, 3, 2));
	g_assert_false(is_complete(ledger, &hashed, all, 2, 1));
	g_assert_false(is_complete(ledger, &hashed, NULL, 0, 0));
	/* One value twice is not two. */
	all[1] = &writes[0];
	all[2] = &writes[0];
	g_assert_false(is_complete(ledger, &hashed, all, 3, 1));
	/* What is deleted needs nothing. */
	hashed.n_hashed_writes = 1;
	hashed_list[0] = &hashes[1];
	g_assert_true(is_complete(ledger, &hashed, NULL, 0, 0));
}

/* ---- after the block ---- */

static void
test_late_values(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) sets = sets_of(fixture, "secrets", "a", "1");
	g_autofree char *id = g_strdup(put_elsewhere(fixture, "secrets",
						     "a=1"));

	describe(fixture, "a");
	assert_values(fixture, "secrets", "");
	fabric_private_give_late(fixture->private, id, buffer_slice(sets));
	/* With the version that the digest has by now. */
	assert_values(fixture, "secrets", "a=1@2:0");
}

static void
test_late_values_that_count_no_more(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) sets = sets_of(fixture, "secrets", "a", "1");
	g_autoptr(GByteArray) brief = sets_of(fixture, "brief1", "a", "1");
	g_autofree char *id = g_strdup(put_elsewhere(fixture, "secrets",
						     "a=1"));
	g_autofree char *expired = g_strdup(put_elsewhere(fixture, "brief1",
							  "a=1"));

	put(fixture, "secrets", "a=2");
	fabric_private_give_late(fixture->private, id, buffer_slice(sets));
	assert_values(fixture, "secrets", "a=2@3:0");
	put(fixture, "secrets", "a");
	fabric_private_give_late(fixture->private, id, buffer_slice(sets));
	assert_values(fixture, "secrets", "");
	assert_digests(fixture, "brief1", 0);
	fabric_private_give_late(fixture->private, expired,
				 buffer_slice(brief));
	assert_values(fixture, "brief1", "");
}

/* With what is written beside; and a store that refuses changes nothing. */
static void
test_late_values_are_one_batch(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	ChannelLedger *ledger = fixture->ledger->ledger;
	const bsn_write beside = { sizeof(beside), BSN_WRITE_PUT, TEXT("m1"),
				   TEXT("done") };
	g_autoptr(GTree) updates = state_tree_new();
	g_autoptr(GByteArray) out = g_byte_array_new();

	g_assert_cmpint(private_put_late(ledger, updates, NULL, 0, 0, NULL),
			==, BSN_OK);
	g_assert_cmpint(private_put_late(ledger, updates, &beside, 1, 0, NULL),
			==, BSN_OK);
	g_assert_cmpint(ledger_store_get(&ledger->state.store, TEXT("m1"), out,
					 NULL),
			==, BSN_OK);
	assert_same(buffer_slice(out), TEXT("done"));
}

/* ---- purge ---- */

/* Where the private data of purging never comes, too. */
static void
test_purging(gconstpointer give)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GByteArray) sets = sets_of(fixture, "secrets", "a", "1");
	g_autofree char *id = g_strdup(put(fixture, "secrets", "a=1"));
	Simulator *simulator;

	put(fixture, "secrets", "b=2");
	simulator = simulator_new(fixture->ledger->ledger);
	g_assert_cmpint(simulator_purge_private(simulator, TEXT("basic"),
						TEXT("secrets"), TEXT("a"),
						NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_private_run(fixture->private, simulator,
					   GPOINTER_TO_INT(give)),
			==, TX_CODE(VALID));
	assert_values(fixture, "secrets", "b=2@2:0");
	assert_digests(fixture, "secrets", 1);
	/* Nobody brings it back. */
	fabric_private_give_late(fixture->private, id, buffer_slice(sets));
	assert_values(fixture, "secrets", "b=2@2:0");
}

/* ---- names ---- */

/* A transaction in whose results a collection has another name. */
static TxCode
run_renamed(Fixture *fixture, const char *name, gboolean reads)
{
	Simulator *simulator = simulator_new(fixture->ledger->ledger);
	g_autoptr(StateItem) item = NULL;

	if (reads)
		(void)simulator_get_hash(simulator, TEXT("basic"), TEXT(name),
					 TEXT("a"), &item, NULL);
	else
		(void)simulator_put_hashed(simulator, TEXT("basic"), TEXT(name),
					   TEXT("a"), TEXT("1"), NULL);
	return fabric_private_run(fixture->private, simulator, FALSE);
}

/* Nobody reads or writes other state under a collection's name. */
static void
test_names_of_other_state(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "secrets", "a=1");
	g_assert_cmpint(run_renamed(fixture, "$secrets", FALSE), ==,
			TX_CODE(BAD_RWSET));
	g_assert_cmpint(run_renamed(fixture, "$secrets", TRUE), ==,
			TX_CODE(BAD_RWSET));
	g_assert_cmpint(run_renamed(fixture, "", FALSE), ==,
			TX_CODE(BAD_RWSET));
	g_assert_cmpint(run_renamed(fixture, "", TRUE), ==,
			TX_CODE(BAD_RWSET));
	g_assert_cmpint(run_renamed(fixture, "more", FALSE), ==,
			TX_CODE(VALID));
	assert_values(fixture, "secrets", "a=1@1:0");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric/private/" name, function)
	TEST("commit/values-come-with-their-block",
	     test_values_come_with_their_block);
	TEST("commit/the-newest-of-a-block-counts", test_one_block);
	TEST("commit/invalid-transactions-leave-nothing",
	     test_invalid_transactions_leave_nothing);
	TEST("commit/metadata-keeps-the-value", test_metadata_keeps_the_value);
	TEST("commit/a-source-that-fails-fails-the-block",
	     test_a_source_that_fails_fails_the_block);
	TEST("commit/false-values-are-not-taken",
	     test_false_values_are_not_taken);
	TEST("commit/whether-a-set-is-complete",
	     test_whether_a_set_is_complete);
	TEST("late/values-with-the-version-of-their-digest", test_late_values);
	TEST("late/values-that-count-no-more",
	     test_late_values_that_count_no_more);
	TEST("late/values-are-one-batch", test_late_values_are_one_batch);
	g_test_add_data_func("/fabric/private/purge/with-its-private-data",
			     GINT_TO_POINTER(TRUE), test_purging);
	g_test_add_data_func("/fabric/private/purge/without",
			     GINT_TO_POINTER(FALSE), test_purging);
	TEST("names/of-other-state", test_names_of_other_state);
	return g_test_run();
}
