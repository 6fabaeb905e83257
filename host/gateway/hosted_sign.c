/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in uniform words that a hosted key signs, as many rounds as the
 * engine asks for.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/bytes.h"
#include "host/gateway/submission.h"

/* Fabric needs two; more is an engine that goes round in circles. */
#define ROUNDS_MAX 4

static int32_t
begin_on_strand(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
		bsn_err *err)
{
	const SubmissionItem *item = reply->owner;
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
	const SubmissionItem *item = reply->owner;
	guint8 signature[BSN_SIGNATURE_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(signature, sizeof(signature));
	int32_t status = keystore_sign(
		item->words->keystore, item->words->words.signer,
		item->convention, bytes_slice(item->message), &sink.sink, err);

	if (status != BSN_OK)
		return status;
	return engine->tx->sign_round(ledger, bytes_slice(item->state),
				      bsn_slice_of(signature, sink.len), reply,
				      err);
}

static void signable_answered(bsn_reply *reply);

static void
ask_engine(SubmissionItem *item, int32_t (*ask)(bsn_reply *, const bsn_engine *,
						bsn_ledger *, bsn_err *))
{
	bsn_reply *reply = reply_new(ANSWER_SIGNABLE, signable_answered, item);

	reply->ask = ask;
	chain_request(item->submission->chain, reply);
}

static int32_t
judge_signable(const SubmissionItem *item, const bsn_reply *reply, bsn_err *err)
{
	if (reply->status != BSN_OK) {
		*err = reply->err;
		return reply->status;
	}
	if (reply->finished != NULL)
		return BSN_OK;
	if (reply->signer != NULL)
		return bsn_fail(err, BSN_DENIED,
				"%s must sign it, too, and signer is one key: "
				"use txs/prepare and txs/sign, or bsnctl tx "
				"sign and tx cosign",
				reply->signer);
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
sign_next_round(SubmissionItem *item, bsn_reply *reply)
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
	SubmissionItem *item = reply->owner;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = judge_signable(item, reply, &err);

	if (status == BSN_OK)
		item->tx_id = reply->signable.tx_id;
	if (status != BSN_OK) {
		submission_item_failed(item, status, &err);
	} else if (reply->finished != NULL) {
		bsn_reply *submitted =
			submission_reply_new(item, reply->finished);

		chain_submit(item->submission->chain, &submitted, 1);
	} else {
		sign_next_round(item, reply);
	}
	reply_free(reply);
}

void
hosted_sign(SubmissionItem *item)
{
	ask_engine(item, begin_on_strand);
}
