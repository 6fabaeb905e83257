/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/node-request.h: changes of the members as people ask
 * for them and see them: BSN_TX_MEMBER, and bsn_chain_ops.proposals.
 */
#ifndef FISCO_NODE_REQUEST_H
#define FISCO_NODE_REQUEST_H

#include <bsn/engine.h>

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/overlay.h"

/* Turns such a request into a call of 0x1003's setNode, after trying the change
 * on `state`, which is thrown away, to tell early what is wrong. `invoke` is the
 * request of the call, whose arguments are in `args`: g_free it.
 *
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST; BSN_DENIED; BSN_NOT_FOUND for no such node;
 *          BSN_CONFLICT when the chain refuses the change. [strand] */
int32_t node_request(const Ledger *ledger, Overlay *state,
		     const bsn_tx_request *request, bsn_tx_request *invoke,
		     char **args, bsn_err *err);

/* As bsn_chain_ops.proposals. [strand] */
int32_t node_proposals(Ledger *ledger, bsn_reply *reply, bsn_err *err);

#endif
