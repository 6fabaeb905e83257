/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-net.h: nodes of Raft's core in one process: a network that
 * loses, delays, repeats and reorders, disks that lose what was not synced, an
 * engine that makes blocks of transactions, one clock, one seed. Everything
 * that happens is an event in one queue, so a seed gives one history.
 *
 * After every event it checks what Raft promises (Ongaro, 2014, figure 3.2):
 * at most one leader a term; entries with the same index and term are the
 * same; a leader has all that is committed; nodes decide the same block at a
 * height, upon the same parent; a transaction is in one block at most. What
 * breaks one of these ends the test with the seed.
 */
#ifndef TESTS_UNIT_RAFT_NET_H
#define TESTS_UNIT_RAFT_NET_H

#include "plugins/consensus-raft/raft.h"

#define NET_NODES 7u
#define NET_ELECTION_MS 100u

typedef struct NetNode NetNode;
typedef struct Net Net;

/* Chances are of 1,000 messages; times in ms. */
typedef struct {
	guint drop, repeat;
	guint64 delay; /* at most */
	guint64 sync;  /* of the disk, at most */
	guint32 pipeline;
	guint32 keep;
	gboolean expects; /* engines build upon undecided blocks */
} NetOptions;

struct NetNode {
	Raft *raft; /* NULL: it is down */
	GBytes *key;
	guint64 height;       /* that its engine has decided */
	guint behind;         /* calls of bsn_proposer.behind */
	gboolean full;        /* its disk takes nothing */
	gboolean mute_engine; /* makes no proposals */
};

/* Nodes 0 to n - 1 are the first voters; the rest are up only when started. */
Net *net_new(guint64 seed, guint n, NetOptions options);
void net_free(Net *net);

guint64 net_now(const Net *net);
guint64 net_random(Net *net, guint64 below);
NetNode *net_node(Net *net, guint i);

/* Starts a node from its disk; loses what it has not synced. */
void net_start(Net *net, guint i);
void net_crash(Net *net, guint i);
/* Whether messages from i to j arrive. */
void net_link(Net *net, guint i, guint j, gboolean up);
/* Both ways, with all others. */
void net_isolate(Net *net, guint i, gboolean isolated);
void net_heal(Net *net);
void net_set_faults(Net *net, guint drop, guint repeat, guint64 delay,
		    guint64 sync);
/* Tells a node's core that its link to another is gone or back. */
void net_notice(Net *net, guint i, guint j, gboolean reachable);

/* A node hands its leadership over, if it leads. */
void net_hand_over(Net *net, guint i);

/* A transaction that all engines have. */
void net_submit(Net *net);
/* One that makes these nodes (bits) the members, once it is in a block. */
void net_submit_members(Net *net, guint members);
/* From now on a node hears no member any more that its engine knows to be
 * removed; otherwise hosts wait for the voters to change, and a while. */
void net_cut_removed(Net *net);
/* A message that no node sent. */
gboolean net_inject(Net *net, guint to, guint from, const RaftMessage *message);

/* Lets time pass; FALSE when nothing is left to happen before then. */
void net_run(Net *net, guint64 ms);
/* Runs until the condition holds, at most so long. */
gboolean net_run_until(Net *net, guint64 ms, gboolean (*done)(Net *net));

/* The only node that leads in the highest term, or -1. */
gint net_leader(Net *net);
gboolean net_has_leader(Net *net);
/* All members are up and have all transactions in durable blocks. */
gboolean net_is_settled(Net *net);
/* And nobody waits for time or sends anything. */
gboolean net_is_quiet(Net *net);
guint64 net_messages(const Net *net); /* sent by members so far */
guint64 net_height(const Net *net);   /* decided by anybody */
/* A line for each node, for people; the caller frees it. */
char *net_describe(Net *net);
/* Bits of the nodes that vote, as a node sees it. */
guint net_voters(Net *net, guint i);

#endif
