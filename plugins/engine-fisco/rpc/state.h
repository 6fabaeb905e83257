/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/rpc/state.h: which state a call asks for. All functions:
 * [strand].
 */
#ifndef FISCO_RPC_STATE_H
#define FISCO_RPC_STATE_H

#include "plugins/engine-fisco/rpc/params.h"

/* Reads a parameter that names a block, whose state must be there: the newest
 * block's. FALSE after rpc_fail. */
gboolean rpc_state_block(RpcCall *call, guint index, RpcBlock *block);

/* Ends a call with what account.h answered. Returns NULL. */
json_t *rpc_fail_state(RpcCall *call, int32_t status);

#endif
