/* SPDX-License-Identifier: Apache-2.0
 *
 * What of Raft's state is to be written, and what follows when it is on disk.
 */
#include "plugins/consensus-raft/core.h"

gboolean
raft_hard_is_durable(const Raft *raft)
{
	return !raft->hard_dirty && raft->hard_seq <= raft->durable_seq;
}

/* Entries that were compacted away wait until something else is written: an
 * idle chain writes nothing. */
gboolean
raft_save(const Raft *raft, RaftSave *save)
{
	guint64 base = raft->log.base.index;
	guint64 last = raft_log_last(&raft->log);

	if (!raft->hard_dirty && raft->saved == last && raft->disk_last <= last)
		return FALSE;
	*save = (RaftSave){
		.seq = raft->issued_seq + 1,
		.hard = raft->hard_dirty,
		.term = raft->term,
		.vote = raft->vote,
		.base = raft->base_dirty ? &raft->log.base : NULL,
		.put_first = raft->saved + 1,
		.put_last = last,
		.delete_first = raft->disk_first,
		.delete_last = MIN(base, raft->disk_last),
		.cut_first = MAX(last + 1, raft->disk_first),
		.cut_last = raft->disk_last,
	};
	return TRUE;
}

void
raft_saved(Raft *raft, const RaftSave *save)
{
	RaftWrite *write = g_new(RaftWrite, 1);

	raft->issued_seq = save->seq;
	if (save->hard || save->base != NULL)
		raft->hard_seq = save->seq;
	raft->hard_dirty = raft->base_dirty = FALSE;
	raft->saved = save->put_last;
	raft->disk_first = raft->log.base.index + 1;
	raft->disk_last = save->put_last;
	*write = (RaftWrite){ save->seq, save->put_last };
	g_queue_push_tail(&raft->writes, write);
}

static void
note_durable(Raft *raft, guint64 seq)
{
	RaftWrite *write;

	raft->durable_seq = MAX(raft->durable_seq, seq);
	while ((write = g_queue_peek_head(&raft->writes)) != NULL &&
	       write->seq <= seq) {
		raft->stable = MAX(raft->stable, write->last);
		g_free(g_queue_pop_head(&raft->writes));
	}
}

void
raft_durable(Raft *raft, guint64 now, guint64 seq)
{
	if (seq > raft->issued_seq)
		return;
	raft->now = now;
	raft->flushed = FALSE;
	note_durable(raft, seq);
	raft_election_durable(raft);
	if (raft->role == RAFT_LEADER)
		raft_advance_commit(raft);
	else if (raft->owes_ack)
		raft_acknowledge(raft);
	raft_compact(raft);
}
