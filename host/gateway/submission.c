/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/submission.h"

#include <bsn/helpers/error.h>

#include "host/gateway/chain_json.h"
#include "host/gateway/error.h"
#include "host/gateway/json.h"
#include "host/ops/cpu.h"
#include "host/ops/log.h"
#include "host/ops/stages.h"
#include "host/status.h"

/* ---- the answer ---- */

static void
item_clear(SubmissionItem *item)
{
	words_ask_free(item->words);
	g_clear_pointer(&item->message, g_bytes_unref);
	g_clear_pointer(&item->state, g_bytes_unref);
	json_decref(item->result);
}

static void
submission_free(Submission *submission)
{
	for (guint i = 0; i < submission->count; i++)
		item_clear(&submission->items[i]);
	event_free(submission->timer);
	chain_unref(submission->chain);
	exchange_unref(submission->exchange);
	g_free(submission);
}

/* What is known of a transaction that is still on its way. */
static json_t *
interim(const SubmissionItem *item)
{
	bsn_tx_result known = { .size = sizeof(known) };

	if (item->reply == NULL || !reply_accepted(item->reply, &known))
		known.tx_id = item->tx_id;
	return tx_result_json(&known, json_null());
}

static void
answer_one(Submission *submission)
{
	const SubmissionItem *item = &submission->items[0];
	Exchange *exchange = submission->exchange;

	if (item->result == NULL)
		exchange_answer(exchange, 202, interim(item));
	else
		exchange_fail_as(exchange, item->http, item->status,
				 json_incref(item->result));
}

static void
answer_batch(Submission *submission)
{
	json_t *results = json_array();
	json_t *body = json_object();

	for (guint i = 0; i < submission->count; i++) {
		const SubmissionItem *item = &submission->items[i];

		json_array_append_new(results,
				      item->result != NULL
					      ? json_incref(item->result)
					      : interim(item));
	}
	json_object_set_new(body, "results", results);
	exchange_answer(submission->exchange,
			submission->pending > 0 ? 202 : 200, body);
}

static char *
subject_of(const Submission *submission)
{
	const bsn_id *id = &submission->items[0].tx_id;
	g_autoptr(json_t) text = NULL;

	if (submission->batch)
		return g_strdup_printf("%u transactions", submission->count);
	text = json_id(id);
	return g_strdup(json_string_value(text));
}

static void
answer(Submission *submission)
{
	if (!exchange_waits(submission->exchange))
		return;
	submission->exchange->subject = subject_of(submission);
	if (submission->batch)
		answer_batch(submission);
	else
		answer_one(submission);
}

static void
time_is_up(evutil_socket_t fd, short what, void *arg)
{
	answer(arg);
}

/* ---- one item's end ---- */

static void
item_ended(SubmissionItem *item)
{
	Submission *submission = item->submission;

	if (--submission->pending > 0)
		return;
	if (submission->since_ns != 0)
		stage_over(STAGE_COMMIT, submission->since_ns,
			   submission->count);
	answer(submission);
	submission_free(submission);
}

void
submission_item_failed(SubmissionItem *item, int32_t status, const bsn_err *err)
{
	item->result = error_body(status, err, NULL);
	item->http = status_http(status);
	item->status = status;
	item_ended(item);
}

/* In a block without effect: the error of its status, and where it is. The
 * framework's own words for the reason may be in the detail. */
static void
tell_invalid(SubmissionItem *item, const bsn_tx_result *tx, json_t *object)
{
	const json_t *detail = json_object_get(object, "detail");
	const char *reason =
		json_string_value(json_object_get(detail, "reason"));
	int32_t status = tx->status != BSN_OK ? tx->status : BSN_E_INTERNAL;
	bsn_err err = { .size = sizeof(err), .native = tx->native };

	if (reason != NULL)
		bsn_fail(&err, status, "%s", reason);
	item->status = status;
	item->http = status_http(status);
	item->result = error_body(status, &err, NULL);
	json_object_set_new(item->result, "tx", object);
}

static void
tell_stage(SubmissionItem *item, bsn_reply *reply)
{
	const bsn_tx_result *tx = &reply->tx;
	const GString *text = reply->json;
	json_t *detail =
		text != NULL ? json_foreign(text->str, text->len) : json_null();
	json_t *object;

	if (detail == NULL) {
		log_error("gateway", chain_name(reply->chain),
			  "the engine described a transaction with text that "
			  "is not JSON");
		detail = json_null();
	}
	item->tx_id = tx->tx_id;
	object = tx_result_json(tx, detail);
	if (tx->stage == BSN_TX_INVALID) {
		tell_invalid(item, tx, object);
		return;
	}
	item->status = BSN_OK;
	item->http = tx->stage == BSN_TX_COMMITTED ? 200 : 202;
	item->result = object;
}

static void
tx_answered(bsn_reply *reply)
{
	SubmissionItem *item = reply->owner;

	cpu_enter(CPU_NOTIFY);
	item->reply = NULL;
	if (reply->status != BSN_OK) {
		submission_item_failed(item, reply->status, &reply->err);
	} else {
		tell_stage(item, reply);
		item_ended(item);
	}
	reply_free(reply);
}

bsn_reply *
submission_reply_new(SubmissionItem *item, GBytes *tx)
{
	bsn_reply *reply = reply_new(ANSWER_TX, tx_answered, item);

	reply->input = g_bytes_ref(tx);
	reply->until = item->submission->until;
	item->reply = reply;
	return reply;
}

/* ---- its beginning ---- */

Submission *
submission_new(Exchange *exchange, Chain *chain, guint count, guint32 until,
	       guint64 timeout_ms)
{
	Submission *submission =
		g_malloc0(sizeof(*submission) + count * sizeof(SubmissionItem));
	struct timeval timeout = {
		.tv_sec = (time_t)(timeout_ms / 1000),
		.tv_usec = (suseconds_t)(timeout_ms % 1000 * 1000),
	};

	submission->exchange = exchange_ref(exchange);
	submission->chain = chain_ref(chain);
	submission->until = until;
	submission->count = count;
	submission->pending = count;
	for (guint i = 0; i < count; i++)
		submission->items[i].submission = submission;
	submission->timer = evtimer_new(loop_base(exchange->gateway->deps.loop),
					time_is_up, submission);
	evtimer_add(submission->timer, &timeout);
	exchange->deadline = 0; /* the timer's */
	return submission;
}
