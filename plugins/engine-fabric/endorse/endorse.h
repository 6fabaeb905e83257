/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/endorse/endorse.h: from a request to a transaction.
 *
 *	request.c   a request in uniform words becomes a Proposal (round 1):
 *	            creator.c, propose.c
 *	gather.c    the signed proposal goes to those whose endorsements fulfil
 *	            the policy; their answers become the envelope (round 2):
 *	            parties.c, needs.c, answer.c, outcome.c, envelope.c
 *	choose.c    whom to ask, by policy and by which peers are there
 *	differ.c    in what two endorsers' results differ, in a sentence
 *	endorser.c  endorses here: judges a SignedProposal, simulates, signs
 *	call.c      bsn_tx_ops.call
 *	trial.c     a run with a deadline: deadline.c
 *
 * All functions: [strand].
 */
#ifndef FABRIC_ENDORSE_ENDORSE_H
#define FABRIC_ENDORSE_ENDORSE_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/net/net.h"

/* Time for one run, and for gathering all endorsements. */
#define ENDORSE_RUN_MS 20000u
#define ENDORSE_GATHER_MS 30000u

void endorse_open(Channel *channel);
/* Fails whoever waits. */
void endorse_close(Channel *channel);

/* bsn_tx_ops.begin, sign_round, call. */
int32_t endorse_begin(Channel *channel, const bsn_tx_request *request,
		      bsn_reply *reply, bsn_err *err);
int32_t endorse_sign_round(Channel *channel, bsn_slice state,
			   bsn_slice signature, bsn_reply *reply, bsn_err *err);
int32_t endorse_call(Channel *channel, const bsn_tx_request *request,
		     bsn_reply *reply, bsn_err *err);

/* Another node asks for an endorsement (NET_ASK_ENDORSE). */
void endorse_asked(Channel *channel, NetQuestion *question,
		   bsn_slice signed_proposal);
/* TIMER_RUNS. */
void endorse_timer(Channel *channel);

/* ---- endorser.c ---- */

/* In: response: a ProposalResponse with an endorsement, or, when the chaincode
 *     itself said no (status 400 and above), without one. */
typedef void (*EndorserDone)(gpointer owner, int32_t status, bsn_slice response,
			     const bsn_err *err);
/* Endorses with this node's identity; `done` comes once, inside or later, not
 * after endorser_cancel.
 *
 * Returns: a handle; NULL: `done` has come already. */
typedef struct Endorser Endorser;
Endorser *endorser_begin(Channel *channel, bsn_slice signed_proposal,
			 EndorserDone done, gpointer owner);
void endorser_cancel(Endorser *endorser);

/* ---- creator.c ---- */

/* Whether a member's certificate has not expired by the host's clock.
 *
 * Returns: BSN_OK. Errors: BSN_EXPIRED. */
int32_t creator_check_expiry(Channel *channel, const MspIdentity *who,
			     bsn_err *err);

#endif
