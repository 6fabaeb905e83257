/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-solo/solo.h: agreement of a chain with one consensus
 * member: what it proposes is decided. Config: {"pipeline": 1 to 8}, the
 * heights that may be decided and not yet durable; 2 keeps the engine busy
 * while the disk is.
 *
 * Blocks fill by themselves: what arrives while the pipeline is full is in the
 * next proposal. A decision needs no proof: certificates are empty.
 */
#ifndef CONSENSUS_SOLO_SOLO_H
#define CONSENSUS_SOLO_SOLO_H

#include <bsn/consensus.h>

#define SOLO_PIPELINE_MAX 8u
#define SOLO_PIPELINE_DEFAULT 2u

extern const bsn_consensus solo_consensus;

/* Where the protocol writes what an administrator should know; may be NULL.
 * Called once, before any chain opens. */
void solo_set_log(const bsn_log *log);

#endif
