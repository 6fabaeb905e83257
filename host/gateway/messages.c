/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages between applications: sent and answered; private topics. (To
 * listen: listener.c.)
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/message_ask.h"
#include "host/gateway/message_body.h"
#include "host/gateway/message_rate.h"
#include "host/gateway/routes.h"

/* How much longer than the receiver an engine may take. */
#define ENGINE_EXTRA_US (60 * G_USEC_PER_SEC)

bsn_client
message_client(const Caller *caller)
{
	const Identity *identity = caller->identity;

	return (bsn_client){
		.size = sizeof(bsn_client),
		.name = bsn_slice_str(identity->name),
		.organisation = bsn_slice_str(identity->organisation),
		.public_key = bsn_slice_of(identity->public_key,
					   sizeof(identity->public_key)),
	};
}

Chain *
message_chain(Exchange *exchange)
{
	Chain *chain = exchange_chain(exchange);
	const bsn_engine *engine = chain != NULL ? chain_engine(chain) : NULL;

	if (chain == NULL)
		return NULL;
	if (engine != NULL && bsn_engine_messages_of(engine) != NULL)
		return chain;
	exchange_failf(exchange, BSN_NOT_OFFERED, NULL,
		       "framework %s of chain %s carries no messages",
		       chain_framework(chain), chain_name(chain));
	return NULL;
}

static void
answer_nothing(Exchange *exchange, bsn_reply *reply)
{
	exchange_answer(exchange, 204, NULL);
}

/* ---- sending ---- */

typedef struct {
	MessageRates *rates;
	Caller *caller;
	MessageBody body;
} Sending;

static void
sending_free(gpointer data)
{
	Sending *sending = data;

	message_rates_done(sending->rates,
			   sending->caller->identity->fingerprint);
	caller_unref(sending->caller);
	message_body_clear(&sending->body);
	g_free(sending);
}

static int32_t
ask_publish(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	    bsn_err *err)
{
	const Sending *sending = ask_data(reply);
	const MessageBody *body = &sending->body;
	const bsn_client from = message_client(sending->caller);
	const bsn_message message = {
		.size = sizeof(message),
		.mode = body->message_mode,
		.topic = { .size = sizeof(bsn_topic),
			   .is_private = body->is_private ? 1 : 0,
			   .name = bsn_slice_str(body->topic) },
		.from = &from,
		.payload = bytes_slice(body->payload),
		.timeout_ms = body->timeout_ms,
	};

	return bsn_engine_messages_of(engine)->publish(ledger, &message, reply,
						       err);
}

static int32_t
read_message(Exchange *exchange, MessageBody *body, bsn_err *err)
{
	int32_t status = message_body_decode(exchange->body,
					     exchange->body_len, body, err);

	if (status != BSN_OK)
		return status;
	exchange->subject = g_strdup(body->topic);
	return message_rates_take(exchange->gateway->message_rates,
				  exchange->caller->identity->fingerprint,
				  g_get_monotonic_time(), err);
}

void
messages_send(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_publish,
		.then = answer_value,
		.free_data = sending_free,
	};
	bsn_err err = BSN_ERR_INIT;
	MessageBody body;
	Sending *sending;
	int32_t status;

	if (chain == NULL)
		return;
	status = read_message(exchange, &body, &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		message_body_clear(&body);
		return;
	}
	exchange->deadline = g_get_monotonic_time() + ENGINE_EXTRA_US +
			     (gint64)body.timeout_ms * 1000;
	sending = g_new0(Sending, 1);
	sending->rates = exchange->gateway->message_rates;
	sending->caller = caller_ref(exchange->caller);
	sending->body = body;
	question.data = sending;
	ask_chain(exchange, chain, &question);
}

/* ---- answering ---- */

typedef struct {
	Caller *caller;
	bsn_id id;
	AnswerBody body;
} Answering;

static void
answering_free(gpointer data)
{
	Answering *answering = data;

	caller_unref(answering->caller);
	answer_body_clear(&answering->body);
	g_free(answering);
}

static int32_t
ask_answer(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	const Answering *answering = ask_data(reply);
	const bsn_client from = message_client(answering->caller);

	return bsn_engine_messages_of(engine)->answer(
		ledger, &from, &answering->id,
		bytes_slice(answering->body.payload), reply, err);
}

static int32_t
read_id(const char *text, bsn_id *id, bsn_err *err)
{
	const char *why;
	g_autoptr(GBytes) bytes = hex_decode(text, BSN_ID_MAX, &why);

	if (bytes == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST, "the message's id: %s",
				why);
	id->len = (guint32)g_bytes_get_size(bytes);
	memcpy(id->bytes, g_bytes_get_data(bytes, NULL), id->len);
	return BSN_OK;
}

void
messages_answer(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_answer,
		.then = answer_nothing,
		.free_data = answering_free,
	};
	bsn_err err = BSN_ERR_INIT;
	Answering *answering;
	int32_t status;

	if (chain == NULL)
		return;
	answering = g_new0(Answering, 1);
	answering->caller = caller_ref(exchange->caller);
	status = read_id(exchange_arg(exchange, "id"), &answering->id, &err);
	if (status == BSN_OK)
		status = answer_body_decode(exchange->body, exchange->body_len,
					    &answering->body, &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		answering_free(answering);
		return;
	}
	question.data = answering;
	ask_chain(exchange, chain, &question);
}

/* ---- private topics ---- */

static int32_t
ask_topics(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	return bsn_engine_messages_of(engine)->topics(ledger, reply, err);
}

static void
answer_topics(Exchange *exchange, bsn_reply *reply)
{
	json_t *list = reply_detail(exchange, reply);
	json_t *body;

	if (list == NULL)
		return;
	body = json_object();
	json_object_set_new(body, "topics", list);
	exchange_answer(exchange, 200, body);
}

void
messages_topics(Exchange *exchange)
{
	const Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_topics,
		.then = answer_topics,
	};
	Chain *chain = message_chain(exchange);

	if (chain != NULL)
		ask_chain(exchange, chain, &question);
}

typedef struct {
	Caller *caller;
	char *topic;	/* to withdraw */
	TopicBody body; /* to declare */
} Topic;

static void
topic_free(gpointer data)
{
	Topic *topic = data;

	caller_unref(topic->caller);
	g_free(topic->topic);
	topic_body_clear(&topic->body);
	g_free(topic);
}

static int32_t
ask_declare(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	    bsn_err *err)
{
	const Topic *topic = ask_data(reply);
	const GPtrArray *decoded = topic->body.decoded;
	const bsn_client owner = message_client(topic->caller);
	bsn_slice keys[BSN_MESSAGE_KEYS_MAX];

	for (guint i = 0; i < decoded->len; i++)
		keys[i] = bytes_slice(decoded->pdata[i]);
	return bsn_engine_messages_of(engine)->declare(
		ledger, &owner, bsn_slice_str(topic->body.topic), keys,
		decoded->len, reply, err);
}

void
messages_declare(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_declare,
		.then = answer_nothing,
		.free_data = topic_free,
	};
	bsn_err err = BSN_ERR_INIT;
	Topic *topic;
	int32_t status;

	if (chain == NULL)
		return;
	topic = g_new0(Topic, 1);
	topic->caller = caller_ref(exchange->caller);
	status = topic_body_decode(exchange->body, exchange->body_len,
				   &topic->body, &err);
	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		topic_free(topic);
		return;
	}
	exchange->subject = g_strdup(topic->body.topic);
	question.data = topic;
	ask_chain(exchange, chain, &question);
}

static int32_t
ask_withdraw(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	     bsn_err *err)
{
	const Topic *topic = ask_data(reply);
	const bsn_client who = message_client(topic->caller);
	const Role role = topic->caller->identity->role;

	return bsn_engine_messages_of(engine)->withdraw(
		ledger, role_allows(role, ROLE_ADMIN) ? NULL : &who,
		bsn_slice_str(topic->topic), reply, err);
}

void
messages_withdraw(Exchange *exchange)
{
	Chain *chain = message_chain(exchange);
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_withdraw,
		.then = answer_nothing,
		.free_data = topic_free,
	};
	Topic *topic;

	if (chain == NULL)
		return;
	topic = g_new0(Topic, 1);
	topic->caller = caller_ref(exchange->caller);
	topic->topic = g_strdup(exchange_arg(exchange, "topic"));
	exchange->subject = g_strdup(topic->topic);
	question.data = topic;
	ask_chain(exchange, chain, &question);
}
