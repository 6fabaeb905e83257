/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-private.h"

#include <string.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/range.h"
#include "plugins/kit/sink.h"

/* ---- the source ---- */

static bsn_slice
find_set(const Rwset__TxPvtReadWriteSet *sets, const char *namespace,
	 const char *collection)
{
	for (gsize i = 0; sets != NULL && i < sets->n_ns_pvt_rwset; i++) {
		const Rwset__NsPvtReadWriteSet *ns = sets->ns_pvt_rwset[i];

		for (gsize c = 0; c < ns->n_collection_pvt_rwset; c++)
			if (strcmp(ns->namespace_, namespace) == 0 &&
			    strcmp(ns->collection_pvt_rwset[c]->collection_name,
				   collection) == 0)
				return message_slice(
					ns->collection_pvt_rwset[c]->rwset);
	}
	return bsn_slice_of(NULL, 0);
}

/* Applies what there is for one transaction; how many sets are incomplete. */
static guint
apply(const FabricPrivate *private, const Transaction *tx, bsn_slice bytes,
      Version version, GTree *updates)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Rwset__TxPvtReadWriteSet *sets = message_unpack(
		&arena, &rwset__tx_pvt_read_write_set__descriptor, bytes, NULL,
		NULL);
	guint incomplete = 0;

	for (guint i = 0; i < tx->n_namespaces; i++) {
		const TransactionNamespace *ns = &tx->namespaces[i];

		for (guint c = 0; c < ns->n_collections; c++) {
			gboolean complete;

			g_assert_cmpint(
				private_apply(&private->ledger->ledger->state,
					      updates, TEXT(ns->name),
					      &ns->collections[c],
					      find_set(sets, ns->name,
						       ns->collections[c].name),
					      version, &complete, NULL),
				==, BSN_OK);
			incomplete += complete ? 0 : 1;
		}
	}
	return incomplete;
}

static bsn_slice
lookup(GHashTable *table, const char *tx_id)
{
	GBytes *bytes = g_hash_table_lookup(table, tx_id);

	return bytes != NULL ? bytes_slice(bytes) : bsn_slice_of(NULL, 0);
}

static void
keep(FabricPrivate *private, const BlockTx *tx, Version version)
{
	const ProtobufCBinaryData results = tx->opened.action->results;

	g_hash_table_insert(private->results,
			    g_strdup((const char *)tx->tx_id.data),
			    g_bytes_new(results.data, results.len));
	g_hash_table_insert(private->places,
			    g_strdup((const char *)tx->tx_id.data),
			    g_memdup2(&version, sizeof(version)));
}

static int32_t
collect(PrivateSource *source, const IncomingBlock *block,
	const BlockOutcome *outcome, GTree *updates, LedgerBatch *batch,
	bsn_err *err)
{
	FabricPrivate *private = (FabricPrivate *)source;

	for (guint i = 0; i < block->n_txs; i++) {
		const BlockTx *tx = &block->txs[i];
		const Version version = { block->message->header->number, i };

		if (outcome->codes[i] != TX_CODE(VALID) || tx->is_config)
			continue;
		private->incomplete += apply(
			private, &tx->opened,
			lookup(private->sets, (const char *)tx->tx_id.data),
			version, updates);
		keep(private, tx, version);
	}
	return private->status;
}

static int32_t
block_to_live(PrivateSource *source, bsn_slice namespace, bsn_slice collection,
	      guint64 *blocks, bsn_err *err)
{
	const FabricPrivate *private = (FabricPrivate *)source;

	g_assert_cmpint(collection.data[0], !=, PRIVATE_MARK);
	*blocks = 0;
	for (guint64 i = 0; i < collection.len; i++)
		if (g_ascii_isdigit(collection.data[i]))
			*blocks = *blocks * 10 +
				  (guint64)(collection.data[i] - '0');
	return private->unknown;
}

FabricPrivate *
fabric_private_new(FabricLedger *ledger)
{
	FabricPrivate *private = g_new0(FabricPrivate, 1);

	*private = (FabricPrivate){
		.source = { collect, block_to_live },
		.ledger = ledger,
		.sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)g_bytes_unref),
		.results = g_hash_table_new_full(g_str_hash, g_str_equal,
						 g_free,
						 (GDestroyNotify)g_bytes_unref),
		.places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						g_free),
	};
	ledger->source = &private->source;
	return private;
}

void
fabric_private_free(FabricPrivate *private)
{
	private->ledger->source = NULL;
	g_hash_table_unref(private->sets);
	g_hash_table_unref(private->results);
	g_hash_table_unref(private->places);
	g_free(private);
}

void
fabric_private_give(FabricPrivate *private, const char *tx_id, bsn_slice sets)
{
	g_hash_table_insert(private->sets, g_strdup(tx_id),
			    g_bytes_new(sets.data, sets.len));
}

void
fabric_private_give_late(FabricPrivate *private, const char *tx_id,
			 bsn_slice sets)
{
	const Version *version = g_hash_table_lookup(private->places, tx_id);
	g_autoptr(GTree) updates = state_tree_new();
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };

	g_assert_true(transaction_open_sets(
		&arena, lookup(private->results, tx_id), &tx));
	(void)apply(private, &tx, sets, *version, updates);
	g_assert_cmpint(private_put_late(private->ledger->ledger, updates, NULL,
					 0, 0, NULL),
			==, BSN_OK);
}

/* ---- transactions ---- */

GByteArray *
fabric_private_finish(Simulator *simulator, GByteArray **sets)
{
	GByteArray *results = g_byte_array_new();

	*sets = g_byte_array_new();
	simulator_finish(simulator, results);
	simulator_finish_private(simulator, *sets);
	simulator_free(simulator);
	return results;
}

TxCode
fabric_private_run(FabricPrivate *private, Simulator *simulator, gboolean give)
{
	g_autoptr(GByteArray) sets = NULL;
	g_autoptr(GByteArray) results = fabric_private_finish(simulator, &sets);
	const LedgerTx tx = { .results = buffer_slice(results) };

	fabric_ledger_add(private->ledger,
			  fabric_ledger_tx(private->ledger, &tx));
	if (give)
		fabric_private_give(private, fabric_last_tx_id(),
				    buffer_slice(sets));
	fabric_ledger_commit(private->ledger);
	return private->ledger->codes[0];
}

const char *
fabric_private_put(FabricPrivate *private, const char *collection,
		   const char *write, gboolean give)
{
	Simulator *simulator = simulator_new(private->ledger->ledger);
	g_auto(GStrv) parts = g_strsplit(write, "=", 2);

	g_assert_cmpint(simulator_put_private(simulator, TEXT("basic"),
					      TEXT(collection), TEXT(parts[0]),
					      TEXT(parts[1]), NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_private_run(private, simulator, give), ==,
			TX_CODE(VALID));
	return fabric_last_tx_id();
}

/* ---- what is there ---- */

char *
fabric_private_values(const FabricLedger *ledger, const char *collection)
{
	g_autofree char *name = g_strdup_printf("$%s", collection);
	g_auto(StateRange) range = { 0 };
	GString *text = g_string_new(NULL);

	state_range_init(&range, &ledger->ledger->state, NULL, TEXT("basic"),
			 TEXT(name), TEXT(""), TEXT(""), FALSE);
	for (;;) {
		g_autoptr(StateItem) item = NULL;
		bsn_slice parts[3];

		g_assert_cmpint(state_range_next(&range, &item, NULL), ==,
				BSN_OK);
		if (item == NULL)
			return g_string_free(text, FALSE);
		g_assert_true(private_state_key_is(item->key));
		g_assert_true(state_key_split(item->key, &parts[0], &parts[1],
					      &parts[2]));
		g_string_append_printf(
			text,
			"%s%.*s=%.*s@%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
			text->len > 0 ? " " : "", (int)parts[2].len,
			(const char *)parts[2].data, (int)item->value.len,
			(const char *)item->value.data, item->version.block,
			item->version.tx);
	}
}

guint
fabric_private_digests(const FabricLedger *ledger, const char *collection)
{
	g_auto(StateRange) range = { 0 };

	state_range_init(&range, &ledger->ledger->state, NULL, TEXT("basic"),
			 TEXT(collection), TEXT(""), TEXT(""), FALSE);
	for (guint n = 0;; n++) {
		g_autoptr(StateItem) item = NULL;

		g_assert_cmpint(state_range_next(&range, &item, NULL), ==,
				BSN_OK);
		if (item == NULL)
			return n;
		g_assert_false(private_state_key_is(item->key));
	}
}

/* ---- what must hold ---- */

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *items; /* StateItem, private */
	guint count;
} Collector;

static int32_t
take_private(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice entry)
{
	Collector *collector = (Collector *)sink;
	StateItem *item = state_item_read(store_key, entry);

	g_assert_nonnull(item);
	if (private_state_key_is(item->key))
		g_ptr_array_add(collector->items, item);
	else
		state_item_unref(item);
	return BSN_OK;
}

static int32_t
count_entry(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice entry)
{
	((Collector *)sink)->count++;
	return BSN_OK;
}

static void
scan(const FabricLedger *ledger, guint8 kind, Collector *collector)
{
	const LedgerStore *store = &ledger->ledger->state.store;
	const guint8 end = kind + 1;

	g_assert_cmpint(store->table->scan(store->chain, bsn_slice_of(&kind, 1),
					   bsn_slice_of(&end, 1), 0,
					   &collector->sink, NULL),
			==, BSN_OK);
}

static void
check_value(const FabricLedger *ledger, const StateItem *item)
{
	const State *state = &ledger->ledger->state;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) digest = NULL;
	g_autoptr(StateItem) found = NULL;
	guint8 key_hash[HASH_LEN];
	guint8 hash[HASH_LEN];
	bsn_slice parts[3];

	g_assert_true(state_key_split(item->key, &parts[0], &parts[1],
				      &parts[2]));
	suite_digest(&state->suite, &parts[2], 1, key_hash);
	suite_digest(&state->suite, &item->value, 1, hash);
	parts[1] = bsn_slice_of(parts[1].data + 1, parts[1].len - 1);
	g_assert_cmpint(state_get(state,
				  state_key(&arena, parts[0], parts[1],
					    bsn_slice_of(key_hash, HASH_LEN)),
				  &digest, NULL),
			==, BSN_OK);
	g_assert_nonnull(digest);
	assert_same(digest->value, bsn_slice_of(hash, HASH_LEN));
	g_assert_cmpint(version_compare(digest->version, item->version), ==, 0);
	g_assert_cmpint(private_find(state, parts[0], parts[1],
				     bsn_slice_of(key_hash, HASH_LEN), &found,
				     NULL),
			==, BSN_OK);
	g_assert_nonnull(found);
	assert_same(found->value, item->value);
}

void
fabric_private_check(const FabricLedger *ledger)
{
	g_autoptr(GPtrArray) items = state_items_new();
	Collector values = { { take_private }, items, 0 };
	Collector names = { { count_entry }, NULL, 0 };

	scan(ledger, STORE_STATE, &values);
	scan(ledger, STORE_PRIVATE, &names);
	g_assert_cmpuint(names.count, ==, items->len);
	for (guint i = 0; i < items->len; i++)
		check_value(ledger, items->pdata[i]);
}
