/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/no_grpc.h: bsn.grpc/1 where nobody calls: in the scan of a plugin
 * and in the simulator.
 */
#ifndef HOST_SERVICE_NO_GRPC_H
#define HOST_SERVICE_NO_GRPC_H

#include <bsn/ext/grpc.h>

extern const bsn_grpc service_no_grpc;

#endif
