/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/log.h: the replicated log in memory.
 *
 * Positions are indexes, from 1 without gaps. Everything up to the base has
 * been compacted away: the engine's ledger at the base's height stands for it
 * (Ongaro, "Consensus: Bridging Theory and Practice", 2014, section 5.1). The
 * rest is entries, of which the data may be left on disk.
 *
 * Heights are the engine's. Only entries of kind RAFT_BLOCK have one of their
 * own; the others have that of the block before them. So an entry that an
 * election or a change of members needs is no empty block.
 *
 * All functions: [strand].
 */
#ifndef CONSENSUS_RAFT_LOG_H
#define CONSENSUS_RAFT_LOG_H

#include "plugins/consensus-raft/voters.h"

#define RAFT_BLOCK 1u  /* a proposal with its certificate */
#define RAFT_VOTERS 2u /* the voters from this entry on; a leader's first */

typedef struct {
	guint64 term;
	guint64 height; /* of the last block up to and including this entry */
	guint8 kind;    /* RAFT_* */
	gsize size;     /* bytes of data */
	GBytes *data;   /* NULL: it is on disk only */
} RaftEntry;

/* A position whose prefix is known to be committed. */
typedef struct {
	guint64 index;
	guint64 term;
	guint64 height;
	RaftVoters *voters; /* in force at it */
} RaftPoint;

typedef struct {
	RaftPoint base;
	GArray *entries; /* RaftEntry of base.index + 1 and on */
	guint64 bytes;   /* of data, on disk or not */
	guint64 cached;  /* of data in memory */
} RaftLog;

/* An empty log at index 0, term 0, height 0. Takes `voters`. */
void raft_log_init(RaftLog *log, RaftVoters *voters);
void raft_log_clear(RaftLog *log);

guint64 raft_log_last(const RaftLog *log);
/* base.index < index <= last; borrowed until the log changes. */
const RaftEntry *raft_log_entry(const RaftLog *log, guint64 index);
/* base.index <= index <= last. */
guint64 raft_log_term(const RaftLog *log, guint64 index);
guint64 raft_log_height(const RaftLog *log, guint64 index);
/* The voters at an index, and where they were set (at most the base). */
RaftVoters *raft_log_voters(const RaftLog *log, guint64 index, guint64 *set);

/* Takes entry.data. */
void raft_log_append(RaftLog *log, RaftEntry entry);
/* Removes index and all after it; base.index < index. */
void raft_log_truncate(RaftLog *log, guint64 index);
/* Makes index, at most the last, the base. */
void raft_log_compact(RaftLog *log, guint64 index);
/* Makes the log an empty one behind a point, whose voters it takes. */
void raft_log_reset(RaftLog *log, RaftPoint point);
/* Forgets data of blocks up to and including `index` while more than `max`
 * bytes are in memory. */
void raft_log_uncache(RaftLog *log, guint64 index, guint64 max);

#endif
