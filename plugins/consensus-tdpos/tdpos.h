/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-tdpos/tdpos.h: XuperChain's TDPoS. Holders of the governance
 * token nominate candidates and vote for them; the chain elects proposer_num of
 * them for each term, and they produce in slots of time, block_num in a row each.
 * What is final is told by the votes of chained HotStuff, on whose core this
 * stands (consensus-chainedbft/chainedbft.h).
 *
 * A term, in time:
 *
 *	block_num slots of the first proposer, `period` each, but the last, which
 *	is alternate_interval long: the hand-over; then those of the next; the
 *	last slot of the last one is term_interval long
 *
 * The first block with a new term makes the engine hold the election
 * (bsn_seal.term); when it changes the proposers that block has
 * BSN_TREE_CLOSES, so it is made final by those before. The chain's order of
 * members is that of their turns; of fewer than proposer_num some have two.
 *
 * Config: {"period": ms, 50 to 600000 (3000); "block_num": 1 to 10000 (20);
 * "proposer_num": 1 to 256, required; "alternate_interval": ms, `period` at least
 * (as `period`); "term_interval": ms, alternate_interval at least (as that);
 * "timestamp": ns since 1970 when the first term begins (0)}.
 */
#ifndef CONSENSUS_TDPOS_TDPOS_H
#define CONSENSUS_TDPOS_TDPOS_H

#include "plugins/consensus-chainedbft/chainedbft.h"

extern const bsn_consensus tdpos_consensus;
extern const Mode tdpos_mode;

#endif
