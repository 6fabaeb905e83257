/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/tx.h"

#include "common/configtx.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"

/* ---- steps ---- */

static gboolean
is_config_transaction(BlockTx *tx)
{
	const Common__ConfigEnvelope *config = message_unpack(
		&tx->arena, &common__config_envelope__descriptor,
		message_slice(tx->opened.payload->data), NULL, NULL);

	return config != NULL && config->config != NULL;
}

static TxCode
check_body(BlockTx *tx, const Suite *suite, bsn_slice channel_id)
{
	TxCode code = TX_CODE(VALID);

	if (!tx->is_config)
		code = (TxCode)transaction_open_action(suite, &tx->arena,
						       &tx->opened);
	else if (!is_config_transaction(tx))
		code = TX_CODE(INVALID_CONFIG_TRANSACTION);
	if (code == TX_CODE(VALID) &&
	    !bsn_slice_equal(bsn_slice_str(tx->opened.channel->channel_id),
			     channel_id))
		code = TX_CODE(TARGET_CHAIN_NOT_FOUND);
	return code;
}

static TxCode
check_content(BlockTx *tx, const Suite *suite)
{
	const TxCode code =
		(TxCode)transaction_open_results(&tx->arena, &tx->opened);

	if (code == TX_CODE(VALID) &&
	    !tx_writes_read(&tx->arena, suite, &tx->opened, &tx->writes))
		return TX_CODE(BAD_RWSET);
	return code;
}

/* ---- signatures ---- */

static void
name_creator(BlockTx *tx)
{
	tx->creator = (TxSignature){
		.identity = message_slice(tx->opened.signature->creator),
		.message = message_slice(tx->opened.envelope->payload),
		.signature = message_slice(tx->opened.envelope->signature),
	};
}

static void
list_endorsements(BlockTx *tx)
{
	const guint n = tx->opened.n_endorsements;

	tx->endorsements =
		arena_room(&tx->arena, n * sizeof(tx->endorsements[0]));
	for (guint i = 0; i < n; i++) {
		const Protos__Endorsement *one = tx->opened.endorsements[i];

		tx->endorsements[i] = (TxSignature){
			.identity = message_slice(one->endorser),
			.message = signed_endorsement(
				&tx->arena, tx->opened.response_payload,
				message_slice(one->endorser)),
			.signature = message_slice(one->signature),
		};
	}
}

/* ---- all of it ---- */

void
block_tx_read(BlockTx *tx, const Suite *suite, bsn_slice channel_id,
	      bsn_slice envelope)
{
	*tx = (BlockTx){ .arena = ARENA_INIT, .envelope = envelope };
	tx->header =
		(TxCode)transaction_open(&tx->arena, envelope, &tx->opened);
	if (envelope.len == 0)
		tx->header = TX_CODE(NIL_ENVELOPE);
	if (tx->opened.channel != NULL) {
		tx->tx_id = bsn_slice_str(tx->opened.channel->tx_id);
		tx->is_config =
			tx->opened.channel->type == COMMON__HEADER_TYPE__CONFIG;
	}
	if (tx->header != TX_CODE(VALID))
		return;
	name_creator(tx);
	tx->body = check_body(tx, suite, channel_id);
	if (tx->body != TX_CODE(VALID) || tx->is_config)
		return;
	tx->content = check_content(tx, suite);
	if (tx->content == TX_CODE(VALID))
		list_endorsements(tx);
}

void
block_tx_clear(BlockTx *tx)
{
	arena_clear(&tx->arena);
}
