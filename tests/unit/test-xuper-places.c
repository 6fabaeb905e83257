/* SPDX-License-Identifier: Apache-2.0
 *
 * Where engine-xuper's ledger finds transactions, before and after a restart.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "tests/unit/xuper-ledger.h"

static void
assert_ok(int32_t status)
{
	g_assert_cmpint(status, ==, BSN_OK);
}

/* Pays all of an output to somebody. */
static Tx *
pay(const Tx *from, const char *owner, const char *to)
{
	const Utxo utxo = made_utxo(from, 0);
	Made *made = made_new();

	made_input(made, owner, &utxo);
	made_output(made, to, 1000, 0);
	return made_tx(made);
}

static Tx *
put(const char *key, const char *value)
{
	Made *made = made_new();

	made_put(made, "bucket", key, bsn_slice_str(value));
	return made_tx(made);
}

static LedgerNode *
grow_one(Bed *bed, LedgerNode *parent, Tx *tx)
{
	return bed_grow(bed, parent, &tx, 1);
}

static void
append_id(void *owner, LedgerNode *node)
{
	g_ptr_array_add(owner, node);
}

/* ---- places and notes ---- */

static void
assert_place(Bed *bed, LedgerNode *at, const Tx *tx, guint64 height,
	     LedgerNode *node, const char *note)
{
	g_autoptr(GByteArray) noted = g_byte_array_new();
	LedgerPlace place;

	assert_ok(ledger_place(bed->ledger, at, tx->id, &place, noted, NULL));
	g_assert_cmpuint(place.height, ==, height);
	g_assert_cmpuint(place.index, ==, 0);
	g_assert_true(place.node == node);
	g_assert_true(place.final == (node == NULL));
	g_assert_true(bsn_slice_equal(buffer_slice(noted),
				      bsn_slice_str(note)));
}

static void
assert_no_place(Bed *bed, LedgerNode *at, const Tx *tx)
{
	LedgerPlace place;

	g_assert_cmpint(ledger_place(bed->ledger, at, tx->id, &place, NULL,
				     NULL), ==, BSN_NOT_FOUND);
}

/* A block of two transactions, the first of which has a note. */
static LedgerNode *
grow_noted(Bed *bed, LedgerNode *parent, Tx *tx, const char *note)
{
	Tx *txs[] = { tx_ref(tx), put("other", "value") };
	g_autoptr(Block) block = made_block(parent->block, 500, txs, 2);
	GBytes **notes = g_new0(GBytes *, 2);
	LedgerNode *node;

	notes[0] = g_bytes_new(note, strlen(note));
	assert_ok(ledger_add(bed->ledger, parent, block,
			     bed_layer(parent, block), notes, &node, NULL));
	return node;
}

static void
test_place_is_on_the_way_to_a_block(void)
{
	Bed bed;
	Tx *tx = put("key", "value");
	LedgerNode *root, *a, *a1, *b;

	bed_init(&bed, 1000);
	root = ledger_root(bed.ledger);
	a = grow_noted(&bed, root, tx, "in a");
	a1 = bed_grow_bare(&bed, a);
	b = grow_noted(&bed, bed_grow_bare(&bed, root), tx, "in b");
	assert_no_place(&bed, NULL, tx);
	assert_no_place(&bed, root, tx);
	assert_place(&bed, a1, tx, 1, a, "in a");
	assert_place(&bed, b, tx, 2, b, "in b");
	bed_prefer(&bed, a1);
	assert_place(&bed, NULL, tx, 1, a, "in a");
	bed_finalize(&bed, a);
	assert_place(&bed, NULL, tx, 1, NULL, "in a");
	bed_reopen(&bed);
	assert_place(&bed, NULL, tx, 1, NULL, "in a");
	tx_unref(tx);
	bed_clear(&bed);
}

static void
assert_notes(const LedgerNode *node, const char *note)
{
	g_assert_cmpuint(g_bytes_get_size(node->notes[0]), ==, strlen(note));
	g_assert_cmpint(memcmp(g_bytes_get_data(node->notes[0], NULL), note,
			       strlen(note)), ==, 0);
	g_assert_null(node->notes[1]);
}

static void
test_notes_are_there_after_a_restart(void)
{
	Bed bed;
	Tx *tx = put("key", "value");
	g_autoptr(Block) block = NULL;

	bed_init(&bed, 1000);
	block = block_ref(grow_noted(&bed, ledger_root(bed.ledger), tx,
				     "noted")->block);
	bed_reopen(&bed);
	assert_notes(bed_find(&bed, block), "noted");
	assert_place(&bed, bed_find(&bed, block), tx, 1, bed_find(&bed, block),
		     "noted");
	bed_finalize(&bed, bed_find(&bed, block));
	bed_reopen(&bed);
	assert_notes(ledger_root(bed.ledger), "noted");
	g_clear_pointer(&block, block_unref);
	tx_unref(tx);
	bed_clear(&bed);
}

/* ---- restarts ---- */

static void
test_tree_is_there_after_a_restart(void)
{
	Bed bed;
	LedgerNode *node[5], *again;
	Block *blocks[5];
	char *digests[5];
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	Tx *first;

	bed_init(&bed, 1000);
	first = pay(bed.genesis->txs[0], "alice", "bob");
	node[0] = ledger_root(bed.ledger);
	node[1] = grow_one(&bed, node[0], tx_ref(first));
	node[2] = grow_one(&bed, node[0],
			   pay(bed.genesis->txs[0], "alice", "carol"));
	node[3] = grow_one(&bed, node[1], pay(first, "bob", "dave"));
	node[4] = grow_one(&bed, node[1], put("key", "value"));
	for (guint i = 0; i < 5; i++) {
		blocks[i] = block_ref(node[i]->block);
		digests[i] = xuper_state_digest(node[i]->layer);
	}
	bed_reopen(&bed);
	ledger_each(bed.ledger, append_id, nodes);
	g_assert_cmpuint(nodes->len, ==, 4);
	for (guint i = 0; i < 5; i++) {
		g_autofree char *digest = NULL;

		again = bed_find(&bed, blocks[i]);
		digest = xuper_state_digest(again->layer);
		g_assert_cmpstr(digest, ==, digests[i]);
		g_free(digests[i]);
	}
	g_assert_true(bed_find(&bed, blocks[3])->parent ==
		      bed_find(&bed, blocks[1]));
	g_assert_true(ledger_head(bed.ledger) == ledger_root(bed.ledger));
	for (guint i = 0; i < 5; i++)
		block_unref(blocks[i]);
	tx_unref(first);
	bed_clear(&bed);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "place-is-on-the-way-to-a-block",
		  test_place_is_on_the_way_to_a_block },
		{ "notes-are-there-after-a-restart",
		  test_notes_are_there_after_a_restart },
		{ "tree-is-there-after-a-restart",
		  test_tree_is_there_after_a_restart },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/xuper/ledger/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
