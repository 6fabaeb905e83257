/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/check_grpc.h: whether an engine's gRPC table keeps the rules of
 * bsn/ext/grpc.h.
 */
#ifndef HOST_PLUGIN_CHECK_GRPC_H
#define HOST_PLUGIN_CHECK_GRPC_H

#include <bsn/ext/grpc.h>

#include "host/plugin/rule.h"

/* Its methods have paths of their own and known flags, and what they need is
 * there. Required members were looked for before. */
gboolean plugin_check_grpc(const bsn_engine_grpc *grpc, Refusal *refusal);

#endif
