/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/limits.h"

#define KIB 1024u
#define MIB (1024u * KIB)

const GrpcLimits grpc_limits_default = {
	.message_max = 16 * MIB,
	.assembly_max = 64 * MIB,
	.stream_window = 256 * KIB,
	.connection_window = 4 * MIB,
	.streams_max = 256,
	.headers_max = 16 * KIB,
	.send_queue = 256 * KIB,
	/* As often as gRPC's own keepalive may ask a server. */
	.keepalive_interval = 5 * 60 * (gint64)G_USEC_PER_SEC,
	.keepalive_timeout = 20 * (gint64)G_USEC_PER_SEC,
	.idle_timeout = 0,
	.resets_burst = 1000,
	.resets_rate = 100,
	.chores_burst = 2000,
	.chores_rate = 200,
};
