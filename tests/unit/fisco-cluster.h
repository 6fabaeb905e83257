/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-cluster.h: nodes of one chain in the fake host, with a
 * network between them that the test may spoil. Their consensus is "manual":
 * the test says who proposes and who hears of the decision.
 */
#ifndef TESTS_UNIT_FISCO_CLUSTER_H
#define TESTS_UNIT_FISCO_CLUSTER_H

#include "tests/unit/fake-net.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

#define CLUSTER_MAX 5u

typedef struct {
	FiscoChain *chain;
	bsn_agreement *agreement;
	gboolean open;
} ClusterNode;

typedef struct FiscoCluster FiscoCluster;
struct FiscoCluster {
	guint n;
	ClusterNode nodes[CLUSTER_MAX];
	const char *algorithm;
	Account account;
	GPtrArray *replies; /* of what cluster_block submitted */
	guint delivered[CLUSTER_MAX][256]; /* messages by sender and kind */
	/* What happens to a message: FALSE, it is lost. It may be changed.
	 * NULL: all arrive. */
	gboolean (*spoil)(FiscoCluster *cluster, guint from, guint to,
			  GByteArray *bytes);
};

/* n nodes, the last `observers` of which only follow; none is joined. */
void cluster_start(FiscoCluster *cluster, guint n, guint observers,
		   const char *config);
/* Three nodes: 0 and 1 have so many blocks, 2 has none; none is joined. */
void cluster_start_late(FiscoCluster *cluster, const char *config,
			guint blocks);
/* A node has all that node 0 has, its consensus knows it, and it is at rest. */
void cluster_caught_up(const FiscoCluster *cluster, guint node);
void cluster_stop(FiscoCluster *cluster);

void cluster_join(FiscoCluster *cluster, guint a, guint b, gboolean joined);
void cluster_join_all(FiscoCluster *cluster);
/* Until nothing is on its way and nothing is due. */
void cluster_settle(FiscoCluster *cluster);
/* Delivers what is on its way, at most so many messages. */
void cluster_deliver(FiscoCluster *cluster, guint messages);
void cluster_advance(FiscoCluster *cluster, guint64 ms);

/* Loses what is not durable, and everybody notices. */
void cluster_crash(FiscoCluster *cluster, guint node);
void cluster_reopen(FiscoCluster *cluster, guint node);

/* A transaction that nobody else has sent. */
GByteArray *cluster_tx(FiscoCluster *cluster, guint node);
/* The next proposal of a node; bsn_proposer.propose's answer. */
int32_t cluster_propose(FiscoCluster *cluster, guint node,
			GByteArray *proposal);
/* bsn_proposer.decide's answer. */
int32_t cluster_decide(FiscoCluster *cluster, guint node, guint64 height,
		       const GByteArray *proposal, bsn_err *err);
/* A block of one transaction that node 0 proposes, decided
 * at the nodes whose bits are set. */
void cluster_block(FiscoCluster *cluster, guint nodes);
guint64 cluster_height(const FiscoCluster *cluster, guint node);
/* Both have the same head. */
void cluster_alike(const FiscoCluster *cluster, guint a, guint b);
bsn_ledger *cluster_ledger(const FiscoCluster *cluster, guint node);
/* Whether a line of the log has this text. */
gboolean cluster_logged(const char *text);

#endif
