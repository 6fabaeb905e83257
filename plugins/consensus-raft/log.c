/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-raft/log.h"

static void
clear_entry(gpointer data)
{
	RaftEntry *entry = data;

	g_clear_pointer(&entry->data, g_bytes_unref);
}

void
raft_log_init(RaftLog *log, RaftVoters *voters)
{
	*log = (RaftLog){ .base.voters = voters };
	log->entries = g_array_new(FALSE, FALSE, sizeof(RaftEntry));
	g_array_set_clear_func(log->entries, clear_entry);
}

void
raft_log_clear(RaftLog *log)
{
	g_clear_pointer(&log->entries, g_array_unref);
	g_clear_pointer(&log->base.voters, g_ptr_array_unref);
}

guint64
raft_log_last(const RaftLog *log)
{
	return log->base.index + log->entries->len;
}

static RaftEntry *
at(const RaftLog *log, guint64 index)
{
	return &g_array_index(log->entries, RaftEntry,
			      index - log->base.index - 1);
}

const RaftEntry *
raft_log_entry(const RaftLog *log, guint64 index)
{
	return at(log, index);
}

guint64
raft_log_term(const RaftLog *log, guint64 index)
{
	return index == log->base.index ? log->base.term : at(log, index)->term;
}

guint64
raft_log_height(const RaftLog *log, guint64 index)
{
	return index == log->base.index ? log->base.height
					: at(log, index)->height;
}

static RaftVoters *
voters_of(const RaftEntry *entry)
{
	gsize len;
	const void *data = g_bytes_get_data(entry->data, &len);
	Wire wire = wire_of(bsn_slice_of(data, len));

	return raft_voters_read(&wire);
}

RaftVoters *
raft_log_voters(const RaftLog *log, guint64 index, guint64 *set)
{
	for (; index > log->base.index; index--) {
		const RaftEntry *entry = at(log, index);

		if (entry->kind != RAFT_VOTERS)
			continue;
		*set = index;
		return voters_of(entry);
	}
	*set = log->base.index;
	return g_ptr_array_ref(log->base.voters);
}

void
raft_log_append(RaftLog *log, RaftEntry entry)
{
	g_array_append_val(log->entries, entry);
	log->bytes += entry.size;
	if (entry.data != NULL)
		log->cached += entry.size;
}

/* Takes entries out of the sums before they are removed. */
static void
discount(RaftLog *log, guint first, guint n)
{
	for (guint i = first; i < first + n; i++) {
		const RaftEntry *entry =
			&g_array_index(log->entries, RaftEntry, i);

		log->bytes -= entry->size;
		if (entry->data != NULL)
			log->cached -= entry->size;
	}
}

void
raft_log_truncate(RaftLog *log, guint64 index)
{
	guint keep = (guint)(index - log->base.index - 1);

	discount(log, keep, log->entries->len - keep);
	g_array_set_size(log->entries, keep);
}

void
raft_log_compact(RaftLog *log, guint64 index)
{
	guint n = (guint)(index - log->base.index);
	guint64 set;
	RaftPoint base = {
		.index = index,
		.term = raft_log_term(log, index),
		.height = raft_log_height(log, index),
		.voters = raft_log_voters(log, index, &set),
	};

	discount(log, 0, n);
	if (n > 0)
		g_array_remove_range(log->entries, 0, n);
	g_ptr_array_unref(log->base.voters);
	log->base = base;
}

void
raft_log_reset(RaftLog *log, RaftPoint point)
{
	raft_log_clear(log);
	raft_log_init(log, NULL);
	log->base = point;
}

void
raft_log_uncache(RaftLog *log, guint64 index, guint64 max)
{
	for (guint i = 0; log->cached > max && i < log->entries->len &&
			  log->base.index + 1 + i <= index;
	     i++) {
		RaftEntry *entry = &g_array_index(log->entries, RaftEntry, i);

		if (entry->kind != RAFT_BLOCK || entry->data == NULL)
			continue;
		log->cached -= entry->size;
		g_clear_pointer(&entry->data, g_bytes_unref);
	}
}
