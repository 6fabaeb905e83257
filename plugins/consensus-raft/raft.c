/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/core.h"

/* ---- making -------------------------------------------------------------- */

void
raft_peer_free(gpointer data)
{
	RaftPeer *peer = data;

	g_bytes_unref(peer->key);
	g_free(peer);
}

static void
take_record(Raft *raft, RaftRecord record)
{
	const RaftPoint *base = &record.log.base;

	raft->term = record.term;
	raft->vote = record.vote;
	raft->commit = raft->handed = raft->applied_index = base->index;
	raft->disk_first = base->index + 1;
	raft->log = record.log;
	raft->saved = raft->stable = raft->disk_last =
		raft_log_last(&record.log);
}

Raft *
raft_new(RaftOptions options, RaftRecord record, RaftVoters *members,
	 guint64 height, guint64 now)
{
	Raft *raft = g_new0(Raft, 1);

	raft->options = options;
	raft->now = now;
	raft->random = options.seed;
	raft->members = members;
	raft->peers = g_ptr_array_new_with_free_func(raft_peer_free);
	raft->decided = raft->applied = height;
	raft->election_due = RAFT_NEVER;
	take_record(raft, record);
	raft_members_refresh(raft);
	return raft;
}

static void
clear_out(gpointer data)
{
	RaftOut *out = data;

	g_bytes_unref(out->to);
	g_byte_array_unref(out->message);
	g_free(out);
}

void
raft_free(Raft *raft)
{
	if (raft == NULL)
		return;
	g_queue_clear_full(&raft->out, clear_out);
	g_queue_clear_full(&raft->writes, g_free);
	raft_log_clear(&raft->log);
	g_ptr_array_unref(raft->voters);
	g_ptr_array_unref(raft->members);
	g_clear_pointer(&raft->next_members, g_ptr_array_unref);
	g_ptr_array_unref(raft->peers);
	g_clear_pointer(&raft->vote, g_bytes_unref);
	g_clear_pointer(&raft->leader, g_bytes_unref);
	g_clear_pointer(&raft->snapshot.voters, g_ptr_array_unref);
	g_clear_pointer(&raft->snapshot_from, g_bytes_unref);
	g_bytes_unref(raft->options.self);
	g_free(raft);
}

/* ---- the log ------------------------------------------------------------- */

RaftPeer *
raft_find_peer(const Raft *raft, GBytes *key)
{
	for (guint i = 0; i < raft->peers->len; i++) {
		RaftPeer *peer = raft->peers->pdata[i];

		if (g_bytes_equal(peer->key, key))
			return peer;
	}
	return NULL;
}

void
raft_append(Raft *raft, RaftEntry entry)
{
	raft_log_append(&raft->log, entry);
	if (entry.kind == RAFT_VOTERS)
		raft_members_refresh(raft);
}

void
raft_limit_writes(Raft *raft, guint64 last)
{
	raft->saved = MIN(raft->saved, last);
	raft->stable = MIN(raft->stable, last);
	for (GList *link = raft->writes.head; link != NULL; link = link->next) {
		RaftWrite *write = link->data;

		write->last = MIN(write->last, last);
	}
}

void
raft_truncate(Raft *raft, guint64 index)
{
	raft_log_truncate(&raft->log, index);
	raft_limit_writes(raft, index - 1);
	if (raft->voters_set >= index)
		raft_members_refresh(raft);
}

/* Some entries more than `keep` are left, so that compacting is rare. */
void
raft_compact(Raft *raft)
{
	guint64 end = MIN(raft->applied_index, raft->stable);
	guint64 base = raft->log.base.index;
	guint64 keep = raft->options.keep;

	if (end <= base)
		return;
	if (end - base > keep + keep / 4)
		base = end - keep;
	else if (raft->log.bytes > RAFT_KEEP_BYTES)
		base = base + (end - base + 1) / 2;
	else
		return;
	raft_log_compact(&raft->log, base);
	raft->voters_set = MAX(raft->voters_set, base);
	raft->base_dirty = TRUE;
}

const RaftEntry *
raft_entry(const Raft *raft, guint64 index)
{
	return raft_log_entry(&raft->log, index);
}

GBytes *
raft_entry_data(const Raft *raft, guint64 index)
{
	const RaftEntry *entry = raft_log_entry(&raft->log, index);

	if (entry->data != NULL)
		return g_bytes_ref(entry->data);
	return raft->options.load(raft->options.user, index);
}

/* ---- messages ------------------------------------------------------------ */

void
raft_send(Raft *raft, GBytes *to, const RaftMessage *message)
{
	RaftOut *out = g_new(RaftOut, 1);

	out->to = g_bytes_ref(to);
	out->message = g_byte_array_new();
	raft_message_put(message, out->message);
	g_queue_push_tail(&raft->out, out);
}

/* A leader that was replaced learns it from the term. */
static void
answer_stale(Raft *raft, GBytes *from, const RaftMessage *message)
{
	const RaftMessage reply = { .type = RAFT_APPEND_REPLY,
				    .term = raft->term };

	if (message->type == RAFT_APPEND || message->type == RAFT_SNAPSHOT)
		raft_send(raft, from, &reply);
}

static void
on_wake(Raft *raft)
{
	if (raft->role == RAFT_LEADER)
		raft_stir(raft);
}

static gboolean
dispatch(Raft *raft, GBytes *from, RaftMessage *message)
{
	RaftPeer *peer = raft_find_peer(raft, from);

	switch (message->type) {
	case RAFT_APPEND:
		return raft_on_append(raft, from, message);
	case RAFT_SNAPSHOT:
		return raft_on_snapshot(raft, from, message);
	case RAFT_WAKE:
		on_wake(raft);
		return TRUE;
	case RAFT_TIMEOUT_NOW:
		raft_on_timeout_now(raft, from);
		return TRUE;
	case RAFT_VOTE_REPLY:
		if (peer != NULL)
			raft_on_vote_reply(raft, peer, message);
		return TRUE;
	case RAFT_APPEND_REPLY:
		return peer == NULL ||
		       raft_on_append_reply(raft, peer, message);
	}
	return TRUE;
}

/* Whether the message's term is one that its sender has, and not one that it
 * would have. */
static gboolean
has_term(const RaftMessage *message)
{
	return message->type != RAFT_VOTE_REPLY ||
	       message->flags != (RAFT_PRE | RAFT_YES);
}

static gboolean
receive(Raft *raft, GBytes *from, RaftMessage *message)
{
	if (message->type == RAFT_VOTE) {
		raft_on_vote(raft, from, message);
		return TRUE;
	}
	if (message->term < raft->term) {
		answer_stale(raft, from, message);
		return TRUE;
	}
	if (message->term > raft->term && has_term(message))
		raft_follow(raft, message->term, NULL);
	return dispatch(raft, from, message);
}

gboolean
raft_receive(Raft *raft, guint64 now, GBytes *from, bsn_slice bytes)
{
	RaftMessage message;
	gboolean good;

	if (g_bytes_equal(from, raft->options.self) ||
	    !raft_message_read(bytes, &message))
		return FALSE;
	raft->now = now;
	raft->flushed = FALSE;
	good = receive(raft, from, &message);
	raft_message_clear(&message);
	return good;
}

gboolean
raft_take_message(Raft *raft, RaftOut *out)
{
	RaftOut *next;

	if (!raft->flushed && raft->role == RAFT_LEADER)
		raft_replicate(raft);
	raft->flushed = TRUE;
	next = g_queue_pop_head(&raft->out);
	if (next == NULL)
		return FALSE;
	*out = *next;
	g_free(next);
	return TRUE;
}

/* ---- time ---------------------------------------------------------------- */

void
raft_tick(Raft *raft, guint64 now)
{
	raft->now = now;
	raft->flushed = FALSE;
	if (raft->role == RAFT_LEADER)
		raft_leader_tick(raft);
	else
		raft_election_tick(raft);
}

guint64
raft_deadline(const Raft *raft)
{
	if (raft->role != RAFT_LEADER)
		return raft->election_due;
	if (raft->quiet)
		return raft->heartbeat_due;
	return MIN(raft->heartbeat_due, raft->quorum_due);
}

/* ---- how it stands ------------------------------------------------------- */

RaftStatus
raft_status(const Raft *raft)
{
	return (RaftStatus){
		.role = raft->role,
		.leader = raft->leader,
		.term = raft->term,
		.first = raft->log.base.index + 1,
		.last = raft_log_last(&raft->log),
		.commit = raft->commit,
		.decided = raft->decided,
		.applied = raft->applied,
		.quiet = raft->quiet,
		.halted = raft->halted,
		.voters = raft->voters,
	};
}

gboolean
raft_match(const Raft *raft, GBytes *key, guint64 *match)
{
	const RaftPeer *peer = raft_find_peer(raft, key);

	if (raft->role != RAFT_LEADER)
		return FALSE;
	if (g_bytes_equal(key, raft->options.self)) {
		*match = raft->stable;
		return TRUE;
	}
	if (peer != NULL)
		*match = peer->match;
	return peer != NULL;
}
