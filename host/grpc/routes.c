/* SPDX-License-Identifier: Apache-2.0 */
#include "host/grpc/routes.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "host/ops/log.h"

/* Bytes of a chain's name that an engine finds in a message; longer is no
 * chain's. */
#define NAME_MAX_LEN 256

struct GrpcRoutes {
	GHashTable *services; /* path -> GrpcService */
};

static void
service_free(gpointer data)
{
	GrpcService *service = data;

	g_array_unref(service->routes);
	g_free(service);
}

static GrpcService *
service_new(const bsn_grpc_method *method)
{
	GrpcService *service = g_new0(GrpcService, 1);

	service->shape = (GrpcMethod){
		.path = method->path,
		.client_streams = (method->flags & BSN_GRPC_CLIENT_STREAMS) != 0,
		.server_streams = (method->flags & BSN_GRPC_SERVER_STREAMS) != 0,
	};
	service->routes = g_array_new(FALSE, FALSE, sizeof(GrpcRoute));
	return service;
}

/* HTTP/2 has to know how many messages come before it is known whose. */
static gboolean
has_shape(const GrpcService *service, const bsn_grpc_method *method)
{
	const bsn_grpc_method *first =
		g_array_index(service->routes, GrpcRoute, 0).method;

	return first->flags == method->flags;
}

static void
add(GrpcRoutes *routes, const GrpcRoute *route)
{
	const char *path = route->method->path;
	GrpcService *service = g_hash_table_lookup(routes->services, path);

	if (service == NULL) {
		service = service_new(route->method);
		g_hash_table_insert(routes->services, (gpointer)path, service);
	} else if (!has_shape(service, route->method)) {
		log_error("grpc", NULL,
			  "%s of the %s engine is not served: another engine "
			  "has a method of this name that streams otherwise",
			  path, route->engine->framework);
		return;
	}
	g_array_append_val(service->routes, *route);
}

static void
add_engine(GrpcRoutes *routes, const bsn_engine *engine)
{
	const bsn_engine_grpc *grpc = bsn_engine_grpc_of(engine);

	if (grpc == NULL)
		return;
	for (const bsn_grpc_method *const *method = grpc->methods;
	     *method != NULL; method++) {
		const GrpcRoute route = { engine, grpc, *method };

		add(routes, &route);
	}
}

GrpcRoutes *
grpc_routes_new(const GPtrArray *engines)
{
	GrpcRoutes *routes = g_new0(GrpcRoutes, 1);

	routes->services = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						 service_free);
	for (guint i = 0; i < engines->len; i++)
		add_engine(routes, engines->pdata[i]);
	return routes;
}

void
grpc_routes_free(GrpcRoutes *routes)
{
	if (routes == NULL)
		return;
	g_hash_table_unref(routes->services);
	g_free(routes);
}

const GrpcService *
grpc_routes_find(const GrpcRoutes *routes, const char *path)
{
	return g_hash_table_lookup(routes->services, path);
}

/* ---- the chain ---- */

/* FALSE, with the engine's reason: the message names none. */
static gboolean
name_chain(const GrpcRoute *route, bsn_slice message, char **name, char **why)
{
	char buffer[NAME_MAX_LEN + 1];
	bsn_fixed_sink sink = bsn_fixed_sink_of(buffer, NAME_MAX_LEN);
	bsn_err err = BSN_ERR_INIT;
	int32_t status = route->grpc->route(route->method, message, &sink.sink,
					    &err);

	if (status == BSN_OK) {
		buffer[sink.len] = '\0';
		*name = g_utf8_make_valid(buffer, -1);
		return TRUE;
	}
	err.reason[sizeof(err.reason) - 1] = '\0';
	if (*why == NULL)
		*why = g_strdup(err.reason[0] != '\0'
					? err.reason
					: "the message does not say which chain "
					  "it is for");
	return FALSE;
}

/* Engines of different frameworks may have the same service: the first that
 * finds a chain of its own has the call. */
static Chain *
ask_engines(const GrpcService *service, ChainTable *chains, bsn_slice message,
	    const GrpcRoute **route, char **name, char **why)
{
	for (guint i = 0; i < service->routes->len; i++) {
		g_autofree char *named = NULL;
		Chain *chain;

		*route = &g_array_index(service->routes, GrpcRoute, i);
		if (!name_chain(*route, message, &named, why))
			continue;
		chain = chain_table_find(chains, named);
		if (chain != NULL && chain_engine(chain) == (*route)->engine)
			return chain;
		g_free(*name);
		*name = g_steal_pointer(&named);
	}
	return NULL;
}

Chain *
grpc_service_route(const GrpcService *service, ChainTable *chains,
		   bsn_slice message, const GrpcRoute **route,
		   GrpcStatus *status, char **why)
{
	g_autofree char *name = NULL;
	g_autofree char *reason = NULL;
	Chain *chain = ask_engines(service, chains, message, route, &name,
				   &reason);

	if (chain != NULL)
		return chain;
	if (name != NULL) {
		*status = GRPC_NOT_FOUND;
		*why = g_strdup_printf("there is no chain %s on this host that "
				       "serves %s",
				       name, service->shape.path);
	} else {
		*status = GRPC_INVALID_ARGUMENT;
		*why = g_steal_pointer(&reason);
	}
	return NULL;
}
