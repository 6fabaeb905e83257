/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's ledger: its tree, what becomes final, and what is found again.
 */
#include <string.h>

#include <bsn/ext/tree.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/layer_private.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-ledger.h"

static void
assert_ok(int32_t status)
{
	g_assert_cmpint(status, ==, BSN_OK);
}

static Tx *
put(const char *key, const char *value)
{
	Made *made = made_new();

	made_put(made, "bucket", key, bsn_slice_str(value));
	return made_tx(made);
}

static Tx *
agree(const char *protocol, const char *config, guint validators)
{
	Made *made = made_new();

	made_agreement(made, protocol, config, validators);
	return made_tx(made);
}

static LedgerNode *
grow_one(Bed *bed, LedgerNode *parent, Tx *tx)
{
	return bed_grow(bed, parent, &tx, 1);
}

/* ---- beginning ---- */

static void
test_genesis_is_the_first_state(void)
{
	Bed bed;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	LedgerTotals totals;
	LedgerPlace place;
	Balance balance;
	guint64 height;

	bed_init(&bed, 1000);
	for (guint i = 0; i < 2; i++) {
		ledger_totals(bed.ledger, &totals);
		g_assert_cmpuint(totals.height, ==, 0);
		g_assert_cmpuint(totals.txs, ==, 1);
		g_assert_cmpuint(totals.bytes, ==, bed.genesis->bytes.len);
		assert_bytes(totals.id, HASH_LEN, bed.genesis->id, HASH_LEN);
		assert_ok(ledger_block_bytes(bed.ledger, 0, bytes, NULL));
		g_assert_true(bsn_slice_equal(buffer_slice(bytes),
					      bed.genesis->bytes));
		g_assert_cmpint(ledger_block_bytes(bed.ledger, 1, bytes, NULL),
				==, BSN_NOT_FOUND);
		assert_ok(ledger_block_height(bed.ledger, bed.genesis->id,
					      &height, NULL));
		g_assert_cmpuint(height, ==, 0);
		g_assert_cmpint(ledger_certificate(bed.ledger, 0, &height,
						   bytes, NULL), ==,
				BSN_NOT_FOUND);
		assert_ok(ledger_agreement(bed.ledger, 0, bytes, NULL));
		assert_ok(ledger_place(bed.ledger, NULL,
				       bed.genesis->txs[0]->id, &place, bytes,
				       NULL));
		g_assert_true(place.final);
		g_assert_cmpuint(bytes->len, ==, 0);
		g_assert_cmpuint(ledger_root(bed.ledger)->flags, ==,
				 BSN_TREE_FINAL);
		g_assert_true(ledger_head(bed.ledger) ==
			      ledger_root(bed.ledger));
		assert_ok(balance_get(ledger_root(bed.ledger)->layer,
				      bsn_slice_str("alice"), 1, &balance,
				      NULL));
		g_assert_cmpuint(balance.count, ==, 1);
		bed_reopen(&bed);
	}
	bed_clear(&bed);
}

static void
test_store_of_another_genesis_is_refused(void)
{
	Bed bed;
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(Block) other = NULL;
	Ledger *ledger;

	bed_init(&bed, 1000);
	other = made_genesis("alice", 1001);
	g_assert_cmpint(ledger_open(&ledger, bed.chain, &xuper_hashing, other,
				    &err), ==, BSN_BAD_REQUEST);
	g_assert_null(ledger);
	g_assert_nonnull(strstr(err.reason, "another genesis"));
	bed_clear(&bed);
}

/* ---- the tree ---- */

static void
append_id(void *owner, LedgerNode *node)
{
	g_ptr_array_add(owner, node);
}

static void
test_blocks_come_after_their_parents(void)
{
	Bed bed;
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();
	LedgerNode *root, *a, *b, *a1, *again;
	Layer *layer;

	bed_init(&bed, 1000);
	root = ledger_root(bed.ledger);
	a = bed_grow_bare(&bed, root);
	b = bed_grow_bare(&bed, root);
	a1 = bed_grow_bare(&bed, a);
	ledger_each(bed.ledger, append_id, nodes);
	g_assert_cmpuint(nodes->len, ==, 3);
	g_assert_true(g_ptr_array_index(nodes, 0) == a);
	g_assert_true(g_ptr_array_index(nodes, 1) == b);
	g_assert_true(g_ptr_array_index(nodes, 2) == a1);
	g_assert_true(ledger_find(bed.ledger, a1->block->id) == a1);
	g_assert_true(ledger_find(bed.ledger, root->block->id) == root);
	g_assert_true(a1->parent == a && a->parent == root);
	g_assert_null(root->parent);
	/* One that is there is answered, wherever it is said to belong. */
	layer = layer_over(b->layer);
	assert_ok(ledger_add(bed.ledger, b, a1->block, layer, NULL, &again,
			     NULL));
	g_assert_true(again == a1);
	bed_clear(&bed);
}

static void
test_block_of_another_parent_is_refused(void)
{
	Bed bed;
	bsn_err err = BSN_ERR_INIT;
	LedgerNode *a, *b, *node;
	g_autoptr(Block) block = NULL;
	g_autoptr(Layer) layer = NULL;

	bed_init(&bed, 1000);
	a = bed_grow_bare(&bed, ledger_root(bed.ledger));
	b = bed_grow_bare(&bed, ledger_root(bed.ledger));
	block = made_block(a->block, 99, NULL, 0);
	layer = layer_over(b->layer);
	g_assert_cmpint(ledger_add(bed.ledger, b, block, layer, NULL, &node,
				   &err), ==, BSN_E_INVALID);
	g_assert_null(ledger_find(bed.ledger, block->id));
	g_clear_pointer(&layer, layer_unref);
	bed_clear(&bed);
}

static void
assert_flags(LedgerNode *node, guint32 flags)
{
	g_assert_cmpuint(node->flags, ==, flags);
}

static void
test_flags_say_what_a_block_is_for(void)
{
	Bed bed;
	LedgerNode *root, *node;
	Made *made = made_new();
	Tx *txs[2];

	bed_init(&bed, 1000);
	root = ledger_root(bed.ledger);
	assert_flags(bed_grow_bare(&bed, root), 0);
	made->coinbase = TRUE;
	made_output(made, "node", 5, 0);
	txs[1] = made_tx(made);
	made = made_new();
	made->autogen = TRUE;
	made_agreement(made, "single", "{}", 2);
	txs[0] = made_tx(made);
	assert_flags(bed_grow(&bed, root, txs, 2), BSN_TREE_CLOSES);
	node = grow_one(&bed, root, put("k", "v"));
	assert_flags(node, BSN_TREE_LOADED);
	/* The same again; another protocol, config; more and fewer. */
	node = grow_one(&bed, node, agree("single", "{}", 3));
	assert_flags(node, BSN_TREE_LOADED);
	node = grow_one(&bed, node, agree("xpoa", "{}", 3));
	assert_flags(node, BSN_TREE_LOADED | BSN_TREE_CLOSES);
	node = grow_one(&bed, node, agree("xpoa", "{\"period\":3}", 3));
	assert_flags(node, BSN_TREE_LOADED | BSN_TREE_CLOSES);
	node = grow_one(&bed, node, agree("xpoa", "{\"period\":3}", 4));
	assert_flags(node, BSN_TREE_LOADED | BSN_TREE_CLOSES);
	node = grow_one(&bed, node, agree("xpoa", "{\"period\":3}", 1));
	assert_flags(node, BSN_TREE_LOADED | BSN_TREE_CLOSES);
	node = grow_one(&bed, node, put("k", "v"));
	assert_flags(node, BSN_TREE_LOADED);
	bed_clear(&bed);
}

/* Those of the root, too, which has no parent any more. */
static void
test_flags_are_there_after_a_restart(void)
{
	Bed bed;
	g_autoptr(Block) closing = NULL, block = NULL;
	LedgerNode *node;
	guint32 flags;

	bed_init(&bed, 1000);
	node = grow_one(&bed, ledger_root(bed.ledger), agree("xpoa", "{}", 3));
	closing = block_ref(node->block);
	block = block_ref(bed_grow_bare(&bed, node)->block);
	bed_reopen(&bed);
	assert_flags(bed_find(&bed, closing),
		     BSN_TREE_LOADED | BSN_TREE_CLOSES);
	assert_flags(bed_find(&bed, block), 0);
	bed_finalize(&bed, bed_find(&bed, closing));
	bed_reopen(&bed);
	assert_flags(ledger_root(bed.ledger),
		     BSN_TREE_FINAL | BSN_TREE_LOADED | BSN_TREE_CLOSES);
	bed_finalize(&bed, bed_find(&bed, block));
	bed_reopen(&bed);
	assert_flags(ledger_root(bed.ledger), BSN_TREE_FINAL);
	/* Protocols look for the newest that ended an epoch. */
	assert_ok(ledger_flags(bed.ledger, closing, &flags, NULL));
	g_assert_cmphex(flags, ==, BSN_TREE_LOADED | BSN_TREE_CLOSES);
	assert_ok(ledger_flags(bed.ledger, block, &flags, NULL));
	g_assert_cmphex(flags, ==, 0);
	g_clear_pointer(&closing, block_unref);
	g_clear_pointer(&block, block_unref);
	bed_clear(&bed);
}

/* ---- the head ---- */

typedef struct {
	GString *text;
	LedgerNode *names[8];
} Path;

static void
note_move(Path *path, char sign, LedgerNode *node)
{
	guint i = 0;

	while (path->names[i] != node)
		g_assert_cmpuint(++i, <, G_N_ELEMENTS(path->names));
	g_string_append_printf(path->text, "%c%u", sign, i);
}

static void
left(void *owner, LedgerNode *node)
{
	note_move(owner, '-', node);
}

static void
entered(void *owner, LedgerNode *node)
{
	note_move(owner, '+', node);
}

static void
assert_move(Bed *bed, Path *path, guint to, const char *expected)
{
	const LedgerMove move = { left, entered, path };

	g_string_truncate(path->text, 0);
	ledger_prefer(bed->ledger, path->names[to], &move);
	g_assert_cmpstr(path->text->str, ==, expected);
	g_assert_true(ledger_head(bed->ledger) == path->names[to]);
}

static void
test_head_moves_by_the_common_ancestor(void)
{
	Bed bed;
	Path path = { g_string_new(NULL), { NULL } };
	LedgerNode **node = path.names;

	/* 0 - 1 - 2 - 3
	 *      \- 4 - 5 - 6 */
	bed_init(&bed, 1000);
	node[0] = ledger_root(bed.ledger);
	node[1] = bed_grow_bare(&bed, node[0]);
	node[2] = bed_grow_bare(&bed, node[1]);
	node[3] = bed_grow_bare(&bed, node[2]);
	node[4] = bed_grow_bare(&bed, node[1]);
	node[5] = bed_grow_bare(&bed, node[4]);
	node[6] = bed_grow_bare(&bed, node[5]);
	assert_move(&bed, &path, 3, "+1+2+3");
	assert_move(&bed, &path, 3, "");
	assert_move(&bed, &path, 6, "-3-2+4+5+6");
	assert_move(&bed, &path, 2, "-6-5-4+2");
	assert_move(&bed, &path, 0, "-2-1");
	assert_move(&bed, &path, 5, "+1+4+5");
	g_string_free(path.text, TRUE);
	bed_clear(&bed);
}

/* ---- finality ---- */

static void
test_final_block_drops_what_is_beside_it(void)
{
	Bed bed;
	g_autoptr(GPtrArray) dropped = g_ptr_array_new();
	LedgerNode *root, *a, *b, *b1, *kept;
	LedgerTotals totals;
	guint keys;

	bed_init(&bed, 1000);
	root = ledger_root(bed.ledger);
	keys = fake_chain_keys(bed.chain);
	a = bed_grow_bare(&bed, root);
	b = bed_grow_bare(&bed, root);
	b1 = bed_grow_bare(&bed, b);
	kept = bed_grow_bare(&bed, a);
	g_assert_cmpuint(fake_chain_keys(bed.chain), ==, keys + 8);
	g_assert_cmpint(ledger_finalize(bed.ledger, a, bsn_slice_str("cert"),
					7, append_id, dropped, NULL), ==,
			BSN_E_INVALID);
	bed_prefer(&bed, kept);
	assert_ok(ledger_finalize(bed.ledger, a, bsn_slice_str("cert"), 7,
				  append_id, dropped, NULL));
	g_assert_cmpuint(dropped->len, ==, 2);
	g_assert_true(g_ptr_array_index(dropped, 0) == b);
	g_assert_true(g_ptr_array_index(dropped, 1) == b1);
	g_assert_true(ledger_root(bed.ledger) == a);
	g_assert_true(ledger_head(bed.ledger) == kept);
	g_assert_null(a->parent);
	assert_flags(a, BSN_TREE_FINAL);
	assert_flags(kept, 0);
	ledger_totals(bed.ledger, &totals);
	g_assert_cmpuint(totals.height, ==, 1);
	g_assert_cmpuint(totals.bytes, ==,
			 bed.genesis->bytes.len + a->block->bytes.len);
	g_assert_null(ledger_find(bed.ledger, bed.genesis->id));
	/* a's bytes, height and certificate; what is kept, twice. */
	g_assert_cmpuint(fake_chain_keys(bed.chain), ==, keys + 5);
	/* The root again: nothing happens. */
	assert_ok(ledger_finalize(bed.ledger, a, bsn_slice_str("cert"), 8,
				  append_id, dropped, NULL));
	bed_clear(&bed);
}

/* However long a chain runs: what is final is in the store alone. */
static void
test_final_layers_are_let_go(void)
{
	Bed bed;
	LedgerNode *root, *node, *next;
	g_autoptr(Layer) pool = NULL;

	bed_init(&bed, 1000);
	root = ledger_root(bed.ledger);
	node = bed_grow_bare(&bed, bed_grow_bare(&bed, root));
	next = bed_grow_bare(&bed, node);
	pool = layer_over(node->layer);
	bed_prefer(&bed, next);
	assert_ok(ledger_finalize(bed.ledger, node, bsn_slice_of(NULL, 0), 1,
				  NULL, NULL, NULL));
	g_assert_null(node->layer->below);
	g_assert_true(next->layer->below == node->layer);
	/* One that somebody is over has nothing below but the store. */
	g_assert_true(pool->below->below == node->layer);
	bed_clear(&bed);
}

static void
test_certificate_is_of_the_next_block_that_has_one(void)
{
	Bed bed;
	g_autoptr(GByteArray) found = g_byte_array_new();
	LedgerNode *node;
	guint64 of;

	bed_init(&bed, 1000);
	for (guint i = 1; i <= 6; i++) {
		g_autofree char *text = g_strdup_printf("for %u", i);

		node = bed_grow_bare(&bed, ledger_head(bed.ledger));
		bed_prefer(&bed, node);
		if (i % 3 == 0)
			assert_ok(ledger_finalize(bed.ledger, node,
						  bsn_slice_str(text), i, NULL,
						  NULL, NULL));
	}
	assert_ok(ledger_certificate(bed.ledger, 1, &of, found, NULL));
	g_assert_cmpuint(of, ==, 3);
	assert_ok(ledger_certificate(bed.ledger, 4, &of, found, NULL));
	g_assert_cmpuint(of, ==, 6);
	g_assert_true(bsn_slice_equal(buffer_slice(found),
				      bsn_slice_str("for 6")));
	g_assert_cmpint(ledger_certificate(bed.ledger, 7, &of, found, NULL),
			==, BSN_NOT_FOUND);
	bed_clear(&bed);
}

static void
test_agreement_counts_until_the_next(void)
{
	Bed bed;
	GByteArray *at[4];
	g_autoptr(GByteArray) none = g_byte_array_new();
	LedgerNode *node;

	bed_init(&bed, 1000);
	node = bed_grow_bare(&bed, ledger_root(bed.ledger));
	node = grow_one(&bed, node, agree("xpoa", "{}", 3));
	node = bed_grow_bare(&bed, node);
	g_assert_cmpint(ledger_agreement(bed.ledger, 3, none, NULL), ==,
			BSN_NOT_FOUND);
	bed_finalize(&bed, node);
	for (guint i = 0; i < 4; i++) {
		at[i] = g_byte_array_new();
		assert_ok(ledger_agreement(bed.ledger, i, at[i], NULL));
	}
	g_assert_true(bsn_slice_equal(buffer_slice(at[0]),
				      buffer_slice(at[1])));
	g_assert_false(bsn_slice_equal(buffer_slice(at[1]),
				       buffer_slice(at[2])));
	g_assert_true(bsn_slice_equal(buffer_slice(at[2]),
				      buffer_slice(at[3])));
	for (guint i = 0; i < 4; i++)
		g_byte_array_unref(at[i]);
	bed_clear(&bed);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{ "genesis-is-the-first-state",
		  test_genesis_is_the_first_state },
		{ "store-of-another-genesis-is-refused",
		  test_store_of_another_genesis_is_refused },
		{ "blocks-come-after-their-parents",
		  test_blocks_come_after_their_parents },
		{ "block-of-another-parent-is-refused",
		  test_block_of_another_parent_is_refused },
		{ "flags-say-what-a-block-is-for",
		  test_flags_say_what_a_block_is_for },
		{ "flags-are-there-after-a-restart",
		  test_flags_are_there_after_a_restart },
		{ "head-moves-by-the-common-ancestor",
		  test_head_moves_by_the_common_ancestor },
		{ "final-block-drops-what-is-beside-it",
		  test_final_block_drops_what_is_beside_it },
		{ "final-layers-are-let-go", test_final_layers_are_let_go },
		{ "certificate-is-of-the-next-block-that-has-one",
		  test_certificate_is_of_the_next_block_that_has_one },
		{ "agreement-counts-until-the-next",
		  test_agreement_counts_until_the_next },
	};

	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path =
			g_strconcat("/xuper/ledger/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
