/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts of a block that nobody has run here yet are run on all workers before
 * the block is judged one transaction after the other.
 *
 * A run gives what the values give that it reads, and a transaction names their
 * versions. So each is run upon the state in front of the block's transactions
 * and, above it, the values that it names of transactions of the block. When it
 * reads and writes what the transaction says, it has read these very versions, and
 * is remembered like any other run; whether they are the newest is asked later, in
 * order. What does not succeed here is run again there, for the reason.
 *
 * Whoever makes blocks could have much run that is refused later: when those that
 * were run took what a block may take, the others wait for their turn.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/verify/id.h"

/* Transactions that are run between two looks at what they took, for each worker:
 * enough that none waits for the others for long. */
#define CHUNK_TIMES 4u

typedef struct {
	bsn_jobs jobs;
	const Verifier *verifier;
	Layer *layer;
	GHashTable *block; /* txid -> Tx: of the block */
	GPtrArray *txs;	   /* Tx that are to be run */
	guint from;	   /* the chunk's first */
	Replayed *results; /* of the chunk */
	gint *codes;
} Ahead;

/* The value of a version that a transaction of the block has written. */
static const Xldgpb__TxOutputExt *
find_written(const Ahead *ahead, const Xldgpb__TxInputExt *read)
{
	const Tx *writer;
	const Xldgpb__TxOutputExt *write;

	if (read->ref_txid.len != HASH_LEN)
		return NULL;
	writer = g_hash_table_lookup(ahead->block, read->ref_txid.data);
	if (writer == NULL ||
	    (gsize)read->ref_offset >= writer->msg->n_tx_outputs_ext)
		return NULL;
	write = writer->msg->tx_outputs_ext[read->ref_offset];
	return strcmp(write->bucket, read->bucket) == 0 &&
			       bsn_slice_equal(message_slice(write->key),
					       message_slice(read->key))
		       ? write
		       : NULL;
}

/* Of shapes that the first step has seen, so all fits. */
static void
put_written(Layer *layer, const Xldgpb__TxInputExt *read,
	    const Xldgpb__TxOutputExt *write)
{
	XVersion version = { .there = TRUE, .offset = read->ref_offset };

	memcpy(version.txid, read->ref_txid.data, HASH_LEN);
	xmodel_put(layer, bsn_slice_str(write->bucket),
		   message_slice(write->key), &version,
		   message_slice(write->value));
}

static Layer *
layer_for(const Ahead *ahead, const Tx *tx)
{
	Layer *layer = layer_over(ahead->layer);

	for (gsize i = 0; i < tx->msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *read = tx->msg->tx_inputs_ext[i];
		const Xldgpb__TxOutputExt *write = find_written(ahead, read);

		if (write != NULL)
			put_written(layer, read, write);
	}
	return layer;
}

static void
run_job(bsn_jobs *jobs, uint64_t index)
{
	const Ahead *ahead = (Ahead *)jobs;
	const Tx *tx = ahead->txs->pdata[ahead->from + index];
	g_autoptr(Layer) layer = layer_for(ahead, tx);

	ahead->codes[index] = replay_run(ahead->verifier, layer, tx,
					 &ahead->results[index], NULL);
}

/* Those that may be remembered. Returns what all took. */
static guint64
take_results(const Ahead *ahead, guint n)
{
	guint64 cost = 0;

	for (guint i = 0; i < n; i++) {
		Tx *tx = ahead->txs->pdata[ahead->from + i];
		Replayed *result = &ahead->results[i];

		cost += MIN(result->cost, G_MAXUINT32);
		if (ahead->codes[i] == XUPER_OK && !result->unversioned)
			judged_replay(judged_of(tx), result);
		else
			g_clear_pointer(&result->note, g_bytes_unref);
	}
	return cost;
}

static guint
chunk_size(const Verifier *verifier)
{
	const guint64 width =
		BSN_HAS(services.parallel, width)
			? services.parallel->width(verifier->chain)
			: 1;

	return CHUNK_TIMES * (guint)CLAMP(width, 1, 1024);
}

static void
run_all(Ahead *ahead)
{
	const guint64 most = block_cpu(ahead->verifier->config);
	const guint chunk = chunk_size(ahead->verifier);
	g_autofree Replayed *results = g_new0(Replayed, chunk);
	g_autofree gint *codes = g_new0(gint, chunk);
	guint64 cost = 0;

	ahead->results = results;
	ahead->codes = codes;
	while (ahead->from < ahead->txs->len && cost <= most) {
		const guint n = MIN(chunk, ahead->txs->len - ahead->from);

		memset(results, 0, n * sizeof(results[0]));
		services.parallel->run(ahead->verifier->chain, &ahead->jobs,
				       n);
		cost += take_results(ahead, n);
		ahead->from += n;
	}
}

void
replay_ahead(const Verifier *verifier, Layer *layer, Tx *const *txs, guint n)
{
	g_autoptr(GHashTable) block = id_table_new(NULL);
	g_autoptr(GPtrArray) unknown = g_ptr_array_new();
	Ahead ahead = { { run_job }, verifier, layer, block, unknown,
			0,	     NULL,     NULL };

	for (guint i = 0; i < n; i++) {
		g_hash_table_insert(block, txs[i]->id, txs[i]);
		if (txs[i]->msg->n_contract_requests > 0 &&
		    !judged_of(txs[i])->replayed)
			g_ptr_array_add(unknown, txs[i]);
	}
	/* A single one is run when it is its turn. */
	if (unknown->len > 1)
		run_all(&ahead);
}
