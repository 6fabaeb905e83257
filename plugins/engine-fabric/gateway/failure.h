/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/failure.h: what endorsers and the order of
 * transactions refuse, in the words of Fabric's gateway. All functions:
 * [strand].
 */
#ifndef FABRIC_GATEWAY_FAILURE_H
#define FABRIC_GATEWAY_FAILURE_H

#include "peer/proposal.pb-c.h"
#include "plugins/engine-fabric/endorse/endorse.h"
#include "plugins/engine-fabric/gateway/call.h"

/* Organisations that a request may name. */
#define FAILURE_ORGANISATIONS_MAX 64u

/* "chaincode response 404, no such asset", or what else went wrong; for g_free.
 */
char *failure_text(const EndorseFailure *failure);
void failure_add(Problem *problem, const EndorseFailure *failure);
void failure_add_all(Problem *problem, const EndorseFailure *failures, guint n);
/* The same of this node. */
void failure_add_self(Problem *problem, const Channel *channel,
		      const char *message);

/* The gRPC status for a node that is at its limit, or gone; else `otherwise`.
 */
guint failure_code(int32_t status, guint otherwise);

/* ---- proposals ---- */

/* The proposal's bytes, if there is one with a content and it is for this
 * connection (ChannelHeader.tls_cert_hash); FALSE: the call has failed. */
gboolean proposal_of(Call *call, Arena *arena,
		     const Protos__SignedProposal *message, bsn_slice *bytes);
/* MSP ids for gather_begin and evaluate_begin; NULL for none. FALSE: the call
 * has failed. */
gboolean organisations_of(Call *call, char *const *names, gsize n,
			  GPtrArray **organisations);

#endif
