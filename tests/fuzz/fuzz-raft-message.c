/* SPDX-License-Identifier: Apache-2.0
 *
 * Raft's messages: what is read and written again is what came. And three nodes
 * in three states that get them, one after the other, stay what they are: the
 * committed part of a log does not change, and terms do not fall.
 *
 * Input: messages, each with its length (2 bytes) before it.
 */
#include <stdint.h>
#include <string.h>

#include "plugins/consensus-raft/raft.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GBytes *
key_of(guint8 i)
{
	return g_bytes_new(&i, 1);
}

static GBytes *
load(gpointer user, guint64 index)
{
	(void)user;
	(void)index;
	return NULL;
}

static RaftVoters *
three(void)
{
	RaftVoters *voters = raft_voters_new();

	for (guint8 i = 1; i <= 3; i++) {
		g_autoptr(GBytes) key = key_of(i);
		RaftVoters *more = raft_voters_with(voters, key);

		g_ptr_array_unref(voters);
		voters = more;
	}
	return voters;
}

/* Everything that it wants written is written at once. */
static void
settle(Raft *raft, guint64 now)
{
	RaftDecision decision;
	RaftSave save;
	RaftOut out;
	GBytes *from;
	guint64 height;

	while (raft_next_decision(raft, &decision)) {
		g_bytes_unref(decision.data);
		raft_applied(raft, now, decision.height);
	}
	if (raft_take_behind(raft, &height, &from))
		g_bytes_unref(from);
	while (raft_save(raft, &save)) {
		raft_saved(raft, &save);
		raft_durable(raft, now, save.seq);
	}
	while (raft_take_message(raft, &out)) {
		g_bytes_unref(out.to);
		g_byte_array_unref(out.message);
	}
}

/* One vote of a peer, so that it leads. */
static void
elect(Raft *raft)
{
	g_autoptr(GBytes) from = key_of(2);
	RaftMessage reply = { .type = RAFT_VOTE_REPLY,
			      .flags = RAFT_PRE | RAFT_YES,
			      .term = 1 };

	for (guint i = 0; i < 2; i++) {
		g_autoptr(GByteArray) bytes = g_byte_array_new();

		raft_message_put(&reply, bytes);
		g_assert_true(
			raft_receive(raft, 5000, from,
				     bsn_slice_of(bytes->data, bytes->len)));
		settle(raft, 5000);
		reply.flags = RAFT_YES;
	}
	g_assert_cmpint(raft_status(raft).role, ==, RAFT_LEADER);
	raft_propose(raft, 5000, 1, g_bytes_new("block", 5), FALSE);
	settle(raft, 5000);
}

/* State 0: a follower; 1: a candidate; 2: a leader with a block. */
static Raft *
make(guint state)
{
	RaftRecord record = { .term = 0 };
	RaftOptions options = { .election_ms = 1000,
				.pipeline = 2,
				.keep = 16,
				.self = key_of(1),
				.load = load };
	Raft *raft;

	raft_log_init(&record.log, three());
	raft = raft_new(options, record, three(), 0, 0);
	if (state > 0) {
		raft_tick(raft, 5000);
		settle(raft, 5000);
	}
	if (state > 1)
		elect(raft);
	return raft;
}

static void
feed(Raft *raft, bsn_slice bytes, guint8 sender)
{
	g_autoptr(GBytes) from = key_of(sender);
	RaftStatus before = raft_status(raft);
	RaftStatus after;

	(void)raft_receive(raft, 6000, from, bytes);
	settle(raft, 6000);
	after = raft_status(raft);
	g_assert_cmpuint(after.term, >=, before.term);
	g_assert_cmpuint(after.commit, >=, before.commit);
	g_assert_cmpuint(after.last, >=, after.commit);
	g_assert_cmpuint(after.decided, >=, before.decided);
}

static void
check_parser(bsn_slice bytes)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	RaftMessage message;

	if (!raft_message_read(bytes, &message))
		return;
	raft_message_put(&message, again);
	assert_bytes(again->data, again->len, bytes.data, (gsize)bytes.len);
	raft_message_clear(&message);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Raft *nodes[3];

	for (guint i = 0; i < 3; i++)
		nodes[i] = make(i);
	for (Wire wire = wire_of(bsn_slice_of(data, size));
	     wire.rest.len > 2;) {
		guint64 len = wire_u16(&wire);
		bsn_slice bytes = wire_bytes(&wire, MIN(len, wire.rest.len));

		check_parser(bytes);
		for (guint i = 0; i < 3; i++)
			feed(nodes[i], bytes, (guint8)(2 + len % 3));
	}
	for (guint i = 0; i < 3; i++)
		raft_free(nodes[i]);
	return 0;
}
