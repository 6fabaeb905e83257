/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-xuper's pool and blocks against a model that anybody can read: what waits
 * and what is in blocks is one row of transactions; an output is spent once, a key
 * is overwritten by who has read its newest version. Whatever comes, in whatever
 * order, with whatever head:
 *
 * - who may follow on the row is taken, and nobody else is;
 * - what waits may follow on the head's row in its order;
 * - the pool's state is that of the row;
 * - a block that is made is judged right by a node that has not seen it, with
 *   the same state after it; and tokens are as many as they were, with awards.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "tests/unit/xuper-bed.h"
#include "tests/unit/xuper-contract.h"

#define STEPS 120u
#define KEYS 4u
#define AWARD 5u

/* ---- the model ---- */

typedef struct {
	GHashTable *outputs; /* "txid:offset" that are unspent */
	GHashTable *keys;    /* "bucket/key" -> "txid:offset" */
	GHashTable *ids;     /* txids of the row */
} Model;

static char *
place(const guint8 *txid, gsize at)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < HASH_LEN; i++)
		g_string_append_printf(text, "%02x", txid[i]);
	g_string_append_printf(text, ":%" G_GSIZE_FORMAT, at);
	return g_string_free(text, FALSE);
}

static char *
name_of(const char *bucket, ProtobufCBinaryData key)
{
	return g_strdup_printf("%s/%.*s", bucket, (int)key.len,
			       (const char *)key.data);
}

static gboolean
model_spends(const Model *model, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs; i++) {
		g_autofree char *output =
			place(msg->tx_inputs[i]->ref_txid.data,
			      (gsize)msg->tx_inputs[i]->ref_offset);

		if (!g_hash_table_contains(model->outputs, output))
			return FALSE;
	}
	return TRUE;
}

static gboolean
model_reads(const Model *model, const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = msg->tx_inputs_ext[i];
		g_autofree char *name = name_of(read->bucket, read->key);
		g_autofree char *version =
			read->ref_txid.len > 0
				? place(read->ref_txid.data,
					(gsize)read->ref_offset)
				: NULL;

		if (g_strcmp0(g_hash_table_lookup(model->keys, name),
			      version) != 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
model_allows(const Model *model, const Tx *tx)
{
	g_autofree char *id = place(tx->id, 0);

	return !tx->msg->coinbase && !g_hash_table_contains(model->ids, id) &&
	       model_spends(model, tx->msg) && model_reads(model, tx->msg);
}

static void
model_put(Model *model, const Tx *tx)
{
	const Xldgpb__Transaction *msg = tx->msg;

	g_hash_table_add(model->ids, place(tx->id, 0));
	for (gsize i = 0; i < msg->n_tx_inputs; i++) {
		g_autofree char *output =
			place(msg->tx_inputs[i]->ref_txid.data,
			      (gsize)msg->tx_inputs[i]->ref_offset);

		g_assert_true(g_hash_table_remove(model->outputs, output));
	}
	for (gsize i = 0; i < msg->n_tx_outputs; i++)
		g_hash_table_add(model->outputs, place(tx->id, i));
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++)
		g_hash_table_insert(model->keys,
				    name_of(msg->tx_outputs_ext[i]->bucket,
					    msg->tx_outputs_ext[i]->key),
				    place(tx->id, i));
}

static void
model_put_line(Model *model, const LedgerNode *node)
{
	if (node->parent != NULL)
		model_put_line(model, node->parent);
	for (guint i = 0; i < node->block->n_txs; i++)
		model_put(model, node->block->txs[i]);
}

/* The row up to a block. */
static Model
model_of(const LedgerNode *node)
{
	Model model = {
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};

	model_put_line(&model, node);
	return model;
}

static void
model_clear(Model *model)
{
	g_clear_pointer(&model->outputs, g_hash_table_unref);
	g_clear_pointer(&model->keys, g_hash_table_unref);
	g_clear_pointer(&model->ids, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Model, model_clear)

/* ---- the world ---- */

typedef struct {
	XuperBed *bed;
	GRand *rand;
	GPtrArray *made;  /* Tx: all that were ever made */
	GPtrArray *nodes; /* LedgerNode */
} World;

static guint
draw(World *world, guint n)
{
	return (guint)g_rand_int_range(world->rand, 0, (gint32)n);
}

/* The row of the head and of what waits; each of which must be allowed. */
static Model
row_of(World *world)
{
	XuperBed *bed = world->bed;
	Model model = model_of(ledger_head(bed->ledger));
	PoolWalk walk = pool_walk(bed->pool);
	Tx *tx;

	while ((tx = pool_walk_next(&walk)) != NULL) {
		g_assert_true(model_allows(&model, tx));
		model_put(&model, tx);
	}
	return model;
}

static void
check_layer(World *world)
{
	XuperBed *bed = world->bed;
	g_autoptr(Layer) layer = layer_over(ledger_head(bed->ledger)->layer);
	PoolWalk walk = pool_walk(bed->pool);
	g_autofree char *is = xuper_bed_digest(pool_layer(bed->pool));
	g_autofree char *wanted = NULL;
	Tx *tx;

	while ((tx = pool_walk_next(&walk)) != NULL)
		g_assert_cmpint(effects_apply(layer, tx, NULL), ==, BSN_OK);
	wanted = xuper_bed_digest(layer);
	g_assert_cmpstr(is, ==, wanted);
}

static void
check_supply(World *world, LedgerNode *node)
{
	XuperBed *bed = world->bed;
	guint64 sum = 0;

	for (guint i = 0; i < BED_PEOPLE; i++)
		sum += xuper_bed_balance(node->layer, bed->people[i].address);
	g_assert_cmpuint(sum, ==, BED_PEOPLE * (guint64)BED_QUOTA +
					  AWARD * node->block->height);
}

/* ---- what happens ---- */

/* Some output of somebody's, from any transaction that was ever made. */
static Tx *
make_payment(World *world)
{
	XuperBed *bed = world->bed;
	const char *to = bed->people[draw(world, BED_PEOPLE)].address;

	for (guint tries = 0; tries < 20 && world->made->len > 0; tries++) {
		const Tx *from = world->made->pdata[draw(world,
							 world->made->len)];
		const guint n = (guint)from->msg->n_tx_outputs;
		const guint at = n > 0 ? draw(world, n) : 0;
		guint64 amount = 0;

		if (n == 0)
			continue;
		for (gsize i = 0; i < from->msg->tx_outputs[at]->amount.len;
		     i++)
			amount = amount << 8 |
				 from->msg->tx_outputs[at]->amount.data[i];
		for (guint who = 0; who < BED_PEOPLE; who++)
			if (bsn_slice_equal(
				    TEXT(bed->people[who].address),
				    bsn_slice_of(from->msg->tx_outputs[at]
							 ->to_addr.data,
						 from->msg->tx_outputs[at]
							 ->to_addr.len)))
				return xuper_bed_pay_from(
					bed, who, from->id, (gint32)at, amount,
					to,
					1 + (amount > 1
						     ? draw(world,
							    (guint)amount - 1)
						     : 0));
	}
	return xuper_bed_pay(bed, draw(world, BED_PEOPLE), to,
			     1 + draw(world, 1000));
}

static Tx *
make_put(World *world)
{
	g_autofree char *key = g_strdup_printf("k%u", draw(world, KEYS));
	g_autofree char *value = g_strdup_printf("%u", draw(world, 1000));

	return xuper_bed_call(world->bed, draw(world, BED_PEOPLE),
			      TEST_CONTRACT, "put", "key", key, "value", value,
			      NULL);
}

static Tx *
make_copy(World *world)
{
	g_autofree char *from = g_strdup_printf("k%u", draw(world, KEYS));
	g_autofree char *to = g_strdup_printf("k%u", draw(world, KEYS));
	XVersion version;

	g_assert_cmpint(xmodel_get(pool_layer(world->bed->pool),
				   TEXT(TEST_BUCKET), TEXT(from), &version,
				   NULL, NULL),
			==, BSN_OK);
	return version.there
		       ? xuper_bed_call(world->bed, draw(world, BED_PEOPLE),
					TEST_CONTRACT, "copy", "from", from,
					"to", to, NULL)
		       : make_put(world);
}

static Tx *
make_any(World *world)
{
	const guint kind = draw(world, 10);
	Tx *tx = kind < 5   ? make_payment(world)
		 : kind < 8 ? make_put(world)
			    : make_copy(world);

	g_ptr_array_add(world->made, tx);
	return tx;
}

/* Submits: the model says whether it is taken. */
static void
submit(World *world, Tx *tx)
{
	g_auto(Model) row = row_of(world);
	const gboolean allowed = model_allows(&row, tx);
	bsn_err err = BSN_ERR_INIT;
	gint code = xuper_bed_submit(world->bed, tx, &err);

	if ((code == XUPER_OK) != allowed)
		g_error("%s, but %d: %s", allowed ? "allowed" : "not allowed",
			code, err.reason);
	if (!allowed && code != XUPER_DOUBLE_SPEND && code != XUPER_DUPLICATE &&
	    code != XUPER_STALE_READ && code != XUPER_UTXO_UNKNOWN &&
	    code != XUPER_OTHER_CHAIN && code != XUPER_COINBASE)
		g_error("refused for another reason, %d: %s", code,
			err.reason);
}

/* Judged anew, it gives the state of who has made it. */
static LedgerNode *
put_block(World *world, LedgerNode *parent, Block *block)
{
	XuperBed *bed = world->bed;
	g_autoptr(Block) came = block_decode(&bed->suite, block->bytes, TRUE,
					     NULL, NULL, NULL, NULL);
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	bsn_err err = BSN_ERR_INIT;
	Drafted drafted;
	LedgerNode *node;

	if (draft_judge(&bed->verifier, parent, came, &drafted, &err) !=
	    XUPER_OK)
		g_error("a block is refused: %s", err.reason);
	second = xuper_bed_digest(drafted.layer);
	xuper_bed_drop(came, &drafted);
	node = xuper_bed_admit(bed, parent, block);
	first = xuper_bed_digest(node->layer);
	g_assert_cmpstr(first, ==, second);
	check_supply(world, node);
	for (guint i = 0; i < block->n_txs; i++)
		if (block->txs[i]->msg->coinbase)
			g_ptr_array_add(world->made, tx_ref(block->txs[i]));
	g_ptr_array_add(world->nodes, node);
	return node;
}

static void
make_block(World *world)
{
	XuperBed *bed = world->bed;
	LedgerNode *parent =
		draw(world, 3) > 0
			? ledger_head(bed->ledger)
			: world->nodes->pdata[draw(world, world->nodes->len)];
	Drafted drafted;
	g_autoptr(Block) block = xuper_bed_make(bed, parent, &drafted);

	if (block == NULL)
		return;
	xuper_bed_drop(block, &drafted);
	if (ledger_find(bed->ledger, block->id) != NULL)
		return;
	xuper_bed_prefer(bed, put_block(world, parent, block));
}

/* Somebody else's block: some of all that was ever made, as far as it may
 * follow; much of it this pool has never seen. */
static void
others_block(World *world)
{
	XuperBed *bed = world->bed;
	LedgerNode *parent = ledger_head(bed->ledger);
	g_auto(Model) row = model_of(parent);
	g_autoptr(GPtrArray) some = g_ptr_array_new();
	g_autoptr(Block) block = NULL;

	for (guint i = 0; i < 6; i++) {
		Tx *tx = draw(world, 2) == 0 || world->made->len == 0
				 ? make_any(world)
				 : world->made->pdata[draw(world,
							   world->made->len)];

		if (!model_allows(&row, tx))
			continue;
		model_put(&row, tx);
		g_ptr_array_add(some, tx);
	}
	block = xuper_bed_block(bed, parent, (Tx *const *)some->pdata,
				some->len);
	if (ledger_find(bed->ledger, block->id) == NULL)
		xuper_bed_prefer(bed, put_block(world, parent, block));
}

static void
move_head(World *world)
{
	xuper_bed_prefer(world->bed,
			 world->nodes->pdata[draw(world, world->nodes->len)]);
}

static void
step(World *world)
{
	const guint kind = draw(world, 20);

	if (kind < 12)
		submit(world, make_any(world));
	else if (kind < 14 && world->made->len > 0)
		submit(world, world->made->pdata[draw(world,
						      world->made->len)]);
	else if (kind < 16)
		make_block(world);
	else if (kind < 18)
		others_block(world);
	else
		move_head(world);
	check_layer(world);
	{
		g_auto(Model) row = row_of(world);

		g_assert_cmpuint(g_hash_table_size(row.ids), >, 0);
	}
}

static void
test_random(gconstpointer data)
{
	const guint seed = GPOINTER_TO_UINT(data);
	g_autofree char *more = g_strdup_printf(",\"award\":\"%u\"", AWARD);
	g_autoptr(XuperBed) bed = xuper_bed_new(seed % 4 == 0, more);
	World world = { bed, g_rand_new_with_seed(seed),
			g_ptr_array_new_with_free_func(
				(GDestroyNotify)tx_unref),
			g_ptr_array_new() };

	g_ptr_array_add(world.nodes, ledger_root(bed->ledger));
	for (guint i = 0; i < STEPS; i++)
		step(&world);
	g_rand_free(world.rand);
	g_ptr_array_unref(world.made);
	g_ptr_array_unref(world.nodes);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint seed = 1; seed <= (g_test_thorough() ? 500u : 40u); seed++) {
		g_autofree char *path =
			g_strdup_printf("/xuper/random/%u", seed);

		g_test_add_data_func(path, GUINT_TO_POINTER(seed),
				     test_random);
	}
	return g_test_run();
}
