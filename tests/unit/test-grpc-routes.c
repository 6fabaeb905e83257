/* SPDX-License-Identifier: Apache-2.0
 *
 * Which engine and which chain a gRPC call is for, when several serve a method.
 */
#include "host/grpc/routes.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* ---- chains: "one" and "two", each of the engine of its name ---- */

struct bsn_chain {
	const char *name;
	const bsn_engine *engine;
};

static Chain chains[2];

Chain *
chain_table_find(ChainTable *table, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(chains); i++)
		if (strcmp(chains[i].name, name) == 0)
			return &chains[i];
	return NULL;
}

const bsn_engine *
chain_engine(const Chain *chain)
{
	return chain->engine;
}

/* ---- engines: a message is a letter of theirs, and a chain's name ---- */

static int32_t
route(char letter, bsn_slice message, bsn_sink *chain, bsn_err *err)
{
	if (message.len == 0 || message.data[0] != letter)
		return bsn_fail(err, BSN_BAD_REQUEST, "no %c before it", letter);
	return chain->write(chain, message.data + 1, message.len - 1);
}

static int32_t
route_one(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
	  bsn_err *err)
{
	return route('1', message, chain, err);
}

static int32_t
route_two(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
	  bsn_err *err)
{
	return route(message.len > 0 && message.data[0] == '1' ? '1' : '2',
		     message, chain, err);
}

static const bsn_grpc_method say_one = { sizeof(say_one), 0, "/a.B/Say" };
static const bsn_grpc_method flow_one = {
	sizeof(flow_one), BSN_GRPC_SERVER_STREAMS, "/a.B/Flow"
};
static const bsn_grpc_method say_two = { sizeof(say_two), 0, "/a.B/Say" };
static const bsn_grpc_method flow_two = { sizeof(flow_two), 0, "/a.B/Flow" };
static const bsn_grpc_method only_two = {
	sizeof(only_two), BSN_GRPC_CLIENT_STREAMS, "/a.B/Only"
};
static const bsn_grpc_method *const methods_one[] = { &say_one, &flow_one,
						      NULL };
static const bsn_grpc_method *const methods_two[] = { &say_two, &flow_two,
						      &only_two, NULL };
static const bsn_engine_grpc grpc_one = { .size = sizeof(grpc_one),
					  .methods = methods_one,
					  .route = route_one };
static const bsn_engine_grpc grpc_two = { .size = sizeof(grpc_two),
					  .methods = methods_two,
					  .route = route_two };

static const void *
query_one(const char *id)
{
	return strcmp(id, BSN_ENGINE_GRPC_ID) == 0 ? &grpc_one : NULL;
}

static const void *
query_two(const char *id)
{
	return strcmp(id, BSN_ENGINE_GRPC_ID) == 0 ? &grpc_two : NULL;
}

static const bsn_engine one = { .size = sizeof(one),
				.framework = "one",
				.query = query_one };
static const bsn_engine two = { .size = sizeof(two),
				.framework = "two",
				.query = query_two };
static const bsn_engine none = { .size = sizeof(none), .framework = "none" };

static Chain chains[2] = { { "one", &one }, { "two", &two } };

static GrpcRoutes *
make_routes(void)
{
	g_autoptr(GPtrArray) engines = g_ptr_array_new();

	g_ptr_array_add(engines, (gpointer)&none);
	g_ptr_array_add(engines, (gpointer)&one);
	g_ptr_array_add(engines, (gpointer)&two);
	return grpc_routes_new(engines);
}

/* ---- tests ---- */

static void
test_methods(void)
{
	GrpcRoutes *routes = make_routes();
	const GrpcService *say = grpc_routes_find(routes, "/a.B/Say");
	const GrpcService *flow = grpc_routes_find(routes, "/a.B/Flow");
	const GrpcService *only = grpc_routes_find(routes, "/a.B/Only");

	g_assert_cmpuint(say->routes->len, ==, 2);
	g_assert_false(say->shape.server_streams);
	/* The second's does not stream: it is not served. */
	g_assert_cmpuint(flow->routes->len, ==, 1);
	g_assert_true(flow->shape.server_streams);
	g_assert_false(flow->shape.client_streams);
	g_assert_true(only->shape.client_streams);
	g_assert_null(grpc_routes_find(routes, "/a.B/None"));
	grpc_routes_free(routes);
}

/* The chain that it comes to, and the method of that engine. */
static void
assert_route(const char *message, const char *chain,
	     const bsn_grpc_method *method)
{
	GrpcRoutes *routes = make_routes();
	const GrpcRoute *found;
	GrpcStatus status;
	char *why;
	const Chain *at = grpc_service_route(
		grpc_routes_find(routes, "/a.B/Say"), NULL,
		bsn_slice_str(message), &found, &status, &why);

	g_assert_nonnull(at);
	g_assert_cmpstr(at->name, ==, chain);
	g_assert_true(found->method == method);
	grpc_routes_free(routes);
}

static void
assert_none(const char *message, GrpcStatus wanted, const char *words)
{
	GrpcRoutes *routes = make_routes();
	const GrpcRoute *found;
	GrpcStatus status;
	g_autofree char *why = NULL;

	g_assert_null(grpc_service_route(grpc_routes_find(routes, "/a.B/Say"),
					 NULL, bsn_slice_str(message), &found,
					 &status, &why));
	g_assert_cmpuint(status, ==, wanted);
	g_assert_nonnull(strstr(why, words));
	grpc_routes_free(routes);
}

static void
test_chains(void)
{
	assert_route("1one", "one", &say_one);
	assert_route("2two", "two", &say_two);
	/* Both engines read it; the chain is the second's. */
	assert_route("1two", "two", &say_two);
}

static void
test_no_chain(void)
{
	g_autofree char *long_name = g_strnfill(257, 'x');

	long_name[0] = '1';
	assert_none("1none", GRPC_NOT_FOUND, "no chain none on this host");
	/* A chain of the other engine's. */
	assert_none("2one", GRPC_NOT_FOUND, "no chain one on this host");
	assert_none("3one", GRPC_INVALID_ARGUMENT, "no 1 before it");
	assert_none("", GRPC_INVALID_ARGUMENT, "no 1 before it");
	assert_none(long_name, GRPC_NOT_FOUND, "no chain xxx");
	long_name = g_realloc(long_name, 400);
	memset(long_name + 1, 'x', 398);
	long_name[399] = '\0';
	assert_none(long_name, GRPC_INVALID_ARGUMENT,
		    "does not say which chain");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc-routes/a-method-has-one-shape", test_methods);
	g_test_add_func("/grpc-routes/a-chain-s-engine-has-the-call",
			test_chains);
	g_test_add_func("/grpc-routes/no-chain-has-a-reason", test_no_chain);
	return g_test_run();
}
