/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/proposal.h: a SignedProposal, opened as an endorser
 * does it before anything is simulated.
 */
#ifndef FABRIC_PROPOSAL_H
#define FABRIC_PROPOSAL_H

#include "common/common.pb-c.h"
#include "peer/chaincode.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"

/* Everything lies in the arena and is valid as long as that. */
typedef struct {
	bsn_slice bytes;     /* a Proposal: what the creator signed */
	bsn_slice signature; /* DER */
	const Common__Header *header;
	const Common__ChannelHeader *channel;
	const Common__SignatureHeader *creator;
	const char *chaincode;
	const Protos__ChaincodeInput *input;
	const Protos__ChaincodeProposalPayload *payload; /* transient map */
	bsn_slice stripped; /* the payload without it, for the transaction */
	guint8 hash[HASH_LEN]; /* that the response names it by */
} Proposal;

/* Opens one and checks what can be checked without a channel: headers, its id,
 * and that headers and payload name one chaincode. The signature, and whether
 * the creator may ask, are the engine's.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the reason says what is wrong.
 * [any] */
int32_t proposal_open(const Suite *suite, Arena *arena,
		      bsn_slice signed_proposal, Proposal *proposal,
		      bsn_err *err);

#endif
