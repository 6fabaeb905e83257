/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain's nodes, and changes of them that wait for signatures. (To change
 * them is a transaction: submit.c.)
 */
#include <bsn/helpers/error.h>

#include "host/gateway/ask.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

/* Answers {NAME: what the engine gave}. */
static void
answer_as(Exchange *exchange, bsn_reply *reply, const char *name)
{
	json_t *list = reply_detail(exchange, reply);
	json_t *body;

	if (list == NULL)
		return;
	body = json_object();
	json_object_set_new(body, name, list);
	exchange_answer(exchange, 200, body);
}

static int32_t
ask_members(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	    bsn_err *err)
{
	return engine->chain->members(ledger, reply, err);
}

static void
answer_nodes(Exchange *exchange, bsn_reply *reply)
{
	answer_as(exchange, reply, "nodes");
}

void
nodes_list(Exchange *exchange)
{
	static const Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_members,
		.then = answer_nodes,
	};

	ask(exchange, &question);
}

static int32_t
ask_proposals(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	      bsn_err *err)
{
	if (!BSN_HAS(engine->chain, proposals))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the chain's framework changes nodes at once");
	return engine->chain->proposals(ledger, reply, err);
}

static void
answer_proposals(Exchange *exchange, bsn_reply *reply)
{
	answer_as(exchange, reply, "proposals");
}

void
nodes_proposals(Exchange *exchange)
{
	static const Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_proposals,
		.then = answer_proposals,
	};

	ask(exchange, &question);
}
