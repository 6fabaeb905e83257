/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/raft-core.h"

static GBytes *
key_of(guint8 i)
{
	return g_bytes_new(&i, 1);
}

RaftVoters *
core_voters_of(guint bits)
{
	RaftVoters *voters = raft_voters_new();

	for (guint8 i = 1; i < 8; i++) {
		g_autoptr(GBytes) key = key_of(i);
		RaftVoters *more;

		if ((bits & 1u << i) == 0)
			continue;
		more = raft_voters_with(voters, key);
		g_ptr_array_unref(voters);
		voters = more;
	}
	return voters;
}

GBytes *
core_voters_data(guint bits)
{
	g_autoptr(GPtrArray) voters = core_voters_of(bits);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	raft_voters_put(voters, bytes);
	return g_bytes_new(bytes->data, bytes->len);
}

static void
add(RaftLog *log, guint64 term, guint8 kind, GBytes *data)
{
	guint64 height = raft_log_height(log, raft_log_last(log)) +
			 (kind == RAFT_BLOCK ? 1 : 0);

	raft_log_append(log, (RaftEntry){ term, height, kind,
					  g_bytes_get_size(data), data });
}

Core
core_make(guint founders, guint n, guint members, guint64 height)
{
	RaftRecord record = { .term = 1 };
	RaftOptions options = { .election_ms = CORE_ELECTION_MS,
				.pipeline = 4,
				.keep = 64,
				.self = key_of(1) };
	Core core = { .durable = G_MAXUINT64 };

	raft_log_init(&record.log, core_voters_of(founders));
	add(&record.log, 1, RAFT_VOTERS, core_voters_data(founders));
	for (guint i = 0; i < n; i++)
		add(&record.log, 1, RAFT_BLOCK, g_bytes_new("block", 5));
	core.raft =
		raft_new(options, record, core_voters_of(members), height, 0);
	return core;
}

static void
note(Core *core, const RaftOut *out)
{
	guint8 to = *(const guint8 *)g_bytes_get_data(out->to, NULL);

	g_assert_true(raft_message_read(
		bsn_slice_of(out->message->data, out->message->len),
		&core->last[to]));
	raft_message_clear(&core->last[to]);
	core->sent[to]++;
}

void
core_drain(Core *core)
{
	RaftOut out;

	while (raft_save(core->raft, &core->save)) {
		raft_saved(core->raft, &core->save);
		if (core->save.seq <= core->durable)
			raft_durable(core->raft, core->now, core->save.seq);
	}
	while (raft_take_message(core->raft, &out)) {
		note(core, &out);
		g_bytes_unref(out.to);
		g_byte_array_unref(out.message);
	}
}

gboolean
core_hand_over(Core *core, guint8 from, const RaftMessage *message)
{
	g_autoptr(GBytes) key = key_of(from);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	raft_message_put(message, bytes);
	return raft_receive(core->raft, core->now, key,
			    bsn_slice_of(bytes->data, bytes->len));
}

gboolean
core_tell(Core *core, guint8 from, RaftMessage message)
{
	gboolean good = core_hand_over(core, from, &message);

	core_drain(core);
	return good;
}

void
core_pass(Core *core, guint64 ms)
{
	core->now += ms;
	if (raft_deadline(core->raft) <= core->now)
		raft_tick(core->raft, core->now);
	core_drain(core);
}

void
core_reply(Core *core, guint8 from, guint8 flags, guint64 index, guint64 echo)
{
	const RaftMessage message = {
		.type = RAFT_APPEND_REPLY,
		.flags = flags,
		.term = raft_status(core->raft).term,
		.index = index,
		.echo = echo,
	};

	g_assert_true(core_tell(core, from, message));
}

static void
vote(Core *core, guint8 from, guint8 flags, guint64 term)
{
	g_assert_true(core_tell(core, from,
				(RaftMessage){ .type = RAFT_VOTE_REPLY,
					       .flags = flags,
					       .term = term }));
}

void
core_elect(Core *core)
{
	guint64 term = raft_status(core->raft).term + 1;

	core_pass(core, 20 * CORE_ELECTION_MS);
	vote(core, 2, RAFT_PRE | RAFT_YES, term);
	vote(core, 3, RAFT_PRE | RAFT_YES, term);
	vote(core, 2, RAFT_YES, term);
	vote(core, 3, RAFT_YES, term);
	g_assert_cmpint(raft_status(core->raft).role, ==, RAFT_LEADER);
}

gboolean
core_append(Core *core, guint64 term, guint64 index, guint64 log_term, guint n,
	    guint64 height, guint64 commit)
{
	g_autoptr(GByteArray) entries = g_byte_array_new();
	RaftMessage message = { .type = RAFT_APPEND,
				.term = term,
				.index = index,
				.log_term = log_term,
				.commit = commit,
				.n = n };

	for (guint i = 0; i < n; i++)
		raft_entry_put(&(RaftEntryView){ RAFT_BLOCK, term, height + i,
						 bsn_slice_str("other") },
			       entries);
	message.entries = bsn_slice_of(entries->data, entries->len);
	return core_tell(core, 2, message);
}

guint
core_voters_now(const Core *core)
{
	RaftStatus status = raft_status(core->raft);
	guint bits = 0;

	for (guint i = 0; i < status.voters->len; i++)
		bits |= 1u << *(const guint8 *)g_bytes_get_data(
				status.voters->pdata[i], NULL);
	return bits;
}
