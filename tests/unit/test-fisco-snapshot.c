/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of the state at checkpoints: what is made from the changes in between
 * is what is made from all there is, whatever was put, deleted and put back; and
 * a checkpoint's entries stay to be had while the chain goes on.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/deltas.h"
#include "plugins/engine-fisco/snapshot/section.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/engine-fisco/snapshot/undo.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fake-host.h"

#define INTERVAL 16u
#define NONCES_RANGE 10u
#define KEYS 3000u
#define VALUE_MAX 3000u

/* One node's chain without anything but state, nonces and totals. */
typedef struct {
	Ledger ledger;
	gboolean lazy; /* gathers nothing before it must */
} Node;

/* What the state must be: GBytes to GBytes. */
typedef GTree Model;

static int
compare_bytes(gconstpointer a, gconstpointer b, gpointer data)
{
	(void)data;
	return slice_compare(bytes_slice((GBytes *)a),
			     bytes_slice((GBytes *)b));
}

static Model *
model_new(void)
{
	return g_tree_new_full(compare_bytes, NULL,
			       (GDestroyNotify)g_bytes_unref,
			       (GDestroyNotify)g_bytes_unref);
}

static gboolean
copy_one(gpointer key, gpointer value, gpointer copy)
{
	g_tree_insert(copy, g_bytes_ref(key), g_bytes_ref(value));
	return FALSE;
}

static Model *
model_copy(Model *model)
{
	Model *copy = model_new();

	g_tree_foreach(model, copy_one, copy);
	return copy;
}

static void
start(void)
{
	bsn_err err = BSN_ERR_INIT;

	fake_host_reset(1);
	fake_host_load("crypto-gm.so");
	fake_host_load("crypto-std.so");
	g_assert_cmpint(services_find(fake_host(), &err), ==, BSN_OK);
}

static void
node_open(Node *node, const char *name, gboolean sm)
{
	bsn_err err = BSN_ERR_INIT;

	*node = (Node){ .lazy = FALSE };
	node->ledger.chain = fake_chain_new(name);
	fake_chain_open(node->ledger.chain, NULL, bsn_slice_of(NULL, 0), NULL);
	node->ledger.genesis.config.snapshot_interval = INTERVAL;
	node->ledger.genesis.config.block_limit_range = NONCES_RANGE;
	g_assert_cmpint(suite_find(&node->ledger.suite, sm, &err), ==, BSN_OK);
	g_assert_cmpint(snapshot_load(&node->ledger, &err), ==, BSN_OK);
}

static void
node_close(Node *node)
{
	snapshot_free(&node->ledger);
	fake_chain_close(node->ledger.chain);
	fake_chain_free(node->ledger.chain);
}

/* It forgets all that is not in its store. */
static void
node_restart(Node *node)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(snapshot_load(&node->ledger, &err), ==, BSN_OK);
}

/* ---- blocks -------------------------------------------------------------- */

static void
random_key(guint8 *key)
{
	const guint32 n = GUINT32_TO_BE(
		(guint32)g_test_rand_int_range(0, (gint32)KEYS) * 77777u);

	key[0] = 's';
	memcpy(key + 1, &n, sizeof(n));
}

static int
by_key(gconstpointer a, gconstpointer b)
{
	return slice_compare(((const OverlayChange *)a)->key,
			     ((const OverlayChange *)b)->key);
}

static void
add_change(GArray *changes, GStringChunk *memory, Model *model)
{
	const guint value_len = (guint)g_test_rand_int_range(0, VALUE_MAX);
	g_autofree guint8 *value = g_malloc0(value_len + 1);
	guint8 key[5];
	OverlayChange change = { .deleted = g_test_rand_int_range(0, 3) == 0 };

	random_key(key);
	memset(value, g_test_rand_int_range(0, 3), value_len);
	change.key = bsn_slice_of(
		g_string_chunk_insert_len(memory, (char *)key, sizeof(key)),
		sizeof(key));
	change.value = bsn_slice_of(
		g_string_chunk_insert_len(memory, (char *)value, value_len),
		value_len);
	for (guint i = 0; i < changes->len; i++)
		if (bsn_slice_equal(
			    g_array_index(changes, OverlayChange, i).key,
			    change.key))
			return;
	g_array_append_val(changes, change);
	if (change.deleted) {
		g_autoptr(GBytes) gone = g_bytes_new(key, sizeof(key));

		g_tree_remove(model, gone);
	} else {
		g_tree_insert(model, g_bytes_new(key, sizeof(key)),
			      g_bytes_new(value, value_len));
	}
}

static GArray *
random_changes(guint n, GStringChunk *memory, Model *model)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(OverlayChange));

	for (guint i = 0; i < n; i++)
		add_change(changes, memory, model);
	g_array_sort(changes, by_key);
	return changes;
}

static void
put_changes(Batch *batch, const GArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const OverlayChange *change =
			&g_array_index(changes, OverlayChange, i);

		if (change->deleted)
			batch_delete_borrowed(batch, change->key);
		else
			batch_put_borrowed(batch, change->key, change->value);
	}
}

static bsn_slice
nonces_of(guint64 number)
{
	static guint8 nonces[64];

	memset(nonces, (int)number, sizeof(nonces));
	return bsn_slice_of(nonces, number % 3 * 32);
}

static void
node_block(Node *node, const GArray *changes)
{
	Ledger *ledger = &node->ledger;
	g_auto(Batch) batch = { NULL, NULL };
	Head head = ledger->head;
	guint8 key[RECORD_KEY_MAX];
	guint len;

	head.number++;
	head.txs += head.number;
	batch_init(&batch, changes->len);
	len = record_key_number(KEY_NONCES, head.number, key);
	batch_put_short(&batch, bsn_slice_of(key, len),
			nonces_of(head.number));
	put_changes(&batch, changes);
	g_assert_cmpint(snapshot_put(ledger, &head, changes, &batch), ==,
			BSN_OK);
	g_assert_cmpint(batch_commit(&batch, ledger->chain, 0, NULL), ==,
			BSN_OK);
	ledger->head = head;
	if (!node->lazy)
		snapshot_goes_on(ledger, changes->len);
}

/* The digest in the header of the block that comes next; FALSE: it has none. */
static gboolean
next_digest(Node *node, guint8 *digest)
{
	g_autoptr(GArray) none =
		g_array_new(FALSE, FALSE, sizeof(OverlayChange));
	g_autoptr(GByteArray) items = g_byte_array_new();
	SnapshotExtra extra;

	g_assert_cmpint(snapshot_extra(&node->ledger,
				       node->ledger.head.number + 1, none,
				       items),
			==, BSN_OK);
	extra = snapshot_extra_read(buffer_slice(items));
	if (extra.digest.len > 0)
		memcpy(digest, extra.digest.data, HASH_LEN);
	return extra.digest.len > 0;
}

/* ---- from scratch -------------------------------------------------------- */

static void
add_nonces_of(Model *model, guint64 checkpoint)
{
	guint64 first = checkpoint > NONCES_RANGE
				? checkpoint - NONCES_RANGE + 1
				: 1;
	guint8 key[RECORD_KEY_MAX];

	for (guint64 number = first; number <= checkpoint; number++) {
		guint len = record_key_number(KEY_NONCES, number, key);
		bsn_slice value = nonces_of(number);

		g_tree_insert(model, g_bytes_new(key, len),
			      g_bytes_new(value.data, value.len));
	}
}

typedef struct {
	const Manifest *manifest;
	guint index;
	Entries entries;
} Picking;

static gboolean
pick(gpointer key, gpointer value, gpointer data)
{
	Picking *picking = data;
	const bsn_slice start =
		manifest_start(picking->manifest, picking->index);
	const bsn_slice end = manifest_end(picking->manifest, picking->index);

	if (slice_compare(bytes_slice(key), start) >= 0 &&
	    (end.len == 0 || slice_compare(bytes_slice(key), end) < 0))
		entries_add(&picking->entries, bytes_slice(key),
			    bytes_slice(value), TRUE);
	return FALSE;
}

/* The section is what the model has there, by its digest and as it is given. */
static void
check_section(const Node *node, const Manifest *manifest, guint index,
	      Model *model)
{
	Picking picking = { manifest, index, { NULL, NULL } };
	g_autoptr(GByteArray) given = g_byte_array_new();
	g_auto(Entries) read = { NULL, NULL };
	guint8 digest[HASH_LEN];
	bsn_err err = BSN_ERR_INIT;
	LtHash sum;

	entries_init(&picking.entries);
	entries_init(&read);
	g_tree_foreach(model, pick, &picking);
	g_assert_cmpint(deltas_sum(&node->ledger, &picking.entries, &sum), ==,
			BSN_OK);
	g_assert_cmpint(lthash_digest(&node->ledger.suite, &sum, digest), ==,
			BSN_OK);
	assert_bytes(digest, HASH_LEN, manifest_at(manifest, index)->digest,
		     HASH_LEN);
	g_assert_cmpint(section_put(&node->ledger, manifest, index, given), ==,
			BSN_OK);
	if (section_read(&node->ledger, manifest, index, buffer_slice(given),
			 &read, &sum, &err) != BSN_OK)
		g_error("section %u: %s", index, err.reason);
	assert_bytes(read.memory->data, read.memory->len,
		     picking.entries.memory->data,
		     picking.entries.memory->len);
	entries_clear(&picking.entries);
}

static void
check_checkpoint(const Node *node, guint64 checkpoint, Model *model,
		 guint *sections)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Manifest) manifest = { .sections = NULL };

	g_assert_cmpint(snapshot_manifest(&node->ledger, checkpoint, bytes), ==,
			BSN_OK);
	g_assert_true(manifest_read(buffer_slice(bytes), &manifest));
	g_assert_cmpuint(manifest.checkpoint, ==, checkpoint);
	g_assert_cmpuint(manifest.txs, ==, checkpoint * (checkpoint + 1) / 2);
	for (guint i = 0; i < manifest_n(&manifest); i++) {
		g_assert_cmpuint(manifest_at(&manifest, i)->bytes, <=,
				 SECTION_MAX);
		check_section(node, &manifest, i, model);
	}
	*sections = manifest_n(&manifest);
}

/* ---- the property -------------------------------------------------------- */

typedef struct {
	guint changes; /* of a block, at most */
	gboolean sm;
} Run;

/* Three nodes see the same blocks; the second gathers at the last moment, the
 * third forgets now and then what it has gathered. */
static void
test_alike(gconstpointer data)
{
	const Run *run = data;
	g_autoptr(GStringChunk) memory = g_string_chunk_new(4096);
	Model *model = model_new();
	Model *at[8] = { NULL };
	Node nodes[3];
	guint n_at = 0;
	guint sections = 0;

	start();
	node_open(&nodes[0], "steady", run->sm);
	node_open(&nodes[1], "lazy", run->sm);
	node_open(&nodes[2], "forgetful", run->sm);
	nodes[1].lazy = TRUE;
	while (n_at < 5 || nodes[0].ledger.head.number % INTERVAL != 10) {
		guint n = (guint)g_test_rand_int_range(
			0, (gint32)run->changes + 1);
		g_autoptr(GArray) changes = random_changes(n, memory, model);
		guint8 digests[3][HASH_LEN];
		gboolean have[3];
		guint64 number;

		if (g_test_rand_int_range(0, 3) == 0)
			node_restart(&nodes[2]);
		for (guint i = 0; i < 3; i++) {
			have[i] = next_digest(&nodes[i], digests[i]);
			g_assert_true(have[i] == have[0]);
			if (have[0])
				assert_bytes(digests[i], HASH_LEN, digests[0],
					     HASH_LEN);
			node_block(&nodes[i], changes);
		}
		number = nodes[0].ledger.head.number;
		g_assert_true(have[0] ==
			      (number > INTERVAL &&
			       number % INTERVAL == snapshot_lag(INTERVAL)));
		if (number % INTERVAL == 0) {
			at[n_at] = model_copy(model);
			add_nonces_of(at[n_at++], number);
		}
		if (number > INTERVAL && number % INTERVAL >= 8)
			check_checkpoint(&nodes[0], n_at * INTERVAL,
					 at[n_at - 1], &sections);
		/* The one before is there until the next one is reached. */
		if (n_at > 1 && number % INTERVAL == 0)
			check_checkpoint(&nodes[0], (n_at - 1) * INTERVAL,
					 at[n_at - 2], &sections);
	}
	if (run->changes > 100)
		g_assert_cmpuint(sections, >, 3);
	for (guint i = 0; i < n_at; i++)
		g_tree_unref(at[i]);
	g_tree_unref(model);
	for (guint i = 0; i < 3; i++)
		node_close(&nodes[i]);
}

static const Run few = { 3, FALSE };
static const Run many = { 300, FALSE };
static const Run many_sm = { 300, TRUE };

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, run)                                                        \
	g_test_add_data_func("/fisco-snapshot/" name, &(run), test_alike)
	TEST("as-from-scratch/few-changes", few);
	TEST("as-from-scratch/many-changes", many);
	TEST("as-from-scratch/many-changes-sm", many_sm);
	return g_test_run();
}
