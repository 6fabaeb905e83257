/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pbft/agreement.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* ---- the next height --------------------------------------------------- */

static void
drop_rounds(Agreement *agreement, guint64 below)
{
	for (guint i = 0; i < WINDOW; i++)
		if (agreement->rounds[i] != NULL &&
		    agreement->rounds[i]->height < below)
			g_clear_pointer(&agreement->rounds[i], round_free);
}

static void
take_early(Agreement *agreement, gboolean same_members)
{
	g_autoptr(GBytes) early = g_steal_pointer(&agreement->early);

	if (early != NULL && same_members)
		agreement_receive(agreement,
				  members_leader(agreement->members,
						 agreement->height, 0),
				  bytes_slice(early));
}

/* The next proposal comes an interval after this one was due, whatever this one
 * took to be made and to get here, as long as that keeps them apart. */
static void
schedule(Agreement *agreement)
{
	const guint64 interval = agreement->config.block_interval;
	const guint64 began = agreement->proposed > 0
				      ? agreement->proposed
				      : services_now_ms(agreement->chain);

	agreement->propose_after =
		CLAMP(agreement->propose_after + interval,
		      began + interval - interval / 4, began + interval);
}

static void
advance(Agreement *agreement, guint64 height)
{
	const gboolean same_members = agreement->incoming == NULL ||
				      agreement->incoming_height > height;

	drop_rounds(agreement, height);
	agreement->height = height;
	if (!same_members)
		agreement_take_members(agreement,
				       g_steal_pointer(&agreement->incoming));
	agreement->wanted_body.len = 0;
	agreement->expecting = FALSE;
	agreement->expect_asked = FALSE;
	agreement->view_timed = FALSE;
	agreement->progress++;
	schedule(agreement);
	agreement->proposed = 0;
	if (BSN_HAS(agreement->proposer, waiting))
		agreement->wanted = health_waiting(agreement);
	take_early(agreement, same_members);
}

/* ---- the decision ------------------------------------------------------ */

/* Looks for a quorum of commit votes, whatever the view. */
static gboolean
find_quorum(Agreement *agreement, Round *round)
{
	guint votes = 0;

	for (guint i = 0; i < round->n; i++)
		votes += round->slots[i].commit.choice.is ? 1 : 0;
	for (guint i = 0; votes >= agreement->members->quorum && i < round->n;
	     i++) {
		const Choice choice = round->slots[i].commit.choice;
		GBytes *certificate;

		if (!choice.is)
			continue;
		certificate = vote_quorum(agreement, round, STATEMENT_COMMIT,
					  choice.view, &choice.digest);
		if (certificate == NULL)
			continue;
		health_led(agreement,
			   members_leader(agreement->members, round->height,
					  choice.view));
		round->decided = choice.digest;
		round->decided_certificate = certificate;
		return TRUE;
	}
	return FALSE;
}

static void
remember(Agreement *agreement, const Round *round, GBytes *body)
{
	Decision *last = &agreement->last;

	g_clear_pointer(&last->certificate, g_bytes_unref);
	g_clear_pointer(&last->body, g_bytes_unref);
	*last = (Decision){ round->height, round->decided,
			    g_bytes_ref(round->decided_certificate),
			    g_bytes_ref(body) };
	record_decision(agreement);
}

/* The certificate goes to the store before the block, so that whoever has a
 * block durable can prove it to those who have not. */
static gboolean
carry_out(Agreement *agreement, const Round *round, GBytes *body)
{
	const guint64 height = round->height;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	remember(agreement, round, body);
	agreement->deciding = TRUE;
	status = agreement->proposer->decide(
		agreement->proposer, height, bytes_slice(agreement->last.body),
		bytes_slice(agreement->last.certificate), &err);
	agreement->deciding = FALSE;
	if (status != BSN_OK && status != BSN_DUPLICATE) {
		agreement->stopped = status;
		services_log(agreement->chain, BSN_LOG_ERROR,
			     "the engine refused height %" G_GUINT64_FORMAT
			     ", the chain stops: %s",
			     height, err.reason);
		return FALSE;
	}
	advance(agreement, MAX(height, agreement->applied) + 1);
	return TRUE;
}

/* The candidate, still to be checked, may be what is wanted. */
static gboolean
is_being_checked(const Round *round)
{
	return (round->state == CANDIDATE_NEW ||
		round->state == CANDIDATE_DEFERRED) &&
	       id_equal(&round->candidate.digest, &round->decided);
}

gboolean
decide_step(Agreement *agreement)
{
	Round *round = agreement_peek(agreement);
	GBytes *body;

	if (round == NULL ||
	    (round->decided.len == 0 && !find_quorum(agreement, round)))
		return FALSE;
	body = round_body(round, &round->decided);
	if (body != NULL)
		return carry_out(agreement, round, body);
	if (!is_being_checked(round))
		catchup_want(agreement, &round->decided);
	return FALSE;
}

void
decide_applied(Agreement *agreement, guint64 height)
{
	if (height <= agreement->applied)
		return;
	agreement->applied = height;
	if (height >= agreement->height && !agreement->deciding)
		advance(agreement, height + 1);
}
