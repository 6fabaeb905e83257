/* SPDX-License-Identifier: Apache-2.0
 *
 * gRPC calls of all four kinds, client against server in memory, with bytes
 * that come in pieces of any size.
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"

#define SEEDS 40u

static void
unary(guint32 seed)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, seed);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	GrpcTold *served;

	g_assert_cmpint(grpc_send_text(asked->call, "ping"), ==, GRPC_SENT);
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	g_assert_cmpstr(served->heard->str, ==, "message:ping half-closed");
	g_assert_cmpstr(grpc_call_authority(served->call), ==, "test:1");
	g_assert_cmpstr(asked->heard->str, ==, "");
	grpc_reply_text(served->call, "pong");
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==,
			"headers message:pong closed:OK:");
	g_assert_cmpstr(served->heard->str, ==,
			"message:ping half-closed closed:OK:");
	grpc_pair_free(pair);
}

static void
server_streams(guint32 seed)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, seed);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_down, NULL, 0);
	GrpcTold *served;

	asked->reads = 10;
	grpc_send_text(asked->call, "3");
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	grpc_send_text(served->call, "a");
	grpc_send_text(served->call, "");
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==, "headers message:a message:");
	grpc_send_text(served->call, "c");
	grpc_call_finish(served->call, GRPC_OK, NULL, NULL, NULL);
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==,
			"headers message:a message: message:c closed:OK:");
	g_assert_true(served->closed);
	grpc_pair_free(pair);
}

static void
client_streams(guint32 seed)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, seed);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_up, NULL, 0);
	GrpcTold *served;

	pair->served_reads = 10;
	grpc_send_text(asked->call, "a");
	grpc_send_text(asked->call, "b");
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	g_assert_cmpstr(served->heard->str, ==, "message:a message:b");
	grpc_send_text(asked->call, "c");
	grpc_call_half_close(asked->call);
	g_assert_cmpint(grpc_send_text(asked->call, "d"), ==, GRPC_SEND_OVER);
	grpc_pair_run(pair);
	g_assert_cmpstr(served->heard->str, ==,
			"message:a message:b message:c half-closed");
	grpc_reply_text(served->call, "3");
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==, "headers message:3 closed:OK:");
	grpc_pair_free(pair);
}

static void
both_stream(guint32 seed)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, seed);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);
	GrpcTold *served;

	asked->reads = pair->served_reads = 100;
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	g_assert_true(grpc_call_send_headers(served->call, NULL));
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==, "headers");
	for (guint i = 0; i < 20; i++) {
		g_autoptr(GBytes) message = grpc_pattern(i * 999);

		grpc_call_send(asked->call, message);
		grpc_call_send(served->call, message);
		grpc_pair_run(pair);
		g_assert_true(
			g_bytes_equal(message, served->messages->pdata[i]));
		g_assert_true(
			g_bytes_equal(message, asked->messages->pdata[i]));
	}
	grpc_call_half_close(asked->call);
	grpc_pair_run(pair);
	g_assert_true(g_str_has_suffix(served->heard->str, "half-closed"));
	grpc_call_finish(served->call, GRPC_ABORTED, "enough", NULL, NULL);
	grpc_pair_run(pair);
	g_assert_true(
		g_str_has_suffix(asked->heard->str, "closed:ABORTED:enough"));
	g_assert_true(
		g_str_has_suffix(served->heard->str, "closed:ABORTED:enough"));
	grpc_pair_free(pair);
}

static void
test_kinds(gconstpointer kind)
{
	for (guint32 seed = 0; seed < SEEDS; seed++)
		((void (*)(guint32))kind)(seed);
}

static void
test_big(void)
{
	g_autoptr(GBytes) message = grpc_pattern(8u << 20);

	for (guint32 seed = 10; seed < 18; seed += 3) {
		GrpcPair *pair = grpc_pair_new(NULL, NULL, seed);
		GrpcTold *asked =
			grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);

		g_assert_cmpint(grpc_call_send(asked->call, message), ==,
				GRPC_SENT);
		grpc_pair_run(pair);
		g_assert_true(g_bytes_equal(
			message,
			grpc_pair_served(pair, 0)->messages->pdata[0]));
		grpc_call_reply(grpc_pair_served(pair, 0)->call, message);
		grpc_pair_run(pair);
		g_assert_cmpint(asked->status, ==, GRPC_OK);
		g_assert_true(
			g_bytes_equal(message, asked->messages->pdata[0]));
		grpc_pair_free(pair);
	}
}

/* ---- metadata and status ---- */

static void
test_metadata(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 5);
	g_autoptr(GrpcMetadata) request = grpc_metadata_new();
	g_autoptr(GrpcMetadata) headers = grpc_metadata_new();
	g_autoptr(GrpcMetadata) trailers = grpc_metadata_new();
	GrpcTold *asked, *served;

	g_assert_true(grpc_metadata_add(request, "k", "v 1", -1, NULL));
	g_assert_true(grpc_metadata_add(request, "b-bin", "\0\xff,", 3, NULL));
	g_assert_true(grpc_metadata_add(request, "k", "v2", -1, NULL));
	g_assert_true(grpc_metadata_add(request, "user-agent", "me", -1, NULL));
	g_assert_true(grpc_metadata_add(headers, "h", "1", -1, NULL));
	g_assert_true(grpc_metadata_add(headers, "e-bin", "", 0, NULL));
	g_assert_true(grpc_metadata_add(trailers, "t-bin", "\n", 1, NULL));
	asked = grpc_pair_call(pair, &grpc_pair_down, request, 0);
	grpc_send_text(asked->call, "x");
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	g_assert_cmpstr(served->metadata, ==,
			"k=v 1,b-bin=\\00\\ff,,k=v2,user-agent=me");
	g_assert_true(grpc_call_send_headers(served->call, headers));
	g_assert_false(grpc_call_send_headers(served->call, headers));
	grpc_call_finish(served->call, GRPC_OK, NULL, NULL, trailers);
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->metadata, ==, "h=1,e-bin=");
	g_assert_cmpstr(asked->trailers, ==, "t-bin=\\0a");
	grpc_pair_free(pair);
}

static void
test_status(void)
{
	static const char text[] = "100 % of 你好 \n\x7f 🎉";
	static const char details[] = "\x08\x05\x12\x03"
				      "abc";
	g_autoptr(GBytes) bytes = g_bytes_new(details, strlen(details));

	for (guint code = 0; code <= GRPC_STATUS_MAX; code++) {
		GrpcPair *pair = grpc_pair_new(NULL, NULL, code);
		GrpcTold *asked =
			grpc_pair_call(pair, &grpc_pair_down, NULL, 0);
		GrpcTold *served;

		grpc_send_text(asked->call, "x");
		grpc_pair_run(pair);
		served = grpc_pair_served(pair, 0);
		/* With a message before it, and as "Trailers-Only". */
		if (code % 2 == 0)
			grpc_send_text(served->call, "m");
		grpc_call_finish(served->call, code, text, bytes, NULL);
		grpc_pair_run(pair);
		g_assert_cmpint(asked->status, ==, code);
		g_assert_cmpstr(asked->message, ==, text);
		g_assert_cmpstr(asked->details, ==, details);
		g_assert_cmpuint(asked->messages->len, ==, (code + 1) % 2);
		grpc_pair_free(pair);
	}
}

static void
test_unknown_method(void)
{
	static const GrpcMethod other = { "/test.Test/Other", FALSE, FALSE };
	static const GrpcMethod wrong = { "/test/Test/Other", TRUE, FALSE };
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 4);
	GrpcTold *first = grpc_pair_call(pair, &other, NULL, 0);
	GrpcTold *second = grpc_pair_call(pair, &wrong, NULL, 0);

	grpc_send_text(first->call, "x");
	grpc_pair_run(pair);
	g_assert_cmpstr(first->heard->str, ==,
			"closed:UNIMPLEMENTED:unknown method /test.Test/Other");
	g_assert_cmpstr(second->heard->str, ==,
			"closed:UNIMPLEMENTED:/test/Test/Other is not the path "
			"of a method");
	g_assert_cmpuint(grpc_connection_calls(pair->client), ==, 0);
	grpc_pair_free(pair);
}

/* ---- how many messages ---- */

static void
test_cardinality(void)
{
	/* A client that takes Unary for a stream. */
	static const GrpcMethod up = { "/test.Test/Unary", TRUE, TRUE };
	static const GrpcMethod down = { "/test.Test/Down", FALSE, FALSE };
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 6);
	GrpcTold *none = grpc_pair_call(pair, &up, NULL, 0);
	GrpcTold *two = grpc_pair_call(pair, &up, NULL, 0);
	GrpcTold *answers = grpc_pair_call(pair, &down, NULL, 0);
	GrpcTold *no_answer = grpc_pair_call(pair, &down, NULL, 0);

	grpc_call_half_close(none->call);
	grpc_send_text(two->call, "a");
	grpc_send_text(two->call, "b");
	grpc_send_text(answers->call, "a");
	grpc_send_text(no_answer->call, "a");
	grpc_pair_run(pair);
	grpc_send_text(grpc_pair_served(pair, 2)->call, "a");
	grpc_send_text(grpc_pair_served(pair, 2)->call, "b");
	grpc_call_finish(grpc_pair_served(pair, 3)->call, GRPC_OK, NULL, NULL,
			 NULL);
	grpc_pair_run(pair);
	g_assert_cmpint(none->status, ==, GRPC_UNIMPLEMENTED);
	g_assert_cmpstr(grpc_pair_served(pair, 0)->heard->str, ==,
			"closed:UNIMPLEMENTED:no message came where the method "
			"has one");
	g_assert_cmpint(two->status, ==, GRPC_UNIMPLEMENTED);
	g_assert_cmpuint(grpc_pair_served(pair, 1)->messages->len, ==, 0);
	g_assert_cmpint(answers->status, ==, GRPC_UNIMPLEMENTED);
	g_assert_cmpuint(answers->messages->len, ==, 0);
	g_assert_cmpint(no_answer->status, ==, GRPC_UNIMPLEMENTED);
	grpc_pair_free(pair);
}

static void
test_too_large(void)
{
	GrpcLimits small = grpc_limits_default;
	g_autoptr(GBytes) fits = grpc_pattern(1000);
	g_autoptr(GBytes) large = grpc_pattern(1001);
	GrpcPair *pair;
	GrpcTold *ok, *refused, *own;

	small.message_max = 1000;
	pair = grpc_pair_new(NULL, &small, 8);
	ok = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	refused = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	own = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	grpc_call_send(ok->call, fits);
	grpc_call_send(refused->call, large);
	grpc_call_send(own->call, fits);
	grpc_pair_run(pair);
	g_assert_cmpstr(refused->heard->str, ==,
			"closed:RESOURCE_EXHAUSTED:a message of 1001 bytes is "
			"larger than the limit, 1000");
	grpc_call_reply(grpc_pair_served(pair, 0)->call, fits);
	grpc_call_reply(grpc_pair_served(pair, 2)->call, large);
	grpc_pair_run(pair);
	g_assert_cmpint(ok->status, ==, GRPC_OK);
	g_assert_cmpint(own->status, ==, GRPC_RESOURCE_EXHAUSTED);
	grpc_pair_free(pair);
}

/* ---- many ---- */

static void
test_many(void)
{
	GrpcLimits client = grpc_limits_default;
	GrpcPair *pair;
	guint highest = 0, answered = 0;

	client.streams_max = 1000;
	pair = grpc_pair_new(&client, NULL, 13);
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *text = g_strdup_printf("%u", i);

		grpc_send_text(
			grpc_pair_call(pair, &grpc_pair_unary, NULL, 0)->call,
			text);
	}
	g_assert_null(grpc_client_call(pair->client, &grpc_pair_unary, NULL, 0,
				       grpc_told_events(), NULL, pair->now,
				       NULL));
	while (answered < 1000) {
		grpc_pair_run(pair);
		highest = MAX(highest, grpc_connection_calls(pair->server));
		g_assert_cmpuint(answered, <, pair->served->len);
		for (; answered < pair->served->len; answered++) {
			GrpcTold *told = grpc_pair_served(pair, answered);

			grpc_call_reply(told->call, told->messages->pdata[0]);
		}
	}
	grpc_pair_run(pair);
	g_assert_cmpuint(highest, ==, grpc_limits_default.streams_max);
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *heard =
			g_strdup_printf("headers message:%u closed:OK:", i);

		g_assert_cmpstr(((GrpcTold *)pair->asked->pdata[i])->heard->str,
				==, heard);
	}
	g_assert_cmpuint(grpc_connection_calls(pair->client), ==, 0);
	g_assert_cmpuint(grpc_connection_calls(pair->server), ==, 0);
	grpc_pair_free(pair);
}

static void
test_large_metadata(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 9);
	g_autoptr(GrpcMetadata) large = grpc_metadata_new();
	g_autofree char *value = g_strnfill(17000, 'v');
	g_autoptr(GError) error = NULL;
	GrpcTold *early, *head, *tail;

	grpc_metadata_add(large, "k", value, -1, NULL);
	/* Before the server's settings came, it is the server that refuses. */
	early = grpc_pair_call(pair, &grpc_pair_unary, large, 0);
	head = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	tail = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	grpc_send_text(head->call, "a");
	grpc_send_text(tail->call, "a");
	grpc_pair_run(pair);
	g_assert_cmpint(early->status, ==, GRPC_RESOURCE_EXHAUSTED);
	g_assert_null(grpc_client_call(pair->client, &grpc_pair_unary, large, 0,
				       grpc_told_events(), NULL, pair->now,
				       &error));
	g_assert_error(error, GRPC_ERROR, GRPC_RESOURCE_EXHAUSTED);
	g_assert_false(
		grpc_call_send_headers(grpc_pair_served(pair, 0)->call, large));
	grpc_call_finish(grpc_pair_served(pair, 1)->call, GRPC_NOT_FOUND, value,
			 NULL, NULL);
	grpc_pair_run(pair);
	g_assert_cmpint(head->status, ==, GRPC_RESOURCE_EXHAUSTED);
	g_assert_cmpint(tail->status, ==, GRPC_RESOURCE_EXHAUSTED);
	grpc_pair_free(pair);
}

static void
test_wake(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 3);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);

	g_assert_cmpuint(pair->wakes, ==, 1);
	grpc_send_text(asked->call, "a");
	g_assert_cmpuint(pair->wakes, ==, 1);
	grpc_pair_run(pair);
	g_assert_cmpuint(pair->wakes, ==, 1);
	grpc_call_cancel(asked->call);
	g_assert_cmpuint(pair->wakes, ==, 2);
	g_assert_cmpstr(asked->heard->str, ==, "");
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==, "closed:CANCELLED:cancelled");
	grpc_pair_free(pair);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/grpc/calls/one-message-for-one", unary,
			     test_kinds);
	g_test_add_data_func("/grpc/calls/a-server-streams", server_streams,
			     test_kinds);
	g_test_add_data_func("/grpc/calls/a-client-streams", client_streams,
			     test_kinds);
	g_test_add_data_func("/grpc/calls/both-stream", both_stream,
			     test_kinds);
	g_test_add_func("/grpc/calls/8-mib-pass-through-small-windows",
			test_big);
	g_test_add_func("/grpc/calls/metadata-comes-as-it-was-given",
			test_metadata);
	g_test_add_func("/grpc/calls/a-status-has-any-text-and-details",
			test_status);
	g_test_add_func("/grpc/calls/an-unknown-method-is-refused",
			test_unknown_method);
	g_test_add_func("/grpc/calls/who-does-not-stream-sends-one-message",
			test_cardinality);
	g_test_add_func("/grpc/calls/a-message-has-a-limit-either-way",
			test_too_large);
	g_test_add_func("/grpc/calls/a-thousand-wait-for-their-turn",
			test_many);
	g_test_add_func("/grpc/calls/metadata-has-a-limit-either-way",
			test_large_metadata);
	g_test_add_func("/grpc/calls/a-loop-is-woken-once-for-what-is-to-send",
			test_wake);
	return g_test_run();
}
