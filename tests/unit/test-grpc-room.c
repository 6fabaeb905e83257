/* SPDX-License-Identifier: Apache-2.0
 *
 * What there is room for in a gRPC server: halves of messages, and statuses.
 */
#include <string.h>

#include "tests/unit/grpc-pair.h"
#include "tests/unit/grpc-raw.h"

#define START ((gint64)1000000)
#define UNARY "/test.Test/Unary"

static GPtrArray *served; /* GrpcTold */

static void
on_begin(GrpcCall *call, gpointer user)
{
	GrpcTold *told = grpc_told_new();

	told->call = call;
	g_ptr_array_add(served, told);
	grpc_call_accept(call, &grpc_pair_unary, grpc_told_events(), told);
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
	g_clear_pointer(&served, g_ptr_array_unref);
}

static GrpcTold *
nth(guint i)
{
	g_assert_cmpuint(i, <, served->len);
	return served->pdata[i];
}

static void
say_part(GrpcRaw *raw, guint32 stream, const char *prefix)
{
	g_autofree char *part = g_strnfill(15000, 'x');

	if (prefix != NULL) {
		grpc_raw_request(raw, stream, FALSE, UNARY, NULL);
		grpc_raw_data(raw, stream, FALSE, prefix, 5);
	}
	grpc_raw_data(raw, stream, FALSE, part, 15000);
	grpc_raw_run(raw);
}

/* Halves of large messages have a bound in common; small ones pass by it, and
 * what is only announced takes nothing. */
static void
test_shared_room(void)
{
	GrpcLimits limits = grpc_limits_default;
	gsize shared = 0;
	GrpcRaw *raw;

	limits.shared = &shared;
	limits.shared_max = 1u << 20;
	limits.assembly_max = (gsize)1 << 30;
	raw = new_client(&limits);
	for (guint32 stream = 1; stream < 101; stream += 2)
		say_part(raw, stream, "\0\0\xff\xff\xff");
	g_assert_cmpuint(shared, <=, 1u << 20);
	for (guint i = 0; i < 40 && raw->heard->len == 0; i++)
		say_part(raw, 1, NULL);
	g_assert_nonnull(strstr(raw->heard->str,
				"grpc-status=8 grpc-message=too many large"));
	say_part(raw, 101, "\0\0\0\x3a\x98");
	grpc_raw_data(raw, 101, TRUE, NULL, 0);
	grpc_raw_run(raw);
	g_assert_cmpuint(nth(50)->messages->len, ==, 1);
	end_client(raw);
	g_assert_cmpuint(shared, ==, 0);
}

/* A client that takes small header lists gets the status without details. */
static void
test_details_without_room(void)
{
	const guint8 settings[6] = { 0, 6, 0, 0, 4, 0 }; /* 1024 bytes */
	g_autofree char *text = g_strnfill(2000, 'd');
	g_autoptr(GBytes) details = g_bytes_new(text, 2000);
	GrpcRaw *raw = new_client(NULL);

	grpc_raw_frame(raw, NGHTTP2_SETTINGS, 0, 0, settings, 6);
	grpc_raw_request(raw, 1, FALSE, UNARY, NULL);
	grpc_raw_run(raw);
	grpc_call_finish(nth(0)->call, GRPC_ABORTED, "why", details, NULL);
	grpc_raw_run(raw);
	g_assert_nonnull(strstr(raw->heard->str,
				"grpc-status=10 grpc-message=why"));
	end_client(raw);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grpc/room/halves-of-messages-are-bounded",
			test_shared_room);
	g_test_add_func("/grpc/room/a-status-needs-no-details",
			test_details_without_room);
	return g_test_run();
}
