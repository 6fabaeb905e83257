/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/core.h: the state of raft.h, and what its files offer
 * each other. All functions: [strand].
 */
#ifndef CONSENSUS_RAFT_CORE_H
#define CONSENSUS_RAFT_CORE_H

#include "plugins/consensus-raft/raft.h"

#define RAFT_NEVER G_MAXUINT64

/* Heartbeats in one election timeout. */
#define RAFT_HEARTBEATS 8u
/* Of blocks, in memory for those who are a little behind; bytes. */
#define RAFT_CACHE_MAX (4u << 20)
/* Of entries on disk before the durable height; bytes. */
#define RAFT_KEEP_BYTES (64u << 20)
/* Of entries that came and are not written yet; bytes. */
#define RAFT_UNSAVED_MAX (64u << 20)

typedef enum {
	PEER_PROBE,     /* where its log is like ours is being found out */
	PEER_REPLICATE, /* entries are sent without waiting for answers */
	PEER_SNAPSHOT,  /* it must catch up by block sync */
} PeerState;

/* Another node, as this one sees it. */
typedef struct {
	GBytes *key;
	gboolean granted; /* its vote or pre-vote, of the present campaign */
	PeerState state;
	gboolean waiting;    /* PROBE, SNAPSHOT: sent and not answered */
	guint64 next;        /* index to be sent next */
	guint64 match;       /* it has all up to here durable */
	guint64 commit_sent; /* the commit index that it was told */
	guint64 window;      /* bytes sent and not acknowledged */
	guint64 heard;       /* when it last answered */
} RaftPeer;

/* A batch that was accepted and is not durable. */
typedef struct {
	guint64 seq;
	guint64 last; /* entries up to here are what the log has */
} RaftWrite;

struct Raft {
	RaftOptions options;
	guint64 now; /* of the latest input */
	guint64 random;

	/* durable, once written */
	guint64 term;
	GBytes *vote;
	RaftLog log;

	/* writing */
	gboolean hard_dirty, base_dirty;
	guint64 hard_seq;              /* the write that has term and vote */
	guint64 saved;                 /* entries up to here are accepted */
	guint64 stable;                /* entries up to here are durable */
	guint64 disk_first, disk_last; /* entries that the store may have */
	guint64 issued_seq, durable_seq;
	GQueue writes; /* RaftWrite */

	/* voters */
	RaftVoters *voters;       /* in force: the log's latest */
	guint64 voters_set;       /* index that set them */
	RaftVoters *members;      /* what the engine wants them to be */
	RaftVoters *next_members; /* from next_height on; NULL: no change */
	guint64 next_height;
	guint64 members_at; /* leader's: index handed when it last said so */
	GPtrArray *peers;   /* RaftPeer: voters and members but this node */

	/* progress */
	guint64 commit;
	guint64 handed;        /* index: decisions up to here were made */
	guint64 decided;       /* height that the engine has at least */
	guint64 applied;       /* height that it has durable */
	guint64 applied_index; /* all up to here is handed and durable */
	guint64 expected;      /* height that the engine builds upon */
	gboolean wanted;       /* the engine may have something to propose */
	gboolean wanted_later; /* ... after the next decision */
	gboolean halted;

	RaftRole role;
	GBytes *leader;
	gboolean quiet;
	guint64 heartbeat_due; /* leader's */
	guint64 quorum_due;    /* leader's */
	guint64 active;        /* leader's: when there was last work */
	guint64 election_due;  /* others' */
	guint64 sticky_until;  /* others': the leader counts as alive */
	gboolean asked;        /* candidate's: votes are asked for */
	gboolean appointed;    /* candidate's: the leader asked it to stand */
	gboolean owes_vote;    /* the vote's answer waits for the disk */
	gboolean retiring;     /* leader's: it is no voter any more */

	/* follower's */
	guint64 matched;    /* the log is like the leader's up to here */
	gboolean owes_ack;  /* its answer waits for the disk */
	RaftPoint snapshot; /* to be installed; index 0: none */
	GBytes *snapshot_from;
	gboolean behind;    /* the engine is to be told of it */
	guint64 behind_due; /* not again before */

	GQueue out;       /* RaftOut */
	gboolean flushed; /* what there is to replicate is in `out` */
};

/* raft.c */
void raft_peer_free(gpointer peer);
RaftPeer *raft_find_peer(const Raft *raft, GBytes *key);
void raft_send(Raft *raft, GBytes *to, const RaftMessage *message);
void raft_append(Raft *raft, RaftEntry entry);
/* Removes index and what follows; index > commit. */
void raft_truncate(Raft *raft, guint64 index);
/* What is after `last` on disk, or on its way there, is no part of the log. */
void raft_limit_writes(Raft *raft, guint64 last);
/* The data of an entry, from memory or disk: a new reference, or NULL. */
GBytes *raft_entry_data(const Raft *raft, guint64 index);
void raft_compact(Raft *raft);

/* save.c */
/* Whether term and vote are on disk as they are here. */
gboolean raft_hard_is_durable(const Raft *raft);

/* election.c */
gboolean raft_is_voter(const Raft *raft);
/* Whether more than half of the voters, this node counted as `self`, fulfil a
 * condition. */
gboolean raft_majority(const Raft *raft, gboolean self,
		       gboolean (*holds)(const Raft *, const RaftPeer *));
void raft_follow(Raft *raft, guint64 term, GBytes *leader);
/* The leader of this term lives. */
void raft_heard_leader(Raft *raft, GBytes *leader);
void raft_arm_election(Raft *raft);
void raft_election_tick(Raft *raft);
void raft_election_durable(Raft *raft);
/* Ends a follower's quiet: it asks its leader for a sign of life. */
void raft_wake(Raft *raft);
void raft_leader_lost(Raft *raft);
void raft_on_vote(Raft *raft, GBytes *from, const RaftMessage *message);
void raft_on_vote_reply(Raft *raft, RaftPeer *peer, const RaftMessage *message);
/* The leader goes and wants this node to follow it. */
void raft_on_timeout_now(Raft *raft, GBytes *from);

/* leader.c */
void raft_lead(Raft *raft);
/* Ends a leader's quiet: heartbeats go on. */
void raft_stir(Raft *raft);
void raft_leader_tick(Raft *raft);
/* Asks the best voter to stand, and leads no more. */
void raft_abdicate(Raft *raft);
gboolean raft_on_append_reply(Raft *raft, RaftPeer *peer,
			      const RaftMessage *message);
void raft_advance_commit(Raft *raft);

/* replicate.c */
/* Fills `out` with what each peer is to get. */
void raft_replicate(Raft *raft);
void raft_heartbeat(Raft *raft, RaftPeer *peer, guint8 flags);
/* Whether it answered within an election timeout. */
gboolean raft_was_heard(const Raft *raft, const RaftPeer *peer);
void raft_peer_reset(const Raft *raft, RaftPeer *peer);
/* An answer of a peer: FALSE when no correct node sends it. */
gboolean raft_peer_matched(Raft *raft, RaftPeer *peer, guint64 match);
void raft_peer_refused(RaftPeer *peer, const RaftMessage *message);

/* follower.c */
gboolean raft_on_append(Raft *raft, GBytes *from, const RaftMessage *message);
/* May take message->voters. */
gboolean raft_on_snapshot(Raft *raft, GBytes *from, RaftMessage *message);
/* Installs a snapshot once the engine has its height. */
void raft_install(Raft *raft);
void raft_acknowledge(Raft *raft);

/* members.c */
/* Takes over the voters that the log now says. */
void raft_members_refresh(Raft *raft);
/* Takes over the members whose height has come. */
void raft_members_advance(Raft *raft);
/* Whether this node may make the block of a height. */
gboolean raft_members_may_propose(const Raft *raft, guint64 height);
/* Appends an entry that makes these the voters; taken. */
void raft_members_append(Raft *raft, RaftVoters *voters);
/* The leader's next step towards the members. */
void raft_members_step(Raft *raft);
/* The commit index that a peer may know that has the log up to `end`. */
guint64 raft_members_commit(const Raft *raft, guint64 end);
/* Whether some voter is to go. */
gboolean raft_members_leaving(const Raft *raft);
/* Whether this node may be needed as a candidate. */
gboolean raft_members_may_campaign(const Raft *raft);

#endif
