/* SPDX-License-Identifier: Apache-2.0
 *
 * The follower's part of Raft: it makes its log like the leader's.
 */
#include "plugins/consensus-raft/core.h"

/* ---- answers ------------------------------------------------------------- */

static void
answer(Raft *raft, GBytes *to, guint8 flags, guint64 index, guint64 echo)
{
	const RaftMessage reply = {
		.type = RAFT_APPEND_REPLY,
		.flags = flags,
		.term = raft->term,
		.index = index,
		.echo = echo,
	};

	raft_send(raft, to, &reply);
}

/* Tells the leader of what is on disk; of the rest when it is. */
void
raft_acknowledge(Raft *raft)
{
	raft->owes_ack = TRUE;
	if (!raft_hard_is_durable(raft) || raft->leader == NULL)
		return;
	raft->owes_ack = raft->stable < raft->matched;
	answer(raft, raft->leader, RAFT_YES, MIN(raft->matched, raft->stable),
	       0);
}

/* ---- entries ------------------------------------------------------------- */

/* A block raises the height by one, anything else leaves it; terms do not
 * fall. */
static gboolean
follows(const Raft *raft, guint64 index, const RaftEntryView *entry,
	guint64 leader_term)
{
	guint64 height = raft_log_height(&raft->log, index - 1);

	return entry->term <= leader_term &&
	       entry->term >= raft_log_term(&raft->log, index - 1) &&
	       entry->height == height + (entry->kind == RAFT_BLOCK ? 1 : 0);
}

static void
append_copy(Raft *raft, const RaftEntryView *view)
{
	RaftEntry entry = {
		.term = view->term,
		.height = view->height,
		.kind = view->kind,
		.size = view->data.len,
	};

	if (view->data.len > 0)
		entry.data = g_bytes_new(view->data.data, view->data.len);
	raft_append(raft, entry);
}

/* Makes the log at an index what the leader has there. FALSE when that cannot
 * be, since the entry here is committed or the one there does not follow. */
static gboolean
take_entry(Raft *raft, guint64 index, const RaftEntryView *entry,
	   guint64 leader_term)
{
	if (index <= raft_log_last(&raft->log)) {
		if (raft_log_term(&raft->log, index) == entry->term)
			return TRUE;
		if (index <= raft->commit ||
		    !follows(raft, index, entry, leader_term))
			return FALSE;
		raft_truncate(raft, index);
	}
	if (!follows(raft, index, entry, leader_term))
		return FALSE;
	append_copy(raft, entry);
	return TRUE;
}

static gboolean
take_entries(Raft *raft, const RaftMessage *message)
{
	Wire wire = wire_of(message->entries);

	for (guint32 i = 1; i <= message->n; i++) {
		RaftEntryView entry;

		if (!raft_entry_read(&wire, &entry))
			return FALSE;
		/* What was compacted away is committed, and the same. */
		if (message->index + i > raft->log.base.index &&
		    !take_entry(raft, message->index + i, &entry,
				message->term))
			return FALSE;
	}
	return TRUE;
}

/* The entry before the message's first is the same here. */
static gboolean
is_like(const Raft *raft, guint64 index, guint64 term)
{
	if (index < raft->log.base.index)
		return TRUE;
	return index <= raft_log_last(&raft->log) &&
	       raft_log_term(&raft->log, index) == term;
}

/* Says where the leader may try next: before the entries of the term that is
 * not like the leader's (Ongaro and Ousterhout, 2014, 5.3). */
static void
refuse(Raft *raft, GBytes *from, guint64 index)
{
	guint64 hint = MIN(index, raft_log_last(&raft->log));
	guint64 term = raft_log_term(&raft->log, hint);

	if (hint == index)
		while (hint > raft->commit &&
		       raft_log_term(&raft->log, hint) == term)
			hint--;
	answer(raft, from, 0, hint, index);
}

/* All is here, and the leader says that it will be silent. */
static void
fall_quiet(Raft *raft)
{
	raft->quiet = TRUE;
	raft->election_due = RAFT_NEVER;
	raft_log_uncache(&raft->log, MIN(raft->handed, raft->saved), 0);
}

static guint64
unsaved_bytes(const Raft *raft)
{
	guint64 bytes = 0;

	for (guint64 i = raft->saved + 1; i <= raft_log_last(&raft->log); i++)
		bytes += raft_log_entry(&raft->log, i)->size;
	return bytes;
}

gboolean
raft_on_append(Raft *raft, GBytes *from, const RaftMessage *message)
{
	guint64 end = message->index + message->n;

	if (raft->role == RAFT_LEADER)
		return FALSE;
	raft_heard_leader(raft, from);
	/* A full disk: the leader sends it again. */
	if (message->n > 0 && unsaved_bytes(raft) > RAFT_UNSAVED_MAX)
		return TRUE;
	if (!is_like(raft, message->index, message->log_term)) {
		refuse(raft, from, message->index);
		return TRUE;
	}
	if (!take_entries(raft, message))
		return FALSE;
	raft->matched = MAX(raft->matched, end);
	raft->commit = MAX(raft->commit, MIN(message->commit, end));
	if (message->n == 0 || raft->stable >= raft->matched)
		raft_acknowledge(raft);
	else
		raft->owes_ack = TRUE;
	if ((message->flags & RAFT_QUIET) != 0 &&
	    end == raft_log_last(&raft->log) && raft->commit == end)
		fall_quiet(raft);
	return TRUE;
}

/* ---- snapshots ----------------------------------------------------------- */

static void
drop_snapshot(Raft *raft)
{
	g_clear_pointer(&raft->snapshot.voters, g_ptr_array_unref);
	g_clear_pointer(&raft->snapshot_from, g_bytes_unref);
	raft->snapshot.index = 0;
	raft->behind = FALSE;
}

void
raft_install(Raft *raft)
{
	guint64 index = raft->snapshot.index;

	if (index == 0 || raft->applied < raft->snapshot.height)
		return;
	if (index > raft->commit) {
		raft_log_reset(&raft->log, raft->snapshot);
		raft->snapshot.voters = NULL;
		raft_limit_writes(raft, index);
		raft->saved = raft->stable = index;
		raft->commit = raft->handed = raft->applied_index = index;
		raft->matched = MAX(raft->matched, index);
		raft->hard_dirty = raft->base_dirty = TRUE;
		raft->owes_ack = TRUE;
		raft_members_refresh(raft);
	}
	drop_snapshot(raft);
}

/* The engine is told again from time to time, should its sync have failed. */
static void
keep_snapshot(Raft *raft, GBytes *from, RaftMessage *message)
{
	gboolean newer = message->height > raft->snapshot.height ||
			 raft->snapshot.index == 0;

	drop_snapshot(raft);
	raft->snapshot =
		(RaftPoint){ message->index, message->log_term, message->height,
			     g_steal_pointer(&message->voters) };
	raft->snapshot_from = g_bytes_ref(from);
	if (raft->applied >= raft->snapshot.height) {
		raft_install(raft);
		return;
	}
	raft->behind = newer || raft->now >= raft->behind_due;
	if (raft->behind)
		raft->behind_due = raft->now + raft->options.election_ms;
	answer(raft, from, RAFT_SYNCING, 0, 0);
}

gboolean
raft_on_snapshot(Raft *raft, GBytes *from, RaftMessage *message)
{
	guint64 index = message->index;

	if (raft->role == RAFT_LEADER || message->voters->len == 0)
		return FALSE;
	raft_heard_leader(raft, from);
	if (index > raft->commit &&
	    (index > raft_log_last(&raft->log) ||
	     raft_log_term(&raft->log, index) != message->log_term)) {
		keep_snapshot(raft, from, message);
		return TRUE;
	}
	raft->commit = MAX(raft->commit, index);
	raft->matched = MAX(raft->matched, index);
	raft_acknowledge(raft);
	return TRUE;
}
