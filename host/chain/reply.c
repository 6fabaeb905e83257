/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/reply.h"

#include "host/chain/internal.h"
#include "host/chain/reply_copy.h"
#include "host/service/services.h"
#include "host/service/session.h"

bsn_reply *
reply_new(AnswerKind expects, void (*answered)(bsn_reply *), void *owner)
{
	bsn_reply *reply = g_new0(bsn_reply, 1);

	reply->expects = expects;
	reply->answered = answered;
	reply->owner = owner;
	reply->until = BSN_TX_COMMITTED;
	reply->refs = 1;
	reply->err.size = sizeof(reply->err);
	return reply;
}

void
reply_free(bsn_reply *reply)
{
	if (reply == NULL || !g_atomic_int_dec_and_test(&reply->refs))
		return;
	g_clear_pointer(&reply->input, g_bytes_unref);
	g_clear_pointer(&reply->message, g_bytes_unref);
	g_clear_pointer(&reply->state, g_bytes_unref);
	g_clear_pointer(&reply->finished, g_bytes_unref);
	g_clear_pointer(&reply->events, g_ptr_array_unref);
	if (reply->json != NULL)
		g_string_free(reply->json, TRUE);
	g_free(reply->algorithm);
	g_free(reply->signer);
	g_free(reply->languages);
	g_clear_pointer(&reply->session, session_unref);
	g_clear_pointer(&reply->chain, chain_unref);
	g_free(reply);
}

bsn_reply *
reply_ref(bsn_reply *reply)
{
	g_atomic_int_inc(&reply->refs);
	return reply;
}

void
reply_give_up(bsn_reply *reply)
{
	reply->is_given_up = 1;
	if (reply->given_up != NULL)
		reply->given_up(reply->given_up_arg);
}

int
reply_is_given_up(const bsn_reply *reply)
{
	return reply->is_given_up;
}

int
reply_accepted(bsn_reply *reply, bsn_tx_result *out)
{
	if (!g_atomic_int_get(&reply->accepted_known))
		return 0;
	*out = reply->accepted;
	return 1;
}

static void
run_answered(StrandCall *call)
{
	bsn_reply *reply = (bsn_reply *)call;

	reply->answered(reply);
}

/* Sends a reply whose members are filled back to the main loop. */
static void
deliver(bsn_reply *reply, int32_t status)
{
	reply->delivered = 1;
	reply->status = status;
	reply->call.run = run_answered;
	loop_post(reply->chain->table->loop, &reply->call);
}

/* The engine will not answer it again. */
static void
finish(bsn_reply *reply)
{
	reply->finished_by_engine = 1;
	chain_forget_reply(reply->chain, reply);
	reply_free(reply);
}

static void
complete(bsn_reply *reply, int32_t status)
{
	deliver(reply, status);
	finish(reply);
}

static void
take_reason(bsn_reply *reply, const bsn_err *err)
{
	reply->err.native = err->native;
	g_strlcpy(reply->err.reason, err->reason, sizeof(reply->err.reason));
}

void
reply_refuse(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	take_reason(reply, err);
	deliver(reply, status);
}

void
reply_fail(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	if (reply->delivered) {
		finish(reply);
		return;
	}
	if (err != NULL)
		take_reason(reply, err);
	complete(reply, status != BSN_OK ? status : BSN_E_INTERNAL);
}

/* Fails a reply because its engine answered against the rules. */
static void
refuse_answer(bsn_reply *reply, const char *what)
{
	bsn_err err = { .size = sizeof(err) };

	chain_blame(reply->chain, "%s", what);
	g_snprintf(err.reason, sizeof(err.reason), "the engine %s", what);
	reply_fail(reply, BSN_E_INTERNAL, &err);
}

/* 1 when the engine may answer this reply so now. */
static int
may_answer(bsn_reply *reply, AnswerKind kind)
{
	if (reply->finished_by_engine) {
		chain_blame(reply->chain, "answered a request twice");
		return 0;
	}
	if (reply->expects != kind) {
		refuse_answer(reply, "gave an answer of the wrong kind");
		return 0;
	}
	return 1;
}

/* 1 when every id is one; the reply is failed otherwise. */
static int
ids_hold(bsn_reply *reply, const bsn_id *a, const bsn_id *b, const bsn_id *c)
{
	if (a->len <= BSN_ID_MAX && (b == NULL || b->len <= BSN_ID_MAX) &&
	    (c == NULL || c->len <= BSN_ID_MAX))
		return 1;
	refuse_answer(reply, "gave an id longer than an id can be");
	return 0;
}

static void
take_json(bsn_reply *reply, bsn_slice *json)
{
	if (json->len == 0)
		return;
	reply->json = g_string_new_len((const char *)json->data,
				       (gssize)json->len);
	*json = (bsn_slice){ (const guint8 *)reply->json->str,
			     reply->json->len };
}

/* ---- bsn.reply/1 ---- */

static void
service_fail(bsn_reply *reply, int32_t status, const bsn_err *err)
{
	if (status <= 0)
		chain_blame(reply->chain, "failed a request with status %d: %s",
			    status, err != NULL ? err->reason : "no reason");
	else if (reply->expects == ANSWER_TX)
		CHAIN_COUNT(reply->chain, refused, 1);
	reply_fail(reply, status, err);
}

static void
service_signable(bsn_reply *reply, const bsn_signable *signable)
{
	if (!may_answer(reply, ANSWER_SIGNABLE))
		return;
	reply_copy_record(&reply->signable, sizeof(reply->signable), signable,
		    signable->size);
	if (!ids_hold(reply, &reply->signable.tx_id, NULL, NULL))
		return;
	reply->message = reply_copy_slice(signable->message);
	reply->state = reply_copy_slice(signable->state);
	reply->finished = reply_copy_slice(signable->tx);
	reply->algorithm = g_strdup(signable->algorithm);
	reply->signable.algorithm = reply->algorithm;
	reply->signer = reply_copy_text(reply->signable.signer);
	complete(reply, BSN_OK);
}

static void
count_stage(Chain *chain, guint32 stage)
{
	if (stage == BSN_TX_ACCEPTED)
		CHAIN_COUNT(chain, accepted, 1);
	else if (stage == BSN_TX_COMMITTED)
		CHAIN_COUNT(chain, committed, 1);
	else
		CHAIN_COUNT(chain, invalid, 1);
}

/* A stage that the waiting side does not want yet is only noted. */
static void
note_accepted(bsn_reply *reply, const bsn_tx_result *result)
{
	reply->accepted = *result;
	reply->accepted.detail = (bsn_slice){ NULL, 0 };
	g_atomic_int_set(&reply->accepted_known, 1);
}

static void
answer_tx(bsn_reply *reply, const bsn_tx_result *result)
{
	reply->tx = *result;
	take_json(reply, &reply->tx.detail);
	deliver(reply, BSN_OK);
}

static void
service_tx(bsn_reply *reply, const bsn_tx_result *given)
{
	bsn_tx_result result;
	int submitted = reply->input != NULL;
	int final;

	if (!may_answer(reply, ANSWER_TX))
		return;
	reply_copy_record(&result, sizeof(result), given, given->size);
	if (!ids_hold(reply, &result.tx_id, NULL, NULL))
		return;
	if (result.stage < BSN_TX_ACCEPTED || result.stage > BSN_TX_INVALID) {
		refuse_answer(reply, "gave a stage that does not exist");
		return;
	}
	final = !submitted || result.stage != BSN_TX_ACCEPTED;
	if (submitted)
		count_stage(reply->chain, result.stage);
	if (!final && reply->until != BSN_TX_ACCEPTED)
		note_accepted(reply, &result);
	else if (!reply->delivered)
		answer_tx(reply, &result);
	if (final)
		finish(reply);
}

static void
service_value(bsn_reply *reply, bsn_slice json)
{
	if (!may_answer(reply, ANSWER_VALUE))
		return;
	take_json(reply, &json);
	complete(reply, BSN_OK);
}

static void
service_ledger(bsn_reply *reply, const bsn_ledger_info *info)
{
	if (!may_answer(reply, ANSWER_LEDGER))
		return;
	reply_copy_record(&reply->ledger, sizeof(reply->ledger), info, info->size);
	if (!ids_hold(reply, &reply->ledger.block_hash,
		      &reply->ledger.state_hash, NULL))
		return;
	take_json(reply, &reply->ledger.detail);
	complete(reply, BSN_OK);
}

static void
service_block(bsn_reply *reply, const bsn_block_info *info)
{
	if (!may_answer(reply, ANSWER_BLOCK))
		return;
	reply_copy_record(&reply->block, sizeof(reply->block), info, info->size);
	if (!ids_hold(reply, &reply->block.hash, &reply->block.previous_hash,
		      &reply->block.state_hash))
		return;
	take_json(reply, &reply->block.detail);
	complete(reply, BSN_OK);
}

static void
service_status(bsn_reply *reply, const bsn_chain_status *status)
{
	if (!may_answer(reply, ANSWER_STATUS))
		return;
	reply_copy_record(&reply->chain_status, sizeof(reply->chain_status), status,
		    status->size);
	reply_own_status(reply);
	take_json(reply, &reply->chain_status.detail);
	complete(reply, BSN_OK);
}

static void
service_event(bsn_reply *reply, const bsn_event *event)
{
	if (!may_answer(reply, ANSWER_EVENTS))
		return;
	if (reply->events == NULL)
		reply->events = g_ptr_array_new_with_free_func(
			reply_event_free);
	g_ptr_array_add(reply->events, reply_event_copy(event));
}

static void
service_events_end(bsn_reply *reply, guint64 next)
{
	if (!may_answer(reply, ANSWER_EVENTS))
		return;
	reply->events_next = next;
	complete(reply, BSN_OK);
}

const bsn_reply_service service_reply = {
	.size = sizeof(service_reply),
	.fail = service_fail,
	.signable = service_signable,
	.tx = service_tx,
	.value = service_value,
	.ledger = service_ledger,
	.block = service_block,
	.status = service_status,
	.event = service_event,
	.events_end = service_events_end,
};

/* ---- bsn.http/1 ---- */

static void
service_http_answer(bsn_reply *reply, guint32 status, bsn_slice json)
{
	if (!may_answer(reply, ANSWER_HTTP))
		return;
	if (status < 200 || status > 599 || json.len > BSN_HTTP_ANSWER_MAX) {
		refuse_answer(reply, "gave an answer that HTTP has not");
		return;
	}
	reply->http = status;
	take_json(reply, &json);
	complete(reply, BSN_OK);
}

const bsn_http service_http = {
	.size = sizeof(service_http),
	.answer = service_http_answer,
};
