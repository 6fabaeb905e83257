/* SPDX-License-Identifier: Apache-2.0
 *
 * The head has moved. Upon a block entered, what waits is still right but for:
 * what is in it; what spends an output or has read a version that it has used
 * up; and what stands on these. A pass over the pool finds them by comparing
 * names. Only after a block was left, or when an ACL that somebody was judged
 * by has changed, or for contracts that looked at more than versions,
 * everything is judged again.
 */
#include "plugins/engine-xuper/pool/pool_private.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/verify/id.h"

/* What the blocks of a move have done. */
typedef struct {
	GHashTable *confirmed; /* txid -> Tx */
	GHashTable *spent;     /* effect.h, by those that did not wait */
	GHashTable *written;   /* effect.h, by all */
	GHashTable *done;      /* digest -> Tx: of these, without effects */
	GPtrArray *foreign;    /* Tx that did not wait, in order */
	GHashTable *refused;   /* txid -> Refused */
} Move;

void
pool_entered(Pool *pool, LedgerNode *node)
{
	g_ptr_array_add(pool->entered, block_ref(node->block));
}

void
pool_left(Pool *pool, LedgerNode *node)
{
	g_ptr_array_add(pool->left, block_ref(node->block));
}

/* ---- what the blocks did ---- */

static void
note_block(Pool *pool, Move *move, const Block *block)
{
	for (guint i = 0; i < block->n_txs; i++) {
		Tx *tx = block->txs[i];

		g_hash_table_insert(move->confirmed, tx->id, tx);
		written_add(move->written, tx);
		if (pool_find(pool, tx->id) != NULL)
			continue;
		if (!effects_any(tx))
			g_hash_table_insert(move->done, tx->digest, tx);
		spends_add(move->spent, tx);
		g_ptr_array_add(move->foreign, tx);
	}
}

static void
move_begin(Pool *pool, Move *move)
{
	move->confirmed = id_table_new(NULL);
	move->spent = spends_new();
	move->written = written_new();
	move->done = id_table_new(NULL);
	move->foreign = g_ptr_array_new();
	move->refused = refused_new();
	for (guint i = 0; i < pool->entered->len; i++)
		note_block(pool, move, pool->entered->pdata[i]);
}

static void
move_end(Move *move)
{
	g_hash_table_unref(move->confirmed);
	g_hash_table_unref(move->spent);
	g_hash_table_unref(move->written);
	g_hash_table_unref(move->done);
	g_ptr_array_unref(move->foreign);
	g_hash_table_unref(move->refused);
}

/* ---- who comes back ---- */

static gboolean
may_return(Pool *pool, const Move *move, const Tx *tx)
{
	return !tx->msg->autogen && !tx->msg->coinbase &&
	       pool_find(pool, tx->id) == NULL &&
	       !g_hash_table_contains(move->confirmed, tx->id);
}

/* Blocks left come newest first, so each transaction goes before all others. */
static void
bring_back(Pool *pool, const Move *move)
{
	for (guint i = 0; i < pool->left->len; i++) {
		const Block *block = pool->left->pdata[i];

		for (guint at = block->n_txs; at > 0; at--)
			if (may_return(pool, move, block->txs[at - 1]))
				pool_insert(pool, block->txs[at - 1], TRUE);
	}
	if (pool->left->len > 0)
		pool->state = POOL_JUDGE;
}

/* ---- who goes ---- */

/* Whether what was read is used up: it is not what a block wrote, nor anything
 * that still waits, to be written after it. */
static const Written *
used_up(Pool *pool, const Move *move, bsn_slice bucket, bsn_slice key,
	const XVersion *read)
{
	const Written *written = written_find(move->written, bucket, key);

	if (written == NULL || xversion_equal(&written->version, read) ||
	    (read->there && pool_find(pool, read->txid) != NULL))
		return NULL;
	return written;
}

static gint
judge_spends(const Move *move, const Tx *tx, bsn_err *err)
{
	for (gsize i = 0; i < tx->msg->n_tx_inputs; i++)
		if (spends_find(move->spent, tx->msg->tx_inputs[i]) != NULL)
			return refuse(err, XUPER_DOUBLE_SPEND,
				      "the output of tx_inputs[%u] was spent "
				      "in a block",
				      (guint)i);
	return XUPER_OK;
}

static gint
judge_twin(const Move *move, const Tx *tx, bsn_err *err)
{
	if (g_hash_table_contains(move->done, tx->digest) && !effects_any(tx))
		return refuse(err, XUPER_DUPLICATE,
			      "one of the same content is in a block");
	return XUPER_OK;
}

static gint
judge_reads(Pool *pool, const Move *move, const Tx *tx, bsn_err *err)
{
	for (gsize i = 0; i < tx->msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *input = tx->msg->tx_inputs_ext[i];
		XVersion read = { .there = input->ref_txid.len == HASH_LEN,
				  .offset = input->ref_offset };

		if (read.there)
			memcpy(read.txid, input->ref_txid.data, HASH_LEN);
		if (used_up(pool, move, bsn_slice_str(input->bucket),
			    message_slice(input->key), &read) != NULL)
			return refuse(err, XUPER_STALE_READ,
				      "what tx_inputs_ext[%u] has read was "
				      "written in a block",
				      (guint)i);
	}
	return XUPER_OK;
}

/* Whether what is remembered of it may not hold any more. */
static gboolean
may_differ(Pool *pool, const Move *move, const Tx *tx)
{
	const Judged *judged = tx->judged;
	const guint n =
		judged != NULL && judged->seen != NULL ? judged->seen->len : 0;

	if (judged == NULL || judged->unversioned)
		return TRUE;
	for (guint i = 0; i < n; i++) {
		const AclSeen *seen = &g_array_index(judged->seen, AclSeen, i);
		gsize len;
		const guint8 *key = g_bytes_get_data(seen->key, &len);

		if (used_up(pool, move, bsn_slice_str(seen->bucket),
			    bsn_slice_of(key, len), &seen->version) != NULL)
			return TRUE;
	}
	return FALSE;
}

static void
confirm(Pool *pool, GList *link)
{
	g_autoptr(Tx) tx = pool_take(pool, link);

	pool->sunk++;
	pool->owner->left(pool->owner, tx, POOL_CONFIRMED, XUPER_OK, NULL);
}

static void
look_at(Pool *pool, Move *move, GList *link)
{
	const Tx *tx = link->data;
	bsn_err err = BSN_ERR_INIT;
	gint code;

	if (g_hash_table_contains(move->confirmed, tx->id)) {
		confirm(pool, link);
		return;
	}
	if (pool_refuse_with(pool, link, move->refused))
		return;
	code = judge_twin(move, tx, &err);
	if (code == XUPER_OK)
		code = judge_spends(move, tx, &err);
	if (code == XUPER_OK)
		code = judge_reads(pool, move, tx, &err);
	if (code != XUPER_OK)
		pool_refuse(pool, link, move->refused, code, &err);
	else if (may_differ(pool, move, tx))
		pool->state = POOL_JUDGE;
}

/* ---- the layer ---- */

/* What did not wait goes into the layer as well: nobody who is left meets it.
 */
static void
follow(Pool *pool, const Move *move)
{
	int32_t status = BSN_OK;

	if (g_hash_table_size(move->refused) > 0 ||
	    pool->sunk + move->foreign->len > pool->order.length)
		pool->state = MAX(pool->state, POOL_LAYER);
	if (pool->state != POOL_FRESH)
		return;
	for (guint i = 0; i < move->foreign->len && status == BSN_OK; i++)
		status = effects_apply(pool->layer, move->foreign->pdata[i],
				       NULL);
	if (status != BSN_OK)
		pool->state = POOL_LAYER;
	pool->sunk += move->foreign->len;
	layer_settle(pool->layer, ledger_head(pool->verifier->ledger)->layer);
}

void
pool_settle(Pool *pool)
{
	GList *next;
	Move move;

	if (pool->entered->len == 0 && pool->left->len == 0)
		return;
	move_begin(pool, &move);
	bring_back(pool, &move);
	for (GList *at = pool->order.head; at != NULL; at = next) {
		next = at->next;
		if (pool->left->len == 0 ||
		    g_hash_table_contains(move.confirmed,
					  ((const Tx *)at->data)->id))
			look_at(pool, &move, at);
	}
	follow(pool, &move);
	move_end(&move);
	g_ptr_array_set_size(pool->entered, 0);
	g_ptr_array_set_size(pool->left, 0);
	/* When it does not succeed now, whoever comes next tries again. */
	(void)pool_mend(pool, NULL);
}
