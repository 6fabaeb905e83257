/* SPDX-License-Identifier: Apache-2.0
 *
 * What clients of engines' gRPC can make the host hold, all together.
 */
#include <string.h>

#include "tests/unit/gateway_engine.h"
#include "tests/unit/grpc-sdk.h"

static Fixture fixture;

static void
assert_status(const Asked *asked, GrpcStatus status, const char *why)
{
	g_assert_cmpuint(asked->status, ==, status);
	if (strstr(asked->why, why) == NULL)
		g_error("\"%s\" does not say \"%s\"", asked->why, why);
}

static void
assert_failure(Sdk *sdk, const GrpcMethod *method, const char *first,
	       GrpcStatus status, const char *why)
{
	g_autoptr(Asked) asked = sdk_ask(sdk, method, first);

	assert_status(asked, status, why);
}

static void
assert_served(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");

	assert_failure(sdk, &method_unary, "c1 hello", GRPC_OK, "");
	sdk_free(sdk);
}

/* A chain that is busy still has the calls of who begins them and leaves them:
 * there are not more of them than of others. */
static void
test_left_calls_count(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	Asked *stands, *left[2];

	g_atomic_int_set(&gateway_grpc_stands, 1);
	stands = sdk_begin(sdk, &method_unary, "c1 stand", 0, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(left); i++) {
		left[i] = sdk_begin(sdk, &method_unary, "c1 x",
				    G_USEC_PER_SEC / 20, FALSE);
		sdk_await_end(sdk, left[i]);
		assert_status(left[i], GRPC_DEADLINE_EXCEEDED, "");
	}
	assert_failure(sdk, &method_unary, "c1 x", GRPC_RESOURCE_EXHAUSTED,
		       "3 calls of this client are being served");
	g_atomic_int_set(&gateway_grpc_stands, 0);
	sdk_await_end(sdk, stands);
	assert_status(stands, GRPC_OK, "");
	while (grpc_desk_load(fixture.grpc).calls > 0)
		sdk_turn(sdk);
	assert_served();
	asked_free(stands);
	for (guint i = 0; i < G_N_ELEMENTS(left); i++)
		asked_free(left[i]);
	sdk_free(sdk);
}

/* Of messages of 12 MiB two fit into 32, while the chain does not take them. */
static void
test_arriving_bytes(void)
{
	g_autofree char *much = g_strnfill(12u << 20, 'x');
	g_autofree char *first = g_strconcat("c1 ", much, NULL);
	Sdk *sdk = sdk_new(&fixture, "client");
	Asked *asked[2], *stands;

	g_atomic_int_set(&gateway_grpc_stands, 1);
	stands = sdk_begin(sdk, &method_unary, "c1 stand", 0, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
		asked[i] = sdk_begin(sdk, &method_unary, first, 0, FALSE);
		while (grpc_desk_load(fixture.grpc).arriving <
		       (i + 1) * (12u << 20))
			sdk_turn(sdk);
	}
	assert_failure(sdk, &method_unary, first, GRPC_RESOURCE_EXHAUSTED,
		       "too many messages wait for chains");
	g_atomic_int_set(&gateway_grpc_stands, 0);
	for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
		sdk_await_end(sdk, asked[i]);
		assert_status(asked[i], GRPC_OK, "");
		asked_free(asked[i]);
	}
	sdk_await_end(sdk, stands);
	asked_free(stands);
	sdk_free(sdk);
}

/* 20 that read nothing would have 80 MiB wait. */
static void
test_queued_bytes(void)
{
	const gint busy = g_atomic_int_get(&gateway_grpc_busy);
	Sdk *sdk = sdk_new(&fixture, "client");
	Asked *slow[20];

	for (guint i = 0; i < G_N_ELEMENTS(slow); i++)
		slow[i] = sdk_begin(sdk, &method_count, "c1 3000 5000", 0,
				    TRUE);
	/* Some hear of it more than once. */
	while (g_atomic_int_get(&gateway_grpc_busy) <
	       busy + (gint)G_N_ELEMENTS(slow))
		sdk_turn(sdk);
	g_assert_cmpuint(grpc_desk_load(fixture.grpc).queued, <, 33u << 20);
	assert_served();
	for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
		slow[i]->slow = FALSE;
		grpc_call_read(slow[i]->rpc);
	}
	for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
		sdk_await_end(sdk, slow[i]);
		assert_status(slow[i], GRPC_OK, "");
		g_assert_cmpuint(slow[i]->messages, ==, 3000);
		asked_free(slow[i]);
	}
	g_assert_cmpuint(grpc_desk_load(fixture.grpc).queued, ==, 0);
	sdk_free(sdk);
}

typedef struct {
	const char *name;
	void (*run)(void);
	guint calls_max;
} Test;

static const Test tests[] = {
	{ "/grpc-host/calls-that-were-left-count", test_left_calls_count, 4 },
	{ "/grpc-host/what-waits-for-chains-is-bounded", test_arriving_bytes,
	  100 },
	{ "/grpc-host/what-waits-for-clients-is-bounded", test_queued_bytes,
	  100 },
};

static guint calls_max;

static void
adjust(Config *config)
{
	config->grpc_listen = (char *)"127.0.0.1:0";
	config->grpc_calls_max = calls_max;
	config->grpc_waiting_max_mib = 32;
}

static void
run(gconstpointer data)
{
	const Test *test = data;

	calls_max = test->calls_max;
	fixture_start(&fixture, adjust);
	test->run();
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
