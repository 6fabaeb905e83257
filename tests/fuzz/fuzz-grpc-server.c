/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC server and whatever a client may send: every call that it heard of
 * ends once, no message is larger than may be, and text is UTF-8.
 */
#include "tests/fuzz/fuzz-grpc.h"

#include <string.h>

#define MESSAGE_MAX 5000u

static guint begun, closed;

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	g_assert_cmpuint(g_bytes_get_size(message), <=, MESSAGE_MAX);
	if (grpc_call_send(call, message) == GRPC_SENT)
		grpc_call_read(call);
}

static void
on_half_closed(GrpcCall *call, gpointer user)
{
	grpc_call_finish(call, GRPC_OK, grpc_call_path(call), NULL,
			 grpc_call_metadata(call));
}

static void
on_writable(GrpcCall *call, gpointer user)
{
	grpc_call_read(call);
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	g_assert_true(g_utf8_validate(result->message, -1, NULL));
	closed++;
}

static const GrpcCallEvents events = { NULL, on_message, on_half_closed,
				       on_writable, on_closed };

/* "/a/u" has one message each way, "/a/c..." is cancelled at once. */
static void
on_begin(GrpcCall *call, gpointer user)
{
	static const GrpcMethod unary = { "/a/u", FALSE, FALSE };
	static const GrpcMethod both = { "/a/b", TRUE, TRUE };
	const char *path = grpc_call_path(call);

	if (strcmp(path, "/a/none") == 0)
		return;
	begun++;
	grpc_call_accept(call, strcmp(path, "/a/u") == 0 ? &unary : &both,
			 &events, NULL);
	grpc_call_send_headers(call, grpc_call_metadata(call));
	if (g_str_has_prefix(path, "/a/c"))
		grpc_call_cancel(call);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GrpcLimits limits = grpc_limits_default;

	limits.message_max = limits.assembly_max = MESSAGE_MAX;
	limits.stream_window = 3000;
	limits.streams_max = 10;
	limits.send_queue = 2000;
	begun = closed = 0;
	fuzz_feed(grpc_server_new(&limits, on_begin, NULL, 1), data, size);
	g_assert_cmpuint(begun, ==, closed);
	return 0;
}
