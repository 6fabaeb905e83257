/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-net-private.h: what the sources of raft-net share.
 */
#ifndef TESTS_UNIT_RAFT_NET_PRIVATE_H
#define TESTS_UNIT_RAFT_NET_PRIVATE_H

#include "tests/unit/raft-disk.h"
#include "tests/unit/raft-net.h"

/* For so long a host lets a member go on that was removed. */
#define GRACE_MS (10u * NET_ELECTION_MS)

/* A block: parent's number in `blocks`, members (0: no change), transactions.
 */
typedef struct {
	guint64 height;
	guint64 parent; /* id */
	guint64 id;
	guint32 members;
	guint32 author; /* node */
	guint64 n;
	guint64 txs[4];
} Block;

typedef enum { MESSAGE, SYNC, TIMER, FETCHED, RETRY } EventKind;

typedef struct {
	guint64 due, order;
	EventKind kind;
	guint node, from;
	guint64 life; /* of the node, when it was made */
	GBytes *message;
	guint64 height; /* FETCHED: up to it */
} Event;

typedef struct {
	NetNode public;
	RaftDisk *disk;
	GPtrArray *chain; /* GBytes of blocks, from height 1, on disk or not */
	guint64 durable;  /* height */
	guint64 life;
	guint64 synced; /* time of the last sync */
	guint64 armed;  /* timer */
	guint64 made;   /* proposal that the engine builds upon: height */
	GBytes *made_block;
	gboolean fetching;
	guint members;
} Node;

struct Net {
	guint64 seed, random, now, order, messages;
	NetOptions options;
	GSequence *events;
	Node nodes[NET_NODES];
	gboolean down[NET_NODES][NET_NODES];
	guint first;
	guint members; /* at last sight, since: */
	guint64 members_since;
	gboolean cuts;
	guint64 next_block, next_tx;
	GHashTable *waiting;   /* tx -> members bits */
	GHashTable *committed; /* tx -> height */
	GPtrArray *decided;    /* GBytes by height */
	GHashTable *leaders;   /* term -> node + 1 */
	GHashTable *entries;   /* "index:term" -> GBytes */
	GArray *chosen;        /* terms of committed entries, by index */
};

/* raft-net.c */
void net_add_event(Net *net, Event event);

/* raft-net-node.c */
/* A block of an engine's, as it is in the log. */
const Block *net_block(GBytes *bytes);
guint64 net_head_id(const Node *node);
RaftVoters *net_voters_of(Net *net, guint bits);
/* The members after a node's block of this height, and after all that was
 * decided: bits. */
guint net_members_at(const Net *net, const Node *node, guint64 height);
guint net_members_now(const Net *net);
gint net_index_of(const Net *net, GBytes *key);
void net_run_node(Net *net, guint i);
void net_handle(Net *net, const Event *event);

/* raft-net-check.c: each ends the test when a promise is broken. */
void net_broken(const Net *net, const char *format, ...) G_GNUC_PRINTF(2, 3);
void net_check_leader(Net *net, guint i);
void net_check_commit(Net *net, guint i);
void net_check_entry(Net *net, guint64 index, const RaftEntry *entry);
/* Before the block is taken into the node's chain. */
void net_check_block(Net *net, guint i, const Node *node, GBytes *bytes);

#endif
