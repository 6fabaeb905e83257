/* SPDX-License-Identifier: Apache-2.0
 *
 * What bounds a gRPC call: windows, queues, deadlines, cancelling, and how a
 * connection leaves or is given up.
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* ---- back-pressure ---- */

/* Sends until no more is taken; answers how many went. */
static guint
send_until_full(GrpcPair *pair, GrpcCall *call, gsize len)
{
	g_autoptr(GBytes) message = grpc_pattern(len);
	guint sent = 0, before;

	do {
		before = sent;
		while (grpc_call_send(call, message) == GRPC_SENT)
			sent++;
		grpc_pair_run(pair);
	} while (sent > before);
	return sent;
}

static void
test_unread(gconstpointer by_server)
{
	gboolean down = by_server != NULL;
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 12);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);
	GrpcTold *served, *reader;
	gsize held;
	guint sent;

	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	reader = down ? asked : served;
	sent = send_until_full(pair, (down ? served : asked)->call, 1000);
	/* One was asked for; a window and a queue are full. */
	g_assert_cmpuint(reader->messages->len, ==, 1);
	held = grpc_limits_default.stream_window +
	       grpc_limits_default.send_queue;
	g_assert_cmpuint(sent * 1005, >=, held);
	g_assert_cmpuint(sent * 1005, <=, held + 3 * 1005);
	g_assert_cmpuint(down ? pair->to_client : pair->to_server, <=,
			 grpc_limits_default.stream_window + 10000);
	/* Another call is not held up. */
	grpc_send_text(grpc_pair_call(pair, &grpc_pair_unary, NULL, 0)->call,
		       "beside");
	grpc_pair_run(pair);
	g_assert_cmpstr(grpc_pair_served(pair, 1)->heard->str, ==,
			"message:beside half-closed");
	/* Reading makes room; the sender hears of it once. */
	reader->reads = sent;
	grpc_call_read(reader->call);
	grpc_pair_run(pair);
	g_assert_cmpuint(reader->messages->len, ==, sent);
	g_assert_true(g_str_has_suffix((down ? served : asked)->heard->str,
				       "writable"));
	g_assert_cmpint(grpc_send_text((down ? served : asked)->call, "again"),
			==, GRPC_SENT);
	grpc_pair_run(pair);
	g_assert_true(g_str_has_suffix(reader->heard->str, "message:again"));
	grpc_pair_free(pair);
}

/* A status comes after the messages before it, however late these are read. */
static void
test_status_waits(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 11);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_down, NULL, 0);
	GrpcTold *served;

	grpc_send_text(asked->call, "x");
	grpc_pair_run(pair);
	served = grpc_pair_served(pair, 0);
	grpc_send_text(served->call, "a");
	grpc_send_text(served->call, "b");
	grpc_call_finish(served->call, GRPC_DATA_LOSS, "some", NULL, NULL);
	grpc_pair_run(pair);
	g_assert_true(served->closed);
	g_assert_cmpstr(asked->heard->str, ==, "headers message:a");
	grpc_call_read(asked->call);
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==,
			"headers message:a message:b closed:DATA_LOSS:some");
	grpc_pair_free(pair);
}

/* Nor need it be waited for. */
static void
test_unread_is_cancelled(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 11);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_down, NULL, 0);

	grpc_send_text(asked->call, "x");
	grpc_pair_run(pair);
	grpc_send_text(grpc_pair_served(pair, 0)->call, "a");
	grpc_send_text(grpc_pair_served(pair, 0)->call, "b");
	grpc_call_finish(grpc_pair_served(pair, 0)->call, GRPC_OK, NULL, NULL,
			 NULL);
	grpc_pair_run(pair);
	grpc_call_cancel(asked->call);
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->heard->str, ==,
			"headers message:a closed:CANCELLED:cancelled");
	g_assert_cmpuint(grpc_connection_calls(pair->client), ==, 0);
	grpc_pair_free(pair);
}

/* Four messages at once have room for two: the others wait, none is lost. */
static void
test_assembly(void)
{
	GrpcLimits tight = grpc_limits_default;
	g_autoptr(GBytes) message = grpc_pattern(1000000);
	GrpcPair *pair;

	tight.message_max = 1000000;
	tight.assembly_max = 2000000;
	pair = grpc_pair_new(NULL, &tight, 14);
	for (guint i = 0; i < 8; i++)
		grpc_call_send(
			grpc_pair_call(pair, &grpc_pair_unary, NULL, 0)->call,
			message);
	grpc_pair_run(pair);
	g_assert_cmpuint(pair->served->len, ==, 8);
	for (guint i = 0; i < 8; i++) {
		GrpcTold *served = grpc_pair_served(pair, i);

		g_assert_true(
			g_bytes_equal(message, served->messages->pdata[0]));
		grpc_reply_text(served->call, "ok");
	}
	grpc_pair_run(pair);
	for (guint i = 0; i < 8; i++)
		g_assert_cmpint(((GrpcTold *)pair->asked->pdata[i])->status, ==,
				GRPC_OK);
	grpc_pair_free(pair);
}

static void
test_max_streams(void)
{
	GrpcLimits few = grpc_limits_default;
	GrpcPair *pair;

	few.streams_max = 2;
	pair = grpc_pair_new(NULL, &few, 7);
	grpc_pair_run(pair);
	for (guint i = 0; i < 5; i++)
		grpc_send_text(
			grpc_pair_call(pair, &grpc_pair_unary, NULL, 0)->call,
			"x");
	grpc_pair_run(pair);
	g_assert_cmpuint(pair->served->len, ==, 2);
	/* One that waits is cancelled before it was sent. */
	grpc_call_cancel(((GrpcTold *)pair->asked->pdata[2])->call);
	grpc_pair_run(pair);
	for (guint i = 0; i < 4; i++) {
		grpc_reply_text(grpc_pair_served(pair, i)->call, "ok");
		grpc_pair_run(pair);
	}
	g_assert_cmpuint(pair->served->len, ==, 4);
	for (guint i = 0; i < 5; i++)
		g_assert_cmpint(((GrpcTold *)pair->asked->pdata[i])->status, ==,
				i == 2 ? GRPC_CANCELLED : GRPC_OK);
	grpc_pair_free(pair);
}

/* ---- deadlines ---- */

static void
test_deadline_of_client(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 6);
	GrpcTold *late =
		grpc_pair_call(pair, &grpc_pair_both, NULL, 3 * SECOND);
	GrpcTold *early = grpc_pair_call(pair, &grpc_pair_both, NULL, SECOND);

	grpc_pair_run(pair);
	g_assert_cmpint(grpc_connection_deadline(pair->client), ==,
			GRPC_PAIR_START + SECOND);
	g_assert_cmpint(grpc_call_deadline(grpc_pair_served(pair, 1)->call), ==,
			GRPC_PAIR_START + SECOND);
	/* The server hears nothing of it, and has the same deadline. */
	pair->cut_to_server = TRUE;
	grpc_pair_pass(pair, SECOND - 1);
	g_assert_false(early->closed);
	grpc_pair_pass(pair, 1);
	g_assert_cmpint(early->status, ==, GRPC_DEADLINE_EXCEEDED);
	g_assert_cmpint(grpc_pair_served(pair, 1)->status, ==,
			GRPC_DEADLINE_EXCEEDED);
	g_assert_false(late->closed);
	g_assert_false(grpc_pair_served(pair, 0)->closed);
	grpc_pair_free(pair);
}

static void
test_deadline_of_server(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 6);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_both, NULL, SECOND);

	grpc_pair_run(pair);
	/* Only the server's clock goes on; the client finds that it is late. */
	pair->now += SECOND;
	grpc_connection_tick(pair->server, pair->now);
	grpc_pair_run(pair);
	g_assert_cmpint(grpc_pair_served(pair, 0)->status, ==,
			GRPC_DEADLINE_EXCEEDED);
	g_assert_cmpint(asked->status, ==, GRPC_DEADLINE_EXCEEDED);
	g_assert_cmpint(grpc_connection_deadline(pair->client), >,
			pair->now + SECOND);
	grpc_pair_free(pair);
}

/* ---- cancelling ---- */

static void
test_cancel(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 6);
	GrpcTold *by_client = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);
	GrpcTold *by_server = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);

	grpc_pair_run(pair);
	grpc_call_cancel(by_client->call);
	g_assert_cmpint(grpc_send_text(by_client->call, "late"), ==,
			GRPC_SEND_OVER);
	grpc_call_cancel(grpc_pair_served(pair, 1)->call);
	grpc_pair_run(pair);
	g_assert_cmpint(by_client->status, ==, GRPC_CANCELLED);
	g_assert_cmpint(by_server->status, ==, GRPC_CANCELLED);
	g_assert_cmpint(grpc_pair_served(pair, 0)->status, ==, GRPC_CANCELLED);
	g_assert_cmpint(grpc_pair_served(pair, 1)->status, ==, GRPC_CANCELLED);
	g_assert_cmpuint(grpc_connection_calls(pair->server), ==, 0);
	g_assert_cmpuint(grpc_connection_calls(pair->client), ==, 0);
	grpc_pair_free(pair);
}

/* A status before the client has sent all ("Early Server Closure"). */
static void
test_early_status(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 13);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_up, NULL, 0);

	send_until_full(pair, asked->call, 5000);
	grpc_call_finish(grpc_pair_served(pair, 0)->call,
			 GRPC_FAILED_PRECONDITION, "no", NULL, NULL);
	grpc_pair_run(pair);
	g_assert_cmpstr(asked->message, ==, "no");
	g_assert_cmpint(asked->status, ==, GRPC_FAILED_PRECONDITION);
	g_assert_cmpint(grpc_pair_served(pair, 0)->status, ==,
			GRPC_FAILED_PRECONDITION);
	asked = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	grpc_send_text(asked->call, "x");
	grpc_pair_run(pair);
	grpc_reply_text(grpc_pair_served(pair, 1)->call, "y");
	grpc_pair_run(pair);
	g_assert_cmpint(asked->status, ==, GRPC_OK);
	grpc_pair_free(pair);
}

/* ---- leaving ---- */

static void
test_server_leaves(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 10);
	GrpcTold *begun = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);
	GrpcTold *under_way;
	g_autoptr(GError) error = NULL;

	grpc_pair_run(pair);
	/* One is under way when the server says that it leaves. */
	under_way = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	grpc_send_text(under_way->call, "x");
	grpc_connection_shutdown(pair->server, pair->now);
	grpc_pair_run(pair);
	g_assert_null(grpc_client_call(pair->client, &grpc_pair_unary, NULL, 0,
				       grpc_told_events(), NULL, pair->now,
				       &error));
	g_assert_error(error, GRPC_ERROR, GRPC_UNAVAILABLE);
	grpc_reply_text(grpc_pair_served(pair, 1)->call, "y");
	grpc_send_text(grpc_pair_served(pair, 0)->call, "last");
	grpc_pair_run(pair);
	g_assert_cmpint(under_way->status, ==, GRPC_OK);
	g_assert_cmpstr(begun->heard->str, ==, "headers message:last");
	g_assert_false(grpc_connection_ended(pair->server));
	grpc_call_finish(grpc_pair_served(pair, 0)->call, GRPC_OK, NULL, NULL,
			 NULL);
	grpc_call_half_close(begun->call);
	grpc_pair_run(pair);
	g_assert_cmpint(begun->status, ==, GRPC_OK);
	g_assert_true(grpc_connection_ended(pair->server));
	g_assert_true(grpc_connection_ended(pair->client));
	g_assert_null(grpc_connection_reason(pair->server));
	grpc_pair_free(pair);
}

/* A client that does not answer cannot keep a server from leaving. */
static void
test_server_leaves_alone(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 10);

	grpc_pair_run(pair);
	pair->cut_to_server = TRUE;
	grpc_connection_shutdown(pair->server, pair->now);
	grpc_pair_run(pair);
	g_assert_false(grpc_connection_ended(pair->server));
	grpc_pair_pass(pair,
		       grpc_connection_deadline(pair->server) - pair->now);
	g_assert_true(grpc_connection_ended(pair->server));
	grpc_pair_free(pair);
}

static void
test_client_leaves(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 10);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);

	grpc_send_text(asked->call, "x");
	grpc_connection_shutdown(pair->client, pair->now);
	grpc_pair_run(pair);
	g_assert_false(grpc_connection_ended(pair->client));
	grpc_reply_text(grpc_pair_served(pair, 0)->call, "y");
	grpc_pair_run(pair);
	g_assert_cmpint(asked->status, ==, GRPC_OK);
	g_assert_true(grpc_connection_ended(pair->client));
	grpc_pair_free(pair);
}

static void
test_idle(void)
{
	GrpcLimits limits = grpc_limits_default;
	GrpcPair *pair;
	GrpcTold *asked;

	limits.idle_timeout = 60 * SECOND;
	pair = grpc_pair_new(NULL, &limits, 10);
	asked = grpc_pair_call(pair, &grpc_pair_unary, NULL, 0);
	grpc_send_text(asked->call, "x");
	grpc_pair_run(pair);
	grpc_pair_pass(pair, 61 * SECOND);
	g_assert_false(grpc_connection_ended(pair->server));
	grpc_reply_text(grpc_pair_served(pair, 0)->call, "y");
	grpc_pair_run(pair);
	g_assert_cmpint(asked->status, ==, GRPC_OK);
	grpc_pair_pass(pair, 59 * SECOND);
	g_assert_false(grpc_connection_ended(pair->server));
	grpc_pair_pass(pair, SECOND);
	g_assert_true(grpc_connection_ended(pair->server));
	grpc_pair_free(pair);
}

static void
test_lost(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 10);
	GrpcTold *asked = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);

	grpc_pair_run(pair);
	grpc_connection_lost(pair->client, "the wire is cut");
	grpc_connection_lost(pair->server, "the wire is cut");
	g_assert_cmpstr(asked->heard->str, ==,
			"closed:UNAVAILABLE:the connection ended: the wire is "
			"cut");
	g_assert_cmpint(grpc_pair_served(pair, 0)->status, ==, GRPC_CANCELLED);
	g_assert_true(grpc_connection_ended(pair->client));
	g_assert_cmpstr(grpc_connection_reason(pair->client), ==,
			"the wire is cut");
	grpc_pair_free(pair);
}

/* ---- keepalive ---- */

static void
test_keepalive(gconstpointer of_server)
{
	gboolean server = of_server != NULL;
	GrpcLimits limits = grpc_limits_default;
	GrpcPair *pair;
	GrpcConnection *asker;
	GrpcTold *asked;

	limits.keepalive_interval = 10 * SECOND;
	limits.keepalive_timeout = 2 * SECOND;
	pair = grpc_pair_new(server ? NULL : &limits, server ? &limits : NULL,
			     10);
	asker = server ? pair->server : pair->client;
	asked = grpc_pair_call(pair, &grpc_pair_both, NULL, 0);
	grpc_pair_run(pair);
	/* It is answered, again and again. */
	for (guint i = 0; i < 5; i++) {
		g_assert_cmpint(grpc_connection_deadline(asker), ==,
				pair->now + 10 * SECOND);
		grpc_pair_pass(pair, 10 * SECOND);
	}
	g_assert_false(asked->closed);
	/* It is not. */
	pair->cut_to_client = pair->cut_to_server = TRUE;
	grpc_pair_pass(pair, 10 * SECOND);
	g_assert_false(grpc_connection_ended(asker));
	grpc_pair_pass(pair, 2 * SECOND);
	g_assert_true(grpc_connection_ended(asker));
	g_assert_cmpstr(grpc_connection_reason(asker), ==,
			"the other side does not answer (PING)");
	if (!server)
		g_assert_cmpint(asked->status, ==, GRPC_UNAVAILABLE);
	grpc_pair_free(pair);
}

static void
test_nothing_asked(void)
{
	GrpcPair *pair = grpc_pair_new(NULL, NULL, 10);
	gsize before;

	grpc_pair_run(pair);
	before = pair->to_server;
	g_assert_cmpint(grpc_connection_deadline(pair->client), ==, G_MAXINT64);
	grpc_pair_pass(pair, 3600 * SECOND);
	/* Only the answer to the server's PING. */
	g_assert_cmpuint(pair->to_server - before, ==, 17);
	grpc_pair_free(pair);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/grpc/flow/a-client-waits-for-who-does-not-read",
			     NULL, test_unread);
	g_test_add_data_func("/grpc/flow/a-server-waits-for-who-does-not-read",
			     "server", test_unread);
	g_test_add_func("/grpc/flow/a-status-comes-after-unread-messages",
			test_status_waits);
	g_test_add_func("/grpc/flow/unread-messages-are-given-up",
			test_unread_is_cancelled);
	g_test_add_func("/grpc/flow/messages-wait-for-room", test_assembly);
	g_test_add_func("/grpc/flow/calls-wait-for-the-servers-limit",
			test_max_streams);
	g_test_add_func("/grpc/flow/both-sides-keep-a-deadline",
			test_deadline_of_client);
	g_test_add_func("/grpc/flow/a-reset-after-the-deadline-is-its-end",
			test_deadline_of_server);
	g_test_add_func("/grpc/flow/either-side-cancels", test_cancel);
	g_test_add_func("/grpc/flow/a-status-may-come-early",
			test_early_status);
	g_test_add_func("/grpc/flow/a-server-leaves-after-its-calls",
			test_server_leaves);
	g_test_add_func("/grpc/flow/a-server-leaves-without-an-answer",
			test_server_leaves_alone);
	g_test_add_func("/grpc/flow/a-client-leaves-after-its-calls",
			test_client_leaves);
	g_test_add_func("/grpc/flow/a-server-leaves-when-idle", test_idle);
	g_test_add_func("/grpc/flow/calls-end-with-the-connection", test_lost);
	g_test_add_data_func("/grpc/flow/a-client-finds-that-nobody-is-there",
			     NULL, test_keepalive);
	g_test_add_data_func("/grpc/flow/a-server-finds-that-nobody-is-there",
			     "server", test_keepalive);
	g_test_add_func("/grpc/flow/a-client-without-calls-asks-nothing",
			test_nothing_asked);
	return g_test_run();
}
