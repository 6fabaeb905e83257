/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC server and clients that break the rules, each in its own way: the call
 * or the connection ends with a reason.
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"
#include "tests/unit/grpc-raw.h"

#define BOTH "/test.Test/Both"
#define UNARY "/test.Test/Unary"
#define START ((gint64)1000000)
#define TRAILERS_ONLY                                           \
	"headers(1) :status=200 content-type=application/grpc " \
	"grpc-accept-encoding=identity "

static GPtrArray *served; /* GrpcTold, of the server at hand */

static void
on_begin(GrpcCall *call, gpointer user)
{
	GrpcTold *told;

	told = grpc_told_new();
	told->call = call;
	told->reads = 1000;
	g_ptr_array_add(served, told);
	grpc_call_accept(call,
			 strcmp(grpc_call_path(call), UNARY) == 0
				 ? &grpc_pair_unary
				 : &grpc_pair_both,
			 grpc_told_events(), told);
}

static GrpcRaw *
new_client(const GrpcLimits *limits)
{
	GrpcRaw *raw;

	served = g_ptr_array_new_with_free_func(grpc_told_free);
	raw = grpc_raw_new(grpc_server_new(limits, on_begin, NULL, START), TRUE,
			   START);
	grpc_raw_run(raw);
	return raw;
}

static void
end_client(GrpcRaw *raw)
{
	grpc_raw_free(raw);
	for (guint i = 0; i < served->len; i++)
		g_assert_true(((GrpcTold *)served->pdata[i])->closed);
	g_clear_pointer(&served, g_ptr_array_unref);
}

static GrpcTold *
nth(guint i)
{
	g_assert_cmpuint(i, <, served->len);
	return served->pdata[i];
}

static void
assert_ended(GrpcRaw *raw, const char *reason)
{
	g_assert_true(grpc_connection_ended(raw->other));
	g_assert_nonnull(grpc_connection_reason(raw->other));
	if (strstr(grpc_connection_reason(raw->other), reason) == NULL)
		g_assert_cmpstr(grpc_connection_reason(raw->other), ==, reason);
	g_assert_cmpuint(grpc_connection_calls(raw->other), ==, 0);
}

/* ---- requests ---- */

static void
test_well_formed(void)
{
	GrpcRaw *raw = new_client(NULL);

	grpc_raw_request(raw, 1, FALSE, UNARY, NULL);
	/* A frame that nobody knows is passed over (RFC 9113 section 4.1). */
	grpc_raw_frame(raw, 0xee, 0, 1, "x", 1);
	grpc_raw_data(raw, 1, FALSE, "\0\0\0\0\2h", 6);
	grpc_raw_data(raw, 1, TRUE, "i", 1);
	g_assert_cmpstr(grpc_raw_run(raw), ==, "");
	g_assert_cmpstr(nth(0)->heard->str, ==, "message:hi half-closed");
	grpc_reply_text(nth(0)->call, "yes");
	g_assert_cmpstr(grpc_raw_run(raw), ==,
			"headers(1) :status=200 content-type=application/grpc "
			"grpc-accept-encoding=identity\n"
			"data(1) 8\n"
			"headers(1) grpc-status=0 end\n");
	end_client(raw);
}

static void
test_not_grpc(void)
{
	GrpcRaw *raw = new_client(NULL);

	grpc_raw_headers(raw, 1, TRUE, ":method", "GET", ":scheme", "http",
			 ":path", "/", ":authority", "a", NULL);
	grpc_raw_headers(raw, 3, TRUE, ":method", "POST", ":scheme", "http",
			 ":path", BOTH, ":authority", "a", "content-type",
			 "application/json", NULL);
	grpc_raw_headers(raw, 5, TRUE, ":method", "POST", ":scheme", "http",
			 ":path", BOTH, ":authority", "a", "content-type",
			 "application/grpc-web", NULL);
	grpc_raw_headers(raw, 7, FALSE, ":method", "POST", ":scheme", "http",
			 ":path", BOTH, ":authority", "a", NULL);
	g_assert_cmpstr(grpc_raw_run(raw), ==,
			"headers(1) :status=405 end\n"
			"headers(3) :status=415 end\n"
			"headers(5) :status=415 end\n"
			"headers(7) :status=415 end\n"
			"reset(7) 0\n");
	g_assert_cmpuint(served->len, ==, 0);
	end_client(raw);
}

static void
test_refused_requests(void)
{
	static const struct {
		const char *name, *value, *path, *status;
	} cases[] = {
		{ "grpc-timeout", "1", BOTH,
		  "13 grpc-message=grpc-timeout is "
		  "malformed: 1" },
		{ "grpc-timeout", "123456789S", BOTH,
		  "13 grpc-message=grpc-timeout is malformed: 123456789S" },
		{ "grpc-timeout", "1S", "/test/Test/Both",
		  "12 grpc-message=/test/Test/Both is not the path of a "
		  "method" },
		{ "x", "y", "/",
		  "12 grpc-message=/ is not the path of a "
		  "method" },
		{ "x-bin", "a", BOTH,
		  "13 grpc-message=malformed request: x-bin "
		  "is not base64" },
		{ "x-bin", "YQ,Y=Q=", BOTH,
		  "13 grpc-message=malformed request: x-bin is not base64" },
		{ "grpc-encoding", "gzip", BOTH,
		  "12 grpc-message=messages in grpc-encoding gzip are not "
		  "understood, only identity" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		GrpcRaw *raw = new_client(NULL);
		g_autofree char *expected = g_strdup_printf(
			TRAILERS_ONLY "grpc-status=%s end\n", cases[i].status);

		grpc_raw_request(raw, 1, TRUE, cases[i].path, cases[i].name,
				 cases[i].value, NULL);
		g_assert_cmpstr(grpc_raw_run(raw), ==, expected);
		g_assert_cmpuint(served->len, ==, 0);
		end_client(raw);
	}
}

static void
test_odd_metadata(void)
{
	GrpcRaw *raw = new_client(NULL);

	/* Padded or not, joined or not, and values that are thrown away. */
	grpc_raw_request(raw, 1, TRUE, BOTH, "a-bin", "YQ==", "b-bin",
			 "YQ,Yg==, Yw", "c-bin", "", "odd", "\xc3\xa9", "x!y",
			 "1", "grpc-previous-rpc-attempts", "1", NULL);
	grpc_raw_run(raw);
	g_assert_cmpuint(grpc_metadata_count(grpc_call_metadata(nth(0)->call)),
			 ==, 6);
	g_assert_cmpstr((const char *)grpc_metadata_at(
				grpc_call_metadata(nth(0)->call), 3)
				->value,
			==, "c");
	g_assert_null(
		grpc_metadata_find(grpc_call_metadata(nth(0)->call), "odd"));
	end_client(raw);
}

static void
test_headers_too_large(void)
{
	GrpcRaw *raw = new_client(NULL);
	g_autofree char *value = g_strnfill(16384, 'v');
	const char *heard;

	grpc_raw_request(raw, 1, FALSE, BOTH, "k", value, NULL);
	grpc_raw_request(raw, 3, TRUE, BOTH, "k", "v", NULL);
	/* Joined values are small, but many. */
	memset(value, ',', 1000);
	value[1000] = '\0';
	grpc_raw_request(raw, 5, TRUE, BOTH, "k-bin", value, NULL);
	heard = grpc_raw_run(raw);
	g_assert_true(g_str_has_prefix(
		heard, TRAILERS_ONLY
		"grpc-status=8 grpc-message=the request's headers are larger "
		"than the limit, 16384 bytes end\n"));
	g_assert_nonnull(strstr(heard, "headers(5) :status=200"));
	g_assert_cmpuint(served->len, ==, 1);
	end_client(raw);
}

/* ---- messages ---- */

static void
test_broken_messages(void)
{
	static const struct {
		const char *bytes;
		gsize len;
		gboolean end;
		const char *status;
	} cases[] = {
		{ "\1\0\0\0\1x", 6, FALSE,
		  "13 grpc-message=a message has Compressed-Flag 1, but no "
		  "compression was agreed upon" },
		{ "\2\0\0\0\0", 5, FALSE,
		  "13 grpc-message=a message has Compressed-Flag 2, but no "
		  "compression was agreed upon" },
		{ "\0\xff\xff\xff\xff", 5, FALSE,
		  "8 grpc-message=a message of 4294967295 bytes is larger than "
		  "the limit, 16777216" },
		{ "\0\0\0\0\2x", 6, TRUE,
		  "13 grpc-message=the other side ended inside a message" },
		{ "\0\0", 2, TRUE,
		  "13 grpc-message=the other side ended inside a message" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		GrpcRaw *raw = new_client(NULL);
		g_autofree char *expected = g_strdup_printf(
			TRAILERS_ONLY "grpc-status=%s end\n%s", cases[i].status,
			cases[i].end ? "" : "reset(1) 0\n");

		grpc_raw_request(raw, 1, FALSE, BOTH, NULL);
		grpc_raw_data(raw, 1, cases[i].end, cases[i].bytes,
			      cases[i].len);
		g_assert_cmpstr(grpc_raw_run(raw), ==, expected);
		g_assert_true(nth(0)->closed);
		/* The connection serves others. */
		grpc_raw_request(raw, 3, TRUE, BOTH, NULL);
		grpc_raw_run(raw);
		g_assert_cmpstr(nth(1)->heard->str, ==, "half-closed");
		end_client(raw);
	}
}

/* A message that never becomes whole does not keep others out for ever. */
static void
test_room_is_given_back(void)
{
	GrpcLimits tight = grpc_limits_default;
	GrpcRaw *raw;

	tight.message_max = tight.assembly_max = 1000;
	raw = new_client(&tight);
	grpc_raw_request(raw, 1, FALSE, BOTH, NULL);
	grpc_raw_data(raw, 1, FALSE, "\0\0\0\3\xe8x", 6);
	grpc_raw_request(raw, 3, FALSE, UNARY, NULL);
	grpc_raw_data(raw, 3, TRUE, "\0\0\0\0\2hi", 7);
	grpc_raw_run(raw);
	g_assert_cmpstr(nth(1)->heard->str, ==, "");
	grpc_raw_reset(raw, 1, NGHTTP2_CANCEL);
	grpc_raw_run(raw);
	g_assert_cmpint(nth(0)->status, ==, GRPC_CANCELLED);
	g_assert_cmpstr(nth(1)->heard->str, ==, "message:hi half-closed");
	end_client(raw);
}

/* Nor are whole messages without an end more than there is room for. */
static void
test_room_until_the_end(void)
{
	GrpcLimits tight = grpc_limits_default;
	GrpcRaw *raw;

	tight.message_max = tight.assembly_max = 3;
	raw = new_client(&tight);
	for (guint32 stream = 1; stream <= 3; stream += 2) {
		grpc_raw_request(raw, stream, FALSE, UNARY, NULL);
		grpc_raw_data(raw, stream, FALSE, "\0\0\0\0\2hi", 7);
	}
	grpc_raw_data(raw, 3, TRUE, "", 0);
	grpc_raw_run(raw);
	g_assert_cmpstr(nth(1)->heard->str, ==, "");
	grpc_raw_data(raw, 1, TRUE, "", 0);
	grpc_raw_run(raw);
	g_assert_cmpstr(nth(0)->heard->str, ==, "message:hi half-closed");
	g_assert_cmpstr(nth(1)->heard->str, ==, "message:hi half-closed");
	end_client(raw);
}

/* ---- floods ---- */

static void
test_rapid_reset(void)
{
	GrpcRaw *raw = new_client(NULL);
	guint32 stream = 1;

	for (guint i = 0; !grpc_connection_ended(raw->other); i++) {
		g_assert_cmpuint(i, <, 2 * grpc_limits_default.resets_burst);
		grpc_raw_request(raw, stream, FALSE, BOTH, NULL);
		grpc_raw_reset(raw, stream, NGHTTP2_CANCEL);
		grpc_raw_run(raw);
		stream += 2;
	}
	assert_ended(raw, "started and reset");
	g_assert_cmpstr(raw->heard->str, ==,
			"goaway 11 too many calls were started and reset\n");
	end_client(raw);
}

/* Clients that cancel as many calls as they may have are none of these. */
static void
test_resets_in_time(void)
{
	GrpcRaw *raw = new_client(NULL);
	guint32 stream = 1;

	for (guint i = 0; i < 5 * grpc_limits_default.resets_burst; i++) {
		grpc_raw_request(raw, stream, FALSE, BOTH, NULL);
		grpc_raw_reset(raw, stream, NGHTTP2_CANCEL);
		grpc_raw_run(raw);
		stream += 2;
		raw->now += G_USEC_PER_SEC / grpc_limits_default.resets_rate;
	}
	g_assert_false(grpc_connection_ended(raw->other));
	end_client(raw);
}

/* What nghttp2 resets on the client's account counts as well: here a window
 * update of nothing. */
static void
test_provoked_resets(void)
{
	GrpcLimits limits = grpc_limits_default;
	GrpcRaw *raw;
	guint32 stream = 1;

	limits.resets_burst = 10;
	raw = new_client(&limits);
	for (guint i = 0; i < 11; i++) {
		g_assert_false(grpc_connection_ended(raw->other));
		grpc_raw_request(raw, stream, FALSE, BOTH, NULL);
		grpc_raw_frame(raw, NGHTTP2_WINDOW_UPDATE, 0, stream,
			       "\x7f\xff\xff\xff", 4);
		grpc_raw_run(raw);
		stream += 2;
	}
	assert_ended(raw, "started and reset");
	end_client(raw);
}

/* A client may begin more calls than it has heard that it may have; those that
 * are refused count as well, or their resets would pile up unheard. */
static void
test_refused_calls(void)
{
	GrpcLimits limits = grpc_limits_default;
	GrpcRaw *raw;
	guint32 stream = 1;

	limits.streams_max = 4;
	limits.resets_burst = 10;
	raw = new_client(&limits);
	for (guint i = 0; i <= 4 + limits.resets_burst; i++) {
		g_autofree char *refused =
			g_strdup_printf("reset(%u) 7\n", stream);

		g_assert_false(grpc_connection_ended(raw->other));
		grpc_raw_request(raw, stream, FALSE, BOTH, NULL);
		grpc_raw_run(raw);
		if (i < 14)
			g_assert_cmpstr(raw->heard->str, ==,
					i < 4 ? "" : refused);
		stream += 2;
	}
	assert_ended(raw, "more than it may have");
	end_client(raw);
}

static void
test_chores(gconstpointer type)
{
	static const struct {
		const char *name;
		guint8 type, flags;
		guint32 stream;
		const char *payload;
		gsize len;
	} floods[] = {
		{ "ping", NGHTTP2_PING, 0, 0, "12345678", 8 },
		{ "settings", NGHTTP2_SETTINGS, 0, 0, "", 0 },
		{ "priority", NGHTTP2_PRIORITY, 0, 1, "\0\0\0\3\1", 5 },
		{ "empty-data", NGHTTP2_DATA, 0, 1, "", 0 },
		{ "padding", NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1, "\3\0\0\0",
		  4 },
		{ "window-update", NGHTTP2_WINDOW_UPDATE, 0, 0, "\0\0\0\1", 4 },
		{ "reset-of-nothing", NGHTTP2_RST_STREAM, 0, 1, "\0\0\0\0", 4 },
	};
	gsize at = 0;
	GrpcRaw *raw = new_client(NULL);

	while (strcmp(floods[at].name, type) != 0)
		at++;
	grpc_raw_request(raw, 1, FALSE, BOTH, NULL);
	if (strcmp(type, "reset-of-nothing") == 0)
		grpc_raw_reset(raw, 1, NGHTTP2_CANCEL);
	for (guint i = 0; !grpc_connection_ended(raw->other); i++) {
		g_assert_cmpuint(i, <=, grpc_limits_default.chores_burst);
		grpc_raw_frame(raw, floods[at].type, floods[at].flags,
			       floods[at].stream, floods[at].payload,
			       floods[at].len);
		grpc_raw_run(raw);
	}
	g_assert_cmpstr(raw->heard->str, ==,
			"goaway 11 too many frames that bring nothing\n");
	assert_ended(raw, "bring nothing");
	end_client(raw);
}

/* Not heard, the answers to PING would pile up. */
static void
test_unheard_pings(void)
{
	GrpcLimits limits = grpc_limits_default;
	GrpcRaw *raw;

	limits.chores_burst = 1000000;
	raw = new_client(&limits);
	for (guint i = 0; i < 2000; i++)
		grpc_raw_frame(raw, NGHTTP2_PING, 0, 0, "12345678", 8);
	grpc_raw_run(raw);
	assert_ended(raw, "Flooding was detected");
	end_client(raw);
}

static void
test_continuations(void)
{
	GrpcRaw *raw = new_client(NULL);

	grpc_raw_frame(raw, NGHTTP2_HEADERS, 0, 1, "\x82", 1);
	for (guint i = 0; i < 100; i++)
		grpc_raw_frame(raw, NGHTTP2_CONTINUATION, 0, 1, "", 0);
	grpc_raw_run(raw);
	assert_ended(raw, "CONTINUATION");
	end_client(raw);
}

/* A small block that says a large value of the table again and again. */
static void
test_header_bomb(void)
{
	/* POST, http, and k with 4,000 bytes that is to be kept (RFC 7541
	 * sections 6.1 and 6.2.1). */
	static const guint8 start[] = { 0x83, 0x86, 0x84, 0x40, 1,
					'k',  0x7f, 0xa1, 0x1e };
	GrpcRaw *raw = new_client(NULL);
	guint8 block[sizeof(start) + 4000 + 1000];

	memcpy(block, start, sizeof(start));
	memset(block + sizeof(start), 'v', 4000);
	memset(block + sizeof(start) + 4000, 0x80 | 62, 1000);
	grpc_raw_frame(raw, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, block,
		       sizeof(block));
	grpc_raw_run(raw);
	assert_ended(raw, "a header list is far too large");
	end_client(raw);
}

/* ---- no HTTP/2 at all ---- */

static void
test_garbage(void)
{
	static const char *const said[] = {
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET / HTTP/1.1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
		GrpcRaw *raw;

		served = g_ptr_array_new_with_free_func(grpc_told_free);
		raw = grpc_raw_new(grpc_server_new(NULL, on_begin, NULL, START),
				   FALSE, START);
		g_byte_array_set_size(raw->out, 0);
		g_byte_array_append(raw->out, (const guint8 *)said[i],
				    (guint)strlen(said[i]));
		grpc_raw_run(raw);
		assert_ended(raw, "");
		end_client(raw);
	}
}

static void
test_protocol_errors(void)
{
	GrpcRaw *raw = new_client(NULL);

	grpc_raw_request(raw, 1, FALSE, BOTH, NULL);
	grpc_raw_run(raw);
	/* A frame on stream 0 that has none. */
	grpc_raw_data(raw, 0, FALSE, "x", 1);
	grpc_raw_run(raw);
	assert_ended(raw, "PROTOCOL_ERROR");
	g_assert_cmpint(nth(0)->status, ==, GRPC_CANCELLED);
	end_client(raw);
}

int
main(int argc, char **argv)
{
	static const char *const floods[] = {
		"ping",	   "settings",	    "priority",		"empty-data",
		"padding", "window-update", "reset-of-nothing",
	};

	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc/server/a-call-by-hand-is-served",
			test_well_formed);
	g_test_add_func("/grpc/server/what-is-no-grpc-gets-an-http-status",
			test_not_grpc);
	g_test_add_func("/grpc/server/a-malformed-request-gets-a-status",
			test_refused_requests);
	g_test_add_func("/grpc/server/metadata-comes-in-every-form",
			test_odd_metadata);
	g_test_add_func("/grpc/server/headers-have-a-limit",
			test_headers_too_large);
	g_test_add_func("/grpc/server/a-broken-message-ends-its-call",
			test_broken_messages);
	g_test_add_func("/grpc/server/room-of-half-a-message-is-given-back",
			test_room_is_given_back);
	g_test_add_func("/grpc/server/a-message-has-its-room-until-the-end",
			test_room_until_the_end);
	g_test_add_func("/grpc/server/rapid-resets-end-the-connection",
			test_rapid_reset);
	g_test_add_func("/grpc/server/resets-now-and-then-do-not",
			test_resets_in_time);
	g_test_add_func("/grpc/server/provoked-resets-count",
			test_provoked_resets);
	g_test_add_func("/grpc/server/refused-calls-count",
			test_refused_calls);
	for (gsize i = 0; i < G_N_ELEMENTS(floods); i++) {
		g_autofree char *name = g_strdup_printf(
			"/grpc/server/a-flood-of-%s-ends-the-connection",
			floods[i]);

		g_test_add_data_func(name, floods[i], test_chores);
	}
	g_test_add_func("/grpc/server/answers-to-pings-do-not-pile-up",
			test_unheard_pings);
	g_test_add_func("/grpc/server/continuations-are-bounded",
			test_continuations);
	g_test_add_func("/grpc/server/a-header-bomb-ends-the-connection",
			test_header_bomb);
	g_test_add_func("/grpc/server/what-is-no-http-2-ends-the-connection",
			test_garbage);
	g_test_add_func("/grpc/server/a-protocol-error-ends-all-calls",
			test_protocol_errors);
	return g_test_run();
}
