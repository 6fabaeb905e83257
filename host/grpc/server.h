/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/server.h: the address at which frameworks' own SDKs call engines by
 * gRPC (bsn/ext/grpc.h): one for all chains, with TLS and client certificates.
 * Main loop only. The process ignores SIGPIPE.
 */
#ifndef HOST_GRPC_SERVER_H
#define HOST_GRPC_SERVER_H

#include <glib.h>

#include "host/chain/chain.h"
#include "host/config/config.h"
#include "host/loop.h"
#include "host/ops/metrics.h"

typedef struct GrpcDesk GrpcDesk;

/* Listens where [grpc] listen says; on nothing when that is empty. Engines
 * (const bsn_engine *) are asked once for what they serve. */
GrpcDesk *grpc_desk_new(Loop *loop, const Config *config, ChainTable *chains,
			const GPtrArray *engines, GError **error);
/* Accepts nobody else, and no new calls. Calls end when their chains close. */
void grpc_desk_stop(GrpcDesk *desk);
/* After the chains have closed: `done` is called when all clients have been told
 * so, soon at the latest. Once. */
void grpc_desk_drain(GrpcDesk *desk, void (*done)(void *owner), void *owner);
/* Outside of the running loop, which must run once more, before the chains'
 * workers end. NULL is allowed. */
void grpc_desk_free(GrpcDesk *desk);

/* A MetricsProvider; its owner is the desk. */
void grpc_desk_measure(MetricsWriter *w, void *desk);
guint16 grpc_desk_port(const GrpcDesk *desk);
/* Bytes of messages that wait for clients. */
gsize grpc_desk_waiting(const GrpcDesk *desk);

#endif
