/* SPDX-License-Identifier: Apache-2.0
 *
 * What other chains have answered (cross/fact.h). Who may endorse are the
 * validators as of the parent of the block: when they have changed since the
 * transaction was begun, and too few of its endorsers are left, it is stale.
 */
#include "plugins/engine-xuper/verify/judged.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/ledger/effects.h"

#define NS_PER_MS 1000000

bsn_slice
cross_proof(const Xldgpb__Transaction *msg)
{
	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *write = msg->tx_outputs_ext[i];

		if (strcmp(write->bucket, BUCKET_TRANSIENT) == 0 &&
		    bsn_slice_equal(message_slice(write->key),
				    bsn_slice_str(KEY_CROSS)))
			return message_slice(write->value);
	}
	return bsn_slice_of(NULL, 0);
}

static const LedgerNode *
parent_of(const Upon *upon)
{
	return upon->where != NULL ? upon->where
				   : ledger_head(upon->verifier->ledger);
}

/* An answer is this transaction's alone, and young. */
static gint
judge_time(const Upon *upon, const Tx *tx, const Bsn__Cross__Fact *fact,
	   bsn_err *err)
{
	const guint64 parent_ms = parent_of(upon)->block->time_ms;
	const guint64 now_ms = MAX(parent_ms, upon->time_ms);
	const guint64 time_ms = (guint64)tx->msg->timestamp / NS_PER_MS;

	if (fact->answer->time_ms != time_ms)
		return refuse(err, XUPER_CROSS,
			      "the answer of chain %s is for another "
			      "transaction",
			      fact->question->chain);
	if (now_ms > time_ms && now_ms - time_ms > FACT_AGE_MS)
		return refuse(err, XUPER_CROSS,
			      "the answer of chain %s is too old: begin the "
			      "transaction again",
			      fact->question->chain);
	return XUPER_OK;
}

static gint
judge_endorsements(const Upon *upon, const Bsn__Cross__Proof *proof,
		   bsn_err *err)
{
	Layer *layer = parent_of(upon)->layer;
	g_autoptr(Agreement) agreement = NULL;
	guint8 chain[HASH_LEN];
	int32_t status = agreement_read(layer, upon->verifier->suite,
					&agreement, err);

	if (status == BSN_OK)
		status = fact_chain(layer, chain, err);
	if (status != BSN_OK)
		return broke(status, err);
	for (gsize i = 0; i < proof->n_facts && status == BSN_OK; i++)
		status = fact_endorsed(upon->verifier->suite, chain, agreement,
				       proof->facts[i], err);
	if (status == BSN_OK)
		return XUPER_OK;
	if (err != NULL)
		err->native = XUPER_CROSS;
	return XUPER_CROSS;
}

/* Signatures hold as long as the same validators count. */
static gint
judge_once(const Upon *upon, Tx *tx, const Bsn__Cross__Proof *proof,
	   bsn_err *err)
{
	Judged *judged = judged_of(tx);
	XVersion version;
	int32_t status = xmodel_get(parent_of(upon)->layer,
				    bsn_slice_str(BUCKET_CONSENSUS),
				    bsn_slice_str(KEY_AGREEMENT), &version,
				    NULL, err);
	gint code;

	if (status != BSN_OK)
		return broke(status, err);
	if (judged->endorsed && xversion_equal(&judged->endorsed_by, &version))
		return XUPER_OK;
	code = judge_endorsements(upon, proof, err);
	judged->endorsed = code == XUPER_OK;
	judged->endorsed_by = version;
	return code;
}

gint
cross_judge(const Upon *upon, Tx *tx, bsn_err *err)
{
	const bsn_slice bytes = cross_proof(tx->msg);
	const Bsn__Cross__Proof *proof;
	g_auto(Arena) arena = ARENA_INIT;
	gint code = XUPER_OK;

	if (bytes.len == 0)
		return XUPER_OK;
	proof = proof_read(&arena, bytes, err);
	if (proof == NULL) {
		if (err != NULL)
			err->native = XUPER_FORMAT;
		return XUPER_FORMAT;
	}
	for (gsize i = 0; i < proof->n_facts && code == XUPER_OK; i++)
		code = judge_time(upon, tx, proof->facts[i], err);
	return code == XUPER_OK ? judge_once(upon, tx, proof, err) : code;
}
