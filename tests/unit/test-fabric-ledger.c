/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: blocks found again, history, events, the commit hash,
 * and what a crash leaves.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-ledger.h"

/* ---- blocks ---- */

static const Common__Block *
stored_block(const FabricLedger *fixture, guint64 number, Arena *arena)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const Common__Block *block;

	g_assert_cmpint(ledger_block(fixture->ledger, number, bytes, NULL), ==,
			BSN_OK);
	block = message_unpack(arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	g_assert_nonnull(block);
	return block;
}

static void
test_blocks_are_found(gconstpointer sm)
{
	g_autoptr(FabricLedger) fixture =
		fabric_ledger_new(GPOINTER_TO_INT(sm), FALSE);
	g_auto(Arena) arena = ARENA_INIT;
	guint8 hash[HASH_LEN];
	const Common__Block *first;
	const Common__Block *second;
	guint64 number = 0;

	fabric_ledger_put(fixture, "a=1", NULL);
	first = stored_block(fixture, 0, &arena);
	second = stored_block(fixture, 1, &arena);
	g_assert_cmpint(block_header_hash(&fixture->suite, first->header, hash),
			==, BSN_OK);
	assert_same(message_slice(second->header->previous_hash),
		    bsn_slice_of(hash, HASH_LEN));
	g_assert_cmpint(
		ledger_block_by_hash(fixture->ledger,
				     ledger_head_hash(&fixture->ledger->head),
				     &number, NULL),
		==, BSN_OK);
	g_assert_cmpuint(number, ==, 1);
	g_assert_cmpint(ledger_block(fixture->ledger, 2, NULL, NULL), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(ledger_block_by_hash(fixture->ledger, TEXT("short"),
					     &number, NULL),
			==, BSN_NOT_FOUND);
}

static void
test_transactions_are_found(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerTx tx = { .seconds = 7 };
	g_autoptr(GByteArray) found = g_byte_array_new();
	g_autoptr(GByteArray) sent = NULL;
	TxPlace place;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	sent = fabric_ledger_tx(fixture, &tx);
	fabric_ledger_add(fixture, g_byte_array_ref(sent));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(ledger_tx(fixture->ledger, TEXT(fabric_last_tx_id()),
				  &place, NULL),
			==, BSN_OK);
	g_assert_cmpuint(place.block, ==, 1);
	g_assert_cmpuint(place.tx, ==, 1);
	g_assert_cmpint(place.code, ==, TX_CODE(VALID));
	g_assert_cmpint(ledger_envelope(fixture->ledger, &place, found, NULL),
			==, BSN_OK);
	assert_same(buffer_slice(found), buffer_slice(sent));
	g_assert_cmpint(ledger_tx(fixture->ledger, TEXT("none"), &place, NULL),
			==, BSN_NOT_FOUND);
}

/* An envelope's place is right for lengths that take one to four bytes. */
static void
test_places_of_all_sizes(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const gsize sizes[] = {
		0, 1, 100, 126, 127, 128, 16000, 16383, 300000
	};
	g_autoptr(GByteArray) again = g_byte_array_new();
	g_autoptr(GByteArray) bytes = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	guint64 offsets[G_N_ELEMENTS(sizes)];
	const Common__Block *block;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		GByteArray *envelope = g_byte_array_new();

		g_byte_array_set_size(envelope, (guint)sizes[i]);
		if (sizes[i] > 0)
			memset(envelope->data, (gint)i, sizes[i]);
		fabric_ledger_add(fixture, envelope);
	}
	bytes = fabric_ledger_block(fixture);
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	block_pack(again, block, offsets);
	assert_same(buffer_slice(again), buffer_slice(bytes));
	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
		assert_same(bsn_slice_of(again->data + offsets[i], sizes[i]),
			    message_slice(block->data->data[i]));
}

static void
test_a_block_must_be_the_next(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GByteArray) block = NULL;
	bsn_err err = BSN_ERR_INIT;

	fabric_ledger_add(fixture, g_byte_array_new());
	block = fabric_ledger_block(fixture);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), NULL), ==,
		BSN_OK);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), &err), ==,
		BSN_CONFLICT);
	g_assert_cmpstr(err.reason, ==, "the block has number 1, not 2");
	g_assert_cmpuint(fixture->ledger->head.height, ==, 2);
}

static void
test_a_block_is_bounded(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GByteArray) block = NULL;

	for (guint i = 0; i <= BLOCK_TXS_MAX; i++)
		fabric_ledger_add(fixture, g_byte_array_new());
	block = fabric_ledger_block(fixture);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), NULL), ==,
		BSN_TOO_LARGE);
	for (guint i = 0; i < BLOCK_TXS_MAX; i++)
		fabric_ledger_add(fixture, g_byte_array_new());
	fabric_ledger_commit(fixture);
	g_assert_cmpuint(fixture->ledger->head.invalid_txs, ==, BLOCK_TXS_MAX);
}

static void
test_the_first_block_is_a_config(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, TRUE);
	const LedgerTx tx = { .seconds = 1 };
	g_autoptr(GByteArray) endorsed = NULL;
	g_autoptr(GByteArray) empty = NULL;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	endorsed = fabric_ledger_block(fixture);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(endorsed), NULL), ==,
		BSN_BAD_REQUEST);
	fabric_ledger_add(fixture, fabric_config_tx(fixture, 0, FALSE, FALSE));
	empty = fabric_ledger_block(fixture);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(empty), NULL), ==,
		BSN_BAD_REQUEST);
	g_assert_cmpuint(fake_chain_keys(fixture->chain), ==, 0);
}

/* ---- metadata ---- */

static bsn_slice
metadata_of(const Common__Block *block, guint entry)
{
	g_assert_cmpuint(block->metadata->n_metadata, ==, BLOCK_METADATA_COUNT);
	return message_slice(block->metadata->metadata[entry]);
}

static bsn_slice
commit_hash_of(const Common__Block *block, Arena *arena)
{
	const Common__Metadata *metadata = message_unpack(
		arena, &common__metadata__descriptor,
		metadata_of(block, COMMON__BLOCK_METADATA_INDEX__COMMIT_HASH),
		NULL, NULL);

	return message_slice(metadata->value);
}

/* What two blocks hash, byte by byte: the number of codes, the codes, the
 * changes (a write and a deletion with their versions), the hash before. */
static void
test_commit_hashes_are_chained(void)
{
	static const guint8 first[] = { 0x01, 0x00,
					/* KVWrite: basic, a, 1, version 1:0 */
					0x0a, 0x12, 0x0a, 0x05, 'b', 'a', 's',
					'i', 'c', 0x1a, 0x01, 'a', 0x2a, 0x01,
					'1', 0x32, 0x03, 0x01, 0x01, 0x00 };
	static const guint8 second[] = {
		0x01, 0x00,
		/* KVWrite: basic, a, deleted, version 2:0 */
		0x0a, 0x11, 0x0a, 0x05, 'b', 'a', 's', 'i', 'c', 0x1a, 0x01,
		'a', 0x20, 0x01, 0x32, 0x03, 0x01, 0x02, 0x00,
		/* KVWrite: b, 2 */
		0x0a, 0x0b, 0x1a, 0x01, 'b', 0x2a, 0x01, '2', 0x32, 0x03, 0x01,
		0x02, 0x00
	};
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice parts[] = { { first, sizeof(first) }, { NULL, 0 } };
	guint8 hash[HASH_LEN];

	fabric_ledger_put(fixture, "a=1", NULL);
	fabric_ledger_put(fixture, "a", "b=2", NULL);
	assert_same(metadata_of(stored_block(fixture, 0, &arena),
				COMMON__BLOCK_METADATA_INDEX__COMMIT_HASH),
		    TEXT(""));
	g_assert_cmpint(suite_digest(&fixture->suite, parts, 1, hash), ==,
			BSN_OK);
	assert_same(commit_hash_of(stored_block(fixture, 1, &arena), &arena),
		    bsn_slice_of(hash, HASH_LEN));
	parts[0] = bsn_slice_of(second, sizeof(second));
	parts[1] = bsn_slice_of(g_memdup2(hash, HASH_LEN), HASH_LEN);
	g_assert_cmpint(suite_digest(&fixture->suite, parts, 2, hash), ==,
			BSN_OK);
	g_free((gpointer)parts[1].data);
	assert_same(commit_hash_of(stored_block(fixture, 2, &arena), &arena),
		    bsn_slice_of(hash, HASH_LEN));
	assert_same(ledger_head_commit_hash(&fixture->ledger->head),
		    bsn_slice_of(hash, HASH_LEN));
}

static void
test_codes_are_in_the_block(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_auto(Arena) arena = ARENA_INIT;
	const LedgerTx good = { .seconds = 1 };
	const LedgerTx bad = { .channel = "two" };
	const guint8 codes[] = { TX_CODE(VALID),
				 TX_CODE(TARGET_CHAIN_NOT_FOUND) };
	const Common__Block *block;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &good));
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &bad));
	fabric_ledger_commit(fixture);
	block = stored_block(fixture, 1, &arena);
	assert_same(
		metadata_of(block,
			    COMMON__BLOCK_METADATA_INDEX__TRANSACTIONS_FILTER),
		bsn_slice_of(codes, sizeof(codes)));
	assert_same(
		metadata_of(block, COMMON__BLOCK_METADATA_INDEX__SIGNATURES),
		TEXT("an orderer's"));
	g_assert_cmpuint(fixture->ledger->head.txs, ==, 3);
	g_assert_cmpuint(fixture->ledger->head.invalid_txs, ==, 1);
}

/* ---- history and events ---- */

static char *
history_text(const FabricLedger *fixture, const char *key, guint *pages)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)history_entry_free);
	HistoryCursor cursor = HISTORY_NEWEST;
	GString *text = g_string_new(NULL);
	guint before;

	do {
		before = entries->len;
		g_assert_cmpint(ledger_history(fixture->ledger, TEXT("basic"),
					       TEXT(key), &cursor, entries,
					       NULL),
				==, BSN_OK);
		*pages += 1;
	} while (entries->len > before);
	for (guint i = 0; i < entries->len; i++) {
		const HistoryEntry *entry = entries->pdata[i];
		const bsn_slice value = bytes_slice(entry->value);

		g_string_append_printf(text, "%s%.*s@%" G_GUINT64_FORMAT,
				       entry->is_delete ? "-" : "",
				       (int)value.len, (const char *)value.data,
				       entry->block);
		g_string_append_c(text, ' ');
	}
	return g_string_free(text, FALSE);
}

static void
test_history_is_newest_first(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *a = NULL;
	g_autofree char *none = NULL;
	guint pages = 0;

	fabric_ledger_put(fixture, "a=1", "b=0", NULL);
	fabric_ledger_put(fixture, "a=2", NULL);
	fabric_ledger_put(fixture, "a", NULL);
	fabric_ledger_put(fixture, "a=3", NULL);
	a = history_text(fixture, "a", &pages);
	g_assert_cmpstr(a, ==, "3@4 -@3 2@2 1@1 ");
	none = history_text(fixture, "c", &pages);
	g_assert_cmpstr(none, ==, "");
}

static void
test_history_comes_in_pages(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;
	guint pages = 0;

	for (guint i = 0; i < HISTORY_PAGE + 1; i++)
		fabric_ledger_put(fixture, "a=1", NULL);
	text = history_text(fixture, "a", &pages);
	words = g_strsplit(text, " ", -1);
	g_assert_cmpuint(g_strv_length(words), ==, HISTORY_PAGE + 2);
	g_assert_cmpuint(pages, ==, 3);
}

/* Of two that read what both write the second is invalid, and no history. The
 * time is the client's. */
static void
test_history_has_valid_ones_only(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(
		(GDestroyNotify)history_entry_free);
	HistoryCursor cursor = HISTORY_NEWEST;
	Simulator *simulator = simulator_new(fixture->ledger);
	g_autoptr(StateItem) item = NULL;
	g_autoptr(GByteArray) results = NULL;
	const HistoryEntry *entry;
	LedgerTx tx = { .seconds = 42 };
	g_autofree char *tx_id = NULL;

	g_assert_cmpint(
		simulator_get(simulator, TEXT("basic"), TEXT("a"), &item, NULL),
		==, BSN_OK);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT("a"),
				      TEXT("1"), NULL),
			==, BSN_OK);
	results = fabric_finish(simulator);
	tx.results = buffer_slice(results);
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	tx_id = g_strdup(fabric_last_tx_id());
	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(fixture->codes[1], ==, TX_CODE(MVCC_READ_CONFLICT));
	g_assert_cmpint(ledger_history(fixture->ledger, TEXT("basic"),
				       TEXT("a"), &cursor, entries, NULL),
			==, BSN_OK);
	g_assert_cmpuint(entries->len, ==, 1);
	entry = entries->pdata[0];
	g_assert_cmpuint(entry->tx, ==, 0);
	g_assert_cmpint(entry->seconds, ==, 42);
	g_assert_cmpstr(entry->tx_id, ==, tx_id);
}

static void
note_event(guint64 tx, const char *tx_id, const Protos__ChaincodeEvent *event,
	   gpointer data)
{
	g_assert_cmpstr(tx_id, ==, event->tx_id);
	g_string_append_printf(data, "%" G_GUINT64_FORMAT ":%s:%s:%.*s ", tx,
			       event->chaincode_id, event->event_name,
			       (int)event->payload.len,
			       (const char *)event->payload.data);
}

static void
test_events_of_valid_ones_in_order(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerTx txs[] = {
		{ .event = "first" },
		{ .seconds = 1 },
		{ .event = "lost", .channel = "two" },
		{ .event = "second" },
	};
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(txs); i++)
		fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &txs[i]));
	fabric_ledger_commit(fixture);
	g_assert_cmpint(
		ledger_events(fixture->ledger, 1, note_event, text, NULL), ==,
		BSN_OK);
	g_assert_cmpstr(text->str, ==,
			"0:basic:first:payload 3:basic:second:payload ");
	g_assert_cmpint(
		ledger_events(fixture->ledger, 0, note_event, text, NULL), ==,
		BSN_OK);
	g_assert_cmpint(
		ledger_events(fixture->ledger, 9, note_event, text, NULL), ==,
		BSN_NOT_FOUND);
}

/* ---- the disk ---- */

static void
test_a_crash_leaves_whole_blocks(void)
{
	for (guint kept = 0; kept <= 4; kept++) {
		g_autoptr(FabricLedger) fixture =
			fabric_ledger_new(FALSE, TRUE);
		g_autofree char *state = NULL;
		const char *states[] = { "", "", "a=1@1:0", "a=2@2:0",
					 "a=2@2:0 b=1@3:0" };

		fake_chain_set_automatic(fixture->chain, FALSE);
		fabric_ledger_add(fixture,
				  fabric_config_tx(fixture, 0, FALSE, TRUE));
		fabric_ledger_commit(fixture);
		fabric_ledger_put(fixture, "a=1", NULL);
		fabric_ledger_put(fixture, "a=2", NULL);
		fabric_ledger_put(fixture, "b=1", NULL);
		fake_chain_make_durable(fixture->chain, kept);
		g_assert_cmpint(fabric_ledger_reopen(fixture, TRUE), ==,
				BSN_OK);
		g_assert_cmpuint(fixture->ledger->head.height, ==, kept);
		state = fabric_ledger_state(fixture);
		g_assert_cmpstr(state, ==, states[kept]);
		g_assert_cmpint(ledger_block(fixture->ledger, kept, NULL, NULL),
				==, BSN_NOT_FOUND);
	}
}

static void
test_it_goes_on_after_opening(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	LedgerHead head;

	fabric_ledger_put(fixture, "a=1", NULL);
	head = fixture->ledger->head;
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==, BSN_OK);
	g_assert_true(memcmp(&head, &fixture->ledger->head, sizeof(head)) == 0);
	fabric_ledger_put(fixture, "a=2", NULL);
	g_assert_cmpuint(fixture->ledger->head.height, ==, 3);
}

static void
test_only_what_is_on_disk_counts(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	ChannelLedger *ledger = fixture->ledger;

	fabric_ledger_put(fixture, "a=1", NULL);
	fabric_ledger_put(fixture, "a=2", NULL);
	g_assert_cmpuint(ledger->durable.height, ==, 0);
	channel_ledger_durable(ledger, 2);
	g_assert_cmpuint(ledger->durable.height, ==, 2);
	g_assert_cmpuint(ledger->durable.txs, ==, 2);
	channel_ledger_durable(ledger, 3);
	g_assert_true(memcmp(&ledger->durable, &ledger->head,
			     sizeof(LedgerHead)) == 0);
}

/* A store without room refuses the block, which can come again. */
static void
test_a_refused_block_changes_nothing(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const LedgerHead head = fixture->ledger->head;
	const LedgerTx tx = { .seconds = 1 };
	g_autoptr(GByteArray) block = NULL;

	fabric_ledger_add(fixture, fabric_ledger_tx(fixture, &tx));
	block = fabric_ledger_block(fixture);
	fake_chain_set_writable(fixture->chain, BSN_FULL);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), NULL), ==,
		BSN_FULL);
	g_assert_true(memcmp(&head, &fixture->ledger->head, sizeof(head)) == 0);
	fake_chain_set_writable(fixture->chain, BSN_OK);
	g_assert_cmpint(
		fabric_ledger_append(fixture, buffer_slice(block), NULL), ==,
		BSN_OK);
}

static void
test_damage_is_found_on_opening(void)
{
	g_autoptr(FabricLedger) fixture = fabric_ledger_new(FALSE, FALSE);
	const StoreKey head = store_key_head();
	const StoreKey first = store_key_block(0);
	const StoreKey last = store_key_block(1);
	g_autoptr(GBytes) kept = NULL;
	g_autoptr(GBytes) block = NULL;
	g_autofree guint8 *bytes = NULL;
	gsize len;

	fabric_ledger_put(fixture, "a=1", NULL);
	fake_host_settle();
	kept = fake_chain_get(fixture->chain, store_key_slice(&head));
	block = fake_chain_get(fixture->chain, store_key_slice(&first));
	bytes = g_memdup2(g_bytes_get_data(kept, &len), g_bytes_get_size(kept));
	bytes[1]++;
	fake_chain_put(fixture->chain, store_key_slice(&head),
		       bsn_slice_of(bytes, len));
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==,
			BSN_E_VERSION);
	fake_chain_put(fixture->chain, store_key_slice(&head),
		       bsn_slice_of(g_bytes_get_data(kept, NULL), len - 1));
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==,
			BSN_E_CORRUPT);
	fake_chain_put(fixture->chain, store_key_slice(&head),
		       bytes_slice(kept));
	fake_chain_put(fixture->chain, store_key_slice(&last),
		       bytes_slice(block));
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==,
			BSN_E_CORRUPT);
	fake_chain_delete(fixture->chain, store_key_slice(&last));
	g_assert_cmpint(fabric_ledger_reopen(fixture, FALSE), ==,
			BSN_E_CORRUPT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric/ledger/" name, function)
	g_test_add_data_func("/fabric/ledger/blocks-are-found",
			     GINT_TO_POINTER(FALSE), test_blocks_are_found);
	g_test_add_data_func("/fabric/ledger/blocks-are-found-with-sm3",
			     GINT_TO_POINTER(TRUE), test_blocks_are_found);
	TEST("transactions-are-found", test_transactions_are_found);
	TEST("places-of-all-sizes", test_places_of_all_sizes);
	TEST("a-block-must-be-the-next", test_a_block_must_be_the_next);
	TEST("a-block-is-bounded", test_a_block_is_bounded);
	TEST("the-first-block-is-a-config", test_the_first_block_is_a_config);
	TEST("commit-hashes-are-chained", test_commit_hashes_are_chained);
	TEST("codes-are-in-the-block", test_codes_are_in_the_block);
	TEST("history-is-newest-first", test_history_is_newest_first);
	TEST("history-comes-in-pages", test_history_comes_in_pages);
	TEST("history-has-valid-ones-only", test_history_has_valid_ones_only);
	TEST("events-of-valid-ones-in-order",
	     test_events_of_valid_ones_in_order);
	TEST("a-crash-leaves-whole-blocks", test_a_crash_leaves_whole_blocks);
	TEST("it-goes-on-after-opening", test_it_goes_on_after_opening);
	TEST("only-what-is-on-disk-counts", test_only_what_is_on_disk_counts);
	TEST("a-refused-block-changes-nothing",
	     test_a_refused_block_changes_nothing);
	TEST("damage-is-found-on-opening", test_damage_is_found_on_opening);
	return g_test_run();
}
