/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/pool/pool_private.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/services.h"
#include "plugins/engine-xuper/verify/id.h"

/* ---- life ---- */

Pool *
pool_new(const Verifier *verifier, PoolOwner *owner)
{
	Pool *pool = g_new0(Pool, 1);

	pool->verifier = verifier;
	pool->owner = owner;
	g_queue_init(&pool->order);
	g_queue_init(&pool->early);
	pool->by_id = id_table_new(NULL);
	pool->spends = spends_new();
	pool->layer = layer_over(ledger_head(verifier->ledger)->layer);
	pool->entered =
		g_ptr_array_new_with_free_func((GDestroyNotify)block_unref);
	pool->left =
		g_ptr_array_new_with_free_func((GDestroyNotify)block_unref);
	return pool;
}

void
pool_free(Pool *pool)
{
	if (pool == NULL)
		return;
	g_hash_table_unref(pool->spends);
	g_hash_table_unref(pool->by_id);
	g_queue_clear_full(&pool->order, (GDestroyNotify)tx_unref);
	g_queue_clear_full(&pool->early, (GDestroyNotify)tx_unref);
	layer_unref(pool->layer);
	g_ptr_array_unref(pool->entered);
	g_ptr_array_unref(pool->left);
	g_free(pool);
}

/* ---- what waits ---- */

void
pool_insert(Pool *pool, Tx *tx, gboolean first)
{
	if (first)
		g_queue_push_head(&pool->order, tx_ref(tx));
	else
		g_queue_push_tail(&pool->order, tx_ref(tx));
	g_hash_table_insert(pool->by_id, tx->id, tx);
	spends_add(pool->spends, tx);
	pool->bytes += tx->bytes.len;
}

Tx *
pool_take(Pool *pool, GList *link)
{
	Tx *tx = link->data;

	g_hash_table_remove(pool->by_id, tx->id);
	spends_remove(pool->spends, tx);
	pool->bytes -= tx->bytes.len;
	g_queue_delete_link(&pool->order, link);
	return tx;
}

Layer *
pool_layer(Pool *pool)
{
	return pool->layer;
}

Tx *
pool_find(Pool *pool, const guint8 txid[HASH_LEN])
{
	return g_hash_table_lookup(pool->by_id, txid);
}

guint
pool_count(const Pool *pool)
{
	return pool->order.length;
}

gsize
pool_bytes(const Pool *pool)
{
	return pool->bytes;
}

gboolean
pool_spends(Pool *pool, const Utxo *utxo)
{
	Xldgpb__TxInput input = XLDGPB__TX_INPUT__INIT;

	input.ref_txid.data = (guint8 *)utxo->txid;
	input.ref_txid.len = HASH_LEN;
	input.ref_offset = utxo->offset;
	return spends_find(pool->spends, &input) != NULL;
}

PoolWalk
pool_walk(Pool *pool)
{
	return (PoolWalk){ pool, pool->order.head };
}

Tx *
pool_walk_next(void *of)
{
	PoolWalk *walk = of;
	Tx *tx;

	if (walk->at == NULL)
		return NULL;
	tx = walk->at->data;
	walk->at = walk->at->next;
	return tx;
}

/* ---- what comes ---- */

Upon
pool_upon(Pool *pool, GHashTable *above)
{
	const Verifier *verifier = pool->verifier;
	LedgerNode *head = ledger_head(verifier->ledger);

	return (Upon){
		.verifier = verifier,
		.layer = pool->layer,
		.where = head,
		.above = above,
		.height = head->block->height + 1,
		.time_ms = services.clock->wall_ms(verifier->chain),
	};
}

static gint
judge_room(const Pool *pool, const Tx *tx, bsn_err *err)
{
	if (pool->order.length < POOL_TXS_MAX &&
	    tx->bytes.len <= POOL_BYTES_MAX &&
	    pool->bytes <= POOL_BYTES_MAX - tx->bytes.len)
		return XUPER_OK;
	(void)bsn_fail(err, POOL_FULL_CODE,
		       "too many transactions wait: try again later");
	return POOL_FULL_CODE;
}

static gint
apply(Pool *pool, const Tx *tx, bsn_err *err)
{
	guint64 mark = layer_mark(pool->layer);
	int32_t status = effects_apply(pool->layer, tx, err);

	if (status == BSN_OK)
		return XUPER_OK;
	layer_revert(pool->layer, mark);
	return broke(status, err);
}

gint
pool_add_one(Pool *pool, Tx *tx, bsn_err *err)
{
	gint code = pool_mend(pool, err);
	const Upon upon = pool_upon(pool, pool->by_id);

	if (code == BSN_OK && pool_find(pool, tx->id) != NULL)
		return refuse(err, XUPER_DUPLICATE, "it waits already");
	if (code == BSN_OK)
		code = judge_room(pool, tx, err);
	if (code == XUPER_OK)
		code = verify_upon(&upon, tx, NULL, err);
	if (code == XUPER_OK)
		code = apply(pool, tx, err);
	if (code == XUPER_OK)
		pool_insert(pool, tx, FALSE);
	return code;
}

void
pool_add(Pool *pool, Tx *const *txs, guint n, gint *codes, bsn_err *errs)
{
	for (guint i = 0; i < n; i++) {
		codes[i] = pool_add_one(pool, txs[i],
					errs != NULL ? &errs[i] : NULL);
		if (codes[i] == XUPER_OK)
			early_release(pool, txs[i]);
	}
}
