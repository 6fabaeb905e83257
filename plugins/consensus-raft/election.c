/* SPDX-License-Identifier: Apache-2.0
 *
 * Raft's elections (Ongaro, 2014, 3.4, 4.2.3, 9.6).
 */
#include "plugins/consensus-raft/core.h"

/* How much rarer a node campaigns that the engine wants out. */
#define LEAVING_FACTOR 8u

/* SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", 2014): spreads timeouts, and is no secret. */
static guint64
next_random(Raft *raft)
{
	guint64 z = raft->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
raft_arm_election(Raft *raft)
{
	guint64 wait = raft->options.election_ms;

	if (raft->halted || !raft_members_may_campaign(raft)) {
		raft->election_due = RAFT_NEVER;
		return;
	}
	/* Alone, there is nobody to wait for. */
	if (raft->voters->len == 1 && raft_is_voter(raft) &&
	    raft->role == RAFT_FOLLOWER)
		wait = 1;
	wait += next_random(raft) % wait;
	if (!raft_voters_have(raft->members, raft->options.self))
		wait *= LEAVING_FACTOR;
	raft->election_due = raft->now + wait;
}

/* ---- votes that count ---------------------------------------------------- */

gboolean
raft_is_voter(const Raft *raft)
{
	return raft_voters_have(raft->voters, raft->options.self);
}

gboolean
raft_majority(const Raft *raft, gboolean self,
	      gboolean (*holds)(const Raft *, const RaftPeer *))
{
	guint count = self && raft_is_voter(raft) ? 1 : 0;

	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (raft_voters_have(raft->voters, peer->key) &&
		    holds(raft, peer))
			count++;
	}
	return count >= raft_voters_quorum(raft->voters);
}

static gboolean
has_granted(const Raft *raft, const RaftPeer *peer)
{
	(void)raft;
	return peer->granted;
}

static gboolean
is_elected(const Raft *raft)
{
	return raft_majority(raft, TRUE, has_granted);
}

/* ---- roles --------------------------------------------------------------- */

static void
set_leader(Raft *raft, GBytes *leader)
{
	GBytes *old = raft->leader;

	raft->leader = leader != NULL ? g_bytes_ref(leader) : NULL;
	if (old != NULL)
		g_bytes_unref(old);
}

static void
set_term(Raft *raft, guint64 term, GBytes *vote)
{
	raft->term = term;
	g_clear_pointer(&raft->vote, g_bytes_unref);
	if (vote != NULL)
		raft->vote = g_bytes_ref(vote);
	raft->hard_dirty = TRUE;
	raft->owes_vote = FALSE;
	raft->matched = 0;
	raft->owes_ack = FALSE;
}

void
raft_follow(Raft *raft, guint64 term, GBytes *leader)
{
	if (term > raft->term)
		set_term(raft, term, NULL);
	set_leader(raft, leader);
	raft->role = RAFT_FOLLOWER;
	raft->quiet = FALSE;
	raft->retiring = FALSE;
	raft_arm_election(raft);
}

static void
start_campaign(Raft *raft, RaftRole role)
{
	raft->role = role;
	raft->quiet = FALSE;
	raft->appointed = FALSE;
	set_leader(raft, NULL);
	for (guint i = 0; i < raft->peers->len; i++)
		((RaftPeer *)raft->peers->pdata[i])->granted = FALSE;
	raft_arm_election(raft);
}

static void
ask_for_votes(Raft *raft, guint64 term, guint8 flags)
{
	guint64 last = raft_log_last(&raft->log);
	const RaftMessage request = {
		.type = RAFT_VOTE,
		.flags = flags,
		.term = term,
		.index = last,
		.log_term = raft_log_term(&raft->log, last),
	};

	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (raft_voters_have(raft->voters, peer->key))
			raft_send(raft, peer->key, &request);
	}
}

/* Nobody is asked before the vote for itself is on disk: see
 * raft_election_durable. */
static void
stand(Raft *raft)
{
	start_campaign(raft, RAFT_CANDIDATE);
	set_term(raft, raft->term + 1, raft->options.self);
	raft->asked = FALSE;
}

static void
send_vote(Raft *raft, GBytes *to, guint8 flags, guint64 term)
{
	const RaftMessage reply = { .type = RAFT_VOTE_REPLY,
				    .flags = flags,
				    .term = term };

	raft_send(raft, to, &reply);
}

void
raft_election_durable(Raft *raft)
{
	if (!raft_hard_is_durable(raft))
		return;
	if (raft->owes_vote) {
		raft->owes_vote = FALSE;
		send_vote(raft, raft->vote, RAFT_YES, raft->term);
	}
	if (raft->role != RAFT_CANDIDATE || raft->asked)
		return;
	raft->asked = TRUE;
	ask_for_votes(raft, raft->term, raft->appointed ? RAFT_TRANSFER : 0);
	if (is_elected(raft))
		raft_lead(raft);
}

/* ---- time ---------------------------------------------------------------- */

void
raft_election_tick(Raft *raft)
{
	if (raft->now < raft->election_due)
		return;
	if (raft->halted || !raft_members_may_campaign(raft)) {
		raft->election_due = RAFT_NEVER;
		return;
	}
	/* A candidate whose disk is slow: a further term would take no less
	 * time. */
	if (raft->role == RAFT_CANDIDATE && !raft->asked) {
		raft_arm_election(raft);
		return;
	}
	start_campaign(raft, RAFT_PRE_CANDIDATE);
	ask_for_votes(raft, raft->term + 1, RAFT_PRE);
	if (is_elected(raft))
		stand(raft);
}

void
raft_heard_leader(Raft *raft, GBytes *leader)
{
	raft->role = RAFT_FOLLOWER;
	raft->quiet = FALSE;
	set_leader(raft, leader);
	raft->sticky_until = raft->now + raft->options.election_ms;
	raft_arm_election(raft);
}

void
raft_wake(Raft *raft)
{
	const RaftMessage wake = { .type = RAFT_WAKE, .term = raft->term };

	raft->quiet = FALSE;
	raft->sticky_until = raft->now + raft->options.election_ms;
	raft_arm_election(raft);
	if (raft->leader != NULL)
		raft_send(raft, raft->leader, &wake);
}

/* Who sees it first is left to chance, so that votes do not split. */
void
raft_leader_lost(Raft *raft)
{
	guint64 soon;

	raft->quiet = FALSE;
	set_leader(raft, NULL);
	raft_arm_election(raft);
	if (raft->election_due == RAFT_NEVER)
		return;
	soon = raft->now + next_random(raft) % raft->options.election_ms;
	raft->election_due = MIN(raft->election_due, soon);
}

/* ---- other nodes' campaigns ---------------------------------------------- */

/* Without a pre-vote: nobody doubts that the leader goes. */
void
raft_on_timeout_now(Raft *raft, GBytes *from)
{
	if (raft->role != RAFT_FOLLOWER || raft->halted ||
	    !raft_is_voter(raft) || raft->leader == NULL ||
	    !g_bytes_equal(raft->leader, from))
		return;
	stand(raft);
	raft->appointed = TRUE;
}

/* A node whose leader lives, or that leads, takes no part in campaigns, so
 * that a node that was cut off or removed disturbs nobody; but in that of whom
 * the leader has asked to stand. */
static gboolean
has_leader(const Raft *raft)
{
	return raft->role == RAFT_LEADER ||
	       (raft->role == RAFT_FOLLOWER && raft->leader != NULL &&
		raft->now < raft->sticky_until);
}

static gboolean
is_up_to_date(const Raft *raft, const RaftMessage *request)
{
	guint64 last = raft_log_last(&raft->log);
	guint64 term = raft_log_term(&raft->log, last);

	return request->log_term > term ||
	       (request->log_term == term && request->index >= last);
}

/* The candidate's leader may be alive and only quiet. */
static void
stir_quiet(Raft *raft)
{
	if (raft->role == RAFT_LEADER)
		raft_stir(raft);
	else if (raft->quiet)
		raft_wake(raft);
}

static void
on_pre_vote(Raft *raft, GBytes *from, const RaftMessage *request)
{
	if (request->term > raft->term && !has_leader(raft) &&
	    is_up_to_date(raft, request))
		send_vote(raft, from, RAFT_PRE | RAFT_YES, request->term);
	else
		send_vote(raft, from, RAFT_PRE, raft->term);
}

static void
on_real_vote(Raft *raft, GBytes *from, const RaftMessage *request)
{
	if (request->term > raft->term) {
		if (has_leader(raft) && (request->flags & RAFT_TRANSFER) == 0)
			return;
		raft_follow(raft, request->term, NULL);
	}
	if (request->term < raft->term || !is_up_to_date(raft, request) ||
	    (raft->vote != NULL && !g_bytes_equal(raft->vote, from))) {
		send_vote(raft, from, 0, raft->term);
		return;
	}
	if (raft->vote == NULL) {
		raft->vote = g_bytes_ref(from);
		raft->hard_dirty = TRUE;
	}
	raft->role = RAFT_FOLLOWER;
	raft->owes_vote = TRUE;
	raft_arm_election(raft);
	raft_election_durable(raft);
}

void
raft_on_vote(Raft *raft, GBytes *from, const RaftMessage *request)
{
	stir_quiet(raft);
	if ((request->flags & RAFT_PRE) != 0)
		on_pre_vote(raft, from, request);
	else
		on_real_vote(raft, from, request);
}

void
raft_on_vote_reply(Raft *raft, RaftPeer *peer, const RaftMessage *reply)
{
	gboolean pre = (reply->flags & RAFT_PRE) != 0;
	RaftRole role = pre ? RAFT_PRE_CANDIDATE : RAFT_CANDIDATE;

	if (raft->role != role || (reply->flags & RAFT_YES) == 0 ||
	    reply->term != raft->term + (pre ? 1 : 0))
		return;
	peer->granted = TRUE;
	if (!is_elected(raft))
		return;
	if (pre)
		stand(raft);
	else
		raft_lead(raft);
}
