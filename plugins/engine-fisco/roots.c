/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/roots.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/sink.h"

/* Leaves of a tree that one job digests, a multiple of TREE_WIDTH: many, since
 * some hashes work on several texts at once. */
#define TOGETHER (8u * TREE_WIDTH)

/* A tree in the making: a part of each is made by one job. */
typedef struct {
	guint leaves;
	guint together;  /* leaves of a part */
	guint parts;
	guint8 *nodes;   /* above the leaves: their digests */
} Tree;

typedef struct {
	bsn_jobs jobs;
	const Ledger *ledger;
	Sealed *sealed;
	GPtrArray *receipts;
	Tree txs, changes, made;   /* made: the receipts */
	GByteArray **encoded;      /* the receipts of each part */
	guint8 (*blooms)[BLOOM_LEN]; /* and their bloom filters in one */
	gint failed; /* one of the failures, atomic; BSN_OK: none */
} Roots;

static void
tree_init(Tree *tree, guint leaves, guint together)
{
	tree->leaves = leaves;
	tree->together = together;
	tree->parts = (leaves + together - 1) / together;
	tree->nodes = g_malloc_n((leaves + TREE_WIDTH - 1) / TREE_WIDTH,
				 HASH_LEN);
}

/* ---- parts, on the workers ---------------------------------------------- */

static guint
leaves_of(const Tree *tree, guint part)
{
	return MIN(tree->together, tree->leaves - part * tree->together);
}

static void
make_nodes(Roots *roots, const Tree *tree, guint part, const guint8 *digests)
{
	guint first = part * tree->together;
	int32_t status = tree_nodes(
		&roots->ledger->suite, digests, first, leaves_of(tree, part),
		tree->nodes + (gsize)(first / TREE_WIDTH) * HASH_LEN);

	if (status != BSN_OK)
		g_atomic_int_set(&roots->failed, status);
}

/* Of leaves that are encoded one after the other, each to its end. */
static void
digest_leaves(Roots *roots, const Tree *tree, guint part,
	      const GByteArray *encoded, const guint *ends)
{
	guint8 digests[TOGETHER * HASH_LEN];
	bsn_slice leaves[TOGETHER];
	guint n = leaves_of(tree, part);
	guint begin = 0;
	int32_t status;

	for (guint i = 0; i < n; begin = ends[i++])
		leaves[i] = bsn_slice_of(encoded->data + begin,
					 ends[i] - begin);
	status = suite_digest_each(&roots->ledger->suite, leaves, n, digests);
	if (status != BSN_OK)
		g_atomic_int_set(&roots->failed, status);
	else
		make_nodes(roots, tree, part, digests);
}

static void
make_txs(Roots *roots, guint part)
{
	guint8 digests[TOGETHER * HASH_LEN];
	guint first = part * roots->txs.together;

	for (guint i = 0; i < leaves_of(&roots->txs, part); i++) {
		const Tx *tx = roots->sealed->txs->pdata[first + i];

		memcpy(digests + i * HASH_LEN, tx->hash, HASH_LEN);
	}
	make_nodes(roots, &roots->txs, part, digests);
}

static void
make_changes(Roots *roots, guint part)
{
	const GArray *changes = roots->sealed->changes;
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	guint first = part * roots->changes.together;
	guint ends[TOGETHER] = { 0 };

	for (guint i = 0; i < leaves_of(&roots->changes, part); i++) {
		guint at = (first + i) * ROOTS_CHANGES;

		overlay_put_changes(&g_array_index(changes, OverlayChange, at),
				    MIN(ROOTS_CHANGES, changes->len - at),
				    encoded);
		ends[i] = encoded->len;
	}
	digest_leaves(roots, &roots->changes, part, encoded, ends);
}

static void
put_receipt(const Roots *roots, guint i, GByteArray *encoded, guint8 *bloom)
{
	Receipt *receipt = g_steal_pointer(&roots->receipts->pdata[i]);

	receipt_put(receipt, roots->sealed->header.state_root, encoded);
	for (guint j = 0; j < BLOOM_LEN; j++)
		bloom[j] |= receipt->bloom[j];
	receipt_free(receipt);
}

static void
make_receipts(bsn_jobs *jobs, uint64_t index)
{
	Roots *roots = (Roots *)jobs;
	guint first = (guint)index * roots->made.together;
	GByteArray *encoded = g_byte_array_new();
	guint ends[TOGETHER] = { 0 };

	roots->encoded[index] = encoded;
	for (guint i = 0; i < leaves_of(&roots->made, (guint)index); i++) {
		put_receipt(roots, first + i, encoded, roots->blooms[index]);
		ends[i] = encoded->len;
	}
	digest_leaves(roots, &roots->made, (guint)index, encoded, ends);
}

static void
make_txs_and_changes(bsn_jobs *jobs, uint64_t index)
{
	Roots *roots = (Roots *)jobs;

	if (index < roots->changes.parts)
		make_changes(roots, (guint)index);
	else
		make_txs(roots, (guint)index - roots->changes.parts);
}

/* ---- from parts to roots ------------------------------------------------ */

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
	return tree_root_of_nodes(&roots->ledger->suite, tree->nodes,
				  tree->leaves, root);
}

static int32_t
make_first_roots(Roots *roots)
{
	const Suite *suite = &roots->ledger->suite;
	Header *header = &roots->sealed->header;
	int32_t status = run_jobs(roots, make_txs_and_changes,
				  roots->changes.parts + roots->txs.parts);
	guint8 before[HASH_LEN];
	bsn_slice chained[2];

	if (status == BSN_OK)
		status = root_of(roots, &roots->txs, header->txs_root);
	if (status == BSN_OK)
		status = root_of(roots, &roots->changes, header->db_hash);
	if (status != BSN_OK)
		return status;
	memcpy(before, header->state_root, HASH_LEN);
	chained[0] = bsn_slice_of(before, HASH_LEN);
	chained[1] = bsn_slice_of(header->db_hash, HASH_LEN);
	return suite_digest(suite, chained, 2, header->state_root);
}

static void
gather_receipts(const Roots *roots)
{
	Sealed *sealed = roots->sealed;
	guint len = 0;

	for (guint i = 0; i < roots->made.parts; i++)
		len += roots->encoded[i]->len;
	g_byte_array_set_size(sealed->receipts_raw, len);
	len = 0;
	for (guint i = 0; i < roots->made.parts; i++) {
		const GByteArray *encoded = roots->encoded[i];

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
	int32_t status = run_jobs(roots, make_receipts, roots->made.parts);

	if (status == BSN_OK)
		status = root_of(roots, &roots->made,
				 roots->sealed->header.receipts_root);
	if (status == BSN_OK)
		gather_receipts(roots);
	return status;
}

static void
roots_clear(Roots *roots)
{
	for (guint i = 0; i < roots->made.parts; i++)
		if (roots->encoded[i] != NULL)
			g_byte_array_unref(roots->encoded[i]);
	g_free(roots->encoded);
	g_free(roots->blooms);
	g_free(roots->txs.nodes);
	g_free(roots->changes.nodes);
	g_free(roots->made.nodes);
}

int32_t
roots_make(Ledger *ledger, Sealed *sealed, GPtrArray *receipts)
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
	tree_init(&roots.txs, sealed->txs->len, TOGETHER);
	tree_init(&roots.changes,
		  (sealed->changes->len + ROOTS_CHANGES - 1) / ROOTS_CHANGES,
		  TREE_WIDTH);
	tree_init(&roots.made, receipts->len, TOGETHER);
	roots.blooms = g_malloc0_n(roots.made.parts, BLOOM_LEN);
	roots.encoded = g_new0(GByteArray *, roots.made.parts);
	status = make_first_roots(&roots);
	if (status == BSN_OK)
		status = make_receipts_root(&roots);
	roots_clear(&roots);
	return status;
}
