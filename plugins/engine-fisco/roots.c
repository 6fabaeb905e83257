/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/roots.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/sink.h"

/* A tree in the making: job i makes node i above the leaves. */
typedef struct {
	guint leaves;
	guint nodes;
	guint8 *digests;      /* of the nodes */
	GByteArray **encoded; /* what a node's leaves are of; or NULL */
} Tree;

typedef struct {
	bsn_jobs jobs;
	const Ledger *ledger;
	Sealed *sealed;
	const GPtrArray *receipts;
	Tree txs, changes, made;       /* made: the receipts */
	guint8 (*blooms)[BLOOM_LEN]; /* of the receipts of each node */
	gint failed; /* one of the failures, atomic; BSN_OK: none */
} Roots;

static void
tree_init(Tree *tree, guint leaves, gboolean encodes)
{
	tree->leaves = leaves;
	tree->nodes = (leaves + TREE_WIDTH - 1) / TREE_WIDTH;
	tree->digests = g_malloc_n(tree->nodes, HASH_LEN);
	if (encodes)
		tree->encoded = g_new0(GByteArray *, tree->nodes);
}

static void
tree_clear(Tree *tree)
{
	for (guint i = 0; tree->encoded != NULL && i < tree->nodes; i++)
		if (tree->encoded[i] != NULL)
			g_byte_array_unref(tree->encoded[i]);
	g_free(tree->encoded);
	g_free(tree->digests);
}

/* ---- nodes, on the workers ---------------------------------------------- */

static guint
leaves_of(const Tree *tree, guint node)
{
	return MIN(TREE_WIDTH, tree->leaves - node * TREE_WIDTH);
}

static void
make_node(Roots *roots, const Tree *tree, guint node, const guint8 *digests)
{
	int32_t status = tree_node(&roots->ledger->suite, digests,
				   node * TREE_WIDTH, leaves_of(tree, node),
				   tree->digests + (gsize)node * HASH_LEN);

	if (status != BSN_OK)
		g_atomic_int_set(&roots->failed, status);
}

/* A node whose leaves are encoded one after the other, each to its end. */
static void
digest_node(Roots *roots, const Tree *tree, guint node,
	    const GByteArray *encoded, const guint *ends)
{
	guint8 digests[TREE_WIDTH * HASH_LEN];
	bsn_slice leaves[TREE_WIDTH];
	guint n = leaves_of(tree, node);
	guint begin = 0;
	int32_t status;

	for (guint i = 0; i < n; begin = ends[i++])
		leaves[i] = bsn_slice_of(encoded->data + begin,
					 ends[i] - begin);
	status = suite_digest_each(&roots->ledger->suite, leaves, n, digests);
	if (status != BSN_OK)
		g_atomic_int_set(&roots->failed, status);
	else
		make_node(roots, tree, node, digests);
}

static void
tx_node(Roots *roots, guint node)
{
	guint8 digests[TREE_WIDTH * HASH_LEN];

	for (guint i = 0; i < leaves_of(&roots->txs, node); i++) {
		const Tx *tx = roots->sealed->txs->pdata[node * TREE_WIDTH + i];

		memcpy(digests + i * HASH_LEN, tx->hash, HASH_LEN);
	}
	make_node(roots, &roots->txs, node, digests);
}

static void
change_node(Roots *roots, guint node)
{
	const GArray *changes = roots->sealed->changes;
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	guint ends[TREE_WIDTH] = { 0 };

	for (guint i = 0; i < leaves_of(&roots->changes, node); i++) {
		guint first = (node * TREE_WIDTH + i) * ROOTS_CHANGES;

		overlay_put_changes(&g_array_index(changes, OverlayChange,
						   first),
				    MIN(ROOTS_CHANGES, changes->len - first),
				    encoded);
		ends[i] = encoded->len;
	}
	digest_node(roots, &roots->changes, node, encoded, ends);
}

static void
receipt_node(Roots *roots, guint node)
{
	GByteArray *encoded = g_byte_array_sized_new(TREE_WIDTH * 512u);
	guint8 *bloom = roots->blooms[node];
	guint ends[TREE_WIDTH] = { 0 };

	roots->made.encoded[node] = encoded;
	for (guint i = 0; i < leaves_of(&roots->made, node); i++) {
		const Receipt *receipt =
			roots->receipts->pdata[node * TREE_WIDTH + i];

		receipt_put(receipt, roots->sealed->header.state_root,
			    encoded);
		ends[i] = encoded->len;
		for (guint j = 0; j < BLOOM_LEN; j++)
			bloom[j] |= receipt->bloom[j];
	}
	digest_node(roots, &roots->made, node, encoded, ends);
}

static void
make_txs_and_changes(bsn_jobs *jobs, uint64_t index)
{
	Roots *roots = (Roots *)jobs;

	if (index < roots->changes.nodes)
		change_node(roots, (guint)index);
	else
		tx_node(roots, (guint)index - roots->changes.nodes);
}

static void
make_receipts(bsn_jobs *jobs, uint64_t index)
{
	receipt_node((Roots *)jobs, (guint)index);
}

/* ---- from nodes to roots ------------------------------------------------ */

static int32_t
run_jobs(Roots *roots, void (*run)(bsn_jobs *jobs, uint64_t index), guint n)
{
	roots->jobs.run = run;
	if (ledger_config(roots->ledger)->parallel && n > 1)
		services.parallel->run(roots->ledger->chain, &roots->jobs, n);
	else
		for (guint i = 0; i < n; i++)
			run(&roots->jobs, i);
	return g_atomic_int_get(&roots->failed);
}

static int32_t
root_of(const Roots *roots, const Tree *tree, guint8 *root)
{
	return tree_root_of_nodes(&roots->ledger->suite, tree->digests,
				  tree->leaves, root);
}

static int32_t
make_first_roots(Roots *roots)
{
	const Suite *suite = &roots->ledger->suite;
	Header *header = &roots->sealed->header;
	int32_t status = run_jobs(roots, make_txs_and_changes,
				  roots->changes.nodes + roots->txs.nodes);
	bsn_slice chained[2];

	if (status == BSN_OK)
		status = root_of(roots, &roots->txs, header->txs_root);
	if (status == BSN_OK)
		status = root_of(roots, &roots->changes, header->db_hash);
	if (status != BSN_OK)
		return status;
	chained[0] = bsn_slice_of(roots->ledger->head.state_root, HASH_LEN);
	chained[1] = bsn_slice_of(header->db_hash, HASH_LEN);
	return suite_digest(suite, chained, 2, header->state_root);
}

static void
gather_receipts(const Roots *roots)
{
	Sealed *sealed = roots->sealed;
	guint len = 0;

	for (guint i = 0; i < roots->made.nodes; i++)
		len += roots->made.encoded[i]->len;
	g_byte_array_set_size(sealed->receipts_raw, len);
	len = 0;
	for (guint i = 0; i < roots->made.nodes; i++) {
		const GByteArray *encoded = roots->made.encoded[i];

		memcpy(sealed->receipts_raw->data + len, encoded->data,
		       encoded->len);
		len += encoded->len;
		for (guint j = 0; j < BLOOM_LEN; j++)
			sealed->header.bloom[j] |= roots->blooms[i][j];
	}
}

/* Receipts have the state's root. */
static int32_t
make_receipts_root(Roots *roots)
{
	int32_t status = run_jobs(roots, make_receipts, roots->made.nodes);

	if (status == BSN_OK)
		status = root_of(roots, &roots->made,
				 roots->sealed->header.receipts_root);
	if (status == BSN_OK)
		gather_receipts(roots);
	return status;
}

int32_t
roots_make(Ledger *ledger, Sealed *sealed, const GPtrArray *receipts)
{
	Roots roots = { .ledger = ledger,
			.sealed = sealed,
			.receipts = receipts,
			.failed = BSN_OK };
	int32_t status;

	sealed->changes = overlay_changes(execution_state(sealed->execution));
	for (guint i = 0; i < sealed->txs->len; i++)
		block_put_tx(((Tx *)sealed->txs->pdata[i])->raw,
			     sealed->txs_raw);
	tree_init(&roots.txs, sealed->txs->len, FALSE);
	tree_init(&roots.changes,
		  (sealed->changes->len + ROOTS_CHANGES - 1) / ROOTS_CHANGES,
		  FALSE);
	tree_init(&roots.made, receipts->len, TRUE);
	roots.blooms = g_malloc0_n(roots.made.nodes, BLOOM_LEN);
	status = make_first_roots(&roots);
	if (status == BSN_OK)
		status = make_receipts_root(&roots);
	tree_clear(&roots.txs);
	tree_clear(&roots.changes);
	tree_clear(&roots.made);
	g_free(roots.blooms);
	return status;
}
