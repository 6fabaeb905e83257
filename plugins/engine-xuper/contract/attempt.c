/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/attempt.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/inquiry.h"
#include "plugins/kit/sink.h"

/* One that waits for another chain. */
typedef struct {
	bsn_ledger *ledger;
	bsn_tx_request request; /* its slices lie in the arena */
	Arena arena;
	Facts *facts;
	guint64 time_ms;
	gboolean endorsed;
	AttemptRun run;
	bsn_reply *reply;
} Waiting;

static void
keep(Waiting *waiting, bsn_slice *slice)
{
	slice->data = (const guint8 *)arena_copy(&waiting->arena, slice->data,
						 slice->len);
}

static Waiting *
waiting_new(bsn_ledger *ledger, const bsn_tx_request *request)
{
	Waiting *waiting = g_new0(Waiting, 1);
	bsn_tx_request *own = &waiting->request;

	memcpy(own, request, MIN(request->size, sizeof(*own)));
	own->size = sizeof(*own);
	keep(waiting, &own->signer_public_key);
	keep(waiting, &own->signer_certificate);
	keep(waiting, &own->contract);
	keep(waiting, &own->function);
	keep(waiting, &own->args);
	keep(waiting, &own->code);
	keep(waiting, &own->options);
	waiting->ledger = ledger;
	return waiting;
}

static void
waiting_free(Waiting *waiting)
{
	facts_free(waiting->facts);
	arena_clear(&waiting->arena);
	g_free(waiting);
}

static void answered(void *owner, int32_t status, bsn_slice fact,
		     const bsn_err *err);

/* Asks for what is lacking. */
static int32_t
ask(Waiting *waiting, bsn_err *err)
{
	if (facts_count(waiting->facts) == FACTS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a transaction asks other chains at most %u "
				"questions",
				FACTS_MAX);
	return inquiry_begin(waiting->ledger, facts_wanted(waiting->facts),
			     waiting->time_ms, waiting->endorsed, answered,
			     waiting, err);
}

static int32_t
run_again(Waiting *waiting, bsn_err *err)
{
	const Attempt attempt = { &waiting->request, waiting->facts,
				  waiting->time_ms };

	return waiting->run(waiting->ledger, &attempt, waiting->reply, err);
}

static void
fail(Waiting *waiting, int32_t status, const bsn_err *err)
{
	services.reply->fail(waiting->reply, status, err);
	waiting_free(waiting);
}

static void
answered(void *owner, int32_t status, bsn_slice fact, const bsn_err *why)
{
	Waiting *waiting = owner;
	bsn_err err = BSN_ERR_INIT;

	if (status != BSN_OK) {
		fail(waiting, status, why);
		return;
	}
	facts_add(waiting->facts, fact);
	status = run_again(waiting, &err);
	if (facts_wanted(waiting->facts) != NULL) {
		err = (bsn_err)BSN_ERR_INIT;
		status = ask(waiting, &err);
		if (status == BSN_OK)
			return;
	}
	if (status != BSN_OK)
		fail(waiting, status, &err);
	else
		waiting_free(waiting);
}

int32_t
attempt_begin(bsn_ledger *ledger, const bsn_tx_request *request,
	      gboolean endorsed, AttemptRun run, bsn_reply *reply,
	      bsn_err *err)
{
	g_autoptr(Facts) facts = facts_new();
	const Attempt attempt = {
		.request = request,
		.facts = facts,
		.time_ms = services.clock->wall_ms(ledger->chain),
	};
	bsn_err own = BSN_ERR_INIT;
	int32_t status = run(ledger, &attempt, reply, &own);
	Waiting *waiting;

	if (facts_wanted(facts) == NULL) {
		if (status != BSN_OK && err != NULL)
			*err = own;
		return status;
	}
	waiting = waiting_new(ledger, request);
	waiting->facts = g_steal_pointer(&facts);
	waiting->time_ms = attempt.time_ms;
	waiting->endorsed = endorsed;
	waiting->run = run;
	waiting->reply = reply;
	status = ask(waiting, err);
	if (status != BSN_OK)
		waiting_free(waiting);
	return status;
}
