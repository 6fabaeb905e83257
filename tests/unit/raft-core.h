/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-core.h: one node of Raft's core, node 1, told everything by
 * the test.
 */
#ifndef TESTS_UNIT_RAFT_CORE_H
#define TESTS_UNIT_RAFT_CORE_H

#include "plugins/consensus-raft/raft.h"

#define CORE_ELECTION_MS 1000u

/* What it sent last to each is kept. */
typedef struct {
	Raft *raft;
	guint64 now;
	RaftMessage last[8]; /* by receiver; without entries */
	guint sent[8];
	guint64 durable; /* writes up to here may become durable */
	RaftSave save;   /* the latest */
} Core;

/* Sets of voters: bits 1 to 7 are nodes. */
#define THREE (1u << 1 | 1u << 2 | 1u << 3)
#define TWO (1u << 1 | 1u << 2)

RaftVoters *core_voters_of(guint bits);
GBytes *core_voters_data(guint bits);

/* A log of founders and n blocks of term 1; the engine wants `members` and has
 * `height`. */
Core core_make(guint founders, guint n, guint members, guint64 height);

/* Takes what is to be written and sent. What is written becomes durable at
 * once, up to core->durable. */
void core_drain(Core *core);
/* A message comes; what raft_receive says. tell drains afterwards. */
gboolean core_hand_over(Core *core, guint8 from, const RaftMessage *message);
gboolean core_tell(Core *core, guint8 from, RaftMessage message);
void core_pass(Core *core, guint64 ms);
/* An answer to AppendEntries. */
void core_reply(Core *core, guint8 from, guint8 flags, guint64 index,
		guint64 echo);
/* Nodes 2 and 3 vote for it. */
void core_elect(Core *core);
/* An AppendEntries of node 2 with n blocks from `height` on. */
gboolean core_append(Core *core, guint64 term, guint64 index, guint64 log_term,
		     guint n, guint64 height, guint64 commit);
/* The voters that it sees, as bits. */
guint core_voters_now(const Core *core);

#endif
