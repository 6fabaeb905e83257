/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/json.h"

static json_t *
organisations_json(const ChannelConfig *config)
{
	json_t *list = json_array();

	for (guint i = 0; i < config->organisations->len; i++) {
		const ChannelOrganisation *one =
			config->organisations->pdata[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:b, s:b}", "msp_id", one->msp_id,
				  "application", (int)one->in_application,
				  "orderer", (int)one->in_orderer));
	}
	return list;
}

static json_t *
batch_json(const ChannelConfig *config)
{
	return json_pack(
		"{s:I, s:I, s:I, s:I}", "max_messages",
		(json_int_t)config->max_message_count, "absolute_max_bytes",
		(json_int_t)config->absolute_max_bytes, "preferred_max_bytes",
		(json_int_t)config->preferred_max_bytes, "timeout_ms",
		(json_int_t)config->batch_timeout_ms);
}

static json_t *
detail_json(const Channel *channel)
{
	const ChannelConfig *config = channel->config;
	const LedgerHead *head = &channel->ledger->durable;

	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o}",
			 "channel",
			 channel->id, "crypto",
			 channel->suite.sm ? "sm" : "std", "consensus",
			 config->orderer_type, "config_sequence",
			 (json_int_t)config->sequence, "config_block",
			 (json_int_t)head->last_config, "first_block",
			 (json_int_t)channel->ledger->first, "genesis",
			 hex_json(bsn_slice_of(channel->genesis, HASH_LEN)),
			 "batch", batch_json(config), "organisations",
			 organisations_json(config));
}

int32_t
query_ledger(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	const LedgerHead *head = &channel->ledger->durable;
	const bsn_slice state = ledger_head_commit_hash(head);
	g_autoptr(json_t) detail = detail_json(channel);
	g_autofree char *text = json_text(detail);
	const bsn_ledger_info info = {
		.size = sizeof(info),
		.height = head->height - 1,
		.bytes = head->bytes,
		.txs = head->txs,
		.invalid_txs = head->invalid_txs,
		.block_hash = bsn_id_of(head->hash, HASH_LEN),
		.state_hash = bsn_id_of(state.data, state.len),
		.detail = bsn_slice_str(text),
	};

	services.reply->ledger(reply, &info);
	return BSN_OK;
}
