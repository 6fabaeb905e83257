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
 *	evaluate.c  the same of a proposal that the client has made and signed
 *	trial.c     a run with a deadline: deadline.c
 *
 * All functions: [strand].
 */
#ifndef FABRIC_ENDORSE_ENDORSE_H
#define FABRIC_ENDORSE_ENDORSE_H

#include "peer/proposal_response.pb-c.h"
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

/* ---- gather.c ---- */

/* Somebody who was to endorse a transaction and did not. Borrowed. */
typedef struct {
	const char *name;    /* for people */
	const char *address; /* "host:port"; the name when it is not known */
	const char *msp_id;
	int32_t status;
	gint32 response; /* the chaincode's, when that has said no; else 0 */
	const char *problem; /* a sentence without its subject */
} EndorseFailure;

typedef struct {
	int32_t status;	    /* BSN_OK: the policies hold */
	const bsn_err *err; /* for any other */
	bsn_slice payload;  /* Payload of the transaction, to be signed */
	const char *tx_id;
	gboolean simulated; /* somebody has endorsed it */
	const EndorseFailure *failures;
	guint n_failures;
} GatherOutcome;

typedef void (*GatherDone)(gpointer owner, const GatherOutcome *outcome);

/* Gathers endorsements for a proposal that has been signed; `done` comes once,
 * inside or later, not after gather_cancel.
 *
 * In:  organisations: MSP ids, char *, that each must endorse; NULL: by policy.
 *      Taken.
 * Out: gathering: a handle; NULL: `done` has come already.
 * Returns: BSN_OK, or an error: `done` does not come. BSN_BAD_REQUEST,
 *          BSN_NOT_FOUND, BSN_BUSY, those of endorser_judge. */
typedef struct Gathering Gathering;
int32_t gather_begin(Channel *channel, bsn_slice signed_proposal,
		     GPtrArray *organisations, GatherDone done, gpointer owner,
		     Gathering **gathering, bsn_err *err);
void gather_cancel(Gathering *gathering);

/* ---- evaluate.c ---- */

typedef struct {
	int32_t status;	    /* BSN_OK: `response` is there, whatever it says */
	const bsn_err *err; /* for any other: of whoever was asked last;
			     * BSN_NOT_FOUND: nobody could be */
	const Protos__Response *response;
	const EndorseFailure *refusal; /* the chaincode has said no; else NULL */
	const EndorseFailure *failures; /* of those before */
	guint n_failures;
} EvaluateOutcome;

typedef void (*EvaluateDone)(gpointer owner, const EvaluateOutcome *outcome);

/* Runs a signed proposal for its answer alone; as gather_begin.
 *
 * In: organisations: MSP ids, char *, one of whose nodes is to run it; NULL:
 *     any. Taken. */
typedef struct Evaluation Evaluation;
int32_t evaluate_begin(Channel *channel, bsn_slice signed_proposal,
		       GPtrArray *organisations, EvaluateDone done,
		       gpointer owner, Evaluation **evaluation, bsn_err *err);
void evaluate_cancel(Evaluation *evaluation);

/* ---- parties.c ---- */

/* What people call this node; where a node is, its name when that is not
 * known. For g_free. In: key: of the member; NULL: it is none. */
char *endorser_own_name(const Channel *channel);
char *endorser_address(const Channel *channel, GBytes *key, const char *name);

/* ---- creator.c ---- */

/* Whether a member's certificate has not expired by the host's clock.
 *
 * Returns: BSN_OK. Errors: BSN_EXPIRED. */
int32_t creator_check_expiry(Channel *channel, const MspIdentity *who,
			     bsn_err *err);

#endif
