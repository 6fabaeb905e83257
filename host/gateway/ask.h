/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/ask.h: an engine is asked for an exchange, and its answer comes
 * back to the main loop.
 */
#ifndef HOST_GATEWAY_ASK_H
#define HOST_GATEWAY_ASK_H

#include "host/chain/reply.h"
#include "host/gateway/exchange.h"

/* One question. `data` is the handler's, not changed while the strand has it.
 */
typedef struct {
	AnswerKind kind;
	/* On the strand; as bsn_reply.ask, with `data` from ask_data. */
	int32_t (*ask)(bsn_reply *reply, const bsn_engine *engine,
		       bsn_ledger *ledger, bsn_err *err);
	/* On the main loop, when the engine answered: answers the exchange. A
	 * refusal has been answered already. */
	void (*then)(Exchange *exchange, bsn_reply *reply);
	gpointer data;
	GDestroyNotify free_data; /* or NULL */
} Question;

/* Asks; keeps the exchange until the answer. */
void ask_chain(Exchange *exchange, Chain *chain, const Question *question);
/* The same for the chain "{c}"; answers 404 when there is none. */
void ask(Exchange *exchange, const Question *question);

/* The question's `data`, in `ask` and `then`. */
gpointer ask_data(const bsn_reply *reply);

/* Answers 200 with the JSON value that the engine gave, or 500 when it is not
 * JSON. A `then`. */
void answer_value(Exchange *exchange, bsn_reply *reply);
/* The same with what became of a transaction. A `then`. */
void answer_tx(Exchange *exchange, bsn_reply *reply);
/* The reply's JSON text as a value; answers 500 and returns NULL when it is not
 * JSON. */
json_t *reply_detail(Exchange *exchange, bsn_reply *reply);

#endif
