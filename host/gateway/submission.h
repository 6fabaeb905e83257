/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/submission.h: transactions on their way to an engine, and the
 * answer of the request that brought them. Main loop only.
 */
#ifndef HOST_GATEWAY_SUBMISSION_H
#define HOST_GATEWAY_SUBMISSION_H

#include "host/chain/reply.h"
#include "host/gateway/exchange.h"
#include "host/gateway/words_ask.h"

typedef struct Submission Submission;

/* One transaction on its way. */
typedef struct {
	Submission *submission;
	WordsAsk *words; /* what a hosted key signs; NULL for a finished one */
	guint rounds;	 /* signatures made */
	guint32 convention;
	GBytes *message, *state; /* of the round under way */
	bsn_id tx_id;		 /* as far as it is known */
	bsn_reply *reply; /* while the engine has the finished transaction */
	gsize at, len;	  /* in the submission's `texts`, what it came to; len 0
			   * until then */
	int http;
	int32_t status;
} SubmissionItem;

struct Submission {
	Exchange *exchange;
	Chain *chain;
	guint32 until; /* BSN_TX_ACCEPTED or BSN_TX_COMMITTED */
	gboolean batch;
	guint count, pending;
	GString *texts; /* JSON of what items came to, as they end */
	guint64 since_ns; /* stage_now_ns; 0: not timed */
	struct event *timer;
	SubmissionItem items[];
};

/* Answers the exchange when every item has ended, or after `timeout_ms` with
 * what is known. Frees itself when every item has ended. */
Submission *submission_new(Exchange *exchange, Chain *chain, guint count,
			   guint32 until, guint64 timeout_ms);

/* The reply with which a finished transaction is submitted; ends the item. */
bsn_reply *submission_reply_new(SubmissionItem *item, GBytes *tx);
/* Ends the item with a refusal. */
void submission_item_failed(SubmissionItem *item, int32_t status,
			    const bsn_err *err);

/* hosted_sign.c: has item->words signed by their hosted key, round by round,
 * and submits what comes of it. */
void hosted_sign(SubmissionItem *item);

#endif
