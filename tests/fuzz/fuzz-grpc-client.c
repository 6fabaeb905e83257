/* SPDX-License-Identifier: Apache-2.0
 *
 * A gRPC client with a call of each kind, and whatever a server may send: each
 * of them ends once, with a text that is UTF-8.
 */
#include "tests/fuzz/fuzz-grpc.h"

#include <string.h>

static guint begun, closed;

static void
on_message(GrpcCall *call, GBytes *message, gpointer user)
{
	grpc_call_send(call, message);
	grpc_call_read(call);
}

static void
on_closed(GrpcCall *call, const GrpcResult *result, gpointer user)
{
	g_assert_true(g_utf8_validate(result->message, -1, NULL));
	closed++;
}

static const GrpcCallEvents events = { NULL, on_message, NULL, NULL,
				       on_closed };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const GrpcMethod methods[] = {
		{ "/a/u", FALSE, FALSE },
		{ "/a/d", FALSE, TRUE },
		{ "/a/c", TRUE, FALSE },
		{ "/a/b", TRUE, TRUE },
	};
	GrpcConnection *client = grpc_client_new(NULL, "http", "a", 1);
	g_autoptr(GBytes) message = g_bytes_new_static("hi", 2);

	begun = closed = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
		GrpcCall *call = grpc_client_call(client, &methods[i], NULL,
						  (gint64)i * 5000, &events,
						  NULL, 1, NULL);

		g_assert_nonnull(call);
		grpc_call_send(call, message);
		begun++;
	}
	fuzz_read_output(client, 1);
	fuzz_feed(client, data, size);
	g_assert_cmpuint(begun, ==, closed);
	return 0;
}
