/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-pow/pow.h: proof of work, for teaching and private nets: the
 * chain's consensus members mine, and the heaviest branch is the chain (Nakamoto,
 * 2008).
 *
 * - A block's id, as a number, is at most its target; the target follows from the
 *   blocks before it (rule.h). Only members make blocks, each signs its own.
 * - The head is the block with the most work up to it, the first that came of
 *   several. A heavier branch takes its place, and what only the old one has waits
 *   again.
 * - A block with `depth` blocks upon it in the head's line is final: nothing undoes
 *   it here. Two nodes may finalize different blocks when a branch that one does
 *   not know grows that deep: they have diverged, say so in log and status, and
 *   stay so until one is set up anew. No certificate proves a final block. Who
 *   catches up leaves more blocks open until it has seen the branches of those who
 *   claim more work (claims.c).
 * - Members mine while something waits, or something that is waited for is not
 *   final, some ms at a time and with a bounded share of a core, on the chain's own
 *   thread. An idle chain is silent. `always` mines on: whoever would undo a block
 *   has to outdo what is mined upon it later, too.
 *
 * Config, all optional; the names that XuperChain has for it are as there:
 * {"depth": 1 to 500 (6); "expectedPeriod": 10 to 600000, ms from one block to the
 * next (2000); "adjustHeightGap": 1 to 200, blocks that the target is reckoned from
 * (30); "defaultTarget": the first one, in Bitcoin's compact form (0x1f00ffff as a
 * number: 65536 hashes); "maxTarget": the easiest (0x207fffff: two); "always":
 * (false); "cpu_percent": of a core, 1 to 100 (25); "hashes_per_turn": 1 to 1000000
 * (1000); "turn_ms": 1 to 10000, from one turn to the next at least (1)}.
 */
#ifndef POW_POW_H
#define POW_POW_H

#include <bsn/consensus.h>

extern const bsn_consensus pow_consensus;

#endif
