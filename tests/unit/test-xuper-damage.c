/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's ledger when things go wrong: the store is full, the machine
 * stops between any two batches, records are damaged.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/xuper-ledger.h"

static void
assert_ok(int32_t status)
{
	g_assert_cmpint(status, ==, BSN_OK);
}

static void
collect(void *owner, LedgerNode *node)
{
	g_ptr_array_add(owner, node);
}

static void
describe_node(void *owner, LedgerNode *node)
{
	g_autofree char *digest = xuper_state_digest(node->layer);
	g_autofree char *id = g_base64_encode(node->block->id, HASH_LEN);

	g_ptr_array_add(owner, g_strdup_printf("%s %s %u", id, digest,
					       node->flags));
}

static int
compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All that a ledger is; siblings may come in any order. */
static char *
describe(Ledger *ledger)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	LedgerTotals totals;

	ledger_totals(ledger, &totals);
	ledger_each(ledger, describe_node, lines);
	g_ptr_array_sort(lines, compare_lines);
	describe_node(lines, ledger_root(ledger));
	g_ptr_array_add(lines, g_strdup_printf(
				       "%" G_GUINT64_FORMAT
				       " %" G_GUINT64_FORMAT
				       " %" G_GUINT64_FORMAT, totals.height,
				       totals.bytes, totals.txs));
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static Tx *
put(const char *key, const char *value)
{
	Made *made = made_new();

	made_put(made, "bucket", key, bsn_slice_str(value));
	made_output(made, "bob", 5, 0);
	return made_tx(made);
}

/* ---- a full store ---- */

static const int32_t refusals[] = { BSN_FULL, BSN_BUSY, BSN_E_IO };

static void
test_full_store_begins_nothing(void)
{
	bsn_chain *chain = xuper_chain_new();
	g_autoptr(Block) genesis = made_genesis("alice", 10);
	Ledger *ledger;

	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		bsn_err err = BSN_ERR_INIT;

		fake_chain_set_writable(chain, refusals[i]);
		g_assert_cmpint(ledger_open(&ledger, chain, &xuper_hashing,
					    genesis, &err), ==, refusals[i]);
		g_assert_null(ledger);
		g_assert_cmpuint(fake_chain_keys(chain), ==, 0);
	}
	fake_chain_set_writable(chain, BSN_OK);
	assert_ok(ledger_open(&ledger, chain, &xuper_hashing, genesis, NULL));
	ledger_close(ledger);
	xuper_chain_free(chain);
}

static void
test_full_store_adds_nothing(void)
{
	Bed bed;
	LedgerNode *root, *node;
	g_autofree char *before = NULL;
	Tx *tx = put("key", "value");
	g_autoptr(Block) block = NULL;
	Layer *layer;
	guint64 mark;

	bed_init(&bed, 10);
	root = ledger_root(bed.ledger);
	before = describe(bed.ledger);
	block = made_block(root->block, 1, &tx, 1);
	layer = bed_layer(root, block);
	mark = layer_mark(layer);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *after = NULL;

		fake_chain_set_writable(bed.chain, refusals[i]);
		g_assert_cmpint(ledger_add(bed.ledger, root, block, layer,
					   NULL, &node, NULL), ==,
				refusals[i]);
		after = describe(bed.ledger);
		g_assert_cmpstr(after, ==, before);
		g_assert_cmpuint(layer_mark(layer), ==, mark);
		g_assert_null(ledger_find(bed.ledger, block->id));
	}
	fake_chain_set_writable(bed.chain, BSN_OK);
	assert_ok(ledger_add(bed.ledger, root, block, layer, NULL, &node,
			     NULL));
	g_assert_true(ledger_find(bed.ledger, block->id) == node);
	g_clear_pointer(&block, block_unref);
	bed_clear(&bed);
}

static void
test_full_store_makes_nothing_final(void)
{
	Bed bed;
	g_autoptr(GPtrArray) dropped = g_ptr_array_new();
	g_autofree char *before = NULL;
	Tx *tx = put("key", "value");
	LedgerNode *node;

	bed_init(&bed, 10);
	node = bed_grow(&bed, ledger_root(bed.ledger), &tx, 1);
	(void)bed_grow_bare(&bed, ledger_root(bed.ledger));
	bed_prefer(&bed, bed_grow_bare(&bed, node));
	before = describe(bed.ledger);
	for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
		g_autofree char *after = NULL;

		fake_chain_set_writable(bed.chain, refusals[i]);
		g_assert_cmpint(ledger_finalize(bed.ledger, node,
						bsn_slice_str("c"), 1, collect,
						dropped, NULL), ==,
				refusals[i]);
		after = describe(bed.ledger);
		g_assert_cmpstr(after, ==, before);
		g_assert_cmpuint(dropped->len, ==, 0);
	}
	fake_chain_set_writable(bed.chain, BSN_OK);
	assert_ok(ledger_finalize(bed.ledger, node, bsn_slice_str("c"), 1,
				  collect, dropped, NULL));
	g_assert_cmpuint(dropped->len, ==, 1);
	g_assert_true(ledger_root(bed.ledger) == node);
	bed_clear(&bed);
}

/* ---- a crash between any two batches ---- */

/* Each is one batch: a block below another one, or one becomes final. */
typedef struct {
	char what; /* '+' or '!' */
	guint block, parent;
} Batch;

static const Batch script[] = {
	{ '+', 1, 0 }, { '+', 2, 0 }, { '+', 3, 1 }, { '+', 4, 3 },
	{ '!', 1, 0 }, { '+', 5, 3 }, { '+', 6, 5 }, { '!', 5, 0 },
	{ '!', 6, 0 }, { '+', 7, 6 }, { '+', 8, 6 }, { '!', 8, 0 },
};
#define BATCHES (1 + G_N_ELEMENTS(script)) /* the genesis is one */
#define BLOCKS 9u

typedef struct {
	Bed bed;
	Block *blocks[BLOCKS];
	char *after[BATCHES]; /* the ledger when so many batches and one are
			       * there */
} Crash;

static void
run_one(Crash *crash, const Batch *batch)
{
	LedgerNode *node;

	if (batch->what == '!') {
		bed_finalize(&crash->bed,
			     bed_find(&crash->bed,
				      crash->blocks[batch->block]));
		return;
	}
	node = bed_find(&crash->bed, crash->blocks[batch->parent]);
	assert_ok(ledger_add(crash->bed.ledger, node,
			     crash->blocks[batch->block],
			     bed_layer(node, crash->blocks[batch->block]),
			     NULL, &node, NULL));
}

static void
make_blocks(Crash *crash)
{
	crash->blocks[0] = crash->bed.genesis;
	for (guint i = 0; i < G_N_ELEMENTS(script); i++) {
		Tx *txs[2] = { put("key", "value"), put("one", "more") };

		if (script[i].what == '+')
			crash->blocks[script[i].block] = made_block(
				crash->blocks[script[i].parent], i, txs, 2);
		else
			for (guint j = 0; j < 2; j++)
				tx_unref(txs[j]);
	}
}

static void
learn(Crash *crash)
{
	crash->after[0] = describe(crash->bed.ledger);
	for (guint i = 0; i < G_N_ELEMENTS(script); i++) {
		run_one(crash, &script[i]);
		crash->after[i + 1] = describe(crash->bed.ledger);
	}
}

/* On an empty chain of its own; n batches are on disk when the machine stops.
 * Nothing at all: it begins. Then it goes on from there. */
static void
crash_after(Crash *crash, guint n)
{
	Bed *bed = &crash->bed;
	g_autofree char *found = NULL, *end = NULL;
	bsn_err err = BSN_ERR_INIT;

	bed->chain = xuper_chain_new();
	fake_chain_set_automatic(bed->chain, FALSE);
	assert_ok(ledger_open(&bed->ledger, bed->chain, &xuper_hashing,
			      bed->genesis, NULL));
	for (guint i = 0; i < G_N_ELEMENTS(script); i++)
		run_one(crash, &script[i]);
	g_assert_cmpuint(fake_chain_pending_batches(bed->chain), ==, BATCHES);
	fake_chain_make_durable(bed->chain, n);
	assert_ok(bed_crash(bed, &err));
	found = describe(bed->ledger);
	g_assert_cmpstr(found, ==, crash->after[n > 0 ? n - 1 : 0]);
	for (guint i = n > 0 ? n - 1 : 0; i < G_N_ELEMENTS(script); i++)
		run_one(crash, &script[i]);
	end = describe(bed->ledger);
	g_assert_cmpstr(end, ==, crash->after[G_N_ELEMENTS(script)]);
	ledger_close(bed->ledger);
	xuper_chain_free(bed->chain);
}

static void
test_crash_loses_the_last_batches_alone(void)
{
	Crash crash = { 0 };

	bed_init(&crash.bed, 10);
	make_blocks(&crash);
	learn(&crash);
	ledger_close(crash.bed.ledger);
	xuper_chain_free(crash.bed.chain);
	for (guint n = 0; n <= BATCHES; n++)
		crash_after(&crash, n);
	for (guint i = 0; i < BATCHES; i++)
		g_free(crash.after[i]);
	for (guint i = 0; i < BLOCKS; i++)
		block_unref(crash.blocks[i]);
}

/* ---- damaged records ---- */

typedef struct {
	bsn_scan_sink sink;
	GPtrArray *keys, *values; /* GBytes */
} Records;

static int32_t
take_record(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Records *records = (Records *)sink;

	g_ptr_array_add(records->keys, g_bytes_new(key.data, key.len));
	g_ptr_array_add(records->values, g_bytes_new(value.data, value.len));
	return BSN_OK;
}

/* A ledger whose root is at height 2 and that has two blocks below it, closed;
 * its records. */
static void
prepare(Bed *bed, Records *records)
{
	g_autoptr(Layer) store = NULL;
	Tx *tx = put("key", "value");
	LedgerNode *node;

	*records = (Records){
		{ take_record },
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
	};
	bed_init(bed, 10);
	node = bed_grow_bare(bed, ledger_root(bed->ledger));
	node = bed_grow(bed, node, &tx, 1);
	bed_finalize(bed, node);
	tx = put("other", "value");
	node = bed_grow(bed, node, &tx, 1);
	(void)bed_grow_bare(bed, node);
	ledger_close(bed->ledger);
	bed->ledger = NULL;
	fake_host_settle();
	store = layer_store(bed->chain);
	assert_ok(layer_scan(store, bsn_slice_of(NULL, 0),
			     bsn_slice_of(NULL, 0), 0, &records->sink, NULL));
}

static void
records_clear(Records *records)
{
	g_ptr_array_unref(records->keys);
	g_ptr_array_unref(records->values);
}

/* Reads all that there is to read; what came of opening. */
static int32_t
open_and_read(Bed *bed, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *all = NULL;
	LedgerPlace place;
	guint64 of;
	int32_t status = ledger_open(&bed->ledger, bed->chain, &xuper_hashing,
				     bed->genesis, err);

	if (status != BSN_OK)
		return status;
	for (guint64 i = 0; i < 3; i++) {
		(void)ledger_block_bytes(bed->ledger, i, bytes, NULL);
		(void)ledger_agreement(bed->ledger, i, bytes, NULL);
		(void)ledger_certificate(bed->ledger, i, &of, bytes, NULL);
	}
	(void)ledger_place(bed->ledger, NULL, bed->genesis->txs[0]->id, &place,
			   bytes, NULL);
	all = describe(bed->ledger);
	g_clear_pointer(&bed->ledger, ledger_close);
	return BSN_OK;
}

/* Whether opening reads records of a kind. Of the state and what is behind the
 * root it reads nothing. */
static gboolean
is_read_at_open(GBytes *key, guint64 root)
{
	gsize len;
	const guint8 *bytes = g_bytes_get_data(key, &len);

	if (bytes[0] == 'b')
		return bytes[8] >= root;
	return bytes[0] == 'h' || bytes[0] == 'n';
}

static void
damage(Bed *bed, GBytes *key, GBytes *value, bsn_slice with)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	fake_chain_put(bed->chain, bytes_slice(key), with);
	status = open_and_read(bed, &err);
	if (is_read_at_open(key, 2))
		g_assert_true(status == BSN_E_CORRUPT ||
			      status == BSN_E_VERSION);
	else
		g_assert_true(status == BSN_OK || status == BSN_E_CORRUPT);
	g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
	fake_chain_put(bed->chain, bytes_slice(key), bytes_slice(value));
}

static void
test_damaged_records_are_found(void)
{
	Bed bed;
	Records records;

	prepare(&bed, &records);
	for (guint i = 0; i < records.keys->len; i++) {
		GBytes *key = g_ptr_array_index(records.keys, i);
		GBytes *value = g_ptr_array_index(records.values, i);
		const bsn_slice whole = bytes_slice(value);
		g_autoptr(GByteArray) other = g_byte_array_new();

		if (whole.len > 0)
			damage(&bed, key, value,
			       bsn_slice_of(whole.data, whole.len - 1));
		if (whole.len > 0)
			g_byte_array_append(other, whole.data,
					    (guint)whole.len);
		g_byte_array_append(other, (const guint8 *)"x", 1);
		damage(&bed, key, value, buffer_slice(other));
		g_byte_array_set_size(other, (guint)whole.len);
		if (whole.len == 0)
			continue;
		other->data[0] ^= 0x40;
		damage(&bed, key, value, buffer_slice(other));
	}
	assert_ok(open_and_read(&bed, NULL));
	records_clear(&records);
	bed_clear(&bed);
}

static void
test_missing_records_are_found(void)
{
	Bed bed;
	Records records;

	prepare(&bed, &records);
	for (guint i = 0; i < records.keys->len; i++) {
		GBytes *key = g_ptr_array_index(records.keys, i);
		GBytes *value = g_ptr_array_index(records.values, i);
		const guint8 *bytes = g_bytes_get_data(key, NULL);
		bsn_err err = BSN_ERR_INIT;
		int32_t status;

		fake_chain_delete(bed.chain, bytes_slice(key));
		status = open_and_read(&bed, &err);
		if (bytes[0] == 'b' || bytes[0] == 'h')
			g_assert_cmpint(status, ==,
					is_read_at_open(key, 2)
						? BSN_E_CORRUPT
						: BSN_OK);
		/* A tree of fewer blocks, whose children have no parent. */
		if (bytes[0] == 'n')
			g_assert_cmpint(status, ==,
					bytes[8] == 3 ? BSN_E_CORRUPT
						      : BSN_OK);
		g_assert_true((status == BSN_OK) == (err.reason[0] == '\0'));
		fake_chain_put(bed.chain, bytes_slice(key),
			       bytes_slice(value));
	}
	records_clear(&records);
	bed_clear(&bed);
}

static void
test_newer_format_is_refused(void)
{
	Bed bed;
	Records records;
	bsn_err err = BSN_ERR_INIT;
	guint8 head[128];
	GBytes *was;

	prepare(&bed, &records);
	was = fake_chain_get(bed.chain, bsn_slice_str("h"));
	memcpy(head, g_bytes_get_data(was, NULL), g_bytes_get_size(was));
	head[3]++;
	fake_chain_put(bed.chain, bsn_slice_str("h"),
		       bsn_slice_of(head, g_bytes_get_size(was)));
	g_assert_cmpint(open_and_read(&bed, &err), ==, BSN_E_VERSION);
	g_bytes_unref(was);
	records_clear(&records);
	bed_clear(&bed);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/damage/full-store-begins-nothing",
			test_full_store_begins_nothing);
	g_test_add_func("/xuper/damage/full-store-adds-nothing",
			test_full_store_adds_nothing);
	g_test_add_func("/xuper/damage/full-store-makes-nothing-final",
			test_full_store_makes_nothing_final);
	g_test_add_func("/xuper/damage/crash-loses-the-last-batches-alone",
			test_crash_loses_the_last_batches_alone);
	g_test_add_func("/xuper/damage/damaged-records-are-found",
			test_damaged_records_are_found);
	g_test_add_func("/xuper/damage/missing-records-are-found",
			test_missing_records_are_found);
	g_test_add_func("/xuper/damage/newer-format-is-refused",
			test_newer_format_is_refused);
	return g_test_run();
}
