/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-single/single.h: XuperChain's single: the chain's one
 * consensus member makes all blocks, and each is final when it is made. It is
 * for chains that begin small; the chain may name another protocol later.
 *
 * Certificates are empty: what proves a block is its producer's signature, which
 * the engine checks with every block that it reads. Other nodes get blocks from
 * the engine; `prove` asks whether the producer has made them.
 *
 * The producer changes with a block that has BSN_TREE_CLOSES, from the next one
 * on. A block's round is its parent's and one; its term is 0.
 *
 * Config: {"period": 0 to 600000, ms from one block to the next at least (0)}.
 */
#ifndef CONSENSUS_SINGLE_SINGLE_H
#define CONSENSUS_SINGLE_SINGLE_H

#include <bsn/consensus.h>

extern const bsn_consensus single_consensus;

/* Finds the host's services; once, before any chain opens. [main] */
void single_open(const bsn_host *host);

#endif
