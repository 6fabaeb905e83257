/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/raft.h: Raft as a pure state machine, after Ongaro,
 * "Consensus: Bridging Theory and Practice", 2014: elections with pre-vote and
 * leader stickiness (9.6, 4.2.3), check-quorum (6.2), transfer of leadership
 * (3.10), pipelined and batched
 * replication written to the leader's disk in parallel (10.2), log compaction
 * (5), changes of one voter at a time (4).
 *
 * Inputs (messages, time, what became durable) change its state; the caller
 * then collects what is to be done, in this order, until there is no more:
 *
 *      raft_next_decision  a block for the engine
 *      raft_wants_proposal the engine's next block for the log
 *      raft_take_behind    the engine must fetch blocks
 *      raft_save           what must be written, before messages are sent
 *      raft_take_message   messages
 *      raft_deadline       when raft_tick is due
 *
 * It never waits: what depends on a write is sent when raft_durable says that
 * the write is on disk. Times are milliseconds of a clock that never goes back.
 *
 * Quiet chains. When all that was proposed is committed and every reachable
 * voter has it, the leader says so with its last heartbeat and stops; its
 * followers stop waiting for more. A follower that gets work wakes its leader,
 * and an election follows only if no answer comes. So an idle chain costs
 * nothing, and a dead leader is replaced when it is missed. (CockroachDB calls
 * it quiescence, TiKV hibernation.)
 *
 * All functions: [strand].
 */
#ifndef CONSENSUS_RAFT_RAFT_H
#define CONSENSUS_RAFT_RAFT_H

#include "plugins/consensus-raft/message.h"

typedef struct Raft Raft;

typedef enum {
	RAFT_FOLLOWER,
	RAFT_PRE_CANDIDATE,
	RAFT_CANDIDATE,
	RAFT_LEADER,
} RaftRole;

typedef struct {
	guint32 election_ms; /* at least; at most twice as much */
	guint32 pipeline;    /* heights between the last durable and the last
			      * decided, and between that and the last one
			      * proposed */
	guint32 keep;        /* durable entries that are kept for slow nodes */
	guint64 seed;        /* of election timeouts */
	GBytes *self;        /* this node's public key; taken */

	/* Reads the data of an entry that is not in memory: a new reference,
	 * or NULL when the store cannot. */
	GBytes *(*load)(gpointer user, guint64 index);
	gpointer user;
} RaftOptions;

/* What a node has on disk. */
typedef struct {
	guint64 term;
	GBytes *vote; /* in it, or NULL; taken */
	RaftLog log;  /* taken; blocks' data may be on disk only */
} RaftRecord;

/* `height`: the last one that the engine has durable; at least that of the
 * log's base. `members`: the chain's voters as the engine knows them, taken. */
Raft *raft_new(RaftOptions options, RaftRecord record, RaftVoters *members,
	       guint64 height, guint64 now);
/* raft_free(NULL) does nothing. */
void raft_free(Raft *raft);

/* ---- inputs -------------------------------------------------------------- */

/* A message came. Returns FALSE for one that no correct node sends, of
 * which nothing is taken over from where it is wrong. */
gboolean raft_receive(Raft *raft, guint64 now, GBytes *from, bsn_slice message);
void raft_tick(Raft *raft, guint64 now);
/* The engine has something to propose. */
void raft_pending(Raft *raft, guint64 now);
/* The engine has made `height`, and what is before it, durable. */
void raft_applied(Raft *raft, guint64 now, guint64 height);
/* The engine says who the voters are to be from a height on; taken. When all
 * before it is decided, the leader brings it about step by step: a new voter
 * first gets the log without a vote, and only one is added or removed at a
 * time, so that any two majorities meet. A later call replaces one that has not
 * come to that. */
void raft_set_members(Raft *raft, guint64 now, guint64 height,
		      RaftVoters *members);
/* A member became reachable, or is not. */
void raft_peer(Raft *raft, guint64 now, GBytes *key, gboolean reachable);
/* What raft_save numbered `seq`, and all before it, is on disk. */
void raft_durable(Raft *raft, guint64 now, guint64 seq);
/* The engine failed: this node neither leads nor decides any more. It goes on
 * to acknowledge, since its disk is good. */
void raft_halt(Raft *raft, guint64 now);

/* Whoever leads leads no more: the voter that has most of the log is asked to
 * take over at once (Ongaro, 2014, 3.10). Nothing is waited for: what it lacks
 * is on its way to it, and were it not elected, the others would go on as after
 * any leader's end. */
void raft_hand_over(Raft *raft, guint64 now);

/* ---- what is to be done -------------------------------------------------- */

typedef struct {
	guint64 height;
	GBytes *data; /* as proposed; the caller unrefs it */
} RaftDecision;

/* The next committed block; it counts as decided with this call. FALSE when
 * there is none, or when the engine has enough to make durable. */
gboolean raft_next_decision(Raft *raft, RaftDecision *decision);

/* Whether the leader, this node, may append the block of `height`. Then the
 * functions below say what came of it. */
gboolean raft_wants_proposal(const Raft *raft, guint64 *height);
/* Appends it, unless something else has come in between; taken. `expected`: the
 * engine may be asked for the one after it before this is decided. */
void raft_propose(Raft *raft, guint64 now, guint64 height, GBytes *data,
		  gboolean expected);
/* There is none, until raft_pending; raft_propose says the contrary. */
void raft_no_proposal(Raft *raft);
/* There may be one after the next decision or durable height. */
void raft_propose_later(Raft *raft);

/* The height that a leader's snapshot stands for, which the engine lacks. The
 * caller unrefs `from`. Comes again while it lacks it. */
gboolean raft_take_behind(Raft *raft, guint64 *height, GBytes **from);

/* Changes that are not written yet; one batch. */
typedef struct {
	guint64 seq;
	gboolean hard; /* term and vote have changed */
	guint64 term;
	GBytes *vote;                      /* borrowed; NULL: none */
	const RaftPoint *base;             /* borrowed; NULL: not changed */
	guint64 put_first, put_last;       /* entries; none when last < first */
	guint64 delete_first, delete_last; /* entries at the front */
	guint64 cut_first, cut_last;       /* entries at the end */
} RaftSave;

/* FALSE when all is written. Nothing changes; raft_saved says that the store
 * accepted it. */
gboolean raft_save(const Raft *raft, RaftSave *save);
void raft_saved(Raft *raft, const RaftSave *save);
/* The entry at an index to be put; its data is in memory. */
const RaftEntry *raft_entry(const Raft *raft, guint64 index);

typedef struct {
	GBytes *to;          /* public key; the caller unrefs it */
	GByteArray *message; /* the caller unrefs it */
} RaftOut;

/* The next message to send; messages get ready when this is called first. */
gboolean raft_take_message(Raft *raft, RaftOut *out);

/* When raft_tick is due; G_MAXUINT64 for never. */
guint64 raft_deadline(const Raft *raft);

/* ---- how it stands ------------------------------------------------------- */

typedef struct {
	RaftRole role;
	GBytes *leader; /* borrowed; NULL: unknown */
	guint64 term;
	guint64 first, last, commit; /* indexes */
	guint64 decided, applied;    /* heights */
	gboolean quiet, halted;
	RaftVoters *voters; /* borrowed */
} RaftStatus;

RaftStatus raft_status(const Raft *raft);
/* What the leader, this node, knows of a peer: FALSE for none. */
gboolean raft_match(const Raft *raft, GBytes *key, guint64 *match);

#endif
