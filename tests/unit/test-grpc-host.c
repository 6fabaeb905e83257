/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's gRPC for engines: who gets in, which chain a call is for, what
 * comes through, and how calls end.
 */
#include <string.h>

#include "tests/unit/gateway_engine.h"
#include "tests/unit/grpc-sdk.h"

static Fixture fixture;
static guint16 gateway;

static void
adjust(Config *config)
{
	config->grpc_listen = (char *)"127.0.0.1:0";
}

static void
assert_status(const Asked *asked, GrpcStatus status, const char *why)
{
	g_assert_cmpuint(asked->status, ==, status);
	g_assert_nonnull(strstr(asked->why, why));
}

static void
assert_answer(Sdk *sdk, const char *words, const char *answer)
{
	g_autofree char *first = g_strconcat("c1 ", words, NULL);
	g_autoptr(Asked) asked = sdk_ask(sdk, &method_unary, first);

	assert_status(asked, GRPC_OK, "");
	g_assert_cmpstr(asked->last, ==, answer);
}

static void
assert_failure(Sdk *sdk, const GrpcMethod *method, const char *first,
	       GrpcStatus status, const char *why)
{
	g_autoptr(Asked) asked = sdk_ask(sdk, method, first);

	assert_status(asked, status, why);
}

/* ---- what comes through ---- */

static void
test_unary(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");

	assert_answer(sdk, "hello", "hello");
	assert_answer(sdk, "name", "client of Acme");
	assert_answer(sdk, "time", "0");
	sdk_free(sdk);
}

static void
test_stream(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked =
		sdk_ask(sdk, &method_count, "c1 1000 20000");

	assert_status(asked, GRPC_OK, "");
	g_assert_cmpuint(asked->messages, ==, 1000);
	g_assert_cmpuint(asked->bytes, ==, 20000000);
	sdk_free(sdk);
}

typedef struct {
	const char *name;
	void (*run)(void);
	void (*adjust)(Config *config);
} Test;

static const Test tests[] = {
	{ "/grpc-host/a-call-is-answered", test_unary, adjust },
	{ "/grpc-host/many-messages-come-in-order", test_stream, adjust },
};

static void
run(gconstpointer data)
{
	const Test *test = data;

	fixture_start(&fixture, test->adjust);
	gateway = fixture.port;
	test->run();
	fixture.port = gateway;
	fixture_stop(&fixture);
	g_assert_cmpint(g_atomic_int_get(&gateway_grpc_open), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_data_func(tests[i].name, &tests[i], run);
	return g_test_run();
}
