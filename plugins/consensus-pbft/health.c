/* SPDX-License-Identifier: Apache-2.0
 *
 * When a node complains of a leader. All of it is about time only: whatever is
 * done here, no two nodes decide differently. For progress it matters that
 * timeouts grow without bound while nothing is decided, and that no leader is
 * passed over for good: after as many views as there are members nobody is
 * suspect any more.
 */
#include "plugins/consensus-pbft/agreement.h"

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Failures that count: 2^6 - 1 turns are passed over at most. */
#define FAILURES_MAX 6u

static gboolean
is_suspect(const Agreement *agreement, guint64 height, guint64 view)
{
	guint leader = members_leader(agreement->members, height, view);
	const Peer *peer = &agreement->peers[leader];

	return view < agreement->members->n &&
	       (gint)leader != agreement->self &&
	       (peer->suspected || peer->unreachable || peer->skip > 0);
}

/* One of its turns is over without it. */
static void
pass_over(Agreement *agreement, guint64 view)
{
	Peer *peer = &agreement->peers[members_leader(agreement->members,
						      agreement->height, view)];

	if (peer->skip > 0)
		peer->skip--;
}

/* Over f leaders at most: whoever suspects more of them is cut off itself, and
 * would only be too far ahead for the others when it comes back. */
guint64
health_next_view(Agreement *agreement, guint64 view)
{
	const guint64 last = view + agreement->members->f;

	for (; view < last && is_suspect(agreement, agreement->height, view);
	     view++)
		pass_over(agreement, view);
	return view;
}

void
health_led(Agreement *agreement, guint leader)
{
	agreement->peers[leader].failures = 0;
	agreement->peers[leader].skip = 0;
}

/* A dead one is left out for as long as it is silent. One that goes on talking
 * and leads to nothing is left out for 1, 3, 7, ... turns. */
void
health_failed(Agreement *agreement, guint leader)
{
	Peer *peer = &agreement->peers[leader];

	if ((gint)leader == agreement->self)
		return;
	peer->suspected = TRUE;
	peer->skip = (1u << peer->failures) - 1;
	peer->failures = MIN(peer->failures + 1, FAILURES_MAX);
}

void
health_heard(Agreement *agreement, guint from)
{
	agreement->peers[from].suspected = FALSE;
	agreement->peers[from].unreachable = FALSE;
}

gboolean
health_waiting(Agreement *agreement)
{
	g_autoptr(GByteArray) discarded = NULL;
	BufferSink sink;
	bsn_id digest;

	if (BSN_HAS(agreement->proposer, waiting))
		return agreement->proposer->waiting(agreement->proposer) ==
		       BSN_OK;
	discarded = g_byte_array_new();
	sink = buffer_sink(discarded, BSN_PROPOSAL_MAX);
	return agreement->proposer->propose(agreement->proposer,
					    agreement->height, &sink.sink,
					    &digest) == BSN_OK;
}

/* Whether the height is under way: it has been proposed here, or f + 1 members
 * have voted on it. */
static gboolean
is_under_way(const Agreement *agreement, const Round *round)
{
	guint voted = 0;

	if (round->state != CANDIDATE_NONE || round->prepared.is ||
	    round->lock.is || round->decided.len > 0)
		return TRUE;
	for (guint i = 0; i < round->n; i++)
		voted += round->slots[i].prepare.choice.is ||
			 round->slots[i].commit.choice.is;
	return voted > agreement->members->f;
}

gboolean
health_active(Agreement *agreement)
{
	const Round *round = agreement_peek(agreement);

	if (agreement->self < 0 || agreement->stopped != BSN_OK)
		return FALSE;
	return agreement->wanted ||
	       (round != NULL && is_under_way(agreement, round)) ||
	       catchup_evidence(agreement) > agreement->height;
}

static guint64
view_timeout(const Agreement *agreement, const Round *round)
{
	const Config *config = &agreement->config;
	guint64 doublings =
		round->expired + round->view / agreement->members->n;
	guint64 timeout = config->view_timeout;

	if (round->state == CANDIDATE_NONE &&
	    is_suspect(agreement, round->height, round->view))
		return config->suspect_timeout;
	while (doublings-- > 0 && timeout < config->view_timeout_max)
		timeout *= 2;
	return MIN(timeout, config->view_timeout_max) + config->block_interval;
}

static gboolean
has_quorum(const Agreement *agreement, const Round *round)
{
	return round_promises_from(round, round->view) >=
	       agreement->members->quorum;
}

static void
arm_view(Agreement *agreement)
{
	const Round *round = agreement_now(agreement);
	const gboolean quorum = round->changing && has_quorum(agreement, round);

	if (agreement->view_timed && agreement->timed_view == round->view &&
	    agreement->timed_changing == round->changing &&
	    agreement->timed_quorum == quorum)
		return;
	agreement->view_timed = TRUE;
	agreement->timed_view = round->view;
	agreement->timed_changing = round->changing;
	agreement->timed_quorum = quorum;
	(void)services.timer->set(agreement->chain, TIMER_VIEW,
				  view_timeout(agreement, round));
}

void
health_arm(Agreement *agreement)
{
	if (!health_active(agreement)) {
		if (agreement->view_timed)
			services.timer->cancel(agreement->chain, TIMER_VIEW);
		if (agreement->ticking)
			services.timer->cancel(agreement->chain, TIMER_TICK);
		agreement->view_timed = FALSE;
		agreement->ticking = FALSE;
		return;
	}
	arm_view(agreement);
	if (!agreement->ticking)
		(void)services.timer->set(agreement->chain, TIMER_TICK,
					  agreement->config.resend);
	agreement->ticking = TRUE;
}

/* Whether the leader has had what it needs to lead the view. */
static gboolean
has_begun(const Agreement *agreement, const Round *round)
{
	return !round->changing ||
	       round_promises(round, round->view) >= agreement->members->quorum;
}

/* A node that has left its view for another goes further only when a quorum has
 * come as far (Castro's thesis, 2.3.5): alone it would run away from the others
 * and be of no use to them. */
void
health_view_timer(Agreement *agreement)
{
	Round *round;
	guint leader;

	agreement->view_timed = FALSE;
	if (!health_active(agreement))
		return;
	round = agreement_now(agreement);
	if (!is_under_way(agreement, round) && !health_waiting(agreement)) {
		agreement->wanted = FALSE;
		return;
	}
	if (round->changing && !has_quorum(agreement, round))
		return;
	leader = members_leader(agreement->members, round->height, round->view);
	if (is_suspect(agreement, round->height, round->view)) {
		pass_over(agreement, round->view);
	} else if (has_begun(agreement, round)) {
		round->expired++;
		health_failed(agreement, leader);
	}
	view_change_start(agreement, round,
			  health_next_view(agreement, round->view + 1));
}
