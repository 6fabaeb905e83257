/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-pair.h: two nodes of one chain: the first runs transactions
 * ahead of their turn, the second one after the other. The chain's consensus is
 * "manual".
 */
#ifndef TESTS_UNIT_FISCO_PAIR_H
#define TESTS_UNIT_FISCO_PAIR_H

#include "plugins/engine-fisco/ledger.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

typedef struct {
	FiscoChain *chain;
	bsn_agreement *agreement;
} PairNode;

typedef struct {
	PairNode ahead;
	PairNode serial;
	GPtrArray *replies; /* of transactions that wait */
} FiscoPair;

/* `threads` help the one that runs ahead; 0: none, but it does so. */
void pair_start(FiscoPair *pair, const char *config, guint threads);
void pair_stop(FiscoPair *pair);
/* The transaction waits at the node that runs ahead. */
void pair_submit(FiscoPair *pair, const GByteArray *tx);
/* What waits becomes a block of both; they must have all in common, down to the
 * last bit. */
void pair_agree(FiscoPair *pair);
Ledger *pair_ledger(const PairNode *node);

#endif
