/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/ask.h"

#include "host/gateway/chain_json.h"
#include "host/gateway/json.h"
#include "host/ops/log.h"

typedef struct {
	Exchange *exchange;
	Question question;
} Asked;

static void
answered(bsn_reply *reply)
{
	Asked *asked = reply->owner;
	Exchange *exchange = asked->exchange;

	exchange->left = NULL;
	if (exchange_waits(exchange)) {
		if (reply->status != BSN_OK)
			exchange_fail(exchange, reply->status, &reply->err,
				      NULL);
		else
			asked->question.then(exchange, reply);
	}
	if (asked->question.free_data != NULL)
		asked->question.free_data(asked->question.data);
	exchange_unref(exchange);
	g_free(asked);
	reply_free(reply);
}

/* What it asked for may take long: the engine's part can be cut short. */
static void
left(gpointer arg)
{
	reply_give_up(arg);
}

void
ask_chain(Exchange *exchange, Chain *chain, const Question *question)
{
	Asked *asked = g_new(Asked, 1);
	bsn_reply *reply = reply_new(question->kind, answered, asked);

	asked->exchange = exchange_ref(exchange);
	asked->question = *question;
	reply->ask = question->ask;
	exchange->left = left;
	exchange->left_arg = reply;
	chain_request(chain, reply);
}

void
ask(Exchange *exchange, const Question *question)
{
	Chain *chain = exchange_chain(exchange);

	if (chain != NULL)
		ask_chain(exchange, chain, question);
	else if (question->free_data != NULL)
		question->free_data(question->data);
}

gpointer
ask_data(const bsn_reply *reply)
{
	const Asked *asked = reply->owner;

	return asked->question.data;
}

static void
fail_not_json(Exchange *exchange, const bsn_reply *reply)
{
	log_error("gateway", chain_name(reply->chain),
		  "the %s engine answered %s with text that is not JSON",
		  chain_framework(reply->chain), exchange->uri);
	exchange_failf(exchange, BSN_E_INTERNAL, NULL,
		       "the chain's engine answered with text that is not "
		       "JSON");
}

json_t *
reply_detail(Exchange *exchange, bsn_reply *reply)
{
	json_t *value;

	if (reply->json == NULL)
		return json_null();
	value = json_foreign(reply->json->str, reply->json->len);
	if (value == NULL)
		fail_not_json(exchange, reply);
	return value;
}

void
answer_value(Exchange *exchange, bsn_reply *reply)
{
	GString *text = g_string_new(NULL);

	if (reply->json == NULL)
		g_string_append(text, "null");
	else if (!json_put_foreign(text, reply->json->str, reply->json->len))
		g_string_truncate(text, 0);
	if (text->len > 0) {
		exchange_answer_text(exchange, text);
		return;
	}
	g_string_free(text, TRUE);
	fail_not_json(exchange, reply);
}

void
answer_tx(Exchange *exchange, bsn_reply *reply)
{
	GString *text = g_string_new(NULL);

	if (tx_result_put(text, &reply->tx, reply->json)) {
		exchange_answer_text(exchange, text);
		return;
	}
	g_string_free(text, TRUE);
	fail_not_json(exchange, reply);
}
