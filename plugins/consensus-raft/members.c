/* SPDX-License-Identifier: Apache-2.0
 *
 * Which nodes vote. The chain's own blocks decide who its members are; every
 * node learns it when its engine has the block, at different moments. Votes
 * cannot change hands like that, so the voters are entries of the log, in
 * force from the moment they are in it, as in Ongaro, 2014, 4.1 and 4.2. The
 * leader appends such entries until the voters are the members.
 *
 * Why that is safe:
 *
 * - one voter more or less at a time, so a majority of the old and one of the
 *   new voters have a node in common;
 * - the next change only after the one before is committed. A leader begins its
 *   term with an entry that states the voters again, so the first change is
 *   made only after an entry of its own term is committed (Ongaro's correction,
 *   "bug in single-server membership changes", raft-dev, 2015);
 * - a leader makes a change only when its ledger is as high as the log was
 *   when it was elected, so it does not undo what a leader with newer blocks
 *   has begun.
 */
#include "plugins/consensus-raft/core.h"

static void
add_peers(Raft *raft, GPtrArray *peers, const RaftVoters *keys)
{
	for (guint i = 0; i < keys->len; i++) {
		GBytes *key = keys->pdata[i];
		RaftPeer *peer = raft_find_peer(raft, key);
		gboolean known = FALSE;

		for (guint j = 0; j < peers->len; j++) {
			const RaftPeer *other = peers->pdata[j];

			known |= g_bytes_equal(other->key, key);
		}
		if (known || g_bytes_equal(key, raft->options.self))
			continue;
		peer = g_memdup2(peer != NULL ? peer : &(RaftPeer){ 0 },
				 sizeof(*peer));
		if (peer->key == NULL) {
			peer->key = key;
			raft_peer_reset(raft, peer);
		}
		peer->key = g_bytes_ref(key);
		g_ptr_array_add(peers, peer);
	}
}

/* New members get the log before they vote. */
static void
refresh_peers(Raft *raft)
{
	GPtrArray *peers = g_ptr_array_new();

	g_ptr_array_set_free_func(peers, raft_peer_free);
	add_peers(raft, peers, raft->voters);
	add_peers(raft, peers, raft->members);
	g_ptr_array_unref(raft->peers);
	raft->peers = peers;
}

void
raft_members_refresh(Raft *raft)
{
	g_clear_pointer(&raft->voters, g_ptr_array_unref);
	raft->voters = raft_log_voters(&raft->log, raft_log_last(&raft->log),
				       &raft->voters_set);
	refresh_peers(raft);
	if (raft->role != RAFT_LEADER && !raft->quiet &&
	    raft->election_due == RAFT_NEVER)
		raft_arm_election(raft);
}

void
raft_members_advance(Raft *raft)
{
	if (raft->next_members == NULL || raft->decided + 1 < raft->next_height)
		return;
	g_ptr_array_unref(raft->members);
	raft->members = g_steal_pointer(&raft->next_members);
	refresh_peers(raft);
	if (raft->role != RAFT_LEADER)
		return;
	raft->members_at = raft->handed;
	raft_stir(raft);
	raft_members_step(raft);
}

void
raft_set_members(Raft *raft, guint64 now, guint64 height, RaftVoters *members)
{
	raft->now = now;
	raft->flushed = FALSE;
	g_clear_pointer(&raft->next_members, g_ptr_array_unref);
	raft->next_members = members;
	raft->next_height = height;
	raft_members_advance(raft);
}

void
raft_peer(Raft *raft, guint64 now, GBytes *key, gboolean reachable)
{
	RaftPeer *peer = raft_find_peer(raft, key);

	raft->now = now;
	raft->flushed = FALSE;
	if (raft->role == RAFT_LEADER) {
		if (reachable && peer != NULL &&
		    peer->match < raft_log_last(&raft->log)) {
			raft_stir(raft);
			raft_heartbeat(raft, peer, 0);
		}
	} else if (!reachable && raft->leader != NULL &&
		   g_bytes_equal(raft->leader, key)) {
		raft_leader_lost(raft);
	}
}

gboolean
raft_members_leaving(const Raft *raft)
{
	return raft_voters_extra(raft->voters, raft->members) != NULL;
}

/* Its certificate must be that of a member; and while one leaves, no blocks go
 * to it. */
gboolean
raft_members_may_propose(const Raft *raft, guint64 height)
{
	gboolean next =
		raft->next_members != NULL && height >= raft->next_height;

	return !raft_members_leaving(raft) &&
	       raft_voters_have(next ? raft->next_members : raft->members,
				raft->options.self);
}

/* A node whose engine learns that a member is gone stops listening to it. Were
 * it to learn so before it has the voters without that member, and were that
 * member this leader, it could miss it for ever. So the block that removes a
 * member is told to be committed only with the voters that follow from it. */
guint64
raft_members_commit(const Raft *raft, guint64 end)
{
	gboolean told = raft->voters_set > raft->members_at
				? end >= raft->voters_set
				: !raft_members_leaving(raft);

	if (raft->members_at == 0 || told)
		return raft->commit;
	return MIN(raft->commit, raft->members_at - 1);
}

/* A voter that removes itself is needed until that is committed (Ongaro, 2014,
 * 4.2.2). */
gboolean
raft_members_may_campaign(const Raft *raft)
{
	g_autoptr(GPtrArray) committed = NULL;
	guint64 set;

	if (raft_is_voter(raft))
		return TRUE;
	committed = raft_log_voters(&raft->log, raft->commit, &set);
	return raft_voters_have(committed, raft->options.self);
}

/* ---- the leader's steps -------------------------------------------------- */

void
raft_members_append(Raft *raft, RaftVoters *voters)
{
	g_autoptr(GByteArray) data = g_byte_array_new();
	RaftEntry entry = {
		.term = raft->term,
		.height =
			raft_log_height(&raft->log, raft_log_last(&raft->log)),
		.kind = RAFT_VOTERS,
	};

	raft_voters_put(voters, data);
	g_ptr_array_unref(voters);
	entry.size = data->len;
	entry.data = g_bytes_new(data->data, data->len);
	raft_append(raft, entry);
}

static gboolean
may_step(const Raft *raft)
{
	return raft->role == RAFT_LEADER && !raft->halted && !raft->retiring &&
	       raft->voters_set <= raft->commit &&
	       raft->applied >= raft_log_height(&raft->log, raft->voters_set);
}

/* A member that has the log and may get a vote, or NULL. */
static GBytes *
find_newcomer(const Raft *raft)
{
	for (guint i = 0; i < raft->peers->len; i++) {
		const RaftPeer *peer = raft->peers->pdata[i];

		if (raft_voters_have(raft->members, peer->key) &&
		    !raft_voters_have(raft->voters, peer->key) &&
		    peer->match >= raft->commit &&
		    raft_was_heard(raft, peer))
			return peer->key;
	}
	return NULL;
}

/* Who is to go; the leader itself last. */
static GBytes *
find_leaver(const Raft *raft)
{
	GBytes *self = raft->options.self;
	g_autoptr(GPtrArray) others = raft_voters_without(raft->voters, self);
	GBytes *leaver = raft_voters_extra(others, raft->members);

	if (leaver != NULL)
		return leaver;
	return raft_members_leaving(raft) ? self : NULL;
}

void
raft_members_step(Raft *raft)
{
	GBytes *key;

	if (!may_step(raft))
		return;
	key = raft->voters->len < RAFT_VOTERS_MAX ? find_newcomer(raft) : NULL;
	if (key == NULL && !raft_is_voter(raft))
		key = raft_voters_have(raft->members, raft->options.self)
			      ? raft->options.self
			      : NULL;
	if (key != NULL) {
		raft_members_append(raft, raft_voters_with(raft->voters, key));
		return;
	}
	key = find_leaver(raft);
	if (key != NULL && raft->voters->len > 1)
		raft_members_append(raft,
				    raft_voters_without(raft->voters, key));
}
