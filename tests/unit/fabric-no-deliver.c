/* SPDX-License-Identifier: Apache-2.0
 *
 * Stand-ins for the methods of peers and orderers, for tests of gateway.Gateway
 * alone.
 */
#include "plugins/engine-fabric/gateway/call.h"

#define NO_METHOD(of)                                                          \
	{                                                                      \
		.grpc = { .size = sizeof(bsn_grpc_method), .path = (of) },     \
		.size = sizeof(Call),                                          \
	}

const Method deliver_method = NO_METHOD("/protos.Deliver/Deliver");
const Method deliver_filtered_method =
	NO_METHOD("/protos.Deliver/DeliverFiltered");
const Method deliver_private_method =
	NO_METHOD("/protos.Deliver/DeliverWithPrivateData");
const Method orderer_deliver_method =
	NO_METHOD("/orderer.AtomicBroadcast/Deliver");
const Method broadcast_method =
	NO_METHOD("/orderer.AtomicBroadcast/Broadcast");
const Method process_method = NO_METHOD("/protos.Endorser/ProcessProposal");
