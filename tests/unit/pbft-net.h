/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/pbft-net.h: a network of nodes that agree by consensus-pbft, in
 * one process, with one virtual clock and one seed. The same seed gives the
 * same run.
 *
 * Each node has a store that loses what was not durable, and an engine whose
 * blocks are lists of transaction numbers. Checked all the time: no two nodes
 * decide differently at a height; each transaction was submitted, and is decided
 * once; every certificate verifies; no node votes twice differently, or sends a
 * vote that its disk does not have.
 *
 * A Byzantine node is one whose messages go through `filter`; the checks leave
 * it aside.
 */
#ifndef TESTS_UNIT_PBFT_NET_H
#define TESTS_UNIT_PBFT_NET_H

#include <bsn/bsn.h>
#include <glib.h>

#include "plugins/consensus-pbft/message.h"

#define NET_NODES_MAX 16u
#define NET_KEY_LEN 32u
#define NET_DIGEST_LEN 32u

/* A decided block; all are kept for the length of a test. */
typedef struct {
	bsn_id digest;
	GBytes *body;
	GBytes *certificate;
} NetBlock;

typedef struct PbftNet PbftNet;

/* A node: the ABI's handle, completed. */
struct bsn_chain {
	PbftNet *net;
	guint index;
	gboolean up;
	gboolean byzantine;
	gboolean hold_disk; /* nothing becomes durable */
	guint incarnation;  /* counts starts */
	bsn_agreement *agreement;

	/* Store and disk. */
	GTree *visible, *durable; /* GBytes to GBytes */
	GQueue *batches;          /* accepted, not durable */
	GHashTable *timers;       /* id to generation */

	/* Engine. */
	bsn_proposer proposer;
	GPtrArray *blocks;      /* NetBlock, height 1 first */
	guint durable_blocks;
	GHashTable *pool;       /* transactions that wait */
	bsn_id expected;        /* digest of the next block, by expect */
	guint64 expected_height;
	GBytes *expected_body;
	GPtrArray *known;       /* GBytes: bodies proposed or checked */
	guint behind_calls;
};
typedef struct bsn_chain Node;

/* What to do with a message on its way; NULL in *bytes drops it. */
typedef void (*NetFilter)(PbftNet *net, Node *from, Node *to, GBytes **bytes);

struct PbftNet {
	guint n;
	GRand *rand;
	char *config;
	Node *nodes[NET_NODES_MAX];
	bsn_member members[NET_NODES_MAX];
	guint8 keys[NET_NODES_MAX][NET_KEY_LEN];
	guint64 now; /* ms */
	guint64 sequence;
	GSequence *events;
	GHashTable *submitted; /* transactions */
	GPtrArray *chosen;     /* bsn_id, height 1 first */
	guint drop, duplicate; /* of 1000 messages */
	guint drop_kind[9];    /* of 1000 of that kind, besides */
	guint disk_max;        /* ms until a batch is durable, at most */
	guint delay_max;       /* ms */
	guint store_refuses;   /* of 1000 batches of votes */
	gboolean cut[NET_NODES_MAX][NET_NODES_MAX]; /* from, to */
	gboolean pipelined;    /* the engine offers expect */
	NetFilter filter;
	GHashTable *voted; /* "node kind height view" to digest */
	guint64 messages;
	guint timers_set;
	/* Called in decide, before it returns; may be NULL. */
	void (*decided)(Node *node, guint64 height);
	/* Members change: of each EPOCH heights one node is an observer. */
	gboolean rotates;
};

#define NET_EPOCH 3u

/* n nodes that are up, of ids 0 to n-1, in the order of their keys. */
PbftNet *net_new(guint n, guint64 seed, const char *config);
void net_free(PbftNet *net);

/* A transaction reaches all nodes that are up. */
void net_submit(PbftNet *net, guint tx);
/* It reaches one. */
void net_submit_to(Node *node, guint tx);
/* All that was submitted and is not decided reaches all again. */
void net_resubmit(PbftNet *net);
/* Goes on for so long. */
void net_run(PbftNet *net, guint64 ms);
/* The same, until every honest node that is up has that height durable. */
gboolean net_run_to(PbftNet *net, guint64 height, guint64 ms);
/* Until all that was submitted is durable on honest nodes that are up. */
gboolean net_run_dry(PbftNet *net, guint64 ms);

void net_crash(Node *node);
void net_start(Node *node);
/* Cuts a node off, both ways, or connects it. */
void net_isolate(Node *node, gboolean cut);
void net_heal(PbftNet *net);

guint64 net_height(const Node *node); /* durable */
/* A number of the node's status. */
gint64 net_status(Node *node, const char *member);

/* The members of a height; valid until the next call. */
const bsn_member *net_members(PbftNet *net, guint64 height);

/* Signs as any node: for forgers, with their own key. */
void net_sign(const PbftNet *net, guint signer, const Statement *statement,
	      Signature *signature);
extern const bsn_id net_chain_id;
/* Hands a node a message from another, now. */
void net_give(Node *to, const Node *from, const Message *message);

/* ---- pbft-engine.c ----------------------------------------------------- */

void engine_init(Node *node);
void engine_clear(Node *node);
/* After a crash: what is durable. */
void engine_lose(Node *node);
/* The block of a batch is durable. */
void engine_durable(Node *node, guint64 height);
bsn_id engine_digest(const bsn_id *parent, bsn_slice body);
/* The digest of the node's last block. */
bsn_id engine_head(const Node *node);
/* A transaction waits, unless it is decided here. */
void engine_resubmit(Node *node, guint tx);
/* Takes what another node has, up to a height. */
void engine_take(Node *node, const Node *from, guint64 up_to);
/* Fetches all that it has, if it can be reached. */
void engine_sync(Node *node, const Node *from);
/* A body with these transactions. */
GBytes *engine_body(guint64 height, const guint *txs, guint n);
/* Another proposal as good as this one. */
GBytes *engine_alternative(bsn_slice body);
/* Number of transactions decided twice or never submitted is nought: fails the
 * test otherwise. */
void engine_check_node(const Node *node);

/* ---- pbft-host.c -------------------------------------------------------- */

extern const bsn_host net_host;

/* ---- pbft-store.c ------------------------------------------------------ */

extern const bsn_store net_store;
void disk_init(Node *node);
void disk_clear(Node *node);
/* Some of what was not durable becomes so, the rest is lost. */
void disk_crash(Node *node);
/* The oldest batch becomes durable, and the node is told. */
void disk_step(Node *node);
/* Accepts the engine's block. */
void disk_put_block(Node *node, guint64 height);

/* Fails the test when an honest node sends a vote other than one that it sent
 * before, or one that is not on its disk. */
void disk_check_vote(Node *node, const Message *message);

/* When something is to happen. */
void net_later_timer(Node *node, guint64 delay, guint64 id, guint setting);
void net_later_message(Node *to, guint from, GBytes *message);
void net_later_durable(Node *node);
void net_later_sync(Node *node, guint from);

#endif
