/* SPDX-License-Identifier: Apache-2.0
 *
 * A block of this node's own.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/verify/draft_private.h"
#include "plugins/engine-xuper/verify/id.h"

/* What the chain itself does comes first. */
static int32_t
put_generated(Draft *draft, bsn_err *err)
{
	g_autoptr(Tx) autogen = NULL;
	g_autoptr(Tx) coinbase = NULL;
	int32_t status =
		generated_autogen(&draft->of, draft->upon.layer, &autogen, err);

	if (status == BSN_OK && autogen != NULL)
		status = draft_put(draft, autogen, NULL, err);
	if (status != BSN_OK)
		return status;
	coinbase = generated_coinbase(&draft->of);
	return coinbase != NULL ? draft_put(draft, coinbase, NULL, err)
				: BSN_OK;
}

/* Takes what waits until the block is full; what stands behind the first one
 * that does not fit may stand on it. Those that are there already, upon this
 * parent, are none that others must be passed over for. */
static int32_t
take_waiting(Draft *draft, DraftNext next, void *owner, bsn_err *err)
{
	g_autoptr(GHashTable) passed = id_table_new(NULL);
	Tx *tx;

	while ((tx = next(owner)) != NULL && draft_has_room(draft, tx)) {
		gint code = stands_on(passed, tx) != NULL
				    ? XUPER_UTXO_UNKNOWN
				    : draft_take(draft, tx, err);

		if (code < 0)
			return code;
		if (code == XUPER_BLOCK)
			return BSN_OK;
		if (code != XUPER_OK && code != XUPER_DUPLICATE)
			g_hash_table_add(passed, tx->id);
	}
	return BSN_OK;
}

/* Whether there is a reason for a block: an award alone is none. */
static gboolean
has_content(const Draft *draft)
{
	for (guint i = 0; i < draft->txs->len; i++) {
		const Tx *tx = draft->txs->pdata[i];

		if (!tx->msg->coinbase)
			return TRUE;
	}
	return FALSE;
}

/* What waited is neither award nor autogen. */
static gboolean
carries(const Draft *draft)
{
	for (guint i = 0; i < draft->txs->len; i++) {
		const Tx *tx = draft->txs->pdata[i];

		if (!tx->msg->coinbase && !tx->msg->autogen)
			return TRUE;
	}
	return FALSE;
}

int32_t
draft_gather(const Verifier *verifier, LedgerNode *parent, const bsn_seal *seal,
	     gboolean empty, const guint8 proposer_key[PUBLIC_KEY_LEN],
	     DraftNext next, void *next_owner, Gathered *gathered, bsn_err *err)
{
	const Beginning of = {
		.verifier = verifier,
		.parent = parent,
		.height = parent->block->height + 1,
		.time_ms = seal->time_ms,
		.term = seal->term,
		.proposer_key = bsn_slice_of(proposer_key, PUBLIC_KEY_LEN),
	};
	g_auto(Draft) draft = { 0 };
	int32_t status;

	*gathered = (Gathered){ 0 };
	draft_begin(&draft, &of);
	draft.upon.brief = TRUE;
	status = put_generated(&draft, err);
	if (status == BSN_OK && next != NULL)
		status = take_waiting(&draft, next, next_owner, err);
	if (status == BSN_OK && !empty && !has_content(&draft))
		status = BSN_NOT_FOUND;
	if (status != BSN_OK)
		return status;
	gathered->carries = carries(&draft);
	draft_end(&draft, &gathered->drafted);
	gathered->txs = g_steal_pointer(&draft.txs);
	return BSN_OK;
}

BlockPlan
draft_plan(const LedgerNode *parent, const bsn_seal *seal,
	   const guint8 proposer_key[PUBLIC_KEY_LEN], const Gathered *gathered)
{
	return (BlockPlan){
		.parent = parent->block->id,
		.height = parent->block->height + 1,
		.proposer_key = bsn_slice_of(proposer_key, PUBLIC_KEY_LEN),
		.seal = *seal,
		.txs = (Tx *const *)gathered->txs->pdata,
		.n_txs = gathered->txs->len,
	};
}

void
gathered_clear(Gathered *gathered)
{
	Drafted *drafted = &gathered->drafted;

	for (guint i = 0; drafted->notes != NULL && i < gathered->txs->len; i++)
		g_clear_pointer(&drafted->notes[i], g_bytes_unref);
	g_clear_pointer(&drafted->notes, g_free);
	g_clear_pointer(&drafted->layer, layer_unref);
	g_clear_pointer(&gathered->txs, g_ptr_array_unref);
}

Block *
draft_make(const Verifier *verifier, LedgerNode *parent, const bsn_seal *seal,
	   gboolean empty, const guint8 proposer_key[PUBLIC_KEY_LEN],
	   BlockSign sign, void *sign_owner, DraftNext next, void *next_owner,
	   Drafted *drafted, int32_t *status, bsn_err *err)
{
	g_auto(Gathered) gathered = { 0 };
	BlockPlan plan;
	Block *block;

	*status = draft_gather(verifier, parent, seal, empty, proposer_key, next,
			       next_owner, &gathered, err);
	if (*status != BSN_OK)
		return NULL;
	plan = draft_plan(parent, seal, proposer_key, &gathered);
	block = block_make(verifier->suite, &plan, sign, sign_owner, status,
			   err);
	if (block == NULL)
		return NULL;
	*drafted = gathered.drafted;
	gathered.drafted = (Drafted){ 0 };
	return block;
}
