/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions submitted: finished ones, and requests that hosted keys sign.
 * One request may carry many; each is answered on its own.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "host/gateway/body.h"
#include "host/gateway/routes.h"
#include "host/gateway/submission.h"
#include "host/ops/cpu.h"
#include "host/ops/stages.h"

/* How long an answer is waited for unless the caller says otherwise. */
#define WAIT_DEFAULT_MS 10000u

static void
start_txs(Submission *submission, GPtrArray *txs)
{
	g_autofree bsn_reply **replies = g_new(bsn_reply *, txs->len);
	guint n = txs->len;

	for (guint i = 0; i < n; i++)
		replies[i] = submission_reply_new(&submission->items[i],
						  txs->pdata[i]);
	chain_submit(submission->chain, replies, n);
}

/* Moves each request from the body to its item. */
static void
start_requests(Submission *submission, Words *requests)
{
	const Exchange *exchange = submission->exchange;
	const Gateway *gateway = exchange->gateway;
	guint n = submission->count;

	for (guint i = 0; i < n; i++) {
		SubmissionItem *item = &submission->items[i];

		item->words = words_ask_new(gateway->deps.keystore);
		item->words->words = requests[i];
		memset(&requests[i], 0, sizeof(requests[i]));
		words_ask_judge(item->words, gateway->owners, exchange->caller);
		hosted_sign(item);
	}
}

static gboolean
parse_wait(Exchange *exchange, guint32 *until, guint64 *timeout_ms)
{
	guint64 max = exchange->gateway->deps.config->gateway_wait_max_ms;
	const char *wait = exchange_param(exchange, "wait");

	*until = BSN_TX_COMMITTED;
	if (g_strcmp0(wait, "accepted") == 0) {
		*until = BSN_TX_ACCEPTED;
	} else if (wait != NULL && strcmp(wait, "committed") != 0) {
		exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
			       "wait=%.40s is neither accepted nor committed",
			       wait);
		return FALSE;
	}
	return exchange_number(exchange, "timeout_ms",
			       MIN(max, WAIT_DEFAULT_MS), 0, max, timeout_ms);
}

static void
submit(Exchange *exchange, SubmitBody *body)
{
	Chain *chain = exchange_chain(exchange);
	Submission *submission;
	guint32 until;
	guint64 timeout_ms;

	if (chain == NULL || !parse_wait(exchange, &until, &timeout_ms))
		return;
	submission =
		submission_new(exchange, chain, body->count, until, timeout_ms);
	submission->batch = body->batch;
	if (body->txs != NULL) {
		if (until == BSN_TX_COMMITTED)
			submission->since_ns = stage_now_ns();
		start_txs(submission, body->txs);
	} else {
		start_requests(submission, body->requests);
	}
}

static int32_t
decode(const Exchange *exchange, SubmitBody *body, bsn_err *err)
{
	const guint64 began_ns = stage_now_ns();
	const guint32 before = cpu_charge(CPU_PARSE);
	const int32_t status = submit_body_decode(
		exchange->body, exchange->body_len,
		exchange->gateway->deps.config->gateway_batch_max, body, err);

	(void)cpu_charge(before);
	if (status == BSN_OK)
		stage_over(STAGE_PARSE, began_ns, body->count);
	return status;
}

void
txs_submit(Exchange *exchange)
{
	SubmitBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = decode(exchange, &body, &err);

	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	else
		submit(exchange, &body);
	submit_body_clear(&body);
}

/* A route for one kind of transaction, signed by a hosted key. */
static void
submit_one(Exchange *exchange, WordsUse use)
{
	SubmitBody body = { .count = 1 };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	body.requests = g_new0(Words, 1);
	status = words_decode(exchange->body, exchange->body_len, use,
			      body.requests, &err);
	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	else
		submit(exchange, &body);
	submit_body_clear(&body);
}

void
contracts_deploy(Exchange *exchange)
{
	submit_one(exchange, WORDS_TO_DEPLOY);
}

void
nodes_change(Exchange *exchange)
{
	submit_one(exchange, WORDS_TO_MEMBER);
}
