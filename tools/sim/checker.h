/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/checker.h: what must hold, looked at after every step.
 *
 * agreement   no two honest nodes decide, or make durable, different blocks at
 *             one height; a certificate verifies
 * prefix      each block follows the one before; what a node has said to have
 *             is there, the same, whenever it is asked
 * validity    every transaction of a block was made by a client with its key,
 *             and stands in one place of one block
 * durability  what a client was told stands in a block is there for ever, on
 *             every node
 * liveness    once nothing goes wrong any more, in bounded time everything that
 *             was submitted is in a block and all honest nodes have all blocks
 *
 * never       what the workload says must not be committed never is
 * invariants  in the end calls answer what the workload says: invariants.h
 *
 * What transactions a block holds is asked for through tx->get of each that
 * clients made and that has no place yet: the places in the block must then be
 * taken, each by one of them. So it works for any framework's encoding.
 */
#ifndef TOOLS_SIM_CHECKER_H
#define TOOLS_SIM_CHECKER_H

#include "tools/sim/clients.h"
#include "tools/sim/world.h"

SimChecker *sim_checker_new(void);
void sim_checker_free(SimChecker *checker);

/* A process has opened its chain, or goes on with another one's state. */
void sim_checker_booted(bsn_chain *chain);
/* It says that block `number` is durable. */
void sim_checker_announced(bsn_chain *chain, guint64 number);
/* It executed a proposal, its own or another's, honestly. */
void sim_checker_executed(bsn_chain *chain, guint64 height,
			  bsn_slice proposal, const bsn_id *digest);
/* Its consensus delivered a decision. TRUE when it is the first honest one for
 * this height. */
gboolean sim_checker_decided(bsn_chain *chain, const bsn_consensus *consensus,
			 guint64 height, bsn_slice proposal,
			 bsn_slice certificate);
/* The same of a block of a tree, which is final now. */
gboolean sim_checker_finalized(bsn_chain *chain, guint64 height,
			       const bsn_id *id);
/* It told a client where a transaction stands. */
void sim_checker_answered(bsn_chain *chain, SimTx *tx,
			  const bsn_tx_result *result);

/* After each call into a process: looks at the blocks that are new. */
void sim_checker_after(bsn_chain *chain);
/* Whether all honest nodes have all blocks. */
gboolean sim_checker_is_level(const SimWorld *world);
/* At the end: every answer once more, on every honest node. */
void sim_checker_end(SimWorld *world);

guint64 sim_checker_height(const SimWorld *world);

#endif
