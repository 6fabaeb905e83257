/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/sdk/rpc.h: the methods over gRPC, where each call has one
 * message and one answer.
 */
#ifndef XUPER_SDK_RPC_H
#define XUPER_SDK_RPC_H

#include <bsn/ext/grpc.h>

#include "plugins/engine-xuper/sdk/sdk.h"

/* As bsn_engine_grpc.route. [any] */
int32_t sdk_rpc_route(const SdkMethod *method, bsn_slice message,
		      bsn_sink *chain, bsn_err *err);
/* As bsn_engine_grpc.opened; nothing is kept of the call. [strand] */
int32_t sdk_rpc_serve(bsn_ledger *ledger, const SdkMethod *method,
		      bsn_grpc_call *grpc, bsn_slice message, bsn_err *err);

#endif
