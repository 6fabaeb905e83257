/* SPDX-License-Identifier: Apache-2.0
 *
 * When a node complains of a leader. All of it is about time only: whatever is
 * done here, no two nodes decide differently. For progress it matters that
 * timeouts grow without bound while nothing is decided, and that no leader is
 * passed over for good: after as many views as there are members nobody is
 * suspect any more.
 */
#include "plugins/consensus-pbft/agreement.h"

#include "plugins/consensus-pbft/services.h"
#include "plugins/kit/sink.h"

static gboolean
is_suspect(const Agreement *agreement, guint64 height, guint64 view)
{
	guint leader = members_leader(agreement->members, height, view);
	const Peer *peer = &agreement->peers[leader];

	return view < agreement->members->n &&
	       (gint)leader != agreement->self &&
	       (peer->suspected || peer->unreachable);
}

guint64
health_next_view(const Agreement *agreement, guint64 view)
{
	while (is_suspect(agreement, agreement->height, view))
		view++;
	return view;
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
	sink = buffer_sink(discarded, BSN_STORE_VALUE_MAX);
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
	const gboolean quorum =
		round->changing && has_quorum(agreement, round);

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
	leader = members_leader(agreement->members, round->height,
				round->view);
	if (!is_suspect(agreement, round->height, round->view))
		round->expired++;
	agreement->peers[leader].suspected =
		(gint)leader != agreement->self;
	view_change_start(agreement, round,
			  health_next_view(agreement, round->view + 1));
}
