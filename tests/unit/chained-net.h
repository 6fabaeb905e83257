/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/chained-net.h: a network of nodes that agree by chained HotStuff, in
 * one process, with one virtual clock and one seed. The same seed gives the same
 * run.
 *
 * Each node has a disk that loses what was not durable, and an engine that keeps a
 * tree of blocks of transaction numbers. Checked all the time: no two nodes make
 * different blocks final at a height; each transaction was submitted, and is final
 * once; every certificate verifies offline; no honest node votes twice
 * differently, proposes twice in a round, or sends a vote that its disk does not
 * have.
 *
 * A Byzantine node is one whose messages go through `filter`; the checks leave it
 * aside.
 */
#ifndef TESTS_UNIT_CHAINED_NET_H
#define TESTS_UNIT_CHAINED_NET_H

#include <bsn/bsn.h>
#include <bsn/ext/tree.h>
#include <glib.h>

#include "plugins/consensus-chainedbft/message.h"
#include "plugins/kit/target.h"

#define NET_NODES_MAX 10u
#define NET_KEY_LEN 32u
/* A transaction with this bit makes the members of its low bits agree. */
#define NET_MEMBERS_BIT 0x80000000u
/* When the clock of the network began, ms since 1970. */
#define NET_BEGIN_MS 1700000000000u

/* A block as all nodes have it; kept for the length of a test. */
typedef struct NetBlock NetBlock;
struct NetBlock {
	bsn_id id;
	NetBlock *parent; /* NULL: the genesis */
	guint64 height;
	bsn_seal seal;
	guint proposer;
	GArray *txs;   /* guint32 */
	guint members; /* after it: bits by node */
	GBytes *bytes, *justify;
};

typedef struct ChainedNet ChainedNet;

/* A node: the ABI's handle, completed. */
struct bsn_chain {
	ChainedNet *net;
	guint index;
	gboolean up;
	gboolean byzantine;
	gint64 skew;          /* ms that its wall clock is off */
	guint incarnation;    /* counts starts */
	bsn_agreement *agreement;
	GHashTable *timers;   /* id to setting */

	/* Disk: what the node has written, and what is durable of it. */
	GTree *visible, *durable; /* GBytes to GBytes: the protocol's */
	GQueue *writes;           /* Write: accepted, not durable */
	GPtrArray *durable_blocks; /* NetBlock */
	NetBlock *durable_root;

	/* Engine. */
	bsn_proposer proposer;
	NetBlock *root, *head;
	GHashTable *tree;     /* NetBlock: below the root, and it */
	GPtrArray *order;     /* the same in order of arrival */
	GHashTable *pool;     /* transactions that are not final */
	GPtrArray *proofs;    /* GBytes or NULL, by height */
	gboolean busy_engine; /* answers BSN_BUSY */
	gboolean refuses;     /* its store takes no votes */
	guint reads;	      /* blocks that it was asked to read */
};
typedef struct bsn_chain Node;

/* What to do with a message on its way; NULL in *bytes drops it. */
typedef void (*NetFilter)(ChainedNet *net, Node *from, Node *to,
			  GBytes **bytes);

struct ChainedNet {
	const bsn_consensus *consensus;
	guint n;
	GRand *rand;
	char *config;
	Node *nodes[NET_NODES_MAX];
	bsn_member members[NET_NODES_MAX];
	guint8 keys[NET_NODES_MAX][NET_KEY_LEN];
	guint64 now; /* ms */
	guint64 sequence;
	GSequence *events;
	GHashTable *blocks; /* bsn_id to NetBlock: all that were made */
	NetBlock *genesis;
	GHashTable *submitted;
	GPtrArray *chosen; /* NetBlock, by height */
	guint drop;      /* of 1000 messages */
	guint drop_kind[8]; /* of 1000 of that kind, besides */
	guint disk_max;  /* ms until a write is durable, at most */
	guint delay_max; /* ms */
	guint store_refuses; /* of 1000 batches of votes */
	gboolean cut[NET_NODES_MAX][NET_NODES_MAX]; /* from, to */
	gboolean syncs;  /* engines get final blocks from each other */
	/* With elections: the members of a term, bits. NULL: none are held. */
	guint (*elect)(const ChainedNet *net, guint64 term);
	NetFilter filter;
	GHashTable *said; /* "node kind epoch round" to what was said */
	guint64 messages;
	guint timers_set;
};

/* n nodes that are up; those of the bits `members` agree. */
ChainedNet *net_new(const bsn_consensus *consensus, guint n, guint members,
		    guint64 seed, const char *config);
void net_free(ChainedNet *net);

/* A transaction reaches all nodes that are up. */
void net_submit(ChainedNet *net, guint tx);
/* All that was submitted and is not final reaches all again. */
void net_resubmit(ChainedNet *net);
/* Goes on for so long. */
void net_run(ChainedNet *net, guint64 ms);
/* The same, until all that was submitted is final on honest nodes that are
 * up. */
gboolean net_run_dry(ChainedNet *net, guint64 ms);

void net_crash(Node *node);
/* The same, and what was final since `root` is not, though all else is on disk:
 * the store has refused it. */
void net_crash_putting_off(Node *node, NetBlock *root);
void net_start(Node *node);
/* All nodes go on with another protocol, without being stopped; `config` as
 * net_new has it. */
void net_change(ChainedNet *net, const bsn_consensus *consensus,
		const char *config);
/* Cuts a node off, both ways, or connects it. */
void net_isolate(Node *node, gboolean cut);
void net_heal(ChainedNet *net);
/* A number of the node's status. */
gint64 net_status(Node *node, const char *member);

/* ---- chained-host.c ---------------------------------------------------- */

extern const bsn_host net_host;
extern const bsn_id net_chain_id;
void net_sign(const ChainedNet *net, guint signer, bsn_slice text,
	      Signature *signature);
/* Hands a node a message from another, now. */
void net_give(Node *to, const Node *from, bsn_slice message);

/* ---- chained-disk.c ----------------------------------------------------- */

void disk_init(Node *node);
void disk_clear(Node *node);
/* Some of what was not durable becomes so, the rest is lost. */
void disk_crash(Node *node);
/* All becomes durable but the roots. */
void disk_crash_putting_off(Node *node);
/* The oldest write becomes durable, and the node is told. */
void disk_step(Node *node);
void disk_put_block(Node *node, NetBlock *block);
void disk_put_root(Node *node, NetBlock *root);
/* Fails the test when an honest node says what its disk does not have, or what
 * it has said otherwise before. */
void disk_check_message(Node *node, const Message *message);
extern const bsn_store net_store;

/* ---- chained-block.c --------------------------------------------------- */

/* The members after a block, as the ABI has them; valid until the next call. */
const bsn_member *tree_members(const ChainedNet *net, guint members);
/* Makes a block that nobody has asked for, as any node. */
NetBlock *tree_forge(ChainedNet *net, guint proposer, NetBlock *parent,
		     const bsn_seal *seal, const guint32 *txs, guint n);
/* Tries nonces for such a block, from the seal's on, into the seal. */
gboolean tree_find_nonce(guint proposer, NetBlock *parent, bsn_seal *seal,
			 const GArray *txs, guint64 tries);
/* Blocks that the protocol has above one that it makes final; 0: it has proofs. */
guint64 net_depth(const ChainedNet *net);
NetBlock *tree_genesis(ChainedNet *net, guint members);
void tree_block_free(gpointer block);
NetBlock *tree_find(const ChainedNet *net, const bsn_id *id);
gboolean block_closes(const NetBlock *block);
/* Whether it is `root` or hangs below it. */
gboolean block_is_below(const NetBlock *block, const NetBlock *root);
/* Whether a transaction is in a block from `block` down to the genesis. */
gboolean block_has_done(const NetBlock *block, guint32 tx);

/* ---- chained-tree.c ---------------------------------------------------- */

void tree_init(Node *node);
void tree_clear(Node *node);
/* After a crash: what is durable. */
void tree_lose(Node *node);
void tree_submit(Node *node, guint tx);
/* Whether nothing waits, and nothing is in a block that is not final. */
gboolean tree_is_dry(const Node *node);
/* Takes a block and those below it from another node. */
void tree_fetch(Node *node, Node *from, const bsn_id *id);
/* Takes final blocks that another node has. */
void tree_sync(Node *node, Node *from);
/* Fails the test when another node has made other blocks final. */
void tree_check_final(const Node *node, NetBlock *block);

/* When something is to happen. */
void net_later_timer(Node *node, guint64 delay, guint64 id, guint setting);
void net_later_message(Node *to, guint from, GBytes *message);
void net_later_durable(Node *node);
void net_later_fetch(Node *node, guint from, const bsn_id *id);

#endif
