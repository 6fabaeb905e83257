/* SPDX-License-Identifier: Apache-2.0
 *
 * The leader's part of Raft: what is committed, whether it still leads, and
 * when there is nothing more to say.
 */
#include "plugins/consensus-raft/core.h"
#include "plugins/kit/rank.h"

/* A peer that has not answered for so many election timeouts keeps nobody
 * awake. */
#define DEAD_AFTER 4u
/* A quiet leader looks for such peers only every so many. */
#define QUIET_PROBE 8u

void
raft_lead(Raft *raft)
{
	raft->role = RAFT_LEADER;
	raft->leader = g_bytes_ref(raft->options.self);
	raft->retiring = FALSE;
	raft->wanted = TRUE;
	raft->expected = 0;
	raft->members_at = 0;
	raft->active = raft->now;
	raft->heartbeat_due =
		raft->now + raft->options.election_ms / RAFT_HEARTBEATS;
	raft->quorum_due = raft->now + raft->options.election_ms;
	for (guint i = 0; i < raft->peers->len; i++)
		raft_peer_reset(raft, raft->peers->pdata[i]);
	/* Only with an entry of its own term can a leader tell that what is
	 * before it is committed (Ongaro, 2014, 3.6.2). That it states the
	 * voters again tells them to nodes that came by block sync. */
	raft_members_append(raft, g_ptr_array_ref(raft->voters));
	raft_advance_commit(raft);
}

/* ---- peers --------------------------------------------------------------- */

static gboolean
has_all(const Raft *raft, const RaftPeer *peer)
{
	return peer->match == raft_log_last(&raft->log);
}

static gboolean
is_dead(const Raft *raft, const RaftPeer *peer)
{
	return raft->now - peer->heard >
	       (guint64)DEAD_AFTER * raft->options.election_ms;
}

/* ---- committing ---------------------------------------------------------- */

/* The highest index that more than half of the voters have durable. */
static guint64
quorum_match(const Raft *raft)
{
	guint64 matches[RAFT_VOTERS_MAX];
	guint n = 0;

	if (raft_is_voter(raft))
		matches[n++] = raft->stable;
	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (raft_voters_have(raft->voters, peer->key))
			matches[n++] = peer->match;
	}
	return rank_reached(matches, n, raft_voters_quorum(raft->voters));
}

void
raft_advance_commit(Raft *raft)
{
	guint64 match = quorum_match(raft);

	if (match <= raft->commit ||
	    raft_log_term(&raft->log, match) != raft->term)
		return;
	raft->commit = match;
	raft->active = raft->now;
	if (!raft_is_voter(raft) && raft->voters_set <= raft->commit)
		raft->retiring = TRUE;
	raft_members_step(raft);
}

gboolean
raft_on_append_reply(Raft *raft, RaftPeer *peer, const RaftMessage *reply)
{
	if (raft->role != RAFT_LEADER)
		return TRUE;
	peer->heard = raft->now;
	if ((reply->flags & RAFT_YES) != 0) {
		if (!raft_peer_matched(raft, peer, reply->index))
			return FALSE;
	} else if ((reply->flags & RAFT_SYNCING) == 0) {
		raft_peer_refused(peer, reply);
	}
	if (raft->quiet && !has_all(raft, peer))
		raft_stir(raft);
	/* From here on the peer may be gone. */
	raft_advance_commit(raft);
	raft_members_step(raft);
	return TRUE;
}

/* ---- handing over -------------------------------------------------------- */

static gboolean
is_better(const RaftPeer *peer, const RaftPeer *other)
{
	return other == NULL || peer->match > other->match ||
	       (peer->match == other->match && peer->heard > other->heard);
}

/* Who has most, of those that stay; of equals, who answered last. */
static const RaftPeer *
find_successor(const Raft *raft)
{
	const RaftPeer *best = NULL;

	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (raft_voters_have(raft->voters, peer->key) &&
		    raft_voters_have(raft->members, peer->key) &&
		    peer->match >= raft->commit && is_better(peer, best))
			best = peer;
	}
	return best;
}

void
raft_abdicate(Raft *raft)
{
	const RaftMessage message = { .type = RAFT_TIMEOUT_NOW,
				      .term = raft->term };
	const RaftPeer *successor = find_successor(raft);

	if (successor != NULL)
		raft_send(raft, successor->key, &message);
	raft_follow(raft, raft->term, NULL);
}

void
raft_hand_over(Raft *raft, guint64 now)
{
	raft->now = now;
	if (raft->role != RAFT_LEADER)
		return;
	raft_replicate(raft);
	if (raft->role == RAFT_LEADER)
		raft_abdicate(raft);
}

/* ---- time ---------------------------------------------------------------- */

static gboolean
may_be_quiet(const Raft *raft)
{
	guint64 last = raft_log_last(&raft->log);

	if (raft->now - raft->active < raft->options.election_ms ||
	    raft->commit != last || raft->stable != last ||
	    raft->handed != last || raft_members_leaving(raft))
		return FALSE;
	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (!has_all(raft, peer) && !is_dead(raft, peer))
			return FALSE;
	}
	return TRUE;
}

/* Those that have all get a last heartbeat; the others are looked for. */
static void
beat(Raft *raft, gboolean first_quiet)
{
	guint64 wait = raft->options.election_ms / RAFT_HEARTBEATS;

	if (raft->quiet)
		wait = RAFT_NEVER - raft->now;
	for (guint i = 0; i < raft->peers->len; i++) {
		RaftPeer *peer = raft->peers->pdata[i];
		gboolean all = has_all(raft, peer);

		if (raft->quiet && !all)
			wait = (guint64)QUIET_PROBE * raft->options.election_ms;
		if (!raft->quiet || !all || first_quiet)
			raft_heartbeat(raft, peer,
				       raft->quiet && all ? RAFT_QUIET : 0);
	}
	raft->heartbeat_due = raft->now + wait;
}

/* A leader that no majority answers is one no more, and says so to nobody but
 * its own engine: clients do not wait for it in vain (Ongaro, 2014, 6.2). */
static gboolean
check_quorum(Raft *raft)
{
	raft->quorum_due = raft->now + raft->options.election_ms;
	if (raft_majority(raft, TRUE, raft_was_heard))
		return TRUE;
	raft_follow(raft, raft->term, NULL);
	return FALSE;
}

void
raft_leader_tick(Raft *raft)
{
	gboolean was_quiet = raft->quiet;

	if (!raft->quiet && raft->now >= raft->quorum_due &&
	    !check_quorum(raft))
		return;
	if (raft->now < raft->heartbeat_due)
		return;
	raft_members_step(raft);
	raft->quiet = may_be_quiet(raft);
	if (raft->quiet && !was_quiet)
		raft_log_uncache(&raft->log, raft->saved, 0);
	beat(raft, !was_quiet);
}

void
raft_stir(Raft *raft)
{
	raft->active = raft->now;
	if (!raft->quiet)
		return;
	raft->quiet = FALSE;
	raft->quorum_due = raft->now + raft->options.election_ms;
	for (guint i = 0; i < raft->peers->len; i++) {
		RaftPeer *peer = raft->peers->pdata[i];

		/* It was silent because it was told to be. */
		if (has_all(raft, peer))
			peer->heard = raft->now;
	}
	beat(raft, FALSE);
}
