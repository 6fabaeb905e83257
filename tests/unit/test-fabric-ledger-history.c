/* SPDX-License-Identifier: Apache-2.0
 *
 * Histories of engine-fabric's ledger against a list of all that was written,
 * on stores of this format and on those that began with the one before.
 */
#include <string.h>

#include "plugins/engine-fabric/ledger/history_index.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/origin.h"
#include "plugins/engine-fabric/ledger/trail.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

/* ---- writing ---- */

/* A transaction that only writes: "key=value", "key" a deletion, "key!" other
 * metadata; divided by spaces. */
static GByteArray *
results_of(FabricLedger *fixture, const char *writes)
{
	const MetadataEntry entry = { "name", TEXT("value") };
	Simulator *simulator = simulator_new(fixture->ledger);
	g_auto(GStrv) words = g_strsplit(writes, " ", -1);

	for (guint i = 0; words[i] != NULL; i++) {
		const gsize len = strlen(words[i]);
		g_auto(GStrv) parts = g_strsplit(words[i], "=", 2);
		int32_t status;

		if (words[i][len - 1] == '!')
			status = simulator_put_metadata(
				simulator, TEXT("basic"),
				bsn_slice_of(words[i], len - 1), &entry, 1,
				NULL);
		else
			status = simulator_put(simulator, TEXT("basic"),
					       TEXT(parts[0]), TEXT(parts[1]),
					       NULL);
		g_assert_cmpint(status, ==, BSN_OK);
	}
	return fabric_finish(simulator);
}

static void
add(FabricLedger *fixture, const char *writes)
{
	g_autoptr(GByteArray) results = results_of(fixture, writes);
	const LedgerTx tx = { .results = buffer_slice(results) };

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
}

/* A block of transactions, divided by semicolons. */
static void
commit(FabricLedger *fixture, const char *block)
{
	g_auto(GStrv) txs = g_strsplit(block, ";", -1);

	for (guint i = 0; txs[i] != NULL; i++)
		add(fixture, txs[i]);
	fabric_ledger_commit(fixture);
	fake_host_settle();
}

/* ---- reading ---- */

static void
append_entry(GString *text, const HistoryEntry *entry)
{
	const bsn_slice value = bytes_slice(entry->value);

	g_string_append_printf(
		text, "%s%.*s@%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " ",
		entry->is_delete ? "-" : "", (int)value.len,
		(const char *)value.data, entry->block, entry->tx);
}

/* Page by page, `pages` of them that had any. */
static char *
history_before(const FabricLedger *fixture, const char *key,
	       HistoryCursor cursor, guint *pages)
{
	GString *text = g_string_new(NULL);

	for (*pages = 0;; ++*pages) {
		g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(
			(GDestroyNotify)history_entry_free);

		g_assert_cmpint(ledger_history(fixture->ledger, TEXT("basic"),
					       TEXT(key), &cursor, entries,
					       NULL),
				==, BSN_OK);
		if (entries->len == 0)
			return g_string_free(text, FALSE);
		g_assert_cmpuint(entries->len, <=, HISTORY_PAGE);
		for (guint i = 0; i < entries->len; i++)
			append_entry(text, entries->pdata[i]);
	}
}

static void
assert_history(const FabricLedger *fixture, const char *key,
	       HistoryCursor cursor, const char *expected)
{
	guint pages;
	g_autofree char *text = history_before(fixture, key, cursor, &pages);

	g_assert_cmpstr(text, ==, expected);
}

static int32_t
read_page(const FabricLedger *fixture, const char *key, HistoryCursor *cursor)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)history_entry_free);

	return ledger_history(fixture->ledger, TEXT("basic"), TEXT(key), cursor,
			      entries, NULL);
}

static void
assert_corrupt(const FabricLedger *fixture, const char *key)
{
	HistoryCursor cursor = HISTORY_NEWEST;

	g_assert_cmpint(read_page(fixture, key, &cursor), ==, BSN_E_CORRUPT);
}

/* ---- records ---- */

static bsn_slice
state_key_of(Arena *arena, const char *key)
{
	return state_key(arena, TEXT("basic"), TEXT(""), TEXT(key));
}

static StoreKey
deletion_key(const FabricLedger *fixture, const char *key)
{
	g_auto(Arena) arena = ARENA_INIT;

	return store_key_deletion(&fixture->suite, state_key_of(&arena, key));
}

static gboolean
has(const FabricLedger *fixture, StoreKey key)
{
	g_autoptr(GBytes) value =
		fake_chain_get(fixture->chain, store_key_slice(&key));

	return value != NULL;
}

/* ---- stores of format 1 ---- */

/* The index of then: under 'h', the digest of the state key, and the place. */
static void
index_write(const FabricLedger *fixture, bsn_slice name, const TxPlace *place)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint8 digest[HASH_LEN];

	g_assert_cmpint(suite_digest(&fixture->suite, &name, 1, digest), ==,
			BSN_OK);
	wire_put(key, 'h', 1);
	wire_put_bytes(key, bsn_slice_of(digest, HASH_LEN));
	wire_put(key, place->block, 8);
	wire_put(key, place->tx, 8);
	wire_put(value, place->block, 8);
	wire_put(value, place->tx, 8);
	wire_put(value, place->code, 1);
	wire_put(value, place->offset, 8);
	wire_put(value, place->len, 8);
	fake_chain_put(fixture->chain, buffer_slice(key), buffer_slice(value));
}

static void
index_key(const FabricLedger *fixture, const char *key)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)history_entry_free);
	HistoryCursor cursor = HISTORY_NEWEST;
	guint before;

	do {
		before = entries->len;
		g_assert_cmpint(ledger_history(fixture->ledger, TEXT("basic"),
					       TEXT(key), &cursor, entries,
					       NULL),
				==, BSN_OK);
	} while (entries->len > before);
	for (guint i = 0; i < entries->len; i++) {
		const HistoryEntry *entry = entries->pdata[i];
		const Version version = { entry->block, entry->tx };
		g_autoptr(GByteArray) links = g_byte_array_new();
		TxPlace place;

		g_assert_cmpint(trail_read(&fixture->ledger->state, version,
					   &place, links, NULL),
				==, BSN_OK);
		index_write(fixture, state_key_of(&arena, key), &place);
	}
}

/* The head of then: without its last number, and of format 1. */
static void
make_head_old(const FabricLedger *fixture)
{
	const StoreKey name = store_key_head();
	g_autoptr(GBytes) head =
		fake_chain_get(fixture->chain, store_key_slice(&name));
	const gsize len = g_bytes_get_size(head) - 8;
	g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(head, NULL), len);

	g_assert_cmpuint(len, ==, 2 + 5 * 8 + 3 * HASH_LEN);
	bytes[0] = 0;
	bytes[1] = 1;
	fake_chain_put(fixture->chain, store_key_slice(&name),
		       bsn_slice_of(bytes, len));
}

/* As if a version before had made the store, with all that was written to
 * these keys, ended by NULL. */
static void
make_old(FabricLedger *fixture, const char *const keys[])
{
	for (guint i = 0; keys[i] != NULL; i++)
		index_key(fixture, keys[i]);
	for (guint i = 0; keys[i] != NULL; i++) {
		const StoreKey deletion = deletion_key(fixture, keys[i]);

		if (has(fixture, deletion))
			fake_chain_delete(fixture->chain,
					  store_key_slice(&deletion));
	}
	for (guint64 i = 0; i < fixture->ledger->head.height; i++) {
		const StoreKey trail = store_key_trail(i);

		if (has(fixture, trail))
			fake_chain_delete(fixture->chain,
					  store_key_slice(&trail));
	}
	make_head_old(fixture);
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	g_assert_cmpuint(fixture->ledger->head.first_trail, ==,
			 fixture->ledger->head.height);
}

/* ---- single cases ---- */

static void
test_several_writes_in_one_block(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	commit(fixture, "a=1;b=1 a=2;a;a=3;b");
	commit(fixture, "c=1;a;a");
	assert_history(fixture, "a", HISTORY_NEWEST,
		       "-@2:2 -@2:1 3@1:3 -@1:2 2@1:1 1@1:0 ");
	assert_history(fixture, "b", HISTORY_NEWEST, "-@1:4 1@1:1 ");
	assert_history(fixture, "c", HISTORY_NEWEST, "1@2:0 ");
	assert_history(fixture, "a", HISTORY_BEFORE(2, 0),
		       "3@1:3 -@1:2 2@1:1 1@1:0 ");
	assert_history(fixture, "a", HISTORY_BEFORE(1, 2), "2@1:1 1@1:0 ");
	assert_history(fixture, "a", HISTORY_BEFORE(1, 0), "");
}

static void
test_deleted_and_made_again(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	commit(fixture, "a");
	commit(fixture, "a=1");
	commit(fixture, "a");
	commit(fixture, "a=2;a;a=3");
	commit(fixture, "a");
	commit(fixture, "a");
	assert_history(fixture, "a", HISTORY_NEWEST,
		       "-@6:0 -@5:0 3@4:2 -@4:1 2@4:0 -@3:0 1@2:0 -@1:0 ");
	commit(fixture, "a=4");
	assert_history(
		fixture, "a", HISTORY_NEWEST,
		"4@7:0 -@6:0 -@5:0 3@4:2 -@4:1 2@4:0 -@3:0 1@2:0 -@1:0 ");
}

/* Its versions are in between, but they are no values. */
static void
test_metadata_is_no_history(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	commit(fixture, "a!");
	commit(fixture, "a=1");
	commit(fixture, "b=1 a!");
	commit(fixture, "a=2 a!");
	commit(fixture, "a!");
	assert_history(fixture, "a", HISTORY_NEWEST, "2@4:0 1@2:0 ");
	commit(fixture, "a");
	commit(fixture, "a!");
	assert_history(fixture, "a", HISTORY_NEWEST, "-@6:0 2@4:0 1@2:0 ");
}

/* What a simulation began before is passed over, some at a time. */
static void
test_newer_ones_are_passed_in_turns(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GByteArray) results = NULL;
	HistoryCursor cursor = HISTORY_BEFORE(2, 0);
	LedgerTx tx = { .seconds = 1 };
	guint pages;
	g_autofree char *text = NULL;

	commit(fixture, "a=0");
	results = results_of(fixture, "a=1");
	tx.results = buffer_slice(results);
	for (guint i = 0; i < 1001; i++)
		fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(read_page(fixture, "a", &cursor), ==, BSN_BUSY);
	text = history_before(fixture, "a", cursor, &pages);
	g_assert_cmpstr(text, ==, "0@1:0 ");
}

/* Nothing is kept for each write: entries of the state, and where a transaction
 * with an id is; for each block itself, its hash and its trail. */
static void
test_a_write_takes_no_entry_of_its_own(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	guint before;

	commit(fixture, "a=1");
	before = fake_chain_keys(fixture->chain);
	commit(fixture, "b=1;c=1 d=1;a=2;a=3;c=2");
	g_assert_cmpuint(fake_chain_keys(fixture->chain) - before, ==,
			 3 + 5 + 3);
	before = fake_chain_keys(fixture->chain);
	commit(fixture, "a;a");
	g_assert_cmpuint(fake_chain_keys(fixture->chain) - before, ==,
			 3 + 2 - 1 + 1);
	before = fake_chain_keys(fixture->chain);
	commit(fixture, "a=4");
	commit(fixture, "a");
	g_assert_cmpuint(fake_chain_keys(fixture->chain) - before, ==,
			 2 * (3 + 1));
}

static void
test_a_page_goes_over_into_the_index(void)
{
	static const char *const keys[] = { "a", NULL };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GString) expected = g_string_new(NULL);
	g_autofree char *text = NULL;
	guint pages;

	for (guint i = 0; i < 60; i++)
		commit(fixture, "a=1");
	make_old(fixture, keys);
	for (guint i = 0; i < 60; i++)
		commit(fixture, "a=1");
	for (guint i = 120; i > 0; i--)
		g_string_append_printf(expected, "1@%u:0 ", i);
	text = history_before(fixture, "a", HISTORY_NEWEST, &pages);
	g_assert_cmpstr(text, ==, expected->str);
	g_assert_cmpuint(pages, ==, 2);
}

static void
test_a_store_of_before_goes_on(void)
{
	static const char *const keys[] = { "a", "b", "c", "d", NULL };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);

	commit(fixture, "a=1;b=1;c=1;d=1");
	commit(fixture, "a=2;b;d;d=2 d!");
	make_old(fixture, keys);
	assert_history(fixture, "a", HISTORY_NEWEST, "2@2:0 1@1:0 ");
	assert_history(fixture, "b", HISTORY_NEWEST, "-@2:1 1@1:1 ");
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	commit(fixture, "a=3;b=2;c;d!");
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	g_assert_cmpuint(fixture->ledger->head.first_trail, ==, 3);
	commit(fixture, "b;c=2;d=3;e=1");
	assert_history(fixture, "a", HISTORY_NEWEST, "3@3:0 2@2:0 1@1:0 ");
	assert_history(fixture, "b", HISTORY_NEWEST,
		       "-@4:0 2@3:1 -@2:1 1@1:1 ");
	assert_history(fixture, "c", HISTORY_NEWEST, "2@4:1 -@3:2 1@1:2 ");
	assert_history(fixture, "d", HISTORY_NEWEST,
		       "3@4:2 2@2:3 -@2:2 1@1:3 ");
	assert_history(fixture, "e", HISTORY_NEWEST, "1@4:3 ");
	assert_history(fixture, "b", HISTORY_BEFORE(3, 0), "-@2:1 1@1:1 ");
	assert_history(fixture, "b", HISTORY_BEFORE(2, 1), "1@1:1 ");
}

/* Blocks before the first one are elsewhere. */
static void
test_a_snapshot_has_no_history(void)
{
	const LedgerOrigin origin = { 3, FALSE };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	commit(fixture, "a=1;b=1");
	commit(fixture, "a=2;b");
	for (guint64 i = 1; i < 3; i++) {
		const StoreKey trail = store_key_trail(i);

		fake_chain_delete(fixture->chain, store_key_slice(&trail));
	}
	ledger_batch_init(&batch);
	ledger_origin_save(&batch, &origin);
	g_assert_cmpint(ledger_batch_commit(
				&batch, &fixture->ledger->state.store, 0, NULL),
			==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	assert_history(fixture, "a", HISTORY_NEWEST, "");
	assert_history(fixture, "b", HISTORY_NEWEST, "");
	commit(fixture, "a=3;b=2");
	commit(fixture, "a;b=3");
	assert_history(fixture, "a", HISTORY_NEWEST, "-@4:0 3@3:0 ");
	assert_history(fixture, "b", HISTORY_NEWEST, "3@4:1 2@3:1 ");
}

/* ---- damage ---- */

static void
put_trail(const FabricLedger *fixture, guint64 block, GBytes *bytes, gsize len)
{
	const StoreKey name = store_key_trail(block);

	fake_chain_put(fixture->chain, store_key_slice(&name),
		       bsn_slice_of(g_bytes_get_data(bytes, NULL), len));
}

static void
test_damaged_trails_are_found(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const StoreKey name = store_key_trail(2);
	g_autoptr(GBytes) trail = NULL;
	gsize len;

	commit(fixture, "a=1");
	commit(fixture, "b=2;a=2");
	trail = fake_chain_get(fixture->chain, store_key_slice(&name));
	len = g_bytes_get_size(trail);
	g_assert_cmpuint(len, ==, 2 * (16 + 12));
	for (gsize cut = 0; cut < len; cut++) {
		put_trail(fixture, 2, trail, cut);
		assert_corrupt(fixture, "a");
	}
	/* No byte of what it says of the transaction may be another. */
	for (gsize i = 16 + 12; i < len; i++) {
		g_autofree guint8 *bytes =
			g_memdup2(g_bytes_get_data(trail, NULL), len);
		g_autoptr(GBytes) other = NULL;

		bytes[i] ^= 0x7f;
		other = g_bytes_new(bytes, len);
		put_trail(fixture, 2, other, len);
		assert_corrupt(fixture, "a");
	}
	put_trail(fixture, 2, trail, len);
	assert_history(fixture, "a", HISTORY_NEWEST, "2@2:1 1@1:0 ");
	fake_chain_delete(fixture->chain, store_key_slice(&name));
	assert_corrupt(fixture, "a");
	assert_corrupt(fixture, "b");
}

/* Or else a walk would never end. */
static void
test_links_lead_back_only(void)
{
	static const guint8 blocks[] = { 2, 3 };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const StoreKey name = store_key_trail(2);

	commit(fixture, "a=1");
	commit(fixture, "a");
	for (guint i = 0; i < 2 * G_N_ELEMENTS(blocks); i++) {
		g_autoptr(GBytes) trail =
			fake_chain_get(fixture->chain, store_key_slice(&name));
		const gsize len = g_bytes_get_size(trail);
		g_autofree guint8 *bytes =
			g_memdup2(g_bytes_get_data(trail, NULL), len);
		g_autoptr(GBytes) other = NULL;

		g_assert_cmpuint(len, ==, 16 + 2 * 12);
		bytes[16 + i / 2 * 12 + 7] = blocks[i % 2];
		other = g_bytes_new(bytes, len);
		put_trail(fixture, 2, other, len);
		assert_corrupt(fixture, "a");
		put_trail(fixture, 2, trail, len);
	}
	assert_history(fixture, "a", HISTORY_NEWEST, "-@2:0 1@1:0 ");
}

static void
put_deletion(const FabricLedger *fixture, const char *key, guint64 block,
	     guint64 tx, guint len)
{
	const StoreKey name = deletion_key(fixture, key);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	wire_put(bytes, block, 8);
	wire_put(bytes, tx, 4);
	g_byte_array_set_size(bytes, len);
	fake_chain_put(fixture->chain, store_key_slice(&name),
		       buffer_slice(bytes));
}

static void
test_damaged_deletions_are_found(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) block = NULL;
	LedgerTx tx = { .seconds = 1 };

	commit(fixture, "a=1");
	commit(fixture, "a;b=1;b;c=1");
	put_deletion(fixture, "a", 2, 0, 11);
	assert_corrupt(fixture, "a");
	put_deletion(fixture, "a", 0, 0, 12);
	assert_corrupt(fixture, "a");
	/* Another key's; no transaction; no block. */
	put_deletion(fixture, "a", 2, 2, 12);
	assert_corrupt(fixture, "a");
	put_deletion(fixture, "a", 2, 9, 12);
	assert_corrupt(fixture, "a");
	put_deletion(fixture, "a", 9, 0, 12);
	assert_corrupt(fixture, "a");
	/* What is there was not deleted later. */
	put_deletion(fixture, "c", 2, 3, 12);
	assert_corrupt(fixture, "c");
	put_deletion(fixture, "a", 2, 0, 12);
	assert_history(fixture, "a", HISTORY_NEWEST, "-@2:0 1@1:0 ");
	/* No block is built upon it. */
	put_deletion(fixture, "a", 2, 0, 11);
	results = results_of(fixture, "a");
	tx.results = buffer_slice(results);
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	block = fabric_ledger_block(fixture);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), NULL), ==,
		BSN_E_CORRUPT);
	g_assert_cmpuint(fixture->ledger->head.height, ==, 3);
}

static void
test_a_damaged_index_is_found(void)
{
	static const char *const keys[] = { "a", NULL };
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_auto(Arena) arena = ARENA_INIT;
	StoreKey name;

	commit(fixture, "a=1");
	commit(fixture, "b=1");
	make_old(fixture, keys);
	commit(fixture, "a=2");
	assert_history(fixture, "a", HISTORY_NEWEST, "2@3:0 1@1:0 ");
	name = store_key_history(&fixture->suite, state_key_of(&arena, "a"), 1,
				 0);
	fake_chain_put(fixture->chain, store_key_slice(&name), TEXT("place"));
	assert_corrupt(fixture, "a");
	fake_chain_delete(fixture->chain, store_key_slice(&name));
	/* A transaction that writes another key. */
	{
		const Version other = { 3, 0 };
		g_autoptr(GByteArray) links = g_byte_array_new();
		TxPlace place;

		g_assert_cmpint(trail_read(&fixture->ledger->state, other,
					   &place, links, NULL),
				==, BSN_OK);
		place.block = 2;
		index_write(fixture, state_key_of(&arena, "a"), &place);
	}
	assert_corrupt(fixture, "a");
}

/* ---- by chance ---- */

#define KEYS 4u
#define BLOCKS 60u

static const char *const key_names[KEYS + 1] = { "a", "b", "c", "d", NULL };

/* What was written, oldest first: the text of an entry each. */
typedef struct {
	guint64 block;
	guint64 tx;
	char *text;
} Written;

static void
written_clear(gpointer data)
{
	g_free(((Written *)data)->text);
}

/* One write of each key at most. */
static char *
random_tx(GRand *rand, char *did)
{
	GString *tx = g_string_new(NULL);

	for (guint i = 0; i < KEYS; i++) {
		const gint32 what = g_rand_int_range(rand, 0, 8);

		did[i] = "=--!===="[what];
		if (g_rand_int_range(rand, 0, 3) > 0) {
			did[i] = 0;
			continue;
		}
		g_string_append_printf(tx, "%s%s%s", tx->len > 0 ? " " : "",
				       key_names[i],
				       did[i] == '-'   ? ""
				       : did[i] == '!' ? "!"
						       : "=v");
	}
	if (tx->len == 0)
		g_string_append(tx, "e=1");
	return g_string_free(tx, FALSE);
}

static void
random_block(FabricLedger *fixture, GRand *rand, GArray *written[])
{
	const guint64 block = fixture->ledger->head.height;
	const guint n = (guint)g_rand_int_range(rand, 1, 5);
	char did[5][KEYS];

	for (guint i = 0; i < n; i++) {
		g_autofree char *tx = random_tx(rand, did[i]);

		add(fixture, tx);
	}
	fabric_ledger_commit(fixture);
	fake_host_settle();
	for (guint i = 0; i < n * KEYS; i++) {
		const char what = did[i / KEYS][i % KEYS];
		Written one = { block, i / KEYS, NULL };

		if (fixture->codes[one.tx] != TX_CODE(VALID) ||
		    (what != '=' && what != '-'))
			continue;
		one.text = g_strdup_printf(
			"%s@%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " ",
			what == '=' ? "v" : "-", block, one.tx);
		g_array_append_val(written[i % KEYS], one);
	}
}

static void
assert_as_written(const FabricLedger *fixture, const char *key,
		  const GArray *written, guint64 block, guint64 tx)
{
	g_autoptr(GString) expected = g_string_new(NULL);

	for (guint i = written->len; i-- > 0;) {
		const Written *one = &g_array_index(written, Written, i);

		if (one->block < block || (one->block == block && one->tx < tx))
			g_string_append(expected, one->text);
	}
	assert_history(fixture, key, HISTORY_BEFORE(block, tx), expected->str);
}

/* `old`: the blocks that a version before has made. */
static void
run_by_chance(guint seed, guint old)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	GArray *written[KEYS];

	for (guint i = 0; i < KEYS; i++) {
		written[i] = g_array_new(FALSE, FALSE, sizeof(Written));
		g_array_set_clear_func(written[i], written_clear);
	}
	for (guint i = 0; i < BLOCKS; i++) {
		random_block(fixture, rand, written);
		if (i + 1 == old)
			make_old(fixture, key_names);
	}
	for (guint i = 0; i < KEYS; i++) {
		assert_as_written(fixture, key_names[i], written[i],
				  G_MAXUINT64, G_MAXUINT64);
		for (guint64 block = 0; block <= BLOCKS + 1; block += 3)
			assert_as_written(fixture, key_names[i], written[i],
					  block, block % 4);
		g_array_unref(written[i]);
	}
}

static void
test_histories_are_what_was_written(void)
{
	for (guint seed = 1; seed <= 4; seed++)
		run_by_chance(seed, 0);
}

static void
test_the_same_from_a_store_of_before(void)
{
	for (guint seed = 5; seed <= 8; seed++)
		run_by_chance(seed, (seed - 4) * BLOCKS / 5);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) \
	g_test_add_func("/fabric/ledger/history/" name, function)
	TEST("several-writes-in-one-block", test_several_writes_in_one_block);
	TEST("deleted-and-made-again", test_deleted_and_made_again);
	TEST("metadata-is-no-history", test_metadata_is_no_history);
	TEST("newer-ones-are-passed-in-turns",
	     test_newer_ones_are_passed_in_turns);
	TEST("a-write-takes-no-entry-of-its-own",
	     test_a_write_takes_no_entry_of_its_own);
	TEST("a-page-goes-over-into-the-index",
	     test_a_page_goes_over_into_the_index);
	TEST("a-store-of-before-goes-on", test_a_store_of_before_goes_on);
	TEST("a-snapshot-has-no-history", test_a_snapshot_has_no_history);
	TEST("damaged-trails-are-found", test_damaged_trails_are_found);
	TEST("links-lead-back-only", test_links_lead_back_only);
	TEST("damaged-deletions-are-found", test_damaged_deletions_are_found);
	TEST("a-damaged-index-is-found", test_a_damaged_index_is_found);
	TEST("histories-are-what-was-written",
	     test_histories_are_what_was_written);
	TEST("the-same-from-a-store-of-before",
	     test_the_same_from_a_store_of_before);
	return g_test_run();
}
