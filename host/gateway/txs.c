/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions: built, signed by their sender, called read only, looked up. (To
 * submit: submit.c.)
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/gateway/ask.h"
#include "host/gateway/body.h"
#include "host/gateway/hex.h"
#include "host/gateway/json.h"
#include "host/gateway/routes.h"
#include "host/gateway/words_ask.h"

/* ---- signables ---- */

static const char *
convention_word(guint32 convention)
{
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return "standard";
	case BSN_SIGN_PREHASHED:
		return "prehashed";
	case BSN_SIGN_DIGEST:
		return "digest";
	}
	return "unknown";
}

static void
answer_signable(Exchange *exchange, bsn_reply *reply)
{
	const bsn_signable *signable = &reply->signable;
	json_t *body = json_object();

	if (reply->finished != NULL) {
		json_object_set_new(body, "tx",
				    json_hex_bytes(reply->finished));
		json_object_set_new(body, "tx_id", json_id(&signable->tx_id));
		exchange_answer(exchange, 200, body);
		return;
	}
	json_object_set_new(body, "round", json_u64(signable->round));
	json_object_set_new(body, "algorithm",
			    reply->algorithm != NULL
				    ? json_text(reply->algorithm)
				    : json_null());
	json_object_set_new(body, "convention",
			    json_text(convention_word(signable->convention)));
	json_object_set_new(body, "message", json_hex_bytes(reply->message));
	json_object_set_new(body, "state", json_hex_bytes(reply->state));
	json_object_set_new(body, "tx_id", json_id(&signable->tx_id));
	json_object_set_new(body, "signer", reply->signer != NULL
						    ? json_text(reply->signer)
						    : json_null());
	exchange_answer(exchange, 200, body);
}

static int32_t
ask_begin(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	  bsn_err *err)
{
	WordsAsk *words = ask_data(reply);
	int32_t status = words_ask_fill(words, err);

	if (status != BSN_OK)
		return status;
	return engine->tx->begin(ledger, &words->request, reply, err);
}

static int32_t
ask_call(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	WordsAsk *words = ask_data(reply);
	int32_t status = words_ask_fill(words, err);

	if (status != BSN_OK)
		return status;
	return engine->tx->call(ledger, &words->request, reply, err);
}

static void
ask_with_words(Exchange *exchange, WordsUse use, Question *question)
{
	WordsAsk *words = words_ask_new(exchange->gateway->deps.keystore);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = words_decode(exchange->body, exchange->body_len, use,
				      &words->words, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		words_ask_free(words);
		return;
	}
	words_ask_judge(words, exchange->gateway->owners, exchange->caller);
	question->data = words;
	question->free_data = words_ask_free;
	ask(exchange, question);
}

void
txs_prepare(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_SIGNABLE,
		.ask = ask_begin,
		.then = answer_signable,
	};

	ask_with_words(exchange, WORDS_TO_PREPARE, &question);
}

void
txs_call(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_VALUE,
		.ask = ask_call,
		.then = answer_value,
	};

	ask_with_words(exchange, WORDS_TO_CALL, &question);
}

/* ---- the sender's signature ---- */

typedef struct {
	SignBody body;
	Keystore *keystore;
	int32_t allowed; /* BSN_OK: the caller may have the signer sign */
	bsn_err refusal; /* otherwise */
} Signing;

/* A hosted key signs what the caller says is the state's message. When it is
 * another one the engine refuses, and nobody sees the signature. */
static int32_t
ask_hosted(const Signing *signing, bsn_sink *signature, bsn_err *err)
{
	HostedKey *key = NULL;
	int32_t status = keystore_find_signer(
		signing->keystore, signing->body.signer, &key, err);

	if (status != BSN_OK)
		return status;
	hosted_key_free(key);
	if (signing->allowed != BSN_OK) {
		*err = signing->refusal;
		return signing->allowed;
	}
	return keystore_sign(signing->keystore, signing->body.signer,
			     signing->body.sign_convention,
			     bytes_slice(signing->body.message), signature,
			     err);
}

static int32_t
ask_sign(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	const Signing *signing = ask_data(reply);
	guint8 made[BSN_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(made, sizeof(made));
	bsn_slice signature = bytes_slice(signing->body.signature);

	if (signing->body.signer != NULL) {
		const int32_t status = ask_hosted(signing, &sink.sink, err);

		if (status != BSN_OK)
			return status;
		signature = bsn_slice_of(made, sink.len);
	}
	return engine->tx->sign_round(ledger, bytes_slice(signing->body.state),
				      signature, reply, err);
}

static void
free_sign(gpointer data)
{
	Signing *signing = data;

	sign_body_clear(&signing->body);
	g_free(signing);
}

static void
judge_signer(const Exchange *exchange, Signing *signing)
{
	signing->keystore = exchange->gateway->deps.keystore;
	signing->refusal.size = sizeof(signing->refusal);
	if (signing->body.signer != NULL)
		signing->allowed = key_owners_may_sign(
			exchange->gateway->owners, exchange->caller,
			signing->body.signer, &signing->refusal);
}

void
txs_sign(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_SIGNABLE,
		.ask = ask_sign,
		.then = answer_signable,
		.free_data = free_sign,
	};
	Signing *signing = g_new0(Signing, 1);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = sign_body_decode(exchange->body, exchange->body_len,
					  &signing->body, &err);

	if (status != BSN_OK) {
		exchange_fail(exchange, status, &err, NULL);
		free_sign(signing);
		return;
	}
	judge_signer(exchange, signing);
	question.data = signing;
	ask(exchange, &question);
}

/* ---- look-up ---- */

static int32_t
ask_tx(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
       bsn_err *err)
{
	return engine->tx->get(ledger, bytes_slice(ask_data(reply)), reply, err);
}

static void
free_bytes(gpointer bytes)
{
	g_bytes_unref(bytes);
}

void
txs_get(Exchange *exchange)
{
	Question question = {
		.kind = ANSWER_TX,
		.ask = ask_tx,
		.then = answer_tx,
		.free_data = free_bytes,
	};
	const char *text = exchange_arg(exchange, "id");
	const char *why = NULL;

	question.data = hex_decode(text, BSN_ID_MAX, &why);
	if (question.data == NULL) {
		exchange_failf(exchange, BSN_BAD_REQUEST, NULL,
			       "\"%.80s\" is no transaction's id: %s", text,
			       why);
		return;
	}
	ask(exchange, &question);
}
