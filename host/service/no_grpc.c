/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/no_grpc.h"

static int32_t
send_nothing(bsn_grpc_call *call, bsn_slice message)
{
	return BSN_UNAVAILABLE;
}

static void
read_nothing(bsn_grpc_call *call)
{
}

static void
finish_nothing(bsn_grpc_call *call, uint32_t code, bsn_slice message,
	       bsn_slice details)
{
}

const bsn_grpc service_no_grpc = {
	.size = sizeof(service_no_grpc),
	.send = send_nothing,
	.read = read_nothing,
	.finish = finish_nothing,
};
