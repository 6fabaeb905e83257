/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/json.h"
#include "plugins/engine-xuper/query/query.h"
#include "plugins/kit/json.h"

int32_t
query_ledger(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	const LedgerTotals *totals = &ledger->totals;
	g_autoptr(json_t) detail = json_object();
	g_autofree char *text = NULL;
	bsn_ledger_info info;

	json_object_set_new(detail, "crypto",
			    json_string(ledger->suite.sm ? "gm" : "default"));
	json_object_set_new(
		detail, "genesis",
		bytes_json(bsn_slice_of(ledger->genesis_id, HASH_LEN)));
	json_object_set_new(detail, "config",
			    json_loads(ledger->config->json, 0, NULL));
	text = json_text(detail);
	info = (bsn_ledger_info){
		.size = sizeof(info),
		.height = totals->height,
		.bytes = totals->bytes,
		.txs = totals->txs,
		.block_hash = bsn_id_of(totals->id, HASH_LEN),
		.detail = bsn_slice_str(text),
	};
	services.reply->ledger(reply, &info);
	return BSN_OK;
}
