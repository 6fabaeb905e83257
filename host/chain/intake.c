/* SPDX-License-Identifier: Apache-2.0 */
#include "host/chain/intake.h"

#include <bsn/helpers/error.h>

#include "host/chain/internal.h"
#include "host/ops/stages.h"
#include "host/service/session.h"

/* Requests that are given to an engine in one call, at most. */
#define BATCH_MAX 4096

/* A session may have ended while its request was on the way. */
static gboolean
take(Chain *chain, bsn_reply *reply)
{
	bsn_err err = BSN_ERR_INIT;

	chain_track_reply(chain, reply);
	if (reply->session == NULL || session_show(reply->session)) {
		g_atomic_int_inc(&reply->refs); /* this call's */
		return TRUE;
	}
	bsn_fail(&err, BSN_UNAVAILABLE, "the connection has ended");
	reply_fail(reply, BSN_UNAVAILABLE, &err);
	return FALSE;
}

static void
give(ChainIntake *intake, bsn_reply *const *replies, guint n)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = intake->give(intake->chain, replies, n, &err);

	if (status != BSN_OK)
		chain_explain(intake->chain, "a batch", status, &err);
	for (guint i = 0; i < n; i++) {
		if (status != BSN_OK)
			chain_refuse_reply(replies[i], status, &err);
		reply_free(replies[i]);
	}
}

/* Takes up to BATCH_MAX replies off the list; returns the rest. */
static StrandCall *
give_some(ChainIntake *intake, StrandCall *call)
{
	g_autofree bsn_reply **replies = g_new(bsn_reply *, BATCH_MAX);
	guint n = 0;

	while (call != NULL && n < BATCH_MAX) {
		bsn_reply *reply = (bsn_reply *)call;

		call = call->next;
		if (take(intake->chain, reply))
			replies[n++] = reply;
	}
	if (n > 0)
		give(intake, replies, n);
	return call;
}

static void
refuse_all(Chain *chain, StrandCall *call)
{
	while (call != NULL) {
		StrandCall *next = call->next;

		chain_refuse_unopened(chain, (bsn_reply *)call);
		call = next;
	}
}

static guint
count_calls(const StrandCall *call)
{
	guint n = 0;

	for (; call != NULL; call = call->next)
		n++;
	return n;
}

static void
tell_strand(ChainIntake *intake)
{
	__atomic_store_n(&intake->since_ns, stage_now_ns(), __ATOMIC_RELAXED);
	strand_post(intake->chain->strand, &intake->call);
}

/* Everything that came until now, as one batch. */
static void
run_on_strand(StrandCall *call)
{
	ChainIntake *intake =
		(ChainIntake *)((char *)call -
				G_STRUCT_OFFSET(ChainIntake, call));
	Chain *chain = intake->chain;
	StrandCall *calls = call_queue_take(&intake->queue);
	guint n = count_calls(calls);

	stage_over(STAGE_QUEUE,
		   __atomic_load_n(&intake->since_ns, __ATOMIC_RELAXED), n);
	if (chain->ledger == NULL)
		refuse_all(chain, calls);
	else
		while (calls != NULL)
			calls = give_some(intake, calls);
	if (call_queue_finish(&intake->queue, (gint)n))
		tell_strand(intake);
	else
		chain_unref(chain);
}

void
intake_init(ChainIntake *intake, Chain *chain,
	    int32_t (*to_engine)(Chain *, bsn_reply *const *, guint,
				 bsn_err *))
{
	intake->chain = chain;
	intake->give = to_engine;
	intake->call.run = run_on_strand;
}

static void
refuse(Chain *chain, bsn_reply **replies, guint n, int32_t status,
       const bsn_err *err)
{
	for (guint i = 0; i < n; i++) {
		replies[i]->chain = chain_ref(chain);
		reply_refuse(replies[i], status, err);
	}
}

gboolean
intake_push(ChainIntake *intake, bsn_reply **replies, guint n)
{
	Chain *chain = intake->chain;
	bsn_err err = BSN_ERR_INIT;
	int32_t status = chain_why_not_open(chain, &err);
	int wake = 0;

	if (status != BSN_OK) {
		refuse(chain, replies, n, status, &err);
		return FALSE;
	}
	chain_ref(chain); /* for the call, which may outlive the table's */
	for (guint i = 0; i < n; i++) {
		replies[i]->chain = chain_ref(chain);
		wake |= call_queue_push(&intake->queue, &replies[i]->call);
	}
	if (wake)
		tell_strand(intake);
	else
		chain_unref(chain);
	return TRUE;
}
