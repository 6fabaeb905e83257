/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/endorse/endorse_private.h: what the sources of endorse/
 * share. All functions: [strand] unless it says otherwise.
 */
#ifndef FABRIC_ENDORSE_PRIVATE_H
#define FABRIC_ENDORSE_PRIVATE_H

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/proposal.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/engine-fabric/transaction.h"

/* Runs of one channel at a time: each holds a snapshot of the state and a place in
 * a chaincode's process. So many more wait; others are refused with BSN_BUSY. */
#define ENDORSE_RUNS_MAX 256u
#define ENDORSE_WAITING_MAX 4096u
/* Transactions whose endorsements are being gathered at a time. */
#define ENDORSE_GATHERINGS_MAX 1024u
/* Bytes of a proposal, which also goes to other nodes as one message. */
#define ENDORSE_PROPOSAL_MAX (8u << 20)
/* Fabric's shim.ERRORTHRESHOLD: a response of this status or above is a no. */
#define ENDORSE_REFUSED 400

/* Bytes of all proposals of one channel that are under way; more are refused
 * with BSN_BUSY. */
#define ENDORSE_BYTES_MAX (128u << 20)

/* First bytes of a signable's state. */
#define ENDORSE_STATE_PROPOSAL 'E'
#define ENDORSE_STATE_PAYLOAD 'T'

/* ---- deadline.c ---- */

/* Something that must be over by then. The owner embeds it, zeroed. */
typedef struct Deadline Deadline;
struct Deadline {
	void (*passed)(Deadline *deadline);
	guint64 due_ms; /* monotonic */
	GList link;
	gboolean armed;
};

void deadline_arm(Channel *channel, Deadline *deadline, guint timeout_ms,
		  void (*passed)(Deadline *deadline));
/* `passed` does not come. Not armed is fine. */
void deadline_disarm(Channel *channel, Deadline *deadline);

/* What there is of a channel. */
typedef struct Endorsing {
	GQueue deadlines;     /* Deadline, the soonest first */
	GQueue gatherings;    /* Gathering, in order of arrival */
	GQueue questions;     /* of other nodes, likewise */
	GQueue calls;	      /* likewise */
	GQueue evaluations;   /* likewise */
	guint runs;	      /* trials that go on */
	guint64 bytes;	      /* of proposals that gatherings and endorsers
			       * hold */
	GQueue waiting;	      /* those that there is no room for, likewise */
	gboolean starting;    /* inside trials_start */
	GHashTable *creators; /* certificates in DER: SerializedIdentity; both
			       * GBytes */
} Endorsing;

/* ---- trial.c ---- */

/* A run with a deadline, one of at most ENDORSE_RUNS_MAX; it may have to wait
 * until it begins. Returns and `done` as run_begin; the outcome is BSN_BUSY or
 * BSN_TIMEOUT as well. */
typedef struct Trial Trial;
Trial *trial_begin(Channel *channel, const RunInput *input, RunDone done,
		   gpointer owner);
void trial_cancel(Trial *trial);
/* Begins those that wait, as far as there is room. */
void trials_start(Channel *channel);

/* ---- creator.c ---- */

/* Certificates whose organisations are remembered. */
#define ENDORSE_CREATORS_MAX 1024u

/* Whose certificate it is.
 *
 * Returns: BSN_OK.
 * In:      der: X.509.
 * Out:     serialized: a SerializedIdentity; who; NULL before, references.
 * Errors:  BSN_BAD_REQUEST: there is none; BSN_DENIED: it is of no member;
 *          BSN_EXPIRED, BSN_TOO_LARGE. */
int32_t creator_find(Channel *channel, bsn_slice der, GBytes **serialized,
		     MspIdentity **who, bsn_err *err);

/* ---- request.c ---- */

/* What a request's options say. */
typedef struct {
	json_t *object;		     /* what the others borrow from */
	const json_t *transient;     /* NULL: none */
	const json_t *organisations; /* NULL: by policy */
	gboolean is_init;
	gboolean parse; /* of a query: the result is JSON */
} RequestOptions;
void request_options_clear(RequestOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RequestOptions, request_options_clear)

/* Reads a request of kind BSN_TX_INVOKE. Errors: BSN_BAD_REQUEST,
 * BSN_TOO_LARGE; options is set whatever is returned. */
int32_t request_read_options(const bsn_tx_request *request, gboolean query,
			     RequestOptions *options, bsn_err *err);
/* Appends the call's arguments, GBytes, the function first. */
int32_t request_read_args(const bsn_tx_request *request, GPtrArray *args,
			  bsn_err *err);

/* Whether members/ answers it: a change of nodes or of the config. [any] */
gboolean request_is_about_members(const bsn_tx_request *request);

/* What becomes a Proposal. */
typedef struct {
	const char *chaincode;
	const GPtrArray *args;
	const RequestOptions *options;
	bsn_slice creator;
} ProposalWords;

/* Makes a Proposal, with a fresh nonce and the host's time (propose.c).
 *
 * Returns: BSN_OK and its bytes, in the arena.
 * Errors:  BSN_BAD_REQUEST for a transient map that is none; BSN_TOO_LARGE;
 *          BSN_E_IO. */
int32_t request_propose(Channel *channel, Arena *arena,
			const ProposalWords *words, bsn_slice *proposal,
			char tx_id[TX_ID_SIZE], bsn_err *err);
/* A SignedProposal's bytes, in the arena. [any] */
bsn_slice request_signed(Arena *arena, bsn_slice proposal, bsn_slice signature);
/* A chaincode's name as text; NULL with a reason when it cannot be one. */
char *request_chaincode(bsn_slice contract, bsn_err *err);

/* ---- endorser.c ---- */

/* Opens a SignedProposal and judges it as Fabric's endorser does before it
 * simulates: channel, creator, expiry, signature, ACL, duplicates.
 *
 * Returns: BSN_OK.
 * Out:     proposal, in the arena; who: a reference.
 * Errors:  those of proposal_open; BSN_DENIED, BSN_EXPIRED, BSN_BAD_SIGNATURE,
 *          BSN_DUPLICATE, BSN_E_*. */
int32_t endorser_judge(Channel *channel, Arena *arena,
		       bsn_slice signed_proposal, Proposal *proposal,
		       MspIdentity **who, bsn_err *err);
/* Whether one more proposal may be under way. Returns: BSN_OK. Errors:
 * BSN_BUSY. */
int32_t endorser_check_room(const Channel *channel, bsn_slice signed_proposal,
			    bsn_err *err);
/* What a proposal is simulated with. Borrows all. */
RunInput endorser_input(const Proposal *proposal, bsn_slice signed_proposal,
			MspIdentity *who);

/* ---- answer.c ---- */

/* An endorser's answer, opened and judged; in the arena. */
typedef struct {
	const Protos__Response *response;
	bsn_slice payload; /* ProposalResponsePayload; what was signed */
	bsn_slice endorser;
	bsn_slice signature;
} Answer;

/* Opens a ProposalResponse. When the chaincode said yes its endorsement must be
 * by `who` and hold.
 *
 * Returns: BSN_OK: also when it said no: response->status says so.
 * Errors:  BSN_BAD_REQUEST, BSN_DENIED, BSN_BAD_SIGNATURE: "it ..." */
int32_t answer_open(Channel *channel, Arena *arena, bsn_slice bytes,
		    const MspIdentity *who, Answer *answer, bsn_err *err);
/* Opens what was endorsed as a committing peer would.
 *
 * Returns: BSN_OK. Out: tx: results and namespaces are set.
 * Errors:  BSN_BAD_REQUEST: "it ..." */
int32_t answer_open_results(Arena *arena, const Proposal *proposal,
			    const Answer *answer, Transaction *tx,
			    bsn_err *err);

/* ---- choose.c ---- */

typedef enum {
	CANDIDATE_IDLE,
	CANDIDATE_ASKED,
	CANDIDATE_ENDORSED,
	CANDIDATE_FAILED,
} CandidateState;

/* Somebody who may endorse. */
typedef struct {
	MspIdentity *identity; /* reference */
	CandidateState state;
} Candidate;

/* Chooses whom to ask so that all policies hold, with those who have endorsed
 * or are asked already and as few others as can be found; who comes first in
 * the list is preferred. Endorsements are to stand in the list's order.
 *
 * Returns: TRUE. FALSE: whoever is left is not enough.
 * In:      policies: Policy, not NULL; candidates: Candidate, in arrays of
 *          pointers; only FAILED ones are left out.
 * Out:     chosen: n flags. [any] */
gboolean choose_endorsers(const GPtrArray *policies,
			  const GPtrArray *candidates, gboolean *chosen);
/* Whether all policies hold with those who have endorsed. [any] */
gboolean choose_is_enough(const GPtrArray *policies,
			  const GPtrArray *candidates);
/* Who is missing from a policy's smallest set: "Org2MSP.peer and Org3MSP.peer".
 * The caller frees it. [any] */
char *choose_missing(const Policy *policy, const GPtrArray *candidates);

/* ---- differ.c ---- */

/* In what two endorsed payloads differ: "key asset1 of basic is written as "1"
 * and as "2"". The caller frees it. [any] */
char *differ_explain(bsn_slice a, bsn_slice b);

/* ---- gather.c, envelope.c, call.c ---- */

void gather_close(Channel *channel);
/* Whether others would say the same of a proposal as this node. [any] */
gboolean gather_is_final(int32_t status);
void call_close(Channel *channel);
void evaluate_close(Channel *channel);

/* The Payload of a transaction, byte for byte as Fabric's clients make it; in
 * the arena. In: answers: Answer, in their order. [any] */
bsn_slice envelope_payload(Arena *arena, const Proposal *proposal,
			   const GPtrArray *answers);
/* Answers with the payload as what is to be signed next. */
void envelope_ask(Channel *channel, bsn_slice payload, const char *tx_id,
		  bsn_reply *reply);
/* The last round: 'T' and a Payload, and its signature. */
int32_t envelope_finish(Channel *channel, bsn_slice payload,
			bsn_slice signature, bsn_reply *reply, bsn_err *err);

#endif
