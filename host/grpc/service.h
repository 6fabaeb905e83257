/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/service.h: what engines answer gRPC calls with (bsn.grpc/1).
 */
#ifndef HOST_GRPC_SERVICE_H
#define HOST_GRPC_SERVICE_H

#include <bsn/ext/grpc.h>

extern const bsn_grpc service_grpc;

#endif
