/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC client and servers that break the rules, each in its own way: the call
 * ends with a status that says what was wrong.
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"
#include "tests/unit/grpc-raw.h"

#define START ((gint64)1000000)
#define OK_HEADERS ":status", "200", "content-type", "application/grpc"

/* A client that has called once: the server is told by hand. */
typedef struct {
	GrpcRaw *raw;
	GrpcTold *told;
} Fixture;

static Fixture
new_server(const GrpcMethod *method)
{
	GrpcConnection *client = grpc_client_new(NULL, "http", "test", START);
	Fixture fixture = { grpc_raw_new(client, FALSE, START),
			    grpc_told_new() };

	fixture.told->call =
		grpc_client_call(client, method, NULL, 0, grpc_told_events(),
				 fixture.told, START, NULL);
	if (!method->client_streams)
		grpc_send_text(fixture.told->call, "hi");
	grpc_raw_run(fixture.raw);
	return fixture;
}

static void
end_server(Fixture *fixture)
{
	grpc_raw_free(fixture->raw);
	g_assert_true(fixture->told->closed);
	grpc_told_free(fixture->told);
}

static void
assert_closed(Fixture *fixture, const char *closed)
{
	grpc_raw_run(fixture->raw);
	if (!g_str_has_suffix(fixture->told->heard->str, closed))
		g_assert_cmpstr(fixture->told->heard->str, ==, closed);
	end_server(fixture);
}

static void
test_request(void)
{
	g_autoptr(GrpcMetadata) metadata = grpc_metadata_new();
	GrpcConnection *client = grpc_client_new(NULL, "https", "a:1", START);
	GrpcRaw *raw = grpc_raw_new(client, FALSE, START);
	GrpcTold *told = grpc_told_new();

	grpc_metadata_add(metadata, "b-bin", "a", 1, NULL);
	told->call =
		grpc_client_call(client, &grpc_pair_unary, metadata, 1500000,
				 grpc_told_events(), told, START, NULL);
	grpc_send_text(told->call, "hi");
	g_assert_cmpstr(
		grpc_raw_run(raw), ==,
		"headers(1) :method=POST :scheme=https :path=/test.Test/Unary "
		":authority=a:1 grpc-timeout=1500000u te=trailers "
		"content-type=application/grpc grpc-accept-encoding=identity "
		"user-agent=grpc-c-nghttp2/1.0 b-bin=YQ\n"
		"data(1) 7 end\n");
	grpc_raw_free(raw);
	g_assert_cmpint(told->status, ==, GRPC_UNAVAILABLE);
	grpc_told_free(told);
}

static void
test_response(void)
{
	Fixture fixture = new_server(&grpc_pair_down);

	/* An interim response (RFC 9110 section 15.2) is none. */
	grpc_raw_headers(fixture.raw, 1, FALSE, ":status", "103", "a", "b",
			 NULL);
	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, "k", "v", NULL);
	grpc_raw_data(fixture.raw, 1, FALSE, "\0\0\0\0\1x", 6);
	grpc_raw_headers(fixture.raw, 1, TRUE, "grpc-status", "0", "t", "u",
			 NULL);
	grpc_raw_run(fixture.raw);
	g_assert_cmpstr(fixture.told->heard->str, ==,
			"headers message:x closed:OK:");
	g_assert_cmpstr(fixture.told->metadata, ==, "k=v");
	g_assert_cmpstr(fixture.told->trailers, ==, "t=u");
	end_server(&fixture);
}

/* ---- how a response may end ---- */

static void
test_trailers(void)
{
	static const struct {
		const char *status, *message, *closed;
	} cases[] = {
		{ "5", "no%20such", "closed:NOT_FOUND:no such" },
		{ "5", "100%", "closed:NOT_FOUND:100%" },
		{ "5", "%zz%4", "closed:NOT_FOUND:%zz%4" },
		{ "5", "%ff", "closed:NOT_FOUND:\xef\xbf\xbd" },
		{ "5", "%00a",
		  "closed:NOT_FOUND:\xef\xbf\xbd"
		  "a" },
		{ "5", "%E4%BD%A0", "closed:NOT_FOUND:\xe4\xbd\xa0" },
		{ "17", "new", "closed:UNKNOWN:new" },
		{ "999999999", "new", "closed:UNKNOWN:new" },
		{ "x", "m", "closed:UNKNOWN:grpc-status is no status: x" },
		{ "-1", "m", "closed:UNKNOWN:grpc-status is no status: -1" },
		{ "", "m", "closed:UNKNOWN:grpc-status is no status: " },
		{ "99999999999", "m",
		  "closed:UNKNOWN:grpc-status is no status: 99999999999" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Fixture fixture = new_server(&grpc_pair_down);

		/* With and without headers before. */
		if (i % 2 == 0) {
			grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS,
					 NULL);
			grpc_raw_headers(fixture.raw, 1, TRUE, "grpc-status",
					 cases[i].status, "grpc-message",
					 cases[i].message, NULL);
		} else {
			grpc_raw_headers(fixture.raw, 1, TRUE, OK_HEADERS,
					 "grpc-status", cases[i].status,
					 "grpc-message", cases[i].message,
					 NULL);
		}
		assert_closed(&fixture, cases[i].closed);
	}
}

static void
test_not_grpc(void)
{
	static const struct {
		const char *http, *type, *closed;
	} cases[] = {
		{ "200", "text/html",
		  "closed:UNKNOWN:the server does not speak gRPC: content-type "
		  "text/html" },
		{ "401", "text/html",
		  "closed:UNAUTHENTICATED:the server answered with HTTP status "
		  "401" },
		{ "200", "\xc3",
		  "closed:UNKNOWN:the server does not speak gRPC: content-type "
		  "\xef\xbf\xbd" },
		{ "403", "text/html",
		  "closed:PERMISSION_DENIED:the server answered with HTTP "
		  "status 403" },
		{ "404", "text/html",
		  "closed:UNIMPLEMENTED:the server answered with HTTP status "
		  "404" },
		{ "400", "text/html",
		  "closed:INTERNAL:the server answered with HTTP status 400" },
		{ "503", "application/grpc",
		  "closed:UNAVAILABLE:the server answered with HTTP status "
		  "503" },
		{ "500", "text/html",
		  "closed:UNKNOWN:the server answered with HTTP status 500" },
	};

	for (gsize i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
		Fixture fixture = new_server(&grpc_pair_down);

		grpc_raw_headers(fixture.raw, 1, i % 2 == 0, ":status",
				 cases[i / 2].http, "content-type",
				 cases[i / 2].type, NULL);
		assert_closed(&fixture, cases[i / 2].closed);
	}
}

static void
test_no_status(void)
{
	Fixture fixture = new_server(&grpc_pair_down);

	grpc_raw_headers(fixture.raw, 1, TRUE, OK_HEADERS, NULL);
	assert_closed(&fixture, "closed:INTERNAL:the server ended the call "
				"without a status");
	fixture = new_server(&grpc_pair_both);
	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, NULL);
	grpc_raw_data(fixture.raw, 1, TRUE, "", 0);
	assert_closed(&fixture, "closed:INTERNAL:the server ended the call "
				"without a status");
	fixture = new_server(&grpc_pair_down);
	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, NULL);
	grpc_raw_headers(fixture.raw, 1, TRUE, "t", "u", NULL);
	assert_closed(&fixture, "closed:UNKNOWN:the server ended the call "
				"without grpc-status");
}

static void
test_resets(void)
{
	static const struct {
		guint32 code;
		const char *closed;
	} cases[] = {
		{ NGHTTP2_NO_ERROR,
		  "closed:INTERNAL:the stream was reset: NO_ERROR" },
		{ NGHTTP2_INTERNAL_ERROR,
		  "closed:INTERNAL:the stream was reset: INTERNAL_ERROR" },
		{ NGHTTP2_REFUSED_STREAM,
		  "closed:UNAVAILABLE:the stream was reset: REFUSED_STREAM" },
		{ NGHTTP2_CANCEL,
		  "closed:CANCELLED:the stream was reset: CANCEL" },
		{ NGHTTP2_ENHANCE_YOUR_CALM,
		  "closed:RESOURCE_EXHAUSTED:the stream was reset: "
		  "ENHANCE_YOUR_CALM" },
		{ NGHTTP2_INADEQUATE_SECURITY,
		  "closed:PERMISSION_DENIED:the stream was reset: "
		  "INADEQUATE_SECURITY" },
		{ 4711, "closed:INTERNAL:the stream was reset: unknown" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Fixture fixture = new_server(&grpc_pair_both);

		grpc_raw_reset(fixture.raw, 1, cases[i].code);
		assert_closed(&fixture, cases[i].closed);
	}
}

/* ---- messages ---- */

static void
test_broken_messages(void)
{
	static const struct {
		const char *bytes;
		gsize len;
		const char *closed;
	} cases[] = {
		{ "\1\0\0\0\1x", 6,
		  "closed:INTERNAL:a message has Compressed-Flag 1, but no "
		  "compression was agreed upon" },
		{ "\0\1\0\0\1", 5,
		  "closed:RESOURCE_EXHAUSTED:a message of 16777217 bytes is "
		  "larger than the limit, 16777216" },
		{ "\0\0\0\0\2x", 6,
		  "closed:INTERNAL:the other side ended inside a message" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Fixture fixture = new_server(&grpc_pair_down);

		grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, NULL);
		grpc_raw_data(fixture.raw, 1, FALSE, cases[i].bytes,
			      cases[i].len);
		grpc_raw_headers(fixture.raw, 1, TRUE, "grpc-status", "0",
				 NULL);
		assert_closed(&fixture, cases[i].closed);
	}
}

/* A server that fails inside a message says why. */
static void
test_cut_short(void)
{
	Fixture fixture = new_server(&grpc_pair_down);

	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, NULL);
	grpc_raw_data(fixture.raw, 1, FALSE, "\0\0\0\0\2x", 6);
	grpc_raw_headers(fixture.raw, 1, TRUE, "grpc-status", "10", NULL);
	assert_closed(&fixture, "closed:ABORTED:");
}

/* The status is there already when the second message is read. */
static void
test_broken_later(void)
{
	Fixture fixture = new_server(&grpc_pair_down);

	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, NULL);
	grpc_raw_data(fixture.raw, 1, FALSE, "\0\0\0\0\1x\3\0\0\0\0", 11);
	grpc_raw_headers(fixture.raw, 1, TRUE, "grpc-status", "0", NULL);
	grpc_raw_run(fixture.raw);
	g_assert_cmpstr(fixture.told->heard->str, ==, "headers message:x");
	grpc_call_read(fixture.told->call);
	assert_closed(&fixture,
		      "closed:INTERNAL:a message has Compressed-Flag 3, but no "
		      "compression was agreed upon");
}

static void
test_bad_headers(void)
{
	g_autofree char *value = g_strnfill(16384, 'v');
	Fixture fixture = new_server(&grpc_pair_down);

	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, "k", value, NULL);
	assert_closed(&fixture, "closed:RESOURCE_EXHAUSTED:the response's "
				"headers are larger than the limit, 16384 "
				"bytes");
	fixture = new_server(&grpc_pair_down);
	grpc_raw_headers(fixture.raw, 1, FALSE, OK_HEADERS, "grpc-encoding",
			 "gzip", NULL);
	assert_closed(&fixture,
		      "closed:INTERNAL:messages in grpc-encoding gzip "
		      "were not asked for");
	fixture = new_server(&grpc_pair_down);
	grpc_raw_headers(fixture.raw, 1, TRUE, OK_HEADERS, "grpc-status", "0",
			 "grpc-status-details-bin", "!", NULL);
	assert_closed(&fixture, "closed:INTERNAL:malformed response: "
				"grpc-status-details-bin is not base64");
	/* Found by nghttp2. */
	fixture = new_server(&grpc_pair_down);
	grpc_raw_headers(fixture.raw, 1, FALSE, "content-type",
			 "application/grpc", NULL);
	grpc_raw_run(fixture.raw);
	g_assert_cmpint(fixture.told->status, ==, GRPC_INTERNAL);
	end_server(&fixture);
}

/* ---- the connection ---- */

static void
test_goaway(void)
{
	Fixture fixture = new_server(&grpc_pair_both);
	GrpcTold *later = grpc_told_new(), *unsent = grpc_told_new();
	GrpcConnection *client = fixture.raw->other;

	later->call = grpc_client_call(client, &grpc_pair_both, NULL, 0,
				       grpc_told_events(), later, START, NULL);
	grpc_raw_run(fixture.raw);
	unsent->call =
		grpc_client_call(client, &grpc_pair_both, NULL, 0,
				 grpc_told_events(), unsent, START, NULL);
	/* The first is served yet, the others never were. */
	grpc_raw_frame(fixture.raw, NGHTTP2_GOAWAY, 0, 0,
		       "\0\0\0\1\0\0\0\x0btoo_many_pings", 22);
	grpc_raw_run(fixture.raw);
	g_assert_cmpstr(later->heard->str, ==,
			"closed:UNAVAILABLE:the stream was reset: "
			"REFUSED_STREAM");
	g_assert_cmpstr(grpc_connection_reason(client), ==,
			"the server is going away (ENHANCE_YOUR_CALM: "
			"too_many_pings)");
	g_assert_false(fixture.told->closed);
	g_assert_cmpint(unsent->status, ==, GRPC_UNAVAILABLE);
	grpc_told_free(later);
	grpc_told_free(unsent);
	grpc_raw_headers(fixture.raw, 1, TRUE, OK_HEADERS, "grpc-status", "0",
			 NULL);
	grpc_raw_run(fixture.raw);
	g_assert_cmpint(fixture.told->status, ==, GRPC_OK);
	g_assert_true(grpc_connection_ended(client));
	end_server(&fixture);
}

static void
test_push(void)
{
	Fixture fixture = new_server(&grpc_pair_both);

	grpc_raw_frame(fixture.raw, NGHTTP2_PUSH_PROMISE,
		       NGHTTP2_FLAG_END_HEADERS, 1, "\0\0\0\2\x82", 5);
	/* It may not have heard yet that it must not. */
	g_assert_cmpstr(grpc_raw_run(fixture.raw), ==, "reset(2) 8\n");
	grpc_raw_frame(fixture.raw, NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, "",
		       0);
	grpc_raw_frame(fixture.raw, NGHTTP2_PUSH_PROMISE,
		       NGHTTP2_FLAG_END_HEADERS, 1, "\0\0\0\4\x82", 5);
	grpc_raw_run(fixture.raw);
	g_assert_true(grpc_connection_ended(fixture.raw->other));
	g_assert_cmpint(fixture.told->status, ==, GRPC_UNAVAILABLE);
	end_server(&fixture);
}

static void
test_flood(void)
{
	Fixture fixture = new_server(&grpc_pair_both);

	for (guint i = 0; !fixture.told->closed; i++) {
		g_assert_cmpuint(i, <=, grpc_limits_default.chores_burst);
		grpc_raw_frame(fixture.raw, NGHTTP2_PING, 0, 0, "12345678", 8);
		grpc_raw_run(fixture.raw);
	}
	g_assert_cmpuint(fixture.raw->pings, >, 100);
	assert_closed(&fixture, "closed:UNAVAILABLE:the connection ended: too "
				"many frames that bring nothing");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc/client/a-request-is-as-the-protocol-says",
			test_request);
	g_test_add_func("/grpc/client/a-response-by-hand-is-taken",
			test_response);
	g_test_add_func("/grpc/client/a-status-and-its-message-are-read",
			test_trailers);
	g_test_add_func("/grpc/client/what-is-no-grpc-becomes-a-status",
			test_not_grpc);
	g_test_add_func("/grpc/client/an-end-without-status-is-an-error",
			test_no_status);
	g_test_add_func("/grpc/client/a-reset-becomes-a-status", test_resets);
	g_test_add_func("/grpc/client/a-broken-message-ends-its-call",
			test_broken_messages);
	g_test_add_func("/grpc/client/a-message-may-be-cut-short-by-a-status",
			test_cut_short);
	g_test_add_func("/grpc/client/a-message-may-turn-out-broken-later",
			test_broken_later);
	g_test_add_func("/grpc/client/bad-headers-end-the-call",
			test_bad_headers);
	g_test_add_func("/grpc/client/a-server-that-leaves-refuses-later-calls",
			test_goaway);
	g_test_add_func("/grpc/client/a-server-pushes-nothing", test_push);
	g_test_add_func("/grpc/client/a-flood-ends-the-connection", test_flood);
	return g_test_run();
}
