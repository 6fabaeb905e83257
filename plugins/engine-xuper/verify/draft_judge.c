/* SPDX-License-Identifier: Apache-2.0
 *
 * Another node's block.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/verify/draft_private.h"
#include "plugins/engine-xuper/verify/id.h"
#include "plugins/kit/reason.h"

static gint
judge_place(const LedgerNode *parent, const Block *block, bsn_err *err)
{
	if (!id_equal(block->parent, parent->block->id) ||
	    block->height != parent->block->height + 1)
		return refuse(err, XUPER_BLOCK,
			      "the block does not follow its parent");
	if (block->time_ms < parent->block->time_ms)
		return refuse(err, XUPER_BLOCK,
			      "the block's time is before its parent's");
	if (block->n_txs > BLOCK_TXS_MAX)
		return refuse(err, XUPER_BLOCK,
			      "the block has more than %u transactions",
			      BLOCK_TXS_MAX);
	return XUPER_OK;
}

/* The next transaction, when it is the one that is expected, is put upon the
 * others. */
static gint
match(Draft *draft, const Block *block, guint *at, const Tx *expected,
      gint code, bsn_err *err)
{
	Tx *tx = *at < block->n_txs ? block->txs[*at] : NULL;

	if (expected == NULL)
		return XUPER_OK;
	if (tx == NULL || !id_equal(tx->id, expected->id))
		return refuse(err, code,
			      "transaction %u of the block is not what the "
			      "chain itself does there",
			      *at);
	(*at)++;
	return draft_put(draft, tx, NULL, err);
}

static gint
match_generated(Draft *draft, const Block *block, guint *at, bsn_err *err)
{
	g_autoptr(Tx) autogen = NULL;
	g_autoptr(Tx) coinbase = NULL;
	gint code =
		generated_autogen(&draft->of, draft->upon.layer, &autogen, err);

	if (code == BSN_OK)
		code = match(draft, block, at, autogen, XUPER_AUTOGEN, err);
	if (code != XUPER_OK)
		return code;
	coinbase = generated_coinbase(&draft->of);
	return match(draft, block, at, coinbase, XUPER_COINBASE, err);
}

static gint
name_tx(gint code, guint at, bsn_err *err)
{
	reason_at(err, "transaction %u", at);
	return code;
}

static gint
judge_static(const Verifier *verifier, const Block *block, guint from,
	     bsn_err *err)
{
	const guint n = block->n_txs - from;
	g_autofree gint *codes = g_new0(gint, MAX(n, 1));
	g_autofree bsn_err *errs = g_new0(bsn_err, MAX(n, 1));

	for (guint i = 0; i < n; i++)
		errs[i].size = sizeof(bsn_err);
	if (n > 0)
		verify_static(verifier, block->txs + from, n, codes, errs);
	for (guint i = 0; i < n; i++) {
		if (codes[i] == XUPER_OK)
			continue;
		if (err != NULL)
			*err = errs[i];
		return name_tx(codes[i], from + i, err);
	}
	return XUPER_OK;
}

static gint
judge_state(Draft *draft, const Block *block, guint from, bsn_err *err)
{
	for (guint i = from; i < block->n_txs; i++) {
		gint code;

		if (!draft_has_room(draft, block->txs[i]))
			return refuse(
				err, XUPER_BLOCK,
				"the block has more than %" G_GUINT64_FORMAT
				" bytes of transactions",
				draft->of.verifier->config->block_bytes);
		code = draft_take(draft, block->txs[i], err);
		if (code != XUPER_OK)
			return name_tx(code, i, err);
	}
	return XUPER_OK;
}

static gint
judge_all(Draft *draft, const Block *block, bsn_err *err)
{
	guint at = 0;
	gint code = match_generated(draft, block, &at, err);

	if (code == XUPER_OK)
		code = judge_static(draft->of.verifier, block, at, err);
	if (code != XUPER_OK)
		return code;
	/* An empty block has no array. */
	if (at < block->n_txs)
		replay_ahead(draft->of.verifier, draft->upon.layer,
			     block->txs + at, block->n_txs - at);
	return judge_state(draft, block, at, err);
}

gint
draft_judge(const Verifier *verifier, LedgerNode *parent, Block *block,
	    Drafted *drafted, bsn_err *err)
{
	const Beginning of = {
		.verifier = verifier,
		.parent = parent,
		.height = parent->block->height + 1,
		.time_ms = block->time_ms,
		.term = (guint64)block->msg->curterm,
		.proposer_key =
			bsn_slice_of(block->proposer_key, PUBLIC_KEY_LEN),
	};
	g_auto(Draft) draft = { 0 };
	gint code = judge_place(parent, block, err);

	if (code != XUPER_OK)
		return code;
	draft_begin(&draft, &of);
	code = judge_all(&draft, block, err);
	if (code == XUPER_OK)
		draft_end(&draft, drafted);
	return code;
}
