/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of consensus-raft that know one thing: voters, the log in memory,
 * messages.
 */
#include "plugins/consensus-raft/message.h"

#include "tests/unit/assert-bytes.h"

static GBytes *
key_of(guint8 i)
{
	return g_bytes_new(&i, 1);
}

static RaftVoters *
voters_to(guint8 n)
{
	RaftVoters *voters = raft_voters_new();

	for (guint8 i = n; i >= 1; i--) {
		g_autoptr(GBytes) key = key_of(i);
		RaftVoters *more = raft_voters_with(voters, key);

		g_ptr_array_unref(voters);
		voters = more;
	}
	return voters;
}

/* ---- voters -------------------------------------------------------------- */

static void
test_voters_are_a_set(void)
{
	g_autoptr(GPtrArray) three = voters_to(3);
	g_autoptr(GPtrArray) four = voters_to(4);
	g_autoptr(GPtrArray) again = NULL;
	g_autoptr(GPtrArray) less = NULL;
	g_autoptr(GBytes) two = key_of(2);
	g_autoptr(GBytes) last = key_of(4);

	again = raft_voters_with(three, two);
	g_assert_cmpuint(again->len, ==, 3);
	less = raft_voters_without(three, two);
	g_assert_cmpuint(less->len, ==, 2);
	g_assert_false(raft_voters_have(less, two));
	g_assert_true(g_bytes_equal(raft_voters_extra(four, three), last));
	g_assert_null(raft_voters_extra(three, four));
	g_assert_cmpuint(raft_voters_quorum(three), ==, 2);
	g_assert_cmpuint(raft_voters_quorum(four), ==, 3);
}

static RaftVoters *
read_voters(const char *bytes, gsize len)
{
	Wire wire = wire_of(bsn_slice_of(bytes, len));

	return raft_voters_read(&wire);
}

static void
test_voters_are_read_strictly(void)
{
	g_autoptr(GPtrArray) two = read_voters("\2\1a\1b", 5);

	g_assert_cmpuint(two->len, ==, 2);
	g_assert_null(read_voters("\2\1b\1a", 5));
	g_assert_null(read_voters("\2\1a\1a", 5));
	g_assert_null(read_voters("\2\1a\0", 4));
	g_assert_null(read_voters("\2\1a\5b", 5));
	g_assert_null(read_voters("\101", 1));
	g_assert_null(read_voters("", 0));
}

/* ---- the log ------------------------------------------------------------- */

static void
add_block(RaftLog *log, guint64 term)
{
	guint64 height = raft_log_height(log, raft_log_last(log)) + 1;

	raft_log_append(log, (RaftEntry){ term, height, RAFT_BLOCK, 10,
					  g_bytes_new("0123456789", 10) });
}

static void
add_voters(RaftLog *log, guint64 term, guint8 n)
{
	g_autoptr(GPtrArray) voters = voters_to(n);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	raft_voters_put(voters, bytes);
	raft_log_append(log,
			(RaftEntry){ term,
				     raft_log_height(log, raft_log_last(log)),
				     RAFT_VOTERS, bytes->len,
				     g_bytes_new(bytes->data, bytes->len) });
}

/* Two blocks of term 1, four voters in term 2, two blocks of term 3. */
static RaftLog
make_log(void)
{
	RaftLog log;

	raft_log_init(&log, voters_to(3));
	add_block(&log, 1);
	add_block(&log, 1);
	add_voters(&log, 2, 4);
	add_block(&log, 3);
	add_block(&log, 3);
	return log;
}

static guint
count_voters(const RaftLog *log, guint64 index, guint64 want_set)
{
	guint64 set;
	g_autoptr(GPtrArray) voters = raft_log_voters(log, index, &set);

	g_assert_cmpuint(set, ==, want_set);
	return voters->len;
}

static void
test_log_is_compacted(void)
{
	RaftLog log = make_log();

	g_assert_cmpuint(count_voters(&log, 2, 0), ==, 3);
	g_assert_cmpuint(count_voters(&log, 5, 3), ==, 4);
	raft_log_compact(&log, 4);
	g_assert_cmpuint(log.base.index, ==, 4);
	g_assert_cmpuint(log.base.term, ==, 3);
	g_assert_cmpuint(log.base.height, ==, 3);
	g_assert_cmpuint(raft_log_last(&log), ==, 5);
	g_assert_cmpuint(raft_log_height(&log, 5), ==, 4);
	g_assert_cmpuint(raft_log_term(&log, 4), ==, 3);
	g_assert_cmpuint(count_voters(&log, 5, 4), ==, 4);
	g_assert_cmpuint(log.bytes, ==, 10);
	raft_log_compact(&log, 5);
	g_assert_cmpuint(log.bytes, ==, 0);
	add_block(&log, 3);
	g_assert_cmpuint(raft_log_height(&log, 6), ==, 5);
	raft_log_clear(&log);
}

static void
test_log_is_truncated(void)
{
	RaftLog log = make_log();

	raft_log_truncate(&log, 3);
	g_assert_cmpuint(raft_log_last(&log), ==, 2);
	g_assert_cmpuint(count_voters(&log, 2, 0), ==, 3);
	g_assert_cmpuint(log.bytes, ==, 20);
	g_assert_cmpuint(log.cached, ==, 20);
	raft_log_clear(&log);
}

/* Blocks leave memory, voters stay: they are asked for at any time. */
static void
test_log_leaves_memory(void)
{
	RaftLog log = make_log();

	raft_log_uncache(&log, 4, 35);
	g_assert_null(raft_log_entry(&log, 1)->data);
	g_assert_nonnull(raft_log_entry(&log, 4)->data);
	raft_log_uncache(&log, 4, 0);
	g_assert_null(raft_log_entry(&log, 4)->data);
	g_assert_nonnull(raft_log_entry(&log, 3)->data);
	g_assert_nonnull(raft_log_entry(&log, 5)->data);
	g_assert_cmpuint(log.bytes, >, 40);
	raft_log_truncate(&log, 1);
	g_assert_cmpuint(log.cached, ==, 0);
	g_assert_cmpuint(log.bytes, ==, 0);
	raft_log_clear(&log);
}

/* ---- messages ------------------------------------------------------------ */

static void
assert_crosses(RaftMessage message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) again = g_byte_array_new();
	RaftMessage read;

	raft_message_put(&message, bytes);
	g_assert_true(raft_message_read(bsn_slice_of(bytes->data, bytes->len),
					&read));
	raft_message_put(&read, again);
	assert_bytes(again->data, again->len, bytes->data, bytes->len);
	g_assert_cmpuint(read.term, ==, message.term);
	g_assert_cmpuint(read.index, ==, message.index);
	raft_message_clear(&read);
	for (guint len = 0; len < bytes->len; len++)
		g_assert_false(raft_message_read(bsn_slice_of(bytes->data, len),
						 &read));
	g_byte_array_append(bytes, (const guint8 *)"", 1);
	g_assert_false(raft_message_read(bsn_slice_of(bytes->data, bytes->len),
					 &read));
}

static void
test_messages_cross(void)
{
	g_autoptr(GPtrArray) voters = voters_to(3);
	g_autoptr(GByteArray) entries = g_byte_array_new();

	raft_entry_put(
		&(RaftEntryView){ RAFT_BLOCK, 6, 9, bsn_slice_str("block") },
		entries);
	raft_entry_put(
		&(RaftEntryView){ RAFT_VOTERS, 7, 9, bsn_slice_of("\1\1a", 3) },
		entries);
	assert_crosses((RaftMessage){ .type = RAFT_VOTE,
				      .flags = RAFT_PRE,
				      .term = 7,
				      .index = 5,
				      .log_term = 6 });
	assert_crosses((RaftMessage){
		.type = RAFT_VOTE_REPLY, .flags = RAFT_YES, .term = 7 });
	assert_crosses(
		(RaftMessage){ .type = RAFT_APPEND,
			       .term = 7,
			       .index = 5,
			       .log_term = 6,
			       .commit = 4,
			       .n = 2,
			       .entries = { entries->data, entries->len } });
	assert_crosses((RaftMessage){
		.type = RAFT_APPEND_REPLY, .term = 7, .index = 5, .echo = 6 });
	assert_crosses((RaftMessage){ .type = RAFT_SNAPSHOT,
				      .term = 7,
				      .index = 5,
				      .log_term = 6,
				      .height = 4,
				      .voters = voters });
	assert_crosses((RaftMessage){ .type = RAFT_WAKE, .term = 7 });
	assert_crosses((RaftMessage){ .type = RAFT_TIMEOUT_NOW, .term = 7 });
	assert_crosses((RaftMessage){ .type = RAFT_VOTE,
				      .flags = RAFT_TRANSFER,
				      .term = 7,
				      .index = 5,
				      .log_term = 6 });
}

static void
assert_refused(RaftMessage message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	RaftMessage read;

	raft_message_put(&message, bytes);
	g_assert_false(raft_message_read(bsn_slice_of(bytes->data, bytes->len),
					 &read));
}

static void
test_bad_messages_are_refused(void)
{
	g_autoptr(GByteArray) entry = g_byte_array_new();

	assert_refused((RaftMessage){ .type = 0, .term = 1 });
	assert_refused((RaftMessage){ .type = 8, .term = 1 });
	assert_refused((RaftMessage){ .type = RAFT_WAKE, .flags = 1 });
	assert_refused((RaftMessage){ .type = RAFT_WAKE,
				      .term = RAFT_NUMBER_MAX + 1 });
	assert_refused(
		(RaftMessage){ .type = RAFT_VOTE, .term = 1, .log_term = 2 });
	assert_refused((RaftMessage){ .type = RAFT_APPEND, .n = 1 });
	assert_refused((RaftMessage){ .type = RAFT_APPEND,
				      .n = RAFT_ENTRIES_MAX + 1 });
	raft_entry_put(
		&(RaftEntryView){ RAFT_VOTERS, 1, 1, bsn_slice_of("\0", 1) },
		entry);
	assert_refused((RaftMessage){ .type = RAFT_APPEND,
				      .term = 1,
				      .n = 1,
				      .entries = { entry->data, entry->len } });
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(path, test) g_test_add_func("/raft/parts/" path, test)
	T("voters/are-a-set", test_voters_are_a_set);
	T("voters/are-read-strictly", test_voters_are_read_strictly);
	T("log/is-compacted", test_log_is_compacted);
	T("log/is-truncated", test_log_is_truncated);
	T("log/leaves-memory", test_log_leaves_memory);
	T("message/crosses", test_messages_cross);
	T("message/bad-ones-are-refused", test_bad_messages_are_refused);
	return g_test_run();
}
