/* SPDX-License-Identifier: Apache-2.0
 *
 * Ledger: height, size, total transactions.
 */
#include "host/gateway/ask.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

static int32_t
ask_ledger(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	return engine->ledger->info(ledger, reply, err);
}

static void
answer_ledger(Exchange *exchange, bsn_reply *reply)
{
	const bsn_ledger_info *info = &reply->ledger;
	json_t *detail = reply_detail(exchange, reply);
	json_t *body;

	if (detail == NULL)
		return;
	body = json_object();
	json_object_set_new(body, "height", json_u64(info->height));
	json_object_set_new(body, "bytes", json_u64(info->bytes));
	json_object_set_new(body, "txs", json_u64(info->txs));
	json_object_set_new(body, "invalid_txs", json_u64(info->invalid_txs));
	json_object_set_new(body, "block_hash", json_id(&info->block_hash));
	json_object_set_new(body, "state_hash", json_id(&info->state_hash));
	json_object_set_new(body, "detail", detail);
	exchange_answer(exchange, 200, body);
}

void
ledger_get(Exchange *exchange)
{
	static const Question question = {
		.kind = ANSWER_LEDGER,
		.ask = ask_ledger,
		.then = answer_ledger,
	};

	ask(exchange, &question);
}
