/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-nodes.h: nodes of one chain in the fake host, with a network
 * between them that the test may spoil, and people who have tokens on it.
 */
#ifndef TESTS_UNIT_XUPER_NODES_H
#define TESTS_UNIT_XUPER_NODES_H

#include "plugins/engine-xuper/chain/chain.h"
#include "tests/unit/fake-net.h"
#include "tests/unit/manual-tree.h"
#include "tests/unit/xuper-suite.h"

#define NODES_MAX 5u
#define PEOPLE_MAX 4u
/* What each of them begins with. */
#define PEOPLE_TOKENS 1000000u

typedef struct {
	XuperPerson who;
	/* An output of theirs that the test has not spent. */
	guint8 txid[HASH_LEN];
	gint32 offset;
	guint64 amount;
} Person;

typedef struct {
	bsn_chain *chain;
	bsn_agreement *agreement; /* of a manual consensus */
	gboolean open;
} XuperNode;

typedef struct XuperNodes XuperNodes;
struct XuperNodes {
	guint n;
	XuperNode nodes[NODES_MAX];
	GByteArray *genesis;
	Suite suite;
	Person people[PEOPLE_MAX];
	guint64 nonce;
	guint delivered[NODES_MAX][256]; /* messages by sender and kind */
	/* What happens to a message: FALSE, it is lost. It may be changed.
	 * NULL: all arrive. */
	gboolean (*spoil)(XuperNodes *all, guint from, guint to,
			  GByteArray *bytes);
};

/* n nodes, the first `validators` of which agree by a protocol: "single" and
 * "chainedbft" are the plugins, "xpoa" and "tdpos" manual ones; {"name":...} with
 * its config: all are the plugins. None is joined. */
XuperNodes *nodes_new(guint n, guint validators, const char *protocol);
void nodes_free(XuperNodes *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XuperNodes, nodes_free)
/* The engine. */
const bsn_engine *nodes_engine(void);
/* The genesis of such a chain, or what the engine says against it. */
int32_t nodes_genesis(guint n, guint validators, const char *config,
		      GByteArray *out, bsn_err *err);

bsn_ledger *nodes_ledger(const XuperNodes *all, guint node);
const bsn_tree *nodes_tree(const XuperNodes *all, guint node);
void nodes_close(XuperNodes *all, guint node);
/* So that who waits is told. */
void nodes_close_all(XuperNodes *all);
/* Loses what is not durable. */
void nodes_crash(XuperNodes *all, guint node);
void nodes_reopen(XuperNodes *all, guint node);

void nodes_join(XuperNodes *all, guint a, guint b, gboolean joined);
void nodes_join_all(XuperNodes *all);
/* Until nothing is on its way and nothing is due. */
void nodes_settle(XuperNodes *all);
void nodes_advance(XuperNodes *all, guint64 ms);

/* A transfer of what a person has left, `amount` of it to another one, the rest
 * back; `all` follows the rest. */
Tx *nodes_transfer(XuperNodes *all, guint from, guint to, guint64 amount);
/* A person's call of a kernel contract, run at a node; words: names and values of
 * the arguments by name, ended by NULL. */
Tx *nodes_call(XuperNodes *all, guint node, guint person, const char *contract,
	       const char *method, const char *const *words);
/* A validator's vote that a node become "consensus", "observer" or "none". */
Tx *nodes_member(XuperNodes *all, guint signer, guint node, const char *role);
/* Submits; the reply is the caller's. */
bsn_reply *nodes_submit(XuperNodes *all, guint node, const Tx *tx);
/* A manual block of what waits at a node upon a parent (NULL: its head), which
 * becomes its head; BSN_OK or the tree's answer. */
int32_t nodes_extend(XuperNodes *all, guint node, const bsn_id *parent,
		     guint32 flags, GByteArray *bytes, bsn_id *id);
int32_t nodes_admit(XuperNodes *all, guint node, const GByteArray *bytes);
/* It makes a block final, with MANUAL_GOOD. */
int32_t nodes_finalize(XuperNodes *all, guint node, const bsn_id *id);
/* A transfer in a final block at a node. */
void nodes_block(XuperNodes *all, guint node);
guint64 nodes_height(const XuperNodes *all, guint node);
/* Both have the same final block on disk. */
void nodes_alike(const XuperNodes *all, guint a, guint b);
/* Whether a line of the log has this text. */
gboolean nodes_logged(const char *text);

#endif
