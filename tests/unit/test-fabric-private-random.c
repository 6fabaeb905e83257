/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fabric's ledger: private data at random on two ledgers, a member's and
 * another one's, which on its way begins anew as from a snapshot. Digests, what
 * expires and commit hashes are the same on both; the member's values are what a
 * model says, the other one has none.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/expiry.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-ca.h"
#include "tests/unit/fabric-private.h"

#define SEEDS 12u
#define BLOCKS 60u
#define TXS_MAX 4u
#define OPS_MAX 4u
#define KEYS 6u

static const char *const collections[] = { "secrets", "brief1", "brief3" };

enum { PUT, DELETE, PURGE, DESCRIBE, READ, OPS };

typedef struct {
	guint kind;
	const char *collection;
	char key[2];
	char value[2];
} Op;

typedef struct {
	Op ops[OPS_MAX];
	guint n_ops;
	char *tx_id;
	GByteArray *sets;
	gboolean late;
} Tx;

/* What a value should be. */
typedef struct {
	char value[2];
	guint64 written;
} Entry;

typedef struct {
	GRand *random;
	FabricLedger *member;
	FabricLedger *other;
	FabricPrivate *private;
	FabricPrivate *nothing;
	GHashTable *model; /* "collection/key": Entry */
	GPtrArray *late;   /* Tx, whose private data has not come */
	Simulator *reader; /* or NULL; what it saw at first */
	char *seen;
	gboolean joined; /* the other one has begun from a snapshot */
} World;

static void
tx_free(Tx *tx)
{
	g_free(tx->tx_id);
	g_byte_array_unref(tx->sets);
	g_free(tx);
}

static World *
world_new(guint32 seed)
{
	World *world = g_new0(World, 1);

	world->random = g_rand_new_with_seed(seed);
	world->member = fabric_ledger_new(FALSE, FALSE);
	world->other = fabric_ledger_new_of(&world->member->suite, FALSE);
	world->private = fabric_private_new(world->member);
	world->nothing = fabric_private_new(world->other);
	world->model =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	world->late = g_ptr_array_new_with_free_func((GDestroyNotify)tx_free);
	return world;
}

static void
world_free(World *world)
{
	simulator_free(world->reader);
	g_free(world->seen);
	g_ptr_array_unref(world->late);
	g_hash_table_unref(world->model);
	fabric_private_free(world->private);
	fabric_private_free(world->nothing);
	fabric_ledger_free(world->member);
	fabric_ledger_free(world->other);
	g_rand_free(world->random);
	g_free(world);
}

static guint
draw(World *world, guint below)
{
	return (guint)g_rand_int_range(world->random, 0, (gint32)below);
}

/* ---- transactions ---- */

static Op
draw_op(World *world)
{
	Op op = { .kind = draw(world, OPS) };

	op.collection = collections[draw(world, G_N_ELEMENTS(collections))];
	op.key[0] = (char)('a' + draw(world, KEYS));
	op.value[0] = (char)('0' + draw(world, 5));
	return op;
}

static void
simulate(Simulator *simulator, const Op *op)
{
	const MetadataEntry entry = { "name", TEXT(op->value) };
	const bsn_slice ns = TEXT("basic");
	const bsn_slice collection = TEXT(op->collection);
	const bsn_slice key = TEXT(op->key);
	g_autoptr(StateItem) item = NULL;
	int32_t status = BSN_OK;

	if (op->kind == PUT)
		status = simulator_put_private(simulator, ns, collection, key,
					       TEXT(op->value), NULL);
	else if (op->kind == DELETE)
		status = simulator_delete_private(simulator, ns, collection,
						  key, NULL);
	else if (op->kind == PURGE)
		status = simulator_purge_private(simulator, ns, collection,
						 key, NULL);
	else if (op->kind == DESCRIBE)
		status = simulator_put_private_metadata(
			simulator, ns, collection, key, &entry, 1, NULL);
	else
		/* A value that is missing is BSN_UNAVAILABLE. */
		(void)simulator_get_private(simulator, ns, collection, key,
					    &item, NULL);
	g_assert_cmpint(status, ==, BSN_OK);
}

static Tx *
draw_tx(World *world)
{
	Simulator *simulator = simulator_new(world->member->ledger);
	g_autoptr(GByteArray) results = NULL;
	LedgerTx wanted = { 0 };
	GByteArray *envelope;
	Tx *tx = g_new0(Tx, 1);

	tx->n_ops = 1 + draw(world, OPS_MAX);
	for (guint i = 0; i < tx->n_ops; i++) {
		tx->ops[i] = draw_op(world);
		simulate(simulator, &tx->ops[i]);
	}
	results = fabric_private_finish(simulator, &tx->sets);
	wanted.results = buffer_slice(results);
	envelope = fabric_ledger_tx(world->member, &wanted);
	fabric_ledger_add(world->other, g_byte_array_ref(envelope));
	fabric_ledger_add(world->member, envelope);
	tx->tx_id = g_strdup(fabric_last_tx_id());
	tx->late = draw(world, 4) == 0;
	if (!tx->late)
		fabric_private_give(world->private, tx->tx_id,
				    buffer_slice(tx->sets));
	return tx;
}

/* ---- the model ---- */

static guint64
live_of(const char *collection)
{
	const gsize len = strlen(collection);
	const char last = collection[len - 1];

	return g_ascii_isdigit(last) ? (guint64)(last - '0') : 0;
}

static gboolean
is_due(gpointer name, gpointer value, gpointer data)
{
	const guint64 *number = data;
	g_auto(GStrv) parts = g_strsplit(name, "/", 2);
	const Entry *entry = value;

	return entry->written < *number &&
	       expiry_block(entry->written, live_of(parts[0])) == *number;
}

/* One transaction's ops: the last of a key and kind counts, and a delete of a
 * key goes before what describes it. */
static void
model_tx(World *world, const Tx *tx, guint64 number)
{
	for (guint i = 0; i < tx->n_ops; i++) {
		const Op *op = &tx->ops[i];
		g_autofree char *name =
			g_strdup_printf("%s/%s", op->collection, op->key);
		Entry *entry;

		if (op->kind == PUT) {
			entry = g_new0(Entry, 1);
			memcpy(entry->value, op->value, sizeof(entry->value));
			entry->written = number;
			g_hash_table_replace(world->model,
					     g_steal_pointer(&name), entry);
		} else if (op->kind == DELETE || op->kind == PURGE) {
			g_hash_table_remove(world->model, name);
		}
	}
	for (guint i = 0; i < tx->n_ops; i++) {
		const Op *op = &tx->ops[i];
		g_autofree char *name =
			g_strdup_printf("%s/%s", op->collection, op->key);
		Entry *entry = g_hash_table_lookup(world->model, name);

		if (op->kind == DESCRIBE && entry != NULL)
			entry->written = number;
	}
}

static char *
model_text(const World *world, const char *collection)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < KEYS; i++) {
		g_autofree char *name =
			g_strdup_printf("%s/%c", collection, 'a' + i);
		const Entry *entry = g_hash_table_lookup(world->model, name);

		if (entry != NULL)
			g_string_append_printf(text, "%c=%s ", 'a' + i,
					       entry->value);
	}
	return g_string_free(text, FALSE);
}

/* ---- what is there ---- */

/* All values that a simulation sees. */
static char *
simulation_text(Simulator *simulator)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(collections); i++) {
		SimulatorRange *range = NULL;

		g_assert_cmpint(
			simulator_private_range(simulator, TEXT("basic"),
						TEXT(collections[i]), TEXT(""),
						TEXT(""), &range, NULL),
			==, BSN_OK);
		for (;;) {
			g_autoptr(StateItem) item = NULL;
			bsn_slice parts[3];

			g_assert_cmpint(simulator_range_next(range, &item,
							     NULL),
					==, BSN_OK);
			if (item == NULL)
				break;
			g_assert_true(state_key_split(item->key, &parts[0],
						      &parts[1], &parts[2]));
			g_string_append_printf(
				text, "%s/%c=%c@%u ", collections[i],
				parts[2].data[0], item->value.data[0],
				(guint)item->version.block);
		}
	}
	return g_string_free(text, FALSE);
}

typedef struct {
	bsn_scan_sink sink;
	GByteArray *bytes;
} Dump;

static int32_t
dump_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Dump *dump = (Dump *)sink;

	if (key.data[0] == STORE_STATE &&
	    private_state_key_is(bsn_slice_of(key.data + 1, key.len - 1)))
		return BSN_OK;
	g_byte_array_append(dump->bytes, key.data, (guint)key.len);
	if (value.len > 0)
		g_byte_array_append(dump->bytes, value.data, (guint)value.len);
	return BSN_OK;
}

static void
scan(const FabricLedger *ledger, guint8 kind, bsn_scan_sink *sink)
{
	const LedgerStore *store = &ledger->ledger->state.store;
	const guint8 end = kind + 1;

	g_assert_cmpint(store->table->scan(store->chain, bsn_slice_of(&kind, 1),
					   bsn_slice_of(&end, 1), 0, sink,
					   NULL),
			==, BSN_OK);
}

/* All that every node has; without what has no effect any more, when `joined`.
 */
static GByteArray *
dump(const FabricLedger *ledger, gboolean joined)
{
	static const char kinds[] = { STORE_STATE, STORE_HEAD, STORE_BLOCK,
				      STORE_EXPIRY };
	Dump all = { { dump_entry }, g_byte_array_new() };

	for (guint i = 0; i < G_N_ELEMENTS(kinds) - (joined ? 1 : 0); i++)
		scan(ledger, (guint8)kinds[i], &all.sink);
	return all.bytes;
}

typedef struct {
	bsn_scan_sink sink;
	LedgerBatch *batch;
} Forget;

static int32_t
forget_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	ledger_batch_delete(((Forget *)sink)->batch, key);
	return BSN_OK;
}

/* The other one is as if it had begun from a snapshot of now. */
static void
join(World *world)
{
	ChannelLedger *ledger = world->other->ledger;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	Forget forget = { { forget_entry }, &batch };

	world->joined = TRUE;
	ledger->first = ledger->head.height;
	ledger_batch_init(&batch);
	scan(world->other, STORE_EXPIRY, &forget.sink);
	if (batch.writes->len > 0)
		g_assert_cmpint(ledger_batch_commit(&batch,
						    &ledger->state.store, 0,
						    NULL),
				==, BSN_OK);
}

static void
check(const World *world)
{
	g_autoptr(GByteArray) member = dump(world->member, world->joined);
	g_autoptr(GByteArray) other = dump(world->other, world->joined);

	assert_same(buffer_slice(member), buffer_slice(other));
	fabric_private_check(world->member);
	fabric_private_check(world->other);
	for (guint i = 0; i < G_N_ELEMENTS(collections); i++) {
		g_autofree char *none =
			fabric_private_values(world->other, collections[i]);
		g_autofree char *model = model_text(world, collections[i]);

		g_assert_cmpstr(none, ==, "");
		g_assert_cmpuint(fabric_private_digests(world->member,
							collections[i]),
				 ==, strlen(model) / 4);
	}
}

/* ---- steps ---- */

static void
commit_block(World *world)
{
	const guint n = 1 + draw(world, TXS_MAX);
	const guint64 number = world->member->ledger->head.height;
	g_autofree Tx **txs = g_new(Tx *, n);
	g_autoptr(GByteArray) block = NULL;
	g_autoptr(GByteArray) same = NULL;

	for (guint i = 0; i < n; i++)
		txs[i] = draw_tx(world);
	block = fabric_ledger_block(world->member);
	same = fabric_ledger_block(world->other);
	assert_same(buffer_slice(block), buffer_slice(same));
	g_assert_cmpint(fabric_ledger_append(world->member, buffer_slice(block),
					     NULL),
			==, BSN_OK);
	g_assert_cmpint(fabric_ledger_append(world->other, buffer_slice(block),
					     NULL),
			==, BSN_OK);
	for (guint i = 0; i < n; i++) {
		const gboolean valid =
			world->member->codes[i] == TX_CODE(VALID);

		if (valid)
			model_tx(world, txs[i], number);
		if (valid && txs[i]->late)
			g_ptr_array_add(world->late, txs[i]);
		else
			tx_free(txs[i]);
	}
	g_hash_table_foreach_remove(world->model, is_due, (gpointer)&number);
}

static void
deliver_one(World *world)
{
	const guint i = draw(world, world->late->len);
	const Tx *tx = world->late->pdata[i];

	fabric_private_give_late(world->private, tx->tx_id,
				 buffer_slice(tx->sets));
	g_ptr_array_remove_index_fast(world->late, i);
}

/* What a simulation sees stays what it saw. */
static void
read_again(World *world)
{
	g_autofree char *now = NULL;

	if (world->reader != NULL) {
		now = simulation_text(world->reader);
		g_assert_cmpstr(now, ==, world->seen);
	}
	if (draw(world, 3) != 0)
		return;
	simulator_free(world->reader);
	g_free(world->seen);
	world->reader = simulator_new(world->member->ledger);
	world->seen = simulation_text(world->reader);
}

/* With all private data there, the values are the model's. */
static void
check_all_delivered(World *world)
{
	while (world->late->len > 0)
		deliver_one(world);
	check(world);
	for (guint i = 0; i < G_N_ELEMENTS(collections); i++) {
		g_autofree char *model = model_text(world, collections[i]);
		g_autofree char *values =
			fabric_private_values(world->member, collections[i]);
		g_auto(GStrv) one = g_strsplit(values, " ", -1);
		GString *plain = g_string_new(NULL);
		g_autofree char *got = NULL;

		for (guint v = 0; one[v] != NULL; v++)
			if (one[v][0] != '\0')
				g_string_append_printf(plain, "%.3s ", one[v]);
		got = g_string_free(plain, FALSE);
		g_assert_cmpstr(got, ==, model);
	}
}

static void
test_random(void)
{
	for (guint32 seed = 1; seed <= SEEDS; seed++) {
		World *world = world_new(seed);

		for (guint i = 0; i < BLOCKS; i++) {
			commit_block(world);
			read_again(world);
			if (world->late->len > 0 && draw(world, 3) == 0)
				deliver_one(world);
			read_again(world);
			check(world);
			if (i == BLOCKS / 2)
				join(world);
		}
		check_all_delivered(world);
		world_free(world);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/private/random/members-and-others",
			test_random);
	return g_test_run();
}
