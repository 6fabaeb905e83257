/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/chain_json.h"

#include <string.h>

#include "host/gateway/json.h"
#include "host/status.h"

const char *
chain_state_word(ChainState state)
{
	switch (state) {
	case CHAIN_OPENING:
		return "opening";
	case CHAIN_OPEN:
		return "open";
	case CHAIN_CLOSING:
		return "closing";
	case CHAIN_CLOSED:
		return "closed";
	case CHAIN_FAILED:
		return "failed";
	}
	return "unknown";
}

json_t *
chain_json(const Chain *chain, gboolean with_config)
{
	const char *config = chain_config(chain);
	const char *parent = chain_parent(chain);
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(chain_name(chain)));
	json_object_set_new(object, "framework",
			    json_text(chain_framework(chain)));
	json_object_set_new(object, "state",
			    json_text(chain_state_word(chain_state(chain))));
	json_object_set_new(object, "reason", json_text(chain_reason(chain)));
	json_object_set_new(object, "created_ms",
			    json_u64(chain_created_ms(chain)));
	json_object_set_new(object, "parent",
			    parent != NULL ? json_text(parent) : json_null());
	if (with_config)
		json_object_set_new(object, "config",
				    json_foreign(config, strlen(config)));
	return object;
}

json_t *
block_json(const bsn_block_info *block, json_t *detail)
{
	json_t *object = json_object();

	json_object_set_new(object, "number", json_u64(block->number));
	json_object_set_new(object, "hash", json_id(&block->hash));
	json_object_set_new(object, "previous_hash",
			    json_id(&block->previous_hash));
	json_object_set_new(object, "state_hash", json_id(&block->state_hash));
	json_object_set_new(object, "bytes", json_u64(block->bytes));
	json_object_set_new(object, "txs", json_u64(block->txs));
	json_object_set_new(object, "time_ms", json_u64(block->time_ms));
	json_object_set_new(object, "detail", detail);
	return object;
}

static const char *
stage_word(guint32 stage)
{
	switch (stage) {
	case 0:
		return "submitted";
	case BSN_TX_ACCEPTED:
		return "accepted";
	case BSN_TX_COMMITTED:
		return "committed";
	case BSN_TX_INVALID:
		return "invalid";
	}
	return "unknown";
}

json_t *
tx_result_json(const bsn_tx_result *tx, json_t *detail)
{
	gboolean in_block = tx->stage > BSN_TX_ACCEPTED;
	json_t *object = json_object();

	json_object_set_new(object, "id", json_id(&tx->tx_id));
	json_object_set_new(object, "stage", json_text(stage_word(tx->stage)));
	json_object_set_new(object, "status", json_integer(tx->status));
	json_object_set_new(object, "name", json_text(status_name(tx->status)));
	json_object_set_new(object, "native", json_integer(tx->native));
	json_object_set_new(object, "block",
			    in_block ? json_u64(tx->block) : json_null());
	json_object_set_new(object, "index",
			    in_block ? json_u64(tx->index) : json_null());
	json_object_set_new(object, "detail", detail);
	return object;
}
