/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts: what is deployed; compilation and the security check before. (To
 * deploy, freeze or uninstall is a transaction: submit.c.)
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/gateway/ask.h"
#include "host/config/config.h"
#include "host/gateway/body.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000

typedef struct {
	guint64 from, limit;
} Page;

static int32_t
ask_list(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	const Page *page = ask_data(reply);

	return engine->contract->list(ledger, page->from, page->limit, reply,
				      err);
}

void
contracts_list(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_list,
		.then = answer_value,
		.free_data = g_free,
	};
	Page page;

	if (!exchange_number(exchange, "from", 0, 0, G_MAXINT64, &page.from) ||
	    !exchange_number(exchange, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX,
			     &page.limit))
		return;
	question.data = g_memdup2(&page, sizeof(page));
	ask(exchange, &question);
}

static int32_t
ask_one(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	bsn_err *err)
{
	return engine->contract->get(ledger, bsn_slice_str(ask_data(reply)),
				     reply, err);
}

void
contracts_get(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_one,
		.then = answer_value,
		.data = g_strdup(exchange_arg(exchange, "contract")),
		.free_data = g_free,
	};

	ask(exchange, &question);
}

static int32_t
ask_check(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	  bsn_err *err)
{
	const CheckBody *body = ask_data(reply);

	return engine->contract->check(ledger, bytes_slice(body->code),
				       bsn_slice_str(body->options_text), reply,
				       err);
}

static void
free_check(gpointer data)
{
	check_body_clear(data);
	g_free(data);
}

void
contracts_check(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_check,
		.then = answer_value,
		.free_data = free_check,
	};
	CheckBody *body = g_new0(CheckBody, 1);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = check_body_decode(exchange->body, exchange->body_len,
					   body, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		free_check(body);
		return;
	}
	question.data = body;
	ask(exchange, &question);
}

static int32_t
ask_compile(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	    bsn_err *err)
{
	const CompileBody *body = ask_data(reply);

	if (!BSN_HAS(engine->contract, compile))
		return bsn_fail(err, BSN_NOT_OFFERED,
				"the chain's framework does not compile");
	return engine->contract->compile(ledger, bsn_slice_str(body->text),
					 reply, err);
}

static void
free_compile(gpointer data)
{
	compile_body_clear(data);
	g_free(data);
}

void
contracts_compile(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_compile,
		.then = answer_value,
		.free_data = free_compile,
	};
	const Config *config = exchange->gateway->deps.config;
	CompileBody *body = g_new0(CompileBody, 1);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = compile_body_decode(exchange->body, exchange->body_len,
					     body, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		free_compile(body);
		return;
	}
	/* Beside what other answers may take. */
	exchange->deadline +=
		config->compiler_time_max_s * (gint64)G_USEC_PER_SEC;
	question.data = body;
	ask(exchange, &question);
}
