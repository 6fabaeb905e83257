/* SPDX-License-Identifier: Apache-2.0
 *
 * host/grpc/routes.h: which engines serve a method, and which chain of theirs a
 * call is for. Main loop only.
 */
#ifndef HOST_GRPC_ROUTES_H
#define HOST_GRPC_ROUTES_H

#include <bsn/ext/grpc.h>
#include <glib.h>

#include "grpc/connection.h"
#include "host/chain/chain.h"

typedef struct GrpcRoutes GrpcRoutes;

/* A method as one engine serves it. */
typedef struct {
	const bsn_engine *engine;
	const bsn_engine_grpc *grpc; /* of it */
	const bsn_grpc_method *method; /* likewise */
} GrpcRoute;

/* A method as clients see it. */
typedef struct {
	GrpcMethod shape;
	GArray *routes; /* GrpcRoute, one or more */
} GrpcService;

/* Of all engines (const bsn_engine *) that have a gRPC table. */
GrpcRoutes *grpc_routes_new(const GPtrArray *engines);
void grpc_routes_free(GrpcRoutes *routes);

/* NULL: nobody serves it. Lives as long as the routes. */
const GrpcService *grpc_routes_find(const GrpcRoutes *routes, const char *path);

/* The chain that a call's first message is for, and how it is served there.
 *
 * Returns: NULL with a gRPC status and a sentence, which is to be freed. The
 *          chain is borrowed until the next return to the main loop; it need
 *          not be open. */
Chain *grpc_service_route(const GrpcService *service, ChainTable *chains,
			  bsn_slice message, const GrpcRoute **route,
			  GrpcStatus *status, char **why);

#endif
