/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/submission.h"

#include <bsn/helpers/error.h>

#include "host/gateway/chain_json.h"
#include "host/gateway/error.h"
#include "host/gateway/hex.h"
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
}

static void
submission_free(Submission *submission)
{
	for (guint i = 0; i < submission->count; i++)
		item_clear(&submission->items[i]);
	event_free(submission->timer);
	g_string_free(submission->texts, TRUE);
	chain_unref(submission->chain);
	exchange_unref(submission->exchange);
	g_free(submission);
}

/* What is known of a transaction that is still on its way. */
static void
put_interim(const SubmissionItem *item, GString *out)
{
	bsn_tx_result known = { .size = sizeof(known) };

	if (item->reply == NULL || !reply_accepted(item->reply, &known))
		known.tx_id = item->tx_id;
	(void)tx_result_put(out, &known, NULL);
}

static void
put_item(const SubmissionItem *item, GString *out)
{
	if (item->len == 0)
		put_interim(item, out);
	else
		g_string_append_len(out,
				    item->submission->texts->str + item->at,
				    (gssize)item->len);
}

static void
answer_one(Submission *submission)
{
	const SubmissionItem *item = &submission->items[0];
	const gboolean ended = item->len > 0;
	GString *text = g_string_sized_new(item->len);

	put_item(item, text);
	exchange_end_as(submission->exchange, ended ? item->http : 202,
			ended ? item->status : BSN_OK, text);
}

static void
answer_batch(Submission *submission)
{
	GString *text =
		g_string_sized_new(submission->texts->len + submission->count);

	g_string_append(text, "{\"results\":[");
	for (guint i = 0; i < submission->count; i++) {
		if (i > 0)
			g_string_append_c(text, ',');
		put_item(&submission->items[i], text);
	}
	g_string_append(text, "]}");
	exchange_end_as(submission->exchange,
			submission->pending > 0 ? 202 : 200, BSN_OK, text);
}

static char *
subject_of(const Submission *submission)
{
	const bsn_id *id = &submission->items[0].tx_id;

	if (submission->batch)
		return g_strdup_printf("%u transactions", submission->count);
	return id->len == 0 ? NULL : hex_encode(id->bytes, id->len);
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

/* What is in `texts` from `at` on is what the item came to. */
static void
item_is(SubmissionItem *item, gsize at, int http, int32_t status)
{
	item->at = at;
	item->len = item->submission->texts->len - at;
	item->http = http;
	item->status = status;
}

static void
put_error(GString *texts, int32_t status, const bsn_err *err)
{
	g_autoptr(json_t) body = error_body(status, err, NULL);

	json_put_value(texts, body);
}

void
submission_item_failed(SubmissionItem *item, int32_t status, const bsn_err *err)
{
	GString *texts = item->submission->texts;
	const gsize at = texts->len;

	put_error(texts, status, err);
	item_is(item, at, status_http(status), status);
	item_ended(item);
}

/* The framework's own words for why a transaction is without effect may be in
 * its detail. */
static void
find_reason(const GString *detail, int32_t status, bsn_err *err)
{
	g_autoptr(json_t) value =
		detail != NULL ? json_foreign(detail->str, detail->len) : NULL;
	const char *reason =
		json_string_value(json_object_get(value, "reason"));

	if (reason != NULL)
		bsn_fail(err, status, "%s", reason);
}

static void
put_result(SubmissionItem *item, const bsn_reply *reply)
{
	GString *texts = item->submission->texts;

	item->tx_id = reply->tx.tx_id;
	if (tx_result_put(texts, &reply->tx, reply->json))
		return;
	log_error("gateway", chain_name(reply->chain),
		  "the engine described a transaction with text that is not "
		  "JSON");
	(void)tx_result_put(texts, &reply->tx, NULL);
}

/* In a block without effect: the error of its status, and where it is. */
static void
tell_invalid(SubmissionItem *item, const bsn_reply *reply)
{
	GString *texts = item->submission->texts;
	const gsize at = texts->len;
	const bsn_tx_result *tx = &reply->tx;
	int32_t status = tx->status != BSN_OK ? tx->status : BSN_E_INTERNAL;
	bsn_err err = { .size = sizeof(err), .native = tx->native };

	find_reason(reply->json, status, &err);
	put_error(texts, status, &err);
	g_string_truncate(texts, texts->len - 1);
	g_string_append(texts, ",\"tx\":");
	put_result(item, reply);
	g_string_append_c(texts, '}');
	item_is(item, at, status_http(status), status);
}

static void
tell_stage(SubmissionItem *item, const bsn_reply *reply)
{
	const gsize at = item->submission->texts->len;

	if (reply->tx.stage == BSN_TX_INVALID) {
		tell_invalid(item, reply);
		return;
	}
	put_result(item, reply);
	item_is(item, at, reply->tx.stage == BSN_TX_COMMITTED ? 200 : 202,
		BSN_OK);
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
	submission->texts = g_string_new(NULL);
	for (guint i = 0; i < count; i++)
		submission->items[i].submission = submission;
	submission->timer = evtimer_new(loop_base(exchange->gateway->deps.loop),
					time_is_up, submission);
	evtimer_add(submission->timer, &timeout);
	exchange->deadline = 0; /* the timer's */
	return submission;
}
