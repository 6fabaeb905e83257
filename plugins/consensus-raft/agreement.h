/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/agreement.h: Raft as a bsn.consensus/1: the engine
 * above it, the chain's store, net and timers below.
 */
#ifndef CONSENSUS_RAFT_AGREEMENT_H
#define CONSENSUS_RAFT_AGREEMENT_H

#include <bsn/consensus.h>

#include "plugins/consensus-raft/raft.h"
#include "plugins/consensus-raft/settings.h"

extern const bsn_consensus raft_consensus;

struct bsn_agreement {
	bsn_chain *chain;
	bsn_proposer *proposer;
	RaftSettings settings;
	Raft *raft;
	GBytes *self;    /* this node's public key */
	char *algorithm; /* of it */
	gboolean busy;   /* inside raft_carry_out */
	gboolean held;   /* the store refused: not before the retry */
	gboolean unwritable, unreadable; /* said so in the log already */
	guint64 armed;    /* when the timer comes, ms; G_MAXUINT64: not set */
	guint64 rejected; /* messages that no correct node sends */
	guint64 unsent;   /* messages that the net did not take */
	int32_t stopped;  /* what the engine failed with */
};

/* carry_out.c */

/* Milliseconds of the host's clock that never goes back. */
guint64 raft_now(const bsn_agreement *agreement);
/* Does all that Raft has to do. What the engine calls from inside joins. */
void raft_carry_out(bsn_agreement *agreement);
/* The chain is being closed: if this node leads, another one is to take over. */
void raft_leave(bsn_agreement *agreement);
/* The store is asked again. */
void raft_retry(bsn_agreement *agreement);

#define RAFT_TIMER_TICK (BSN_CONSENSUS_BIT | 1u)
#define RAFT_TIMER_RETRY (BSN_CONSENSUS_BIT | 2u)

/* status.c: bsn_consensus.status. */
int32_t raft_write_status(bsn_agreement *agreement, bsn_sink *json);

#endif
