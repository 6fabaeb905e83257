/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/roots.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/sink.h"

/* Leaves of a tree that one job digests, a multiple of TREE_WIDTH: many, since
 * some hashes work on several texts at once. */
#define TOGETHER (8u * TREE_WIDTH)

/* What the changes of a part usually take. */
#define CHANGES_BYTES 16384u

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
	const GArray *receipts;
	Tree txs, changes, made; /* made: the receipts */
	guint *begins; /* of each part of the receipts in receipts_raw */
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

static const EncodedReceipt *
receipt_at(const Roots *roots, guint i)
{
	return &g_array_index(roots->receipts, EncodedReceipt, i);
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

static void
digest_leaves(Roots *roots, const Tree *tree, guint part,
	      const bsn_slice *leaves)
{
	guint8 digests[TOGETHER * HASH_LEN];
	int32_t status = suite_digest_each(&roots->ledger->suite, leaves,
					   leaves_of(tree, part), digests);

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
	g_autoptr(GByteArray) encoded =
		g_byte_array_sized_new(CHANGES_BYTES);
	guint first = part * roots->changes.together;
	guint n = leaves_of(&roots->changes, part);
	guint ends[TOGETHER] = { 0 };
	bsn_slice leaves[TOGETHER];
	guint begin = 0;

	for (guint i = 0; i < n; i++) {
		guint at = (first + i) * ROOTS_CHANGES;

		overlay_put_changes(&g_array_index(changes, OverlayChange, at),
				    MIN(ROOTS_CHANGES, changes->len - at),
				    encoded);
		ends[i] = encoded->len;
	}
	for (guint i = 0; i < n; begin = ends[i++])
		leaves[i] = bsn_slice_of(encoded->data + begin,
					 ends[i] - begin);
	digest_leaves(roots, &roots->changes, part, leaves);
}

/* Where a receipt stands in the block, which it is put into. */
static bsn_slice
put_receipt(const Roots *roots, guint i, guint8 *at, guint8 *bloom)
{
	bsn_slice encoded = receipt_at(roots, i)->encoded;
	RlpReader reader = rlp_reader(bsn_slice_of(at, encoded.len));
	ReceiptView receipt;

	memcpy(at, encoded.data, encoded.len);
	receipt_read(&reader, &receipt);
	memcpy(at + (receipt.state_root.data - at),
	       roots->sealed->header.state_root, HASH_LEN);
	for (guint j = 0; receipt.logs.len > 0 && j < BLOOM_LEN; j++)
		bloom[j] |= receipt.bloom.data[j];
	return bsn_slice_of(at, encoded.len);
}

static void
make_receipts(bsn_jobs *jobs, uint64_t index)
{
	Roots *roots = (Roots *)jobs;
	guint part = (guint)index;
	guint8 *at = roots->sealed->receipts_raw->data + roots->begins[part];
	bsn_slice leaves[TOGETHER];

	for (guint i = 0; i < leaves_of(&roots->made, part); i++) {
		leaves[i] = put_receipt(roots,
					part * roots->made.together + i, at,
					roots->blooms[part]);
		at += leaves[i].len;
	}
	digest_leaves(roots, &roots->made, part, leaves);
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

/* Receipts have the state's root. */
static int32_t
make_receipts_root(Roots *roots)
{
	Header *header = &roots->sealed->header;
	int32_t status = run_jobs(roots, make_receipts, roots->made.parts);

	for (guint i = 0; i < roots->made.parts; i++)
		for (guint j = 0; j < BLOOM_LEN; j++)
			header->bloom[j] |= roots->blooms[i][j];
	return status != BSN_OK ? status
				: root_of(roots, &roots->made,
					  header->receipts_root);
}

/* All receipts' places in the block are known before any is there. */
static void
init_receipts(Roots *roots)
{
	const Tree *made = &roots->made;
	guint len = 0;

	roots->blooms = g_malloc0_n(made->parts, BLOOM_LEN);
	roots->begins = g_new(guint, made->parts);
	for (guint i = 0; i < made->leaves; i++) {
		if (i % made->together == 0)
			roots->begins[i / made->together] = len;
		len += (guint)receipt_at(roots, i)->encoded.len;
	}
	g_byte_array_set_size(roots->sealed->receipts_raw, len);
}

static void
roots_clear(Roots *roots)
{
	g_free(roots->begins);
	g_free(roots->blooms);
	g_free(roots->txs.nodes);
	g_free(roots->changes.nodes);
	g_free(roots->made.nodes);
}

int32_t
roots_make(Ledger *ledger, Sealed *sealed, const GArray *receipts)
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
	init_receipts(&roots);
	status = make_first_roots(&roots);
	if (status == BSN_OK)
		status = make_receipts_root(&roots);
	roots_clear(&roots);
	return status;
}
