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

static void
put_place(GString *out, const bsn_tx_result *tx)
{
	if (tx->stage <= BSN_TX_ACCEPTED) {
		g_string_append(out, ",\"block\":null,\"index\":null");
		return;
	}
	g_string_append(out, ",\"block\":");
	json_put_u64(out, tx->block);
	g_string_append(out, ",\"index\":");
	json_put_u64(out, tx->index);
}

static gboolean
put_detail(GString *out, const GString *detail)
{
	g_string_append(out, ",\"detail\":");
	if (detail != NULL && detail->len > 0)
		return json_put_foreign(out, detail->str, detail->len);
	g_string_append(out, "null");
	return TRUE;
}

gboolean
tx_result_put(GString *out, const bsn_tx_result *tx, const GString *detail)
{
	const gsize before = out->len;

	g_string_append(out, "{\"id\":");
	json_put_id(out, &tx->tx_id);
	g_string_append(out, ",\"stage\":");
	json_put_text(out, stage_word(tx->stage));
	g_string_append(out, ",\"status\":");
	json_put_i64(out, tx->status);
	g_string_append(out, ",\"name\":");
	json_put_text(out, status_name(tx->status));
	g_string_append(out, ",\"native\":");
	json_put_i64(out, tx->native);
	put_place(out, tx);
	if (!put_detail(out, detail)) {
		g_string_truncate(out, before);
		return FALSE;
	}
	g_string_append_c(out, '}');
	return TRUE;
}
