/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/admit.h"

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"

#define MS_PER_S 1000u
#define NS_PER_MS 1000000
/* The end of year 9999: the last that a protobuf Timestamp can say. */
#define SECONDS_MAX G_GINT64_CONSTANT(253402300799)

gboolean
tx_is_update(const BlockTx *tx)
{
	return tx->header == TX_CODE(VALID) &&
	       tx->opened.channel->type == COMMON__HEADER_TYPE__CONFIG_UPDATE;
}

guint64
tx_time_ms(const BlockTx *tx)
{
	const Google__Protobuf__Timestamp *when =
		tx->header == TX_CODE(VALID) ? tx->opened.channel->timestamp
					     : NULL;

	if (when == NULL || when->seconds < 0)
		return 0;
	return (guint64)MIN(when->seconds, SECONDS_MAX) * MS_PER_S +
	       (guint64)CLAMP(when->nanos / NS_PER_MS, 0, (gint)MS_PER_S - 1);
}

/* ---- form ---------------------------------------------------------------- */

static TxCode
form_code(const Channel *channel, const BlockTx *tx)
{
	if (tx->header != TX_CODE(VALID))
		return tx->header;
	if (tx_is_update(tx))
		return strcmp(tx->opened.channel->channel_id, channel->id) == 0
			       ? TX_CODE(VALID)
			       : TX_CODE(TARGET_CHAIN_NOT_FOUND);
	return tx->body != TX_CODE(VALID) ? tx->body : tx->content;
}

static int32_t
judge_form(const Channel *channel, const BlockTx *tx, gboolean proposed,
	   bsn_err *err)
{
	const guint32 max = channel->config->absolute_max_bytes;
	const TxCode code = form_code(channel, tx);

	if (tx->envelope.len > max)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the transaction has %" G_GUINT64_FORMAT
				" bytes; this channel takes %u",
				(guint64)tx->envelope.len, max);
	if (code != TX_CODE(VALID))
		return bsn_fail_native(err, BSN_BAD_REQUEST, code,
				       "the transaction is malformed: %s",
				       transaction_code_name(code));
	if (proposed && tx_is_update(tx))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a block has a CONFIG_UPDATE and not the "
				"CONFIG that comes of it");
	if (!proposed && tx->is_config)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a CONFIG transaction is made by the "
				"channel's nodes: submit a CONFIG_UPDATE");
	return BSN_OK;
}

/* ---- whose --------------------------------------------------------------- */

/* A CONFIG is a node's, which carries the update of somebody who may. */
static gboolean
may_write(const Channel *channel, const Admission *item)
{
	const Policy *writers =
		policy_tree_find(channel->config->policies, ADMIT_WRITERS);

	return item->tx->is_config ||
	       (writers != NULL && policy_holds(writers, &item->who, 1));
}

static int32_t
judge_creator(Channel *channel, Admission *item, guint64 now_ms,
	      guint64 skew_ms)
{
	const int32_t code = PROTOS__TX_VALIDATION_CODE__BAD_CREATOR_SIGNATURE;
	const gint64 now_s = (gint64)(now_ms / MS_PER_S);
	int32_t status = msp_manager_identify(channel->config->msps,
					      item->tx->creator.identity,
					      &item->who, &item->err);

	if (status != BSN_OK) {
		item->err.native = status > 0 ? code : 0;
		return status;
	}
	if (msp_identity_is_expired(item->who,
				    now_s - (gint64)(skew_ms / MS_PER_S)))
		return bsn_fail_native(&item->err, BSN_EXPIRED, code,
				       "the creator's certificate has "
				       "expired");
	if (!may_write(channel, item))
		return bsn_fail_native(&item->err, BSN_DENIED, code,
				       "the creator, of %s, does not fulfil "
				       "the policy " ADMIT_WRITERS,
				       item->who->msp->id);
	if (tx_time_ms(item->tx) > now_ms + ADMIT_AHEAD_MS + skew_ms)
		return bsn_fail(&item->err, BSN_BAD_REQUEST,
				"the transaction's time is too far ahead of "
				"the clock here");
	return BSN_OK;
}

/* ---- signatures ---------------------------------------------------------- */

static void
judge_signatures(Channel *channel, Admission *items, guint64 n)
{
	g_autofree SuiteItem *list = g_new(SuiteItem, n + 1);
	g_autofree guint64 *places = g_new(guint64, n + 1);
	g_autofree int32_t *results = g_new(int32_t, n + 1);
	guint64 used = 0;

	for (guint64 i = 0; i < n; i++) {
		if (items[i].status != BSN_OK)
			continue;
		list[used] = (SuiteItem){ items[i].who->public_key,
					  items[i].tx->creator.message,
					  items[i].tx->creator.signature };
		places[used++] = i;
	}
	seen_verify(channel, list, used, results);
	for (guint64 i = 0; i < used; i++) {
		Admission *item = &items[places[i]];

		item->status = results[i];
		if (results[i] != BSN_OK)
			bsn_fail_native(
				&item->err, results[i],
				PROTOS__TX_VALIDATION_CODE__BAD_CREATOR_SIGNATURE,
				"the creator's signature does not verify");
	}
}

void
admit_judge(Channel *channel, Admission *items, guint64 n, gboolean proposed)
{
	const guint64 now_ms = services.clock->wall_ms(channel->chain);

	for (guint64 i = 0; i < n; i++) {
		Admission *item = &items[i];

		item->err.size = sizeof(item->err);
		item->status =
			judge_form(channel, item->tx, proposed, &item->err);
		if (item->status == BSN_OK)
			item->status =
				judge_creator(channel, item, now_ms,
					      proposed ? ADMIT_SKEW_MS : 0);
	}
	judge_signatures(channel, items, n);
}

void
admission_clear(Admission *item)
{
	msp_identity_unref(item->who);
	item->who = NULL;
}

int32_t
admit_is_new(const Channel *channel, const char *tx_id, bsn_err *err)
{
	TxPlace place;
	const int32_t status =
		ledger_tx(channel->ledger, bsn_slice_str(tx_id), &place, NULL);

	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"whether transaction %s is known cannot be "
				"read",
				tx_id);
	return bsn_fail_native(
		err, BSN_DUPLICATE, PROTOS__TX_VALIDATION_CODE__DUPLICATE_TXID,
		"transaction %s is in block %" G_GUINT64_FORMAT " already",
		tx_id, place.block);
}
