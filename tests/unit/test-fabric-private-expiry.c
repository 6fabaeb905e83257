/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: digests and values of collections go when their time
 * is over.
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/expiry.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private-fixture.h"

static void
put(Fixture *fixture, const char *collection, const char *write)
{
	fabric_private_put(fixture->private, collection, write, TRUE);
}

/* A block that has nothing to do with it. */
static void
pass(Fixture *fixture)
{
	fabric_ledger_put(fixture->ledger, "other=x", NULL);
}

static void
test_values_expire(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "brief2", "a=1"); /* block 1: goes with 4 */
	put(fixture, "brief2", "b=2"); /* goes with 5 */
	pass(fixture);
	assert_values(fixture, "brief2", "a=1@1:0 b=2@2:0");
	pass(fixture);
	assert_values(fixture, "brief2", "b=2@2:0");
	assert_digests(fixture, "brief2", 1);
	pass(fixture);
	assert_values(fixture, "brief2", "");
	assert_digests(fixture, "brief2", 0);
	put(fixture, "secrets", "c=3");
	for (guint i = 0; i < 10; i++)
		pass(fixture);
	assert_values(fixture, "secrets", "c=3@6:0");
}

/* What was written later lives on, also what is written as it would go. */
static void
test_rewritten_values_live_on(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "brief2", "a=1");
	put(fixture, "brief2", "b=1");
	put(fixture, "brief2", "a=2"); /* block 3: goes with 6 */
	pass(fixture);		       /* 4 */
	assert_values(fixture, "brief2", "a=2@3:0 b=1@2:0");
	put(fixture, "brief2", "b=2"); /* 5, as it would go: goes with 8 */
	assert_values(fixture, "brief2", "a=2@3:0 b=2@5:0");
	pass(fixture);
	assert_values(fixture, "brief2", "b=2@5:0");
	pass(fixture);
	pass(fixture);
	assert_values(fixture, "brief2", "");
}

/* A transaction of the block with which a key goes sees it still. */
static void
test_reading_what_expires_is_no_conflict(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Simulator *simulator;
	g_autoptr(StateItem) item = NULL;

	put(fixture, "brief1", "a=1"); /* goes with 3 */
	pass(fixture);
	simulator = simulator_new(fixture->ledger->ledger);
	g_assert_cmpint(simulator_get_private(simulator, TEXT("basic"),
					      TEXT("brief1"), TEXT("a"), &item,
					      NULL),
			==, BSN_OK);
	g_assert_nonnull(item);
	(void)simulator_put(simulator, TEXT("basic"), TEXT("seen"), TEXT("1"),
			    NULL);
	g_assert_cmpint(fabric_private_run(fixture->private, simulator, TRUE),
			==, TX_CODE(VALID));
	assert_digests(fixture, "brief1", 0);
}

/* One that read it before and comes afterwards has read what is no more. */
static void
test_reading_what_has_expired_is_a_conflict(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	Simulator *simulator;
	g_autoptr(StateItem) item = NULL;

	put(fixture, "brief1", "a=1");
	simulator = simulator_new(fixture->ledger->ledger);
	g_assert_cmpint(simulator_get_hash(simulator, TEXT("basic"),
					   TEXT("brief1"), TEXT("a"), &item,
					   NULL),
			==, BSN_OK);
	pass(fixture);
	pass(fixture);
	g_assert_cmpint(fabric_private_run(fixture->private, simulator, TRUE),
			==, TX_CODE(MVCC_READ_CONFLICT));
}

/* Records are made anew for what a snapshot has, and once. */
static void
test_expiry_after_a_snapshot(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	ChannelLedger *ledger = fixture->ledger->ledger;
	g_autofree char *long_key = g_strdup_printf("%0300d=1", 1);
	const guint8 marker = STORE_EXPIRY;

	/* Without a source no records are written. */
	fixture->ledger->source = NULL;
	for (guint i = 0; i < 120; i++) {
		g_autofree char *write = g_strdup_printf("k%03u=1", i);

		put(fixture, i % 2 == 0 ? "brief200" : "secrets", write);
	}
	put(fixture, "brief100", long_key);
	fixture->ledger->source = &fixture->private->source;
	ledger->first = ledger->head.height;
	assert_digests(fixture, "brief200", 60);
	assert_digests(fixture, "secrets", 60);
	while (ledger->head.height <= 202)
		pass(fixture);
	/* Written in block 1: it went with 202. */
	assert_digests(fixture, "brief200", 59);
	assert_digests(fixture, "brief100", 1);
	while (ledger->head.height <= 222)
		pass(fixture);
	assert_digests(fixture, "brief200", 49);
	assert_digests(fixture, "brief100", 0);
	assert_digests(fixture, "secrets", 60);
	{
		g_autoptr(GByteArray) nothing = g_byte_array_new();

		g_assert_cmpint(ledger_store_get(&ledger->state.store,
						 bsn_slice_of(&marker, 1),
						 nothing, NULL),
				==, BSN_OK);
	}
}

/* More digests than one look takes: blocks wait, and miss nothing. */
static void
test_expiry_after_a_large_snapshot(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	ChannelLedger *ledger = fixture->ledger->ledger;
	Simulator *simulator = simulator_new(ledger);
	g_autoptr(GByteArray) block = NULL;
	guint tries = 0;

	fixture->ledger->source = NULL;
	for (guint i = 0; i < 15000; i++) {
		g_autofree char *key = g_strdup_printf("k%05u", i);

		g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
						      TEXT("brief1"), TEXT(key),
						      TEXT("1"), NULL),
				==, BSN_OK);
	}
	g_assert_cmpint(fabric_private_run(fixture->private, simulator, FALSE),
			==, TX_CODE(VALID));
	assert_digests(fixture, "brief1", 15000);
	fixture->ledger->source = &fixture->private->source;
	ledger->first = ledger->head.height;
	block = fabric_ledger_block(fixture->ledger);
	while (fabric_ledger_append(fixture->ledger, buffer_slice(block),
				    NULL) == BSN_BUSY) {
		tries++;
		g_assert_cmpuint(ledger->head.height, ==, ledger->first);
	}
	g_assert_cmpuint(tries, >=, 2);
	assert_digests(fixture, "brief1", 15000);
	pass(fixture);
	assert_digests(fixture, "brief1", 0);
}

/* A node that cannot find out when a digest goes takes no block with it: others
 * know. */
static void
test_unknown_block_to_live(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	ChannelLedger *ledger = fixture->ledger->ledger;
	Simulator *simulator = simulator_new(ledger);
	g_autoptr(GByteArray) sets = NULL;
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) block = NULL;
	LedgerTx tx = { .nonce = NULL };

	(void)simulator_put_private(simulator, TEXT("basic"), TEXT("brief1"),
				    TEXT("a"), TEXT("1"), NULL);
	results = fabric_private_finish(simulator, &sets);
	tx.results = buffer_slice(results);
	fabric_ledger_add(fixture->ledger,
			  fabric_ledger_tx(fixture->ledger, &tx));
	block = fabric_ledger_block(fixture->ledger);
	fixture->private->unknown = BSN_E_IO;
	g_assert_cmpint(fabric_ledger_append(fixture->ledger,
					     buffer_slice(block), NULL),
			==, BSN_E_IO);
	fixture->private->unknown = BSN_OK;
	g_assert_cmpint(fabric_ledger_append(fixture->ledger,
					     buffer_slice(block), NULL),
			==, BSN_OK);
	pass(fixture);
	assert_digests(fixture, "brief1", 1);
	pass(fixture);
	assert_digests(fixture, "brief1", 0);
}

static void
test_when_blocks_expire(void)
{
	g_assert_cmpuint(expiry_block(5, 0), ==, G_MAXUINT64);
	g_assert_cmpuint(expiry_block(5, 1), ==, 7);
	g_assert_cmpuint(expiry_block(5, G_MAXUINT64 - 7), ==, G_MAXUINT64 - 1);
	g_assert_cmpuint(expiry_block(5, G_MAXUINT64 - 6), ==, G_MAXUINT64);
	g_assert_cmpuint(expiry_block(5, G_MAXUINT64), ==, G_MAXUINT64);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric/private/" name, function)
	TEST("expiry/values-expire", test_values_expire);
	TEST("expiry/rewritten-values-live-on", test_rewritten_values_live_on);
	TEST("expiry/reading-what-expires-is-no-conflict",
	     test_reading_what_expires_is_no_conflict);
	TEST("expiry/reading-what-has-expired-is-a-conflict",
	     test_reading_what_has_expired_is_a_conflict);
	TEST("expiry/after-a-snapshot", test_expiry_after_a_snapshot);
	TEST("expiry/after-a-large-snapshot",
	     test_expiry_after_a_large_snapshot);
	TEST("expiry/unknown", test_unknown_block_to_live);
	TEST("expiry/when", test_when_blocks_expire);
	return g_test_run();
}
