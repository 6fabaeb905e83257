/* SPDX-License-Identifier: Apache-2.0
 *
 * Raft and the engine above it: what is decided, durable, proposed, missing.
 */
#include "plugins/consensus-raft/core.h"

/* Entries that are no news to the engine any more. */
static void
note_applied(Raft *raft)
{
	while (raft->applied_index < raft->handed &&
	       raft_log_height(&raft->log, raft->applied_index + 1) <=
		       raft->applied)
		raft->applied_index++;
	raft_compact(raft);
	raft_log_uncache(&raft->log, MIN(raft->handed, raft->saved),
			 raft->quiet ? 0 : RAFT_CACHE_MAX);
}

void
raft_pending(Raft *raft, guint64 now)
{
	raft->now = now;
	raft->flushed = FALSE;
	raft->wanted = TRUE;
	if (raft->role == RAFT_FOLLOWER && raft->quiet)
		raft_wake(raft);
}

void
raft_applied(Raft *raft, guint64 now, guint64 height)
{
	raft->now = now;
	raft->flushed = FALSE;
	raft->applied = MAX(raft->applied, height);
	raft->decided = MAX(raft->decided, raft->applied);
	raft->wanted |= raft->wanted_later;
	raft->wanted_later = FALSE;
	note_applied(raft);
	raft_members_advance(raft);
	raft_install(raft);
	raft_members_step(raft);
}

void
raft_halt(Raft *raft, guint64 now)
{
	raft->now = now;
	raft->halted = TRUE;
	if (raft->role != RAFT_FOLLOWER)
		raft_follow(raft, raft->term, NULL);
	raft->election_due = RAFT_NEVER;
}

gboolean
raft_next_decision(Raft *raft, RaftDecision *decision)
{
	while (raft->handed < raft->commit && !raft->halted) {
		guint64 index = raft->handed + 1;
		const RaftEntry *entry = raft_log_entry(&raft->log, index);

		if (entry->kind == RAFT_BLOCK &&
		    entry->height > raft->decided) {
			if (raft->decided - raft->applied >=
			    raft->options.pipeline)
				return FALSE;
			decision->height = entry->height;
			decision->data = raft_entry_data(raft, index);
			if (decision->data == NULL)
				return FALSE;
			raft->handed = index;
			raft->decided = entry->height;
			raft_members_advance(raft);
			raft->wanted |= raft->wanted_later;
			raft->wanted_later = FALSE;
			return TRUE;
		}
		raft->handed = index;
		note_applied(raft);
	}
	return FALSE;
}

static guint64
last_height(const Raft *raft)
{
	return raft_log_height(&raft->log, raft_log_last(&raft->log));
}

gboolean
raft_wants_proposal(const Raft *raft, guint64 *height)
{
	guint64 last = last_height(raft);

	if (raft->role != RAFT_LEADER || !raft->wanted || raft->halted ||
	    raft->retiring || !raft_members_may_propose(raft, last + 1))
		return FALSE;
	if (raft->decided > last ||
	    raft->decided - raft->applied >= raft->options.pipeline ||
	    last - raft->decided >= raft->options.pipeline)
		return FALSE;
	*height = last + 1;
	return last == raft->decided || last == raft->expected;
}

void
raft_propose(Raft *raft, guint64 now, guint64 height, GBytes *data,
	     gboolean expected)
{
	const RaftEntry entry = {
		.term = raft->term,
		.height = height,
		.kind = RAFT_BLOCK,
		.size = g_bytes_get_size(data),
		.data = data,
	};

	raft->now = now;
	raft->flushed = FALSE;
	raft->wanted = TRUE;
	if (raft->role != RAFT_LEADER || height != last_height(raft) + 1) {
		g_bytes_unref(data);
		return;
	}
	raft->expected = expected ? height : 0;
	raft_append(raft, entry);
	raft_stir(raft);
}

void
raft_no_proposal(Raft *raft)
{
	raft->wanted = FALSE;
}

void
raft_propose_later(Raft *raft)
{
	raft->wanted_later = TRUE;
}

gboolean
raft_take_behind(Raft *raft, guint64 *height, GBytes **from)
{
	if (!raft->behind)
		return FALSE;
	raft->behind = FALSE;
	*height = raft->snapshot.height;
	*from = g_bytes_ref(raft->snapshot_from);
	return TRUE;
}
