/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/gateway/client.h: who has signed a request that is no
 * transaction, and whether he may. The connection's TLS certificate is another
 * matter. All functions: [strand].
 */
#ifndef FABRIC_GATEWAY_CLIENT_H
#define FABRIC_GATEWAY_CLIENT_H

#include "plugins/engine-fabric/gateway/call.h"

/* Borrowed. */
typedef struct {
	bsn_slice identity;   /* SerializedIdentity */
	bsn_slice message;    /* what was signed */
	bsn_slice signature;  /* DER */
	const char *resource; /* of the ACLs: "event/Block" */
} ClientClaim;

/* Judges the identity by the present config, its expiry by the host's clock,
 * the resource's policy, and the signature.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_DENIED, BSN_EXPIRED, BSN_BAD_SIGNATURE, BSN_BAD_REQUEST. */
int32_t client_judge(Channel *channel, const ClientClaim *claim, bsn_err *err);
/* The same without the signature, which does not change: for a stream that goes
 * on. */
int32_t client_judge_again(Channel *channel, bsn_slice identity,
			   const char *resource, bsn_err *err);
/* client_judge; FALSE: the call has failed with PERMISSION_DENIED. */
gboolean client_may(Call *call, const ClientClaim *claim);

#endif
