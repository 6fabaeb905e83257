/* SPDX-License-Identifier: Apache-2.0
 *
 * One node of Raft's core, message by message: what must not happen between two
 * steps, where a network would seldom go.
 */
#include "plugins/consensus-raft/raft.h"

#define ELECTION_MS 1000u

/* Node 1; what it sent last to each is kept. */
typedef struct {
	Raft *raft;
	guint64 now;
	RaftMessage last[8]; /* by receiver; without entries */
	guint sent[8];
	guint64 durable; /* writes up to here may become durable */
	RaftSave save;   /* the latest */
} Core;

static GBytes *
key_of(guint8 i)
{
	return g_bytes_new(&i, 1);
}

/* Bits 1 to 7 are nodes. */
static RaftVoters *
voters_of(guint bits)
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

#define THREE (1u << 1 | 1u << 2 | 1u << 3)
#define TWO (1u << 1 | 1u << 2)

static GBytes *
voters_data(guint bits)
{
	g_autoptr(GPtrArray) voters = voters_of(bits);
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

/* A log of founders and n blocks of term 1. */
static Core
make(guint founders, guint n, guint members, guint64 height)
{
	RaftRecord record = { .term = 1 };
	RaftOptions options = { .election_ms = ELECTION_MS,
				.pipeline = 4,
				.keep = 64,
				.self = key_of(1) };
	Core core = { .durable = G_MAXUINT64 };

	raft_log_init(&record.log, voters_of(founders));
	add(&record.log, 1, RAFT_VOTERS, voters_data(founders));
	for (guint i = 0; i < n; i++)
		add(&record.log, 1, RAFT_BLOCK, g_bytes_new("block", 5));
	core.raft = raft_new(options, record, voters_of(members), height, 0);
	return core;
}

static void
note(Core *core, const RaftOut *out)
{
	guint8 to = *(const guint8 *)g_bytes_get_data(out->to, NULL);

	g_assert_true(raft_message_read(bsn_slice_of(out->message->data,
						     out->message->len),
					&core->last[to]));
	raft_message_clear(&core->last[to]);
	core->sent[to]++;
}

static void
drain(Core *core)
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

static gboolean
hand_over(Core *core, guint8 from, const RaftMessage *message)
{
	g_autoptr(GBytes) key = key_of(from);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	raft_message_put(message, bytes);
	return raft_receive(core->raft, core->now, key,
			    bsn_slice_of(bytes->data, bytes->len));
}

static gboolean
tell(Core *core, guint8 from, RaftMessage message)
{
	gboolean good = hand_over(core, from, &message);

	drain(core);
	return good;
}

static void
pass(Core *core, guint64 ms)
{
	core->now += ms;
	if (raft_deadline(core->raft) <= core->now)
		raft_tick(core->raft, core->now);
	drain(core);
}

static void
reply(Core *core, guint8 from, guint8 flags, guint64 index, guint64 echo)
{
	const RaftMessage message = {
		.type = RAFT_APPEND_REPLY,
		.flags = flags,
		.term = raft_status(core->raft).term,
		.index = index,
		.echo = echo,
	};

	g_assert_true(tell(core, from, message));
}

static void
vote(Core *core, guint8 from, guint8 flags, guint64 term)
{
	g_assert_true(tell(core, from,
			   (RaftMessage){ .type = RAFT_VOTE_REPLY,
					  .flags = flags,
					  .term = term }));
}

/* Nodes 2 and 3 vote for it. */
static void
elect(Core *core)
{
	guint64 term = raft_status(core->raft).term + 1;

	pass(core, 20 * ELECTION_MS);
	vote(core, 2, RAFT_PRE | RAFT_YES, term);
	vote(core, 3, RAFT_PRE | RAFT_YES, term);
	vote(core, 2, RAFT_YES, term);
	vote(core, 3, RAFT_YES, term);
	g_assert_cmpint(raft_status(core->raft).role, ==, RAFT_LEADER);
}

/* An AppendEntries of node 2 with n blocks. */
static gboolean
append(Core *core, guint64 term, guint64 index, guint64 log_term, guint n,
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
		raft_entry_put(&(RaftEntryView){ RAFT_BLOCK, term,
						 height + i,
						 bsn_slice_str("other") },
			       entries);
	message.entries = bsn_slice_of(entries->data, entries->len);
	return tell(core, 2, message);
}

static guint
voters_now(const Core *core)
{
	RaftStatus status = raft_status(core->raft);
	guint bits = 0;

	for (guint i = 0; i < status.voters->len; i++)
		bits |= 1u << *(const guint8 *)g_bytes_get_data(
				status.voters->pdata[i], NULL);
	return bits;
}

/* ---- leaders ------------------------------------------------------------- */

/* Ongaro and Ousterhout, 2014, figure 8: a block of an earlier term that more
 * than half have can still be replaced, until one of this term is on them. */
static void
test_figure_8(void)
{
	Core core = make(THREE, 1, THREE, 0);

	elect(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 0);
	reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	raft_free(core.raft);
}

static void
test_own_disk_counts_when_durable(void)
{
	Core core = make(THREE, 0, THREE, 0);

	elect(&core);
	reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	core.durable = core.save.seq;
	raft_propose(core.raft, core.now, 1, g_bytes_new("b", 1), FALSE);
	drain(&core);
	reply(&core, 2, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	raft_durable(core.raft, core.now, core.save.seq);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	raft_free(core.raft);
}

static void
test_acknowledging_what_there_is_not(void)
{
	Core core = make(THREE, 0, THREE, 0);
	RaftMessage message = { .type = RAFT_APPEND_REPLY,
				.flags = RAFT_YES,
				.index = 99 };

	elect(&core);
	message.term = raft_status(core.raft).term;
	g_assert_false(tell(&core, 2, message));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 0);
	raft_free(core.raft);
}

/* One that is alone stands once, however slow its disk. */
static void
test_slow_disk_needs_one_term(void)
{
	Core core = make(1u << 1, 0, 1u << 1, 0);

	core.durable = 0;
	for (guint i = 0; i < 10; i++)
		pass(&core, 3 * ELECTION_MS);
	g_assert_cmpuint(raft_status(core.raft).term, ==, 2);
	raft_durable(core.raft, core.now, core.save.seq);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_LEADER);
	raft_free(core.raft);
}

/* ---- followers ----------------------------------------------------------- */

/* A batch that becomes durable after its entries were replaced says nothing of
 * those that are there now. */
static void
test_replaced_entries_are_not_durable(void)
{
	Core core = make(THREE, 0, THREE, 0);
	guint64 term;

	core.durable = 0;
	g_assert_true(append(&core, 2, 1, 1, 3, 1, 1));
	g_assert_true(append(&core, 3, 1, 1, 0, 0, 1));
	term = core.save.seq;
	g_assert_true(append(&core, 3, 1, 1, 3, 1, 1));
	raft_durable(core.raft, core.now, term);
	drain(&core);
	g_assert_cmpuint(core.last[2].index, <=, 1);
	raft_durable(core.raft, core.now, core.save.seq);
	drain(&core);
	g_assert_cmpuint(core.last[2].index, ==, 4);
	raft_free(core.raft);
}

static void
test_replaced_entries_leave_the_disk(void)
{
	Core core = make(THREE, 3, THREE, 0);

	g_assert_true(append(&core, 2, 1, 1, 1, 1, 1));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 2);
	g_assert_cmpuint(core.save.put_first, ==, 2);
	g_assert_cmpuint(core.save.put_last, ==, 2);
	g_assert_cmpuint(core.save.cut_first, ==, 3);
	g_assert_cmpuint(core.save.cut_last, ==, 4);
	raft_free(core.raft);
}

/* What was like an earlier leader's log need not be like this one's. */
static void
test_acknowledges_for_this_leader(void)
{
	Core core = make(THREE, 0, THREE, 0);

	g_assert_true(append(&core, 2, 1, 1, 4, 1, 1));
	g_assert_cmpuint(core.last[2].index, ==, 5);
	g_assert_true(append(&core, 3, 2, 2, 0, 0, 1));
	g_assert_cmpuint(core.last[2].index, ==, 2);
	raft_free(core.raft);
}

static void
test_committed_entries_stay(void)
{
	Core core = make(THREE, 2, THREE, 0);

	g_assert_true(append(&core, 2, 3, 1, 0, 0, 3));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	g_assert_false(append(&core, 3, 1, 1, 1, 1, 2));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	raft_free(core.raft);
}

/* A block is one height more, and terms do not fall. */
static void
test_entries_that_do_not_follow(void)
{
	Core core = make(THREE, 1, THREE, 0);

	g_assert_false(append(&core, 2, 2, 1, 1, 3, 1));
	g_assert_false(append(&core, 2, 2, 1, 1, 1, 1));
	g_assert_cmpuint(raft_status(core.raft).last, ==, 2);
	raft_free(core.raft);
}

/* The leader is told where to go on, not one entry at a time. */
static void
test_refusal_names_where_to_try(void)
{
	Core core = make(THREE, 4, THREE, 0);

	g_assert_true(append(&core, 2, 40, 2, 0, 0, 0));
	g_assert_cmpuint(core.last[2].flags, ==, 0);
	g_assert_cmpuint(core.last[2].index, ==, 5);
	g_assert_cmpuint(core.last[2].echo, ==, 40);
	g_assert_true(append(&core, 2, 5, 2, 0, 0, 0));
	g_assert_cmpuint(core.last[2].index, ==, 0);
	raft_free(core.raft);
}

/* ---- voters -------------------------------------------------------------- */

static void
test_one_change_at_a_time(void)
{
	guint five = THREE | 1u << 4 | 1u << 5;
	Core core = make(five, 0, five, 0);

	elect(&core);
	reply(&core, 2, RAFT_YES, 2, 0);
	reply(&core, 3, RAFT_YES, 2, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 2);
	raft_set_members(core.raft, core.now, voters_of(THREE));
	drain(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	g_assert_cmpint(__builtin_popcount(voters_now(&core)), ==, 4);
	reply(&core, 2, RAFT_YES, 3, 0);
	g_assert_cmpint(__builtin_popcount(voters_now(&core)), ==, 4);
	reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(voters_now(&core), ==, THREE);
	raft_free(core.raft);
}

/* Nothing is changed before an entry of the leader's own term is committed. */
static void
test_first_change_waits_for_the_term(void)
{
	Core core = make(THREE, 0, TWO, 0);

	elect(&core);
	g_assert_cmpuint(voters_now(&core), ==, THREE);
	reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_cmpuint(voters_now(&core), ==, TWO);
	raft_free(core.raft);
}

/* Its ledger does not have the block yet that made node 4 a member; the log
 * has what followed from it. */
static void
test_old_ledger_undoes_nothing(void)
{
	Core core = make(THREE | 1u << 4, 1, THREE, 0);
	RaftDecision decision;

	elect(&core);
	reply(&core, 2, RAFT_YES, 3, 0);
	reply(&core, 3, RAFT_YES, 3, 0);
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 3);
	g_assert_cmpuint(voters_now(&core), ==, THREE | 1u << 4);
	g_assert_true(raft_next_decision(core.raft, &decision));
	g_bytes_unref(decision.data);
	raft_set_members(core.raft, core.now, voters_of(THREE | 1u << 4));
	raft_applied(core.raft, core.now, 1);
	drain(&core);
	g_assert_cmpuint(voters_now(&core), ==, THREE | 1u << 4);
	raft_free(core.raft);
}

/* A leader that is no member signs no more blocks. */
static void
test_nothing_is_proposed_while_one_leaves(void)
{
	Core core = make(THREE, 0, THREE, 0);
	guint64 height;

	elect(&core);
	reply(&core, 2, RAFT_YES, 2, 0);
	g_assert_true(raft_wants_proposal(core.raft, &height));
	raft_set_members(core.raft, core.now,
			 voters_of(1u << 2 | 1u << 3));
	g_assert_false(raft_wants_proposal(core.raft, &height));
	drain(&core);
	g_assert_false(raft_wants_proposal(core.raft, &height));
	raft_free(core.raft);
}

/* A peer must not learn of the block that removes this leader before it has
 * the voters without it. */
static void
test_removal_is_told_with_the_voters(void)
{
	Core core = make(TWO, 0, TWO, 0);
	RaftDecision decision;

	elect(&core);
	reply(&core, 2, RAFT_YES, 2, 0);
	raft_propose(core.raft, core.now, 1, g_bytes_new("b", 1), FALSE);
	drain(&core);
	core.now += ELECTION_MS - 1;
	g_assert_true(hand_over(&core, 2, &(RaftMessage){
						  .type = RAFT_APPEND_REPLY,
						  .flags = RAFT_YES,
						  .term = 2,
						  .index = 3 }));
	g_assert_true(raft_next_decision(core.raft, &decision));
	g_bytes_unref(decision.data);
	raft_set_members(core.raft, core.now, voters_of(1u << 2));
	drain(&core);
	g_assert_cmpuint(core.last[2].n, ==, 1);
	g_assert_cmpuint(core.last[2].commit, ==, 3);
	/* That was lost, and the peer is silent: the next message is a probe
	 * without entries. */
	reply(&core, 2, 0, 3, 4);
	pass(&core, ELECTION_MS / 2);
	pass(&core, ELECTION_MS * 3 / 5);
	g_assert_cmpuint(core.last[2].index, ==, 3);
	g_assert_cmpuint(core.last[2].n, ==, 0);
	g_assert_cmpuint(core.last[2].commit, <, 3);
	raft_free(core.raft);
}

/* Ongaro, 2014, 4.2.2: the others may lack the entry that removes it, and then
 * need its vote or its log. */
static void
test_leaver_is_a_candidate_until_it_is_gone(void)
{
	g_autoptr(GByteArray) entry = g_byte_array_new();
	g_autoptr(GBytes) data = voters_data(1u << 2);
	RaftMessage message = { .type = RAFT_APPEND,
				.term = 1,
				.index = 1,
				.log_term = 1,
				.n = 1 };
	Core core = make(TWO, 0, TWO, 0);

	raft_entry_put(&(RaftEntryView){ RAFT_VOTERS, 1, 0,
					 { g_bytes_get_data(data, NULL),
					   g_bytes_get_size(data) } },
		       entry);
	message.entries = bsn_slice_of(entry->data, entry->len);
	g_assert_true(tell(&core, 2, message));
	g_assert_cmpuint(voters_now(&core), ==, 1u << 2);
	pass(&core, 20 * ELECTION_MS);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_PRE_CANDIDATE);
	message.commit = 2;
	g_assert_true(tell(&core, 2, message));
	pass(&core, 20 * ELECTION_MS);
	g_assert_cmpint(raft_status(core.raft).role, ==, RAFT_FOLLOWER);
	g_assert_cmpuint(raft_deadline(core.raft), ==, G_MAXUINT64);
	raft_free(core.raft);
}

static void
test_replaced_voters_are_taken_back(void)
{
	g_autoptr(GByteArray) entry = g_byte_array_new();
	g_autoptr(GBytes) data = voters_data(TWO);
	Core core = make(THREE, 0, THREE, 0);

	raft_entry_put(&(RaftEntryView){ RAFT_VOTERS, 1, 0,
					 { g_bytes_get_data(data, NULL),
					   g_bytes_get_size(data) } },
		       entry);
	g_assert_true(tell(&core, 2, (RaftMessage){
					     .type = RAFT_APPEND,
					     .term = 1,
					     .index = 1,
					     .log_term = 1,
					     .n = 1,
					     .entries = { entry->data,
							  entry->len } }));
	g_assert_cmpuint(voters_now(&core), ==, TWO);
	g_assert_true(append(&core, 2, 1, 1, 1, 1, 1));
	g_assert_cmpuint(voters_now(&core), ==, THREE);
	raft_free(core.raft);
}

/* ---- snapshots ----------------------------------------------------------- */

static RaftMessage
snapshot(guint64 index, guint64 height, RaftVoters *voters)
{
	return (RaftMessage){ .type = RAFT_SNAPSHOT,
			      .term = 4,
			      .index = index,
			      .log_term = 3,
			      .height = height,
			      .voters = voters };
}

static void
test_snapshot_waits_for_the_engine(void)
{
	g_autoptr(GPtrArray) voters = voters_of(TWO);
	Core core = make(THREE, 2, THREE, 0);
	guint64 height = 0;
	GBytes *from;

	g_assert_true(tell(&core, 2, snapshot(20, 9, voters)));
	g_assert_cmpuint(core.last[2].flags, ==, RAFT_SYNCING);
	g_assert_true(raft_take_behind(core.raft, &height, &from));
	g_assert_cmpuint(height, ==, 9);
	g_bytes_unref(from);
	raft_applied(core.raft, core.now, 8);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 3);
	raft_applied(core.raft, core.now, 11);
	drain(&core);
	g_assert_cmpuint(raft_status(core.raft).last, ==, 20);
	g_assert_cmpuint(raft_status(core.raft).decided, ==, 11);
	g_assert_cmpuint(voters_now(&core), ==, TWO);
	g_assert_nonnull(core.save.base);
	g_assert_cmpuint(core.save.delete_last, ==, 3);
	g_assert_cmpuint(core.last[2].flags, ==, RAFT_YES);
	g_assert_cmpuint(core.last[2].index, ==, 20);
	raft_free(core.raft);
}

/* What the log has is not thrown away. */
static void
test_snapshot_of_what_is_there(void)
{
	g_autoptr(GPtrArray) voters = voters_of(THREE);
	Core core = make(THREE, 2, THREE, 0);
	guint64 height;
	GBytes *from;

	g_assert_true(append(&core, 3, 3, 1, 2, 3, 0));
	g_assert_true(tell(&core, 2, snapshot(5, 4, voters)));
	g_assert_false(raft_take_behind(core.raft, &height, &from));
	g_assert_cmpuint(raft_status(core.raft).commit, ==, 5);
	g_assert_cmpuint(raft_status(core.raft).first, ==, 1);
	g_assert_cmpuint(core.last[2].index, ==, 5);
	raft_free(core.raft);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/core/" path, test)
	T("leader/figure-8-commits-nothing-of-an-earlier-term",
	  test_figure_8);
	T("leader/own-disk-counts-when-durable",
	  test_own_disk_counts_when_durable);
	T("leader/acknowledging-what-there-is-not",
	  test_acknowledging_what_there_is_not);
	T("leader/slow-disk-needs-one-term", test_slow_disk_needs_one_term);
	T("follower/replaced-entries-are-not-durable",
	  test_replaced_entries_are_not_durable);
	T("follower/replaced-entries-leave-the-disk",
	  test_replaced_entries_leave_the_disk);
	T("follower/acknowledges-for-this-leader",
	  test_acknowledges_for_this_leader);
	T("follower/committed-entries-stay", test_committed_entries_stay);
	T("follower/entries-that-do-not-follow",
	  test_entries_that_do_not_follow);
	T("follower/refusal-names-where-to-try",
	  test_refusal_names_where_to_try);
	T("voters/one-change-at-a-time", test_one_change_at_a_time);
	T("voters/first-change-waits-for-the-term",
	  test_first_change_waits_for_the_term);
	T("voters/old-ledger-undoes-nothing",
	  test_old_ledger_undoes_nothing);
	T("voters/nothing-is-proposed-while-one-leaves",
	  test_nothing_is_proposed_while_one_leaves);
	T("voters/removal-is-told-with-the-voters",
	  test_removal_is_told_with_the_voters);
	T("voters/leaver-is-a-candidate-until-it-is-gone",
	  test_leaver_is_a_candidate_until_it_is_gone);
	T("voters/replaced-ones-are-taken-back",
	  test_replaced_voters_are_taken_back);
	T("snapshot/waits-for-the-engine",
	  test_snapshot_waits_for_the_engine);
	T("snapshot/of-what-is-there", test_snapshot_of_what_is_there);
	return g_test_run();
}
