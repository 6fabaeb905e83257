/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/verify/draft_private.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"
#include "plugins/engine-xuper/verify/id.h"

static void
note_unref(gpointer note)
{
	if (note != NULL)
		g_bytes_unref(note);
}

void
draft_begin(Draft *draft, const Beginning *of)
{
	draft->of = *of;
	draft->upon = (Upon){
		.verifier = of->verifier,
		.layer = layer_over(of->parent->layer),
		.where = (LedgerNode *)of->parent,
		.above = id_table_new(NULL),
		.height = of->height,
		.time_ms = of->time_ms,
	};
	draft->txs = g_ptr_array_new_with_free_func((GDestroyNotify)tx_unref);
	draft->notes = g_ptr_array_new_with_free_func(note_unref);
	draft->bytes = 0;
	draft->cost = 0;
}

void
draft_clear(Draft *draft)
{
	g_clear_pointer(&draft->upon.layer, layer_unref);
	g_clear_pointer(&draft->upon.above, g_hash_table_unref);
	g_clear_pointer(&draft->txs, g_ptr_array_unref);
	g_clear_pointer(&draft->notes, g_ptr_array_unref);
}

int32_t
draft_put(Draft *draft, Tx *tx, GBytes *note, bsn_err *err)
{
	int32_t status = effects_apply(draft->upon.layer, tx, err);

	if (status != BSN_OK)
		return broke(status, err);
	g_ptr_array_add(draft->txs, tx_ref(tx));
	g_ptr_array_add(draft->notes, note != NULL ? g_bytes_ref(note) : NULL);
	g_hash_table_insert(draft->upon.above, tx->id, tx);
	return BSN_OK;
}

/* Contracts of one block use no more than those of one transaction may, so that
 * all nodes have judged it in time. */
static gint
judge_cost(const Draft *draft, const Tx *tx, bsn_err *err)
{
	const guint64 most = block_cpu(draft->of.verifier->config);

	/* One alone always fits: what it looks at counts beside its CPU. */
	if (draft->cost == 0 || (judged_cost(tx) <= most &&
				 draft->cost <= most - judged_cost(tx)))
		return XUPER_OK;
	return refuse(err, XUPER_BLOCK,
		      "the block's transactions take more than "
		      "%" G_GUINT64_FORMAT " of the resource cpu in all",
		      most);
}

gint
draft_take(Draft *draft, Tx *tx, bsn_err *err)
{
	g_autoptr(GBytes) note = NULL;
	gint code = verify_upon(&draft->upon, tx, &note, err);

	if (code == XUPER_OK)
		code = judge_cost(draft, tx, err);
	if (code == XUPER_OK)
		code = draft_put(draft, tx, note, err);
	if (code != XUPER_OK)
		return code;
	draft->bytes += tx->bytes.len + TX_FRAME_MAX;
	draft->cost += judged_cost(tx);
	return code;
}

gboolean
draft_has_room(const Draft *draft, const Tx *tx)
{
	return draft->txs->len < BLOCK_TXS_MAX &&
	       draft->bytes + tx->bytes.len + TX_FRAME_MAX <=
		       draft->of.verifier->config->block_bytes;
}

void
draft_end(Draft *draft, Drafted *drafted)
{
	const guint n = draft->notes->len;

	drafted->layer = g_steal_pointer(&draft->upon.layer);
	drafted->notes = g_new0(GBytes *, MAX(n, 1));
	for (guint i = 0; i < n; i++)
		drafted->notes[i] = draft->notes->pdata[i];
	g_ptr_array_set_free_func(draft->notes, NULL);
	g_ptr_array_set_size(draft->notes, 0);
}
