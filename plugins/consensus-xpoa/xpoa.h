/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-xpoa/xpoa.h: XuperChain's XPoA: a set of validators, which
 * they edit themselves by a transaction that enough of them have signed, produces
 * in slots of time, block_num in a row each. What is final is told by the votes
 * of chained HotStuff, on whose core this stands
 * (consensus-chainedbft/chainedbft.h).
 *
 * Slot s lasts from s * period to (s + 1) * period, ms since 1970, and is validator
 * s / block_num mod n's. A block that edits the set has BSN_TREE_CLOSES. Terms
 * are 0.
 *
 * Config, all optional: {"period": ms, 50 to 600000 (3000); "block_num": 1 to
 * 10000 (10)}.
 */
#ifndef CONSENSUS_XPOA_XPOA_H
#define CONSENSUS_XPOA_XPOA_H

#include "plugins/consensus-chainedbft/chainedbft.h"

extern const bsn_consensus xpoa_consensus;
extern const Mode xpoa_mode;

#endif
