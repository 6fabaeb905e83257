/* SPDX-License-Identifier: Apache-2.0
 *
 * A proposal of another node holds what an honest one could have cut: batches by
 * the channel's limits, of transactions that would be taken at the door.
 */
#include "plugins/engine-fabric/order/agree.h"

#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/order/admit.h"
#include "plugins/engine-fabric/order/cut.h"
#include "plugins/kit/reason.h"

static int32_t
check_limits(const Channel *channel, const Candidate *candidate, bsn_err *err)
{
	const IncomingBlock *block = candidate->block;
	guint64 bytes = 0;

	for (guint i = 0; i < block->n_txs; i++)
		bytes += block->txs[i].envelope.len;
	if (!cut_allows(channel->config, block->n_txs, bytes))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block has %u transactions in %" G_GUINT64_FORMAT
				" bytes, which is no batch by the channel's "
				"limits",
				block->n_txs, bytes);
	if (candidate->is_config && block->n_txs != 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a CONFIG stands alone in its block");
	return BSN_OK;
}

static int32_t
check_config(Channel *channel, const BlockTx *tx, bsn_err *err)
{
	int32_t status = BSN_OK;
	const TxCode code = config_judge(channel, tx, &status);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the config cannot be judged");
	if (code != TX_CODE(VALID))
		return bsn_fail_native(err, BSN_BAD_REQUEST, code,
				       "the config does not follow from the "
				       "present one");
	return BSN_OK;
}

/* Ids are new: to the ledger, to what it is built upon, and to the block. */
static int32_t
check_new(Channel *channel, const Candidate *candidate, GTree *ids,
	  const BlockTx *tx, bsn_err *err)
{
	gpointer id = (gpointer)tx->tx_id.data;

	if (tx->is_config)
		return check_config(channel, tx, err);
	if (g_tree_lookup(ids, id) != NULL ||
	    candidates_take(channel, candidate->number, id))
		return bsn_fail_native(
			err, BSN_DUPLICATE,
			PROTOS__TX_VALIDATION_CODE__DUPLICATE_TXID,
			"its id %s is another one's", (const char *)id);
	g_tree_insert(ids, id, id);
	return admit_is_new(channel, id, err);
}

static int32_t
check_each(Channel *channel, const Candidate *candidate,
	   const Admission *admissions, bsn_err *err)
{
	g_autoptr(GTree) ids = g_tree_new((GCompareFunc)strcmp);

	for (guint i = 0; i < candidate->block->n_txs; i++) {
		int32_t status = admissions[i].status;

		if (status != BSN_OK)
			bsn_fail_native(err, status, admissions[i].err.native,
					"%s", admissions[i].err.reason);
		else
			status = check_new(channel, candidate, ids,
					   admissions[i].tx, err);
		if (status == BSN_OK)
			continue;
		reason_at(err, "transaction %u: ", i);
		return status;
	}
	return BSN_OK;
}

int32_t
check_transactions(Channel *channel, const Candidate *candidate, bsn_err *err)
{
	const IncomingBlock *block = candidate->block;
	g_autofree Admission *admissions = NULL;
	int32_t status = check_limits(channel, candidate, err);

	if (status != BSN_OK)
		return status;
	admissions = g_new0(Admission, block->n_txs);
	for (guint i = 0; i < block->n_txs; i++)
		admissions[i].tx = &block->txs[i];
	admit_judge(channel, admissions, block->n_txs, TRUE);
	status = check_each(channel, candidate, admissions, err);
	for (guint i = 0; i < block->n_txs; i++)
		admission_clear(&admissions[i]);
	return status;
}
