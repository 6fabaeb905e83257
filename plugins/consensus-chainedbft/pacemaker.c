/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Doublings of the timeout; timeout_max bounds it before. */
#define DOUBLINGS_MAX 20u

/* ---- which round ------------------------------------------------------- */

static guint64
epoch_slot(const Agreement *agreement)
{
	return agreement->mode->slot_at(&agreement->config,
					agreement->epoch.time_ms);
}

static guint64
slot_now(const Agreement *agreement)
{
	return agreement->mode->slot_at(
		&agreement->config,
		services.clock->wall_ms(agreement->chain));
}

guint64
pacemaker_slot(const Agreement *agreement, guint64 round)
{
	return epoch_slot(agreement) + (round - agreement->epoch.round);
}

guint64
pacemaker_round(const Agreement *agreement)
{
	guint64 first, now;

	if (!agreement->mode->slots)
		return agreement->round;
	first = epoch_slot(agreement);
	now = slot_now(agreement);
	return agreement->epoch.round + (now > first ? now - first : 0);
}

guint
pacemaker_leader(const Agreement *agreement, guint64 round)
{
	return agreement->mode->leader(
		&agreement->config, agreement->members->n,
		agreement->mode->slots ? pacemaker_slot(agreement, round)
				       : round);
}

void
pacemaker_enter(Agreement *agreement, guint64 round)
{
	if (round <= agreement->round)
		return;
	agreement->round = round;
	agreement->progress++;
	agreement->waits = FALSE;
	if (!agreement->mode->slots)
		proposal_forget(agreement, round);
}

void
pacemaker_certified(Agreement *agreement, guint64 round)
{
	agreement->failures = 0;
	agreement->waits = FALSE;
	pacemaker_enter(agreement, round + 1);
}

/* ---- whether there is anything to do ----------------------------------- */

gboolean
pacemaker_unfinished(const Agreement *agreement, const bsn_id *parent)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_id at = *parent;

	while (agreement_block(agreement, &at, &block) &&
	       block.height > agreement->root.height) {
		if ((block.flags & (BSN_TREE_LOADED | BSN_TREE_CLOSES)) != 0)
			return TRUE;
		at = block.parent;
	}
	return FALSE;
}

gboolean
pacemaker_active(Agreement *agreement)
{
	bsn_tree_block head = { .size = sizeof(head) };

	return agreement->tree->waiting(agreement->proposer) == BSN_OK ||
	       (agreement_head(agreement, &head) &&
		pacemaker_unfinished(agreement, &head.id));
}

/* ---- timers ------------------------------------------------------------ */

static guint64
round_length(const Agreement *agreement)
{
	const Config *config = &agreement->config;
	const guint leader = pacemaker_leader(agreement, agreement->round);
	const Peer *peer = &agreement->peers[leader];

	if ((peer->suspected || peer->unreachable) &&
	    (gint)leader != agreement->self &&
	    agreement->failures < agreement->members->n)
		return config->suspect_timeout;
	return MIN(config->timeout
			   << MIN(agreement->failures, DOUBLINGS_MAX),
		   config->timeout_max);
}

static void
round_passed(Agreement *agreement)
{
	if (agreement->expired < agreement->round)
		expiry_say(agreement);
	else if (agreement->sent_timeout != NULL)
		outbox_send_all(agreement,
				bytes_slice(agreement->sent_timeout));
}

/* A slot begins. One that brought nothing since the last is asked about. */
static void
slot_begins(Agreement *agreement)
{
	agreement->waits = FALSE;
	if (agreement->asked_progress == agreement->progress)
		catchup_ask(agreement);
	agreement->asked_progress = agreement->progress;
}

void
pacemaker_timer(Agreement *agreement)
{
	agreement->round_timed = FALSE;
	if (agreement->self < 0 || !pacemaker_active(agreement))
		return;
	if (agreement->mode->slots)
		slot_begins(agreement);
	else
		round_passed(agreement);
}

/* Ms until the next slot. */
static guint64
until_slot(const Agreement *agreement)
{
	const guint64 next = agreement->mode->slot_start(
		&agreement->config, slot_now(agreement) + 1);

	return next - services.clock->wall_ms(agreement->chain);
}

/* Blocks that came before their slot. */
static gboolean
holds_early(const Agreement *agreement)
{
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->candidates[i].state == CANDIDATE_NEW)
			return TRUE;
	return FALSE;
}

void
pacemaker_arm(Agreement *agreement)
{
	const gboolean slots = agreement->mode->slots;
	const guint64 round = pacemaker_round(agreement);

	if (!agreement->started || agreement->stopped != BSN_OK ||
	    agreement->self < 0 ||
	    !(pacemaker_active(agreement) ||
	      (slots && holds_early(agreement)))) {
		if (agreement->round_timed)
			services.timer->cancel(agreement->chain, TIMER_ROUND);
		agreement->round_timed = FALSE;
		return;
	}
	if (agreement->round_timed && agreement->timed_round == round)
		return;
	agreement->round_timed = TRUE;
	agreement->timed_round = round;
	(void)services.timer->set(agreement->chain, TIMER_ROUND,
				  slots ? until_slot(agreement)
					: round_length(agreement));
}

void
pacemaker_heard(Agreement *agreement, guint from)
{
	agreement->peers[from].suspected = FALSE;
	agreement->peers[from].unreachable = FALSE;
}
