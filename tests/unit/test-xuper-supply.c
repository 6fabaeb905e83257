/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's supply of tokens is conserved: random transactions in a random
 * tree of blocks, of which any becomes the head, some become final, and after
 * which the ledger is closed and opened. After each step the state is what plain
 * arrays say that it is, and that of a block is the same whichever way led to it.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-ledger.h"
#include "tests/unit/xuper-model.h"

#if defined(__SANITIZE_ADDRESS__)
#define TXS 10000u
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TXS 10000u
#endif
#endif
#ifndef TXS
#define TXS 100000u
#endif

#define SUPPLY G_GUINT64_CONSTANT(10000000)
#define BLOCK_TXS 100u
#define NODES_MAX 20u
#define DEPTH_MAX 8u

/* What is known of a block that is not yet dropped. */
typedef struct {
	Model *model;
	char *digest;
} Known;

typedef struct {
	Bed bed;
	GRand *rand;
	GHashTable *known; /* id as GBytes -> Known */
	guint txs;
	guint64 awarded; /* in all blocks, dropped ones too */
	/* How often what has happened. */
	guint undone, redone, finals, reopened, dropped;
} Play;

static void
known_free(gpointer data)
{
	Known *known = data;

	model_free(known->model);
	g_free(known->digest);
	g_free(known);
}

static guint
below(Play *play, guint n)
{
	return (guint)g_rand_int_range(play->rand, 0, (gint)n);
}

static Known *
known_of(Play *play, const LedgerNode *node)
{
	g_autoptr(GBytes) id = g_bytes_new_static(node->block->id, HASH_LEN);

	return g_hash_table_lookup(play->known, id);
}

/* Takes the model. */
static void
know(Play *play, LedgerNode *node, Model *model)
{
	Known *known = g_new0(Known, 1);

	known->model = model;
	known->digest = xuper_state_digest(node->layer);
	g_hash_table_insert(play->known,
			    g_bytes_new(node->block->id, HASH_LEN), known);
}

/* The state of a block is what it was when it came. */
static void
check_digest(Play *play, LedgerNode *node)
{
	g_autofree char *digest = xuper_state_digest(node->layer);

	g_assert_cmpstr(digest, ==, known_of(play, node)->digest);
}

static void
check(Play *play, LedgerNode *node)
{
	model_compare(known_of(play, node)->model, node->layer,
		      node->block->height + 1);
	check_digest(play, node);
}

/* ---- steps ---- */

static void
collect(void *owner, LedgerNode *node)
{
	g_ptr_array_add(owner, node);
}

static LedgerNode *
random_node(Play *play)
{
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();

	g_ptr_array_add(nodes, ledger_root(play->bed.ledger));
	ledger_each(play->bed.ledger, collect, nodes);
	return g_ptr_array_index(nodes, below(play, nodes->len));
}

/* Transactions one upon the other, as a draft makes them. */
static GPtrArray *
random_txs(Play *play, Layer *layer, Model *model, guint64 height)
{
	const guint n = below(play, BLOCK_TXS + 1);
	GPtrArray *txs = g_ptr_array_new();

	for (guint i = 0; i < n; i++) {
		const gboolean award = i == 0 && below(play, 2) == 0;
		Tx *tx = award ? model_award(play->rand)
			       : model_random_tx(model, layer, height,
						 play->rand);

		if (tx == NULL)
			break;
		play->awarded += award ? 10 : 0;
		g_assert_cmpint(effects_apply(layer, tx, NULL), ==, BSN_OK);
		model_apply(model, tx);
		g_ptr_array_add(txs, tx);
	}
	return txs;
}

static void
grow(Play *play, LedgerNode *parent)
{
	Model *model = model_copy(known_of(play, parent)->model);
	Layer *layer = layer_over(parent->layer);
	g_autoptr(GPtrArray) txs = random_txs(play, layer, model,
					      parent->block->height + 1);
	g_autoptr(Block) block = made_block(
		parent->block, g_rand_int(play->rand),
		(Tx *const *)(void *)txs->pdata, txs->len);
	LedgerNode *node;

	play->txs += txs->len;
	g_assert_cmpint(ledger_add(play->bed.ledger, parent, block, layer,
				   NULL, &node, NULL), ==, BSN_OK);
	know(play, node, model);
	check(play, node);
}

static void
left(void *owner, LedgerNode *node)
{
	((Play *)owner)->undone += node->block->n_txs;
}

static void
entered(void *owner, LedgerNode *node)
{
	((Play *)owner)->redone += node->block->n_txs;
}

static void
prefer(Play *play, LedgerNode *node)
{
	const LedgerMove move = { left, entered, play };

	ledger_prefer(play->bed.ledger, node, &move);
	g_assert_true(ledger_head(play->bed.ledger) == node);
	check(play, node);
}

static void
count_dropped(void *owner, LedgerNode *node)
{
	((Play *)owner)->dropped++;
}

static gboolean
is_gone(gpointer id, gpointer known, gpointer data)
{
	Play *play = data;

	return ledger_find(play->bed.ledger,
			   g_bytes_get_data(id, NULL)) == NULL;
}

/* Some of those between the root and the head. */
static void
finalize(Play *play)
{
	LedgerNode *head = ledger_head(play->bed.ledger);
	LedgerNode *node = head;
	guint up = below(play, 4);

	for (; up > 0 && node->parent != NULL; up--)
		node = node->parent;
	g_assert_cmpint(ledger_finalize(play->bed.ledger, node,
					bsn_slice_str("certificate"), 1,
					count_dropped, play, NULL), ==,
			BSN_OK);
	fake_host_settle();
	g_hash_table_foreach_remove(play->known, is_gone, play);
	play->finals++;
	check(play, node);
	check(play, ledger_head(play->bed.ledger));
}

static void
reopen(Play *play)
{
	g_autoptr(GPtrArray) nodes = g_ptr_array_new();

	bed_reopen(&play->bed);
	g_ptr_array_add(nodes, ledger_root(play->bed.ledger));
	ledger_each(play->bed.ledger, collect, nodes);
	g_assert_cmpuint(nodes->len, ==, g_hash_table_size(play->known));
	for (guint i = 0; i < nodes->len; i++)
		check_digest(play, g_ptr_array_index(nodes, i));
	prefer(play, g_ptr_array_index(nodes, nodes->len - 1));
	play->reopened++;
}

static guint
depth(Play *play, const LedgerNode *node)
{
	return (guint)(node->block->height -
		       ledger_root(play->bed.ledger)->block->height);
}

static void
step(Play *play)
{
	LedgerNode *node = below(play, 5) == 0
				   ? random_node(play)
				   : ledger_head(play->bed.ledger);
	const guint what = below(play, 100);

	if (g_hash_table_size(play->known) >= NODES_MAX ||
	    depth(play, node) >= DEPTH_MAX) {
		prefer(play, random_node(play));
		finalize(play);
	} else if (what < 70)
		grow(play, node);
	else if (what < 82)
		prefer(play, random_node(play));
	else if (what < 98)
		finalize(play);
	else
		reopen(play);
}

/* ---- another way ---- */

/* All that is final, block by block, in a ledger that never knew another one. */
static void
replay(Play *play)
{
	bsn_chain *chain = fake_chain_new("replay");
	g_autofree char *digest = NULL;
	Bed bed = { chain, play->bed.genesis, NULL };
	LedgerNode *root = ledger_root(play->bed.ledger);

	g_assert_cmpint(fake_chain_open(chain, NULL, bsn_slice_of(NULL, 0),
					NULL), ==, BSN_OK);
	g_assert_cmpint(ledger_open(&bed.ledger, chain, &xuper_hashing,
				    bed.genesis, NULL), ==, BSN_OK);
	for (guint64 i = 1; i <= root->block->height; i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		g_autoptr(Block) block = NULL;
		LedgerNode *parent = ledger_root(bed.ledger), *node;
		int32_t status;

		g_assert_cmpint(ledger_block_bytes(play->bed.ledger, i, bytes,
						   NULL), ==, BSN_OK);
		block = block_decode(&xuper_hashing,
				     bsn_slice_of(bytes->data, bytes->len),
				     FALSE, NULL, NULL, &status, NULL);
		g_assert_nonnull(block);
		g_assert_cmpint(ledger_add(bed.ledger, parent, block,
					   bed_layer(parent, block), NULL,
					   &node, NULL), ==, BSN_OK);
		bed_finalize(&bed, node);
		fake_host_settle();
	}
	digest = xuper_state_digest(ledger_root(bed.ledger)->layer);
	g_assert_cmpstr(digest, ==, known_of(play, root)->digest);
	ledger_close(bed.ledger);
	fake_chain_close(chain);
	fake_chain_free(chain);
}

static void
test_supply_is_conserved(void)
{
	Play play = { .rand = g_rand_new_with_seed(2026) };
	Model *genesis = model_new();
	LedgerTotals totals;

	play.known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
					   (GDestroyNotify)g_bytes_unref,
					   known_free);
	bed_init(&play.bed, SUPPLY);
	model_apply(genesis, play.bed.genesis->txs[0]);
	know(&play, ledger_root(play.bed.ledger), genesis);
	while (play.txs < TXS)
		step(&play);
	bed_finalize(&play.bed, ledger_head(play.bed.ledger));
	check(&play, ledger_root(play.bed.ledger));
	replay(&play);
	ledger_totals(play.bed.ledger, &totals);
	g_test_message("%u transactions, %" G_GUINT64_FORMAT " final in %"
		       G_GUINT64_FORMAT " blocks; undone %u, done %u; final "
		       "%u times, %u blocks dropped; opened %u times",
		       play.txs, totals.txs, totals.height, play.undone,
		       play.redone, play.finals, play.dropped, play.reopened);
	g_assert_cmpuint(play.undone, >, TXS / 10);
	g_assert_cmpuint(play.dropped, >, 10);
	g_assert_cmpuint(play.reopened, >, 2);
	g_assert_cmpuint(known_of(&play, ledger_root(play.bed.ledger))
				 ->model->supply, <=, SUPPLY + play.awarded);
	g_hash_table_unref(play.known);
	g_rand_free(play.rand);
	bed_clear(&play.bed);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/ledger/supply-is-conserved",
			test_supply_is_conserved);
	return g_test_run();
}
