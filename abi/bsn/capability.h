/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/capability.h: what work across chains needs to know of a chain: when its
 * word counts, what it can hold back for another chain, and what of it can be
 * proven to somebody who has not got it.
 *
 * An engine tells it with bsn_chain_status.capabilities, for the chain that is
 * asked: it depends on the chain's protocol and languages. What an engine does
 * not do itself, and no contract of the chain could do, it does not claim.
 */
#ifndef BSN_CAPABILITY_H
#define BSN_CAPABILITY_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* When what was answered as BSN_TX_COMMITTED can be undone. */
#define BSN_FINALITY_IMMEDIATE 1u
/* ^ never, while no more members are faulty than the protocol withstands. */
#define BSN_FINALITY_DEPTH 2u
/* ^ by a branch that leaves the chain deeper than `depth` blocks below its
 *   end: the likelihood falls with the depth, and is never 0. */

/* What the chain can do on behalf of another one, bits. */
#define BSN_CAN_LOCK 1u
/* ^ a contract can hold something until it is shown what has a given digest,
 *   or else until the chain's own time (of its blocks, not of who has sent the
 *   transaction) has come, when it gives it back: a hash time lock. */
#define BSN_CAN_PREPARE 2u
/* ^ a transaction can be executed and its effects kept back, so that none of
 *   them is seen and nobody else changes what they rest on, until a later
 *   transaction makes them count. */
#define BSN_CAN_REVERT 4u
/* ^ what was prepared can be undone whole instead; goes with BSN_CAN_PREPARE. */

/* What vouches for a block to somebody without the chain. */
#define BSN_CERTIFICATE_NONE 0u
/* ^ nothing: only a node that he trusts. */
#define BSN_CERTIFICATE_MEMBERS 1u
/* ^ its members' certificate for it, by the chain's protocol: he must know the
 *   genesis, and the members where they have changed (bsn_block_ops.verify,
 *   bsn_consensus.verify_in). */
#define BSN_CERTIFICATE_HEADERS 2u
/* ^ the headers from one that he knows up to those which follow the block: the
 *   work that is in them. */

/* What leads from a block that is vouched for to a thing in it. */
#define BSN_PATH_NONE 0u
/* ^ nothing. */
#define BSN_PATH_BLOCK 1u
/* ^ the block holds it: whoever has the whole block, as BSN_BLOCK_WITH_RAW
 *   gives it, has it with all the rest that bsn_block_ops.verify proves. */
#define BSN_PATH_MERKLE 2u
/* ^ a path in a tree whose root is in the header, as the framework's own
 *   interface gives it and its own tools verify it. The whole block does as
 *   well where the engine offers bsn_block_ops.verify. */

/* How a thing can be proven. Either both members are 0, or neither is. */
typedef struct bsn_provable {
	uint32_t certificate; /* BSN_CERTIFICATE_* */
	uint32_t path;        /* BSN_PATH_* */
} bsn_provable;

typedef struct bsn_capabilities {
	uint32_t size;
	uint32_t finality; /* BSN_FINALITY_* */
	uint64_t depth;    /* BSN_FINALITY_DEPTH: blocks that follow a block
			    * until what is in it is answered as committed, at
			    * least 1; else 0 */
	uint64_t can;      /* BSN_CAN_*, bits */
	bsn_provable tx;   /* that a transaction is in the chain */
	bsn_provable outcome; /* that it had effect, or failed */
	bsn_provable event; /* that a contract emitted an event */
	bsn_provable state; /* that a transaction gave a key of the state a
			     * value; not that it has it still */
} bsn_capabilities;

#ifdef __cplusplus
}
#endif

#endif /* BSN_CAPABILITY_H */
