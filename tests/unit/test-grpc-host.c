/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's gRPC for engines: who gets in, which chain a call is for, what
 * comes through, and how calls end.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bsn/ext/grpc.h>

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
	if (strstr(asked->why, why) == NULL)
		g_error("\"%s\" does not say \"%s\"", asked->why, why);
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

static void
assert_served(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");

	assert_answer(sdk, "still here", "still here");
	sdk_free(sdk);
}

/* ---- what comes through ---- */

static void
test_unary(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");

	assert_answer(sdk, "hello", "hello");
	assert_answer(sdk, "name", "client of Acme");
	assert_answer(sdk, "time", "0");
	assert_answer(sdk, "twice", "one");
	sdk_free(sdk);
}

static void
test_big(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) most =
		sdk_ask(sdk, &method_unary, "c1 big 16777216");

	assert_status(most, GRPC_OK, "");
	g_assert_cmpuint(most->bytes, ==, BSN_GRPC_MESSAGE_MAX);
	assert_answer(sdk, "big 16777217", "bbbbbbbbbb");
	sdk_free(sdk);
}

static void
test_statuses(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) failed = NULL;

	assert_failure(sdk, &method_unknown, "c1 x", GRPC_UNIMPLEMENTED,
		       "no engine of this host has the method "
		       "/bsn.test.Echo/Unknown");
	assert_failure(sdk, &method_unary, "c2 x", GRPC_NOT_FOUND,
		       "there is no chain c2 on this host that serves "
		       "/bsn.test.Echo/Unary");
	assert_failure(sdk, &method_unary, "c1", GRPC_INVALID_ARGUMENT,
		       "no blank in it");
	assert_failure(sdk, &method_unary, "", GRPC_INVALID_ARGUMENT,
		       "no blank in it");
	assert_failure(sdk, &method_unary, "c1 deny", GRPC_PERMISSION_DENIED,
		       "it is denied");
	assert_failure(sdk, &method_unary, "c1 none", GRPC_INTERNAL, "");
	assert_failure(sdk, &method_unary, "c1 fail 99 x", GRPC_INTERNAL, "x");
	failed = sdk_ask(sdk, &method_unary, "c1 fail 9 \xe4\xbd\xa0 100%");
	assert_status(failed, GRPC_FAILED_PRECONDITION, "\xe4\xbd\xa0 100%");
	g_assert_cmpstr(failed->details, ==, "details of \xe4\xbd\xa0 100%");
	sdk_free(sdk);
}

/* A name is as long as a message, and no name at all. */
static void
test_names(void)
{
	g_autofree char *much = g_strnfill(100000, 'n');
	g_autofree char *first = g_strconcat(much, " x", NULL);
	Sdk *sdk = sdk_new(&fixture, "client");

	assert_failure(sdk, &method_unary, first, GRPC_INVALID_ARGUMENT, "");
	assert_failure(sdk, &method_unary, "\xff\xfe x", GRPC_NOT_FOUND, "");
	assert_failure(sdk, &method_unary, " x", GRPC_NOT_FOUND, "");
	sdk_free(sdk);
}

static void
test_stream(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked = sdk_ask(sdk, &method_count, "c1 1000 20000");

	assert_status(asked, GRPC_OK, "");
	g_assert_cmpuint(asked->messages, ==, 1000);
	g_assert_cmpuint(asked->bytes, ==, 20000000);
	sdk_free(sdk);
}

/* One that does not read holds its engine up, and nobody else. */
static void
test_slow(void)
{
	const gint busy = g_atomic_int_get(&gateway_grpc_busy);
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked =
		sdk_begin(sdk, &method_count, "c1 4000 5000", 0, TRUE);

	sdk_await(sdk, &gateway_grpc_busy, busy + 1);
	assert_answer(sdk, "hello", "hello");
	assert_served();
	g_assert_cmpuint(asked->messages, <=, 1);
	asked->slow = FALSE;
	grpc_call_read(asked->rpc);
	sdk_await_end(sdk, asked);
	assert_status(asked, GRPC_OK, "");
	g_assert_cmpuint(asked->messages, ==, 4000);
	sdk_free(sdk);
}

/* Empty messages that nobody reads do not cost nothing. */
static void
test_empty(void)
{
	const gint busy = g_atomic_int_get(&gateway_grpc_busy);
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked =
		sdk_begin(sdk, &method_count, "c1 300000 0", 0, TRUE);

	sdk_await(sdk, &gateway_grpc_busy, busy + 1);
	grpc_call_cancel(asked->rpc);
	sdk_await_end(sdk, asked);
	sdk_await(sdk, &gateway_grpc_open, 0);
	sdk_free(sdk);
}

static void
test_chat(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autofree char *text = g_strnfill(10000, 'x');
	g_autoptr(Asked) asked =
		sdk_begin(sdk, &method_chat, "c1 first", 0, FALSE);
	guint sent = 1;

	while (asked->messages < 2000) {
		while (sent < 2000 && sdk_send(asked, text))
			sent++;
		sdk_await_messages(sdk, asked, MIN(sent, asked->messages + 1));
	}
	g_assert_cmpstr(asked->last, ==, text);
	grpc_call_half_close(asked->rpc);
	sdk_await_end(sdk, asked);
	assert_status(asked, GRPC_OK, "");
	g_assert_cmpuint(asked->messages, ==, 2000);
	sdk_free(sdk);
}

static void
test_sum(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked = sdk_begin(sdk, &method_sum, "c1 1", 0, FALSE);
	g_autoptr(Asked) none = sdk_begin(sdk, &method_sum, NULL, 0, FALSE);

	g_assert_true(sdk_send(asked, "22"));
	g_assert_true(sdk_send(asked, ""));
	grpc_call_half_close(asked->rpc);
	sdk_await_end(sdk, asked);
	assert_status(asked, GRPC_OK, "");
	g_assert_cmpstr(asked->last, ==, "3 6");
	grpc_call_half_close(none->rpc);
	sdk_await_end(sdk, none);
	assert_status(none, GRPC_INVALID_ARGUMENT, "none came");
	sdk_free(sdk);
}

static void
test_many(void)
{
	enum { SDKS = 4, CALLS = 64 };
	Sdk *sdks[SDKS];
	Asked *asked[CALLS];

	for (guint i = 0; i < SDKS; i++)
		sdks[i] = sdk_new(&fixture, i % 2 == 0 ? "client" : "admin");
	for (guint i = 0; i < CALLS; i++)
		asked[i] = sdk_begin(sdks[i % SDKS],
				     i % 3 == 0 ? &method_unary : &method_count,
				     "c1 30 30000", 0, FALSE);
	for (guint i = 0; i < CALLS; i++) {
		sdk_await_end(sdks[i % SDKS], asked[i]);
		assert_status(asked[i], GRPC_OK, "");
		g_assert_cmpuint(asked[i]->messages, ==, i % 3 == 0 ? 1 : 30);
		asked_free(asked[i]);
	}
	for (guint i = 0; i < SDKS; i++)
		sdk_free(sdks[i]);
}

/* ---- how calls end ---- */

static void
test_deadline(void)
{
	const gint closed = g_atomic_int_get(&gateway_grpc_closed);
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) hangs = sdk_begin(sdk, &method_unary, "c1 hang",
					   G_USEC_PER_SEC / 10, FALSE);
	g_autoptr(Asked) timed = sdk_begin(sdk, &method_unary, "c1 time",
					   100 * G_USEC_PER_SEC, FALSE);

	sdk_await_end(sdk, hangs);
	assert_status(hangs, GRPC_DEADLINE_EXCEEDED, "");
	sdk_await_end(sdk, timed);
	g_assert_cmpuint(strtoul(timed->last, NULL, 10), >, 0);
	g_assert_cmpuint(strtoul(timed->last, NULL, 10), <=, 100000);
	sdk_await(sdk, &gateway_grpc_closed, closed + 2);
	sdk_free(sdk);
}

static void
test_cancel(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) asked =
		sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);

	sdk_await(sdk, &gateway_grpc_open, 1);
	grpc_call_cancel(asked->rpc);
	sdk_await_end(sdk, asked);
	sdk_await(sdk, &gateway_grpc_open, 0);
	assert_answer(sdk, "hello", "hello");
	sdk_free(sdk);
}

static void
test_gone(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	Sdk *other = sdk_new(&fixture, "client");
	g_autoptr(Asked) hangs =
		sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);
	g_autoptr(Asked) floods =
		sdk_begin(sdk, &method_count, "c1 100000 10000", 0, TRUE);

	sdk_await(sdk, &gateway_grpc_open, 2);
	sdk_free(sdk);
	assert_status(hangs, GRPC_UNAVAILABLE, "");
	assert_status(floods, GRPC_UNAVAILABLE, "");
	sdk_await(other, &gateway_grpc_open, 0);
	assert_answer(other, "hello", "hello");
	sdk_free(other);
}

/* ---- chains that come and go ---- */

static void
manage(const char *method, const char *path, const char *body, long http)
{
	g_autoptr(Answer) answer = NULL;

	fixture.port = gateway;
	answer = ask_as(&fixture, "admin", method, path, body);
	g_assert_cmpint(answer->http, ==, http);
}

static void
test_chain_closes(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) hangs =
		sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);
	g_autoptr(Asked) floods =
		sdk_begin(sdk, &method_count, "c1 100000 10000", 0, FALSE);

	sdk_await(sdk, &gateway_grpc_open, 2);
	manage("PATCH", "/v1/chains/c1", "{\"state\":\"closed\"}", 200);
	g_assert_cmpint(g_atomic_int_get(&gateway_grpc_open), ==, 0);
	sdk_await_end(sdk, hangs);
	assert_status(hangs, GRPC_UNAVAILABLE, "chain c1 is being closed");
	sdk_await_end(sdk, floods);
	assert_status(floods, GRPC_UNAVAILABLE, "chain c1 is being closed");
	assert_failure(sdk, &method_unary, "c1 x", GRPC_UNAVAILABLE,
		       "chain c1 is closed");
	manage("PATCH", "/v1/chains/c1", "{\"state\":\"open\"}", 200);
	assert_answer(sdk, "hello", "hello");
	sdk_free(sdk);
}

static void
test_chain_deleted(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	g_autoptr(Asked) hangs =
		sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);

	sdk_await(sdk, &gateway_grpc_open, 1);
	manage("DELETE", "/v1/chains/c1", NULL, 204);
	sdk_await_end(sdk, hangs);
	assert_status(hangs, GRPC_UNAVAILABLE, "");
	assert_failure(sdk, &method_unary, "c1 x", GRPC_NOT_FOUND, "chain c1");
	manage("POST", "/v1/chains",
	       "{\"name\":\"c1\",\"framework\":\"fake\",\"config\":{}}", 201);
	assert_answer(sdk, "hello", "hello");
	sdk_free(sdk);
}

static void
test_stop(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	Sdk *idle = sdk_new(&fixture, "client");
	g_autoptr(Asked) hangs =
		sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);

	sdk_await(sdk, &gateway_grpc_open, 1);
	assert_answer(idle, "hello", "hello");
	fixture_begin_stop(&fixture);
	sdk_await_end(sdk, hangs);
	assert_status(hangs, GRPC_UNAVAILABLE, "chain c1 is being closed");
	sdk_await_loss(sdk);
	sdk_await_loss(idle);
	sdk_free(sdk);
	sdk_free(idle);
}

/* ---- who gets in ---- */

static void
assert_kept_out(const char *who)
{
	Sdk *sdk = sdk_new(&fixture, who);
	g_autoptr(Asked) asked = sdk_ask(sdk, &method_unary, "c1 hello");

	assert_status(asked, GRPC_UNAVAILABLE, "");
	sdk_free(sdk);
}

static void
test_strangers(void)
{
	Raw *raw;
	g_autofree char *rest = NULL;

	assert_kept_out(NULL);
	assert_kept_out("stranger");
	/* A good certificate, but no HTTP/2. */
	fixture.port = grpc_desk_port(fixture.grpc);
	raw = raw_open(&fixture, "client", NULL);
	rest = raw_read_all(raw);
	g_assert_cmpstr(rest, ==, "");
	raw_close(raw);
	assert_served();
}

/* ---- time and room ---- */

static void
make_narrow(Config *config)
{
	adjust(config);
	config->grpc_connections_max = 2;
	config->grpc_calls_max = 4;
	config->grpc_handshake_timeout_s = 1;
	config->grpc_idle_timeout_s = 1;
}

static void
make_small(Config *config)
{
	adjust(config);
	config->grpc_waiting_max_mib = 32;
}

static void
test_calls_max(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	Sdk *other = sdk_new(&fixture, "admin");
	Asked *hangs[4];

	for (guint i = 0; i < 3; i++)
		hangs[i] = sdk_begin(sdk, &method_unary, "c1 hang", 0, FALSE);
	sdk_await(sdk, &gateway_grpc_open, 3);
	assert_failure(sdk, &method_unary, "c1 x", GRPC_RESOURCE_EXHAUSTED,
		       "3 calls of this client are being served");
	hangs[3] = sdk_begin(other, &method_unary, "c1 hang", 0, FALSE);
	sdk_await(other, &gateway_grpc_open, 4);
	assert_failure(other, &method_unary, "c1 x", GRPC_RESOURCE_EXHAUSTED,
		       "4 calls are being served, as many as [grpc] calls_max "
		       "allows");
	grpc_call_cancel(hangs[0]->rpc);
	sdk_await(sdk, &gateway_grpc_open, 3);
	assert_answer(other, "hello", "hello");
	sdk_free(sdk);
	sdk_free(other);
	for (guint i = 0; i < G_N_ELEMENTS(hangs); i++)
		asked_free(hangs[i]);
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
	sdk_await(sdk, &gateway_grpc_open, 0);
	assert_answer(sdk, "hello", "hello");
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
	Asked *asked[3], *stands;
	guint refused = 0;

	g_atomic_int_set(&gateway_grpc_stands, 1);
	stands = sdk_begin(sdk, &method_unary, "c1 stand", 0, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(asked); i++)
		asked[i] = sdk_begin(sdk, &method_unary, first, 0, FALSE);
	sdk_await_any(sdk, asked, G_N_ELEMENTS(asked));
	g_atomic_int_set(&gateway_grpc_stands, 0);
	for (guint i = 0; i < G_N_ELEMENTS(asked); i++) {
		sdk_await_end(sdk, asked[i]);
		refused += asked[i]->status == GRPC_RESOURCE_EXHAUSTED;
		if (asked[i]->status != GRPC_OK)
			assert_status(asked[i], GRPC_RESOURCE_EXHAUSTED,
				      "too many messages wait for chains");
		asked_free(asked[i]);
	}
	g_assert_cmpuint(refused, ==, 1);
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
	sdk_await(sdk, &gateway_grpc_busy, busy + (gint)G_N_ELEMENTS(slow));
	g_assert_cmpuint(grpc_desk_waiting(fixture.grpc), <, 33u << 20);
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
	g_assert_cmpuint(grpc_desk_waiting(fixture.grpc), ==, 0);
	sdk_free(sdk);
}

static void
test_time(void)
{
	Sdk *sdk = sdk_new(&fixture, "client");
	int never = tcp_connect(&fixture);
	char byte;

	assert_answer(sdk, "hello", "hello");
	sdk_await_loss(sdk);
	g_assert_cmpstr(sdk->reason, ==,
			"the server is going away (NO_ERROR)");
	sdk_free(sdk);
	g_assert_cmpint(recv(never, &byte, 1, 0), <=, 0);
	close(never);
	assert_served();
}

/* The third waits until one of the others has left. */
static void
test_full(void)
{
	Sdk *one = sdk_new(&fixture, "client");
	Sdk *two = sdk_new(&fixture, "client");
	Sdk *three = sdk_new(&fixture, "client");

	assert_answer(one, "hello", "hello");
	sdk_free(one);
	assert_answer(three, "hello", "hello");
	sdk_free(two);
	sdk_free(three);
}

typedef struct {
	const char *name;
	void (*run)(void);
	void (*adjust)(Config *config);
} Test;

static const Test tests[] = {
	{ "/grpc-host/a-call-is-answered", test_unary, adjust },
	{ "/grpc-host/what-is-too-large-is-not-sent", test_big, adjust },
	{ "/grpc-host/each-failure-has-its-status", test_statuses, adjust },
	{ "/grpc-host/any-name-of-a-chain-is-judged", test_names, adjust },
	{ "/grpc-host/many-messages-come-in-order", test_stream, adjust },
	{ "/grpc-host/who-reads-nothing-holds-up-its-engine", test_slow,
	  adjust },
	{ "/grpc-host/empty-messages-count", test_empty, adjust },
	{ "/grpc-host/both-sides-stream", test_chat, adjust },
	{ "/grpc-host/a-client-streams", test_sum, adjust },
	{ "/grpc-host/64-calls-at-once", test_many, adjust },
	{ "/grpc-host/time-ends-a-call", test_deadline, adjust },
	{ "/grpc-host/a-client-ends-a-call", test_cancel, adjust },
	{ "/grpc-host/who-left-is-told-of", test_gone, adjust },
	{ "/grpc-host/a-chain-closes-and-opens-again", test_chain_closes,
	  adjust },
	{ "/grpc-host/a-chain-goes-and-another-comes", test_chain_deleted,
	  adjust },
	{ "/grpc-host/a-stop-ends-calls", test_stop, adjust },
	{ "/grpc-host/strangers-stay-out", test_strangers, adjust },
	{ "/grpc-host/calls-are-bounded", test_calls_max, make_narrow },
	{ "/grpc-host/calls-that-were-left-count", test_left_calls_count,
	  make_narrow },
	{ "/grpc-host/what-waits-for-chains-is-bounded", test_arriving_bytes,
	  make_small },
	{ "/grpc-host/what-waits-for-clients-is-bounded", test_queued_bytes,
	  make_small },
	{ "/grpc-host/silence-ends-a-connection", test_time, make_narrow },
	{ "/grpc-host/more-than-may-be-wait", test_full, make_narrow },
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
