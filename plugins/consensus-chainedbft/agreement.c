/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Rounds for which a member that has signed wrongly is not heard. */
#define BAN_ROUNDS 64u
/* Ms between two blocks of other epochs that are read for one member. */
#define ELSEWHERE_PAUSE_MS 50u
/* Ms between two lines of the log about one member. */
#define ACCUSE_PAUSE_MS 10000u

/* ---- what others need -------------------------------------------------- */

gboolean
agreement_block(const Agreement *agreement, const bsn_id *id,
		bsn_tree_block *block)
{
	const bsn_id wanted = *id;

	block->size = sizeof(*block);
	return agreement->tree->block(agreement->proposer, &wanted, block) ==
	       BSN_OK;
}

gboolean
agreement_head(const Agreement *agreement, bsn_tree_block *block)
{
	block->size = sizeof(*block);
	return agreement->tree->head(agreement->proposer, block) == BSN_OK;
}

Anchor
anchor_of(const bsn_tree_block *block)
{
	return (Anchor){ block->id, block->height, block->seal.round,
			 block->seal.time_ms };
}

void
agreement_stop(Agreement *agreement, int32_t status, const char *what,
	       const bsn_err *err)
{
	agreement->stopped = status;
	services_log(agreement->chain, BSN_LOG_ERROR,
		     "the chain stops, %s: %s", what, err->reason);
}

void
agreement_accuse(Agreement *agreement, guint member, const char *deed)
{
	const guint64 now = services_now_ms(agreement->chain);
	Peer *peer = &agreement->peers[member];

	if (now < peer->accuse_after)
		return;
	peer->accuse_after = now + ACCUSE_PAUSE_MS;
	services_log(agreement->chain, BSN_LOG_WARNING, "member %s %s",
		     agreement->members->list[member].name, deed);
}

void
agreement_ban(Agreement *agreement, guint member, guint64 round,
	      const char *deed)
{
	agreement->dropped.forged++;
	agreement->peers[member].banned = round + BAN_ROUNDS;
	agreement_accuse(agreement, member, deed);
}

gboolean
agreement_sign(const Agreement *agreement, bsn_slice text,
	       Signature *signature)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = claims_sign(
		agreement->chain,
		agreement->members->list[agreement->self].algorithm, text,
		signature, &err);

	if (status != BSN_OK)
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "this node cannot vote, its key does not sign: %s",
			     err.reason);
	return status == BSN_OK;
}

/* ---- the loop ---------------------------------------------------------- */

static gboolean
step(Agreement *agreement)
{
	return agreement->stopped == BSN_OK &&
	       (vote_certify(agreement) || expiry_step(agreement) ||
		proposal_judge(agreement));
}

/* Whether another block is needed is known when what is final is. */
static gboolean
settle(Agreement *agreement)
{
	return agreement->stopped == BSN_OK &&
	       (commit_step(agreement) || commit_follow(agreement) ||
		proposal_make(agreement));
}

void
agreement_run(Agreement *agreement)
{
	if (agreement->busy || !agreement->started) {
		agreement->again = TRUE;
		return;
	}
	agreement->busy = TRUE;
	do {
		agreement->again = FALSE;
		while (step(agreement))
			;
		/* Others wait for votes, and batches become durable in order:
		 * what is final, which is the most, goes behind. */
		record_flush(agreement);
		if (settle(agreement))
			agreement->again = TRUE;
	} while (agreement->again && agreement->stopped == BSN_OK);
	record_flush(agreement);
	agreement->busy = FALSE;
	pacemaker_arm(agreement);
}

/* The engine is not called inside create, so this comes with the first timer. */
static void
start(Agreement *agreement)
{
	if (agreement->started)
		return;
	agreement->started = TRUE;
	agreement->busy = TRUE;
	epoch_resume(agreement);
	agreement->busy = FALSE;
}

/* ---- messages ---------------------------------------------------------- */

/* Reading costs more than sending. */
static void
read_elsewhere(Agreement *agreement, guint from, const Message *message)
{
	const guint64 now = services_now_ms(agreement->chain);
	bsn_tree_block block = { .size = sizeof(block) };

	if (now < agreement->peers[from].read_after)
		return;
	agreement->peers[from].read_after = now + ELSEWHERE_PAUSE_MS;
	if (agreement->tree->read(agreement->proposer, message->block, &block,
				  NULL) == BSN_OK)
		commit_take_bytes(agreement, block.seal.justify, (gint)from);
}

/* A block of the epoch after this one shows, in its certificate, that this one
 * is over; whatever else shows an older one is answered with that. */
static void
receive_elsewhere(Agreement *agreement, guint from, const Message *message)
{
	if (message->kind == MESSAGE_PROPOSAL) {
		read_elsewhere(agreement, from, message);
	} else if (message->kind == MESSAGE_NEWS) {
		catchup_receive(agreement, from, message);
	} else {
		commit_take_bytes(agreement, message->certificate, (gint)from);
		if (message->round <= agreement->epoch.round ||
		    agreement->proof != NULL)
			catchup_news(agreement, from);
	}
}

void
agreement_receive(Agreement *agreement, guint from, bsn_slice bytes)
{
	Message message;

	if (!message_read(bytes, &message)) {
		agreement->dropped.malformed++;
		return;
	}
	pacemaker_heard(agreement, from);
	if (!id_equal(&message.epoch, &agreement->epoch.id)) {
		receive_elsewhere(agreement, from, &message);
		return;
	}
	switch (message.kind) {
	case MESSAGE_PROPOSAL:
		proposal_receive(agreement, from, &message);
		break;
	case MESSAGE_VOTE:
		vote_receive(agreement, from, &message);
		break;
	case MESSAGE_TIMEOUT:
		expiry_receive(agreement, from, &message);
		break;
	case MESSAGE_NEWS:
	case MESSAGE_ASK:
		catchup_receive(agreement, from, &message);
		break;
	}
}

/* An observer follows by what its engine gets. A proposal that has ended an
 * epoch is looked at again in the next. */
void
agreement_message(Agreement *agreement, bsn_slice from_public_key,
		  bsn_slice message)
{
	const bsn_id epoch = agreement->epoch.id;
	gint from = members_find(agreement->members, from_public_key);

	if (agreement->self < 0 || !agreement->started)
		return;
	if (from < 0 || from == agreement->self) {
		agreement->dropped.strangers++;
		return;
	}
	agreement_receive(agreement, (guint)from, message);
	agreement_run(agreement);
	if (id_equal(&epoch, &agreement->epoch.id))
		return;
	from = members_find(agreement->members, from_public_key);
	if (from < 0 || agreement->self < 0)
		return;
	agreement_receive(agreement, (guint)from, message);
	agreement_run(agreement);
}

void
agreement_timer(Agreement *agreement, guint64 id)
{
	switch (id) {
	case TIMER_START:
		start(agreement);
		break;
	case TIMER_ROUND:
		pacemaker_timer(agreement);
		break;
	case TIMER_FETCH:
		catchup_timer(agreement);
		break;
	}
	agreement_run(agreement);
}
