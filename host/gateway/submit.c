/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions submitted: finished ones, and requests that hosted keys sign,
 * round by round. One request may carry many; each is answered on its own, and
 * the whole when all have reached the stage that is waited for or time is up.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/chain/reply.h"
#include "host/gateway/body.h"
#include "host/gateway/chain_json.h"
#include "host/gateway/error.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"
#include "host/gateway/words_ask.h"
#include "host/ops/log.h"
#include "host/status.h"

/* Fabric needs two; more is an engine that goes round in circles. */
#define ROUNDS_MAX 4
/* How long an answer is waited for unless the caller says otherwise. */
#define WAIT_DEFAULT_MS 10000u

typedef struct Submission Submission;

/* One transaction on its way. */
typedef struct {
	Submission *submission;
	WordsAsk *words; /* what a hosted key signs; NULL for a finished one */
	guint rounds;    /* signatures made */
	guint32 convention;
	GBytes *message, *state; /* of the round under way */
	bsn_id tx_id;     /* as far as it is known */
	bsn_reply *reply; /* while the engine has the finished transaction */
	json_t *result;   /* what it came to; NULL until then */
	int http;
	int32_t status;
} Item;

struct Submission {
	Exchange *exchange;
	Chain *chain;
	guint32 until; /* BSN_TX_ACCEPTED or BSN_TX_COMMITTED */
	gboolean batch;
	guint count, pending;
	struct event *timer;
	Item items[];
};

/* ---- the answer ---- */

static void
item_clear(Item *item)
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
interim(const Item *item)
{
	bsn_tx_result known = { .size = sizeof(known) };

	if (item->reply == NULL || !reply_accepted(item->reply, &known))
		known.tx_id = item->tx_id;
	return tx_result_json(&known, json_null());
}

static void
answer_one(Submission *submission)
{
	const Item *item = &submission->items[0];
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
		const Item *item = &submission->items[i];

		json_array_append_new(results,
				      item->result != NULL ?
					      json_incref(item->result) :
					      interim(item));
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
item_ended(Item *item)
{
	Submission *submission = item->submission;

	if (--submission->pending > 0)
		return;
	answer(submission);
	submission_free(submission);
}

static void
item_failed(Item *item, int32_t status, const bsn_err *err)
{
	item->result = error_body(status, err, NULL);
	item->http = status_http(status);
	item->status = status;
	item_ended(item);
}

/* In a block without effect: the error of its status, and where it is. The
 * framework's own words for the reason may be in the detail. */
static void
tell_invalid(Item *item, const bsn_tx_result *tx, json_t *object)
{
	const json_t *detail = json_object_get(object, "detail");
	const char *reason = json_string_value(
		json_object_get(detail, "reason"));
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
tell_stage(Item *item, bsn_reply *reply)
{
	const bsn_tx_result *tx = &reply->tx;
	const GString *text = reply->json;
	json_t *detail = text != NULL ? json_foreign(text->str, text->len) :
					json_null();
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
	Item *item = reply->owner;

	item->reply = NULL;
	if (reply->status != BSN_OK) {
		item_failed(item, reply->status, &reply->err);
	} else {
		tell_stage(item, reply);
		item_ended(item);
	}
	reply_free(reply);
}

static bsn_reply *
tx_reply_new(Item *item, GBytes *tx)
{
	bsn_reply *reply = reply_new(ANSWER_TX, tx_answered, item);

	reply->input = g_bytes_ref(tx);
	reply->until = item->submission->until;
	item->reply = reply;
	return reply;
}

/* ---- hosted keys ---- */

static bsn_slice
slice_of(GBytes *bytes)
{
	gsize len = 0;
	const void *data = NULL;

	if (bytes != NULL)
		data = g_bytes_get_data(bytes, &len);
	return bsn_slice_of(data, len);
}

static int32_t
begin_on_strand(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
		bsn_err *err)
{
	const Item *item = reply->owner;
	int32_t status = words_ask_fill(item->words, err);

	if (status != BSN_OK)
		return status;
	return engine->tx->begin(ledger, &item->words->request, reply, err);
}

/* Here, and not on the main loop, because a signature takes its time. */
static int32_t
sign_on_strand(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	       bsn_err *err)
{
	const Item *item = reply->owner;
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));
	int32_t status = keystore_sign(item->words->keystore,
				       item->words->words.signer,
				       item->convention,
				       slice_of(item->message), &sink.sink,
				       err);

	if (status != BSN_OK)
		return status;
	return engine->tx->sign_round(ledger, slice_of(item->state),
				      bsn_slice_of(signature, sink.len), reply,
				      err);
}

static void signable_answered(bsn_reply *reply);

static void
ask_engine(Item *item,
	   int32_t (*ask)(bsn_reply *, const bsn_engine *, bsn_ledger *,
			  bsn_err *))
{
	bsn_reply *reply = reply_new(ANSWER_SIGNABLE, signable_answered, item);

	reply->ask = ask;
	chain_request(item->submission->chain, reply);
}

static int32_t
judge_signable(const Item *item, const bsn_reply *reply, bsn_err *err)
{
	if (reply->status != BSN_OK) {
		*err = reply->err;
		return reply->status;
	}
	if (reply->finished != NULL)
		return BSN_OK;
	if (item->rounds == ROUNDS_MAX)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the chain's engine asked for more than %d "
				"signatures",
				ROUNDS_MAX);
	if (reply->message == NULL || reply->algorithm == NULL)
		return bsn_fail(err, BSN_E_INTERNAL,
				"the chain's engine gave nothing to sign");
	if (g_strcmp0(reply->algorithm, item->words->algorithm) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"signer: key %s is for %s, and this chain "
				"takes signatures by %s",
				item->words->words.signer,
				item->words->algorithm, reply->algorithm);
	return BSN_OK;
}

static void
sign_next_round(Item *item, bsn_reply *reply)
{
	item->rounds++;
	item->convention = reply->signable.convention;
	g_clear_pointer(&item->message, g_bytes_unref);
	g_clear_pointer(&item->state, g_bytes_unref);
	item->message = g_steal_pointer(&reply->message);
	item->state = g_steal_pointer(&reply->state);
	ask_engine(item, sign_on_strand);
}

static void
signable_answered(bsn_reply *reply)
{
	Item *item = reply->owner;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = judge_signable(item, reply, &err);

	if (status == BSN_OK)
		item->tx_id = reply->signable.tx_id;
	if (status != BSN_OK) {
		item_failed(item, status, &err);
	} else if (reply->finished != NULL) {
		bsn_reply *submitted = tx_reply_new(item, reply->finished);

		chain_submit(item->submission->chain, &submitted, 1);
	} else {
		sign_next_round(item, reply);
	}
	reply_free(reply);
}

/* ---- the request ---- */

static void
start_txs(Submission *submission, GPtrArray *txs)
{
	g_autofree bsn_reply **replies = g_new(bsn_reply *, txs->len);
	guint n = txs->len;

	for (guint i = 0; i < n; i++)
		replies[i] = tx_reply_new(&submission->items[i], txs->pdata[i]);
	chain_submit(submission->chain, replies, n);
}

/* Moves each request from the body to its item. */
static void
start_requests(Submission *submission, Words *requests)
{
	Keystore *keystore = submission->exchange->gateway->deps.keystore;
	guint n = submission->count;

	for (guint i = 0; i < n; i++) {
		Item *item = &submission->items[i];

		item->words = words_ask_new(keystore);
		item->words->words = requests[i];
		memset(&requests[i], 0, sizeof(requests[i]));
		ask_engine(item, begin_on_strand);
	}
}

static Submission *
submission_new(Exchange *exchange, Chain *chain, guint count, guint32 until,
	       guint64 timeout_ms)
{
	Submission *submission = g_malloc0(sizeof(*submission) +
					   count * sizeof(Item));
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
	submission->timer = evtimer_new(
		loop_base(exchange->gateway->deps.loop), time_is_up,
		submission);
	evtimer_add(submission->timer, &timeout);
	exchange->deadline = 0; /* the timer's */
	return submission;
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
	submission = submission_new(exchange, chain, body->count, until,
				    timeout_ms);
	submission->batch = body->batch;
	if (body->txs != NULL)
		start_txs(submission, body->txs);
	else
		start_requests(submission, body->requests);
}

void
txs_submit(Exchange *exchange)
{
	guint max = exchange->gateway->deps.config->gateway_batch_max;
	SubmitBody body;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = submit_body_decode(exchange->body, exchange->body_len,
					    max, &body, &err);

	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	else
		submit(exchange, &body);
	submit_body_clear(&body);
}

void
contracts_deploy(Exchange *exchange)
{
	SubmitBody body = { .count = 1 };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	body.requests = g_new0(Words, 1);
	status = words_decode(exchange->body, exchange->body_len,
			      WORDS_TO_DEPLOY, body.requests, &err);
	if (status != BSN_OK)
		exchange_fail(exchange, status, &err, NULL);
	else
		submit(exchange, &body);
	submit_body_clear(&body);
}
